"""The leximin over whole panels, stage by stage, where fractions of seats promise too much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from clairevoie.sortition.leximin import settled_now
from clairevoie.sortition.pool import Floats, Ints, Problem
from clairevoie.sortition.portfolio import NIL, Portfolio, panel_model
from clairevoie.sortition.solver import quiet, solved, values, whole


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
    search = _Search(problem, start)
    types = len(problem.many)
    level = np.full(types, np.nan)
    left = rounds
    while np.isnan(level).any():
        duals, left = search.optimum(left)
        lowest = float(values(search.master, 1)[0])
        share = np.clip(duals[:types], 0, None)
        open_ones = np.isnan(level)
        settled = settled_now(share, open_ones)
        level[settled] = lowest
        for kind in settled.tolist():
            search.settle(kind, lowest)
    weights = np.clip(values(search.master, 1 + len(search.panels))[1:], 0, None)
    used = np.flatnonzero(weights > 0)
    weights = weights[used] / weights[used].sum()
    chosen = np.array([search.panels[at] for at in used], dtype=np.int64)
    lack = float(np.max(level - weights @ chosen / problem.many))
    return Portfolio(chosen, weights, max(lack, 0.0), 0.0)


class _Search:
    """The master program, the panels that it knows, and the program that finds another.

    Variable 0 of the master is the lowest chance; then one a panel. A row a type, then the sum.
    """

    def __init__(self, problem: Problem, start: Sequence[Ints]) -> None:
        types = len(problem.many)
        self.problem = problem
        self.panels: list[Ints] = []
        self.known: set[bytes] = set()
        self.pricing: Any = panel_model(problem)
        self.master: Any = quiet()
        self.master.addVar(0.0, 1.0)
        self.master.changeColCost(0, -1.0)
        for _kind in range(types):
            self.master.addRow(0.0, np.inf, 1, np.array([0]), np.array([-1.0]))
        self.master.addRow(1.0, 1.0, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        for panel in start:
            self.add(panel)

    def add(self, panel: Ints) -> bool:
        """Add a panel; tell whether it is new."""
        if panel.tobytes() in self.known:
            return False
        self.known.add(panel.tobytes())
        self.panels.append(panel)
        there = np.flatnonzero(panel)
        places = np.append(there, len(self.problem.many))
        shares = np.append(panel[there] / self.problem.many[there], 1.0)
        self.master.addCol(0.0, 0.0, np.inf, len(places), places, shares)
        return True

    def optimum(self, rounds: int) -> tuple[Floats, int]:
        """Return the multipliers of the best lottery over all panels, and the rounds left."""
        types = len(self.problem.many)
        while rounds:
            rounds -= 1
            if not solved(self.master):
                raise RuntimeError("the program of a stage has no solution")
            duals = np.asarray(self.master.getSolution().row_dual, dtype=np.float64)
            for kind in range(types):
                worth = max(float(duals[kind]), 0.0) / float(self.problem.many[kind])
                self.pricing.changeColCost(kind, worth)
            if not solved(self.pricing):
                raise RuntimeError("no whole panel meets the quotas")
            panel = whole(values(self.pricing, types))
            gain = float(np.clip(duals[:types], 0, None) @ (panel / self.problem.many))
            if gain + float(duals[types]) <= NIL or not self.add(panel):
                return duals, rounds
        raise RuntimeError("too many panels are needed for the leximin of these quotas")

    def settle(self, kind: int, level: float) -> None:
        """Keep a type at a level from now on."""
        self.master.changeCoeff(kind, 0, 0.0)
        # A hair less: the level is only known to the tolerance of the solver.
        self.master.changeRowBounds(kind, level - NIL, np.inf)
