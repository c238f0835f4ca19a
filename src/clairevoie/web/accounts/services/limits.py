"""How often something may be done, counted by what it is about and never by network address.

Counts live in the database, so that they hold over every process of the site. The window slides:
the share of the previous window that is still in sight counts with the present one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from clairevoie.web.accounts.models import RateCount

Scope = Literal[
    "sign_in", "password", "invitation", "token", "write", "code", "codes", "explanation"
]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``times`` in any ``seconds``."""

    times: int
    seconds: int


LIMITS: dict[Scope, Limit] = {
    "sign_in": Limit(10, 15 * 60),
    "password": Limit(10, 60 * 60),
    "invitation": Limit(30, 60 * 60),
    "token": Limit(20, 60 * 60),
    "write": Limit(300, 10 * 60),
    # Wrong codes for one reference, and on the whole site; explanations given for one reference.
    "code": Limit(10, 10 * 60),
    "codes": Limit(1000, 10 * 60),
    "explanation": Limit(60, 10 * 60),
}


class TooMany(Exception):
    """Something was done too often; ``retry_after`` is how many seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"too many, again in {retry_after} s")


def _digest(scope: str, identifier: str) -> str:
    return salted_hmac(
        "clairevoie.web.accounts.limits", f"{scope}\n{identifier.lower()}", algorithm="sha256"
    ).hexdigest()


def _wait(limit: Limit, before: int, now: int, elapsed: float) -> int:
    """Return in how many seconds one more fits, 0 when it fits at once."""
    # The margin is for the rounding of floating numbers, far under one act.
    if before * (1 - elapsed / limit.seconds) + now + 1 <= limit.times + 1e-6:
        return 0
    room = limit.times - 1 - now
    if room >= 0:
        return max(1, math.ceil(limit.seconds * (1 - room / before) - elapsed))
    share = limit.seconds * (1 - (limit.times - 1) / now)
    return max(1, math.ceil(limit.seconds - elapsed + share))


def spend(scope: Scope, identifier: str, *, at: datetime | None = None) -> None:
    """Count one act of ``identifier``, an account's or a key's own text.

    Raises:
        TooMany: the limit of ``scope`` is reached; the act is then not counted.
    """
    limit = LIMITS[scope]
    moment = (at or timezone.now()).timestamp()
    window = int(moment // limit.seconds)
    key = _digest(scope, identifier)
    end = datetime.fromtimestamp((window + 2) * limit.seconds, UTC)
    with transaction.atomic():
        RateCount.objects.get_or_create(
            scope=scope, key=key, window=window, defaults={"expires_at": end}
        )
        # Locked in the same order by everyone, until this transaction ends.
        counts = {
            row.window: row
            for row in RateCount.objects.select_for_update()
            .filter(scope=scope, key=key, window__in=(window - 1, window))
            .order_by("window")
        }
        present = counts[window]
        before = counts[window - 1].count if window - 1 in counts else 0
        wait = _wait(limit, before, present.count, moment - window * limit.seconds)
        if wait:
            raise TooMany(wait)
        present.count += 1
        present.save(update_fields=["count"])


def forget(scope: Scope, identifier: str) -> None:
    """Start again from nothing, after an act that went well."""
    RateCount.objects.filter(scope=scope, key=_digest(scope, identifier)).delete()


def clear_counts(*, now: datetime | None = None) -> int:
    """Delete the counts that no window sees any more; return how many."""
    deleted, _by_model = RateCount.objects.filter(expires_at__lt=now or timezone.now()).delete()
    return deleted
