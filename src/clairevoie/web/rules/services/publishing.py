"""Publishing rules: a new edition follows the one before, which stays."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.register.statements import is_identifier
from clairevoie.rules.model import RuleSet, RulesProblem
from clairevoie.rules.reading import read_rules
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.register.models import PublicBody, System
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.rules.models import SLUG_LENGTH, PublishedRules, RulesEdition

CONTENT_LIMIT = 20_000_000
NOTE_LIMIT = 500
PROBLEMS_SHOWN = 20


def read_content(content: bytes) -> RuleSet:
    """Return the rules of a file, as they would be published.

    Raises:
        InvalidInput: the file is too large, or is not a rule set; each problem with its place.
    """
    if len(content) > CONTENT_LIMIT:
        raise InvalidInput({"content": _("This file is too large: at most 20 MB.")})
    try:
        rules = read_rules(content)
    except RulesProblem as problem:
        lines = str(problem).splitlines()
        more = len(lines) - PROBLEMS_SHOWN
        shown = lines[:PROBLEMS_SHOWN] + ([f"… +{more}"] if more > 0 else [])
        raise InvalidInput({"content": "\n".join(shown)}) from None
    if not is_identifier(rules.id, SLUG_LENGTH):
        raise InvalidInput(
            {
                "content": _(
                    "The identifier of the rules (id) must be made of lower-case letters without "
                    "accents, digits and hyphens."
                )
            }
        )
    return rules


def is_administration(actor: Actor) -> bool:
    """Tell whether the actor publishes rules for some public body."""
    if actor.is_command:
        return True
    organisation = actor.organisation
    return (
        actor.has(Role.PUBLISHER) and organisation is not None and organisation.body_id is not None
    )


def may_publish(actor: Actor, body: PublicBody | None) -> bool:
    """Tell whether the actor publishes rules for this public body.

    Rules of no known body are the command line's alone: otherwise they would be everybody's.
    """
    if actor.is_command:
        return True
    organisation = actor.organisation
    return (
        is_administration(actor)
        and organisation is not None
        and body is not None
        and organisation.body_id == body.pk
    )


def publish_rules(
    *, actor: Actor, content: bytes, system: System | None = None, note: str = ""
) -> RulesEdition:
    """Publish a rule set, or its next edition; the same bytes again change nothing.

    Without ``system``, the record that the file names (``system``) is looked for in the register;
    there may be none. Rules belong to the public body of the system, else to that of the actor.

    Raises:
        Refused: the actor does not publish for this public body.
        InvalidInput: the file cannot be read as rules, or the note is too long.
    """
    require(actor, Role.PUBLISHER)
    rules = read_content(content)
    note = " ".join(note.split())
    if len(note) > NOTE_LIMIT:
        raise InvalidInput({"note": _("This text is too long.")})
    system = system or System.objects.select_related("body").filter(slug=rules.system).first()
    organisation = actor.organisation
    own_body = organisation.body if organisation else None
    with transaction.atomic():
        entry = PublishedRules.objects.select_for_update().filter(slug=rules.id).first()
        body = entry.body if entry else system.body if system else own_body
        foreign = system is not None and body is not None and system.body_id != body.pk
        if foreign or not may_publish(actor, body):
            raise Refused(
                _("Only the administration that uses these rules may publish them: “%(id)s”.")
                % {"id": rules.id}
            )
        latest = entry.editions.order_by("-number").defer("content").first() if entry else None
        if latest and latest.digest == rules.digest:
            return latest
        return _store(actor, rules, content, note, entry, system, body, latest)


def _store(
    actor: Actor,
    rules: RuleSet,
    content: bytes,
    note: str,
    entry: PublishedRules | None,
    system: System | None,
    body: PublicBody | None,
    latest: RulesEdition | None,
) -> RulesEdition:
    now = timezone.now()
    if entry is None:
        try:
            with transaction.atomic():
                entry = PublishedRules.objects.create(
                    slug=rules.id, system=system, body=body, created_at=now
                )
        except IntegrityError:
            raise InvalidInput(
                {"content": _("Somebody has just published rules of this name.")}
            ) from None
    elif system is not None and entry.system_id != system.pk:
        entry.system = system
        entry.save(update_fields=["system"])
    number = latest.number + 1 if latest else 1
    event = record_event(
        verb="rules.publish",
        actor=actor,
        system=system,
        data={"rules": rules.id, "edition": number, "digest": rules.digest},
    )
    return RulesEdition.objects.create(
        rules=entry,
        number=number,
        content=content,
        digest=rules.digest,
        summary=summary_of(rules),
        note=note,
        published_at=now,
        actor=actor.user,
        organisation=actor.organisation,
        event=event,
    )


def summary_of(rules: RuleSet) -> dict[str, Any]:
    """Return what a list shows of a rule set."""
    return {
        "title": dict(rules.title),
        "purpose": dict(rules.purpose),
        "body": rules.body,
        "fictitious": rules.fictitious,
        "versions": [
            {
                "id": version.id,
                "kind": version.kind,
                "from": version.start.isoformat(),
                "until": version.until.isoformat() if version.until else None,
            }
            for version in rules.versions
        ],
    }
