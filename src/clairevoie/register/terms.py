"""Words that mean the same: codes, labels in two languages and names in exchange formats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from clairevoie.register.catalogue import FIELDS, VOCABULARIES, Field, Vocabulary
from clairevoie.register.search_text import fold
from clairevoie.register.values import ValueProblem

_NOT_WORD = re.compile(r"[\W_]+")


def same(text: str) -> str:
    """Return what two spellings of one name have in common: no accent, case or punctuation."""
    return _NOT_WORD.sub(" ", fold(text)).strip()


@cache
def _codes(vocabulary: str, format_key: str) -> Mapping[str, str]:
    names: dict[str, str] = {}
    for term in VOCABULARIES[vocabulary].terms:
        spellings = [term.names.get(format_key, ""), term.code, term.fr, term.en]
        for spelling in spellings:
            if spelling:
                names.setdefault(same(spelling), term.code)
    return names


def code_of(vocabulary: Vocabulary, text: str, format_key: str = "") -> str:
    """Return the code that ``text`` names: a code, a label, or the name in a format.

    Raises:
        ValueProblem: unknown_term.
    """
    code = _codes(vocabulary.key, format_key).get(same(text))
    if code is None:
        raise ValueProblem("unknown_term", text)
    return code


def is_term(vocabulary: Vocabulary, text: str) -> bool:
    """Tell whether ``text`` is a code or a label of the vocabulary."""
    return same(text) in _codes(vocabulary.key, "")


def name_of(vocabulary: Vocabulary, code: str, format_key: str) -> str:
    """Return the name of a term in a format; "" when the format has none."""
    term = vocabulary.get(code)
    return term.names.get(format_key, "") if term else ""


@cache
def fields_by_name(format_key: str = "") -> Mapping[str, Field]:
    """Return {spelling, as `same` gives it: field}: names in the format, keys and labels."""
    names: dict[str, Field] = {}
    for field in FIELDS:
        if format_key in field.names:
            names.setdefault(same(field.names[format_key]), field)
    for field in FIELDS:
        for spelling in (field.key, field.fr, field.en):
            names.setdefault(same(spelling), field)
    return names
