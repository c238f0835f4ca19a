"""Linear programs over the seats of a panel, kept in HiGHS between two solves."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from clairevoie.sortition.pool import Floats, Ints, Problem

TIGHT = 1e-9
"""Feasibility and optimality tolerance asked of HiGHS."""


def quiet() -> Any:
    """Return an empty HiGHS model that says nothing and uses one thread, the same each time."""
    import highspy

    with _banner_on_standard_error():
        model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        model.silent()
    for name, value in (
        ("threads", 1),
        ("random_seed", 0),
        ("primal_feasibility_tolerance", TIGHT),
        ("dual_feasibility_tolerance", TIGHT),
    ):
        model.setOptionValue(name, value)
    return model


@contextmanager
def _banner_on_standard_error() -> Iterator[None]:
    """Keep HiGHS from writing its name on standard output, which is for results."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def seats_model(problem: Problem) -> Any:
    """Return a model whose variables are the seats of each type, with the quotas and the size.

    Row ``q`` is quota ``q``; the last row is the size of the panel.

    """
    model = quiet()
    types = len(problem.many)
    model.addVars(types, np.zeros(types), problem.many.astype(float))
    for row, low, high in zip(problem.has, problem.low, problem.high, strict=True):
        places = np.flatnonzero(row)
        model.addRow(float(low), float(high), len(places), places, np.ones(len(places)))
    model.addRow(float(problem.size), float(problem.size), types, np.arange(types), np.ones(types))
    return model


def panel_model(problem: Problem) -> Any:
    """Return a model of whole panels, to be maximised."""
    import highspy

    model = seats_model(problem)
    for kind in range(len(problem.many)):
        model.changeColIntegrality(kind, highspy.HighsVarType.kInteger)
    maximised(model)
    return model


def maximised(model: Any) -> None:
    """Ask for the most, where HiGHS looks for the least."""
    import highspy

    model.changeObjectiveSense(highspy.ObjSense.kMaximize)


def row_duals(model: Any) -> Floats:
    """Return the multipliers of the rows of a solved linear program, of shape (rows,)."""
    found: Floats = np.asarray(model.getSolution().row_dual, dtype=np.float64)
    return found


def values(model: Any, count: int) -> Floats:
    """Return the values of the first variables of a solved model, of shape (count,)."""
    found: Floats = np.asarray(model.getSolution().col_value, dtype=np.float64)[:count]
    return found


def solved(model: Any) -> bool:
    """Solve a model and tell whether it has an optimum."""
    import highspy

    model.run()
    return bool(model.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def whole(seats: Floats) -> Ints:
    """Return seats that a solver found, as the whole numbers that they are."""
    found: Ints = np.rint(seats).astype(np.int64)
    return found
