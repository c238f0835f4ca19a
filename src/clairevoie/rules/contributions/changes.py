"""What would change the answer of an additive model, for each case and one input at a time.

The others held, an input moves the score alone: along a straight line the value where the score
reaches a threshold is in closed form; among intervals it is the nearest one, on each side, whose
contribution takes the score across; among levels it is the set of those that do. Scores are sums of
floating numbers: a boundary is exact to their rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.content import Additive, Bins, Linear, Term
from clairevoie.rules.model import Input, RulesProblem, Value, Version
from clairevoie.rules.scores import rank_of
from clairevoie.rules.segments import unit_range, value_of
from clairevoie.rules.shapes import (
    CellTable,
    as_float,
    axes_of,
    cell,
    cell_table,
    first_unit,
    term_value,
)

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LineChanges:
    """``boundaries[k, j, i]``: the value of the input j at which case i reaches the k-th crossing.

    NaN where the input is missing, or does not count. A boundary may be outside the domain: then no
    value of the domain changes the answer.

    Attributes:
        names: the inputs that straight lines read.
        crossings: the scores where the outcome changes, rising.
        boundaries: shape (crossings, names, cases).
    """

    names: tuple[str, ...]
    crossings: Floats
    boundaries: Floats


@dataclass(frozen=True, slots=True)
class StepChange:
    """The nearest intervals where the answer is another.

    ``below[i]``: the values just under it change the answer of case i, and none between it and the
    case's own; ``above[i]``: so do the values from it on. NaN where there is none on that side.
    """

    name: str
    below: Floats
    above: Floats


@dataclass(frozen=True, slots=True)
class LevelChange:
    """``changes[j, i]``: whether the level j of the input would change the answer of case i."""

    name: str
    levels: tuple[Value, ...]
    changes: Flags


@dataclass(frozen=True, slots=True)
class Changes:
    """What would change the answers of some cases: straight lines, intervals, levels."""

    lines: LineChanges
    steps: tuple[StepChange, ...] = ()
    levels: tuple[LevelChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """How far each case is from another answer.

    Attributes:
        score: of each case.
        low, high: the answer is the same while ``low <= score < high``.
    """

    score: Floats
    low: Floats
    high: Floats


def reach(score: Floats, crossings: Floats) -> Reach:
    """Return between which crossings each score is."""
    ends = np.concatenate(([-np.inf], crossings, [np.inf]))
    place = np.zeros(len(score), dtype=np.intp)
    for crossing in crossings:
        place += score >= crossing
    return Reach(score, ends[place], ends[place + 1])


# --- what is asked of each input ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mover:
    """An input that may move, and the terms that it moves (by index in the model).

    ``way`` is ``line``, ``steps`` (one table of intervals), ``grid`` (intervals that depend on
    another input) or ``levels``. Along a line, the contribution is ``coefficient × x − offset``.
    """

    item: Input
    rows: tuple[int, ...]
    way: str
    coefficient: float = 0.0
    offset: float = 0.0
    edges: tuple[float, ...] = ()
    samples: tuple[Value, ...] = ()
    """One value of each interval, or each level."""
    ladder: Ladder | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Contributions by interval, with the smallest and largest of each run of 2^p intervals.

    ``smallest[p, c]`` is that of the intervals from c to c + 2^p − 1; beyond the last interval,
    and before the first one of the domain, there is nothing.
    """

    values: Floats
    smallest: Floats
    largest: Floats


def movers(model: Additive, version: Version, names: Sequence[str]) -> tuple[Mover, ...]:
    """Prepare the inputs of ``names`` that the model reads.

    Raises:
        RulesProblem: an input read both by a straight line and by intervals.
    """
    found = []
    for name in names:
        rows = tuple(row for row, term in enumerate(model.terms) if name in term.names)
        if rows:
            found.append(_mover(version.input(name), [model.terms[row] for row in rows], rows))
    return tuple(found)


def _mover(item: Input, terms: Sequence[Term], rows: tuple[int, ...]) -> Mover:
    if item.type in {"category", "boolean"}:
        domain: tuple[Value, ...] = tuple(one.value for one in item.categories) or (False, True)
        return Mover(item, rows, "levels", samples=domain)
    lines = [term.shape for term in terms if isinstance(term.shape, Linear)]
    if len(lines) == len(terms):
        slopes = [line.coefficient / line.scale for line in lines]
        offset = sum(slope * line.center for slope, line in zip(slopes, lines, strict=True))
        return Mover(item, rows, "line", coefficient=sum(slopes), offset=offset)
    if lines:
        raise RulesProblem(
            (
                f"inputs.{item.name}",
                "what would change the answer is not computed in columns for an input that both a "
                "straight line and intervals read: leave it out of the names",
            )
        )
    axes = [
        axes_of(term.shape)[term.names.index(item.name)]
        for term in terms
        if not isinstance(term.shape, Linear)
    ]
    listed: dict[Value, None] = {}
    for axis in axes:
        listed |= dict.fromkeys(axis.levels)
    if listed:
        return Mover(item, rows, "levels", samples=tuple(listed))
    edges = _reachable(item, sorted({edge for axis in axes for edge in axis.edges}))
    samples = _samples(item, edges)
    if all(isinstance(term.shape, Bins) for term in terms):
        values = [_moved(terms, sample) for sample in samples]
        return Mover(item, rows, "steps", edges=edges, samples=samples, ladder=_ladder(values))
    return Mover(item, rows, "grid", edges=edges, samples=samples)


def _reachable(item: Input, edges: Sequence[float]) -> tuple[float, ...]:
    """The edges that have values of the domain on both sides, and up to the next one."""
    first, last = unit_range(item)
    found: dict[int, float] = {}
    for edge in edges:
        # Of two edges with no value between them, the last one is where the values change.
        found[rank_of(edge) if item.type == "number" else first_unit(edge, item.decimals)] = edge
    return tuple(edge for unit, edge in found.items() if first < unit <= last)


def _samples(item: Input, edges: Sequence[float]) -> tuple[Value, ...]:
    first = as_float(value_of(item, unit_range(item)[0]))
    return (first, *edges)


def _moved(terms: Sequence[Term], sample: Value) -> float:
    total = 0.0
    for term in terms:
        value = term_value(term.shape, (sample,))
        total += value if isinstance(value, float) else 0.0
    return total


def _ladder(values: Sequence[float]) -> Ladder:
    own = np.array(values, dtype=np.float64)
    smallest, largest = [np.append(own, np.inf)], [np.append(own, -np.inf)]
    width = 1
    while 2 * width <= len(own):
        for rows, pick in ((smallest, np.minimum), (largest, np.maximum)):
            row = rows[-1].copy()
            row[:-width] = pick(row[:-width], row[width:])
            rows.append(row)
        width *= 2
    return Ladder(own, np.array(smallest), np.array(largest))


# --- one block of cases ---------------------------------------------------------------------------


def step_change(mover: Mover, place: Places, missing: Flags | None, at: Reach) -> StepChange:
    """Return the nearest intervals that change the answer.

    Args:
        mover: the input; its way is ``steps``.
        place: the interval of each case, among those of the domain.
        missing: where the input is missing.
        at: the scores.
    """
    ladder = mover.ladder
    assert ladder is not None  # noqa: S101 - as its way says
    # What the input must contribute less than, or at least, for the answer to change.
    own = ladder.values.take(place)
    low = own - (at.score - at.low)
    high = own + (at.high - at.score)
    count = len(ladder.values)
    mirror = Ladder(ladder.values[::-1], *_mirrored(ladder.values))
    above = _nearest(ladder, place + 1, low, high)
    below = _nearest(mirror, count - place, low, high)
    starts = np.array([*mover.edges, np.nan, np.nan])
    ends = np.array([*mover.edges[::-1], np.nan, np.nan])
    up = starts.take(np.where(above < count, above - 1, count))
    down = ends.take(np.where(below < count, below - 1, count))
    if missing is not None:
        up[missing] = down[missing] = np.nan
    return StepChange(mover.item.name, below=down, above=up)


def _mirrored(values: Floats) -> tuple[Floats, Floats]:
    other = _ladder(list(values[::-1]))
    return other.smallest, other.largest


def _nearest(ladder: Ladder, start: Places, low: Floats, high: Floats) -> Places:
    """The first interval from ``start`` on whose contribution is under ``low`` or reaches ``high``.

    The number of intervals when there is none.
    """
    count = len(ladder.values)
    at = np.minimum(start, count)
    for power in range(len(ladder.smallest) - 1, -1, -1):
        same = ladder.smallest[power].take(at) >= low
        same &= ladder.largest[power].take(at) < high
        at = np.minimum(at + (same.astype(np.intp) << power), count)
    return at


def moved_scores(
    mover: Mover,
    sample: Value,
    terms: Sequence[Term],
    tables: Mapping[int, CellTable],
    places: Mapping[int, Places],
    at: Reach,
    own: Floats,
) -> Floats:
    """Return the scores if the input had another value.

    Args:
        mover: the input.
        sample: the other value.
        terms: the terms of the model.
        tables: those that have cells, by index.
        places: the cells of each case, by index.
        at: the scores as they are.
        own: what the terms of the input contribute as it is, one row a term of ``mover.rows``.
    """
    found = at.score.copy()
    for row, now in zip(mover.rows, own, strict=True):
        term = terms[row]
        if len(term.names) == 1:
            value = term_value(term.shape, (sample,))
            found += (value if isinstance(value, float) else np.nan) - now
            continue
        table = tables[row]
        side = term.names.index(mover.item.name)
        there = cell(axes_of(term.shape)[side], sample)  # type: ignore[arg-type]
        width = table.sizes[1]
        other = places[row] % width if side == 0 else places[row] // width
        where = there * width + other if side == 0 else other * width + there
        found += table.values.take(where) - now
    return found


def differs(score: Floats, at: Reach) -> Flags:
    """Return where a score gives another answer than the case's own."""
    found: Flags = (score < at.low) | (score >= at.high)
    return found


def interval_finder(mover: Mover, version: Version) -> CellTable:
    """Return what tells the interval of each case, among those of the domain (from 1 on)."""
    shape = Bins(mover.edges, (0.0,) * (len(mover.edges) + 1), 0.0)
    name = mover.item.name
    return cell_table(Term(name, mover.item.label, (name,), shape), version)
