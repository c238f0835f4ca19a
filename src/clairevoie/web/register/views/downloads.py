"""Files to take away: the list in every format, one record, the whole catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clairevoie.register.catalogue import FIELD_BY_KEY
from clairevoie.register.exchange import FORMATS, Format
from clairevoie.web.register.models import System
from clairevoie.web.register.services.exporting import export, losses
from clairevoie.web.register.services.loss_words import loss_sentence
from clairevoie.web.register.services.search import SearchQuery, all_ids
from clairevoie.web.register.views.query import query_string, search_query

# What follows the point in an address, and the format that it is.
EXTENSIONS = {
    "csv": "csv",
    "xlsx": "xlsx",
    "json": "clairevoie",
    "jsonld": "dcat",
    "statements-csv": "statements-csv",
    "statements-xlsx": "statements-xlsx",
    "etalab": "etalab",
    "nl": "nl",
    "atrs": "atrs",
    "aiact": "aiact",
}
ASK_LOSSES = "pertes"


def _format(extension: str) -> Format:
    found = FORMATS.get(EXTENSIONS.get(extension, ""))
    if found is None or found.write is None:
        raise Http404(_("The register is not written in this format."))
    return found


def _language() -> str:
    return "fr" if get_language() == "fr" else "en"


def _file(kind: Format, system_ids: Sequence[int], name: str, losses_url: str) -> HttpResponseBase:
    charset = "; charset=utf-8" if kind.media_type.startswith("text/") else ""
    suffix = "" if kind.key in {"csv", "xlsx", "clairevoie", "dcat"} else f"-{kind.key}"
    filename = f"{name}-{timezone.localdate().isoformat()}{suffix}.{kind.extension}"
    return StreamingHttpResponse(
        export(kind.key, system_ids, language=_language()),
        content_type=f"{kind.media_type}{charset}",
        headers={
            "Content-Disposition": f'attachment; filename="{filename}"',
            "Link": f'<{losses_url}>; rel="describedby"; type="text/html"',
            "Cache-Control": "no-cache",
            "X-Accel-Buffering": "no",
        },
    )


@dataclass(frozen=True, slots=True)
class LossLine:
    """What a format leaves out, in words."""

    field: str
    sentence: str
    count: int


def _losses_page(
    request: HttpRequest, kind: Format, system_ids: Sequence[int], title: str, back: str
) -> HttpResponse:
    language = _language()
    report = losses(kind.key, system_ids, language=language)
    lines = [
        LossLine(_column(loss.column, language), loss_sentence(loss.message), loss.count)
        for loss in report.losses
    ]
    warnings = [
        LossLine(item.column, loss_sentence(item.examples[0].message), item.count)
        for item in report.warnings
        if item.examples
    ]
    context = {
        "title": title,
        "format": kind.label(language),
        "systems": report.systems or len(system_ids),
        "statements": report.statements,
        "lines": lines,
        "warnings": warnings,
        "file_url": request.path + (f"?{back}" if back else ""),
        "list_url": reverse("register:list") + (f"?{back}" if back else ""),
    }
    return render(request, "register/losses.html", context)


def _column(key: str, language: str) -> str:
    field = FIELD_BY_KEY.get(key)
    return field.label(language) if field else key


@require_safe
def export_list(request: HttpRequest, extension: str) -> HttpResponseBase:
    """Give the file of exactly what the list shows, all pages; ``?pertes=1`` what it leaves out."""
    kind = _format(extension)
    query = search_query(request.GET)
    asked = query_string(query, page=1)
    if request.GET.get(ASK_LOSSES):
        return _losses_page(request, kind, all_ids(query), _("Systems"), asked)
    losses_url = f"{request.path}?{asked}{'&' if asked else ''}{ASK_LOSSES}=1"
    ids = [] if request.method == "HEAD" else all_ids(query)
    return _file(kind, ids, "clairevoie", losses_url)


@require_safe
def export_system(request: HttpRequest, slug: str, extension: str) -> HttpResponseBase:
    """Give the file of one record; ``?pertes=1`` what it leaves out."""
    kind = _format(extension)
    system = System.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if system is None:
        raise Http404(_("The register has no such system."))
    if request.GET.get(ASK_LOSSES):
        return _losses_page(request, kind, [system], slug, "")
    return _file(kind, [system], slug, f"{request.path}?{ASK_LOSSES}=1")


@require_safe
def dcat_catalogue(request: HttpRequest) -> HttpResponseBase:
    """Give the whole register as a DCAT catalogue, for open-data portals."""
    kind = _format("jsonld")
    url = reverse("register:export", args=["jsonld"])
    ids = [] if request.method == "HEAD" else all_ids(SearchQuery(sort="name"))
    response = _file(kind, ids, "clairevoie", f"{url}?{ASK_LOSSES}=1")
    response["Content-Disposition"] = "inline"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@dataclass(frozen=True, slots=True)
class Offer:
    """A format that the results can be taken away in."""

    label: str
    url: str
    losses_url: str


@require_safe
def formats(request: HttpRequest) -> HttpResponse:
    """Show every format in which what the list shows can be taken away."""
    query = search_query(request.GET)
    asked = query_string(query, page=1)
    language = _language()
    offers = []
    for extension, key in EXTENSIONS.items():
        url = reverse("register:export", args=[extension])
        offers.append(
            Offer(
                FORMATS[key].label(language),
                url + (f"?{asked}" if asked else ""),
                f"{url}?{asked}{'&' if asked else ''}{ASK_LOSSES}=1",
            )
        )
    context = {
        "offers": offers,
        "total": len(all_ids(query)),
        "list_url": reverse("register:list") + (f"?{asked}" if asked else ""),
    }
    return render(request, "register/formats.html", context)
