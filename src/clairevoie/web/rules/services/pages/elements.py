"""Each criterion, group, threshold, parameter, step or term of a version, on its own anchor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clairevoie.rules.anchors import ElementKind, anchor_of
from clairevoie.rules.content import (
    Rounding,
)
from clairevoie.rules.model import Basis, RuleSet, Threshold
from clairevoie.web.rules.services.pages.words import BasisView, Words, basis_view
from clairevoie.web.rules.services.texts import shown

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Before:
    """What an element said in an earlier version."""

    version: str
    day: str
    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class Element:
    """One part of the rules that has an anchor of its own.

    Attributes:
        lines: what it does, one sentence each; escaped, with links to what it reads.
        pairs: a small table: when, how much.
        heads: its two headings.
        basis: its legal reference, ``None`` when none is indicated.
        needs_basis: whether one is expected: it is not for what decides nothing by itself.
        before: what it said in earlier versions, where that differs, the latest first.
        is_new: no earlier version has it, and there is one.
    """

    anchor: str
    label: str
    lines: tuple[SafeString, ...] = ()
    pairs: Pairs = ()
    heads: tuple[str, str] = ("", "")
    basis: BasisView | None = None
    needs_basis: bool = True
    before: tuple[Before, ...] = ()
    is_new: bool = False

    @property
    def text(self) -> str:
        """All that it does, in one text: two versions are compared on it."""
        said = [strip_tags(line).rstrip(".") for line in self.lines]
        return " · ".join([*said, *(f"{when} → {much}" for when, much in self.pairs)])


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a decision table."""

    anchor: str
    id: str
    conditions: tuple[str, ...]
    outputs: tuple[str, ...]
    basis: BasisView | None
    note: str


@dataclass(frozen=True, slots=True)
class TableView:
    """A decision table as a table."""

    anchor: str
    label: str
    how: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[str, ...]
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A group of elements under a heading."""

    key: str
    title: str
    intro: str = ""
    elements: tuple[Element, ...] = ()
    tables: tuple[TableView, ...] = field(default=())


PREFIXES: Mapping[str, str] = {
    "input": "donnee",
    "criterion": "critere",
    "group": "groupe",
    "ranking": "classement",
    "table": "tableau",
    "row": "ligne",
    "default": "sinon",
    "parameter": "parametre",
    "step": "etape",
    "model": "modele",
    "term": "terme",
    "baseline": "comparaison",
    "binding": "lecture",
    "threshold": "seuil",
}
"""How the anchors of the ground floor begin on our pages, which are French first."""


def page_anchor(anchor: str) -> str:
    """Return the anchor on our pages of an element of the rules: ``critere-enfants``."""
    kind, dash, rest = anchor.partition("-")
    return f"{PREFIXES.get(kind, kind)}{dash}{rest}"


def anchor(kind: ElementKind, *identifiers: str) -> str:
    """Return the anchor on our pages of an element by its kind and identifiers."""
    return page_anchor(anchor_of(kind, *identifiers))


def shown_basis(words: Words, basis: Basis | None) -> BasisView | None:
    """Return a legal reference in the language of the page."""
    return basis_view(basis, words.language)


def line_of(text: str) -> SafeString:
    """Return a sentence, escaped."""
    return escape(text)


def threshold_section(thresholds: Sequence[Threshold], words: Words, rules: RuleSet) -> Section:
    """Return the answers, each with the numbers that lead to it."""
    elements = []
    unit = shown(rules.unit, words.language)
    for rank, item in enumerate(thresholds):
        outcome = rules.outcome(item.outcome)
        label = words.say(outcome.label) if outcome else item.outcome
        following = thresholds[rank + 1] if rank + 1 < len(thresholds) else None
        low = words.amount(item.minimum, unit) if item.minimum is not None else ""
        high = (
            words.amount(following.minimum, unit)
            if following and following.minimum is not None
            else ""
        )
        facts = {"low": low, "high": high}
        if low and high:
            line = _("From %(low)s to less than %(high)s.") % facts
        elif low:
            line = _("From %(low)s.") % facts
        else:
            line = _("Below %(high)s.") % facts if high else _("In all cases.")
        basis = item.basis or (following.basis if following and not low else None)
        elements.append(
            Element(
                anchor("threshold", item.outcome),
                capital(label),
                (line_of(line),),
                basis=shown_basis(words, basis),
            )
        )
    return Section("seuils", _("Answers and thresholds"), elements=tuple(elements))


def capital(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]


def rounding_lines(rounding: Rounding | None, words: Words) -> tuple[SafeString, ...]:
    """Return how a number is rounded, in one sentence or none."""
    if rounding is None:
        return ()
    form = {
        "half_up": _("Rounded to the nearest %s (half goes up)."),
        "half_even": _("Rounded to the nearest %s (half goes to the even one)."),
        "down": _("Rounded down to %s."),
        "up": _("Rounded up to %s."),
    }[rounding.mode]
    return (line_of(form % words.number(rounding.to)),)
