"""The indicators, over the whole register or one public body."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clairevoie.web.register.models import PublicBody
from clairevoie.web.register.services.pages.figures import (
    BITS,
    figures_page,
    indicator_page,
)
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.register.views.paging import asked_page, page_links
from clairevoie.web.register.views.query import is_slug


def _asked_body(request: HttpRequest) -> PublicBody | None:
    slug = request.GET.get("administration", "")
    if not slug:
        return None
    body = PublicBody.objects.filter(slug=slug).first() if is_slug(slug) else None
    if body is None:
        raise Http404(_("The register has no such public body."))
    return body


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show every indicator, its formula and what is behind it."""
    page = figures_page(_asked_body(request), today=timezone.localdate(), language=language())
    return render(request, "register/indicators.html", {"page": page})


@require_safe
def indicator(request: HttpRequest, key: str) -> HttpResponse:
    """Show the systems that meet an indicator, or those that do not."""
    if key not in BITS:
        raise Http404(_("The register has no such indicator."))
    page = indicator_page(
        key,
        _asked_body(request),
        met=request.GET.get("sans") != "1",
        page=asked_page(request),
        today=timezone.localdate(),
        language=language(),
    )
    links = page_links(page.base_url, page.page, page.pages)
    return render(request, "register/indicator.html", {"page": page, "links": links})
