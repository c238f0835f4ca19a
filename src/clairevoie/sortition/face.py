"""Whole panels among which a point of fractions of seats must be, if it is a lottery over panels.

Where a quota holds the point tight, it holds each panel of the lottery tight: all are on the same
face of the quotas.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from clairevoie.sortition.pool import Floats, Ints, Problem, panel_problem
from clairevoie.sortition.solver import (
    maximised,
    panel_model,
    quiet,
    row_duals,
    seats_model,
    solved,
    values,
    whole,
)

ON = 1e-7
"""Nearer than this to a bound, a point is on it."""
_FREE = (20, 60, 200)
"""Types that a small program may round otherwise than the linear one, besides its fractions."""
_MANY = 1500
"""From so many types on, a panel is guessed before a linear program is solved."""
_GUESSED = 300
"""Types that the small program of a guess decides."""
_ENOUGH = 0.3
"""A guess must gain this share of what the last linear program gained."""
_NODES = 200
"""Of a small program; one that needs more is left for a larger one."""
_GOOD = 0.5
"""A small program stops this near (as a share) to its optimum."""


class Face:
    """The face of a point.

    Attributes:
        point: seats of each type, of shape (types,): those given, put exactly on the face.
        low, high: fewest and most seats of each type within one of the point, of shape (types,).
    """

    def __init__(self, problem: Problem, seats: Floats) -> None:
        """Find the face of ``seats``, of shape (types,), which meet the quotas to `ON`."""
        self.problem = problem
        seats = np.clip(seats, 0, problem.many)
        self.low, self.high = np.floor(seats + ON), np.ceil(seats - ON)
        rows = np.vstack([problem.has, np.ones((1, len(seats)), dtype=np.int64)]).astype(float)
        least = np.append(problem.low, problem.size).astype(float)
        most = np.append(problem.high, problem.size).astype(float)
        sums = rows @ seats
        on_least, on_most = sums < least + ON, sums > most - ON
        most = np.where(on_least, least, most)
        least = np.where(on_most & ~on_least, most, least)
        self.point = _put_on(seats, self.low, self.high, rows, least, most)
        self._rows, self._least, self._most = rows, least, most
        self._linear = self._bounded(seats_model(problem), self.low, self.high)
        maximised(self._linear)
        # The objective changes, the constraints do not: the last solution remains feasible.
        for name, value in (("presolve", "off"), ("simplex_strategy", 4)):
            self._linear.setOptionValue(name, value)
        self._small = quiet()
        self._small.setOptionValue("mip_rel_gap", _GOOD)
        self._small.setOptionValue("mip_max_nodes", _NODES)
        self._full: Any = None
        self._price: Floats | None = None
        self._gain = 0.0

    def towards(self, worth: Floats) -> Ints | None:
        """Return a panel of the face that is worth at least what the point is, of shape (types,).

        None if there is no such panel: then the point is no lottery over panels, and ``worth``
        proves it. Cheap ways come first: a linear program, whose solution has few fractions, and a
        small program in whole numbers on these and on the types that nearly make no difference;
        then all the types, rounded down or up; then all the panels of the face.

        Args:
            worth: of a seat of each type, of shape (types,).
        """
        worth = worth / max(float(np.linalg.norm(worth)), 1e-300)
        asked = float(worth @ self.point)
        panel = self._guess(worth, asked)
        if panel is not None:
            return panel
        types = len(worth)
        self._linear.changeColsCost(types, np.arange(types, dtype=np.int32), worth)
        if not solved(self._linear):
            return None
        seats = values(self._linear, types)
        self._price, self._gain = row_duals(self._linear), float(worth @ seats) - asked
        slope = np.abs(worth - self._price @ self._rows)
        for free in _FREE:
            panel = self._rounded(seats, worth, slope, free)
            if panel is not None and float(worth @ panel) >= asked:
                return panel
            if free >= types:
                break
        return self._best(worth, asked)

    def _guess(self, worth: Floats, asked: float) -> Ints | None:
        """Return a panel by the multipliers of the last linear program, if it is worth enough.

        With thousands of types, the linear program costs more than the small one.
        """
        if self._price is None or len(worth) < _MANY:
            return None
        slope = worth - self._price @ self._rows
        seats = np.where(slope > 0, self.high, self.low)
        panel = self._rounded(seats, worth, np.abs(slope), _GUESSED)
        if panel is None or float(worth @ panel) - asked < _ENOUGH * self._gain:
            return None
        return panel

    def _bounded(self, model: Any, low: Floats, high: Floats) -> Any:
        """Return a model, after its bounds are made those of the face."""
        types = np.arange(len(low), dtype=np.int32)
        model.changeColsBounds(len(types), types, low, high)
        for row, (least, most) in enumerate(zip(self._least, self._most, strict=True)):
            model.changeRowBounds(row, float(least), float(most))
        return model

    def _rounded(self, seats: Floats, worth: Floats, slope: Floats, free: int) -> Ints | None:
        """Return a panel near to ``seats``, the types of least slope being free; or none.

        The types with a fraction are free too; ``seats`` may not meet the quotas.
        """
        fraction = np.abs(seats - np.rint(seats)) > ON
        panel = np.rint(seats)
        sums = self._rows @ panel
        if fraction.any() or ((sums < self._least) | (sums > self._most)).any():
            order = np.argsort(np.where(fraction, -1.0, slope), kind="stable")
            order = order[(self.low < self.high)[order]]
            some = np.sort(order[: int(fraction.sum()) + free])
            panel[some] = 0.0
            found = self._program(some, worth, self._rows @ panel)
            if found is None:
                return None
            panel[some] = found
        chosen = whole(panel)
        return None if panel_problem(self.problem, chosen) else chosen

    def _program(self, some: Ints, worth: Floats, used: Floats) -> Floats | None:
        """Return seats of some types, where the others have used what they have."""
        import highspy

        types, rows = np.nonzero(self._rows[:, some].T)
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(some), len(self._rows)
        program.sense_ = highspy.ObjSense.kMaximize
        program.col_cost_ = worth[some]
        program.col_lower_, program.col_upper_ = self.low[some], self.high[some]
        program.row_lower_, program.row_upper_ = self._least - used, self._most - used
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kColwise
        starts = np.cumsum(np.bincount(types, minlength=len(some)))
        matrix.start_ = np.append(0, starts).astype(np.int32)
        matrix.index_, matrix.value_ = rows.astype(np.int32), np.ones(len(rows))
        program.integrality_ = [highspy.HighsVarType.kInteger] * len(some)
        self._small.passModel(program)
        self._small.run()
        feasible = highspy.SolutionStatus.kSolutionStatusFeasible
        if self._small.getInfo().primal_solution_status != feasible:
            return None
        return np.rint(values(self._small, len(some)))

    def _best(self, worth: Floats, asked: float) -> Ints | None:
        """Return the panel of the face that is worth most, if that is what is asked."""
        if self._full is None:
            self._full = panel_model(self.problem)
        full, types = self._full, np.arange(len(worth), dtype=np.int32)
        full.changeColsCost(len(worth), types, worth)
        on_none, on_all = self.high <= 0, self.low >= self.problem.many
        low = np.where(on_all, self.low, 0.0)
        high = np.where(on_none, 0.0, self.problem.many.astype(float))
        for least, most in ((self.low, self.high), (low, high)):
            if not solved(self._bounded(full, least, most)):
                continue
            panel = whole(values(full, len(worth)))
            if float(worth @ panel) >= asked - ON and not panel_problem(self.problem, panel):
                return panel
        return None


def _put_on(
    seats: Floats, low: Floats, high: Floats, rows: Floats, least: Floats, most: Floats
) -> Floats:
    """Return seats moved by the error of the solver that found them, exactly on their face."""
    free = low < high
    point: Floats = np.where(free, seats, low)
    tight = np.flatnonzero(least == most)
    matrix = rows[np.ix_(tight, np.flatnonzero(free))]
    # Types with more seats take more of it, and none leaves its bounds.
    share = np.minimum(point - low, high - point)[free]
    for _again in range(2):
        lack = least[tight] - rows[tight] @ point
        point[free] += share * np.linalg.lstsq(matrix * share, lack, rcond=1e-9)[0]
    return np.clip(point, low, high)
