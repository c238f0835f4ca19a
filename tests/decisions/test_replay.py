"""Replay: every gap is found, has one cause, and is counted once in each breakdown."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.decisions.model import Journal, JournalProblem
from clairevoie.decisions.replay.intervals import wilson
from clairevoie.decisions.replay.model import CAUSES, ReplayReport
from clairevoie.decisions.replay.sampling import Sample, marks
from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.reading import read_rules
from tests.decisions.replay_cases import (
    JOURNAL,
    drawn,
    followed,
    replayed,
    scale,
    table_of,
)


def causes(report: ReplayReport) -> dict[str, int]:
    return {cause: count for cause, count in zip(CAUSES, report.total.causes, strict=True) if count}


# --- the interval ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_published(count: int, of: int, low: float, high: float) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3."""
    assert wilson(count, of) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10_000), st.data())
def test_wilson_holds_the_share(of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))
    low, high = wilson(count, of)
    assert 0 <= low <= count / of <= high <= 1
    mirrored = wilson(of - count, of)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high))


def test_wilson_refuses_what_is_no_share() -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)


# --- causes ---------------------------------------------------------------------------------------


def test_a_journal_that_follows_the_rules_is_conform() -> None:
    cases, points, words = followed(500)
    seen: list[int] = []
    report = replayed(table_of(cases, points, words, words), progress=seen.append, size=100)
    assert report.total.decisions == report.total.conform == 500
    assert not causes(report)
    assert report.explanation is not None
    assert report.explanation.effects == ()
    assert seen == sorted(seen)
    assert seen[-1] == 500


def one_of_each() -> tuple[pa.Table, dict[str, int]]:
    """Conform decisions, then a known number of gaps of each cause."""
    cases, points, words = followed(400, seed=3)
    points, proposal, decision = points.astype(float), words.copy(), words.copy()
    # Alone, two children, no income: far from any threshold, nothing equal by chance.
    for name, value in (("enfants", 2), ("revenu", 100), ("seul", True), ("logement", "aucun")):
        cases[name][:60] = value
    points[:60], proposal[:60], decision[:60] = 34 + 33 + 41 + 37, "accord", "accord"
    points[:7], proposal[:7], decision[:7] = 40 + 30, "accord", "accord"  # as in 2024
    points[30:35] += 0.4  # not rounded
    decision[40:51] = "refus"  # an agent decides otherwise
    points[55:58] += 1000  # who knows
    table = table_of(cases, points, proposal, decision)
    revenu = table["revenu"].to_pylist()
    revenu[10:13] = [None] * 3
    revenu[20] = 9999
    table = table.set_column(table.column_names.index("revenu"), "revenu", pa.array(revenu))
    days = table["jour"].to_pylist()
    days[25:27] = [date(2023, 5, 1)] * 2  # before any version…
    points[25:27] += 500  # …and as none would give it
    table = table.set_column(table.column_names.index("jour"), "jour", pa.array(days))
    table = table.set_column(table.column_names.index("points"), "points", pa.array(points))
    expected = {
        "other_version": 7,
        "missing_input": 3,
        "out_of_domain": 1,
        "no_answer": 2,
        "rounding": 5,
        "overridden": 11,
        "unexplained": 3,
    }
    return table, expected


def test_each_gap_has_the_first_cause_that_fits() -> None:
    table, expected = one_of_each()
    report = replayed(table, explain=False)
    assert causes(report) == expected
    assert report.total.conform == 400 - sum(expected.values())
    assert report.matched == {"2024": 7}
    assert report.sample["out_of_domain"] == ("R-000020",)
    assert report.sample["rounding"] == tuple(f"R-{row:06d}" for row in range(30, 35))
    assert report.overrides is not None
    assert (report.overrides.differing, report.overrides.away) == (11, 11)
    assert report.direction is not None
    assert (report.direction.severe, report.direction.favourable) == (11, 0)
    assert not hasattr(report.inputs, "missing")


def test_every_breakdown_adds_up_to_the_total() -> None:
    table, _ = one_of_each()
    report = replayed(table, explain=False)
    assert [item.name for item in report.breakdowns] == ["version", "month", "group:sexe"]
    for item in report.breakdowns:
        assert sum(line.decisions for line in item.lines) == report.total.decisions
        by_cause = np.sum([line.causes for line in item.lines], axis=0)
        assert tuple(by_cause) == report.total.causes
    keys = [line.key for line in report.breakdowns[0].lines]
    assert keys == ["2025", ""]
    assert report.breakdowns[0].lines[1].label["en"] == "no version in force"


@pytest.mark.parametrize("size", [1, 7, 64, 399, 5000])
def test_the_size_of_batches_changes_nothing(size: int) -> None:
    table, _ = one_of_each()
    found = replayed(table, size=size).as_dict()
    assert found == replayed(table, size=100).as_dict()


@given(st.integers(0, 2**32 - 1))
def test_conform_is_what_one_case_at_a_time_says(seed: int) -> None:
    """Random departures, days of several versions: the same rows as evaluating them one by one."""
    draw = np.random.default_rng(seed)
    rules, count = scale(), 60
    cases = drawn(count, seed)
    cases["jour"] = np.datetime64("2023-11-01") + draw.integers(0, 700, count)
    points = draw.integers(0, 160, count)
    words = draw.choice(np.array(["refus", "accord"], dtype=object), count)
    conform = np.zeros(count, dtype=bool)
    for row in range(count):
        day = cases["jour"][row].astype(object)
        if day < rules.versions[0].start:
            continue
        case = {name: cases[name][row] for name in ("enfants", "revenu", "seul", "logement")}
        case = {
            name: value.item() if hasattr(value, "item") else value for name, value in case.items()
        }
        trace = evaluate(rules, case, day=day)
        if draw.random() < 0.6:
            points[row], words[row] = int(trace.value), trace.outcome  # type: ignore[arg-type]
        conform[row] = points[row] == trace.value and words[row] == trace.outcome
    report = replayed(table_of(cases, points, words, words), size=17, explain=False)
    assert report.total.conform == int(conform.sum())


def test_final_decisions_alone_can_be_replayed() -> None:
    cases, points, words = followed(300)
    decision = words.copy()
    decision[:9] = np.where(words[:9] == "accord", "refus", "accord")
    journal = replace(JOURNAL, machine_value="", machine_outcome="")
    report = replayed(table_of(cases, points, words, decision), journal=journal, explain=False)
    assert report.total.conform == 291
    assert set(causes(report)) <= {"other_version", "unexplained"}
    assert report.overrides is None


def test_rows_that_say_nothing_are_not_compared() -> None:
    cases, points, words = followed(20)
    table = table_of(cases, points, words, words)
    for name in ("points", "proposition", "decision"):
        column = table[name].to_pylist()
        column[3:8] = [None] * 5
        table = table.set_column(table.column_names.index(name), name, pa.array(column))
    report = replayed(table)
    assert (report.rows, report.total.decisions, report.total.conform) == (20, 15, 15)


def test_an_outcome_that_is_not_of_the_rules_is_a_gap() -> None:
    cases, points, words = followed(20)
    words = words.copy()
    words[4] = "peut-être"
    report = replayed(table_of(cases, points, words, words), explain=False)
    assert causes(report) == {"unexplained": 1}


def test_floating_numbers_are_compared_within_the_tolerance() -> None:
    cases, points, words = followed(100)
    near = points.astype(float) * (1 + 3e-10)
    table = table_of(cases, near, words, words)
    assert replayed(table).total.conform == 100
    strict = replayed(table, tolerance=1e-12, explain=False)
    assert strict.total.conform == int((points == 0).sum())
    assert strict.as_dict()["settings"]["tolerance"] == 1e-12


def test_the_rules_of_another_are_refused() -> None:
    cases, points, words = followed(5)
    with pytest.raises(JournalProblem, match="not 'aide'"):
        replayed(table_of(cases, points, words, words), journal=replace(JOURNAL, rules="autre"))


def test_a_group_of_too_many_values_is_refused() -> None:
    cases, points, words = followed(700)
    cases["sexe"] = np.array([f"x{row}" for row in range(700)], dtype=object)
    with pytest.raises(JournalProblem, match="more than 500 values"):
        replayed(table_of(cases, points, words, words))


# --- ranking --------------------------------------------------------------------------------------

RANKED = """
clairevoie: rules-1.0
id: aide
title: {fr: Places}
purpose: {fr: Classer.}
result: {fr: points}
outcomes: [{value: refus, label: R, favourable: false}, {value: accord, label: A, favourable: true}]
inputs:
  - {name: enfants, type: integer, label: Enfants, question: Combien, domain: {min: 0, max: 99}}
  - {name: attente, type: integer, label: Attente, question: Combien, domain: {min: 0, max: 99}}
versions:
  - id: "2025"
    from: 2025-01-01
    kind: points
    points:
      criteria: [{id: enfants, label: Enfants, input: enfants, per: 10}]
      ranking:
        ties: [{input: attente, first: largest}]
        within: [ville]
        places: places
        admitted: accord
        refused: refus
"""


def ranked(rows: list[tuple[Any, ...]], journal: Journal = JOURNAL) -> ReplayReport:
    names = ("ville", "places", "enfants", "attente", "points", "proposition")
    columns: dict[str, Any] = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    count = len(rows)
    table = pa.table(
        columns
        | {
            "jour": [date(2025, 3, 1)] * count,
            "reference": [f"R-{row}" for row in range(count)],
            "decision": columns["proposition"],
            "personne": [str(row) for row in range(count)],
            "sexe": ["f"] * count,
        }
    )
    return replayed(table, rules=read_rules(RANKED.encode()), journal=journal, size=2)


def test_places_go_by_rank_within_each_competition() -> None:
    report = ranked(
        [
            ("A", 2, 3, 0, 30, "accord"),
            ("B", 1, 1, 5, 10, "accord"),
            ("A", 2, 2, 9, 20, "accord"),
            ("B", 1, 1, 4, 10, "refus"),
            ("A", 2, 2, 8, 20, "refus"),
        ]
    )
    assert report.total.conform == report.total.decisions == 5


def test_who_is_displaced_by_the_gap_of_another_is_told_apart() -> None:
    report = ranked(
        [
            ("A", 1, 3, 0, 30, "refus"),  # right points, but another was given more
            ("A", 1, 2, 0, 90, "accord"),
            ("A", 1, 1, 0, 10, "refus"),
        ]
    )
    assert causes(report) == {"displaced": 1, "unexplained": 1}
    assert report.sample["displaced"] == ("R-0",)


def test_equals_across_the_last_place_are_not_decided_by_the_rules() -> None:
    rows = [("A", 1, 3, 4, 30, "accord"), ("A", 1, 3, 4, 30, "refus"), ("A", 1, 1, 0, 10, "accord")]
    report = ranked(rows)
    assert report.compared["proposal"].of == 1
    assert causes(report) == {"unexplained": 1}
    assert report.sample["unexplained"] == ("R-2",)


def test_two_numbers_of_places_in_a_competition_are_refused() -> None:
    with pytest.raises(JournalProblem, match="'places' differs"):
        ranked([("A", 1, 3, 4, 30, "accord"), ("A", 2, 3, 4, 30, "refus")])


# --- the sample, the form -------------------------------------------------------------------------


@given(st.integers(1, 400), st.integers(1, 50), st.integers(1, 60))
def test_a_sample_is_bounded_and_does_not_depend_on_batches(
    rows: int, size: int, step: int
) -> None:
    def sample(step: int) -> tuple[list[int], float]:
        kept = Sample(size)
        for first in range(0, rows, step):
            count = min(step, rows - first)
            batch = pa.record_batch({"row": pa.array(range(first, first + count))})
            kept.offer(batch, np.arange(count), first)
        return kept.table()["row"].to_pylist(), kept.weight()

    found, weight = sample(step)
    assert (found, weight) == sample(rows)
    assert found == sorted(np.argsort(marks(np.arange(rows)))[:size].tolist())
    assert weight * len(found) == pytest.approx(rows)


def test_marks_favour_no_part_of_the_journal() -> None:
    """Of 100 000 rows, a tenth with the smallest marks: each tenth of the rows has its share."""
    found = np.argsort(marks(np.arange(100_000)))[:10_000]
    counts = np.bincount(found // 10_000, minlength=10)
    assert abs(counts - 1000).max() < 4 * np.sqrt(1000)


def test_the_report_says_what_was_replayed() -> None:
    cases, points, words = followed(50)
    report = replayed(table_of(cases, points, words, words))
    found = json.loads(report.as_json())
    assert found["clairevoie"] == "replay-1.0"
    assert found["inputs"]["rules_digest"] == scale().digest
    assert found["inputs"]["journal_digest"] == "0" * 64
    assert found["inputs"]["day"] == "2026-01-31"
    assert found["fictitious"] is True
    assert [item["cause"] for item in found["causes"]] == list(CAUSES)
