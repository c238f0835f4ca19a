"""A register kept by hand: a directory with bodies.yaml, sources.yaml and systems_*.yaml.

Same structure as Clairevoie's own JSON, each file being one list. A file language.txt, where there
is one, says in which language texts are written unless they say it themselves. Every scalar is read
as text, so that a date, a telephone number or a «no» stays what was typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from clairevoie.register.building import Assembler, Located
from clairevoie.register.catalogue import FIELD_BY_KEY, Kind
from clairevoie.register.reading import MEBIBYTE, UnreadableError
from clairevoie.register.reports import Report
from clairevoie.register.statements import SystemRecord
from clairevoie.register.yaml_text import located

MAX_FILE = 64 * MEBIBYTE


def read(path: Path, report: Report) -> Iterator[SystemRecord]:
    """Yield the records of a directory, in the order of file names; rows are line numbers.

    Raises:
        UnreadableError: no such files, or a file that is not YAML.
    """
    assembler = Assembler(report)
    for item in _items(path / "bodies.yaml", assembler):
        assembler.add_body(item.item, item.row, "")
    for item in _items(path / "sources.yaml", assembler):
        assembler.add_source(item.item, item.row, "")
    files = sorted(path.glob("systems_*.yaml"))
    if not files:
        raise UnreadableError("empty_file", f"no file named systems_….yaml in {path.name}")
    language = _language(path / "language.txt")
    for file in files:
        for item in _items(file, assembler):
            report.rows += 1
            record = assembler.record(item.item, item.row)
            if record is not None:
                yield _in_language(record, language) if language else record


def _language(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except FileNotFoundError:
        return ""


def _in_language(record: SystemRecord, language: str) -> SystemRecord:
    """Say the language of each text that does not say its own."""
    return replace(
        record,
        statements=tuple(
            replace(item, language=language)
            if not item.language and FIELD_BY_KEY[item.field].kind in {Kind.TEXT, Kind.LINE}
            else item
            for item in record.statements
        ),
    )


def _items(path: Path, assembler: Assembler) -> list[Located]:
    assembler.file = path.name
    try:
        if path.stat().st_size > MAX_FILE:
            raise UnreadableError("huge_item", f"{path.name} is too large: split it")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UnreadableError("empty_file", f"there is no file {path.name}: write it") from None
    except UnicodeDecodeError:
        raise UnreadableError("wrong_encoding", f"{path.name} is not in UTF-8") from None
    items = located(text, path.name)
    if items and not isinstance(items, list):
        raise UnreadableError("broken_yaml", f"{path.name} must be a list: begin items with '- '")
    return items or []
