"""What is stored of panels drawn by lot.

What is public is append-only (migration 0002): the draw as it was announced, its quotas, what was
committed to, what was drawn, who was replaced by whom in public numbers, that the data were erased.
What is about persons, `Pool` and the results of `Computation`, is encrypted and is erased. Only
`clairevoie.web.sortition.services` writes here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clairevoie.web.register.models import PublicBody, System

TITLE_LENGTH = 200
DIGEST_LENGTH = 64
SOURCE_LENGTH = 300


class Draw(models.Model):
    """A panel that is to be drawn, as it is announced.

    Attributes:
        body, system: what it is about; neither for a question of its own.
        size: seats.
        erase_on: day on which the data of the volunteers are erased at the latest.
        key: names the key under which what is about persons is encrypted.
        fictitious: invented, for a demonstration.
    """

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=TITLE_LENGTH)
    text = models.TextField()
    body = models.ForeignKey(PublicBody, null=True, on_delete=models.PROTECT, related_name="draws")
    system = models.ForeignKey(System, null=True, on_delete=models.PROTECT, related_name="draws")
    size = models.PositiveIntegerField()
    erase_on = models.DateField()
    key = models.UUIDField(unique=True)
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
            models.CheckConstraint(condition=models.Q(size__gte=1), name="draw_has_seats"),
        )

    def __str__(self) -> str:
        return f"{self.number}"


class Pool(models.Model):
    """The volunteers of a draw, encrypted under its own key; replaced until it is committed to.

    Attributes:
        content: the file that is kept (CSV), encrypted.
        digest: SHA-256 of that file before it is encrypted.
        volunteers: how many lines it has.
        columns: names of its columns; ``left_out``: of those of the file given that are not kept.
        identifier: column that names a volunteer.
        household: column of the household; empty where several members can be drawn.
    """

    draw = models.OneToOneField(Draw, on_delete=models.PROTECT, related_name="pool")
    content = models.BinaryField()
    digest = models.CharField(max_length=DIGEST_LENGTH)
    volunteers = models.PositiveIntegerField()
    columns = models.JSONField()
    left_out = models.JSONField()
    identifier = models.CharField(max_length=200)
    household = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.draw_id}"


class QuotaEdition(models.Model):
    """The quotas of a draw (CSV); the latest edition holds until it is committed to.

    Attributes:
        source: where they are from, in the words of the organiser; may be empty.
    """

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="quotas")
    number = models.PositiveIntegerField()
    content = models.TextField()
    source = models.CharField(max_length=SOURCE_LENGTH, blank=True)
    digest = models.CharField(max_length=DIGEST_LENGTH)
    recorded_at = models.DateTimeField()
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["draw", "number"], name="quota_edition_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.draw_id} {self.number}"


class State(models.TextChoices):
    """Where a computation is."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    FAILED = "failed", _("stopped")


class Computation(models.Model):
    """The fairest chances of a draw, computed by the worker.

    Attributes:
        pool: SHA-256 of the volunteers that it was asked for.
        seats: that are drawn: those of the panel, or those that are free again.
        chosen, excluded: identifiers a line, encrypted; empty but for a seat drawn again.
        problem: why it stopped, for the person who asked.
        result: what `clairevoie sortition select` writes, encrypted.
        digest: SHA-256 of the result before it is encrypted.
        figures: what is public of it (`services.computing.figures_of`).
    """

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="computations")
    quotas = models.ForeignKey(QuotaEdition, on_delete=models.PROTECT, related_name="computations")
    pool = models.CharField(max_length=DIGEST_LENGTH)
    seats = models.PositiveIntegerField()
    chosen = models.BinaryField(default=b"")
    excluded = models.BinaryField(default=b"")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    result = models.BinaryField(null=True)
    digest = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    figures = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.draw_id} {self.pk}"


class Commitment(models.Model):
    """What binds a draw before it is made, published.

    Attributes:
        rank: 0 for the whole panel, then 1 for seats that are drawn again, and so on.
        form: as `clairevoie.sortition.proof.plain_commitment` gives it; ``fingerprint`` is its own.
        seals: the file of the seals.
        figures: of the computation, as they were.
    """

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="commitments")
    rank = models.PositiveIntegerField()
    computation = models.OneToOneField(
        Computation, on_delete=models.PROTECT, related_name="commitment"
    )
    form = models.JSONField()
    fingerprint = models.CharField(max_length=DIGEST_LENGTH)
    seals = models.TextField()
    figures = models.JSONField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["draw", "rank"], name="commitment_rank_once"),
        )

    def __str__(self) -> str:
        return f"{self.draw_id} {self.rank}"


class Drawing(models.Model):
    """What was drawn: the number, and what it gives in public numbers.

    Attributes:
        proof: as `clairevoie.sortition.proof.plain_proof` gives it.
        composition: pool and panel by feature, as it can be published: rows of category, feature,
            volunteers, members, ``None`` where hidden; none for seats drawn again.
    """

    commitment = models.OneToOneField(Commitment, on_delete=models.PROTECT, related_name="drawing")
    proof = models.JSONField()
    composition = models.JSONField(default=list)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.commitment_id}"


class Departure(models.Model):
    """A member leaves the panel, or an alternate declines; who takes the seat, in public numbers.

    Attributes:
        leaving: public number; ``joining``: of the alternate who takes the seat, ``None`` where the
            seat is to be drawn again, or where whoever leaves had no seat.
    """

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="departures")
    leaving = models.PositiveIntegerField()
    joining = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["draw", "leaving"], name="departure_once"),
            models.CheckConstraint(
                condition=models.Q(joining__isnull=True) | ~models.Q(joining=models.F("leaving")),
                name="departure_of_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.draw_id} {self.leaving}"


class Erasure(models.Model):
    """The data of the volunteers were erased, and the key under which they were encrypted.

    Attributes:
        volunteers: how many there were.
        pool: SHA-256 of the file that was erased.
    """

    draw = models.OneToOneField(Draw, on_delete=models.PROTECT, related_name="erasure")
    volunteers = models.PositiveIntegerField()
    pool = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey("register.Event", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.draw_id}"
