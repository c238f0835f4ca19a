"""Published audits: the list, and one of them with its result."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import translation
from ninja import Path
from ninja.decorators import decorate_view

from clairevoie.web.api import readers
from clairevoie.web.api.conditional import conditional, register_stamp
from clairevoie.web.api.cursors import read_row, row_cursor
from clairevoie.web.api.routes import router
from clairevoie.web.api.schemas import audits as schemas
from clairevoie.web.api.schemas.common import PAGE_DEFAULT, READ_UNCHANGED, Cursor, Limit
from clairevoie.web.api.schemas.record import Hiding
from clairevoie.web.audit.models import PublishedAudit
from clairevoie.web.audit.services import reading
from clairevoie.web.audit.services.publishing import body_of
from clairevoie.web.register.services.paging import rows_after

AuditInPath = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of the audit")]


@router.get(
    "/audits",
    response={200: schemas.AuditsPage, **READ_UNCHANGED},
    tags=["audits"],
    summary="List published audits",
)
@decorate_view(conditional(register_stamp))
def list_audits(
    request: HttpRequest, limit: Limit = PAGE_DEFAULT, cursor: Cursor = ""
) -> schemas.AuditsPage:
    """Return published audits in the order of their publication."""
    rows, last = rows_after(reading.published_audits(), read_row(cursor, "audits"), limit)
    return schemas.AuditsPage(
        items=[schemas.AuditItem(**_item(each)) for each in rows],
        next_cursor=row_cursor("audits", last),
    )


@router.get(
    "/audits/{number}",
    response={200: schemas.AuditAnswer, **READ_UNCHANGED},
    tags=["audits"],
    summary="Read a published audit",
)
@decorate_view(conditional(register_stamp))
def read_audit(request: HttpRequest, number: AuditInPath) -> schemas.AuditAnswer:
    """Return an audit with its result and what the administration concerned replied.

    Of one that a moderator has hidden, only when and why.
    """
    try:
        found = reading.published_audit(number)
    except PublishedAudit.DoesNotExist:
        raise Http404 from None
    if (act := reading.hiding_of(found)) is not None:
        nothing = {"title": {}, "question": {}, "plan": "", "journal": "", "note": ""}
        hiding = Hiding(reason=act.reason, at=act.at)
        item = _item(found) | nothing
        return schemas.AuditAnswer(**item, replies=[], result=None, hidden=hiding)
    return schemas.AuditAnswer(
        **_item(found),
        replies=[
            schemas.AuditReplyItem(
                text=each.text,
                organisation=each.organisation.name if each.organisation else "",
                at=each.at,
            )
            for each in reading.replies_to(found)
        ],
        result=json.loads(found.content),
        hidden=None,
    )


def _item(audit: PublishedAudit) -> dict[str, Any]:
    with translation.override("fr"):
        url = f"{settings.SITE_URL}{reverse('audit:audit', args=[audit.number])}"
    summary = audit.summary
    return {
        "number": audit.number,
        "version": audit.version,
        "title": summary["title"],
        "question": summary["question"],
        "plan": audit.plan_id,
        "journal": audit.journal_name,
        "since": summary["since"],
        "until": summary["until"],
        "system": audit.system.slug if audit.system else None,
        "body": readers.body_reference(body_of(audit)),
        "organisation": audit.organisation.name if audit.organisation else "",
        "made_here": audit.made_here,
        "fictitious": summary["fictitious"],
        "digest": audit.digest,
        "note": audit.note,
        "published_at": audit.published_at,
        "url": url,
    }
