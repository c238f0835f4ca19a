"""The account pages, as a person uses them."""

import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clairevoie.web.accounts import services
from clairevoie.web.accounts.models import ApiToken, Invitation, Membership, RateCount, Role, User
from clairevoie.web.accounts.permissions import COMMAND, Refused
from clairevoie.web.accounts.services.limits import LIMITS, Limit
from tests.people import PASSWORD, member, moderator, organisation, person, signed_in

pytestmark = pytest.mark.django_db
LOGIN = "/connexion/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post(LOGIN, {"email": email, "password": password, **more})


def test_signing_in_and_out() -> None:
    user = person()
    client = Client()
    assert client.get(LOGIN).status_code == 200
    client.get("/invitation/abc/")
    assert "session" not in client.cookies, "nothing is kept for a link that leads nowhere"
    invited = services.invite(
        actor=COMMAND, organisation=organisation(), email=user.email, role=Role.READER
    )
    client.get(invited.url)  # opens a session before signing in
    before = client.cookies["session"].value
    answer = sign_in(client, " Camille@Exemple.fr", next="/compte/")
    assert answer.headers["Location"] == "/compte/"
    assert client.cookies["session"].value != before, "the session has another number"
    page = client.get("/compte/")
    assert page.status_code == 200
    assert "private" in page.headers["Cache-Control"]
    assert "no-store" in page.headers["Cache-Control"]
    assert client.get("/deconnexion/").status_code == 405
    answer = client.post("/deconnexion/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/compte/").status_code == 302


@pytest.mark.parametrize(
    "wanted",
    [
        "https://ailleurs.example/",
        "//ailleurs.example",
        "/\\ailleurs.example",
        "javascript:1",
        "abc",
        "accounts:home",
        "http://testserver/compte/",
    ],
)
def test_signing_in_never_leads_elsewhere(wanted: str) -> None:
    client, user = Client(), person()
    assert sign_in(client, user.email, next=wanted).headers["Location"] == "/"
    assert client.get(LOGIN, {"next": wanted}).headers["Location"] == "/"


def test_a_failure_says_nothing_of_the_account() -> None:
    person()
    closed = person("close@exemple.fr")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    services.create_account(actor=COMMAND, email="sans@exemple.fr")
    pages = []
    for email in ("camille@exemple.fr", "inconnue@exemple.fr", closed.email, "sans@exemple.fr"):
        answer = sign_in(Client(), email, "faux mot de passe")
        assert answer.status_code == 200
        text = answer.content.decode().replace(email, "…")
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text))
    assert len(set(pages)) == 1


def test_a_failure_takes_the_same_time_for_an_unknown_address(
    settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in passwords digested, which no noise of the machine disturbs."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    person()
    services.create_account(actor=COMMAND, email="sans@exemple.fr")
    digested = []
    encode = MD5PasswordHasher.encode

    def counting(self, password, salt):
        digested.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    counts = {}
    for email in ("camille@exemple.fr", "inconnue@exemple.fr", "sans@exemple.fr"):
        digested.clear()
        sign_in(Client(), email, "faux mot de passe")
        counts[email] = len(digested)
    assert set(counts.values()) == {1}


def test_too_many_failures_are_refused_for_any_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "sign_in", Limit(3, 900))
    person()
    for email in ("camille@exemple.fr", "inconnue@exemple.fr"):
        client = Client()
        for _ in range(3):
            assert sign_in(client, email, "faux").status_code == 200
        answer = sign_in(client, email, PASSWORD)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "<h1>" in answer.content.decode()
    assert "127.0.0.1" not in str(RateCount.objects.values())


def test_a_stranger_cannot_lock_out_a_known_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "sign_in", Limit(2, 900))
    person()
    mine, stranger = Client(), Client()
    sign_in(mine, "camille@exemple.fr")
    mine.post("/deconnexion/")
    for _ in range(3):
        answer = sign_in(stranger, "camille@exemple.fr", "faux")
    assert answer.status_code == 429
    assert sign_in(mine, "camille@exemple.fr").status_code == 302
    stranger.cookies["known_browser"] = mine.cookies["known_browser"].value.replace(".", "x", 1)
    assert sign_in(stranger, "camille@exemple.fr").status_code == 429


def test_changing_the_password_ends_the_other_sessions() -> None:
    user = person()
    here, there = Client(), Client()
    sign_in(here, user.email)
    sign_in(there, user.email)
    given = {"current": PASSWORD, "new": "une autre longue phrase", "again": "pas la même"}
    page = here.post("/compte/mot-de-passe/", given)
    assert "Les deux mots de passe diffèrent" in page.content.decode()
    given["again"] = given["new"]
    assert here.post("/compte/mot-de-passe/", given).status_code == 302
    assert here.get("/compte/").status_code == 200
    assert there.get("/compte/").status_code == 302


def test_closing_the_other_sessions() -> None:
    user = person()
    here, there = Client(), Client()
    sign_in(here, user.email)
    sign_in(there, user.email)
    assert here.post("/compte/sessions/fermer/").status_code == 302
    assert here.get("/compte/").status_code == 200
    assert there.get("/compte/").status_code == 302


def test_a_lost_password_is_replaced_once_by_a_link_that_a_moderator_makes() -> None:
    one = member(Role.PUBLISHER, organisation())
    services.create_account(actor=COMMAND, email="z@exemple.fr")
    path = f"/compte/membres/{one.pk}/mot-de-passe/"
    assert signed_in(one.user).post(path).status_code == 403
    open_session = signed_in(one.user)
    link = signed_in(moderator().user).post(path).context["address"]
    assert open_session.get("/compte/").status_code == 200
    holder = Client()
    assert holder.get(link).headers["Location"] == "/nouveau-mot-de-passe/"
    assert one.user.email in holder.get("/nouveau-mot-de-passe/").content.decode()
    weak = holder.post("/nouveau-mot-de-passe/", {"password": "court", "again": "court"})
    assert weak.context["form"].errors["password"]
    given = {"password": "une autre longue phrase", "again": "une autre longue phrase"}
    assert holder.post("/nouveau-mot-de-passe/", given).headers["Location"] == LOGIN
    assert open_session.get("/compte/").status_code == 302
    assert sign_in(holder, one.user.email, given["password"]).status_code == 302
    assert Client().get(link, follow=True).status_code == 410
    key = link.rstrip("/").rpartition("/")[2]
    for wrong in (
        key,
        "1",
        "1.x",
        "x.y",
        f"{'9' * 5000}.x",
        f"{'9' * 19}.x",
        f"{one.user.pk + 1}.{key.partition('.')[2]}",
    ):
        with pytest.raises(Refused):
            services.use_password_link(key=wrong, new="encore une longue phrase")


def test_password_attempts_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "password", Limit(1, 900))
    client = signed_in(person())
    given = {
        "current": "faux",
        "new": "une autre longue phrase",
        "again": "une autre longue phrase",
    }
    assert client.post("/compte/mot-de-passe/", given).status_code == 200
    assert client.post("/compte/mot-de-passe/", given).status_code == 429


def test_expired_sessions_are_cleared_when_somebody_signs_in() -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now())
    time.sleep(0.01)
    person()
    sign_in(Client(), "camille@exemple.fr")
    assert not Session.objects.filter(session_key="old").exists()


def test_acting_in_another_name() -> None:
    user = person()
    one = member(Role.PUBLISHER, organisation("Abeilles"), user.email)
    two = member(Role.CONTRIBUTOR, organisation("Bourdons"), user.email)
    other = member(Role.PUBLISHER, organisation("Cigales"))
    client = signed_in(user)
    assert client.get("/compte/").context["acting"] == one
    client.post("/compte/au-nom-de/", {"membership": two.pk})
    assert client.get("/compte/").context["acting"] == two
    client.post("/compte/au-nom-de/", {"membership": other.pk})
    assert client.get("/compte/").context["acting"] == two


def test_a_key_is_shown_once() -> None:
    one = member(Role.CONTRIBUTOR, organisation())
    client = signed_in(one.user)
    assert client.post("/compte/cles/", {"label": "", "days": "90"}).status_code == 400
    page = client.post("/compte/cles/", {"label": "Publication", "days": "90"})
    found = re.search(r'value="(cv_[\w-]+)"', page.content.decode())
    assert found
    assert "no-store" in page.headers["Cache-Control"]
    assert services.actor_of_token(found.group(1)) is not None
    assert found.group(1) not in client.get("/compte/").content.decode()
    token = ApiToken.objects.get()
    stranger = signed_in(person("z@exemple.fr"))
    assert stranger.post(f"/compte/cles/{token.pk}/revoquer/").status_code == 404
    assert client.post(f"/compte/cles/{token.pk}/revoquer/").status_code == 302
    assert services.actor_of_token(found.group(1)) is None


def test_inviting_and_joining() -> None:
    team = organisation()
    publisher = signed_in(member(Role.PUBLISHER, team).user)
    address = f"/compte/organisations/{team.pk}/"
    page = publisher.post(address, {"email": "nour@exemple.fr", "role": "contributor"})
    link = page.context["invited"].url
    newcomer = Client()
    answer = newcomer.get(link)
    assert answer.headers["Location"] == "/invitation/", "the secret leaves the address"
    assert "Les voix du numérique" in newcomer.get("/invitation/").content.decode()
    weak = newcomer.post("/invitation/", {"name": "Nour", "password": "court", "again": "court"})
    assert weak.context["form"].errors["password"]
    assert (
        newcomer.post(
            "/invitation/", {"name": "Nour", "password": PASSWORD, "again": PASSWORD}
        ).headers["Location"]
        == "/compte/"
    )
    assert newcomer.get("/compte/").context["acting"].organisation == team
    assert Client().get(link, follow=True).status_code == 410


def test_joining_with_an_account_that_exists() -> None:
    team = organisation()
    user = person()
    invited = services.invite(
        actor=COMMAND, organisation=team, email=user.email, role=Role.PUBLISHER
    )
    client = Client()
    client.get(invited.url)
    page = client.get("/invitation/").content.decode()
    assert f"{LOGIN}?next=/invitation/" in page
    answer = client.post(
        "/invitation/", {"name": "", "password": "une phrase toute autre", "again": "x"}
    )
    assert answer.status_code == 200, "an invitation never changes somebody's password"
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    sign_in(client, user.email)
    assert client.post("/invitation/").headers["Location"] == "/compte/"
    assert Membership.objects.get(user=user).role == Role.PUBLISHER


def test_an_invitation_is_not_for_another_account() -> None:
    invited = services.invite(
        actor=COMMAND, organisation=organisation(), email="n@exemple.fr", role=Role.READER
    )
    client = signed_in(person())
    client.get(invited.url)
    assert client.get("/invitation/").context["other_account"]
    assert client.post("/invitation/").status_code == 403


def test_the_page_of_an_organisation_is_for_those_who_manage_it() -> None:
    team = organisation()
    address = reverse("accounts:organisation", args=[team.pk])
    assert Client().get(address).status_code == 302
    for role, status in ((Role.READER, 404), (Role.CONTRIBUTOR, 404), (Role.PUBLISHER, 200)):
        assert signed_in(member(role, team).user).get(address).status_code == status
    assert signed_in(moderator().user).get(address).status_code == 200
    stranger = member(Role.PUBLISHER, organisation("Une autre"))
    assert signed_in(stranger.user).get(address).status_code == 404


def test_managing_members() -> None:
    team = organisation()
    one = member(Role.CONTRIBUTOR, team)
    client = signed_in(member(Role.PUBLISHER, team).user)
    assert client.post(f"/compte/membres/{one.pk}/role/", {"role": "reader"}).status_code == 302
    assert client.post(f"/compte/membres/{one.pk}/role/", {"role": "king"}).status_code == 403
    assert client.get(f"/compte/membres/{one.pk}/retirer/").status_code == 200
    assert client.post(f"/compte/membres/{one.pk}/retirer/").status_code == 302
    assert not Membership.objects.filter(pk=one.pk).exists()
    made = services.invite(actor=COMMAND, organisation=team, email="n@exemple.fr", role=Role.READER)
    path = f"/compte/invitations/{made.invitation.pk}/retirer/"
    assert client.post(path).status_code == 302
    assert Invitation.objects.get().revoked_at
    assert client.post(path).status_code == 403


def test_leaving_an_organisation() -> None:
    one = member(Role.READER, organisation())
    client = signed_in(one.user)
    assert client.post(f"/compte/membres/{one.pk}/retirer/").headers["Location"] == "/compte/"
    assert "organisation" in client.get("/compte/").content.decode()


def test_moderators_add_organisations() -> None:
    client = signed_in(moderator().user)
    assert client.get("/compte/organisations/").status_code == 200
    page = client.post("/compte/organisations/", {"name": "", "capacity": "union", "body": ""})
    assert page.context["form"].errors["name"]
    given = {"name": "Syndicat des agents", "capacity": "union", "body": ""}
    assert client.post("/compte/organisations/", given).status_code == 302
    other = signed_in(member(Role.PUBLISHER, organisation()).user)
    assert other.get("/compte/organisations/").status_code == 403


def test_sending_a_form_without_its_token_is_refused() -> None:
    person()
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, "camille@exemple.fr").status_code == 403


def test_the_account_page_asks_little_of_the_database(assert_queries_snapshot) -> None:
    user = person()
    member(Role.PUBLISHER, organisation("Abeilles"), user.email)
    member(Role.CONTRIBUTOR, organisation("Bourdons"), user.email)
    client = signed_in(user)
    with assert_queries_snapshot():
        client.get("/compte/")
