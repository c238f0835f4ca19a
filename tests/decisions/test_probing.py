"""A file that somebody sent: read through apart, within bounds, whatever it says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.decisions.model import JournalProblem
from clairevoie.decisions.opening import batches
from clairevoie.decisions.probing import DAMAGED, TOO_MUCH, Bounds, measure, probe
from tests.decisions.samples import good_rows, write_journal

BOUNDS = Bounds.of_upload(20_000_000)


def repeated(path: Path, rows: int, width: int) -> Path:
    """One text, written once, that every row points to: a few kilobytes."""
    schema = pa.schema([("reference", pa.dictionary(pa.int32(), pa.string()))])
    places = pa.array(np.zeros(rows, dtype=np.int32))
    column = pa.DictionaryArray.from_arrays(places, pa.array(["S" * width]))
    pq.write_table(
        pa.table([column], schema=schema),
        path,
        compression="zstd",
        # Without Arrow's own note, the column is one of plain texts to whoever reads it.
        store_schema=False,
        dictionary_pagesize_limit=2 * width + 1000,
    )
    return path


def alone(path: Path, width: int) -> Path:
    """One row, one text."""
    table = pa.table({"reference": ["S" * width]})
    options = {"use_dictionary": False, "write_statistics": False}
    pq.write_table(table, path, compression="zstd", **options)
    return path


def test_a_journal_is_let_through(tmp_path: Path) -> None:
    write_journal("parquet", tmp_path, good_rows(3000))
    probe(tmp_path / "journal.parquet", BOUNDS)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: repeated(path, 2_000_000, 100_000), "rows that are too long once read"),
        (lambda path: repeated(path, 4_200_000, 500), "too large once read"),
        (lambda path: repeated(path, 25_000_000, 1), "more than 20,000,000 rows"),
        (lambda path: alone(path, 90_000_000), "rows that are too long once read"),
        (lambda path: alone(path, 150_000_000), TOO_MUCH),
    ],
)
def test_a_file_that_swells_is_refused(
    make: Callable[[Path], Path], sentence: str, tmp_path: Path
) -> None:
    path = make(tmp_path / "swelling.parquet")
    assert path.stat().st_size < 1_000_000
    with pytest.raises(JournalProblem, match=sentence):
        probe(path, replace(BOUNDS, batch=80_000_000, memory=400_000_000))


def test_what_a_file_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    """The rows that come are counted, with the bytes that they take."""
    path = repeated(tmp_path / "a.parquet", 1000, 100)
    assert measure(path, replace(BOUNDS, batch=104_000)) == ""
    assert "too long once read" in measure(path, replace(BOUNDS, batch=103_999))
    assert "too large once read" in measure(path, replace(BOUNDS, total=103_999))
    assert "more than 999 rows" in measure(path, replace(BOUNDS, rows=999))


def test_other_shapes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({f"c{number}": [1] for number in range(1001)}), path)
    assert "more than 1,000 columns" in measure(path, BOUNDS)
    pq.write_table(pa.table({"a": [["SECRET"]]}), path)
    assert "lists or groups" in measure(path, BOUNDS)
    path.write_bytes(b"PAR1 SECRET PAR1")
    assert measure(path, BOUNDS) == DAMAGED
    with pytest.raises(JournalProblem, match=rf"^a\.parquet: {DAMAGED}"):
        probe(path, BOUNDS)


ENCODINGS = ("DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY", "PLAIN")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_less_usual_encodings_are_read(encoding: str, tmp_path: Path) -> None:
    """Arrow gives no dictionary of them: they are read as texts, here and by a replay."""
    journal = write_journal("parquet", tmp_path, good_rows(200))
    path = tmp_path / "journal.parquet"
    table = pq.read_table(path)
    texts = dict.fromkeys(("reference", "situation", "decision", "version"), encoding)
    pq.write_table(table, path, use_dictionary=False, column_encoding=texts)
    probe(path, BOUNDS)
    found = batches(journal, tmp_path, list(texts), words=list(texts))
    again = pa.Table.from_batches(list(found)).to_pydict()
    assert again == table.select(list(texts)).to_pydict()


def test_a_prefix_that_swells_is_refused(tmp_path: Path) -> None:
    """Each text as long as the one before, of which it repeats all."""
    path = tmp_path / "a.parquet"
    texts = pa.array(["S" * 1_000_000] * 400)
    options = {"use_dictionary": False, "column_encoding": {"reference": "DELTA_BYTE_ARRAY"}}
    pq.write_table(pa.table({"reference": texts}), path, compression="zstd", **options)
    assert path.stat().st_size < 10_000_000
    with pytest.raises(JournalProblem, match=TOO_MUCH):
        probe(path, replace(BOUNDS, memory=400_000_000))


def test_time_is_bounded(tmp_path: Path) -> None:
    path = repeated(tmp_path / "a.parquet", 1000, 100)
    with pytest.raises(JournalProblem, match=TOO_MUCH):
        probe(path, replace(BOUNDS, seconds=0))


@settings(max_examples=50)
@given(
    words=st.lists(st.none() | st.text(max_size=30), min_size=1, max_size=50),
    numbers=st.booleans(),
)
def test_texts_are_measured_as_they_will_be_read(
    words: list[str | None], numbers: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("measured") / "a.parquet"
    table = pa.table({"a": pa.array(words, pa.string())})
    size = sum(len((word or "").encode()) for word in words) + 4 * len(words)
    if numbers:
        table = table.append_column("b", pa.array(range(len(words))))
        size += 8 * len(words)
    pq.write_table(table, path)
    # Where cells are empty takes a bit a row.
    assert measure(path, replace(BOUNDS, batch=size + len(words))) == ""
    assert measure(path, replace(BOUNDS, batch=size - 1)) != ""
