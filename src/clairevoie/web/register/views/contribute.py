"""Adding to the register, answering, hiding: pages for people who are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clairevoie.register.catalogue import FIELD_BY_KEY, Field
from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.accounts.services import limits
from clairevoie.web.register.forms import (
    INPUTS,
    KeptCopy,
    ModerationForm,
    ReplyForm,
    StatementForm,
    SystemForm,
    initial_of,
)
from clairevoie.web.register.models import Statement, System
from clairevoie.web.register.services import files
from clairevoie.web.register.services.contributing import (
    bodies_by_name,
    find_body,
    group_states,
    name_of,
    statement_summary,
)
from clairevoie.web.register.services.contributing import open_record as record_of_system
from clairevoie.web.register.services.statements import (
    AlreadyRecorded,
    add_statement,
    add_statements,
    is_hidden,
    may_replace,
    may_reply,
    moderate,
    reply,
    visible_successor,
)
from clairevoie.web.security import too_large_files

GET_AND_POST = ["GET", "HEAD", "POST"]


def _language() -> str:
    return (get_language() or "fr")[:2]


def _count_write(request: HttpRequest) -> None:
    """Count a write of this account.

    Raises:
        TooMany: its limit is reached.
    """
    limits.spend("write", str(request.user.pk))


def _to_system(system: System, field: str = "") -> HttpResponse:
    address = reverse("register:system", args=[system.slug])
    return redirect(f"{address}#{field}" if field else address)


def _statement(uid: UUID) -> Statement:
    return get_object_or_404(
        Statement.objects.select_related("system__body", "system__entry", "source"), uid=uid
    )


@require_safe
def contribute(request: HttpRequest) -> HttpResponse:
    """Say what one can do here, for whom, and how to ask for an account."""
    actor = current_actor(request)
    context = {
        "can_add": actor.has(Role.CONTRIBUTOR),
        "can_open": actor.has(Role.PUBLISHER),
        "contact": settings.CONTACT,
    }
    return render(request, "register/contribute_home.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a field of the record, then say something under it."""
    system = get_object_or_404(System.objects.select_related("body", "entry"), slug=slug)
    actor = current_actor(request)
    require(actor, Role.CONTRIBUTOR)
    item = FIELD_BY_KEY.get(request.GET.get("rubrique", ""))
    if item is None:
        context = {
            "system": system,
            "name": name_of(system),
            "groups": group_states(system),
        }
        return render(request, "register/contribute_choose.html", context)
    return _Saying(request, actor, system, item).answer()


@login_required
@require_http_methods(GET_AND_POST)
def replace(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Replace a statement of one's own organisation; the old one stays in the history."""
    statement = _statement(uid)
    actor = current_actor(request)
    if not may_replace(actor, statement):
        raise Refused(
            _(
                "Only the organisation that recorded a statement may replace it. "
                "You can reply to it."
            )
        )
    newer = visible_successor(statement)
    if newer is not None:
        messages.info(request, _("This statement has already been replaced by this one."))
        return redirect("register:statement", uid=newer.uid)
    item = FIELD_BY_KEY[statement.field]
    return _Saying(request, actor, statement.system, item, replaces=statement).answer()


@dataclass(frozen=True, slots=True)
class _Saying:
    """One visit to the page on which something is said under a field."""

    request: HttpRequest
    actor: Actor
    system: System
    item: Field
    replaces: Statement | None = None

    def answer(self) -> HttpResponse:
        """Show the form, or record what it holds."""
        form = self._form()
        if self.request.method == "POST":
            # The copy first: it must outlive the correction of any other input.
            digest = self._keep_copy(form)
            if form.is_valid():
                done = self._record(form, digest)
                if done is not None:
                    return done
        return self._page(form)

    def _form(self) -> StatementForm:
        posted = self.request.method == "POST"
        own_name = self.actor.organisation.name if self.actor.organisation else ""
        return StatementForm(
            self.item,
            self.request.POST.copy() if posted else None,
            self.request.FILES if posted else None,
            page_language=_language(),
            own_name=own_name,
            several=self.replaces is None,
            too_large="copy" in too_large_files(self.request),
            initial=initial_of(self.replaces, own_name=own_name)
            if self.replaces
            else {"origin": self._usual_origin(), "language": _language()},
        )

    def _usual_origin(self) -> str:
        organisation = self.actor.organisation
        own = organisation is not None and organisation.body_id == self.system.body_id
        return "own" if own else "source"

    def _keep_copy(self, form: StatementForm) -> str:
        """Store an uploaded copy, or find the one stored earlier; return its digest or ""."""
        upload = self.request.FILES.get("copy")
        if upload is None:
            received = form.received
            return received.digest if received else ""
        _count_write(self.request)
        try:
            stored = files.store(upload)
        except InvalidInput as problem:
            form.full_clean()
            form.refuse(problem.errors)
            return ""
        data = cast("QueryDict", form.data)
        data["kept"] = KeptCopy(stored.digest, upload.name or stored.digest).sealed()
        return stored.digest

    def _record(self, form: StatementForm, digest: str) -> HttpResponse | None:
        """Record and lead to the record, or put the errors in the form and return None."""
        if "copy" not in self.request.FILES:
            _count_write(self.request)
        said = form.said(digest)
        try:
            if self.replaces is None:
                add_statements(
                    actor=self.actor,
                    system=self.system,
                    texts=form.values(),
                    field=self.item.key,
                    **said,
                )
            else:
                add_statement(
                    actor=self.actor,
                    system=self.system,
                    value=form.values()[0],
                    field=self.item.key,
                    supersedes=self.replaces.uid,
                    **said,
                )
        except AlreadyRecorded as known:
            if self.replaces is not None and known.statement.pk == self.replaces.pk:
                form.add_error(None, _("You have not changed anything yet."))
                return None
            messages.info(
                self.request,
                _("This was already in the register, word for word: nothing was added twice."),
            )
            return _to_system(self.system, self.item.key)
        except InvalidInput as problem:
            form.refuse(problem.errors, INPUTS)
            return None
        messages.success(
            self.request,
            _("Thank you. What you said is published.")
            if self.replaces is None
            else _("The statement is replaced; the earlier one stays in the history."),
        )
        return _to_system(self.system, self.item.key)

    def _page(self, form: StatementForm) -> HttpResponse:
        context = {
            "form": form,
            "system": self.system,
            "name": name_of(self.system),
            "item": self.item,
            "replaces": statement_summary(self.replaces, _language()) if self.replaces else None,
            "there": []
            if self.replaces
            else [
                statement_summary(row, _language())
                for row in self.system.statements.filter(field=self.item.key, superseded_by=None)
                .select_related("source")
                .order_by("-pk")[:5]
                if not is_hidden(row)
            ],
        }
        return render(self.request, "register/contribute_statement.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Reply to a statement, for the administration in charge of the system."""
    statement = _statement(uid)
    actor = current_actor(request)
    if not may_reply(actor, statement.system):
        raise Refused(_("Only the administration in charge of this system may reply."))
    if is_hidden(statement):
        raise Refused(_("This statement is hidden: there is nothing to reply to."))
    earlier = statement.replies.filter(organisation=actor.organisation).order_by("-pk").first()
    form = ReplyForm(
        request.POST or None, initial={"text_given": earlier.text} if earlier else None
    )
    if request.method == "POST" and form.is_valid():
        _count_write(request)
        try:
            reply(actor=actor, statement=statement, text=form.text("text_given"))
        except InvalidInput as problem:
            form.refuse(problem.errors, {"text": "text_given"})
        else:
            messages.success(request, _("Your reply is published under the statement."))
            return _to_system(statement.system, statement.field)
    context = {
        "form": form,
        "system": statement.system,
        "name": name_of(statement.system),
        "statement": statement_summary(statement, _language()),
        "earlier": earlier,
    }
    return render(request, "register/contribute_reply.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def hide_or_show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Hide an unlawful statement, or show it again, with a public reason."""
    statement = _statement(uid)
    actor = current_actor(request)
    require(actor, Role.MODERATOR)
    hidden = is_hidden(statement)
    form = ModerationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _count_write(request)
        # What the page offered, not what it would be now: two moderators do not undo each other.
        wanted = request.POST.get("act") == "hide"
        try:
            moderate(actor=actor, statement=statement, hidden=wanted, reason=form.text("reason"))
        except InvalidInput as problem:
            form.refuse(problem.errors)
        else:
            messages.success(
                request,
                _("The statement is hidden; the reason is public.")
                if wanted
                else _("The statement is shown again; the reason is public."),
            )
            return _to_system(statement.system, statement.field)
    context = {
        "form": form,
        "hidden": hidden,
        "system": statement.system,
        "name": name_of(statement.system),
        "statement": statement_summary(statement, _language()),
    }
    return render(request, "register/contribute_moderate.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def open_record(request: HttpRequest) -> HttpResponse:
    """Open the record of a system that the register does not have."""
    actor = current_actor(request)
    require(actor, Role.PUBLISHER)
    own_body = actor.organisation.body if actor.organisation else None
    form = SystemForm(request.POST or None, page_language=_language(), own_body=own_body)
    if request.method == "POST" and form.is_valid():
        _count_write(request)
        body = own_body or find_body(form.text("body"))
        if body is None and not form.cleaned_data["add_body"]:
            form.add_error(
                "body",
                _("The register has no public body of this name. Check it, or add it below."),
            )
        else:
            try:
                system = record_of_system(
                    actor=actor,
                    name=form.text("name"),
                    body=body,
                    new_body=None if body else form.new_body(),
                )
            except InvalidInput as problem:
                form.refuse(problem.errors, SystemForm.INPUTS)
            else:
                messages.success(
                    request, _("The record is open. You can now say more about this system.")
                )
                return _to_system(system)
    context = {"form": form, "own_body": own_body, "bodies": bodies_by_name()}
    return render(request, "register/contribute_system.html", context)
