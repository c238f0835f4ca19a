"""A consultation that was held elsewhere and is over: its votes, recorded to be told here."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, time

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.consultation.tallies import tally
from clairevoie.consultation.votes import Votes
from clairevoie.web.accounts.permissions import Actor, InvalidInput
from clairevoie.web.consultation.models import (
    Consultation,
    Participation,
    PopulationFeature,
    Proposal,
    ProposalCount,
    ProposalState,
    Vote,
)
from clairevoie.web.consultation.models.voting import PROPOSAL_LENGTH
from clairevoie.web.consultation.services.opening import Asking, open_consultation
from clairevoie.web.consultation.services.taking_part import SECRET_BYTES, digest_of
from clairevoie.web.register.services.clock import record_event

BATCH = 500


def record_finished(
    *,
    actor: Actor,
    asking: Asking,
    votes: Votes,
    answers: Mapping[str, Mapping[str, int]] | None = None,
) -> Consultation:
    """Record a consultation that is over, with its last votes; whole or not at all.

    Participants are known by secrets that nobody has: nobody can come back and change a vote.
    Proposals refused by the moderation are left out, with their votes.

    Args:
        actor: who records it.
        asking: what was asked; its last day is past.
        votes: of it.
        answers: what participants said of themselves: by category, how many gave each feature.

    Raises:
        Refused: the actor may not publish.
        InvalidInput: it is not over, there are no votes, or a proposal is empty, too long or twice.
    """
    if asking.closes_on >= timezone.localdate():
        raise InvalidInput({"closes_on": _("This consultation is not over: give its last day.")})
    open_ones = [at for at, item in enumerate(votes.proposals) if item.moderated >= 0]
    kept = np.isin(votes.proposal, open_ones)
    if not kept.any():
        raise InvalidInput({"votes": _("There are no votes in it.")})
    texts = [" ".join(votes.proposals[at].text.split()) for at in open_ones]
    if not all(texts) or max(map(len, texts)) > PROPOSAL_LENGTH or len(set(texts)) < len(texts):
        raise InvalidInput({"votes": _("A proposal is empty, too long, or there twice.")})
    with transaction.atomic():
        made = open_consultation(actor=actor, asking=asking)
        record_event(
            verb="consultation.record",
            actor=actor,
            system=asking.system,
            data={"consultation": made.number, "votes": int(kept.sum())},
        )
        _write(made, votes, kept, open_ones, texts)
        for category, counts in (answers or {}).items():
            for name, count in counts.items():
                rows = PopulationFeature.objects.filter(
                    category__consultation=made, category__name=category, name=name
                )
                if not rows.update(count=count, told=count):
                    raise InvalidInput(
                        {"answers": _("“%(name)s” was not declared.") % {"name": name}}
                    )
    return made


def _write(
    made: Consultation, votes: Votes, kept: np.ndarray, open_ones: list[int], texts: list[str]
) -> None:
    start = datetime.combine(made.opens_on, time(12), UTC)
    proposals = Proposal.objects.bulk_create(
        [Proposal(consultation=made, text=text, at=start) for text in texts], batch_size=BATCH
    )
    counts = tally(votes)
    ProposalCount.objects.bulk_create(
        [
            ProposalCount(
                proposal=row,
                consultation=made,
                state=ProposalState.OPEN,
                agree=int(counts.agree[at]),
                disagree=int(counts.disagree[at]),
                passed=int(counts.cast[at] - counts.agree[at] - counts.disagree[at]),
            )
            for row, at in zip(proposals, open_ones, strict=True)
        ],
        batch_size=BATCH,
    )
    people = np.unique(votes.person[kept]).tolist()
    # Their order tells nothing: that of the file was that of arrival.
    secrets.SystemRandom().shuffle(people)
    who = dict(
        zip(
            people,
            Participation.objects.bulk_create(
                [
                    Participation(
                        consultation=made, digest=digest_of(secrets.token_urlsafe(SECRET_BYTES))
                    )
                    for _each in people
                ],
                batch_size=BATCH,
            ),
            strict=True,
        )
    )
    rows = np.flatnonzero(kept)
    when = None if votes.time is None else votes.time[rows]
    order = rows if when is None else rows[np.argsort(when, kind="stable")]
    where = dict(zip(open_ones, proposals, strict=True))
    begun: set[int] = set()
    made_votes = []
    for row in order.tolist():
        person = int(votes.person[row])
        made_votes.append(
            Vote(
                consultation=made,
                participation=who[person],
                proposal=where[int(votes.proposal[row])],
                value=int(votes.value[row]),
                first=person not in begun,
                at=start
                if votes.time is None
                else datetime.fromtimestamp(int(votes.time[row]) / 1000, UTC),
            )
        )
        begun.add(person)
    Vote.objects.bulk_create(made_votes, batch_size=BATCH)
