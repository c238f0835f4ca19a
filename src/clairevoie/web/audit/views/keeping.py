"""Audits of a journal, for the administration that keeps it and the observers that it lets in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clairevoie.rules.model import say
from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.accounts.models import Organisation, Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, require
from clairevoie.web.accounts.services import limits
from clairevoie.web.audit.forms import AccessForm, PlanForm, PublicationForm
from clairevoie.web.audit.models import AuditRun
from clairevoie.web.audit.services import access as allowed
from clairevoie.web.audit.services import publishing, running
from clairevoie.web.audit.services.documents import report_page
from clairevoie.web.audit.services.pages.lines import audit_line, run_line
from clairevoie.web.audit.services.pages.parts import part_in_words
from clairevoie.web.audit.services.reading import audits_of_journal
from clairevoie.web.decisions.models import Journal
from clairevoie.web.decisions.services.journals import check_publisher
from clairevoie.web.register.templatetags.site import language

GET_AND_POST = ["GET", "HEAD", "POST"]
RUNS_SHOWN = 20
PUBLIC = "publique"


def _actor(request: HttpRequest) -> Actor:
    actor = current_actor(request)
    require(actor, Role.PUBLISHER)
    return actor


def _journal(actor: Actor, slug: str) -> Journal:
    found = get_object_or_404(Journal.objects.select_related("rules__body"), slug=slug)
    allowed.require_access(actor, found)
    return found


@login_required
@require_safe
def journals(request: HttpRequest) -> HttpResponse:
    """List the journals that the organisation may audit."""
    actor = _actor(request)
    return render(request, "audit/journals.html", {"journals": allowed.journals_of(actor)})


@login_required
@require_http_methods(GET_AND_POST)
def journal(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the audits of a journal, and ask for one."""
    actor = _actor(request)
    found = _journal(actor, slug)
    form = PlanForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        limits.spend("write", str(request.user.pk))
        if form.is_valid():
            try:
                run = running.ask_audit(actor=actor, journal=found, plan=form.cleaned_data["plan"])
            except InvalidInput as problem:
                form.add_error(
                    "file" if form.cleaned_data["file"] else "plan_text",
                    problem.errors["plan"].splitlines(),
                )
            else:
                return redirect("audit:run", slug, run.pk)
    spoken = language()
    runs = (
        found.audits.select_related("organisation", "publication")
        .defer("exact", "public", "plan", "publication__content", "publication__plan")
        .order_by("-pk")[:RUNS_SHOWN]
    )
    context = {
        "journal": found,
        "form": form,
        "runs": [run_line(each, spoken) for each in runs],
        "audits": [audit_line(each, spoken) for each in audits_of_journal(found)],
        "keeps": allowed.keeps(actor, found),
    }
    return render(request, "audit/journal.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def access(request: HttpRequest, slug: str) -> HttpResponse:
    """Say which observers may audit a journal; let one in, or no longer."""
    actor = _actor(request)
    found = get_object_or_404(Journal.objects.select_related("rules__body"), slug=slug)
    if not actor.is_command:
        check_publisher(actor, found.rules)
    if request.method == "POST" and "withdraw" in request.POST:
        limits.spend("write", str(request.user.pk))
        text = request.POST["withdraw"]
        pk = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
        gone = get_object_or_404(Organisation, pk=pk)
        allowed.withdraw_access(actor=actor, journal=found, organisation=gone)
        messages.success(request, _("The access is withdrawn."))
        return redirect("audit:access", slug)
    form = AccessForm(request.POST or None, journal=found)
    if request.method == "POST":
        limits.spend("write", str(request.user.pk))
        if form.is_valid():
            try:
                organisation = form.cleaned_data["organisation"]
                allowed.give_access(actor=actor, journal=found, organisation=organisation)
            except InvalidInput as problem:
                form.refuse(problem.errors)
            else:
                messages.success(request, _("The access is given."))
                return redirect("audit:access", slug)
    context = {"journal": found, "form": form, "observers": allowed.observers_of(found)}
    return render(request, "audit/access.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def run(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show how far an audit is; once done, its exact report, or what would be published of it."""
    actor = _actor(request)
    journal = _journal(actor, slug)
    rows = AuditRun.objects.select_related("organisation", "publication").defer(
        "publication__content", "publication__plan"
    )
    found = get_object_or_404(rows, journal=journal, pk=pk)
    form = PublicationForm(request.POST or None)
    if request.method == "POST":
        limits.spend("write", str(request.user.pk))
        if "again" in request.POST:
            again = running.ask_audit(actor=actor, journal=journal, plan=found.plan.encode())
            return redirect("audit:run", slug, again.pk)
        if form.is_valid():
            try:
                done = publishing.publish_audit(actor=actor, run=found, note=form.text("note"))
            except InvalidInput as problem:
                form.refuse(problem.errors)
            else:
                messages.success(request, _("The audit is published."))
                return redirect("audit:audit", done.number)
    response = render(request, "audit/run.html", _run_context(request, actor, journal, found, form))
    response.headers["Cache-Control"] = "no-store"
    return response


def _run_context(
    request: HttpRequest, actor: Actor, journal: Journal, found: AuditRun, form: PublicationForm
) -> dict[str, object]:
    spoken = language()
    as_public = request.GET.get("vue") == PUBLIC and found.public is not None
    shown = found.public if as_public else found.exact
    publication = getattr(found, "publication", None)
    mine = actor.is_command or (
        actor.organisation is not None and actor.organisation.pk == found.organisation_id
    )
    return {
        "journal": journal,
        "run": found,
        "title": say(found.title, spoken),
        "form": form,
        "part": part_in_words(found.part),
        "under_way": found.state in running.GOING,
        "is_lost": running.is_lost(found, now=timezone.now()),
        "report": report_page(shown, spoken) if shown is not None else None,
        "as_public": as_public,
        "refusal": [say(each, spoken) for each in found.refusal],
        "apart": [say(each, spoken) for each in found.apart],
        "publication": publication,
        "is_mine": mine,
        "why_not": "" if publication or not mine else publishing.why_not(found),
        "left_out": (found.public or {}).get("left_out", {}).get("figures", 0),
    }
