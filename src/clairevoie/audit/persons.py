"""How many persons small figures are on: a thousand decisions may be on two people.

Persons do not add up over cells, so that they are counted for each line of each cut. Counting them
all would group the journal by person. What matters is which figures are on fewer than
``plan.least``, and that is found exactly in two steps:

1. among some of the rows (one in so many, by a hash of the identifier), a figure that is on enough
   persons already is on enough of them in the whole journal;
2. of the other figures, which are small or on few, all rows are read: those of their cells that
   have their flags, and no others.

The result is the same whatever rows the first step looks at: these only spare work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.cells import Cells
from clairevoie.audit.clusters import person_of
from clairevoie.audit.columns import both, clean_level
from clairevoie.audit.containment import ROWS
from clairevoie.audit.counting import flags_of, inside_period
from clairevoie.audit.figures import Cut, Figure
from clairevoie.audit.model import Plan
from clairevoie.audit.parts import Part, names_of, parts_of
from clairevoie.decisions.engines import arrow_of, beside
from clairevoie.decisions.model import Journal

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

ENOUGH = 200_000
"""About so many rows are looked at first; a journal of fewer is read once, wholly."""


def persons_of_small_figures(
    journal: Journal,
    plan: Plan,
    table: ibis.Table,
    cells: Cells,
    *,
    cuts: Iterable[Cut] | None = None,
    more: Sequence[Part] = (),
    enough: int = ENOUGH,
) -> dict[Figure, int] | None:
    """Return the figures and parts that are on fewer than ``plan.least`` persons, with how many.

    Args:
        journal: the declaration.
        plan: the plan.
        table: the rows that were counted.
        cells: what was counted.
        cuts: that are published, if not those of the plan.
        more: parts that only the journal tells (`clairevoie.audit.overlaps`).
        enough: about how many rows to look at first.

    Returns:
        Persons by figure; a figure that has rows and is not there is on ``plan.least`` persons or
        more. A row that gives no person stands for a person alone. ``None`` when the journal does
        not say who is concerned: each row is then a person's.
    """
    if journal.person is None:
        return None
    lines = _Lines(plan, cells, ((), *(plan.cuts if cuts is None else cuts)), more)
    rows = _rows(journal, plan, table, lines)
    every = cells.total // enough
    few = lines.counted()
    if every > 1:
        some = rows.filter(rows.row.hash() % every == 0)
        on = lines.persons(arrow_of(some.drop("row")))
        few = [mine & (found < plan.least) for mine, found in zip(few, on, strict=True)]
        if not any(mine.any() for mine in few):
            return {}
        rows = _of_cells(rows, lines, few)
    on = lines.persons(arrow_of(rows.drop("row").distinct()))
    return {
        Figure(cut, keys, lines.parts[part].name): max(1, int(found[part, line]))
        for cut, names, mine, found in zip(lines.cuts, lines.keys, few, on, strict=True)
        for part, line in np.argwhere(mine & (found < plan.least)).tolist()
        for keys in (names[line],)
    }


class _Lines:
    """The lines of the cuts, and the parts that are counted on each.

    Attributes:
        keys: for each cut, the keys of its lines.
        which: for each cut, the line of each cell.
    """

    def __init__(
        self, plan: Plan, cells: Cells, cuts: tuple[Cut, ...], more: Sequence[Part]
    ) -> None:
        self.cuts = cuts
        used = {name for cut in cuts for name in cut}
        self.cells = cells.cut([name for name in cells.names if name in used])
        self.names = names_of(plan, cells)
        self.columns = np.stack(
            [
                self.cells.rows.astype(np.float64) if name == ROWS else self.cells.sums[name]
                for name in self.names
            ]
        )
        self.parts = parts_of(plan, self.names, self.columns, more)
        self.keys: list[list[tuple[str, ...]]] = []
        self.which: list[NDArray[np.intp]] = []
        for cut in cuts:
            axes = [self.cells.names.index(name) for name in cut]
            codes, which = np.unique(self.cells.codes[:, axes], axis=0, return_inverse=True)
            self.which.append(which.ravel())
            self.keys.append(
                [
                    tuple(
                        self.cells.levels[axis][code] for axis, code in zip(axes, row, strict=True)
                    )
                    for row in codes.tolist()
                ]
            )

    def counted(self) -> list[NDArray[np.bool_]]:
        """Return whether each part of each line has rows: for each cut, of shape (parts, lines)."""
        counts = np.stack([part.over(self.names) @ self.columns for part in self.parts])
        found = []
        for keys, which in zip(self.keys, self.which, strict=True):
            sums = np.zeros((len(self.parts), len(keys)))
            np.add.at(sums.T, which, counts.T)
            found.append(sums > 1e-6)
        return found

    def persons(self, rows: pa.Table) -> list[NDArray[np.int64]]:
        """Return how many persons are in each part of each line, as `counted` has them."""
        who = _codes(rows.column("who"), None)
        shape = tuple(len(levels) for levels in self.cells.levels)
        place = np.zeros(rows.num_rows, dtype=np.intp)
        for axis, levels in enumerate(self.cells.levels):
            place = place * shape[axis] + _codes(rows.column(f"key_{axis}"), levels)
        known = np.full(int(np.prod(shape, dtype=np.int64)), -1, dtype=np.intp)
        own = np.ravel_multi_index(tuple(self.cells.codes.T), shape) if shape else np.zeros(1, int)
        known[own] = np.arange(len(self.cells.rows))
        cell = known[place]
        flags = [np.asarray(rows.column(f"part_{index}")) for index in range(len(self.parts))]
        found = []
        for keys, which in zip(self.keys, self.which, strict=True):
            line = which[cell]
            order = np.lexsort((who, line))
            line, mine = line[order], who[order]
            counts = np.zeros((len(self.parts), len(keys)), dtype=np.int64)
            for index, flag in enumerate(flags):
                kept = np.flatnonzero(flag[order])
                new = np.ones(len(kept), dtype=bool)
                new[1:] = (np.diff(line[kept]) != 0) | (np.diff(mine[kept]) != 0)
                counts[index] = np.bincount(line[kept][new], minlength=len(keys))
            found.append(counts)
        return found


def _rows(journal: Journal, plan: Plan, table: ibis.Table, lines: _Lines) -> ibis.Table:
    """Return each row with its person, the keys of its cell, and whether it is in each part."""
    import ibis

    inside, _ = inside_period(journal, plan, table)
    flags = flags_of(plan, inside)
    columns: dict[str, Any] = {
        "row": inside[journal.identifier].cast("string"),
        "who": person_of(journal, inside),
    }
    for axis, name in enumerate(lines.cells.names):
        columns[f"key_{axis}"] = clean_level(inside, plan.group(name))
    for index, part in enumerate(lines.parts):
        flag = _in_part(part, flags)
        columns[f"part_{index}"] = ibis.literal(True) if flag is None else flag
    return inside.select(**columns)


def _in_part(part: Part, flags: Mapping[str, Any]) -> Any:
    """Return whether a row is in a part; ``None`` for all rows."""
    found: Any = None
    for name in part.inside:
        found = both(found, flags.get(name))
    for name in part.outside:
        flag = flags[name]
        import ibis

        found = both(found, ibis.literal(False) if flag is None else ~flag)
    return found


def _of_cells(rows: ibis.Table, lines: _Lines, few: list[NDArray[np.bool_]]) -> ibis.Table:
    """Return the rows of the parts and lines that are still in doubt."""
    import pyarrow as pa

    wanted = np.zeros((len(lines.parts), len(lines.cells.rows)), dtype=bool)
    for which, mine in zip(lines.which, few, strict=True):
        wanted |= mine[:, which]
    kept = np.flatnonzero(wanted.any(axis=0))
    keys = [lines.cells.keys()[place] for place in kept]
    columns: dict[str, Any] = {
        f"cell_{axis}": pa.array([key[axis] for key in keys], pa.string())
        for axis in range(len(lines.cells.names))
    }
    parts = [index for index in range(len(lines.parts)) if wanted[index].any()]
    columns |= {f"want_{index}": pa.array(wanted[index][kept]) for index in parts}
    doubtful = beside(rows, pa.table(columns))
    pairs = [(f"key_{axis}", f"cell_{axis}") for axis in range(len(lines.cells.names))]
    joined = rows.join(doubtful, pairs) if pairs else rows.cross_join(doubtful)
    inside: Any = None
    for index in parts:
        mine = joined[f"part_{index}"] & joined[f"want_{index}"]
        inside = mine if inside is None else inside | mine
    return joined.filter(inside).select(*rows.columns)


def _codes(column: pa.ChunkedArray, levels: tuple[str, ...] | None) -> NDArray[np.intp]:
    """Return the place of each word among levels, or any number that stands for it."""
    import pyarrow as pa

    encoded = pa.chunked_array(column.chunks, column.type).combine_chunks().dictionary_encode()
    codes = np.asarray(encoded.indices).astype(np.intp)
    if levels is None:
        return codes
    places = {key: place for place, key in enumerate(levels)}
    words = np.array([places[word] for word in encoded.dictionary.to_pylist()], dtype=np.intp)
    return words[codes] if len(words) else codes
