"""What is stored of decision journals; the decisions themselves stay in files, never here.

Declarations and publications are append-only (migrations 0002 and 0004). Only
`clairevoie.web.decisions.services` writes here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clairevoie.web.rules.models import PublishedRules, RulesEdition

SLUG_LENGTH = 120


class Journal(models.Model):
    """A journal of decisions taken under published rules.

    Attributes:
        slug: the journal's own identifier, under which its keys are kept too.
        directory: its folder under ``journals/`` of the data directory, one path segment.
        open_to_explanation: whether « Expliquer ma décision » reads it.
    """

    slug = models.SlugField(max_length=SLUG_LENGTH, unique=True)
    rules = models.ForeignKey(PublishedRules, on_delete=models.PROTECT, related_name="journals")
    directory = models.CharField(max_length=SLUG_LENGTH)
    open_to_explanation = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class JournalEdition(models.Model):
    """What a journal declares (YAML), as it was recorded once; the latest one holds."""

    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    declaration = models.TextField()
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["journal", "number"], name="decisions_edition_number_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.journal_id} {self.number}"


class ReplayState(models.TextChoices):
    """Where a replay is."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    FAILED = "failed", _("stopped")


class Replay(models.Model):
    """A replay of a journal against its rules, done by the worker; the report is for its owner.

    Attributes:
        rows: rows read so far, all passes together; ``total`` is the journal's, once known.
        seen_at: when the worker last said how far it was.
        problem: why it stopped, for the person who asked.
        findings: what the check of the journal found (`decisions.findings.JournalReport`).
        report: the exact report (`decisions.replay`): it names references, and is never public.
        public: the same without small figures nor identifiers, as it would be published.
    """

    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="replays")
    edition = models.ForeignKey(JournalEdition, on_delete=models.PROTECT, related_name="+")
    rules_edition = models.ForeignKey(RulesEdition, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=16, choices=ReplayState.choices, default=ReplayState.WAITING
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    rows = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    problem = models.TextField(blank=True)
    findings = models.JSONField(null=True)
    report = models.JSONField(null=True)
    public = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.journal_id} {self.pk}"


class ReplayPublication(models.Model):
    """A replay as it was published: the text of its public report, and that text's digest.

    ``number`` counts the reports of a rule set.
    """

    rules = models.ForeignKey(
        PublishedRules, on_delete=models.PROTECT, related_name="replay_publications"
    )
    number = models.PositiveIntegerField()
    replay = models.OneToOneField(Replay, on_delete=models.PROTECT, related_name="publication")
    content = models.TextField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["rules", "number"], name="decisions_publication_number_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.rules_id} {self.number}"
