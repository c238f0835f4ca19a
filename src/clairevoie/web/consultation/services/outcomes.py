"""What is published of a consultation, computed once for the votes that there are."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.cache import cache
from django.db.models import Max

from clairevoie.consultation.coordination import coordinated
from clairevoie.consultation.outcome import outcome_of, plain
from clairevoie.web.consultation.models import Audience, Consultation, Decision, Proposal, Vote
from clairevoie.web.consultation.services.consulting import Phase, phase_of
from clairevoie.web.consultation.services.population import population_form
from clairevoie.web.consultation.services.tallying import (
    last_told,
    participants_of,
    results_shown,
    votes_of_consultation,
)

KEPT_FOR = 24 * 3600
"""Seconds."""


def outcome_form(consultation: Consultation, *, open_now: bool) -> dict[str, Any]:
    """Return what is published of a consultation (`clairevoie.consultation.outcome.plain`).

    Whether anything may be shown yet is for `results_shown`. It is kept as long as nothing new is
    voted, proposed or moderated.

    Args:
        consultation: whose.
        open_now: whether one can still vote (`last_told`).
    """
    until = last_told(consultation, open_now=open_now)
    last = "-".join(
        str(found.filter(**{name: consultation}).aggregate(last=Max("pk"))["last"])
        for found, name in (
            (Proposal.objects, "consultation"),
            (Decision.objects, "proposal__consultation"),
        )
    )
    voted = Vote.objects.filter(consultation=consultation).aggregate(last=Max("pk"))["last"]
    told = f"{open_now}-{voted if until is None else until}"
    key = f"consultation-outcome-{consultation.pk}-{told}-{last}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        votes = votes_of_consultation(consultation, until=until)
        # While people vote, each more of them would show in the difference.
        look = not open_now and consultation.audience != Audience.AGENTS
        flags = coordinated(votes) if look else None
        found = plain(outcome_of(votes, least=consultation.min_group, flags=flags))
        cache.set(key, found, KEPT_FOR)
    return found | {"population": population_form(consultation)}


def published_form(consultation: Consultation, *, today: date) -> dict[str, Any] | None:
    """Return what is published of a consultation; ``None`` while its results are not shown."""
    participants = participants_of(consultation)
    if not results_shown(consultation, today=today, participants=participants):
        return None
    return outcome_form(consultation, open_now=phase_of(consultation, today=today) is Phase.OPEN)
