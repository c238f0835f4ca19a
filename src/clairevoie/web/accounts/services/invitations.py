"""Invitations: a signed link, for one person, for some days, that works once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.web.accounts.models import Invitation, Membership, Organisation, Role, User
from clairevoie.web.accounts.permissions import RANK, Actor, InvalidInput, Refused
from clairevoie.web.accounts.services.events import record_account_event
from clairevoie.web.accounts.services.organisations import join, roles_to_give
from clairevoie.web.accounts.services.people import clean_email, create_account

SALT = "clairevoie.web.accounts.invitation"
DAYS = 7
MOST_DAYS = 30


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and its link, which can be read this once only."""

    invitation: Invitation
    token: str

    @property
    def url(self) -> str:
        """The address to send to the invited person."""
        path = reverse("accounts:invitation", kwargs={"token": self.token})
        return f"{settings.SITE_URL}{path}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def invite(
    *, actor: Actor, organisation: Organisation, email: str, role: Role, days: int = DAYS
) -> Invited:
    """Make a link by which one person can join an organisation.

    Raises:
        Refused: the actor may not give this role in this organisation.
        InvalidInput: the address is wrong, or this person already has this role or more.
    """
    if role not in roles_to_give(actor, organisation):
        raise Refused(_("You may not give this role in this organisation."))
    email = clean_email(email)
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput({"days": _("An invitation is valid for 1 to 30 days.")})
    there = Membership.objects.filter(organisation=organisation, user__email=email).first()
    if there and RANK[Role(there.role)] >= RANK[role]:
        raise InvalidInput({"email": _("This person already belongs to this organisation.")})
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic():
        invitation = Invitation.objects.create(
            organisation=organisation,
            email=email,
            role=role,
            digest=_digest(secret),
            created_by=actor.user,
            expires_at=now + timedelta(days=days),
        )
        record_account_event(
            verb="invitation.create",
            actor=actor,
            organisation=organisation,
            data={"invitation": invitation.pk, "role": role.value},
        )
    return Invited(invitation, signing.Signer(salt=SALT).sign(secret))


def open_invitation(token: str) -> Invitation | None:
    """Return the invitation of a link, or None when it cannot be used (any more)."""
    try:
        secret = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return (
        Invitation.objects.select_related("organisation", "created_by")
        .filter(
            digest=_digest(secret),
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=timezone.now(),
        )
        .first()
    )


def has_open_invitation(email: str) -> bool:
    """Tell whether somebody waits for the holder of this address."""
    return Invitation.objects.filter(
        email=email.lower(), accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).exists()


def accept_invitation(
    *, token: str, user: User | None = None, name: str = "", password: str = ""
) -> User:
    """Join the organisation of an invitation, once; without ``user``, open an account first.

    Raises:
        Refused: the link cannot be used (any more), or it is for somebody else.
        InvalidInput: the account cannot be opened: its address is taken, its password too weak.
    """
    with transaction.atomic():
        invitation = open_invitation(token)
        if invitation is None:
            raise Refused(_("This invitation is no longer valid. Please ask for another one."))
        if user is None:
            user = create_account(
                actor=Actor(), email=invitation.email, password=password, name=name
            )
        elif user.email != invitation.email:
            raise Refused(_("This invitation is for another e-mail address than yours."))
        # The database decides: of two requests at once, one row is changed by one of them.
        used = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if used.update(accepted_at=timezone.now(), accepted_by=user) != 1:
            raise Refused(_("This invitation is no longer valid. Please ask for another one."))
        record_account_event(
            verb="invitation.accept",
            actor=Actor(user),
            subject=user,
            organisation=invitation.organisation,
            data={"invitation": invitation.pk},
        )
        there = (
            Membership.objects.select_for_update()
            .filter(user=user, organisation=invitation.organisation)
            .first()
        )
        # Since it was made, the member may have been given a higher role, which stays.
        roles = [Role(item.role) for item in (invitation, there) if item is not None]
        join(
            actor=Actor(user),
            user=user,
            organisation=invitation.organisation,
            role=max(roles, key=RANK.__getitem__),
        )
    return user


def revoke_invitation(*, actor: Actor, invitation: Invitation) -> None:
    """Make a link useless before its time.

    Raises:
        Refused: the actor may not, or the invitation has been used.
    """
    if Role(invitation.role) not in roles_to_give(actor, invitation.organisation):
        raise Refused(_("You may not withdraw this invitation."))
    with transaction.atomic():
        waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if waiting.update(revoked_at=timezone.now()) != 1:
            raise Refused(_("This invitation has already been used or withdrawn."))
        record_account_event(
            verb="invitation.revoke",
            actor=actor,
            organisation=invitation.organisation,
            data={"invitation": invitation.pk},
        )
