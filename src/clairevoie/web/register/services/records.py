"""From rows back to the ground floor's records, a batch at a time, for exports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from uuid import UUID

from clairevoie.register.statements import Source, SystemRecord
from clairevoie.web.register import models as stored
from clairevoie.web.register.services.reading import body_of, public_statements, source_of

BATCH = 250


def system_records(system_ids: Iterable[int]) -> Iterator[SystemRecord]:
    """Yield the public record of each system, in the order given; hidden statements are left out.

    Five queries for `BATCH` systems; no more than a batch is in memory.
    """
    for batch in record_batches(system_ids):
        yield from batch


def record_batches(system_ids: Iterable[int]) -> Iterator[list[SystemRecord]]:
    """Yield the same records, batch by batch."""
    numbers = iter(system_ids)
    while batch := list(islice(numbers, BATCH)):
        yield _records(batch)


def _records(system_ids: Sequence[int]) -> list[SystemRecord]:
    systems = stored.System.objects.select_related("body").in_bulk(system_ids)
    statements = public_statements(system_ids)
    sources = _sources(item.source for items in statements.values() for item in items)
    records = []
    for pk in system_ids:
        if pk not in systems:
            continue
        system, said = systems[pk], statements.get(pk, [])
        cited = dict.fromkeys(item.source for item in said if item.source)
        records.append(
            SystemRecord(
                system.slug,
                body_of(system.body) if system.body else None,
                tuple(said),
                tuple(sources[uid] for uid in cited),
            )
        )
    return records


def _sources(uids: Iterable[str]) -> dict[str, Source]:
    wanted = [UUID(uid) for uid in set(uids) if uid]
    rows = stored.Source.objects.filter(uid__in=wanted)
    return {row.uid.hex: source_of(row) for row in rows}
