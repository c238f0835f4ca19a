"""A system as one line of a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from clairevoie.register.catalogue import FIELD_BY_KEY, VOCABULARIES
from clairevoie.web.register.models import SearchEntry
from clairevoie.web.register.services.entries import FACET_FIELDS
from clairevoie.web.register.services.search import TERM_CODES


@dataclass(frozen=True, slots=True)
class SystemLine:
    """What a list says of a system."""

    name: str
    lang: str
    url: str
    summary: str
    body: str
    status: str
    percent: int
    divergences: int


def terms_of(facet: str, bits: int, language: str) -> tuple[str, ...]:
    """Return the labels of the terms that a column of bits holds."""
    vocabulary = VOCABULARIES[FIELD_BY_KEY[FACET_FIELDS[facet]].vocabulary or ""]
    return tuple(
        vocabulary.label(code, language)
        for rank, code in enumerate(TERM_CODES[facet])
        if bits & (1 << rank)
    )


def entries() -> QuerySet[SearchEntry]:
    """Return search entries with what a line needs, without their words."""
    return SearchEntry.objects.select_related("body", "system").defer("title_tokens", "text_tokens")


def system_line(entry: SearchEntry, language: str) -> SystemLine:
    """Return the line of a system."""
    foreign = entry.language and entry.language[:2] != language
    return SystemLine(
        name=entry.name,
        lang=entry.language if foreign else "",
        url=reverse("register:system", args=[entry.system.slug]),
        summary=entry.summary,
        body=(entry.body.short_name or entry.body.name) if entry.body else "",
        status=", ".join(terms_of("status", entry.status_bits, language)),
        percent=entry.completeness,
        divergences=entry.divergences,
    )


def lines_of(ids: Sequence[int], language: str) -> tuple[SystemLine, ...]:
    """Return the lines of systems, in the order given; one query."""
    found = entries().in_bulk(list(ids))
    return lines((found[pk] for pk in ids if pk in found), language)


def lines(found: Iterable[SearchEntry], language: str) -> tuple[SystemLine, ...]:
    """Return the lines of search entries."""
    return tuple(system_line(entry, language) for entry in found)
