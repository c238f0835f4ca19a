"""Delays, scores and amounts by group, from what was counted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.cells import Cells
from clairevoie.audit.histograms import DelayCounts, ScoreCounts
from clairevoie.audit.intervals import Floats, Interval, wilson
from clairevoie.audit.limits import reached
from clairevoie.audit.model import Delay, Plan
from clairevoie.audit.results import (
    DelayTable,
    Estimate,
    Key,
    Scored,
    ScoreTable,
    Threshold,
    Wait,
)
from clairevoie.audit.survival import (
    Curve,
    kaplan_meier,
    log_rank,
    restricted_mean,
    still_waiting,
    waited,
)

Counts = NDArray[np.int64]


def estimate(interval: Interval, index: int) -> Estimate:
    """Return one value of an interval of arrays; what does not exist is ``None``."""

    def one(values: Floats) -> float | None:
        value = float(np.ravel(values)[index])
        return value if np.isfinite(value) else None

    return Estimate(one(interval.estimate), one(interval.low), one(interval.high))


# --- delays ---------------------------------------------------------------------------------------


def delay_tables(plan: Plan, counts: DelayCounts) -> tuple[DelayTable, ...]:
    """Return how long each group waits, one table for each group of the plan."""
    return tuple(_delay_table(plan, counts, (item.name,)) for item in plan.groups)


def _delay_table(plan: Plan, counts: DelayCounts, cut: Key) -> DelayTable:
    cells = counts.cells.cut((*cut, "days", "closed"))
    keys, ended, still = _by_day(cells, len(cut), len(counts.days))
    level, delay = float(plan.level), counts.delay
    curve = kaplan_meier(counts.days, ended, still, level)
    horizon = _horizon(counts.days, ended, still)
    spans = {share: waited(curve, share) for share in (0.25, 0.5, 0.75)}
    nothing = Interval(*(np.full(len(keys), np.nan) for _ in range(3)))
    mean = restricted_mean(curve, horizon) if horizon > 0 else nothing
    over = _over(delay, curve, counts.cells, cut, level)
    test = log_rank(counts.days, ended, still) if len(keys) > 1 else None
    return DelayTable(
        name=delay.name,
        label=delay.label,
        cut=cut,
        limit=delay.limit,
        horizon=horizon,
        waits=tuple(
            Wait(
                key=key,
                files=int(ended[index].sum() + still[index].sum()),
                open_files=int(still[index].sum()),
                median=estimate(spans[0.5], index),
                first_quartile=estimate(spans[0.25], index),
                last_quartile=estimate(spans[0.75], index),
                mean=estimate(mean, index),
                over=None if over is None else estimate(over, index),
                curve=_steps(curve, index),
            )
            for index, key in enumerate(keys)
        ),
        p=None if test is None or np.isnan(test.p) else test.p,
        unknown=counts.unknown,
        impossible=counts.impossible,
        after=counts.after,
    )


def _over(delay: Delay, curve: Curve, cells: Cells, cut: Key, level: float) -> Interval | None:
    """Return the share of each group that waits more than the limit; ``None`` without one."""
    limit = delay.limit
    if limit is None:
        return None
    if limit.unit == "day":
        return still_waiting(curve, limit.number)
    by_step = cells.cut((*cut, "step", "closed"))
    steps = np.array([int(key) for key in by_step.levels[-2]])
    _, ended, still = _by_day(by_step, len(cut), len(steps))
    return still_waiting(kaplan_meier(steps, ended, still, level), reached(limit))


def _by_day(cells: Cells, cut: int, days: int) -> tuple[list[Key], Counts, Counts]:
    """Return how many files of each group ended after each day, and were last seen open."""
    keys = cells.keys()
    groups = {key: place for place, key in enumerate(dict.fromkeys(key[:cut] for key in keys))}
    ended, still = (np.zeros((len(groups), days), dtype=np.int64) for _ in range(2))
    for key, code, rows in zip(keys, cells.codes, cells.rows.tolist(), strict=True):
        side = ended if key[-1] == "True" else still
        side[groups[key[:cut]], code[-2]] += rows
    return list(groups), ended, still


def _horizon(days: Counts, ended: Counts, still: Counts) -> int:
    """Return the longest time for which every group was followed."""
    there = [group for group in (ended + still) if group.any()]
    return int(min((days[np.flatnonzero(group)[-1]] for group in there), default=0))


def _steps(curve: Curve, index: int) -> tuple[tuple[int, float, float, float, int], ...]:
    """Return the days at which the curve of a group changes."""
    found = []
    for day, ended, share, low, high in zip(
        curve.times.tolist(),
        curve.events[index].tolist(),
        curve.survival[index].tolist(),
        curve.low[index].tolist(),
        curve.high[index].tolist(),
        strict=True,
    ):
        if ended and not np.isnan(share):
            found.append((int(day), share, low, high, int(ended)))
    return tuple(found)


# --- scores ---------------------------------------------------------------------------------------


def score_tables(plan: Plan, counts: ScoreCounts) -> tuple[ScoreTable, ...]:
    """Return how the scores of each group spread, one table for each group of the plan."""
    return tuple(_score_table(plan, counts, (item.name,)) for item in plan.groups)


def _score_table(plan: Plan, counts: ScoreCounts, cut: Key) -> ScoreTable:
    score = counts.score
    cells = counts.cells.cut((*cut, "band"))
    bands = len(counts.edges) + 1
    keys = cells.keys()
    groups = {key: place for place, key in enumerate(dict.fromkeys(key[:-1] for key in keys))}
    names = ("rows", "known", "true")
    found = {name: np.zeros((len(groups), bands)) for name in names}
    for index, (key, code) in enumerate(zip(keys, cells.codes, strict=True)):
        where = groups[key[:-1]], code[-1]
        found["rows"][where] = cells.rows[index]
        for name in names[1:]:
            found[name][where] = cells.sums[name][index] if name in cells.sums else 0
    tried = [float(one) for one in score.thresholds] or counts.deciles.tolist()
    in_force = [] if score.in_force is None else [float(score.in_force)]
    thresholds = sorted({*tried, *in_force})
    return ScoreTable(
        label=score.label,
        cut=cut,
        deciles=tuple(counts.deciles.tolist()),
        in_force=None if score.in_force is None else float(score.in_force),
        groups=tuple(
            Scored(
                key=key,
                rows=int(found["rows"][index].sum()),
                deciles=_by_decile(counts, found["rows"][index]),
                thresholds=tuple(
                    _threshold(plan, counts, one, {n: a[index] for n, a in found.items()})
                    for one in thresholds
                ),
                calibration=_calibration(plan, counts, found, index),
            )
            for key, index in groups.items()
        ),
        unknown=counts.unknown,
    )


def _calibration(
    plan: Plan, counts: ScoreCounts, found: dict[str, Floats], index: int
) -> tuple[Estimate, ...]:
    """Return the share that is true of the known rows of each decile."""
    if plan.truth is None:
        return ()
    known, true = (_by_decile(counts, found[name][index]) for name in ("known", "true"))
    share = wilson(true, known, float(plan.level))
    return tuple(estimate(share, place) for place in range(len(known)))


def _by_decile(counts: ScoreCounts, rows: Floats) -> tuple[int, ...]:
    """Return the rows between each two deciles; equal ones leave nothing between them."""
    # Band b holds scores from edge b − 1: it is in the decile that its lower edge is in.
    lower = np.concatenate([[-np.inf], counts.edges])
    place = np.searchsorted(counts.deciles, lower, side="right")
    return tuple(int(many) for many in np.bincount(place, weights=rows, minlength=10))


def _threshold(
    plan: Plan, counts: ScoreCounts, value: float, found: dict[str, Floats]
) -> Threshold:
    first = int(np.searchsorted(counts.edges, value, side="left")) + 1
    level = float(plan.level)
    above, rows = found["rows"][first:].sum(), found["rows"].sum()
    precision = recall = None
    if plan.truth is not None:
        known, true = found["known"][first:].sum(), found["true"][first:].sum()
        precision = estimate(wilson([true], [known], level), 0)
        recall = estimate(wilson([true], [found["true"].sum()], level), 0)
    return Threshold(
        value=value,
        above=int(above),
        share=estimate(wilson([above], [rows], level), 0),
        precision=precision,
        found=recall,
    )
