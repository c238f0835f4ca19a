"""Threshold sweep: what a rate would be, for each group, at each threshold of a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clairevoie.charts.scales import Axis, Mark, check_interval, check_key, check_rising

MOST_LINES = 6
"""More lines than this cannot be told apart."""


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """A rate at a threshold.

    Attributes:
        at: the threshold.
        at_written: the threshold in words.
        value: the rate; ``None`` where there is none to show, and the line is broken.
        written: the rate in words, or why there is none.
    """

    at: float
    at_written: str
    value: float | None
    written: str


@dataclass(frozen=True, slots=True)
class SweepLine:
    """The rates of one group, thresholds rising."""

    label: str
    points: tuple[SweepPoint, ...]


@dataclass(frozen=True, slots=True)
class SweepChart:
    """Lines of a rate against a threshold, with the threshold in force."""

    key: str
    title: str
    description: str
    lines: tuple[SweepLine, ...]
    across: Axis
    up: Axis
    in_force: Mark | None


def sweep_chart(
    key: str,
    title: str,
    lines: Sequence[SweepLine],
    *,
    description: str,
    across: Axis,
    up: Axis,
    in_force: Mark | None = None,
) -> SweepChart:
    """Return a chart of a rate against the threshold of a score.

    Args:
        key: identifies the chart on its page (ASCII letters, digits, hyphens).
        title: what is compared.
        lines: one a group, `MOST_LINES` at most.
        description: what the chart shows, in one sentence, for who does not see it.
        across: the axis of the thresholds.
        up: the axis of the rate.
        in_force: the threshold applied.

    Raises:
        ValueError: too many lines, thresholds that do not rise, or a value outside its axis.
    """
    check_key(key)
    check_count(len(lines))
    for line in lines:
        check_rising(line.label, [point.at for point in line.points])
        for point in line.points:
            check_interval(line.label, point.at, None, None, across)
            if point.value is not None:
                check_interval(line.label, point.value, None, None, up)
    if in_force is not None and not across.holds(in_force.value):
        raise ValueError(f"the threshold in force ({in_force.value}) is outside the axis")
    return SweepChart(key, title, description, tuple(lines), across, up, in_force)


def check_count(lines: int) -> None:
    """Refuse more lines than can be told apart.

    Raises:
        ValueError: there are more than `MOST_LINES`.
    """
    if lines > MOST_LINES:
        raise ValueError(f"{lines} lines cannot be told apart: draw {MOST_LINES} at most")
