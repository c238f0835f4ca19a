"""Consultations: the list, and one of them with what its votes say."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from ninja import Path
from ninja.decorators import decorate_view

from clairevoie.web.api import readers
from clairevoie.web.api.conditional import conditional, today_stamp
from clairevoie.web.api.cursors import read_row, row_cursor
from clairevoie.web.api.routes import router
from clairevoie.web.api.schemas import consultations as schemas
from clairevoie.web.api.schemas.common import PAGE_DEFAULT, READ, READ_UNCHANGED, Cursor, Limit
from clairevoie.web.consultation.models import Consultation, ProposalState
from clairevoie.web.consultation.services.consulting import (
    consultation_of,
    consultation_rows,
    phase_of,
    proposals_in,
)
from clairevoie.web.consultation.services.outcomes import published_form
from clairevoie.web.register.services.paging import rows_after

ConsultationInPath = Annotated[
    int, Path(ge=1, le=2**31 - 1, description="Number of the consultation")
]


@router.get(
    "/consultations",
    response={200: schemas.ConsultationsPage, **READ_UNCHANGED},
    tags=["consultations"],
    summary="List consultations",
)
@decorate_view(conditional(today_stamp))
def list_consultations(
    request: HttpRequest, limit: Limit = PAGE_DEFAULT, cursor: Cursor = ""
) -> schemas.ConsultationsPage:
    """Return consultations in the order of their recording."""
    rows, last = rows_after(consultation_rows(), read_row(cursor, "consultations"), limit)
    return schemas.ConsultationsPage(
        items=[schemas.ConsultationItem(**_item(each)) for each in rows],
        next_cursor=row_cursor("consultations", last),
    )


@router.get(
    "/consultations/{number}",
    response={200: schemas.OneConsultation, **READ},
    tags=["consultations"],
    summary="Read a consultation",
)
def read_consultation(request: HttpRequest, number: ConsultationInPath) -> schemas.OneConsultation:
    """Return a consultation with its proposals, and what the votes say once that may be shown."""
    try:
        found = consultation_of(number)
    except Consultation.DoesNotExist:
        raise Http404 from None
    return schemas.OneConsultation(
        **_item(found),
        text=found.text,
        policy=found.policy,
        min_group=found.min_group,
        proposals=[
            schemas.ProposalItem(id=str(each.pk), text=each.text, at=each.at)
            for each in proposals_in(found, ProposalState.OPEN)
        ],
        result=published_form(found, today=timezone.localdate()),
    )


def _item(row: Consultation) -> dict[str, Any]:
    with translation.override("fr"):
        path = reverse("consultation:consultation", args=[row.number])
    return {
        "number": row.number,
        "title": row.title,
        "question": row.question,
        "body": readers.body_reference(row.body),
        "system": row.system.slug if row.system else None,
        "phase": phase_of(row, today=timezone.localdate()),
        "opens_on": row.opens_on,
        "closes_on": row.closes_on,
        "audience": row.audience,
        "fictitious": row.fictitious,
        "organisation": row.organisation.name if row.organisation else "",
        "recorded_at": row.recorded_at,
        "url": f"{settings.SITE_URL}{path}",
    }
