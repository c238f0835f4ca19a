"""Odap's indicators, checked by hand on a few records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from clairevoie.register.building import said
from clairevoie.register.indicators import DEFINITIONS, flags, indicators

TODAY = date(2026, 1, 31)


def met(*values: tuple[str, str]) -> set[str]:
    """Return the keys of the indicators that a record with these values meets."""
    found = flags(said("a", field, value) for field, value in values)
    return {item.key for item in DEFINITIONS if found >> item.bit & 1}


def test_what_each_indicator_counts() -> None:
    assert met() == set()
    assert met(("purpose", "x")) == set()
    assert met(("running_cost", "1")) == met(("cost", "1")) == {"budget"}
    assert met(("legal_basis", "x")) == {"legal_basis"}
    assert met(("contact", "x")) == {"contact"}
    assert met(("rules_url", "x")) == met(("source_code", "x")) == {"rules_or_code"}
    assert met(("internal_evaluation_state", "published")) == {"evaluation"}
    assert met(("internal_evaluation_state", "done")) == set()


def test_an_evaluation_that_is_no_longer_said_to_be_published_does_not_count() -> None:
    before = said("a", "internal_evaluation_state", "published")
    after = replace(said("a", "internal_evaluation_state", "under_way"), supersedes=before.uid)

    assert flags([before, after]) == 0
    assert flags([before]) == 1


def test_bits_never_change() -> None:
    assert {item.key: item.bit for item in DEFINITIONS} == {
        "evaluation": 0,
        "budget": 1,
        "legal_basis": 2,
        "contact": 3,
        "rules_or_code": 4,
    }


def test_counts_shares_and_ages() -> None:
    days = [TODAY.toordinal() - age for age in (0, 10, 20, 30)]
    found = indicators(np.array([2, 2, 6, 0, 0]), np.array([*days, 0]), TODAY)
    of_key = {item.definition.key: item for item in found.items}

    assert (of_key["budget"].count, of_key["budget"].total, of_key["budget"].share) == (3, 5, 0.6)
    assert of_key["legal_basis"].count == 1
    assert (found.age.dated, found.age.total) == (4, 5)
    assert found.age.quartiles == (7.5, 15.0, 22.5)


def test_no_record_at_all() -> None:
    nothing = np.array([], dtype=np.int64)
    found = indicators(nothing, nothing, TODAY)

    assert found.total == 0
    assert {item.share for item in found.items} == {None}
    assert found.age.quartiles is None
    assert found.as_dict()["total"] == 0


def test_a_statement_dated_tomorrow_has_no_negative_age() -> None:
    found = indicators(np.array([0]), np.array([TODAY.toordinal() + 5]), TODAY)

    assert found.age.median == 0
