"""Open the rows of a journal: an Ibis table, or Arrow batches one at a time.

Files are read by an embedded DuckDB that may read the journal's file and nothing else: no other
file, no network, no extension; or by the engine that is handed in (`clairevoie.decisions.engines`),
which reads what its own settings let it. A table is read where it is, by its database. A CSV file
and an SQLite table come as text, each cell as written, which `clairevoie.rules.arrow` reads as the
rules want; the others come with their types.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import sys
import tempfile
import weakref
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from clairevoie.decisions.csv_source import (
    NATIVE_ENCODINGS,
    as_utf8,
    csv_header,
    python_encoding,
)
from clairevoie.decisions.model import Journal, JournalProblem

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

BATCH = 131_072
"""Rows of a batch."""
MEMORY = "1GB"
"""What DuckDB may hold before it spills to a temporary folder."""
CSV_LINE = re.compile(r"(?:Invalid Input Error: )?CSV Error on Line: (\d+)")
"""How DuckDB's message on a CSV file begins; the line itself comes next, and is never told."""
CSV_TOO_LONG = re.compile(r"^Maximum line size of \d+ bytes exceeded", re.MULTILINE)
ROW = "__row"
"""Name of the column that numbers the rows from 1, in the order of the file."""


def data_path(journal: Journal, base: Path, *, within: Path | None = None) -> Path:
    """Return the file of a journal.

    Args:
        base: the folder of the declaration.
        within: when given, the file must be in this folder, symbolic links followed.

    Raises:
        JournalProblem: there is no such file, or it is outside ``within``.
    """
    given = journal.data.path
    path = (base / given).resolve()
    if within is not None and not path.is_relative_to(within.resolve()):
        raise JournalProblem(("data", f"'{given}' is outside the folder allowed: move the file in"))
    if not path.is_file():
        raise JournalProblem(
            ("data", f"there is no file '{given}' beside the declaration: correct its path")
        )
    if set(str(path)) & set("*?["):
        raise JournalProblem(
            ("data", f"'{given}' has one of the signs * ? [ in its path: rename it")
        )
    return path


def data_digest(journal: Journal, base: Path, *, within: Path | None = None) -> str:
    """Return the SHA-256 (hexadecimal) of a journal's file; empty for a table of a database.

    Raises:
        JournalProblem: as `data_path`.
    """
    if journal.data.kind == "table":
        return ""
    with data_path(journal, base, within=within).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def open_journal(
    journal: Journal,
    base: Path,
    *,
    within: Path | None = None,
    url: str = "",
    numbered: bool = False,
    memory: str = MEMORY,
    connection: Any = None,
) -> ibis.Table:
    """Open the rows of a journal as an Ibis table.

    Args:
        journal: the declaration.
        base: its folder, from which paths are relative.
        within: when given, files must be in this folder, and the address of a database is taken
            from ``url`` only (a declaration that somebody sends cannot reach a server).
        url: address of the database; replaces the declaration's.
        numbered: add the column `ROW`.
        memory: what DuckDB may hold in memory.
        connection: an Ibis connection that reads the journal instead of the embedded DuckDB, such
            as `clairevoie.decisions.engines.spark` gives: files of any kind, tables of its own.

    Returns:
        A table with every column of the source. It is closed with its last reference.

    Raises:
        JournalProblem: the file or the table cannot be opened, or lacks a declared column.
    """
    with reading_problems(journal):
        if journal.data.kind == "table":
            address = url or ("" if within is not None else journal.data.url)
            if connection is None:
                connection = _database(address, base, within=within, memory=memory)
            elif address:
                text = (
                    "is the address of a database, and another engine is asked for: take one away"
                )
                raise JournalProblem(("data.url", text))
            table = _database_table(journal, connection, numbered=numbered)
        else:
            path = data_path(journal, base, within=within)
            if connection is None:
                table = _file_table(journal, path, numbered=numbered, memory=memory)
            else:
                table = _file_elsewhere(journal, path, connection, numbered=numbered, memory=memory)
        _check_present(journal.columns(), table.columns)
        kinds = table.schema()
        _check_flat([name for name in journal.columns() if kinds[name].is_nested()])
    return table


def batches(
    journal: Journal,
    base: Path,
    columns: Sequence[str],
    *,
    within: Path | None = None,
    url: str = "",
    size: int = BATCH,
    words: Sequence[str] = (),
) -> Iterator[pa.RecordBatch]:
    """Give some columns of a journal, batch after batch in the order of the file.

    Memory stays bounded by a few batches, whatever the size of the journal.

    Args:
        columns: names of columns of the source; others are not read.
        words: those of few different words, which Parquet gives as a dictionary, much quicker.
        size: rows of a batch, at most.

    Raises:
        JournalProblem: as `open_journal`; or a row cannot be read.
    """
    if journal.data.kind == "parquet":
        path = data_path(journal, base, within=within)
        with reading_problems(journal):
            yield from parquet_batches(path, columns, size=size, words=words)
        return
    table = open_journal(journal, base, within=within, url=url)
    _check_present(columns, table.columns)
    with reading_problems(journal):
        yield from table_batches(table.select(*columns), size=size)


def parquet_batches(
    path: Path, columns: Sequence[str], *, size: int = BATCH, words: Sequence[str] = ()
) -> Iterator[pa.RecordBatch]:
    """Give some columns of a Parquet file, batch after batch.

    Arrow reads it about three times as fast as DuckDB hands it over. It is asked for one row group
    after the other: its scanner, or all row groups at once, keep what they read ahead without bound
    when the batches are slow to be used. A batch ends where a row group does.

    Raises:
        JournalProblem: the file lacks a column.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(path)
    schema = metadata.schema.to_arrow_schema()
    _check_present(columns, schema.names)
    _check_flat([name for name in columns if pa.types.is_nested(schema.field(name).type)])
    asked = set(words) & set(columns)
    given = dictionary_columns(metadata, asked)
    with pq.ParquetFile(path, metadata=metadata, read_dictionary=given) as file:
        for group in range(file.num_row_groups):
            yield from file.iter_batches(batch_size=size, row_groups=[group], columns=list(columns))


def dictionary_columns(metadata: Any, names: Collection[str]) -> list[str]:
    """Return those of some flat columns of texts that Arrow can give as a dictionary.

    It knows how to for the usual encodings of Parquet only, and fails on the others.
    """
    import pyarrow as pa

    kinds = {field.name: field.type for field in metadata.schema.to_arrow_schema()}
    texts = (pa.string(), pa.large_string(), pa.binary(), pa.large_binary())
    usual = {"PLAIN", "PLAIN_DICTIONARY", "RLE_DICTIONARY", "RLE", "BIT_PACKED"}
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    return [
        name
        for place in range(metadata.num_columns)
        if (name := metadata.schema.column(place).path) in names
        and kinds.get(name) in texts
        and all(usual.issuperset(group.column(place).encodings) for group in groups)
    ]


def table_batches(table: ibis.Table, *, size: int = BATCH) -> Iterator[pa.RecordBatch]:
    """Give the rows of an Ibis table, batch after batch, with memory bounded on every engine.

    Ask nothing else of the table's connection until the last batch: DuckDB would end the reading.
    """
    backend: Any = table.get_backend()
    if backend.name == "duckdb":
        result = backend.con.sql(backend.compile(table))
        # DuckDB 2 renamed the method that Ibis 12 still calls.
        read = getattr(result, "to_arrow_reader", None) or result.fetch_record_batch
        yield from read(size)
        return
    if backend.name != "sqlite":
        yield from table.to_pyarrow_batches(chunk_size=size)
        return
    # Ibis would hold all of an SQLite result in memory.
    import pyarrow as pa

    schema = table.schema().to_pyarrow()
    cursor = backend.con.execute(backend.compile(table))
    try:
        while rows := cursor.fetchmany(size):
            cells = zip(*rows, strict=True)
            arrays = [
                pa.array(values, kind) for values, kind in zip(cells, schema.types, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)
    finally:
        cursor.close()


def local_table(table: ibis.Table, *, memory: str = MEMORY) -> ibis.Table:
    """Return a table that DuckDB holds: itself, or a copy of it in a temporary Parquet file.

    A database that is not DuckDB is read once, in batches; the copy goes with the table.
    """
    if table.get_backend().name == "duckdb":
        return table
    connection, folder = _connection(memory)
    path = _write_copy(table, folder)
    copy: ibis.Table = connection.read_parquet(path)
    _close_to_the_world(connection, path)
    return copy


def _write_copy(table: ibis.Table, folder: Path) -> Path:
    import pyarrow.parquet as pq

    path = folder / "copy.parquet"
    with pq.ParquetWriter(path, table.schema().to_pyarrow(), compression="zstd") as writer:
        for batch in table_batches(table):
            writer.write_batch(batch)
    return path


@contextmanager
def reading_problems(journal: Journal) -> Iterator[None]:
    """Tell what an engine could not read in one sentence, without the row that it would quote."""
    import duckdb
    import pyarrow as pa
    from ibis.common.exceptions import IbisError, TableNotFound

    name = journal.data.path or journal.data.table
    try:
        yield
    except JournalProblem:
        raise
    except TableNotFound:
        text = f"there is no table '{name}' in the database: correct its name"
        raise JournalProblem(("data", text)) from None
    except (MemoryError, duckdb.OutOfMemoryException):
        text = "needs more memory than there is: shorten its texts, or cut the file in parts"
        raise JournalProblem((name, text)) from None
    except (UnicodeError, OverflowError) as error:
        text = (
            f"is not in {journal.data.encoding}: correct the encoding in the declaration"
            if journal.data.kind == "csv" and isinstance(error, UnicodeError)
            else "holds a text that is not UTF-8 or a date beyond the calendar: correct the data"
        )
        raise JournalProblem((name, text)) from None
    except (duckdb.Error, pa.ArrowException, IbisError, OSError, *_driver_errors()) as error:
        line = CSV_LINE.match(str(error)) if journal.data.kind == "csv" else None
        where = f"{name}, line {line.group(1)}" if line else name
        raise JournalProblem((where, _unreadable(journal, str(error)))) from None


def _driver_errors() -> tuple[type[Exception], ...]:
    """What the drivers of databases raise: SQLite quotes a text that is not UTF-8, for one."""
    # Ibis has imported the driver, if it is used at all: it comes with an extra.
    psycopg, spark = sys.modules.get("psycopg"), sys.modules.get("pyspark.errors")
    found: list[type[Exception]] = [sqlite3.Error]
    found += [] if psycopg is None else [psycopg.Error]
    return (*found, *(() if spark is None else (spark.PySparkException,)))


def _unreadable(journal: Journal, message: str) -> str:
    """Return one sentence on what an engine could not read; nothing of its message is in it."""
    kind = journal.data.kind
    if kind == "csv" and CSV_TOO_LONG.search(message):
        return "cannot be read: the line is longer than 2 MB; check quotes and ends of lines"
    advice = {
        "csv": "delimiter, quotes and encoding",
        "table": "that it is whole, and its texts UTF-8",
    }.get(kind, "that it is whole")
    return f"cannot be read as {_called(kind)}: check {advice}"


def _called(kind: str) -> str:
    return {"parquet": "Parquet", "csv": "CSV", "table": "a table"}[kind]


def _connection(memory: str) -> tuple[Any, Path]:
    """Return a DuckDB that fetches nothing, and the folder where it spills, which goes with it."""
    import ibis

    folder = Path(tempfile.mkdtemp(prefix="clairevoie-"))
    connection = ibis.duckdb.connect(**duckdb_settings(memory, folder))
    weakref.finalize(connection, shutil.rmtree, folder, ignore_errors=True)
    return connection, folder


def duckdb_settings(memory: str, folder: Path) -> dict[str, Any]:
    """Return the settings of a DuckDB that fetches no extension and spills in a folder."""
    return {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": memory,
        "temp_directory": str(folder / "spill"),
    }


def _close_to_the_world(connection: Any, *paths: Path) -> None:
    if paths:
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        connection.raw_sql(f"SET allowed_paths=[{listed}]")
    connection.raw_sql("SET enable_external_access=false")
    connection.raw_sql("SET lock_configuration=true")


def _file_table(journal: Journal, path: Path, *, numbered: bool, memory: str) -> ibis.Table:
    connection, folder = _connection(memory)
    data = journal.data
    if data.kind == "parquet":
        table = connection.read_parquet(path, **({"file_row_number": True} if numbered else {}))
        if numbered:
            table = table.mutate(**{ROW: table.file_row_number + 1}).drop("file_row_number")
    else:
        encoding = python_encoding(data.encoding)
        if encoding not in NATIVE_ENCODINGS:
            # DuckDB reads the others with an extension that it would have to fetch.
            path, encoding = as_utf8(path, encoding, folder / path.name), "utf-8"
        names = csv_header(path, data.delimiter, encoding, journal.columns())
        table = connection.read_csv(
            path,
            auto_detect=False,
            columns=dict.fromkeys(names, "VARCHAR"),
            delim=data.delimiter,
            header=True,
            quote='"',
            escape='"',
            encoding=NATIVE_ENCODINGS[encoding],
        )
        if numbered:
            table = table.mutate(**{ROW: _number() + 1})
    _close_to_the_world(connection, path)
    return table


def _file_elsewhere(
    journal: Journal, path: Path, connection: Any, *, numbered: bool, memory: str
) -> ibis.Table:
    """Open a file by another engine than the embedded one; numbered by identifier."""
    if journal.data.kind != "parquet":
        # Engines read CSV each in its way: all take the cells as the embedded one reads them.
        embedded = _file_table(journal, path, numbered=False, memory=memory)
        folder = Path(tempfile.mkdtemp(prefix="clairevoie-"))
        weakref.finalize(connection, shutil.rmtree, folder, ignore_errors=True)
        path = _write_copy(embedded, folder)
    table: ibis.Table = connection.read_parquet(path)
    if numbered:
        table = table.mutate(**{ROW: _number().over(order_by=table[journal.identifier]) + 1})
    return table


def _number() -> Any:
    import ibis

    return ibis.row_number()


def _database_table(journal: Journal, connection: Any, *, numbered: bool) -> ibis.Table:
    schema, _, name = journal.data.table.rpartition(".")
    table: ibis.Table = connection.table(name, database=schema or None)
    columns = table.columns
    if numbered:
        # A database keeps no order but SQLite's: by identifier, so that a row can be found again.
        orders = {"sqlite": table.rowid, "duckdb": lambda: None}
        order = orders.get(connection.name, lambda: table[journal.identifier])()
        number = _number() if order is None else _number().over(order_by=order)
        table = table.mutate(**{ROW: number + 1})
    if connection.name == "sqlite":
        # SQLite keeps whatever was written in a column, whatever its type: read as text.
        table = table.cast(dict.fromkeys(columns, "string"))
    return table


def _database(address: str, base: Path, *, within: Path | None, memory: str) -> Any:
    import ibis

    if not address:
        raise JournalProblem(("data.url", "the address of the database is not known: give it"))
    kind, _, rest = address.partition("://")
    if kind in {"postgres", "postgresql"}:
        try:
            server = ibis.connect(address)
        except Exception:  # noqa: BLE001 - drivers raise their own; they may quote the password
            host = urlsplit(address).hostname or "the server"
            raise JournalProblem(
                (
                    "data.url",
                    f"the database on {host} cannot be reached: check address and password",
                )
            ) from None
        # Bound to the connection, not to Ibis's own object, which it must not keep alive.
        weakref.finalize(server, server.con.close)
        return server
    path = (base / rest).resolve()
    if within is not None and not path.is_relative_to(within.resolve()):
        raise JournalProblem(("data.url", "the database is outside the folder allowed"))
    if not path.is_file():
        raise JournalProblem(("data.url", f"there is no database file '{rest}': correct its path"))
    if kind == "sqlite":
        return ibis.sqlite.connect(path)
    folder = Path(tempfile.mkdtemp(prefix="clairevoie-"))
    connection = ibis.duckdb.connect(path, read_only=True, **duckdb_settings(memory, folder))
    weakref.finalize(connection, shutil.rmtree, folder, ignore_errors=True)
    _close_to_the_world(connection)
    return connection


def _check_present(wanted: Sequence[str], present: Sequence[str]) -> None:
    absent = [name for name in wanted if name not in set(present)]
    if absent:
        listed = ", ".join(f"'{name}'" for name in absent)
        raise JournalProblem(
            ("columns", f"the data have no column {listed}: correct the declaration or the data")
        )


def _check_flat(nested: Sequence[str]) -> None:
    if nested:
        listed = ", ".join(f"'{name}'" for name in nested)
        raise JournalProblem(
            ("columns", f"the cells of {listed} are lists or groups: give one value a cell")
        )
