"""From cells to findings: rates with intervals, comparisons with verdicts, for each cut.

All comparisons of one measure, over all cuts, are corrected together: a plan of many groups finds
no more by chance than one of few.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.cells import MISSING, Cells
from clairevoie.audit.corrections import adjusted, corrected_level, equal_rates
from clairevoie.audit.counts import Counts, counts_of, in_one_cell_each, of_the_rest
from clairevoie.audit.intervals import (
    Floats,
    Interval,
    miettinen_nurminen_difference,
    miettinen_nurminen_ratio,
    newcombe,
    wilson,
)
from clairevoie.audit.measures import Measure, measures_of
from clairevoie.audit.model import Plan, PlanProblem
from clairevoie.audit.pooling import partial_pooling
from clairevoie.audit.results import Compared, Estimate, Gap, Key, Line, Reversal, Table
from clairevoie.audit.spread import largest_gap, rest
from clairevoie.audit.strata import (
    mantel_haenszel_difference,
    mantel_haenszel_ratio,
    simpson_reversals,
)
from clairevoie.audit.verdicts import manski_bounds, verdicts
from clairevoie.rules.model import Text


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Which group stands beside which: places, −1 for the rest or for all."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Part:
    """A measure over one cut: its counts, and both sides of its comparisons, of shape (pairs,)."""

    measure: Measure
    cut: tuple[str, ...]
    counts: Counts
    pairs: _Pairs
    sides: tuple[Floats, Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class _Compared:
    """The comparisons of a part; ``wide`` is the interval that its verdicts rest on."""

    difference: Interval
    ratio: Interval
    p: Floats
    adjusted: Floats
    wide: Interval


def tables_of(plan: Plan, cells: Cells) -> tuple[Table, ...]:
    """Return all measures of a plan over all its cuts.

    Raises:
        PlanProblem: a reference is no level that the journal has.
    """
    _check_references(plan, cells)
    rng = np.random.default_rng(plan.seed)
    cuts = {cut: cells.cut(cut) for cut in plan.cuts}
    measures = measures_of(plan, cells)
    parts = [
        _part(plan, one, cut, counts_of(plan, cuts[cut], one))
        for one in measures
        for cut in plan.cuts
    ]
    whole = {one.name: counts_of(plan, cells.cut(()), one) for one in measures}
    return tuple(
        _table(plan, cells, part, compared, whole[part.measure.name], rng)
        for part, compared in zip(parts, _compared(plan, parts), strict=True)
    )


def _check_references(plan: Plan, cells: Cells) -> None:
    for item in plan.groups if plan.compare == "reference" else ():
        levels = cells.levels[cells.names.index(item.name)]
        if item.reference not in levels:
            known = ", ".join(f"'{level}'" for level in levels if level)
            sentence = f"the reference '{item.reference}' is none of its values: {known}"
            raise PlanProblem((f"groups.{item.name}", sentence))


def _part(plan: Plan, measure: Measure, cut: tuple[str, ...], counts: Counts) -> _Part:
    pairs = _pairs(plan, cut, counts)
    return _Part(measure, cut, counts, pairs, _sides(counts, pairs))


def _table(
    plan: Plan,
    cells: Cells,
    part: _Part,
    compared: _Compared,
    whole: Counts,
    rng: np.random.Generator,
) -> Table:
    level, counts, cut = float(plan.level), part.counts, part.cut
    return Table(
        measure=part.measure.name,
        label=part.measure.label,
        cut=cut,
        parts=part.measure.parts,
        total=_lines(whole, level)[0],
        lines=_with_bounds(cut, _pooled(cut, cells, counts, _lines(counts, level), level)),
        compared=_judged(plan, cells, part, compared),
        gap=_gap(plan, counts, rng),
        reversals=_reversals(plan, cells, part.measure, cut, counts),
        level=level,
    )


# --- lines ----------------------------------------------------------------------------------------


def _lines(counts: Counts, level: float) -> tuple[Line, ...]:
    found = wilson(counts.seen, counts.out_of, level)
    of, hit = counts.of.sum(), counts.count.sum()
    return tuple(
        Line(
            key=key,
            count=float(counts.count[index]),
            of=float(counts.of[index]),
            rate=_estimate(found, index),
            share_of=float(counts.of[index] / of) if of > 0 else None,
            share_hit=float(counts.count[index] / hit) if hit > 0 else None,
        )
        for index, key in enumerate(counts.keys)
    )


def _estimate(interval: Interval, index: int) -> Estimate:
    return Estimate(
        _number(interval.estimate, index),
        _number(interval.low, index),
        _number(interval.high, index),
    )


def _number(values: Floats, index: int) -> float | None:
    value = float(np.broadcast_to(values, np.broadcast(values).shape).ravel()[index])
    return value if np.isfinite(value) else None


def _pooled(
    cut: Sequence[str], cells: Cells, counts: Counts, lines: tuple[Line, ...], level: float
) -> tuple[Line, ...]:
    """Add to an intersection the rates drawn towards what its attributes foresee."""
    if len(cut) < 2 or not np.any(counts.of > 0):
        return lines
    codes = cells.cut(cut).codes
    found = partial_pooling(counts.seen, counts.out_of, codes, level)
    return tuple(
        replace(line, pooled=_estimate(Interval(found.rate, found.low, found.high), index))
        for index, line in enumerate(lines)
    )


def _with_bounds(cut: Sequence[str], lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Add to each group what its rate can be at least and at most, if the missing belong to it."""
    if len(cut) != 1:
        return lines
    missing = next((line for line in lines if line.key == (MISSING,)), None)
    if missing is None or missing.of <= 0:
        return lines
    return tuple(
        line if line is missing else replace(line, bounds=_bounds_of(line, missing))
        for line in lines
    )


def _bounds_of(line: Line, missing: Line) -> Estimate:
    found = manski_bounds(line.count, line.of, missing.count, missing.of)
    return Estimate(line.rate.value, float(found.low), float(found.high))


# --- comparisons ----------------------------------------------------------------------------------


def _pairs(plan: Plan, cut: Sequence[str], counts: Counts) -> _Pairs:
    many = len(counts.keys)
    known = [index for index, key in enumerate(counts.keys) if MISSING not in key]
    if plan.compare == "pairs":
        found = list(combinations(known, 2))
    elif plan.compare == "reference":
        reference = tuple(plan.group(name).reference for name in cut)
        place = counts.keys.index(reference) if reference in counts.keys else -2
        found = [(index, place) for index in range(many) if index != place and place >= 0]
    elif many == 2 and plan.compare == "rest":
        found = [(0, 1)]  # the rest is the other one: the second comparison would say the same
    else:
        found = [(index, -1) for index in range(many)]
    first, second = zip(*found, strict=True) if found else ((), ())
    return _Pairs(np.array(first, dtype=np.intp), np.array(second, dtype=np.intp))


def _sides(counts: Counts, pairs: _Pairs) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the counts of both sides of each pair."""
    return (
        counts.seen[pairs.first],
        counts.out_of[pairs.first],
        _second(pairs, counts.seen, counts.rest),
        _second(pairs, counts.out_of, counts.out_of_rest),
    )


def _second(pairs: _Pairs, groups: Floats, others: Floats) -> Floats:
    """Return the values of the second side: of a group, or of all but the first."""
    alone = pairs.second < 0
    if not len(alone):
        return groups[:0]
    return np.where(alone, others[pairs.first], groups[np.where(alone, 0, pairs.second)])


def _compared(plan: Plan, parts: Sequence[_Part]) -> list[_Compared]:
    """Return the comparisons of all parts; those of one measure are corrected together.

    All are computed at once: an interval that is searched for costs as much for one as for many.
    """
    if not parts:  # a plan of delays only
        return []
    level = float(plan.level)
    sides = _joined([part.sides for part in parts])
    ends = np.cumsum([len(part.pairs.first) for part in parts])[:-1]
    difference, ratio = newcombe(*sides, level), miettinen_nurminen_ratio(*sides, level)
    p = equal_rates(*sides)
    judged, wide = np.full(len(p), np.nan), [np.full(len(p), np.nan) for _ in range(3)]
    names = np.repeat([part.measure.name for part in parts], [len(part.sides[0]) for part in parts])
    for name in dict.fromkeys(names.tolist()):
        mine = names == name
        judged[mine] = adjusted(p[mine], plan.correction)
        # Verdicts rest on intervals as wide as the number of comparisons asks for.
        wider = corrected_level(level, p[mine], plan.correction)
        found = miettinen_nurminen_difference(
            sides[0][mine], sides[1][mine], sides[2][mine], sides[3][mine], wider
        )
        for column, values in zip(wide, (found.estimate, found.low, found.high), strict=True):
            column[mine] = values
    split = [
        np.split(values, ends)
        for values in (
            *(difference.estimate, difference.low, difference.high),
            *(ratio.estimate, ratio.low, ratio.high),
            *(p, judged, *wide),
        )
    ]
    found_parts = []
    for index, part in enumerate(parts):
        d, r, w = (Interval(*(split[at + i][index] for i in range(3))) for at in (0, 3, 8))
        one = _Compared(d, r, split[6][index], split[7][index], w)
        found_parts.append(_with_all(part, one) if plan.compare == "overall" else one)
    return found_parts


def _joined(
    sides: Sequence[tuple[Floats, Floats, Floats, Floats]],
) -> tuple[Floats, Floats, Floats, Floats]:
    first, second, third, fourth = (
        np.concatenate([side[index] for side in sides]) for index in range(4)
    )
    return first, second, third, fourth


def _with_all(part: _Part, found: _Compared) -> _Compared:
    """Turn comparisons with the rest into comparisons with all.

    All are the group and the rest: a difference with all is that with the rest, as many times
    smaller as the rest is of all; and so are its bounds.
    """
    mine = _share(part)
    return _Compared(
        difference=_mapped(found.difference, lambda value: value * (1 - mine)),
        ratio=_mapped(found.ratio, lambda value: _over_all(value, mine)),
        p=found.p,
        adjusted=found.adjusted,
        wide=_mapped(found.wide, lambda value: value * (1 - mine)),
    )


def _share(part: _Part) -> Floats:
    """Return the share of the first of each pair among all."""
    of = part.counts.of
    found: Floats = np.divide(of, of.sum(), out=np.zeros(len(of)), where=of > 0)[part.pairs.first]
    return found


def _over_all(ratio: Floats, part: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(ratio > 0, 1 / (part + (1 - part) / ratio), ratio)


def _mapped(interval: Interval, change: Callable[[Floats], Floats]) -> Interval:
    return Interval(change(interval.estimate), change(interval.low), change(interval.high))


def _judged(plan: Plan, cells: Cells, part: _Part, found: _Compared) -> tuple[Compared, ...]:
    counts, pairs = part.counts, part.pairs
    if not len(pairs.first):
        return ()
    _, of1, _, of2 = part.sides
    whole = counts.of.sum()
    base = float(counts.count.sum() / whole) if whole > 0 else 0.5
    real = counts.of[pairs.first] + _second(pairs, counts.of, rest(counts.of))
    known = of1 + of2
    delta = np.full(len(pairs.first), float(plan.delta))
    if plan.compare == "overall":
        # With all, the interval is that with the rest made smaller: the margin of the latter is
        # larger. A group that is all has no rest.
        left = 1 - _share(part)
        delta = np.divide(delta, left, out=delta, where=left > 0)
    said = verdicts(
        found.wide,
        found.adjusted,
        delta=float(plan.delta),
        of1=of1,
        of2=of2,
        rate=base,
        level=float(plan.level),
        design_effect=np.divide(real, known, out=np.ones(len(known)), where=known > 0),
        gap=delta,
    )
    within = _within(plan, cells, part.measure, part.cut, counts, pairs)
    return tuple(
        Compared(
            key=counts.keys[first],
            against=None if second < 0 else counts.keys[second],
            difference=_estimate(found.difference, index),
            ratio=_estimate(found.ratio, index),
            p=_number(found.p, index),
            adjusted=_number(found.adjusted, index),
            verdict=said[index].kind,
            needed=said[index].needed,
            reason=said[index].reason,
            within=None if within is None else _estimate(within[0], index),
            ratio_within=None if within is None else _estimate(within[1], index),
        )
        for index, (first, second) in enumerate(
            zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
        )
    )


# --- within conditions ----------------------------------------------------------------------------


def _by_stratum(
    plan: Plan, cells: Cells, measure: Measure, cut: tuple[str, ...], keys: list[Key]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return effective counts and sizes, then those of the rest, of shape (strata, groups)."""
    conditions = tuple(item.name for item in plan.conditions)
    found = counts_of(plan, cells.cut((*cut, *conditions)), measure)
    strata = {
        key: place for place, key in enumerate(dict.fromkeys(k[len(cut) :] for k in found.keys))
    }
    groups = {key: place for place, key in enumerate(keys)}
    seen, out_of, count, of = (np.zeros((len(strata), len(keys))) for _ in range(4))
    for index, key in enumerate(found.keys):
        where = strata[key[len(cut) :]], groups[key[: len(cut)]]
        seen[where], out_of[where] = found.seen[index], found.out_of[index]
        count[where], of[where] = found.count[index], found.of[index]
    return seen, out_of, *of_the_rest(count, of, out_of)


def _apart(plan: Plan, cells: Cells, measure: Measure, cut: tuple[str, ...]) -> bool:
    """Tell whether conditions may be added up: not when the same persons are in several."""
    within = (*cut, *(item.name for item in plan.conditions))
    return plan.unit != "cluster" or in_one_cell_each(cells, within, measure)


def _within(
    plan: Plan,
    cells: Cells,
    measure: Measure,
    cut: tuple[str, ...],
    counts: Counts,
    pairs: _Pairs,
) -> tuple[Interval, Interval] | None:
    """Return the differences and ratios within conditions (Mantel-Haenszel), one a pair."""
    if not plan.conditions or plan.compare == "overall" or not _apart(plan, cells, measure, cut):
        return None
    count, of, hits, others = _by_stratum(plan, cells, measure, cut, counts.keys)
    alone = pairs.second < 0
    second = np.where(alone, 0, pairs.second)
    sides = (
        count[:, pairs.first].T,
        of[:, pairs.first].T,
        np.where(alone, hits[:, pairs.first], count[:, second]).T,
        np.where(alone, others[:, pairs.first], of[:, second]).T,
    )
    level = float(plan.level)
    return (
        mantel_haenszel_difference(*sides, level=level),
        mantel_haenszel_ratio(*sides, level=level),
    )


def _reversals(
    plan: Plan, cells: Cells, measure: Measure, cut: tuple[str, ...], counts: Counts
) -> tuple[Reversal, ...]:
    if not plan.conditions or len(counts.keys) < 2:
        return ()
    count, of, *_ = _by_stratum(plan, cells, measure, cut, counts.keys)
    sure = _apart(plan, cells, measure, cut)
    return tuple(
        Reversal(
            higher=counts.keys[one.higher],
            lower=counts.keys[one.lower],
            overall=one.overall,
            within=one.within,
            conditions=(one.strata, len(one.opposite)),
            certain=one.certain and sure,
        )
        for one in simpson_reversals(count.T, of.T, float(plan.level))
    )


# --- the largest gap ------------------------------------------------------------------------------


def _gap(plan: Plan, counts: Counts, rng: np.random.Generator) -> Gap | None:
    """Return the largest gap between the groups that are known, with what chance gives."""
    known = [index for index, key in enumerate(counts.keys) if MISSING not in key]
    if len(known) < 2 or plan.weights or plan.unit == "cluster":
        return None
    found = largest_gap(
        np.round(counts.count[known]),
        np.round(counts.of[known]),
        replicates=plan.draws,
        rng=rng,
        level=float(plan.level),
    )
    if np.isnan(found.gap):
        return None
    return Gap(
        value=found.gap,
        lowest=counts.keys[known[found.lowest]],
        highest=counts.keys[known[found.highest]],
        expected=found.expected,
        usual=found.usual,
        p=found.p,
    )


def label_of_key(plan: Plan, cut: Sequence[str], key: Key) -> tuple[Text, ...]:
    """Return what the levels of a key are called."""
    found: list[Text] = []
    for name, word in zip(cut, key, strict=True):
        labels = plan.group(name).labels or {}
        found.append(labels.get(word) or ({"fr": word, "en": word} if word else NOT_KNOWN))
    return tuple(found)


NOT_KNOWN: Text = {"fr": "non renseigné", "en": "not known"}
