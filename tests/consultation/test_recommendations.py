"""Where a recommendation stands: worked examples, and what holds whatever happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.consultation.recommendations import (
    Act,
    Answered,
    Asked,
    Done,
    Duty,
    Lapse,
    Status,
    Verdict,
    lapses,
    standing,
)

DAY = date(2026, 3, 1)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def accepted(number: int, promised: int) -> Answered:
    return Answered(day(number), Verdict.ACCEPTED, day(promised))


@pytest.mark.parametrize(
    ("acts", "today", "status", "duty", "due", "late"),
    [
        ([], 5, Status.OWED, Duty.ANSWER, 10, 0),
        ([], 10, Status.OWED, Duty.ANSWER, 10, 0),
        ([], 11, Status.OWED, Duty.ANSWER, 10, 1),
        ([Answered(day(4), Verdict.STUDY)], 12, Status.STUDY, Duty.ANSWER, 10, 2),
        ([Answered(day(4), Verdict.REFUSED)], 12, Status.REFUSED, None, None, 0),
        ([accepted(4, 20)], 12, Status.ACCEPTED, Duty.COMMITMENT, 20, 0),
        ([accepted(4, 20)], 23, Status.ACCEPTED, Duty.COMMITMENT, 20, 3),
        ([accepted(4, 20), Done(day(22))], 23, Status.DONE, None, None, 0),
        ([accepted(4, 20), accepted(21, 40)], 23, Status.ACCEPTED, Duty.COMMITMENT, 40, 0),
        ([accepted(4, 20), Answered(day(9), Verdict.REFUSED)], 23, Status.REFUSED, None, None, 0),
        (
            [Answered(day(4), Verdict.REFUSED), Answered(day(9), Verdict.STUDY)],
            23,
            Status.STUDY,
            Duty.ANSWER,
            None,
            0,
        ),
    ],
)
def test_where_it_stands(
    acts: list[Act], today: int, status: Status, duty: Duty | None, due: int | None, late: int
) -> None:
    found = standing(Asked(DAY, day(10), acts), today=day(today))
    assert (found.status, found.duty, found.late_days) == (status, duty, late)
    assert found.due == (None if due is None else day(due))
    assert found.late == (late > 0)


def test_without_a_date_nobody_is_late() -> None:
    asked = Asked(DAY)
    found = standing(asked, today=day(4000))
    assert (found.status, found.duty, found.due, found.late) == (
        Status.OWED,
        Duty.ANSWER,
        None,
        False,
    )
    assert lapses(asked, today=day(4000)) == ()


def test_every_date_that_passed_is_told() -> None:
    acts: list[Act] = [accepted(15, 20), accepted(25, 30), Done(day(30))]
    assert lapses(Asked(DAY, day(10), acts), today=day(50)) == (
        Lapse(Duty.ANSWER, day(10), day(11), day(15)),
        Lapse(Duty.COMMITMENT, day(20), day(21), day(25)),
    )


def test_a_date_that_had_passed_is_late_from_the_day_of_recording() -> None:
    found = lapses(Asked(day(30), day(10)), today=day(30))
    assert found == (Lapse(Duty.ANSWER, day(10), day(30), None),)
    assert standing(Asked(day(30), day(10)), today=day(30)).late_days == 20


def test_a_version_that_is_replaced_owes_nothing() -> None:
    asked = Asked(DAY, day(10), [], replaced=day(15))
    found = standing(asked, today=day(15))
    assert (found.status, found.duty, found.late) == (Status.REPLACED, None, False)
    assert lapses(asked, today=day(50)) == (Lapse(Duty.ANSWER, day(10), day(11), day(15)),)
    assert standing(asked, today=day(14)).late_days == 4


@st.composite
def histories(draw: st.DrawFn) -> Asked:
    """Acts recorded on their own day; a promise is not for a day that has passed."""
    now = 0
    acts: list[Act] = []
    for _ in range(draw(st.integers(0, 6))):
        now += draw(st.integers(0, 15))
        newest = acts[-1] if acts else None
        promised = isinstance(newest, Answered) and newest.verdict.promises
        if promised and draw(st.booleans()):
            acts.append(Done(day(now)))
            continue
        verdict = draw(st.sampled_from(Verdict))
        until = day(now + draw(st.integers(0, 20))) if verdict.promises else None
        acts.append(Answered(day(now), verdict, until))
    due = draw(st.none() | st.integers(-20, 60))
    gone = draw(st.none() | st.integers(now, now + 20))
    return Asked(DAY, None if due is None else day(due), acts, None if gone is None else day(gone))


@given(histories(), st.integers(0, 120), st.integers(0, 60))
def test_what_was_late_stays_told(asked: Asked, first: int, more: int) -> None:
    def names(number: int) -> list[tuple[Duty, date, date]]:
        return [(each.duty, each.due, each.day) for each in lapses(asked, today=day(number))]

    earlier, later = names(first), names(first + more)
    assert later[: len(earlier)] == earlier
    assert len({(duty, due) for duty, due, _day in later}) == len(later)


@given(histories(), st.integers(0, 120))
def test_what_is_not_known_yet_changes_nothing(asked: Asked, number: int) -> None:
    today = day(number)
    known = replace(
        asked,
        acts=[each for each in asked.acts if each.day <= today],
        replaced=asked.replaced if asked.replaced and asked.replaced <= today else None,
    )
    assert standing(known, today=today) == standing(asked, today=today)
    assert lapses(known, today=today) == lapses(asked, today=today)


@given(histories(), st.integers(0, 120))
def test_lateness_is_that_of_a_lapse_that_lasts(asked: Asked, number: int) -> None:
    today = day(number)
    found = standing(asked, today=today)
    lasting = [each for each in lapses(asked, today=today) if each.ended is None]
    if found.late:
        assert found.due is not None
        assert found.late_days == (today - found.due).days
        assert [(each.duty, each.due) for each in lasting] == [(found.duty, found.due)]
    else:
        assert lasting == []


@given(histories(), st.integers(0, 120))
def test_every_late_day_adds_one(asked: Asked, number: int) -> None:
    found = standing(asked, today=day(number))
    quiet = replace(asked, acts=[a for a in asked.acts if a.day <= day(number)], replaced=None)
    if asked.replaced is None and found.late:
        assert standing(quiet, today=day(number + 1)).late_days == found.late_days + 1
