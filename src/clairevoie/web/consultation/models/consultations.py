"""What is stored of a consultation itself: what is asked, of whom, by which rules.

A consultation never changes once it is open: its rules hold for everybody who took part. It can
only be closed early (`Closing`). Append-only (migration 0004), but for the flag of `Invitation`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clairevoie.web.register.models import PublicBody, System

TITLE_LENGTH = 200
QUESTION_LENGTH = 300
MIN_GROUP = 11


class Audience(models.TextChoices):
    """Who may take part."""

    OPEN = "open", pgettext_lazy("audience", "Everybody")
    LIST = "list", pgettext_lazy("audience", "The persons invited, with a code")
    AGENTS = "agents", pgettext_lazy("audience", "The agents of the public body, with a code")


class ModerationWhen(models.TextChoices):
    """When proposals of participants are read by the moderation."""

    BEFORE = "before", _("Before: a proposal is put to the vote once it was read")
    AFTER = "after", _("After: a proposal is put to the vote at once, and can be removed")


class Consultation(models.Model):
    """A question put to people, who vote on proposals and make their own.

    Attributes:
        body, system: what it concerns; neither for a question of its own.
        opens_on, closes_on: first and last day on which one can vote.
        results_on: day from which results are shown; ``results_from``: participants from which.
            Each that is set must be reached; without any, results are shown at once.
        policy: the published rules of the moderation.
        min_group: results on fewer persons are not shown.
        fictitious: invented, for a demonstration.
    """

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=TITLE_LENGTH)
    question = models.CharField(max_length=QUESTION_LENGTH)
    text = models.TextField(blank=True)
    body = models.ForeignKey(
        PublicBody, null=True, on_delete=models.PROTECT, related_name="consultations"
    )
    system = models.ForeignKey(
        System, null=True, on_delete=models.PROTECT, related_name="consultations"
    )
    opens_on = models.DateField()
    closes_on = models.DateField()
    audience = models.CharField(max_length=8, choices=Audience.choices)
    moderation = models.CharField(max_length=8, choices=ModerationWhen.choices)
    results_on = models.DateField(null=True)
    results_from = models.PositiveIntegerField(null=True)
    policy = models.TextField()
    min_group = models.PositiveIntegerField(default=MIN_GROUP)
    fictitious = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
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
                condition=models.Q(closes_on__gte=models.F("opens_on")),
                name="consultation_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=models.Q(min_group__gte=MIN_GROUP), name="consultation_keeps_secrecy"
            ),
            models.CheckConstraint(
                condition=~models.Q(audience=Audience.AGENTS) | models.Q(body__isnull=False),
                name="consultation_of_agents_has_a_body",
            ),
            models.CheckConstraint(
                condition=models.Q(audience__in=Audience.values), name="consultation_audience_known"
            ),
            models.CheckConstraint(
                condition=models.Q(moderation__in=ModerationWhen.values),
                name="consultation_moderation_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}"


class Closing(models.Model):
    """The organiser closes a consultation before its last day, with the reason."""

    consultation = models.OneToOneField(
        Consultation, on_delete=models.PROTECT, related_name="closing"
    )
    reason = models.TextField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.consultation_id}"


class Invitation(models.Model):
    """A code that was given to one person, and whether it was used; nothing else.

    No name, no time, no link to a participation. The primary key is random and not a number, and
    each use rewrites all invitations of the consultation, so that neither the order of the rows
    nor PostgreSQL's own row versions tell in what order codes were used.

    Attributes:
        digest: SHA-256 of the code (79 random bits), in hexadecimal; the code is not kept.
    """

    id = models.UUIDField(primary_key=True)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="invitations"
    )
    digest = models.CharField(max_length=64, unique=True)
    used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.consultation_id}"
