"""Horizontal bars on both sides of zero: what each thing adds or takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from clairevoie.charts.bars import BAR_HEIGHT, BAR_TOP, LABEL_BASELINE, ROW, Datum, percent

LEAST = 0.4
"""The width of the thinnest bar, in percent of the chart: what is not zero is seen."""


@dataclass(frozen=True, slots=True)
class SignedBar:
    """One bar: ``x`` and ``width`` in percent of the chart, the rest in pixels."""

    datum: Datum
    x: str
    width: str
    negative: bool
    text_y: int
    bar_y: int
    height: int


@dataclass(frozen=True, slots=True)
class SignedChart:
    """Bars from a common zero; ``zero`` is its place, in percent of the chart."""

    key: str
    title: str
    description: str
    bars: tuple[SignedBar, ...]
    zero: str
    height: int


def signed_chart(key: str, title: str, data: Sequence[Datum], *, description: str) -> SignedChart:
    """Lay out bars to the right of zero for what is positive, to the left for what is negative.

    Args:
        key: identifies the chart on its page (ASCII letters, digits, hyphens).
        title: what is compared.
        data: one bar each, in order.
        description: what the chart shows, in one sentence, for who does not see it.

    Raises:
        ValueError: a value is not finite.
    """
    if any(not isfinite(item.value) for item in data):
        raise ValueError("a bar must have a finite value")
    low = min((item.value for item in data), default=0.0)
    high = max((item.value for item in data), default=0.0)
    low, high = min(low, 0.0), max(high, 0.0)
    # Divided before they are subtracted: the span itself may be beyond the largest number.
    largest = max(-low, high) or 1.0
    span = high / largest - low / largest or 1.0
    zero = 100 * (-low / largest) / span

    def bar(rank: int, item: Datum) -> SignedBar:
        length = 100 * abs(item.value / largest) / span
        width = max(length, LEAST) if item.value else 0.0
        left = zero - width if item.value < 0 else zero
        return SignedBar(
            datum=item,
            x=percent(min(max(left, 0.0), 100 - width), 100),
            width=percent(width, 100),
            negative=item.value < 0,
            text_y=rank * ROW + LABEL_BASELINE,
            bar_y=rank * ROW + BAR_TOP,
            height=BAR_HEIGHT,
        )

    return SignedChart(
        key=key,
        title=title,
        description=description,
        bars=tuple(bar(rank, item) for rank, item in enumerate(data)),
        zero=percent(zero, 100),
        height=max(len(data), 1) * ROW,
    )
