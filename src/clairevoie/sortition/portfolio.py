"""Whole panels, with probabilities that give every volunteer the chance asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.sortition.pool import Floats, Ints, Problem, panel_problem
from clairevoie.sortition.solver import quiet, seats_model, solved, values, whole

NIL = 1e-9
"""A residual under this is that of floating numbers."""
_PEELED = 4
"""Panels peeled off, as a multiple of the types, before the master program takes over."""


@dataclass(frozen=True, slots=True, eq=False)
class Portfolio:
    """Panels and the probability of each.

    Attributes:
        panels: how many of each type, of shape (panels, types); each meets the quotas.
        weights: probabilities, of sum 1, of shape (panels,).
        residual: largest lack of a volunteer's chance below the one asked for.
        bound: no lottery has a smaller largest lack than this.
    """

    panels: Ints
    weights: Floats
    residual: float
    bound: float

    def chance(self, problem: Problem) -> Floats:
        """Return the chance of a volunteer of each type, of shape (types,)."""
        found: Floats = self.weights @ self.panels / problem.many
        return found


def portfolio_of(problem: Problem, chance: Floats, *, rounds: int = 5000) -> Portfolio:
    """Return panels whose lottery gives each volunteer the chance asked for, or nearly.

    First panels are peeled off the point that the chances make, each with the largest probability
    that leaves a point which still meets the quotas (Carathéodory). Where no whole panel lies on
    the face that is left, columns are generated: a linear program finds the best lottery over the
    panels there are, its duals the panel that is missing.

    Args:
        problem: which panel is drawn.
        chance: of a volunteer of each type, of shape (types,); the seats they make meet the quotas.
        rounds: most panels generated after the peeling.
    """
    panels = peeled(problem, chance)
    return _generated(problem, chance, panels, rounds)


# --- peeling --------------------------------------------------------------------------------------


def peeled(problem: Problem, chance: Floats) -> list[Ints]:
    """Return panels peeled off the point, until nothing is left or no panel fits."""
    many = problem.many.astype(float)
    rest = np.clip(chance, 0, 1) * many
    weight = 1.0
    model = panel_model(problem)
    found: list[Ints] = []
    for _round in range(_PEELED * len(many)):
        panel = _on_face(model, problem, rest / weight)
        if panel is None:
            break
        found.append(panel)
        step = min(weight, _longest(problem, rest, panel, weight))
        weight -= step
        if step <= NIL or weight <= NIL:
            break
        rest = np.clip(rest - step * panel, 0, None)
    return found


def panel_model(problem: Problem) -> Any:
    """Return a model of whole panels."""
    import highspy

    model = seats_model(problem)
    for kind in range(len(problem.many)):
        model.changeColIntegrality(kind, highspy.HighsVarType.kInteger)
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    return model


def _on_face(model: Any, problem: Problem, seats: Floats) -> Ints | None:
    """Return a whole panel where every constraint that holds ``seats`` tight is tight; or none."""
    low, high = np.floor(seats + 1e-7), np.ceil(seats - 1e-7)
    # Rounded down or up, and the types of which the most is left come first.
    for kind in range(len(seats)):
        model.changeColBounds(kind, low[kind], high[kind])
        model.changeColCost(kind, seats[kind] - low[kind])
    sums = problem.has @ seats
    for row, (there, least, most) in enumerate(zip(sums, problem.low, problem.high, strict=True)):
        bounds = max(np.floor(there + 1e-7), least), min(np.ceil(there - 1e-7), most)
        model.changeRowBounds(row, float(bounds[0]), float(bounds[1]))
    if not solved(model):
        return None
    panel = whole(values(model, len(seats)))
    return None if panel_problem(problem, panel) else panel


def _longest(problem: Problem, rest: Floats, panel: Ints, weight: float) -> float:
    """Return the largest probability of a panel that leaves a point which meets the quotas.

    What is left, ``rest`` - step · panel, must be within ``weight`` - step times every bound.
    """
    steps = [weight]
    many = problem.many.astype(float)
    for left, taken, top in (
        (rest, panel.astype(float), many),
        (problem.has @ rest, (problem.has @ panel).astype(float), problem.high.astype(float)),
    ):
        # left - step · taken ≤ (weight - step) · top
        gap = top - taken
        where = gap > 0
        steps.append(float(np.min((weight * top - left)[where] / gap[where], initial=weight)))
    sums, taken = problem.has @ rest, problem.has @ panel
    for left, used, bottom in (
        (rest, panel.astype(float), np.zeros_like(many)),
        (sums, taken.astype(float), problem.low.astype(float)),
    ):
        gap = used - bottom
        where = gap > 0
        steps.append(float(np.min((left - weight * bottom)[where] / gap[where], initial=weight)))
    return max(0.0, min(steps))


# --- column generation ----------------------------------------------------------------------------


def _generated(problem: Problem, chance: Floats, panels: list[Ints], rounds: int) -> Portfolio:
    """Return the best lottery, with panels added as long as one lowers the largest lack."""
    types = len(chance)
    columns = Columns(problem, panels or [any_panel(problem)])
    # Variable 0 is the largest lack: each type has its chance, less that.
    columns.master.changeColCost(0, 1.0)
    for kind, each in enumerate(chance):
        columns.master.changeCoeff(kind, 0, 1.0)
        columns.master.changeRowBounds(kind, float(each), np.inf)
    bound = 0.0
    for _round in range(rounds):
        duals = columns.multipliers()
        lack = float(values(columns.master, 1)[0])
        if lack <= NIL:
            break
        share = np.clip(duals[:types], 0, None)
        best = columns.best(share)
        # Weak duality: no lottery lacks less than this.
        worth = float(share @ chance) - float((share / problem.many) @ best)
        bound = max(bound, worth / max(float(share.sum()), NIL))
        if lack - bound <= NIL or not columns.add(best):
            break
    return columns.portfolio(chance, bound=bound)


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
        found: Floats = np.asarray(self.master.getSolution().row_dual, dtype=np.float64)
        return found

    def best(self, share: Floats) -> Ints:
        """Return the panel that is worth most, a seat of a type being worth its share."""
        for kind, each in enumerate(share / self.problem.many):
            self.pricing.changeColCost(kind, float(each))
        if not solved(self.pricing):
            raise RuntimeError("no whole panel meets the quotas")
        return whole(values(self.pricing, len(share)))

    def portfolio(self, chance: Floats, *, bound: float = 0.0) -> Portfolio:
        """Return the lottery that was found, beside the chances asked for."""
        weights = np.clip(values(self.master, 1 + len(self.panels))[1:], 0, None)
        used = np.flatnonzero(weights > 0)
        weights = weights[used] / weights[used].sum()
        chosen = np.array([self.panels[at] for at in used], dtype=np.int64)
        lack = float(np.max(chance - weights @ chosen / self.problem.many))
        return Portfolio(chosen, weights, max(lack, 0.0), bound)


def any_panel(problem: Problem) -> NDArray[np.int64]:
    """Return a panel that meets the quotas, of shape (types,).

    Raises:
        ValueError: there is none.
    """
    model = panel_model(problem)
    if not solved(model):
        raise ValueError("no whole panel meets the quotas")
    return whole(values(model, len(problem.many)))
