"""What is stored of who takes part, where the organiser declared the population: counts alone.

What somebody says of themselves is added to a count and is not kept: nothing links it to their
votes, to a participation, or to what they say for another category.
"""

from __future__ import annotations

from django.db import models

from clairevoie.web.consultation.models.consultations import Consultation
from clairevoie.web.consultation.models.voting import Participation

CATEGORY_LENGTH = 100
SOURCE_LENGTH = 300


class PopulationCategory(models.Model):
    """A category of which the organiser declares the shares in the population, for example age.

    Attributes:
        source: where the shares are from, with its date.
        rank: its place among those of the consultation, from 0.
    """

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="population"
    )
    rank = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=CATEGORY_LENGTH)
    source = models.CharField(max_length=SOURCE_LENGTH)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["consultation", "name"], name="population_category_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.name}"


class PopulationFeature(models.Model):
    """A feature of a category, for example an age band, and how many participants gave it.

    Attributes:
        share: of the population, from 0 to 1.
        count: participants who gave it; ``told``: those of them that may be shown. The second
            follows the first each time that enough persons more have answered.
    """

    category = models.ForeignKey(
        PopulationCategory, on_delete=models.PROTECT, related_name="features"
    )
    rank = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=CATEGORY_LENGTH)
    share = models.FloatField()
    count = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["category", "name"], name="population_feature_once"),
            models.CheckConstraint(
                condition=models.Q(share__gte=0) & models.Q(share__lte=1),
                name="population_share_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(told__lte=models.F("count")), name="population_told_was_counted"
            ),
        )

    def __str__(self) -> str:
        return f"{self.category_id} {self.name}"


class PopulationAnswered(models.Model):
    """A participation was asked who it is and has answered, or would rather not; once."""

    participation = models.OneToOneField(
        Participation, primary_key=True, on_delete=models.PROTECT, related_name="answered"
    )

    def __str__(self) -> str:
        return f"{self.participation_id}"
