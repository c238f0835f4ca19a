"""The content of the rules in words: intervals, conditions, expressions, legal bases, dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape as esc

from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clairevoie.explanation import wording
from clairevoie.rules.content import Condition, DecisionTables, Formula, Interval
from clairevoie.rules.model import Basis, Input, Number, Text, Value, Version
from clairevoie.web.register.services.pages.wording import link, web_address
from clairevoie.web.rules.services.texts import shown

_TOKEN = re.compile(
    r"'(?P<text>[^']*)'|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|!=|[-+*/()=<>,])|(?P<space>\s+)|(?P<other>.)"
)
_COMPARED = re.compile(
    r"([a-z_][a-z0-9_]*)\s*(<=|>=|<|>|=|!=)\s*('[^']*'|-?\d+(?:\.\d+)?|true|false)"
)
_SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠", "*": "×", "/": "÷", "-": "−", ",": " ;"}

BARE = Input("", "number", {}, {}, {}, {})
"""What a bare number is a value of."""


@dataclass(frozen=True, slots=True)
class BasisView:
    """A legal reference as it is shown; ``html`` is the article, a link when it has an address."""

    html: SafeString
    text: str
    effect: str
    to_check: bool


def day_in_words(day: date | None, language: str) -> str:
    """Return a day in words, "" without one."""
    return wording.day_text(day, language) if day else ""


def basis_view(basis: Basis | None, language: str) -> BasisView | None:
    """Return a legal reference ready to be shown."""
    if basis is None:
        return None
    url = web_address(basis.url)
    html = link(url, basis.article) if url else SafeString(esc(basis.article))
    return BasisView(html, basis.article, day_in_words(basis.effect, language), basis.to_check)


def _words() -> Mapping[str, str]:
    """Return the words of expressions, operators and functions alike."""
    return {
        "and": _("and"),
        "or": _("or"),
        "not": _("not"),
        "if": _("if"),
        "then": _("then"),
        "else": _("otherwise"),
        "in": _("among"),
        "true": _("yes"),
        "false": _("no"),
        "min": _("the smallest of"),
        "max": _("the largest of"),
        "abs": _("the absolute value of"),
        "floor": _("the whole part of"),
        "ceil": _("the next whole number from"),
        "round": _("rounded:"),
        "between": _("between:"),
        "marginal": _("by brackets:"),
        "band": _("value of the bracket:"),
        "pick": _("value for:"),
        "years": _("whole years between"),
        "months": _("whole months between"),
        "days": _("days between"),
        "date": _("date"),
        "missing": _("not given:"),
    }


class Words:
    """The words of one version, in one language."""

    def __init__(self, version: Version, language: str) -> None:
        self.version, self.language = version, language
        self.inputs = {item.name: item for item in version.inputs}

    def say(self, text: Text | None) -> str:
        """Return a text in the language of the page, "" without one."""
        return shown(text, self.language)

    def number(self, number: Number) -> str:
        """Return a number."""
        return wording.number_text(number, self.language)

    def signed(self, number: Number) -> str:
        """Return a number with its sign: «+0,45», «−0,2»."""
        return wording.signed_text(number, "", self.language)

    def amount(self, number: Number, unit: str) -> str:
        """Return a number with its unit."""
        return wording.amount_text(number, unit, self.language)

    def points(self, number: Number) -> str:
        """Return a number of points."""
        return self.amount(number, _("points"))

    def input_label(self, name: str) -> str:
        """Return the label of an input or of the output of a table, else the name itself."""
        item = self.inputs.get(name)
        if item is not None:
            return self.say(item.label)
        content = self.version.content
        tables = content.tables if isinstance(content, DecisionTables) else ()
        outputs = (each for table in tables for each in table.outputs if each.name == name)
        return next((self.say(each.label) for each in outputs), name)

    def value(self, value: Value, item: Input | None = None) -> str:
        """Return a value of an input, or a bare one."""
        return wording.value_text(value, self.language, item=item)

    def interval(self, interval: Interval, item: Input | None) -> str:
        """Return an interval: «de 500 € à moins de 942 €», «au moins 3»."""
        return wording.interval_text(interval, item or BARE, self.language)

    def condition(self, condition: Condition, item: Input | None = None) -> str:
        """Return a condition: «moins de 500 €», «parent seul ou couple»."""
        item = item or self.inputs.get(condition.name)
        parts = [self.interval(each, item) for each in condition.intervals]
        parts += [self.value(each, item) for each in condition.values]
        if condition.missing:
            parts.append(self.value(None))
        text = wording.list_text(parts, self.language, last="or")
        return _("anything but: %(text)s") % {"text": text} if condition.negated else text

    @cached_property
    def places(self) -> Mapping[str, tuple[str, str]]:
        """What an expression may name: name → (anchor, label)."""
        found = {
            item.name: (f"donnee-{item.name}", self.say(item.label))
            for item in self.inputs.values()
        }
        content = self.version.content
        if isinstance(content, Formula):
            found |= {
                each.id: (f"parametre-{each.id}", self.say(each.label))
                for each in content.parameters
            }
            found |= {each.id: (f"etape-{each.id}", self.say(each.label)) for each in content.steps}
        return found

    def plain_expression(self, text: str) -> str:
        """Return an expression in words, without links."""
        return re.sub(r"<[^>]*>", "", self.expression(text))

    def expression(self, text: str) -> SafeString:
        """Return an expression with labels in place of names, each a link to what it names."""
        compared = _COMPARED.fullmatch(text.strip())
        if compared and compared[1] in self.inputs:
            return self._comparison(*compared.groups())
        name = text.strip().removeprefix("not ").strip()
        if name in self.inputs and self.inputs[name].type == "boolean":
            answer = _("no") if text.strip().startswith("not ") else _("yes")
            return SafeString(f"{self.link(name)} – {esc(answer)}")
        return SafeString("".join(self._token(match) for match in _TOKEN.finditer(text)))

    def link(self, name: str) -> str:
        """Return the label of what an expression names, as a link to it."""
        anchor, label = self.places[name]
        return f'<a href="#{anchor}">{esc(label)}</a>'

    def _comparison(self, name: str, sign: str, raw: str) -> SafeString:
        item = self.inputs[name]
        value: Value = raw.strip("'")
        if item.type == "boolean":
            value = raw == "true"
        elif item.type not in {"category", "date"}:
            value = Decimal(raw)
        bound = {
            "<": Interval(high=value),
            "<=": Interval(high=value, high_closed=True),
            ">": Interval(low=value, low_closed=False),
            ">=": Interval(low=value),
            "=": Interval(value, value, high_closed=True),
        }.get(sign)
        words = self.interval(bound, item) if bound else f"≠ {self.value(value, item)}"
        return SafeString(f"{self.link(name)} – {esc(words)}")

    def _token(self, match: re.Match[str]) -> str:
        text = match.group()
        if match["text"] is not None:
            for item in self.inputs.values():
                if any(each.value == match["text"] for each in item.categories):
                    return esc(wording.quoted(self.value(match["text"], item), self.language))
            return esc(text)
        if match["number"]:
            return esc(self.number(Decimal(text)))
        if match["name"]:
            words = _words()
            if text in words:
                return esc(words[text])
            return self.link(text) if text in self.places else f"<code>{esc(text)}</code>"
        if match["sign"]:
            return esc(_SIGNS.get(text, text))
        return " " if match["space"] else esc(text)
