"""Audits of a journal of ten million decisions, against the bare GROUP BY and against fairlearn."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.figures import Figure, hand_over, peak_memory_mb
from clairevoie.audit.counting import count
from clairevoie.audit.model import Plan
from clairevoie.audit.odds import odds_of, with_intervals
from clairevoie.audit.reading import read_plan
from clairevoie.audit.running import audit
from clairevoie.audit.secrecy import hidden_figures
from clairevoie.audit.tables import tables_of
from clairevoie.audit.writing import exact_form
from clairevoie.decisions.model import Data, Journal
from clairevoie.decisions.opening import open_journal

SEED = 20260105
RUNS = 5
PART = 1_000_000
JOURNAL = Journal(
    id="mesure",
    title={"fr": "Mesure"},
    rules="mesure",
    data=Data("parquet", "journal.parquet"),
    identifier="reference",
    date="jour",
    inputs={},
    same_names=True,
)
ONE = """
clairevoie: audit-1.0
id: mesure
title: Mesure
question: Qui ?
journal: mesure
written: 2026-01-05
groups: [{name: sexe, column: sexe, label: Sexe}]
outcomes:
  - {name: controle, label: Contrôlé, when: [{column: controle, is: [true]}]}
  - {name: refus, label: Refusé, when: [{column: decision, is: [refus]}]}
truth:
  label: En erreur
  when: [{column: erreur, is: [1]}]
  known: [{column: erreur, given: true}]
  predicted: controle
"""
THREE = ONE.replace(
    "groups: [{name: sexe, column: sexe, label: Sexe}]",
    """groups:
  - {name: sexe, column: sexe, label: Sexe}
  - {name: age, column: age, label: Âge, bands: [25, 35, 45, 55, 65]}
  - {name: lieu, column: lieu, label: Lieu}
intersections: [[sexe, age, lieu]]""",
)
FOUR = THREE.replace(
    "intersections: [[sexe, age, lieu]]",
    """  - {name: situation, column: situation, label: Situation}
intersections: [[sexe, age, lieu], [sexe, situation], [age, situation]]""",
)
COUNTED = (
    "count(*), count(controle), sum(controle::int), count(decision), "
    "sum((decision = 'refus')::int), count(erreur), sum((erreur = 1)::int), "
    "sum((erreur is not null and controle)::int), sum((erreur = 1 and controle)::int)"
)
BAND = (
    "case when age < 25 then 0 when age < 35 then 1 when age < 45 then 2 "
    "when age < 55 then 3 when age < 65 then 4 else 5 end"
)


def main(rows: int, folder: Path) -> None:
    """Write the journal, measure, hand the figures over."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "journal.parquet"
    _write(path, rows)
    figures = [*_one_attribute(path, rows), *_three_attributes(path, rows)]
    figures += [_bootstrap(path), _report(path)]
    hand_over(figures)


def large(rows: int, folder: Path) -> None:
    """Measure an audit of many rows, in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "journal.parquet"
    _write(path, rows)
    start = time.perf_counter()
    _audited(path, read_plan(FOUR.encode()))
    taken, peak = time.perf_counter() - start, peak_memory_mb()
    path.unlink()
    hand_over(
        [
            Figure(
                f"audit of {rows:,} decisions from Parquet, 4 attributes and 3 intersections",
                f"{taken:.1f} s; peak {peak:.0f} MB",
                "at most 60 s for 100 million; under 2 GB",
                None if rows < 100_000_000 else taken <= 60 and peak < 2048,
            )
        ]
    )


def _write(path: Path, rows: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = np.random.default_rng(SEED)
    words = {
        "sexe": ["f", "h"],
        "lieu": [f"d{number}" for number in range(8)],
        "situation": ["seul", "couple", "autre"],
        "decision": ["accord", "refus"],
    }
    writer = None
    for first in range(0, rows, PART):
        many = min(PART, rows - first)
        columns: dict[str, Any] = {
            "reference": np.arange(first, first + many),
            "jour": np.datetime64("2025-01-01", "D") + draw.integers(0, 365, many),
            "age": draw.integers(16, 90, many),
            "controle": draw.random(many) < 0.1,
            "erreur": pa.array(draw.integers(0, 2, many), mask=draw.random(many) < 0.5),
        }
        for name, values in words.items():
            columns[name] = pa.array(np.array(values)[draw.integers(0, len(values), many)])
        part = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, part.schema)
        writer.write_table(part)
    if writer is not None:
        writer.close()


def _audited(path: Path, plan: Plan) -> tuple[Any, Any]:
    cells = count(JOURNAL, plan, open_journal(JOURNAL, path.parent))
    return cells, tables_of(plan, cells)


def _bare(path: Path, keys: str) -> list[Any]:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        query = f"select {keys}, {COUNTED} from '{path}' group by {keys}"
        found: list[Any] = connection.execute(query).fetchall()
    return found


def _in_turn(*acts: Callable[[], Any]) -> list[float]:
    """Return the median CPU seconds of each, run in turn, after one round that is not counted."""
    times: list[list[float]] = [[] for _ in acts]
    for turn in range(RUNS + 1):
        for act, taken in zip(acts, times, strict=True):
            start = time.process_time()
            act()
            if turn:
                taken.append(time.process_time() - start)
    return [statistics.median(taken) for taken in times]


def _one_attribute(path: Path, rows: int) -> list[Figure]:
    plan = read_plan(ONE.encode())
    ours, bare = _in_turn(lambda: _audited(path, plan), lambda: _bare(path, "sexe"))
    peak = peak_memory_mb()
    peer = _fairlearn(path, min(rows, PART))
    return [
        Figure(
            f"audit of {rows:,} decisions, one attribute of 2, against the bare GROUP BY (CPU)",
            f"{ours:.2f} s, GROUP BY {bare:.2f} s: {ours / bare:.2f} ×; peak {peak:.0f} MB",
            "at most 2 ×; under 400 MB",
            ours <= 2 * bare and peak < 400,
        ),
        Figure(
            "the same, a row, against fairlearn's MetricFrame on a million rows (CPU)",
            f"{peer / min(rows, PART) * 1e6:.2f} µs against {ours / rows * 1e6:.4f} µs a row: "
            f"{peer / min(rows, PART) / (ours / rows):.0f} ×",
            "at least 300 ×",
            peer / min(rows, PART) >= 300 * ours / rows,
        ),
        _whole(path, rows),
    ]


def _whole(path: Path, rows: int) -> Figure:
    """Return the CPU seconds of all that the command does before it writes."""
    start = time.process_time()
    audit(JOURNAL, read_plan(ONE.encode()), path.parent)
    taken = time.process_time() - start
    return Figure(
        f"the same audit of {rows:,} decisions, identifiers and digest of the file too (CPU)",
        f"{taken:.2f} s",
    )


def _fairlearn(path: Path, rows: int) -> float:
    """Return the CPU seconds of the same rates by fairlearn, its columns already in memory."""
    import pyarrow.parquet as pq
    from fairlearn import metrics  # type: ignore[import-untyped]

    part = pq.ParquetFile(path).read_row_group(0).slice(0, rows)
    true = part.column("erreur").fill_null(0).to_numpy()
    said = part.column("controle").to_numpy().astype(int)
    sex = part.column("sexe").to_numpy()
    wanted = {
        "count": metrics.count,
        "rate": metrics.selection_rate,
        "true_positive": metrics.true_positive_rate,
        "false_positive": metrics.false_positive_rate,
        "false_negative": metrics.false_negative_rate,
    }
    start = time.process_time()
    frame = metrics.MetricFrame(metrics=wanted, y_true=true, y_pred=said, sensitive_features=sex)
    frame.difference()
    frame.ratio()
    return time.process_time() - start


def _three_attributes(path: Path, rows: int) -> list[Figure]:
    plan = read_plan(THREE.encode())

    def ours() -> None:
        cells, _ = _audited(path, plan)
        hidden_figures(plan, cells)

    mine, bare = _in_turn(ours, lambda: _bare(path, f"sexe, {BAND}, lieu"))
    return [
        Figure(
            f"audit of {rows:,} decisions, 3 attributes and their 96 cells, with intervals, "
            "corrections and suppression (CPU)",
            f"{mine:.2f} s, GROUP BY {bare:.2f} s: {mine / bare:.2f} ×",
            "at most 3 ×",
            mine <= 3 * bare,
        )
    ]


def _bootstrap(path: Path) -> Figure:
    """Return how long intervals of the largest gaps and of equalised odds take, by draws."""
    plan = read_plan(THREE.encode())
    _, tables = _audited(path, plan)
    start = time.perf_counter()
    odds_of(plan, with_intervals(plan, tables))
    taken = time.perf_counter() - start
    return Figure(
        f"{plan.draws:,} bootstrap replicates of the 96 cells, for each measure of each cut "
        "(largest gaps, equalised odds)",
        f"{taken:.3f} s",
        "1 s more",
        taken <= 1,
    )


def _report(path: Path) -> Figure:
    """Return how long the report of an audit of four attributes and three intersections takes."""
    from clairevoie.letters.audit_html import page
    from clairevoie.letters.audit_pdf import document

    form = exact_form(audit(JOURNAL, read_plan(FOUR.encode()), path.parent))
    document(form)  # fonts and template are read once a process
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        page(form)
        document(form)
        taken.append(time.perf_counter() - start)
    cold = _cold_report(form)
    return Figure(
        "report of an audit, HTML and PDF written, 4 attributes and 3 intersections",
        f"{statistics.median(taken):.2f} s; {cold:.2f} s in a process of its own",
        "2 s",
        statistics.median(taken) <= 2 and cold <= 2,
    )


def _cold_report(form: dict[str, Any]) -> float:
    """Return the seconds that the first report of a process takes, imports included."""
    code = (
        "import json, sys, time; form = json.load(sys.stdin); start = time.perf_counter();"
        "from clairevoie.letters.audit_html import page;"
        "from clairevoie.letters.audit_pdf import document;"
        "page(form); document(form); print(time.perf_counter() - start)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(form),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return float(done.stdout)


if __name__ == "__main__":
    if sys.argv[1] == "large":
        large(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]), Path(sys.argv[2]))
