"""Guessing what the columns of a table say, from their headings and their first values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from clairevoie.register.catalogue import FIELD_BY_KEY, FIELDS, Field, Kind, vocabulary_of
from clairevoie.register.catalogue.model import Vocabulary
from clairevoie.register.sniff_words import HEADINGS, IDENTIFIERS
from clairevoie.register.terms import code_of, same
from clairevoie.register.values import ValueProblem, clean, is_email

FORMATS = ("etalab", "nl", "atrs")
SEPARATORS = (" ; ", ";", " | ", "|", "\n", ", ", ",")
SURE, LIKELY, POSSIBLE, WEAK = 0.95, 0.85, 0.6, 0.35
MOST_TERMS = 25

_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column probably says.

    Attributes:
        column: its heading.
        field: key of the catalogue; "" when there is no good guess.
        confidence: between 0 and 1; a rank, not a probability.
        reason: why, in a few words.
        sample: a value of the column, shortened.
        split: separator of several values in a cell.
        date_format: where dates are not written the usual ways.
        values: {raw cell: code, or "" where no term fits}, when translation is needed.
    """

    column: str
    field: str
    confidence: float
    reason: str
    sample: str = ""
    split: str = ""
    date_format: str = ""
    values: Mapping[str, str] | None = None


@cache
def _by_heading() -> dict[str, tuple[str, float, str]]:
    """Return {heading as `same` gives it: (field, confidence, reason)}."""
    known: dict[str, tuple[str, float, str]] = {}
    for field in FIELDS:
        for format_key in FORMATS:
            if format_key in field.names:
                name = same(field.names[format_key])
                known.setdefault(name, (field.key, SURE, f"named so in the {format_key} format"))
        for text in (field.key, field.fr, field.en):
            known.setdefault(same(text), (field.key, SURE, "has the name of the field"))
    for key, headings in HEADINGS.items():
        for heading in headings:
            known.setdefault(same(heading), (key, LIKELY, "a usual heading for it"))
    return known


def guess_columns(header: list[str], rows: list[list[str]]) -> list[ColumnGuess]:
    """Return a guess for each column; a field that takes one value is guessed once."""
    columns = [
        _guess(name, [row[index].strip() for row in rows if row[index].strip()])
        for index, name in enumerate(header)
    ]
    taken: set[str] = set()
    for guess in sorted(columns, key=lambda item: -item.confidence):
        if not guess.field:
            continue
        if guess.field in taken and not FIELD_BY_KEY[guess.field].multiple:
            columns[columns.index(guess)] = replace(
                guess, field="", confidence=0.0, reason=f"another column fits {guess.field} better"
            )
        taken.add(guess.field)
    if "name" not in taken:
        _name_one(columns, header, rows)
    return columns


def _name_one(columns: list[ColumnGuess], header: list[str], rows: list[list[str]]) -> None:
    """Take for the name the first free column of short texts that are all different."""
    for index, guess in enumerate(columns):
        values = [row[index].strip() for row in rows if row[index].strip()]
        short = values and max(map(len, values)) <= 200
        if guess.field or not short or len(set(values)) < len(values):
            continue
        if same(header[index]) in IDENTIFIERS or all(text.isdigit() for text in values):
            continue
        if not _share(values, _looks_like_link):
            columns[index] = replace(
                guess, field="name", confidence=WEAK, reason="short texts, all different"
            )
            return


def identifier_column(header: list[str], rows: list[list[str]]) -> str:
    """Return the heading of the column that identifies each row, or ""."""
    for index, name in enumerate(header):
        values = [row[index].strip() for row in rows]
        if same(name) in IDENTIFIERS and all(values) and len(set(values)) == len(values):
            return name
    return ""


def _guess(column: str, values: list[str]) -> ColumnGuess:
    sample = " ".join(values[0].split())[:60] if values else ""
    key, confidence, reason = _from_heading(column)
    if key:
        fit, note = _fit(FIELD_BY_KEY[key], values)
        if fit and confidence < LIKELY and _strange_terms(FIELD_BY_KEY[key], values):
            fit, note = False, "its values are not its terms"
        if fit:
            found = ColumnGuess(column, key, confidence, reason, sample)
            return _with_details(found, values)
        reason = f"the heading suggests {key}, but {note}"
    key, confidence, why = _from_values(values)
    if key:
        return _with_details(ColumnGuess(column, key, confidence, why, sample), values)
    return ColumnGuess(column, "", 0.0, reason or "no known heading", sample)


def _from_heading(column: str) -> tuple[str, float, str]:
    name = same(column)
    found = _by_heading().get(name)
    if found:
        return found
    if name in IDENTIFIERS:
        return "local_id", POSSIBLE, "a usual heading for an identifier"
    for heading, (key, confidence, _) in _by_heading().items():
        if len(heading) > 4 and (f" {heading} " in f" {name} " or f" {name} " in f" {heading} "):
            return key, min(confidence, POSSIBLE), f"its heading is close to '{heading}'"
    return "", 0.0, ""


def _share(values: list[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, values)) / len(values) if values else 0.0


def _looks_like_link(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _fit(field: Field, values: list[str]) -> tuple[bool, str]:
    """Tell whether values can be values of a field, and what is wrong otherwise."""
    if not values or field.kind in {Kind.LINE, Kind.TEXT, Kind.CONTACT}:
        links = _share(values, _looks_like_link)
        is_text = links < 0.8 or field.key in {"contact", "documents", "legal_basis"}
        return is_text or not values, "its values are web addresses"
    vocabulary = vocabulary_of(field)
    if vocabulary is not None:
        few = len(set(values)) <= MOST_TERMS
        return few or _known_terms(vocabulary, values) > 0.5, "its values are not a few terms"
    if field.kind is Kind.URL:
        return _share(values, _looks_like_link) > 0.5, "its values are not web addresses"
    if field.kind is Kind.DATE:
        dated = _share(values, _accepted(field)) > 0.5 or _month_first(values)
        return dated, "its values are not dates"
    return _share(values, _accepted(field)) > 0.5, "its values are not numbers"


def _accepted(field: Field) -> Callable[[str], bool]:
    def accepts(text: str) -> bool:
        try:
            clean(field, text)
        except ValueProblem:
            return False
        return True

    return accepts


def _code(vocabulary: Vocabulary, text: str) -> str:
    for format_key in FORMATS:
        try:
            return code_of(vocabulary, text, format_key)
        except ValueProblem:
            continue
    return ""


def _close_code(vocabulary: Vocabulary, text: str) -> str:
    """Return the code of the one term whose names share the words of ``text``, or ""."""
    words = set(same(text).split())
    close = {
        term.code
        for term in vocabulary.terms
        for name in (term.fr, term.en, *term.names.values())
        if words and (words <= set(same(name).split()) or set(same(name).split()) <= words)
    }
    return close.pop() if len(close) == 1 else ""


def _known_terms(vocabulary: Vocabulary, values: list[str]) -> float:
    return _share(values, lambda text: bool(_code(vocabulary, text)))


def _strange_terms(field: Field, values: list[str]) -> bool:
    vocabulary = vocabulary_of(field)
    return vocabulary is not None and _known_terms(vocabulary, values) < 0.3


def _from_values(values: list[str]) -> tuple[str, float, str]:
    if not values:
        return "", 0.0, ""
    if _share(values, is_email) > 0.8:
        return "contact", POSSIBLE, "its values are e-mail addresses"
    if len(set(values)) <= MOST_TERMS:
        for field in FIELDS:
            vocabulary = vocabulary_of(field)
            if vocabulary is not None and _known_terms(vocabulary, values) > 0.8:
                return field.key, POSSIBLE, f"its values are terms of {vocabulary.key}"
    if _share(values, _looks_like_link) > 0.8:
        return "website", WEAK, "its values are web addresses"
    return "", 0.0, ""


def _with_details(guess: ColumnGuess, values: list[str]) -> ColumnGuess:
    field = FIELD_BY_KEY[guess.field]
    if field.kind is Kind.DATE and _month_first(values):
        return replace(guess, date_format="%m/%d/%Y")
    split = _separator(field, values) if field.multiple else ""
    guess = replace(guess, split=split)
    vocabulary = vocabulary_of(field)
    if vocabulary is None:
        return guess
    cells = [part.strip() for text in values for part in (text.split(split) if split else [text])]
    raw = sorted({text for text in cells if text})[:MOST_TERMS]
    codes = {text: _code(vocabulary, text) or _close_code(vocabulary, text) for text in raw}
    needed = any(same(text) != same(code) for text, code in codes.items())
    return replace(guess, values=codes) if needed else guess


def _month_first(values: list[str]) -> bool:
    found = [_MONTH_FIRST.fullmatch(text) for text in values]
    matches = [match for match in found if match]
    if len(matches) < len(values) or not matches:
        return False
    return any(int(match[2]) > 12 for match in matches) and all(
        int(match[1]) <= 12 for match in matches
    )


def _separator(field: Field, values: list[str]) -> str:
    """Return the separator that cuts some cells into several good values, and spoils none."""
    vocabulary = vocabulary_of(field)
    for separator in SEPARATORS:
        cut = [text.split(separator) for text in values if separator in text]
        parts = [part.strip() for row in cut for part in row]
        if not parts:
            continue
        if field.kind is Kind.URL:
            good = all(_looks_like_link(part) for part in parts)
        elif vocabulary is not None:
            good = all(_code(vocabulary, part) or _close_code(vocabulary, part) for part in parts)
        else:
            good = field.kind is Kind.LINE and separator.strip() != "," and len(cut) > 1
        if good:
            return separator
    return ""
