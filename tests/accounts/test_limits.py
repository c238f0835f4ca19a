"""Counting without knowing who is where."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.web.accounts.models import RateCount
from clairevoie.web.accounts.services import limits
from clairevoie.web.accounts.services.limits import LIMITS, Limit, TooMany, spend

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def three_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "write", Limit(3, 60))


@pytest.mark.django_db
@pytest.mark.usefixtures("three_a_minute")
def test_the_window_slides() -> None:
    for second in (0, 10, 50):
        spend("write", "a", at=NOON + timedelta(seconds=second))
    with pytest.raises(TooMany) as refused:
        spend("write", "a", at=NOON + timedelta(seconds=55))
    wait = refused.value.retry_after
    assert wait > 5, "the next window does not start from nothing"
    with pytest.raises(TooMany):
        spend("write", "a", at=NOON + timedelta(seconds=55 + wait - 2))
    spend("write", "a", at=NOON + timedelta(seconds=55 + wait))
    spend("write", "b", at=NOON + timedelta(seconds=55))


@pytest.mark.django_db
@pytest.mark.usefixtures("three_a_minute")
def test_what_is_kept_names_nobody_and_goes_away() -> None:
    spend("write", "Camille@Exemple.fr", at=NOON)
    spend("write", "camille@exemple.fr", at=NOON)
    row = RateCount.objects.get()
    assert row.count == 2
    assert "camille" not in str(RateCount.objects.values().get()).lower()
    assert limits.clear_counts(now=NOON + timedelta(seconds=61)) == 0
    assert limits.clear_counts(now=NOON + timedelta(seconds=121)) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("three_a_minute")
def test_success_starts_again() -> None:
    for _ in range(3):
        spend("write", "a", at=NOON)
    limits.forget("write", "a")
    spend("write", "a", at=NOON)


@given(
    times=st.integers(1, 50),
    before=st.integers(0, 60),
    now=st.integers(0, 60),
    elapsed=st.floats(0, 59.9),
)
@settings(max_examples=300)
def test_after_the_wait_there_is_room(times: int, before: int, now: int, elapsed: float) -> None:
    limit = Limit(times, 60)
    wait = limits._wait(limit, before, now, elapsed)
    if wait == 0:
        return
    later = elapsed + wait
    if later < 60:
        assert limits._wait(limit, before, now, later) == 0
    elif later < 120:
        assert limits._wait(limit, now, 0, later - 60) == 0
    assert wait <= 2 * 60
