"""Keys to the API: shown once, kept as a digest, never for more than a year."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.register import values
from clairevoie.web.accounts.models import ApiToken, Membership
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, actor_of
from clairevoie.web.accounts.services.events import record_account_event

PREFIX = "cv_"
HINT_LENGTH = 8
MOST_DAYS = 365


@dataclass(frozen=True, slots=True)
class NewToken:
    """A key that has just been made: ``secret`` can be read this once only."""

    token: ApiToken
    secret: str


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(*, membership: Membership, label: str, days: int = MOST_DAYS) -> NewToken:
    """Make a key with which a program acts as this member, for at most a year.

    Raises:
        InvalidInput: there is no label, or the time is not between a day and a year.
    """
    errors: dict[str, str] = {}
    try:
        label = values.clean_text(label, limit=100, one_line=True)
    except values.ValueProblem:
        errors["label"] = _("This name is too long, or contains a character that cannot be read.")
    if not label and not errors:
        errors["label"] = _("Please say what this key is for.")
    if not 1 <= days <= MOST_DAYS:
        errors["days"] = _("A key is valid for at most one year.")
    if errors:
        raise InvalidInput(errors)
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            membership=membership,
            label=label,
            digest=_digest(secret),
            hint=secret[:HINT_LENGTH],
            expires_at=timezone.now() + timedelta(days=days),
        )
        record_account_event(
            verb="token.create",
            actor=actor_of(membership),
            subject=membership.user,
            organisation=membership.organisation,
            data={"token": token.pk},
        )
    return NewToken(token, secret)


def revoke_token(*, actor: Actor, token: ApiToken) -> None:
    """Make a key useless at once.

    Raises:
        Refused: the key belongs to somebody else.
    """
    if not actor.is_command and (actor.user is None or token.membership.user_id != actor.user.pk):
        raise Refused(_("This key belongs to somebody else."))
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            record_account_event(
                verb="token.revoke",
                actor=actor,
                subject=token.membership.user,
                organisation=token.membership.organisation,
                data={"token": token.pk},
            )


def actor_of_token(secret: str) -> Actor | None:
    """Return who acts with a key, or None when it is unknown, over or revoked."""
    token = (
        ApiToken.objects.select_related("membership__user", "membership__organisation")
        .filter(digest=_digest(secret), revoked_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if token is None or not token.membership.user.is_active:
        return None
    return actor_of(token.membership)
