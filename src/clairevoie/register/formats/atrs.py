"""The UK's Algorithmic Transparency Recording Standard 1.1, as a CSV of its attributes.

One row a record. An attribute that the standard stars can have several values: its column comes as
many times as needed, and the n-th columns of a group belong together.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from clairevoie.register.building import Provenance
from clairevoie.register.catalogue import FIELD_BY_KEY, Kind, format_names
from clairevoie.register.formats import wide
from clairevoie.register.formats.flat import Projection, Take
from clairevoie.register.formats.sheets import csv_sheet
from clairevoie.register.reading import MEBIBYTE, Origin, TableLayout
from clairevoie.register.reports import Report
from clairevoie.register.statements import SystemRecord

KEY = "atrs"
MOST_REPEATS = 40
TOO_MANY = f"only the first {MOST_REPEATS} values are in this format"

# Attributes of the standard in its own order; the names between brackets repeat together.
GROUPS: tuple[tuple[str, ...], ...] = (
    ("name",),
    ("description",),
    ("website",),
    ("contact_email",),
    ("organisation",),
    ("team",),
    ("senior_responsible_owner",),
    (
        "external_supplier",
        "external_supplier_identifier",
        "external_supplier_role",
        "data_access_terms",
    ),
    ("scope",),
    ("benefit",),
    ("alternatives_considered",),
    ("model_type",),
    ("frequency_usage",),
    ("phase",),
    ("maintenance",),
    ("system_architecture",),
    ("process_integration",),
    ("provided_information",),
    ("human_decisions",),
    ("required_training",),
    ("appeals_and_review",),
    (
        "source_data_name",
        "source_data_description",
        "source_data_url",
        "data_collection",
        "data_sharing_agreements",
        "data_access_and_storage",
    ),
    (
        "impact_assessment_name",
        "impact_assessment_description",
        "impact_assessment_date",
        "impact_assessment_link",
    ),
    ("risk_name", "risk_description", "risk_mitigation"),
)
FIELD_OF = format_names(KEY)
STARRED = frozenset(name for group in GROUPS if len(group) > 1 for name in group)


def _take(name: str) -> Take:
    if name in STARRED:
        return Take.MANY
    return Take.JOINED if FIELD_BY_KEY[FIELD_OF[name]].kind is Kind.TEXT else Take.ONE


CARRIED: Mapping[str, Take] = {FIELD_OF[name]: _take(name) for group in GROUPS for name in group}


def write(
    records: Iterable[SystemRecord], stream: BinaryIO, report: Report, language: str = "fr"
) -> None:
    """Write the records; they wait in a temporary file until the longest repetition is known."""
    del language
    projection = Projection(CARRIED, report)
    repeats = [1] * len(GROUPS)
    with tempfile.SpooledTemporaryFile(max_size=8 * MEBIBYTE) as spool:
        for record in records:
            values = projection.terms(projection.values(record), KEY)
            projection.without_identifier()
            projection.body_name_only(record.body)
            if record.body:
                values.setdefault("responsible_body", [record.body.name])
            for rank, group in enumerate(GROUPS):
                for name in group:
                    said = values.get(FIELD_OF[name], [])
                    report.loss(FIELD_OF[name], TOO_MANY, len(said[MOST_REPEATS:]))
                    repeats[rank] = max(repeats[rank], len(said[:MOST_REPEATS]))
            spool.write(json.dumps(values).encode() + b"\n")
        spool.seek(0)
        columns = [
            (name, at)
            for group, times in zip(GROUPS, repeats, strict=True)
            for at in range(times)
            for name in group
        ]
        with csv_sheet(stream) as write_row:
            write_row([name for name, _ in columns])
            for line in spool:
                values = json.loads(line)
                write_row([_at(values.get(FIELD_OF[name], []), at) for name, at in columns])


def _at(values: list[str], rank: int) -> str:
    return values[rank] if rank < len(values) else ""


def read(
    origin: Origin, report: Report, provenance: Provenance, encoding: str = ""
) -> Iterator[SystemRecord]:
    """Yield the records of such a table; a record is named after its body and its name.

    Raises:
        UnreadableError: the file cannot be read, or has no column for names.
    """
    layout = TableLayout("csv", encoding, delimiter="")
    yield from wide.read(origin, report, provenance, layout, KEY, frozenset())
