"""Published rules through the API."""

import hashlib
import logging

import pytest

from clairevoie.web.rules.services.reading import rule_set
from tests.api.conftest import Api
from tests.conftest import QueriesSnapshot
from tests.web.rules.samples import CASE, RULES, published

pytestmark = pytest.mark.django_db


def test_the_list_and_one_rule_set(api: Api, assert_queries_snapshot: QueriesSnapshot) -> None:
    published()
    published(RULES.replace("per: 40", "per: 45"))
    published(RULES.replace("id: places", "id: autres"))
    with assert_queries_snapshot():
        found = api.json("/rules")
    assert [(item["slug"], item["edition"]) for item in found["items"]] == [
        ("places", 2),
        ("autres", 1),
    ]
    first = api.json("/rules?limit=1")
    rest = api.json(f"/rules?limit=1&cursor={first['next_cursor']}")
    assert [first["items"][0], rest["items"][0]] == found["items"]
    one = api.json("/rules/places")
    assert one["fictitious"] is True
    assert one["title"]["en"] == "Nursery places"
    assert [item["number"] for item in one["editions"]] == [2, 1]
    assert one["versions"][0] == {
        "id": "2024",
        "kind": "points",
        "start": "2024-01-01",
        "until": "2024-12-31",
    }
    assert one["url"] == "http://testserver/regles/places/"


def test_an_edition_is_byte_for_byte(api: Api) -> None:
    published()
    found = api.json("/rules/places/editions/1")
    assert found["content"] == RULES
    assert found["digest"] == hashlib.sha256(RULES.encode()).hexdigest()
    assert api.get("/rules/places/editions/2").status_code == 404
    assert api.get("/rules/aucunes").status_code == 404


def case(**more: object) -> dict[str, object]:
    given = {"enfants": 3, "situation": "seul", "quotient": "641.20", "travaille": True}
    return {"day": "2025-03-01", "case": given | more}


def test_a_case_is_evaluated_and_nothing_is_kept(
    api: Api, caplog: pytest.LogCaptureFixture, assert_queries_snapshot: QueriesSnapshot
) -> None:
    rule_set(published())  # rules are parsed once a process: whoever asks first pays a query
    with caplog.at_level(logging.INFO), assert_queries_snapshot():
        response = api.post("/rules/places/evaluation", case())
    assert response.status_code == 200, response.content
    assert response["Cache-Control"] == "no-store"
    result = response.json()["explanation"]["result"]
    assert (result["value"], result["outcome"]) == ("220", "admis")
    assert "641" not in caplog.text
    english = api.post("/rules/places/evaluation?language=en", case()).json()
    assert english["explanation"]["result"]["outcome_text"] == "place granted"


def test_what_cannot_be_answered_is_said(api: Api) -> None:
    published()
    refused = api.post("/rules/places/evaluation", case() | {"day": "2019-01-01"})
    assert refused.status_code == 422
    assert "2019-01-01" in refused.json()["error"]["fields"]["day"]
    outside = api.post("/rules/places/evaluation", case(enfants=99)).json()
    assert outside["explanation"]["problem"] == "out_of_domain"
    assert api.post("/rules/places/evaluation", {"case": []}).status_code == 422
    assert set(CASE) - {"date-du-cas", "naissance"} == set(case()["case"])  # type: ignore[call-overload]
