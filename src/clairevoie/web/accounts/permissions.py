"""Who may do what: an actor is a person speaking in the name of an organisation."""

from __future__ import annotations

from dataclasses import dataclass

from clairevoie.web.accounts.models import Membership, Organisation, Role, User

RANK = {Role.READER: 0, Role.CONTRIBUTOR: 1, Role.PUBLISHER: 2, Role.MODERATOR: 3}


class Refused(Exception):
    """An act that the actor may not do, or that the register refuses; the message is for people."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``is_command`` is the site's own command line, which may do everything."""

    user: User | None = None
    organisation: Organisation | None = None
    role: Role | None = None
    is_command: bool = False

    def has(self, role: Role) -> bool:
        """Tell whether the actor's role includes ``role``.

        Moderating also asks that the organisation runs the site.
        """
        if self.is_command:
            return True
        if self.role is None or self.organisation is None:
            return False
        if role is Role.MODERATOR and not self.organisation.is_operator:
            return False
        return RANK[self.role] >= RANK[role]


COMMAND = Actor(is_command=True)


def actor_of(membership: Membership) -> Actor:
    """Return the actor of a membership."""
    return Actor(membership.user, membership.organisation, Role(membership.role))


def require(actor: Actor, role: Role) -> None:
    """Refuse an actor whose role does not include ``role``.

    Raises:
        Refused: in one sentence.
    """
    if not actor.has(role):
        raise Refused(f"This needs the role '{role.value}' in your organisation.")
