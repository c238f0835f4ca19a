"""From the raw items of a file to records: every attribute is checked, every refusal is reported.

A system with one refused value is left out whole: a record with a hole would look like a record
that says less. `Assembler` serves the formats that carry statements with their sources; formats
that only carry values go through `flat_record`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from clairevoie.register.attributes import (
    STATEMENT_ATTRIBUTES,
    Refuse,
    bad_identifier,
    body_of,
    clean_attribute,
    cleaned_of,
    source_of,
    texts_of,
    unknown_attribute,
)
from clairevoie.register.catalogue import FIELD_BY_KEY
from clairevoie.register.chains import Entry, link
from clairevoie.register.reports import Report
from clairevoie.register.statements import (
    STATEMENT_LIMITS,
    SYSTEM_ID_LIMIT,
    Body,
    Source,
    Statement,
    SystemRecord,
    content_uid,
    is_identifier,
)
from clairevoie.register.values import ValueProblem, clean, clean_text, text_of

MAX_SYSTEMS = 1_000_000
MAX_SOURCES = 200_000
MAX_BODIES = 200_000

SYSTEM_ATTRIBUTES = frozenset(("id", "body", "statements"))
_STATEMENT_REST = ("speaker", "capacity", "date", "period", "locator", "language")


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the statements of a file have in common, where the format does not say it.

    Attributes:
        source: the document that the file is, or None when the speaker's word is enough.
        speaker: who says it; "" stands for the public body of each system.
        capacity: term of the ``capacity`` vocabulary.
        date: when it was said, ``YYYY[-MM[-DD]]``.
        language: of free text, as a two-letter code.
    """

    source: Source | None = None
    speaker: str = ""
    capacity: str = "administration"
    date: str = ""
    language: str = ""


ANONYMOUS = Provenance()


@dataclass(frozen=True, slots=True)
class Located:
    """A raw item with the row (or line) where it stands."""

    row: int
    item: object


def provenance_problems(provenance: Provenance) -> list[str]:
    """Return what is wrong in a provenance given by a person, one sentence a problem."""
    problems = []
    for name in ("speaker", "capacity", "date", "language"):
        try:
            clean_attribute(f"statement.{name}", getattr(provenance, name))
        except ValueProblem as problem:
            problems.append(f"{name}: {problem}")
    return problems


class Assembler:
    """Makes records from raw items, keeping the bodies and sources that they name.

    Every refusal goes to the report; a system with a refusal gives no record. ``file`` is said
    before the column of a refusal when the items come from several files.
    """

    def __init__(self, report: Report) -> None:
        self.report = report
        self.file = ""
        self.bodies: dict[str, Body] = {}
        self.sources: dict[str, tuple[Source, str]] = {}
        self._refused_names: set[str] = set()
        self._systems: set[str] = set()

    def refuser(self, row: int | None, system: str = "", prefix: str = "") -> Refuse:
        """Return a function that reports a refusal at ``row``; columns get ``prefix``."""
        if self.file:
            prefix = f"{self.file}: {prefix}"

        def refuse(code: str, column: str, message: str) -> None:
            self.report.problem(code, message, row=row, column=f"{prefix}{column}", system=system)

        return refuse

    def add_body(self, raw: object, row: int | None = None, prefix: str = "bodies.") -> None:
        """Take a body that systems may name."""
        refuse = self.refuser(row, prefix=prefix)
        body = body_of(raw, refuse)
        if body is None:
            self._remember_refused(raw)
        elif self.bodies.setdefault(body.id, body) != body:
            refuse("duplicate", "id", f"the body '{body.id}' is described twice: keep one")
        elif len(self.bodies) > MAX_BODIES:
            raise TooManyError("bodies", MAX_BODIES)

    def add_source(self, raw: object, row: int | None = None, prefix: str = "sources.") -> None:
        """Take a source that statements may name."""
        refuse = self.refuser(row, prefix=prefix)
        source = source_of(raw, refuse)
        if source is None:
            self._remember_refused(raw)
        elif self.keep_source(source) != source:
            refuse("duplicate", "id", f"the source '{source.id}' is described twice: keep one")

    def keep_source(self, source: Source) -> Source:
        """Keep a source under its id, and return the one that has that id."""
        known = self.sources.get(source.id)
        if known is None:
            if len(self.sources) >= MAX_SOURCES:
                raise TooManyError("sources", MAX_SOURCES)
            known = self.sources[source.id] = (source, source.uid().hex)
        return known[0]

    def _remember_refused(self, raw: object) -> None:
        """A body or source that was refused must not be reported again by all who name it."""
        if isinstance(raw, dict) and len(self._refused_names) < MAX_BODIES:
            self._refused_names.add(text_of(raw.get("id")).strip())

    def first_time(self, system: str, refuse: Refuse) -> bool:
        """Tell whether a system comes for the first time; a second time is refused."""
        if system in self._systems:
            refuse(
                "duplicate",
                "id",
                f"the system '{system}' comes twice in the file: keep one, with its rows together",
            )
            return False
        if len(self._systems) >= MAX_SYSTEMS:
            raise TooManyError("systems", MAX_SYSTEMS)
        self._systems.add(system)
        return True

    def record(self, raw: object, row: int | None = None) -> SystemRecord | None:
        """Return the record that ``raw`` describes, or None when something in it was refused."""
        before = self.report.problem_count
        record = self._record(raw, row)
        if self.report.problem_count > before or record is None:
            self.report.refused += 1
            return None
        self.report.systems += 1
        self.report.statements += len(record.statements)
        return record

    def _record(self, raw: object, row: int | None) -> SystemRecord | None:
        refuse = self.refuser(row)
        if not isinstance(raw, dict):
            refuse("not_an_item", "", "a system must be a list of named attributes")
            return None
        identifier = text_of(raw.get("id")).strip()
        refuse = self.refuser(row, identifier)
        if not is_identifier(identifier, SYSTEM_ID_LIMIT):
            refuse("bad_identifier", "id", bad_identifier(identifier, SYSTEM_ID_LIMIT))
            return None
        if not self.first_time(identifier, refuse):
            return None
        for key in raw.keys() - SYSTEM_ATTRIBUTES:
            refuse(
                "unknown_attribute",
                str(key),
                unknown_attribute(str(key), "system", SYSTEM_ATTRIBUTES),
            )
        name = text_of(raw.get("body")).strip()
        body = self.bodies.get(name)
        if name and body is None and name not in self._refused_names:
            refuse("unknown_body", "body", f"no body has the id '{name[:60]}': describe it")
        items = raw.get("statements")
        if items is None or items == "":
            items = []
        if not isinstance(items, list):
            refuse("not_an_item", "statements", "the statements of a system must be a list")
            return None
        return self._with_statements(identifier, body, items, row)

    def _with_statements(
        self, system: str, body: Body | None, items: list[Any], row: int | None
    ) -> SystemRecord:
        entries: list[Entry] = []
        used: dict[str, Source] = {}
        for entry in items:
            item, at = (entry.item, entry.row) if isinstance(entry, Located) else (entry, row)
            statement, label = self._statement(system, item, at)
            if statement is None:
                continue
            source_uid = ""
            if statement.source:
                used[statement.source], source_uid = self.sources[statement.source]
            entries.append(Entry(statement, label, at, source_uid))

        def complain(at: int | None, sentence: str) -> None:
            self.refuser(at, system)("unknown_statement", "supersedes", sentence)

        made = link(entries, complain)
        return SystemRecord(system, body, made, tuple(used.values()))

    def _statement(self, system: str, raw: object, row: int | None) -> tuple[Statement | None, str]:
        """Return a statement and the name that the file gives it."""
        refuse = self.refuser(row, system)
        texts = texts_of(raw, "statement", STATEMENT_ATTRIBUTES, refuse)
        if texts is None:
            return None, ""
        key = texts.get("field", "").strip()
        field = FIELD_BY_KEY.get(key)
        if field is None:
            refuse("unknown_field", "field", unknown_field(key))
            return None, ""
        value = quote = ""
        column = "value"
        try:
            value = clean(field, texts.get("value", ""))
            column = "quote"
            quote = clean_text(
                texts.get("quote", ""), limit=STATEMENT_LIMITS["quote"], one_line=False
            )
        except ValueProblem as problem:
            refuse(problem.code, column, f"{key}: {problem}")
            return None, ""
        if not value:
            refuse("missing", "value", f"{key}: the value is empty: write it or remove the row")
            return None, ""
        source, source_uid = self._source(texts.get("source", "").strip(), refuse)
        rest = cleaned_of(texts, "statement", _STATEMENT_REST, refuse)
        statement = said(
            system, key, value, source=source, source_uid=source_uid, quote=quote, **rest
        )
        supersedes = texts.get("supersedes", "").strip()
        if supersedes:
            statement = replace(statement, supersedes=supersedes)
        return statement, texts.get("uid", "").strip()

    def _source(self, name: str, refuse: Refuse) -> tuple[str, str]:
        if not name:
            return "", ""
        known = self.sources.get(name)
        if known is None:
            if name not in self._refused_names:
                refuse("unknown_source", "source", f"no source has the id '{name[:60]}'")
            return "", ""
        return name, known[1]


class TooManyError(ValueError):
    """A file holds more items of one kind than is read at once."""

    def __init__(self, kind: str, limit: int) -> None:
        super().__init__(f"the file has more than {limit:,} {kind}: split it")


def unknown_field(key: str) -> str:
    """Return the sentence for a key that the catalogue does not have."""
    close = difflib.get_close_matches(key, FIELD_BY_KEY, 1)
    advice = f"did you mean '{close[0]}'?" if close else "see `clairevoie register fields`"
    return f"'{key[:60]}' is not a field of the catalogue: {advice}"


def said(
    system: str,
    field: str,
    value: str,
    *,
    source: str = "",
    source_uid: str = "",
    speaker: str = "",
    capacity: str = "administration",
    date: str = "",
    period: str = "",
    locator: str = "",
    quote: str = "",
    language: str = "",
) -> Statement:
    """Return a statement with its content identifier; the same as `statement_uid`, in one step."""
    uid = content_uid(
        system, field, value, source_uid, speaker, capacity, date, period, locator, quote
    )
    return Statement(
        system,
        field,
        value,
        source,
        speaker,
        capacity,
        date,
        period,
        locator,
        quote,
        language,
        "",
        uid,
    )


def flat_record(
    system: str,
    body: Body | None,
    values: Iterable[tuple[str, str]],
    provenance: Provenance,
) -> SystemRecord:
    """Return a record from (field, canonical value) pairs that share a provenance."""
    source = provenance.source
    source_id, source_uid = (source.id, source.uid().hex) if source else ("", "")
    speaker = provenance.speaker or (body.name if body else "")
    made: dict[str, Statement] = {}
    for field, value in values:
        statement = said(
            system,
            field,
            value,
            source=source_id,
            source_uid=source_uid,
            speaker=speaker,
            capacity=provenance.capacity,
            date=provenance.date,
            language=provenance.language,
        )
        made.setdefault(statement.uid, statement)
    return SystemRecord(system, body, tuple(made.values()), (source,) if source else ())
