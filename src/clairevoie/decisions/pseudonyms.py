"""Pseudonyms: the same person always has the same one, and nobody goes back without the key.

A pseudonym is 128 bits of HMAC-SHA-256 under a key kept outside the data, 32 hexadecimal digits.
The journal and the column enter it, so that two journals, or the persons and the agents of one,
cannot be put side by side.

**Rotation.** A key may *follow* an older one. A pseudonym under the new key is then the HMAC, under
the new key, of the pseudonym under the old one. A journal already pseudonymised is brought to the
new key from its pseudonyms alone: the clear data are not needed (they should be gone), no table of
correspondence is ever written, and the rows of a person stay linked, since clear data that come
later go through both keys and arrive at the same pseudonym. Whoever got the old key learns nothing
from the new pseudonyms. To break the links for good, make a key that follows none.

The method and its limits: ENISA, *Pseudonymisation techniques and best practices* (2019), which
puts keyed hashing above plain hashing, because a list of known persons is quickly hashed.
"""

from __future__ import annotations

import hmac
import json
import os
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clairevoie.decisions.keys import Key
from clairevoie.decisions.model import Journal, JournalProblem
from clairevoie.decisions.opening import (
    data_path,
    open_journal,
    parquet_batches,
    reading_problems,
    table_batches,
)

BYTES = 16
METADATA = b"clairevoie.pseudonyms"
"""Entry of a Parquet file that says which columns are pseudonyms, under which key."""
_LABEL = b"clairevoie pseudonym 1"
_AGAIN = b"clairevoie pseudonym again 1"


@dataclass(frozen=True, slots=True)
class ColumnCount:
    """What was done with one column: cells that became pseudonyms, cells that were empty."""

    column: str
    pseudonyms: int
    missing: int


@dataclass(frozen=True, slots=True)
class PseudonymReport:
    """What `pseudonymise` wrote.

    ``undeclared`` are columns that the declaration does not name and that were kept as they are:
    they may say who somebody is.
    """

    rows: int
    key: str
    columns: tuple[ColumnCount, ...]
    left_out: tuple[str, ...]
    undeclared: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON object."""
        return asdict(self)


def pseudonym(keys: Sequence[Key], column: str, value: object) -> str:
    """Return the pseudonym of one value.

    Args:
        keys: the chain of keys, the first one first (`clairevoie.decisions.keys.chain`).
        column: name of the column.
        value: a text, a whole number, a date… ``1`` and ``"1"`` are different values.
    """
    kind, content = _content(value)
    parts = (_LABEL, keys[0].journal.encode(), column.encode(), kind, content)
    return _chained(_hmac(keys[0], parts), keys[1:], column)


def pseudonymise(
    journal: Journal,
    base: Path,
    target: Path,
    *,
    keys: Sequence[Key],
    rotate: bool = False,
    leave_out: Sequence[str] = (),
    more_inputs: Sequence[str] = (),
    url: str = "",
    done: Callable[[int], None] = lambda _count: None,
) -> PseudonymReport:
    """Write a journal with pseudonyms in the columns that the declaration says are pseudonyms.

    Rows stay in order, other columns as they are, an empty cell stays empty. Memory is bounded by a
    few batches.

    Args:
        journal: the declaration.
        base: its folder.
        target: the file to write: ``.parquet`` or ``.csv``.
        keys: the chain of keys, the first one first. With ``rotate``, the journal's columns are
            pseudonyms under all of them but the last, and only the last is applied.
        rotate: see above.
        leave_out: columns that are not written.
        more_inputs: inputs of the rules, for a journal that has them under their own names.
        url: address of the database, when the declaration does not say it.
        done: told how many rows are written.

    Raises:
        JournalProblem: nothing to do, or what cannot be read or written; nothing is left
            half-written.
    """
    who = [item for item in (journal.person, journal.decided_by) if item is not None]
    columns = [item.column for item in who if item.pseudonym and item.column not in leave_out]
    if not columns:
        raise JournalProblem(("columns", "no column is declared as a pseudonym: nothing to do"))
    if rotate and len(keys) < 2:
        raise JournalProblem(("keys", "the key follows none: make one that follows the old key"))
    _check_target(journal, base, target)
    with reading_problems(journal):
        schema, found = _source(journal, base, url)
    _check_past(schema, keys, rotate=rotate)
    kept = [name for name in schema.names if name not in leave_out]
    counts = {name: [0, 0] for name in columns}
    written_schema = _written_schema(schema, kept, columns, keys)
    rows = 0
    with _writer(target, written_schema, journal) as write:
        while (batch := _next(journal, found)) is not None:
            arrays = []
            for name in kept:
                cells = batch.column(name)
                if name in counts:
                    cells = _replaced(cells, name, keys, rotate=rotate, first=rows + 1)
                    counts[name][0] += len(cells) - cells.null_count
                    counts[name][1] += cells.null_count
                arrays.append(cells)
            write(arrays)
            rows += batch.num_rows
            done(rows)
    declared = {*journal.columns(), *(more_inputs if journal.same_names else ())}
    return PseudonymReport(
        rows=rows,
        key=keys[-1].id,
        columns=tuple(ColumnCount(name, *pair) for name, pair in counts.items()),
        left_out=tuple(name for name in schema.names if name in leave_out),
        undeclared=tuple(name for name in kept if name not in declared),
    )


def _hmac(key: Key, parts: Sequence[bytes]) -> str:
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(key.secret, message, "sha256")[:BYTES].hex()


def _chained(found: str, keys: Sequence[Key], column: str) -> str:
    for key in keys:
        found = _hmac(key, (_AGAIN, key.journal.encode(), column.encode(), found.encode()))
    return found


def _content(value: object) -> tuple[bytes, bytes]:
    """The type and the content of a value, so that two different values never look alike."""
    if isinstance(value, str):
        return b"text", unicodedata.normalize("NFC", value).encode()
    if isinstance(value, bytes):
        return b"bytes", value
    if isinstance(value, float):
        raise JournalProblem(("columns", "a floating number cannot name anyone: write a text"))
    return type(value).__name__.encode(), str(value).encode()


def _replaced(cells: Any, column: str, keys: Sequence[Key], *, rotate: bool, first: int) -> Any:
    """Replace the cells of a column; each distinct value of the batch is worked out once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(cells.type):
        cells = pc.dictionary_encode(cells)
    values = cells.dictionary.to_pylist()
    if rotate:
        _check_pseudonyms(cells, column, first)
        last = keys[-1:]
        made = [None if value is None else _chained(value, last, column) for value in values]
    else:
        made = [
            None if value is None or value == "" else pseudonym(keys, column, value)
            for value in values
        ]
    return pa.array(made, pa.string()).take(cells.indices)


def _check_pseudonyms(cells: Any, column: str, first: int) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    text = cells.dictionary
    if pa.types.is_string(text.type) or pa.types.is_large_string(text.type):
        good = pc.match_substring_regex(text, rf"^[0-9a-f]{{{2 * BYTES}}}$")
    else:
        good = pa.array([False] * len(text))
    wrong = pc.index(good.take(cells.indices), pa.scalar(False)).as_py()
    if wrong >= 0:
        raise JournalProblem(
            (
                f"row {first + wrong}",
                f"'{column}' does not hold a pseudonym made here: do not rotate",
            )
        )


def _source(journal: Journal, base: Path, url: str) -> tuple[Any, Iterator[Any]]:
    """The schema of the journal and its batches, all columns."""
    if journal.data.kind == "parquet":
        import pyarrow.parquet as pq

        path = data_path(journal, base)
        schema = pq.read_schema(path)
        return schema, parquet_batches(path, schema.names)
    table = open_journal(journal, base, url=url)
    return table.schema().to_pyarrow(), table_batches(table)


def _next(journal: Journal, found: Iterator[Any]) -> Any:
    with reading_problems(journal):
        return next(found, None)


def _check_target(journal: Journal, base: Path, target: Path) -> None:
    if target.suffix not in {".parquet", ".csv"}:
        raise JournalProblem((str(target), "give the file a name that ends in .parquet or .csv"))
    if journal.data.kind == "table":
        return
    source = data_path(journal, base)
    if target.exists() and target.samefile(source):
        raise JournalProblem((str(target), "is the journal itself: choose another file"))


def _check_past(schema: Any, keys: Sequence[Key], *, rotate: bool) -> None:
    """Refuse pseudonyms of pseudonyms, and a rotation from another key than the file's."""
    said = (schema.metadata or {}).get(METADATA)
    if said is None:
        return
    made_with = json.loads(said).get("key", "")
    if not rotate:
        raise JournalProblem(
            ("data", f"already holds pseudonyms, under the key {made_with}: rotate, or leave it")
        )
    if made_with != keys[-2].id:
        raise JournalProblem(
            (
                "keys",
                f"the pseudonyms are under the key {made_with}, and the new key follows "
                f"{keys[-2].id}: use a key that follows {made_with}",
            )
        )


def _written_schema(
    schema: Any, kept: Sequence[str], columns: Sequence[str], keys: Sequence[Key]
) -> Any:
    import pyarrow as pa

    fields = [
        pa.field(name, pa.string()) if name in columns else schema.field(name) for name in kept
    ]
    said = {"journal": keys[-1].journal, "key": keys[-1].id, "columns": list(columns)}
    # What pandas says of the old types would no longer be true.
    metadata = {k: v for k, v in (schema.metadata or {}).items() if k != b"pandas"}
    return pa.schema(fields, {**metadata, METADATA: json.dumps(said).encode()})


@contextmanager
def _writer(target: Path, schema: Any, journal: Journal) -> Iterator[Callable[[list[Any]], None]]:
    """Write batches of arrays to a temporary name, which becomes the target at the end."""
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    part = target.with_name(f".{target.name}.part")
    try:
        if target.suffix == ".parquet":
            writer: Any = pq.ParquetWriter(part, schema, compression="zstd")
        else:
            options = pc.WriteOptions(delimiter=journal.data.delimiter, quoting_style="needed")
            writer = pc.CSVWriter(part, schema, write_options=options)
        with writer:
            # A table at a time is a row group at a time; write_batch would gather a million rows.
            yield lambda arrays: writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
        os.replace(part, target)  # noqa: PTH105 - one step, on every system
    except (OSError, pa.ArrowException) as error:
        reason = getattr(error, "strerror", "") or "a column has a type that the format lacks"
        raise JournalProblem((str(target), f"cannot be written ({reason})")) from None
    finally:
        part.unlink(missing_ok=True)
