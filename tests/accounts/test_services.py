"""Accounts, organisations, invitations, keys: what may be done, and what is recorded."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from clairevoie.web.accounts import services
from clairevoie.web.accounts.models import (
    AccountEvent,
    ApiToken,
    Invitation,
    Membership,
    Organisation,
    Role,
    User,
)
from clairevoie.web.accounts.permissions import COMMAND, Actor, InvalidInput, Refused, actor_of
from tests.people import PASSWORD, acting, member, moderator, organisation, person

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(AccountEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_the_first_operator_comes_with_its_organisation() -> None:
    first = services.create_operator(email=" Ada@Exemple.FR ", password=PASSWORD, name="Ada")
    second = services.create_operator(email="bob@exemple.fr", password=PASSWORD)
    assert first.email == "ada@exemple.fr"
    assert first.check_password(PASSWORD)
    operator = Organisation.objects.get(is_operator=True)
    assert set(operator.members.all()) == {first, second}
    assert actor_of(first.memberships.get()).has(Role.MODERATOR)
    assert verbs()[:3] == ["organisation.create", "account.create", "member.join"]


@pytest.mark.parametrize(
    ("email", "password", "input_at_fault"),
    [
        ("nobody", PASSWORD, "email"),
        ("ada@exemple.fr", "court", "password"),
        ("ada@exemple.fr", "passwordpassword", None),
        ("ada@exemple.fr", "ada@exemple.fr", "password"),
    ],
)
def test_a_weak_account_is_refused(email: str, password: str, input_at_fault: str | None) -> None:
    if input_at_fault is None:
        services.create_operator(email=email, password=password)
        return
    with pytest.raises(InvalidInput) as refused:
        services.create_operator(email=email, password=password)
    assert set(refused.value.errors) == {input_at_fault}
    assert not User.objects.exists()
    assert not Organisation.objects.exists(), "all or nothing"


def test_only_moderators_add_organisations_and_bodies_go_with_administrations() -> None:
    with pytest.raises(Refused):
        services.create_organisation(
            actor=acting(Role.PUBLISHER, organisation()), name="Autre", capacity="union"
        )
    from clairevoie.web.register.models import PublicBody

    body = PublicBody.objects.create(slug="dgfip", name="DGFiP", kind="central")
    for given, at_fault in (
        ({"name": "", "capacity": "union"}, "name"),
        ({"name": "Les voix du numérique", "capacity": "union"}, "name"),
        ({"name": "x" * 201, "capacity": "union"}, "name"),
        ({"name": "Autre", "capacity": "king"}, "capacity"),
        ({"name": "Autre", "capacity": "union", "body": body}, "body"),
    ):
        with pytest.raises(InvalidInput) as refused:
            services.create_organisation(actor=COMMAND, **given)
        assert set(refused.value.errors) == {at_fault}


def test_an_invitation_works_once() -> None:
    team = organisation()
    invited = services.invite(
        actor=acting(Role.PUBLISHER, team),
        organisation=team,
        email="Nouvelle@Exemple.fr",
        role=Role.CONTRIBUTOR,
    )
    assert invited.url == f"http://testserver/invitation/{invited.token}/"
    assert invited.token.split(":")[0] not in str(Invitation.objects.values().get())
    user = services.accept_invitation(token=invited.token, name="Nour", password=PASSWORD)
    assert user.email == "nouvelle@exemple.fr"
    assert user.memberships.get().role == Role.CONTRIBUTOR
    assert services.open_invitation(invited.token) is None
    with pytest.raises(Refused):
        services.accept_invitation(token=invited.token, user=user)
    assert verbs()[-3:] == ["account.create", "invitation.accept", "member.join"]


def test_an_older_invitation_takes_no_role_away() -> None:
    chief = moderator()
    for role, kept in ((Role.READER, Role.MODERATOR), (Role.PUBLISHER, Role.PUBLISHER)):
        team = chief.organisation if kept is Role.MODERATOR else organisation()
        email = "n@exemple.fr"
        invited = services.invite(actor=COMMAND, organisation=team, email=email, role=role)
        one = member(kept if kept is Role.MODERATOR else Role.CONTRIBUTOR, team, email)
        services.accept_invitation(token=invited.token, user=one.user)
        one.refresh_from_db()
        assert one.role == kept
        last = AccountEvent.objects.latest("pk")
        assert (last.verb, last.data) == ("member.join", {"role": kept.value})


def test_a_failed_acceptance_leaves_the_invitation_open() -> None:
    team = organisation()
    invited = services.invite(
        actor=COMMAND, organisation=team, email="n@exemple.fr", role=Role.READER
    )
    with pytest.raises(InvalidInput):
        services.accept_invitation(token=invited.token, password="court")
    assert services.open_invitation(invited.token) is not None
    assert not User.objects.filter(email="n@exemple.fr").exists()


def test_an_invitation_is_for_one_person_and_some_days() -> None:
    team = organisation()
    invited = services.invite(
        actor=COMMAND, organisation=team, email="n@exemple.fr", role=Role.READER
    )
    with pytest.raises(Refused):
        services.accept_invitation(token=invited.token, user=person("autre@exemple.fr"))
    # Not the last character: some of its bits say nothing.
    other = "B" if invited.token[-5] == "A" else "A"
    assert services.open_invitation(invited.token[:-5] + other + invited.token[-4:]) is None
    assert services.open_invitation("n’importe quoi") is None
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert services.open_invitation(invited.token) is None


def test_a_withdrawn_invitation_is_over() -> None:
    team = organisation()
    publisher = acting(Role.PUBLISHER, team)
    invited = services.invite(
        actor=publisher, organisation=team, email="n@exemple.fr", role=Role.READER
    )
    with pytest.raises(Refused):
        services.revoke_invitation(
            actor=acting(Role.CONTRIBUTOR, team), invitation=invited.invitation
        )
    services.revoke_invitation(actor=publisher, invitation=invited.invitation)
    assert services.open_invitation(invited.token) is None
    with pytest.raises(Refused):
        services.revoke_invitation(actor=publisher, invitation=invited.invitation)


@pytest.mark.parametrize(
    ("role", "own", "given", "allowed"),
    [
        (Role.READER, True, Role.READER, False),
        (Role.CONTRIBUTOR, True, Role.READER, False),
        (Role.PUBLISHER, True, Role.PUBLISHER, True),
        (Role.PUBLISHER, True, Role.MODERATOR, False),
        (Role.PUBLISHER, False, Role.READER, False),
        (Role.MODERATOR, True, Role.READER, True),  # a moderator elsewhere is a publisher
        (Role.MODERATOR, True, Role.MODERATOR, False),
    ],
)
def test_who_may_invite(role: Role, own: bool, given: Role, allowed: bool) -> None:
    team, other = organisation(), organisation("Une autre")
    actor = acting(role, team)

    def act() -> None:
        services.invite(
            actor=actor,
            organisation=team if own else other,
            email="n@exemple.fr",
            role=given,
        )

    if allowed:
        act()
    else:
        with pytest.raises(Refused):
            act()


def test_the_operators_moderator_invites_anywhere_and_names_moderators_at_home_only() -> None:
    chief = actor_of(moderator())
    team = organisation()
    services.invite(actor=chief, organisation=team, email="a@exemple.fr", role=Role.PUBLISHER)
    with pytest.raises(Refused):
        services.invite(actor=chief, organisation=team, email="a@exemple.fr", role=Role.MODERATOR)
    assert chief.organisation is not None
    services.invite(
        actor=chief, organisation=chief.organisation, email="b@exemple.fr", role=Role.MODERATOR
    )


def test_roles_change_and_people_leave_but_the_last_moderator_stays() -> None:
    first = moderator()
    chief = actor_of(first)
    team = organisation()
    one = member(Role.CONTRIBUTOR, team)
    publisher = acting(Role.PUBLISHER, team)
    key = services.create_token(membership=one, label="essai")
    services.change_role(actor=publisher, membership=one, role=Role.READER)
    with pytest.raises(Refused):
        services.change_role(actor=publisher, membership=one, role=Role.MODERATOR)
    with pytest.raises(Refused):
        services.change_role(actor=publisher, membership=first, role=Role.READER)
    services.remove_member(actor=publisher, membership=one)
    assert services.actor_of_token(key.secret) is None
    for act in (
        lambda: services.change_role(actor=chief, membership=first, role=Role.READER),
        lambda: services.remove_member(actor=chief, membership=first),
    ):
        with pytest.raises(Refused):
            act()
    member(Role.MODERATOR, first.organisation, "autre@exemple.fr")
    services.remove_member(actor=chief, membership=first)
    assert "member.leave" in verbs()


def test_a_key_is_kept_as_a_digest_and_ends() -> None:
    one = member(Role.CONTRIBUTOR, organisation())
    made = services.create_token(membership=one, label="publication", days=365)
    assert made.secret not in str(ApiToken.objects.values().get())
    assert made.secret.startswith(made.token.hint)
    found = services.actor_of_token(made.secret)
    assert found is not None
    assert found == actor_of(one)
    assert services.actor_of_token(made.secret + "x") is None
    for days in (0, 366):
        with pytest.raises(InvalidInput):
            services.create_token(membership=one, label="x", days=days)
    with pytest.raises(InvalidInput):
        services.create_token(membership=one, label=" ")
    with pytest.raises(Refused):
        services.revoke_token(actor=Actor(person("z@exemple.fr")), token=made.token)
    services.revoke_token(actor=found, token=made.token)
    assert services.actor_of_token(made.secret) is None
    late = services.create_token(membership=one, label="ancienne")
    ApiToken.objects.filter(pk=late.token.pk).update(expires_at=timezone.now())
    assert services.actor_of_token(late.secret) is None


def test_a_closed_account_can_nothing_and_says_nothing_of_its_holder() -> None:
    one = member(Role.PUBLISHER, organisation())
    actor = actor_of(one)
    key = services.create_token(membership=one, label="publication")
    user = services.close_account(actor=COMMAND, user=one.user)
    assert not actor_of(one).has(Role.READER)
    assert not Actor(user, actor.organisation, Role.PUBLISHER).has(Role.READER)
    assert services.actor_of_token(key.secret) is None
    assert not Membership.objects.exists()
    everything = str(list(AccountEvent.objects.values())) + str(User.objects.values().get())
    assert "exemple.fr" not in everything


def test_changing_the_password_asks_for_the_current_one() -> None:
    user = person()
    for current, new, at_fault in (
        ("faux", "encore une longue phrase", "current"),
        (PASSWORD, "court", "new"),
        (PASSWORD, PASSWORD, "new"),
    ):
        with pytest.raises(InvalidInput) as refused:
            services.change_password(user=user, current=current, new=new)
        assert set(refused.value.errors) == {at_fault}
    services.change_password(user=user, current=PASSWORD, new="encore une longue phrase")
    assert User.objects.get().check_password("encore une longue phrase")


@pytest.mark.parametrize("act", ["UPDATE accounts_accountevent SET verb = 'x'", "DELETE"])
def test_the_database_refuses_to_rewrite_account_events(act: str) -> None:
    person()
    sql = act if act.startswith("UPDATE") else "DELETE FROM accounts_accountevent"
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)
