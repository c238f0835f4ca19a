"""The value of an expression for one case, exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from clairevoie.rules import exact
from clairevoie.rules.content import Parameter
from clairevoie.rules.exact import Undefined
from clairevoie.rules.expressions.calendar import COUNTS
from clairevoie.rules.expressions.tree import Apply, Constant, Name, Node
from clairevoie.rules.model import Value

Parameters = Mapping[str, Parameter]
ZERO = Decimal(0)


class Missing(Exception):
    """A value that is needed is missing; ``name`` is the input's."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class Case:
    """Evaluates trees with the values of one case.

    A name without a value, or with the value ``None``, is missing. A step that has no value
    because of another problem is given as that problem: an exception among ``problems``.
    """

    def __init__(
        self,
        values: Mapping[str, Value],
        parameters: Parameters,
        problems: Mapping[str, Missing | Undefined] | None = None,
    ) -> None:
        self.values = values
        self.parameters = parameters
        self.problems = {} if problems is None else problems

    def value(self, node: Node) -> Value:
        """Return the value of a tree: a number is a `Decimal`.

        Raises:
            Missing: it needs a value that is missing.
            Undefined: it has none (division by zero, overflow, nothing in a table).
        """
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Name):
            return self.named(node)
        special = _SPECIAL.get(node.sign)
        if special is not None:
            return special(self, node)
        return _PLAIN[node.sign](*(self.value(part) for part in node.parts))

    def number(self, node: Node) -> Decimal:
        """Return the value of a tree that gives a number; see `value`."""
        return cast("Decimal", self.value(node))

    def named(self, node: Name) -> Value:
        """Return the value of a name; see `value`."""
        parameter = self.parameters.get(node.name)
        if parameter is not None:
            return parameter.value
        problem = self.problems.get(node.name)
        if problem is not None:
            raise problem
        value = self.values.get(node.name)
        if value is None:
            raise Missing(node.name)
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        return value


def _if(case: Case, node: Apply) -> Value:
    return case.value(node.parts[1 if case.value(node.parts[0]) else 2])


def _logical(case: Case, node: Apply) -> bool:
    """``and``, ``or``: the part that decides, decides, whatever the other is or lacks."""
    decides = node.sign == "or"
    problem: Missing | Undefined | None = None
    for part in node.parts:
        try:
            if case.value(part) is decides:
                return decides
        except (Missing, Undefined) as error:
            problem = problem or error
    if problem is not None:
        raise problem
    return not decides


def _missing(case: Case, node: Apply) -> bool:
    return case.values.get(cast("Name", node.parts[0]).name) is None


def _marginal(case: Case, node: Apply) -> Decimal:
    parameter = case.parameters[cast("Name", node.parts[1]).name]
    return marginal_total(case.number(node.parts[0]), parameter)


@dataclass(frozen=True, slots=True)
class MarginalPart:
    """What falls in one bracket, from ``low`` to ``high`` (``None``: no end), and what it gives."""

    low: Decimal
    high: Decimal | None
    rate: Decimal
    within: Decimal
    amount: Decimal


def marginal_total(number: Decimal, parameter: Parameter) -> Decimal:
    """Return what all brackets give together."""
    total = ZERO
    for part in marginal_parts(number, parameter):
        total = exact.CONTEXT.add(total, part.amount)
    return exact.bounded(total)


def marginal_parts(number: Decimal, parameter: Parameter) -> Iterator[MarginalPart]:
    """Return what each bracket takes of a number: nothing under the first one."""
    brackets = parameter.brackets
    for index, bracket in enumerate(brackets):
        high = brackets[index + 1].low if index + 1 < len(brackets) else None
        top = number if high is None or number < high else high
        within = exact.CONTEXT.subtract(top, bracket.low) if top > bracket.low else ZERO
        amount = exact.CONTEXT.multiply(within, bracket.value)
        yield MarginalPart(bracket.low, high, bracket.value, within, amount)


def bracket_at(number: Decimal, parameter: Parameter) -> int:
    """Return the index of the bracket that a number is in; −1 under the first one."""
    found = -1
    for index, bracket in enumerate(parameter.brackets):
        if number >= bracket.low:
            found = index
    return found


def _band(case: Case, node: Apply) -> Decimal:
    parameter = case.parameters[cast("Name", node.parts[1]).name]
    index = bracket_at(case.number(node.parts[0]), parameter)
    if index < 0:
        raise Undefined(f"under the first bracket of {parameter.id}")
    return parameter.brackets[index].value


def key_of(value: Value) -> str:
    """Return the key of a value in a table of numbers: ``seul``, ``true``, ``3``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return str(int(value)) if value == value.to_integral_value() else f"{value:f}"
    return str(value)


def _pick(case: Case, node: Apply) -> Decimal:
    parameter = case.parameters[cast("Name", node.parts[1]).name]
    found = (parameter.values or {}).get(key_of(case.value(node.parts[0])))
    if found is None:
        raise Undefined(f"no number in {parameter.id}")
    return found


def _between(value: Value, low: Value, high: Value) -> bool:
    return cast("Decimal", low) <= cast("Decimal", value) <= cast("Decimal", high)


def _count(sign: str) -> Callable[[date, date], Decimal]:
    return lambda earlier, later: Decimal(COUNTS[sign](earlier, later))


_SPECIAL: dict[str, Callable[[Case, Apply], Value]] = {
    "if": _if,
    "and": _logical,
    "or": _logical,
    "missing": _missing,
    "marginal": _marginal,
    "band": _band,
    "pick": _pick,
}
_ONE = Decimal(1)
_PLAIN: dict[str, Callable[..., Value]] = {
    "+": exact.add,
    "-": exact.subtract,
    "*": exact.multiply,
    "/": exact.divide,
    "neg": exact.negate,
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "in": lambda value, *options: value in options,
    "not": lambda value: not value,
    "min": min,
    "max": max,
    "abs": lambda value: value.copy_abs(),
    "floor": lambda value: exact.round_to(value, _ONE, "floor"),
    "ceil": lambda value: exact.round_to(value, _ONE, "ceil"),
    "round": lambda value, to: exact.round_to(value, to, "half_up"),
    "between": _between,
    "years": _count("years"),
    "months": _count("months"),
    "days": _count("days"),
}
