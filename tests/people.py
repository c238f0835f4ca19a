"""People and organisations made in a line, for tests."""

from django.test import Client

from clairevoie.web.accounts.models import Membership, Organisation, Role, User
from clairevoie.web.accounts.permissions import COMMAND, Actor, actor_of
from clairevoie.web.accounts.services import create_account, create_organisation
from clairevoie.web.accounts.services.organisations import join
from clairevoie.web.register.models import PublicBody

PASSWORD = "une phrase assez longue"


def organisation(
    name: str = "Les voix du numérique",
    capacity: str = "association",
    *,
    body: PublicBody | None = None,
    is_operator: bool = False,
) -> Organisation:
    """An organisation, made as the command line does."""
    return create_organisation(
        actor=COMMAND, name=name, capacity=capacity, body=body, is_operator=is_operator
    )


def person(email: str = "camille@exemple.fr", **more: str) -> User:
    """An account with PASSWORD."""
    return create_account(actor=COMMAND, email=email, password=PASSWORD, **more)


def member(role: Role, of: Organisation, email: str | None = None) -> Membership:
    """A person with a role, made for the occasion."""
    email = email or f"{role.value}-{of.pk}@exemple.fr"
    user = User.objects.filter(email=email).first() or person(email)
    return join(actor=COMMAND, user=user, organisation=of, role=role)


def acting(role: Role, of: Organisation) -> Actor:
    """An actor with a role."""
    return actor_of(member(role, of))


def moderator() -> Membership:
    """A moderator of the site."""
    return member(Role.MODERATOR, organisation("Collectif Clairevoie", is_operator=True))


def signed_in(user: User) -> Client:
    """A browser in which a person has signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
