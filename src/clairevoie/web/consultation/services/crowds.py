"""Participants who vote nearly the same and arrive together: a question for the moderation.

Nothing is removed. Nobody is named: a participation has no name, and none of its votes is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.core.cache import cache
from django.db.models import Max

from clairevoie.consultation.coordination import Flag, coordinated, without
from clairevoie.consultation.findings import findings
from clairevoie.web.consultation.models import Audience, Consultation, Vote
from clairevoie.web.consultation.services.tallying import votes_of_consultation

KEPT_FOR = 3600
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Crowds:
    """What was seen.

    Attributes:
        flags: groups of participants, with the evidence.
        people: how many participants are in one.
        changed: texts of the proposals of which the votes would say something else without them.
    """

    flags: tuple[Flag, ...]
    people: int
    changed: tuple[str, ...]


def crowds_of(consultation: Consultation) -> Crowds | None:
    """Return groups of near-identical voters who arrive together.

    ``None`` for the agents of a body, of whom nobody is to know when they voted: one code is one
    person there.
    """
    if consultation.audience == Audience.AGENTS:
        return None
    last = Vote.objects.filter(consultation=consultation).aggregate(last=Max("pk"))["last"]
    key = f"consultation-crowds-{consultation.pk}-{last}"
    found: Crowds | None = cache.get(key)
    if found is None:
        found = _crowds(consultation)
        cache.set(key, found, KEPT_FOR)
    return found


def _crowds(consultation: Consultation) -> Crowds:
    votes = votes_of_consultation(consultation)
    flags = coordinated(votes)
    if not flags:
        return Crowds((), 0, ())
    least = consultation.min_group
    with_them = findings(votes, least=least).everybody.verdicts
    others = findings(without(votes, flags), least=least).everybody.verdicts
    changed = np.flatnonzero(with_them != others)
    return Crowds(
        flags,
        len({member for flag in flags for member in flag.members}),
        tuple(votes.proposals[at].text for at in changed.tolist()),
    )
