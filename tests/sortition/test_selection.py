"""Chances that are the fairest, panels that meet the quotas, and a proof that needs no solver."""

from __future__ import annotations

import csv
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog  # type: ignore[import-untyped]

from clairevoie.sortition.certificate import check
from clairevoie.sortition.leximin import NoPanelError, leximin
from clairevoie.sortition.lottery import chances_of, lottery_of, members
from clairevoie.sortition.pool import (
    HOUSEHOLD,
    PoolProblem,
    Problem,
    Quota,
    panel_problem,
    problem_of,
)
from clairevoie.sortition.portfolio import portfolio_of
from clairevoie.sortition.selection import WHOLE, select
from clairevoie.sortition.staged import staged

FOLDERS = (
    "example_small_20",
    "example_large_200",
    "opendlp_monitoring_30",
    "sf_bench300_45",
    "sf_benchtight300_45",
    "sf_fixture_22",
)


@st.composite
def problems(draw: st.DrawFn, *, most: int = 9) -> Problem:
    """A small pool with two categories, and quotas around a panel that exists."""
    people = draw(st.integers(3, most))
    size = draw(st.integers(1, people - 1))
    features = {
        "a": draw(st.lists(st.sampled_from("xyz"), min_size=people, max_size=people)),
        "b": draw(st.lists(st.sampled_from("uv"), min_size=people, max_size=people)),
    }
    chosen = draw(st.permutations(range(people)))[:size]
    quotas = []
    for category, values in features.items():
        for feature in sorted(set(values)):
            there = sum(values[at] == feature for at in chosen)
            low = max(0, there - draw(st.integers(0, 1)))
            quotas.append(Quota(category, feature, low, there + draw(st.integers(0, 1))))
    # Neighbours whom no panel above has both.
    alone = [f"h{at}" for at in range(people)]
    others = [at for at in range(people) if at not in chosen]
    neighbours: bool = draw(st.booleans())
    if others and neighbours:
        alone[others[0]] = alone[chosen[0]]
    return problem_of(
        [f"p{at}" for at in range(people)], features, quotas, size=size, households=alone
    )


def by_hand(problem: Problem) -> list[float]:
    """The sorted leximin chances, from all the panels and one plain linear program a stage."""
    panels = [
        seats
        for chosen in combinations(range(len(problem.persons)), problem.size)
        if not panel_problem(
            problem,
            np.bincount(problem.kind[list(chosen)], minlength=len(problem.many)),
        )
        for seats in [np.isin(np.arange(len(problem.persons)), chosen).astype(float)]
    ]
    table = np.array(panels).T
    people, count = table.shape
    level = np.full(people, np.nan)
    while np.isnan(level).any():
        open_ones = np.isnan(level)

        def best(objective: np.ndarray, floor: float | None, open_ones: np.ndarray) -> float:
            rows, sides = [], []
            for person in range(people):
                if open_ones[person]:
                    rows.append(np.append(-table[person], 1.0 if floor is None else 0.0))
                    sides.append(0.0 if floor is None else -floor)
                else:
                    rows.append(np.append(-table[person], 0.0))
                    sides.append(-level[person] + 1e-9)
            found = linprog(
                -objective,
                A_ub=np.array(rows),
                b_ub=np.array(sides),
                A_eq=[np.append(np.ones(count), 0.0)],
                b_eq=[1.0],
            )
            assert found.success
            return -float(found.fun)

        lowest = best(np.append(np.zeros(count), 1.0), None, open_ones)
        # Those who cannot have more, found without any multiplier.
        for person in np.flatnonzero(open_ones):
            if best(np.append(table[person], 0.0), lowest - 1e-9, open_ones) < lowest + 1e-6:
                level[person] = lowest
    return sorted(level.tolist())


@settings(max_examples=60, deadline=None)
@given(problems())
def test_chances_are_the_leximin_of_all_panels(problem: Problem) -> None:
    found = select(problem)
    chance = np.sort(np.repeat(found.seats / WHOLE / problem.many, problem.many))
    np.testing.assert_allclose(chance, by_hand(problem), atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(problems(most=14))
def test_panels_meet_the_quotas_and_the_proof_holds(problem: Problem) -> None:
    found = select(problem)
    assert not any(panel_problem(problem, panel) for panel in found.panels)
    assert int(found.weights.sum()) == WHOLE
    checked = check(problem, found.panels, found.weights, found.stages)
    assert checked.problems == ()
    assert all(level.bound >= level.chance for level in checked.levels)
    if found.tight:
        assert float(checked.gap) < 1e-7


@settings(max_examples=40, deadline=None)
@given(problems(most=14))
def test_both_ways_to_the_leximin_agree(problem: Problem) -> None:
    relaxed = leximin(problem)
    found = portfolio_of(problem, relaxed.chance)
    assume(found.residual <= 1e-8)
    other = staged(problem, list(found.panels))
    np.testing.assert_allclose(other.chance(problem), relaxed.chance, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(problems(most=14), st.integers(1, 60), st.data())
def test_the_order_of_volunteers_and_quotas_changes_nothing(
    problem: Problem, numbers: int, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(problem.persons))))
    features = {
        category: [problem.features[problem.kind[at]][place] for at in order]
        for place, category in enumerate(problem.categories)
    }
    households = features.pop(HOUSEHOLD, None)
    again = problem_of(
        [problem.persons[at] for at in order],
        features,
        [each for each in problem.quotas if each.category != HOUSEHOLD],
        size=problem.size,
        households=households,
    )
    one, other = select(problem), select(again)
    assert one.panels.tolist() == other.panels.tolist()
    assert one.weights.tolist() == other.weights.tolist()
    first, second = lottery_of(one, numbers=numbers), lottery_of(other, numbers=numbers)
    for number in (0, numbers - 1):
        assert members(one, first, number) == members(other, second, number)


@settings(max_examples=40, deadline=None)
@given(problems(most=14), st.integers(1, 60))
def test_each_number_is_a_panel_and_equals_are_treated_alike(
    problem: Problem, numbers: int
) -> None:
    found = select(problem)
    lottery = lottery_of(found, numbers=numbers)
    assert len(lottery.tickets) == numbers
    place = {person: at for at, person in enumerate(problem.persons)}
    times = dict.fromkeys(problem.persons, 0)
    for number in range(numbers):
        panel = members(found, lottery, number)
        assert len(set(panel)) == problem.size
        kinds = np.bincount(
            problem.kind[[place[one] for one in panel]], minlength=len(problem.many)
        )
        assert panel_problem(problem, kinds) == ""
        for one in panel:
            times[one] += 1
    assert times == chances_of(found, lottery)
    for kind in range(len(problem.many)):
        counts = [times[one] for one in problem.persons if problem.kind[place[one]] == kind]
        assert max(counts) - min(counts) <= 1
    chance = found.seats / WHOLE / problem.many
    rounded = (
        np.bincount(problem.kind, weights=[times[one] for one in problem.persons])
        / problem.many
        / numbers
    )
    assert (chance - rounded).max() <= lottery.loss + 1e-9


def test_a_false_proof_is_seen() -> None:
    problem = problem_of(
        list("abcdef"),
        {"g": list("xxyyyy")},
        [Quota("g", "x", 1, 1), Quota("g", "y", 1, 1)],
        size=2,
    )
    found = select(problem)
    fair = check(problem, found.panels, found.weights, found.stages)
    assert (fair.lowest, fair.highest) == (Fraction(1, 4), Fraction(1, 2))
    assert fair.gap < Fraction(1, 10**9)
    # Another panel than the quotas allow.
    wrong = found.panels.copy()
    wrong[0] = [2, 0]
    assert (
        "where 1 to 1 are asked" in check(problem, wrong, found.weights, found.stages).problems[0]
    )
    # Multipliers that prove nothing: the bound stays a bound, and the gap shows it.
    nothing = replace(found.stages[0], quota=np.zeros(2), size=0.0)
    assert check(problem, found.panels, found.weights, [nothing]).gap > Fraction(1, 10)


def test_everything_wrong_is_said_at_once() -> None:
    quotas = [
        Quota("g", "x", 3, 2),
        Quota("g", "y", 3, 3),
        Quota("g", "y", 3, 3),
        Quota("h", "u", 0, 1),
    ]
    with pytest.raises(PoolProblem) as problem:
        problem_of(["a", "b", "b"], {"g": ["x", "w", ""]}, quotas, size=4)
    said = "\n".join(problem.value.problems)
    for text in (
        "g / x asks for 3 to 2",
        "g / y is given twice",
        "Category h allows 1 seats at most",
        "There are 3 volunteers for 4 seats.",
        "Volunteer “b” is there several times",
        "Volunteer “b”: “w” has no quota in category g.",
        "Volunteer “b” has nothing in category g.",
        "no column “h”",
        "asks for 3 seats, and 0 volunteers have this feature",
    ):
        assert text in said, text


def test_quotas_that_contradict_each_other_are_refused() -> None:
    quotas = [
        Quota("g", "x", 1, 1),
        Quota("g", "y", 1, 1),
        Quota("h", "u", 2, 2),
        Quota("h", "v", 0, 0),
    ]
    problem = problem_of(list("abcd"), {"g": list("xxyy"), "h": list("vvuu")}, quotas, size=2)
    with pytest.raises(NoPanelError):
        select(problem)


def read(folder: Path) -> Problem:
    with (folder / "categories.csv").open(encoding="utf-8") as file:
        quotas = [
            Quota(row["category"], row["feature"], int(row["min"]), int(row["max"]))
            for row in csv.DictReader(file)
        ]
    with (folder / "respondents.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    features = {name: [row[name] for row in rows] for name in rows[0]}
    size = int(folder.name.rpartition("_")[2])
    return problem_of([str(at) for at in range(len(rows))], features, quotas, size=size)


@pytest.mark.shared_data
@pytest.mark.parametrize("name", FOLDERS)
def test_real_pools_have_a_proved_leximin(shared_data: Path, name: str) -> None:
    problem = read(shared_data / "sortition" / name)
    found = select(problem)
    checked = check(problem, found.panels, found.weights, found.stages)
    assert found.tight
    assert checked.problems == ()
    assert float(checked.gap) < 1e-6
    lottery = lottery_of(found)
    assert lottery.loss < 0.0015


@pytest.mark.shared_data
def test_a_pool_where_fractions_promise_too_much(shared_data: Path) -> None:
    problem = read(shared_data / "sortition" / "opendlp_docs_20")
    found = select(problem)
    assert not found.tight
    checked = check(problem, found.panels, found.weights, found.stages)
    assert checked.problems == ()
    # Some volunteers are in no panel that meets the quotas: nobody can raise the lowest chance.
    assert checked.lowest == 0
    assert checked.levels[0].bound == 0


def test_one_member_of_a_household_at_most() -> None:
    quotas = [Quota("g", "x", 0, 3), Quota("g", "y", 0, 3)]
    problem = problem_of(
        list("abcde"),
        {"g": list("xyxyx")},
        quotas,
        size=3,
        households=["rue A", "rue A", "rue B", "", ""],
    )
    # Four households for three seats: two of them are the two who gave none.
    assert problem.categories == ("g", HOUSEHOLD)
    assert not any("rue" in text for row in problem.features for text in row)
    found = select(problem)
    lottery = lottery_of(found, numbers=100)
    for number in range(100):
        assert not {"a", "b"} <= set(members(found, lottery, number))
    checked = check(problem, found.panels, found.weights, found.stages)
    # The two neighbours share one seat at most: a chance of one half each.
    assert float(checked.lowest) == pytest.approx(1 / 2)
    assert float(checked.gap) < 1e-9
