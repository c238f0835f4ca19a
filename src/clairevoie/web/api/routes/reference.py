"""Public bodies, sources, statements, the catalogue and the indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Annotated
from uuid import UUID

from django.db.models import Count
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Query
from ninja.decorators import decorate_view

import clairevoie
from clairevoie.register.catalogue import FIELDS, GROUPS, VOCABULARIES
from clairevoie.web.api import readers
from clairevoie.web.api.conditional import (
    conditional,
    register_stamp,
    release_stamp,
    today_stamp,
)
from clairevoie.web.api.cursors import read_row, row_cursor
from clairevoie.web.api.routes import router
from clairevoie.web.api.schemas import record as given
from clairevoie.web.api.schemas import reference
from clairevoie.web.api.schemas.common import (
    PAGE_DEFAULT,
    READ_UNCHANGED,
    BodyInPath,
    BodySlug,
    Cursor,
    Language,
    Limit,
    UidInPath,
)
from clairevoie.web.register.models import PublicBody, Statement, System
from clairevoie.web.register.services.figures import figures
from clairevoie.web.register.services.pages.rows import record_of
from clairevoie.web.register.services.paging import rows_after
from clairevoie.web.register.services.sources import shown_sources

SYSTEMS_OF_A_SOURCE = 100


@router.get(
    "/", response={200: reference.Index, **READ_UNCHANGED}, tags=["reference"], summary="Begin"
)
@decorate_view(conditional(release_stamp))
def index(request: HttpRequest) -> reference.Index:
    """Return the addresses to begin with."""
    names = (
        "list_systems",
        "list_rules",
        "list_bodies",
        "list_sources",
        "read_fields",
        "read_indicators",
    )
    links = [
        reference.Link(name=name.split("_")[1], url=reverse(f"api:{name}"))
        for name in (*names, "list_events")
    ]
    return reference.Index(
        name="Clairevoie",
        version=clairevoie.__version__,
        links=[*links, reference.Link(name="openapi", url=reverse("api:openapi"))],
    )


@router.get(
    "/bodies",
    response={200: given.BodyPage, **READ_UNCHANGED},
    tags=["bodies"],
    summary="List public bodies",
)
@decorate_view(conditional(register_stamp))
def list_bodies(
    request: HttpRequest, limit: Limit = PAGE_DEFAULT, cursor: Cursor = ""
) -> given.BodyPage:
    """Return public bodies in the order of recording, with the number of their systems."""
    rows, last = rows_after(PublicBody.objects.all(), read_row(cursor, "bodies"), limit)
    counts = systems_of(rows)
    return given.BodyPage(
        items=[readers.body_item(row, counts.get(row.pk, 0)) for row in rows],
        next_cursor=row_cursor("bodies", last),
    )


def systems_of(bodies: Sequence[PublicBody]) -> dict[int, int]:
    """Return {public body: number of its systems}."""
    counts = (
        System.objects.filter(body__in=bodies)
        .order_by()
        .values_list("body_id")
        .annotate(number=Count("pk"))
    )
    return {pk: number for pk, number in counts if pk is not None}


def find_body(slug: str) -> PublicBody:
    """Return a public body.

    Raises:
        Http404: there is none.
    """
    found = PublicBody.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


@router.get(
    "/bodies/{slug}",
    response={200: given.BodyItem, **READ_UNCHANGED},
    tags=["bodies"],
    summary="Read a public body",
)
@decorate_view(conditional(register_stamp))
def read_body(request: HttpRequest, slug: BodyInPath) -> given.BodyItem:
    """Return a public body; its systems are at `/systems?body=`."""
    row = find_body(slug)
    return readers.body_item(row, systems_of([row]).get(row.pk, 0))


@router.get(
    "/sources",
    response={200: given.SourcePage, **READ_UNCHANGED},
    tags=["sources"],
    summary="List sources",
)
@decorate_view(conditional(register_stamp))
def list_sources(
    request: HttpRequest, limit: Limit = PAGE_DEFAULT, cursor: Cursor = ""
) -> given.SourcePage:
    """Return sources in the order of recording."""
    rows, last = rows_after(shown_sources(), read_row(cursor, "sources"), limit)
    return given.SourcePage(
        items=[readers.source(row) for row in rows], next_cursor=row_cursor("sources", last)
    )


@router.get(
    "/sources/{uid}",
    response={200: given.SourceAnswer, **READ_UNCHANGED},
    tags=["sources"],
    summary="Read a source",
)
@decorate_view(conditional(register_stamp))
def read_source(request: HttpRequest, uid: UidInPath) -> given.SourceAnswer:
    """Return a source and the records that cite it."""
    row = shown_sources().filter(uid=UUID(uid)).first()
    if row is None:
        raise Http404
    citing = System.objects.filter(
        pk__in=Statement.objects.filter(source=row).values("system_id").distinct()
    )
    slugs = list(citing.order_by("pk").values_list("slug", flat=True)[:SYSTEMS_OF_A_SOURCE])
    return readers.source_answer(row, slugs)


def find_statement(uid: str) -> Statement:
    """Return a statement with its system.

    Raises:
        Http404: there is none.
    """
    found = (
        Statement.objects.select_related("system__body", "system__entry")
        .filter(uid=UUID(uid))
        .first()
    )
    if found is None:
        raise Http404
    return found


def statement_answer(found: Statement, language: str) -> given.StatementAnswer:
    """Return a statement as it reads alone."""
    record = record_of(found.system)
    rows = [row for row in record.rows if row.pk == found.pk]
    return readers.statement_answers(record, rows, language)[0]


@router.get(
    "/statements/{uid}",
    response={200: given.StatementAnswer, **READ_UNCHANGED},
    tags=["statements"],
    summary="Read a statement",
)
@decorate_view(conditional(register_stamp))
def read_statement(
    request: HttpRequest,
    uid: UidInPath,
    language: Language = "fr",
) -> given.StatementAnswer:
    """Return one statement with its source, its replies, what it replaced and what replaced it."""
    return statement_answer(find_statement(uid), language)


@cache
def _catalogue() -> reference.Catalogue:
    return reference.Catalogue.model_validate(
        {
            "groups": [asdict(group) for group in GROUPS],
            "fields": [
                {
                    **{
                        name: getattr(item, name)
                        for name in reference.CatalogueField.model_fields
                        if name not in {"legal", "names", "kind"}
                    },
                    "kind": item.kind.value,
                    "legal": [asdict(basis) for basis in item.legal],
                    "names": dict(item.names),
                }
                for item in FIELDS
            ],
            "vocabularies": [
                {
                    "key": vocabulary.key,
                    "fr": vocabulary.fr,
                    "en": vocabulary.en,
                    "terms": [
                        {"code": term.code, "fr": term.fr, "en": term.en, "names": dict(term.names)}
                        for term in vocabulary.terms
                    ],
                }
                for vocabulary in VOCABULARIES.values()
            ],
        }
    )


@router.get(
    "/fields",
    response={200: reference.Catalogue, **READ_UNCHANGED},
    tags=["reference"],
    summary="Read the field catalogue",
)
@decorate_view(conditional(release_stamp))
def read_fields(request: HttpRequest) -> reference.Catalogue:
    """Return the groups, fields and vocabularies of the record.

    Each field has its legal basis and its name in each exchange format.
    """
    return _catalogue()


@router.get(
    "/indicators",
    response={200: reference.IndicatorsAnswer, **READ_UNCHANGED},
    tags=["reference"],
    summary="Read the indicators",
)
@decorate_view(conditional(today_stamp))
def read_indicators(
    request: HttpRequest,
    body: Annotated[
        BodySlug | None, Query(description="Only the systems of this public body")
    ] = None,
) -> reference.IndicatorsAnswer:
    """Return the indicators of one public body's systems, or of all systems, with their counts."""
    today = timezone.localdate()
    found = figures(body_id=find_body(body).pk if body else None, today=today)
    return reference.IndicatorsAnswer(
        body=body,
        day=today.isoformat(),
        total=found.total,
        items=[
            reference.Indicator(
                key=item.definition.key,
                fr=item.definition.fr,
                en=item.definition.en,
                fr_formula=item.definition.fr_formula,
                en_formula=item.definition.en_formula,
                count=item.count,
                total=item.total,
                share=item.share,
            )
            for item in found.items
        ],
        age=reference.StatementAge(
            dated=found.age.dated,
            undated=found.age.total - found.age.dated,
            first_quartile=found.age.quartiles[0] if found.age.quartiles else None,
            median=found.age.median,
            third_quartile=found.age.quartiles[2] if found.age.quartiles else None,
        ),
    )
