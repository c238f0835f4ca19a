"""Days asked in an address, and pages of a long list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

DEFAULT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Period:
    """From the end of a day to the end of another: what was recorded in between.

    ``problem`` is one sentence when what was asked cannot be read; the default period is then used.
    """

    start: date
    end: date
    problem: str = ""

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Return the two moments: what is recorded at the first one is left out."""
        return end_of(self.start), end_of(self.end)


def end_of(day: date) -> datetime:
    """Return the moment at which a day ends, in the site's time zone."""
    midnight = datetime.combine(day + timedelta(days=1), time())
    return timezone.make_aware(midnight)


def asked_period(start: str, end: str, *, today: date, earliest: date | None = None) -> Period:
    """Return the period asked; by default up to today, from ``earliest`` or thirty days before."""
    problem = ""
    try:
        asked_start, asked_end = _day(start), _day(end)
    except ValueError:
        asked_start = asked_end = None
        problem = _("Please write each date as year-month-day, for example 2025-03-31.")
    until = asked_end or today
    since = asked_start or earliest or until - timedelta(days=DEFAULT_DAYS)
    if asked_start is None and since > until:
        since = until - timedelta(days=DEFAULT_DAYS)
    if since > until:
        return Period(
            until, since, _("The first date was after the second one: they were swapped.")
        )
    return Period(since, until, problem)


def _day(text: str) -> date | None:
    text = text.strip()
    if not text:
        return None
    day = date.fromisoformat(text) if len(text) == 10 else None
    if day is None or not 1900 <= day.year <= 2200:
        raise ValueError(text)
    return day
