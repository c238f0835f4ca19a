"""Who may audit a journal: the administration that keeps it, and the observers that it lets in."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.web.accounts.models import Organisation, Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.audit.models import JournalAccess
from clairevoie.web.decisions.models import Journal
from clairevoie.web.decisions.services.journals import check_publisher
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.rules.services.publishing import may_publish


def keeps(actor: Actor, journal: Journal) -> bool:
    """Tell whether the actor publishes the rules of a journal: its administration."""
    return may_publish(actor, journal.rules.body)


def has_access(actor: Actor, journal: Journal) -> bool:
    """Tell whether the actor may audit a journal and read the exact result."""
    if keeps(actor, journal):
        return True
    return (
        actor.has(Role.PUBLISHER)
        and actor.organisation is not None
        and _latest(journal, actor.organisation)
    )


def require_access(actor: Actor, journal: Journal) -> None:
    """Refuse who may not audit a journal.

    Raises:
        Refused: in one sentence.
    """
    require(actor, Role.PUBLISHER)
    if not has_access(actor, journal):
        raise Refused(_("Your organisation has no access to this journal."))


def give_access(*, actor: Actor, journal: Journal, organisation: Organisation) -> None:
    """Let an observer audit a journal; one that may already is left as it is.

    Raises:
        Refused: the actor does not publish the rules of this journal.
        InvalidInput: the organisation is that of the administration itself.
    """
    if organisation.body_id is not None and organisation.body_id == journal.rules.body_id:
        raise InvalidInput({"organisation": _("Your administration has access already.")})
    _record(actor, journal, organisation, granted=True)


def withdraw_access(*, actor: Actor, journal: Journal, organisation: Organisation) -> None:
    """Let an observer audit a journal no longer; what it published stays.

    Raises:
        Refused: the actor does not publish the rules of this journal.
    """
    _record(actor, journal, organisation, granted=False)


def _record(actor: Actor, journal: Journal, organisation: Organisation, *, granted: bool) -> None:
    require(actor, Role.PUBLISHER)
    check_publisher(actor, journal.rules)
    with transaction.atomic():
        journal = Journal.objects.select_for_update().get(pk=journal.pk)
        if _latest(journal, organisation) == granted:
            return
        event = record_event(
            verb="journal.let_in" if granted else "journal.shut_out",
            actor=actor,
            system=journal.rules.system,
            data={"journal": journal.slug, "organisation": organisation.name},
        )
        JournalAccess.objects.create(
            journal=journal,
            organisation=organisation,
            granted=granted,
            at=timezone.now(),
            actor=actor.user,
            event=event,
        )


def _latest(journal: Journal, organisation: Organisation) -> bool:
    found = journal.accesses.filter(organisation=organisation).order_by("-pk").first()
    return found is not None and found.granted


def observers_of(journal: Journal) -> Sequence[JournalAccess]:
    """Return the accesses to a journal that hold, in the order of the organisations' names."""
    events = journal.accesses.select_related("organisation").order_by("pk")
    latest = {each.organisation_id: each for each in events}
    return sorted(
        (each for each in latest.values() if each.granted),
        key=lambda each: each.organisation.name,
    )


def journals_of(actor: Actor) -> Sequence[Journal]:
    """Return the journals that the actor may audit, in the order of their names."""
    organisation = actor.organisation
    if organisation is None or not actor.has(Role.PUBLISHER):
        return []
    events = JournalAccess.objects.filter(organisation=organisation).order_by("pk")
    latest = dict(events.values_list("journal_id", "granted"))
    wanted = Journal.objects.filter(pk__in=[pk for pk, granted in latest.items() if granted])
    if organisation.body_id is not None:
        wanted = wanted | Journal.objects.filter(rules__body=organisation.body_id)
    return list(wanted.select_related("rules__body").order_by("slug"))
