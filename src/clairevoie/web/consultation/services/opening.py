"""Opening a consultation and closing it early. Its rules never change in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.consultation.models import Audience, Closing, Consultation, ModerationWhen
from clairevoie.web.consultation.models.consultations import (
    MIN_GROUP,
    QUESTION_LENGTH,
    TITLE_LENGTH,
)
from clairevoie.web.consultation.services.declaring import declare, read_declared
from clairevoie.web.consultation.services.texts import cleaned_line, cleaned_text
from clairevoie.web.register.models import PublicBody, RegisterClock, System
from clairevoie.web.register.services.clock import record_event


@dataclass(frozen=True, slots=True)
class Asking:
    """A consultation as it is given; see the attributes of `Consultation`.

    Attributes:
        population: categories with their shares, as `declaring.read_declared` reads them.
    """

    title: str
    question: str
    text: str
    policy: str
    opens_on: date
    closes_on: date
    audience: str = Audience.OPEN
    moderation: str = ModerationWhen.BEFORE
    body: PublicBody | None = None
    system: System | None = None
    results_on: date | None = None
    results_from: int | None = None
    min_group: int = MIN_GROUP
    fictitious: bool = False
    population: str = ""


def open_consultation(*, actor: Actor, asking: Asking) -> Consultation:
    """Open a consultation in the name of an organisation.

    Raises:
        Refused: the actor may not publish.
        InvalidInput: something that was given cannot be recorded; by input.
    """
    require(actor, Role.PUBLISHER)
    values = _cleaned(actor, asking)
    declared = read_declared(asking.population)
    with transaction.atomic():
        # Numbers are given one at a time: the clock's row stays locked until the transaction ends.
        RegisterClock.objects.select_for_update().get(pk=1)
        number = (Consultation.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        event = record_event(
            verb="consultation.open",
            actor=actor,
            system=asking.system,
            data={"consultation": number} | ({"body": asking.body.slug} if asking.body else {}),
        )
        made = Consultation.objects.create(
            number=number,
            body=asking.body,
            system=asking.system,
            opens_on=asking.opens_on,
            closes_on=asking.closes_on,
            audience=asking.audience,
            moderation=asking.moderation,
            results_on=asking.results_on,
            results_from=asking.results_from,
            min_group=asking.min_group,
            fictitious=asking.fictitious,
            recorded_at=timezone.now(),
            actor=actor.user,
            organisation=actor.organisation,
            event=event,
            **values,
        )
        declare(made, declared)
        return made


def close_consultation(*, actor: Actor, consultation: Consultation, reason: str) -> Closing:
    """Close a consultation before its last day; the reason is public.

    Raises:
        Refused: the actor does not organise it, or it is closed already.
        InvalidInput: there is no reason.
    """
    check_organiser(actor, consultation)
    errors: dict[str, str] = {}
    reason = cleaned_text(errors, "reason", reason)
    if not reason:
        errors.setdefault("reason", _("Please give the reason."))
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        event = record_event(
            verb="consultation.close",
            actor=actor,
            system=consultation.system,
            data={"consultation": consultation.number, "reason": reason},
        )
        if Closing.objects.filter(consultation=consultation).exists():
            raise Refused(_("This consultation is closed already."))
        return Closing.objects.create(
            consultation=consultation,
            reason=reason,
            at=timezone.now(),
            actor=actor.user,
            event=event,
        )


def may_organise(actor: Actor, consultation: Consultation) -> bool:
    """Tell whether the actor speaks for the organisation that opened a consultation."""
    if actor.is_command:
        return True
    own = actor.organisation is not None and actor.organisation.pk == consultation.organisation_id
    return own and actor.has(Role.PUBLISHER)


def check_organiser(actor: Actor, consultation: Consultation) -> None:
    """Refuse whoever does not organise a consultation.

    Raises:
        Refused: in one sentence.
    """
    if not may_organise(actor, consultation):
        raise Refused(_("Only the organisation that opened this consultation may do this."))


def _cleaned(actor: Actor, asking: Asking) -> dict[str, str]:
    errors: dict[str, str] = {}
    values = {
        "title": cleaned_line(errors, "title", asking.title, limit=TITLE_LENGTH),
        "question": cleaned_line(errors, "question", asking.question, limit=QUESTION_LENGTH),
        "text": cleaned_text(errors, "text", asking.text),
        "policy": cleaned_text(errors, "policy", asking.policy),
    }
    for name in ("title", "question", "policy"):
        if not values[name]:
            errors.setdefault(name, _("This cannot be empty."))
    if asking.closes_on < asking.opens_on:
        errors["closes_on"] = _("The last day comes before the first.")
    elif asking.closes_on < timezone.localdate() and not actor.is_command:
        errors["closes_on"] = _("This date has passed.")
    if asking.audience not in Audience.values:
        errors["audience"] = _("Please choose one of the values listed.")
    elif asking.audience == Audience.AGENTS and asking.body is None:
        errors["body"] = _("Please say of which public body the agents are asked.")
    if asking.moderation not in ModerationWhen.values:
        errors["moderation"] = _("Please choose one of the values listed.")
    if asking.system is not None and asking.body != asking.system.body:
        errors["body"] = _("This system belongs to another public body.")
    if asking.min_group < MIN_GROUP:
        errors["min_group"] = _("A group has at least %(least)s persons.") % {"least": MIN_GROUP}
    if asking.results_from is not None and asking.results_from < 1:
        errors["results_from"] = _("This number must be at least 1.")
    if errors:
        raise InvalidInput(errors)
    return values
