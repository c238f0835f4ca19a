"""Who writes: a token stands for a member of an organisation."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from clairevoie.web.accounts.permissions import Actor
from clairevoie.web.accounts.services.limits import TooMany, spend
from clairevoie.web.accounts.services.tokens import actor_of_token
from clairevoie.web.api.errors import Problem

TOKEN_LIMIT = 200


class Token(HttpBearer):
    """`Authorization: Bearer <token>`; the site's cookies open nothing here."""

    openapi_description = "A token made on your account's page, valid for at most a year"

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return who acts, or None for a token that is unknown, expired or revoked."""
        if len(token) > TOKEN_LIMIT:
            return None
        actor = actor_of_token(token)
        if actor is not None:
            check_rate(actor)
        return actor


def check_rate(actor: Actor) -> None:
    """Count one write of the token's owner.

    Raises:
        Problem: 429, with the time to wait.
    """
    try:
        spend("write", str(actor.user.pk if actor.user else ""))
    except TooMany as refusal:
        raise Problem(429, headers={"Retry-After": str(refusal.retry_after)}) from None


def actor_of_request(request: HttpRequest) -> Actor:
    """Return who acts in an authenticated request."""
    actor = getattr(request, "auth", None)
    if not isinstance(actor, Actor):
        raise Problem(401)
    return actor
