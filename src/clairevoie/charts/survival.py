"""Survival curves: the share still waiting, as time goes, for each group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clairevoie.charts.scales import (
    Axis,
    Mark,
    Tick,
    check_interval,
    check_key,
    check_rising,
)
from clairevoie.charts.sweep import check_count


@dataclass(frozen=True, slots=True)
class Step:
    """From ``time`` on, the share is ``share``; ``low`` and ``high`` are its interval, if any."""

    time: float
    share: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a curve says at one time, in words; empty, or «masqué», where it says nothing.

    Attributes:
        written: the share still waiting.
        interval_written: its interval.
        at_risk_written: how many were still followed just before.
    """

    written: str
    interval_written: str = ""
    at_risk_written: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """One group.

    Attributes:
        steps: times rising; none when the group is hidden.
        until: the last time at which anybody was followed.
        readings: one at each time of the chart.
        written: what the curve says at the limit («38 % attendent plus de 48 h»), or why there
            is none; may be empty.
    """

    label: str
    steps: tuple[Step, ...]
    until: float
    readings: tuple[Reading, ...]
    written: str = ""


@dataclass(frozen=True, slots=True)
class SurvivalChart:
    """Step curves with their intervals, the legal limit, and who is still followed."""

    key: str
    title: str
    description: str
    curves: tuple[Curve, ...]
    across: Axis
    up: Axis
    times: tuple[Tick, ...]
    limit: Mark | None


def survival_chart(
    key: str,
    title: str,
    curves: Sequence[Curve],
    *,
    description: str,
    across: Axis,
    up: Axis,
    times: Sequence[Tick] = (),
    limit: Mark | None = None,
) -> SurvivalChart:
    """Return a chart of the share still waiting as time goes.

    Args:
        key: identifies the chart on its page (ASCII letters, digits, hyphens).
        title: what is compared.
        curves: one a group, 6 at most.
        description: what the chart shows, in one sentence, for who does not see it.
        across: the axis of time.
        up: the axis of the share.
        times: those at which the curves are read in words; empty, the marks of the axis.
        limit: the time that the law allows.

    Raises:
        ValueError: too many curves, times that do not rise, a value outside its axis, or a curve
            that is not read at each time.
    """
    check_key(key)
    check_count(len(curves))
    read = tuple(times) or across.ticks
    check_rising("times", [tick.value for tick in read])
    for tick in read:
        check_interval(tick.written, tick.value, None, None, across)
    for curve in curves:
        check_rising(curve.label, [step.time for step in curve.steps])
        for step in curve.steps:
            check_interval(curve.label, step.time, None, None, across)
            check_interval(curve.label, step.share, step.low, step.high, up)
        check_interval(curve.label, curve.until, None, None, across)
        if curve.steps and curve.until < curve.steps[-1].time:
            raise ValueError(f"'{curve.label}' ends before its last step")
        if len(curve.readings) != len(read):
            raise ValueError(
                f"'{curve.label}' has {len(curve.readings)} readings for {len(read)} times"
            )
    if limit is not None and not across.holds(limit.value):
        raise ValueError(f"the limit ({limit.value}) is outside the axis")
    return SurvivalChart(key, title, description, tuple(curves), across, up, read, limit)
