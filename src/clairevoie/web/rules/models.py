"""What is stored of published rules. Editions are append-only (migration 0002).

Only `clairevoie.web.rules.services` writes here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

SLUG_LENGTH = 120


class PublishedRules(models.Model):
    """A rule set that a public body publishes; what it says is in its editions.

    ``slug`` is the rule set's own identifier. ``system`` is the record of the register that the
    rules are those of, ``body`` who may publish the next edition.
    """

    slug = models.SlugField(max_length=SLUG_LENGTH, unique=True)
    system = models.ForeignKey(
        "register.System", null=True, on_delete=models.PROTECT, related_name="rules"
    )
    body = models.ForeignKey(
        "register.PublicBody", null=True, on_delete=models.PROTECT, related_name="rules"
    )
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class RulesEdition(models.Model):
    """A rule set as it was published once: the bytes of its file, who published it, when.

    ``summary`` is what lists show, drawn from the bytes when they were published: title and purpose
    by language, kind, dates of the versions, whether the rules are fictitious.
    """

    rules = models.ForeignKey(PublishedRules, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    summary = models.JSONField()
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
            models.UniqueConstraint(fields=["rules", "number"], name="rules_edition_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.rules_id} {self.number}"
