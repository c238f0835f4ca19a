"""Guessing how a table is written: kind of file, encoding, delimiter, row of the header."""

from __future__ import annotations

import codecs
import csv
import io
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, BinaryIO

from clairevoie.register.reading import (
    MEBIBYTE,
    JsonStream,
    TableLayout,
    UnreadableError,
    broken_json,
    encoding_of,
    flatten,
    json_items,
    skip_mark,
    xlsx_rows,
)
from clairevoie.register.values import text_of

ROWS_SEEN = 300
CHECKED_BYTES = 64 * MEBIBYTE
SAMPLE_BYTES = 256 * 1024
HEADER_WITHIN = 20
DELIMITERS = (",", ";", "\t", "|")
OTHER_ENCODINGS = ("cp1252", "mac_roman", "cp850", "iso8859_15", "cp1250")


@dataclass(frozen=True, slots=True)
class Table:
    """The beginning of a table: how it is written, its header and its first rows."""

    layout: TableLayout
    header: list[str]
    rows: list[list[str]]
    notes: tuple[str, ...] = ()


def look(stream: BinaryIO) -> Table:
    """Return the beginning of a table, however it is written.

    Raises:
        UnreadableError: the file is empty, or is not a table.
    """
    start = stream.read(4)
    stream.seek(0)
    if not start:
        raise UnreadableError("empty_file", "the file is empty")
    if start.startswith(b"PK\x03\x04"):
        return _workbook(stream)
    plain = start[3:] if start.startswith(codecs.BOM_UTF8) else start
    if plain.lstrip()[:1] in {b"[", b"{"}:
        return _json(stream)
    return _csv(stream)


def guess_encoding(stream: BinaryIO) -> tuple[str, str]:
    """Return (encoding, why); "" stands for UTF-8 or what a byte order mark says."""
    marked = encoding_of(stream)
    if marked != "utf-8":
        return "", f"a byte order mark says {marked}"
    decoder = codecs.getincrementaldecoder("utf-8")()
    odd: list[bytes] = []
    size = 0
    valid = True
    for chunk in iter(lambda: stream.read(MEBIBYTE), b""):
        size += len(chunk)
        if valid:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                valid = False
        if not chunk.isascii():
            odd.extend(line for line in chunk.split(b"\n") if not line.isascii())
        if size >= CHECKED_BYTES or (not valid and sum(map(len, odd)) > SAMPLE_BYTES):
            break
    stream.seek(0)
    if valid:
        return "", "every byte checked is UTF-8"
    return _other_encoding(b"\n".join(odd)[:SAMPLE_BYTES])


def _other_encoding(sample: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(OTHER_ENCODINGS)).best()
    found = best.encoding if best else "cp1252"
    if found == "iso8859_15" and not any(byte in sample for byte in b"\xa4\xbc\xbd"):
        found = "cp1252"
    return found, f"not UTF-8; the accents read well as {found}"


def guess_delimiter(text: str) -> str:
    """Return the delimiter that cuts most lines into the same number of cells."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = [len(row) for row in _split(text, delimiter) if any(row)]
        if not widths:
            continue
        width, times = Counter(widths).most_common(1)[0]
        if width < 2:
            continue
        score = (times / len(widths)) ** 2 * math.log(width + 1)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _split(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), ROWS_SEEN))
    except csv.Error:
        return []


def header_index(rows: list[list[str]]) -> int:
    """Return the index of the row that looks like column names."""
    widths = Counter(_filled(row) for row in rows if _filled(row) > 1)
    usual = max(widths, key=lambda width: (widths[width], width)) if widths else 1
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        names = [cell.strip() for cell in row if cell.strip()]
        if (
            len(names) >= max(1, 0.6 * usual)
            and len(set(names)) == len(names)
            and all(len(name) <= 120 and _is_name(name) for name in names)
        ):
            return index
    return 0


def _filled(row: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _is_name(text: str) -> bool:
    if text.startswith(("http://", "https://")) or "@" in text:
        return False
    return any(char.isalpha() for char in text)


def _csv(stream: BinaryIO) -> Table:
    encoding, why = guess_encoding(stream)
    codec = encoding or encoding_of(stream)
    sample = stream.read(SAMPLE_BYTES)
    text = codecs.getincrementaldecoder(codec)("replace").decode(sample)
    if len(sample) == SAMPLE_BYTES:
        text = text[: text.rfind("\n") + 1] or text
    delimiter = guess_delimiter(text)
    rows = _split(text, delimiter)
    layout = TableLayout("csv", encoding, delimiter)
    return _table(layout, rows, (f"encoding: {why}",))


def _table(layout: TableLayout, rows: list[list[str]], notes: tuple[str, ...]) -> Table:
    if not any(any(row) for row in rows):
        raise UnreadableError("empty_file", "the table has no row")
    index = header_index(rows)
    header = [" ".join(cell.replace("\ufeff", "").split()) for cell in rows[index]]
    width = len(header)
    body = [(row + [""] * width)[:width] for row in rows[index + 1 :] if any(row)]
    return Table(replace(layout, header_row=index + 1), header, body, notes)


def _workbook(stream: BinaryIO) -> Table:
    layout = TableLayout("xlsx")
    rows = [row for _, row in islice(xlsx_rows(stream, layout), ROWS_SEEN)]
    return _table(layout, rows, ("the first sheet is read: write sheet: to read another",))


def _json(stream: BinaryIO) -> Table:
    path = _list_path(stream)
    stream.seek(0)
    cells: list[dict[str, Any]] = []
    header: dict[str, None] = {}
    for _, item in islice(json_items(stream, path), ROWS_SEEN):
        if isinstance(item, dict):
            flat = flatten(item)
            cells.append(flat)
            header.update(dict.fromkeys(flat))
    if not cells:
        raise UnreadableError("empty_file", "the list has no object")
    rows = [[_shown(item.get(name, "")) for name in header] for item in cells]
    return Table(TableLayout("json", path=path), list(header), rows)


def _shown(cell: Any) -> str:
    return " ; ".join(cell) if isinstance(cell, tuple) else text_of(cell)


def _list_path(stream: BinaryIO) -> str:
    """Return the path of the first list of objects in a JSON file."""
    import ijson

    skip_mark(stream)
    try:
        for prefix in _object_prefixes(ijson.parse(JsonStream(stream), use_float=False)):
            return prefix.removesuffix("item").removesuffix(".")
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise broken_json(error, 0) from None
    raise UnreadableError("wrong_format", "the file holds no list of objects")


def _object_prefixes(events: Any) -> Iterator[str]:
    for prefix, event, _ in events:
        if event == "start_map" and (prefix == "item" or prefix.endswith(".item")):
            yield prefix
