"""Recommendations through the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.consultation.services.answers import report_progress
from clairevoie.web.consultation.services.moderating import moderate_recommendation
from clairevoie.web.consultation.services.recommendations import recommend
from clairevoie.web.register.models import Statement
from tests.api.conftest import Api
from tests.conftest import QueriesSnapshot
from tests.web.consultation.samples import SLUG, answered, given, made

pytestmark = pytest.mark.django_db


def test_the_list_and_one_recommendation(
    api: Api, assert_queries_snapshot: QueriesSnapshot
) -> None:
    first = made(due=-3, ago=9)
    answered(first, "study", ago=8)
    answered(first, "accepted", ago=1)
    statement = Statement.objects.get(system__slug=SLUG, field="name")
    report_progress(
        actor=COMMAND, recommendation=first, text="Fait.", done=True, statement=statement
    )
    second = recommend(actor=COMMAND, given=given(title="Autre"), supersedes=made())
    with assert_queries_snapshot(name="list"):
        found = api.json("/recommendations")
    assert [each["status"] for each in found["items"]] == ["done", "replaced", "owed"]
    assert [each["replaced_by"] for each in found["items"]] == [None, second.number, None]
    part = api.json("/recommendations?limit=1")
    rest = api.json(f"/recommendations?limit=2&cursor={part['next_cursor']}")
    assert [*part["items"], *rest["items"]] == found["items"]
    with assert_queries_snapshot(name="recommendation"):
        one = api.json("/recommendations/1")
    item = found["items"][0]
    assert {key: one[key] for key in item} == item
    assert item["url"] == "http://testserver/recommandations/1/"
    assert (item["system"], item["body"]["slug"], item["asked_on"]) == (SLUG, "dgfip", "2025-02")
    assert [each["verdict"] for each in one["answers"]] == ["study", "accepted"]
    assert one["steps"][0]["statement"] == statement.uid.hex
    today = timezone.localdate()
    assert one["lapses"] == [
        {
            "what": "answer",
            "due": str(today - timedelta(days=3)),
            "ended": str(today - timedelta(days=1)),
        }
    ]
    assert one["hidden"] is None


def test_what_is_late_says_by_how_many_days(api: Api) -> None:
    made(due=-3, ago=9)
    item = api.json("/recommendations")["items"][0]
    assert (item["status"], item["owed"], item["late_days"]) == ("owed", "answer", 3)


def test_of_a_hidden_one_only_the_reason_is_told(api: Api) -> None:
    found = made()
    answered(found)
    moderate_recommendation(actor=COMMAND, recommendation=found, hidden=True, reason="Injure.")
    assert api.json("/recommendations")["items"] == []
    one = api.json("/recommendations/1")
    assert one["hidden"]["reason"] == "Injure."
    assert (one["title"], one["text"], one["quote"], one["answers"]) == ("", "", "", [])
    assert "règles" not in str(one)


def test_what_is_not_there(api: Api) -> None:
    assert api.json("/recommendations") == {"items": [], "next_cursor": None}
    assert api.get("/recommendations/1").status_code == 404
    assert api.get("/recommendations/0").status_code == 404


def test_what_has_not_changed_is_not_sent_again(api: Api) -> None:
    made()
    etag = api.get("/recommendations/1")["ETag"]
    assert api.get("/recommendations/1", **{"If-None-Match": etag}).status_code == 304
