"""How one record changed, and how the whole register changed."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clairevoie.web.register.services.pages.changes import changes_page
from clairevoie.web.register.services.pages.history import (
    compare_days,
    compare_versions,
    first_day,
    history_page,
)
from clairevoie.web.register.services.pages.periods import asked_period
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.register.views.paging import asked_page, page_links
from clairevoie.web.register.views.records import record_or_404


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every version of a record, the latest first."""
    page = history_page(record_or_404(slug), page=asked_page(request), language=language())
    links = page_links(reverse("register:history", args=[slug]), page.page, page.pages)
    return render(request, "register/history.html", {"page": page, "links": links})


@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what changed in a record between two days, or between two versions."""
    record = record_or_404(slug)
    latest = record.system.version
    first, second = (_version(request.GET.get(name, ""), latest) for name in ("v1", "v2"))
    if first and second:
        page = compare_versions(record, first, second, language=language())
    else:
        period = asked_period(
            request.GET.get("du", ""),
            request.GET.get("au", ""),
            today=timezone.localdate(),
            earliest=first_day(record),
        )
        page = compare_days(record, period, language=language())
    return render(request, "register/compare.html", {"page": page})


def _version(text: str, latest: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    return number if 1 <= number <= latest else 0


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Show what changed in the whole register between two days."""
    period = asked_period(
        request.GET.get("du", ""), request.GET.get("au", ""), today=timezone.localdate()
    )
    page = changes_page(period, page=asked_page(request), language=language())
    days = urlencode({"du": period.start.isoformat(), "au": period.end.isoformat()})
    links = page_links(f"{reverse('register:changes')}?{days}", page.page, page.pages)
    return render(request, "register/changes.html", {"page": page, "links": links})
