"""Time limits: cases worked by hand, and what must hold for every date."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.obligations.calendar import (
    add_months,
    after_appeal,
    after_referral,
    after_request,
    due,
    public_holidays,
)
from clairevoie.obligations.dates import MONTHS, WEEKDAYS, written
from clairevoie.obligations.limits import (
    APPEAL,
    CADA_OPINION,
    CADA_REFERRAL,
    CADA_SILENCE,
    COURT,
    COURT_AFTER_SILENCE,
    DATE_TO_DATE,
    FREE_AND_ROLLED,
    LIMITS,
    SILENCE,
    Counting,
    Distance,
    TimeLimit,
)

DAYS = st.dates(date(1900, 1, 1), date(2098, 12, 31))
RULES = st.sampled_from([DATE_TO_DATE, FREE_AND_ROLLED])

# Limit, start, distance, rule, expected end, reasoning by hand.
WORKED = [
    (SILENCE, "2026-03-15", 0, DATE_TO_DATE, "2026-04-15", "one month, date to date"),
    (SILENCE, "2026-01-31", 0, DATE_TO_DATE, "2026-02-28", "February 2026 has 28 days"),
    (SILENCE, "2028-01-31", 0, DATE_TO_DATE, "2028-02-29", "2028 is a leap year"),
    (SILENCE, "2026-02-28", 0, DATE_TO_DATE, "2026-03-28", "28 to 28, not to the end of March"),
    (SILENCE, "2028-02-29", 0, DATE_TO_DATE, "2028-03-29", "29 to 29"),
    (SILENCE, "2026-12-15", 0, DATE_TO_DATE, "2027-01-15", "over the end of the year"),
    (SILENCE, "2026-04-01", 0, DATE_TO_DATE, "2026-05-01", "a public holiday does not move it"),
    (CADA_REFERRAL, "2026-04-15", 0, DATE_TO_DATE, "2026-06-15", "two months"),
    (CADA_REFERRAL, "2025-12-31", 0, DATE_TO_DATE, "2026-02-28", "no 31 February"),
    (CADA_REFERRAL, "2026-06-30", 0, DATE_TO_DATE, "2026-08-30", "30 to 30, though August has 31"),
    (CADA_REFERRAL, "2026-03-13", 0, FREE_AND_ROLLED, "2026-05-15",
     "13 May; free: 14 May, Ascension Day; moved to Friday 15"),
    (CADA_OPINION, "2026-10-31", 0, DATE_TO_DATE, "2026-11-30", "November has 30 days"),
    (CADA_SILENCE, "2026-05-05", 0, DATE_TO_DATE, "2026-07-05", "a Sunday: silence does not wait"),
    (CADA_SILENCE, "2027-12-29", 0, DATE_TO_DATE, "2028-02-29", "29 to 29 in a leap year"),
    (CADA_SILENCE, "2026-12-29", 0, DATE_TO_DATE, "2027-02-28", "2027 has no 29 February"),
    (COURT, "2026-02-16", 0, DATE_TO_DATE, "2026-04-16", "two months from the notification"),
    (COURT, "2026-02-16", 0, FREE_AND_ROLLED, "2026-04-17", "free: one day more, a Friday"),
    (COURT, "2026-01-15", 0, FREE_AND_ROLLED, "2026-03-16", "15 March, free: Monday 16"),
    (COURT, "2026-01-13", 0, FREE_AND_ROLLED, "2026-03-16", "free: Saturday 14; Monday 16"),
    (COURT, "2026-01-14", 0, FREE_AND_ROLLED, "2026-03-16", "free: Sunday 15; Monday 16"),
    (COURT, "2026-02-03", 0, FREE_AND_ROLLED, "2026-04-07",
     "3 April; free: Saturday 4; Sunday 5; Easter Monday 6; Tuesday 7"),
    (COURT, "2026-05-13", 0, FREE_AND_ROLLED, "2026-07-15", "free: 14 July; Wednesday 15"),
    (COURT, "2025-12-31", 0, FREE_AND_ROLLED, "2026-03-02",
     "28 February; free: Sunday 1 March; Monday 2"),
    (COURT, "2026-10-31", 0, FREE_AND_ROLLED, "2027-01-04",
     "31 December; free: 1 January; Saturday, Sunday; Monday 4"),
    (COURT, "2026-02-16", 1, DATE_TO_DATE, "2026-05-16", "overseas: three months at once"),
    (COURT, "2026-02-16", 2, DATE_TO_DATE, "2026-06-16", "abroad: four months at once"),
    (COURT, "2025-12-31", 1, DATE_TO_DATE, "2026-03-31",
     "three months at once: not 28 February plus one month"),
    (COURT, "2025-12-31", 2, DATE_TO_DATE, "2026-04-30", "April has 30 days"),
    (COURT_AFTER_SILENCE, "2026-07-05", 0, DATE_TO_DATE, "2026-09-05", "from the implicit refusal"),
    (APPEAL, "2026-08-31", 0, DATE_TO_DATE, "2026-10-31", "31 to 31"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("limit", "start", "distance", "rule", "expected", "reasoning"),
    WORKED,
    ids=[f"{case[0].key}-{case[1]}-{case[2]}-{case[3].key}" for case in WORKED],
)
def test_worked_cases(
    limit: TimeLimit, start: str, distance: int, rule: Counting, expected: str, reasoning: str
) -> None:
    found = due(limit, date.fromisoformat(start), distance=Distance(distance), counting=rule)
    assert found.day == date.fromisoformat(expected), reasoning


@pytest.mark.parametrize(
    ("start", "subdivision", "expected", "reasoning"),
    [
        ("2026-02-02", "", "2026-04-03", "free: Friday 3 April, worked in most of France"),
        ("2026-02-02", "57", "2026-04-07", "Good Friday in Moselle, then Easter Monday"),
        ("2026-10-24", "", "2026-12-28", "free: Friday 25; Saturday, Sunday; Monday 28"),
        ("2026-10-25", "6AE", "2026-12-28", "free: Saturday 26; Sunday; Monday 28"),
        ("2025-10-24", "", "2025-12-26", "free: 25 December; Friday 26 is worked"),
        ("2025-10-24", "6AE", "2025-12-29", "Friday 26 is a holiday in Alsace; Monday 29"),
        ("2026-03-21", "971", "2026-05-22", "free: Friday 22 May; abolition is on the 27th"),
        ("2026-03-26", "971", "2026-05-28", "free: 27 May, abolition, in Guadeloupe; Thursday 28"),
        ("2026-03-26", "", "2026-05-27", "free: Wednesday 27 May, worked elsewhere"),
    ],
)
def test_holidays_of_a_part_of_france(
    start: str, subdivision: str, expected: str, reasoning: str
) -> None:
    found = due(COURT, date.fromisoformat(start), counting=FREE_AND_ROLLED, subdivision=subdivision)
    assert found.day == date.fromisoformat(expected), reasoning


@given(DAYS, st.integers(0, 48))
def test_months_are_calendar_months(start: date, months: int) -> None:
    end = add_months(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == min(start.day, monthrange(end.year, end.month)[1])


@given(DAYS, DAYS, st.sampled_from(sorted(LIMITS)), RULES)
def test_what_starts_later_never_ends_earlier(
    one: date, other: date, key: str, rule: Counting
) -> None:
    first, second = sorted([one, other])
    limit = LIMITS[key]
    assert due(limit, first, counting=rule).day <= due(limit, second, counting=rule).day


@given(DAYS, st.sampled_from(sorted(LIMITS)))
def test_the_short_way_is_never_too_late(start: date, key: str) -> None:
    limit = LIMITS[key]
    short = due(limit, start).day
    long = due(limit, start, counting=FREE_AND_ROLLED).day
    assert start < short < long <= short + timedelta(days=6)


@given(DAYS, st.sampled_from(["", "57", "971", "974", "NC"]))
def test_a_limit_that_moves_ends_on_a_day_worked(start: date, subdivision: str) -> None:
    end = due(COURT, start, counting=FREE_AND_ROLLED, subdivision=subdivision).day
    assert end.weekday() < 5
    assert end not in public_holidays({end.year}, subdivision=subdivision)
    plain = add_months(start, 2) + timedelta(days=1)
    holidays = public_holidays({plain.year, end.year}, subdivision=subdivision)
    between = [plain + timedelta(days=step) for step in range((end - plain).days)]
    assert all(day.weekday() >= 5 or day in holidays for day in between)


@given(DAYS, st.sampled_from(list(Distance)), RULES)
def test_a_count_tells_its_own_dates(start: date, distance: Distance, rule: Counting) -> None:
    found = due(COURT, start, distance=distance, counting=rule)
    assert found.months == 2 + distance.value
    for language in ("fr", "en"):
        assert written(start, language) in found.how[language]
        assert written(found.day, language) in found.how[language]
    assert ("R. 421-7" in found.articles[-1].name) is (distance is not Distance.NONE)
    assert found.to_check


def test_what_was_read_needs_no_check() -> None:
    read = Counting("read", free=True, rolls=False, to_check=False)
    assert not due(COURT, date(2026, 2, 16), counting=read).to_check
    assert due(COURT, date(2026, 2, 16)).to_check


def test_the_count_is_told_step_by_step() -> None:
    told = due(COURT, date(2025, 12, 31), counting=FREE_AND_ROLLED).how["fr"].replace("\u00a0", " ")
    assert told == (
        "Deux mois de date à date, à partir du 31 décembre 2025 : 28 février 2026. "
        "Ce mois n’a pas de 31 : le délai finit à son dernier jour. "
        "Le délai est franc : le lendemain, 1er mars 2026, est encore dans le délai. "
        "Le dimanche 1er mars 2026 n’est pas ouvré : le délai va jusqu’au lundi 2 mars 2026."
    )
    told = due(SILENCE, date(2026, 4, 1)).how["en"].replace("\u00a0", " ")
    assert told == (
        "One month from date to date, from 1 April 2026: 1 May 2026. "
        "Friday 1 May 2026 is a public holiday; the limit is not moved here."
    )


@given(DAYS)
def test_a_request_then_the_cada(received: date) -> None:
    table = after_request(received)
    assert table.refusal.day == add_months(received, 1)
    assert table.cada.start == table.refusal.day
    assert table.cada.day == add_months(table.refusal.day, 2)


def test_a_referral_then_the_court() -> None:
    table = after_referral(date(2026, 5, 5), distance=Distance.OVERSEAS)
    assert table.opinion.day == date(2026, 6, 5)
    assert table.confirmed.day == date(2026, 7, 5)
    assert table.court.day == date(2026, 10, 5)
    assert [article.name for article in table.court.articles] == [
        "CJA, art. R. 421-2",
        "CJA, art. R. 421-7",
    ]


def test_an_appeal_in_time_starts_the_limit_again() -> None:
    # Notified on 16 February: the appeal is in time until 16 April.
    in_time = after_appeal(date(2026, 2, 16), appealed=date(2026, 4, 16), rejected=date(2026, 6, 1))
    assert in_time.day == date(2026, 8, 1)
    assert in_time.articles[0].name == "CRPA, art. L. 411-2"
    late = after_appeal(date(2026, 2, 16), appealed=date(2026, 4, 17), rejected=date(2026, 6, 1))
    assert late.day == date(2026, 4, 16)
    # Under the rule of the courts the 17th is still in time.
    free = after_appeal(
        date(2026, 2, 16),
        appealed=date(2026, 4, 17),
        rejected=date(2026, 6, 1),
        counting=FREE_AND_ROLLED,
    )
    assert free.day == date(2026, 8, 3)
    with pytest.raises(ValueError, match="are not in this order"):
        after_appeal(date(2026, 2, 16), appealed=date(2026, 2, 15), rejected=date(2026, 6, 1))


@pytest.mark.parametrize(
    ("limit", "start", "distance", "subdivision", "message"),
    [
        (COURT, date(1899, 12, 31), Distance.NONE, "", "give a date of 1900 to 2098"),
        (COURT, date(2099, 1, 1), Distance.NONE, "", "give a date of 1900 to 2098"),
        (SILENCE, date(2026, 1, 1), Distance.ABROAD, "", "leave distance out"),
        (APPEAL, date(2026, 1, 1), Distance.OVERSEAS, "", "leave distance out"),
        (COURT, date(2026, 1, 1), Distance.NONE, "Bretagne", "'Bretagne' is not a part"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    limit: TimeLimit, start: date, distance: Distance, subdivision: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        due(limit, start, distance=distance, subdivision=subdivision)


def test_dates_in_words() -> None:
    assert written(date(2026, 3, 1)) == "1er\u00a0mars\u00a02026"
    assert written(date(2026, 3, 1), "en") == "1\u00a0March\u00a02026"
    assert written(date(2026, 8, 15), weekday=True) == "samedi\u00a015\u00a0août\u00a02026"
    assert all(len(MONTHS[language]) == 12 for language in MONTHS)
    assert all(len(WEEKDAYS[language]) == 7 for language in WEEKDAYS)


def test_every_limit_rests_on_an_article_and_speaks_both_languages() -> None:
    for limit in LIMITS.values():
        assert limit.articles
        assert set(limit.start) == set(limit.effect) == {"fr", "en"}
        assert all(limit.effect[language].endswith(".") for language in limit.effect)
