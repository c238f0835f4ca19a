"""Read a Parquet file that somebody sent through once, in a process of its own, before it is used.

A few kilobytes of Parquet may say a billion rows, or one text a billion times, and what the file
says of its own size need not be true. So it is read wholly by a process whose memory and time the
system bounds: texts as places in a dictionary, which cost what the file really holds, and measured
as the rows that a replay would have in memory at once. Should the process die, no other one does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clairevoie.decisions.model import JournalProblem
from clairevoie.decisions.opening import BATCH, dictionary_columns

if TYPE_CHECKING:
    import pyarrow as pa

GIGA = 1_000_000_000
TOO_MUCH = "takes too much memory or time to be read: cut it in parts"
DAMAGED = "cannot be read as Parquet: check that it is whole"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a file may hold once it is read.

    Attributes:
        rows: of the file.
        columns: of the file.
        batch: bytes of `clairevoie.decisions.opening.BATCH` rows, which are in memory at once.
        total: bytes of all rows.
        memory: bytes of data that the process that reads the file may hold.
        seconds: that it may take.
    """

    rows: int
    columns: int = 1000
    batch: int = 200_000_000
    total: int = 2 * GIGA
    memory: int = GIGA
    seconds: int = 60

    @classmethod
    def of_upload(cls, limit: int) -> Bounds:
        """Return the bounds of files of at most ``limit`` bytes.

        At most one row a byte; ten times the limit in memory at once, a hundred times in all.
        """
        return cls(rows=limit, batch=10 * limit, total=100 * limit)


def probe(path: Path, bounds: Bounds) -> None:
    """Read a Parquet file through in a process of its own.

    Raises:
        JournalProblem: it cannot be read, or holds more than the bounds.
    """
    command = [sys.executable, "-m", __name__, str(path), json.dumps(asdict(bounds))]
    # The system's allocator: Arrow's own reserves a gigabyte at once, which would be counted.
    alone = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"}
    alone["OPENBLAS_NUM_THREADS"] = "1"
    try:
        done = subprocess.run(  # noqa: S603 - this very module, on a file
            command,
            env=os.environ | alone,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=2 * bounds.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise JournalProblem((path.name, TOO_MUCH)) from None
    sentence = TOO_MUCH if done.returncode else done.stdout.decode().strip()
    if sentence:
        raise JournalProblem((path.name, sentence))


def measure(path: Path, bounds: Bounds) -> str:
    """Read a Parquet file through in this process.

    Returns:
        One sentence on what is wrong, empty when nothing is.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
        if metadata.num_rows > bounds.rows:
            return f"has more than {bounds.rows:,} rows: cut it in parts"
        if len(schema.names) > bounds.columns:
            return f"has more than {bounds.columns:,} columns: leave some out"
        if any(pa.types.is_nested(kind) for kind in schema.types):
            return "has a column of lists or groups: give one value a cell, or leave it out"
        words = dictionary_columns(metadata, schema.names)
        with pq.ParquetFile(path, metadata=metadata, read_dictionary=words) as file:
            return _too_large(file, bounds)
    except (MemoryError, pa.ArrowMemoryError):
        return TOO_MUCH
    except (pa.ArrowException, OSError, UnicodeError):
        return DAMAGED


def _is_words(kind: Any) -> bool:
    import pyarrow as pa

    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _too_large(file: Any, bounds: Bounds) -> str:
    """Return a sentence when the rows are too large, counting those that really come."""
    rows = total = 0
    for group in range(file.num_row_groups):
        found = file.iter_batches(batch_size=BATCH, row_groups=[group], use_threads=False)
        for batch in found:
            size = sum(_decoded(column) for column in batch.columns)
            rows += batch.num_rows
            total += size
            if rows > bounds.rows:
                return f"has more than {bounds.rows:,} rows: cut it in parts"
            if size > bounds.batch:
                return (
                    f"has rows that are too long once read (over {bounds.batch // 1_000_000} MB "
                    f"for {BATCH:,} rows): shorten its texts"
                )
            if total > bounds.total:
                return (
                    f"is too large once read (over {bounds.total // 1_000_000} MB): cut it in parts"
                )
    return ""


def _decoded(column: pa.Array) -> int:
    """Bytes of a column with each text written out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = column.dictionary
    if not _is_words(lengths.type):
        return int(column.nbytes) + len(column) * 8
    lengths = pc.binary_length(lengths).cast(pa.int64())
    written = pc.sum(lengths.take(column.indices)).as_py() or 0
    return int(written) + len(column) * 4


def main() -> None:
    """Bound this process, read the file, print what is wrong with it."""
    import resource

    path, bounds = Path(sys.argv[1]), Bounds(**json.loads(sys.argv[2]))
    with suppress(ValueError, OSError):
        # Not every system bounds data; the time is bounded by who waits for us, too.
        resource.setrlimit(resource.RLIMIT_DATA, (bounds.memory, bounds.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.seconds, bounds.seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(measure(path, bounds))


if __name__ == "__main__":
    main()
