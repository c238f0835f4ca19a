"""Recommendations: the list, and one of them with its history."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from ninja import Path
from ninja.decorators import decorate_view

from clairevoie.consultation.recommendations import Asked, lapses, standing
from clairevoie.web.api import readers
from clairevoie.web.api.conditional import conditional, today_stamp
from clairevoie.web.api.cursors import read_row, row_cursor
from clairevoie.web.api.routes import router
from clairevoie.web.api.schemas import recommendations as schemas
from clairevoie.web.api.schemas.common import PAGE_DEFAULT, READ_UNCHANGED, Cursor, Limit
from clairevoie.web.api.schemas.record import Hiding
from clairevoie.web.consultation.models import Recommendation
from clairevoie.web.consultation.services import reading
from clairevoie.web.register.services.paging import rows_after

RecommendationInPath = Annotated[
    int, Path(ge=1, le=2**31 - 1, description="Number of the recommendation")
]


@router.get(
    "/recommendations",
    response={200: schemas.RecommendationsPage, **READ_UNCHANGED},
    tags=["recommendations"],
    summary="List recommendations",
)
@decorate_view(conditional(today_stamp))
def list_recommendations(
    request: HttpRequest, limit: Limit = PAGE_DEFAULT, cursor: Cursor = ""
) -> schemas.RecommendationsPage:
    """Return recommendations, replaced ones too, in the order of their recording."""
    wanted = reading.shown_recommendations().select_related(
        "body", "system", "organisation", "supersedes", "replaced_by"
    )
    rows, last = rows_after(wanted, read_row(cursor, "recommendations"), limit)
    asked = reading.asked_of(Recommendation.objects.filter(pk__in=[each.pk for each in rows]))
    return schemas.RecommendationsPage(
        items=[schemas.RecommendationItem(**_item(each, asked[each.pk])) for each in rows],
        next_cursor=row_cursor("recommendations", last),
    )


@router.get(
    "/recommendations/{number}",
    response={200: schemas.OneRecommendation, **READ_UNCHANGED},
    tags=["recommendations"],
    summary="Read a recommendation",
)
@decorate_view(conditional(today_stamp))
def read_recommendation(
    request: HttpRequest, number: RecommendationInPath
) -> schemas.OneRecommendation:
    """Return a recommendation with its answers, its steps and the due dates that passed.

    Of one that a moderator has hidden, only when and why.
    """
    try:
        found = reading.recommendation_of(number)
    except Recommendation.DoesNotExist:
        raise Http404 from None
    asked = reading.asked_of(Recommendation.objects.filter(pk=found.pk))[found.pk]
    if (act := reading.hiding_of(found)) is not None:
        nothing: dict[str, Any] = dict.fromkeys(_SAID, "")
        return schemas.OneRecommendation(
            **_item(found, asked) | nothing,
            text="",
            locator="",
            quote="",
            source=None,
            answers=[],
            steps=[],
            lapses=[],
            hidden=Hiding(reason=act.reason, at=act.at),
        )
    return schemas.OneRecommendation(
        **_item(found, asked),
        text=found.text,
        source=found.source.uid.hex if found.source else None,
        locator=found.locator,
        quote=found.quote,
        answers=[
            schemas.AnswerItem(
                verdict=each.verdict,
                reason=each.reason,
                commitment=each.commitment,
                promised_on=each.promised_on,
                organisation=each.organisation.name if each.organisation else "",
                at=each.at,
            )
            for each in reading.answers_to(found)
        ],
        steps=[
            schemas.StepItem(
                done=each.done,
                text=each.text,
                proof_url=each.proof_url,
                statement=each.statement.uid.hex if each.statement else None,
                organisation=each.organisation.name if each.organisation else "",
                at=each.at,
            )
            for each in reading.steps_of(found)
        ],
        lapses=[
            schemas.LapseItem(what=each.duty, due=each.due, ended=each.ended)
            for each in lapses(asked, today=timezone.localdate())
        ],
        hidden=None,
    )


_SAID = ("title", "origin_name", "origin_url", "author")
"""What somebody wrote: left out of what a moderator has hidden."""


def _item(row: Recommendation, asked: Asked) -> dict[str, Any]:
    with translation.override("fr"):
        path = reverse("consultation:recommendation", args=[row.number])
    found = standing(asked, today=timezone.localdate())
    later = getattr(row, "replaced_by", None)
    return {
        "number": row.number,
        "version": row.version,
        "replaces": row.supersedes.number if row.supersedes else None,
        "replaced_by": later.number if later else None,
        "title": row.title,
        "body": readers.body_reference(row.body),
        "system": row.system.slug if row.system else None,
        "origin": row.origin,
        "origin_name": row.origin_name,
        "origin_url": row.origin_url,
        "consultation": row.consultation.number if row.consultation else None,
        "proposal": str(row.proposal_id) if row.proposal_id else None,
        "draw": row.draw.number if row.draw else None,
        "author": row.author,
        "capacity": row.capacity,
        "asked_on": row.asked_on,
        "due_on": row.due_on,
        "status": found.status,
        "owed": found.duty,
        "owed_by": found.due,
        "late_days": found.late_days,
        "fictitious": row.fictitious,
        "organisation": row.organisation.name if row.organisation else "",
        "recorded_at": row.recorded_at,
        "url": f"{settings.SITE_URL}{path}",
    }
