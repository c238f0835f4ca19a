"""A published rule set: what identifies it, what it reads, its versions, what it can answer.

A rule set is a YAML file (`clairevoie.rules.reading`), checked against a JSON Schema. Everything
here is plain and frozen: a rule set is a published text, evaluated as it stands.

Values are Python's: ``bool``, ``int``, ``Decimal`` (exact: money, points, rates), ``float`` (models
only), ``str`` (a category), ``date``; ``None`` is a missing value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from clairevoie.rules.content import Content

Value = bool | int | Decimal | float | str | date | None
Number = int | Decimal | float
Text = Mapping[str, str]
"""A text in one or more languages, by language code; ``fr`` first, never empty of all."""

InputType = Literal["boolean", "integer", "decimal", "number", "category", "date"]
Kind = Literal["points", "table", "formula", "additive", "trees", "openfisca"]
Change = Literal["change", "contest", "none"]


class RulesProblem(ValueError):
    """A rule set or a case that cannot be used.

    Attributes:
        places: for each sentence of ``sentences``, where it is (``versions.0.points.criteria.2``).
        sentences: what is wrong and what to do, one plain sentence each.
    """

    def __init__(self, *findings: tuple[str, str]) -> None:
        self.places = tuple(place for place, _ in findings)
        self.sentences = tuple(sentence for _, sentence in findings)
        super().__init__(
            "\n".join(f"{place}: {text}" if place else text for place, text in findings)
        )


def say(text: Text, language: str = "fr") -> str:
    """Return a text in a language, else in French, else in the first language that it has."""
    return text.get(language) or text.get("fr") or next(iter(text.values()), "")


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal reference: the article, where it can be read, since when it has effect."""

    article: str
    url: str = ""
    effect: date | None = None
    to_check: bool = False
    """Nobody has read the article again: shown « à vérifier »."""


@dataclass(frozen=True, slots=True)
class Category:
    """One value that a category may take, and how it is called."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Input:
    """One datum that the rules read.

    Attributes:
        name: identifier used in conditions and expressions.
        label: short name (« Revenu fiscal de référence »).
        question: asked to the person (« Quel est votre… ? »).
        help: where to find it, what counts.
        unit: « € par mois », « enfants », « ans »; empty for none.
        minimum, maximum: bounds of the domain, included; ``None`` for none.
        decimals: places kept of a ``decimal`` (2 for euros and cents); 0 for the other types.
        categories: the domain of a ``category``, in order.
        source: where the administration takes the datum from.
        change: whether the person can ``change`` it, ``contest`` it (correct an error) or ``none``.
        protected: the protected criterion it is or stands for (loi 2008-496, art. 1), else empty.
        required: whether a case without it cannot be evaluated (and has no ``default``).
        default: the value that stands for a missing one, when the published rules say so.
    """

    name: str
    type: InputType
    label: Text
    question: Text
    help: Text
    unit: Text
    minimum: Decimal | date | None = None
    maximum: Decimal | date | None = None
    decimals: int = 0
    categories: tuple[Category, ...] = ()
    source: Text | None = None
    change: Change = "none"
    protected: str = ""
    required: bool = True
    default: Value = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer that the rules can give (« admis », « contrôle »).

    ``favourable`` is the person's point of view; ``None`` when it is neither.
    """

    value: str
    label: Text
    favourable: bool | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """From ``minimum`` (included) up to the next threshold, the answer is ``outcome``.

    Thresholds are in rising order; the first has no minimum.
    """

    outcome: str
    minimum: Decimal | float | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """Where a version was published: title of the act, address, date."""

    title: str
    url: str = ""
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """The rules in force between two dates, both included; no ``until`` while in force."""

    id: str
    start: date
    until: date | None
    kind: Kind
    content: Content
    inputs: tuple[Input, ...]
    publication: Publication | None = None
    note: Text | None = None

    def input(self, name: str) -> Input:
        """Return an input by name.

        Raises:
            KeyError: there is none.
        """
        for item in self.inputs:
            if item.name == name:
                return item
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A published rule set.

    Attributes:
        id: identifier, a slug (``paris-creches``).
        title: « Attribution des places en crèche ».
        purpose: the aim of the processing (R.311-3-1-1), one sentence.
        system: uid of the system's record in the register, empty if it has none.
        fictitious: set when the rules are invented for a demonstration: every page says so.
        result: what the number is called (« points », « montant mensuel »), with its unit.
        better: which number is better for the person, where one is: a price is better ``lower``, a
            benefit ``higher``.
        outcomes: the answers, from the least to the most favourable when that has a meaning.
        versions: by rising date of effect; they do not overlap.
        digest: SHA-256 (hexadecimal) of the file's bytes.
    """

    id: str
    title: Text
    purpose: Text
    system: str
    body: str
    result: Text
    unit: Text
    outcomes: tuple[Outcome, ...]
    versions: tuple[Version, ...]
    fictitious: bool = False
    digest: str = ""
    better: Literal["lower", "higher", ""] = ""

    def version(self, identifier: str) -> Version:
        """Return a version by identifier.

        Raises:
            RulesProblem: there is none.
        """
        for item in self.versions:
            if item.id == identifier:
                return item
        known = ", ".join(item.id for item in self.versions)
        raise RulesProblem(
            (
                "versions",
                f"the rules '{self.id}' have no version '{identifier}' (they have {known})",
            )
        )

    def in_force(self, day: date) -> Version:
        """Return the version in force on a day.

        Raises:
            RulesProblem: none was.
        """
        for item in reversed(self.versions):
            if item.start <= day and (item.until is None or day <= item.until):
                return item
        raise RulesProblem(
            ("versions", f"no version of the rules '{self.id}' was in force on {day.isoformat()}")
        )

    def outcome(self, value: str) -> Outcome | None:
        """Return an outcome by value, ``None`` if there is none."""
        return next((item for item in self.outcomes if item.value == value), None)
