"""Journals: what they declare, where their files are, which are open to explanation."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.decisions import model as ground
from clairevoie.decisions.csv_source import python_encoding
from clairevoie.decisions.keys import Key, read_keys
from clairevoie.decisions.reading import read_journal
from clairevoie.register.statements import is_identifier
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.decisions.models import SLUG_LENGTH, Journal, JournalEdition
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.rules.models import PublishedRules
from clairevoie.web.rules.services.publishing import may_publish


@dataclass(frozen=True, slots=True)
class OpenJournal:
    """A journal whose decisions may be explained to who holds their letters.

    ``folder`` is where its files are; ``rules_slug`` names the published rules that it applies.
    """

    slug: str
    rules_slug: str
    declaration: ground.Journal
    folder: Path


def folder_of(journal: Journal) -> Path:
    """Return the folder of a journal's files."""
    return Path(settings.JOURNALS_ROOT) / journal.directory


def declare_journal(*, actor: Actor, declaration: bytes, directory: str = "") -> JournalEdition:
    """Record what a journal declares, or its next declaration; the same again changes nothing.

    Args:
        actor: who declares it, for the administration that publishes the rules.
        declaration: the YAML of the journal; its identifier names it.
        directory: the folder of its files under ``journals/``; the identifier when left out.

    Raises:
        Refused: the actor does not publish the rules of this journal.
        InvalidInput: the declaration cannot be read, or its rules are not published.
    """
    require(actor, Role.PUBLISHER)
    try:
        declared = read_journal(declaration)
        if declared.data.kind == "csv":
            python_encoding(declared.data.encoding)
    except ground.JournalProblem as problem:
        raise InvalidInput({"declaration": str(problem)}) from None
    directory = directory or declared.id
    if not (is_identifier(declared.id, SLUG_LENGTH) and is_identifier(directory, SLUG_LENGTH)):
        raise InvalidInput(
            {"declaration": _("The identifier must be made of letters, digits and hyphens.")}
        )
    rules = PublishedRules.objects.select_related("system", "body").filter(slug=declared.rules)
    with transaction.atomic():
        published = rules.first()
        if published is None:
            raise InvalidInput(
                {"declaration": _("The rules “%(id)s” are not published.") % {"id": declared.rules}}
            )
        check_publisher(actor, published)
        journal, _created = Journal.objects.select_for_update().get_or_create(
            slug=declared.id,
            defaults={
                "rules": published,
                "directory": directory,
                "created_at": timezone.now(),
            },
        )
        if journal.rules_id != published.pk:
            raise InvalidInput({"declaration": _("Another journal already has this name.")})
        latest = journal.editions.order_by("-number").first()
        digest = hashlib.sha256(declaration).hexdigest()
        if latest and latest.digest == digest:
            return latest
        number = latest.number + 1 if latest else 1
        event = record_event(
            verb="journal.declare",
            actor=actor,
            system=published.system,
            data={"journal": journal.slug, "edition": number, "digest": digest},
        )
        return JournalEdition.objects.create(
            journal=journal,
            number=number,
            declaration=declaration.decode("utf-8-sig"),
            digest=digest,
            recorded_at=timezone.now(),
            event=event,
        )


def open_to_explanation(*, actor: Actor, journal: Journal, is_open: bool) -> Journal:
    """Let people have their decisions of this journal explained, or no longer.

    Raises:
        Refused: the actor does not publish the rules of this journal.
    """
    require(actor, Role.PUBLISHER)
    check_publisher(actor, journal.rules)
    with transaction.atomic():
        record_event(
            verb="journal.open" if is_open else "journal.close",
            actor=actor,
            system=journal.rules.system,
            data={"journal": journal.slug},
        )
        journal.open_to_explanation = is_open
        journal.save(update_fields=["open_to_explanation"])
    return journal


def check_publisher(actor: Actor, rules: PublishedRules) -> None:
    """Refuse who does not publish these rules.

    Raises:
        Refused: in one sentence.
    """
    if not may_publish(actor, rules.body):
        raise Refused(_("Only the administration that publishes the rules may do that."))


def journals_open_to_explanation() -> tuple[OpenJournal, ...]:
    """Return the journals whose decisions may be explained, in the order of their names."""
    rows = (
        JournalEdition.objects.filter(journal__open_to_explanation=True)
        .select_related("journal__rules")
        .order_by("journal__slug", "number")
    )
    latest = {edition.journal_id: edition for edition in rows}
    return tuple(
        OpenJournal(
            slug=edition.journal.slug,
            rules_slug=edition.journal.rules.slug,
            declaration=_declared(edition.declaration),
            folder=folder_of(edition.journal),
        )
        for edition in latest.values()
    )


@lru_cache(maxsize=64)
def _declared(text: str) -> ground.Journal:
    return read_journal(text.encode())


def code_keys(slug: str) -> Sequence[Key]:
    """Return the keys under which the codes of a journal's letters were derived, expired ones too.

    Raises:
        JournalProblem: a key file cannot be read, or others than its owner can read it.
    """
    return read_keys(Path(settings.KEYS_ROOT), journal=slug, purpose="codes")
