"""What is stored of proposals, participations and votes: no account, no name, no network address.

All of it is append-only (migration 0004), but for `ProposalCount`, which is computed from the rest.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from clairevoie.web.consultation.models.consultations import Consultation

PROPOSAL_LENGTH = 300


class Participation(models.Model):
    """Somebody who takes part in a consultation, known by a secret of which a hash is kept.

    Attributes:
        digest: SHA-256 of the secret, in hexadecimal. The secret has 128 random bits.
    """

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="participations"
    )
    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"{self.pk}"


class Proposal(models.Model):
    """A sentence that is put to the vote; never changed.

    Attributes:
        participation: who made it; ``None`` for the organiser.
    """

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="proposals"
    )
    participation = models.ForeignKey(
        Participation, null=True, on_delete=models.PROTECT, related_name="proposals"
    )
    text = models.CharField(max_length=PROPOSAL_LENGTH)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~models.Q(text=""), name="proposal_says_something"),
        )

    def __str__(self) -> str:
        return f"{self.pk}"


class ProposalState(models.TextChoices):
    """Where a proposal is; also what a moderator decides of it, but for waiting."""

    WAITING = "waiting", pgettext_lazy("a proposal", "Not read yet")
    OPEN = "open", pgettext_lazy("a proposal", "Put to the vote")
    REFUSED = "refused", pgettext_lazy("a proposal", "Refused")
    HIDDEN = "hidden", pgettext_lazy("a proposal", "Hidden: unlawful")


class Decision(models.Model):
    """What the moderation decides of a proposal; the newest holds, all are public."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="decisions")
    state = models.CharField(max_length=8, choices=ProposalState.choices)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state=ProposalState.OPEN)
                | (
                    models.Q(state__in=(ProposalState.REFUSED, ProposalState.HIDDEN))
                    & ~models.Q(reason="")
                ),
                name="decision_refuses_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.state}"


class VoteValue(models.IntegerChoices):
    """What one may answer to a proposal."""

    AGREE = 1, pgettext_lazy("a vote", "Agree")
    DISAGREE = -1, pgettext_lazy("a vote", "Disagree")
    PASS = 0, pgettext_lazy("a vote", "Pass")


class Vote(models.Model):
    """One answer to one proposal; the newest of a participation on a proposal counts.

    Attributes:
        first: it is the first vote of this participation, so that participants can be counted.
        chance: probability with which the lottery offered this proposal, from 0 to 1; ``draw`` is
            the number drawn. Both ``None`` when the participant changes an earlier vote.
    """

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="votes", db_index=False
    )
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="votes", db_index=False
    )
    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="votes", db_index=False
    )
    value = models.SmallIntegerField(choices=VoteValue.choices)
    first = models.BooleanField()
    chance = models.FloatField(null=True)
    draw = models.FloatField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["participation", "proposal"], name="vote_of_participation"),
            models.Index(fields=["consultation"], name="vote_of_consultation"),
            models.Index(
                fields=["consultation"], condition=models.Q(first=True), name="vote_first"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(value__in=VoteValue.values), name="vote_value_known"
            ),
            models.UniqueConstraint(
                fields=["participation"],
                condition=models.Q(first=True),
                name="vote_first_of_a_participation_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.participation_id} {self.proposal_id} {self.value}"


class ProposalCount(models.Model):
    """The votes that count on a proposal and its state, kept up to date with each act.

    It spares counting all votes at each page; `tallying.counts_differ` compares the two.
    """

    proposal = models.OneToOneField(
        Proposal, primary_key=True, on_delete=models.PROTECT, related_name="count"
    )
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=ProposalState.choices)
    agree = models.PositiveIntegerField(default=0)
    disagree = models.PositiveIntegerField(default=0)
    passed = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.state}"
