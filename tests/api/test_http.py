"""What HTTP asks of the API: errors, caches, other sites, no cookie."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date

from clairevoie.web.register.models import Event
from tests.api.conftest import Api
from tests.builders import record, said, store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

READS = (
    "/",
    "/systems",
    "/systems/calcul-impot",
    "/systems/calcul-impot/statements",
    "/systems/calcul-impot/events",
    "/bodies",
    "/bodies/dgfip",
    "/sources",
    "/events",
    "/fields",
    "/indicators",
    "/openapi.json",
)


def problem(response, status: int, code: str):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    body = json.loads(response.content)
    assert list(body) == ["error"]
    assert list(body["error"]) == ["code", "message", "fields"]
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    return body["error"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v1/nothing",
        "/api/v2/systems",
        "/api/v1/systems/",
        "/api/v1/systems/inconnu",
        "/api/v1/systems/Inconnu%20%00",
        "/api/v1/systems/inconnu/statements",
        "/api/v1/systems/inconnu/events",
        "/api/v1/bodies/inconnu",
        "/api/v1/bodies/%0a",
        "/api/v1/%0a",
        "/api/v1/sources/not-a-uid",
        f"/api/v1/sources/{'0' * 32}",
        f"/api/v1/statements/{'0' * 32}",
        f"/api/v1/statements/{'0' * 33}",
    ],
)
def test_an_unknown_address_is_an_error_of_the_api(client: Client, path: str) -> None:
    problem(client.get(path), 404, "not_found")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post", "trace", "options"])
def test_another_method_is_refused(client: Client, method: str) -> None:
    response = client.generic(method.upper(), "/api/v1/events")
    problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD"
    problem(client.generic(method.upper(), "/api/v1/openapi.json"), 405, "method_not_allowed")


def test_head_is_get_without_its_body(api: Api) -> None:
    got = api.get("/systems")
    head = api.client.head("/api/v1/systems")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(len(got.content))
    assert head["ETag"] == got["ETag"]


@pytest.mark.parametrize("path", READS)
def test_what_has_not_changed_is_not_sent_again(api: Api, path: str) -> None:
    first = api.get(path)
    assert first["ETag"].startswith('W/"')
    again = api.get(path, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    if "Last-Modified" in first.headers:
        since = {"If-Modified-Since": first["Last-Modified"]}
        assert api.get(path, **since).status_code == 304
        before = http_date((timezone.now() - timedelta(days=2)).timestamp())
        assert api.get(path, **{"If-Modified-Since": before}).status_code == 200


def test_a_change_anywhere_changes_the_lists_and_its_own_record_only(api: Api) -> None:
    lists, other = api.get("/systems")["ETag"], api.get("/systems/foncier")["ETag"]
    own = api.get("/systems/calcul-impot")["ETag"]
    store(record("calcul-impot", said("calcul-impot", "need", "Un besoin.")))
    assert api.get("/systems")["ETag"] != lists
    assert api.get("/systems/calcul-impot")["ETag"] != own
    assert api.get("/systems/foncier")["ETag"] == other


def test_a_condition_that_fails_is_an_error_of_the_api(api: Api) -> None:
    problem(api.get("/systems", **{"If-Match": '"other"'}), 412, "precondition_failed")


def test_indicators_of_yesterday_are_not_those_of_today(api: Api) -> None:
    assert "Last-Modified" not in api.get("/indicators").headers
    assert timezone.localdate().isoformat() in api.get("/indicators")["ETag"]


@pytest.mark.parametrize("path", [*READS, "/nothing"])
def test_any_site_may_read_and_no_cookie_is_set(path: str) -> None:
    client = Client(headers={"Cookie": "sessionid=x; csrftoken=y", "Origin": "https://example.org"})
    response = client.get(f"/api/v1{path}")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_another_site_may_ask_to_read_but_not_to_write(api: Api, client: Client) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    preflight = client.options("/api/v1/systems", headers=asked)
    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "authorization" not in preflight["Access-Control-Allow-Headers"].lower()
    refused = api.post("/systems", {}, Origin="https://example.org")
    assert "Access-Control-Allow-Origin" not in refused.headers


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "-1",
        "é",
        "\x00",
        "W10",
        "WyJzb3VyY2VzIiwtMV0",  # ["sources",-1]
        "WyJzb3VyY2VzIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ",  # ["sources",9999999999999999999999]
        "WyJib2RpZXMiLDFd",  # ["bodies",1]
        "WyJzb3VyY2VzIix0cnVlXQ",  # ["sources",true]
        "W1tb" * 60,
        "A" * 5000,
    ],
)
@pytest.mark.parametrize("path", ["/systems", "/sources", "/systems/foncier/statements"])
def test_a_cursor_that_no_list_gave_is_refused(api: Api, path: str, cursor: str) -> None:
    response = api.client.get(f"/api/v1{path}", {"cursor": cursor})
    error = problem(response, 400, "invalid_cursor")
    assert list(error["fields"]) == ["cursor"]


def test_a_cursor_is_of_one_order(api: Api) -> None:
    cursor = api.json("/systems?limit=1&sort=name")["next_cursor"]
    problem(api.get(f"/systems?sort=recent&cursor={cursor}"), 400, "invalid_cursor")


def test_an_error_that_nobody_foresaw_says_nothing_of_itself(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    api = Api(Client(raise_request_exception=False))

    def breaks(*_given: object, **_named: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("clairevoie.web.api.routes.events.event_page", breaks)
    response = api.get("/events")
    problem(response, 500, "internal_error")
    assert b"secret" not in response.content
    assert "the secret of the house" in caplog.text
    monkeypatch.setattr(Event, "objects", None)
    problem(api.get("/events"), 500, "internal_error")


def test_control_characters_in_words_are_spaces(api: Api) -> None:
    answer = api.client.get("/api/v1/systems", {"q": "impot\x00\x1f\ud7ff revenu"}).json()
    assert [item["slug"] for item in answer["items"]] == ["calcul-impot"]
