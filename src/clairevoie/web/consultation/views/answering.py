"""Making a recommendation, answering it, saying where it is, hiding it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clairevoie.register.catalogue.vocabularies import CAPACITY
from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.accounts.forms import PlainForm
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.accounts.services import limits
from clairevoie.web.consultation.forms import AnswerForm, ProgressForm, RecommendationForm
from clairevoie.web.consultation.models import (
    TITLE_LENGTH,
    Consultation,
    Proposal,
    ProposalState,
    Recommendation,
)
from clairevoie.web.consultation.services import answers
from clairevoie.web.consultation.services.moderating import moderate_recommendation
from clairevoie.web.consultation.services.outcomes import published_form
from clairevoie.web.consultation.services.pages.computation import proposal_in_words
from clairevoie.web.consultation.services.reading import hiding_of
from clairevoie.web.consultation.services.recommendations import Given, may_replace
from clairevoie.web.consultation.services.recommendations import recommend as make
from clairevoie.web.consultation.views.consultations import consultation_or_404
from clairevoie.web.consultation.views.recommendations import (
    number_in,
    recommendation_or_404,
    shown_or_404,
)
from clairevoie.web.register.forms import ModerationForm
from clairevoie.web.register.models import PublicBody, System
from clairevoie.web.register.services.contributing import bodies_by_name, name_of
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.sortition.models import Draw

GET_AND_POST = ["GET", "HEAD", "POST"]
Made = TypeVar("Made")


@login_required
@require_http_methods(GET_AND_POST)
def recommend(request: HttpRequest) -> HttpResponse:
    """Ask something of a public body.

    The address may name it, or one of its systems, or what a consultation said.
    """
    actor = current_actor(request)
    require(actor, Role.CONTRIBUTOR)
    if number := number_in(request.GET.get("consultation", "")):
        asked = consultation_or_404(number)
        proposal = _proposal(request, asked)
        about = About(asked.system, asked, proposal)
        start = {"body": asked.body.name if asked.body else ""} | _words(asked, proposal)
    elif number := number_in(request.GET.get("tirage", "")):
        draw = get_object_or_404(Draw.objects.select_related("system", "body"), number=number)
        about = About(draw.system, draw=draw)
        start = {"body": draw.body.name if draw.body else "", "author": draw.title}
        start |= {"capacity": "advisory"}
    else:
        system, body = _addressed(request)
        about, start = About(system), {"body": body.name if body else ""}
    return _make(request, actor, about, start | {"asked_on": timezone.localdate().isoformat()})


@login_required
@require_http_methods(GET_AND_POST)
def replace(request: HttpRequest, number: int) -> HttpResponse:
    """Make a new version of a recommendation; the earlier one stays."""
    actor = current_actor(request)
    require(actor, Role.CONTRIBUTOR)
    earlier = shown_or_404(number)
    if not may_replace(actor, earlier):
        raise Refused(_("Only the organisation that recorded a recommendation may replace it."))
    source = earlier.source
    start = {
        "body": earlier.body.name,
        "title": earlier.title,
        "text_given": earlier.text,
        "origin": earlier.origin,
        "origin_name": earlier.origin_name,
        "origin_url": earlier.origin_url,
        "source": reverse("register:source", args=[source.uid]) if source else "",
        "locator": earlier.locator,
        "quote": earlier.quote,
        "author": earlier.author,
        "capacity": earlier.capacity,
        "asked_on": timezone.localdate().isoformat(),
        "due_on": earlier.due_on,
    }
    about = About(earlier.system, earlier.consultation, earlier.proposal, earlier.draw)
    return _make(request, actor, about, start, earlier)


def _addressed(request: HttpRequest) -> tuple[System | None, PublicBody | None]:
    slug, body_slug = request.GET.get("systeme", ""), request.GET.get("administration", "")
    if slug:
        system = get_object_or_404(System.objects.select_related("body", "entry"), slug=slug)
        return (system if system.body else None), system.body
    return None, PublicBody.objects.filter(slug=body_slug).first() if body_slug else None


def _proposal(request: HttpRequest, asked: Consultation) -> Proposal | None:
    """Return the proposal that the address names, among those that are put to the vote."""
    text = request.GET.get("proposition", "")
    if not text:
        return None
    rows = Proposal.objects.filter(consultation=asked, count__state=ProposalState.OPEN)
    return get_object_or_404(rows, pk=number_in(text))


def _words(asked: Consultation, proposal: Proposal | None) -> dict[str, str]:
    """Return the words with which a recommendation from a consultation begins."""
    if proposal is None:
        return {}
    form = published_form(asked, today=timezone.localdate())
    said = proposal_in_words(form, str(proposal.pk), asked.title, language()) if form else ""
    return {"title": proposal.text[:TITLE_LENGTH], "text_given": said}


@dataclass(frozen=True, slots=True)
class About:
    """What a recommendation is about, and the consultation or panel from which it comes."""

    system: System | None
    consultation: Consultation | None = None
    proposal: Proposal | None = None
    draw: Draw | None = None


def _make(
    request: HttpRequest,
    actor: Actor,
    about: About,
    start: dict[str, Any],
    earlier: Recommendation | None = None,
) -> HttpResponse:
    spoken = language()
    form = RecommendationForm(
        request.POST or None,
        initial=start,
        of_this_site=about.consultation is not None or about.draw is not None,
        capacities=[(term.code, term.label(spoken)) for term in CAPACITY.terms],
    )

    def act() -> Recommendation:
        data = form.cleaned_data
        given = Given(
            body=data["body"],
            system=about.system,
            consultation=about.consultation,
            proposal=about.proposal,
            draw=about.draw,
            title=form.text("title"),
            text=form.text("text_given"),
            origin=form.text("origin"),
            origin_name=form.text("origin_name"),
            origin_url=form.text("origin_url"),
            source=data.get("source"),
            locator=form.text("locator"),
            quote=form.text("quote"),
            author=form.text("author"),
            capacity=form.text("capacity"),
            asked_on=form.text("asked_on"),
            due_on=data["due_on"],
        )
        return make(actor=actor, given=given, supersedes=earlier)

    if (made := done(request, form, act)) is not None:
        messages.success(request, _("The recommendation is published."))
        return redirect("consultation:recommendation", made.number)
    context = {
        "form": form,
        "earlier": earlier,
        "system": name_of(about.system) if about.system else "",
        "asked": about.consultation,
        "draw": about.draw,
        "bodies": bodies_by_name(),
    }
    return render(request, "consultation/recommendations/make.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer a recommendation, for the public body to which it is addressed."""
    actor, found = _speaker(request, number)
    form = AnswerForm(request.POST or None)

    def act() -> object:
        return answers.answer(
            actor=actor,
            recommendation=found,
            verdict=form.text("verdict"),
            reason=form.text("reason"),
            commitment=form.text("commitment"),
            promised_on=form.cleaned_data["promised_on"],
        )

    if done(request, form, act) is not None:
        messages.success(request, _("Your answer is published."))
        return redirect("consultation:recommendation", number)
    context = {"recommendation": found, "form": form, "earlier": found.answers.exists()}
    return render(request, "consultation/recommendations/answer.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """Say where a commitment is, or that it is kept, for the public body that made it."""
    actor, found = _speaker(request, number)
    if not answers.may_report(found):
        raise Refused(_("Progress is told of an accepted recommendation that is not done yet."))
    form = ProgressForm(request.POST or None)

    def act() -> object:
        return answers.report_progress(
            actor=actor,
            recommendation=found,
            text=form.text("text_given"),
            done=form.cleaned_data["done"],
            proof_url=form.text("proof_url"),
            statement=form.cleaned_data["statement"],
        )

    if done(request, form, act) is not None:
        messages.success(request, _("It is published."))
        return redirect("consultation:recommendation", number)
    context = {"recommendation": found, "form": form}
    return render(request, "consultation/recommendations/progress.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def moderate(request: HttpRequest, number: int) -> HttpResponse:
    """Hide a recommendation that is unlawful, or show it again."""
    actor = current_actor(request)
    require(actor, Role.MODERATOR)
    found = recommendation_or_404(number)
    form = ModerationForm(request.POST or None)

    def act() -> object:
        return moderate_recommendation(
            actor=actor,
            recommendation=found,
            hidden=request.POST.get("act") == "hide",
            reason=form.text("reason"),
        )

    if done(request, form, act) is not None:
        return redirect("consultation:recommendation", number)
    hidden = hiding_of(found) is not None
    context = {"recommendation": found, "hidden": hidden, "form": form}
    return render(request, "consultation/recommendations/moderate.html", context)


def _speaker(request: HttpRequest, number: int) -> tuple[Actor, Recommendation]:
    actor = current_actor(request)
    require(actor, Role.PUBLISHER)
    found = shown_or_404(number)
    if not answers.may_answer(actor, found):
        raise Refused(_("Only the public body to which it is addressed may answer."))
    return actor, found


def done(request: HttpRequest, form: PlainForm, act: Callable[[], Made]) -> Made | None:
    """Do what a form asks; ``None`` when it was not sent or cannot be done, which it then says."""
    if request.method != "POST":
        return None
    limits.spend("write", str(request.user.pk))
    if not form.is_valid():
        return None
    try:
        return act()
    except InvalidInput as problem:
        form.refuse(problem.errors, {"text": "text_given"})
        return None
