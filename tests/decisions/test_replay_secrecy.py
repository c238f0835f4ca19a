"""What is published of a replay gives no figure on a few people, and no way to find one."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog  # type: ignore[import-untyped]

from clairevoie.decisions.model import Group
from clairevoie.decisions.replay.model import ReplayReport
from clairevoie.decisions.replay.secrecy import Cell, Sum, determined, hidden_cells
from clairevoie.decisions.replay.writing import cells_of, publishable_part
from tests.decisions.replay_cases import (
    JOURNAL,
    by_rules,
    drawn,
    followed,
    replayed,
    scale,
    table_of,
)

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
    counts, people, sums, never_shown = cells_of(publishable_part(report))
    hidden = hidden_cells(counts, people, sums, THRESHOLD, never_shown=never_shown)
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
    cuts: list[dict[str, Any]] = report.publishable()["breakdowns"]
    groups = next(cut["lines"] for cut in cuts if cut["name"] == "group:sexe")
    assert all(item["decisions"] is None for item in groups)


def departed(few: int, *, same_person: bool = False) -> ReplayReport:
    """A journal of which the first decisions got 7 points more, and the search finds why."""
    cases = drawn(400)
    cases["enfants"][:few], cases["revenu"][:few] = 9, 2900
    points, words = by_rules(scale(), cases, "2025")
    points[:few] += 7
    found = table_of(cases, points, words, words)
    if same_person:
        people = ["p0" if row < few else f"q{row}" for row in range(400)]
        place = found.column_names.index("personne")
        found = found.set_column(place, "personne", pa.array(people))
    report = replayed(found, least_gaps=1)
    assert report.explanation is not None
    assert report.explanation.effects
    return report


@pytest.mark.parametrize(("few", "same_person"), [(8, False), (40, True)])
def test_a_change_that_concerns_few_people_is_withheld(few: int, same_person: bool) -> None:
    report = departed(few, same_person=same_person)
    assert report.explanation is not None
    public = report.publishable()["explanation"]
    assert public["changes"] == []
    assert public["withheld"] == len(report.explanation.effects)
    assert not public["most"]


def test_a_change_that_concerns_many_is_named_without_its_figures() -> None:
    """Figures of a change cover other decisions than any cell: they would tell of the rest."""
    public = departed(40).publishable()
    told = public["explanation"]
    assert told["changes"]
    assert told["most"]
    figures = [told["explained"], told["gaps"], told["broken"]]
    assert figures == [None] * 3
    assert all((each["explained"], each["broken"]) == (None, None) for each in told["changes"])
    assert public["compared"] == {}
    assert (public["direction"], public["overrides"]) == (None, None)


def test_a_threshold_beyond_what_was_counted_is_refused() -> None:
    cases, points, words = followed(20)
    report = replayed(table_of(cases, points, words, words))
    with pytest.raises(ValueError, match="between 1 and 50"):
        report.publishable(51)


# --- two cuts together ----------------------------------------------------------------------------


def two_cuts(first: list[str], second: list[str], wrong: list[bool]) -> ReplayReport:
    """A journal with two groups; the machine departs from the rules where it is said."""
    count = len(first)
    cases, points, words = followed(count)
    cases["sexe"] = np.array(first, dtype=object)
    points = points.copy()
    points[np.array(wrong)] += 1000
    found = table_of(cases, points, words, words).append_column("lieu", pa.array(second))
    groups = (*JOURNAL.groups, Group("lieu", "lieu", {"fr": "Lieu", "en": "Place"}))
    journal = dataclasses.replace(JOURNAL, groups=groups)
    return replayed(found, journal=journal, explain=False)


def allowed(report: ReplayReport, wanted: Counter[tuple[str, str, bool]]) -> None:
    """Assert that published figures leave every small set of decisions of two levels open.

    The unknowns are the decisions of each level of one group in each level of the other, conform
    or not: the published figures of both groups are all that is known of them.
    """
    # Which districts a region has is known to all; whether it has gaps is not.
    cells = sorted({(*cell[:2], wrong) for cell in wanted for wrong in (False, True)})
    public = report.publishable(THRESHOLD)
    rows: list[list[float]] = []
    totals: list[float] = []

    def known(figure: int | None, mask: list[bool]) -> None:
        if figure is not None:
            rows.append([float(one) for one in mask])
            totals.append(figure)

    for place, name in ((0, "group:sexe"), (1, "group:lieu"), (None, "total")):
        cuts = {cut["name"]: cut["lines"] for cut in public["breakdowns"]}
        for line in [public["total"]] if place is None else cuts[name]:
            inside = [place is None or cell[place] == line["key"] for cell in cells]
            known(line["decisions"], inside)
            fine = [one and not cell[2] for one, cell in zip(inside, cells, strict=True)]
            known(line["conform"]["count"], fine)
    if not rows:
        return
    for cell in cells:
        if not 0 < wanted[cell] < THRESHOLD:
            continue
        aim = np.array([one == cell for one in cells], dtype=float)
        ends = [
            sign
            * linprog(sign * aim, A_eq=rows, b_eq=totals, bounds=(0, 10**6), method="highs").fun
            for sign in (1, -1)
        ]
        assert ends[1] - ends[0] >= 1, (cell, wanted[cell])


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("wxyz"), st.booleans(), sizes),
        min_size=1,
        max_size=7,
        unique_by=lambda each: each[:3],
    )
)
def test_two_cuts_together_tell_nothing_of_a_few(cells: list[tuple[str, str, bool, int]]) -> None:
    wanted = Counter({each[:3]: each[3] for each in cells if each[3]})
    total = sum(wanted.values())
    if total < THRESHOLD:
        return
    drawn_cells = [cell for cell, many in wanted.items() for _ in range(many)]
    first, second, wrong = (list(each) for each in zip(*drawn_cells, strict=True))
    allowed(two_cuts(first, second, wrong), wanted)


def test_what_a_region_has_beside_its_districts_is_not_told() -> None:
    """Region n: district a (200) and 5 of district b, which is astride; both regions are large."""
    wanted = Counter({("n", "a", False): 200, ("n", "b", False): 5, ("s", "b", False): 300})
    drawn_cells = [cell for cell, many in wanted.items() for _ in range(many)]
    first, second, wrong = (list(each) for each in zip(*drawn_cells, strict=True))
    report = two_cuts(first, second, wrong)
    shown = {line.key: line.decisions for cut in report.breakdowns[2:] for line in cut.lines}
    assert shown == {"n": 205, "s": 300, "a": 200, "b": 305}
    allowed(report, wanted)
    public = {cut["name"]: cut["lines"] for cut in report.publishable()["breakdowns"]}
    told = [line["decisions"] for name in ("group:sexe", "group:lieu") for line in public[name]]
    assert None in told


def test_cuts_too_fine_to_be_crossed_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clairevoie.decisions.replay.crossings.MOST_CELLS", 8)
    first = ["n"] * 200 + ["s"] * 200
    second = [f"d{row % 5}" for row in range(400)]
    public = two_cuts(first, second, [False] * 400).publishable()
    assert "group:lieu" in [cut["name"] for cut in public["left_out"]]
    assert "group:lieu" not in [cut["name"] for cut in public["breakdowns"]]
