"""Telling which exchange format a file is, from its first lines."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from clairevoie.register.formats import aiact, atrs, etalab, long, own, wide
from clairevoie.register.reading import (
    TableLayout,
    UnreadableError,
    csv_rows,
    opened,
    xlsx_rows,
)
from clairevoie.register.reports import Report
from clairevoie.register.terms import same

START = 16_384
MARKS = (
    (f'"{own.FORMAT}"', "clairevoie"),
    (f'"{aiact.FORMAT}"', "aiact"),
    ('"dcat:Catalog"', "dcat"),
    ('"description_short"', "nl"),
    ('"publication_category"', "nl"),
)


def guess_format(path: str | Path) -> str:
    """Return the key of the format that a file or directory is in, or "" when it is none of them.

    Raises:
        OSError: the file cannot be opened.
    """
    if Path(path).is_dir():
        return "clairevoie"
    with opened(path) as stream:
        start = stream.read(START)
        stream.seek(0)
        if start.startswith(b"PK\x03\x04"):
            return _by_header(stream, "xlsx")
        text = start.decode("utf-8", "replace")
        if text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
            return next((key for mark, key in MARKS if mark in text), "")
        return _by_header(stream, "csv")


def _by_header(stream: BinaryIO, kind: str) -> str:
    layout = TableLayout(kind, delimiter="")
    try:
        rows = xlsx_rows(stream, layout) if kind == "xlsx" else csv_rows(stream, layout, Report())
        header = next((row for _, row in islice(rows, 1)), [])
    except UnreadableError:
        return ""
    names = {same(cell) for cell in header}
    if {same(name) for name in long.REQUIRED} <= names:
        return f"statements-{kind}"
    if kind == "csv" and _share(names, etalab.COLUMNS.values()) >= 0.3:
        return "etalab"
    if kind == "csv" and _share(names, (name for group in atrs.GROUPS for name in group)) >= 0.3:
        return "atrs"
    own_headings = [same(text) for language in ("fr", "en") for text in wide.headings(language)]
    known = sum(name in own_headings for name in names)
    return kind if len(names) > 1 and known >= 0.8 * len(names) else ""


def _share(names: set[str], wanted: Iterable[str]) -> float:
    expected = {same(name) for name in wanted}
    return len(names & expected) / len(expected)
