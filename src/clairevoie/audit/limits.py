"""Legal limits of delays: days, hours (48 h), calendar months (one month, from date to date).

Days are counted between two dates, and a limit of days is read off their curve. Hours and months
are not whole numbers of days: what is within such a limit is found file by file. A month ends on
the day of the last month that has the number of the first, else on the last day of that month (code
de procédure civile, article 641, to be checked); nothing is added when nobody works on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from clairevoie.audit.columns import ISO
from clairevoie.audit.model import Delay, Limit, PlanProblem, Span
from clairevoie.decisions.engines import number_of

if TYPE_CHECKING:
    import ibis

MOST: dict[Span, int] = {"day": 36_500, "hour": 2_400, "month": 1_200}
"""A hundred years of days and months; a hundred days of hours."""
WORDS: dict[Span, tuple[str, ...]] = {
    "day": ("d", "day", "days", "j", "jour", "jours"),
    "hour": ("h", "hour", "hours", "heure", "heures"),
    "month": ("month", "months", "mois"),
}
HOUR, DAY = 3600, 86_400
"""In seconds."""

_WRITTEN = re.compile(r"([0-9]{1,5})\s*([a-z]+)")


def limit_of(raw: int | str) -> Limit:
    """Return a limit as a plan or a result writes it: 30 (days), ``48 h``, ``1 month``, ``1 mois``.

    Raises:
        ValueError: it is none of these, or too long.
    """
    if isinstance(raw, int):
        return Limit(raw)
    found = _WRITTEN.fullmatch(raw.strip().lower())
    units = [unit for unit, words in WORDS.items() if found and found[2] in words]
    if found is None or not units:
        raise ValueError(f"'{raw}' is no limit: write a number of days, or as in '48 h', '1 month'")
    limit = Limit(int(found[1]), units[0])
    if not 0 < limit.number <= MOST[limit.unit]:
        raise ValueError(f"'{raw}' cannot be taken: at least 1, at most {MOST[limit.unit]}")
    return limit


def step_of(
    table: ibis.Table, delay: Delay, limit: Limit, *, since: Any, closed: Any, days: Any
) -> Any:
    """Return how far each row has come towards a limit of hours or months: within, or past it.

    Steps are hours begun, or days less those that the months have left, so that all rows reach
    the limit at the same step (`reached`), and whatever comes later is one step more.

    Args:
        table: rows of the journal.
        delay, limit: with such a limit.
        since, closed, days: the first day of each row, whether it ended, the days that it took.

    Raises:
        PlanProblem: hours are asked of columns that have none.
    """
    import ibis

    if limit.unit == "hour":
        step = (seconds_of(table, delay, closed, days) + (HOUR - 1)) // HOUR
    else:
        end = (since + ibis.interval(months=limit.number)).cast("date")
        step = days - end.delta(since, unit="day") + limit.last
    return step.cast("int64").clip(0, reached(limit) + 1)


def reached(limit: Limit) -> int:
    """Return the step at which a limit of hours or months is reached."""
    return limit.number if limit.unit == "hour" else limit.last


def seconds_of(table: ibis.Table, delay: Delay, closed: Any, days: Any) -> Any:
    """Return the seconds that each row took, as clocks showed; open ones to the end of their day.

    Raises:
        PlanProblem: a column has no hours.
    """
    first, second = (_clock(table, one, delay) for one in (delay.since, delay.until))
    return days * DAY + closed.ifelse(second, DAY) - first


def _clock(table: ibis.Table, column: str, delay: Delay) -> Any:
    """Return the seconds since midnight of each row."""
    import ibis

    place = f"delays.{delay.name}"
    found: Any = table[column]
    kind = found.type()
    if kind.is_timestamp():
        parts = [found.hour(), found.minute(), found.second()]
    elif kind.is_string():
        text = found.strip()
        fine = text.re_search(rf"^{ISO}[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$")
        wrong = number_of((text.fill_null("") != "").ifelse(~fine, False).sum())
        if wrong:
            sentence = (
                f"{wrong:,} rows hold in '{column}' no hour such as 2025-01-31 08:30: correct "
                "them, or give the limit in days"
            )
            raise PlanProblem((place, sentence))
        full = fine.ifelse(text + ":00", ibis.null("string"))
        parts = [full.substr(at, 2).cast("int64") for at in (11, 14, 17)]
    else:
        sentence = f"the column '{column}' holds days without hours: give the limit in days"
        raise PlanProblem((place, sentence))
    hours, minutes, seconds = (part.cast("int64") for part in parts)
    return hours * HOUR + minutes * 60 + seconds


def ends_of_classes(limit: Limit | None, days: Iterable[int]) -> list[int]:
    """Return the last days of classes, the limit's among them, so that no class is across it.

    Days of which some are within the limit and some past it are no ends: the limit is.
    """
    if limit is None:
        return sorted(days)
    before = {day for day in days if day <= limit.surely and day < limit.last}
    return sorted({*before, limit.last, *(day for day in days if day > limit.last)})
