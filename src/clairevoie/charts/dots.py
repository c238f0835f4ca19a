"""Dots with intervals: one value a group, how sure it is, and what may be said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from clairevoie.charts.scales import Axis, Mark, check_interval, check_key

Verdict = Literal["higher", "lower", "no_difference", "cannot_tell"]
VERDICTS: tuple[Verdict, ...] = ("higher", "lower", "no_difference", "cannot_tell")


@dataclass(frozen=True, slots=True)
class DotRow:
    """One group.

    Attributes:
        label: its name.
        value: where its dot is; ``None`` when there is none to show.
        low: where its interval starts; ``None`` without an interval; may be beyond the axis.
        high: where it ends.
        written: the value in words («56,1 %»), or why there is none («masqué», «aucun cas»).
        interval_written: the interval in words («de 54,8 à 57,3 %»).
        size_written: out of how many («6 129»); may be empty.
        verdict: the shape of the dot; ``None`` when nothing is compared.
        verdict_written: what is said of it, in place of the usual words.
    """

    label: str
    value: float | None
    written: str
    low: float | None = None
    high: float | None = None
    interval_written: str = ""
    size_written: str = ""
    verdict: Verdict | None = None
    verdict_written: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """The values that are not held to differ: from ``low`` to ``high`` (±δ)."""

    low: float
    high: float
    label: str


@dataclass(frozen=True, slots=True)
class DotChart:
    """Rows on one axis; ``group_heading`` and the others head the columns of the data table."""

    key: str
    title: str
    description: str
    rows: tuple[DotRow, ...]
    axis: Axis
    reference: Mark | None
    band: Band | None
    group_heading: str
    value_heading: str
    interval_heading: str
    size_heading: str


def dot_chart(
    key: str,
    title: str,
    rows: Sequence[DotRow],
    *,
    description: str,
    axis: Axis,
    reference: Mark | None = None,
    band: Band | None = None,
    group_heading: str = "",
    value_heading: str = "",
    interval_heading: str = "",
    size_heading: str = "",
) -> DotChart:
    """Return a chart of dots with intervals, one row each, in the order given.

    Args:
        key: identifies the chart on its page (ASCII letters, digits, hyphens).
        title: what is compared.
        rows: the groups.
        description: what the chart shows, in one sentence, for who does not see it.
        axis: on which all of them are; it holds every value.
        reference: a line that they are compared with.
        band: values held to be no different.
        group_heading: heads the groups in the data table; empty, usual words are used.
        value_heading: heads the values.
        interval_heading: heads the intervals («Intervalle à 95 %»).
        size_heading: heads the sizes.

    Raises:
        ValueError: a value, the reference or the band is outside the axis, an interval does not
            hold its value, or a row has neither a value nor a word for it.
    """
    check_key(key)
    for row in rows:
        if row.value is not None:
            check_interval(row.label, row.value, row.low, row.high, axis)
        elif not row.written:
            raise ValueError(f"'{row.label}' has no value, and does not say why")
        elif row.low is not None or row.high is not None:
            raise ValueError(f"'{row.label}' has an interval but no value")
    if reference is not None and not axis.holds(reference.value):
        raise ValueError(f"the reference ({reference.value}) is outside the axis")
    if band is not None and not axis.low <= band.low <= band.high <= axis.high:
        raise ValueError(f"the band ({band.low} to {band.high}) is outside the axis")
    return DotChart(
        key=key,
        title=title,
        description=description,
        rows=tuple(rows),
        axis=axis,
        reference=reference,
        band=band,
        group_heading=group_heading,
        value_heading=value_heading,
        interval_heading=interval_heading,
        size_heading=size_heading,
    )
