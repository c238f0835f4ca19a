"""Find one row of a large Parquet journal by its reference, in milliseconds.

An index is a file beside the journal: the sorted 64-bit hashes of the references and, in the same
order, the rows where they are. It is searched where it lies on disk (memory-mapped), and the row
that it points to is read and compared, so that a collision of hashes cannot give somebody else's
row. It holds the size, the time and the footer's digest of the file that it was made from: once the
file changes, the index is not used any more.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np

from clairevoie.decisions.model import Journal, JournalProblem
from clairevoie.decisions.opening import (
    MEMORY,
    data_path,
    duckdb_settings,
    open_journal,
    reading_problems,
    table_batches,
)
from clairevoie.decisions.references import (
    MAX_LENGTH,
    hash_sql,
    normal_reference,
    reference_hash,
    reference_pattern,
)
from clairevoie.rules.case import read_value
from clairevoie.rules.model import Input

MAGIC = b"CLVINDEX"
HEADER = 4096
SUFFIX = ".index"
BATCH = 1_000_000
MAX_ROWS = 50
"""Rows of one reference that are looked at."""

_DATE = Input("date", "date", {}, {}, {}, {})
Row = Mapping[str, Any]
State = Literal["fresh", "stale", "absent"]


@dataclass(frozen=True, slots=True)
class Index:
    """Where an index is, and what it was made from.

    Attributes:
        count: references that it holds.
        column: the column of the references.
        size, modified, footer: size in bytes, time (ns) and SHA-256 of the footer of the journal.
        wide: rows are 64-bit numbers, not 32-bit.
    """

    count: int
    column: str
    size: int
    modified: int
    footer: str
    wide: bool

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object of the file's header."""
        return {
            "version": 1,
            "count": self.count,
            "column": self.column,
            "size": self.size,
            "modified": self.modified,
            "footer": self.footer,
            "wide": self.wide,
        }


def index_path(parquet: Path) -> Path:
    """Return where the index of a Parquet file is."""
    return parquet.with_name(parquet.name + SUFFIX)


def build_index(
    parquet: Path,
    column: str,
    *,
    memory: str = MEMORY,
    done: Callable[[int], None] = lambda _count: None,
) -> Index:
    """Write the index of a Parquet file beside it.

    DuckDB sorts outside memory; the rest goes batch by batch.

    Args:
        parquet: the journal.
        column: its column of references.
        memory: what the sort may hold in memory.
        done: told how many references are written.

    Raises:
        JournalProblem: the file cannot be read, or its references are floating numbers.
    """
    import duckdb

    size, modified, footer = _identity(parquet)
    folder = Path(tempfile.mkdtemp(prefix="clairevoie-"))
    part = parquet.with_name(f".{index_path(parquet).name}.part")
    try:
        connection = duckdb.connect(config=duckdb_settings(memory, folder))
        source = f"read_parquet('{_quoted(parquet)}', file_row_number=true)"
        name = '"' + column.replace('"', '""') + '"'
        _check_type(connection, source, name, column)
        count = f"SELECT count({name}), count(*) FROM {source}"  # noqa: S608 - both quoted
        total, rows = connection.sql(count).fetchall()[0]
        index = Index(total, column, size, modified, footer, rows > np.iinfo(np.uint32).max)
        query = (
            f"SELECT {hash_sql(name)} AS hash, file_row_number AS row "  # noqa: S608 - quoted
            f"FROM {source} "
            f"WHERE {name} IS NOT NULL ORDER BY hash, row"
        )
        _write(part, index, connection.sql(query), done)
        if _identity(parquet) != (size, modified, footer):
            raise JournalProblem((parquet.name, "changed while it was read: make the index again"))
        os.replace(part, index_path(parquet))  # noqa: PTH105 - one step, on every system
    except duckdb.Error:
        raise JournalProblem(
            (parquet.name, "cannot be read as Parquet: check that it is whole")
        ) from None
    finally:
        part.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
    return index


def _check_type(connection: Any, source: str, name: str, column: str) -> None:
    import duckdb

    try:
        none = f"SELECT {name} FROM {source} LIMIT 0"  # noqa: S608 - both quoted
        kind = str(connection.sql(none).types[0])
    except duckdb.BinderException:
        raise JournalProblem(("columns", f"the data have no column '{column}'")) from None
    if kind in {"FLOAT", "DOUBLE"}:
        raise JournalProblem(
            ("columns", f"'{column}' holds floating numbers: write references as texts")
        )


def _write(part: Path, index: Index, result: Any, done: Callable[[int], None]) -> None:
    kind = np.uint64 if index.wide else np.uint32
    with part.open("wb") as stream:
        header = MAGIC + json.dumps(index.as_dict()).encode()
        stream.write(header.ljust(HEADER, b"\n"))
        stream.truncate(HEADER + index.count * (8 + np.dtype(kind).itemsize))
        read = getattr(result, "to_arrow_reader", None) or result.fetch_record_batch
        written = 0
        for batch in read(BATCH):
            hashes, rows = (batch.column(name).to_numpy() for name in ("hash", "row"))
            stream.seek(HEADER + written * 8)
            stream.write(np.ascontiguousarray(hashes, dtype=np.uint64).data)
            stream.seek(HEADER + index.count * 8 + written * np.dtype(kind).itemsize)
            stream.write(np.ascontiguousarray(rows, dtype=kind).data)
            written += len(hashes)
            done(written)


def read_index(parquet: Path, column: str) -> tuple[State, Index | None]:
    """Tell whether a Parquet file has an index of a column that may be used."""
    try:
        with index_path(parquet).open("rb") as stream:
            header = stream.read(HEADER)
            length = os.fstat(stream.fileno()).st_size
    except OSError:
        return "absent", None
    try:
        raw = json.loads(header.removeprefix(MAGIC)) if header.startswith(MAGIC) else {}
        index = Index(
            *(raw[name] for name in ("count", "column", "size", "modified", "footer", "wide"))
        )
    except (ValueError, KeyError):
        return "stale", None
    whole = length == HEADER + index.count * (16 if index.wide else 12)
    made_from = (index.size, index.modified, index.footer)
    fresh = whole and index.column == column and made_from == _identity(parquet)
    return ("fresh", index) if fresh else ("stale", None)


def _identity(parquet: Path) -> tuple[int, int, str]:
    """Return the size, the time and the footer's digest of a Parquet file."""
    try:
        with parquet.open("rb") as stream:
            status = os.fstat(stream.fileno())
            stream.seek(-8, os.SEEK_END)
            tail = stream.read(8)
            length = int.from_bytes(tail[:4], "little")
            if tail[4:] != b"PAR1" or length > status.st_size:
                raise OSError
            stream.seek(-8 - length, os.SEEK_END)
            footer = hashlib.sha256(stream.read(length)).hexdigest()
    except OSError:
        raise JournalProblem(
            (parquet.name, "cannot be read as Parquet: check that it is whole")
        ) from None
    return status.st_size, status.st_mtime_ns, footer


def find_row(
    journal: Journal, base: Path, reference: str, *, within: Path | None = None, url: str = ""
) -> Row | None:
    """Return the row of a reference, every column by name; ``None`` if there is none.

    When a reference has several decisions, the last by date is returned. When two references of the
    journal differ by spaces or capitals only, neither is found: nobody may read the other's.

    Args:
        journal: the declaration.
        base: its folder.
        reference: as typed; see `clairevoie.decisions.references`.
        within: see `clairevoie.decisions.opening.open_journal`.
        url: likewise.

    Raises:
        JournalProblem: the journal cannot be read.
    """
    wanted = normal_reference(reference)
    if not wanted or len(reference) > MAX_LENGTH or "\0" in wanted:
        return None
    rows: list[Row] | None = None
    if journal.data.kind == "parquet":
        path = data_path(journal, base, within=within)
        state, index = read_index(path, journal.identifier)
        if state == "fresh" and index is not None:
            with reading_problems(journal):
                rows = _indexed_rows(path, index, wanted)
    if rows is None:
        table = open_journal(journal, base, within=within, url=url)
        with reading_problems(journal):
            rows = _scanned_rows(table, journal.identifier, wanted)
    found = [row for row in rows if _reference(row, journal) == wanted]
    if len({str(row[journal.identifier]) for row in found}) != 1:
        return None
    return max(found, key=lambda row: _day(row[journal.date]))


def _day(raw: Any) -> date:
    """The date of a row, as the rules read one; the first of all when it cannot be read."""
    value, _ = read_value(_DATE, raw)
    return value if isinstance(value, date) else date.min


def _reference(row: Row, journal: Journal) -> str:
    return normal_reference(str(row[journal.identifier]))


def _indexed_rows(path: Path, index: Index, wanted: str) -> list[Row]:
    import duckdb

    if not index.count:
        return []
    hashes = np.memmap(path_of := index_path(path), np.uint64, "r", HEADER, (index.count,))
    kind = np.uint64 if index.wide else np.uint32
    rows = np.memmap(path_of, kind, "r", HEADER + index.count * 8, (index.count,))
    asked = np.uint64(reference_hash(wanted))
    first = int(np.searchsorted(hashes, asked, side="left"))
    last = int(np.searchsorted(hashes, asked, side="right"))
    numbers = ", ".join(str(int(row)) for row in rows[first : min(last, first + MAX_ROWS)])
    if not numbers:
        return []
    # Only the row groups of these rows are opened, and in them only the pages of these rows.
    with duckdb.connect(config=duckdb_settings(MEMORY, Path(tempfile.gettempdir()))) as connection:
        result = connection.sql(
            "SELECT * EXCLUDE (file_row_number) "  # noqa: S608 - numbers and a quoted path
            f"FROM read_parquet('{_quoted(path)}', file_row_number=true) "
            f"WHERE file_row_number IN ({numbers})"
        )
        names = result.columns
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _scanned_rows(table: Any, identifier: str, wanted: str) -> list[Row]:
    """Rows of a reference without an index: every row is compared, on any engine."""
    spelled = table[identifier].cast("string").re_search(reference_pattern(wanted))
    found = table.filter(spelled).limit(MAX_ROWS)
    return [row for part in table_batches(found) for row in part.to_pylist()]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
