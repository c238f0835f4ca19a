"""Exact numbers, one by one and by columns: rounding, quotients, limits."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules import exact
from clairevoie.rules.content import Rounding
from clairevoie.rules.exact import Mode, Undefined

MODES: tuple[Mode, ...] = ("half_up", "half_even", "down", "up", "floor", "ceil")
WHOLE = st.integers(-(10**6), 10**6) | st.integers(-(2**63) + 1, 2**63 - 1)
STEPS = st.sampled_from((Decimal("0.01"), Decimal("0.05"), Decimal(1), Decimal(25), Decimal("0.3")))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("half_up", [3, 2, -3, -2, 1, -1]),
        ("half_even", [2, 2, -2, -2, 0, 0]),
        ("down", [2, 2, -2, -2, 0, 0]),
        ("up", [3, 3, -3, -3, 1, -1]),
        ("floor", [2, 2, -3, -3, 0, -1]),
        ("ceil", [3, 3, -2, -2, 1, 0]),
    ],
)
def test_each_way_of_rounding_negative_numbers_too(mode: Mode, expected: list[int]) -> None:
    numbers = [Decimal(text) for text in ("2.5", "2.4", "-2.5", "-2.4", "0.5", "-0.5")]
    found = [exact.round_to(number, Decimal(1), mode) for number in numbers]
    assert found == expected


@given(WHOLE, st.integers(0, 12), st.sampled_from(("half_up", "half_even", "down", "up")))
def test_rounding_is_that_of_the_standard_library(units: int, decimals: int, mode: Any) -> None:
    names = {
        "half_up": decimal.ROUND_HALF_UP,
        "half_even": decimal.ROUND_HALF_EVEN,
        "down": decimal.ROUND_DOWN,
        "up": decimal.ROUND_UP,
    }
    number = exact.scaled_decimal(units, decimals)
    with decimal.localcontext(decimal.Context(prec=60)):
        expected = number.quantize(Decimal("0.01"), names[mode])
    assert exact.rounded(number, Rounding(Decimal("0.01"), mode)) == expected


@given(WHOLE, WHOLE.filter(bool))
def test_a_quotient_is_the_nearest_at_ten_decimals(above: int, under: int) -> None:
    found = Fraction(exact.divide(Decimal(above), Decimal(under)))
    gap = abs(found - Fraction(above, under))
    assert gap <= Fraction(1, 2 * 10**10)
    if gap == Fraction(1, 2 * 10**10):
        assert found * 10**10 % 2 == 0


def test_a_division_by_zero_is_undefined() -> None:
    with pytest.raises(Undefined):
        exact.divide(Decimal(1), Decimal(0))


def test_beyond_ten_to_the_thirty_is_undefined() -> None:
    large = Decimal(10) ** 29
    assert exact.multiply(large, Decimal(9)) == 9 * 10**29
    with pytest.raises(Undefined):
        exact.multiply(large, Decimal(-10))


def test_the_context_of_the_thread_changes_nothing() -> None:
    with decimal.localcontext(decimal.Context(prec=3)):
        assert exact.add(Decimal("123456.789"), Decimal("0.001")) == Decimal("123456.790")


# --- columns --------------------------------------------------------------------------------------


def column(units: list[int], decimals: int) -> exact.Numbers:
    return exact.numbers(np.array(units, dtype=np.int64), decimals)


def listed(found: exact.Numbers, count: int) -> list[Fraction]:
    return [Fraction(int(one), 10**found.decimals) for one in exact.take_column(found, count)]


PAIRS = st.lists(st.tuples(WHOLE, WHOLE), min_size=1, max_size=5)


@given(PAIRS, st.integers(0, 9), st.integers(0, 9))
def test_columns_are_exact_whatever_the_size(
    pairs: list[tuple[int, int]], first: int, second: int
) -> None:
    left = column([one for one, _ in pairs], first)
    right = column([one for _, one in pairs], second)
    a = [Fraction(one, 10**first) for one, _ in pairs]
    b = [Fraction(one, 10**second) for _, one in pairs]
    count = len(pairs)
    assert listed(exact.add_columns(left, right), count) == [
        x + y for x, y in zip(a, b, strict=True)
    ]
    found = exact.subtract_columns(left, right)
    assert listed(found, count) == [x - y for x, y in zip(a, b, strict=True)]
    found = exact.multiply_columns(left, right)
    assert listed(found, count) == [x * y for x, y in zip(a, b, strict=True)]
    found = exact.extreme_columns("max", [left, right])
    assert listed(found, count) == [max(x, y) for x, y in zip(a, b, strict=True)]
    smaller = exact.compare_columns("<", left, right)
    assert np.asarray(smaller).tolist() == [x < y for x, y in zip(a, b, strict=True)]


@given(st.lists(WHOLE, min_size=1, max_size=6), st.integers(0, 6), STEPS, st.sampled_from(MODES))
def test_columns_are_rounded_as_numbers_are(
    units: list[int], decimals: int, to: Decimal, mode: Mode
) -> None:
    found = exact.round_columns(column(units, decimals), to, mode)
    expected = [exact.round_to(exact.scaled_decimal(one, decimals), to, mode) for one in units]
    assert listed(found, len(units)) == [Fraction(one) for one in expected]


@given(PAIRS)
def test_bounds_hold_every_number(pairs: list[tuple[int, int]]) -> None:
    left, right = column([one for one, _ in pairs], 2), column([one for _, one in pairs], 3)
    for found in (
        exact.add_columns(left, right),
        exact.multiply_columns(left, right),
        exact.negate_column(left),
        exact.absolute_column(left),
    ):
        units = [int(one) for one in exact.take_column(found, len(pairs))]
        assert found.low <= min(units)
        assert max(units) <= found.high


def test_small_numbers_stay_in_machine_integers() -> None:
    wages = column([123_456, 99_999_999], 2)
    yearly = exact.multiply_columns(wages, exact.constant(Decimal("0.0061")))
    assert exact.take_column(yearly, 2).dtype == np.int64


def test_large_numbers_come_back_to_machine_integers() -> None:
    wide = exact.multiply_columns(column([2**62], 0), exact.constant(Decimal(1000)))
    assert exact.take_column(wide, 1).dtype == object
    back, _ = exact.divide_columns(wide, exact.constant(Decimal(10**18)))
    assert exact.take_column(back, 1).dtype == np.int64
