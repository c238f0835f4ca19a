"""Saying something of a system, answering it, hiding what is unlawful."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.register import statements as ground
from clairevoie.register import values
from clairevoie.register.catalogue import FIELD_BY_KEY, VOCABULARIES
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, Refused, require
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


class InvalidInput(Exception):
    """What was given cannot be recorded; ``errors`` has one sentence for each input at fault."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(f"{name}: {text}" for name, text in self.errors.items()))


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


def get_or_create_source(source: ground.Source) -> Source:
    """Return the stored source with this content, created if needed, inside a transaction.

    Raises:
        InvalidInput: the source has no title, or something in it cannot be stored.
    """
    errors: dict[str, str] = {}
    title = _line(errors, "source_title", source.title, limit=500, required=True)
    publisher = _line(errors, "source_publisher", source.publisher, limit=500)
    licence = _line(errors, "source_licence", source.licence, limit=200)
    day = _date(errors, "source_date", source.date)
    url = ""
    if source.url.strip():
        try:
            url = values.clean_url(source.url)
        except values.ValueProblem as problem:
            errors["source_url"] = problem_sentence(problem)
    if VOCABULARIES["source_kind"].get(source.kind) is None:
        errors["source_kind"] = _("Please choose one of the values listed.")
    if errors:
        raise InvalidInput(errors)
    clean = ground.Source("", source.kind, title, publisher, url, day, source.digest, licence)
    stored, _created = Source.objects.get_or_create(
        uid=clean.uid(),
        defaults={
            "kind": clean.kind,
            "title": title,
            "publisher": publisher,
            "url": url,
            "date": day,
            "digest": clean.digest,
            "licence": licence,
            "recorded_at": timezone.now(),
        },
    )
    return stored


def create_body(*, actor: Actor, body: ground.Body) -> PublicBody:
    """Add a public body.

    Raises:
        Refused: the actor may not publish.
        InvalidInput: a name is missing, or the identifier is taken.
    """
    require(actor, Role.PUBLISHER)
    errors: dict[str, str] = {}
    name = _line(errors, "name", body.name, limit=500, required=True)
    if VOCABULARIES["body_kind"].get(body.kind) is None:
        errors["kind"] = _("Please choose one of the values listed.")
    if PublicBody.objects.filter(slug=body.id).exists():
        errors["id"] = _("Another public body already has this identifier.")
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        row = PublicBody.objects.create(
            slug=body.id,
            name=name,
            short_name=body.short_name,
            kind=body.kind,
            country=body.country,
            identifier=body.identifier,
            website=body.website,
        )
        record_event(verb="body.create", actor=actor, data={"body": row.slug})
    return row


def create_system(*, actor: Actor, slug: str, body: PublicBody | None, name: str) -> System:
    """Open the record of a system, with its name as first statement.

    An administration opens records for its own public body only; others may open one for any.

    Raises:
        Refused: the actor may not, or speaks for another public body.
        InvalidInput: the name is empty or the identifier is taken.
    """
    require(actor, Role.PUBLISHER)
    organisation = actor.organisation
    if organisation and organisation.body_id and body and organisation.body_id != body.pk:
        raise Refused(_("Your organisation can only open records for its own public body."))
    errors: dict[str, str] = {}
    if not slug:
        errors["slug"] = _("This cannot be empty.")
    elif System.objects.filter(slug=slug).exists():
        errors["slug"] = _("Another record already has this identifier.")
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        system = System.objects.create(slug=slug, body=body, version=0, created_at=timezone.now())
        record_event(verb="system.create", actor=actor, system=system)
        add_statement(actor=actor, system=system, field="name", value=name)
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
        stored_source = get_or_create_source(source) if source else None
        older = _superseded(actor, system, field, supersedes) if supersedes else None
        uid = ground.statement_uid(
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
            ),
            stored_source.uid.hex if stored_source else "",
        )
        if Statement.objects.filter(uid=uid).exists():
            raise InvalidInput({"value": _("This statement is already recorded.")})
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


def _next_version(system: System) -> int:
    """Count one more change of the record; the clock's lock keeps two writers apart."""
    system.version = System.objects.values_list("version", flat=True).get(pk=system.pk) + 1
    System.objects.filter(pk=system.pk).update(version=system.version)
    return system.version


def _superseded(actor: Actor, system: System, field: str, uid: uuid.UUID) -> Statement:
    try:
        older = Statement.objects.get(uid=uid, system=system, field=field)
    except Statement.DoesNotExist:
        raise InvalidInput(
            {"supersedes": _("There is no such statement under this field.")}
        ) from None
    own = actor.organisation.pk if actor.organisation else None
    if not actor.is_command and older.organisation_id != own:
        raise Refused(
            _("Only the organisation that recorded a statement may replace it. You can reply to it.")
        )
    if older.superseded_by.exists():
        raise InvalidInput({"supersedes": _("This statement has already been replaced.")})
    return older


def reply(
    *, actor: Actor, statement: Statement, text: str, supersedes: Reply | None = None
) -> Reply:
    """Publish the answer of the administration concerned to a statement about its system.

    Raises:
        Refused: the actor does not publish for the administration in charge of the system.
        InvalidInput: the text cannot be recorded.
    """
    require(actor, Role.PUBLISHER)
    organisation = actor.organisation
    if organisation is None or organisation.body_id is None:
        raise Refused(_("Only an administration may reply."))
    if statement.system.body_id != organisation.body_id:
        raise Refused(_("Only the administration in charge of this system may reply."))
    try:
        text = values.clean_text(text, limit=TEXT_LIMIT, one_line=False)
    except values.ValueProblem as problem:
        raise InvalidInput({"text": problem_sentence(problem)}) from None
    if not text:
        raise InvalidInput({"text": _("This cannot be empty.")})
    if supersedes and supersedes.organisation_id != organisation.pk:
        raise Refused(_("Only the organisation that replied may replace its reply."))
    with transaction.atomic():
        event = record_event(
            verb="statement.reply",
            actor=actor,
            system=statement.system,
            data={"statement": statement.uid.hex},
        )
        return Reply.objects.create(
            statement=statement,
            organisation=organisation,
            text=text,
            supersedes=supersedes,
            event=event,
        )


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
