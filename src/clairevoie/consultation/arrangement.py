"""Rows and columns of a table of votes in an order that depends on the votes only.

Computations on floating numbers, and draws, depend on the order of what they are given. Where votes
alone cannot tell two participants apart, exchanging them must not change the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clairevoie.consultation.marks import Marks, mixed

Ints = NDArray[np.int64]

_MOST = 30_000_000
"""Votes looked at to tell apart those whom votes do not tell apart. Beyond, any of them is taken as
good as the others, as it is unless votes are of a regularity that nobody votes with."""


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    row: Ints
    column: Ints
    value: Marks


def arranged(
    row: Ints,
    column: Ints,
    value: Ints,
    shape: tuple[int, int],
    *,
    hints: Callable[[], tuple[Marks, Marks]],
) -> tuple[Ints, Ints]:
    """Return the rows, and the columns, in an order that makes a table depend on the votes only.

    Each gets a colour from the colours of those it has votes with, until nothing more is told. Then
    one of those left alike is set apart, and so on; of several, one that tells the others apart in
    the same way each time. Identical rows may come in any order: the table is the same.

    Args:
        row, column: of each vote, of shape (votes,).
        value: 1, 0 or -1, of shape (votes,).
        shape: rows and columns.
        hints: called if votes leave some alike: marks of rows and of columns, made of something
            else, that say who is who. They do not change the table.

    Source:
        B. D. McKay, « Practical graph isomorphism », Congressus Numerantium 30 (1981), 45-87.
    """
    cells = _Cells(row, column, mixed(value.astype(np.uint64)))
    twins = _twins(cells, shape)
    colours = _refined(cells, tuple(np.zeros(size, dtype=np.uint64) for size in shape))
    left = _MOST
    if all(len(np.unique(colour)) == len(colour) for colour in colours):
        return np.argsort(colours[0]), np.argsort(colours[1])
    known = hints()
    while (alike := _alike(colours, twins)) is not None:
        side, candidates = alike
        tries = []
        for candidate in candidates:
            marked = [colour.copy() for colour in colours]
            # Identical ones are set apart together: nothing will ever tell one of them.
            same = twins[side] == candidate
            marked[side][same] = mixed(~marked[side][same])
            found = _refined(cells, (marked[0], marked[1]))
            told = [np.sort(colour).tobytes() for colour in found]
            tries.append((told, int(known[side][same].min()), found))
            left -= len(row) + sum(shape)
            if left < 0:
                break
        colours = min(tries, key=lambda each: each[:2])[2]
    return np.lexsort((known[0], colours[0])), np.lexsort((known[1], colours[1]))


def _twins(cells: _Cells, shape: tuple[int, int]) -> tuple[Marks, Marks]:
    """Return numbers that are the same for rows, or columns, with the same votes throughout."""
    found = tuple(np.zeros(size, dtype=np.uint64) for size in shape)
    for mine, place, other in (
        (found[0], cells.row, cells.column),
        (found[1], cells.column, cells.row),
    ):
        np.add.at(mine, place, mixed(mixed(other.astype(np.uint64)) ^ cells.value))
    return found[0], found[1]


def _refined(cells: _Cells, colours: tuple[Marks, ...]) -> tuple[Marks, Marks]:
    """Return colours that tell apart all that votes tell apart (Weisfeiler and Leman)."""
    rows, columns = colours[0], colours[1]
    told = 0
    while True:
        seen = np.zeros_like(rows)
        np.add.at(seen, cells.row, mixed(columns[cells.column] ^ cells.value))
        rows = mixed(rows + seen)
        seen = np.zeros_like(columns)
        np.add.at(seen, cells.column, mixed(rows[cells.row] ^ cells.value))
        columns = mixed(columns + seen)
        now = len(np.unique(rows)) + len(np.unique(columns))
        if now <= told:
            return rows, columns
        told = now


def _alike(
    colours: tuple[Marks, Marks], twins: tuple[Marks, Marks]
) -> tuple[int, list[np.uint64]] | None:
    """Return one of each kind of those of the first colour that votes leave alike, and its side."""
    for side, (colour, twin) in enumerate(zip(colours, twins, strict=True)):
        order = np.lexsort((twin, colour))
        again = np.diff(colour[order]) == 0
        other = again & (np.diff(twin[order]) != 0)
        if other.any():
            first = colour[order][np.flatnonzero(other)[0]]
            return side, list(np.unique(twin[colour == first]))
    return None
