"""Reading the register: from rows to the plain values of the ground floor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from clairevoie.register.chains import without_hidden
from clairevoie.register.statements import Body, Source, Statement
from clairevoie.web.register import models as stored
from clairevoie.web.register.services.entries import entry_values

_COLUMNS = (
    "id",
    "uid",
    "system_id",
    "field",
    "value",
    "source__uid",
    "speaker",
    "capacity",
    "date",
    "period",
    "locator",
    "quote",
    "language",
    "supersedes__uid",
)


def hidden_ids(system_ids: Iterable[int]) -> set[int]:
    """Return the statements of these systems that a moderator has hidden."""
    acts = (
        stored.Moderation.objects.filter(statement__system_id__in=list(system_ids))
        .order_by("pk")
        .values_list("statement_id", "hidden")
    )
    latest = dict(acts)
    return {statement_id for statement_id, hidden in latest.items() if hidden}


def body_of(row: stored.PublicBody) -> Body:
    """Return the ground floor's view of a public body."""
    return Body(
        row.slug, row.name, row.short_name, row.kind, row.country, row.identifier, row.website
    )


def source_of(row: stored.Source) -> Source:
    """Return the ground floor's view of a source; its ``id`` is its content identifier."""
    return Source(
        row.uid.hex,
        row.kind,
        row.title,
        row.publisher,
        row.url,
        row.date,
        row.digest,
        row.licence,
    )


def public_statements(
    system_ids: Sequence[int], *, hidden: bool = False
) -> dict[int, list[Statement]]:
    """Return {system: statements in the order of recording}; hidden ones only if ``hidden``.

    Each statement's ``system`` is the system's slug and ``source`` the content identifier of its
    source.
    """
    slugs = dict(stored.System.objects.filter(pk__in=system_ids).values_list("pk", "slug"))
    out_of_sight = set() if hidden else hidden_ids(system_ids)
    rows = (
        stored.Statement.objects.filter(system_id__in=system_ids)
        .order_by("pk")
        .values_list(*_COLUMNS)
    )
    found: dict[int, list[Statement]] = {}
    hidden_uids: set[str] = set()
    for row in rows:
        pk, uid, system_id, field, value, source = row[:6]
        speaker, capacity, day, period, locator, quote, language, replaced = row[6:]
        if pk in out_of_sight:
            hidden_uids.add(uid.hex)
        found.setdefault(system_id, []).append(
            Statement(
                system=slugs[system_id],
                field=field,
                value=value,
                source=source.hex if source else "",
                speaker=speaker,
                capacity=capacity,
                date=day,
                period=period,
                locator=locator,
                quote=quote,
                language=language,
                supersedes=replaced.hex if replaced else "",
                uid=uid.hex,
            )
        )
    if hidden_uids:
        return {key: without_hidden(items, hidden_uids) for key, items in found.items()}
    return found


def refresh_entries(system_ids: Sequence[int], *, event_id: int) -> None:
    """Rewrite the search entries of these systems."""
    systems: QuerySet[stored.System] = stored.System.objects.filter(
        pk__in=system_ids
    ).select_related("body")
    statements = public_statements(system_ids)
    entries = [
        stored.SearchEntry(
            system=system,
            body=system.body,
            changed=event_id,
            **entry_values(
                slug=system.slug,
                body=body_of(system.body) if system.body else None,
                statements=statements.get(system.pk, []),
            ),
        )
        for system in systems
    ]
    names = [
        column.name for column in stored.SearchEntry._meta.concrete_fields if not column.primary_key
    ]
    stored.SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["system"], update_fields=names
    )
