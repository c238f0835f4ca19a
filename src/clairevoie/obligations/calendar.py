"""The last day of a legal time limit, and the sentences that say how it was counted."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from clairevoie.obligations.dates import Language, written
from clairevoie.obligations.limits import (
    APPEAL,
    CADA_OPINION,
    CADA_REFERRAL,
    CADA_SILENCE,
    COURT,
    COURT_AFTER_APPEAL,
    COURT_AFTER_SILENCE,
    R421_7,
    SILENCE,
    Article,
    Counting,
    Distance,
    Said,
    TimeLimit,
)

FIRST_YEAR, LAST_YEAR = 1900, 2099
SATURDAY = 5
NUMBERS: dict[Language, tuple[str, ...]] = {
    "fr": ("zéro mois", "un mois", "deux mois", "trois mois", "quatre mois"),
    "en": ("no month", "one month", "two months", "three months", "four months"),
}


@dataclass(frozen=True, slots=True)
class DueDate:
    """The end of a time limit.

    Attributes:
        day: the last day on which one may act, or the day on which silence takes effect.
        limit: which time limit.
        start: the day of the event that opened it.
        months: its length, extension for distance included.
        articles: what lays down the limit and its extension.
        counting: the rule by which the last day was found.
        how: one or more sentences that tell the count, by language.
        to_check: an article or the rule of counting was not read in its text.
    """

    day: date
    limit: TimeLimit
    start: date
    months: int
    articles: tuple[Article, ...]
    counting: Counting
    how: Said
    to_check: bool


def add_months(start: date, months: int) -> date:
    """Return the same day of a later month, or the last day of that month when it has none.

    >>> add_months(date(2025, 12, 31), 2)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def public_holidays(years: set[int], *, subdivision: str = "") -> Mapping[date, str]:
    """Return the French public holidays of some years, with their French names.

    Args:
        years: calendar years.
        subdivision: code of a part of France with its own holidays, as the ``holidays`` library
            names them: ``57`` (Moselle), ``6AE`` (Alsace), ``971`` to ``976``, ``NC``, ``PF``…

    Raises:
        ValueError: no such subdivision.
    """
    from holidays import country_holidays
    from holidays.countries.france import France

    if subdivision and subdivision not in France.subdivisions:
        raise ValueError(
            f"'{subdivision}' is not a part of France with its own public holidays; use one of "
            f"{', '.join(France.subdivisions)}."
        )
    found = country_holidays("FR", subdiv=subdivision or None, years=sorted(years), language="fr")
    return dict(found.items())


def due(
    limit: TimeLimit,
    start: date,
    *,
    distance: Distance = Distance.NONE,
    counting: Counting | None = None,
    subdivision: str = "",
) -> DueDate:
    """Return the last day of a time limit that an event opened.

    The months of distance are added to the length of the limit, not counted after it: two months
    and one are three months from the start.

    Args:
        limit: one of `clairevoie.obligations.limits.LIMITS`.
        start: day of the event that opens the limit.
        distance: where the person lives; only a limit of the court can be extended.
        counting: rule of counting; that of the limit when left out.
        subdivision: part of France whose public holidays count, see `public_holidays`.

    Raises:
        ValueError: ``start`` is out of 1900 to 2099, or ``distance`` cannot apply.
    """
    if not FIRST_YEAR <= start.year < LAST_YEAR:
        raise ValueError(
            f"{start.isoformat()} cannot open a time limit; give a date of {FIRST_YEAR} to "
            f"{LAST_YEAR - 1}."
        )
    if distance is not Distance.NONE and not limit.distance:
        raise ValueError(
            f"the time limit '{limit.key}' is not extended for distance; leave distance out."
        )
    rule = counting or limit.counting
    months = limit.months + distance.value
    count = _count(start, months, rule, subdivision)
    articles = limit.articles + ((R421_7,) if distance is not Distance.NONE else ())
    return DueDate(
        day=count.last,
        limit=limit,
        start=start,
        months=months,
        articles=articles,
        counting=rule,
        how={
            "fr": _told(count, _length(limit, distance, "fr"), "fr"),
            "en": _told(count, _length(limit, distance, "en"), "en"),
        },
        to_check=rule.to_check or any(article.to_check for article in articles),
    )


@dataclass(frozen=True, slots=True)
class RequestTimetable:
    """What follows a request that stays without an answer, step after step."""

    refusal: DueDate
    cada: DueDate


def after_request(received: date, *, counting: Counting | None = None) -> RequestTimetable:
    """Return when silence refuses a request, and the last day to refer that to the CADA.

    Source: CRPA, art. R*. 311-12, R. 311-13, R. 311-15, R. 343-1. ``counting`` applies to what the
    person must do; silence takes effect by itself, from date to date.
    """
    refusal = due(SILENCE, received)
    return RequestTimetable(refusal, due(CADA_REFERRAL, refusal.day, counting=counting))


@dataclass(frozen=True, slots=True)
class CadaTimetable:
    """What follows a referral to the CADA, step after step."""

    opinion: DueDate
    confirmed: DueDate
    court: DueDate


def after_referral(
    registered: date,
    *,
    distance: Distance = Distance.NONE,
    counting: Counting | None = None,
    subdivision: str = "",
) -> CadaTimetable:
    """Return what follows a referral that the CADA registered, if the administration stays silent.

    Source: CRPA, art. R. 343-3, R*. 343-4, R. 343-5; CJA, art. R. 421-2.
    """
    confirmed = due(CADA_SILENCE, registered)
    return CadaTimetable(
        due(CADA_OPINION, registered),
        confirmed,
        due(
            COURT_AFTER_SILENCE,
            confirmed.day,
            distance=distance,
            counting=counting,
            subdivision=subdivision,
        ),
    )


def after_appeal(
    notified: date,
    *,
    appealed: date,
    rejected: date,
    distance: Distance = Distance.NONE,
    counting: Counting | None = None,
    subdivision: str = "",
) -> DueDate:
    """Return the last day for the court when the person first appealed to the administration.

    An appeal made in time interrupts the limit: a whole new one runs from its rejection (CRPA,
    art. L. 411-2). One made too late changes nothing: the limit of the decision itself is returned.
    When silence amounts to rejection is not laid down here: the caller gives the day.

    Raises:
        ValueError: the dates are not in order.
    """
    if not notified <= appealed <= rejected:
        raise ValueError(
            f"the decision ({notified}), the appeal ({appealed}) and its rejection ({rejected}) "
            "are not in this order; correct the dates."
        )
    last = due(APPEAL, notified, counting=counting, subdivision=subdivision).day
    limit, start = (COURT_AFTER_APPEAL, rejected) if appealed <= last else (COURT, notified)
    return due(limit, start, distance=distance, counting=counting, subdivision=subdivision)


@dataclass(frozen=True, slots=True)
class _Count:
    """The steps of one count: ``end`` date to date, ``after`` if free, ``last`` if moved."""

    start: date
    end: date
    after: date
    last: date
    rule: Counting
    closed: str
    """Why nobody works on ``after``: ``holiday``, ``weekend``, or empty."""


def _count(start: date, months: int, rule: Counting, subdivision: str) -> _Count:
    end = add_months(start, months)
    after = end + timedelta(days=1) if rule.free else end
    holidays = public_holidays(
        {after.year, (after + timedelta(days=10)).year}, subdivision=subdivision
    )
    closed = _closed(after, holidays)
    last = after
    while rule.rolls and _closed(last, holidays):
        last += timedelta(days=1)
    return _Count(start, end, after, last, rule, closed)


def _closed(day: date, holidays: Mapping[date, str]) -> str:
    if day in holidays:
        return "holiday"
    return "weekend" if day.weekday() >= SATURDAY else ""


def _length(limit: TimeLimit, distance: Distance, language: Language) -> str:
    numbers = NUMBERS[language]
    base, extra = numbers[limit.months], numbers[distance.value]
    if distance is Distance.NONE:
        return base
    if language == "en":
        return f"{base}, and {extra} more for distance,"
    return f"{base}, plus {extra} pour l’éloignement,"


def _told(count: _Count, length: str, language: Language) -> str:
    french = language == "fr"
    length = length[0].upper() + length[1:]
    start, end = written(count.start, language), written(count.end, language)
    told = [
        f"{length} de date à date, à partir du {start}\u00a0: {end}."
        if french
        else f"{length} from date to date, from {start}: {end}."
    ]
    if count.end.day != count.start.day:
        told.append(
            f"Ce mois n’a pas de {count.start.day}\u00a0: le délai finit à son dernier jour."
            if french
            else f"That month has no day {count.start.day}: the limit ends on its last day."
        )
    if count.rule.free:
        after = written(count.after, language)
        told.append(
            f"Le délai est franc\u00a0: le lendemain, {after}, est encore dans le délai."
            if french
            else f"The last day does not count: the day after, {after}, is still in time."
        )
    if count.closed:
        told.append(_told_closed(count, french=french))
    return " ".join(told)


def _told_closed(count: _Count, *, french: bool) -> str:
    language: Language = "fr" if french else "en"
    day = written(count.after, language, weekday=True)
    if count.closed == "holiday":
        what = f"Le {day} est férié" if french else f"{day} is a public holiday"
    else:
        what = f"Le {day} n’est pas ouvré" if french else f"{day} is not a working day"
    if not count.rule.rolls:
        return (
            f"{what}\u00a0; aucun report n’est compté ici."
            if french
            else f"{what}; the limit is not moved here."
        )
    last = written(count.last, language, weekday=True)
    return (
        f"{what}\u00a0: le délai va jusqu’au {last}."
        if french
        else f"{what}: the limit runs until {last}."
    )
