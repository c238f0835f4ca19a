"""One row of a Parquet journal by its reference: 50 million rows, index beside the file.

The journal is made here, in Arrow's own row groups of a million rows, and removed. Lookups are
timed in a process that has only just started, with the files in memory, then dropped from it.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.figures import Figure, hand_over, peak_memory_mb
from clairevoie.decisions.index import build_index, find_row, index_path
from clairevoie.decisions.reading import read_journal

BAR = 200
WARM, COLD = 300, 50
SEED = 20250601
STEP = 7_919
BYTES_A_ROW = 60
"""Journal, index and what the sort spills, about."""
DECLARATION = b"""
clairevoie: journal-1.0
id: mesure
title: Journal de mesure
rules: mesure
data: {parquet: journal.parquet}
columns: {identifier: reference, date: decide, inputs: same}
"""


def make_journal(path: Path, rows: int) -> None:
    """Write a journal whose references are in no order, with a few columns."""
    import duckdb
    import pyarrow.parquet as pq

    query = f"""
        SELECT 'CR-' || lpad((range * {STEP} % {rows})::VARCHAR, 9, '0') AS reference,
            DATE '2025-01-01' + (range % 365)::INT AS decide,
            (range % 6)::TINYINT AS enfants,
            ((range * 31 % 200000) / 100)::DECIMAL(9, 2) AS quotient,
            (range % 400)::SMALLINT AS points,
            CASE WHEN range % 3 = 0 THEN 'admis' ELSE 'refuse' END AS decision
        FROM range({rows})
    """
    with duckdb.connect() as connection:
        result = connection.sql(query)
        reader = getattr(result, "to_arrow_reader", None) or result.fetch_record_batch
        batches = reader(1_000_000)
        with pq.ParquetWriter(path, batches.schema) as writer:
            for batch in batches:
                writer.write_batch(batch)


def drop_from_memory(*paths: Path) -> None:
    """Ask the system to forget what it keeps of some files."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def lookups(folder: Path, rows: int) -> None:
    """In a process of its own: time lookups, print the milliseconds, warm then cold."""
    journal = read_journal(DECLARATION)
    path = folder / "journal.parquet"
    draw = random.Random(SEED)

    def once() -> float:
        number = draw.randrange(rows)
        start = time.perf_counter()
        found = find_row(journal, folder, f"cr-{number:09d}")
        spent = time.perf_counter() - start
        if found is None or found["reference"] != f"CR-{number:09d}":
            raise RuntimeError(f"the row of {number} was not found")
        return spent * 1000

    first = once()
    warm = [once() for _ in range(WARM)]
    cold = []
    for _ in range(COLD):
        drop_from_memory(path, index_path(path))
        cold.append(once())
    print(" ".join(f"{spent:.3f}" for spent in (first, *warm, *cold)))


def main() -> None:
    """Make the journal and its index, time lookups apart, remove everything."""
    rows, folder = int(sys.argv[1]), Path(sys.argv[2])
    if len(sys.argv) > 3:
        lookups(folder, rows)
        return
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < rows * BYTES_A_ROW:
        raise RuntimeError(
            f"{rows * BYTES_A_ROW >> 20} MB of disk are needed, {free >> 20} are free"
        )
    try:
        path = folder / "journal.parquet"
        make_journal(path, rows)
        size = path.stat().st_size / 1e6
        before = peak_memory_mb()
        start = time.perf_counter()
        build_index(path, "reference")
        built = time.perf_counter() - start
        memory = peak_memory_mb()
        done = subprocess.run(
            [sys.executable, "-m", "bench.journal_lookup", str(rows), str(folder), "lookups"],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    finally:
        shutil.rmtree(folder)
    first, *times = (float(text) for text in done.stdout.split())
    figures = [
        Figure(
            f"index of {rows:,} references ({size:,.0f} MB of Parquet)",
            f"{built:.0f} s, peak {memory:,.0f} MB (journal made before: {before:,.0f} MB)",
        ),
        Figure("first lookup of a process, imports included", f"{first:.0f} ms"),
    ]
    for label, part in (("files in memory", times[:WARM]), ("files dropped", times[WARM:])):
        middle, slowest = statistics.median(part), statistics.quantiles(part, n=100)[98]
        figures.append(
            Figure(
                f"one row of {rows:,} by its reference, {label}",
                f"{middle:.0f} ms median, {slowest:.0f} ms at the 99th percentile",
                f"at most {BAR} ms",
                middle <= BAR and slowest <= BAR,
            )
        )
    hand_over(figures)


if __name__ == "__main__":
    main()
