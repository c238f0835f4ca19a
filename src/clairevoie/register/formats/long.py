"""One row a statement, with its source: a table that loses nothing (CSV and XLSX).

Rows of one system follow each other. A row without a field stands for a system of which nothing is
said yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, BinaryIO

from clairevoie.register.building import Assembler, Located, TooManyError
from clairevoie.register.cells import unprotect
from clairevoie.register.formats.sheets import WriteRow, csv_sheet, xlsx_sheet
from clairevoie.register.reading import Origin, TableLayout, UnreadableError, opened, table_rows
from clairevoie.register.reports import Report
from clairevoie.register.statements import Body, Source, SystemRecord

BODY = ("id", "name", "short_name", "kind", "country", "identifier", "website")
SOURCE = ("id", "kind", "title", "publisher", "url", "date", "digest", "licence")
STATEMENT = (
    "field",
    "value",
    "speaker",
    "capacity",
    "date",
    "period",
    "locator",
    "quote",
    "language",
    "uid",
    "supersedes",
)
HEADER = (
    "system",
    *(f"body_{name}" for name in BODY),
    *STATEMENT,
    *(f"source_{name}" for name in SOURCE),
)
REQUIRED = ("system", "field", "value")
MAX_STATEMENTS = 50_000


def write_rows(records: Iterable[SystemRecord], write: WriteRow, report: Report) -> None:
    """Write the header and a row for each statement."""
    write(HEADER)
    nothing = [""] * (len(STATEMENT) + len(SOURCE))
    for record in records:
        report.systems += 1
        report.statements += len(record.statements)
        sources = {source.id: [getattr(source, key) for key in SOURCE] for source in record.sources}
        first = [record.id, *_attributes(record.body, BODY)]
        for item in record.statements:
            said = [getattr(item, key) for key in STATEMENT]
            write([*first, *said, *sources.get(item.source, [""] * len(SOURCE))])
        if not record.statements:
            write([*first, *nothing])


def _attributes(item: Body | Source | None, names: tuple[str, ...]) -> list[str]:
    return [getattr(item, name) if item else "" for name in names]


def write_csv(
    records: Iterable[SystemRecord], stream: BinaryIO, report: Report, language: str = "fr"
) -> None:
    """Write the table as CSV; its header is the same in every language."""
    del language
    with csv_sheet(stream) as write:
        write_rows(records, write, report)


def write_xlsx(
    records: Iterable[SystemRecord], stream: BinaryIO, report: Report, language: str = "fr"
) -> None:
    """Write the table as a workbook."""
    with xlsx_sheet(stream, "Énoncés" if language == "fr" else "Statements") as write:
        write_rows(records, write, report)


def read(origin: Origin, report: Report, layout: TableLayout) -> Iterator[SystemRecord]:
    """Yield the records of such a table.

    Raises:
        UnreadableError: the file cannot be read, or lacks a column.
        TooManyError: more statements of one system than are read at once.
    """
    with opened(origin) as stream:
        rows = table_rows(stream, layout, report)
        number, header = next(rows)
        _check(header, number, report)
        if not report.ok:
            return
        reader = _Reader(Assembler(report), header)
        named = ((reader.system(row), number, row) for number, row in rows)
        for system, group in groupby(named, key=itemgetter(0)):
            record = reader.record(system, group)
            if record is not None:
                yield record
        if report.rows == 0:
            report.warning("no_rows", "the file has no row: nothing to read")


def _check(header: list[str], number: int, report: Report) -> None:
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise UnreadableError(
            "missing_column",
            f"the table has no column '{missing[0]}': it needs {', '.join(REQUIRED)}",
            number,
        )
    for name in header:
        if name not in HEADER:
            report.loss(name, "not a column of the format")
        elif header.count(name) > 1:
            report.problem("duplicate_column", "two columns have this name", column=name)


class _Reader:
    """Turns groups of rows into the raw items that the assembler checks."""

    def __init__(self, assembler: Assembler, header: list[str]) -> None:
        self.assembler = assembler
        self._system_at = header.index("system")
        self._said = [(header.index(key), key) for key in STATEMENT if key in header]
        self._body = _places(header, "body_", BODY)
        self._source = _places(header, "source_", SOURCE)
        self._last_source: tuple[tuple[str, ...], str] = ((), "")

    def system(self, row: list[str]) -> str:
        """Return the identifier of the system that a row is about."""
        return unprotect(row[self._system_at]).strip()

    def record(
        self, system: str, group: Iterable[tuple[str, int, list[str]]]
    ) -> SystemRecord | None:
        """Return the record of the rows of a system, or None when something was refused."""
        report = self.assembler.report
        before = report.problem_count
        statements: list[Located] = []
        body = ""
        first = 0
        for _, number, row in group:
            report.rows += 1
            first = first or number
            body = self._body_of(row, number, body)
            statement: dict[str, Any] = {
                key: row[at] if row[at][0] != "'" else unprotect(row[at])
                for at, key in self._said
                if row[at]
            }
            source = self._source_of(row, number)
            if source:
                statement["source"] = source
            if statement:
                statements.append(Located(number, statement))
            if len(statements) > MAX_STATEMENTS:
                raise TooManyError(f"statements of the system '{system[:60]}'", MAX_STATEMENTS)
        raw = {"id": system, "body": body, "statements": statements}
        record = self.assembler.record(raw, first)
        if record is not None and report.problem_count > before:
            report.systems -= 1
            report.statements -= len(record.statements)
            report.refused += 1
            return None
        return record

    def _body_of(self, row: list[str], number: int, seen: str) -> str:
        raw = _attributes_at(row, self._body)
        name = raw.get("id", "")
        if not raw or (name == seen and seen):
            return seen
        refuse = self.assembler.refuser(number, prefix="body_")
        if seen:
            refuse("two_bodies", "id", f"the system has the body '{seen}' in an earlier row")
            return seen
        if name not in self.assembler.bodies or raw.keys() != {"id"}:
            self.assembler.add_body(raw, number, "body_")
        return name

    def _source_of(self, row: list[str], number: int) -> str:
        """Return the identifier of the row's source, after keeping what the row says of it."""
        cells = tuple(row[at] for at, _ in self._source)
        if cells == self._last_source[0]:
            return self._last_source[1]
        raw = _attributes_at(row, self._source)
        name = raw.get("id", "")
        if raw and raw.keys() != {"id"}:
            known = self.assembler.sources.get(name)
            same = known and all(getattr(known[0], key) == text for key, text in raw.items())
            if not same:
                self.assembler.add_source(raw, number, "source_")
        self._last_source = (cells, name)
        return name


def _places(header: list[str], prefix: str, names: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(header.index(f"{prefix}{key}"), key) for key in names if f"{prefix}{key}" in header]


def _attributes_at(row: list[str], places: list[tuple[int, str]]) -> dict[str, str]:
    return {key: unprotect(row[at]) for at, key in places if row[at]}
