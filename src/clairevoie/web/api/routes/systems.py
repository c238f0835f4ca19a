"""Systems: the list, a record, its statements, its history."""

from __future__ import annotations

from typing import Annotated

from django.db.models import Q
from django.http import Http404, HttpRequest
from ninja import Field, Query, Schema
from ninja.decorators import decorate_view

from clairevoie.web.api import readers
from clairevoie.web.api.conditional import conditional, register_stamp, system_stamp
from clairevoie.web.api.cursors import place_cursor, read_place, read_row, row_cursor
from clairevoie.web.api.routes import router
from clairevoie.web.api.routes.events import event_page
from clairevoie.web.api.schemas import record as given
from clairevoie.web.api.schemas.common import (
    LARGEST_VERSION,
    PAGE_DEFAULT,
    PAGE_LIMIT,
    READ_UNCHANGED,
    BodySlug,
    Cursor,
    Language,
    Limit,
    Since,
    SystemInPath,
    one_of,
)
from clairevoie.web.register.models import Event, Source, Statement, System
from clairevoie.web.register.services.pages.rows import Record, record_of, system_of, visible
from clairevoie.web.register.services.paging import systems_after
from clairevoie.web.register.services.search import (
    COMPLETENESS_BANDS,
    FACETS,
    SORTS,
    TERM_CODES,
    SearchQuery,
)
from clairevoie.web.register.views.query import TEXT_LIMIT, search_text

NOT_FILLED = "; `none` for a record that does not say"


class SystemsAsked(Schema):
    """What is asked of the list: the same search and filters as on the site."""

    q: str = Field("", max_length=TEXT_LIMIT, description="Words, in French or in English")
    body: list[BodySlug] = Field([], max_length=100, description="Public bodies in charge")
    status: list[Annotated[str, one_of(*TERM_CODES["status"], "none")]] = Field(
        [], description=f"Status{NOT_FILLED}"
    )
    domains: list[Annotated[str, one_of(*TERM_CODES["domains"], "none")]] = Field(
        [], description=f"Domains of public action{NOT_FILLED}"
    )
    automation: list[Annotated[str, one_of(*TERM_CODES["automation"], "none")]] = Field(
        [], description=f"Degree of automation{NOT_FILLED}"
    )
    methods: list[Annotated[str, one_of(*TERM_CODES["methods"], "none")]] = Field(
        [], description=f"Methods{NOT_FILLED}"
    )
    persons: list[Annotated[str, one_of(*TERM_CODES["persons"], "none")]] = Field(
        [], description=f"Persons concerned{NOT_FILLED}"
    )
    country: list[Annotated[str, one_of(*TERM_CODES["country"], "none")]] = Field(
        [], description=f"Country of the public body{NOT_FILLED}"
    )
    completeness: list[Annotated[str, one_of(*(band[0] for band in COMPLETENESS_BANDS))]] = Field(
        [], description="Share of the record that is filled, in percent"
    )
    divergence: list[Annotated[str, one_of("yes")]] = Field(
        [], description="`yes`: two voices contradict each other"
    )
    sort: Annotated[str, one_of(*SORTS)] = Field(
        SORTS[0], description="By relevance, name, latest statement or most complete record"
    )
    limit: int = Field(PAGE_DEFAULT, ge=1, le=PAGE_LIMIT, description="How many at once")
    cursor: str = Field("", description="The `next_cursor` of the part before")


def _search(asked: SystemsAsked) -> SearchQuery:
    chosen = {facet: tuple(codes) for facet in FACETS if (codes := getattr(asked, facet))}
    return SearchQuery(text=search_text(asked.q), chosen=chosen, sort=asked.sort)


@router.get(
    "/systems",
    response={200: given.SystemPage, **READ_UNCHANGED},
    tags=["systems"],
    summary="List systems",
)
@decorate_view(conditional(register_stamp))
def list_systems(request: HttpRequest, asked: Query[SystemsAsked]) -> given.SystemPage:
    """Search and filter the register; several values of one filter mean any of them."""
    query = _search(asked)
    part = systems_after(query, read_place(asked.cursor, query.sort), asked.limit)
    return given.SystemPage(
        total=part.total,
        items=[readers.system_item(entry) for entry in part.entries],
        next_cursor=place_cursor(query.sort, part.last),
    )


def find_system(slug: str) -> System:
    """Return a system.

    Raises:
        Http404: there is none.
    """
    try:
        return system_of(slug)
    except System.DoesNotExist:
        raise Http404 from None


@router.get(
    "/systems/{slug}",
    response={200: given.Record, **READ_UNCHANGED},
    tags=["systems"],
    summary="Read a record",
)
@decorate_view(conditional(system_stamp))
def read_system(
    request: HttpRequest,
    slug: SystemInPath,
    version: Annotated[
        int | None,
        Query(
            ge=1, le=LARGEST_VERSION, description="An earlier version; the latest one by default"
        ),
    ] = None,
    language: Language = "fr",
) -> given.Record:
    """Return all that is said of a system, field by field, with who says it and where.

    What a moderator has hidden is left out of every version; its trace is in `hidden`.
    """
    record = record_of(find_system(slug))
    number = version or record.system.version
    if number > record.system.version:
        raise Http404
    rows = record.at_version(number)
    uids = {item.source for item in visible(rows) if item.source}
    sources = [
        readers.source(row) for row in Source.objects.filter(uid__in=uids).order_by("date", "pk")
    ]
    return readers.record_answer(record, rows, version=number, sources=sources, language=language)


@router.get(
    "/systems/{slug}/statements",
    response={200: given.StatementPage, **READ_UNCHANGED},
    tags=["statements"],
    summary="List the statements of a record",
)
@decorate_view(conditional(system_stamp))
def list_statements(
    request: HttpRequest,
    slug: SystemInPath,
    field: Annotated[
        str, Query(max_length=40, description="Only those of this field (a key of `/fields`)")
    ] = "",
    language: Language = "fr",
    limit: Limit = PAGE_DEFAULT,
    cursor: Cursor = "",
) -> given.StatementPage:
    """Return every statement in the order of recording, also those that were replaced."""
    last = read_row(cursor, "statements")
    record: Record = record_of(find_system(slug))
    rows = [row for row in record.rows if not field or row.said.field == field]
    left = [row for row in rows if last is None or row.pk > last]
    shown = left[:limit]
    return given.StatementPage(
        total=len(rows),
        items=readers.statement_answers(record, shown, language),
        next_cursor=row_cursor("statements", shown[-1].pk if len(left) > limit else None),
    )


@router.get(
    "/systems/{slug}/events",
    response={200: given.EventPage, **READ_UNCHANGED},
    tags=["events"],
    summary="Read the history of a record",
)
@decorate_view(conditional(system_stamp))
def list_system_events(
    request: HttpRequest,
    slug: SystemInPath,
    since: Since = 0,
    limit: Limit = PAGE_LIMIT,
) -> given.EventPage:
    """Return every act on a record, oldest first, imports included."""
    system = find_system(slug)
    made = Statement.objects.filter(system=system).values("event_id")
    return event_page(Event.objects.filter(Q(system=system) | Q(pk__in=made)), since, limit)
