"""The indicators, live: read from the columns in memory."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from clairevoie.register.indicators import Indicators, indicators
from clairevoie.web.register.services import columns


def figures(*, body_id: int | None, today: date) -> Indicators:
    """Return the indicators of one public body's systems, or of all systems."""
    table = columns.current()
    return indicators_of(table, rows_of(table, body_id), today=today)


def rows_of(table: columns.Columns, body_id: int | None) -> NDArray[np.int64]:
    """Return the rows of one public body's systems, or of all systems."""
    if body_id is None:
        return np.arange(len(table.systems))
    return np.flatnonzero(table.numbers["body_id"] == body_id)


def indicators_of(table: columns.Columns, rows: NDArray[np.int64], *, today: date) -> Indicators:
    """Return the indicators of some rows."""
    numbers = table.numbers
    return indicators(numbers["indicator_flags"][rows], numbers["last_said"][rows], today)
