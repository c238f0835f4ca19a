"""A consultation about a system of the DGFiP, and people who take part in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.consultation.models import Consultation, Participation, Proposal, Vote
from clairevoie.web.consultation.services import proposing, taking_part
from clairevoie.web.consultation.services.opening import Asking, open_consultation

PAGE = "/consultations/1/"
TAKE = "/consultations/1/participer/"
TEXTS = ("Publier les règles.", "Prévenir les personnes.", "Former les agents.")


def opened(*texts: str, **more: Any) -> Consultation:
    """A consultation that is open today, with proposals of its organiser."""
    today = timezone.localdate()
    begins = today + timedelta(days=more.pop("begins", -1))
    ends = today + timedelta(days=more.pop("ends", 10))
    values: dict[str, Any] = {
        "title": "Les algorithmes de l’impôt",
        "question": "Que faut-il changer ?",
        "text": "Voici ce qu’il faut savoir.",
        "policy": "Rien d’illicite.",
        "moderation": "after",
    }
    made = open_consultation(
        actor=COMMAND, asking=Asking(opens_on=begins, closes_on=ends, **values | more)
    )
    if texts:
        proposing.seed(actor=COMMAND, consultation=made, texts=texts)
    return made


def somebody(of: Consultation) -> Participation:
    """Somebody who takes part."""
    return taking_part.new_participation(of).participation


def voted(of: Consultation, who: Participation, value: int = 1, number: float = 0.0) -> Vote:
    """A vote on the proposal that the lottery offers."""
    offered = taking_part.offered(participation=who, number=number)
    return taking_part.vote(consultation=of, participation=who, token=offered.token, value=value)


def token_for(who: Participation, proposal: Proposal) -> str:
    """The token of a page on which this proposal is offered."""
    for step in range(100):
        offered = taking_part.offered(participation=who, number=step / 100)
        if offered.proposal == proposal:
            return offered.token
    raise AssertionError("this proposal is never offered")
