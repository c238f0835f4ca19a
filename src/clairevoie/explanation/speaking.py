"""One language: phrases filled in, labels, values, conditions, operations, legal references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from clairevoie.explanation import wording
from clairevoie.explanation.model import Reference
from clairevoie.explanation.phrases import PHRASES
from clairevoie.explanation.wording import NBSP
from clairevoie.rules.content import Condition, Interval
from clairevoie.rules.model import Basis, Input, Number, RuleSet, Text, Value, Version, say
from clairevoie.rules.trace import Operation, Quantity, Tested

_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_BEFORE = re.compile(r" +([:;?!»%])")
_AFTER = re.compile(r"« +")
_SIGNS = {
    "min": {"fr": "le plus petit de", "en": "the smallest of"},
    "max": {"fr": "le plus grand de", "en": "the largest of"},
    "count": {"fr": "le nombre de", "en": "the number of"},
    "sum": {"fr": "la somme de", "en": "the sum of"},
    "exp": {"fr": "exponentielle de", "en": "exponential of"},
    "abs": {"fr": "valeur absolue de", "en": "absolute value of"},
    "round": {"fr": "arrondi de", "en": "rounding of"},
    "floor": {"fr": "arrondi vers le bas de", "en": "rounding down of"},
    "ceil": {"fr": "arrondi vers le haut de", "en": "rounding up of"},
    "and": {"fr": "et", "en": "and"},
    "or": {"fr": "ou", "en": "or"},
    "not": {"fr": "non", "en": "not"},
    "in": {"fr": "parmi", "en": "in"},
}


_BOUND = re.compile(r"(<=|>=|<|>|=) (-?[0-9]+(?:\.[0-9]+)?)")
_COMPARED = {
    "<": "under",
    "<=": "at_most_number",
    ">": "over",
    ">=": "at_least_number",
    "=": "just",
}
_TRUTHS = {"true": True, "false": False}


def typeset(text: str, language: str) -> str:
    """Return a text with single spaces and, in French, no-break ones where print has them."""
    text = _SPACES.sub(" ", text).strip()
    if language != "fr":
        return text
    return _AFTER.sub(f"«{NBSP}", _BEFORE.sub(rf"{NBSP}\1", text))


@dataclass(frozen=True, slots=True)
class Speaker:
    """A language, and the rules that are spoken of.

    ``items`` are what a condition can read: inputs, and outputs of tables.
    """

    language: str
    rules: RuleSet
    version: Version
    items: Mapping[str, Input]

    def say(self, key: str, **words: str) -> str:
        """Return a phrase with its room filled."""
        return typeset(PHRASES[key][self.language].format(**words), self.language)

    def sentence(self, text: str) -> str:
        """Return a text as a sentence: a capital, one stop."""
        return typeset(wording.sentence(text), self.language)

    def text(self, text: Text | None, fallback: str = "") -> str:
        """Return a text of the rules in the language."""
        return typeset(say(text or {}, self.language) or fallback, self.language)

    def unit(self) -> str:
        """Return the unit of the result."""
        return self.text(self.rules.unit)

    def amount(self, value: Number, unit: Text | None = None) -> str:
        """Return a number with a unit, that of the result when none is given."""
        shown = self.unit() if unit is None else self.text(unit)
        return wording.amount_text(value, shown, self.language)

    def signed(self, value: Number) -> str:
        """Return what is added or taken, with its sign and the unit of the result."""
        return wording.signed_text(value, self.unit(), self.language)

    def value(self, value: Value, item: Input | None = None, unit: Text | None = None) -> str:
        """Return any value."""
        shown = self.text(unit) if unit else ""
        found = wording.value_text(value, self.language, item=item, unit=shown)
        return typeset(found, self.language)

    def result(self, value: Value) -> str:
        """Return a result of the rules, with its unit."""
        return self.value(value, unit=self.rules.unit)

    def outcome(self, value: str | None) -> str:
        """Return the label of an outcome, without quotation marks."""
        found = self.rules.outcome(value) if value else None
        return self.text(found.label, found.value) if found is not None else value or ""

    def quoted(self, text: str) -> str:
        """Return a text in quotation marks."""
        return wording.quoted(text, self.language)

    def listed(self, parts: Sequence[str], last: str = "and") -> str:
        """Return a list: a, b and c."""
        return wording.list_text(parts, self.language, last=last)

    def joined(self, parts: Sequence[str]) -> str:
        """Return parts with semicolons between them."""
        return typeset((" ; " if self.language == "fr" else "; ").join(parts), self.language)

    def label(self, item: Input) -> str:
        """Return the label of an input."""
        return self.text(item.label, item.name)

    # --- conditions -------------------------------------------------------------------------------

    def wanted(self, tested: Tested) -> str:
        """Return what a condition wants: « moins de 500 € », « parent seul ou couple »."""
        item = self.items.get(tested.name)
        if tested.text == "not(missing)":
            return self.say("is_given")
        condition = self._condition(tested, item)
        if condition is None or item is None:
            return self.unread(tested.text)
        return self.condition(condition, item)

    def unread(self, text: str) -> str:
        """Return a condition on no input: numbers as they are written, the rest as published."""
        found = _BOUND.fullmatch(text)
        if text in _TRUTHS:
            return self.value(_TRUTHS[text])
        if found is None:
            return text
        number = wording.number_text(Decimal(found.group(2)), self.language)
        return self.say(_COMPARED[found.group(1)], number=number)

    def needed(self, tested: Tested) -> str:
        """Return what a condition wants, as it stands after « il fallait »."""
        item = self.items.get(tested.name)
        condition = self._condition(tested, item)
        if condition is None or item is None or item.type not in {"boolean", "category"}:
            return self.wanted(tested)
        return self.condition(condition, item, quoted=True)

    def condition(self, condition: Condition, item: Input, *, quoted: bool = False) -> str:
        """Return a condition in words; its values between quotation marks when asked for."""
        parts = [self.interval(one, item) for one in condition.intervals]
        values = [self.value(one, item) for one in condition.values]
        parts += [self.quoted(one) for one in values] if quoted else values
        if condition.negated and parts:
            parts = [self.say("not_one_of", values=self.listed(parts, "or"))]
        if condition.missing:
            parts.append(self.say("is_missing"))
        return self.listed(parts, "or")

    def interval(self, interval: Interval, item: Input) -> str:
        """Return an interval of an input in words."""
        return typeset(wording.interval_text(interval, item, self.language), self.language)

    def _condition(self, tested: Tested, item: Input | None) -> Condition | None:
        from clairevoie.rules.conditions import parse_condition

        if item is None:
            return None
        try:
            return parse_condition(tested.text, item)
        except ValueError:
            return None

    def read(self, tested: Tested) -> str:
        """Return what a condition read, with its label."""
        item = self.items.get(tested.name)
        return self.value(tested.value, item, None if item else tested.unit)

    def met(self, tests: Iterable[Tested]) -> str:
        """Return conditions that held, with what was read and what was wanted."""
        found = []
        for test in tests:
            label, value, wanted = self.text(test.label, test.name), self.read(test), ""
            wanted = self.wanted(test)
            key = "met_same" if wanted == value or wanted in {"", "-"} else "met"
            found.append(self.say(key, label=label, value=value, wanted=wanted))
        return self.joined(found)

    def unmet(self, tests: Iterable[Tested]) -> tuple[str, ...]:
        """Return conditions that failed: what was read, what was wanted."""
        found = []
        for test in tests:
            if not test.holds:
                key = "wanted" if test.value is not None else "wanted_missing"
                found.append(
                    self.sentence(
                        self.say(
                            key,
                            label=self.text(test.label, test.name),
                            value=self.read(test),
                            wanted=self.needed(test),
                        )
                    )
                )
        return tuple(found)

    # --- operations -------------------------------------------------------------------------------

    def operation(self, operation: Operation, *, named: bool) -> str:
        """Return an operation, without its result: « 3 enfants × 40 points ».

        Args:
            operation: as it was traced.
            named: whether quantities that have a name are given with it.
        """
        return self.tokens(operation.tokens, named=named)

    def tokens(self, tokens: Sequence[Quantity | str], *, named: bool) -> str:
        """Return quantities and signs in reading order."""
        text = ""
        for part in tokens:
            if isinstance(part, str):
                shown = _SIGNS[part][self.language] if part in _SIGNS else part
            else:
                shown = self.quantity(part, named=named)
            tight = not text or text.endswith("(") or shown == ")"
            comma = shown in {",", ";"} and self.language != "fr"
            text += shown if tight or comma else f" {shown}"
        return typeset(text, self.language)

    def quantity(self, quantity: Quantity, *, named: bool) -> str:
        """Return a number with its unit, its name before it when asked for or without a unit."""
        item = self.items.get(quantity.name)
        value = self.value(quantity.value, item, None if item else quantity.unit)
        label = self.text(quantity.label) if quantity.label else ""
        if label and (named or not (item.unit if item else quantity.unit)):
            return f"{label} ({value})"
        return value

    # --- references -------------------------------------------------------------------------------

    def reference(self, basis: Basis | None) -> Reference | None:
        """Return a legal basis as it is shown."""
        if basis is None or not basis.article:
            return None
        text = typeset(basis.article, self.language)
        if basis.effect is not None:
            day = wording.day_text(basis.effect, self.language)
            text = self.say("in_effect", article=text, day=day)
        if basis.to_check:
            text = self.say("to_check", text=text)
        return Reference(basis.article, basis.url, basis.effect, basis.to_check, text)


def number_of(value: Value) -> Number | None:
    """Return a value that is a number, else ``None`` (true and false are not numbers)."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return value


def speaker_of(language: str, rules: RuleSet, version: Version) -> Speaker:
    """Return the speaker of a version.

    Raises:
        ValueError: neither ``fr`` nor ``en``.
    """
    if language not in wording.LANGUAGES:
        known = ", ".join(wording.LANGUAGES)
        raise ValueError(f"there is no explanation in '{language}' (there are: {known})")
    items = {item.name: item for item in version.inputs}
    if version.kind == "table":
        from clairevoie.rules.kinds.table import items_read

        items |= items_read(version)
    return Speaker(language, rules, version, items)
