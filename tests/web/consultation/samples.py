"""A recommendation to the DGFiP about one of its systems, and who may speak of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from clairevoie.web.accounts.models import Membership, Organisation, Role
from clairevoie.web.accounts.permissions import COMMAND, Actor
from clairevoie.web.consultation.models import Recommendation, RecommendationAnswer
from clairevoie.web.consultation.services.answers import answer
from clairevoie.web.consultation.services.recommendations import Given, recommend
from clairevoie.web.register.models import PublicBody, Source, System
from tests.builders import BODY, stored
from tests.people import member, organisation, signed_in

SLUG = "foncier"
PAGE = "/recommandations/1/"


def body() -> PublicBody:
    """The public body to which it is addressed."""
    if not System.objects.filter(slug=SLUG).exists():
        stored(SLUG)
    return PublicBody.objects.get(slug=BODY.id)


def given(**more: Any) -> Given:
    """What is asked; of a report of the register unless told otherwise."""
    of = body()
    base = Given(
        body=of,
        system=System.objects.get(slug=SLUG),
        title="Publier les règles",
        text="Toutes les règles, voir https://exemple.fr/pourquoi",
        origin="report",
        origin_name="Un rapport",
        source=Source.objects.get(title="Un rapport"),
        locator="page 4",
        quote="Nous recommandons de publier les règles.",
        author="Une autorité",
        capacity="authority",
        asked_on="2025-02",
    )
    return replace(base, **more)


def made(actor: Actor = COMMAND, *, due: int | None = None, **more: Any) -> Recommendation:
    """A recommendation; ``due`` counts days from today, ``ago`` those since it was recorded."""
    ago = more.pop("ago", None)
    due_on = None if due is None else timezone.localdate() + timedelta(days=due)
    recorded = None if ago is None else timezone.now() - timedelta(days=ago)
    return recommend(actor=actor, given=given(due_on=due_on, **more), recorded_at=recorded)


def answered(
    of: Recommendation, verdict: str = "refused", actor: Actor = COMMAND, **more: Any
) -> RecommendationAnswer:
    """An answer; ``promised`` counts days from today, ``ago`` those since it came."""
    ago, promised = more.pop("ago", None), more.pop("promised", 10)
    if verdict in {"accepted", "partly"}:
        more |= {
            "commitment": "Nous publierons.",
            "promised_on": timezone.localdate() + timedelta(days=promised),
        }
    at = None if ago is None else timezone.now() - timedelta(days=ago)
    return answer(
        actor=actor, recommendation=of, verdict=verdict, reason="Voici pourquoi.", at=at, **more
    )


def administration(role: Role = Role.PUBLISHER) -> Membership:
    """A member of the administration addressed."""
    found = Organisation.objects.filter(name="La DGFiP").first()
    return member(role, found or organisation("La DGFiP", "administration", body=body()))


def union(role: Role = Role.CONTRIBUTOR) -> Membership:
    """A member of a union."""
    found = Organisation.objects.filter(name="Syndicat").first()
    return member(role, found or organisation("Syndicat", "union"))


def browser(of: Membership) -> Client:
    """A browser in which a member has signed in."""
    return signed_in(of.user)
