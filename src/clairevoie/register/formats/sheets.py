"""Writing tables: CSV that a spreadsheet opens well, and XLSX written as it goes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

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
    """Write rows as the one sheet of a workbook, formulas made harmless."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

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

    yield write
    book.save(stream)


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
