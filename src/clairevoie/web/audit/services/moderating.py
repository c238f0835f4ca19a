"""Hiding a published audit that is unlawful: its number, the reason and the day stay public."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, require
from clairevoie.web.audit.models import AuditModeration, PublishedAudit
from clairevoie.web.audit.services.documents import forget_documents
from clairevoie.web.audit.services.reading import hiding_of
from clairevoie.web.register.services.clock import record_event

REASON_LIMIT = 2000


def moderate_audit(
    *, actor: Actor, audit: PublishedAudit, hidden: bool, reason: str
) -> AuditModeration:
    """Hide an audit, or show it again; the reason is public.

    Audits published after it are still set beside it: it was read by then.

    Raises:
        Refused: the actor is not a moderator of the site.
        InvalidInput: there is no reason, or too long a one; or the audit is already so.
    """
    require(actor, Role.MODERATOR)
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput({"reason": _("Please give the reason.")})
    if len(reason) > REASON_LIMIT:
        raise InvalidInput({"reason": _("This text is too long.")})
    with transaction.atomic():
        event = record_event(
            verb="audit.hide" if hidden else "audit.show",
            actor=actor,
            system=audit.system,
            data={"audit": audit.number, "reason": reason},
        )
        if (hiding_of(audit) is not None) == hidden:
            raise InvalidInput({"reason": _("This audit is already so.")})
        act = AuditModeration.objects.create(
            audit=audit,
            hidden=hidden,
            reason=reason,
            at=timezone.now(),
            actor=actor.user,
            event=event,
        )
    if hidden:
        forget_documents(audit)
    return act
