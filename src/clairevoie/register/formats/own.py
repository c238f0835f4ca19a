"""Clairevoie's own JSON: everything that is said, with its sources. Nothing is lost either way.

The file is ``{"format": "clairevoie/register", "version": "1.0", "bodies": […], "sources": […],
"systems": […]}``; `clairevoie.register.formats.schema` gives its JSON Schema. A statement may have
no ``uid``: it is computed from the content. A ``uid`` in the file is only a name that
``supersedes`` can use; it is computed again, so that an edited statement is a new statement.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from clairevoie.register.building import Assembler
from clairevoie.register.reading import (
    MEBIBYTE,
    JsonStream,
    Origin,
    UnreadableError,
    broken_json,
    json_items,
    opened,
    skip_mark,
)
from clairevoie.register.reports import Report
from clairevoie.register.statements import Body, Source, SystemRecord, compact

FORMAT = "clairevoie/register"
VERSION = "1.0"
KEYS = ("format", "version", "bodies", "sources", "systems")


def read(origin: Origin, report: Report) -> Iterator[SystemRecord]:
    """Yield the records of a file, one at a time.

    Raises:
        UnreadableError: the file is not of this format.
    """
    with opened(origin) as stream:
        assembler = Assembler(report)
        _read_head(stream, assembler)
        stream.seek(0)
        for rank, raw in json_items(stream, "systems"):
            report.rows += 1
            record = assembler.record(raw, rank)
            if record is not None:
                yield record


def _read_head(stream: BinaryIO, assembler: Assembler) -> None:
    """Read what systems refer to; stop at the systems when it all came before them."""
    import ijson

    skip_mark(stream)
    measured = JsonStream(stream)
    head: dict[str, Any] = {}
    seen: set[str] = set()
    try:
        for prefix, event, value in ijson.parse(measured, use_float=False):
            if prefix == "" and event == "map_key":
                seen.add(value)
                if value == "systems" and seen.issuperset(KEYS):
                    break
                if value not in KEYS:
                    assembler.report.loss(value, "this key is not part of the format")
            elif prefix in {"bodies.item", "sources.item", "systems.item"} and event == "end_map":
                measured.item_done()
            _collect(prefix, event, value, head, assembler)
    except (ijson.JSONError, UnicodeDecodeError, RecursionError) as error:
        raise broken_json(error, 0) from None
    if head.get("format") != FORMAT:
        raise UnreadableError("wrong_format", f'this is not a register: "format" is not "{FORMAT}"')
    if not str(head.get("version", "")).startswith("1."):
        raise UnreadableError(
            "wrong_version", f"this program reads version {VERSION} of the format"
        )
    if "systems" not in seen:
        raise UnreadableError("wrong_format", 'the file has no list of "systems"')


def _collect(
    prefix: str, event: str, value: Any, head: dict[str, Any], assembler: Assembler
) -> None:
    if prefix in {"format", "version"}:
        head[prefix] = value
        return
    kind, _, rest = prefix.partition(".")
    if kind not in {"bodies", "sources"} or not rest:
        return
    from ijson.common import ObjectBuilder

    if "builder" not in head:
        if prefix != f"{kind}.item" or event in {"end_map", "end_array"}:
            return
        head["builder"] = ObjectBuilder()
    head["builder"].event(event, value)
    if prefix == f"{kind}.item" and event not in {"start_map", "start_array", "map_key"}:
        head[kind] = head.get(kind, 0) + 1
        add = assembler.add_body if kind == "bodies" else assembler.add_source
        add(head.pop("builder").value, head[kind])


def system_as_dict(record: SystemRecord, source_names: dict[str, str]) -> dict[str, Any]:
    """Return a record in the shape of the format; ``source_names`` renames sources."""
    statements = []
    for item in record.statements:
        said = compact(item, "system")
        if item.source:
            said["source"] = source_names.get(item.source, item.source)
        statements.append(said)
    system: dict[str, Any] = {"id": record.id}
    if record.body:
        system["body"] = record.body.id
    system["statements"] = statements
    return system


class _Catalogue:
    """The bodies and sources met while writing; two of the same name get two names."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.bodies: dict[str, Body] = {}
        self.sources: dict[str, Source] = {}

    def names(self, record: SystemRecord) -> dict[str, str]:
        if record.body:
            kept = self.bodies.setdefault(record.body.id, record.body)
            if kept != record.body:
                self.report.loss("body", "two descriptions of one body: the first is kept")
        renamed = {}
        for source in record.sources:
            if self.sources.setdefault(source.id, source) != source:
                name = source.uid().hex
                self.sources[name] = source
                renamed[source.id] = name
        return renamed


def write(
    records: Iterable[SystemRecord], stream: BinaryIO, report: Report, language: str = "fr"
) -> None:
    """Write records, one system a line; bodies and sources come first, so that reading streams."""
    catalogue = _Catalogue(report)
    with tempfile.SpooledTemporaryFile(max_size=8 * MEBIBYTE) as systems:
        for record in records:
            names = catalogue.names(record)
            systems.write(b",\n  " if report.systems else b"\n  ")
            systems.write(_line(system_as_dict(record, names)))
            report.systems += 1
            report.statements += len(record.statements)
        head = {"format": FORMAT, "version": VERSION}
        stream.write(b"{\n")
        stream.writelines(f' "{key}": "{value}",\n'.encode() for key, value in head.items())
        _write_list(stream, "bodies", (compact(item) for item in catalogue.bodies.values()))
        _write_list(
            stream,
            "sources",
            ({**compact(item), "id": name} for name, item in catalogue.sources.items()),
        )
        stream.write(b' "systems": [')
        systems.seek(0)
        shutil.copyfileobj(systems, stream, MEBIBYTE)
        stream.write(b"\n ]\n}\n")


def _line(item: dict[str, Any]) -> bytes:
    return json.dumps(item, ensure_ascii=False).encode()


def _write_list(stream: BinaryIO, key: str, items: Iterable[dict[str, Any]]) -> None:
    lines = b",\n  ".join(_line(item) for item in items)
    stream.write(f' "{key}": ['.encode() + (b"\n  " + lines if lines else b"") + b"\n ],\n")
