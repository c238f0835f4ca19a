"""Asking something of a public body: with a source, in public, never to be changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, InvalidInput, Refused, actor_of
from clairevoie.web.consultation.models import Recommendation
from clairevoie.web.consultation.services.answers import report_progress
from clairevoie.web.consultation.services.moderating import moderate_recommendation
from clairevoie.web.consultation.services.notices import ask_notice
from clairevoie.web.consultation.services.recommendations import recommend
from clairevoie.web.register.models import Event
from tests.people import member, moderator, organisation
from tests.web.consultation.samples import (
    PAGE,
    SLUG,
    administration,
    answered,
    body,
    browser,
    given,
    made,
    union,
)

pytestmark = pytest.mark.django_db
ASKED: dict[str, Any] = {
    "body": "DGFiP",
    "title": "Publier le score",
    "text_given": "Pour que chacun le voie.",
    "origin": "workers",
    "origin_name": "Avis du comité",
    "asked_on": "2025-06",
    "due_on": "2025-12-31",
}


def test_a_recommendation_says_who_asks_what_and_where_it_is_written(client: Client) -> None:
    found = made()
    event = Event.objects.get(verb="recommendation.make")
    assert event.data == {"recommendation": 1, "body": "dgfip"}
    assert event.system == found.system
    page = client.get(PAGE).content.decode()
    for text in (
        "Publier les règles",
        'href="https://exemple.fr/pourquoi"',
        "Une autorité",
        "Autorité indépendante",
        "février 2025",
        "page 4",
        "Nous recommandons de publier les règles.",
        "sans échéance",
        "Aucune réponse n’est enregistrée ici.",
        f'href="/systemes/{SLUG}/"',
        'href="/administrations/dgfip/"',
    ):
        assert text in page
    assert "No answer is recorded here" in client.get(f"/en{PAGE}").content.decode()
    assert client.get("/recommandations/2/").status_code == 404


def test_a_member_asks_in_the_name_of_the_organisation(client: Client) -> None:
    body()
    assert client.get("/contribuer/recommandations/").status_code == 302
    members = browser(union())
    form = members.get(f"/contribuer/recommandations/?systeme={SLUG}").content.decode()
    assert 'value="Direction générale des finances publiques"' in form
    done = members.post(f"/contribuer/recommandations/?systeme={SLUG}", ASKED)
    assert done.headers["Location"] == PAGE
    found = Recommendation.objects.get()
    assert (found.author, found.capacity) == ("Syndicat", "union")
    assert found.system is not None
    assert (found.asked_on, found.due_on) == ("2025-06", date(2025, 12, 31))
    assert browser(union(Role.READER)).get("/contribuer/recommandations/").status_code == 403


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"title": " "}, "title"),
        ({"text": ""}, "text"),
        ({"origin": "rumour"}, "origin"),
        ({"asked_on": "2999"}, "asked_on"),
        ({"asked_on": "hier"}, "asked_on"),
        ({"due_on": date(2025, 1, 1)}, "due_on"),
        ({"origin_url": "javascript:alert(1)"}, "origin_url"),
        ({"source": None}, "source"),
        ({"source": None, "locator": "", "quote": ""}, "origin_url"),
        ({"capacity": "king"}, "capacity"),
        ({"author": ""}, "author"),
    ],
)
def test_what_cannot_be_recorded_is_said(more: dict[str, Any], name: str) -> None:
    wanted = given(**more)
    with pytest.raises(InvalidInput) as problem:
        recommend(actor=COMMAND, given=wanted)
    assert name in problem.value.errors
    assert not Recommendation.objects.exists()


def test_what_somebody_else_asked_needs_a_source() -> None:
    body()
    members = browser(union())
    refused = members.post(
        "/contribuer/recommandations/",
        ASKED | {"author": "Une autorité", "capacity": "authority"},
    )
    assert "Veuillez donner l’adresse du document" in refused.content.decode()
    sourced = {"author": "Une autorité", "capacity": "authority", "origin_url": "https://a.fr/b"}
    assert members.post("/contribuer/recommandations/", ASKED | sourced).status_code == 302
    wrong = ASKED | {"body": "Inconnue", "source": "https://exemple.fr/sources/rien/"}
    page = members.post("/contribuer/recommandations/", wrong).content.decode()
    assert "Le registre n’a pas d’administration de ce nom." in page
    assert "id_source_error" in page


def test_a_new_version_leaves_the_earlier_one_with_its_answers(client: Client) -> None:
    mine = union()
    made(actor_of(mine), author="", capacity="")
    answered(Recommendation.objects.get())
    page = browser(mine).get("/recommandations/1/remplacer/").content.decode()
    assert "Publier les règles" in page
    changed = ASKED | {"title": "Publier les règles et le code"}
    done = browser(mine).post("/recommandations/1/remplacer/", changed)
    assert done.headers["Location"] == "/recommandations/2/"
    old = client.get(PAGE).content.decode()
    assert "Remplacée par une version plus récente" in old
    assert "Voici pourquoi." in old
    assert 'href="/recommandations/2/"' in old
    new = client.get("/recommandations/2/").content.decode()
    assert 'href="/recommandations/1/"' in new
    assert "Voici pourquoi." not in new
    listed = client.get("/recommandations/").content.decode()
    assert "1 recommandation" in listed
    assert 'href="/recommandations/1/"' not in listed
    assert (
        'href="/recommandations/1/"'
        in client.get("/recommandations/?etat=replaced").content.decode()
    )
    first = Recommendation.objects.get(number=1)
    with pytest.raises(Refused):
        recommend(actor=actor_of(mine), given=given(author="", capacity=""), supersedes=first)
    with pytest.raises(Refused):
        answered(first)


def test_only_whoever_recorded_it_replaces_it() -> None:
    found = made(actor_of(union()), author="", capacity="")
    other = member(Role.PUBLISHER, organisation("Autre", "association"))
    assert browser(other).get("/recommandations/1/remplacer/").status_code == 403
    with pytest.raises(Refused):
        recommend(actor=actor_of(other), given=given(), supersedes=found)
    with pytest.raises(Refused):
        recommend(actor=actor_of(other), given=given(), recorded_at=timezone.now())


def test_a_recommendation_is_hidden_and_shown_again(client: Client) -> None:
    answered(made())
    boss = browser(moderator())
    assert "Masquer cette recommandation" in boss.get(f"{PAGE}moderation/").content.decode()
    assert boss.post(f"{PAGE}moderation/", {"act": "hide", "reason": "Injure."}).status_code == 302
    page = client.get(PAGE).content.decode()
    assert "Injure." in page
    for address in (PAGE, "/recommandations/", "/administrations/dgfip/", f"/systemes/{SLUG}/"):
        assert "Publier les règles" not in client.get(address).content.decode()
    feed = client.get("/recommandations/flux.atom").content.decode()
    assert "Voici pourquoi." not in feed
    assert browser(administration()).get(f"{PAGE}repondre/").status_code == 404
    with pytest.raises(InvalidInput):
        moderate_recommendation(
            actor=COMMAND, recommendation=Recommendation.objects.get(), hidden=True, reason="Deux"
        )
    boss.post(f"{PAGE}moderation/", {"act": "show", "reason": "À tort."})
    assert "Publier les règles" in client.get(PAGE).content.decode()
    with pytest.raises(Refused):
        moderate_recommendation(
            actor=actor_of(union()),
            recommendation=Recommendation.objects.get(),
            hidden=True,
            reason="Non",
        )


@pytest.mark.parametrize(
    "statement",
    [
        f"{verb} consultation_{table}{change}"
        for table in (
            "recommendation",
            "recommendationanswer",
            "recommendationstep",
            "recommendationmoderation",
        )
        for verb, change in (("UPDATE", " SET event_id = event_id"), ("DELETE FROM", ""))
    ]
    + ["DELETE FROM consultation_notice"],
)
def test_the_database_refuses_to_change_or_forget(statement: str, settings: Any) -> None:
    settings.MAIL_FROM = "site@exemple.fr"
    found = made()
    answered(found, "accepted")
    report_progress(actor=COMMAND, recommendation=found, text="En cours.")
    moderate_recommendation(actor=COMMAND, recommendation=found, hidden=True, reason="Essai")
    ask_notice(found, "essai")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
