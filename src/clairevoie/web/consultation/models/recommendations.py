"""What is stored of recommendations: what was asked, what was answered, what was done.

All of it is append-only (migration 0002), but for `Notice`, which is never deleted. Where a
recommendation stands is computed from it (`clairevoie.consultation.recommendations`), not stored.
Only `clairevoie.web.consultation.services` writes here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clairevoie.register.catalogue.vocabularies import CAPACITY
from clairevoie.web.consultation.models.consultations import Consultation
from clairevoie.web.consultation.models.voting import Proposal
from clairevoie.web.register.models import PublicBody, Source, Statement, System
from clairevoie.web.sortition.models import Draw

TITLE_LENGTH = 200
NAME_LENGTH = 500
LOCATOR_LENGTH = 200


class Origin(models.TextChoices):
    """What a recommendation comes from."""

    CONSULTATION = "consultation", _("a consultation")
    PANEL = "panel", _("a panel of citizens")
    WORKERS = "workers", _("a worker body")
    TESTIMONY = "testimony", _("a testimony")
    REPORT = "report", _("a report or another document")
    AUDIT = "audit", _("an audit")


class Recommendation(models.Model):
    """What somebody asks of a public body; a later version supersedes it, and both stay.

    Attributes:
        number: of all recommendations of the site.
        origin_name: which consultation, panel, report… it is; ``origin_url`` leads to it.
        consultation, proposal: of this site, from which it comes; ``proposal`` where it takes up
            one that was voted on.
        draw: of this site, by which the panel that makes it was drawn.
        source, locator, quote: the document of the register in which it can be read, and where.
        author, capacity: who asks, and in what capacity; not always who recorded it.
        asked_on: when it was made, as precise as it is known: a year, a month or a day.
        due_on: by when an answer is asked, if whoever asks says so.
        fictitious: invented, for a demonstration.
    """

    number = models.PositiveIntegerField(unique=True)
    version = models.PositiveIntegerField(default=1)
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    body = models.ForeignKey(PublicBody, on_delete=models.PROTECT, related_name="recommendations")
    system = models.ForeignKey(
        System, null=True, on_delete=models.PROTECT, related_name="recommendations"
    )
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField()
    origin = models.CharField(max_length=16, choices=Origin.choices)
    origin_name = models.CharField(max_length=NAME_LENGTH)
    origin_url = models.URLField(max_length=2000, blank=True)
    consultation = models.ForeignKey(
        Consultation, null=True, on_delete=models.PROTECT, related_name="recommendations"
    )
    proposal = models.ForeignKey(
        Proposal, null=True, on_delete=models.PROTECT, related_name="recommendations"
    )
    draw = models.ForeignKey(
        Draw, null=True, on_delete=models.PROTECT, related_name="recommendations"
    )
    source = models.ForeignKey(
        Source, null=True, on_delete=models.PROTECT, related_name="recommendations"
    )
    locator = models.CharField(max_length=LOCATOR_LENGTH, blank=True)
    quote = models.TextField(blank=True)
    author = models.CharField(max_length=NAME_LENGTH)
    capacity = models.CharField(max_length=20)
    asked_on = models.CharField(max_length=10, blank=True)
    due_on = models.DateField(null=True)
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
                condition=models.Q(capacity__in=CAPACITY.codes()),
                name="recommendation_capacity_known",
            ),
            models.CheckConstraint(
                condition=models.Q(origin__in=Origin.values), name="recommendation_origin_known"
            ),
            # What is said has a source: a document, an address, or the word of an organisation.
            models.CheckConstraint(
                condition=models.Q(source__isnull=False)
                | ~models.Q(origin_url="")
                | models.Q(organisation__isnull=False),
                name="recommendation_has_a_source",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}"


class AnswerVerdict(models.TextChoices):
    """What the administration answers; the codes of `Verdict` of the ground floor."""

    ACCEPTED = "accepted", pgettext_lazy("a recommendation", "Accepted")
    PARTLY = "partly", pgettext_lazy("a recommendation", "Accepted in part")
    REFUSED = "refused", pgettext_lazy("a recommendation", "Refused")
    STUDY = "study", pgettext_lazy("a recommendation", "Under study")


class RecommendationAnswer(models.Model):
    """What the administration answers; the newest holds, the older stay."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="answers"
    )
    verdict = models.CharField(max_length=16, choices=AnswerVerdict.choices)
    reason = models.TextField()
    commitment = models.TextField(blank=True)
    promised_on = models.DateField(null=True)
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
                condition=models.Q(
                    models.Q(verdict__in=("accepted", "partly"), promised_on__isnull=False)
                    & ~models.Q(commitment="")
                )
                | models.Q(
                    verdict__in=("refused", "study"), promised_on__isnull=True, commitment=""
                ),
                name="answer_promises_when_it_accepts",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="answer_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.verdict}"


class RecommendationStep(models.Model):
    """Where a commitment is: an update, or *done* with its proof, a link or a statement."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="steps"
    )
    done = models.BooleanField()
    text = models.TextField()
    proof_url = models.URLField(max_length=2000, blank=True)
    statement = models.ForeignKey(
        Statement, null=True, on_delete=models.PROTECT, related_name="recommendation_steps"
    )
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
                condition=models.Q(done=False)
                | ~models.Q(proof_url="")
                | models.Q(statement__isnull=False),
                name="step_done_has_a_proof",
            ),
        )

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.pk}"


class RecommendationModeration(models.Model):
    """A moderator hides a recommendation that is unlawful, or shows it again, with the reason."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="moderations"
    )
    hidden = models.BooleanField()
    reason = models.TextField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.hidden}"


class Notice(models.Model):
    """An e-mail about a recommendation, sent once; no address is kept.

    Attributes:
        key: what it tells of, the same whenever it is looked for: ``answer-12``, ``late-…``.
        sent_at: ``None`` while it waits.
        recipients: to how many it was sent.
    """

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="notices"
    )
    key = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    recipients = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["recommendation", "key"], name="notice_sent_once"),
        )

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.key}"
