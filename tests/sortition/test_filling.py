"""Seats that are left are drawn with the same fairness, and fill a panel that meets the quotas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.sortition.certificate import check
from clairevoie.sortition.conflicts import can_be_met
from clairevoie.sortition.filling import seats_left
from clairevoie.sortition.lottery import lottery_of, members
from clairevoie.sortition.pool import PoolProblem, Problem, Quota, panel_problem, problem_of
from clairevoie.sortition.selection import select
from tests.sortition.test_selection import problems


def kinds_of(problem: Problem, persons: tuple[str, ...]) -> np.ndarray:
    place = {person: at for at, person in enumerate(problem.persons)}
    return np.bincount(problem.kind[[place[one] for one in persons]], minlength=len(problem.many))


@settings(max_examples=40, deadline=None)
@given(problems(most=12), st.data())
def test_whoever_withdraws_is_replaced_within_the_quotas(
    problem: Problem, data: st.DataObject
) -> None:
    found = select(problem)
    panel = members(found, lottery_of(found, numbers=10), data.draw(st.integers(0, 9)))
    leaving = data.draw(st.lists(st.sampled_from(panel), min_size=1, max_size=2, unique=True))
    staying = tuple(one for one in panel if one not in leaving)
    try:
        left = seats_left(problem, chosen=staying, excluded=leaving)
    except PoolProblem as refusal:
        assert "volunteers left" in str(refusal)  # noqa: PT017 - either way is right
        return
    if not can_be_met(left):
        return
    again = select(left)
    assert check(left, again.panels, again.weights, again.stages).problems == ()
    lottery = lottery_of(again, numbers=7)
    for number in range(7):
        new = members(again, lottery, number)
        assert not set(new) & set(panel)
        assert panel_problem(problem, kinds_of(problem, (*staying, *new))) == ""


def test_what_cannot_be_is_said_at_once() -> None:
    quotas = [Quota("g", "x", 1, 1), Quota("g", "y", 1, 2)]
    problem = problem_of(list("abcd"), {"g": list("xxyy")}, quotas, size=3)
    with pytest.raises(PoolProblem) as refusal:
        seats_left(problem, chosen=["z", "a"], excluded=["a", "q"])
    assert len(refusal.value.problems) == 3
    with pytest.raises(PoolProblem, match="have 2 of g / x, and 1 at most"):
        seats_left(problem, chosen=["a", "b"])
    with pytest.raises(PoolProblem, match="none is left"):
        seats_left(problem, chosen=["a", "c", "d"])
    with pytest.raises(PoolProblem, match="1 volunteers left for 2 seats"):
        seats_left(problem, chosen=["a"], excluded=["b", "c"])
    left = seats_left(problem, chosen=["a"], excluded=["b"])
    assert (left.persons, left.size) == (("c", "d"), 2)
    assert [(each.low, each.high) for each in left.quotas] == [(0, 0), (1, 2)]
