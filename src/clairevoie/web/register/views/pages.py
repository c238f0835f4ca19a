"""Home, list and the pages that explain the register."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clairevoie.register.catalogue import GROUPS, fields_of, vocabulary_of
from clairevoie.web.register.services.overview import operator_name, overview
from clairevoie.web.register.services.search import search
from clairevoie.web.register.views.listing import list_url, listing
from clairevoie.web.register.views.query import query_string, search_query

EXAMPLES = ("Parcoursup", "allocation logement", "contrôle fiscal", "CAF")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the search box, the four doors, the register's figures and what changed last."""
    context = {"overview": overview(), "examples": EXAMPLES}
    return render(request, "register/home.html", context)


@require_safe
def system_list(request: HttpRequest) -> HttpResponse:
    """Show the systems that answer what the address asks; a page too far is the last one."""
    query = search_query(request.GET)
    result = search(query)
    if query.page > result.pages:
        result = search(replace(query, page=result.pages))
    response = render(request, "register/list.html", {"listing": listing(result)})
    response["HX-Push-Url"] = list_url(query_string(result.query))
    return response


@require_safe
def fields(request: HttpRequest) -> HttpResponse:
    """Show every field of the catalogue with its legal basis."""
    groups = [
        (group, [(item, vocabulary_of(item)) for item in fields_of(group.key)]) for group in GROUPS
    ]
    return render(request, "register/fields.html", {"groups": groups})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Show what to do when a decision concerns the reader."""
    return render(request, "register/help.html")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Show what the register is and how it computes what it shows."""
    return render(request, "register/about.html", {"operator": operator_name()})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show what is done, and not done, for accessibility."""
    return render(request, "register/accessibility.html", {"operator": operator_name()})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show what the site keeps of its visitors."""
    return render(request, "register/privacy.html", {"operator": operator_name()})
