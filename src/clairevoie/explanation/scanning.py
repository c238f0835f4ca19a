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
from typing import cast

import numpy as np

from clairevoie.explanation.grids import Grid, Units, grid_of
from clairevoie.explanation.probing import NO_ANSWER, Keys, Probe, Variation
from clairevoie.rules.evaluate import kind_module
from clairevoie.rules.model import Input, Number, Value

FEW = 512
"""A domain of at most so many values is asked about in full."""
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
    """One input walked along, the others held; ``fixed`` has another one held elsewhere."""

    grid: Grid
    units: Units
    fixed: tuple[tuple[Grid, int], ...] = ()
    keys: Keys = field(default_factory=lambda: np.empty(0, np.int64))
    numbers: list[Number | None] = field(default_factory=list)

    def variation(self, units: Units) -> Variation:
        """Return the cases of these values."""
        held = tuple(np.full(len(units), at, dtype=np.int64) for _, at in self.fixed)
        return Variation((self.grid, *(grid for grid, _ in self.fixed)), (units, *held))

    def runs(self) -> tuple[Run, ...]:
        """Return the runs of equal keys, in order, and the extreme numbers of each."""
        found: list[Run] = []
        start = 0
        for index in range(1, len(self.units) + 1):
            if index < len(self.units) and self.keys[index] == self.keys[start]:
                continue
            numbers = [one for one in self.numbers[start:index] if one is not None]
            found.append(
                Run(
                    int(self.units[start]),
                    int(self.units[index - 1]),
                    int(self.keys[start]),
                    min(numbers, default=None),
                    max(numbers, default=None),
                )
            )
            start = index
        return tuple(found)


def cuts_of(probe: Probe, item: Input, values: Mapping[str, Value]) -> tuple[Value, ...]:
    """Return the values of an input where the answer may change, as its kind of rules says."""
    module = kind_module(probe.version.kind)
    more = {"day": probe.day} if getattr(module, "NEEDS_DAY", False) else {}
    return cast("tuple[Value, ...]", module.cuts(probe.version, item.name, values, **more))


def line_of(probe: Probe, item: Input) -> Line:
    """Return the line of one input, with its candidates, not yet asked about."""
    value = probe.values.get(item.name)
    cuts = cuts_of(probe, item, probe.values)
    grid = grid_of(item, value, cuts)
    return Line(grid, candidates(grid, (value, *cuts)))


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
    answers = probe.ask([line.variation(line.units) for line in lines])
    for line, found in zip(lines, answers, strict=True):
        line.keys = found.keys
        line.numbers = [found.number(index) for index in range(len(line.units))]
    open_lines = list(lines)
    while open_lines:
        asked = [(line, _between(line)) for line in open_lines]
        asked = [(line, units) for line, units in asked if len(units)]
        answers = probe.ask([line.variation(units) for line, units in asked])
        for (line, units), found in zip(asked, answers, strict=True):
            order = np.argsort(np.concatenate([line.units, units]), kind="stable")
            line.units = np.concatenate([line.units, units])[order]
            line.keys = np.concatenate([line.keys, found.keys])[order]
            numbers = line.numbers + [found.number(index) for index in range(len(units))]
            line.numbers = [numbers[index] for index in order]
        open_lines = [line for line, _ in asked]


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
