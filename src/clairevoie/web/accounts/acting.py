"""In whose name the person who is signed in acts on this request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from clairevoie.web.accounts.models import Membership, Role, User
from clairevoie.web.accounts.permissions import RANK, Actor, actor_of

SESSION_KEY = "acting_as"
_CACHE = "_clairevoie_memberships"


def signed_in(request: HttpRequest) -> User | None:
    """Return the person who is signed in, or None."""
    return request.user if isinstance(request.user, User) else None


def memberships(request: HttpRequest) -> list[Membership]:
    """Return the roles of the person who is signed in, the widest first; asked for once."""
    found: list[Membership] | None = request.__dict__.get(_CACHE)
    if found is None:
        user = request.user
        found = (
            sorted(
                Membership.objects.filter(user=user).select_related("organisation__body", "user"),
                key=lambda item: (-RANK[Role(item.role)], item.organisation.name),
            )
            if user.is_authenticated
            else []
        )
        request.__dict__[_CACHE] = found
    return found


def current_membership(request: HttpRequest) -> Membership | None:
    """Return the role in which the person acts: the one chosen, else the widest."""
    found = memberships(request)
    if not found:
        return None
    chosen = request.session.get(SESSION_KEY)
    return next((item for item in found if item.pk == chosen), found[0])


def current_actor(request: HttpRequest) -> Actor:
    """Return who acts: a person in the name of an organisation, or nobody in particular."""
    membership = current_membership(request)
    return actor_of(membership) if membership else Actor(signed_in(request))


def choose(request: HttpRequest, membership: Membership) -> None:
    """Act in this role until the session ends."""
    request.session[SESSION_KEY] = membership.pk


def acting(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``acting``: the role in which the person acts; asked for only where used."""
    return {"acting": SimpleLazyObject(lambda: current_membership(request))}
