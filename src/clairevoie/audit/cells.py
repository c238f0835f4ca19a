"""Cells: what a plan counts, by group and condition, all that measures are made from.

A cell is one combination of the levels of all groups and conditions. Whatever is measured on fewer
of them is a sum of cells, so that the cost of intervals and draws is the number of cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

MISSING = ""
"""The key of rows whose group is not known: a group of its own, never left out in silence."""
Sums = dict[str, NDArray[np.float64]]
"""Sums by name, each of shape (cells,)."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Counts by cell.

    Attributes:
        names: groups, then conditions.
        levels: for each name, its keys; `MISSING` last when there is any.
        codes: level of each cell for each name, of shape (cells, names).
        rows: rows of each cell, of shape (cells,).
        sums: other sums by name (``hit:refus``), each of shape (cells,): whole numbers, except with
            weights.
        outside: rows out of the period.
        clusters: for each cut, the sums over persons that do not add up over cells
            (`clairevoie.audit.clusters`), in the order of its cells.
    """

    names: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    codes: NDArray[np.intp]
    rows: NDArray[np.int64]
    sums: Mapping[str, NDArray[np.float64]]
    outside: int = 0
    clusters: Mapping[tuple[str, ...], Sums] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Rows in the period."""
        return int(self.rows.sum())

    def cut(self, names: Sequence[str]) -> Cells:
        """Return the cells of some of the names, in their order; those without rows are left out.

        Raises:
            ValueError: a name is not one of the cells'.
        """
        axes = [self.names.index(name) for name in names]
        shape = tuple(len(self.levels[axis]) for axis in axes)
        place = np.zeros(len(self.rows), dtype=np.intp)
        for axis in axes:
            place = place * len(self.levels[axis]) + self.codes[:, axis]
        size = int(np.prod(shape, dtype=np.int64))
        rows = np.zeros(size, dtype=np.int64)
        np.add.at(rows, place, self.rows)
        kept = np.flatnonzero(rows)
        sums = {}
        for name, column in self.sums.items():
            added = np.zeros(size, dtype=np.float64)
            np.add.at(added, place, column)
            sums[name] = added[kept]
        codes = np.zeros((len(kept), len(axes)), dtype=np.intp)
        if axes:
            codes[:] = np.stack(np.unravel_index(kept, shape), axis=1)
        levels = tuple(self.levels[axis] for axis in axes)
        return Cells(tuple(names), levels, codes, rows[kept], sums, self.outside, self.clusters)

    def keys(self) -> list[tuple[str, ...]]:
        """Return the keys of each cell."""
        return [
            tuple(levels[code] for levels, code in zip(self.levels, row, strict=True))
            for row in self.codes.tolist()
        ]
