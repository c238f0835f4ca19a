"""Two inputs together: boxes of values in which the answer is another one.

The finer of the two inputs is walked along, the other held at each of its marks: all its values
when they are few, else the ends of its domain and both sides of each cut. A box spreads over
neighbouring marks as long as each answers alike on the whole of the box. Where the frontier is
oblique (both inputs in many small steps) boxes leave some of it out; it is then said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from clairevoie.explanation.grids import Grid
from clairevoie.explanation.probing import Probe
from clairevoie.explanation.scanning import Cuts, Line, Run, candidates, cuts_of, walk
from clairevoie.explanation.together import Reach, apart
from clairevoie.rules.model import Input, Value

FEW_MARKS = 24
"""An input of at most so many values is held at each of them."""
MOST_MARKS = 48
"""Beyond so many marks, only some are looked at, and the search is not complete."""
MOST_LINES = 2_000
"""Beyond so many lines the remaining pairs are not looked at, and the search is not complete."""


MOST_SEARCHES = 100
"""Searches of cuts, where those of one input depend on the value of the other."""


@dataclass(frozen=True, slots=True)
class Box:
    """Values of two inputs that give one key: a run of one, a run or a choice of the other."""

    walked: Grid
    run: Run
    held: Grid
    places: tuple[int, ...]
    """The marks it spreads over; when ordered, all values from the first to the last."""


@dataclass(slots=True)
class Couple:
    """One pair of inputs and its lines, one for each mark of the input that is held."""

    walked: Grid
    held: Grid
    marks: tuple[int, ...]
    lines: list[Line]
    skipped: frozenset[int]
    whole: bool


def boxes(
    probe: Probe, lines: Sequence[Line], keys: frozenset[int]
) -> tuple[tuple[Box, ...], bool]:
    """Find the boxes of all pairs of inputs that give one of ``keys``.

    Args:
        probe: the rules and the case.
        lines: one line an input, already walked.
        keys: the answers that are wanted; no single input gives any of them.

    Returns:
        The boxes, and whether nothing can have been missed.
    """
    couples: list[Couple] = []
    whole, count = True, 0
    cuts, reach = _Cuts(probe, lines), Reach(probe, lines, keys)
    pairs = sorted(combinations(lines, 2), key=lambda two: two[0].grid.size * two[1].grid.size)
    for one, other in pairs:
        if not reach.possible(one, other):
            continue
        if count > MOST_LINES or not cuts.affordable(one, other):
            whole = False
            continue
        couple = _couple(probe, one, other, cuts)
        count += len(couple.lines)
        couples.append(couple)
    walk(probe, [line for couple in couples for line in couple.lines])
    found = [box for couple in couples for box in _boxes(couple, keys)]
    return tuple(found), whole and all(_is_whole(couple, keys) for couple in couples)


class _Cuts:
    """The cuts of each input, asked for once where the other input of a pair does not matter."""

    def __init__(self, probe: Probe, lines: Sequence[Line]) -> None:
        self.probe = probe
        self.known = {line.grid.item.name: line.cuts for line in lines if line.cuts is not None}
        self.searched = 0

    def affordable(self, one: Line, other: Line) -> bool:
        """Return whether a pair needs no more searches of cuts than there may be."""
        if max(one.grid.size, other.grid.size) <= FEW_MARKS:
            return True
        if apart(self.probe.version.content, one.grid.item.name, other.grid.item.name):
            return True
        most = 0 if self.probe.version.kind == "openfisca" else MOST_SEARCHES
        marks = min(one.grid.size, other.grid.size, MOST_MARKS)
        return self.searched + marks <= most

    def of(self, item: Input, held: Input, value: Value) -> Cuts:
        if apart(self.probe.version.content, item.name, held.name):
            if item.name not in self.known:
                self.known[item.name] = cuts_of(self.probe, item, self.probe.values)
            return self.known[item.name]
        self.searched += 1
        return cuts_of(self.probe, item, {**self.probe.values, held.name: value})


def _couple(probe: Probe, one: Line, other: Line, cuts: _Cuts) -> Couple:
    walked, held = (one, other) if one.grid.size >= other.grid.size else (other, one)
    item, held_item = walked.grid.item, held.grid.item
    marks, whole = _marks(probe, held, cuts, item)
    lines = []
    for mark in marks:
        if walked.grid.size <= FEW_MARKS:
            units = candidates(walked.grid, (), few=FEW_MARKS)
        else:
            found = cuts.of(item, held_item, held.grid.value(mark))
            whole = whole and found.whole
            known = (probe.values.get(item.name), *found.values)
            units = candidates(walked.grid, known, few=FEW_MARKS)
        lines.append(Line(walked.grid, units, fixed=((held.grid, mark),)))
    own = frozenset(held.grid.around(probe.values.get(held_item.name)))
    return Couple(walked.grid, held.grid, marks, lines, own, whole)


def _marks(probe: Probe, line: Line, cuts: _Cuts, other: Input) -> tuple[tuple[int, ...], bool]:
    """Return where an input is held, and whether that is everywhere it matters."""
    grid = line.grid
    if not grid.ordered or grid.size <= FEW_MARKS:
        return tuple(range(grid.low, grid.high + 1)), True
    value = probe.values.get(grid.item.name)
    found = cuts.of(grid.item, other, probe.values.get(other.name))
    marks = [int(place) for place in candidates(grid, (value, *found.values), few=FEW_MARKS)]
    whole = found.whole and apart(probe.version.content, grid.item.name, other.name)
    if len(marks) <= MOST_MARKS:
        return tuple(marks), whole
    chosen = np.linspace(0, len(marks) - 1, MOST_MARKS).round().astype(int)
    return tuple(marks[index] for index in chosen), False


def _boxes(couple: Couple, keys: frozenset[int]) -> Iterator[Box]:
    """Yield boxes, none inside another."""
    runs = [
        tuple(run for run in line.runs() if run.key in keys) if mark not in couple.skipped else ()
        for mark, line in zip(couple.marks, couple.lines, strict=True)
    ]
    if not couple.held.ordered:
        yield from _choices(couple, runs)
        return
    seen: set[tuple[int, int, int, int, int]] = set()
    for index, at in enumerate(runs):
        for run in at:
            first = _spread(runs, index, run, -1)
            last = _spread(runs, index, run, +1)
            shape = (run.first, run.last, run.key, first, last)
            if shape not in seen:
                seen.add(shape)
                yield Box(couple.walked, run, couple.held, couple.marks[first : last + 1])


def _choices(couple: Couple, runs: Sequence[tuple[Run, ...]]) -> Iterator[Box]:
    """Yield one box a run of the walked input, with all values of the other that have it."""
    by_run: dict[tuple[int, int, int], list[int]] = {}
    example: dict[tuple[int, int, int], Run] = {}
    for mark, at in zip(couple.marks, runs, strict=True):
        for run in at:
            shape = (run.first, run.last, run.key)
            by_run.setdefault(shape, []).append(mark)
            example[shape] = run
    for shape, marks in by_run.items():
        yield Box(couple.walked, example[shape], couple.held, tuple(marks))


def _spread(runs: Sequence[tuple[Run, ...]], index: int, run: Run, way: int) -> int:
    """Return the last mark, one way, up to which all of the run gives its key."""
    while 0 <= index + way < len(runs) and any(
        other.key == run.key and other.first <= run.first and run.last <= other.last
        for other in runs[index + way]
    ):
        index += way
    return index


def _is_whole(couple: Couple, keys: frozenset[int]) -> bool:
    """Return whether marks that are not neighbours agree wherever they follow each other."""
    if not couple.whole:
        return False
    shapes = [
        tuple((run.first, run.last, run.key) for run in line.runs() if run.key in keys)
        for line in couple.lines
    ]
    return all(
        shapes[index] == shapes[index + 1]
        for index in range(len(shapes) - 1)
        if couple.marks[index + 1] - couple.marks[index] > 1
    )
