"""Bars on both sides of zero."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.charts import Datum, signed_chart

VALUES = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20)


def chart(values: list[float]):
    return signed_chart("c", "Titre", [Datum("a", v, str(v)) for v in values], description="d")


def number(text: str) -> float:
    return float(text.removesuffix("%"))


@given(VALUES)
def test_every_bar_is_inside_and_on_its_side(values: list[float]) -> None:
    found = chart(values)
    zero = number(found.zero)
    assert 0 <= zero <= 100
    assert len(found.bars) == len(values)
    for bar, value in zip(found.bars, values, strict=True):
        left, width = number(bar.x), number(bar.width)
        assert -0.01 <= left <= left + width <= 100.02
        assert bar.negative == (value < 0)
        if value == 0:
            assert width == 0
        elif value > 0:
            assert width >= 0.4
            assert left == pytest.approx(min(zero, 100 - width), abs=0.02)
        else:
            assert left + width == pytest.approx(max(zero, width), abs=0.02)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=10))
def test_lengths_are_to_scale(values: list[float]) -> None:
    span = max(*values, 0.0) - min(*values, 0.0)
    for bar, value in zip(chart(values).bars, values, strict=True):
        exact = 100 * abs(value) / span if span else 0.0
        if exact >= 0.4:
            assert number(bar.width) == pytest.approx(exact, abs=0.01)


def test_a_scale_of_points_is_three_parts() -> None:
    found = chart([120.0, 50.0, -30.0])
    assert found.zero == "20%"
    assert [(bar.x, bar.width) for bar in found.bars] == [
        ("20%", "80%"),
        ("20%", "33.33%"),
        ("0%", "20%"),
    ]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_has_no_length_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        chart([1.0, value])
