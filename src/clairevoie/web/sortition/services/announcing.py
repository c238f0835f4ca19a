"""Announcing a draw, in the name of an organisation; who may prepare it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.consultation.services.texts import cleaned_line, cleaned_text
from clairevoie.web.register.models import PublicBody, RegisterClock, System
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.sortition import jobs
from clairevoie.web.sortition.models import TITLE_LENGTH, Draw
from clairevoie.web.sortition.services.keeping import make_key

MOST_SEATS = 1000


@dataclass(frozen=True, slots=True)
class Announced:
    """A draw as it is given; see the attributes of `Draw`."""

    title: str
    text: str
    size: int
    erase_on: date
    body: PublicBody | None = None
    system: System | None = None
    fictitious: bool = False


def announce(*, actor: Actor, announced: Announced) -> Draw:
    """Announce a draw in the name of an organisation.

    Raises:
        Refused: the actor may not publish.
        InvalidInput: something that was given cannot be recorded; by input.
    """
    require(actor, Role.PUBLISHER)
    values = _cleaned(announced)
    key = uuid.uuid4()
    # Before the row: a key that serves nothing does no harm, a draw without its key would.
    make_key(str(key))
    with transaction.atomic():
        # Numbers are given one at a time: the clock's row stays locked until the transaction ends.
        RegisterClock.objects.select_for_update().get(pk=1)
        number = (Draw.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        event = record_event(
            verb="draw.announce",
            actor=actor,
            system=announced.system,
            data={"draw": number} | ({"body": announced.body.slug} if announced.body else {}),
        )
        day = timezone.make_aware(datetime.combine(announced.erase_on, time(0, 5)))
        jobs.erase_due_draws.using(run_after=day).enqueue()
        return Draw.objects.create(
            number=number,
            body=announced.body,
            system=announced.system,
            size=announced.size,
            erase_on=announced.erase_on,
            key=key,
            fictitious=announced.fictitious,
            recorded_at=timezone.now(),
            actor=actor.user,
            organisation=actor.organisation,
            event=event,
            **values,
        )


def may_prepare(actor: Actor, draw: Draw) -> bool:
    """Tell whether the actor speaks for the organisation that announced a draw."""
    if actor.is_command:
        return True
    own = actor.organisation is not None and actor.organisation.pk == draw.organisation_id
    return own and actor.has(Role.PUBLISHER)


def check_organiser(actor: Actor, draw: Draw) -> None:
    """Refuse whoever does not organise a draw.

    Raises:
        Refused: in one sentence.
    """
    if not may_prepare(actor, draw):
        raise Refused(_("Only the organisation that announced this draw may do this."))


def _cleaned(announced: Announced) -> dict[str, str]:
    errors: dict[str, str] = {}
    values = {
        "title": cleaned_line(errors, "title", announced.title, limit=TITLE_LENGTH),
        "text": cleaned_text(errors, "text", announced.text),
    }
    for name in ("title", "text"):
        if not values[name]:
            errors.setdefault(name, _("This cannot be empty."))
    if not 1 <= announced.size <= MOST_SEATS:
        errors["size"] = _("A panel has 1 to %(most)s seats.") % {"most": MOST_SEATS}
    if announced.erase_on <= timezone.localdate():
        errors["erase_on"] = _("This date has passed.")
    if announced.system is not None and announced.body != announced.system.body:
        errors["body"] = _("This system belongs to another public body.")
    if errors:
        raise InvalidInput(errors)
    return values
