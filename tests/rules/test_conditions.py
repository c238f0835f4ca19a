"""Conditions as a published table writes them; the same on a value, in a column, in a cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.case import read_value
from clairevoie.rules.cells import cells_of
from clairevoie.rules.conditions import (
    holds,
    holds_columns,
    parse_condition,
    parse_interval,
    written_condition,
)
from clairevoie.rules.content import Interval
from clairevoie.rules.evaluate import DTYPES, column_value
from clairevoie.rules.model import Category, Input, Value
from tests.rules.generators import conditions, one_input, rule_set, rules_of, values

AGE = Input("age", "integer", {}, {}, {}, {})
MONEY = Input("prix", "decimal", {}, {}, {}, {}, decimals=2)
SCORE = Input("score", "number", {}, {}, {}, {})
DAY = Input("jour", "date", {}, {}, {}, {})
YES = Input("oui", "boolean", {}, {}, {}, {})
PLACE = Input(
    "lieu",
    "category",
    {},
    {},
    {},
    {},
    categories=tuple(Category(one, {"fr": one}) for one in ("nord", "sud", "Paris, 3e", "01")),
)


@pytest.mark.parametrize(
    ("written", "item", "inside", "outside"),
    [
        ("< 3", AGE, [2, -5], [3, 4]),
        ("<= 3", AGE, [3], [4]),
        ("≥ 3", AGE, [3, 9], [2]),
        ("!= 3", AGE, [2, 4], [3]),
        ("= 3", AGE, [3], [2]),
        (3, AGE, [3], [4]),
        ([3, 5], AGE, [3, 5], [4]),
        ("[3..5)", AGE, [3, 4], [2, 5]),
        ("]3..5]", AGE, [4, 5], [3, 6]),
        ("(3..5[", AGE, [4], [3, 5]),
        ("< 3, > 8", AGE, [2, 9], [3, 8]),
        ("not(3, 4)", AGE, [2, 5], [3, 4, None]),
        ("not(3), missing", AGE, [2, None], [3]),
        ("missing", AGE, [None], [0]),
        ("< 3, missing", AGE, [2, None], [3]),
        ("< 942.505", MONEY, [Decimal("942.50")], [Decimal("942.51")]),
        (Decimal("0.1"), MONEY, [Decimal("0.10")], [Decimal("0.11")]),
        ("<= 0.1", SCORE, [0.1, 0.05], [0.1000001]),
        ("< 2024-02-29", DAY, [date(2024, 2, 28)], [date(2024, 2, 29)]),
        ("[2024-01-01..2024-12-31]", DAY, [date(2024, 12, 31)], [date(2025, 1, 1)]),
        (True, YES, [True], [False, None]),
        ("true, false", YES, [True, False], [None]),
        ("nord, sud", PLACE, ["nord"], ["01", None]),
        ("Paris, 3e", PLACE, ["Paris, 3e"], ["nord"]),
        (["Paris, 3e", "sud"], PLACE, ["Paris, 3e", "sud"], ["nord"]),
        ("01", PLACE, ["01"], ["sud"]),
        ("not(nord)", PLACE, ["sud"], ["nord", None]),
    ],
)
def test_what_a_condition_holds_for(
    written: Any, item: Input, inside: list[Value], outside: list[Value]
) -> None:
    condition = parse_condition(written, item)
    assert condition is not None
    assert [holds(condition, value) for value in inside] == [True] * len(inside)
    assert [holds(condition, value) for value in outside] == [False] * len(outside)


@pytest.mark.parametrize("written", ["-", "", " - "])
def test_any_value_is_no_condition(written: str) -> None:
    assert parse_condition(written, AGE) is None


@pytest.mark.parametrize(
    ("written", "item", "sentence"),
    [
        ("< trois", AGE, "not a number"),
        ("[5..3]", AGE, "holds for no value"),
        ("(3..3)", AGE, "holds for no value"),
        ("est", PLACE, "not a category of 'lieu'"),
        ("< nord", PLACE, "has no order"),
        ("oui", YES, "not true or false"),
        ("2024-02-30", DAY, "not a date"),
        ("3,,4", AGE, "nothing before or after a comma"),
    ],
)
def test_a_condition_that_cannot_be_read_says_why(written: str, item: Input, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_condition(written, item)


def test_a_comma_separates_values_even_between_digits() -> None:
    condition = parse_condition("12,5", MONEY)
    assert condition is not None
    assert condition.values == (Decimal(12), Decimal(5))


def test_an_interval_alone() -> None:
    assert parse_interval("3", AGE) == Interval(3, 3, high_closed=True)
    assert parse_interval("< 3", AGE) == Interval(None, 3)
    with pytest.raises(ValueError, match="not one interval"):
        parse_interval("< 3, > 5", AGE)


@st.composite
def read_conditions(draw: st.DrawFn) -> tuple[Any, Input]:
    """A random condition and the input it is on."""
    kind = draw(st.sampled_from(["integer", "decimal", "number", "date", "category", "boolean"]))
    item = draw(one_input("x0", kind))
    written = draw(conditions(item))
    table = {
        "id": "t",
        "outputs": [{"name": "y", "type": "boolean"}],
        "rows": [{"id": "r", "when": {"x0": written}, "then": {"y": True}}],
    }
    version = rules_of(rule_set("table", {"tables": [table]}, [item])).versions[0]
    content: Any = version.content
    return next(iter(content.tables[0].rows[0].conditions), None), version.inputs[0]


@given(st.data())
def test_one_value_a_column_and_a_cell_agree(data: st.DataObject) -> None:
    condition, item = data.draw(read_conditions())
    if condition is None:
        return
    cells = cells_of([condition], item, optional=True)
    holding = cells.holding(condition)
    drawn = data.draw(st.lists(values(item), min_size=1, max_size=20))
    # Columns hold values of the domain; the others are refused before conditions are asked.
    kept = [one for one in drawn if one is None or read_value(item, one)[1] is None]
    gone = np.array([one is None for one in kept], dtype=bool)
    array = np.array(
        [0 if one is None else column_value(item, one) for one in kept], dtype=DTYPES[item.type]
    )
    found = [holds(condition, one) for one in kept]
    assert holds_columns(condition, array, gone, item).tolist() == found
    assert holding[cells.code(array, gone if gone.any() else None)].tolist() == found


@given(read_conditions())
def test_a_condition_in_the_words_of_the_format_reads_back_the_same(given_one: Any) -> None:
    condition, item = given_one
    if condition is None:
        return
    again = parse_condition(written_condition(condition), item)
    assert again is not None
    assert (set(again.values), again.negated, again.missing) == (
        set(condition.values),
        condition.negated,
        condition.missing,
    )
    assert set(again.intervals) == set(condition.intervals)
