"""Tables of delays, scores and amounts that may be published: made of nothing but their classes.

What is shown is computed again from counts in classes (`clairevoie.audit.classes`): curves and
shares tell no more than these. Files of a class ended on its last day; those still open were
followed until then. Means of delays take the middle of each class. Amounts are rounded, and their
largest is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import floor, log10
from typing import Any

import numpy as np

from clairevoie.audit.classes import Classed
from clairevoie.audit.intervals import Floats, Interval, wilson
from clairevoie.audit.model import Delay, Plan, Score
from clairevoie.audit.results import (
    AmountTable,
    DelayTable,
    Estimate,
    Key,
    Scored,
    ScoreTable,
    Threshold,
    Wait,
)
from clairevoie.audit.spans import estimate
from clairevoie.audit.survival import (
    Curve,
    kaplan_meier,
    log_rank,
    restricted_mean,
    still_waiting,
    waited,
)

MEAN_DIGITS = 3
QUANTILE_DIGITS = 2
EACH_SIDE = 10
"""Quantiles are those of at least so many times the least: a tenth of them has the least."""


def delay_table(
    plan: Plan,
    delay: Delay,
    group: str,
    classed: Classed,
    keys: list[Key],
    left: tuple[int | None, int | None, int | None],
) -> DelayTable | None:
    """Return a delay by one group, from classes of days; ``None`` with no limit between classes.

    Args:
        plan, delay: what is asked.
        group: its name.
        classed: its files, ended and still open.
        keys: of its levels.
        left: rows left out that may be told (`clairevoie.audit.histograms.DelayCounts`).
    """
    if not classed.limits:
        return None
    days = np.array(classed.limits)
    ended, still = (classed.lines[group][:, kind].astype(np.float64) for kind in range(2))
    files = (ended + still).sum(axis=1)
    # Whoever waited longer than the last day had waited until it, and no more is said.
    later = ended[:, -1]
    ended, still = ended[:, :-1], still[:, :-1].copy()
    still[:, -1] += later
    level = float(plan.level)
    curve = kaplan_meier(days, ended, still, level)
    horizon, mean = _means(days, ended, still, later, level)
    spans = {share: waited(curve, share) for share in (0.25, 0.5, 0.75)}
    over = None
    if delay.limit is not None and delay.limit.last in classed.limits:
        over = still_waiting(curve, delay.limit.last)
    test = log_rank(days, ended, still) if len(keys) > 1 else None
    return DelayTable(
        name=delay.name,
        label=delay.label,
        cut=(group,),
        limit=delay.limit,
        horizon=horizon,
        waits=tuple(
            Wait(
                key=key,
                files=int(files[index]),
                open_files=None,
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
        unknown=left[0],
        impossible=left[1],
        after=left[2],
    )


def _means(
    days: Floats, ended: Floats, still: Floats, later: Floats, level: float
) -> tuple[int, Interval]:
    """Return the last day up to which every group was followed, and mean days waited up to it."""
    many = len(ended)
    beyond = (ended + still).sum(axis=1)[:, None] - np.cumsum(ended + still, axis=1)
    beyond[:, -1] = later
    followed = np.flatnonzero((beyond > 0).all(axis=0))
    if not len(followed):
        return 0, Interval(*(np.full(many, np.nan) for _ in range(3)))
    last = int(followed[-1])
    starts = np.concatenate([[-1.0], days[:last]])
    # A class of one day has that day for its middle.
    middle = (starts + 1 + days[: last + 1]) / 2
    times = np.append(middle, max(days[last], middle[-1] + 1e-9))
    nobody = np.zeros((many, 1))
    open_until = still[:, : last + 1].copy()
    open_until[:, -1] -= later * (last == len(days) - 1)
    curve = kaplan_meier(
        times,
        np.hstack([ended[:, : last + 1], nobody]),
        np.hstack([open_until, beyond[:, last : last + 1]]),
        level,
    )
    horizon = float(times[-1])
    if horizon <= 0:
        return int(days[last]), Interval(*(np.full(many, np.nan) for _ in range(3)))
    return int(days[last]), restricted_mean(curve, horizon)


def _steps(curve: Curve, index: int) -> tuple[tuple[int, float, float, float, int], ...]:
    return tuple(
        (int(day), float(share), float(low), float(high), int(ended))
        for day, ended, share, low, high in zip(
            curve.times,
            curve.events[index],
            curve.survival[index],
            curve.low[index],
            curve.high[index],
            strict=True,
        )
        if ended and not np.isnan(share)
    )


def score_table(
    plan: Plan, score: Score, group: str, classed: Classed, keys: list[Key], deciles: Floats
) -> ScoreTable | None:
    """Return a score by one group, from bands; ``None`` with no limit between them.

    Args:
        plan, score: what is asked.
        group: its name.
        classed: its rows.
        keys: of its levels.
        deciles: of all rows.
    """
    if not classed.limits:
        return None
    rows = classed.lines[group][:, 0]
    limits = np.array(classed.limits)
    tenths = set(deciles.tolist()) <= set(classed.limits)
    place = np.searchsorted(deciles, np.concatenate([[-np.inf], limits]), side="right")
    force = None if score.in_force is None else float(score.in_force)
    tried = {float(one) for one in score.thresholds} or set(deciles.tolist())
    kept = [one for one in classed.limits if one in tried or one == force]
    return ScoreTable(
        label=score.label,
        cut=(group,),
        deciles=tuple(deciles.tolist()) if tenths else (),
        in_force=force,
        groups=tuple(
            Scored(
                key=key,
                rows=int(rows[index].sum()),
                deciles=tuple(
                    int(many) for many in np.bincount(place, weights=rows[index], minlength=10)
                )
                if tenths
                else (),
                thresholds=tuple(
                    _threshold(plan, value, rows[index], int(np.searchsorted(limits, value)) + 1)
                    for value in kept
                ),
            )
            for index, key in enumerate(keys)
        ),
        unknown=int(classed.others[group].sum()),
    )


def _threshold(plan: Plan, value: float, rows: Any, first: int) -> Threshold:
    above = int(rows[first:].sum())
    share = wilson([above], [rows.sum()], float(plan.level))
    return Threshold(value, above, estimate(share, 0), None, None)


# --- amounts --------------------------------------------------------------------------------------


def amount_form(table: AmountTable, least: int, persons: Mapping[Key, int]) -> AmountTable:
    """Return an amount by one group, rounded, without what one row tells.

    Args:
        table: exact.
        least: of the plan's secrecy.
        persons: that each line is on.
    """
    return replace(
        table,
        groups=tuple(
            replace(
                one,
                total=rounded(one.total, MEAN_DIGITS),
                mean=Estimate(
                    *(
                        None if value is None else rounded(value, MEAN_DIGITS)
                        for value in (one.mean.value, one.mean.low, one.mean.high)
                    )
                ),
                quantiles=tuple(rounded(value, QUANTILE_DIGITS) for value in one.quantiles)
                if persons[one.key] >= EACH_SIDE * least
                else (),
                largest=None,
            )
            for one in table.groups
        ),
    )


def rounded(value: float, digits: int) -> float:
    """Return a number to so many significant digits."""
    if value == 0 or not np.isfinite(value):
        return value
    return float(round(value, digits - 1 - floor(log10(abs(value)))))
