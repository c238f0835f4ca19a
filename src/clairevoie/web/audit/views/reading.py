"""Published audits: for everyone."""

from __future__ import annotations

import json
import logging

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clairevoie.letters.engine import LetterProblem
from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.accounts.models import Role
from clairevoie.web.audit.models import PublishedAudit
from clairevoie.web.audit.services.documents import published_page, published_pdf
from clairevoie.web.audit.services.pages.lines import audit_line
from clairevoie.web.audit.services.publishing import body_of, may_reply
from clairevoie.web.audit.services.reading import (
    hiding_of,
    other_versions,
    published_audit,
    published_audits,
    replies_to,
)
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.register.views.paging import asked_page, page_links

logger = logging.getLogger("clairevoie.audit")
PER_PAGE = 50


def audit_or_404(number: int) -> PublishedAudit:
    """Return a published audit; the page says so when there is none."""
    try:
        return published_audit(number)
    except PublishedAudit.DoesNotExist:
        raise Http404(_("No audit was published under this number.")) from None


def shown_or_404(number: int) -> PublishedAudit:
    """Return a published audit that no moderator has hidden."""
    found = audit_or_404(number)
    if hiding_of(found) is not None:
        raise Http404(_("This audit is hidden by the moderation."))
    return found


@require_safe
def audits(request: HttpRequest) -> HttpResponse:
    """List the audits that were published."""
    pages = Paginator(published_audits(), PER_PAGE)
    page = pages.get_page(asked_page(request))
    spoken = language()
    context = {
        "lines": [audit_line(each, spoken) for each in page.object_list],
        "total": pages.count,
        "links": page_links(reverse("audit:list"), page.number, pages.num_pages),
    }
    return render(request, "audit/list.html", context)


@require_safe
def audit(request: HttpRequest, number: int) -> HttpResponse:
    """Show a published audit with the replies to it, or that a moderator has hidden it."""
    found = audit_or_404(number)
    actor = current_actor(request)
    if (hiding := hiding_of(found)) is not None:
        context = {
            "audit": found,
            "hiding": hiding,
            "may_moderate": actor.user is not None and actor.has(Role.MODERATOR),
        }
        return render(request, "audit/hidden.html", context)
    spoken = language()
    others = [audit_line(each, spoken) for each in other_versions(found)]
    replies = replies_to(found)
    context = {
        "audit": found,
        "line": audit_line(found, spoken),
        "report": published_page(found.content, spoken),
        "body": body_of(found),
        "newer": [each for each in others if each.version > found.version],
        "older": [each for each in others if each.version < found.version],
        "reply": replies[0] if replies else None,
        "old_replies": replies[1:],
        "may_moderate": actor.user is not None and actor.has(Role.MODERATOR),
        "may_reply": actor.user is not None and may_reply(actor, found),
        "address": f"{settings.SITE_URL}{reverse('audit:audit', args=[number])}",
    }
    return render(request, "audit/audit.html", context)


@require_safe
def content(request: HttpRequest, number: int) -> HttpResponse:
    """Give a published result as it was published: its digest is that of these bytes."""
    found = shown_or_404(number)
    return _file(found, found.content, "application/json; charset=utf-8", "json")


@require_safe
def cells(request: HttpRequest, number: int) -> HttpResponse:
    """Give the lines of the tables of a published result."""
    from clairevoie.audit.writing import cells_csv

    found = shown_or_404(number)
    return _file(found, cells_csv(json.loads(found.content)), "text/csv; charset=utf-8", "csv")


@require_safe
def plan(request: HttpRequest, number: int) -> HttpResponse:
    """Give the plan of an audit that was made here: its digest stands in the result."""
    found = shown_or_404(number)
    if not found.plan:
        raise Http404(_("The site does not have the plan of this audit."))
    return _file(found, found.plan, "application/yaml; charset=utf-8", "yaml")


@require_safe
def document(request: HttpRequest, number: int) -> HttpResponse:
    """Give the report of a published audit as a document (PDF)."""
    found = shown_or_404(number)
    try:
        pdf = published_pdf(found, language())
    except LetterProblem:
        logger.exception("the report of the published audit %s cannot be set", number)
        raise Http404(_("This report is too long for a document.")) from None
    return _file(found, pdf, "application/pdf", "pdf")


def _file(found: PublishedAudit, text: str | bytes, kind: str, end: str) -> HttpResponse:
    return HttpResponse(
        text.encode() if isinstance(text, str) else text,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="audit-{found.number}.{end}"',
            "ETag": f'"{found.digest}-{end}-{language()}"',
        },
    )
