"""Replying to an audit, hiding it, and publishing one that was made elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import InvalidInput, Refused, require
from clairevoie.web.accounts.services import limits
from clairevoie.web.audit.forms import ReceivedForm, ReplyForm
from clairevoie.web.audit.services import publishing
from clairevoie.web.audit.services.moderating import moderate_audit
from clairevoie.web.audit.services.pages.lines import audit_line
from clairevoie.web.audit.services.reading import hiding_of, replies_to
from clairevoie.web.audit.services.receiving import publish_received
from clairevoie.web.audit.views.reading import audit_or_404, shown_or_404
from clairevoie.web.register.forms import ModerationForm
from clairevoie.web.register.models import System
from clairevoie.web.register.services.contributing import name_of
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.security import too_large_files

GET_AND_POST = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(GET_AND_POST)
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """Reply to an audit, for the administration that it is about."""
    actor = current_actor(request)
    require(actor, Role.PUBLISHER)
    found = shown_or_404(number)
    if not publishing.may_reply(actor, found):
        raise Refused(_("Only the administration that the audit is about may reply to it."))
    form = ReplyForm(request.POST or None)
    if request.method == "POST":
        limits.spend("write", str(request.user.pk))
        if form.is_valid():
            try:
                publishing.reply(actor=actor, audit=found, text=form.text("text_given"))
            except InvalidInput as problem:
                form.refuse(problem.errors, {"text": "text_given"})
            else:
                messages.success(request, _("Your reply is published."))
                return redirect("audit:audit", number)
    context = {
        "line": audit_line(found, language()),
        "form": form,
        "earlier": bool(replies_to(found)),
    }
    return render(request, "audit/reply.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def moderate(request: HttpRequest, number: int) -> HttpResponse:
    """Hide an audit that is unlawful, or show it again."""
    actor = current_actor(request)
    require(actor, Role.MODERATOR)
    found = audit_or_404(number)
    hidden = hiding_of(found) is not None
    form = ModerationForm(request.POST or None)
    if request.method == "POST":
        limits.spend("write", str(request.user.pk))
        if form.is_valid():
            try:
                moderate_audit(
                    actor=actor,
                    audit=found,
                    hidden=request.POST.get("act") == "hide",
                    reason=form.text("reason"),
                )
            except InvalidInput as problem:
                form.refuse(problem.errors)
            else:
                return redirect("audit:audit", number)
    context = {"line": audit_line(found, language()), "hidden": hidden, "form": form}
    return render(request, "audit/moderate.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def receive(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish an audit that was made elsewhere, about a system."""
    actor = current_actor(request)
    require(actor, Role.CONTRIBUTOR)
    system = get_object_or_404(System, slug=slug)
    form = ReceivedForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        limits.spend("write", str(request.user.pk))
        if "result" in too_large_files(request):
            form.add_error("result", _("This file is too large: at most 10 MB."))
        elif form.is_valid():
            try:
                done = publish_received(
                    actor=actor,
                    system=system,
                    content=form.cleaned_data["result"],
                    note=form.text("note"),
                )
            except InvalidInput as problem:
                for name, text in problem.errors.items():
                    form.add_error(name, text.splitlines())
            else:
                messages.success(request, _("The audit is published."))
                return redirect("audit:audit", done.number)
    context = {"system": system, "name": name_of(system), "form": form}
    return render(request, "audit/receive.html", context)
