"""Horizontal bars: one quantity compared between a few things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ROW = 44
LABEL_BASELINE = 15
BAR_TOP = 22
BAR_HEIGHT = 12


@dataclass(frozen=True, slots=True)
class Datum:
    """What is given for one bar: ``written`` is the value in words, ``url`` what is behind it."""

    label: str
    value: float
    written: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``width`` in percent of the chart, the rest in pixels."""

    datum: Datum
    width: str
    text_y: int
    bar_y: int
    height: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """A chart of horizontal bars on one scale, from 0 to ``full``."""

    key: str
    title: str
    description: str
    bars: tuple[Bar, ...]
    height: int
    full: float


def bar_chart(
    key: str, title: str, data: Sequence[Datum], *, description: str, full: float | None = None
) -> BarChart:
    """Lay out bars, one under the other.

    Args:
        key: identifies the chart on its page (ASCII letters, digits, hyphens).
        title: what is compared.
        data: one bar each, in order; values are finite and not negative.
        description: what the chart shows, in one sentence, for who does not see it.
        full: the value of a bar as wide as the chart; the largest value when left out.

    Raises:
        ValueError: a value is negative, or larger than ``full``.
    """
    largest = max((item.value for item in data), default=0.0)
    scale = largest if full is None else full
    if any(not 0 <= item.value <= scale for item in data):
        raise ValueError("a bar must lie between 0 and the full scale")
    return BarChart(
        key=key,
        title=title,
        description=description,
        bars=tuple(
            Bar(
                datum=item,
                width=percent(item.value, scale),
                text_y=rank * ROW + LABEL_BASELINE,
                bar_y=rank * ROW + BAR_TOP,
                height=BAR_HEIGHT,
            )
            for rank, item in enumerate(data)
        ),
        height=max(len(data), 1) * ROW,
        full=scale,
    )


def percent(value: float, full: float) -> str:
    """Return a length as a percentage of the chart, written for SVG: «4.17%»."""
    share = 100 * value / full if full else 0.0
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"
