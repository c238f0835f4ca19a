"""The rows of one record, read in four queries whatever the number of statements.

Everything that a page says of a system's past (a version, a day, a comparison) is computed from
these rows, so that it costs no other query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from clairevoie.register.chains import without_hidden
from clairevoie.register.record import standing
from clairevoie.register.statements import Statement
from clairevoie.web.register import models as stored


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What a page says of a source beside a statement."""

    uid: UUID
    kind: str
    title: str
    publisher: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """An answer of the administration; ``replaced`` once a later one stands for it.

    ``replaced_by`` is the number of the event of that later one, 0 without one.
    """

    pk: int
    organisation: str
    text: str
    at: datetime
    event_id: int
    replaced: bool
    replaced_by: int


@dataclass(frozen=True, slots=True)
class ModerationRow:
    """A moderator's act."""

    hidden: bool
    reason: str
    at: datetime
    event_id: int


@dataclass(frozen=True, slots=True)
class Row:
    """A statement with what surrounds it."""

    pk: int
    uid: UUID
    said: Statement
    version: int
    event_id: int
    at: datetime
    organisation: str
    source: SourceLine | None
    moderations: tuple[ModerationRow, ...] = ()
    replies: tuple[ReplyRow, ...] = ()

    @property
    def hidden(self) -> ModerationRow | None:
        """The act that hides the statement today, if one does."""
        latest = self.moderations[-1] if self.moderations else None
        return latest if latest and latest.hidden else None

    @property
    def current_replies(self) -> tuple[ReplyRow, ...]:
        """The answers that stand."""
        return tuple(reply for reply in self.replies if not reply.replaced)


@dataclass(frozen=True, slots=True)
class Version:
    """A state of the record: its number, the event that made it and when."""

    number: int
    event_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """A system and all its rows, in the order of recording."""

    system: stored.System
    rows: tuple[Row, ...]
    versions: tuple[Version, ...]

    def at_version(self, number: int) -> tuple[Row, ...]:
        """Return the rows of the record as it stood at a version, with the answers of that time.

        What a moderator hides is hidden in the past too: that is why it was hidden.
        """
        later = [item.event_id for item in self.versions if item.number > number]
        if not later:
            return self.rows
        return tuple(
            replace(
                row,
                replies=tuple(
                    replace(reply, replaced=reply.replaced_by != 0 and reply.replaced_by < later[0])
                    for reply in row.replies
                    if reply.event_id < later[0]
                ),
            )
            for row in self.rows
            if row.version <= number
        )


def visible(rows: Iterable[Row]) -> list[Statement]:
    """Return what the public may read, in the order of recording."""
    items = list(rows)
    hidden = {row.said.uid for row in items if row.hidden is not None}
    return without_hidden([row.said for row in items], hidden)


def stands(rows: Iterable[Row]) -> list[Statement]:
    """Return what the public may read and nothing has replaced."""
    return standing(visible(rows))


_COLUMNS = (
    "pk",
    "uid",
    "field",
    "value",
    "speaker",
    "capacity",
    "date",
    "period",
    "locator",
    "quote",
    "language",
    "version",
    "event_id",
    "event__at",
    "organisation__name",
    "supersedes_id",
    "source__uid",
    "source__kind",
    "source__title",
    "source__publisher",
    "source__url",
    "source__date",
)


def system_of(slug: str) -> stored.System:
    """Return a system with its body and search entry; one query.

    Raises:
        System.DoesNotExist: no system has this identifier.
    """
    return stored.System.objects.select_related("body", "entry").get(slug=slug)


def record_of(system: stored.System) -> Record:
    """Read all the rows of a system; three queries."""
    acts: dict[int, list[ModerationRow]] = {}
    for statement_id, hidden, reason, at, event_id in (
        stored.Moderation.objects.filter(statement__system=system)
        .order_by("pk")
        .values_list("statement_id", "hidden", "reason", "event__at", "event_id")
    ):
        acts.setdefault(statement_id, []).append(ModerationRow(hidden, reason, at, event_id))
    replies = _replies(system)
    found = list(
        stored.Statement.objects.filter(system=system).order_by("pk").values_list(*_COLUMNS)
    )
    uids = {item[0]: item[1].hex for item in found}
    rows = tuple(
        Row(
            pk=pk,
            uid=uid,
            said=Statement(
                system.slug,
                field,
                value,
                source[0].hex if source[0] else "",
                speaker,
                capacity,
                date,
                period,
                locator,
                quote,
                language,
                uids.get(replaced, "") if replaced else "",
                uid.hex,
            ),
            version=version,
            event_id=event_id,
            at=at,
            organisation=organisation or "",
            source=SourceLine(*source) if source[0] else None,
            moderations=tuple(acts.get(pk, ())),
            replies=replies.get(pk, ()),
        )
        for (
            pk,
            uid,
            field,
            value,
            speaker,
            capacity,
            date,
            period,
            locator,
            quote,
            language,
            version,
            event_id,
            at,
            organisation,
            replaced,
            *source,
        ) in found
    )
    return Record(system, rows, _versions(rows))


def _replies(system: stored.System) -> dict[int, tuple[ReplyRow, ...]]:
    found = list(
        stored.Reply.objects.filter(statement__system=system)
        .order_by("pk")
        .values_list(
            "pk",
            "statement_id",
            "organisation__name",
            "text",
            "event__at",
            "event_id",
            "supersedes_id",
        )
    )
    replaced = {item[6]: item[5] for item in found if item[6]}
    answers: dict[int, list[ReplyRow]] = {}
    for pk, statement_id, organisation, text, at, event_id, _earlier in found:
        answers.setdefault(statement_id, []).append(
            ReplyRow(pk, organisation, text, at, event_id, pk in replaced, replaced.get(pk, 0))
        )
    return {statement_id: tuple(items) for statement_id, items in answers.items()}


def _versions(rows: Sequence[Row]) -> tuple[Version, ...]:
    """Return every version, oldest first: each event that added statements or moderated one."""
    made: dict[int, tuple[datetime, int | None]] = {}
    for row in rows:
        for act in row.moderations:
            made.setdefault(act.event_id, (act.at, None))
    for row in rows:
        made[row.event_id] = (row.at, row.version)
    versions: list[Version] = []
    number = 0
    for event_id, (at, given) in sorted(made.items()):
        number = given if given is not None else number + 1
        versions.append(Version(number, event_id, at))
    return tuple(versions)
