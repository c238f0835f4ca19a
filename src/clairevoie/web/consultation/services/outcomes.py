"""What is published of a consultation, computed once for the votes that there are."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db.models import Max

from clairevoie.consultation.outcome import outcome_of, plain
from clairevoie.web.consultation.models import Consultation, Decision, Proposal, Vote
from clairevoie.web.consultation.services.tallying import last_told, votes_of_consultation

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
    key = f"consultation-outcome-{consultation.pk}-{voted if until is None else until}-{last}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        votes = votes_of_consultation(consultation, until=until)
        found = plain(outcome_of(votes, least=consultation.min_group))
        cache.set(key, found, KEPT_FOR)
    return found
