"""By how much numbers change: counts of each change, from which means and quantiles are made.

While there are few different changes (points), each is counted. Beyond `MOST_CHANGES` each change
is rounded to 13 significant binary digits, a relative error under 0.007 %: memory stays bounded,
and what is found depends neither on the order of rows nor on how they are cut in batches.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

MOST_CHANGES = 10_000
"""Different changes that are told apart."""
MOST_LISTED = 500
"""Different changes that are listed one by one in what is found."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

_DROPPED = 40
"""Binary digits of the 52 of a floating number that are rounded away."""
_KEPT_PARTS = 16
"""Batches whose counts are held apart before they are added up."""


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much the number changes, over some cases.

    Attributes:
        cases: how many have a number before and after.
        mean: of the changes.
        up, down, same: cases whose number rises, falls, stays.
        quantiles: of the changes, at `QUANTILES`: the least change that at least this share of the
            cases do not exceed.
        counts: each change and its cases, rising; empty when there are more than `MOST_LISTED`.
        rounded: whether there were more than `MOST_CHANGES`: quantiles are of rounded changes.
    """

    cases: int
    mean: float
    up: int
    down: int
    same: int
    quantiles: tuple[float, ...]
    counts: tuple[tuple[float, int], ...]
    rounded: bool


def coarse(values: Floats) -> Floats:
    """Round numbers to 13 significant binary digits; 0 and the sign stay."""
    bits = values.view(np.int64) + (np.int64(1) << (_DROPPED - 1))
    return (bits >> _DROPPED << _DROPPED).view(np.float64)


class Shifts:
    """Changes of numbers by line, for several cuts at once, as batches come."""

    def __init__(self, cuts: int) -> None:
        self._support: Floats = np.zeros(0)
        self._coarse = False
        self._parts: list[list[tuple[Places, Floats, Places]]] = [[] for _ in range(cuts)]
        self._sums: list[Floats] = [np.zeros(0) for _ in range(cuts)]

    def add(self, lines: Sequence[Places], many: Sequence[int], changes: Floats) -> None:
        """Add cases.

        Args:
            lines: for each cut the line of each case, of shape (n,).
            many: for each cut how many lines there are so far.
            changes: of shape (n,), finite.
        """
        if not len(changes):
            return
        for index, (line, count) in enumerate(zip(lines, many, strict=True)):
            held = self._sums[index]
            sums: Floats = np.bincount(line, weights=changes, minlength=count).astype(np.float64)
            sums[: len(held)] += held
            self._sums[index] = sums
        values = changes + 0.0  # −0 is 0
        if self._coarse:
            values = coarse(values)
        unique, places = np.unique(values, return_inverse=True)
        if not self._coarse:
            self._support = np.union1d(self._support, unique)
            if len(self._support) > MOST_CHANGES:
                self._coarse, self._support = True, np.zeros(0)
                unique, again = np.unique(coarse(unique), return_inverse=True)
                places = again[places]
                self._parts = [[_added(_rounded(parts))] for parts in self._parts]
        for parts, line, count in zip(self._parts, lines, many, strict=True):
            parts.append(_counted(line, count, unique, places))
            if len(parts) >= _KEPT_PARTS:
                parts[:] = [_added(parts)]

    def found(self, cut: int) -> dict[int, Shift]:
        """Return the changes of each line that has any."""
        lines, values, counts = _added(self._parts[cut])
        starts = np.flatnonzero(np.diff(lines, prepend=-1))
        ends = np.append(starts, len(lines))[1:]
        return {
            int(lines[start]): self._shift(
                values[start:end], counts[start:end], float(self._sums[cut][lines[start]])
            )
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        }

    def _shift(self, values: Floats, counts: Places, total: float) -> Shift:
        cases = int(counts.sum())
        reached = np.cumsum(counts)
        wanted = [max(1, math.ceil(share * cases - 1e-9)) for share in QUANTILES]
        pairs = tuple(zip(values.tolist(), counts.tolist(), strict=True))
        if not self._coarse:
            total = math.fsum(value * count for value, count in pairs)
        return Shift(
            cases=cases,
            mean=total / cases,
            up=int(counts[values > 0].sum()),
            down=int(counts[values < 0].sum()),
            same=int(counts[values == 0].sum()),
            quantiles=tuple(values[np.searchsorted(reached, wanted)].tolist()),
            counts=pairs if len(pairs) <= MOST_LISTED and not self._coarse else (),
            rounded=self._coarse,
        )


def _counted(
    line: Places, many: int, unique: Floats, places: Places
) -> tuple[Places, Floats, Places]:
    flat = line * len(unique) + places
    if many * len(unique) <= 1 << 22:
        all_counts = np.bincount(flat, minlength=1)
        there = np.flatnonzero(all_counts)
        counts = all_counts[there]
    else:
        there, counts = np.unique(flat, return_counts=True)
    return there // len(unique), unique[there % len(unique)], counts


def _rounded(
    parts: Sequence[tuple[Places, Floats, Places]],
) -> list[tuple[Places, Floats, Places]]:
    return [(lines, coarse(values), counts) for lines, values, counts in parts]


def _added(parts: Sequence[tuple[Places, Floats, Places]]) -> tuple[Places, Floats, Places]:
    """Add the counts of the same line and change, in the order of lines, then of changes."""
    if not parts:
        nothing = np.zeros(0, dtype=np.intp)
        return nothing, np.zeros(0), nothing
    lines, values, counts = (np.concatenate([part[index] for part in parts]) for index in range(3))
    order = np.lexsort((values, lines))
    lines, values, counts = lines[order], values[order], counts[order]
    new = np.ones(len(lines), dtype=bool)
    new[1:] = (lines[1:] != lines[:-1]) | (values[1:] != values[:-1])
    starts = np.flatnonzero(new)
    summed = np.add.reduceat(counts, starts) if len(starts) else counts
    return lines[starts], values[starts], summed
