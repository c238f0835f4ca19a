"""Replay of a journal from Parquet, against reading the same columns and evaluating by hand."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from bench.figures import Figure, hand_over, peak_memory_mb
from bench.rules_columns import POINTS, _by_hand, _scale_cases
from clairevoie.decisions.reading import read_journal
from clairevoie.decisions.replay import replay
from clairevoie.rules.reading import read_rules

SEED = 20250602
DAY = date(2026, 1, 31)
OUTCOMES = np.array(["refuse", "attente", "admis"])
SITUATIONS = ("seul", "couple", "autre")
OVERRIDDEN = 0.02
WRONG = 0.001

JOURNAL = """
clairevoie: journal-1.0
id: mesure-rejeu
title: Mesure
rules: mesure-points
data: {parquet: journal.parquet}
columns:
  identifier: reference
  date: jour
  inputs: same
  machine: {value: points, outcome: proposition}
  decision: decision
  groups:
    situation: {column: situation, label: Situation}
    quotient: {column: quotient, bands: [500, 1000, 2000], label: Quotient familial}
"""


def main() -> None:
    """Write the journal, replay it, read and evaluate it by hand, hand over."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path.cwd()
    journal, rules = read_journal(JOURNAL.encode()), read_rules(POINTS.encode())
    gaps = _write(folder / "journal.parquet", cases)
    # Once on a small journal, so that importing libraries is timed on neither side.
    _write(folder / "small" / "journal.parquet", 1000)
    replay(journal, rules, folder / "small", day=DAY)
    ours, hand = [], []
    memory = 0.0
    for _ in range(3):
        start = time.perf_counter()
        report = replay(journal, rules, folder, day=DAY)
        ours.append(time.perf_counter() - start)
        # Before the other side, which holds the whole file, has been run.
        memory = memory or peak_memory_mb()
        hand += [_by_reading(folder / "journal.parquet", whole=whole) for whole in (False, True)]
    found = sum(report.total.causes)
    assert report.rows == cases
    assert found == gaps, f"{found} gaps found, {gaps} planted"
    mine, theirs = min(ours), min(hand)
    hand_over(
        [
            Figure(
                f"replay of {cases:,} decisions from Parquet, report and search included, "
                "against reading and evaluating in NumPy",
                f"{mine:.2f} s, by hand {theirs:.2f} s: {mine / theirs:.2f} ×",
                "at most 3 ×",
                mine <= 3 * theirs,
            ),
            Figure("peak memory of the same", f"{memory:,.0f} MB"),
        ]
    )


def _write(path: Path, cases: int) -> int:
    """Write the journal in parts; return how many decisions depart from the rules."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(SEED)
    writer, gaps, step = None, 0, 1_000_000
    for first in range(0, cases, step):
        count = min(step, cases - first)
        given = _scale_cases(count)
        total, code = _by_hand(given)
        wrong = draw.random(count) < WRONG
        total = total + wrong * draw.integers(1, 400, count)
        final = np.where(draw.random(count) < OVERRIDDEN, (code + 1) % 3, code)
        gaps += int(np.count_nonzero(wrong | (final != code)))
        days = np.datetime64("2025-01-01") + (np.arange(first, first + count) * 365 // cases)
        table = pa.table(
            {
                "reference": [f"D-{number:09d}" for number in range(first, first + count)],
                "jour": pa.array(days),
                **_columns(given),
                "points": pa.array(total),
                "proposition": pa.array(OUTCOMES[code]),
                "decision": pa.array(OUTCOMES[final]),
            }
        )
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=131_072)
    if writer is not None:
        writer.close()
    return gaps


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = {}
    hundredth = pa.scalar("0.01").cast(pa.decimal128(3, 2))
    for name, values in given.items():
        if name in {"quotient", "revenu", "loyer"}:
            cents = pa.array(values).cast(pa.decimal128(19, 0))
            found[name] = pc.multiply(cents, hundredth).cast(pa.decimal128(12, 2))
        elif name == "situation":
            found[name] = pa.array(np.array(SITUATIONS)[values])
        else:
            found[name] = pa.array(values)
    return found


def _by_reading(path: Path, *, whole: bool) -> float:
    """Seconds to read the columns that the replay needs, and to evaluate the scale by hand.

    ``whole``: all at once, else batch after batch, which a program written by hand may do too.
    """
    import pyarrow as pa
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    start = time.perf_counter()
    names = [name for name in pq.read_schema(path).names if name != "reference"]
    if whole:
        rows = _evaluated(pq.read_table(path, columns=names))
    else:
        scanner = ds.dataset(path, format="parquet").scanner(columns=names, batch_size=131_072)
        rows = sum(_evaluated(pa.Table.from_batches([one])) for one in scanner.to_batches())
    assert rows > 0
    return time.perf_counter() - start


def _evaluated(table: Any) -> int:
    import pyarrow as pa
    import pyarrow.compute as pc

    given: dict[str, Any] = {}
    for name in table.column_names:
        column = table.column(name)
        if name in {"quotient", "revenu", "loyer"}:
            # Cents are the low half of each 128-bit number.
            given[name] = np.concatenate(
                [
                    np.frombuffer(part.buffers()[1], dtype="<i8")[
                        2 * part.offset : 2 * (part.offset + len(part)) : 2
                    ]
                    for part in column.chunks
                ]
            )
        elif name == "situation":
            given[name] = pc.index_in(column, value_set=pa.array(SITUATIONS)).to_numpy()
        elif name not in {"jour", "points", "proposition", "decision"}:
            given[name] = column.to_numpy()
    total, _ = _by_hand(given)
    return len(total)


if __name__ == "__main__":
    main()
