"""Whole years, months and days between two dates, one by one and by columns."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]


def months_between(earlier: date, later: date) -> int:
    """Return the whole months from one date to another; negative when they are in the other order.

    A month is whole on the same day of a later month: from 31 January to 28 February there is
    none, to 1 March there is one.
    """
    if later < earlier:
        return -months_between(later, earlier)
    months = 12 * (later.year - earlier.year) + later.month - earlier.month
    return months - (later.day < earlier.day)


def years_between(earlier: date, later: date) -> int:
    """Return the whole years from one date to another, as in an age; negative in the other order.

    A year is whole on the same day of the same month; from 29 February, on 1 March of the years
    that have no 29 February.
    """
    months = months_between(earlier, later)
    return months // 12 if months >= 0 else -(-months // 12)


def days_between(earlier: date, later: date) -> int:
    """Return the days from one date to another."""
    return later.toordinal() - earlier.toordinal()


def month_columns(earlier: Days, later: Days) -> NDArray[np.int64]:
    """Return `months_between` of two columns of dates."""
    swapped = later < earlier
    first, last = np.where(swapped, later, earlier), np.where(swapped, earlier, later)
    first_month, last_month = first.astype("datetime64[M]"), last.astype("datetime64[M]")
    months = (last_month - first_month).astype(np.int64)
    months -= (last - last_month) < (first - first_month)
    return np.where(swapped, -months, months)


def year_columns(earlier: Days, later: Days) -> NDArray[np.int64]:
    """Return `years_between` of two columns of dates."""
    months = month_columns(earlier, later)
    years: Any = np.abs(months) // 12
    return np.where(months < 0, -years, years)


def day_columns(earlier: Days, later: Days) -> NDArray[np.int64]:
    """Return `days_between` of two columns of dates."""
    return (later - earlier).astype(np.int64)


COUNTS = {"years": years_between, "months": months_between, "days": days_between}
COLUMN_COUNTS = {"years": year_columns, "months": month_columns, "days": day_columns}
