"""Tables: rows that never apply, rows that overlap where one only may, cases that none takes.

Exact. What a table reads is cut into its elementary cells (`clairevoie.rules.cells`); a row is a
box: for each input, the cells in which its conditions hold. What is left of the whole domain once
the rows have been taken away, box after box, is what no row takes. Several tables are looked at
case by case, over every combination of cells of their inputs: a later one only sees the cases that
those before it answer. When combinations are too many, each is looked at by itself, if it reads no
other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.anchors import anchor_of
from clairevoie.rules.cells import Cells, cells_of
from clairevoie.rules.checking.findings import WORDS, Teller
from clairevoie.rules.columns import Columns
from clairevoie.rules.conditions import holds_columns
from clairevoie.rules.content import Condition, DecisionTables, Row, Table
from clairevoie.rules.evaluate import DTYPES, column_value
from clairevoie.rules.kinds.table import items_read
from clairevoie.rules.model import Input, Text, Value, Version

MAX_WORK = 2_000_000
"""Boxes and pairs of rows looked at in one table; beyond, it is said to be undecided."""
MAX_COMBINATIONS = 1 << 20
"""Combinations of cells looked at when there are several tables."""
MAX_TOLD = 10
"""Gaps, and overlaps, told of one table."""

Box = tuple[int, ...]
"""For each input that the table reads, the cells that are in it, one bit a cell."""


class _TooLarge(Exception):
    pass


def check_tables(version: Version, teller: Teller) -> None:
    """Check the tables of a version, when it is made of tables."""
    content = version.content
    if not isinstance(content, DecisionTables):
        return
    items = items_read(version)
    if len(content.tables) > 1 and _check_together(version, content, items, teller):
        return
    given = {item.name for item in version.inputs}
    for table in content.tables:
        try:
            if any(name not in given for name in _names(table)):
                raise _TooLarge
            _check_alone(table, items, teller)
        except _TooLarge:
            teller.find("undecided_table", anchor_of("table", table.id), label=table.label)


def _names(table: Table) -> tuple[str, ...]:
    read = (condition.name for row in table.rows for condition in row.conditions)
    return tuple(dict.fromkeys(read))


def _conditions(tables: tuple[Table, ...], name: str) -> Iterator[Condition]:
    for table in tables:
        for row in table.rows:
            yield from (one for one in row.conditions if one.name == name)


def _optional(item: Input) -> bool:
    return not item.required and item.default is None


# --- a table by itself ----------------------------------------------------------------------------


class _Boxes:
    """The rows of a table as boxes."""

    def __init__(self, table: Table, items: Mapping[str, Input]) -> None:
        self.cells: dict[str, Cells] = {
            name: cells_of(
                _conditions((table,), name), items[name], optional=_optional(items[name])
            )
            for name in _names(table)
        }
        self.whole: Box = tuple((1 << len(cells)) - 1 for cells in self.cells.values())
        self.rows = [self._box(row) for row in table.rows]
        self.work = 0

    def _box(self, row: Row) -> Box:
        masks = dict(zip(self.cells, self.whole, strict=True))
        for condition in row.conditions:
            holding = self.cells[condition.name].holding(condition)
            bits = sum(1 << int(cell) for cell in np.flatnonzero(holding))
            masks[condition.name] &= bits
        return tuple(masks.values())

    def without(self, boxes: list[Box], row: Box) -> list[Box]:
        """Return what is left of disjoint boxes once a row is taken away, disjoint too."""
        self.work += len(boxes)
        if self.work > MAX_WORK:
            raise _TooLarge
        left: list[Box] = []
        for box in boxes:
            if not meets(box, row):
                left.append(box)
                continue
            inner = list(box)
            for place, mask in enumerate(row):
                outside = inner[place] & ~mask
                if outside:
                    left.append((*inner[:place], outside, *inner[place + 1 :]))
                inner[place] &= mask
        return left

    def example(self, box: Box) -> dict[str, Value]:
        """Return one case of a box."""
        return {
            name: cells.values[(mask & -mask).bit_length() - 1]
            for (name, cells), mask in zip(self.cells.items(), box, strict=True)
        }


def meets(left: Box, right: Box) -> bool:
    """Return whether two boxes have a case in common."""
    return all(one & other for one, other in zip(left, right, strict=True))


def _check_alone(table: Table, items: Mapping[str, Input], teller: Teller) -> None:
    boxes = _Boxes(table, items)
    left = [boxes.whole]
    for row, box in zip(table.rows, boxes.rows, strict=True):
        if not all(box):
            _tell_row(table, row, WORDS["outside"], teller)
            continue
        if table.hit == "first" and not any(meets(one, box) for one in left):
            _tell_row(table, row, WORDS["taken"], teller)
        left = boxes.without(left, box)
    if table.hit == "unique":
        _check_pairs(table, boxes, teller)
    _tell_gaps(table, [boxes.example(box) for box in left[: MAX_TOLD + 1]], teller)


def _check_pairs(table: Table, boxes: _Boxes, teller: Teller) -> None:
    told = 0
    for second, box in enumerate(boxes.rows):
        boxes.work += second
        if boxes.work > MAX_WORK:
            raise _TooLarge
        for first, other in enumerate(boxes.rows[:second]):
            if not meets(box, other):
                continue
            told += 1
            if told > MAX_TOLD:
                teller.find("more_findings", anchor_of("table", table.id), label=table.label)
                return
            common = tuple(one & two for one, two in zip(box, other, strict=True))
            _tell_pair(table, first, second, boxes.example(common), teller)


def _tell_row(table: Table, row: Row, why: Text, teller: Teller) -> None:
    anchor = anchor_of("row", table.id, row.id)
    teller.find("unreachable_row", anchor, label=row.note or {"fr": row.id}, why=why)


def _tell_pair(
    table: Table, first: int, second: int, example: Mapping[str, Value], teller: Teller
) -> None:
    rows = (table.rows[first], table.rows[second])
    label, other = (row.note or {"fr": row.id} for row in rows)
    anchor = anchor_of("row", table.id, rows[1].id)
    teller.find("overlapping_rows", anchor, example=example, label=label, other=other)


def _tell_gaps(table: Table, examples: list[dict[str, Value]], teller: Teller) -> None:
    anchor = anchor_of("table", table.id)
    if table.default is not None:
        if not examples:
            teller.find("unreachable_default", anchor_of("default", table.id), label=table.label)
        return
    for example in examples[:MAX_TOLD]:
        teller.find("gap_in_domain", anchor, example=example, label=table.label)
    if len(examples) > MAX_TOLD:
        teller.find("more_findings", anchor, label=table.label)


# --- tables one after the other -------------------------------------------------------------------


def _check_together(
    version: Version, content: DecisionTables, items: Mapping[str, Input], teller: Teller
) -> bool:
    """Check all tables in order; return false, with nothing told, when cases are too many."""
    cells = {
        item.name: cells_of(_conditions(content.tables, item.name), item, optional=_optional(item))
        for item in version.inputs
        if any(True for _ in _conditions(content.tables, item.name))
    }
    shape = tuple(len(one) for one in cells.values())
    if prod(shape) > MAX_COMBINATIONS:
        return False
    cases = _Cases(cells, shape)
    alive = np.ones(cases.count, dtype=bool)
    for table in content.tables:
        alive = _check_next(table, items, cases, alive, teller)
    return True


class _Cases:
    """One case a combination of cells, as columns to which tables add theirs."""

    def __init__(self, cells: Mapping[str, Cells], shape: tuple[int, ...]) -> None:
        self.cells = cells
        self.places = dict(
            zip(cells, (one.reshape(-1) for one in np.indices(shape, dtype=np.int32)), strict=True)
        )
        self.count = prod(shape)
        self.values = {}
        self.missing = {}
        for name, one in cells.items():
            held = [0 if value is None else column_value(one.item, value) for value in one.values]
            self.values[name] = np.array(held, dtype=DTYPES[one.item.type])[self.places[name]]
            if one.optional:
                self.missing[name] = self.places[name] == len(one) - 1

    def mask(self, row: Row, items: Mapping[str, Input]) -> NDArray[np.bool_]:
        """Return where a row holds."""
        found = np.ones(self.count, dtype=bool)
        for one in row.conditions:
            gone = self.missing.get(one.name)
            found &= holds_columns(one, self.values[one.name], gone, items[one.name])
        return found

    def example(self, index: int) -> dict[str, Value]:
        """Return one case."""
        return {name: one.values[int(self.places[name][index])] for name, one in self.cells.items()}


def _check_next(
    table: Table,
    items: Mapping[str, Input],
    cases: _Cases,
    alive: NDArray[np.bool_],
    teller: Teller,
) -> NDArray[np.bool_]:
    """Check one table on the cases that the tables before it answer; return those it answers."""
    from clairevoie.rules.table_columns import PreparedTable

    taken = np.zeros(cases.count, dtype=bool)
    masks: list[NDArray[np.bool_]] = []
    for row in table.rows:
        mask = cases.mask(row, items) & alive
        if not mask.any():
            _tell_row(table, row, WORDS["outside"], teller)
        elif table.hit == "first" and not (mask & ~taken).any():
            _tell_row(table, row, WORDS["taken"], teller)
        if table.hit == "unique":
            _tell_common(table, masks, mask, cases, teller)
        masks.append(mask)
        taken |= mask
    nobody = np.flatnonzero(alive & ~taken)[: MAX_TOLD + 1]
    _tell_gaps(table, [cases.example(int(index)) for index in nobody], teller)
    optional = {name: name in cases.missing for name in cases.values}
    known = Columns(cases.count, cases.values, cases.missing, {})
    answers = PreparedTable(table, items, optional).answer(known)
    for output, array, gone in zip(table.outputs, answers.outputs, answers.missing, strict=True):
        cases.values[output.name] = array
        if gone is not None:
            cases.missing[output.name] = gone
    return alive if answers.problem is None else alive & (answers.problem == 0)


def _tell_common(
    table: Table,
    masks: list[NDArray[np.bool_]],
    mask: NDArray[np.bool_],
    cases: _Cases,
    teller: Teller,
) -> None:
    """Tell which earlier rows hold together with this one."""
    for first, other in enumerate(masks):
        both = np.flatnonzero(mask & other)
        if len(both):
            example = cases.example(int(both[0]))
            _tell_pair(table, first, len(masks), example, teller)
