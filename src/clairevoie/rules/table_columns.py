"""Decision tables on whole columns.

What a table reads is first turned into cells (`clairevoie.rules.cells`), a small number an input.
When their combinations are few, the table is answered once for each combination, and a case is
answered by looking its combination up; otherwise row by row, on the cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.cells import Cells, cells_of
from clairevoie.rules.columns import Array, ColumnResult, Columns
from clairevoie.rules.conditions import scaled
from clairevoie.rules.content import DecisionTables, Output, Table
from clairevoie.rules.kinds.table import items_read, output_values
from clairevoie.rules.model import Input, RuleSet, Value, Version
from clairevoie.rules.outcomes import outcome_code, outcome_columns, outcome_values
from clairevoie.rules.trace import PROBLEMS

MAX_COMBINATIONS = 1 << 15
"""Beyond, the answers by combination would leave the cache."""

NO_ROW = PROBLEMS.index("no_row")
SEVERAL_ROWS = PROBLEMS.index("several_rows")

Mask = NDArray[np.bool_]


class _Answers:
    """What a table gives to each of n cases or combinations: outputs, where missing, problems."""

    __slots__ = ("missing", "outputs", "problem")

    def __init__(self) -> None:
        self.outputs: list[Array] = []
        self.missing: list[Mask | None] = []
        self.problem: NDArray[np.uint8] | None = None

    def taken(self, places: Array) -> _Answers:
        """Return the answers at some places."""
        found = _Answers()
        found.outputs = [output[places] for output in self.outputs]
        found.missing = [None if gone is None else gone[places] for gone in self.missing]
        found.problem = None if self.problem is None else self.problem[places]
        return found


class _Column:
    """The values that the rows of a table give to one output, as its column holds them."""

    def __init__(self, table: Table, index: int) -> None:
        output = table.outputs[index]
        known = output_values(table, index)
        given = [row.outputs[index] for row in table.rows]
        # The default comes last, so that « no row », −1, finds it.
        given.append(None if table.default is None else table.default[index])
        self.missing = np.array([value is None for value in given], dtype=bool)
        self.values: Array = np.array(
            [_held(value, output, known) for value in given], dtype=_DTYPES[output.type]
        )


_DTYPES = {"decimal": np.int64, "category": np.int16, "boolean": np.bool_}


def _held(value: Value, output: Output, known: Sequence[Value]) -> Any:
    if value is None:
        return 0
    if output.type == "category":
        return known.index(value)
    return int(scaled(value, output.decimals)) if output.type == "decimal" else value


class PreparedTable:
    """One table, ready for columns."""

    def __init__(
        self, table: Table, items: Mapping[str, Input], optional: Mapping[str, bool]
    ) -> None:
        self.table = table
        by_name: dict[str, list[Any]] = {}
        for row in table.rows:
            for condition in row.conditions:
                by_name.setdefault(condition.name, []).append(condition)
        self.cells: dict[str, Cells] = {
            name: cells_of(conditions, items[name], optional=optional[name])
            for name, conditions in by_name.items()
        }
        self.rows = [
            [(one.name, self.cells[one.name].holding(one)) for one in row.conditions]
            for row in table.rows
        ]
        self.columns = [_Column(table, index) for index in range(len(table.outputs))]
        self.grid = self._every_combination()

    def _every_combination(self) -> _Answers | None:
        shape = tuple(len(cells) for cells in self.cells.values())
        if prod(shape) > MAX_COMBINATIONS:
            return None
        codes = {
            name: places.reshape(-1)
            for name, places in zip(self.cells, np.indices(shape), strict=True)
        }
        return self._answer(codes, prod(shape))

    def answer(self, columns: Columns) -> _Answers:
        """Answer a chunk of cases."""
        codes = {
            name: cells.code(columns.values[name], columns.missing.get(name))
            for name, cells in self.cells.items()
        }
        if self.grid is None:
            return self._answer(codes, columns.count)
        place = np.zeros(columns.count, dtype=np.intp)
        for name, cells in self.cells.items():
            if len(cells) > 1:
                place *= len(cells)
                place += codes[name]
        return self.grid.taken(place)

    def _answer(self, codes: Mapping[str, Array], count: int) -> _Answers:
        tested: dict[tuple[str, bytes], Mask] = {}

        def hit(row: int) -> Mask:
            found = np.ones(count, dtype=bool)
            for name, holding in self.rows[row]:
                key = (name, holding.tobytes())
                mask = tested.get(key)
                if mask is None:
                    mask = tested[key] = holding[codes[name]]
                found &= mask
            return found

        if self.table.hit == "collect":
            return self._collect(hit, count)
        chosen = np.full(count, -1, dtype=np.int32)
        several = np.zeros(count, dtype=bool)
        for row in range(len(self.rows) - 1, -1, -1):
            mask = hit(row)
            if self.table.hit == "unique":
                several |= mask & (chosen >= 0)
            chosen[mask] = row
        found = _Answers()
        for column in self.columns:
            found.outputs.append(column.values[chosen])
            gone = (
                column.missing[chosen]
                if column.missing[:-1].any() or self._null_default()
                else None
            )
            found.missing.append(gone)
        found.problem = self._problem(chosen < 0, several)
        return found

    def _null_default(self) -> bool:
        return self.table.default is not None and None in self.table.default

    def _problem(self, nobody: Mask, several: Mask | None) -> NDArray[np.uint8] | None:
        problem = np.zeros(len(nobody), dtype=np.uint8)
        if self.table.default is None:
            problem[nobody] = NO_ROW
        if several is not None:
            problem[several] = SEVERAL_ROWS
        return problem if problem.any() else None

    def _collect(self, hit: Any, count: int) -> _Answers:
        table = self.table
        some = np.zeros(count, dtype=bool)
        totals: list[Array] = []
        theirs: list[Mask] = []
        for column in self.columns:
            totals.append(np.zeros(count, dtype=column.values.dtype))
            theirs.append(np.zeros(count, dtype=bool))
        for row in range(len(self.rows)):
            mask = hit(row)
            some |= mask
            for index, column in enumerate(self.columns):
                if table.aggregate == "count":
                    totals[index] += mask
                    theirs[index] |= mask
                elif not column.missing[row]:
                    _bring(table, totals[index], theirs[index], mask, column.values[row])
        found = _Answers()
        nobody = ~some
        for column, total, there in zip(self.columns, totals, theirs, strict=True):
            if table.default is not None:
                total[nobody] = column.values[-1]
                if not column.missing[-1]:
                    np.logical_or(there, nobody, out=there)
            found.outputs.append(total)
            found.missing.append(None if there.all() else ~there)
        found.problem = self._problem(nobody, None)
        return found


def _bring(table: Table, total: Array, there: Mask, mask: Mask, value: Any) -> None:
    """Bring one more row into a collected output, where it holds."""
    if table.aggregate == "sum":
        total[mask] += value
    elif table.aggregate in {"min", "max"}:
        better = value < total if table.aggregate == "min" else value > total
        total[mask & (better | ~there)] = value
    there |= mask


class Prepared:
    """The tables of a version, ready for columns. Called with a chunk, gives its answers."""

    def __init__(self, rules: RuleSet, version: Version) -> None:
        self.rules = rules
        self.content = cast("DecisionTables", version.content)
        self.items = items_read(version)
        optional = {
            item.name: not item.required and item.default is None for item in version.inputs
        }
        self.tables: list[PreparedTable] = []
        for table in self.content.tables:
            self.tables.append(PreparedTable(table, self.items, optional))
            optional |= {out.name: not self.items[out.name].required for out in table.outputs}
        self._decided = self._outcomes_of_decision()

    def _outcomes_of_decision(self) -> NDArray[np.int8] | None:
        for table in self.content.tables:
            for index, output in enumerate(table.outputs):
                if output.name == self.content.decision:
                    values = output_values(table, index)
                    codes = [outcome_code(self.rules, cast("str", value)) for value in values]
                    return np.array([*codes, -1], dtype=np.int8)
        return None

    def __call__(self, columns: Columns) -> ColumnResult:
        """Evaluate all cases of a chunk."""
        content = self.content
        values, missing = dict(columns.values), dict(columns.missing)
        problem = np.zeros(columns.count, dtype=np.uint8)
        for prepared in self.tables:
            known = Columns(count=columns.count, values=values, missing=missing, invalid={})
            answers = prepared.answer(known)
            if answers.problem is not None:
                np.copyto(problem, answers.problem, where=problem == 0)
            for output, array, gone in zip(
                prepared.table.outputs, answers.outputs, answers.missing, strict=True
            ):
                values[output.name] = array
                if gone is not None:
                    missing[output.name] = gone
        value, decimals = None, None
        if content.result:
            value, decimals = values[content.result], self.items[content.result].decimals
        outcome = None
        if self._decided is not None:
            outcome = self._decided[values[content.decision]]
        elif value is not None and decimals is not None:
            outcome = outcome_columns(self.rules, value, decimals, content.thresholds)
        return ColumnResult(
            count=columns.count,
            value=value,
            decimals=decimals,
            outcome=outcome,
            outcomes=outcome_values(self.rules),
            problem=problem,
        )
