"""When quotas cannot be met: which contradict each other, and the smallest changes that help."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from clairevoie.sortition.pool import HOUSEHOLD, Problem, Quota
from clairevoie.sortition.solver import seats_model, solved, values, whole


class Side(StrEnum):
    """Which bound of a quota."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Demand:
    """One bound of a quota.

    Attributes:
        quota: whose.
        side: the fewest seats, or the most.
    """

    quota: Quota
    side: Side

    @property
    def words(self) -> str:
        """The demand in a few words."""
        each = self.quota
        if self.side is Side.LOW:
            return f"at least {each.low} of {each.category} / {each.feature}"
        return f"at most {each.high} of {each.category} / {each.feature}"


@dataclass(frozen=True, slots=True)
class Change:
    """A bound that is widened.

    Attributes:
        demand: the bound as it was asked.
        by: seats by which it is widened, 1 or more.
    """

    demand: Demand
    by: int

    @property
    def words(self) -> str:
        """The change, and for whom it is."""
        each = self.demand.quota
        name = f"{each.category} / {each.feature}"
        if self.demand.side is Side.LOW:
            return (
                f"{name}: at least {each.low - self.by} instead of {each.low} "
                "(they may be fewer than was asked)"
            )
        return (
            f"{name}: at most {each.high + self.by} instead of {each.high} "
            "(they may be more than was asked)"
        )


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Changes with which a panel exists.

    Attributes:
        changes: of bounds.
        seats: sum of what they widen.
    """

    changes: tuple[Change, ...]
    seats: int


def can_be_met(problem: Problem) -> bool:
    """Tell whether a whole panel meets the quotas."""
    return _possible(problem, _demands(problem))


def conflict(problem: Problem) -> tuple[Demand, ...]:
    """Return demands that cannot be met together, of which none can be left out.

    Empty when the quotas can be met. Of several such sets, the one found when demands are left out
    in the order of the quotas.

    Source:
        J. W. Chinneck, Feasibility and Infeasibility in Optimization, 2008, chapter 6: the deletion
        filter.
    """
    kept = list(_demands(problem))
    if _possible(problem, kept):
        return ()
    for demand in list(kept):
        fewer = [each for each in kept if each != demand]
        if not _possible(problem, fewer):
            kept = fewer
    return tuple(kept)


def relaxations(problem: Problem, *, most: int = 3) -> tuple[Relaxation, ...]:
    """Return the smallest changes of quotas with which a panel exists, the smallest first.

    Each widens other bounds than those before it; none if the quotas can be met.

    Args:
        problem: which panel is drawn.
        most: how many to look for.
    """
    model, slacks = _widened(problem)
    found: list[Relaxation] = []
    while len(found) < most and solved(model):
        wider = whole(values(model, len(problem.many) + len(slacks)))[len(problem.many) :]
        changes = tuple(
            Change(demand, int(by)) for demand, by in zip(slacks, wider, strict=True) if by > 0
        )
        if not changes:
            break
        found.append(Relaxation(changes, sum(each.by for each in changes)))
        # The next one does without at least one of these.
        used = np.array([at for at, by in enumerate(wider) if by > 0])
        _leave_one_out(model, len(problem.many), len(slacks), used)
    return tuple(found)


def relaxed(problem: Problem, relaxation: Relaxation) -> Problem:
    """Return the panel to be drawn with wider quotas."""
    quotas = list(problem.quotas)
    for change in relaxation.changes:
        at = problem.quotas.index(change.demand.quota)
        each = quotas[at]
        quotas[at] = (
            replace(each, low=each.low - change.by)
            if change.demand.side is Side.LOW
            else replace(each, high=each.high + change.by)
        )
    return replace(problem, quotas=tuple(quotas))


def _demands(problem: Problem) -> tuple[Demand, ...]:
    return tuple(
        Demand(quota, side)
        for quota in problem.quotas
        for side in Side
        # One seat a household stays. The others are met by any panel.
        if quota.category != HOUSEHOLD
        and (quota.low > 0 if side is Side.LOW else quota.high < problem.size)
    )


def _possible(problem: Problem, demands: Iterable[Demand]) -> bool:
    """Tell whether a whole panel meets some demands."""
    asked = {(each.quota.category, each.quota.feature, each.side) for each in demands}
    model = seats_model(problem)
    for row, quota in enumerate(problem.quotas):
        if quota.category == HOUSEHOLD:
            continue
        low = quota.low if (quota.category, quota.feature, Side.LOW) in asked else 0
        high = quota.high if (quota.category, quota.feature, Side.HIGH) in asked else problem.size
        model.changeRowBounds(row, float(low), float(high))
    # A program in fractions says most of the time already that there is none.
    if not solved(model):
        return False
    _whole_numbers(model, range(len(problem.many)))
    return solved(model)


def _widened(problem: Problem) -> tuple[Any, tuple[Demand, ...]]:
    """Return a model with a variable for what each demand is widened by; least sum."""
    model = seats_model(problem)
    types = len(problem.many)
    demands = _demands(problem)
    rows = {(each.category, each.feature): at for at, each in enumerate(problem.quotas)}
    for at, demand in enumerate(demands):
        room = (
            demand.quota.low
            if demand.side is Side.LOW
            else max(problem.size - demand.quota.high, 0)
        )
        model.addVar(0.0, float(room))
        model.changeColCost(types + at, 1.0)
        row = rows[demand.quota.category, demand.quota.feature]
        model.changeCoeff(row, types + at, 1.0 if demand.side is Side.LOW else -1.0)
    _whole_numbers(model, range(types + len(demands)))
    return model, demands


def _leave_one_out(model: Any, types: int, slacks: int, used: np.ndarray) -> None:
    """Ask that one of the bounds used is not widened: a new 0 or 1 for each, of which one is 0."""
    first = model.getNumCol()
    for at in used.tolist():
        column = model.getNumCol()
        model.addVar(0.0, 1.0)
        _whole_numbers(model, [column])
        top = float(model.getLp().col_upper_[types + at])
        # The bound may only be widened where its 0 or 1 is 1.
        model.addRow(
            -np.inf, 0.0, 2, np.array([types + at, column]), np.array([1.0, -max(top, 1.0)])
        )
    places = np.arange(first, model.getNumCol())
    model.addRow(-np.inf, float(len(used) - 1), len(places), places, np.ones(len(places)))


def _whole_numbers(model: Any, columns: Iterable[int]) -> None:
    import highspy

    for column in columns:
        model.changeColIntegrality(column, highspy.HighsVarType.kInteger)
