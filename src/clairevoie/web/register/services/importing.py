"""Importing records: one transaction, streamed by batches, all or nothing unless told otherwise."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from clairevoie.register.chains import new_words, wrong_targets
from clairevoie.register.reports import Report
from clairevoie.register.statements import Body, Source, Statement, SystemRecord
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, require
from clairevoie.web.register import models as stored
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.register.services.entries import entry_values
from clairevoie.web.register.services.reading import public_statements, refresh_entries

BATCH = 500


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did; ``written`` is False when problems made it change nothing."""

    written: bool
    systems_added: int
    systems_changed: int
    statements_added: int
    statements_known: int
    bodies_added: int
    sources_added: int

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as a dictionary."""
        return {name: getattr(self, name) for name in self.__slots__}


class _NothingWritten(Exception):
    """Rolls the transaction back."""


def import_records(
    *,
    records: Iterable[SystemRecord],
    report: Report,
    actor: Actor,
    origin: str,
    keep_good: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportResult:
    """Write the records of a file into the register.

    A statement that is already there (same content) is left alone. When a system is imported again
    and the same speaker says something else under a single-valued field for the same period, the
    new statement supersedes the old one. ``report`` is the one that the reader fills: unless
    ``keep_good``, one problem in it and nothing is written. ``origin`` names the file for the
    event; ``progress`` is called with the number of systems written so far.

    Raises:
        Refused: the actor may not import.
    """
    require(actor, Role.PUBLISHER)
    writer = _Writer(report)
    try:
        with transaction.atomic():
            event = record_event(verb="import", actor=actor, data={"origin": origin})
            writer.event_id = event.id
            writer.organisation_id = actor.organisation.pk if actor.organisation else None
            stream = iter(records)
            while batch := list(islice(stream, BATCH)):
                if keep_good or report.ok:
                    writer.write(batch)
                    if progress:
                        progress(writer.systems)
            if not keep_good and not report.ok:
                raise _NothingWritten
    except _NothingWritten:
        return ImportResult(False, 0, 0, 0, 0, 0, 0)
    return writer.result()


def allocate_ids(model: type[models.Model], count: int) -> list[int]:
    """Return ``count`` new primary keys, so that rows can refer to each other before insertion."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, count],
            )
            return [row[0] for row in cursor.fetchall()]
    # Inside an IMMEDIATE transaction nobody else can take these numbers.
    highest = models.QuerySet(model).aggregate(highest=models.Max("pk"))["highest"]
    first = (highest or 0) + 1
    return list(range(first, first + count))


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows without making model instances; columns are those of the database."""
    if not rows:
        return
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})",  # noqa: S608 - names of our own columns
            rows,
        )


STATEMENT_COLUMNS = (
    "id",
    "uid",
    "system_id",
    "field",
    "value",
    "source_id",
    "speaker",
    "capacity",
    "date",
    "period",
    "locator",
    "quote",
    "language",
    "supersedes_id",
    "version",
    "event_id",
    "organisation_id",
)


class _Writer:
    """The state of one import: what it has seen and counted."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.event_id = 0
        self.organisation_id: int | None = None
        self.bodies: dict[str, tuple[int, Body]] = {}
        self.source_ids: dict[uuid.UUID, int] = {}
        self.systems_added = self.systems_changed = 0
        self.statements_added = self.statements_known = 0
        self.bodies_added = self.sources_added = 0

    @property
    def systems(self) -> int:
        return self.systems_added + self.systems_changed

    def result(self) -> ImportResult:
        return ImportResult(
            True,
            self.systems_added,
            self.systems_changed,
            self.statements_added,
            self.statements_known,
            self.bodies_added,
            self.sources_added,
        )

    def write(self, batch: Sequence[SystemRecord]) -> None:
        self._ensure_bodies(record.body for record in batch if record.body)
        sources = self._ensure_sources(batch)
        known = {
            system.slug: system
            for system in stored.System.objects.filter(slug__in=[item.id for item in batch])
        }
        new = [item for item in _merged(batch) if item.id not in known]
        self._add_systems(new, sources)
        again = [item for item in _merged(batch) if item.id in known]
        if again:
            self._update_systems(again, known, sources)

    def _ensure_bodies(self, bodies: Iterable[Body]) -> None:
        wanted = {body.id: body for body in bodies if body.id not in self.bodies}
        if not wanted:
            return
        there = set(
            stored.PublicBody.objects.filter(slug__in=wanted).values_list("slug", flat=True)
        )
        missing = [body for slug, body in wanted.items() if slug not in there]
        stored.PublicBody.objects.bulk_create(
            stored.PublicBody(
                slug=body.id,
                name=body.name,
                short_name=body.short_name,
                kind=body.kind,
                country=body.country,
                identifier=body.identifier,
                website=body.website,
            )
            for body in missing
        )
        self.bodies_added += len(missing)
        for row in stored.PublicBody.objects.filter(slug__in=wanted):
            body = wanted[row.slug]
            self.bodies[row.slug] = (row.pk, body)
            if row.name != body.name:
                self.report.warning(
                    "other_name",
                    f"the register calls the public body '{body.id}' '{row.name}': it keeps its "
                    "name",
                    column="body",
                )

    def _ensure_sources(self, batch: Sequence[SystemRecord]) -> dict[tuple[str, str], int]:
        """Return {(system, id in the file): primary key} for the sources of the batch."""
        named = {
            (record.id, source.id): (source.uid(), source)
            for record in batch
            for source in record.sources
        }
        wanted = {uid: source for uid, source in named.values() if uid not in self.source_ids}
        if wanted:
            self._add_sources(wanted)
        return {key: self.source_ids[uid] for key, (uid, _) in named.items()}

    def _add_sources(self, wanted: dict[uuid.UUID, Source]) -> None:
        there = dict(stored.Source.objects.filter(uid__in=list(wanted)).values_list("uid", "pk"))
        missing = {uid: source for uid, source in wanted.items() if uid not in there}
        now = timezone.now()
        ids = allocate_ids(stored.Source, len(missing))
        stored.Source.objects.bulk_create(
            stored.Source(
                pk=pk,
                uid=uid,
                kind=source.kind,
                title=source.title,
                publisher=source.publisher,
                url=source.url,
                date=source.date,
                digest=source.digest,
                licence=source.licence,
                recorded_at=now,
            )
            for pk, (uid, source) in zip(ids, missing.items(), strict=True)
        )
        self.sources_added += len(missing)
        self.source_ids |= there | dict(zip(missing, ids, strict=True))

    def _add_systems(
        self, records: Sequence[SystemRecord], sources: dict[tuple[str, str], int]
    ) -> None:
        if not records:
            return
        created_at = connection.ops.adapt_datetimefield_value(timezone.now())
        ids = allocate_ids(stored.System, len(records))
        insert_rows(
            stored.System,
            ("id", "slug", "body_id", "version", "created_at"),
            [
                (pk, record.id, self._body_id(record), 1, created_at)
                for pk, record in zip(ids, records, strict=True)
            ],
        )
        rows: list[tuple[Any, ...]] = []
        entries = []
        for pk, given in zip(ids, records, strict=True):
            record = self._with_right_targets(given, ())
            rows.extend(self._rows(pk, record.statements, sources, {}, version=1))
            values = entry_values(slug=record.id, body=record.body, statements=record.statements)
            entries.append((pk, self._body_id(record), self.event_id, *values.values()))
        self._insert_statements(rows)
        insert_rows(
            stored.SearchEntry, ("system_id", "body_id", "changed", *values.keys()), entries
        )
        self.systems_added += len(records)

    def _update_systems(
        self,
        records: Sequence[SystemRecord],
        known: dict[str, stored.System],
        sources: dict[tuple[str, str], int],
    ) -> None:
        existing = public_statements([known[record.id].pk for record in records], hidden=True)
        changed: list[stored.System] = []
        rows: list[tuple[Any, ...]] = []
        for record in records:
            system = known[record.id]
            there = existing.get(system.pk, [])
            source_uids = {source.id: source.uid().hex for source in record.sources}
            right = self._with_right_targets(record, there)
            fresh = new_words(right.statements, there, source_uids)
            self.statements_known += len(right.statements) - len(fresh)
            self._compare_body(system, record)
            moved = record.body is not None and system.body_id is None
            if not fresh and not moved:
                continue
            if moved:
                system.body_id = self._body_id(record)
            if fresh:
                system.version += 1
            changed.append(system)
            rows.extend(
                self._rows(system.pk, fresh, sources, self._ids_of(fresh), version=system.version)
            )
        self._insert_statements(rows)
        stored.System.objects.bulk_update(changed, ["version", "body_id"])
        refresh_entries([system.pk for system in changed], event_id=self.event_id)
        self.systems_changed += len(changed)

    def _with_right_targets(self, record: SystemRecord, there: Sequence[Statement]) -> SystemRecord:
        """Leave out, and report, what replaces a statement that the record does not hold."""
        wrong = wrong_targets(record.statements, there)
        for item in wrong:
            self.report.problem(
                "unknown_statement",
                f"replaces a statement '{item.supersedes}' that the record does not hold under "
                f"the field '{item.field}'",
                column="supersedes",
                system=record.id,
            )
        if not wrong:
            return record
        return replace(
            record, statements=tuple(item for item in record.statements if item not in wrong)
        )

    def _compare_body(self, system: stored.System, record: SystemRecord) -> None:
        if record.body and system.body_id and system.body_id != self._body_id(record):
            self.report.warning(
                "other_body",
                f"the register has this system under another public body than '{record.body.id}': "
                "it stays there",
                column="body",
                system=record.id,
            )

    def _ids_of(self, fresh: Sequence[Statement]) -> dict[str, int]:
        wanted = [uuid.UUID(item.supersedes) for item in fresh if item.supersedes]
        if not wanted:
            return {}
        found = stored.Statement.objects.filter(uid__in=wanted).values_list("uid", "pk")
        return {uid.hex: pk for uid, pk in found}

    def _rows(
        self,
        system_id: int,
        statements: Iterable[Statement],
        sources: dict[tuple[str, str], int],
        known_ids: dict[str, int],
        *,
        version: int,
    ) -> Iterator[tuple[Any, ...]]:
        for item in statements:
            yield (
                item.uid,
                system_id,
                item.field,
                item.value,
                sources[item.system, item.source] if item.source else None,
                item.speaker,
                item.capacity,
                item.date,
                item.period,
                item.locator,
                item.quote,
                item.language,
                known_ids.get(item.supersedes) or item.supersedes or None,
                version,
                self.event_id,
                self.organisation_id,
            )

    def _insert_statements(self, rows: list[tuple[Any, ...]]) -> None:
        if not rows:
            return
        ids = allocate_ids(stored.Statement, len(rows))
        by_uid = {row[0]: pk for pk, row in zip(ids, rows, strict=True)}
        supersedes = STATEMENT_COLUMNS.index("supersedes_id") - 1
        insert_rows(
            stored.Statement,
            STATEMENT_COLUMNS,
            [
                (
                    pk,
                    *row[:supersedes],
                    by_uid.get(row[supersedes])
                    if isinstance(row[supersedes], str)
                    else row[supersedes],
                    *row[supersedes + 1 :],
                )
                for pk, row in zip(ids, rows, strict=True)
            ],
        )
        self.statements_added += len(rows)

    def _body_id(self, record: SystemRecord) -> int | None:
        return self.bodies[record.body.id][0] if record.body else None


def _merged(batch: Sequence[SystemRecord]) -> list[SystemRecord]:
    """Return one record a system, without repeated statements."""
    merged: dict[str, SystemRecord] = {}
    for record in batch:
        uids = {item.uid for item in record.statements}
        earlier = merged.get(record.id)
        if earlier is None and len(uids) == len(record.statements):
            merged[record.id] = record
            continue
        items = (*(earlier.statements if earlier else ()), *record.statements)
        sources = (*(earlier.sources if earlier else ()), *record.sources)
        merged[record.id] = replace(
            record,
            body=record.body or (earlier.body if earlier else None),
            statements=tuple({item.uid: item for item in items}.values()),
            sources=tuple({item.id: item for item in sources}.values()),
        )
    return list(merged.values())
