"""What is stored of audits: who has access to a journal, what was run, what was published.

Accesses, publications, replies and acts of moderation are append-only (migration 0002). Only
`clairevoie.web.audit.services` writes here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clairevoie.web.decisions.models import Journal, JournalEdition
from clairevoie.web.register.models import System
from clairevoie.web.rules.models import RulesEdition

PLAN_LENGTH = 120


class JournalAccess(models.Model):
    """An organisation is given access to a journal, or no longer; the latest one holds."""

    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="accesses")
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    granted = models.BooleanField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.journal_id} {self.organisation_id} {self.granted}"


class AuditState(models.TextChoices):
    """Where an audit is."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    FAILED = "failed", _("stopped")


class AuditRun(models.Model):
    """An audit of a journal, done by the worker; its result is for who has access to the journal.

    Attributes:
        plan: the YAML, as it was given; ``plan_id``, ``title`` and ``digest`` are drawn from it.
        part: what the worker is doing; ``seen_at`` is when it last said so.
        problem: why it stopped, for the person who asked.
        refusal: why it cannot be published, by language, when it cannot; ``apart`` what was not
            compared with the audits that are public.
        exact: the exact result (`clairevoie.audit.writing.exact_form`); never public.
        public: the same as it would be published.
        earlier: how many published audits of the journal it was set beside.
    """

    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="audits")
    edition = models.ForeignKey(JournalEdition, on_delete=models.PROTECT, related_name="+")
    rules_edition = models.ForeignKey(RulesEdition, on_delete=models.PROTECT, related_name="+")
    plan = models.TextField()
    plan_id = models.CharField(max_length=PLAN_LENGTH)
    title = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=AuditState.choices, default=AuditState.WAITING)
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
    part = models.CharField(max_length=32, blank=True)
    problem = models.TextField(blank=True)
    refusal = models.JSONField(default=list)
    apart = models.JSONField(default=list)
    exact = models.JSONField(null=True)
    public = models.JSONField(null=True)
    earlier = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.journal_id} {self.pk}"


class PublishedAudit(models.Model):
    """An audit as it was published: the text of its public result, and that text's digest.

    Attributes:
        number: of all audits of the site.
        version: of one plan on one journal; of an audit made elsewhere, for its organisation.
        run: ``None`` for an audit made elsewhere, which the site has not recomputed.
        journal: ``None`` for an audit made elsewhere; ``journal_name`` says which it was.
        system: the record that it is about; ``None`` when the rules of the journal have none.
        summary: what lists show, drawn from the result when it was published.
        plan: the YAML; empty for an audit made elsewhere.
    """

    number = models.PositiveIntegerField(unique=True)
    run = models.OneToOneField(
        AuditRun, null=True, on_delete=models.PROTECT, related_name="publication"
    )
    journal = models.ForeignKey(
        Journal, null=True, on_delete=models.PROTECT, related_name="published_audits"
    )
    system = models.ForeignKey(
        System, null=True, on_delete=models.PROTECT, related_name="published_audits"
    )
    journal_name = models.CharField(max_length=PLAN_LENGTH)
    plan_id = models.CharField(max_length=PLAN_LENGTH)
    version = models.PositiveIntegerField()
    summary = models.JSONField()
    plan = models.TextField(blank=True)
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
                fields=["journal", "plan_id", "version"],
                condition=models.Q(run__isnull=False),
                name="audit_version_once",
            ),
            models.UniqueConstraint(
                fields=["system", "organisation", "journal_name", "plan_id", "version"],
                condition=models.Q(run__isnull=True),
                name="audit_version_elsewhere_once",
            ),
            models.CheckConstraint(
                condition=models.Q(run__isnull=False, journal__isnull=False)
                | models.Q(run__isnull=True, journal__isnull=True, system__isnull=False),
                name="audit_here_or_elsewhere",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def made_here(self) -> bool:
        """Whether the site computed it."""
        return self.run_id is not None


class AuditReply(models.Model):
    """What the administration concerned says of a published audit; the latest one holds."""

    audit = models.ForeignKey(PublishedAudit, on_delete=models.PROTECT, related_name="replies")
    text = models.TextField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.audit_id} {self.pk}"


class AuditModeration(models.Model):
    """A moderator hides a published audit that is unlawful, or shows it again, with the reason."""

    audit = models.ForeignKey(PublishedAudit, on_delete=models.PROTECT, related_name="moderations")
    hidden = models.BooleanField()
    reason = models.TextField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.audit_id} {self.hidden}"
