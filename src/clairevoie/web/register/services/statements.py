"""Saying something of a system, answering it, hiding what is unlawful."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.register import statements as ground
from clairevoie.register import values
from clairevoie.register.catalogue import FIELD_BY_KEY, VOCABULARIES
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, Refused, require
from clairevoie.web.accounts.permissions import InvalidInput as InvalidInput  # noqa: PLC0414 - said here too
from clairevoie.web.register.models import (
    Moderation,
    PublicBody,
    Reply,
    Source,
    Statement,
    System,
)
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.register.services.reading import refresh_entries

TEXT_LIMIT = values.TEXT_LIMIT
_DIGEST = re.compile(r"[0-9a-f]{64}")


class AlreadyRecorded(InvalidInput):
    """The same words of the same speaker from the same source are there: ``statement``."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        super().__init__({"value": _("This statement is already recorded.")})


def problem_sentence(problem: values.ValueProblem) -> str:
    """Return what is wrong with a value, for a person."""
    return {
        "forbidden_character": _("This text contains a control character: please retype it."),
        "replacement_character": _("This text contains “�”: it was copied in another encoding."),
        "too_long": _("This text is too long."),
        "unknown_term": _("Please choose one of the values listed."),
        "not_a_date": _("Please write a date as 2024, 2024-05 or 2024-05-31."),
        "impossible_date": _("This date does not exist."),
        "not_a_number": _("Please write a number, for example 34500000 or 12.5."),
        "not_a_url": _("Please give a web address that starts with https:// or http://."),
    }[problem.code]


def _line(
    errors: dict[str, str], name: str, text: str, *, limit: int, required: bool = False
) -> str:
    try:
        text = values.clean_text(text, limit=limit, one_line=True)
    except values.ValueProblem as problem:
        errors[name] = problem_sentence(problem)
        return ""
    if required and not text:
        errors[name] = _("This cannot be empty.")
    return text


def _date(errors: dict[str, str], name: str, text: str, *, today: date | None = None) -> str:
    if not text.strip():
        return ""
    try:
        text = values.clean_date(text)
    except values.ValueProblem as problem:
        errors[name] = problem_sentence(problem)
        return ""
    if today and values.date_bounds(text)[0] > today + timedelta(days=1):
        errors[name] = _("This date is in the future.")
    return text


def _url(errors: dict[str, str], name: str, text: str) -> str:
    if not text.strip():
        return ""
    try:
        return values.clean_url(text)
    except values.ValueProblem as problem:
        errors[name] = problem_sentence(problem)
        return ""


def _source(errors: dict[str, str], source: ground.Source) -> ground.Source:
    """Return a source as it is stored."""
    if VOCABULARIES["source_kind"].get(source.kind) is None:
        errors["source_kind"] = _("Please choose one of the values listed.")
    if source.digest and not _DIGEST.fullmatch(source.digest):
        errors["source_digest"] = _("Please give a SHA-256 as 64 hexadecimal digits.")
    return ground.Source(
        "",
        source.kind,
        _line(errors, "source_title", source.title, limit=500, required=True),
        _line(errors, "source_publisher", source.publisher, limit=500),
        _url(errors, "source_url", source.url),
        _date(errors, "source_date", source.date, today=timezone.localdate()),
        source.digest,
        _line(errors, "source_licence", source.licence, limit=200),
    )


def _store_source(clean: ground.Source) -> Source:
    """Return the stored source with this content, created if needed, inside a transaction."""
    stored, _created = Source.objects.get_or_create(
        uid=clean.uid(),
        defaults={
            "kind": clean.kind,
            "title": clean.title,
            "publisher": clean.publisher,
            "url": clean.url,
            "date": clean.date,
            "digest": clean.digest,
            "licence": clean.licence,
            "recorded_at": timezone.now(),
        },
    )
    return stored


def create_body(*, actor: Actor, body: ground.Body) -> PublicBody:
    """Add a public body; its identifier is drawn from its name when ``body`` has none.

    Raises:
        Refused: the actor may not publish.
        InvalidInput: a name is missing, something cannot be stored, or the identifier is taken.
    """
    require(actor, Role.PUBLISHER)
    errors: dict[str, str] = {}
    limits = ground.BODY_LIMITS
    name = _line(errors, "name", body.name, limit=limits["name"], required=True)
    short_name = _line(errors, "short_name", body.short_name, limit=limits["short_name"])
    identifier = _line(errors, "identifier", body.identifier, limit=limits["identifier"])
    website = _url(errors, "website", body.website)
    country = body.country.strip().upper()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        errors["country"] = _("Please give a country as two letters, such as FR.")
    if VOCABULARIES["body_kind"].get(body.kind) is None:
        errors["kind"] = _("Please choose one of the values listed.")
    slug = body.id or ground.slugify(name)
    if slug and not ground.is_identifier(slug, ground.BODY_ID_LIMIT):
        errors["id"] = _("Please use lower-case letters without accents, digits and hyphens only.")
    if slug and PublicBody.objects.filter(slug=slug).exists():
        errors["id" if body.id else "name"] = _("Another public body already has this name.")
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        record_event(verb="body.create", actor=actor, data={"body": slug})
        return PublicBody.objects.create(
            slug=slug,
            name=name,
            short_name=short_name,
            kind=body.kind,
            country=country,
            identifier=identifier,
            website=website,
        )


def create_system(
    *, actor: Actor, body: PublicBody | None, name: str, slug: str = "", **said: Any
) -> System:
    """Open the record of a system, with its name as first statement.

    An administration opens records for its own public body only; others may open one for any. The
    identifier is drawn from the name when none is given. ``said`` is what `add_statement` takes of
    the source of the name.

    Raises:
        Refused: the actor may not, or speaks for another public body.
        InvalidInput: the name is empty or the identifier is taken.
    """
    require(actor, Role.PUBLISHER)
    organisation = actor.organisation
    if organisation and organisation.body_id and organisation.body_id != (body and body.pk):
        raise Refused(_("Your organisation can only open records for its own public body."))
    errors: dict[str, str] = {}
    name = _line(errors, "name", name, limit=values.LINE_LIMIT, required=True)
    given, slug = slug, slug or ground.slugify(name, ground.SYSTEM_ID_LIMIT)
    if slug and not ground.is_identifier(slug, ground.SYSTEM_ID_LIMIT):
        errors["slug"] = _(
            "Please use lower-case letters without accents, digits and hyphens only."
        )
    if not given and body and System.objects.filter(slug=slug).exclude(body=body).exists():
        slug = ground.slugify(f"{name} {body.short_name or body.name}", ground.SYSTEM_ID_LIMIT)
    if slug and System.objects.filter(slug=slug).exists():
        errors["slug" if given else "name"] = _("There is already a record of this name.")
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        event = record_event(verb="system.create", actor=actor)
        system = System.objects.create(slug=slug, body=body, version=0, created_at=event.at)
        add_statement(actor=actor, system=system, field="name", value=name, **said)
    return system


def add_statement(
    *,
    actor: Actor,
    system: System,
    field: str,
    value: str,
    source: ground.Source | None = None,
    speaker: str = "",
    capacity: str = "",
    said_on: str = "",
    period: str = "",
    locator: str = "",
    quote: str = "",
    language: str = "",
    supersedes: uuid.UUID | None = None,
) -> Statement:
    """Record a statement and return it.

    Without ``source`` it is the organisation's own word: speaker and capacity are then its own.
    Somebody else's word needs a source. Only the organisation that recorded a statement may
    supersede it.

    Raises:
        Refused: the actor may not contribute, or may not supersede that statement.
        InvalidInput: what was given cannot be recorded, input by input.
        AlreadyRecorded: this very statement is there.
    """
    require(actor, Role.CONTRIBUTOR)
    own_name = actor.organisation.name if actor.organisation else ""
    own_capacity = actor.organisation.capacity if actor.organisation else "administration"
    errors: dict[str, str] = {}
    item = FIELD_BY_KEY.get(field)
    clean_value = ""
    if item is None:
        errors["field"] = _("This field does not exist.")
    else:
        try:
            clean_value = values.clean(item, value)
        except values.ValueProblem as problem:
            errors["value"] = problem_sentence(problem)
        if not clean_value and "value" not in errors:
            errors["value"] = _("This cannot be empty.")
    speaker = _line(errors, "speaker", speaker, limit=500) or own_name
    capacity = capacity or own_capacity
    if VOCABULARIES["capacity"].get(capacity) is None:
        errors["capacity"] = _("Please choose one of the values listed.")
    if not speaker:
        errors["speaker"] = _("Please say who says it.")
    if source is None and (speaker, capacity) != (own_name, own_capacity):
        errors["source"] = _("What somebody else says needs a source.")
    source = _source(errors, source) if source else None
    today = timezone.localdate()
    said_on = _date(errors, "said_on", said_on, today=today) or (
        source.date if source and source.date else today.isoformat()
    )
    period = _date(errors, "period", period)
    locator = _line(errors, "locator", locator, limit=200)
    try:
        quote = values.clean_text(quote, limit=TEXT_LIMIT, one_line=False)
    except values.ValueProblem as problem:
        errors["quote"] = problem_sentence(problem)
    if language and (len(language) > 5 or not language.replace("-", "").isalpha()):
        errors["language"] = _("Please give a language code such as fr or en.")
    if errors:
        raise InvalidInput(errors)

    with transaction.atomic():
        event = record_event(verb="statement.add", actor=actor, system=system)
        stored_source = _store_source(source) if source else None
        older = _superseded(actor, system, field, supersedes) if supersedes else None
        uid = uuid.UUID(
            ground.statement_uid(
                ground.Statement(
                    system.slug,
                    field,
                    clean_value,
                    speaker=speaker,
                    capacity=capacity,
                    date=said_on,
                    period=period,
                    locator=locator,
                    quote=quote,
                    supersedes=older.uid.hex if older else "",
                ),
                stored_source.uid.hex if stored_source else "",
            )
        )
        there = Statement.objects.filter(uid=uid).first()
        if there is None and older is not None:
            same = {"value": clean_value, "source": stored_source, "speaker": speaker}
            same |= {"capacity": capacity, "date": said_on, "period": period, "quote": quote}
            unchanged = Statement.objects.filter(pk=older.pk, locator=locator, **same)
            there = unchanged.first()
        if there is not None:
            raise AlreadyRecorded(there)
        version = _next_version(system)
        statement = Statement.objects.create(
            uid=uid,
            system=system,
            field=field,
            value=clean_value,
            source=stored_source,
            speaker=speaker,
            capacity=capacity,
            date=said_on,
            period=period,
            locator=locator,
            quote=quote,
            language=language,
            supersedes=older,
            version=version,
            event=event,
            organisation=actor.organisation,
        )
        refresh_entries([system.pk], event_id=event.pk)
    return statement


def add_statements(
    *, actor: Actor, system: System, texts: Sequence[str], **said: Any
) -> list[Statement]:
    """Record several values of one field, said in the same breath: all or none.

    Those that are there already are left alone. ``said`` is what `add_statement` takes.

    Raises:
        Refused, InvalidInput: as `add_statement`.
        AlreadyRecorded: every one of them is there.
    """
    added: list[Statement] = []
    known: AlreadyRecorded | None = None
    with transaction.atomic():
        for text in texts:
            try:
                added.append(add_statement(actor=actor, system=system, value=text, **said))
            except AlreadyRecorded as problem:
                known = problem
    if known is not None and not added:
        raise known
    return added


def _next_version(system: System) -> int:
    """Count one more change of the record; the clock's lock keeps two writers apart."""
    system.version = System.objects.values_list("version", flat=True).get(pk=system.pk) + 1
    System.objects.filter(pk=system.pk).update(version=system.version)
    return system.version


def may_replace(actor: Actor, statement: Statement) -> bool:
    """Tell whether the actor may replace a statement: its own organisation's words only.

    Words that were imported belong to no organisation; those that an administration said of its own
    system are its own.
    """
    if not actor.has(Role.CONTRIBUTOR):
        return False
    organisation = actor.organisation
    if actor.is_command or organisation is None:
        return actor.is_command
    if statement.organisation_id is not None:
        return statement.organisation_id == organisation.pk
    body = organisation.body
    return (
        body is not None
        and body.pk == statement.system.body_id
        and statement.capacity == organisation.capacity
        and statement.speaker in {organisation.name, body.name, body.short_name} - {""}
    )


def may_reply(actor: Actor, system: System) -> bool:
    """Tell whether the actor answers for the administration in charge of a system."""
    organisation = actor.organisation
    return (
        organisation is not None
        and organisation.body_id is not None
        and organisation.body_id == system.body_id
        and actor.has(Role.PUBLISHER)
    )


def is_hidden(statement: Statement) -> bool:
    """Tell whether a moderator has hidden a statement."""
    latest = statement.moderations.order_by("-pk").first()
    return latest is not None and latest.hidden


def visible_successor(statement: Statement) -> Statement | None:
    """Return the statement that the public sees in the place of this one, or None.

    What a moderator has hidden replaces nothing; what replaced the hidden words counts instead.
    """
    for newer in statement.superseded_by.order_by("pk"):
        found = visible_successor(newer) if is_hidden(newer) else newer
        if found is not None:
            return found
    return None


def _superseded(actor: Actor, system: System, field: str, uid: uuid.UUID) -> Statement:
    try:
        older = Statement.objects.select_related("system").get(uid=uid, system=system, field=field)
    except Statement.DoesNotExist:
        raise InvalidInput(
            {"supersedes": _("There is no such statement under this field.")}
        ) from None
    if not may_replace(actor, older):
        raise Refused(
            _(
                "Only the organisation that recorded a statement may replace it. "
                "You can reply to it."
            )
        )
    if visible_successor(older) is not None:
        raise InvalidInput({"supersedes": _("This statement has already been replaced.")})
    return older


def reply(
    *, actor: Actor, statement: Statement, text: str, supersedes: Reply | None = None
) -> Reply:
    """Publish the answer of the administration concerned to a statement about its system.

    Its reply in force to this statement, if any, is superseded: ``supersedes``, where it is given,
    is the one that its author had read.

    Raises:
        Refused: the actor does not publish for the administration in charge of the system.
        InvalidInput: the text cannot be recorded, or says what the reply in force says.
    """
    require(actor, Role.PUBLISHER)
    organisation = actor.organisation
    if organisation is None or not may_reply(actor, statement.system):
        raise Refused(_("Only the administration in charge of this system may reply."))
    if is_hidden(statement):
        raise Refused(_("This statement is hidden: there is nothing to reply to."))
    try:
        text = values.clean_text(text, limit=TEXT_LIMIT, one_line=False)
    except values.ValueProblem as problem:
        raise InvalidInput({"text": problem_sentence(problem)}) from None
    if not text:
        raise InvalidInput({"text": _("This cannot be empty.")})
    with transaction.atomic():
        event = record_event(
            verb="statement.reply",
            actor=actor,
            system=statement.system,
            data={"statement": statement.uid.hex},
        )
        earlier = statement.replies.filter(organisation=organisation).order_by("-pk").first()
        if supersedes and supersedes != earlier:
            raise InvalidInput({"supersedes": _("This is not the reply in force.")})
        if earlier and earlier.text == text:
            raise InvalidInput({"text": _("This reply is already published.")})
        answer = Reply.objects.create(
            statement=statement,
            organisation=organisation,
            text=text,
            supersedes=earlier,
            event=event,
        )
        refresh_entries([statement.system_id], event_id=event.pk)
    return answer


def moderate(*, actor: Actor, statement: Statement, hidden: bool, reason: str) -> Moderation:
    """Hide a statement that is unlawful, or show it again; the reason is public.

    Raises:
        Refused: the actor is not a moderator of the site.
        InvalidInput: there is no reason, or the statement is already so.
    """
    require(actor, Role.MODERATOR)
    errors: dict[str, str] = {}
    reason = _line(errors, "reason", reason, limit=2000, required=True)
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        event = record_event(
            verb="statement.hide" if hidden else "statement.show",
            actor=actor,
            system=statement.system,
            data={"statement": statement.uid.hex, "reason": reason},
        )
        latest = statement.moderations.order_by("-pk").first()
        if (latest.hidden if latest else False) == hidden:
            raise InvalidInput({"reason": _("This statement is already so.")})
        act = Moderation.objects.create(
            statement=statement, hidden=hidden, reason=reason, event=event
        )
        _next_version(statement.system)
        refresh_entries([statement.system_id], event_id=event.pk)
    return act
