"""Along the chain: who is left at each step, from those concerned to those repaired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clairevoie.charts.scales import Axis, check_interval, check_key
from clairevoie.charts.sweep import check_count


@dataclass(frozen=True, slots=True)
class Share:
    """The share of one group among those at a step.

    Attributes:
        value: where its dot is; ``None`` when there is none to show.
        written: the share in words, or why there is none («masqué»).
        low: where its interval starts; ``None`` without an interval.
        high: where it ends.
        interval_written: the interval in words.
        count_written: how many people; may be empty.
    """

    value: float | None
    written: str
    low: float | None = None
    high: float | None = None
    interval_written: str = ""
    count_written: str = ""


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step of the chain.

    Attributes:
        label: «Signalés par l’algorithme».
        written: how many there are, in words.
        shares: one a group, in the order of the chart's groups.
        by: who decides of it: the machine, an agent, the person; may be empty.
    """

    label: str
    written: str
    shares: tuple[Share, ...]
    by: str = ""


@dataclass(frozen=True, slots=True)
class FunnelChart:
    """The composition at each step of a chain."""

    key: str
    title: str
    description: str
    groups: tuple[str, ...]
    steps: tuple[FunnelStep, ...]
    axis: Axis
    step_heading: str
    interval_heading: str


def funnel_chart(
    key: str,
    title: str,
    groups: Sequence[str],
    steps: Sequence[FunnelStep],
    *,
    description: str,
    axis: Axis,
    step_heading: str = "",
    interval_heading: str = "",
) -> FunnelChart:
    """Return a chart of the share of each group at each step of a chain.

    Args:
        key: identifies the chart on its page (ASCII letters, digits, hyphens).
        title: what is compared.
        groups: their names, 6 at most.
        steps: from the first to the last.
        description: what the chart shows, in one sentence, for who does not see it.
        axis: of the shares.
        step_heading: heads the steps in the data table; empty, usual words are used.
        interval_heading: heads the intervals («Intervalle à 95 %»).

    Raises:
        ValueError: too many groups, a step without one share a group, or a share outside the axis.
    """
    check_key(key)
    check_count(len(groups))
    for step in steps:
        if len(step.shares) != len(groups):
            raise ValueError(
                f"'{step.label}' has {len(step.shares)} shares for {len(groups)} groups"
            )
        for share in step.shares:
            if share.value is not None:
                check_interval(step.label, share.value, share.low, share.high, axis)
            elif not share.written:
                raise ValueError(f"'{step.label}' has a share without a value or a word for it")
    return FunnelChart(
        key, title, description, tuple(groups), tuple(steps), axis, step_heading, interval_heading
    )
