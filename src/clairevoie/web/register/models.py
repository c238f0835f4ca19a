"""What the register stores. Statements, sources, events, replies and moderation are append-only.

Database triggers (migration 0002) refuse an update or a deletion of those rows; only
`clairevoie.web.register.services` writes here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from clairevoie.register.catalogue.vocabularies import BODY_KIND, CAPACITY, SOURCE_KIND


class PublicBody(models.Model):
    """An administration in the sense of CRPA L.300-2, or a company that a document names."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=500)
    short_name = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=20, default="other")
    country = models.CharField(max_length=2, blank=True)
    identifier = models.CharField(max_length=60, blank=True)
    website = models.URLField(max_length=2000, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=BODY_KIND.codes()), name="register_body_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """A document that can be opened. ``digest`` is the SHA-256 of the archived copy, if any."""

    uid = models.UUIDField(unique=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=500)
    publisher = models.CharField(max_length=500, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    date = models.CharField(max_length=10, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=SOURCE_KIND.codes()), name="register_source_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.title


class System(models.Model):
    """What a public body uses. Everything said of it is in its statements.

    ``version`` counts the changes of the record; a statement carries the version that it made.
    """

    slug = models.SlugField(max_length=120, unique=True)
    body = models.ForeignKey(
        PublicBody, null=True, on_delete=models.PROTECT, related_name="systems"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class Statement(models.Model):
    """One value of one field, and who says so; never edited, only superseded."""

    uid = models.UUIDField(unique=True)
    system = models.ForeignKey(
        System, on_delete=models.PROTECT, related_name="statements", db_index=False
    )
    field = models.CharField(max_length=40)
    value = models.TextField()
    source = models.ForeignKey(
        Source, null=True, on_delete=models.PROTECT, related_name="statements"
    )
    speaker = models.CharField(max_length=500)
    capacity = models.CharField(max_length=20)
    date = models.CharField(max_length=10, blank=True)
    period = models.CharField(max_length=10, blank=True)
    locator = models.CharField(max_length=200, blank=True)
    quote = models.TextField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    supersedes = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    version = models.PositiveIntegerField()
    event = models.ForeignKey("Event", on_delete=models.PROTECT, related_name="statements")
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, on_delete=models.PROTECT, db_index=False
    )

    class Meta:
        indexes = (models.Index(fields=["system", "field"], name="register_statement_of"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(capacity__in=CAPACITY.codes()),
                name="register_statement_capacity_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(value=""), name="register_statement_says_something"
            ),
        )

    def __str__(self) -> str:
        return f"{self.field}: {self.value[:60]}"


class Moderation(models.Model):
    """A moderator hides a statement that is unlawful, or shows it again, with the reason."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="moderations")
    hidden = models.BooleanField()
    reason = models.TextField()
    event = models.ForeignKey("Event", on_delete=models.PROTECT, related_name="moderations")

    def __str__(self) -> str:
        return f"{'hidden' if self.hidden else 'shown'}: {self.reason[:60]}"


class Reply(models.Model):
    """What an administration answers to somebody else's statement; both stay."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="replies")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT)
    text = models.TextField()
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    event = models.ForeignKey("Event", on_delete=models.PROTECT, related_name="replies")

    def __str__(self) -> str:
        return self.text[:60]


class Event(models.Model):
    """Every act on the register, in order. ``id`` grows with each commit (see `RegisterClock`)."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    verb = models.CharField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    system = models.ForeignKey(System, null=True, on_delete=models.PROTECT, related_name="events")
    data = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.id} {self.verb}"


class RegisterClock(models.Model):
    """One row. Each writing transaction adds one to it and so holds it until it commits.

    Event numbers therefore follow the order of commits on every database, which lets a reader ask
    «what changed since number n» without missing a slower transaction.
    """

    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)


class SearchEntry(models.Model):
    """What the list needs of a system, rewritten by the services at each change.

    The ``*_bits`` columns hold a set of terms: bit *n* is the *n*-th term of the vocabulary.
    ``changed`` is the number of the event that last changed it.
    """

    system = models.OneToOneField(
        System, primary_key=True, on_delete=models.PROTECT, related_name="entry"
    )
    body = models.ForeignKey(PublicBody, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=500)
    sort_key = models.CharField(max_length=32)
    summary = models.CharField(max_length=320, blank=True)
    language = models.CharField(max_length=5, blank=True)
    status_bits = models.BigIntegerField(default=0)
    automation_bits = models.BigIntegerField(default=0)
    methods_bits = models.BigIntegerField(default=0)
    domains_bits = models.BigIntegerField(default=0)
    persons_bits = models.BigIntegerField(default=0)
    completeness = models.PositiveSmallIntegerField(default=0)
    indicator_flags = models.PositiveIntegerField(default=0)
    divergences = models.PositiveIntegerField(default=0)
    statements = models.PositiveIntegerField(default=0)
    last_said = models.PositiveIntegerField(default=0)
    changed = models.BigIntegerField(db_index=True)
    title_tokens = models.TextField()
    text_tokens = models.TextField()

    def __str__(self) -> str:
        return self.name
