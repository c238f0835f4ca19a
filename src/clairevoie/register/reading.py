"""Opening files that people send: rows of a CSV, XLSX or JSON file, one at a time.

Nothing here trusts the file. Encodings are declared, never guessed in passing; a byte that does not
fit becomes «�», which the values then refuse by row and column. Every length is bounded, so that
memory stays flat whatever the file.
"""

from __future__ import annotations

import codecs
import csv
import io
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, chain
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from clairevoie.register.reports import Report
from clairevoie.register.values import text_of

Origin: TypeAlias = str | Path | BinaryIO
Cell: TypeAlias = str | tuple[str, ...]
Row: TypeAlias = tuple[int, list[str]]

MEBIBYTE = 1 << 20
MAX_LINE = 4 * MEBIBYTE
MAX_COLUMNS = 1_000
MAX_DEPTH = 8
MAX_ITEM = 16 * MEBIBYTE
MAX_JSON_DEPTH = 64
MAX_SHEETS_SIZE = 1024 * MEBIBYTE
MAX_STRINGS_SIZE = 96 * MEBIBYTE
MAX_PARTS_SIZE = 32 * MEBIBYTE
MAX_RATIO = 150
SPREADSHEET_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
)

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableError(ValueError):
    """The file as a whole cannot be read; ``code`` names the reason."""

    def __init__(self, code: str, message: str, row: int | None = None) -> None:
        self.code = code
        self.row = row
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a table is written in a file.

    Attributes:
        format: csv, xlsx or json.
        encoding: of a CSV file; "" reads the byte order mark, else UTF-8.
        delimiter: of a CSV file; "" for the commonest of , ; and tab in its first line.
        quote: of a CSV file.
        sheet: name of the sheet; "" for the first one.
        header_row: row of the column names, from 1.
        path: of the list in a JSON file, such as ``result.records``; "" when the file is the list.
    """

    format: str = "csv"
    encoding: str = ""
    delimiter: str = ","
    quote: str = '"'
    sheet: str = ""
    header_row: int = 1
    path: str = ""


@contextmanager
def opened(origin: Origin) -> Iterator[BinaryIO]:
    """Open a path or a stream at its beginning, so that it can be read several times.

    A stream that cannot go back is copied to a temporary file first. Raises `OSError` as `open`.
    """
    if isinstance(origin, str | Path):
        with Path(origin).open("rb") as stream:
            yield stream
        return
    if origin.seekable():
        origin.seek(0)
        yield origin
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(origin, copy, MEBIBYTE)
        copy.seek(0)
        yield copy


def encoding_of(stream: BinaryIO, declared: str = "") -> str:
    """Return the encoding to read with: that of a byte order mark, the declared one, or UTF-8."""
    start = stream.read(4)
    stream.seek(0)
    for mark, encoding in BOMS:
        if start.startswith(mark):
            return encoding
    return declared or "utf-8"


def csv_rows(stream: BinaryIO, layout: TableLayout, report: Report) -> Iterator[Row]:
    """Yield (row number, cells) from the first row; rows that cannot be split are reported.

    Raises:
        UnreadableError: a line without end, or an encoding that Python does not know.
    """
    encoding = encoding_of(stream, layout.encoding)
    try:
        text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    except LookupError:
        raise UnreadableError(
            "unknown_encoding", f"'{encoding}' is not an encoding: write utf-8 or cp1252"
        ) from None
    try:
        lines = _lines(text)
        first = next(lines, "")
        delimiter = layout.delimiter or max(",;\t", key=first.count)
        reader = csv.reader(
            chain([first] if first else [], lines),
            delimiter=delimiter,
            quotechar=layout.quote,
            strict=True,
        )
        number = 0
        while True:
            number += 1
            first_line = reader.line_num + 1
            try:
                yield number, next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                report.problem(*_quoting(str(error), first_line, reader.line_num), row=number)
    finally:
        if not stream.closed:
            text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(MAX_LINE):
        number += 1
        if len(line) >= MAX_LINE and not line.endswith("\n"):
            raise UnreadableError(
                "endless_line",
                f"line {number} is longer than {MAX_LINE // MEBIBYTE} million characters: "
                "check that this is a table",
                number,
            )
        yield line


def _quoting(error: str, first: int, last: int) -> tuple[str, str]:
    lines = f"line {first}" if last <= first else f"lines {first} to {last}"
    if "field limit" in error:
        return "huge_cell", (
            f"a cell is longer than {csv.field_size_limit():,} characters ({lines}): "
            "a quotation mark is probably not closed"
        )
    return "broken_quoting", (
        f"a quotation mark is not closed, or is followed by text ({lines}): "
        "double each quotation mark inside a quoted cell"
    )


def check_workbook(stream: BinaryIO) -> None:
    """Refuse a workbook that would not fit in memory once unpacked.

    Raises:
        UnreadableError: not a workbook, or too large.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise UnreadableError(
            "not_a_workbook", "this is not an XLSX workbook: save it again as .xlsx or .csv"
        ) from None
    finally:
        stream.seek(0)
    sheets = strings = rest = 0
    for part in parts:
        if part.file_size > 8 * MEBIBYTE and part.file_size > MAX_RATIO * part.compress_size:
            raise UnreadableError("zip_bomb", f"'{part.filename[:80]}' unpacks beyond reason")
        if part.filename.startswith("xl/worksheets/"):
            sheets += part.file_size
        elif part.filename.endswith("sharedStrings.xml"):
            strings += part.file_size
        elif not part.filename.startswith("xl/media/"):
            rest += part.file_size
    if sheets > MAX_SHEETS_SIZE or strings > MAX_STRINGS_SIZE or rest > MAX_PARTS_SIZE:
        raise UnreadableError(
            "zip_bomb", "the workbook is too large once unpacked: save it as CSV, or split it"
        )


def xlsx_rows(stream: BinaryIO, layout: TableLayout) -> Iterator[Row]:
    """Yield (row number, cells) of a sheet, from its first row.

    Raises:
        UnreadableError: not a workbook, too large, or without the sheet.
    """
    check_workbook(stream)
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException

    damage = (
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        AttributeError,
        OSError,
        EOFError,
        zipfile.BadZipFile,
        ParseError,
        DefusedXmlException,
    )
    try:
        yield from _sheet_rows(stream, layout.sheet)
    except UnreadableError:
        raise
    except damage as error:
        raise UnreadableError(
            "not_a_workbook", f"the workbook is damaged ({type(error).__name__}): save it again"
        ) from error


def _sheet_rows(stream: BinaryIO, name: str) -> Iterator[Row]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    try:
        if name and name not in book.sheetnames:
            names = ", ".join(book.sheetnames[:10])
            raise UnreadableError("unknown_sheet", f"no sheet is named '{name}': there are {names}")
        sheet = book[name] if name else book.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True)
        for number, row in enumerate(rows, 1):
            yield number, [text_of(cell) for cell in row]
    finally:
        book.close()


def has_content(row: list[str]) -> bool:
    """Tell whether a row has at least one cell with something in it."""
    return any(row) and any(not cell.isspace() for cell in row if cell)


def table_rows(stream: BinaryIO, layout: TableLayout, report: Report) -> Generator[Row]:
    """Yield the header, then every row that says something, cut or filled to its width.

    A row that has more or fewer cells than the header is reported and left out; a row of a
    spreadsheet, which has no end, is never short.

    Raises:
        UnreadableError: the file cannot be read, or has no header.
    """
    in_sheet = layout.format == "xlsx"
    source = xlsx_rows(stream, layout) if in_sheet else csv_rows(stream, layout, report)
    header: list[str] | None = None
    for number, row in source:
        if number < layout.header_row:
            continue
        if header is None:
            header = _header(row)
            width = len(header)
            yield number, header
            continue
        if len(row) != width:
            if not has_content(row):
                continue
            if any(row[width:]) or (len(row) < width and not in_sheet):
                report.rows += 1
                report.refused += 1
                report.problem("ragged_row", _ragged(len(row), width), row=number)
                continue
            yield number, (row + [""] * width)[:width]
        elif any(row):
            yield number, row
    if header is None:
        raise UnreadableError(
            "empty_file",
            "the file is empty: it needs a row of column names and a row for each system"
            if layout.header_row == 1
            else f"the file has no row {layout.header_row}, where the column names should be",
        )


def _ragged(found: int, expected: int) -> str:
    return (
        f"this row has {found} cells and the header {expected}: "
        "look for a missing or extra delimiter, or an unquoted one"
    )


def _header(row: list[str]) -> list[str]:
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in row]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnreadableError("no_header", "the row of column names is empty")
    if len(names) > MAX_COLUMNS:
        raise UnreadableError("too_many_columns", f"the file has more than {MAX_COLUMNS} columns")
    return names


_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class JsonStream:
    """A JSON file that refuses to be read too far between two items, or to nest too deeply.

    The parser's memory grows with the square of the nesting, so depth is counted before it sees the
    bytes.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._since_item = 0
        self._depth = 0
        self._in_string = 0
        self._carried = b""

    def item_done(self) -> None:
        """Say that an item was read whole."""
        self._since_item = 0

    def read(self, size: int = -1) -> bytes:
        """Read as a file does.

        Raises:
            UnreadableError: an item beyond bounds.
        """
        data = self._stream.read(size)
        self._since_item += len(data)
        if self._since_item > MAX_ITEM:
            raise UnreadableError(
                "huge_item",
                f"{MAX_ITEM // MEBIBYTE} MB of JSON hold no whole item of the list: "
                "check the path of the list",
            )
        self._measure(data)
        return data

    def _measure(self, data: bytes) -> None:
        data = self._carried + data
        escapes = len(data) - len(data.rstrip(b"\\"))
        self._carried = b"\\" if escapes % 2 else b""
        if self._carried:
            data = data[:-1]
        if b"\\" in data:
            data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
        parts = data.translate(None, _NOT_STRUCTURE).split(b'"')
        outside = b"".join(parts[self._in_string :: 2])
        self._in_string = (self._in_string + len(parts) - 1) % 2
        if not outside:
            return
        depths = list(accumulate(map(_STEP.__getitem__, outside), initial=self._depth))
        self._depth = depths[-1]
        if max(depths) > MAX_JSON_DEPTH:
            raise UnreadableError(
                "nested_value", "the file holds objects within objects, endlessly"
            )


def json_items(stream: BinaryIO, path: str = "") -> Iterator[tuple[int, Any]]:
    """Yield (rank from 1, item) of the list found at ``path`` in a JSON file.

    Raises:
        UnreadableError: the file is not JSON, is cut short, or holds an item beyond bounds.
    """
    import ijson

    skip_mark(stream)
    if not path:
        _expect_list(stream)
    prefix = f"{path}.item" if path else "item"
    measured = JsonStream(stream)
    rank = 0
    try:
        for rank, item in enumerate(ijson.items(measured, prefix, use_float=False), 1):
            measured.item_done()
            yield rank, item
    except (ijson.JSONError, UnicodeDecodeError, RecursionError) as error:
        raise broken_json(error, rank) from None


def _expect_list(stream: BinaryIO) -> None:
    start = stream.tell()
    first = stream.read(4096).lstrip()[:1]
    stream.seek(start)
    if first != b"[":
        raise UnreadableError("wrong_format", "the file must be a list, between [ and ]")


def broken_json(error: Exception, rank: int) -> UnreadableError:
    """Return the refusal of a JSON file that breaks after ``rank`` items."""
    import ijson

    cut = isinstance(error, ijson.IncompleteJSONError) and "lexical" not in str(error)
    what = "stops too early" if cut and "incomplete" in str(error).lower() else "is not valid JSON"
    where = f"after item {rank}" if rank else "before its first item"
    return UnreadableError("broken_json", f"the file {what} {where}: export it again", rank + 1)


def skip_mark(stream: BinaryIO) -> None:
    """Go past a UTF-8 byte order mark.

    Raises:
        UnreadableError: the file is empty, or in UTF-16 or UTF-32.
    """
    encoding = encoding_of(stream)
    if encoding.startswith(("utf-16", "utf-32")):
        raise UnreadableError("wrong_encoding", "a JSON file must be in UTF-8: save it again")
    if not stream.read(1):
        raise UnreadableError("empty_file", "the file is empty")
    stream.seek(3 if encoding == "utf-8-sig" else 0)


def flatten(item: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Cell]:
    """Return {column: text, or texts for a list}; inner objects give columns named ``a.b``.

    Raises:
        UnreadableError: objects within objects beyond reason.
    """
    if depth > MAX_DEPTH:
        raise UnreadableError("nested_value", f"'{prefix[:60]}' holds objects within objects")
    cells: dict[str, Cell] = {}
    for key, value in item.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            cells |= flatten(value, f"{name}.", depth + 1)
        elif isinstance(value, list):
            _flatten_list(value, name, depth, cells)
        else:
            cells[name] = text_of(value)
    return cells


def _flatten_list(values: list[Any], name: str, depth: int, cells: dict[str, Cell]) -> None:
    plain: list[str] = []
    for value in values:
        if isinstance(value, Mapping):
            for inner, cell in flatten(value, f"{name}.", depth + 1).items():
                there = cells.get(inner, ())
                earlier = there if isinstance(there, tuple) else (there,)
                cells[inner] = (*earlier, *(cell if isinstance(cell, tuple) else (cell,)))
        elif isinstance(value, list):
            raise UnreadableError("nested_value", f"'{name[:60]}' holds lists within lists")
        else:
            plain.append(text_of(value))
    if plain:
        cells[name] = tuple(plain)
