"""Contributions of all cases, and what would change their answers, block by block.

A block is small enough to stay in the processor's cache while its terms, its scores and its
boundaries are computed: a table of any size takes the memory of one block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.columns import Columns
from clairevoie.rules.content import Additive, Linear, Trees
from clairevoie.rules.contributions.changes import (
    Changes,
    LevelChange,
    LineChanges,
    Mover,
    Reach,
    StepChange,
    differs,
    interval_finder,
    moved_scores,
    movers,
    reach,
    step_change,
)
from clairevoie.rules.contributions.result import OWN_ZERO, Contributions
from clairevoie.rules.contributions.tree_values import column_values
from clairevoie.rules.kinds.additive import part_of
from clairevoie.rules.model import Input, RulesProblem, Text, Version
from clairevoie.rules.scores import crossings
from clairevoie.rules.shapes import MISSING, CellTable, as_floats, cell_table, line_into

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

BLOCK = 5000
"""Cases a block. Twenty terms then take 2 MB; not a power of two, whose rows would compete for the
same lines of the cache."""


@dataclass(frozen=True, slots=True)
class Block:
    """The cases from ``start`` to ``stop``.

    The next block is written over this one: copy what you keep.

    Attributes:
        values: contributions, shape (terms, cases of the block).
        score: before the link; ``base + values.sum(axis=0)``, to 1e-9.
        problem: index in `clairevoie.rules.trace.PROBLEMS`; where it is not 0 the rest means
            nothing.
        changes: for the inputs that may move, what would change the answer; ``None`` when no score
            changes it.
    """

    start: int
    stop: int
    values: Floats
    score: Floats
    problem: NDArray[np.uint8]
    changes: Changes | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """An additive model, ready for blocks.

    ``lines`` are the straight lines, by index among the terms, with their inputs. ``shifts`` are
    the baseline's contributions, one row a term. ``straight`` are the movers along straight lines;
    their input is ``center + inverse × contribution``, one row each.
    """

    model: Additive
    version: Version
    lines: tuple[tuple[int, Linear, Input], ...]
    tables: Mapping[int, CellTable]
    shifts: Floats | None
    crossings: Floats
    movers: tuple[Mover, ...]
    intervals: Mapping[str, CellTable]
    straight: tuple[Mover, ...]
    inverse: Floats
    center: Floats | None
    all_straight: bool
    """Each term is the line of one input that may move, in the same order."""


def comparison(model: Additive) -> tuple[float, Text]:
    """Return the score of the point that an additive model compares with, and its name."""
    if model.baseline is None:
        return model.intercept, OWN_ZERO
    base = model.intercept
    for term in model.terms:
        base += model.baseline.contributions.get(term.id, 0.0)
    return base, model.baseline.label


def changeable(version: Version) -> tuple[str, ...]:
    """Return the inputs that the person can change or contest."""
    return tuple(item.name for item in version.inputs if item.change != "none")


def contributions(version: Version, columns: Columns) -> Contributions:
    """Return the contributions of all cases, of an additive model or of trees.

    Args:
        version: the rules.
        columns: the cases; those that the rules refuse have meaningless values, see
            `clairevoie.rules.evaluate.evaluate_columns` for why.

    Raises:
        RulesProblem: the version is of another kind, or its trees have no covers.
    """
    if isinstance(version.content, Trees):
        return column_values(version.content, version, columns)
    model = _additive(version)
    values = np.empty((len(model.terms), columns.count))
    score = np.empty(columns.count)
    problem = np.empty(columns.count, dtype=np.uint8)
    for block in contribution_blocks(version, columns, names=()):
        values[:, block.start : block.stop] = block.values
        score[block.start : block.stop] = block.score
        problem[block.start : block.stop] = block.problem
    base, label = comparison(model)
    return Contributions(
        tuple(term.id for term in model.terms), values, base, label, score, problem
    )


def _additive(version: Version) -> Additive:
    if not isinstance(version.content, Additive):
        sentence = (
            f"the version '{version.id}' is of kind {version.kind}: only additive models and trees "
            "have contributions"
        )
        raise RulesProblem(("versions", sentence))
    return version.content


def contribution_blocks(
    version: Version,
    columns: Columns,
    *,
    names: Sequence[str] | None = None,
    size: int = BLOCK,
) -> Iterator[Block]:
    """Yield contributions, and what would change the answer, block after block.

    Args:
        version: the rules; an additive model.
        columns: the cases. Values out of their domain are taken as they are.
        names: the inputs that may move; those that the person can change or contest when left out.
        size: cases a block.

    Raises:
        RulesProblem: the version is of another kind, or a name cannot move in columns.
    """
    plan = _plan(version, changeable(version) if names is None else names)
    with np.errstate(all="ignore"):  # refused cases hold any value
        most = min(size, columns.count)
        rows = len(plan.model.terms), len(plan.crossings) * len(plan.straight)
        room = np.empty(rows[0] * most), np.empty(rows[1] * most)
        for start in range(0, columns.count, size):
            yield _block(plan, columns, slice(start, min(start + size, columns.count)), room)


def _plan(version: Version, names: Sequence[str]) -> _Plan:
    model = _additive(version)
    shifts = None
    if model.baseline is not None:
        given = model.baseline.contributions
        shifts = np.array([[given.get(term.id, 0.0)] for term in model.terms])
    limits = np.array([limit for limit in crossings(model) if np.isfinite(limit)])
    moving = movers(model, version, names) if len(limits) else ()
    straight = tuple(mover for mover in moving if mover.way == "line")
    slopes = np.array([mover.coefficient for mover in straight]).reshape(-1, 1)
    offsets = np.array([mover.offset for mover in straight]).reshape(-1, 1)
    inverse = np.divide(1, slopes, out=np.full(slopes.shape, np.nan), where=slopes != 0)
    return _Plan(
        model=model,
        version=version,
        lines=tuple(
            (row, term.shape, version.input(term.names[0]))
            for row, term in enumerate(model.terms)
            if isinstance(term.shape, Linear)
        ),
        tables={
            row: cell_table(term, version)
            for row, term in enumerate(model.terms)
            if not isinstance(term.shape, Linear)
        },
        shifts=shifts,
        crossings=limits,
        movers=moving,
        intervals={
            mover.item.name: interval_finder(mover, version)
            for mover in moving
            if mover.way in {"steps", "grid"}
        },
        straight=straight,
        inverse=inverse,
        center=offsets * inverse if offsets.any() else None,
        all_straight=[mover.rows for mover in straight]
        == [(row,) for row in range(len(model.terms))],
    )


def _block(plan: _Plan, columns: Columns, part: slice, room: tuple[Floats, Floats]) -> Block:
    count = part.stop - part.start
    problem = np.zeros(count, dtype=np.uint8)
    # Memory that is asked for again is not in the cache, and costs more than the computation.
    values = room[0][: len(plan.model.terms) * count].reshape(-1, count)
    places: dict[int, Places] = {}
    _lines(plan, columns, part, values, problem)
    for row, table in plan.tables.items():
        given, missing = part_of(columns, plan.model.terms[row].names, part)
        places[row] = table.places(given, missing)
        table.values.take(places[row], out=values[row], mode="clip")
        if table.codes.any():
            codes = table.codes.take(places[row], mode="clip")
            np.copyto(problem, codes, where=(problem == 0) | (codes == MISSING))
    score = _in_order(values, plan.model.intercept)
    changes = None
    if plan.movers:
        steps, levels = _jumps(plan, columns, part, values, places, score)
        names = tuple(mover.item.name for mover in plan.straight)
        boundaries = _boundaries(plan, columns, part, values, score, room[1])
        changes = Changes(LineChanges(names, plan.crossings, boundaries), steps, levels)
    if plan.shifts is not None:
        np.subtract(values, plan.shifts, out=values)
    return Block(part.start, part.stop, values, score, problem, changes)


def _in_order(values: Floats, intercept: float) -> Floats:
    """The sum of the rows, one after the other, as the evaluator sums: the same to the last bit."""
    if values.shape[1] > 1:
        found: Floats = np.add.reduce(values, axis=0, initial=intercept)
        return found
    # NumPy sums a single column by pairs.
    total = intercept
    for value in values[:, 0].tolist():
        total += value
    return np.array([total])


def _lines(
    plan: _Plan, columns: Columns, part: slice, values: Floats, problem: NDArray[np.uint8]
) -> None:
    for row, shape, item in plan.lines:
        array = columns.values[item.name][part]
        line_into(values[row], shape, array if item.type == "number" else as_floats(item, array))
    if not columns.missing:
        return
    for row, shape, item in plan.lines:
        mask = columns.missing.get(item.name)
        if mask is not None:
            values[row][mask[part]] = 0.0 if shape.missing is None else shape.missing
            if shape.missing is None:
                problem[mask[part]] = MISSING


def _jumps(
    plan: _Plan,
    columns: Columns,
    part: slice,
    values: Floats,
    places: Mapping[int, Places],
    score: Floats,
) -> tuple[tuple[StepChange, ...], tuple[LevelChange, ...]]:
    steps: list[StepChange] = []
    levels: list[LevelChange] = []
    if len(plan.straight) < len(plan.movers):
        at = reach(score, plan.crossings)
        for mover in plan.movers:
            if mover.way == "levels":
                levels.append(_levels(plan, mover, values, places, at))
            elif mover.way != "line":
                steps.append(_steps(plan, mover, columns, part, values, places, at))
    return tuple(steps), tuple(levels)


def _boundaries(
    plan: _Plan, columns: Columns, part: slice, values: Floats, score: Floats, room: Floats
) -> Floats:
    """Where each straight line takes the score to each crossing.

    There its contribution is what it is, plus what the score lacks.
    """
    count = len(score)
    shape = (len(plan.crossings), len(plan.straight), count)
    boundaries = room[: shape[0] * shape[1] * count].reshape(shape)
    own = _contributed(plan, values)
    for found, crossing in zip(boundaries, plan.crossings, strict=True):
        np.add(own, crossing - score, out=found)
        np.multiply(found, plan.inverse, out=found)
        if plan.center is not None:
            np.add(found, plan.center, out=found)
    if columns.missing:
        for row, mover in enumerate(plan.straight):
            mask = columns.missing.get(mover.item.name)
            if mask is not None:
                boundaries[:, row, mask[part]] = np.nan
    return boundaries


def _contributed(plan: _Plan, values: Floats) -> Floats:
    """What the lines of each mover along straight lines contribute, one row a mover."""
    if plan.all_straight:
        return values
    rows = [mover.rows for mover in plan.straight]
    if all(len(one) == 1 for one in rows):
        return values[[one[0] for one in rows]]
    return np.array([values[list(one)].sum(axis=0) for one in rows])


def _levels(
    plan: _Plan, mover: Mover, values: Floats, places: Mapping[int, Places], at: Reach
) -> LevelChange:
    own = values[list(mover.rows)]
    changes = np.empty((len(mover.samples), len(at.score)), dtype=bool)
    for row, sample in zip(changes, mover.samples, strict=True):
        moved = moved_scores(mover, sample, plan.model.terms, plan.tables, places, at, own)
        row[:] = differs(moved, at)
    return LevelChange(mover.item.name, mover.samples, changes)


def _steps(
    plan: _Plan,
    mover: Mover,
    columns: Columns,
    part: slice,
    values: Floats,
    places: Mapping[int, Places],
    at: Reach,
) -> StepChange:
    name = mover.item.name
    mask = columns.missing[name][part] if name in columns.missing else None
    own_place = plan.intervals[name].places({name: columns.values[name][part]}, {}) - 1
    if mover.way == "steps":
        return step_change(mover, own_place, mask, at)
    own = values[list(mover.rows)]
    below, above = (np.full(len(at.score), np.nan) for _ in range(2))
    edges = (np.nan, *mover.edges, np.nan)
    numbered = list(enumerate(mover.samples))
    # Towards the case from the far end on each side: the last one written is the nearest.
    for index, sample in numbered:
        moved = moved_scores(mover, sample, plan.model.terms, plan.tables, places, at, own)
        below[differs(moved, at) & (index < own_place)] = edges[index + 1]
    for index, sample in reversed(numbered):
        moved = moved_scores(mover, sample, plan.model.terms, plan.tables, places, at, own)
        above[differs(moved, at) & (index > own_place)] = edges[index]
    if mask is not None:
        below[mask] = above[mask] = np.nan
    return StepChange(name, below=below, above=above)
