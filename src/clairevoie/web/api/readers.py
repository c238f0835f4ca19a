"""From what the services read to what the API answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from clairevoie.register.catalogue import FIELD_BY_KEY, FIELDS, GROUPS, vocabulary_of
from clairevoie.register.record import CORE_FIELDS, completeness, read
from clairevoie.web.api.schemas import record as given
from clairevoie.web.register import models as stored
from clairevoie.web.register.services.pages.rows import Record, Row, SourceLine, visible
from clairevoie.web.register.services.search import TERM_CODES

GROUP_BY_KEY = {group.key: group for group in GROUPS}


def system_url(slug: str, language: str = "fr") -> str:
    """Return the address of a record's page, for people."""
    with translation.override(language):
        return f"{settings.SITE_URL}{reverse('register:system', args=[slug])}"


def body_reference(row: stored.PublicBody | None) -> given.BodyReference | None:
    """Return a public body in short."""
    return given.BodyReference(slug=row.slug, name=row.name) if row else None


def body(row: stored.PublicBody) -> given.Body:
    """Return a public body."""
    return given.Body(**_body_values(row))


def body_item(row: stored.PublicBody, systems: int) -> given.BodyItem:
    """Return a public body with the number of its systems."""
    return given.BodyItem(**_body_values(row), systems=systems)


def _body_values(row: stored.PublicBody) -> dict[str, str]:
    return {
        "slug": row.slug,
        "name": row.name,
        "short_name": row.short_name,
        "kind": row.kind,
        "country": row.country,
        "identifier": row.identifier,
        "website": row.website,
    }


def source(row: stored.Source) -> given.Source:
    """Return a source."""
    return given.Source(**_source_values(row))


def source_answer(row: stored.Source, systems: list[str]) -> given.SourceAnswer:
    """Return a source with the systems that cite it."""
    return given.SourceAnswer(**_source_values(row), recorded_at=row.recorded_at, systems=systems)


def _source_values(row: stored.Source) -> dict[str, str]:
    return {
        "uid": row.uid.hex,
        "kind": row.kind,
        "title": row.title,
        "publisher": row.publisher,
        "url": row.url,
        "date": row.date,
        "digest": row.digest,
        "licence": row.licence,
    }


def _source_reference(line: SourceLine) -> given.SourceReference:
    return given.SourceReference(
        uid=line.uid.hex,
        kind=line.kind,
        title=line.title,
        publisher=line.publisher,
        url=line.url,
        date=line.date,
    )


def terms(facet: str, bits: int) -> list[str]:
    """Return the codes that a column of bits holds."""
    return [code for rank, code in enumerate(TERM_CODES[facet]) if bits & (1 << rank)]


def system_item(entry: stored.SearchEntry) -> given.SystemItem:
    """Return a system of a list."""
    slug = entry.system.slug
    return given.SystemItem(
        slug=slug,
        url=system_url(slug),
        name=entry.name,
        summary=entry.summary,
        body=body_reference(entry.body),
        status=terms("status", entry.status_bits),
        domains=terms("domains", entry.domains_bits),
        automation=terms("automation", entry.automation_bits),
        methods=terms("methods", entry.methods_bits),
        persons=terms("persons", entry.persons_bits),
        completeness=entry.completeness,
        divergences=entry.divergences,
        statements=entry.statements,
        last_said=date.fromordinal(entry.last_said).isoformat() if entry.last_said else None,
        version=entry.system.version,
        changed=entry.changed,
    )


def statement(row: Row, language: str) -> given.Statement:
    """Return a statement; nothing of the text of a hidden one."""
    said, act = row.said, row.hidden
    item = FIELD_BY_KEY.get(said.field)
    vocabulary = vocabulary_of(item) if item else None
    return given.Statement(
        uid=row.uid.hex,
        field=said.field,
        value="" if act else said.value,
        label=vocabulary.label(said.value, language) if vocabulary and not act else None,
        source=_source_reference(row.source) if row.source and not act else None,
        speaker="" if act else said.speaker,
        capacity=said.capacity,
        date=said.date,
        period=said.period,
        locator="" if act else said.locator,
        quote="" if act else said.quote,
        language=said.language,
        supersedes=said.supersedes or None,
        version=row.version,
        recorded_at=row.at,
        organisation=row.organisation or None,
        replies=[
            given.Reply(
                id=reply.pk,
                organisation=reply.organisation,
                text="" if act else reply.text,
                at=reply.at,
                replaced=reply.replaced,
            )
            for reply in row.replies
        ],
        hidden=given.Hiding(reason=act.reason, at=act.at) if act else None,
    )


def statement_answers(
    record: Record, rows: Iterable[Row], language: str
) -> list[given.StatementAnswer]:
    """Return statements of a record, each as it reads alone."""
    replaced_by: dict[str, list[str]] = {}
    for row in record.rows:
        if row.said.supersedes:
            replaced_by.setdefault(row.said.supersedes, []).append(row.uid.hex)
    return [
        given.StatementAnswer(
            **dict(statement(row, language)),
            system=record.system.slug,
            superseded_by=replaced_by.get(row.uid.hex, []),
        )
        for row in rows
    ]


def record_answer(
    record: Record, rows: Sequence[Row], *, version: int, sources: list[given.Source], language: str
) -> given.Record:
    """Return a record, given the rows of one of its versions."""
    system = record.system
    readings = read(visible(rows))
    by_uid = {row.uid.hex: row for row in rows}
    share = completeness(readings)
    name = readings["name"].standing[0].value if "name" in readings else system.slug
    return given.Record(
        slug=system.slug,
        url=system_url(system.slug, language),
        name=name,
        language=language,
        body=body(system.body) if system.body else None,
        version=version,
        latest_version=system.version,
        created_at=system.created_at,
        completeness=given.Completeness(
            percent=share.percent,
            filled=share.filled,
            total=share.total,
            groups=[
                given.GroupCompleteness(
                    group=item.group,
                    label=GROUP_BY_KEY[item.group].label(language),
                    filled=item.filled,
                    total=item.total,
                )
                for item in share.groups
            ],
        ),
        divergences=[key for key, reading in readings.items() if reading.divergent],
        missing=[
            item.key for item in FIELDS if item.key in CORE_FIELDS and item.key not in readings
        ],
        fields=[
            given.FieldReading(
                field=key,
                label=reading.field.label(language),
                group=reading.field.group,
                divergent=reading.divergent,
                statements=[statement(by_uid[item.uid], language) for item in reading.standing],
                replaced=[statement(by_uid[item.uid], language) for item in reading.replaced],
            )
            for key, reading in readings.items()
        ],
        sources=sources,
        hidden=[
            given.HiddenStatement(
                uid=row.uid.hex, field=row.said.field, reason=row.hidden.reason, at=row.hidden.at
            )
            for row in rows
            if row.hidden
        ],
    )


def event(row: stored.Event) -> given.Event:
    """Return an event; the person who acted is not named, the organisation is."""
    return given.Event(
        id=row.pk,
        at=row.at,
        verb=row.verb,
        system=row.system.slug if row.system else None,
        organisation=row.organisation.name if row.organisation else None,
        data=row.data,
    )
