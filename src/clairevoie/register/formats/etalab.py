"""Etalab's inventory sheet as a CSV, one row an algorithm, with the sheet's own column names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from clairevoie.register.building import Provenance
from clairevoie.register.catalogue import FIELD_BY_KEY, format_names, vocabulary_of
from clairevoie.register.formats import wide
from clairevoie.register.formats.flat import Projection, Take
from clairevoie.register.formats.sheets import csv_sheet, fitted
from clairevoie.register.reading import Origin, TableLayout
from clairevoie.register.reports import Report
from clairevoie.register.statements import SystemRecord

KEY = "etalab"
ORDER = (
    "responsible_body",
    "unit",
    "contact",
    "updated",
    "name",
    "context",
    "purpose",
    "stage",
    "automation",
    "legal_basis",
    "documents",
    "decisions_per_year",
    "scope",
    "people_description",
    "data_used",
    "data_sources",
    "data_collection",
    "methods",
    "operations",
    "source_code",
)
COLUMNS = {key: name for name, key in format_names(KEY).items()}
CARRIED = {
    key: Take.MANY if FIELD_BY_KEY[key].multiple else Take.ONE for key in format_names(KEY).values()
}
SPLIT = frozenset(key for key, take in CARRIED.items() if take is Take.MANY)


def write(
    records: Iterable[SystemRecord], stream: BinaryIO, report: Report, language: str = "fr"
) -> None:
    """Write the inventory; terms that the sheet does not name are written with French labels."""
    del language
    projection = Projection(CARRIED, report)
    with csv_sheet(stream) as write_row:
        write_row([COLUMNS[key] for key in ORDER])
        for record in records:
            values = projection.values(record)
            projection.without_identifier()
            projection.body_name_only(record.body)
            if record.body:
                values.setdefault("responsible_body", [record.body.name])
            write_row([_cell(key, _said(key, values), report) for key in ORDER])


def _cell(key: str, said: list[str], report: Report) -> str:
    if key in SPLIT:
        return fitted(said, "csv", key, report)
    return next(iter(said), "")


def _said(key: str, values: dict[str, list[str]]) -> list[str]:
    said = values.get(key, [])
    vocabulary = vocabulary_of(FIELD_BY_KEY[key])
    if vocabulary is None:
        return said
    terms = [term for term in vocabulary.terms if term.code in said]
    return [
        term.names.get(KEY, term.fr) for term in sorted(terms, key=lambda t: said.index(t.code))
    ]


def read(
    origin: Origin, report: Report, provenance: Provenance, encoding: str = ""
) -> Iterator[SystemRecord]:
    """Yield the records of an inventory; a record is named after its body and its name.

    Raises:
        UnreadableError: the file cannot be read, or has no column for names.
    """
    yield from wide.read(
        origin, report, provenance, TableLayout("csv", encoding, delimiter=""), KEY, SPLIT
    )
