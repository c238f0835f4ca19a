"""Taking part in a consultation: without an account, without JavaScript.

What opens a participation is a secret in a cookie of the browser, or in a personal link. Neither is
kept by the site, which knows a hash of it.
"""

from __future__ import annotations

from random import SystemRandom

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clairevoie.web.accounts.permissions import InvalidInput, Refused
from clairevoie.web.consultation.models import (
    Consultation,
    Participation,
    ProposalState,
    VoteValue,
)
from clairevoie.web.consultation.services import taking_part as services
from clairevoie.web.consultation.services.consulting import Phase, phase_of
from clairevoie.web.consultation.services.inviting import redeem
from clairevoie.web.consultation.services.pages.consultations import consultation_page
from clairevoie.web.consultation.services.population import answer, declared_of, to_ask
from clairevoie.web.consultation.services.proposing import propose as propose_text
from clairevoie.web.consultation.views.answering import GET_AND_POST
from clairevoie.web.consultation.views.consultations import consultation_or_404
from clairevoie.web.consultation.voting_forms import CodeForm, ProposeForm, WhoForm
from clairevoie.web.register.templatetags.site import language

_RANDOM = SystemRandom()
SECRET_LENGTH = 64
ASKED_AFTER = 3
"""Votes after which participants are asked who they are: voting comes first."""


@never_cache
@require_http_methods(GET_AND_POST)
def take_part(request: HttpRequest, number: int) -> HttpResponse:
    """Offer one proposal and take the vote on it; or let somebody begin."""
    participation = _participation(request, number)
    if participation is None:
        return _begin(request, consultation_or_404(number))
    if request.method == "POST":
        _vote(request, participation)
        return redirect("consultation:take_part", number)
    found = participation.consultation
    offered = services.offered(participation=participation, number=_RANDOM.random())
    context = {
        "asked": found,
        "open": phase_of(found, today=timezone.localdate()) is Phase.OPEN,
        "offered": offered,
        "to_ask": offered.answered >= ASKED_AFTER and to_ask(participation),
        "values": VoteValue,
    }
    return render(request, "consultation/taking_part/vote.html", context)


@never_cache
@require_http_methods(GET_AND_POST)
def own_votes(request: HttpRequest, number: int) -> HttpResponse:
    """Show one's votes and one's personal link; take a vote that is changed."""
    participation = _participation(request, number)
    if participation is None:
        consultation_or_404(number)
        return redirect("consultation:take_part", number)
    if request.method == "POST":
        _vote(request, participation)
        return redirect("consultation:own_votes", number)
    found = participation.consultation
    made = participation.proposals.select_related("count").order_by("pk")
    context = {
        "asked": found,
        "open": phase_of(found, today=timezone.localdate()) is Phase.OPEN,
        "votes": services.own_votes(participation=participation),
        "values": VoteValue,
        "made": [(each.text, ProposalState(each.count.state).label) for each in made],
        "link": settings.SITE_URL
        + reverse("consultation:come_back", args=[number, _secret(request, number)]),
    }
    return render(request, "consultation/taking_part/votes.html", context)


@never_cache
@require_http_methods(GET_AND_POST)
def propose(request: HttpRequest, number: int) -> HttpResponse:
    """Take a proposal, after having shown those that resemble it."""
    found = consultation_or_404(number)
    participation = _participation(request, number)
    if participation is None:
        return redirect("consultation:take_part", number)
    services.check_open(found)
    form = ProposeForm(request.POST or None)
    context = {
        "page": consultation_page(
            found, participants=0, today=timezone.localdate(), language=language()
        ),
        "form": form,
        "alike": (),
    }
    if request.method == "POST" and form.is_valid():
        try:
            sent = propose_text(
                consultation=found,
                participation=participation,
                text=form.text("text_given"),
                confirmed="confirm" in request.POST,
            )
        except InvalidInput as problem:
            form.refuse(problem.errors)
        else:
            if sent.proposal is not None:
                return redirect(reverse("consultation:own_votes", args=[number]) + "#made")
            context["alike"] = sent.alike
    return render(request, "consultation/taking_part/propose.html", context)


@never_cache
@require_http_methods(GET_AND_POST)
def who(request: HttpRequest, number: int) -> HttpResponse:
    """Ask participants who they are, where the organiser declared the population; once."""
    participation = _participation(request, number)
    if participation is None or not to_ask(participation):
        consultation_or_404(number)
        return redirect("consultation:take_part", number)
    found = participation.consultation
    services.check_open(found)
    form = WhoForm(request.POST or None, categories=declared_of(found))
    if request.method == "POST" and form.is_valid():
        answer(consultation=found, participation=participation, chosen=form.chosen())
        return redirect("consultation:take_part", number)
    context = {"asked": found, "form": form}
    return render(request, "consultation/taking_part/who.html", context)


@never_cache
@require_safe
def come_back(request: HttpRequest, number: int, secret: str) -> HttpResponse:
    """Open a participation by its personal link, then leave the secret out of the address."""
    consultation_or_404(number)
    if services.participation_of(number, secret) is None:
        raise Http404(_("This personal link opens no participation."))
    response = _remembering(redirect("consultation:take_part", number), number, secret)
    # Only here: a form of a page without referrer is refused by the protection against forgery.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """Forget the participation in this browser; the votes stay."""
    found = consultation_or_404(number)
    response = redirect("consultation:consultation", number)
    response.set_cookie(
        _cookie(found.number),
        max_age=0,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _begin(request: HttpRequest, found: Consultation) -> HttpResponse:
    form = CodeForm(request.POST or None)
    page = consultation_page(found, participants=0, today=timezone.localdate(), language=language())
    status = 200
    if request.method == "POST" and page.open and (not page.codes or form.is_valid()):
        try:
            began = (
                redeem(consultation=found, code=form.text("code"))
                if page.codes
                else services.begin(consultation=found)
            )
        except Refused as problem:
            form.add_error("code", str(problem))
            status = 403
        else:
            response = redirect("consultation:take_part", found.number)
            return _remembering(response, found.number, began.secret)
    context = {"page": page, "form": form}
    return render(request, "consultation/taking_part/begin.html", context, status=status)


def _vote(request: HttpRequest, participation: Participation) -> None:
    values = {str(each.value): each.value for each in VoteValue}
    services.vote(
        consultation=participation.consultation,
        participation=participation,
        token=request.POST.get("token", ""),
        value=values.get(request.POST.get("value", ""), 9),
    )


def _participation(request: HttpRequest, number: int) -> Participation | None:
    return services.participation_of(number, _secret(request, number))


def _secret(request: HttpRequest, number: int) -> str:
    secret = request.COOKIES.get(_cookie(number), "")
    return secret if len(secret) <= SECRET_LENGTH else ""


def _cookie(number: int) -> str:
    # The prefix keeps a neighbouring site from setting it.
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{prefix}participation-{number}"


def _remembering(response: HttpResponse, number: int, secret: str) -> HttpResponse:
    """Keep a secret in the browser until it is closed."""
    response.set_cookie(
        _cookie(number),
        secret,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
