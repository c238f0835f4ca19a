"""What is published of a replay gives no figure on a few people, and no way to find one."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog  # type: ignore[import-untyped]

from clairevoie.decisions.replay.secrecy import Cell, Sum, determined, hidden_cells
from clairevoie.decisions.replay.writing import cells_of
from tests.decisions.replay_cases import by_rules, drawn, followed, replayed, scale, table_of

THRESHOLD = 11


def audit(counts: dict[Cell, int], hidden: set[Cell], sums: list[Sum], cell: Cell) -> float:
    """How far apart the smallest and the largest values are that all published sums allow."""
    order = sorted(hidden, key=repr)
    rows, totals = [], []
    for each in sums:
        row = [float(one in each.parts) - float(one == each.whole) for one in order]
        if any(row):
            shown = sum(counts[one] for one in each.parts if one not in hidden)
            whole = 0 if each.whole in hidden else counts[each.whole]
            rows.append(row)
            totals.append(whole - shown)
    aim = np.array([one == cell for one in order], dtype=float)
    if not rows:
        return np.inf
    ends = []
    for sign in (1, -1):
        # A bound far above any count keeps the problem finite.
        found = linprog(sign * aim, A_eq=rows, b_eq=totals, bounds=(0, 10**6), method="highs")
        assert found.status == 0, "the figures themselves are a solution"
        ends.append(sign * found.fun)
    return float(ends[1] - ends[0])


def table(cells: list[list[int]]) -> tuple[dict[Cell, int], list[Sum]]:
    """A two-way table with its margins, as cells and sums."""
    counts: dict[Cell, int] = {}
    rows, columns = len(cells), len(cells[0])
    for row in range(rows):
        for column in range(columns):
            counts[row, column] = cells[row][column]
        counts[row, "all"] = sum(cells[row])
    for column in range(columns):
        counts["all", column] = sum(cells[row][column] for row in range(rows))
    counts["all", "all"] = sum(map(sum, cells))
    sums = [
        Sum((row, "all"), tuple((row, column) for column in range(columns)))
        for row in (*range(rows), "all")
    ]
    sums += [
        Sum(("all", column), tuple((row, column) for row in range(rows)))
        for column in (*range(columns), "all")
    ]
    return counts, sums


def test_a_hidden_figure_never_stands_alone() -> None:
    counts, sums = table([[100, 3], [200, 50], [300, 40]])
    hidden = hidden_cells(counts, counts, sums, THRESHOLD)
    assert (0, 1) in hidden
    for each in sums:
        assert len(hidden & set(each.cells)) != 1
    assert not determined(hidden, sums) & {(0, 1)}


sizes = st.one_of(st.just(0), st.integers(1, 10), st.integers(11, 400))


@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(
            st.lists(sizes, min_size=width, max_size=width), min_size=2, max_size=5
        )
    )
)
def test_no_small_figure_can_be_found_from_the_others(cells: list[list[int]]) -> None:
    counts, sums = table(cells)
    hidden = hidden_cells(counts, counts, sums, THRESHOLD)
    small = {cell for cell, count in counts.items() if 0 < count < THRESHOLD}
    assert small <= hidden
    if counts["all", "all"] < THRESHOLD:
        return  # nothing at all is published
    for cell in small:
        assert audit(counts, hidden, sums, cell) >= 1, (cell, counts[cell])


@given(st.integers(0, 2**32 - 1))
def test_a_published_report_hides_its_small_figures(seed: int) -> None:
    """A random journal: identifiers are gone, small cells are, and none can be found again."""
    draw = np.random.default_rng(seed)
    cases, points, words = followed(400, seed=int(draw.integers(1000)))
    decision, points = words.copy(), points.copy()
    for row in np.flatnonzero(draw.random(400) < draw.uniform(0.01, 0.2)):
        decision[row] = "refus" if words[row] == "accord" else "accord"
    points[draw.random(400) < 0.02] += 7
    report = replayed(table_of(cases, points, words, decision), explain=False)
    exact, public = report.as_dict(), report.publishable(THRESHOLD)
    assert "sample" in exact
    assert "sample" not in public
    text = json.dumps(public)
    assert not any(name in text for names in report.sample.values() for name in names)
    counts, people, sums = cells_of(report)
    hidden = hidden_cells(counts, people, sums, THRESHOLD)
    shown = [line for item in public["breakdowns"] for line in item["lines"]]
    for line in (public["total"], *shown):
        figures = [line["decisions"], line["conform"]["count"], *line["gaps"].values()]
        assert not any(figure is not None and 0 < figure < THRESHOLD for figure in figures)
    small = sorted((cell for cell in hidden if 0 < people[cell] < THRESHOLD), key=repr)
    for cell in small[:6]:
        assert audit(counts, hidden, sums, cell) >= 1


def test_people_are_counted_not_decisions() -> None:
    """Two hundred decisions on three people are figures on three people."""
    cases, points, words = followed(400)
    cases["sexe"][:200] = "x"
    cases["sexe"][200:] = "y"
    found = table_of(cases, points, words, words)
    people = [f"p{row % 3}" for row in range(200)] + [f"q{row}" for row in range(200)]
    place = found.column_names.index("personne")
    found = found.set_column(place, "personne", pa.array(people))
    report = replayed(found)
    line = next(line for line in report.breakdowns[2].lines if line.key == "x")
    assert (line.decisions, line.persons) == (200, 3)
    groups: list[dict[str, Any]] = report.publishable()["breakdowns"][2]["lines"]
    assert all(item["decisions"] is None for item in groups)


def test_a_change_that_concerns_few_people_is_withheld() -> None:
    cases = drawn(400)
    cases["enfants"][:8], cases["revenu"][:8] = 9, 2900
    points, words = by_rules(scale(), cases, "2025")
    points[:8] += 7
    report = replayed(table_of(cases, points, words, words), least_gaps=1)
    assert report.explanation is not None
    assert report.explanation.effects
    public = report.publishable()["explanation"]
    assert public["changes"] == []
    assert public["withheld"] == len(report.explanation.effects)
    assert public["explained"] is None


def test_a_threshold_beyond_what_was_counted_is_refused() -> None:
    cases, points, words = followed(20)
    report = replayed(table_of(cases, points, words, words))
    with pytest.raises(ValueError, match="between 1 and 50"):
        report.publishable(51)
