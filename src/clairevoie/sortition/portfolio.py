"""Whole panels, with probabilities that give every volunteer the chance asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.sortition.face import Face
from clairevoie.sortition.nearest import Nearest
from clairevoie.sortition.pool import Floats, Ints, Problem
from clairevoie.sortition.solver import panel_model, quiet, row_duals, solved, values, whole

NIL = 1e-9
"""A residual under this is that of floating numbers."""
_VARIES = 1e-3
"""Least variance of the seats of a type that is reckoned with."""


@dataclass(frozen=True, slots=True, eq=False)
class Portfolio:
    """Panels and the probability of each.

    Attributes:
        panels: how many of each type, of shape (panels, types); each meets the quotas.
        weights: probabilities, of sum 1, of shape (panels,).
        residual: largest lack of a volunteer's chance below the one asked for.
    """

    panels: Ints
    weights: Floats
    residual: float

    def chance(self, problem: Problem) -> Floats:
        """Return the chance of a volunteer of each type, of shape (types,)."""
        found: Floats = self.weights @ self.panels / problem.many
        return found


def portfolio_of(problem: Problem, chance: Floats, *, rounds: int = 20_000) -> Portfolio:
    """Return panels whose lottery gives each volunteer the chance asked for, or nearly.

    The lottery over the panels there are that comes nearest to the chances, in squares, leaves a
    rest; a panel more is looked for in its direction, until nothing is left, or no panel goes that
    way: then no lottery over panels gives these chances.

    Args:
        problem: which panel is drawn.
        chance: of a volunteer of each type, of shape (types,); the seats they make meet the quotas.
        rounds: most panels looked for.
    """
    face = Face(problem, chance * problem.many)
    # Seats that hardly vary between panels count for more: the rest is as small for all.
    scale = 1 / np.sqrt(np.maximum((face.point - face.low) * (face.high - face.point), _VARIES))
    near = Nearest(face.point * scale, width=min(problem.size, len(chance)))
    panels: list[Ints] = []
    for _round in range(rounds):
        rest = near.rest
        if float(np.abs(rest / scale / problem.many).max()) <= NIL:
            break
        panel = face.towards(rest * scale)
        if panel is None:
            break
        panels.append(panel)
        if not near.add(panel * scale):
            break
    if not near.count:
        return lottery(problem, chance, [any_panel(problem)], np.ones(1))
    return lottery(problem, chance, [panels[at] for at in near.names], near.weights)


def lottery(problem: Problem, chance: Floats, panels: Sequence[Ints], weights: Floats) -> Portfolio:
    """Return panels with their probabilities, beside the chances asked for.

    Args:
        problem: which panel is drawn.
        chance: of a volunteer of each type, of shape (types,).
        panels: how many of each type, each of shape (types,).
        weights: 0 or more, of shape (panels,); they become probabilities.
    """
    used = np.flatnonzero(weights > 0)
    shares = weights[used] / weights[used].sum()
    chosen = np.array([panels[at] for at in used], dtype=np.int64)
    lack = float(np.max(chance - shares @ chosen / problem.many))
    return Portfolio(chosen, shares, max(lack, 0.0))


class Columns:
    """The program of the best lottery over the panels found so far, and the one that finds another.

    Variable 0 of the master is left to whoever uses it; then one a panel. A row a type, whose value
    is the chance of one of its volunteers, then the sum of the probabilities, which is 1.
    """

    def __init__(self, problem: Problem, start: Sequence[Ints]) -> None:
        """Make both programs; ``start`` holds at least one panel."""
        types = len(problem.many)
        self.problem = problem
        self.panels: list[Ints] = []
        self.known: set[bytes] = set()
        self.pricing: Any = panel_model(problem)
        self.master: Any = quiet()
        self.master.addVar(0.0, 1.0)
        for _kind in range(types):
            self.master.addRow(0.0, np.inf, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
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

    def multipliers(self) -> Floats:
        """Return those of the best lottery over the panels there are, of shape (types + 1,)."""
        if not solved(self.master):
            raise RuntimeError("the program of the best lottery has no solution")
        return row_duals(self.master)

    def best(self, share: Floats) -> Ints:
        """Return the panel that is worth most, a seat of a type being worth its share."""
        for kind, each in enumerate(share / self.problem.many):
            self.pricing.changeColCost(kind, float(each))
        if not solved(self.pricing):
            raise RuntimeError("no whole panel meets the quotas")
        return whole(values(self.pricing, len(share)))

    def portfolio(self, chance: Floats) -> Portfolio:
        """Return the lottery that was found, beside the chances asked for."""
        weights = np.clip(values(self.master, 1 + len(self.panels))[1:], 0, None)
        return lottery(self.problem, chance, self.panels, weights)


def any_panel(problem: Problem) -> NDArray[np.int64]:
    """Return a panel that meets the quotas, of shape (types,).

    Raises:
        ValueError: there is none.
    """
    model = panel_model(problem)
    if not solved(model):
        raise ValueError("no whole panel meets the quotas")
    return whole(values(model, len(problem.many)))
