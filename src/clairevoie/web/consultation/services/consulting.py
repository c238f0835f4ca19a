"""Reading consultations: the list, one of them, whether one can vote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from django.db.models import Q, QuerySet

from clairevoie.web.consultation.models import Consultation, Decision, Proposal, ProposalState


class Phase(StrEnum):
    """Where a consultation is on a day."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


def consultation_rows() -> QuerySet[Consultation]:
    """Return all consultations with what their pages show, the newest first."""
    return Consultation.objects.select_related(
        "body", "system__entry", "organisation", "closing"
    ).order_by("-number")


def consultation_of(number: int) -> Consultation:
    """Return a consultation.

    Raises:
        Consultation.DoesNotExist: none has this number.
    """
    return consultation_rows().get(number=number)


def closed_early(consultation: Consultation) -> bool:
    """Tell whether the organiser closed it before its last day."""
    return getattr(consultation, "closing", None) is not None


def phase_of(consultation: Consultation, *, today: date) -> Phase:
    """Tell where a consultation is; it is open on its first and on its last day."""
    if closed_early(consultation) or today > consultation.closes_on:
        return Phase.CLOSED
    return Phase.COMING if today < consultation.opens_on else Phase.OPEN


def open_first(rows: Sequence[Consultation], *, today: date) -> list[Consultation]:
    """Return consultations, those that are open first, then coming, then closed."""
    order = {Phase.OPEN: 0, Phase.COMING: 1, Phase.CLOSED: 2}
    return sorted(rows, key=lambda each: (order[phase_of(each, today=today)], -each.number))


def consultations_about(*, body: str = "", system: str = "") -> Sequence[Consultation]:
    """Return the consultations that concern a public body or a system, by its slug."""
    wanted = Q(system__slug=system) if system else Q(body__slug=body)
    return list(consultation_rows().filter(wanted))


def proposals_in(consultation: Consultation, *states: ProposalState) -> Sequence[Proposal]:
    """Return the proposals that are in one of these states, in their order."""
    rows = Proposal.objects.filter(consultation=consultation, count__state__in=states)
    return list(rows.select_related("count").order_by("pk"))


def decisions_on(consultation: Consultation) -> Sequence[Decision]:
    """Return what the moderation decided, the newest first."""
    rows = Decision.objects.filter(proposal__consultation=consultation)
    return list(rows.select_related("proposal__count", "organisation").order_by("-event_id"))
