"""The leximin over whole panels, stage by stage, where fractions of seats promise too much."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from clairevoie.sortition.leximin import settled_now
from clairevoie.sortition.pool import Floats, Ints, Problem
from clairevoie.sortition.portfolio import NIL, Columns, Portfolio
from clairevoie.sortition.solver import values


def staged(problem: Problem, start: Sequence[Ints], *, rounds: int = 20_000) -> Portfolio:
    """Return a lottery that gives the leximin chances over whole panels.

    Each stage raises the lowest chance that is not settled as far as it goes: a linear program over
    the panels found so far, and a panel more as long as one helps (column generation, whose
    pricing is a program in whole numbers). Types whose multiplier is not 0 are then settled.

    Args:
        problem: which panel is drawn.
        start: panels to begin with, at least one.
        rounds: most panels found in all.

    Raises:
        RuntimeError: the rounds do not suffice.

    Source:
        Flanigan, Gölz, Gupta, Hennig, Procaccia, Nature 596 (2021), supplementary information.
    """
    columns = Columns(problem, start)
    types = len(problem.many)
    # Variable 0 is the lowest chance: no type that is not settled has less.
    columns.master.changeColCost(0, -1.0)
    for kind in range(types):
        columns.master.changeCoeff(kind, 0, -1.0)
    level = np.full(types, np.nan)
    while np.isnan(level).any():
        share, rounds = _stage(columns, rounds)
        lowest = float(values(columns.master, 1)[0])
        settled = settled_now(share, np.isnan(level))
        level[settled] = lowest
        for kind in settled.tolist():
            columns.master.changeCoeff(kind, 0, 0.0)
            # A hair less: the level is only known to the tolerance of the solver.
            columns.master.changeRowBounds(kind, lowest - NIL, np.inf)
    return columns.portfolio(level)


def _stage(columns: Columns, rounds: int) -> tuple[Floats, int]:
    """Return the multipliers of the types once no panel raises the lowest chance; rounds left."""
    while rounds:
        rounds -= 1
        duals = columns.multipliers()
        share = np.clip(duals[:-1], 0, None)
        panel = columns.best(share)
        gain = float(share @ (panel / columns.problem.many))
        if gain + float(duals[-1]) <= NIL or not columns.add(panel):
            return share, rounds
    raise RuntimeError("too many panels are needed for the leximin of these quotas")
