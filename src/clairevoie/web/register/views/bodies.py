"""Pages of public bodies and of sources."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clairevoie.web.consultation.services.pages.consultations import consultations_block
from clairevoie.web.consultation.services.pages.lines import block
from clairevoie.web.consultation.services.reading import Filters
from clairevoie.web.register.models import PublicBody, Source
from clairevoie.web.register.services.pages.bodies import body_list_page, body_page
from clairevoie.web.register.services.pages.sources import source_list_page, source_page
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.register.views.paging import asked_page, page_links
from clairevoie.web.register.views.query import search_text
from clairevoie.web.sortition.services.pages.draws import draws_block


@require_safe
def body_list(request: HttpRequest) -> HttpResponse:
    """Show the public bodies of the register, by kind."""
    page = body_list_page(search_text(request.GET.get("q", "")), language())
    return render(request, "register/body_list.html", {"page": page})


@require_safe
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a public body, its systems, its indicators and what was asked of it."""
    today = timezone.localdate()
    try:
        page = body_page(slug, page=asked_page(request), today=today, language=language())
    except PublicBody.DoesNotExist:
        raise Http404(_("The register has no such public body.")) from None
    links = page_links(page.url, page.page, page.pages)
    context = {
        "page": page,
        "links": links,
        "recommendations": block(Filters(body=slug), today=today, language=language()),
    }
    context["consultations"] = consultations_block(body=slug, today=today, language=language())
    context["draws"] = draws_block(body=slug, language=language())
    return render(request, "register/body.html", context)


@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """Show the sources of the register."""
    text = search_text(request.GET.get("q", ""))
    page = source_list_page(text, page=asked_page(request), language=language())
    url = reverse("register:source_list") + (f"?{urlencode({'q': text})}" if text else "")
    links = page_links(url, page.page, page.pages)
    return render(request, "register/source_list.html", {"page": page, "links": links})


@require_safe
def source(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a source, what it says and of which systems."""
    try:
        page = source_page(uid, page=asked_page(request), language=language())
    except Source.DoesNotExist:
        raise Http404(_("The register has no such source.")) from None
    links = page_links(page.url, page.page, page.pages)
    return render(request, "register/source.html", {"page": page, "links": links})
