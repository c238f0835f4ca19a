"""The values of an expression for a chunk of cases, exactly, without a loop over cases.

Both branches of an ``if`` are computed for all cases of the chunk; what goes wrong in the branch
that a case does not take is left out. Callers cut columns in chunks, so that memory is bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules import exact
from clairevoie.rules.columns import Columns
from clairevoie.rules.content import Parameter
from clairevoie.rules.exact import Mask, Numbers
from clairevoie.rules.expressions.calendar import COLUMN_COUNTS
from clairevoie.rules.expressions.scalar import key_of
from clairevoie.rules.expressions.tree import Apply, Constant, Name, Node, Type
from clairevoie.rules.model import Input
from clairevoie.rules.trace import PROBLEMS

MISSING = PROBLEMS.index("missing_input")
UNDEFINED = PROBLEMS.index("undefined")

Codes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class ExpressionColumn:
    """The values of an expression, or of a name, for a chunk of cases.

    Attributes:
        type: ``number``, ``boolean``, ``category`` or ``date``.
        count: the number of cases.
        values: `Numbers`; or an array (or one value for all cases) of ``bool``, of indexes in
            ``categories`` (−1: none), of ``datetime64[D]``. Anything where ``problem`` is not 0.
        categories: what the indexes of a ``category`` stand for.
        problem: index in `clairevoie.rules.trace.PROBLEMS`, 0 where there is a value; ``None``
            when there is one everywhere.
    """

    type: Type
    count: int
    values: Any
    categories: tuple[str, ...] = ()
    problem: Codes | None = None

    def scaled(self, decimals: int | None = None) -> tuple[NDArray[Any], int]:
        """Return the numbers, scaled, and by how many decimals; 0 where there is a problem.

        Args:
            decimals: at least so many; those of the numbers when left out.

        Returns:
            ``int64``, or Python integers (``object``) when they are too large for it.
        """
        found = cast("Numbers", self.values)
        found = exact.rescale(found, max(decimals or 0, found.decimals))
        return exact.take_column(found, self.count), found.decimals

    def holds(self) -> Mask:
        """Return where a ``boolean`` is true (false where there is a problem)."""
        found = np.broadcast_to(np.asarray(self.values, dtype=bool), (self.count,))
        return found.copy() if self.problem is None else found & (self.problem == 0)

    def array(self) -> NDArray[Any]:
        """Return the values of a ``boolean``, ``category`` or ``date`` as an array."""
        return np.broadcast_to(np.asarray(self.values), (self.count,))

    def missing(self) -> Mask:
        """Return where a value that is needed is missing."""
        return self._where(MISSING)

    def undefined(self) -> Mask:
        """Return where there is no value: division by zero, overflow, nothing in a table."""
        return self._where(UNDEFINED)

    def _where(self, code: int) -> Mask:
        if self.problem is None:
            return np.zeros(self.count, dtype=bool)
        return cast("Mask", self.problem == code)


def input_columns(columns: Columns, inputs: Sequence[Input]) -> dict[str, ExpressionColumn]:
    """Return the inputs of a chunk as expressions read them (all but ``number``)."""
    found = {}
    for item in inputs:
        if item.type != "number":
            found[item.name] = _input_column(columns, item)
    return found


_TYPES: dict[str, Type] = {"integer": "number", "decimal": "number"}


def _input_column(columns: Columns, item: Input) -> ExpressionColumn:
    count, array, gone = (
        columns.count,
        columns.values.get(item.name),
        columns.missing.get(item.name),
    )
    kind: Type = _TYPES.get(item.type, item.type)  # type: ignore[arg-type]
    if array is None:
        array, gone = np.zeros(count, dtype=_EMPTY[kind]), np.ones(count, dtype=bool)
    problem: Codes | None = None
    if gone is not None and gone.any():
        problem = np.where(gone, np.uint8(MISSING), np.uint8(0))
        # What stands under a missing value is anything: it must not widen the bounds.
        array = np.where(gone, np.zeros(1, dtype=array.dtype), array)
    values: Any = array
    if kind == "number":
        values = exact.numbers(array, item.decimals)
    elif kind == "date":
        values = np.where(np.isnat(array), np.datetime64(0, "D"), array)
    categories = tuple(one.value for one in item.categories)
    return ExpressionColumn(kind, count, values, categories, problem)


_EMPTY = {"number": "int64", "boolean": "bool", "category": "int16", "date": "datetime64[D]"}


class Chunk:
    """Evaluates trees for a chunk of cases; steps already computed may be added to ``names``."""

    def __init__(
        self,
        count: int,
        names: dict[str, ExpressionColumn],
        parameters: Mapping[str, Parameter],
    ) -> None:
        self.count = count
        self.names = names
        self.parameters = parameters

    def column(self, node: Node) -> ExpressionColumn:
        """Return the values of a tree."""
        if isinstance(node, Constant):
            return self._constant(node)
        if isinstance(node, Name):
            return self._named(node)
        special = _SPECIAL.get(node.sign)
        if special is not None:
            return special(self, node)
        parts = [self.column(part) for part in node.parts]
        problem = first_problem(*parts)
        kind = parts[0].type
        if kind == "number":
            return self._numeric(node, parts, problem)
        if kind == "category":
            return self._of_categories(node, parts, problem)
        return self._plain(node, parts, problem)

    def number(self, node: Node) -> tuple[Numbers, Codes | None]:
        """Return the values of a tree that gives numbers, and where it has none."""
        found = self.column(node)
        return cast("Numbers", found.values), found.problem

    def _constant(self, node: Constant) -> ExpressionColumn:
        if isinstance(node.value, Decimal):
            return ExpressionColumn("number", self.count, exact.constant(node.value))
        if isinstance(node.value, str):
            return ExpressionColumn("category", self.count, np.int16(0), (node.value,))
        if isinstance(node.value, date):
            return ExpressionColumn("date", self.count, np.datetime64(node.value, "D"))
        return ExpressionColumn("boolean", self.count, np.bool_(node.value))

    def _named(self, node: Name) -> ExpressionColumn:
        parameter = self.parameters.get(node.name)
        if parameter is not None and parameter.value is not None:
            return ExpressionColumn("number", self.count, exact.constant(parameter.value))
        found = self.names.get(node.name)
        if found is not None:
            return found
        gone = np.full(self.count, MISSING, dtype=np.uint8)
        empty = np.zeros(self.count, dtype=_EMPTY[node.type])
        values = exact.numbers(empty) if node.type == "number" else empty
        kind = cast("Type", node.type)
        return ExpressionColumn(kind, self.count, values, node.categories or ("",), gone)

    def numeric(self, found: Numbers, problem: Codes | None) -> ExpressionColumn:
        """Return numbers, those beyond 10³⁰ marked; 0 where there is a problem."""
        over = exact.beyond(found)
        if over is not False:
            problem = self.marked(over, problem)
        if problem is not None and not found.is_constant:
            wrong = problem != 0
            if found.low > 0 or found.high < 0 or cast("Any", found.units).dtype == object:
                found = exact.choose_columns(~wrong, found, exact.constant(Decimal(0)))
                found = found.tight()
        return ExpressionColumn("number", self.count, found, (), problem)

    def marked(self, where: Mask | bool, problem: Codes | None) -> Codes:
        """Return the problems, with ``undefined`` where there was none before."""
        mask = np.broadcast_to(np.asarray(where, dtype=bool), (self.count,))
        codes = np.where(mask, np.uint8(UNDEFINED), np.uint8(0))
        return codes if problem is None else np.where(problem != 0, problem, codes)

    def _numeric(
        self, node: Apply, parts: list[ExpressionColumn], problem: Codes | None
    ) -> ExpressionColumn:
        sign = node.sign
        given = [cast("Numbers", part.values) for part in parts]
        if sign in _ARITHMETIC:
            return self.numeric(_ARITHMETIC[sign](*given), problem)
        if sign == "/":
            quotient, nothing = exact.divide_columns(*given)
            if nothing is not False:
                problem = self.marked(nothing, problem)
            return self.numeric(quotient, problem)
        if sign in {"min", "max"}:
            return self.numeric(exact.extreme_columns(sign, given), problem)
        if sign == "round":
            to = cast("Constant", node.parts[1]).value
            return self.numeric(
                exact.round_columns(given[0], cast("Decimal", to), "half_up"), problem
            )
        if sign == "between":
            held = np.logical_and(
                exact.compare_columns(">=", given[0], given[1]),
                exact.compare_columns("<=", given[0], given[2]),
            )
        elif sign == "in":
            held = np.logical_or.reduce(
                [
                    np.broadcast_to(exact.compare_columns("=", given[0], one), (self.count,))
                    for one in given[1:]
                ]
            )
        else:
            held = np.asarray(exact.compare_columns(sign, *given))
        return ExpressionColumn("boolean", self.count, held, (), problem)

    def _of_categories(
        self, node: Apply, parts: list[ExpressionColumn], problem: Codes | None
    ) -> ExpressionColumn:
        first = parts[0]
        codes = np.asarray(first.values)
        held = np.zeros(codes.shape, dtype=bool)
        for part in parts[1:]:
            # The codes of the other side in the first one's categories; −2 where it has none.
            places = {value: index for index, value in enumerate(first.categories)}
            table = np.array([places.get(value, -2) for value in part.categories] + [-2])
            held = held | (codes == table[np.asarray(part.values)])
        if node.sign == "!=":
            held = ~held
        return ExpressionColumn("boolean", self.count, held, (), problem)

    def _plain(
        self, node: Apply, parts: list[ExpressionColumn], problem: Codes | None
    ) -> ExpressionColumn:
        given = [part.values for part in parts]
        if node.sign in COLUMN_COUNTS:
            both = np.broadcast_arrays(*(np.atleast_1d(one) for one in given))
            counted = COLUMN_COUNTS[node.sign](*both)
            if len(counted) == 1:
                found = exact.constant(Decimal(int(counted[0])))
            else:
                found = exact.numbers(counted)
            return self.numeric(found, problem)
        kind: Type = "date" if node.sign in {"min", "max"} else "boolean"
        return ExpressionColumn(kind, self.count, _PLAIN[node.sign](*given), (), problem)


def first_problem(*parts: ExpressionColumn) -> Codes | None:
    """Return, case by case, the first problem of the parts."""
    found: Codes | None = None
    for part in parts:
        if part.problem is not None:
            found = part.problem if found is None else np.where(found != 0, found, part.problem)
    return found


def _if(chunk: Chunk, node: Apply) -> ExpressionColumn:
    condition = chunk.column(node.parts[0])
    held = np.broadcast_to(np.asarray(condition.values, dtype=bool), (chunk.count,))
    if condition.problem is None and chunk.count and held.all():
        return chunk.column(node.parts[1])
    if condition.problem is None and not held.any():
        return chunk.column(node.parts[2])
    first, second = (chunk.column(part) for part in node.parts[1:])
    problem: Codes | None = None
    if first.problem is not None or second.problem is not None:
        none = np.uint8(0)
        problem = np.where(
            held,
            none if first.problem is None else first.problem,
            none if second.problem is None else second.problem,
        )
    chosen = replace(first, problem=problem)
    problem = first_problem(condition, chosen)
    if first.type == "number":
        return chunk.numeric(exact.choose_columns(held, first.values, second.values), problem)
    if first.type == "category":
        categories = tuple(dict.fromkeys((*first.categories, *second.categories)))
        table = np.array([categories.index(one) for one in second.categories] + [-1], np.int16)
        values = np.where(held, first.values, table[np.asarray(second.values)])
        return ExpressionColumn("category", chunk.count, values, categories, problem)
    values = np.where(held, first.values, second.values)
    return ExpressionColumn(first.type, chunk.count, values, (), problem)


def _logical(chunk: Chunk, node: Apply) -> ExpressionColumn:
    """``and``, ``or``: the part that decides, decides, whatever the other is or lacks."""
    decides = node.sign == "or"
    left, right = (chunk.column(part) for part in node.parts)
    if left.problem is None and right.problem is None:
        both = np.logical_or if decides else np.logical_and
        return ExpressionColumn("boolean", chunk.count, both(left.values, right.values))
    decided = np.zeros(chunk.count, dtype=bool)
    for part in (left, right):
        held = np.asarray(part.values, dtype=bool) == decides
        decided |= held if part.problem is None else held & (part.problem == 0)
    problem = np.where(decided, np.uint8(0), cast("NDArray[Any]", first_problem(left, right)))
    return ExpressionColumn("boolean", chunk.count, decided == decides, (), problem)


def _missing(chunk: Chunk, node: Apply) -> ExpressionColumn:
    found = chunk.column(node.parts[0])
    return ExpressionColumn("boolean", chunk.count, found.missing())


def _parameter(chunk: Chunk, node: Apply) -> Parameter:
    return chunk.parameters[cast("Name", node.parts[1]).name]


def _marginal(chunk: Chunk, node: Apply) -> ExpressionColumn:
    number, problem = chunk.number(node.parts[0])
    brackets = _parameter(chunk, node).brackets
    total = exact.constant(Decimal(0))
    for index, bracket in enumerate(brackets):
        low = exact.constant(bracket.low)
        top = exact.extreme_columns("max", [number, low])
        if index + 1 < len(brackets):
            top = exact.extreme_columns("min", [top, exact.constant(brackets[index + 1].low)])
        within = exact.subtract_columns(top, low)
        part = exact.multiply_columns(within, exact.constant(bracket.value))
        total = exact.add_columns(total, part)
    return chunk.numeric(total, problem)


def _band(chunk: Chunk, node: Apply) -> ExpressionColumn:
    number, problem = chunk.number(node.parts[0])
    found = exact.constant(Decimal(0))
    under = np.ones(chunk.count, dtype=bool)
    for bracket in _parameter(chunk, node).brackets:
        reached = np.broadcast_to(
            exact.compare_columns(">=", number, exact.constant(bracket.low)), (chunk.count,)
        )
        found = exact.choose_columns(reached, exact.constant(bracket.value), found)
        under = under & ~reached
    if under.any():
        problem = chunk.marked(under, problem)
    return chunk.numeric(found, problem)


def _pick(chunk: Chunk, node: Apply) -> ExpressionColumn:
    parameter = _parameter(chunk, node)
    picked = parameter.values or {}
    column = chunk.column(node.parts[0])
    found, none = exact.constant(Decimal(0)), np.ones(chunk.count, dtype=bool)
    for key, number in picked.items():
        held = np.broadcast_to(_is_key(column, str(key)), (chunk.count,))
        found = exact.choose_columns(held, exact.constant(number), found)
        none = none & ~held
    problem = column.problem
    if none.any():
        problem = chunk.marked(none, problem)
    return chunk.numeric(found, problem)


def _is_key(column: ExpressionColumn, key: str) -> Any:
    """Where a value has a key; the rule of `clairevoie.rules.expressions.scalar.key_of`."""
    if column.type == "boolean":
        return np.asarray(column.values) == (key == "true") if key in {"true", "false"} else False
    if column.type == "category":
        place = column.categories.index(key) if key in column.categories else -2
        return np.asarray(column.values) == place
    try:
        number = Decimal(key)
    except ArithmeticError:
        return False
    if not number.is_finite() or key_of(number) != key:
        return False
    return exact.compare_columns("=", column.values, exact.constant(number))


_SPECIAL: dict[str, Callable[[Chunk, Apply], ExpressionColumn]] = {
    "if": _if,
    "and": _logical,
    "or": _logical,
    "missing": _missing,
    "marginal": _marginal,
    "band": _band,
    "pick": _pick,
}
_ONE = Decimal(1)
_ARITHMETIC: dict[str, Callable[..., Numbers]] = {
    "+": exact.add_columns,
    "-": exact.subtract_columns,
    "*": exact.multiply_columns,
    "neg": exact.negate_column,
    "abs": exact.absolute_column,
    "floor": lambda column: exact.round_columns(column, _ONE, "floor"),
    "ceil": lambda column: exact.round_columns(column, _ONE, "ceil"),
}
_PLAIN: dict[str, Callable[..., Any]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "not": np.logical_not,
    "in": lambda value, *options: np.logical_or.reduce([value == one for one in options]),
    "between": lambda value, low, high: (low <= value) & (value <= high),
    "min": lambda first, *others: _extreme(np.minimum, first, others),
    "max": lambda first, *others: _extreme(np.maximum, first, others),
}


def _extreme(act: Any, first: Any, others: Sequence[Any]) -> Any:
    for other in others:
        first = act(first, other)
    return first
