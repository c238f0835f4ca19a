"""What a deployer submits to the EU database: AI Act, Annex VIII, section C, as JSON.

The annex lists five points and no file format: this one is a plain list of entries with one key a
point. The numbers of the points are those of the text before publication and are marked so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from clairevoie.register.building import Provenance
from clairevoie.register.catalogue import format_names
from clairevoie.register.formats import flat
from clairevoie.register.formats.flat import Projection, Take
from clairevoie.register.reading import Origin, json_items, opened
from clairevoie.register.reports import Report
from clairevoie.register.statements import SystemRecord
from clairevoie.register.values import text_of

KEY = "aiact"
FORMAT = "clairevoie/ai-act-annex-viii-c"
VERSION = "1.0"
POINTS: Mapping[str, str] = {
    "deployer_contact": "1",
    "submitter_contact": "2",
    "fria_summary": "3",
    "provider_entry_url": "4",
    "dpia_summary": "5",
}
FIELD_OF = format_names(KEY)
CARRIED: Mapping[str, Take] = {
    "name": Take.ONE,
    "responsible_body": Take.ONE,
    **dict.fromkeys(FIELD_OF.values(), Take.ONE),
}
KEYS: Mapping[str, str] = {
    "id": flat.SYSTEM,
    "system_name": "name",
    "deployer_name": "responsible_body",
    **FIELD_OF,
}


def write(
    records: Iterable[SystemRecord], stream: BinaryIO, report: Report, language: str = "fr"
) -> None:
    """Write one entry a record, with the points that it fills."""
    del language
    projection = Projection(CARRIED, report)
    head = {
        "format": FORMAT,
        "version": VERSION,
        "legal_basis": "Regulation (EU) 2024/1689, Annex VIII, section C",
        "points": dict(POINTS),
        "points_to_check": True,
    }
    stream.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2].encode())
    stream.write(b',\n "entries": [')
    for rank, record in enumerate(records):
        values = projection.values(record)
        projection.body_name_only(record.body)
        if record.body:
            values.setdefault("responsible_body", [record.body.name])
        values[flat.SYSTEM] = [record.id]
        entry = {name: values[field][0] for name, field in KEYS.items() if values.get(field)}
        stream.write(b",\n  " if rank else b"\n  ")
        stream.write(json.dumps(entry, ensure_ascii=False).encode())
    stream.write(b"\n ]\n}\n")


def read(origin: Origin, report: Report, provenance: Provenance) -> Iterator[SystemRecord]:
    """Yield a record for each entry.

    Raises:
        UnreadableError: the file is not JSON.
    """
    header = list(KEYS.values())
    with opened(origin) as stream:
        rows = _rows(json_items(stream, "entries"), report)
        yield from flat.records(header, rows, report, provenance, KEY)


def _rows(items: Iterable[tuple[int, Any]], report: Report) -> Iterator[tuple[int, list[Any]]]:
    for rank, item in items:
        if not isinstance(item, Mapping) or any(
            isinstance(value, Mapping | list) for value in item.values()
        ):
            report.problem("not_an_item", "an entry must be one text a key", row=rank)
            continue
        for name in item.keys() - KEYS.keys():
            report.loss(name, "not a point of section C")
        yield rank, [text_of(item.get(name)) for name in KEYS]
