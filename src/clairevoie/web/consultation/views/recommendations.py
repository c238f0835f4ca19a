"""Recommendations: the list, and one with its history."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.accounts.models import Role
from clairevoie.web.consultation.forms import STATUSES
from clairevoie.web.consultation.models import Consultation, Origin, Recommendation
from clairevoie.web.consultation.services.pages.history import recommendation_page
from clairevoie.web.consultation.services.pages.lines import (
    counts_in_words,
    recommendation_line,
    status_words,
)
from clairevoie.web.consultation.services.reading import (
    Filters,
    bodies_asked,
    find,
    hiding_of,
    recommendation_of,
    rows_of,
)
from clairevoie.web.register.models import System
from clairevoie.web.register.services.contributing import name_of
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.register.views.paging import asked_page, page_links
from clairevoie.web.sortition.models import Draw

PER_PAGE = 30


def recommendation_or_404(number: int) -> Recommendation:
    """Return a recommendation; the page says so when there is none."""
    try:
        return recommendation_of(number)
    except Recommendation.DoesNotExist:
        raise Http404(_("No recommendation has this number.")) from None


def shown_or_404(number: int) -> Recommendation:
    """Return a recommendation that no moderator has hidden."""
    found = recommendation_or_404(number)
    if hiding_of(found) is not None:
        raise Http404(_("This recommendation is hidden by the moderation."))
    return found


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the recommendations that answer the filters, what is late first."""
    filters = asked_filters(request)
    found = find(filters, today=timezone.localdate())
    pages = max(1, -(-len(found.keys) // PER_PAGE))
    page = min(asked_page(request), pages)
    rows = rows_of(found.keys[(page - 1) * PER_PAGE : page * PER_PAGE])
    spoken = language()
    named = {
        "administration": filters.body,
        "etat": filters.status,
        "origine": filters.origin,
        "systeme": filters.system,
        "consultation": filters.consultation,
        "tirage": filters.draw,
    }
    words = urlencode({key: value for key, value in named.items() if value})
    here = reverse("consultation:recommendations") + (f"?{words}" if words else "")
    of_body = urlencode({"administration": filters.body}) if filters.body else ""
    feed = reverse("consultation:recommendation_feed")
    context = {
        "lines": [recommendation_line(row, found.standings[row.pk], spoken) for row in rows],
        "total": len(found.keys),
        "summary": counts_in_words(found.counts),
        "filters": filters,
        "filtered": bool(words),
        "system": _system(filters.system),
        "consultation": _consultation(filters.consultation),
        "draw": Draw.objects.filter(number=filters.draw).first() if filters.draw else None,
        "bodies": bodies_asked(),
        "statuses": [(code, status_words(code)) for code in STATUSES],
        "origins": Origin.choices,
        "links": page_links(here, page, pages),
        "feed_url": f"{feed}?{of_body}" if of_body else feed,
    }
    return render(request, "consultation/recommendations/list.html", context)


def asked_filters(request: HttpRequest) -> Filters:
    """Return the filters of an address; what is not one of the choices is left out."""
    status, origin = request.GET.get("etat", ""), request.GET.get("origine", "")
    return Filters(
        body=_slug(request.GET.get("administration", "")),
        status=status if status in STATUSES else "",
        origin=origin if origin in Origin.values else "",
        system=_slug(request.GET.get("systeme", "")),
        consultation=number_in(request.GET.get("consultation", "")),
        draw=number_in(request.GET.get("tirage", "")),
    )


def _slug(text: str) -> str:
    return text if len(text) <= 120 and "\x00" not in text else ""


def number_in(text: str) -> int:
    """Return a number of an address, 0 when there is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _consultation(number: int) -> tuple[str, str] | None:
    """Return the title and the address of the consultation asked for."""
    found = Consultation.objects.filter(number=number).first() if number else None
    return (found.title, reverse("consultation:consultation", args=[number])) if found else None


def _system(slug: str) -> tuple[str, str] | None:
    """Return the name and the address of the system asked for."""
    found = System.objects.select_related("entry").filter(slug=slug).first() if slug else None
    return (name_of(found), reverse("register:system", args=[slug])) if found else None


@require_safe
def recommendation(request: HttpRequest, number: int) -> HttpResponse:
    """Show a recommendation with its history, or that a moderator has hidden it."""
    found = recommendation_or_404(number)
    actor = current_actor(request)
    may_moderate = actor.user is not None and actor.has(Role.MODERATOR)
    if (hiding := hiding_of(found)) is not None:
        context = {"number": number, "hiding": hiding, "may_moderate": may_moderate}
        return render(request, "consultation/recommendations/hidden.html", context)
    page = recommendation_page(found, actor=actor, today=timezone.localdate(), language=language())
    context = {"page": page, "may_moderate": may_moderate}
    return render(request, "consultation/recommendations/recommendation.html", context)
