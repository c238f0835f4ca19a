"""The shape of the field catalogue: groups, fields, vocabularies and their terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a value of a field is made of; a value is always stored as text."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    URL = "url"
    CONTACT = "contact"


EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a vocabulary, with its name in each exchange format that has one."""

    code: str
    fr: str
    en: str
    names: Mapping[str, str] = field(default_factory=lambda: EMPTY)

    def label(self, language: str) -> str:
        """Return the label in ``language`` ("fr", anything else is English)."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A closed, ordered list of terms."""

    key: str
    fr: str
    en: str
    terms: tuple[Term, ...]

    def get(self, code: str) -> Term | None:
        """Return the term whose code is ``code``, or None."""
        return next((term for term in self.terms if term.code == code), None)

    def codes(self) -> tuple[str, ...]:
        """Return every code, in the vocabulary's own order."""
        return tuple(term.code for term in self.terms)

    def label(self, code: str, language: str) -> str:
        """Return the label of ``code``; an unknown code is returned as it is."""
        term = self.get(code)
        return term.label(language) if term else code


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """An article that asks for, or rests on, what a field says.

    ``to_check`` marks an article whose wording was not read in a consolidated text; the interface
    shows «à vérifier» beside it.
    """

    article: str
    url: str = ""
    to_check: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the record."""

    key: str
    fr: str
    en: str
    fr_question: str
    en_question: str

    def label(self, language: str) -> str:
        """Return the heading in ``language``."""
        return self.fr if language == "fr" else self.en

    def question(self, language: str) -> str:
        """Return the reader's question that the group answers, in ``language``."""
        return self.fr_question if language == "fr" else self.en_question


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the record; forms, formats, completeness, API and reference derive from it.

    ``multiple`` says that several values may hold at once (two contractors); on any other field two
    different values for the same period are a *divergence*. ``names`` gives the field's name in
    each exchange format that can carry it. A ``detail`` is carried for an exchange format or for
    precision: it is shown when it is filled, never counted as missing.
    """

    key: str
    group: str
    kind: Kind
    fr: str
    en: str
    fr_help: str
    en_help: str
    multiple: bool = False
    vocabulary: str | None = None
    unit: str = ""
    detail: bool = False
    legal: tuple[LegalBasis, ...] = ()
    names: Mapping[str, str] = field(default_factory=lambda: EMPTY)

    def label(self, language: str) -> str:
        """Return the field's label in ``language``."""
        return self.fr if language == "fr" else self.en

    def help(self, language: str) -> str:
        """Return the field's help text in ``language``."""
        return self.fr_help if language == "fr" else self.en_help
