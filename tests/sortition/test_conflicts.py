"""Quotas that cannot be met: a set that contradicts itself, and the smallest changes that help."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.sortition.conflicts import (
    Demand,
    Side,
    can_be_met,
    conflict,
    relaxations,
    relaxed,
)
from clairevoie.sortition.pool import Problem, Quota, panel_problem, problem_of


@st.composite
def asked(draw: st.DrawFn) -> Problem:
    """A small pool, and quotas that each can be met alone."""
    people = draw(st.integers(3, 8))
    size = draw(st.integers(1, people - 1))
    features = {
        name: draw(st.lists(st.sampled_from("xy"), min_size=people, max_size=people))
        for name in "abc"
    }
    quotas = []
    for category, values in features.items():
        for feature in sorted(set(values)):
            there = min(values.count(feature), size)
            low = draw(st.integers(0, there))
            quotas.append(Quota(category, feature, low, draw(st.integers(low, size))))
    quotas = [
        replace(each, low=0)
        if sum(one.low for one in quotas if one.category == each.category) > size
        else each
        for each in quotas
    ]
    quotas = [
        replace(each, high=size)
        if sum(one.high for one in quotas if one.category == each.category) < size
        else each
        for each in quotas
    ]
    return problem_of([f"p{at}" for at in range(people)], features, quotas, size=size)


def exists(problem: Problem, demands: tuple[Demand, ...] | None = None) -> bool:
    """Whether one of all the panels meets the quotas, or some demands of them."""
    if demands is not None:
        sides = {(each.quota.category, each.quota.feature, each.side) for each in demands}
        problem = replace(
            problem,
            quotas=tuple(
                replace(
                    each,
                    low=each.low if (each.category, each.feature, Side.LOW) in sides else 0,
                    high=each.high
                    if (each.category, each.feature, Side.HIGH) in sides
                    else problem.size,
                )
                for each in problem.quotas
            ),
        )
    return any(
        not panel_problem(problem, np.array(panel))
        for panel in product(*(range(int(many) + 1) for many in problem.many))
        if sum(panel) == problem.size
    )


@settings(max_examples=60, deadline=None)
@given(asked())
def test_a_conflict_has_nothing_too_much(problem: Problem) -> None:
    found = conflict(problem)
    possible = exists(problem)
    assert can_be_met(problem) == possible
    assert (found == ()) == possible
    if found:
        assert not exists(problem, found)
        for each in found:
            assert exists(problem, tuple(one for one in found if one != each))


@settings(max_examples=60, deadline=None)
@given(asked())
def test_relaxations_help_and_are_the_smallest(problem: Problem) -> None:
    found = relaxations(problem)
    if exists(problem):
        assert found == ()
        return
    assert found
    assert [each.seats for each in found] == sorted(each.seats for each in found)
    assert len({each.changes for each in found}) == len(found)
    for each in found:
        assert exists(relaxed(problem, each))
    # Nothing smaller helps: no bound, or pair of bounds, widened by less in all.
    smallest = found[0].seats
    sides = [(at, side) for at in range(len(problem.quotas)) for side in Side]
    for steps in product(range(smallest), repeat=len(sides)) if len(sides) <= 6 else ():
        if sum(steps) >= smallest:
            continue
        quotas = list(problem.quotas)
        for (at, side), by in zip(sides, steps, strict=True):
            quotas[at] = (
                replace(quotas[at], low=max(quotas[at].low - by, 0))
                if side is Side.LOW
                else replace(quotas[at], high=quotas[at].high + by)
            )
        assert not exists(replace(problem, quotas=tuple(quotas)))


def test_it_is_said_in_words() -> None:
    quotas = [
        Quota("sexe", "F", 2, 2),
        Quota("sexe", "H", 0, 1),
        Quota("âge", "jeune", 2, 3),
        Quota("âge", "vieux", 0, 1),
    ]
    # The two women are old.
    features = {"sexe": list("FFHHH"), "âge": ["vieux", "vieux", "jeune", "jeune", "jeune"]}
    problem = problem_of(list("abcde"), features, quotas, size=3)
    assert {each.words for each in conflict(problem)} <= {
        "at least 2 of sexe / F",
        "at most 1 of sexe / H",
        "at least 2 of âge / jeune",
        "at most 1 of âge / vieux",
    }
    first = relaxations(problem)[0]
    assert first.seats == 2
    assert all("instead of" in each.words for each in first.changes)
