"""Proposals: the organiser's, the participants', and what the moderation decides of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.consultation.similar import indexed, similar_to
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused
from clairevoie.web.consultation.models import (
    Consultation,
    Decision,
    ModerationWhen,
    Participation,
    Proposal,
    ProposalCount,
    ProposalState,
)
from clairevoie.web.consultation.models.voting import PROPOSAL_LENGTH
from clairevoie.web.consultation.services.consulting import Phase, phase_of, proposals_in
from clairevoie.web.consultation.services.moderating import REASON_LIMIT
from clairevoie.web.consultation.services.opening import check_organiser, may_organise
from clairevoie.web.consultation.services.texts import cleaned_line
from clairevoie.web.register.services.clock import record_event

MOST_OF_ONE = 10
"""Proposals that one participation may make."""
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a text that a participant sent.

    Attributes:
        proposal: what was recorded; ``None`` when there are texts like it and nobody said to send.
        alike: proposals put to the vote that resemble the text, the closest first.
    """

    proposal: Proposal | None
    alike: tuple[Proposal, ...]


def seed(*, actor: Actor, consultation: Consultation, texts: Sequence[str]) -> list[Proposal]:
    """Add proposals of the organiser, put to the vote at once.

    Raises:
        Refused: the actor does not organise this consultation, or it is closed.
        InvalidInput: a text is empty, too long or there already; or there are too many.
    """
    check_organiser(actor, consultation)
    _check_not_closed(consultation)
    if not 1 <= len(texts) <= MOST_AT_ONCE:
        raise InvalidInput(
            {"texts": _("Please give 1 to %(most)s proposals at a time.") % {"most": MOST_AT_ONCE}}
        )
    cleaned = [_cleaned(text, "texts") for text in texts]
    with transaction.atomic():
        record_event(
            verb="consultation.seed",
            actor=actor,
            system=consultation.system,
            data={"consultation": consultation.number, "proposals": len(cleaned)},
        )
        there = set(
            Proposal.objects.filter(consultation=consultation).values_list("text", flat=True)
        )
        for text in cleaned:
            if text in there:
                raise InvalidInput(
                    {"texts": _("This proposal is there already: “%(text)s”") % {"text": text}}
                )
            there.add(text)
        return [_recorded(consultation, None, text, ProposalState.OPEN) for text in cleaned]


def propose(
    *, consultation: Consultation, participation: Participation, text: str, confirmed: bool = False
) -> Sent:
    """Record the proposal of a participant, unless others are like it and nobody said to send.

    Raises:
        Refused: the consultation is not open, or this participation made many already.
        InvalidInput: the text is empty, too long or there already.
    """
    if phase_of(consultation, today=timezone.localdate()) is not Phase.OPEN:
        raise Refused(_("This consultation is not open: nothing can be proposed."))
    if participation.consultation_id != consultation.pk:
        raise Refused(_("This participation is not one of this consultation."))
    text = _cleaned(text, "text_given")
    known = proposals_in(consultation, ProposalState.OPEN)
    if any(each.text == text for each in known):
        raise InvalidInput({"text_given": _("This very proposal is already put to the vote.")})
    places = similar_to(indexed(each.text for each in known), text) if known else ()
    alike = tuple(known[place] for place, _similarity in places)
    if alike and not confirmed:
        return Sent(None, alike)
    before = consultation.moderation == ModerationWhen.BEFORE
    with transaction.atomic():
        # Locked, so that nobody makes more than their number by sending several at once.
        Participation.objects.select_for_update().get(pk=participation.pk)
        if Proposal.objects.filter(participation=participation).count() >= MOST_OF_ONE:
            raise Refused(
                _("You have made %(most)s proposals: that is the most that one person can make.")
                % {"most": MOST_OF_ONE}
            )
        state = ProposalState.WAITING if before else ProposalState.OPEN
        return Sent(_recorded(consultation, participation, text, state), alike)


def may_moderate(actor: Actor, consultation: Consultation) -> bool:
    """Tell whether the actor reads the proposals: the organiser, or a moderator of the site."""
    return may_organise(actor, consultation) or actor.has(Role.MODERATOR)


def decide(*, actor: Actor, proposal: Proposal, state: str, reason: str = "") -> Decision:
    """Put a proposal to the vote, refuse it, or hide its text because it is unlawful.

    Raises:
        Refused: the actor does not moderate this consultation.
        InvalidInput: there is no reason to refuse or hide; or it is already so.
    """
    consultation = proposal.consultation
    if not may_moderate(actor, consultation):
        raise Refused(_("Only the organiser and the moderators of the site may do this."))
    reason = " ".join(reason.split())
    if state not in (ProposalState.OPEN, ProposalState.REFUSED, ProposalState.HIDDEN):
        raise InvalidInput({"state": _("Please choose one of the values listed.")})
    if state != ProposalState.OPEN and not reason:
        raise InvalidInput({"reason": _("Please give the reason.")})
    if len(reason) > REASON_LIMIT:
        raise InvalidInput({"reason": _("This text is too long.")})
    with transaction.atomic():
        event = record_event(
            verb=f"proposal.{state}",
            actor=actor,
            system=consultation.system,
            data={
                "consultation": consultation.number,
                "proposal": proposal.pk,
                "reason": reason,
            },
        )
        changed = (
            ProposalCount.objects.filter(proposal=proposal).exclude(state=state).update(state=state)
        )
        if not changed:
            raise InvalidInput({"state": _("This proposal is already so.")})
        return Decision.objects.create(
            proposal=proposal,
            state=state,
            reason=reason,
            at=timezone.now(),
            actor=actor.user,
            organisation=actor.organisation,
            event=event,
        )


def _check_not_closed(consultation: Consultation) -> None:
    if phase_of(consultation, today=timezone.localdate()) is Phase.CLOSED:
        raise Refused(_("This consultation is closed."))


def _cleaned(text: str, name: str) -> str:
    errors: dict[str, str] = {}
    cleaned = cleaned_line(errors, name, text, limit=PROPOSAL_LENGTH)
    if not cleaned:
        errors.setdefault(name, _("A proposal cannot be empty."))
    if errors:
        raise InvalidInput(errors)
    return cleaned


def _recorded(
    consultation: Consultation,
    participation: Participation | None,
    text: str,
    state: ProposalState,
) -> Proposal:
    proposal = Proposal.objects.create(
        consultation=consultation, participation=participation, text=text, at=timezone.now()
    )
    ProposalCount.objects.create(proposal=proposal, consultation=consultation, state=state)
    return proposal
