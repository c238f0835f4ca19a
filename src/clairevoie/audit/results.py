"""What an audit finds: rates of groups, comparisons with their verdicts, in plain values.

``None`` stands for what does not exist (the rate of nobody), never 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from clairevoie.audit.model import Limit
from clairevoie.audit.verdicts import Kind, Reason
from clairevoie.rules.model import Text

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its interval; a bound is ``None`` where there is none (a ratio to nothing)."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """A measure for one group.

    Attributes:
        key: the level of each name of the cut.
        count, of: what the rate is made of: decisions, persons, or sums of weights.
        rate: with its interval.
        share_of: this group among those to whom it could happen.
        share_hit: this group among those to whom it did.
        pooled: for an intersection, the rate drawn towards what its attributes foresee.
        bounds: the least and the most that the rate can be, whatever group the rows without one
            belong to; ``None`` where no row lacks one.
    """

    key: Key
    count: float
    of: float
    rate: Estimate
    share_of: float | None
    share_hit: float | None
    pooled: Estimate | None = None
    bounds: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A group beside another, or beside the others.

    Attributes:
        key: the group.
        against: the group that it is compared with; ``None`` for the rest, or for all.
        difference: of the rates.
        ratio: of the rates.
        p: of equal rates, not adjusted.
        adjusted: for all comparisons of the measure.
        verdict, needed, reason: what may be said (`audit.verdicts.Verdict`).
        within: the difference within conditions (Mantel-Haenszel), where the plan has conditions.
        ratio_within: the ratio within conditions.
    """

    key: Key
    against: Key | None
    difference: Estimate
    ratio: Estimate
    p: float | None
    adjusted: float | None
    verdict: Kind
    needed: int | None
    reason: Reason
    within: Estimate | None = None
    ratio_within: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """The largest gap between groups, and what chance alone would give.

    Attributes:
        value: highest less lowest rate, of the groups ``highest`` and ``lowest``.
        expected, usual, p: if all groups had the same rate (`audit.spread.LargestGap`).
        low, high: its interval (`audit.ranges`); ``None`` where there is none.
    """

    value: float | None
    lowest: Key | None
    highest: Key | None
    expected: float | None
    usual: float | None
    p: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Reversal:
    """A difference that turns the other way within conditions (Simpson).

    Attributes:
        higher, lower: the groups, as they are overall.
        overall, within: the difference of their rates, and the same within conditions.
        conditions: how many there are, and how many go the other way.
        certain: whether the interval within conditions leaves nothing but the other way.
    """

    higher: Key
    lower: Key
    overall: float
    within: float
    conditions: tuple[int, int]
    certain: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One measure over one cut.

    Attributes:
        measure: identifier: ``rate:refus``, ``precision``, ``random:error``…
        parts: names of the sums that count and of are made of, for secrecy.
        total: over everybody.
    """

    measure: str
    label: Text
    cut: tuple[str, ...]
    parts: tuple[str, ...]
    total: Line
    lines: tuple[Line, ...]
    compared: tuple[Compared, ...]
    gap: Gap | None
    reversals: tuple[Reversal, ...] = ()
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Wait:
    """How long one group waits; days, ``None`` where the files followed do not tell.

    Attributes:
        files, open_files: files of the group, and those still open; ``None`` where that is not
            published.
        median, first_quartile, last_quartile: by when half, a quarter, three quarters had ended.
        mean: days waited on average up to the horizon of the table.
        over: share that waits more than the limit.
        curve: day, share still waiting after it, its bounds, files that ended since the day before
            it in the curve.
    """

    key: Key
    files: int
    open_files: int | None
    median: Estimate
    first_quartile: Estimate
    last_quartile: Estimate
    mean: Estimate
    over: Estimate | None
    curve: tuple[tuple[int, float, float, float, int], ...]


@dataclass(frozen=True, slots=True)
class DelayTable:
    """A delay, by group.

    Attributes:
        limit: what is allowed; ``None`` without one.
        horizon: days up to which means are taken: the longest that all groups were followed.
        p: of the log-rank test that all groups wait alike.
        unknown, impossible, after: rows left out (`audit.histograms.DelayCounts`); ``None`` where
            they are not published.
    """

    name: str
    label: Text
    cut: Key
    limit: Limit | None
    horizon: int
    waits: tuple[Wait, ...]
    p: float | None
    unknown: int | None
    impossible: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a threshold of the score would do to one group.

    Attributes:
        value: of the threshold.
        above: rows of the group with that score or more; ``share`` of them all.
        true: of those known, that are true; ``precision`` out of the known ones above.
        found: of the true ones known, the share above.
    """

    value: float
    above: int
    share: Estimate
    precision: Estimate | None
    found: Estimate | None


@dataclass(frozen=True, slots=True)
class Scored:
    """The score of one group: how its rows spread over all deciles, and what thresholds do.

    Attributes:
        calibration: of the rows known of each decile, the share that is true: groups for which the
            same score means the same have the same shares. None without a truth, nor published.
    """

    key: Key
    rows: int
    deciles: tuple[int, ...]
    thresholds: tuple[Threshold, ...]
    calibration: tuple[Estimate, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """A score, by group; ``unknown`` rows have none."""

    label: Text
    cut: Key
    deciles: tuple[float, ...]
    in_force: float | None
    groups: tuple[Scored, ...]
    unknown: int


@dataclass(frozen=True, slots=True)
class Paid:
    """An amount in one group: its mean with interval, quantiles, and the largest of one row.

    Published, numbers are rounded; ``largest`` is ``None``, and there may be no quantiles.
    """

    key: Key
    rows: int
    total: float
    mean: Estimate
    quantiles: tuple[float, ...]
    largest: float | None


@dataclass(frozen=True, slots=True)
class AmountTable:
    """An amount, by group; quantiles are those of `QUANTILES`; ``unknown`` rows have none."""

    name: str
    label: Text
    unit: Text
    cut: Key
    groups: tuple[Paid, ...]
    unknown: int


QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
