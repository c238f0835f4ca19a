"""Hiding a recommendation that is unlawful: its number, the reason and the day stay public."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, require
from clairevoie.web.consultation.models import Recommendation, RecommendationModeration
from clairevoie.web.consultation.services.reading import hiding_of
from clairevoie.web.register.services.clock import record_event

REASON_LIMIT = 2000


def moderate_recommendation(
    *, actor: Actor, recommendation: Recommendation, hidden: bool, reason: str
) -> RecommendationModeration:
    """Hide a recommendation and what was answered to it, or show them again; the reason is public.

    Raises:
        Refused: the actor is not a moderator of the site.
        InvalidInput: there is no reason, or too long a one; or it is already so.
    """
    require(actor, Role.MODERATOR)
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput({"reason": _("Please give the reason.")})
    if len(reason) > REASON_LIMIT:
        raise InvalidInput({"reason": _("This text is too long.")})
    with transaction.atomic():
        event = record_event(
            verb="recommendation.hide" if hidden else "recommendation.show",
            actor=actor,
            system=recommendation.system,
            data={"recommendation": recommendation.number, "reason": reason},
        )
        if (hiding_of(recommendation) is not None) == hidden:
            raise InvalidInput({"reason": _("This recommendation is already so.")})
        return RecommendationModeration.objects.create(
            recommendation=recommendation,
            hidden=hidden,
            reason=reason,
            at=timezone.now(),
            actor=actor.user,
            event=event,
        )
