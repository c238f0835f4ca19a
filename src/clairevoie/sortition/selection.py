"""The lottery that is fairest to volunteers, and what proves it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clairevoie.sortition.leximin import Stage, leximin
from clairevoie.sortition.pool import Ints, Problem
from clairevoie.sortition.portfolio import Portfolio, portfolio_of
from clairevoie.sortition.staged import staged

CLOSE = 1e-8
"""A lottery this near to the chances of the relaxation has them."""
WHOLE = 10**12
"""Probabilities are given as whole numbers of this sum."""


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """A lottery over whole panels.

    Attributes:
        problem: which panel is drawn.
        panels: how many of each type, of shape (panels, types).
        weights: probabilities, whole numbers of sum `WHOLE`, of shape (panels,).
        stages: what proves that the chances cannot be raised. All of them where fractions of seats
            promise no more than whole panels give; else the first alone, whose bound is then the
            one of fractions.
        tight: whether fractions of seats promise no more.
    """

    problem: Problem
    panels: Ints
    weights: Ints
    stages: tuple[Stage, ...]
    tight: bool

    @property
    def seats(self) -> Ints:
        """Seats of each type over all the lottery, in parts of `WHOLE`, of shape (types,)."""
        found: Ints = self.weights @ self.panels
        return found


def select(problem: Problem) -> Selection:
    """Return the lottery whose lowest chance is highest, then the second lowest, and so on.

    Raises:
        NoPanelError: the quotas cannot be met.
    """
    relaxed = leximin(problem)
    found = portfolio_of(problem, relaxed.chance)
    tight = found.residual <= CLOSE
    stages = relaxed.stages
    if not tight:
        found = staged(problem, list(found.panels))
        stages = stages[:1]
    return Selection(problem, found.panels, in_parts(found), stages, tight)


def in_parts(found: Portfolio) -> Ints:
    """Return probabilities as whole numbers of sum `WHOLE`; the largest takes what is left."""
    parts = np.floor(found.weights * WHOLE).astype(np.int64)
    parts[int(np.argmax(parts))] += WHOLE - int(parts.sum())
    return parts
