"""Journals and replays, for the administration that keeps them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.accounts.services import limits
from clairevoie.web.decisions.forms import DataForm, JournalForm, PublicationForm
from clairevoie.web.decisions.models import Journal, Replay, ReplayState
from clairevoie.web.decisions.services import replaying
from clairevoie.web.decisions.services.journals import declare_journal, open_to_explanation
from clairevoie.web.decisions.services.pages.findings import findings_page
from clairevoie.web.decisions.services.pages.report import report_page
from clairevoie.web.decisions.services.receiving import (
    data_file,
    declared_by,
    prepare_explanation,
    receive_data,
)
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.rules.services.publishing import is_administration
from clairevoie.web.security import too_large_files

GET_AND_POST = ["GET", "HEAD", "POST"]


def _publisher(request: HttpRequest) -> Actor:
    actor = current_actor(request)
    require(actor, Role.PUBLISHER)
    if not is_administration(actor):
        raise Refused(_("Only an administration keeps journals of decisions."))
    return actor


@login_required
@require_http_methods(GET_AND_POST)
def journals(request: HttpRequest) -> HttpResponse:
    """List the journals of the administration, and declare one."""
    actor = _publisher(request)
    form = JournalForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        limits.spend("write", str(request.user.pk))
        if form.is_valid():
            try:
                declaration = form.cleaned_data["declaration"]
                edition = declare_journal(actor=actor, declaration=declaration)
            except InvalidInput as problem:
                form.refuse(problem.errors)
            else:
                messages.success(request, _("The journal is declared."))
                return redirect("decisions:journal", edition.journal.slug)
    organisation = actor.organisation
    own = (
        Journal.objects.filter(rules__body=organisation.body)
        if organisation and organisation.body_id
        else Journal.objects.none()
    )
    context = {"form": form, "journals": own.select_related("rules").order_by("slug")}
    return render(request, "decisions/journals.html", context)


def _journal(actor: Actor, slug: str) -> Journal:
    found = get_object_or_404(Journal.objects.select_related("rules__body"), slug=slug)
    replaying.refused_unless_publisher(actor, found)
    return found


@login_required
@require_http_methods(GET_AND_POST)
def journal(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a journal: its file, its replays, whether people may have their decision explained."""
    actor = _publisher(request)
    found = _journal(actor, slug)
    form = DataForm()
    if request.method == "POST":
        limits.spend("write", str(request.user.pk))
        if "replay" in request.POST:
            done = replaying.ask_replay(actor=actor, journal=found)
            return redirect("decisions:replay", slug, done.pk)
        if "open" in request.POST or "close" in request.POST:
            return _open(request, actor, found, is_open="open" in request.POST)
        form = DataForm(request.POST, request.FILES)
        if "file" in too_large_files(request):
            form.add_error("file", _("This file is too large: at most 20 MB."))
        elif form.is_valid():
            try:
                receive_data(actor=actor, journal=found, chunks=form.cleaned_data["file"].chunks())
            except InvalidInput as problem:
                form.refuse(problem.errors, {"data": "file"})
            else:
                messages.success(request, _("The file is in place."))
                return redirect("decisions:journal", slug)
    context = {
        "journal": found,
        "form": form,
        "edition": replaying.latest_edition(found),
        "has_data": _has_data(found),
        "replays": found.replays.defer("report", "public", "findings").order_by("-pk")[:20],
    }
    return render(request, "decisions/journal.html", context)


def _has_data(found: Journal) -> bool:
    try:
        return data_file(found, declared_by(found)).is_file()
    except InvalidInput:
        return False


def _open(request: HttpRequest, actor: Actor, found: Journal, *, is_open: bool) -> HttpResponse:
    if is_open:
        prepare_explanation(found, day=timezone.localdate())
    open_to_explanation(actor=actor, journal=found, is_open=is_open)
    if is_open:
        messages.success(request, _("People can have their decisions explained."))
    else:
        messages.success(request, _("Decisions of this journal are no longer explained here."))
    return redirect("decisions:journal", found.slug)


@login_required
@require_http_methods(GET_AND_POST)
def replay(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show how far a replay is; once done, its exact report, and what would be published of it."""
    actor = _publisher(request)
    journal = _journal(actor, slug)
    found = get_object_or_404(Replay.objects.select_related("publication"), journal=journal, pk=pk)
    form = PublicationForm(request.POST or None)
    if request.method == "POST":
        limits.spend("write", str(request.user.pk))
        if form.is_valid():
            try:
                done = replaying.publish_replay(actor=actor, replay=found, note=form.text("note"))
            except InvalidInput as problem:
                form.refuse(problem.errors)
            else:
                messages.success(request, _("The report is published."))
                return redirect("decisions:publication", journal.rules.slug, done.number)
    context = {
        "journal": journal,
        "replay": found,
        "form": form,
        "under_way": found.state in {ReplayState.WAITING, ReplayState.RUNNING},
        "is_lost": replaying.is_lost(found, now=timezone.now()),
        "report": _report(found.report, journal),
        "findings": findings_page(found.findings or {}, language()),
        "publication": getattr(found, "publication", None),
        "withheld": (found.public or {}).get("hidden", 0),
    }
    response = render(request, "decisions/replay.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _report(form: object, journal: Journal) -> object:
    return (
        report_page(form, slug=journal.rules.slug, language=language())
        if isinstance(form, dict)
        else None
    )
