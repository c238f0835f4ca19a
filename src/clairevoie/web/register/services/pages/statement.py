"""One statement alone: its source, who recorded it, what it replaced, what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from clairevoie.register.catalogue import FIELD_BY_KEY
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor
from clairevoie.web.register import models as stored
from clairevoie.web.register.services.pages.fields import (
    FieldBuilder,
    ReplacedView,
    Voice,
    day_of,
)
from clairevoie.web.register.services.pages.rows import (
    Row,
    SourceLine,
    record_of,
    stands,
)
from clairevoie.web.register.services.pages.system import shown_name
from clairevoie.web.register.services.pages.wording import Shown, date_in_words, text_html
from clairevoie.web.register.services.statements import may_replace, may_reply


@dataclass(frozen=True, slots=True)
class ReplyHistory:
    """An answer, whether it still stands, and when it was given."""

    organisation: str
    text: Shown
    day: str
    replaced: bool


@dataclass(frozen=True, slots=True)
class Act:
    """A moderator's act, with its reason."""

    hidden: bool
    reason: str
    day: str


@dataclass(frozen=True, slots=True)
class StatementPage:
    """Everything that is known of a statement; no text of a hidden one nor of its replies."""

    uid: UUID
    system_name: str
    system_lang: str
    system_url: str
    field_label: str
    field_help: str
    field_url: str
    hidden: bool
    value: Shown | None
    kind: str
    voice: Voice | None
    source: SourceLine | None
    day: str
    period: str
    recorded_day: str
    recorded_by: str
    version: int
    version_url: str
    replaced: ReplacedView | None
    replaced_by: tuple[ReplacedView, ...]
    replies: tuple[ReplyHistory, ...]
    replies_hidden: int
    acts: tuple[Act, ...]
    actions: tuple[tuple[str, str], ...]


def statement_page(uid: UUID, *, actor: Actor, language: str) -> StatementPage:
    """Return the page of a statement, with what ``actor`` may do with it; four queries.

    Raises:
        Statement.DoesNotExist: no statement has this identifier.
    """
    statement = stored.Statement.objects.select_related("system__body").get(uid=uid)
    system = statement.system
    record = record_of(system)
    row = next(item for item in record.rows if item.uid == uid)
    said = row.said
    build = FieldBuilder(record.rows, language=language)
    field = FIELD_BY_KEY.get(said.field)
    name = shown_name(stands(record.rows), system.slug)
    older = build.row_of.get(said.supersedes)
    hidden = row.hidden is not None
    system_url = reverse("register:system", args=[system.slug])
    return StatementPage(
        uid=uid,
        system_name=name.value if name else system.slug,
        system_lang=build.lang(name) if name else "",
        system_url=system_url,
        field_label=field.label(language) if field else said.field,
        field_help=field.help(language) if field else "",
        field_url=f"{system_url}#{said.field}",
        hidden=hidden,
        value=None if hidden else build.shown(said),
        kind=field.kind.value if field else "",
        voice=None if hidden else build.voice([said]),
        source=None if hidden else row.source,
        day=date_in_words(said.date, language),
        period=date_in_words(said.period, language),
        recorded_day=day_of(row.at, language),
        recorded_by=row.organisation,
        version=row.version,
        version_url=reverse("register:version", args=[system.slug, row.version]),
        replaced=build.replaced(older) if older else None,
        replaced_by=tuple(
            build.replaced(item) for item in record.rows if item.said.supersedes == said.uid
        ),
        replies=() if hidden else _replies(row, language),
        replies_hidden=len(row.replies) if hidden else 0,
        acts=tuple(
            Act(act.hidden, act.reason, day_of(act.at, language)) for act in row.moderations
        ),
        actions=tuple(_actions(statement, actor, hidden=hidden)),
    )


def _actions(
    statement: stored.Statement, actor: Actor, *, hidden: bool
) -> Iterator[tuple[str, str]]:
    """Yield what the actor may do: (words, address)."""
    if may_replace(actor, statement) and not hidden:
        yield _("Replace this statement"), reverse("register:replace", args=[statement.uid])
    if may_reply(actor, statement.system) and not hidden:
        yield _("Reply to this statement"), reverse("register:reply", args=[statement.uid])
    if actor.has(Role.MODERATOR):
        words = _("Show it again") if hidden else _("Hide this statement")
        yield words, reverse("register:moderate", args=[statement.uid])


def _replies(row: Row, language: str) -> tuple[ReplyHistory, ...]:
    return tuple(
        ReplyHistory(
            reply.organisation,
            Shown(text_html(reply.text), reply.text),
            day_of(reply.at, language),
            reply.replaced,
        )
        for reply in row.replies
    )
