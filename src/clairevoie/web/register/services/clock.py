"""Events and their numbers."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clairevoie.web.accounts.permissions import Actor
from clairevoie.web.register.models import Event, RegisterClock, System


def record_event(
    *, verb: str, actor: Actor, system: System | None = None, data: dict[str, Any] | None = None
) -> Event:
    """Append an event and return it; must be called inside a transaction.

    The clock's row stays locked until the transaction ends, so numbers follow commits.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record_event needs a transaction")
    RegisterClock.objects.filter(pk=1).update(value=F("value") + 1)
    number = RegisterClock.objects.values_list("value", flat=True).get(pk=1)
    return Event.objects.create(
        id=number,
        at=timezone.now(),
        verb=verb,
        actor=actor.user,
        organisation=actor.organisation,
        system=system,
        data=data or {},
    )
