"""The best chances over panels in fractions of seats, for the objectives other than the leximin.

Any whole panel is one in fractions, so that no lottery over whole panels does better; and these are
small programs. Where several chances are equally good, those whose product is highest are taken:
there is only one such point, and it favours nobody without need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.sortition.certificate import proves_bar
from clairevoie.sortition.leximin import NoPanelError
from clairevoie.sortition.objectives import Bar, Objective, Proof
from clairevoie.sortition.pool import Floats, Ints, Problem
from clairevoie.sortition.solver import seats_model, solved, values

HAIR = 1e-9
"""How far the solver may be from a number."""
_HAIRS = (1e-9, 1e-8, 1e-7)
"""What a chance may lack of a bound that is only known to the tolerance of the solver."""
_FINER = 8.0
"""By how much a round is finer than the one before, once the point moves no more than that."""
_CHORDS = 60
"""Most rounds of chords."""
_FINEST = 1e-5
"""Last relative step of the chords of a logarithm; the product is then known to its square."""
_TANGENTS = 100
"""Most tangents of an inverse: each round takes away at least a half of what is wrong."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The best chances in fractions of seats.

    Attributes:
        chance: of a volunteer of each type, of shape (types,).
        proof: that none are better; without bars.
    """

    chance: Floats
    proof: Proof


def best(problem: Problem, objective: Objective, counted: Bools) -> Best:
    """Return the best chances in fractions of seats.

    Args:
        problem: which panel is drawn.
        objective: maximin, nash or goldilocks.
        counted: types whose chances count, of shape (types,); the others may have any.

    Raises:
        NoPanelError: the quotas cannot be met.
    """
    if objective is Objective.NASH:
        chance, duals = _greatest_product(problem, counted, 0.0, 1.0)
        # The price of a seat of each type; a chance cannot be above 1.
        price = duals[-1] + problem.has.T @ duals[:-1]
        share = np.where(counted, np.maximum(price, 1.0) * problem.many, 0.0)
        return Best(chance, _proof(problem, share, quota=-duals[:-1], size=duals[-1]))
    low, high, proof = _highest_floor(problem, counted)
    if objective is Objective.GOLDILOCKS:
        low, high, proof = _closest(problem, counted, low)
    for hair in _HAIRS:
        try:
            chance, _duals = _greatest_product(
                problem, counted, low * (1 - hair), min(high * (1 + hair), 1.0)
            )
        except NoPanelError:
            if hair == _HAIRS[-1]:
                raise
            continue
        break
    return Best(chance, proof)


def bars_of(problem: Problem) -> tuple[Bar, ...]:
    """Return the types that no whole panel can have, as far as fractions of seats can prove it.

    Where even fractions give less than one seat to a type, a whole panel gives it none; and other
    types may be barred once these are.
    """
    types = len(problem.many)
    model = seats_model(problem)
    model.changeObjectiveSense(_sense(maximise=True))
    possible = np.zeros(types, dtype=bool)
    bars: list[Bar] = []
    again = True
    while again:
        again = False
        for kind in np.flatnonzero(~possible).tolist():
            if possible[kind] or any(bar.kind == kind for bar in bars):
                continue
            model.changeColCost(kind, 1.0)
            if not solved(model):
                raise NoPanelError("no panel meets the quotas, not even in fractions of seats")
            model.changeColCost(kind, 0.0)
            seats = values(model, types)
            duals = np.asarray(model.getSolution().row_dual, dtype=np.float64)
            bar = Bar(kind, -duals[:-1], float(duals[-1]))
            if seats[kind] < 1 and proves_bar(problem, [each.kind for each in bars], bar):
                bars.append(bar)
                model.changeColBounds(kind, 0.0, 0.0)
                # What was possible with this type must be seen again.
                possible[:] = False
                again = True
                continue
            possible |= seats >= 1 - HAIR
            possible[kind] = True
    return tuple(bars)


# --- linear ones ----------------------------------------------------------------------------------


def _highest_floor(problem: Problem, counted: Bools) -> tuple[float, float, Proof]:
    """Return the highest lowest chance, 1 as the highest one allowed, and the proof."""
    types = len(problem.many)
    model = seats_model(problem)
    model.addVar(0.0, np.inf)
    rows = _rows_of_bound(model, problem, counted, types, sign=1.0, unit=1.0)
    model.changeColCost(types, 1.0)
    model.changeObjectiveSense(_sense(maximise=True))
    duals = _duals(model)
    share = np.zeros(types)
    share[counted] = np.clip(-duals[rows], 0, None)
    quotas = len(problem.quotas)
    proof = _proof(problem, share * problem.many, quota=-duals[:quotas], size=float(duals[quotas]))
    return float(values(model, types + 1)[types]), 1.0, proof


def _closest(problem: Problem, counted: Bools, most: float) -> tuple[float, float, Proof]:
    """Return the lowest and the highest chance of goldilocks, and the proof.

    The inverse of the lowest chance is replaced by its tangents, one more as long as it is under
    the inverse (J. E. Kelley, 1960). Chances are in units of the mean one.

    Args:
        problem: which panel is drawn.
        counted: types whose chances count.
        most: the highest lowest chance.
    """
    types, quotas = len(problem.many), len(problem.quotas)
    mean = problem.size / float(problem.many[counted].sum())
    model = seats_model(problem)
    low, high, inverse = types, types + 1, types + 2
    for _each in range(3):
        model.addVar(0.0, np.inf)
    model.changeColCost(high, 1.0)
    model.changeColCost(inverse, 1.0)
    at_least = _rows_of_bound(model, problem, counted, low, sign=1.0, unit=mean)
    at_most = _rows_of_bound(model, problem, counted, high, sign=-1.0, unit=mean)
    point = most / mean
    for _round in range(_TANGENTS):
        places = np.array([low, inverse])
        model.addRow(2 / point, np.inf, 2, places, np.array([1 / point**2, 1.0]))
        duals = _duals(model)
        found = values(model, types + 3)
        point = float(found[low])
        if 1 / point - found[inverse] <= HAIR:
            break
    share, cap = np.zeros(types), np.zeros(types)
    share[counted] = np.clip(duals[at_least], 0, None)
    cap[counted] = np.clip(duals[at_most], 0, None)
    share, cap = share * problem.many, cap * problem.many
    level = float(np.sqrt(mean / share.sum()))
    proof = Proof((), share, cap, duals[:quotas], -float(duals[quotas]), level)
    return mean * point, mean * float(found[high]), proof


def _rows_of_bound(
    model: Any, problem: Problem, counted: Bools, variable: int, *, sign: float, unit: float
) -> Ints:
    """Add rows: chances are above a variable (sign 1) or under it (-1); return their numbers."""
    first = model.getNumRow()
    kinds = np.flatnonzero(counted)
    for kind in kinds.tolist():
        values_ = sign * np.array([1.0, -unit * float(problem.many[kind])])
        model.addRow(0.0, np.inf, 2, np.array([kind, variable]), values_)
    return np.arange(first, first + len(kinds))


# --- the greatest product -------------------------------------------------------------------------


def _greatest_product(
    problem: Problem, counted: Bools, low: float, high: float
) -> tuple[Floats, Floats]:
    """Return the chances whose product is highest, and the multipliers of quotas and size.

    The logarithm of each chance is replaced by chords, which are finer and finer around the best
    point of the round before (separable programming; C. E. Miller, 1963): variables are their
    pieces, and rows are those of the quotas only.

    Args:
        problem: which panel is drawn.
        counted: types whose chances count.
        low, high: bounds of the chances that count.
    """
    many = problem.many.astype(float)
    # No chance that counts is under 1/n at the best point, or who has it could have one seat.
    bottom = np.where(counted, max(low, 0.5 / many[counted].sum()), 0.0)
    top = np.where(counted, high, 1.0)
    chance = np.clip(np.full(len(many), problem.size / many.sum()), np.maximum(bottom, 1e-9), top)
    step = 0.5
    for _round in range(_CHORDS):
        found, duals = _on_chords(problem, counted, _points(chance, bottom, top, step))
        moved = np.max(np.abs(np.log(found[counted] / chance[counted])), initial=0.0)
        chance = found
        if moved > _FINER * step:
            continue
        if step <= _FINEST:
            break
        step = max(step / _FINER, _FINEST)
    return chance, duals


def _points(chance: Floats, bottom: Floats, top: Floats, step: float) -> Floats:
    """Return the ends of the chords, from the lowest, of shape (types, points)."""
    span = step * _FINER ** np.arange(np.ceil(np.log(20 / step) / np.log(_FINER)) + 1)
    steps = np.concatenate([-span[::-1], [0.0], span])
    inner = np.maximum(chance, 1e-9)[:, None] * np.exp(np.clip(steps, -30.0, 30.0))
    inner = np.clip(inner, bottom[:, None], top[:, None])
    return np.concatenate([bottom[:, None], inner, top[:, None]], axis=1)


def _on_chords(problem: Problem, counted: Bools, points: Floats) -> tuple[Floats, Floats]:
    """Return the best chances where logarithms are chords, and the multipliers."""
    import highspy

    many = problem.many.astype(float)
    model = seats_model(problem)
    model.deleteVars(len(many), np.arange(len(many), dtype=np.int32))
    at_bottom = points[:, 0] * many
    there = problem.has @ at_bottom
    for row, (low, high, least) in enumerate(zip(problem.low, problem.high, there, strict=True)):
        model.changeRowBounds(row, float(low - least), float(high - least))
    left = float(problem.size - at_bottom.sum())
    model.changeRowBounds(len(problem.quotas), left, left)
    wide = np.diff(points, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.diff(np.log(points), axis=1) / wide
    slopes = np.where((wide > 0) & counted[:, None], slopes, 0.0)
    rows = [np.append(np.flatnonzero(column), len(problem.quotas)) for column in problem.has.T]
    pieces = wide.shape[1]
    lengths = np.repeat([len(each) for each in rows], pieces)
    places = np.concatenate([np.tile(each, pieces) for each in rows]).astype(np.int32)
    model.addCols(
        wide.size,
        slopes.ravel(),
        np.zeros(wide.size),
        (wide * many[:, None]).ravel(),
        len(places),
        np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int32),
        places,
        np.ones(len(places)),
    )
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    duals = _duals(model)
    seats = at_bottom + values(model, wide.size).reshape(wide.shape).sum(axis=1)
    return seats / many, duals


def _duals(model: Any) -> Floats:
    if not solved(model):
        raise NoPanelError("no panel meets the quotas, not even in fractions of seats")
    found: Floats = np.asarray(model.getSolution().row_dual, dtype=np.float64)
    return found


def _proof(problem: Problem, share: Floats, *, quota: Floats, size: float) -> Proof:
    return Proof((), share, np.zeros(len(problem.many)), quota, float(size), 0.0)


def _sense(*, maximise: bool) -> object:
    import highspy

    return highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
