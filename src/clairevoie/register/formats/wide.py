"""One row a system, one column a field: the table that people read (CSV and XLSX)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, BinaryIO

from clairevoie.register.building import Provenance
from clairevoie.register.catalogue import FIELD_BY_KEY, FIELDS, VOCABULARIES, vocabulary_of
from clairevoie.register.cells import split_values, unprotect
from clairevoie.register.formats import flat
from clairevoie.register.formats.sheets import WriteRow, csv_sheet, fitted, xlsx_sheet
from clairevoie.register.reading import (
    Origin,
    TableLayout,
    UnreadableError,
    opened,
    table_rows,
)
from clairevoie.register.reports import Report
from clairevoie.register.statements import SystemRecord
from clairevoie.register.terms import code_of, fields_by_name, same
from clairevoie.register.values import ValueProblem

HEADINGS: tuple[tuple[str, str, str], ...] = (
    (flat.SYSTEM, "Identifiant de la fiche", "Record identifier"),
    ("body.id", "Administration : identifiant", "Public body: identifier"),
    ("body.name", "Administration : nom", "Public body: name"),
    ("body.short_name", "Administration : sigle", "Public body: short name"),
    ("body.kind", "Administration : type", "Public body: kind"),
    ("body.country", "Administration : pays", "Public body: country"),
    ("body.identifier", "Administration : numéro", "Public body: number"),
    ("body.website", "Administration : site", "Public body: website"),
)
CARRIED = {field.key: flat.Take.MANY for field in FIELDS}
BODY_KIND = VOCABULARIES["body_kind"]


def headings(language: str) -> list[str]:
    """Return the header row in a language."""
    first = [french if language == "fr" else english for _, french, english in HEADINGS]
    return [*first, *(field.label(language) for field in FIELDS)]


@cache
def _keys(format_key: str = "") -> dict[str, str]:
    headings = {same(name): key for key, *names in HEADINGS for name in (key, *names)}
    fields = {name: field.key for name, field in fields_by_name(format_key).items()}
    return fields | headings


def write_rows(
    records: Iterable[SystemRecord], write: WriteRow, kind: str, report: Report, language: str
) -> None:
    """Write the header and a row for each record."""
    projection = flat.Projection(CARRIED, report)
    write(headings(language))
    for record in records:
        values = projection.values(record)
        row = [record.id]
        for key, *_ in HEADINGS[1:]:
            text = getattr(record.body, key.removeprefix(flat.BODY)) if record.body else ""
            row.append(BODY_KIND.label(text, language) if key == "body.kind" and text else text)
        for field in FIELDS:
            said = values.get(field.key, [])
            vocabulary = vocabulary_of(field)
            if vocabulary:
                said = [vocabulary.label(code, language) for code in said]
            row.append(fitted(said, kind, field.key, report))
        write(row)


def write_csv(
    records: Iterable[SystemRecord], stream: BinaryIO, report: Report, language: str = "fr"
) -> None:
    """Write the table as CSV."""
    with csv_sheet(stream) as write:
        write_rows(records, write, "csv", report, language)


def write_xlsx(
    records: Iterable[SystemRecord], stream: BinaryIO, report: Report, language: str = "fr"
) -> None:
    """Write the table as a workbook."""
    with xlsx_sheet(stream, "Fiches" if language == "fr" else "Records") as write:
        write_rows(records, write, "xlsx", report, language)


def read(
    origin: Origin,
    report: Report,
    provenance: Provenance,
    layout: TableLayout,
    format_key: str = "",
    split: frozenset[str] = frozenset(CARRIED),
) -> Iterator[SystemRecord]:
    """Yield the records of such a table.

    Its header may have the names of ``format_key``, labels in either language, or keys. The cells
    of the fields in ``split`` may hold several values.

    Raises:
        UnreadableError: the file cannot be read, or has no column for names.
    """
    with opened(origin) as stream:
        rows = table_rows(stream, layout, report)
        number, found = next(rows)
        header = read_header(found, format_key)
        check_header(header, report, number)
        if report.ok:
            cells = cells_of(rows, header, report, split)
            yield from flat.records(header, cells, report, provenance, format_key)


def read_header(header: list[str], format_key: str = "") -> list[str]:
    """Return the header with keys in place of the headings that are known."""
    keys = _keys(format_key)
    return [keys.get(same(name), name) for name in header]


def check_header(header: list[str], report: Report, row: int) -> None:
    """Report columns that come twice, unless their field takes several values.

    Raises:
        UnreadableError: no column gives the name of a system.
    """
    if "name" not in header:
        shown = ", ".join(header[:8])
        raise UnreadableError(
            "missing_column", f"no column gives the name of the system; there are: {shown}", row
        )
    for name, times in Counter(header).items():
        field = FIELD_BY_KEY.get(name)
        known = field is not None or name in _keys().values()
        if times > 1 and known and not (field and field.multiple):
            report.problem("duplicate_column", "two columns say this", row=row, column=name)


def _values_of(name: str, split: frozenset[str]) -> Callable[[str], Any]:
    if name in split:
        return lambda cell: tuple(split_values(cell))
    return (lambda cell: (cell,)) if name in FIELD_BY_KEY else str


def cells_of(
    rows: Iterable[tuple[int, list[str]]],
    header: list[str],
    report: Report,
    split: frozenset[str],
) -> Iterator[tuple[int, list[Any]]]:
    """Yield rows with their cells as values: without the added apostrophe, and split.

    The values of a column that comes several times are gathered in the first one.
    """
    values_of = [_values_of(name, split) for name in header]
    kind_at = header.index("body.kind") if "body.kind" in header else -1
    again = [
        (index, header.index(name))
        for index, name in enumerate(header)
        if name in FIELD_BY_KEY and header.index(name) < index
    ]
    for number, row in rows:
        cells: list[Any] = [
            values(unprotect(cell)) if cell else ""
            for cell, values in zip(row, values_of, strict=True)
        ]
        for index, first in again:
            cells[first] = (*cells[first], *cells[index])
            cells[index] = ""
        if kind_at >= 0 and cells[kind_at]:
            try:
                cells[kind_at] = code_of(BODY_KIND, cells[kind_at])
            except ValueProblem as problem:
                report.problem(problem.code, str(problem), row=number, column="body.kind")
                continue
        yield number, cells
