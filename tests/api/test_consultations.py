"""Consultations through the API."""

from __future__ import annotations

import pytest

from tests.api.conftest import Api
from tests.conftest import QueriesSnapshot
from tests.web.consultation.voting import TEXTS, opened, somebody, voted

pytestmark = pytest.mark.django_db


def test_the_list_and_one_consultation(api: Api, assert_queries_snapshot: QueriesSnapshot) -> None:
    of = opened(*TEXTS)
    second = opened(title="Une autre", begins=2)
    with assert_queries_snapshot(name="list"):
        found = api.json("/consultations")
    assert [each["number"] for each in found["items"]] == [of.number, second.number]
    assert [each["phase"] for each in found["items"]] == ["open", "coming"]
    part = api.json("/consultations?limit=1")
    rest = api.json(f"/consultations?limit=2&cursor={part['next_cursor']}")
    assert [*part["items"], *rest["items"]] == found["items"]
    with assert_queries_snapshot(name="consultation"):
        one = api.json("/consultations/1")
    assert {key: one[key] for key in found["items"][0]} == found["items"][0]
    assert [each["text"] for each in one["proposals"]] == list(TEXTS)
    assert one["result"] is None


def test_what_the_votes_say_is_given_once_it_may_be_shown(api: Api) -> None:
    of = opened(*TEXTS)
    for rank in range(22):
        voted(of, somebody(of))
        assert (api.json("/consultations/1")["result"] is None) == (rank < 21)
    result = api.json("/consultations/1")["result"]
    assert result["participants"] == 11
    assert result["clairevoie"] == "consultation-result-1.0"
