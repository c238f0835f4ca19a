"""Asking something of a public body, and asking it otherwise. Nothing that was asked changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from clairevoie.register.catalogue.vocabularies import CAPACITY
from clairevoie.register.values import date_bounds
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.consultation.models import (
    LOCATOR_LENGTH,
    NAME_LENGTH,
    TITLE_LENGTH,
    Consultation,
    Origin,
    Proposal,
    Recommendation,
)
from clairevoie.web.consultation.services.tallying import participants_of, results_shown
from clairevoie.web.consultation.services.texts import (
    cleaned_date,
    cleaned_line,
    cleaned_text,
    cleaned_url,
)
from clairevoie.web.register.models import PublicBody, RegisterClock, Source, System
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.sortition.models import Draw, Drawing
from clairevoie.web.sortition.services.announcing import may_prepare


@dataclass(frozen=True, slots=True)
class Given:
    """A recommendation as it is given.

    Attributes:
        author, capacity: who asks; empty for the organisation that records it.
        asked_on: a year, a month or a day; empty when it is not known.
        due_on: by when an answer is asked, by whoever asks; ``None`` when they do not say.
        consultation, proposal: of this site, from which it comes; the name and the address of
            the origin are then those of the consultation.
        draw: of this site, by which the panel that makes it was drawn; likewise.
    """

    body: PublicBody
    title: str
    text: str
    origin: str
    origin_name: str
    asked_on: str = ""
    due_on: date | None = None
    system: System | None = None
    origin_url: str = ""
    source: Source | None = None
    locator: str = ""
    quote: str = ""
    author: str = ""
    capacity: str = ""
    fictitious: bool = False
    consultation: Consultation | None = None
    proposal: Proposal | None = None
    draw: Draw | None = None


def recommend(
    *,
    actor: Actor,
    given: Given,
    supersedes: Recommendation | None = None,
    recorded_at: datetime | None = None,
) -> Recommendation:
    """Record a recommendation, or a new version of one.

    Args:
        recorded_at: for the command alone, which may bring recommendations of another register.

    Raises:
        Refused: the actor may not contribute, or another organisation made the earlier version.
        InvalidInput: something that was given cannot be recorded; by input.
    """
    require(actor, Role.CONTRIBUTOR)
    if recorded_at is not None and not actor.is_command:
        raise Refused(_("Only the site’s command may say when something was recorded."))
    now = recorded_at or timezone.now()
    if given.consultation is not None:
        given = _from_consultation(given, given.consultation)
    if given.draw is not None:
        given = _from_panel(actor, given, given.draw)
    values = _cleaned(actor, given, today=timezone.localdate())
    with transaction.atomic():
        # Numbers are given one at a time: the clock's row stays locked until the transaction ends.
        RegisterClock.objects.select_for_update().get(pk=1)
        if supersedes is not None:
            _check_replaceable(actor, supersedes, given)
        number = (Recommendation.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        event = record_event(
            verb="recommendation.replace" if supersedes else "recommendation.make",
            actor=actor,
            system=given.system,
            data={"recommendation": number, "body": given.body.slug}
            | ({"replaces": supersedes.number} if supersedes else {}),
        )
        return Recommendation.objects.create(
            number=number,
            version=supersedes.version + 1 if supersedes else 1,
            supersedes=supersedes,
            body=given.body,
            system=given.system,
            consultation=given.consultation,
            proposal=given.proposal,
            draw=given.draw,
            source=given.source,
            due_on=given.due_on,
            fictitious=given.fictitious,
            recorded_at=now,
            actor=actor.user,
            organisation=actor.organisation,
            event=event,
            **values,
        )


def may_replace(actor: Actor, recommendation: Recommendation) -> bool:
    """Tell whether the actor may make a new version: only whoever recorded it."""
    if actor.is_command:
        return True
    own = actor.organisation is not None and actor.organisation.pk == recommendation.organisation_id
    return own and actor.has(Role.CONTRIBUTOR)


def _from_consultation(given: Given, consultation: Consultation) -> Given:
    """Return a recommendation whose origin is a consultation of this site.

    Raises:
        Refused: the results are not shown yet, or the proposal is another consultation's.
    """
    participants = participants_of(consultation)
    if not results_shown(consultation, today=timezone.localdate(), participants=participants):
        raise Refused(_("The results of this consultation are not shown yet."))
    if given.proposal is not None and given.proposal.consultation_id != consultation.pk:
        raise Refused(_("This proposal was made in another consultation."))
    with override("fr"):
        page = reverse("consultation:results", args=[consultation.number])
    return replace(
        given,
        origin=Origin.CONSULTATION,
        origin_name=consultation.title,
        origin_url=f"{settings.SITE_URL}{page}",
        fictitious=given.fictitious or consultation.fictitious,
    )


def _from_panel(actor: Actor, given: Given, draw: Draw) -> Given:
    """Return a recommendation whose origin is a panel drawn on this site.

    Raises:
        Refused: the panel is not drawn yet, or the actor does not organise it.
    """
    if not may_prepare(actor, draw):
        raise Refused(_("Only the organisation that announced a draw records what its panel asks."))
    if not Drawing.objects.filter(commitment__draw=draw).exists():
        raise Refused(_("This panel is not drawn yet."))
    with override("fr"):
        page = reverse("sortition:draw", args=[draw.number])
    return replace(
        given,
        origin=Origin.PANEL,
        origin_name=draw.title,
        origin_url=f"{settings.SITE_URL}{page}",
        fictitious=given.fictitious or draw.fictitious,
    )


def _check_replaceable(actor: Actor, earlier: Recommendation, given: Given) -> None:
    if not may_replace(actor, earlier):
        raise Refused(_("Only the organisation that recorded a recommendation may replace it."))
    if Recommendation.objects.filter(supersedes=earlier).exists():
        raise Refused(_("This recommendation has a later version: replace that one."))
    if given.body.pk != earlier.body_id:
        raise InvalidInput(
            {"body": _("A new version is addressed to the same public body as the earlier one.")}
        )


def _cleaned(actor: Actor, given: Given, *, today: date) -> dict[str, str]:
    errors: dict[str, str] = {}
    own = actor.organisation
    values = {
        "title": cleaned_line(errors, "title", given.title, limit=TITLE_LENGTH),
        "text": cleaned_text(errors, "text", given.text),
        "origin": given.origin,
        "origin_name": cleaned_line(errors, "origin_name", given.origin_name, limit=NAME_LENGTH),
        "origin_url": cleaned_url(errors, "origin_url", given.origin_url),
        "locator": cleaned_line(errors, "locator", given.locator, limit=LOCATOR_LENGTH),
        "quote": cleaned_text(errors, "quote", given.quote),
        "author": cleaned_line(errors, "author", given.author, limit=NAME_LENGTH),
        "capacity": given.capacity,
        "asked_on": cleaned_date(errors, "asked_on", given.asked_on),
    }
    for name in ("title", "text", "origin_name"):
        if not values[name]:
            errors.setdefault(name, _("This cannot be empty."))
    if given.origin not in Origin.values:
        errors["origin"] = _("Please choose one of the values listed.")
    if own is not None and not values["author"]:
        values |= {"author": own.name, "capacity": own.capacity}
    _check_author(errors, values, given, own_name=own.name if own else "")
    _check_days(errors, values, given.due_on, today)
    if given.system is not None and given.system.body_id != given.body.pk:
        errors["body"] = _("This system belongs to another public body.")
    if errors:
        raise InvalidInput(errors)
    return values


def _check_days(
    errors: dict[str, str], values: dict[str, str], due_on: date | None, today: date
) -> None:
    if not values["asked_on"]:
        return
    first = date_bounds(values["asked_on"])[0]
    if first > today:
        errors["asked_on"] = _("This date is in the future.")
    if due_on is not None and due_on < first:
        errors["due_on"] = _("An answer cannot be due before it is asked for.")


def _check_author(
    errors: dict[str, str], values: dict[str, str], given: Given, *, own_name: str
) -> None:
    """What somebody else asked must be found in a document; one's own word needs none."""
    if not values["author"]:
        errors.setdefault("author", _("This cannot be empty."))
    if values["author"] != own_name and not (given.source or values["origin_url"]):
        errors["origin_url"] = _(
            "Please give the address of the document, or a source of the register: what somebody "
            "else asked needs a source."
        )
    if values["capacity"] not in CAPACITY.codes():
        errors["capacity"] = _("Please choose one of the values listed.")
    if (values["locator"] or values["quote"]) and given.source is None:
        errors["source"] = _("A passage needs the source of the register in which it is.")
