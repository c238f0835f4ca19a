"""Taking part: a participation, the proposal offered by lot, the vote.

A page costs a few short queries, whatever was voted: the lottery reads the counts of each proposal
(`ProposalCount`), which a vote brings up to date in its own transaction.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

import numpy as np
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.consultation.routing import offer, weights
from clairevoie.web.accounts.permissions import Refused
from clairevoie.web.consultation.models import (
    Audience,
    Consultation,
    Participation,
    Proposal,
    ProposalCount,
    ProposalState,
    Vote,
    VoteValue,
)
from clairevoie.web.consultation.services.consulting import Phase, phase_of

SALT = "clairevoie.web.consultation.offer"
SECRET_BYTES = 16
_COLUMN = {VoteValue.AGREE: "agree", VoteValue.DISAGREE: "disagree", VoteValue.PASS: "passed"}


@dataclass(frozen=True, slots=True)
class Began:
    """A participation and its secret, which is not kept."""

    participation: Participation
    secret: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A proposal to vote on, or that none is left.

    Attributes:
        token: to be sent back with the vote.
        answered: proposals put to the vote that this participant has answered, of ``total``.
    """

    proposal: Proposal | None
    token: str
    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class Own:
    """A vote of a participant, that they can change."""

    proposal: Proposal
    value: VoteValue
    token: str


def digest_of(secret: str) -> str:
    """Return what is kept of a secret or a code: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(*, consultation: Consultation) -> Began:
    """Begin to take part in a consultation that is open to everybody.

    Raises:
        Refused: it is not open, or one needs a code.
    """
    check_open(consultation)
    if consultation.audience != Audience.OPEN:
        raise Refused(_("This consultation asks for a code of invitation."))
    return new_participation(consultation)


def new_participation(consultation: Consultation) -> Began:
    """Record a participation; whoever calls has checked that it may be."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = Participation.objects.create(consultation=consultation, digest=digest_of(secret))
    return Began(made, secret)


def participation_of(number: int, secret: str) -> Participation | None:
    """Return the participation in a consultation that a secret opens; ``None`` when it opens none.

    One query brings the consultation and its closing too.
    """
    if not secret:
        return None
    rows = Participation.objects.select_related("consultation__closing")
    return rows.filter(consultation__number=number, digest=digest_of(secret)).first()


def check_open(consultation: Consultation) -> None:
    """Refuse what can only be done while a consultation is open.

    Raises:
        Refused: in one sentence.
    """
    phase = phase_of(consultation, today=timezone.localdate())
    if phase is Phase.CLOSED:
        raise Refused(_("This consultation is closed: votes are no longer taken."))
    if phase is Phase.COMING:
        raise Refused(_("This consultation is not open yet."))


def offered(*, participation: Participation, number: float) -> Offered:
    """Return the proposal that the lottery offers next; three queries.

    Args:
        number: drawn uniformly from 0 (included) to 1 (excluded).
    """
    columns = ("pk", "agree", "disagree", "passed")
    rows = list(
        ProposalCount.objects.filter(
            consultation=participation.consultation_id, state=ProposalState.OPEN
        )
        .order_by("pk")
        .values_list(*columns)
    )
    mine = set(_newest(participation))
    answered = sum(row[0] in mine for row in rows)
    if answered == len(rows):
        return Offered(None, "", answered, len(rows))
    counts = np.array([row[1:] for row in rows], dtype=np.int64)
    chances = weights(
        counts[:, 0],
        counts[:, 1],
        counts.sum(axis=1),
        np.zeros(len(rows)),
        np.array([row[0] in mine for row in rows]),
    )
    drawn = offer(chances, number)
    if drawn.pick is None:  # pragma: no cover - some proposal is left, so it has a chance
        return Offered(None, "", answered, len(rows))
    proposal = Proposal.objects.get(pk=rows[drawn.pick][0])
    token = _signed(participation, proposal, float(chances[drawn.pick]), number)
    return Offered(proposal, token, answered, len(rows))


def own_votes(*, participation: Participation) -> list[Own]:
    """Return what a participant has voted, the newest first, of what is still put to the vote."""
    newest = _newest(participation)
    open_ones = Proposal.objects.filter(pk__in=newest, count__state=ProposalState.OPEN).in_bulk()
    return [
        Own(open_ones[pk], VoteValue(value), _signed(participation, open_ones[pk], None, None))
        for pk, value in reversed(newest.items())
        if pk in open_ones
    ]


def vote(
    *, consultation: Consultation, participation: Participation, token: str, value: int
) -> Vote:
    """Record a vote on the proposal for which a token was given; five queries, one transaction.

    The same vote again records nothing new.

    Raises:
        Refused: the token is not one of this participation, the proposal is no longer put to the
            vote, the value is no vote, or the consultation is not open.
    """
    check_open(consultation)
    proposal, chance, number = _read(token, participation)
    if value not in VoteValue.values:
        raise Refused(_("Please answer agree, disagree or pass."))
    if participation.consultation_id != consultation.pk:
        raise Refused(_("This participation is not one of this consultation."))
    with transaction.atomic():
        # Locked, so that two votes of one person at once are one after the other. Each vote locks
        # its participation, then the count of one proposal: nobody waits for each other in a ring.
        Participation.objects.select_for_update().only("pk").get(pk=participation.pk)
        newest = _newest(participation)
        column = _COLUMN[VoteValue(value)]
        changes = {column: F(column) + 1}
        earlier = newest.get(proposal)
        if earlier is not None:
            if earlier == value:
                return Vote.objects.filter(participation=participation, proposal=proposal).latest(
                    "pk"
                )
            before = _COLUMN[VoteValue(earlier)]
            changes[before] = F(before) - 1
        made = Vote.objects.create(
            consultation=consultation,
            participation=participation,
            proposal_id=proposal,
            value=value,
            first=not newest,
            chance=None if earlier is not None else chance,
            draw=None if earlier is not None else number,
            at=timezone.now(),
        )
        # Last, so that the row that others want is locked for the shortest time.
        if not ProposalCount.objects.filter(proposal=proposal, state=ProposalState.OPEN).update(
            **changes
        ):
            raise Refused(_("This proposal is no longer put to the vote."))
        return made


def _newest(participation: Participation) -> dict[int, int]:
    """Return the vote of a participation that counts on each proposal, in the order of voting."""
    rows = Vote.objects.filter(participation=participation).order_by("pk")
    found: dict[int, int] = {}
    for proposal, value in rows.values_list("proposal_id", "value"):
        found.pop(proposal, None)
        found[proposal] = value
    return found


def _signed(
    participation: Participation,
    proposal: Proposal,
    chance: float | None,
    number: float | None,
) -> str:
    return signing.dumps([participation.pk, proposal.pk, chance, number], salt=SALT)


def _read(token: str, participation: Participation) -> tuple[int, float | None, float | None]:
    """Return the proposal of a token, with its chance and the number drawn.

    Raises:
        Refused: it was not made by this site for this participation.
    """
    try:
        owner, proposal, chance, number = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        owner, proposal, chance, number = None, 0, None, None
    if owner != participation.pk:
        raise Refused(
            _(
                "This vote does not come from a page that was offered to you. "
                "Go back and vote again."
            )
        )
    return int(proposal), chance, number
