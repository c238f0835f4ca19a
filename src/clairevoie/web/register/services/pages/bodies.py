"""Pages of public bodies: all of them, and one with its systems."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Count
from django.urls import reverse

from clairevoie.register.catalogue import VOCABULARIES
from clairevoie.register.search_text import fold
from clairevoie.web.register.models import PublicBody
from clairevoie.web.register.services.pages.figures import Figure, body_indicators, figure
from clairevoie.web.register.services.pages.lines import SystemLine, entries, lines
from clairevoie.web.register.services.pages.wording import web_address

SYSTEMS_PER_PAGE = 50
BODIES_SHOWN = 1000
LETTERS_FROM = 40
_ARTICLE = re.compile(r"^(?:l[ae]s?\b|the\b|l['’]|het\b|de\b)\s*")


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A public body in the list."""

    name: str
    short_name: str
    url: str
    systems: int


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """The bodies whose name begins with a letter; "" when a kind is not cut up."""

    letter: str
    anchor: str
    bodies: tuple[BodyLine, ...]


@dataclass(frozen=True, slots=True)
class KindGroup:
    """The bodies of a kind."""

    code: str
    label: str
    count: int
    letters: tuple[LetterGroup, ...]


@dataclass(frozen=True, slots=True)
class BodyListPage:
    """The public bodies that answer a search, by kind."""

    text: str
    total: int
    found: int
    systems: int
    kinds: tuple[KindGroup, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class BodyPage:
    """A public body, its systems and its indicators."""

    slug: str
    name: str
    short_name: str
    kind: str
    country: str
    identifier: str
    website: str
    system_count: int
    completeness: int
    figures: tuple[Figure, ...]
    lines: tuple[SystemLine, ...]
    page: int
    pages: int
    url: str
    list_url: str
    indicators_url: str


def body_list_page(text: str, language: str) -> BodyListPage:
    """Return the public bodies whose name holds every word of ``text``; one query."""
    rows = list(
        PublicBody.objects.annotate(count=Count("systems")).values_list(
            "slug", "name", "short_name", "kind", "count"
        )
    )
    words = fold(text).split()
    found = [row for row in rows if all(word in fold(f"{row[1]} {row[2]}") for word in words)]
    found.sort(key=lambda row: _sort_key(row[1]))
    shown = found[:BODIES_SHOWN]
    url = reverse("register:body", args=["slug"]).removesuffix("slug/")
    vocabulary = VOCABULARIES["body_kind"]
    kinds = []
    for term in vocabulary.terms:
        of_kind = [row for row in shown if row[3] == term.code]
        if of_kind:
            bodies = [
                BodyLine(name, short, f"{url}{slug}/", count)
                for slug, name, short, _kind, count in of_kind
            ]
            kinds.append(
                KindGroup(term.code, term.label(language), len(bodies), _letters(term.code, bodies))
            )
    return BodyListPage(
        text=text,
        total=len(rows),
        found=len(found),
        systems=sum(row[4] for row in found),
        kinds=tuple(kinds),
        cut=len(found) > BODIES_SHOWN,
    )


def _sort_key(name: str) -> str:
    return _ARTICLE.sub("", fold(name).strip())


def _letters(code: str, bodies: Sequence[BodyLine]) -> tuple[LetterGroup, ...]:
    if len(bodies) < LETTERS_FROM:
        return (LetterGroup("", "", tuple(bodies)),)

    def letter(line: BodyLine) -> str:
        first = _sort_key(line.name)[:1].upper()
        return first if first.isalpha() else "#"

    return tuple(
        LetterGroup(first, f"{code}-{first}" if first != "#" else f"{code}-0", tuple(group))
        for first, group in groupby(bodies, key=letter)
    )


def body_page(slug: str, *, page: int, today: date, language: str) -> BodyPage:
    """Return a public body with its systems by name; four queries.

    Raises:
        PublicBody.DoesNotExist: no public body has this identifier.
    """
    body = PublicBody.objects.get(slug=slug)
    found, filled = body_indicators(body, today=today)
    pages = max(1, -(-found.total // SYSTEMS_PER_PAGE))
    page = max(1, min(page, pages))
    first = (page - 1) * SYSTEMS_PER_PAGE
    systems = entries().filter(body=body).order_by("sort_key", "pk")
    return BodyPage(
        slug=slug,
        name=body.name,
        short_name=body.short_name,
        kind=VOCABULARIES["body_kind"].label(body.kind, language),
        country=body.country,
        identifier=body.identifier,
        website=web_address(body.website),
        system_count=found.total,
        completeness=filled,
        figures=tuple(figure(item, body, language) for item in found.items),
        lines=lines(systems[first : first + SYSTEMS_PER_PAGE], language),
        page=page,
        pages=pages,
        url=reverse("register:body", args=[slug]),
        list_url=f"{reverse('register:list')}?body={body.slug}",
        indicators_url=f"{reverse('register:indicators')}?administration={slug}",
    )
