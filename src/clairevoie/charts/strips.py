"""Strips: how full the parts of a whole are, and how values spread over a scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clairevoie.charts.bars import percent

GAP = 0.4
TICKS = 26


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a whole, as wide as its ``total``, filled up to ``filled``."""

    label: str
    filled: int
    total: int
    x: str
    width: str
    filled_width: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Parts side by side on one line."""

    title: str
    segments: tuple[Segment, ...]


def completeness_strip(title: str, parts: Sequence[tuple[str, int, int]]) -> Strip:
    """Lay out the parts (label, filled, total) of a whole, side by side; empty parts are left out.

    Raises:
        ValueError: a part is filled more than its total.
    """
    parts = [part for part in parts if part[2] > 0]
    if any(not 0 <= filled <= total for _label, filled, total in parts):
        raise ValueError("a part cannot hold more than its total")
    whole = sum(total for _label, _filled, total in parts)
    room = 100 - GAP * max(len(parts) - 1, 0)
    segments = []
    x = 0.0
    for label, filled, total in parts:
        width = room * total / whole
        segments.append(
            Segment(
                label,
                filled,
                total,
                percent(x, 100),
                percent(width, 100),
                percent(width * filled / total, 100),
            )
        )
        x += width + GAP
    return Strip(title, tuple(segments))


@dataclass(frozen=True, slots=True)
class HistogramBar:
    """One class of a histogram: ``y`` and ``height`` in pixels, written for SVG."""

    label: str
    count: int
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """How values spread over the classes of a scale; ``full_height`` counts the marks below."""

    key: str
    title: str
    description: str
    bars: tuple[HistogramBar, ...]
    height: int
    full_height: int
    ticks: tuple[tuple[str, str, str], ...]
    """(place, label, anchor: start, middle or end) of each mark of the scale."""


def histogram(
    key: str,
    title: str,
    classes: Sequence[tuple[str, int]],
    *,
    description: str,
    ticks: Sequence[tuple[float, str]] = (),
    height: int = 96,
) -> Histogram:
    """Lay out classes (label, count) side by side, the tallest one as high as the chart.

    A class that is not empty is at least three pixels high, so that it is seen. ``ticks`` are
    (place from 0 to 1, label).

    Raises:
        ValueError: a count is negative.
    """
    if any(count < 0 for _label, count in classes):
        raise ValueError("a count cannot be negative")
    tallest = max((count for _label, count in classes), default=0)
    step = 100 / len(classes) if classes else 100.0
    bars = []
    for rank, (label, count) in enumerate(classes):
        tall = max(3.0, height * count / tallest) if count else 0.0
        bars.append(
            HistogramBar(
                label,
                count,
                percent(rank * step, 100),
                percent(step * 0.8, 100),
                f"{height - tall:.1f}",
                f"{tall:.1f}",
            )
        )
    return Histogram(
        key,
        title,
        description,
        tuple(bars),
        height,
        height + (TICKS if ticks else 2),
        tuple(
            (
                percent(place, 1),
                label,
                "start" if place <= 0 else "end" if place >= 1 else "middle",
            )
            for place, label in ticks
        ),
    )
