"""A workbook that nobody waits for any more leaves nothing behind."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clairevoie.register.formats.sheets import xlsx_sheet


class Gone(Exception):
    """The reader has gone."""


class Until(io.BytesIO):
    """A stream whose reader goes away after so many writes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise io.UnsupportedOperation

    def write(self, data: Any) -> int:
        self.most -= 1
        if self.most < 0:
            raise Gone
        return super().write(data)


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Python could only print, for want of anybody to raise it to."""
    found: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: found.append(repr(one.exc_value)))
    return found


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory where openpyxl keeps the rows of a sheet while they are written."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def rows(before: int) -> Iterator[list[str]]:
    for number in range(before):
        yield [str(number), "calcul"]
    raise Gone


def fill(stream: io.BytesIO, lines: Iterable[list[str]]) -> None:
    with xlsx_sheet(stream, "Fiches") as write:
        for line in lines:
            write(line)


@pytest.mark.parametrize("before", [0, 1, 2, 500])
def test_records_that_stop_leave_nothing(
    before: int, unraisable: list[str], temporary: Path
) -> None:
    with pytest.raises(Gone):
        fill(io.BytesIO(), rows(before))
    gc.collect()
    assert unraisable == []
    assert list(temporary.iterdir()) == []


def test_a_writer_that_is_dropped_leaves_nothing(unraisable: list[str], temporary: Path) -> None:
    def written() -> Iterator[None]:
        with xlsx_sheet(io.BytesIO(), "Fiches") as write:
            for row in rows(3):
                write(row)
                yield

    one = written()
    next(one)
    del one
    gc.collect()
    assert unraisable == []
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("most", [0, 1, 2, 5, 12])
def test_a_reader_that_goes_away_leaves_nothing(
    most: int, unraisable: list[str], temporary: Path
) -> None:
    with pytest.raises(Gone):
        fill(Until(most), [["Nom"], ["Calcul"]])
    gc.collect()
    assert unraisable == []
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("many", [0, 3])
def test_a_workbook_is_whole(many: int, unraisable: list[str], temporary: Path) -> None:
    stream = Until(10_000)
    fill(stream, [[str(number), "=1+1"] for number in range(many)])
    gc.collect()
    assert unraisable == []
    assert list(temporary.iterdir()) == []
    sheet = openpyxl.load_workbook(io.BytesIO(stream.getvalue())).worksheets[0]
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert found == [[str(number), "'=1+1"] for number in range(many)]
