"""The administration addressed answers, promises, says what is done; the newest holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, InvalidInput, Refused, actor_of
from clairevoie.web.consultation.models import RecommendationAnswer, RecommendationStep
from clairevoie.web.consultation.services.answers import answer, report_progress
from clairevoie.web.register.models import Event, Statement
from clairevoie.web.register.services.statements import moderate
from tests.builders import BODY, stored
from tests.people import member, organisation
from tests.web.consultation.samples import (
    PAGE,
    SLUG,
    administration,
    answered,
    browser,
    made,
    union,
)

pytestmark = pytest.mark.django_db


def soon(days: int = 30) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_the_administration_accepts_then_proves_that_it_is_done(client: Client) -> None:
    made()
    agent = browser(administration())
    assert f"{PAGE}repondre/" in agent.get(PAGE).content.decode()
    assert f"{PAGE}repondre/" not in client.get(PAGE).content.decode()
    assert "La DGFiP" in agent.get(f"{PAGE}repondre/").content.decode()
    promise = {
        "verdict": "accepted",
        "reason": "C’est juste.",
        "commitment": "Publier la grille.",
        "promised_on": soon(),
    }
    assert agent.post(f"{PAGE}repondre/", promise).status_code == 302
    page = client.get(PAGE).content.decode()
    for text in ("Acceptée", "C’est juste.", "Publier la grille.", "Promis pour le"):
        assert text in page
    step = {"text_given": "La grille est relue."}
    assert agent.post(f"{PAGE}avancement/", step).status_code == 302
    missing = agent.post(f"{PAGE}avancement/", {"text_given": "Fait.", "done": "on"})
    assert "Veuillez donner la preuve" in missing.content.decode()
    statement = Statement.objects.get(system__slug=SLUG, field="name")
    proof = {
        "text_given": "C’est en ligne.",
        "done": "on",
        "statement": f"https://exemple.fr/enonces/{statement.uid}/",
    }
    assert agent.post(f"{PAGE}avancement/", proof).status_code == 302
    page = client.get(PAGE).content.decode()
    assert "Réalisée" in page
    assert f'href="/enonces/{statement.uid}/"' in page
    linked = client.get(f"/enonces/{statement.uid}/").content.decode()
    assert "En réponse à la recommandation" in linked
    assert f'href="{PAGE}"' in linked
    assert agent.get(f"{PAGE}avancement/").status_code == 403
    verbs = Event.objects.filter(verb__startswith="recommendation.").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "recommendation.make",
        "recommendation.answer",
        "recommendation.progress",
        "recommendation.done",
    ]


def test_the_newest_answer_holds_and_the_older_stay(client: Client) -> None:
    found = made()
    answered(found, "study")
    answered(found, "refused")
    page = client.get(PAGE).content.decode()
    assert page.index("À l’étude") < page.rindex("Refusée")
    assert page.count("Voici pourquoi.") == 3
    agent = browser(administration())
    assert "Vous avez déjà répondu" in agent.get(f"{PAGE}repondre/").content.decode()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"verdict": "maybe", "reason": "x"}, "verdict"),
        ({"verdict": "refused", "reason": " "}, "reason"),
        ({"verdict": "accepted", "reason": "x"}, "commitment"),
        ({"verdict": "partly", "reason": "x", "commitment": "y"}, "promised_on"),
        ({"verdict": "refused", "reason": "x", "commitment": "y"}, "commitment"),
    ],
)
def test_what_lacks_in_an_answer_is_said(given: dict[str, Any], name: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        answer(actor=COMMAND, recommendation=made(), **given)
    assert name in problem.value.errors
    assert not RecommendationAnswer.objects.exists()


def test_a_promise_is_not_for_a_day_that_has_passed() -> None:
    with pytest.raises(InvalidInput) as problem:
        answered(made(), "accepted", promised=-1)
    assert "promised_on" in problem.value.errors
    answered(made(), "accepted", promised=0)


def test_only_the_public_body_addressed_answers() -> None:
    found = made()
    other = organisation("Autre administration", "administration")
    for of in (union(Role.PUBLISHER), member(Role.PUBLISHER, other)):
        assert browser(of).get(f"{PAGE}repondre/").status_code == 403
        with pytest.raises(Refused):
            answered(found, actor=actor_of(of))
    reader = administration(Role.CONTRIBUTOR)
    assert browser(reader).post(f"{PAGE}repondre/", {"verdict": "refused"}).status_code == 403
    with pytest.raises(Refused):
        answered(found, actor=actor_of(administration()), ago=3)


def test_progress_is_told_of_a_commitment_only() -> None:
    found = made()
    for verdict in ("", "study", "refused"):
        if verdict:
            answered(found, verdict)
        with pytest.raises(Refused):
            report_progress(actor=COMMAND, recommendation=found, text="Fait.")
    answered(found, "partly")
    report_progress(actor=COMMAND, recommendation=found, text="En cours.")
    link = "https://exemple.fr/preuve"
    report_progress(actor=COMMAND, recommendation=found, text="Fait.", done=True, proof_url=link)
    with pytest.raises(Refused):
        report_progress(actor=COMMAND, recommendation=found, text="Encore.")
    answered(found, "accepted")
    report_progress(actor=COMMAND, recommendation=found, text="De nouveau.")
    assert RecommendationStep.objects.count() == 3


def test_a_proof_is_a_statement_of_that_body_that_is_shown() -> None:
    found = made()
    answered(found, "accepted")
    stored("ailleurs", body=None)
    elsewhere = Statement.objects.get(system__slug="ailleurs", field="name")
    hidden = Statement.objects.get(system__slug=SLUG, field="name")
    assert hidden.system.body is not None
    assert hidden.system.body.slug == BODY.id
    moderate(actor=COMMAND, statement=hidden, hidden=True, reason="Illicite")
    for statement in (elsewhere, hidden):
        with pytest.raises(InvalidInput) as problem:
            report_progress(
                actor=COMMAND, recommendation=found, text="x", done=True, statement=statement
            )
        assert "statement" in problem.value.errors
