"""What the formats without statements share: from a record to plain values, and back.

Such a format says what stands now, without who said it. The report counts what is left: earlier
values, fields without a place, and the source, speaker and date of each statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from clairevoie.register.building import Provenance
from clairevoie.register.catalogue import FIELD_BY_KEY, Kind, vocabulary_of
from clairevoie.register.formats.table import Table
from clairevoie.register.mapping import Pick, TableMapping, Target
from clairevoie.register.reading import TableLayout
from clairevoie.register.record import present_values
from clairevoie.register.reports import Report
from clairevoie.register.statements import Body, Statement, SystemRecord, compact
from clairevoie.register.terms import name_of

NO_PROVENANCE = "the source, speaker and date of each statement are not in this format"
NO_PLACE = "this format has no place for the field"
EARLIER = "earlier values are not in this format"
ONE_VALUE = "this format takes one value: the others are left out"
JOINED = "this format takes one text: the values are joined"
NO_IDENTIFIER = "the identifier of records is not in this format"
BODY_NAME_ONLY = "only the name of the public body is in this format"
NO_TERM = "this format has no name for the term"
NOT_IN_FORMAT = "not a column of the format"

SYSTEM = "id"
BODY = "body."


class Take(Enum):
    """How many values of a field a format takes."""

    ONE = "one"
    MANY = "many"
    JOINED = "joined"


SEPARATORS = {Kind.LINE: " ; ", Kind.CONTACT: " ; "}


class Projection:
    """Reduces records to the values that a format carries, and counts the rest as losses.

    ``carried`` says how many values each field that has a place takes.
    """

    def __init__(self, carried: Mapping[str, Take], report: Report) -> None:
        self.carried = carried
        self.report = report

    def values(self, record: SystemRecord) -> dict[str, list[str]]:
        """Return {field: values that stand now} for the fields that have a place."""
        report = self.report
        report.systems += 1
        report.statements += len(record.statements)
        report.loss("", NO_PROVENANCE, len(record.statements))
        by_field: dict[str, list[Statement]] = {}
        for item in record.statements:
            by_field.setdefault(item.field, []).append(item)
        values: dict[str, list[str]] = {}
        for field, items in by_field.items():
            if field not in self.carried:
                report.loss(field, NO_PLACE, len(items))
                continue
            present = present_values(items, field)
            report.loss(field, EARLIER, len({item.value for item in items}) - len(present))
            take = self.carried[field]
            if take is not Take.MANY and len(present) > 1:
                joined = take is Take.JOINED
                report.loss(field, JOINED if joined else ONE_VALUE, len(present) - 1)
                separator = SEPARATORS.get(FIELD_BY_KEY[field].kind, "\n\n")
                present = [separator.join(present)] if joined else present[:1]
            values[field] = present
        return values

    def without_identifier(self) -> None:
        """Say that the format does not carry the identifier of a record."""
        self.report.loss(SYSTEM, NO_IDENTIFIER)

    def body_name_only(self, body: Body | None) -> None:
        """Say that the format carries nothing of the body but its name."""
        if body and compact(body, "id", "name", "kind"):
            self.report.loss("body", BODY_NAME_ONLY)

    def terms(self, values: dict[str, list[str]], format_key: str) -> dict[str, list[str]]:
        """Return the values with the format's names for terms; a term without one is a loss."""
        named = {}
        for field, codes in values.items():
            vocabulary = vocabulary_of(FIELD_BY_KEY[field])
            if vocabulary is None:
                named[field] = codes
                continue
            names = [name_of(vocabulary, code, format_key) for code in codes]
            self.report.loss(field, NO_TERM, names.count(""))
            named[field] = [name for name in names if name]
        return named


def mapping_of(
    header: Iterable[str], provenance: Provenance, format_key: str, name: str
) -> TableMapping:
    """Return the mapping of rows whose columns are already keys: fields, `SYSTEM`, `BODY`…

    Without a column for the body, the field ``responsible_body`` names it.
    """
    columns = set(header)
    body = {key.removeprefix(BODY): Pick(column=key) for key in columns if key.startswith(BODY)}
    if "name" not in body and "responsible_body" in columns:
        body = {"name": Pick(column="responsible_body")}
    source = compact(provenance.source) if provenance.source else {}
    said = {
        "speaker": provenance.speaker,
        "capacity": provenance.capacity,
        "date": provenance.date,
        "language": provenance.language,
    }
    return TableMapping(
        name=name,
        title="",
        layout=TableLayout(),
        system=(Pick(column=SYSTEM),) if SYSTEM in columns else (),
        prefix="",
        body=body,
        kinds=(),
        body_prefix="",
        source={key: Pick(text=value) for key, value in source.items()},
        statement={key: Pick(text=value) for key, value in said.items() if value},
        columns={
            key: (Target(field=key, terms=format_key),) for key in columns if key in FIELD_BY_KEY
        },
        ignored={},
        constants=(),
        named_otherwise=True,
    )


def records(
    header: list[str],
    rows: Iterable[tuple[int, list[Any]]],
    report: Report,
    provenance: Provenance,
    format_key: str,
) -> Iterator[SystemRecord]:
    """Yield the records of rows whose columns are keys; a cell may hold several values."""
    mapping = mapping_of(header, provenance, format_key, format_key)
    yield from Table(mapping, header, report, NOT_IN_FORMAT).records(rows)
    if report.rows == 0 and report.ok:
        report.warning("no_rows", "the file has no row: nothing to read")
