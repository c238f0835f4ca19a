"""The best lottery over whole panels, where fractions of seats promise too much.

Columns are generated: a linear program over the panels found so far, in which what is curved is
replaced by tangents, and a panel or tangents more as long as they help.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from clairevoie.sortition.fractions_of_seats import Bools
from clairevoie.sortition.objectives import Objective
from clairevoie.sortition.pool import Floats, Ints, Problem
from clairevoie.sortition.portfolio import Columns, Portfolio
from clairevoie.sortition.solver import quiet, solved, values

NEAR = 1e-7
"""How near to the best a lottery is: of the lowest chance, or relative."""


def possible(problem: Problem, columns: Columns) -> Bools:
    """Return which types a panel can have, of shape (types,); panels that have them are added."""
    found: Bools = np.zeros(len(problem.many), dtype=np.bool_)
    for panel in columns.panels:
        found |= panel > 0
    for kind in range(len(problem.many)):
        if not found[kind]:
            share = np.zeros(len(problem.many))
            share[kind] = 1.0
            panel = columns.best(share)
            columns.add(panel)
            found |= panel > 0
    return found


def generated(
    columns: Columns, objective: Objective, counted: Bools, *, rounds: int = 20_000
) -> Portfolio:
    """Return the best lottery over whole panels.

    Args:
        columns: panels to begin with; together they have each type that counts.
        objective: maximin, nash or goldilocks.
        counted: types whose chances count, of shape (types,).
        rounds: most panels or tangents looked for.

    Raises:
        RuntimeError: the rounds do not suffice.
    """
    program = _Program(columns.problem, objective, counted)
    for panel in columns.panels:
        program.add(panel)
    best, weights = np.inf, np.zeros(0)
    for _round in range(rounds):
        bound, prices = program.solve()
        chance = program.chance()
        value = program.value(chance)
        if value < best:
            best, weights = value, program.weights()
        # The same worth for each seat changes no choice; none is then under 0.
        lift = max(0.0, -float(np.min(prices / columns.problem.many)))
        panel = columns.best(prices + lift * columns.problem.many)
        gain = float(prices @ (panel / columns.problem.many)) - program.worth
        # Weak duality: no lottery over whole panels is better than the bound, less the gain.
        if best - (bound - max(gain, 0.0)) <= NEAR:
            return _portfolio(columns, weights)
        new = gain > 0 and columns.add(panel)
        if new:
            program.add(panel)
        if not program.refine(chance) and not new:
            return _portfolio(columns, weights)
    raise RuntimeError(f"too many panels are needed for the {objective} lottery of these quotas")


def _portfolio(columns: Columns, weights: Floats) -> Portfolio:
    used = np.flatnonzero(weights > 0)
    panels = np.array([columns.panels[at] for at in used], dtype=np.int64)
    return Portfolio(panels, weights[used] / weights[used].sum(), 0.0)


class _Program:
    """The program over the panels found so far; what it makes smallest is `value`.

    Variables are the chance of each type, those of the objective, then one a panel. The first rows
    are one a type, then the sum of the probabilities.
    """

    def __init__(self, problem: Problem, objective: Objective, counted: Bools) -> None:
        self.problem, self.objective = problem, objective
        self.kinds = np.flatnonzero(counted)
        self.people = float(problem.many[counted].sum())
        self.mean = problem.size / self.people
        self.types = len(problem.many)
        self.panels = 0
        self.worth = 0.0
        self.model: Any = quiet()
        self.model.addVars(self.types, np.zeros(self.types), np.ones(self.types))
        for kind in range(self.types):
            self.model.addRow(0.0, 0.0, 1, np.array([kind]), np.array([-1.0]))
        self.model.addRow(1.0, 1.0, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        if objective is Objective.NASH:
            self._logarithms()
        else:
            self._bounds()
        self.extras = self.model.getNumCol() - self.types

    def _logarithms(self) -> None:
        weights = self.problem.many[self.kinds] / self.people
        for weight in weights.tolist():
            self.model.addVar(-np.inf, 0.0)
            self.model.changeColCost(self.model.getNumCol() - 1, -weight)
        for step in range(-6, 7):
            self._touch_logarithms(np.full(self.types, min(self.mean * 2.0**step, 1.0)))

    def _bounds(self) -> None:
        low, high, inverse = self.types, self.types + 1, self.types + 2
        for _each in range(3):
            self.model.addVar(0.0, np.inf)
        if self.objective is Objective.MAXIMIN:
            self.model.changeColCost(low, -self.mean)
        else:
            self.model.changeColCost(high, 1.0)
            self.model.changeColCost(inverse, 1.0)
            for step in range(-6, 1):
                self._touch_inverse(2.0**step)
        for kind in self.kinds.tolist():
            places = (np.array([kind, low]), np.array([kind, high]))
            self.model.addRow(0.0, np.inf, 2, places[0], np.array([1.0, -self.mean]))
            self.model.addRow(-np.inf, 0.0, 2, places[1], np.array([1.0, -self.mean]))

    def add(self, panel: Ints) -> None:
        """Add a panel."""
        there = np.flatnonzero(panel)
        places = np.append(there, self.types)
        shares = np.append(panel[there] / self.problem.many[there], 1.0)
        self.model.addCol(0.0, 0.0, np.inf, len(places), places, shares)
        self.panels += 1

    def solve(self) -> tuple[float, Floats]:
        """Return a bound on the value over these panels, and what the chances are worth."""
        if not solved(self.model):
            raise RuntimeError("the program of the best lottery has no solution")
        duals = np.asarray(self.model.getSolution().row_dual, dtype=np.float64)
        self.worth = -float(duals[self.types])
        return float(self.model.getObjectiveValue()), duals[: self.types]

    def weights(self) -> Floats:
        """Return the probabilities of the panels."""
        first = self.types + self.extras
        found: Floats = np.clip(values(self.model, first + self.panels)[first:], 0, None)
        return found

    def chance(self) -> Floats:
        """Return the chance of a volunteer of each type."""
        return values(self.model, self.types)

    def value(self, chance: Floats) -> float:
        """Return what the objective makes smallest."""
        counted = chance[self.kinds]
        if counted.min() <= 0:
            return np.inf
        if self.objective is Objective.MAXIMIN:
            return -float(counted.min())
        if self.objective is Objective.NASH:
            return -float(self.problem.many[self.kinds] @ np.log(counted)) / self.people
        return float(counted.max() / self.mean + self.mean / counted.min())

    def refine(self, chance: Floats) -> bool:
        """Add tangents at a point; tell whether there was something to make finer."""
        if self.objective is Objective.MAXIMIN:
            return False
        found = values(self.model, self.types + self.extras)[self.types :]
        if self.objective is Objective.NASH:
            return self._touch_logarithms(chance, found)
        low = max(float(found[0]), 1e-6)
        if 1 / low - found[2] <= NEAR / 10:
            return False
        self._touch_inverse(low)
        return True

    def _touch_logarithms(self, chance: Floats, found: Floats | None = None) -> bool:
        """Add the tangents of the logarithms that are above them; tell whether there are any."""
        some = False
        for at, kind in enumerate(self.kinds.tolist()):
            point = max(float(chance[kind]), 0.1 / self.people)
            if found is not None and found[at] - np.log(point) <= NEAR / 10:
                continue
            places = np.array([kind, self.types + at])
            # The logarithm is at most that of the point, and so much more.
            high = float(np.log(point)) - 1.0
            self.model.addRow(-np.inf, high, 2, places, np.array([-1 / point, 1.0]))
            some = True
        return some

    def _touch_inverse(self, point: float) -> None:
        places = np.array([self.types, self.types + 2])
        self.model.addRow(2 / point, np.inf, 2, places, np.array([1 / point**2, 1.0]))
