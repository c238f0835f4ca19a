"""Publishing rules: check a file, read what the check finds, publish."""

from __future__ import annotations

from base64 import b64encode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clairevoie.rules.model import RuleSet
from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import InvalidInput, Refused, require
from clairevoie.web.accounts.services import limits
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.rules.forms import PublishForm
from clairevoie.web.rules.services.pages.rule_set import findings_of
from clairevoie.web.rules.services.publishing import is_administration, publish_rules, read_content
from clairevoie.web.rules.services.texts import shown


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """Check a file and show what is found; publish it once that has been read."""
    actor = current_actor(request)
    require(actor, Role.PUBLISHER)
    if not is_administration(actor):
        raise Refused(_("Only an administration publishes rules."))
    if request.method != "POST":
        return _page(request, PublishForm(), None)
    limits.spend("write", str(request.user.pk))
    form = PublishForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, None)
    try:
        content = form.content()
        rules = read_content(content)
        if "publish" not in request.POST:
            return _page(request, form, rules, content)
        edition = publish_rules(actor=actor, content=content, note=form.text("note"))
    except InvalidInput as problem:
        form.refuse(problem.errors, {"content": "file"})
        return _page(request, form, None)
    messages.success(request, _("These rules are published."))
    return redirect("rules:rule_set", edition.rules.slug)


def _page(
    request: HttpRequest, form: PublishForm, checked: RuleSet | None, content: bytes = b""
) -> HttpResponse:
    spoken = language()
    context = {
        "form": form,
        "kept": b64encode(content).decode() if checked else "",
        "title": shown(checked.title, spoken) if checked else "",
        "findings": findings_of(checked, spoken) if checked else (),
    }
    return render(request, "rules/publish.html", context)
