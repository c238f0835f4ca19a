"""Consultations: the list, one of them, its log of moderation, its results."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.accounts.models import Role
from clairevoie.web.consultation.models import Consultation, ProposalState
from clairevoie.web.consultation.services.consulting import (
    consultation_of,
    consultation_rows,
    decisions_on,
    open_first,
    proposals_in,
)
from clairevoie.web.consultation.services.opening import may_organise
from clairevoie.web.consultation.services.outcomes import published_form
from clairevoie.web.consultation.services.pages.attendance import category_parts
from clairevoie.web.consultation.services.pages.computation import (
    computation_page,
    proposal_page,
)
from clairevoie.web.consultation.services.pages.consultations import (
    consultation_line,
    consultation_page,
    decision_line,
)
from clairevoie.web.consultation.services.pages.lines import block
from clairevoie.web.consultation.services.pages.outcome import outcome_page, results_csv
from clairevoie.web.consultation.services.population import declared_of
from clairevoie.web.consultation.services.proposing import may_moderate
from clairevoie.web.consultation.services.reading import Filters
from clairevoie.web.consultation.services.tallying import participants_of
from clairevoie.web.register.templatetags.site import language


def consultation_or_404(number: int) -> Consultation:
    """Return a consultation; the page says so when there is none."""
    try:
        return consultation_of(number)
    except Consultation.DoesNotExist:
        raise Http404(_("No consultation has this number.")) from None


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the consultations, those that are open first."""
    today = timezone.localdate()
    rows = open_first(list(consultation_rows()), today=today)
    lines = [consultation_line(row, today=today, language=language()) for row in rows]
    return render(
        request,
        "consultation/consultations/list.html",
        {"lines": lines, "may_open": current_actor(request).has(Role.PUBLISHER)},
    )


@require_safe
def consultation(request: HttpRequest, number: int) -> HttpResponse:
    """Show what is asked, of whom, by which rules, and the proposals put to the vote."""
    found = consultation_or_404(number)
    actor = current_actor(request)
    context = {
        "page": consultation_page(
            found,
            participants=participants_of(found),
            today=timezone.localdate(),
            language=language(),
        ),
        "proposals": proposals_in(found, ProposalState.OPEN),
        "declared": declared_of(found),
        "may_organise": may_organise(actor, found),
        "may_moderate": may_moderate(actor, found),
    }
    return render(request, "consultation/consultations/consultation.html", context)


@require_safe
def moderation_log(request: HttpRequest, number: int) -> HttpResponse:
    """Show each decision of the moderation with its reason; the text, unless it is unlawful."""
    found = consultation_or_404(number)
    context = {
        "page": consultation_line(found, today=timezone.localdate(), language=language()),
        "policy": found.policy,
        "decisions": [decision_line(each, language()) for each in decisions_on(found)],
        "waiting": len(proposals_in(found, ProposalState.WAITING)),
    }
    return render(request, "consultation/consultations/log.html", context)


@require_safe
def results(request: HttpRequest, number: int) -> HttpResponse:
    """Show what the votes say, or say why it is not shown yet."""
    found = consultation_or_404(number)
    today = timezone.localdate()
    participants = participants_of(found)
    spoken: Any = language()
    form = published_form(found, today=today)
    context = {
        "page": consultation_page(found, participants=participants, today=today, language=spoken),
        "shown": form is not None,
        "attendance": category_parts(form["population"], spoken) if form else (),
        "outcome": outcome_page(form, number, spoken) if form else None,
        "recommendations": block(Filters(consultation=number), today=today, language=spoken),
        "may_recommend": current_actor(request).has(Role.CONTRIBUTOR),
    }
    return render(request, "consultation/consultations/results.html", context)


@require_safe
def proposal_result(request: HttpRequest, number: int, proposal: int) -> HttpResponse:
    """Show what was voted on a proposal, and how each figure comes from the votes."""
    found = consultation_or_404(number)
    told = proposal_page(_published(found), str(proposal), language())
    if told is None:
        raise Http404(_("The results have no such proposal."))
    context = {
        "page": consultation_line(found, today=timezone.localdate(), language=language()),
        "least": found.min_group,
        "told": told,
        "proposal": proposal,
        "may_recommend": current_actor(request).has(Role.CONTRIBUTOR),
    }
    return render(request, "consultation/consultations/proposal.html", context)


@require_safe
def computation(request: HttpRequest, number: int) -> HttpResponse:
    """Show how the results are computed, with the numbers of this consultation."""
    found = consultation_or_404(number)
    context = {
        "page": consultation_line(found, today=timezone.localdate(), language=language()),
        "told": computation_page(_published(found), language()),
    }
    return render(request, "consultation/consultations/computation.html", context)


@require_safe
def results_json(request: HttpRequest, number: int) -> HttpResponse:
    """Give what is published of a consultation as JSON."""
    text = json.dumps(
        _published(consultation_or_404(number)), ensure_ascii=False, indent=2, allow_nan=False
    )
    return _file(f"{text}\n", "application/json", f"consultation-{number}.json")


@require_safe
def results_table(request: HttpRequest, number: int) -> HttpResponse:
    """Give the votes on each proposal as CSV; no row is a person's."""
    text = results_csv(_published(consultation_or_404(number)))
    return _file(text, "text/csv; charset=utf-8", f"consultation-{number}.csv")


def _published(found: Consultation) -> dict[str, Any]:
    form = published_form(found, today=timezone.localdate())
    if form is None:
        raise Http404(_("The results are not shown yet."))
    return form


def _file(text: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
