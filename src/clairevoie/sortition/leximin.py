"""The fairest chances that quotas allow, over panels in fractions of seats.

A panel is relaxed to fractions: any whole panel is one, so that no lottery over whole panels gives
chances that are better in the leximin order. Where these chances are a lottery over whole panels
(`clairevoie.sortition.portfolio`), they are the leximin itself.

Source:
    B. Flanigan, P. Gölz, A. Gupta, B. Hennig, A. D. Procaccia, « Fair algorithms for selecting
    citizens' assemblies », Nature 596 (2021), 548-552, for leximin and its stages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clairevoie.sortition.pool import Floats, Ints, Problem
from clairevoie.sortition.solver import maximised, row_duals, seats_model, solved, values

SURE = 1e-7
"""A dual above this is not 0: the type cannot have more."""


class NoPanelError(ValueError):
    """No panel meets the quotas, not even in fractions of seats."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A level of the leximin, with what proves that it cannot be raised.

    Attributes:
        level: the chance.
        types: those whose chance is this level.
        share: multiplier of each type's chance, of shape (types,): of those not settled before,
            0 or more and of sum 1; of those settled before, of their level, 0 or more.
        quota: multipliers of the quotas, of shape (quotas,): above 0 for the fewest seats, under 0
            for the most.
        size: multiplier of the size of the panel.
    """

    level: float
    types: Ints
    share: Floats
    quota: Floats
    size: float


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """The fairest chances, in fractions of seats.

    Attributes:
        chance: of a volunteer of each type, of shape (types,).
        stages: from the lowest level to the highest.
    """

    chance: Floats
    stages: tuple[Stage, ...]


def leximin(problem: Problem) -> Chances:
    """Return the chances whose lowest is highest, then whose second lowest is, and so on.

    Raises:
        NoPanelError: the quotas cannot be met.
    """
    types, rows = len(problem.many), len(problem.quotas) + 1
    many = problem.many.astype(float)
    model = seats_model(problem)
    floor = types
    model.addVar(0.0, 1.0)
    for kind in range(types):
        # Seats of the type, less the floor for each of its volunteers.
        model.addRow(0.0, np.inf, 2, np.array([kind, floor]), np.array([1.0, -many[kind]]))
    model.changeColCost(floor, 1.0)
    maximised(model)
    chance = np.full(types, np.nan)
    stages: list[Stage] = []
    while np.isnan(chance).any():
        if not solved(model):
            raise NoPanelError("no panel meets the quotas, not even in fractions of seats")
        level = float(values(model, types + 1)[floor])
        duals = row_duals(model)
        share = -duals[rows : rows + types] * many
        open_ones = np.isnan(chance)
        settled = settled_now(share, open_ones)
        chance[settled] = level
        stages.append(Stage(level, settled, share, -duals[: rows - 1], float(duals[rows - 1])))
        for kind in settled.tolist():
            model.changeCoeff(rows + kind, floor, 0.0)
            model.changeRowBounds(rows + kind, level * many[kind], np.inf)
    return Chances(chance, tuple(stages))


def settled_now(share: Floats, open_ones: NDArray[np.bool_]) -> Ints:
    """Return the types that a stage settles: their multiplier is not 0; at least one."""
    found = np.flatnonzero(open_ones & (share > SURE))
    if len(found):
        return found
    return np.flatnonzero(open_ones)[[int(np.argmax(share[open_ones]))]]
