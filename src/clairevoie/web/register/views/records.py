"""Pages of one record: as it stands, as it stood, printed; one statement; how to ask."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.audit.services.pages.lines import audit_line
from clairevoie.web.audit.services.reading import audits_of_system
from clairevoie.web.consultation.services.pages.consultations import consultations_block
from clairevoie.web.consultation.services.pages.lines import block
from clairevoie.web.consultation.services.reading import Filters, proved_by
from clairevoie.web.register.models import Statement, System
from clairevoie.web.register.services.pages.asking import ask_page
from clairevoie.web.register.services.pages.rows import Record, record_of, system_of
from clairevoie.web.register.services.pages.statement import statement_page
from clairevoie.web.register.services.pages.system import system_page
from clairevoie.web.register.services.pages.wording import date_in_words
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.rules.services.pages.listing import system_rules
from clairevoie.web.sortition.services.pages.draws import draws_block


def record_or_404(slug: str) -> Record:
    """Return the record of a system; the page says so when there is none."""
    try:
        return record_of(system_of(slug))
    except System.DoesNotExist:
        raise Http404(_("The register has no such system.")) from None


@require_safe
def system(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the record of a system as it stands."""
    return _system(request, slug, None, "register/system.html")


@require_safe
def version(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """Show the record of a system as it stood at a version."""
    return _system(request, slug, version, "register/system.html")


@require_safe
def print_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the record of a system with everything open, for paper."""
    return _system(request, slug, None, "register/system_print.html", on_paper=True)


def _system(
    request: HttpRequest, slug: str, number: int | None, template: str, *, on_paper: bool = False
) -> HttpResponse:
    record = record_or_404(slug)
    if number is not None and not 1 <= number <= record.system.version:
        raise Http404(_("This record has no such version."))
    rows = record.rows if number is None else record.at_version(number)
    spoken = language()
    today = timezone.localdate()
    page = system_page(
        record,
        rows,
        version=record.system.version if number is None else number,
        language=spoken,
        on_paper=on_paper,
    )
    return render(
        request,
        template,
        {
            "page": page,
            "rules": system_rules(record.system.pk, today, spoken),
            "audits": [audit_line(each, spoken) for each in audits_of_system(record.system.pk)],
            "recommendations": block(
                Filters(system=record.system.slug), today=today, language=spoken
            ),
            "consultations": consultations_block(
                system=record.system.slug, today=today, language=spoken
            ),
            "draws": draws_block(system=record.system.slug, language=spoken),
            "today": date_in_words(today.isoformat(), spoken),
            "citation_url": f"{settings.SITE_URL}{page.permalink}",
        },
    )


@require_safe
def statement(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one statement alone, with what surrounds it."""
    try:
        page = statement_page(uid, actor=current_actor(request), language=language())
    except Statement.DoesNotExist:
        raise Http404(_("The register has no such statement.")) from None
    context = {"page": page, "recommendations": proved_by(uid)}
    return render(request, "register/statement.html", context)


@require_safe
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how to ask for what the record lacks."""
    try:
        page = ask_page(slug, request.GET.get("rubrique", ""), language())
    except System.DoesNotExist:
        raise Http404(_("The register has no such system.")) from None
    return render(request, "register/ask.html", {"page": page})
