"""What is said of all groups of a cut together: how sure the largest gaps are, and equalised odds.

Odds are equalised when those whom a truth makes alike have the same chance to be selected, whatever
their group: the same rate of true positives, and the same rate of false positives. The equalised
odds difference is the largest gap between two groups, of either rate. All that it takes is in the
tables of both, so that whoever reads them can compute it again.

Source: M. Hardt, E. Price, N. Srebro, « Equality of opportunity in supervised learning », Advances
in Neural Information Processing Systems 29 (2016), definition 2.1; as one number, the
``equalized_odds_difference`` of fairlearn (``agg="worst_case"``), which gives a group without
positives a rate of 0: here it has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from clairevoie.audit.cells import MISSING
from clairevoie.audit.intervals import Floats
from clairevoie.audit.model import Plan
from clairevoie.audit.ranges import Rates, generator_of, largest_interval, rates_of
from clairevoie.audit.results import Key, Line, Table
from clairevoie.audit.spread import dealt

RATES = ("true_positive", "false_positive")
SAMPLES = ("", "random:")
"""What the names of measures begin with: of all known rows, and of those drawn at random."""


@dataclass(frozen=True, slots=True)
class Odds:
    """The equalised odds difference of one cut; groups that are not known take no part.

    Attributes:
        cut: what people are cut by.
        random: whether it is of the sample drawn at random.
        value: largest gap of either rate between two groups; ``None`` where neither rate exists
            for two of them.
        measure: the rate that has it; ``lowest`` and ``highest`` are its groups.
        low, high: its interval (`audit.ranges`); ``None`` where there is none: with weights, with
            clusters, or with too many groups.
        expected, usual, p: the same, by chance alone, if all groups had the same two rates
            (`audit.spread.LargestGap`); ``None`` with weights and with clusters.
        without: for each rate, groups that have none, for want of rows that it is about.
    """

    cut: Key
    random: bool
    value: float | None
    measure: str | None
    lowest: Key | None
    highest: Key | None
    low: float | None
    high: float | None
    expected: float | None
    usual: float | None
    p: float | None
    without: Mapping[str, tuple[Key, ...]]


def with_intervals(plan: Plan, tables: Sequence[Table]) -> tuple[Table, ...]:
    """Return tables whose largest gap, where they have one, has its interval."""
    return tuple(_with_interval(plan, table) for table in tables)


def _with_interval(plan: Plan, table: Table) -> Table:
    if table.gap is None:
        return table
    low, high = largest_interval(
        [_rates(_known(table.lines))],
        replicates=plan.draws,
        rng=generator_of(plan.digest, plan.seed, "gap", table.measure, *table.cut),
        level=float(plan.level),
    )
    return replace(table, gap=replace(table.gap, low=_number(low), high=_number(high)))


def odds_of(plan: Plan, tables: Sequence[Table]) -> tuple[Odds, ...]:
    """Return the equalised odds difference of each cut; none of a plan without a truth."""
    found = {(table.measure, table.cut): table for table in tables}
    return tuple(
        _odds(plan, cut, sample, [found[f"{sample}{name}", cut] for name in RATES])
        for sample in SAMPLES
        for cut in plan.cuts
        if all((f"{sample}{name}", cut) in found for name in RATES)
    )


def _odds(plan: Plan, cut: Key, sample: str, tables: Sequence[Table]) -> Odds:
    lines = [_known(table.lines) for table in tables]
    worst = largest_of(lines)
    measures = [_rates(each) for each in lines]
    none = (np.nan, np.nan)
    bounds, chance = none, (*none, np.nan)
    if worst is not None and not plan.weights and plan.unit != "cluster":
        rng = generator_of(plan.digest, plan.seed, f"{sample}odds", *cut)
        draws, level = plan.draws, float(plan.level)
        bounds = largest_interval(measures, replicates=draws, rng=rng, level=level)
        chance = _by_chance(measures, worst.value, draws, rng, level)
    return Odds(
        cut=cut,
        random=bool(sample),
        value=worst.value if worst else None,
        measure=tables[worst.measure].measure if worst else None,
        lowest=worst.lowest if worst else None,
        highest=worst.highest if worst else None,
        low=_number(bounds[0]),
        high=_number(bounds[1]),
        expected=_number(chance[0]),
        usual=_number(chance[1]),
        p=_number(chance[2]),
        without={
            name: tuple(line.key for line in each if line.of <= 0)
            for name, each in zip(RATES, lines, strict=True)
        },
    )


@dataclass(frozen=True, slots=True)
class Worst:
    """The largest gap of several measures: of which, from 0, and between whom."""

    value: float
    measure: int
    lowest: Key
    highest: Key


def largest_of(measures: Sequence[Sequence[Line]]) -> Worst | None:
    """Return the largest gap between the rates of two groups, of any measure.

    Args:
        measures: lines of each; those without a rate are left aside.
    """
    found = []
    for place, lines in enumerate(measures):
        rates = [(line.count / line.of, line.key) for line in lines if line.of > 0]
        if len(rates) > 1:
            low, high = (pick(rates, key=lambda one: one[0]) for pick in (min, max))
            found.append(Worst(high[0] - low[0], place, low[1], high[1]))
    return max(found, key=lambda one: one.value, default=None)


def _by_chance(
    measures: Sequence[Rates], value: float, draws: int, rng: np.random.Generator, level: float
) -> tuple[float, float, float]:
    """Return the gap on average, the usual one and p, if all groups had the same two rates.

    As `audit.spread.largest_gap`: the hits of each rate are dealt again among its groups.
    """
    null: Floats = np.zeros(draws)
    for one in measures:
        if one.pairs:
            rates = dealt(int(one.count.sum()), one.of.astype(np.int64), draws, rng) / one.of
            null = np.maximum(null, np.ptp(rates, axis=1))
    null = np.sort(null)
    # Equal fractions of different sizes may differ in the last digit.
    beyond = draws - int(np.searchsorted(null, value - 1e-12))
    rank = min(draws - 1, int(np.ceil(level * draws)) - 1)
    return float(null.mean()), float(null[rank]), (1 + beyond) / (1 + draws)


def is_told(one: Odds, forms: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether all that a difference is made of is in some tables, as they are published.

    Args:
        one: the difference.
        forms: tables as plain values, where a figure that is hidden is ``None``.
    """
    sample = SAMPLES[one.random]
    wanted = {f"{sample}{name}" for name in RATES}
    made_of = [
        table for table in forms if tuple(table["cut"]) == one.cut and table["measure"] in wanted
    ]
    return len(made_of) == len(wanted) and all(
        line["count"] is not None for table in made_of for line in (table["total"], *table["lines"])
    )


def _known(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if MISSING not in line.key]


def _rates(lines: Sequence[Line]) -> Rates:
    return rates_of([line.count for line in lines], [line.of for line in lines])


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
