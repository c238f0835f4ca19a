"""Whole panels whose lottery gives chances: nearest combinations, faces, and what cannot be."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, nnls  # type: ignore[import-untyped]

from clairevoie.sortition.face import Face
from clairevoie.sortition.leximin import leximin
from clairevoie.sortition.nearest import Nearest
from clairevoie.sortition.pool import Problem, Quota, panel_problem, problem_of
from clairevoie.sortition.portfolio import portfolio_of
from tests.sortition.test_selection import problems


def all_panels(problem: Problem) -> list[np.ndarray]:
    """Every panel that meets the quotas, as seats of each type."""
    return [
        np.array(panel)
        for panel in product(*(range(int(many) + 1) for many in problem.many))
        if sum(panel) == problem.size and not panel_problem(problem, np.array(panel))
    ]


def reachable(problem: Problem, chance: np.ndarray) -> bool:
    """Whether a lottery over all the panels gives the chances, by one plain linear program."""
    panels = np.array(all_panels(problem), dtype=float).reshape(-1, len(problem.many))
    if not len(panels):
        return False
    # The largest lack, to be made smallest.
    rows = np.hstack([-(panels / problem.many).T, -np.ones((len(chance), 1))])
    found = linprog(
        np.append(np.zeros(len(panels)), 1.0),
        A_ub=rows,
        b_ub=-chance,
        A_eq=[np.append(np.ones(len(panels)), 0.0)],
        b_eq=[1.0],
    )
    assert found.success
    return bool(found.fun < 1e-7)


@settings(max_examples=80, deadline=None)
@given(problems(most=10))
def test_chances_that_a_lottery_gives_are_found_and_no_others(problem: Problem) -> None:
    chance = leximin(problem).chance
    found = portfolio_of(problem, chance)
    assert not any(panel_problem(problem, panel) for panel in found.panels)
    assert found.weights.sum() == pytest.approx(1, abs=1e-12)
    assert (found.residual <= 1e-8) == reachable(problem, chance)
    assert found.residual == pytest.approx(max((chance - found.chance(problem)).max(), 0))


@settings(max_examples=80, deadline=None)
@given(problems(most=10), st.data())
def test_a_panel_of_the_face_is_worth_what_the_point_is_or_there_is_none(
    problem: Problem, data: st.DataObject
) -> None:
    face = Face(problem, leximin(problem).chance * problem.many)
    types = len(problem.many)
    sums, low, high = problem.has @ face.point, problem.low, problem.high
    on_face = [
        panel
        for panel in all_panels(problem)
        if not (panel[face.high <= 0] > 0).any()
        and not (panel < problem.many)[face.low >= problem.many].any()
        and all(
            there == least or abs(sum_ - least) > 1e-6
            for there, sum_, least in zip(problem.has @ panel, sums, low, strict=True)
        )
        and all(
            there == most or abs(sum_ - most) > 1e-6
            for there, sum_, most in zip(problem.has @ panel, sums, high, strict=True)
        )
    ]
    worth = np.array(data.draw(st.lists(st.integers(-5, 5), min_size=types, max_size=types)), float)
    panel = face.towards(worth)
    asked = float(worth @ face.point)
    if panel is None:
        assert all(float(worth @ each) < asked + 1e-6 for each in on_face)
    else:
        assert panel.tolist() in [each.tolist() for each in on_face]
        assert float(worth @ panel) >= asked - 1e-6


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 8), st.integers(1, 30), st.integers(0, 10**6))
def test_the_nearest_combination_is_that_of_lawson_and_hanson(
    dimensions: int, count: int, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    points = chance.random((count, dimensions)) + 0.1
    target = chance.normal(size=dimensions) + 1
    near = Nearest(target, width=dimensions)
    # Each point is offered again as long as one goes in the direction of what is left.
    names: list[int] = []
    for _round in range(50 * count):
        gains = points @ near.rest
        best = int(np.argmax(gains))
        if gains[best] < 1e-9:
            break
        names.append(best)
        assert near.add(points[best])
    _weights, distance = nnls(points.T, target)
    assert float(np.linalg.norm(near.rest)) == pytest.approx(distance, abs=1e-7)
    assert (near.weights > 0).all()
    chosen = points[[names[at] for at in near.names]].reshape(-1, dimensions)
    np.testing.assert_allclose(target - near.weights @ chosen, near.rest, atol=1e-9)


def test_a_point_that_adds_nothing_is_refused() -> None:
    near = Nearest(np.array([1.0, 1.0, 0.5]), width=2)
    assert near.add(np.array([1.0, 1.0, 0.0]))
    assert not near.add(np.array([2.0, 2.0, 0.0]))
    assert near.add(np.array([0.0, 0.0, 1.0]))
    assert near.names.tolist() == [0, 2]
    np.testing.assert_allclose(near.weights, [1.0, 0.5])


def drawn_pool(people: int, size: int, *, seed: int) -> Problem:
    """A pool of many types, with quotas to a seat around a panel that exists."""
    chance = np.random.default_rng(seed)
    counts = {"a": 2, "b": 5, "c": 4, "d": 6, "e": 7}
    features = {
        name: [str(each) for each in chance.choice(many, people, p=chance.dirichlet([3.0] * many))]
        for name, many in counts.items()
    }
    chosen = chance.permutation(people)[:size]
    quotas = []
    for name, many in counts.items():
        for feature in range(many):
            there = sum(features[name][at] == str(feature) for at in chosen)
            quotas.append(Quota(name, str(feature), max(there - 1, 0), there))
    return problem_of([str(at) for at in range(people)], features, quotas, size=size)


@pytest.mark.parametrize("seed", [1, 2])
def test_hundreds_of_types_take_seconds(seed: int) -> None:
    problem = drawn_pool(600, 60, seed=seed)
    assert len(problem.many) > 250
    chance = leximin(problem).chance
    found = portfolio_of(problem, chance)
    assert found.residual <= 1e-8
    assert len(found.panels) <= len(problem.many)
    assert not any(panel_problem(problem, panel) for panel in found.panels)
