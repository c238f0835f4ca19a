"""The inner loop of reading a table: from a cell to statements, resolved once for each column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from clairevoie.register.attributes import REMEMBERED, Refuse, clean_attribute
from clairevoie.register.catalogue import FIELD_BY_KEY, Field, Kind, vocabulary_of
from clairevoie.register.formats.markup import text_of_html
from clairevoie.register.mapping import Pick, Target
from clairevoie.register.statements import (
    STATEMENT_LIMITS,
    Body,
    Source,
    Statement,
    content_uid,
)
from clairevoie.register.terms import code_of
from clairevoie.register.values import (
    LINE_LIMIT,
    TEXT_LIMIT,
    ValueProblem,
    clean,
    clean_date,
    clean_text,
)

Convert = Callable[[str], str]
MEMORY = 10_000


@dataclass(frozen=True, slots=True)
class RowContext:
    """What the statements of one row have in common, checked."""

    system: str
    source: Source | None
    source_uid: str
    speaker: str
    capacity: str
    date: str
    language: str
    locator: str

    @classmethod
    def checked(
        cls,
        system: str,
        raw: Mapping[str, str],
        *,
        body: Body | None,
        source: tuple[Source, str] | None,
        columns: Mapping[str, str],
        refuse: Refuse,
        loss: Callable[[str, str], None],
    ) -> RowContext | None:
        """Return the context of a row, or None when one of its attributes is refused."""
        clean: dict[str, str] = {}
        good = True
        for key, text in raw.items():
            if key == "locator" and len(text) > STATEMENT_LIMITS["locator"]:
                loss(columns.get(key, key), "too long to be kept as the place in the source")
                continue
            try:
                clean[key] = clean_attribute(f"statement.{key}", text) if text else ""
            except ValueProblem as problem:
                refuse(problem.code, columns.get(key, "") or key, str(problem))
                good = False
        if not good:
            return None
        return cls(
            system,
            source[0] if source else None,
            source[1] if source else "",
            clean.get("speaker") or (body.name if body else ""),
            clean.get("capacity") or "administration",
            clean.get("date", ""),
            clean.get("language", ""),
            clean.get("locator", ""),
        )


class Said:
    """What one row says so far: values in order, with the name seen on the way."""

    __slots__ = ("items", "name", "name_refused")

    def __init__(self) -> None:
        self.items: list[tuple[str, str, str, str]] = []
        self.name = ""
        self.name_refused = False

    def statements(
        self, context: RowContext, constants: Sequence[tuple[str, str]]
    ) -> list[Statement]:
        """Return the statements of the row; what is said twice is one statement."""
        system, source_uid = context.system, context.source_uid
        source = context.source.id if context.source else ""
        speaker, capacity, date = context.speaker, context.capacity, context.date
        locator, common_language = context.locator, context.language
        made: dict[str, Statement] = {}
        if constants:
            self.items.extend((field, value, "", "") for field, value in constants)
        for field, value, period, language in self.items:
            uid = content_uid(
                system, field, value, source_uid, speaker, capacity, date, period, locator, ""
            )
            if uid not in made:
                made[uid] = Statement(
                    system,
                    field,
                    value,
                    source,
                    speaker,
                    capacity,
                    date,
                    period,
                    locator,
                    "",
                    language or common_language,
                    "",
                    uid,
                )
        return list(made.values())


@dataclass(frozen=True, slots=True)
class TargetReader:
    """One column towards one field. `read` returns False when something was refused."""

    index: int
    read: Callable[[Any, list[Any], Said, Refuse], bool]


def target_reader(
    target: Target,
    column: str,
    index: int,
    reader_of: Callable[[Pick], Callable[[list[str]], str]],
) -> TargetReader:
    """Return the reader of a column, everything that does not depend on the row being resolved."""
    field = FIELD_BY_KEY[target.field]
    convert = converter(field, target)
    key, split, language = field.key, target.split, target.language
    period_of = reader_of(target.period) if target.period else None
    period_column = target.period.column or column if target.period else column
    is_name = key == "name"

    def read(raw: Any, row: list[Any], said: Said, refuse: Refuse) -> bool:
        if raw.__class__ is str:
            parts = raw.split(split) if split and split in raw else (raw,)
        else:
            parts = raw
        good = True
        for part in parts:
            try:
                value = convert(part)
            except ValueProblem as problem:
                refuse(problem.code, column, str(problem))
                said.name_refused = said.name_refused or is_name
                good = False
                continue
            if not value:
                continue
            period = ""
            if period_of is not None:
                try:
                    period = clean_attribute("statement.period", period_of(row))
                except ValueProblem as problem:
                    refuse(problem.code, period_column, str(problem))
                    good = False
            if is_name:
                said.name = said.name or value
            said.items.append((key, value, period, language))
        return good

    return TargetReader(index, read)


def converter(field: Field, target: Target) -> Convert:
    """Return the function from a raw cell to the canonical value of ``field``."""
    convert = _by_kind(field, target)
    if target.html:
        convert = _after(text_of_html, convert)
    if target.text:
        convert = _after(lambda raw: target.text.replace("{value}", raw.strip()), convert)
    if target.values is not None:
        convert = _translated(dict(target.values), convert)
    if field.kind in {Kind.CHOICE, Kind.DATE}:
        convert = _remembered(convert)
    return convert


def _by_kind(field: Field, target: Target) -> Convert:
    vocabulary = vocabulary_of(field)
    if vocabulary is not None:
        known, terms = vocabulary, target.terms
        return lambda raw: code_of(known, raw, terms) if raw.strip() else ""
    if target.date_format:
        return partial(_date, date_format=target.date_format)
    if field.kind is Kind.TEXT:
        return partial(clean_text, limit=TEXT_LIMIT, one_line=False)
    if field.kind in {Kind.LINE, Kind.CONTACT}:
        return partial(clean_text, limit=LINE_LIMIT, one_line=True)
    if field.kind is Kind.DATE:
        return lambda raw: clean_date(raw) if raw.strip() else ""
    return partial(clean, field)


def _date(raw: str, date_format: str) -> str:
    text = raw.strip()
    if not text:
        return ""
    try:
        return datetime.strptime(text, date_format).date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ValueProblem("not_a_date", text) from None


def _after(first: Convert, then: Convert) -> Convert:
    return lambda raw: then(first(raw))


def _translated(values: dict[str, str], convert: Convert) -> Convert:
    def translate(raw: str) -> str:
        found = values.get(raw.strip())
        if found is None:
            return convert(raw)
        return convert(found) if found else ""

    return translate


def _remembered(convert: Convert) -> Convert:
    memory: dict[str, str] = {}

    def remember(raw: str) -> str:
        found = memory.get(raw)
        if found is None:
            found = convert(raw)
            if len(memory) < MEMORY and len(raw) <= REMEMBERED:
                memory[raw] = found
        return found

    return remember
