"""Whether quotas can be met, while they are typed: what contradicts what, and what is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clairevoie.sortition.conflicts import Demand, Relaxation, can_be_met, conflict, relaxations
from clairevoie.sortition.leximin import leximin
from clairevoie.sortition.pool import HOUSEHOLD, PoolProblem, Quota
from clairevoie.web.sortition.services.preparing import Volunteers
from clairevoie.web.sortition.services.words import problem_text

MOST_TYPES = 1000
"""With more kinds of volunteers, chances take too long to be told while quotas are typed."""


@dataclass(frozen=True, slots=True)
class Check:
    """What quotas make possible.

    Attributes:
        problem: what is wrong with them by themselves; empty when nothing is.
        possible: whether a panel meets them.
        conflict: demands that cannot be met together, of which none can be left out.
        relaxations: the smallest changes with which a panel exists.
        households: no panel has one member of a household at most, whatever the quotas.
        lowest, highest: chances of a volunteer, over panels in fractions of seats; both 0 where
            they take too long to compute here.
        equal: the chance of everybody without quotas.
        excluded: volunteers whom no panel can have.
    """

    problem: str = ""
    possible: bool = False
    conflict: tuple[Demand, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    households: bool = False
    lowest: float = 0.0
    highest: float = 0.0
    equal: float = 0.0
    excluded: int = 0


def check_quotas(volunteers: Volunteers, quotas: Sequence[Quota], *, size: int) -> Check:
    """Return what quotas make possible."""
    try:
        problem = volunteers.problem(quotas, size=size)
    except PoolProblem as found:
        return Check(problem=problem_text(found))
    equal = size / len(volunteers.persons)
    if not can_be_met(problem):
        demands = tuple(each for each in conflict(problem) if each.quota.category != HOUSEHOLD)
        return Check(
            conflict=demands,
            relaxations=relaxations(problem) if demands else (),
            households=not demands,
            equal=equal,
        )
    if len(problem.many) > MOST_TYPES:
        return Check(possible=True, equal=equal)
    chance = leximin(problem).chance
    # A chance this low is the rounding of the solver.
    nobody = np.asarray(chance) < 1e-9
    return Check(
        possible=True,
        lowest=float(chance.min()),
        highest=float(chance.max()),
        equal=equal,
        excluded=int(problem.many[nobody].sum()),
    )
