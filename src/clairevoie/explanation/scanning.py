"""Walks along one input: where, exactly, the answer becomes another.

The candidates are the ends of the domain, the person's value and, for each value where the kind of
rules says that the answer may change (``cuts``), that value and its two neighbours. Between two
neighbouring candidates the number is monotone, so that where their answers differ the frontier is
closed in on until the two are one step apart; where they agree, all between them agree. A domain of
few values is asked about in full, whatever the cuts say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

import numpy as np

from clairevoie.explanation.grids import Grid, Units, grid_of
from clairevoie.explanation.probing import (
    NO_ANSWER,
    Answers,
    Keys,
    Probe,
    Variation,
    number_at,
)
from clairevoie.rules.columns import Array
from clairevoie.rules.evaluate import kind_module
from clairevoie.rules.model import Input, Number, Value

FEW = 512
"""A domain of at most so many values is asked about in full."""
_SEARCHED = {
    "points": "clairevoie.rules.points_ranges",
    "formula": "clairevoie.rules.formula_ranges",
}
"""Kinds whose cuts are proved by branch and bound, up to a limit."""
SPLIT = 63
"""Values asked about at a time between two that differ."""


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring values that give one key, both ends included."""

    first: int
    last: int
    key: int
    lowest: Number | None = None
    highest: Number | None = None


@dataclass(slots=True)
class Line:
    """One input walked along, the others held.

    Attributes:
        grid: its values.
        units: the places asked about, rising; ``keys`` and ``values`` are their answers.
        fixed: another input, held elsewhere than the person's value.
        decimals: see `clairevoie.rules.columns.ColumnResult`.
        cuts: where the answer may change; ``None`` when all values were asked about instead.
    """

    grid: Grid
    units: Units
    fixed: tuple[tuple[Grid, int], ...] = ()
    keys: Keys = field(default_factory=lambda: np.empty(0, np.int64))
    values: Array | None = None
    decimals: int | None = None
    cuts: Cuts | None = None

    def number(self, index: int) -> Number | None:
        """Return the number that the rules give for one of the values."""
        if self.values is None or self.keys[index] == NO_ANSWER:
            return None
        return number_at(self.values, self.decimals, index)

    def variation(self, units: Units) -> Variation:
        """Return the cases of these values."""
        held = tuple(np.full(len(units), at, dtype=np.int64) for _, at in self.fixed)
        return Variation((self.grid, *(grid for grid, _ in self.fixed)), (units, *held))

    def runs(self) -> tuple[Run, ...]:
        """Return the runs of equal keys, in order, and the extreme numbers of each."""
        ends = [*np.flatnonzero(self.keys[1:] != self.keys[:-1]) + 1, len(self.units)]
        found = []
        start = 0
        for end in map(int, ends):
            lowest, highest = self._extremes(start, end)
            run = Run(
                int(self.units[start]),
                int(self.units[end - 1]),
                int(self.keys[start]),
                None if lowest is None else self.number(lowest),
                None if highest is None else self.number(highest),
            )
            found.append(run)
            start = end
        return tuple(found)

    def _extremes(self, start: int, end: int) -> tuple[int | None, int | None]:
        if self.values is None or self.keys[start] == NO_ANSWER:
            return None, None
        part = self.values[start:end]
        return start + int(np.argmin(part)), start + int(np.argmax(part))

    def take(self, units: Units, found: Answers) -> None:
        """Put answers in, in the order of the values."""
        self.decimals = found.decimals
        if not len(self.keys):
            self.units, self.keys, self.values = units, found.keys, found.values
            return
        order = np.argsort(np.concatenate([self.units, units]), kind="stable")
        self.units = np.concatenate([self.units, units])[order]
        self.keys = np.concatenate([self.keys, found.keys])[order]
        if self.values is not None and found.values is not None:
            self.values = np.concatenate([self.values, found.values])[order]


@dataclass(frozen=True, slots=True)
class Cuts:
    """Values of an input where the answer may change; ``whole`` when none can be missing."""

    values: tuple[Value, ...]
    whole: bool = True


def cuts_of(probe: Probe, item: Input, values: Mapping[str, Value]) -> Cuts:
    """Return the cuts of an input, as its kind of rules says.

    Where that kind gives up before all is proved, values near the person's and all over the domain
    are looked at too, and the cuts are not whole.
    """
    version = probe.version
    if version.kind in _SEARCHED:
        searched = import_module(_SEARCHED[version.kind])
        found, whole = searched.cut_search(version, item.name, values)
        return Cuts(found if whole else (*found, *_samples(item, values)), whole)
    module = kind_module(version.kind)
    if version.kind == "openfisca":
        # One simulation costs much and its cases little: `walk` closes in on all inputs at once.
        return Cuts(module.grid_values(item), whole=False)
    more = {"day": probe.day} if getattr(module, "NEEDS_DAY", False) else {}
    return Cuts(module.cuts(version, item.name, values, **more))


def _samples(item: Input, values: Mapping[str, Value]) -> tuple[Value, ...]:
    grid = grid_of(item, values.get(item.name), ())
    here = grid.around(values.get(item.name)) or grid.around(0) or (grid.low,)
    near = range(max(grid.low, here[0] - FEW), min(grid.high, here[0] + FEW) + 1, 3)
    far = (grid.low + (grid.high - grid.low) * part // FEW for part in range(FEW + 1))
    return tuple(grid.value(place) for place in sorted({*near, *far}))


def line_of(probe: Probe, item: Input) -> Line:
    """Return the line of one input, with its candidates, not yet asked about."""
    value = probe.values.get(item.name)
    grid = grid_of(item, value, ())
    if grid.size <= FEW and item.type != "number":
        return Line(grid, candidates(grid, ()))
    cuts = cuts_of(probe, item, probe.values)
    grid = grid_of(item, value, cuts.values)
    return Line(grid, candidates(grid, (value, *cuts.values)), cuts=cuts)


def candidates(grid: Grid, values: Sequence[Value], few: int = FEW) -> Units:
    """Return the places to ask about, rising: see the module's docstring."""
    if grid.size <= few:
        return np.arange(grid.low, grid.high + 1, dtype=np.int64)
    found = {grid.low, grid.high}
    for value in values:
        for place in grid.around(value):
            found.update(
                one for one in (place - 1, place, place + 1) if grid.low <= one <= grid.high
            )
    return np.array(sorted(found), dtype=np.int64)


def walk(probe: Probe, lines: Sequence[Line]) -> None:
    """Ask about all lines at once, then close in on every frontier until it is exact."""
    asked = [(line, line.units) for line in lines]
    while asked:
        answers = probe.ask([line.variation(units) for line, units in asked])
        for (line, units), found in zip(asked, answers, strict=True):
            line.take(units, found)
        again = [(line, _between(line)) for line, _ in asked]
        asked = [(line, units) for line, units in again if len(units)]


def _between(line: Line) -> Units:
    """Return values to ask about between neighbours that differ and are not one step apart."""
    if not line.grid.ordered:
        return np.empty(0, np.int64)
    differ = (line.keys[1:] != line.keys[:-1]) & (np.diff(line.units) > 1)
    found = []
    for index in np.flatnonzero(differ):
        low, high = int(line.units[index]), int(line.units[index + 1])
        count = min(SPLIT, high - low - 1)
        # Python's integers: a span may be wider than 64 bits can hold a multiple of.
        found += [low + (high - low) * part // (count + 1) for part in range(1, count + 1)]
    return np.array(sorted(set(found)), dtype=np.int64)


def wanted(run: Run, key: int) -> bool:
    """Return whether a run answers otherwise than a person's key."""
    return run.key not in {key, NO_ANSWER}
