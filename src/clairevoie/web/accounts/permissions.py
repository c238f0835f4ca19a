"""Who may do what: an actor is a person speaking in the name of an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clairevoie.web.accounts.models import Membership, Organisation, Role, User

RANK = {Role.READER: 0, Role.CONTRIBUTOR: 1, Role.PUBLISHER: 2, Role.MODERATOR: 3}


class Refused(Exception):
    """An act that the actor may not do, or that the register refuses; the message is for people."""


class InvalidInput(Exception):
    """What was given cannot be recorded; ``errors`` has one sentence for each input at fault."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(f"{name}: {text}" for name, text in self.errors.items()))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``is_command`` is the site's own command line, which may do everything."""

    user: User | None = None
    organisation: Organisation | None = None
    role: Role | None = None
    is_command: bool = False

    def has(self, role: Role) -> bool:
        """Tell whether the actor's role includes ``role``.

        Moderating also asks that the organisation runs the site; a closed account may do nothing.
        """
        if self.is_command:
            return True
        if self.user is not None and not self.user.is_active:
            return False
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
        raise Refused(
            _("This needs the role “%(role)s” in the organisation in whose name you act.")
            % {"role": role.label}
        )
