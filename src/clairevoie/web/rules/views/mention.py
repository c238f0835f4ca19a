"""The mention of art. R. 311-3-1-1: to copy on letters, and the page that its code leads to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clairevoie.web.register.templatetags.site import language
from clairevoie.web.rules.services.pages.mention import mention_page, received_page
from clairevoie.web.rules.views.finding import rules_or_404


@require_safe
def to_copy(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the mention as text, as HTML and as a code, for the administration to copy."""
    edition, rules = rules_or_404(slug)
    page = mention_page(edition, rules, language())
    return render(request, "rules/mention.html", {"page": page, "head": page.head})


@require_safe
def received(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell who received a letter what the processing is, what they may ask, and how."""
    edition, rules = rules_or_404(slug)
    page = received_page(edition, rules, language())
    return render(request, "rules/received.html", {"page": page, "head": page.head})
