"""The indicators, live: read from the columns in memory."""

from __future__ import annotations

from datetime import date

import numpy as np

from clairevoie.register.indicators import Indicators, indicators
from clairevoie.web.register.services import columns


def figures(*, body_id: int | None, today: date) -> Indicators:
    """Return the indicators of one public body's systems, or of all systems."""
    numbers = columns.current().numbers
    flags, last_said = numbers["indicator_flags"], numbers["last_said"]
    if body_id is not None:
        rows = np.flatnonzero(numbers["body_id"] == body_id)
        flags, last_said = flags[rows], last_said[rows]
    return indicators(flags, last_said, today)
