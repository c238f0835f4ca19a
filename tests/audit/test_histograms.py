"""Delays and scores are counted as a person would, file after file."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.audit.histograms import DelayCounts, ScoreCounts, count_delays, count_score
from clairevoie.audit.model import Plan, PlanProblem
from clairevoie.audit.spans import score_tables
from tests.audit.plans import JOURNAL, PLAN, drawn, plan_of, table_of

OBSERVED = date(2025, 12, 31)
DELAYS = """
delays:
  - {name: attente, label: Attente, from: recu, until: clos, observed: 2025-12-31, limit: 60}
score: {column: note, label: Note, thresholds: [0.25, 0.5], in_force: 0.6, higher_is: adverse}
"""


def files(count: int, seed: int) -> pa.Table:
    draw = np.random.default_rng(seed)
    start = np.datetime64("2025-06-01", "D") + draw.integers(0, 260, count)
    days = start + draw.integers(-5, 120, count)
    gone, still_open = draw.random(count) < 0.05, draw.random(count) < 0.3
    rows = drawn(count, seed)
    rows = rows.append_column("recu", pa.array(start, pa.date32(), mask=gone))
    rows = rows.append_column("clos", pa.array(days, pa.date32(), mask=still_open))
    notes = np.round(draw.random(count), 2)
    return rows.append_column("note", pa.array(notes, mask=draw.random(count) < 0.1))


def delays_of(rows: pa.Table, plan: Plan) -> DelayCounts:
    return count_delays(JOURNAL, plan, table_of(rows), plan.delays[0])


def score_of(rows: pa.Table, plan: Plan) -> ScoreCounts:
    assert plan.score is not None
    return count_score(JOURNAL, plan, table_of(rows), plan.score)


@given(st.integers(40, 200), st.integers(0, 2**16))
def test_delays_are_counted_file_by_file(count: int, seed: int) -> None:
    rows = files(count, seed)
    found = delays_of(rows, plan_of(PLAN + DELAYS))
    wanted: Counter[Any] = Counter()
    others: Counter[str] = Counter()
    for row in rows.to_pylist():
        if row["recu"] is None:
            others["unknown"] += 1
            continue
        if row["recu"] > OBSERVED:
            others["after"] += 1
            continue
        closed = row["clos"] is not None and row["clos"] <= OBSERVED
        days = ((row["clos"] if closed else OBSERVED) - row["recu"]).days
        if days < 0:
            others["impossible"] += 1
            continue
        wanted[row["sexe"] or "", days, closed] += 1
    cells = found.cells.cut(("sexe", "days", "closed"))
    counted = {
        (sex, int(days), closed == "True"): int(many)
        for (sex, days, closed), many in zip(cells.keys(), cells.rows, strict=True)
    }
    assert counted == dict(wanted)
    assert [found.unknown, found.after, found.impossible] == [
        others["unknown"],
        others["after"],
        others["impossible"],
    ]
    assert found.days.tolist() == sorted(found.days.tolist())


@given(st.integers(40, 200), st.integers(0, 2**16))
def test_scores_are_counted_in_their_bands(count: int, seed: int) -> None:
    rows = files(count, seed)
    found = score_of(rows, plan_of(PLAN + DELAYS))
    known = [row for row in rows.to_pylist() if row["note"] is not None]
    assert found.unknown == count - len(known)
    notes = [row["note"] for row in known]
    assert found.deciles == pytest.approx(np.quantile(notes, np.arange(1, 10) / 10), rel=1e-5)
    assert {0.25, 0.5, 0.6} <= set(found.edges.tolist())
    wanted: Counter[Any] = Counter()
    errors: Counter[Any] = Counter()
    for row in known:
        band = int(np.searchsorted(found.edges, row["note"], side="right"))
        wanted[row["sexe"] or "", band] += 1
        errors[row["sexe"] or "", band] += row["erreur"] == 1
    cells = found.cells.cut(("sexe", "band"))
    named = cells.keys()
    keys = [(sex, int(band)) for sex, band in named]
    assert dict(zip(keys, cells.rows.tolist(), strict=True)) == dict(wanted)
    assert dict(zip(keys, cells.sums["true"].tolist(), strict=True)) == dict(errors)


def test_what_is_no_score_is_told() -> None:
    rows = files(50, 1)
    place = rows.column_names.index("note")
    for values, said in (
        (pa.array(["a"] * 50), "holds no numbers"),
        (pa.array([float("inf")] + [0.5] * 49), "holds infinite numbers"),
        (pa.nulls(50, pa.float64()), "no decision has a score"),
    ):
        with pytest.raises(PlanProblem, match=said):
            score_of(rows.set_column(place, "note", values), plan_of(PLAN + DELAYS))


def test_what_is_no_date_is_told() -> None:
    plan = plan_of(PLAN + DELAYS.replace("from: recu", "from: age"))
    with pytest.raises(PlanProblem, match="the column 'age' holds no date"):
        delays_of(files(50, 1), plan)


def test_calibration_is_the_share_found_true_of_each_decile() -> None:
    """A score that is the very chance of being true: one decile after the other, it is."""
    draw = np.random.default_rng(7)
    score = draw.uniform(0, 1, 40_000)
    rows = drawn(40_000)
    for name, values in (("note", score), ("erreur", (draw.uniform(0, 1, 40_000) < score) * 1)):
        found = pa.array(values)
        place = rows.column_names.index(name) if name in rows.column_names else None
        rows = (
            rows.append_column(name, found)
            if place is None
            else rows.set_column(place, name, found)
        )
    plan = plan_of(score="{column: note, label: Note}")
    assert plan.score is not None
    table = score_tables(plan, count_score(JOURNAL, plan, table_of(rows), plan.score))[0]
    for one in table.groups[:2]:
        told = [share.value for share in one.calibration]
        assert told == pytest.approx([0.05 + 0.1 * tenth for tenth in range(10)], abs=0.04)
