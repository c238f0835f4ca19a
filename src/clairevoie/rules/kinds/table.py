"""Decision tables, read in order; each may read the outputs of those before.

A case stops at the first table that cannot answer: no row holds and there is no default, or several
rows hold where only one may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any, cast

from clairevoie.rules.building import Builder, code_of
from clairevoie.rules.columns import ColumnResult, Columns
from clairevoie.rules.conditions import holds
from clairevoie.rules.content import Condition, DecisionTables, Output, Row, Table
from clairevoie.rules.exact import CONTEXT
from clairevoie.rules.kinds import KindTrace
from clairevoie.rules.model import Category, Input, Number, RuleSet, Value, Version
from clairevoie.rules.outcomes import outcome_of, threshold_steps
from clairevoie.rules.trace import Operation, Problem, Quantity, Tested, TraceStep

# --- from a file ----------------------------------------------------------------------------------


def build(data: Mapping[str, Any], build: Builder) -> DecisionTables:
    """Build tables from the plain values of a file."""
    known: dict[str, Input] = dict(build.inputs)
    tables: list[Table] = []
    for index, raw in enumerate(data["tables"]):
        table = _table(raw, f"tables.{index}", known, build)
        if any(table.id == other.id for other in tables):
            build.problem(f"tables.{index}.id", f"'{table.id}' is there twice")
        for output in table.outputs:
            if output.name in known:
                build.problem(
                    f"tables.{index}.outputs",
                    f"'{output.name}' is already an input or an output: take another name",
                )
            elif _keeps_list(table):
                continue
            else:
                known[output.name] = output_input(table, output)
        tables.append(table)
    content = DecisionTables(
        tables=tuple(tables),
        result=code_of(data.get("result") or ""),
        decision=code_of(data.get("decision") or ""),
        thresholds=build.thresholds(data),
    )
    _check_result(content, build)
    _check_sizes(content, build)
    return content


def _check_sizes(content: DecisionTables, build: Builder) -> None:
    """The sum of all that a table could add up must fit a column of 64-bit units."""
    for place, table in enumerate(content.tables):
        for index, output in enumerate(table.outputs):
            if output.type == "decimal":
                given = [cast("Decimal", one) for one in output_values(table, index)]
                units = sum((abs(one.scaleb(output.decimals)) for one in given), Decimal(0))
                if units * max(len(table.rows), 1) >= 2**62:
                    build.problem(
                        f"tables.{place}.outputs.{index}",
                        f"'{output.name}' has numbers too large for {output.decimals} decimals",
                    )


def _keeps_list(table: Table) -> bool:
    return table.hit == "collect" and table.aggregate == "list"


def _table(raw: Mapping[str, Any], place: str, known: Mapping[str, Input], build: Builder) -> Table:
    outputs = tuple(
        _output(one, raw, f"{place}.outputs.{index}", build)
        for index, one in enumerate(raw["outputs"])
    )
    hit, aggregate = raw.get("hit", "first"), raw.get("aggregate", "list")
    if "aggregate" in raw and hit != "collect":
        build.problem(f"{place}.aggregate", "'aggregate' goes with 'hit: collect' only")
    if hit == "collect" and aggregate != "list":
        for index, output in enumerate(outputs):
            if output.type != "decimal":
                build.problem(
                    f"{place}.outputs.{index}", f"'{aggregate}' is for outputs of type decimal"
                )
    if len({output.name for output in outputs}) < len(outputs):
        build.problem(f"{place}.outputs", "two outputs have the same name")
    declared = raw.get("inputs")
    names = tuple(known) if declared is None else tuple(declared)
    for index, name in enumerate(declared or ()):
        if name not in known:
            build.problem(
                f"{place}.inputs.{index}",
                f"'{name}' is neither an input nor an output of a table before this one",
            )
    readable = {name: known[name] for name in names if name in known}
    rows: list[Row] = []
    for index, one in enumerate(raw["rows"]):
        row = _row(one, f"{place}.rows.{index}", readable, outputs, build)
        if any(row.id == other.id for other in rows):
            build.problem(f"{place}.rows.{index}.id", f"'{row.id}' is there twice in this table")
        rows.append(row)
    default = raw.get("default")
    return Table(
        id=code_of(raw["id"]),
        label=build.text(raw, "label", code_of(raw["id"])),
        hit=hit,
        outputs=outputs,
        rows=tuple(rows),
        aggregate=aggregate,
        default=None if default is None else _then(default, f"{place}.default", outputs, build),
        default_basis=build.basis(raw, place, "default_basis"),
    )


def _output(raw: Mapping[str, Any], table: Mapping[str, Any], place: str, build: Builder) -> Output:
    """Its decimals are those declared, else as many as its rows have."""
    name = code_of(raw["name"])
    decimals = raw.get("decimals")
    if raw["type"] != "decimal":
        if decimals is not None:
            build.problem(f"{place}.decimals", "'decimals' are for an output of type decimal")
        decimals = 0
    elif table.get("hit") == "collect" and table.get("aggregate") == "count":
        decimals = 0
    elif decimals is None:
        written = [row["then"].get(name) for row in table["rows"]]
        written.append((table.get("default") or {}).get(name))
        decimals = max((_decimals(one) for one in written), default=0)
    return Output(
        name=name,
        label=build.text(raw, "label", name),
        type=raw["type"],
        unit=build.text(raw, "unit"),
        decimals=int(decimals),
    )


def _decimals(raw: Any) -> int:
    if not isinstance(raw, Decimal) or raw == raw.to_integral_value():
        return 0
    return min(-cast("int", raw.normalize().as_tuple().exponent), 12)


def _row(
    raw: Mapping[str, Any],
    place: str,
    readable: Mapping[str, Input],
    outputs: Sequence[Output],
    build: Builder,
) -> Row:
    conditions = []
    for name, written in (raw.get("when") or {}).items():
        item = readable.get(name)
        if item is None:
            build.problem(
                f"{place}.when.{name}",
                f"this table does not read '{name}' (it reads: {', '.join(readable) or 'nothing'})",
            )
            continue
        condition = build.condition(written, item, f"{place}.when.{name}")
        if condition is not None:
            conditions.append(condition)
    return Row(
        id=code_of(raw["id"]),
        conditions=tuple(conditions),
        outputs=_then(raw["then"], f"{place}.then", outputs, build),
        basis=build.basis(raw, place),
        note=build.text(raw, "note") or None,
    )


def _then(
    raw: Mapping[str, Any], place: str, outputs: Sequence[Output], build: Builder
) -> tuple[Value, ...]:
    names = [output.name for output in outputs]
    for name in raw:
        if name not in names:
            build.problem(f"{place}.{name}", f"'{name}' is not an output ({', '.join(names)})")
    return tuple(
        None
        if raw.get(output.name) is None
        else _output_value(raw[output.name], output, f"{place}.{output.name}", build)
        for output in outputs
    )


def _output_value(raw: Any, output: Output, place: str, build: Builder) -> Value:
    if output.type == "category":
        return code_of(raw)
    if output.type == "boolean":
        if isinstance(raw, bool):
            return raw
        build.problem(place, f"'{raw}' is not true or false, as '{output.name}' is")
        return None
    number = build.exact(raw, place)
    if _decimals(number) > output.decimals:
        build.problem(place, f"'{raw}' has more decimals than '{output.name}' ({output.decimals})")
    return number


def _check_result(content: DecisionTables, build: Builder) -> None:
    for key, name, wanted in (
        ("result", content.result, "decimal"),
        ("decision", content.decision, "category"),
    ):
        found = next(
            (
                (table, index)
                for table in content.tables
                for index, output in enumerate(table.outputs)
                if name and output.name == name
            ),
            None,
        )
        if not name:
            continue
        if found is None:
            build.problem(key, f"no table has an output '{name}'")
            continue
        table, index = found
        if _keeps_list(table):
            build.problem(key, f"'{name}' is a list: say how it is brought together ('aggregate')")
        if table.outputs[index].type != wanted:
            build.problem(key, f"the output '{name}' must be of type {wanted}")
        answers = [row.outputs[index] for row in table.rows]
        answers += [] if table.default is None else [table.default[index]]
        if None in answers:
            build.problem(key, f"every row of the table '{table.id}' must give '{name}'")
        if key == "decision":
            for value in dict.fromkeys(answers):
                build.outcome(value, f"{key}")
    if content.decision and content.thresholds:
        build.problem("thresholds", "a decision comes from thresholds or from 'decision', not both")
    if content.thresholds and not content.result:
        build.problem("thresholds", "thresholds need the number that they cut: name it in 'result'")


def output_input(table: Table, output: Output) -> Input:
    """Return an output as an input of the tables that come after."""
    counts = table.hit == "collect" and table.aggregate == "count"
    index = table.outputs.index(output)
    return Input(
        name=output.name,
        type="integer" if counts else output.type,
        label=output.label,
        question=output.label,
        help={},
        unit=output.unit,
        decimals=0 if counts else output.decimals,
        categories=tuple(
            Category(cast("str", value), {"fr": cast("str", value)})
            for value in output_values(table, index)
        )
        if output.type == "category"
        else (),
        required=not _may_be_absent(table, index),
    )


def _may_be_absent(table: Table, index: int) -> bool:
    """Whether an output may be given no value by a table that answers."""
    rows = [row.outputs[index] for row in table.rows]
    return None in rows or (table.default is not None and table.default[index] is None)


def output_values(table: Table, index: int) -> tuple[Value, ...]:
    """Return the values that an output can take, in the order of the rows."""
    written = [row.outputs[index] for row in table.rows]
    written += [] if table.default is None else [table.default[index]]
    return tuple(dict.fromkeys(value for value in written if value is not None))


def items_read(version: Version) -> dict[str, Input]:
    """Return what conditions can read, by name: the inputs, and the outputs as inputs."""
    content = cast("DecisionTables", version.content)
    found = {item.name: item for item in version.inputs}
    for table in content.tables:
        found |= {output.name: output_input(table, output) for output in table.outputs}
    return found


# --- one case -------------------------------------------------------------------------------------


def trace(rules: RuleSet, version: Version, values: Mapping[str, Value]) -> KindTrace:
    """Evaluate one case: every table, every row and each of its conditions."""
    with localcontext(CONTEXT):
        return _trace(rules, version, values)


def _trace(rules: RuleSet, version: Version, values: Mapping[str, Value]) -> KindTrace:
    content = cast("DecisionTables", version.content)
    items = items_read(version)
    known: dict[str, Value] = dict(values)
    outputs: dict[str, Value] = {}
    steps: list[TraceStep] = []
    for table in content.tables:
        answer = _Answer(table, known, items, content.result)
        steps += answer.steps
        if answer.problem is not None:
            return KindTrace(
                steps=tuple(steps),
                outputs=outputs,
                problem=answer.problem,
                problem_names=(table.id,),
            )
        outputs |= answer.outputs
        if not _keeps_list(table):
            known |= answer.outputs
    value = cast("Number | None", outputs[content.result] if content.result else None)
    outcome: str | None = None
    if content.decision:
        outcome = cast("str", outputs[content.decision])
    elif value is not None:
        outcome = outcome_of(value, content.thresholds)
        steps += threshold_steps(rules, value, content.thresholds)
    return KindTrace(
        steps=tuple(steps),
        value=value,
        outcome=outcome,
        base=Decimal(0),
        total=value,
        outputs=outputs,
    )


class _Answer:
    """What one table answers to one case."""

    def __init__(
        self,
        table: Table,
        known: Mapping[str, Value],
        items: Mapping[str, Input],
        result: str,
    ) -> None:
        self.table = table
        self.problem: Problem | None = None
        names = [output.name for output in table.outputs]
        self._shown = names.index(result) if result in names else 0
        self._counts_to_result = result in names
        tested = [tuple(_tested(one, known, items) for one in row.conditions) for row in table.rows]
        hits = [index for index, tests in enumerate(tested) if all(test.holds for test in tests)]
        taken = hits[:1] if table.hit == "first" else hits
        if table.hit == "unique" and len(hits) > 1:
            self.problem = "several_rows"
        elif not taken and table.default is None:
            self.problem = "no_row"
        self.outputs = self._bring_together(taken) if self.problem is None else {}
        rows = [
            self._row_step(row, tests, applied=index in taken, taken=taken)
            for index, (row, tests) in enumerate(zip(table.rows, tested, strict=True))
        ]
        shown = self.outputs.get(names[self._shown])
        head = TraceStep(
            id=table.id,
            kind="table",
            label=table.label,
            applied=self.problem is None,
            value=shown,
            operation=self._operation(taken, shown),
        )
        self.steps = (head, *rows, *self._default_step(used=not taken))

    def _bring_together(self, taken: Sequence[int]) -> dict[str, Value]:
        table = self.table
        if not taken:
            default = cast("tuple[Value, ...]", table.default)
            return {out.name: value for out, value in zip(table.outputs, default, strict=True)}
        found: dict[str, Value] = {}
        for index, output in enumerate(table.outputs):
            given = [table.rows[row].outputs[index] for row in taken]
            found[output.name] = given[0] if table.hit != "collect" else _aggregate(table, given)
        return found

    def _row_step(
        self, row: Row, tests: tuple[Tested, ...], *, applied: bool, taken: Sequence[int]
    ) -> TraceStep:
        contribution: Number | None = None
        if self._counts_to_result and self.problem is None:
            contribution = self._contribution(row, taken) if applied else Decimal(0)
        return TraceStep(
            id=row.id,
            kind="row",
            label=row.note or {"fr": row.id},
            applied=applied and self.problem is None,
            value=row.outputs[self._shown],
            parent=self.table.id,
            tested=tests,
            contribution=contribution,
            basis=row.basis,
        )

    def _contribution(self, row: Row, taken: Sequence[int]) -> Number:
        """What a row taken adds to the result; for a smallest or largest, the first row has it."""
        table, value = self.table, cast("Number", row.outputs[self._shown])
        if table.hit != "collect" or table.aggregate == "sum":
            return value
        if table.aggregate == "count":
            return 1
        best = self.outputs[table.outputs[self._shown].name]
        first = next(one for one in taken if table.rows[one].outputs[self._shown] == best)
        return value if table.rows[first] is row else Decimal(0)

    def _operation(self, taken: Sequence[int], shown: Value) -> Operation | None:
        table = self.table
        if self.problem is not None or table.hit != "collect" or not taken:
            return None
        output = table.outputs[self._shown]
        tokens: list[Quantity | str] = []
        for row in taken:
            tokens += ["+" if table.aggregate == "sum" else ";"] if tokens else []
            tokens.append(Quantity(table.rows[row].outputs[self._shown], unit=output.unit))
        if table.aggregate != "sum":
            tokens = [table.aggregate, "(", *tokens, ")"]
        return Operation(tuple(tokens), Quantity(shown, output.name, output.label, output.unit))

    def _default_step(self, *, used: bool) -> tuple[TraceStep, ...]:
        table = self.table
        if table.default is None:
            return ()
        value = table.default[self._shown]
        contribution: Number | None = None
        if self._counts_to_result:
            contribution = cast("Number", value) if used else Decimal(0)
        return (
            TraceStep(
                id=f"{table.id}-default",
                kind="default",
                label=table.label,
                applied=used,
                value=value,
                parent=table.id,
                contribution=contribution,
                basis=table.default_basis,
            ),
        )


def _tested(condition: Condition, known: Mapping[str, Value], items: Mapping[str, Input]) -> Tested:
    item, value = items[condition.name], known.get(condition.name)
    return Tested(
        name=condition.name,
        label=item.label,
        value=value,
        unit=item.unit,
        text=condition.text,
        holds=holds(condition, value),
    )


def _aggregate(table: Table, given: Sequence[Value]) -> Value:
    if table.aggregate == "count":
        return len(given)
    there = [value for value in given if value is not None]
    if table.aggregate == "list":
        return ", ".join(_written(value) for value in there)
    if not there:
        return None
    numbers = cast("list[Decimal]", there)
    if table.aggregate == "sum":
        return sum(numbers, Decimal(0))
    return min(numbers) if table.aggregate == "min" else max(numbers)


def _written(value: Value) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


# --- columns --------------------------------------------------------------------------------------


def columns(rules: RuleSet, version: Version, columns: Columns) -> ColumnResult:
    """Evaluate all cases of a chunk."""
    return prepare(rules, version)(columns)


def prepare(rules: RuleSet, version: Version) -> Callable[[Columns], ColumnResult]:
    """Return the tables made ready for columns: see `clairevoie.rules.table_columns`."""
    from clairevoie.rules.table_columns import Prepared

    return Prepared(rules, version)


def cuts(version: Version, name: str, values: Mapping[str, Value]) -> tuple[Value, ...]:
    """Return the values of an input where a condition changes, whatever the others are."""
    from clairevoie.rules.cells import condition_cuts

    content = cast("DecisionTables", version.content)
    conditions = [
        condition
        for table in content.tables
        for row in table.rows
        for condition in row.conditions
        if condition.name == name
    ]
    return condition_cuts(conditions, version.input(name))
