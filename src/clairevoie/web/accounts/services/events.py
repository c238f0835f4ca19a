"""The history of accounts."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from clairevoie.web.accounts.models import AccountEvent, Organisation, User
from clairevoie.web.accounts.permissions import Actor


def record_account_event(
    *,
    verb: str,
    actor: Actor,
    subject: User | None = None,
    organisation: Organisation | None = None,
    data: dict[str, Any] | None = None,
) -> AccountEvent:
    """Append an event and return it; must be called inside the transaction of the act itself.

    ``data`` holds no name and no address: an erased account leaves only its number behind.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record_account_event needs a transaction")
    return AccountEvent.objects.create(
        at=timezone.now(),
        verb=verb,
        actor=actor.user,
        subject=subject,
        organisation=organisation,
        data=data or {},
    )
