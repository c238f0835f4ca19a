"""Writing through the API: who may, what is refused, what is recorded."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from clairevoie.web.accounts.models import ApiToken, Membership, Role, User
from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.accounts.services import limits
from clairevoie.web.accounts.services.tokens import revoke_token
from clairevoie.web.api.boundary import BODY_LIMIT
from clairevoie.web.register.models import Event, Statement, System
from tests.api.conftest import Api, TokenMaker
from tests.builders import BODY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

SOURCE = {"kind": "report", "title": "Rapport public annuel", "publisher": "Cour des comptes"}
SAID = {"field": "need", "value": "Il fallait aller plus vite.", "source": SOURCE}
WRITES = (
    ("/systems", {"slug": "nouveau", "name": "Nouveau"}),
    ("/bodies", {"slug": "ville", "name": "Ville"}),
    ("/systems/foncier/statements", SAID),
    ("/statements/{uid}/replies", {"text": "Nous répondons."}),
    ("/statements/{uid}/moderation", {"hidden": True, "reason": "Diffamation."}),
)


def first_uid() -> str:
    return Statement.objects.filter(system__slug="calcul-impot").earliest("pk").uid.hex


def error(response, status: int):
    assert response.status_code == status, response.content
    return response.json()["error"]


@pytest.mark.parametrize(("path", "sent"), WRITES)
def test_nobody_writes_without_a_token(api: Api, path: str, sent: object) -> None:
    before = Event.objects.count()
    path = path.format(uid=first_uid())
    response = api.post(path, sent)
    assert error(response, 401)["code"] == "unauthorized"
    assert response["WWW-Authenticate"] == "Bearer"
    for value in ("Bearer", "Bearer ", "Bearer cv_wrong", "Basic eDp5", "é", "Bearer " + "x" * 999):
        assert error(api.post(path, sent, Authorization=value), 401)
    assert Event.objects.count() == before


@pytest.mark.parametrize(("path", "sent"), WRITES)
def test_a_session_does_not_write(client: Client, path: str, sent: object) -> None:
    user = User.objects.create_user("personne@exemple.fr", "un mot de passe long")
    client.force_login(user)
    assert error(Api(client).post(path.format(uid=first_uid()), sent), 401)


def test_a_token_that_is_over_or_revoked_does_not_write(api: Api, token: TokenMaker) -> None:
    secret = token()
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert error(api.post("/systems", {}, secret), 401)
    secret = token()
    revoke_token(actor=COMMAND, token=ApiToken.objects.latest("pk"))
    assert error(api.post("/systems", {}, secret), 401)
    secret = token()
    User.objects.update(is_active=False)
    assert error(api.post("/systems", {}, secret), 401)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.READER, 0),
        (Role.CONTRIBUTOR, 1),
        (Role.PUBLISHER, 3),
    ],
)
def test_roles_are_those_of_the_site(api: Api, token: TokenMaker, role: Role, allowed: int) -> None:
    secret = token(role)
    statuses = [
        api.post(path.format(uid=first_uid()), sent, secret).status_code for path, sent in WRITES
    ]
    assert sorted(statuses) == [201] * allowed + [403] * (len(WRITES) - allowed)


def test_a_statement_is_recorded_with_its_source(api: Api, token: TokenMaker) -> None:
    response = api.post(
        "/systems/foncier/statements",
        {
            **SAID,
            "speaker": "Cour des comptes",
            "capacity": "court",
            "date": "2024-03",
            "locator": "p. 12",
            "quote": "Il fallait aller plus vite.",
            "language": "fr",
        },
        token(Role.CONTRIBUTOR),
    )
    assert response.status_code == 201
    answer = response.json()
    assert answer["source"]["title"] == SOURCE["title"]
    assert (answer["speaker"], answer["capacity"]) == ("Cour des comptes", "court")
    assert answer["organisation"] == "Organisation 0"
    assert api.client.get(response["Location"]).json() == answer
    again = api.json("/systems/foncier")
    assert answer["uid"] in json.dumps(again)
    assert Event.objects.latest("pk").verb == "statement.add"


def test_a_statement_supersedes_one_of_the_same_organisation(api: Api, token: TokenMaker) -> None:
    secret = token(Role.CONTRIBUTOR)
    first = api.post("/systems/foncier/statements", SAID, secret).json()
    changed = {**SAID, "value": "Il fallait aller moins vite.", "supersedes": first["uid"]}
    other = api.post("/systems/foncier/statements", changed, token(Role.CONTRIBUTOR))
    assert error(other, 403)["code"] == "forbidden"
    second = api.post("/systems/foncier/statements", changed, secret).json()
    assert second["supersedes"] == first["uid"]
    assert api.json(f"/statements/{first['uid']}")["superseded_by"] == [second["uid"]]


def test_a_record_is_opened(api: Api, token: TokenMaker) -> None:
    sent = {"slug": "nouveau", "name": "Nouveau système", "body": BODY.id}
    response = api.post("/systems", sent, token())
    assert response.status_code == 201, response.content
    assert response.json()["name"] == "Nouveau système"
    assert response.json()["body"]["slug"] == BODY.id
    assert api.client.get(response["Location"]).json()["slug"] == "nouveau"
    assert list(error(api.post("/systems", sent, token()), 422)["fields"]) == ["slug"]
    sent = {"slug": "autre", "name": "Autre", "body": "personne"}
    assert list(error(api.post("/systems", sent, token()), 422)["fields"]) == ["body"]
    assert not System.objects.filter(slug="autre").exists()


def test_a_public_body_is_added(api: Api, token: TokenMaker) -> None:
    sent = {"slug": "ville-de-lens", "name": "Ville de Lens", "website": "https://exemple.fr"}
    response = api.post("/bodies", sent, token())
    assert response.status_code == 201, response.content
    assert api.client.get(response["Location"]).json()["name"] == "Ville de Lens"
    again = error(api.post("/bodies", sent, token()), 422)
    assert list(again["fields"]) == ["slug"]


def test_the_administration_replies(api: Api, token: TokenMaker) -> None:
    union = Statement.objects.get(speaker="Solidaires").uid.hex
    secret = token(own_body=True)
    for text in ("Le coût est de mille euros.", "Le coût est de mille un euros."):
        response = api.post(f"/statements/{union}/replies", {"text": text}, secret)
        assert response.status_code == 201
    replies = api.json(f"/statements/{union}")["replies"]
    assert [(item["text"], item["replaced"]) for item in replies] == [
        ("Le coût est de mille euros.", True),
        ("Le coût est de mille un euros.", False),
    ]


def test_a_moderator_hides_and_shows_again(api: Api, token: TokenMaker) -> None:
    secret, uid = token(Role.MODERATOR, operator=True), first_uid()
    path = f"/statements/{uid}/moderation"
    hidden = api.post(path, {"hidden": True, "reason": "Vie privée."}, secret)
    assert hidden.status_code == 201
    assert hidden.json()["value"] == ""
    assert hidden.json()["hidden"]["reason"] == "Vie privée."
    again = api.post(path, {"hidden": True, "reason": "Encore."}, secret)
    assert list(error(again, 422)["fields"]) == ["reason"]
    shown = api.post(path, {"hidden": False, "reason": "Le juge l’a permis."}, secret)
    assert shown.json()["value"]
    assert shown.json()["hidden"] is None


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "field"),
        ({**SAID, "field": "unheard"}, "field"),
        ({**SAID, "value": ""}, "value"),
        ({**SAID, "value": "x" * 20_001}, "value"),
        ({**SAID, "value": "a\x00b"}, "value"),
        ({**SAID, "value": "a\x85b"}, "value"),
        ({**SAID, "value": "\ufffd"}, "value"),
        ({**SAID, "value": 12}, "value"),
        ({**SAID, "field": "status", "value": "unheard"}, "value"),
        ({**SAID, "field": "start_date", "value": "2024-02-31"}, "value"),
        ({**SAID, "date": "9999-01-01"}, "date"),
        ({**SAID, "date": "2024-13"}, "date"),
        ({**SAID, "period": "yesterday"}, "period"),
        ({**SAID, "speaker": "Quelqu’un", "source": None}, "source"),
        ({**SAID, "source": {**SOURCE, "kind": "rumour"}}, "source.kind"),
        ({**SAID, "source": {**SOURCE, "url": "javascript:alert(1)"}}, "source.url"),
        ({**SAID, "source": {**SOURCE, "date": "2024-02-31"}}, "source.date"),
        ({**SAID, "source": {**SOURCE, "title": " "}}, "source.title"),
        ({**SAID, "supersedes": "0" * 32}, "supersedes"),
        ({**SAID, "supersedes": "x"}, "supersedes"),
        ({**SAID, "unheard": 1}, "unheard"),
        ([], "body"),
        ("text", "body"),
        (None, "body"),
    ],
)
def test_what_cannot_be_recorded_is_said_input_by_input(
    api: Api, token: TokenMaker, sent: object, field: str
) -> None:
    before = Event.objects.count()
    response = api.post("/systems/foncier/statements", json.dumps(sent), token())
    assert field in error(response, 422)["fields"]
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (" ", 400),
        ("{", 400),
        ("{'field': 1}", 400),
        ('{"field": "need", "value": "\\ud800"}', 422),
        ('{"\\ud800": 1, "field": "need", "value": "x"}', 422),
        ('{"\\u0000": 1, "field": "need", "value": "x"}', 422),
        ('{"field": "need", "value": "\\u0000"}', 422),
        ('{"field": "need", "value": NaN}', 422),
        ('{"field": "need", "value": ' + "9" * 5000 + "}", 400),
        ('{"field": "need", "value": 1e999}', 422),
        ("[" * 100_000, 400),
        ('{"a":' * 20_000, 400),
        (b"\xff\xfe\x00", 400),
        (b'{"field": "need", "value": "\xe9"}', 400),
        ('{"field": "need", "field": "cost", "value": "x", "speaker": "y"}', 422),
    ],
)
def test_a_broken_body_is_never_our_failure(
    api: Api, token: TokenMaker, body: str | bytes, status: int
) -> None:
    response = api.client.post(
        "/api/v1/systems/foncier/statements",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token()}"},
    )
    assert error(response, status)


def test_only_json_of_a_bearable_size_is_read(api: Api, token: TokenMaker) -> None:
    headers = {"Authorization": f"Bearer {token()}"}
    path = "/api/v1/systems/foncier/statements"
    form = api.client.post(path, {"field": "need"}, headers=headers)
    assert error(form, 415)["code"] == "unsupported_media_type"
    text = api.client.post(path, json.dumps(SAID), content_type="text/plain", headers=headers)
    assert error(text, 415)
    large = api.client.post(
        path, "x" * (BODY_LIMIT + 1), content_type="application/json", headers=headers
    )
    assert error(large, 413)["code"] == "too_large"


def test_writing_too_often_is_refused_with_the_time_to_wait(
    api: Api, token: TokenMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "write", limits.Limit(2, 600))
    secret = token()
    for number in range(2):
        said = {**SAID, "value": f"Valeur {number}"}
        assert api.post("/systems/foncier/statements", said, secret).status_code == 201
    refused = api.post("/systems/foncier/statements", SAID, secret)
    assert error(refused, 429)["code"] == "too_many_requests"
    assert 0 < int(refused["Retry-After"]) <= 1200
    assert api.post("/systems/foncier/statements", SAID, token()).status_code == 201


def test_a_membership_that_ends_takes_its_tokens(api: Api, token: TokenMaker) -> None:
    secret = token()
    Membership.objects.all().delete()
    assert error(api.post("/systems", {}, secret), 401)


def test_a_race_is_a_conflict(api: Api, token: TokenMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import IntegrityError

    def taken(**_given: object) -> None:
        raise IntegrityError("UNIQUE constraint failed")

    monkeypatch.setattr("clairevoie.web.register.services.statements.create_body", taken)
    response = api.post("/bodies", {"slug": "ville", "name": "Ville"}, token())
    assert error(response, 409)["code"] == "conflict"
