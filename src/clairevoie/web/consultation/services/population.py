"""Who takes part beside the population: what people say of themselves, and what is told of it.

An answer is added to a count and forgotten (decision record 0017). All the counts are written at
each answer, so that no row of the database tells which one changed last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Case, F, Prefetch, Value, When
from django.utils.translation import gettext as _

from clairevoie.consultation.population import Resemblance, resemblance
from clairevoie.web.accounts.permissions import Refused
from clairevoie.web.consultation.models import (
    Consultation,
    Participation,
    PopulationAnswered,
    PopulationCategory,
    PopulationFeature,
    Vote,
)
from clairevoie.web.consultation.services.taking_part import check_open


def declared_of(consultation: Consultation) -> Sequence[PopulationCategory]:
    """Return the categories with their features, in order; two queries."""
    features = Prefetch("features", queryset=PopulationFeature.objects.order_by("rank"))
    rows = PopulationCategory.objects.filter(consultation=consultation).order_by("rank")
    return list(rows.prefetch_related(features))


def to_ask(participation: Participation) -> bool:
    """Tell whether to ask somebody who they are: the population was declared, they were not asked.

    What is declared never changes, so that a consultation that asks nothing costs no query.
    """
    key = f"consultation-asks-{participation.consultation_id}"
    asks: bool | None = cache.get(key)
    if asks is None:
        rows = PopulationCategory.objects.filter(consultation=participation.consultation_id)
        asks = rows.exists()
        cache.set(key, asks)
    return asks and not PopulationAnswered.objects.filter(participation=participation).exists()


def answer(
    *,
    consultation: Consultation,
    participation: Participation,
    chosen: Mapping[int, int | None],
) -> None:
    """Add what a participant says of themselves to the counts; once.

    Args:
        consultation: to which the participation belongs.
        participation: of whoever answers.
        chosen: by category, the feature; ``None`` for whoever would rather not say.

    Raises:
        Refused: the consultation is not open, or this participation is another's, has not voted, or
            has answered.
    """
    check_open(consultation)
    if participation.consultation_id != consultation.pk:
        raise Refused(_("This participation is not one of this consultation."))
    with transaction.atomic():
        Participation.objects.select_for_update().only("pk").get(pk=participation.pk)
        if not Vote.objects.filter(participation=participation, first=True).exists():
            raise Refused(_("Vote first: these questions are for those who have voted."))
        if PopulationAnswered.objects.filter(participation=participation).exists():
            raise Refused(_("You have answered already: your answers were added to the counts."))
        PopulationAnswered.objects.create(participation=participation)
        # One order for everybody: nobody waits for each other in a ring.
        for category in PopulationCategory.objects.filter(consultation=consultation).order_by("pk"):
            _count(category, chosen.get(category.pk), every=consultation.min_group)


def _count(category: PopulationCategory, feature: int | None, *, every: int) -> None:
    """Add one to a feature, and write them all, also for whoever would rather not say."""
    rows = PopulationFeature.objects.filter(category=category)
    held = dict(rows.select_for_update().order_by("pk").values_list("pk", "count"))
    one_more = Case(When(pk=feature, then=Value(1)), default=Value(0))
    rows.update(count=F("count") + (one_more if feature in held else Value(0)))
    if feature in held and (sum(held.values()) + 1) % every == 0:
        rows.update(told=F("count"))


def _told(category: PopulationCategory, least: int) -> tuple[Resemblance, ...]:
    features = list(category.features.all())
    return resemblance(
        {each.name: each.told for each in features},
        {each.name: each.share for each in features},
        least=least,
    )


def population_form(consultation: Consultation) -> list[dict[str, Any]]:
    """Return who took part beside the population, as it is published; empty without categories.

    Shares are out of those who answered.
    """
    return [
        {
            "category": category.name,
            "source": category.source,
            "known": sum(each.told for each in category.features.all()),
            "features": [_feature_form(each) for each in _told(category, consultation.min_group)],
        }
        for category in declared_of(consultation)
    ]


def _feature_form(found: Resemblance) -> dict[str, Any]:
    bounds = (found.share, found.low, found.high)
    return {
        "name": found.category,
        "declared": round(found.declared, 6),
        "count": found.count,
        "share": [round(each, 6) for each in bounds if each is not None] or None,
        "presence": found.presence.value,
    }
