"""Whole panels, with probabilities that give every volunteer the chance asked for."""

from __future__ import annotations

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
    master = _master(chance)
    known: set[bytes] = set()
    kept: list[Ints] = []

    def add(panel: Ints) -> bool:
        if panel.tobytes() in known:
            return False
        known.add(panel.tobytes())
        kept.append(panel)
        there = np.flatnonzero(panel)
        places = np.append(there, types)
        shares = np.append(panel[there] / problem.many[there], 1.0)
        master.addCol(0.0, 0.0, np.inf, len(places), places, shares)
        return True

    pricing = panel_model(problem)
    for panel in panels or [any_panel(problem)]:
        add(panel)
    bound = 0.0
    for _round in range(rounds):
        if not solved(master):  # pragma: no cover - a lack of 1 is always a solution
            raise RuntimeError("the master program has no solution")
        lack = float(values(master, 1)[0])
        if lack <= NIL:
            break
        duals = np.asarray(master.getSolution().row_dual, dtype=np.float64)
        share = np.clip(duals[:types], 0, None)
        for kind in range(types):
            pricing.changeColCost(kind, float(share[kind] / problem.many[kind]))
        if not solved(pricing):  # pragma: no cover - a panel was found already
            raise RuntimeError("no panel meets the quotas")
        best = whole(values(pricing, types))
        # Weak duality: no lottery lacks less than this.
        worth = float(share @ chance) - float((share / problem.many) @ best)
        bound = max(bound, worth / max(float(share.sum()), NIL))
        if lack - bound <= NIL or not add(best):
            break
    weights = np.clip(values(master, 1 + len(kept))[1:], 0, None)
    used = np.flatnonzero(weights > 0)
    weights = weights[used] / weights[used].sum()
    chosen = np.array([kept[at] for at in used], dtype=np.int64)
    lack = float(np.max(chance - weights @ chosen / problem.many))
    return Portfolio(chosen, weights, max(lack, 0.0), bound)


def _master(chance: Floats) -> Any:
    """Return the program of the best lottery: least largest lack; a row a type, then the sum."""
    model = quiet()
    model.addVar(0.0, 1.0)
    model.changeColCost(0, 1.0)
    for each in chance:
        model.addRow(float(each), np.inf, 1, np.array([0]), np.array([1.0]))
    model.addRow(1.0, 1.0, 0, np.array([], dtype=np.int32), np.array([], dtype=np.float64))
    return model


def any_panel(problem: Problem) -> NDArray[np.int64]:
    """Return a panel that meets the quotas, of shape (types,).

    Raises:
        ValueError: there is none.
    """
    model = panel_model(problem)
    if not solved(model):
        raise ValueError("no whole panel meets the quotas")
    return whole(values(model, len(problem.many)))
