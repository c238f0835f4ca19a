"""Axes have round marks that cover what they show, and each value has its place."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.charts import linear_axis, log_axis
from clairevoie.charts.scales import LARGEST, check_key, nice_ratios, nice_ticks

ANY = st.floats(-LARGEST, LARGEST)
COUNTS = st.integers(2, 12)
RATIOS = st.floats(1e-12, 1e12)


@given(ANY, ANY, COUNTS)
def test_marks_cover_the_values_and_are_few(first: float, second: float, most: int) -> None:
    low, high = min(first, second), max(first, second)
    ticks = nice_ticks(first, second, most=most)
    assert 2 <= len(ticks) <= most
    assert all(left < right for left, right in pairwise(ticks))
    room = 1e-12 * max(abs(low), abs(high))
    assert ticks[0] <= low + room
    assert ticks[-1] >= high - room


@given(st.integers(-10_000, 10_000), st.integers(1, 10_000), st.integers(-6, 6))
def test_marks_are_round_and_evenly_apart(low: int, span: int, exponent: int) -> None:
    ticks = nice_ticks(low * 10.0**exponent, (low + span) * 10.0**exponent)
    step = ticks[1] - ticks[0]
    leading = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(leading - digit) for digit in (1, 2, 5, 10)) < 1e-6
    for left, right in pairwise(ticks):
        assert right - left == pytest.approx(step, rel=1e-6)


def test_marks_are_those_that_one_would_write() -> None:
    assert nice_ticks(0, 0.98) == (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    assert nice_ticks(0.3, 0.7) == (0.3, 0.4, 0.5, 0.6, 0.7)
    assert nice_ticks(-0.13, 0.04) == (-0.15, -0.1, -0.05, 0.0, 0.05)
    assert nice_ticks(5, 5) == (4.5, 5.0, 5.5)
    assert nice_ratios(0.4, 2.2) == (0.2, 0.5, 1.0, 2.0, 5.0)


@given(RATIOS, RATIOS)
def test_marks_of_ratios_cover_and_hold_one(first: float, second: float) -> None:
    low, high = min(first, second), max(first, second)
    ticks = nice_ratios(first, second)
    assert 2 <= len(ticks) <= 6
    assert ticks[0] <= low <= high <= ticks[-1]
    assert all(left < right for left, right in pairwise(ticks))
    if low < 1 < high:
        assert 1.0 in ticks or len(ticks) == 2


@given(ANY, ANY, st.lists(st.floats(0, 1), min_size=2))
def test_places_are_within_and_keep_their_order(
    first: float, second: float, shares: list[float]
) -> None:
    axis = linear_axis(first, second, repr)
    low, high = min(first, second), max(first, second)
    values = sorted(min(low + share * (high - low), high) for share in shares)
    places = [axis.place(value) for value in values]
    assert all(0 <= place <= 100 for place in places)
    assert places == sorted(places)
    assert (axis.place(axis.low), axis.place(axis.high)) == (0, 100)


@given(st.floats(0.01, 100))
def test_equal_ratios_are_equal_lengths(value: float) -> None:
    axis = log_axis(0.01, 100, repr)
    middle = axis.place(1)
    assert axis.place(value) - middle == pytest.approx(middle - axis.place(1 / value), abs=1e-6)


def test_no_two_marks_are_written_alike() -> None:
    axis = linear_axis(0, 0.013, lambda value: f"{value:.0%}")
    assert [tick.written for tick in axis.ticks] == ["0%", "1%", "2%"]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_an_axis_has_finite_ends(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        linear_axis(0, value, repr)
    with pytest.raises(ValueError, match=r"finite|positive"):
        log_axis(1, value, repr)


def test_an_axis_of_ratios_is_positive_and_marks_are_enough() -> None:
    with pytest.raises(ValueError, match="positive"):
        log_axis(0, 1, repr)
    with pytest.raises(ValueError, match="at least 3"):
        nice_ratios(1, 2, most=2)
    with pytest.raises(ValueError, match="at least 2"):
        nice_ticks(1, 2, most=1)


@pytest.mark.parametrize("key", ["", "1a", "é", "a b", 'a"', "a_b", "a\n"])
def test_a_key_can_be_part_of_an_identifier(key: str) -> None:
    with pytest.raises(ValueError, match="name a chart"):
        check_key(key)
    check_key("choisis-2")
