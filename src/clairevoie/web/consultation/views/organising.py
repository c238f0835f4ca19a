"""Organising a consultation: opening it, its first proposals, its codes, its moderation."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, Refused, require
from clairevoie.web.consultation.models import Consultation, Proposal, ProposalState
from clairevoie.web.consultation.services import inviting, opening, proposing
from clairevoie.web.consultation.services.consulting import proposals_in
from clairevoie.web.consultation.services.crowds import crowds_of
from clairevoie.web.consultation.services.pages.consultations import consultation_page, crowds_block
from clairevoie.web.consultation.services.tallying import participants_of
from clairevoie.web.consultation.views.answering import GET_AND_POST, done
from clairevoie.web.consultation.views.consultations import consultation_or_404
from clairevoie.web.consultation.voting_forms import (
    POLICY,
    CloseForm,
    ConsultationForm,
    DecideForm,
    InviteForm,
    SeedForm,
)
from clairevoie.web.register.services.contributing import bodies_by_name
from clairevoie.web.register.templatetags.site import language


@login_required
@require_http_methods(GET_AND_POST)
def open_one(request: HttpRequest) -> HttpResponse:
    """Open a consultation."""
    actor = current_actor(request)
    require(actor, Role.PUBLISHER)
    start = {"opens_on": timezone.localdate(), "policy": str(POLICY), "audience": "open"}
    start |= {
        "moderation": "before",
        "body": request.GET.get("administration", ""),
        "system": request.GET.get("systeme", ""),
    }
    form = ConsultationForm(request.POST or None, initial=start)

    def act() -> Consultation:
        data = form.cleaned_data
        names = ("body", "system", "opens_on", "closes_on", "audience", "moderation")
        more = {name: data[name] for name in (*names, "results_on", "results_from", "min_group")}
        asking = opening.Asking(
            title=form.text("title"),
            question=form.text("question"),
            text=form.text("text_given"),
            policy=form.text("policy"),
            population=form.text("population"),
            **more,
        )
        return opening.open_consultation(actor=actor, asking=asking)

    if (made := done(request, form, act)) is not None:
        messages.success(request, _("The consultation is published. Now add some proposals."))
        return redirect("consultation:organise", made.number)
    context = {"form": form, "bodies": bodies_by_name()}
    return render(request, "consultation/organising/open.html", context)


@never_cache
@login_required
@require_http_methods(GET_AND_POST)
def organise(request: HttpRequest, number: int) -> HttpResponse:
    """Add proposals, make codes, read what participants propose, close early."""
    found = consultation_or_404(number)
    actor = current_actor(request)
    mine = opening.may_organise(actor, found)
    if not proposing.may_moderate(actor, found):
        raise Refused(_("Only the organiser and the moderators of the site may do this."))
    asked = request.POST.get("act", "")
    seeds = SeedForm(request.POST if asked == "seed" else None)
    invites = InviteForm(
        request.POST if asked == "invite" else None, request.FILES if asked == "invite" else None
    )
    closing = CloseForm(request.POST if asked == "close" else None)
    if asked == "seed":
        made = done(
            request,
            seeds,
            lambda: proposing.seed(actor=actor, consultation=found, texts=seeds.lines()),
        )
        if made is not None:
            text = ngettext(
                "%(count)s proposal is put to the vote.",
                "%(count)s proposals are put to the vote.",
                len(made),
            )
            messages.success(request, text % {"count": len(made)})
            return redirect("consultation:organise", number)
    elif asked == "invite":
        codes = done(
            request,
            invites,
            lambda: inviting.invite(
                actor=actor, consultation=found, labels=invites.cleaned_data["file"]
            ),
        )
        if codes is not None:
            return _codes(found, codes)
    elif asked == "close":
        closed = done(
            request,
            closing,
            lambda: opening.close_consultation(
                actor=actor, consultation=found, reason=closing.text("reason")
            ),
        )
        if closed is not None:
            return redirect("consultation:consultation", number)
    context = _organising(found, actor)
    context |= {"mine": mine, "seeds": seeds, "invites": invites, "closing": closing}
    return render(request, "consultation/organising/organise.html", context)


def _organising(found: Consultation, actor: Actor) -> dict[str, object]:
    used, total = inviting.used_of(found)
    seen = crowds_of(found)
    return {
        "crowds": None if seen is None else crowds_block(seen, language()),
        "page": consultation_page(
            found,
            participants=participants_of(found),
            today=timezone.localdate(),
            language=language(),
        ),
        "waiting": proposals_in(found, ProposalState.WAITING),
        "open": proposals_in(found, ProposalState.OPEN),
        "removed": proposals_in(found, ProposalState.REFUSED, ProposalState.HIDDEN),
        "used": used,
        "total": total,
    }


@login_required
@require_http_methods(GET_AND_POST)
def decide(request: HttpRequest, number: int, proposal: int) -> HttpResponse:
    """Put a proposal to the vote, refuse it, or hide its text."""
    found = consultation_or_404(number)
    actor = current_actor(request)
    if not proposing.may_moderate(actor, found):
        raise Refused(_("Only the organiser and the moderators of the site may do this."))
    row = (
        Proposal.objects.select_related("count", "consultation")
        .filter(consultation=found, pk=proposal)
        .first()
    )
    if row is None:
        raise Http404(_("This consultation has no such proposal."))
    form = DecideForm(request.POST or None)

    def act() -> object:
        return proposing.decide(
            actor=actor,
            proposal=row,
            state=request.POST.get("state", ""),
            reason=form.text("reason"),
        )

    if done(request, form, act) is not None:
        messages.success(request, _("It is published."))
        return redirect("consultation:organise", number)
    context = {"number": number, "title": found.title, "proposal": row, "form": form}
    return render(request, "consultation/organising/decide.html", context)


def _codes(found: Consultation, codes: Sequence[inviting.Code]) -> HttpResponse:
    """Return the list with its codes, as a file that nobody can read a second time."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="invitations-{found.number}.csv"'
    )
    response.headers["Cache-Control"] = "no-store"
    response.write("\ufeff")
    address = settings.SITE_URL + reverse("consultation:take_part", args=[found.number])
    writer = csv.writer(response, delimiter=";")
    writer.writerow([_("person"), _("code"), _("address")])
    writer.writerows([_unformula(each.label), each.code, address] for each in codes)
    return response


def _unformula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
