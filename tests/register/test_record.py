"""Reading a record: what stands, what diverges, what is missing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clairevoie.register.catalogue import FIELDS, GROUPS, field
from clairevoie.register.record import (
    CORE_FIELDS,
    completeness,
    diverges,
    filled_percent,
    present_values,
    read,
    standing,
    status_history,
)
from clairevoie.register.statements import Statement

KEYS = [item.key for item in FIELDS]


def said(field: str, value: str, uid: str = "", **more: str) -> Statement:
    return Statement("s", field, value, uid=uid or f"{field}-{value}", **more)


def test_a_superseded_statement_no_longer_stands_but_stays_readable() -> None:
    old, new = said("purpose", "avant", "1"), said("purpose", "après", "2", supersedes="1")
    reading = read([old, new])["purpose"]

    assert reading.standing == (new,)
    assert reading.replaced == (old,)
    assert not reading.divergent


def test_two_voices_on_one_value_diverge() -> None:
    administration = said("cost", "10", speaker="A")
    union = said("cost", "12", speaker="B", capacity="union", date="2026")
    reading = read([union, administration])["cost"]

    assert reading.divergent
    assert reading.standing == (administration, union), "the administration's word leads"


def test_two_voices_that_agree_do_not_diverge() -> None:
    assert not diverges(field("cost"), [said("cost", "10", "1"), said("cost", "10", "2")])


def test_several_values_of_a_multiple_field_do_not_diverge() -> None:
    assert not diverges(field("criteria"), [said("criteria", "âge"), said("criteria", "revenu")])


def test_figures_of_different_years_do_not_diverge_those_of_one_year_do() -> None:
    series = [said("cost", "10", period="2021"), said("cost", "12", period="2022")]
    assert not diverges(field("cost"), series)
    assert diverges(field("cost"), [*series, said("cost", "13", period="2022")])


def test_status_follows_its_dates() -> None:
    statements = [
        said("status", "deployed", period="2019-06"),
        said("status", "test", date="2017-01-01"),
        said("status", "suspended"),
    ]
    history = status_history(statements)

    assert [(change.status, change.since) for change in history] == [
        ("test", "2017-01-01"),
        ("deployed", "2019-06"),
        ("suspended", ""),
    ]
    assert set(present_values(statements, "status")) == {"deployed", "suspended"}


def test_completeness_counts_core_fields_only() -> None:
    empty, full = completeness([]), completeness(KEYS)

    assert (empty.filled, empty.percent) == (0, 0)
    assert (full.filled, full.percent) == (len(CORE_FIELDS), 100)
    assert [group.group for group in full.groups] == [group.key for group in GROUPS]
    assert completeness(["keywords", "no_such_field"]).filled == 0


@given(st.lists(st.sampled_from(KEYS)))
def test_completeness_adds_up(keys: list[str]) -> None:
    result = completeness(keys)

    assert sum(group.filled for group in result.groups) == result.filled
    assert sum(group.total for group in result.groups) == result.total
    assert result.percent == filled_percent(keys)
    assert (result.percent == 100) == (set(keys) >= CORE_FIELDS)


ITEMS = st.tuples(
    st.sampled_from(["cost", "purpose", "criteria"]), st.sampled_from("abc"), st.booleans()
)


@given(st.lists(ITEMS))
def test_every_statement_stands_or_was_replaced(items: list[tuple[str, str, bool]]) -> None:
    statements: list[Statement] = []
    for number, (key, value, replaces) in enumerate(items):
        before = [item.uid for item in statements if item.field == key]
        supersedes = before[-1] if replaces and before else ""
        statements.append(said(key, value, f"u{number}", supersedes=supersedes))

    readings = read(statements).values()

    shown = [item for reading in readings for item in (*reading.standing, *reading.replaced)]
    assert sorted(item.uid for item in shown) == sorted(item.uid for item in statements)
    assert {item.uid for reading in readings for item in reading.standing} == {
        item.uid for item in standing(statements)
    }
