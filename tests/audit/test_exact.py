"""Sums, variances and quantiles are exact, and do not depend on the order of the rows."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.audit.amounts import amount_tables
from clairevoie.audit.counting import count
from clairevoie.audit.exact import COARSE, FINE, places_for, quantiles_of
from clairevoie.audit.model import PlanProblem
from clairevoie.audit.results import QUANTILES, AmountTable
from tests.audit.plans import JOURNAL, PLAN, drawn, plan_of, table_of

AMOUNTS = PLAN + "amounts:\n  - {name: paye, label: Payé, column: paye, unit: €}\n"
numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9)
TINY = 1e-290
"""Numbers so small are not on the grid."""
SHARES = ((1, 10), (1, 4), (1, 2), (3, 4), (9, 10))


@settings(max_examples=20)
@given(st.lists(numbers, min_size=1, max_size=60), st.sampled_from([0, 2]))
def test_quantiles_are_those_of_numpy(values: list[float], digits: int) -> None:
    """The same definition, on values that repeat or not."""
    values = [round(value, digits) for value in values]
    rows = table_of(pa.table({"key": ["a"] * len(values), "value": values}))
    found = quantiles_of(rows, SHARES)["a"]
    wanted = np.quantile(values, [share / whole for share, whole in SHARES])
    largest = max(abs(value) for value in values)
    assert found == pytest.approx(wanted, rel=0, abs=largest * 2**-50 + TINY)


def test_quantiles_are_apart_for_each_key_and_for_none() -> None:
    rows = pa.table({"key": ["a", "b", None, "a", "b", None], "value": [1.0, 5, 7, 3, 5, 9]})
    assert quantiles_of(table_of(rows), ((1, 2),)) == {"a": (2.0,), "b": (5.0,), None: (8.0,)}


@given(st.floats(min_value=5e-324, max_value=1.7e308), st.sampled_from([FINE, COARSE]))
def test_the_largest_number_holds_in_the_grid(largest: float, bits: int) -> None:
    steps = Fraction(largest) * Fraction(2) ** places_for(largest, bits)
    assert steps < 2**bits


def amounts_of(values: list[float | None], **columns: Any) -> AmountTable:
    rows = drawn(len(values), 3).append_column("paye", pa.array(values, pa.float64()))
    for name, column in columns.items():
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(column))
    plan = plan_of(AMOUNTS)
    return amount_tables(JOURNAL, plan, table_of(rows), plan.amounts[0])[
        1 if "age" in columns else 0
    ]


@settings(max_examples=20)
@given(st.lists(numbers, min_size=2, max_size=60), st.randoms(use_true_random=False))
def test_sums_and_means_are_exact_whatever_the_order(values: list[float], draw: Any) -> None:
    largest = max(abs(value) for value in values)
    sexe = ["f"] * len(values)
    [told] = amounts_of(list(values), sexe=sexe).groups
    assert told.total == pytest.approx(
        float(sum(map(Fraction, values))), abs=largest * 2**-50 + TINY
    )
    assert told.largest == max(values)
    draw.shuffle(values)
    assert amounts_of(list(values), sexe=sexe).groups == (told,)


def test_the_interval_of_a_mean_is_students() -> None:
    """Two large numbers that almost cancel lose nothing."""
    from scipy import stats  # type: ignore[import-untyped]

    values = [1e6 + value for value in (0.25, 1.5, 2.75, 3.0, 4.5)]
    [told] = amounts_of(list(values), sexe=["f"] * 5).groups
    low, high = stats.t.interval(0.95, 4, np.mean(values), stats.sem(values))
    assert told.mean.low == pytest.approx(low, rel=1e-13)
    assert told.mean.high == pytest.approx(high, rel=1e-13)
    assert len(told.quantiles) == len(QUANTILES)


def test_an_amount_that_is_the_same_for_all_has_no_spread() -> None:
    [told] = amounts_of([0.1] * 50, sexe=["f"] * 50).groups
    assert told.mean.low == told.mean.value == told.mean.high == pytest.approx(0.1, rel=1e-13)


def test_groups_of_an_amount_come_in_the_order_of_their_bands() -> None:
    ages = [70, 30, None, 20, 65, 40, 18, None]
    told = amounts_of([1.0] * 8, age=ages)
    assert [one.key for one in told.groups] == [("< 25",), ("[25..60)",), (">= 60",), ("",)]


def test_spaces_around_a_key_make_no_group_of_an_amount() -> None:
    told = amounts_of([1.0, 2.0, 4.0, 8.0], sexe=["f", " f", "f\u00a0", None])
    assert [(one.key, one.rows, one.total) for one in told.groups] == [
        (("f",), 3, 7.0),
        (("",), 1, 8.0),
    ]


@settings(max_examples=20)
@given(st.integers(20, 200), st.integers(0, 2**16))
def test_sums_of_weights_do_not_depend_on_the_order(many: int, seed: int) -> None:
    rows = drawn(many, seed)
    order = np.random.default_rng(seed).permutation(many)
    plan = plan_of(weights="true")
    one, other = (count(JOURNAL, plan, table_of(each)) for each in (rows, rows.take(order)))
    assert {name: column.tolist() for name, column in one.sums.items()} == {
        name: column.tolist() for name, column in other.sums.items()
    }


@pytest.mark.parametrize("wrong", [None, 0.0, -1.0, float("nan"), float("inf")])
def test_a_weight_that_is_none_is_told(wrong: float | None) -> None:
    rows = drawn(100)
    values = [wrong, *rows.column("poids").to_pylist()[1:]]
    rows = rows.set_column(rows.column_names.index("poids"), "poids", pa.array(values))
    with pytest.raises(PlanProblem, match="1 rows have in 'poids' no weight above 0"):
        count(JOURNAL, plan_of(weights="true"), table_of(rows))


def test_weights_that_are_no_numbers_are_told() -> None:
    journal = dataclasses.replace(JOURNAL, weight="lieu")
    with pytest.raises(PlanProblem, match="the column 'lieu' holds no numbers"):
        count(journal, plan_of(weights="true"), table_of(drawn(50)))
