"""Rows that stand for several decisions, and rows that say which version was applied."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.decisions.model import JournalProblem
from clairevoie.decisions.replay.intervals import wilson
from clairevoie.decisions.replay.model import DeclaredVersions, Line, ReplayReport, Weighted
from tests.decisions.replay_cases import (
    JOURNAL,
    by_rules,
    drawn,
    followed,
    replayed,
    scale,
    table_of,
)

WEIGHTED = replace(JOURNAL, weight="poids")
VERSIONED = replace(JOURNAL, rule_version="version")


def sample(weights: list[float], wrong: list[bool], groups: list[str]) -> pa.Table:
    cases, points, words = followed(len(weights))
    cases["sexe"] = np.array(groups, dtype=object)
    table = table_of(cases, points + np.array(wrong) * 1000, words, words)
    return table.append_column("poids", pa.array(weights))


def lines(report: ReplayReport) -> list[Line]:
    return [report.total, *(line for item in report.breakdowns for line in item.lines)]


def figures(found: Weighted | None) -> tuple[float, float]:
    assert found is not None
    return found.share, found.effective


# --- weights --------------------------------------------------------------------------------------


def test_a_share_is_that_of_what_the_rows_stand_for() -> None:
    """Two rows of weight 1, one of them wrong, and one of weight 8: 9 of 10, as 100/66 rows."""
    table = sample([1.0, 1.0, 8.0], [False, True, False], ["f", "h", "h"])
    report = replayed(table, journal=WEIGHTED, explain=False)
    assert (report.total.decisions, report.total.conform) == (3, 2)
    assert figures(report.total.weighted) == pytest.approx((0.9, 100 / 66))
    of = {line.key: line.weighted for line in report.breakdowns[2].lines}
    assert figures(of["f"]) == pytest.approx((1, 1.0))
    assert figures(of["h"]) == pytest.approx((8 / 9, 81 / 65))


def test_unequal_weights_tell_less() -> None:
    """The loss is 1 + cv² of the weights (L. Kish, Journal of Official Statistics 8, 1992)."""
    weights = np.array([1.0, 2.0, 2.0, 5.0, 10.0])
    wrong = [False, True, False, False, True]
    report = replayed(sample(weights.tolist(), wrong, ["f"] * 5), journal=WEIGHTED, explain=False)
    cv2 = weights.var() / weights.mean() ** 2
    found = report.total.weighted
    assert found is not None
    assert found.effective == pytest.approx(5 / (1 + cv2))
    assert found.share == pytest.approx(8 / 20)


@given(
    rows=st.lists(
        st.tuples(st.floats(0.01, 1000), st.booleans(), st.sampled_from(["f", "h"])),
        min_size=1,
        max_size=40,
    ),
    size=st.sampled_from([1, 7, 100]),
)
def test_weighted_shares_hold_whatever_the_batches(
    rows: list[tuple[float, bool, str]], size: int
) -> None:
    weights, wrong, groups = (list(column) for column in zip(*rows, strict=True))
    table = sample(weights, wrong, groups)
    report = replayed(table, journal=WEIGHTED, explain=False, size=size)
    total = report.total.weighted
    assert total is not None
    fine = sum(weight for weight, bad, _ in rows if not bad)
    assert total.share == pytest.approx(fine / sum(weights), abs=1e-12)
    for line in lines(report):
        assert line.weighted is not None
        found = line.weighted.as_dict()
        assert 0 <= found["low"] <= found["share"] <= found["high"] <= 1
        assert 1 - 1e-9 <= found["effective"] <= line.decisions * (1 + 1e-9)
        assert (found["share"] == 1) == (line.conform == line.decisions)
        assert (found["share"] == 0) == (line.conform == 0)


@given(st.floats(0.001, 1e6), st.lists(st.booleans(), min_size=1, max_size=30))
def test_equal_weights_are_no_weights(weight: float, wrong: list[bool]) -> None:
    table = sample([weight] * len(wrong), wrong, ["f"] * len(wrong))
    report = replayed(table, journal=WEIGHTED, explain=False)
    assert report.total.weighted is not None
    found = report.total.weighted.as_dict()
    low, high = wilson(report.total.conform, len(wrong))
    assert (found["low"], found["high"]) == pytest.approx((low, high), abs=1e-9)
    plain = replayed(table, explain=False)
    assert plain.total == replace(report.total, weighted=None)


def test_the_interval_covers_what_the_sample_was_drawn_from() -> None:
    """Rows drawn with unequal chances: about 95 of 100 intervals hold the true share."""
    draw = np.random.default_rng(5)
    wrong = draw.random(20_000) < 0.3
    chance = np.where(wrong, 0.03, 0.01) * draw.uniform(0.5, 1.5, 20_000)
    held = 0
    naive = 0
    for _ in range(300):
        kept = draw.random(20_000) < chance
        weight, fine = 1 / chance[kept], ~wrong[kept]
        effective = weight.sum() ** 2 / (weight**2).sum()
        found = Weighted(float((weight * fine).sum() / weight.sum()), float(effective)).as_dict()
        held += found["low"] <= (~wrong).mean() <= found["high"]
        low, high = wilson(int(fine.sum()), len(fine))
        naive += low <= (~wrong).mean() <= high
    assert held / 300 > 0.95 - 3 * sqrt(0.95 * 0.05 / 300)
    assert naive == 0


@pytest.mark.parametrize("weight", [None, 0.0, -1.0, float("inf"), float("nan"), "SECRET"])
def test_a_wrong_weight_is_told_with_its_row(weight: Any) -> None:
    table = sample([1.0] * 5, [False] * 5, ["f"] * 5)
    values = [1.0, 1.0, 1.0, weight, 1.0]
    column = pa.array([str(v) if isinstance(weight, str) else v for v in values])
    table = table.set_column(table.column_names.index("poids"), "poids", column)
    with pytest.raises(JournalProblem, match="row 4, 'poids': is not a weight") as caught:
        replayed(table, journal=WEIGHTED, size=2)
    assert "SECRET" not in str(caught.value)


def test_rows_that_compare_nothing_weigh_nothing() -> None:
    table = sample([1.0, 1.0, 98.0], [False, True, False], ["f"] * 3)
    for name in ("points", "proposition", "decision"):
        column = pa.array([*table[name].to_pylist()[:2], None], table[name].type)
        table = table.set_column(table.column_names.index(name), name, column)
    report = replayed(table, journal=WEIGHTED, explain=False)
    assert report.total.decisions == 2
    assert figures(report.total.weighted) == pytest.approx((0.5, 2.0))


# --- the version that a row declares --------------------------------------------------------------


def versioned(declared: list[Any], year: int = 2025, applied: str = "2025") -> pa.Table:
    cases = drawn(len(declared), year=year)
    points, words = by_rules(scale(), cases, applied)
    return table_of(cases, points, words, words).append_column("version", pa.array(declared))


def test_the_version_in_force_is_the_law_whatever_a_row_says() -> None:
    report = replayed(versioned(["2024"] * 50), journal=VERSIONED, explain=False)
    assert report.total.conform == 50
    assert report.declared == DeclaredVersions(given=50, other=50, unknown=0, matching=0)


def test_rows_that_say_another_version_are_counted() -> None:
    said = ["2025"] * 30 + ["2024"] * 5 + ["2019"] * 4 + [None] * 3 + [" "] * 2 + [" 2025 "]
    report = replayed(versioned(said), journal=VERSIONED, explain=False, size=7)
    assert report.declared == DeclaredVersions(given=40, other=9, unknown=4, matching=0)
    assert replayed(versioned(said), explain=False).declared is None


def test_numbers_may_name_versions() -> None:
    report = replayed(versioned([2024, 2025, 2025]), journal=VERSIONED, explain=False)
    assert report.declared == DeclaredVersions(given=3, other=1, unknown=0, matching=0)


def test_gaps_that_the_version_said_explains_are_told() -> None:
    table = versioned(["2024"] * 40 + ["2025"] * 60, applied="2024")
    report = replayed(table, journal=VERSIONED, explain=False)
    plain = replayed(table, explain=False)
    assert report.total == plain.total
    assert report.declared is not None
    assert (report.declared.other, report.declared.given) == (40, 100)
    assert 0 < report.declared.matching <= 40
    assert report.matched == plain.matched


def test_the_version_said_is_tried_before_the_nearest() -> None:
    """Three versions, two of them alike: the nearest would be named, were it not for the row."""
    rules = scale()
    first, second = rules.versions
    middle = replace(first, id="2024b", start=first.start.replace(month=7))
    first = replace(first, until=first.start.replace(month=6, day=30))
    three = replace(rules, versions=(first, middle, second))
    table = versioned(["2024"] * 50, applied="2024")
    said = replayed(table, rules=three, journal=VERSIONED, explain=False)
    unsaid = replayed(table, rules=three, explain=False)
    assert set(unsaid.matched) == {"2024b"}
    assert set(said.matched) == {"2024"}
    assert said.declared is not None
    assert said.declared.matching == said.matched["2024"]
    assert said.total == unsaid.total


def test_forms_tell_the_weights_and_the_versions_that_rows_declare() -> None:
    """A share of weights is public for all decisions only: elsewhere it is one more figure."""
    cases, points, words = followed(400)
    table = table_of(cases, points, words, words)
    table = table.append_column("poids", pa.array(np.tile([1.0, 3.0], 200)))
    table = table.append_column("version", pa.array(["2025"] * 370 + ["2024"] * 30))
    journal = replace(WEIGHTED, rule_version="version")
    report = replayed(table, journal=journal, explain=False)
    exact, public = report.as_dict(), report.publishable()
    assert exact["declared"]["other"] == 30
    assert public["declared"] is None
    effective = exact["total"]["conform"]["effective"]
    assert effective == pytest.approx(800**2 / 2000)
    assert public["total"]["conform"]["effective"] == effective
    shown = [line["conform"] for cut in public["breakdowns"] for line in cut["lines"]]
    assert shown
    assert not any("effective" in conform for conform in shown)
