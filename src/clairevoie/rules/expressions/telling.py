"""How an expression is computed for one case: its operations with the numbers put in.

Only what counts is told: of an ``if`` the branch that was taken, with the conditions that led
there; of brackets the ones that the number reaches, one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from clairevoie.rules import exact
from clairevoie.rules.content import Parameter
from clairevoie.rules.exact import Undefined
from clairevoie.rules.expressions.scalar import Case, Missing, bracket_at, marginal_parts
from clairevoie.rules.expressions.tree import Apply, Constant, Name, Node
from clairevoie.rules.expressions.writing import LEVELS, STRONGEST, text_of
from clairevoie.rules.model import Text, Value
from clairevoie.rules.trace import Operation, Quantity, Tested, TraceStep

Tokens = tuple[Quantity | str, ...]

SIGNS = {"-": "−", "*": "×", "/": "÷", "<=": "≤", ">=": "≥", "!=": "≠", "neg": "−"}
"""How the signs of the language stand in an operation; the others are themselves."""
_CONTRARY = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TURNED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_COUNTED: dict[str, tuple[Text, Text]] = {
    "years": (
        {"fr": "années entières du {0} au {1}", "en": "whole years from {0} to {1}"},
        {"fr": "ans", "en": "years"},
    ),
    "months": (
        {"fr": "mois entiers du {0} au {1}", "en": "whole months from {0} to {1}"},
        {"fr": "mois", "en": "months"},
    ),
    "days": (
        {"fr": "jours du {0} au {1}", "en": "days from {0} to {1}"},
        {"fr": "jours", "en": "days"},
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of an expression.

    Attributes:
        value: what it gives; ``None`` when it gives nothing.
        operation: its operation; ``None`` when it gives nothing.
        tested: the conditions that chose a branch or a bracket, those that failed too; and those
            that the expression itself is made of, when it is true or false.
        parts: sub-results: each bracket of a marginal scale, as a step without parent.
    """

    value: Value
    operation: Operation | None
    tested: tuple[Tested, ...] = ()
    parts: tuple[TraceStep, ...] = ()


class Teller:
    """Tells trees with the values of one case."""

    def __init__(self, case: Case, labels: Mapping[str, Text], units: Mapping[str, Text]) -> None:
        self.case = case
        self.labels = labels
        self.units = units
        self.tested: list[Tested] = []
        self.parts: list[TraceStep] = []

    def tell(self, node: Node) -> Told:
        """Return what is told of a tree."""
        self.tested, self.parts = [], []
        try:
            value = self.case.value(node)
            tokens, _ = self.tokens(node)
            operation = Operation(tokens, Quantity(value))
        except (Missing, Undefined):
            value, operation = None, None
            self.lost(node)
        if node.type == "boolean":
            self.test(node, negated=False)
        tested = [test for i, test in enumerate(self.tested) if test not in self.tested[:i]]
        return Told(value, operation, tuple(tested), tuple(self.parts))

    def lost(self, node: Node) -> None:
        """Keep the conditions of an expression that gives nothing: they say where it went."""
        self.tested, self.parts = [], []
        if isinstance(node, Apply) and node.sign == "if":
            self.test(node.parts[0], negated=False)

    # --- operations -------------------------------------------------------------------------------

    def tokens(self, node: Node) -> tuple[Tokens, int]:
        """Return the tokens of a tree, and how strongly its outermost sign binds."""
        if isinstance(node, Constant):
            return (Quantity(node.value),), STRONGEST
        if isinstance(node, Name):
            return (self.named(node),), STRONGEST
        special = _SPECIAL.get(node.sign)
        if special is not None:
            return special(self, node)
        level = LEVELS.get(node.sign, STRONGEST)
        sign = SIGNS.get(node.sign, node.sign)
        if node.sign in {"neg", "not"}:
            inner = self.within(node.parts[0], STRONGEST if node.sign == "neg" else level)
            return (sign, *inner), level
        if node.sign in LEVELS:
            left = level + 1 if level == LEVELS["="] else level
            return (
                (*self.within(node.parts[0], left), sign, *self.within(node.parts[1], level + 1)),
                level,
            )
        found: list[Quantity | str] = []
        for part in node.parts:
            found += [*([";"] if found else []), *self.tokens(part)[0]]
        return (sign, "(", *found, ")"), STRONGEST

    def within(self, node: Node, level: int) -> Tokens:
        """Return the tokens of a part, between parentheses where the operation needs them."""
        tokens, own = self.tokens(node)
        return ("(", *tokens, ")") if own < level else tokens

    def named(self, node: Name) -> Quantity:
        """Return the value of a name, with its label and unit."""
        value = self.case.value(node)
        parameter = self.case.parameters.get(node.name)
        if parameter is not None:
            return Quantity(value, node.name, parameter.label, parameter.unit)
        return Quantity(value, node.name, self.labels.get(node.name), self.units.get(node.name))

    def parameter(self, node: Apply) -> Parameter:
        """Return the table that a call reads."""
        return self.case.parameters[cast("Name", node.parts[1]).name]

    # --- conditions -------------------------------------------------------------------------------

    def test(self, node: Node, *, negated: bool) -> None:
        """Keep the conditions that a truth is made of, each with whether it holds."""
        if isinstance(node, Apply) and node.sign == "not":
            self.test(node.parts[0], negated=not negated)
        elif isinstance(node, Apply) and node.sign in {"and", "or"}:
            for part in node.parts:
                self.test(part, negated=negated)
        elif isinstance(node, Apply) and node.sign == "if":
            self.test(node.parts[0], negated=False)
            taken = self.quiet(node.parts[0])
            if taken is not None:
                self.test(node.parts[1 if taken else 2], negated=negated)
        elif not isinstance(node, Constant):
            self.tested.append(self.leaf(node, negated=negated))

    def quiet(self, node: Node) -> Value:
        """Return a value, ``None`` where there is none."""
        try:
            return self.case.value(node)
        except (Missing, Undefined):
            return None

    def leaf(self, node: Name | Apply, *, negated: bool) -> Tested:
        """Return one condition as it was tested."""
        held = self.quiet(node)
        holds = False if held is None else held is not negated
        if isinstance(node, Name):
            return self.tested_on(node, "false" if negated else "true", holds=holds)
        subject = node.parts[0]
        if node.sign == "missing":
            return self.tested_on(subject, "not(missing)" if negated else "missing", holds=holds)
        values = [self.quiet(part) for part in node.parts[1:]]
        sign = node.sign
        if sign in _TURNED and not _is_read(subject, self) and _is_read(node.parts[1], self):
            subject, values, sign = node.parts[1], [self.quiet(subject)], _TURNED[sign]
        if None in values:
            wanted = f"not ({text_of(node)})" if negated else text_of(node)
        elif sign == "between":
            wanted = f"[{_plain(values[0])}..{_plain(values[1])}]"
            wanted = f"not({wanted})" if negated else wanted
        elif sign == "in":
            wanted = ", ".join(_plain(value) for value in values)
            wanted = f"not({wanted})" if negated else wanted
        else:
            wanted = _comparison(_CONTRARY[sign] if negated else sign, values[0])
        return self.tested_on(subject, wanted, holds=holds)

    def tested_on(self, subject: Node, wanted: str, *, holds: bool) -> Tested:
        """Return a condition on a name, or on an operation told by its text."""
        if isinstance(subject, Name):
            label = self.labels.get(subject.name) or {"fr": subject.name}
            unit = self.units.get(subject.name) or {}
            return Tested(subject.name, label, self.quiet(subject), unit, wanted, holds)
        return Tested("", {"fr": text_of(subject)}, self.quiet(subject), {}, wanted, holds)


def _is_read(node: Node, teller: Teller) -> bool:
    """Whether a part is an input or a step: what a condition is about."""
    return isinstance(node, Name) and node.name not in teller.case.parameters


def _plain(value: Value) -> str:
    """A value as conditions write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{exact.CONTEXT.normalize(value):f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _comparison(sign: str, value: Value) -> str:
    """A comparison as a condition on one name: ``< 3``, ``seul``, ``not(seul)``."""
    if isinstance(value, bool):
        return _plain(value is (sign == "="))
    if isinstance(value, str):
        return value if sign == "=" else f"not({value})"
    return f"{sign} {_plain(value)}"


def _if(teller: Teller, node: Apply) -> tuple[Tokens, int]:
    teller.test(node.parts[0], negated=False)
    return teller.tokens(node.parts[1 if teller.case.value(node.parts[0]) else 2])


def _logical(teller: Teller, node: Apply) -> tuple[Tokens, int]:
    """The parts that have a value: one may decide without the other."""
    level, found = LEVELS[node.sign], list[Quantity | str]()
    for part in node.parts:
        if teller.quiet(part) is not None:
            found += [*([node.sign] if found else []), *teller.within(part, level)]
    return tuple(found), level


def _missing(teller: Teller, node: Apply) -> tuple[Tokens, int]:
    name = cast("Name", node.parts[0]).name
    return (Quantity(teller.case.value(node), name, teller.labels.get(name)),), STRONGEST


def _in(teller: Teller, node: Apply) -> tuple[Tokens, int]:
    level = LEVELS["in"]
    found: list[Quantity | str] = [*teller.within(node.parts[0], level + 1), "in", "("]
    for index, part in enumerate(node.parts[1:]):
        found += [*([";"] if index else []), *teller.tokens(part)[0]]
    return (*found, ")"), level


def _between(teller: Teller, node: Apply) -> tuple[Tokens, int]:
    level = LEVELS["<="]
    value, low, high = (teller.within(part, level + 1) for part in node.parts)
    return (*low, "≤", *value, "≤", *high), level


def _marginal(teller: Teller, node: Apply) -> tuple[Tokens, int]:
    parameter = teller.parameter(node)
    number = teller.case.number(node.parts[0])
    for index, part in enumerate(marginal_parts(number, parameter)):
        end = part.high
        top = number if end is None or number < end else end
        operation = None
        if part.within:
            tokens: Tokens = (Quantity(top),)
            if part.low:
                tokens = ("(", *tokens, "−", Quantity(part.low), ")")
            operation = Operation((*tokens, "×", Quantity(part.rate)), Quantity(part.amount))
        teller.parts.append(
            TraceStep(
                id=f"{parameter.id}-{index + 1}",
                kind="step",
                label=_bracket_label(part.low, end),
                applied=bool(part.within),
                value=part.amount,
                operation=operation,
                basis=parameter.basis,
            )
        )
    value = teller.case.value(node)
    return (Quantity(value, parameter.id, parameter.label, parameter.unit),), STRONGEST


def _bracket_label(low: Decimal, high: Decimal | None) -> Text:
    first, last = _plain(low), "" if high is None else _plain(high)
    if high is None:
        return {"fr": f"Tranche à partir de {_french(first)}", "en": f"Bracket from {first}"}
    return {
        "fr": f"Tranche de {_french(first)} à {_french(last)}",
        "en": f"Bracket from {first} to {last}",
    }


def _french(number: str) -> str:
    whole, _, places = number.partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u202f")
    sign = "-" if whole.startswith("-") and not grouped.startswith("-") else ""
    return f"{sign}{grouped},{places}" if places else grouped


def _band(teller: Teller, node: Apply) -> tuple[Tokens, int]:
    parameter = teller.parameter(node)
    value = teller.case.value(node)
    number = teller.case.number(node.parts[0])
    index = bracket_at(number, parameter)
    low = _plain(parameter.brackets[index].low)
    last = index + 1 == len(parameter.brackets)
    wanted = f">= {low}" if last else f"[{low}..{_plain(parameter.brackets[index + 1].low)})"
    teller.tested.append(teller.tested_on(node.parts[0], wanted, holds=True))
    return (Quantity(value, parameter.id, parameter.label, parameter.unit),), STRONGEST


def _pick(teller: Teller, node: Apply) -> tuple[Tokens, int]:
    parameter = teller.parameter(node)
    value = teller.case.value(node)
    chosen = teller.case.value(node.parts[0])
    wanted = f"= {_plain(chosen)}" if isinstance(chosen, Decimal) else _plain(chosen)
    teller.tested.append(teller.tested_on(node.parts[0], wanted, holds=True))
    return (Quantity(value, parameter.id, parameter.label, parameter.unit),), STRONGEST


def _counted(teller: Teller, node: Apply) -> tuple[Tokens, int]:
    label, unit = _COUNTED[node.sign]
    days = [cast("date", teller.case.value(part)) for part in node.parts]
    shown = {
        "fr": [f"{day:%d/%m/%Y}" for day in days],
        "en": [day.isoformat() for day in days],
    }
    said = {language: label[language].format(*shown[language]) for language in label}
    return (Quantity(teller.case.value(node), label=said, unit=unit),), STRONGEST


_SPECIAL: dict[str, Callable[[Teller, Apply], tuple[Tokens, int]]] = {
    "if": _if,
    "and": _logical,
    "or": _logical,
    "missing": _missing,
    "in": _in,
    "between": _between,
    "marginal": _marginal,
    "band": _band,
    "pick": _pick,
    **dict.fromkeys(("years", "months", "days"), _counted),
}
