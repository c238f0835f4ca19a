"""« Expliquer ma décision »: a reference and a code in, an explanation out. Nothing is kept."""

from __future__ import annotations

import logging
import math

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from clairevoie.decisions.model import JournalProblem
from clairevoie.letters.engine import LetterProblem
from clairevoie.web.accounts.services.limits import TooMany
from clairevoie.web.explanation.forms import AskForm
from clairevoie.web.explanation.services.asking import Opened, open_decision
from clairevoie.web.explanation.services.letter import document_pdf
from clairevoie.web.explanation.services.telling import tell
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.rules.services.pages.rule_set import head_of

logger = logging.getLogger("clairevoie.explanation")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a reference and a code; explain the decision that they open."""
    if request.method != "POST":
        return render(request, "explanation/ask.html", {"form": AskForm()})
    form = AskForm(request.POST)
    opened = _opened(request, form)
    return opened if isinstance(opened, HttpResponse) else _explanation(request, form, opened)


@sensitive_post_parameters()
@never_cache
@require_POST
def letter(request: HttpRequest) -> HttpResponse:
    """Give the explanation as a document (PDF); the reference and the code are asked for again."""
    form = AskForm(request.POST)
    opened = _opened(request, form)
    if isinstance(opened, HttpResponse):
        return opened
    told = tell(opened, language=language())
    if told.explained is None:
        return _explanation(request, form, opened)
    try:
        pdf = document_pdf(told, reference=form.text("reference"), today=timezone.localdate())
    except LetterProblem:
        # Its sentence may quote what the letter says.
        logger.error("a letter of explanation cannot be set")
        return _again(request, form, status=503, broken=True)
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="explication.pdf"'},
    )


def _opened(request: HttpRequest, form: AskForm) -> Opened | HttpResponse:
    """Return the decision, or the page that says why there is none."""
    if not form.is_valid():
        return _again(request, form)
    try:
        found = open_decision(form.text("reference"), form.text("code"), day=timezone.localdate())
    except TooMany as refusal:
        minutes = max(1, math.ceil(refusal.retry_after / 60))
        response = _again(request, form, status=429, minutes=minutes)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response
    except JournalProblem:
        # What it says may name a person's file: the log has only that it happened.
        logger.error("a journal open to explanation, or one of its keys, cannot be read")
        return _again(request, form, status=503, broken=True)
    if found is None:
        form.add_error(None, _("This reference and this code do not go together."))
        return _again(request, form)
    return found


def _again(
    request: HttpRequest,
    form: AskForm,
    *,
    status: int = 200,
    minutes: int = 0,
    broken: bool = False,
) -> HttpResponse:
    context = {"form": form, "minutes": minutes, "broken": broken}
    return render(request, "explanation/ask.html", context, status=status)


def _explanation(request: HttpRequest, form: AskForm, opened: Opened) -> HttpResponse:
    told = tell(opened, language=language())
    context = {
        "told": told,
        "head": head_of(told.edition, told.rules, language()),
        "result": told.explained,
        "reference": form.text("reference"),
        "code": form.text("code"),
    }
    return render(request, "explanation/explained.html", context)
