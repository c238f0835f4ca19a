"""Writing tables: CSV that a spreadsheet opens well, and XLSX written as it goes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from clairevoie.register.cells import join_values, protect
from clairevoie.register.reports import Report

WriteRow = Callable[[Sequence[str]], object]

CELL_LIMITS = {"csv": 100_000, "xlsx": 32_000}
CUT = "too many or too long values for a cell: the last ones are left out"


@contextmanager
def csv_sheet(stream: BinaryIO) -> Iterator[WriteRow]:
    """Write rows as CSV: UTF-8 with a byte order mark, commas, formulas made harmless."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        writer = csv.writer(text)
        yield lambda row: writer.writerow([protect(cell) for cell in row])
        text.flush()
    finally:
        text.detach()


@contextmanager
def xlsx_sheet(stream: BinaryIO, title: str) -> Iterator[WriteRow]:
    """Write rows as the one sheet of a workbook, formulas made harmless.

    The rows wait in a temporary file, which is removed however the writing ends.
    """
    from zipfile import ZIP_DEFLATED, ZipFile

    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    bold = Font(bold=True)
    first = True

    def write(row: Sequence[str]) -> None:
        nonlocal first
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=protect(text) or None)
            if text:
                cell.data_type = "s"
            if first:
                cell.font = bold
            cells.append(cell)
        sheet.append(cells)
        first = False

    try:
        yield write
        # Unlike that of `Workbook.save`, this archive is closed when the stream fails.
        with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
            ExcelWriter(book, archive).save()
    finally:
        _let_go(sheet)


def _let_go(sheet: Any) -> None:
    """Close what openpyxl left open of a sheet, inner elements first, and remove its rows.

    Left to the garbage collector, which knows no order, its generators end with errors that nobody
    can catch.
    """
    writer = sheet._writer  # noqa: SLF001 - openpyxl gives no other way to it
    if writer is None:
        return
    if not sheet.closed:
        sheet.close()
    if Path(writer.out).exists():
        writer.cleanup()


def fitted(values: list[str], kind: str, column: str, report: Report) -> str:
    """Return the values in one cell, as many as it can hold; the rest is a loss."""
    if not values:
        return ""
    kept = list(values)
    text = join_values(kept)
    while kept and len(text) > CELL_LIMITS[kind]:
        kept.pop()
        text = join_values(kept)
    report.loss(column, CUT, len(values) - len(kept))
    return text
