"""Published replays: for everyone."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clairevoie.web.decisions.models import ReplayPublication
from clairevoie.web.decisions.services.pages.report import report_page
from clairevoie.web.decisions.services.replaying import publications_of
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.rules.services.pages.rule_set import head_of
from clairevoie.web.rules.views.finding import rules_or_404


@require_safe
def publications(request: HttpRequest, slug: str) -> HttpResponse:
    """List the replays of a rule set that were published."""
    edition, rules = rules_or_404(slug)
    context = {
        "head": head_of(edition, rules, language()),
        "publications": publications_of(edition.rules),
    }
    return render(request, "decisions/publications.html", context)


@require_safe
def publication(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a published replay."""
    edition, rules = rules_or_404(slug)
    found = _publication(slug, number)
    spoken = language()
    context = {
        "head": head_of(edition, rules, spoken),
        "publication": found,
        "report": report_page(json.loads(found.content), slug=slug, language=spoken),
    }
    return render(request, "decisions/publication.html", context)


@require_safe
def content(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give a published replay as it was published: its digest is that of these bytes."""
    found = _publication(slug, number)
    return HttpResponse(
        found.content.encode(),
        content_type="application/json; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{slug}-{number}.json"',
            "ETag": f'"{found.digest}"',
        },
    )


def _publication(slug: str, number: int) -> ReplayPublication:
    found = (
        ReplayPublication.objects.filter(rules__slug=slug, number=number)
        .select_related("organisation")
        .first()
    )
    if found is None:
        raise Http404(_("No replay was published under this number."))
    return found
