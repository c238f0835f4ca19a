"""The bound of a level is Lagrange's, exactly, however large its multipliers are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.sortition.certificate import check, most, parts
from clairevoie.sortition.leximin import Stage
from clairevoie.sortition.pool import Problem, Quota, problem_of

MULTIPLIERS = st.one_of(
    st.floats(-3, 3), st.floats(-1e9, 1e9), st.just(0.0), st.floats(-1e-11, 1e-11)
)


def problem() -> Problem:
    """Twelve volunteers of four types for four seats."""
    features = {
        "a": ["x"] * 5 + ["y"] * 7,
        "b": ["u", "u", "v", "v", "v"] + ["u"] * 4 + ["v"] * 3,
    }
    quotas = [
        Quota("a", "x", 2, 2),
        Quota("a", "y", 2, 2),
        Quota("b", "u", 1, 2),
        Quota("b", "v", 2, 3),
    ]
    return problem_of([str(at) for at in range(12)], features, quotas, size=4)


def by_the_formula(
    of: Problem, chance: list[Fraction], stage: Stage, settled: set[int]
) -> Fraction:
    """The bound as its docstring writes it, term by term, in fractions."""
    share = [parts(max(each, 0.0)) for each in stage.share]
    rest = sum((each for at, each in enumerate(share) if at not in settled), Fraction(0))
    if not rest:
        return Fraction(1)
    worth = [each / rest / int(many) for each, many in zip(share, of.many, strict=True)]
    quota = [parts(each) / rest for each in stage.quota]
    bound = most(of, worth, quota, parts(stage.size) / rest)
    return bound - sum((share[at] / rest * chance[at] for at in settled), Fraction(0))


@given(st.data())
def test_bounds_are_those_of_the_formula(data: st.DataObject) -> None:
    of = problem()
    types, rows = len(of.many), len(of.quotas)
    panels = np.array([[1, 1, 1, 1]], dtype=np.int64)
    weights = np.array([data.draw(st.sampled_from((1, 10**12, 10**18)))], dtype=np.int64)
    order = data.draw(st.permutations(range(types)))
    cut = data.draw(st.integers(1, types))
    groups = [group for group in (order[:cut], order[cut:]) if group]
    stages = [
        Stage(
            0.0,
            np.array(group, dtype=np.int64),
            np.array(data.draw(st.lists(MULTIPLIERS, min_size=types, max_size=types))),
            np.array(data.draw(st.lists(MULTIPLIERS, min_size=rows, max_size=rows))),
            data.draw(MULTIPLIERS),
        )
        for group in groups
    ]
    found = check(of, panels, weights, stages)
    chance = [Fraction(1, int(many)) for many in of.many]
    assert (found.lowest, found.highest) == (min(chance), max(chance))
    settled: set[int] = set()
    for level, stage in zip(found.levels, stages, strict=True):
        assert level.bound == by_the_formula(of, chance, stage, settled)
        assert level.chance == min(chance[at] for at in range(types) if at not in settled)
        settled |= set(stage.types.tolist())
