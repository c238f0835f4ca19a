"""Reading published rules: the list, one rule set, what changed between two versions, the files."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.audit.services.pages.lines import audit_line
from clairevoie.web.audit.services.reading import audits_of_rules
from clairevoie.web.decisions.services.replaying import publications_of
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.register.views.paging import asked_page, page_links
from clairevoie.web.rules.models import RulesEdition
from clairevoie.web.rules.services import reading
from clairevoie.web.rules.services.pages.differences import differences_page
from clairevoie.web.rules.services.pages.listing import rules_line
from clairevoie.web.rules.services.pages.rule_set import rule_set_page, shown_version
from clairevoie.web.rules.services.publishing import may_publish
from clairevoie.web.rules.views.finding import rules_or_404

PER_PAGE = 50


@require_safe
def rules_list(request: HttpRequest) -> HttpResponse:
    """List the rules that are published."""
    pages = Paginator(reading.current_editions(), PER_PAGE)
    page = pages.get_page(asked_page(request))
    spoken, today = language(), timezone.localdate()
    context = {
        "lines": [rules_line(each, today, spoken) for each in page.object_list],
        "total": pages.count,
        "links": page_links(reverse("rules:list"), page.number, pages.num_pages),
    }
    return render(request, "rules/list.html", context)


@require_safe
def rule_set(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a rule set at the version asked for, else at that in force."""
    edition, rules = rules_or_404(slug)
    today = timezone.localdate()
    version = shown_version(rules, request.GET.get("version", ""), today)
    if version is None:
        raise Http404(_("These rules have no such version."))
    page = rule_set_page(
        edition,
        rules,
        reading.editions(edition.rules),
        version=version,
        today=today,
        language=language(),
    )
    actor = current_actor(request)
    context = {
        "page": page,
        "head": page.head,
        "publications": publications_of(edition.rules),
        "audits": [audit_line(each, language()) for each in audits_of_rules(edition.rules)],
        "may_publish": actor.user is not None and may_publish(actor, edition.rules.body),
    }
    return render(request, "rules/rule_set.html", context)


@require_safe
def differences(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what changed between two versions."""
    edition, rules = rules_or_404(slug)
    before, after = request.GET.get("de", ""), request.GET.get("a", "")
    page = differences_page(edition, rules, before, after, language())
    if page is None:
        raise Http404(_("These rules have no such version."))
    return render(request, "rules/differences.html", {"page": page, "head": page.head})


@require_safe
def content(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the file of the current edition."""
    edition, _rules = rules_or_404(slug)
    return _file(edition)


@require_safe
def edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give the file of one edition, as it was published."""
    try:
        found = reading.edition_of(slug, number)
    except RulesEdition.DoesNotExist:
        raise Http404(_("These rules have no such edition.")) from None
    return _file(found)


def _file(edition: RulesEdition) -> HttpResponse:
    slug = edition.rules.slug
    permalink = reverse("rules:edition", args=[slug, edition.number])
    return HttpResponse(
        reading.content_of(edition),
        content_type="application/yaml; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{slug}.yaml"',
            "Link": f'<{permalink}>; rel="canonical"',
            "ETag": f'"{edition.digest}"',
        },
    )
