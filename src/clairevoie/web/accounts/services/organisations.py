"""Organisations and who belongs to them."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from clairevoie.register import values
from clairevoie.register.catalogue import VOCABULARIES
from clairevoie.web.accounts.models import Membership, Organisation, Role, User
from clairevoie.web.accounts.permissions import COMMAND, Actor, InvalidInput, Refused, require
from clairevoie.web.accounts.services.events import record_account_event
from clairevoie.web.accounts.services.people import create_account
from clairevoie.web.register.models import PublicBody

NAME_LIMIT = 200


def may_manage(actor: Actor, organisation: Organisation) -> bool:
    """Tell whether the actor decides who belongs to an organisation.

    Its own publishers do, and the moderators of the organisation that runs the site.
    """
    if actor.has(Role.MODERATOR):
        return True
    own = actor.organisation is not None and actor.organisation.pk == organisation.pk
    return own and actor.has(Role.PUBLISHER)


def roles_to_give(actor: Actor, organisation: Organisation) -> list[Role]:
    """Return the roles that the actor may give in an organisation, none if it manages it not.

    There are moderators in the organisation that runs the site only; moderators name them.
    """
    if not may_manage(actor, organisation):
        return []
    roles = [Role.READER, Role.CONTRIBUTOR, Role.PUBLISHER]
    if organisation.is_operator and actor.has(Role.MODERATOR):
        roles.append(Role.MODERATOR)
    return roles


def create_organisation(
    *,
    actor: Actor,
    name: str,
    capacity: str,
    body: PublicBody | None = None,
    is_operator: bool = False,
) -> Organisation:
    """Add an organisation in whose name people will speak.

    ``body`` is the public body of an administration: it then answers for its systems.

    Raises:
        Refused: the actor is not a moderator of the site.
        InvalidInput: the name is missing or taken, or the capacity is unknown.
    """
    require(actor, Role.MODERATOR)
    errors: dict[str, str] = {}
    try:
        name = values.clean_text(name, limit=NAME_LIMIT, one_line=True)
    except values.ValueProblem:
        errors["name"] = _("This name is too long, or contains a character that cannot be read.")
    if not errors and not name:
        errors["name"] = _("Please give the organisation’s name.")
    elif not errors and Organisation.objects.filter(name=name).exists():
        errors["name"] = _("There is already an organisation of this name.")
    if VOCABULARIES["capacity"].get(capacity) is None:
        errors["capacity"] = _("Please choose one of the values listed.")
    if body is not None and capacity != "administration":
        errors["body"] = _("Only an administration speaks for a public body.")
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        organisation = Organisation.objects.create(
            name=name, capacity=capacity, body=body, is_operator=is_operator
        )
        record_account_event(
            verb="organisation.create",
            actor=actor,
            organisation=organisation,
            data={"operator": is_operator},
        )
    return organisation


def create_operator(
    *, email: str, password: str, name: str = "", organisation: str = "Clairevoie"
) -> User:
    """Open a moderator's account, and the organisation that runs the site if there is none yet.

    For the command line of the machine, the only place where the first account can come from.

    Raises:
        InvalidInput: the address is taken or wrong, the password too weak, the name taken.
    """
    with transaction.atomic():
        operator = Organisation.objects.filter(is_operator=True).order_by("pk").first()
        if operator is None:
            operator = create_organisation(
                actor=COMMAND, name=organisation, capacity="association", is_operator=True
            )
        user = create_account(actor=COMMAND, email=email, password=password, name=name)
        join(actor=COMMAND, user=user, organisation=operator, role=Role.MODERATOR)
    return user


def join(*, actor: Actor, user: User, organisation: Organisation, role: Role) -> Membership:
    """Give a person a role in an organisation; the caller has checked that it may be given."""
    with transaction.atomic():
        membership, _created = Membership.objects.update_or_create(
            user=user, organisation=organisation, defaults={"role": role}
        )
        record_account_event(
            verb="member.join",
            actor=actor,
            subject=user,
            organisation=organisation,
            data={"role": role.value},
        )
    return membership


def _last_in_charge(membership: Membership) -> bool:
    """Tell whether nobody else could run the site (operator) if this member left its role."""
    organisation = membership.organisation
    return (
        organisation.is_operator
        and membership.role == Role.MODERATOR
        and not organisation.memberships.filter(role=Role.MODERATOR, user__is_active=True)
        .exclude(pk=membership.pk)
        .exists()
    )


def _may_change(actor: Actor, membership: Membership) -> None:
    if Role(membership.role) not in roles_to_give(actor, membership.organisation):
        raise Refused(_("You may not change what this person does in this organisation."))
    if _last_in_charge(membership):
        raise Refused(_("This person is the last moderator of the site: name another one first."))


def change_role(*, actor: Actor, membership: Membership, role: Role) -> Membership:
    """Change a member's role.

    Raises:
        Refused: the actor may not give this role or change that person's.
    """
    if role == membership.role:
        return membership
    if role not in roles_to_give(actor, membership.organisation):
        raise Refused(_("You may not give this role in this organisation."))
    _may_change(actor, membership)
    with transaction.atomic():
        before, membership.role = membership.role, role
        membership.save(update_fields=["role"])
        record_account_event(
            verb="member.role",
            actor=actor,
            subject=membership.user,
            organisation=membership.organisation,
            data={"before": before, "role": role.value},
        )
    return membership


def remove_member(*, actor: Actor, membership: Membership) -> None:
    """Take a person out of an organisation, with the keys made in its name.

    Raises:
        Refused: the actor may not, or the site would be left without a moderator.
    """
    if actor.user is None or actor.user.pk != membership.user_id:
        _may_change(actor, membership)
    elif _last_in_charge(membership):
        raise Refused(_("This person is the last moderator of the site: name another one first."))
    with transaction.atomic():
        record_account_event(
            verb="member.leave",
            actor=actor,
            subject=membership.user,
            organisation=membership.organisation,
            data={"role": membership.role},
        )
        membership.delete()
