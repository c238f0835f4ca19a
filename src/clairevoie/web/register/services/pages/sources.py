"""Pages of sources: all of them, and one with what it says of which systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from clairevoie.register.catalogue import FIELD_BY_KEY, FIELDS, VOCABULARIES
from clairevoie.web.register import models as stored
from clairevoie.web.register.services import files
from clairevoie.web.register.services.pages.fields import capacities, day_of, showers
from clairevoie.web.register.services.pages.wording import (
    Shown,
    date_in_words,
    host_of,
    web_address,
)
from clairevoie.web.register.services.reading import hidden_ids
from clairevoie.web.register.services.sources import shown_sources

SOURCES_PER_PAGE = 50
SYSTEMS_PER_PAGE = 20
_FIELD_RANK = {field.key: rank for rank, field in enumerate(FIELDS)}


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source in the list; ``systems`` and ``statements`` count what cites it."""

    title: str
    publisher: str
    kind: str
    day: str
    url: str
    systems: int
    statements: int


@dataclass(frozen=True, slots=True)
class SourceListPage:
    """The sources that answer a search."""

    text: str
    total: int
    lines: tuple[SourceView, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a source says under one field of a system."""

    label: str
    value: Shown
    speaker: str
    capacity: str
    locator: str
    quote: str
    lang: str
    url: str
    field_url: str


@dataclass(frozen=True, slots=True)
class SystemSaid:
    """What a source says of a system; ``hidden`` counts what a moderator has hidden."""

    name: str
    lang: str
    url: str
    said: tuple[Said, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A source and what it says."""

    title: str
    publisher: str
    kind: str
    day: str
    link: str
    host: str
    digest: str
    copy_url: str
    licence: str
    recorded_day: str
    systems: tuple[SystemSaid, ...]
    system_count: int
    statement_count: int
    page: int
    pages: int
    url: str


def source_list_page(text: str, *, page: int, language: str) -> SourceListPage:
    """Return one page of sources, those that are cited most first; two queries."""
    rows = shown_sources()
    for word in text.split()[:10]:
        rows = rows.filter(Q(title__icontains=word) | Q(publisher__icontains=word))
    total = rows.count()
    pages = max(1, -(-total // SOURCES_PER_PAGE))
    page = max(1, min(page, pages))
    first = (page - 1) * SOURCES_PER_PAGE
    counted = rows.annotate(
        statement_count=Count("statements"),
        system_count=Count("statements__system", distinct=True),
    ).order_by("-statement_count", "title", "pk")
    kinds = VOCABULARIES["source_kind"]
    return SourceListPage(
        text=text,
        total=total,
        lines=tuple(
            SourceView(
                row.title,
                row.publisher,
                kinds.label(row.kind, language),
                date_in_words(row.date, language),
                reverse("register:source", args=[row.uid]),
                row.system_count,
                row.statement_count,
            )
            for row in counted[first : first + SOURCES_PER_PAGE]
        ),
        page=page,
        pages=pages,
    )


def source_page(uid: UUID, *, page: int, language: str) -> SourcePage:
    """Return a source and what it says, a few systems a page; five queries.

    Raises:
        Source.DoesNotExist: no source has this identifier, or only hidden statements cite it.
    """
    source = shown_sources().get(uid=uid)
    counts = dict(
        stored.Statement.objects.filter(source=source)
        .order_by("system__entry__sort_key", "system_id")
        .values_list("system_id")
        .annotate(count=Count("pk"))
    )
    ids = list(counts)
    pages = max(1, -(-len(ids) // SYSTEMS_PER_PAGE))
    page = max(1, min(page, pages))
    shown = ids[(page - 1) * SYSTEMS_PER_PAGE : page * SYSTEMS_PER_PAGE]
    return SourcePage(
        title=source.title,
        publisher=source.publisher,
        kind=VOCABULARIES["source_kind"].label(source.kind, language),
        day=date_in_words(source.date, language),
        link=web_address(source.url),
        host=host_of(source.url) if web_address(source.url) else "",
        digest=source.digest,
        copy_url=_copy_url(source.digest),
        licence=source.licence,
        recorded_day=day_of(source.recorded_at, language),
        systems=_systems(source, shown, language),
        system_count=len(ids),
        statement_count=sum(counts.values()),
        page=page,
        pages=pages,
        url=reverse("register:source", args=[uid]),
    )


def _systems(source: stored.Source, ids: Sequence[int], language: str) -> tuple[SystemSaid, ...]:
    names = {
        pk: (slug, name or slug, lang or "")
        for pk, slug, name, lang in stored.System.objects.filter(pk__in=ids).values_list(
            "pk", "slug", "entry__name", "entry__language"
        )
    }
    out_of_sight = hidden_ids(ids)
    zero = "00000000-0000-0000-0000-000000000000"
    statement_url = reverse("register:statement", args=[zero]).replace(zero, "{}")
    show, capacity_of = showers(language), capacities(language)
    said: dict[int, list[tuple[int, Said]]] = {}
    hidden: dict[int, int] = {}
    for row in stored.Statement.objects.filter(source=source, system_id__in=ids).order_by("pk"):
        if row.pk in out_of_sight:
            hidden[row.system_id] = hidden.get(row.system_id, 0) + 1
            continue
        field = FIELD_BY_KEY.get(row.field)
        if field is None:
            continue
        system_url = reverse("register:system", args=[names[row.system_id][0]])
        foreign = bool(row.language) and row.language[:2] != language
        said.setdefault(row.system_id, []).append(
            (
                _FIELD_RANK[row.field],
                Said(
                    field.label(language),
                    show[row.field](row.value, row.language),
                    row.speaker,
                    capacity_of.get(row.capacity, row.capacity),
                    row.locator,
                    row.quote,
                    row.language if foreign else "",
                    statement_url.format(row.uid),
                    f"{system_url}#{row.field}",
                ),
            )
        )
    found = []
    for pk in ids:
        slug, name, lang = names[pk]
        items = sorted(said.get(pk, ()), key=lambda pair: pair[0])
        found.append(
            SystemSaid(
                name,
                lang if lang[:2] != language else "",
                reverse("register:system", args=[slug]),
                tuple(item for _rank, item in items),
                hidden.get(pk, 0),
            )
        )
    return tuple(found)


def _copy_url(digest: str) -> str:
    """Return where the archived copy is; "" when it is not held or may not be shown."""
    held = digest and files.find(digest) is not None and files.is_public(digest)
    return files.address(digest) if held else ""
