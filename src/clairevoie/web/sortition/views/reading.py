"""Draws as everybody reads them: the list, one of them, its files."""

from __future__ import annotations

import json
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.accounts.models import Role
from clairevoie.web.consultation.services.pages.lines import block
from clairevoie.web.consultation.services.reading import Filters
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.sortition.models import Commitment, Draw
from clairevoie.web.sortition.services.announcing import may_prepare
from clairevoie.web.sortition.services.pages.draws import draw_line, draw_page
from clairevoie.web.sortition.services.reading import course_of, draw_of, draw_rows, phases_of


def draw_or_404(number: int) -> Draw:
    """Return a draw; the page says so when there is none."""
    try:
        return draw_of(number)
    except Draw.DoesNotExist:
        raise Http404(_("No draw has this number.")) from None


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the draws, the newest first."""
    rows = list(draw_rows())
    phases = phases_of(rows)
    lines = [draw_line(row, phases[row.pk], language()) for row in rows]
    context = {"lines": lines, "may_announce": current_actor(request).has(Role.PUBLISHER)}
    return render(request, "sortition/list.html", context)


@require_safe
def draw(request: HttpRequest, number: int) -> HttpResponse:
    """Show a draw: its rules, its chances, what binds it, what was drawn, how to check it."""
    found = draw_or_404(number)
    course = course_of(found)
    mine = may_prepare(current_actor(request), found)
    asked = block(Filters(draw=number), today=timezone.localdate(), language=language())
    context = {
        "page": draw_page(course, language()),
        "may_prepare": mine,
        "recommendations": asked if mine and course.drawings else replace(asked, make_url=""),
    }
    return render(request, "sortition/draw.html", context)


@require_safe
def commitment_file(request: HttpRequest, number: int, rank: int) -> HttpResponse:
    """Give what was committed to, as the command reads it."""
    form = _commitment(number, rank).form
    return _attached(_json(form), f"commitment-{number}-{rank}.json", "application/json")


@require_safe
def seals_file(request: HttpRequest, number: int, rank: int) -> HttpResponse:
    """Give the seals of the lottery."""
    content = _commitment(number, rank).seals.encode("ascii")
    return _attached(content, f"seals-{number}-{rank}.csv", "text/csv")


@require_safe
def proof_file(request: HttpRequest, number: int, rank: int) -> HttpResponse:
    """Give the proof of what was drawn."""
    drawing = getattr(_commitment(number, rank), "drawing", None)
    if drawing is None:
        raise Http404(_("Nothing is drawn yet."))
    return _attached(_json(drawing.proof), f"proof-{number}-{rank}.json", "application/json")


@require_safe
def quotas_file(request: HttpRequest, number: int, rank: int) -> HttpResponse:
    """Give the quotas that were committed to."""
    quotas = _commitment(number, rank).computation.quotas
    return _attached(quotas.content.encode(), f"quotas-{number}.csv", "text/csv")


def _commitment(number: int, rank: int) -> Commitment:
    found = (
        Commitment.objects.filter(draw__number=number, rank=rank)
        .select_related("drawing", "computation__quotas")
        .first()
    )
    if found is None:
        raise Http404(_("No draw has this number."))
    return found


def _json(form: object) -> bytes:
    return f"{json.dumps(form, ensure_ascii=False, indent=2)}\n".encode()


def _attached(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
