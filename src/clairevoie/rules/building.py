"""What the kinds use to build their content from the plain values of a file.

The JSON Schema has already checked the shape; what is checked here is the meaning: names that
exist, values in the domain, thresholds in order. Every problem is kept with its place, and reading
goes on, so that one reading tells them all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from clairevoie.rules.content import Condition, Rounding
from clairevoie.rules.model import Basis, Input, Outcome, RulesProblem, Text, Threshold, Value

if TYPE_CHECKING:
    from clairevoie.rules.expressions import Expression, Known

MAX_DECIMALS = 12
MAX_WHOLE_DIGITS = 15
NAME = re.compile(r"[a-z_][a-z0-9_]{0,79}", re.ASCII)


def text_of(raw: Any) -> Text:
    """Return a text: a bare string is French; nothing is an empty mapping."""
    if raw is None:
        return {}
    if isinstance(raw, Mapping):
        return {key: str(value) for key, value in raw.items()}
    return {"fr": code_of(raw)}


def code_of(raw: Any) -> str:
    """Return an identifier or a category as text: ``2025`` and ``true`` may be written bare."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw)


def date_of(raw: Any) -> date:
    """Return a date written ``2024-01-31``.

    Raises:
        ValueError: it is not one.
    """
    text = str(raw)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


def decimal_of(raw: Any) -> Decimal:
    """Return an exact number.

    Raises:
        ValueError: not a number, or beyond 15 digits before the point and 12 after it.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal | str):
        raise ValueError(f"'{raw}' is not a number")
    try:
        number = Decimal(raw)
    except InvalidOperation:
        raise ValueError(f"'{raw}' is not a number (the decimal sign is a point)") from None
    if not number.is_finite():
        raise ValueError(f"'{raw}' is not a number")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > MAX_DECIMALS:
        raise ValueError(f"'{raw}' has more than {MAX_DECIMALS} decimals")
    if number.adjusted() >= MAX_WHOLE_DIGITS:
        raise ValueError(f"'{raw}' is too large (at most {MAX_WHOLE_DIGITS} digits)")
    return number


def _reaches(before: Decimal | float | None, minimum: Decimal | float) -> bool:
    return before is not None and before >= minimum


class Builder:
    """Turns plain values into content, and keeps the problems met.

    A ``place`` is relative to the content of the version: ``criteria.2.cap``.

    Attributes:
        inputs: the inputs of the version, by name.
        outcomes: the outcomes of the rule set, by value.
    """

    def __init__(
        self,
        *,
        inputs: Sequence[Input],
        outcomes: Sequence[Outcome],
        bases: Mapping[str, Basis],
        prefix: str = "",
    ) -> None:
        self.inputs = {item.name: item for item in inputs}
        self.outcomes = {item.value: item for item in outcomes}
        self.problems: list[tuple[str, str]] = []
        self._bases = bases
        self._prefix = prefix

    def problem(self, place: str, sentence: str) -> None:
        """Keep a problem: one plain sentence saying what, and what to do."""
        self.problems.append((".".join(part for part in (self._prefix, place) if part), sentence))

    def text(self, data: Mapping[str, Any], key: str, default: str = "") -> Text:
        """Return the text of a key; ``default`` (an identifier, often) when it is left out."""
        if data.get(key) is None:
            return {"fr": default} if default else {}
        return text_of(data[key])

    def code(self, data: Mapping[str, Any], key: str, default: str = "") -> str:
        """Return the identifier of a key."""
        return default if data.get(key) is None else code_of(data[key])

    def basis(self, data: Mapping[str, Any], place: str, key: str = "basis") -> Basis | None:
        """Return the legal basis of a key: the name of one of ``bases``, or written in place."""
        raw = data.get(key)
        if raw is None:
            return None
        if isinstance(raw, Mapping):
            return self.written_basis(raw, f"{place}.{key}")
        name = code_of(raw)
        if name not in self._bases:
            known = ", ".join(self._bases) or "none"
            self.problem(
                f"{place}.{key}",
                f"'{name}' is not one of the bases of this file (they are: {known})",
            )
            return None
        return self._bases[name]

    def written_basis(self, raw: Mapping[str, Any], place: str) -> Basis:
        """Return a legal basis from its article, address and date of effect."""
        return Basis(
            article=code_of(raw.get("article", "")),
            url=code_of(raw.get("url", "")),
            effect=self.date(raw, "effect", place),
            to_check=bool(raw.get("to_check", False)),
        )

    def date(self, data: Mapping[str, Any], key: str, place: str) -> date | None:
        """Return the date of a key, ``None`` when it is left out."""
        raw = data.get(key)
        if raw is None:
            return None
        try:
            return date_of(raw)
        except ValueError:
            self.problem(f"{place}.{key}", f"'{raw}' is not a date: write it 2024-01-31")
            return None

    def decimal(self, data: Mapping[str, Any], key: str, place: str) -> Decimal | None:
        """Return the exact number of a key, ``None`` when it is left out."""
        raw = data.get(key)
        return None if raw is None else self.exact(raw, f"{place}.{key}")

    def exact(self, raw: Any, place: str) -> Decimal:
        """Return an exact number; 0 after a problem."""
        try:
            return decimal_of(raw)
        except ValueError as error:
            self.problem(place, f"{error}: write an exact number such as 12.50")
            return Decimal(0)

    def number(self, data: Mapping[str, Any], key: str, place: str) -> float | None:
        """Return the floating number of a key (models), ``None`` when it is left out."""
        raw = data.get(key)
        return None if raw is None else self.floating(raw, f"{place}.{key}")

    def floating(self, raw: Any, place: str) -> float:
        """Return a finite floating number; 0 after a problem."""
        if not isinstance(raw, bool) and isinstance(raw, int | Decimal | float):
            value = float(raw)
            if value - value == 0:
                return value
        self.problem(place, f"'{raw}' is not a finite number")
        return 0.0

    def input(self, name: str, place: str, *types: str) -> Input | None:
        """Return the input of that name, of one of those types (any when none is given)."""
        found = self.inputs.get(name)
        if found is None:
            known = ", ".join(self.inputs) or "none"
            self.problem(place, f"there is no input '{name}' (the inputs are: {known})")
        elif types and found.type not in types:
            self.problem(
                place,
                f"the input '{name}' is of type {found.type}; here it must be {' or '.join(types)}",
            )
            return None
        return found

    def value(self, raw: Any, item: Input, place: str) -> Value:
        """Return a value of an input's type, in its domain; ``None`` after a problem."""
        from clairevoie.rules.conditions import literal

        try:
            return literal(raw, item)
        except ValueError as error:
            self.problem(place, str(error))
            return None

    def by_value(self, raw: Mapping[str, Any], item: Input, place: str) -> dict[Value, Decimal]:
        """Return exact numbers by value of an input (categories, true/false, whole numbers)."""
        found: dict[Value, Decimal] = {}
        for key, number in raw.items():
            value = self.value(key, item, f"{place}.{key}")
            if value is not None:
                found[value] = self.exact(number, f"{place}.{key}")
        return found

    def condition(self, raw: Any, item: Input, place: str) -> Condition | None:
        """Return a condition on an input (or on the output of an earlier table, as an `Input`).

        ``None`` after a problem, and for « - », which any value meets.
        """
        from clairevoie.rules.conditions import parse_condition

        try:
            return parse_condition(raw, item)
        except ValueError as error:
            self.problem(place, str(error))
            return None

    def expression(
        self,
        text: Any,
        place: str,
        *,
        names: Mapping[str, str | Known] | None = None,
        wanted: str = "",
    ) -> Expression:
        """Return an expression that reads ``names`` (the inputs when left out).

        Args:
            text: as written.
            place: where.
            names: see `clairevoie.rules.expressions.parse`.
            wanted: the type it must give (``number``, ``boolean``…); any when left out.

        After a problem it is the expression « 0 », so that reading goes on to the next problem.
        """
        from clairevoie.rules.expressions import parse

        try:
            found = parse(code_of(text), names=self.names if names is None else names)
        except RulesProblem as problem:
            for sentence in problem.sentences:
                self.problem(place, sentence)
            return parse("0", names={})
        if wanted and found.type != wanted:
            self.problem(place, f"this gives a {found.type}; here it must give a {wanted}")
        return found

    @property
    def names(self) -> dict[str, str | Known]:
        """The inputs, as an expression may read them."""
        from clairevoie.rules.expressions import Known

        return {
            item.name: Known(
                kind=item.type,
                decimals=item.decimals,
                categories=tuple(one.value for one in item.categories) or None,
                optional=not item.required and item.default is None,
            )
            for item in self.inputs.values()
        }

    def rounding(self, data: Mapping[str, Any], place: str, key: str = "round") -> Rounding | None:
        """Return the rounding of a key, ``None`` when it is left out."""
        raw = data.get(key)
        if raw is None:
            return None
        to = self.exact(raw.get("to"), f"{place}.{key}.to")
        if to <= 0:
            self.problem(f"{place}.{key}.to", "rounding is to a number above 0, such as 0.01")
            to = Decimal(1)
        return Rounding(to=to, mode=raw.get("mode", "half_up"))

    def thresholds(
        self, data: Mapping[str, Any], place: str = "", *, floating: bool = False
    ) -> tuple[Threshold, ...]:
        """Return the thresholds of the content, rising, the first without a minimum."""
        found: list[Threshold] = []
        base = f"{place}.thresholds" if place else "thresholds"
        for index, raw in enumerate(data.get("thresholds") or ()):
            where = f"{base}.{index}"
            outcome = self.outcome(raw.get("outcome"), f"{where}.outcome")
            minimum: Decimal | float | None = (
                self.number(raw, "from", where) if floating else self.decimal(raw, "from", where)
            )
            if (minimum is None) != (index == 0):
                self.problem(where, "the first threshold has no 'from', all the others have one")
            elif found and minimum is not None and _reaches(found[-1].minimum, minimum):
                self.problem(where, "thresholds must rise: put the smallest 'from' first")
            found.append(Threshold(outcome, minimum, self.basis(raw, where)))
        return tuple(found)

    def outcome(self, raw: Any, place: str) -> str:
        """Return the value of an outcome of the rule set; empty when it is left out."""
        value = "" if raw is None else code_of(raw)
        if value and value not in self.outcomes:
            known = ", ".join(self.outcomes) or "none"
            self.problem(place, f"'{value}' is not one of the outcomes (they are: {known})")
        return value
