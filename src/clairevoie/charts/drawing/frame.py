"""What is around the data: marks of the axes, lines across, their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from clairevoie.charts.drawing.lettering import width_of, wrap
from clairevoie.charts.drawing.pen import LEADING, SMALL, Pen, Shape
from clairevoie.charts.scales import Axis, Mark, Tick

PAD = 9.0
"""Room at both ends of an axis for half of a mark."""
GAP = 10.0
CAP = 4.5


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the drawing on which an axis is laid, within ``bounds`` where words may go."""

    start: float
    end: float
    bounds: tuple[float, float]

    def at(self, axis: Axis, value: float) -> float:
        """Return where a value is."""
        return self.start + PAD + axis.place(value) / 100 * (self.end - self.start - 2 * PAD)

    def middle_for(self, x: float, wide: float) -> float:
        """Return the middle of a label as near to ``x`` as it may be."""
        low, high = self.bounds
        return max(min(x, high - wide / 2), low + wide / 2)


def grid(pen: Pen, axis: Axis, span: Span, top: float, bottom: float) -> list[str]:
    """Return a thin line down at each mark of an axis."""
    places = [span.at(axis, tick.value) for tick in axis.ticks]
    return [pen.line((x, top), (x, bottom), "line") for x in places]


def marks_below(
    pen: Pen, axis: Axis, span: Span, y: float, ticks: Sequence[Tick] = ()
) -> tuple[list[str], float]:
    """Return the marks of an axis in words and its title, under ``y``, and where they end."""
    made = []
    for tick, x in shown(axis, span, ticks or axis.ticks):
        made.append(pen.words(x, y + SMALL + 2, tick.written, size=SMALL, anchor="middle"))
    y += LEADING + 2
    for line in wrap(axis.title, span.bounds[1] - span.bounds[0], SMALL):
        x = span.middle_for((span.start + span.end) / 2, width_of(line, SMALL))
        made.append(pen.words(x, y + SMALL, line, size=SMALL, fill="soft", anchor="middle"))
        y += LEADING
    return made, y


def shown(axis: Axis, span: Span, ticks: Sequence[Tick]) -> list[tuple[Tick, float]]:
    """Return as many evenly taken ticks as can be written without touching, with their middles."""
    placed: list[tuple[Tick, float]] = []
    for stride in range(1, len(ticks) + 1):
        placed = [
            (tick, span.middle_for(span.at(axis, tick.value), width_of(tick.written, SMALL)))
            for tick in ticks[::stride]
        ]
        if all(
            right[1] - left[1]
            >= (width_of(left[0].written, SMALL) + width_of(right[0].written, SMALL)) / 2 + 6
            for left, right in pairwise(placed)
        ):
            break
    return placed


def mark_down(
    pen: Pen, mark: Mark, axis: Axis, span: Span, top: float
) -> tuple[list[str], float, float]:
    """Return the label of a line across, from the top down, where it ends, and the line's x."""
    x = span.at(axis, mark.value)
    made = []
    for line in wrap(mark.label, span.bounds[1] - span.bounds[0], SMALL):
        middle = span.middle_for(x, width_of(line, SMALL))
        made.append(pen.words(middle, top + SMALL, line, size=SMALL, anchor="middle"))
        top += LEADING
    return made, top, x


def interval(
    pen: Pen,
    axis: Axis,
    span: Span,
    ends: tuple[float | None, float | None],
    y: float,
    colour: str,
) -> list[str]:
    """Return the bar of an interval; an end beyond the axis is an arrow."""
    low, high = ends
    if low is None or high is None:
        return []
    left, right = span.at(axis, low), span.at(axis, high)
    made = [pen.line((left, y), (right, y), colour, width=2.5)]
    for x, value, way in ((left, low, 1), (right, high, -1)):
        if axis.holds(value):
            made.append(pen.line((x, y - CAP), (x, y + CAP), colour, width=2))
        else:
            tip = x - way * PAD
            made += [
                pen.line((tip, y), (x, y), colour, width=2.5),
                pen.line((tip, y), (tip + way * CAP, y - CAP), colour, width=2),
                pen.line((tip, y), (tip + way * CAP, y + CAP), colour, width=2),
            ]
    return made


def sample(pen: Pen, shape: Shape, colour: str, dash: str, x: float, y: float) -> list[str]:
    """Return a short piece of a group's line, with its mark, for a key."""
    return [
        f'<path d="M{x:g} {y:g}h34" fill="none" stroke="{pen.colour(colour)}" stroke-width="2.5"'
        + (f' stroke-dasharray="{dash}"/>' if dash else "/>"),
        pen.shape(shape, x + 17, y, colour),
    ]
