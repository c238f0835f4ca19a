"""Signing in through an identity provider that is not always honest."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests
from django.test import Client

from clairevoie.web.accounts import services
from clairevoie.web.accounts.models import AccountEvent, Membership, Role, User
from clairevoie.web.accounts.oidc.provider import (
    Provider,
    ProviderProblem,
    read_provider,
    resolved,
)
from clairevoie.web.accounts.permissions import COMMAND
from tests.accounts.provider import CLIENT, ISSUER, SECRET, STRANGER, Double
from tests.people import PASSWORD, organisation, person

pytestmark = pytest.mark.django_db
VARIABLES = {
    "CLAIREVOIE_OIDC_ISSUER": ISSUER,
    "CLAIREVOIE_OIDC_CLIENT_ID": CLIENT,
    "CLAIREVOIE_OIDC_CLIENT_SECRET": SECRET,
    "CLAIREVOIE_OIDC_NAME": "ProConnect",
    "CLAIREVOIE_OIDC_SCOPES": "openid email given_name usual_name",
}


@pytest.fixture
def provider(settings, monkeypatch: pytest.MonkeyPatch) -> Double:
    settings.OIDC = read_provider(VARIABLES)
    resolved.cache_clear()
    double = Double()
    monkeypatch.setattr(requests, "get", double.get)
    monkeypatch.setattr(requests, "post", double.post)
    return double


def go(client: Client, provider: Double, path: str = "/connexion/fournisseur/") -> Any:
    """To the provider and back."""
    there = client.get(path)
    assert there.status_code == 302
    assert there.headers["Location"].startswith(f"{ISSUER}/authorize?")
    return client.get(
        "/connexion/fournisseur/retour/", provider.authorise(there.headers["Location"])
    )


def who(client: Client) -> str | None:
    page = client.get("/compte/")
    return page.context["user"].email if page.status_code == 200 else None


def said(client: Client) -> str:
    return client.get("/connexion/").content.decode()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_known_person_comes_in(provider: Double, algorithm: str) -> None:
    provider.algorithm = algorithm
    user = person()
    client = Client()
    before = client.get("/connexion/")
    assert "ProConnect" in before.content.decode()
    assert go(client, provider).headers["Location"] == "/"
    assert who(client) == user.email
    user.refresh_from_db()
    assert user.oidc_subject
    assert "person-1" not in user.oidc_subject, "only a digest is kept"
    # The next time it is the subject that counts, whatever the address has become.
    provider.email, provider.email_verified = "autre@exemple.fr", False
    again = Client()
    go(again, provider)
    assert who(again) == user.email
    assert AccountEvent.objects.filter(verb="account.link").count() == 1


def test_state_nonce_and_pkce_are_asked_and_the_session_changes(provider: Double) -> None:
    person()
    client = Client()
    there = client.get("/connexion/fournisseur/?next=/contribuer/")
    query = dict(parse_qsl(urlsplit(there.headers["Location"]).query))
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"] == "http://testserver/connexion/fournisseur/retour/"
    before = client.cookies["session"].value
    back = client.get(
        "/connexion/fournisseur/retour/", provider.authorise(there.headers["Location"])
    )
    assert back.headers["Location"] == "/contribuer/"
    assert client.cookies["session"].value != before


def test_a_replayed_state_is_refused(provider: Double) -> None:
    person()
    client = Client()
    there = client.get("/connexion/fournisseur/").headers["Location"]
    back = provider.authorise(there)
    client.get("/connexion/fournisseur/retour/", back)
    client.post("/deconnexion/")
    again = client.get("/connexion/fournisseur/retour/", {**back, "code": "code-9"})
    assert again.headers["Location"] == "/connexion/"
    assert who(client) is None


def test_the_state_of_another_browser_is_refused(provider: Double) -> None:
    person()
    mine, theirs = Client(), Client()
    there = mine.get("/connexion/fournisseur/").headers["Location"]
    theirs.get("/connexion/fournisseur/")
    assert (
        theirs.get("/connexion/fournisseur/retour/", provider.authorise(there)).headers["Location"]
        == "/connexion/"
    )
    assert who(theirs) is None


LIES: dict[str, dict[str, Any]] = {
    "userinfo signed by a stranger": {"userinfo_key": STRANGER},
    "userinfo for another client": {"userinfo_claims": {"aud": "another"}},
    "userinfo of another issuer": {"userinfo_claims": {"iss": "https://ailleurs.test"}},
    "userinfo without audience": {"userinfo_claims": {"aud": None}},
    "userinfo about somebody else": {"userinfo_sub": "person-2"},
    "userinfo about nobody": {"userinfo_claims": {"sub": None}},
    "userinfo in the past": {"userinfo_claims": {"exp": 1}},
    "plain userinfo about somebody else": {"userinfo_sub": "person-2", "json_userinfo": True},
    "id_token signed by a stranger": {"id_token_key": STRANGER},
    "id_token for another client": {"id_token_claims": {"aud": "another"}},
    "id_token for two clients, made for the other": {
        "id_token_claims": {"aud": [CLIENT, "another"], "azp": "another"}
    },
    "id_token of another issuer": {"id_token_claims": {"iss": "https://ailleurs.test"}},
    "id_token of another visit": {"id_token_claims": {"nonce": "x" * 43}},
    "id_token without nonce": {"id_token_claims": {"nonce": None}},
    "id_token without end": {"id_token_claims": {"exp": None}},
    "id_token in the past": {"id_token_claims": {"exp": 1}},
    "address not verified": {"email_verified": False},
    "address said verified as text": {"userinfo_claims": {"email_verified": "false"}},
    "nothing said of the address": {"email_verified": None},
    "no address": {"email": ""},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_opens_nothing(provider: Double, lie: str, caplog: pytest.LogCaptureFixture) -> None:
    user = person()
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    client = Client()
    assert go(client, provider).headers["Location"] == "/connexion/"
    assert who(client) is None
    user.refresh_from_db()
    assert not user.oidc_subject
    assert "notice error" in said(client)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_no_other_algorithm_is_allowed(
    provider: Double, algorithm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    person()

    def sign(claims: dict[str, Any], _key: object = None) -> str:
        key: Any = SECRET if algorithm == "HS256" else None
        return jwt.encode(claims, key, algorithm, headers={"kid": "rs256"})

    monkeypatch.setattr(provider, "sign", sign)
    client = Client()
    go(client, provider)
    assert who(client) is None


def test_plain_userinfo_over_tls_is_accepted(provider: Double) -> None:
    user = person()
    provider.json_userinfo = True
    client = Client()
    go(client, provider)
    assert who(client) == user.email


def test_a_provider_may_be_trusted_for_addresses(provider: Double, settings) -> None:
    settings.OIDC = read_provider(VARIABLES | {"CLAIREVOIE_OIDC_TRUSTS_EMAIL": "1"})
    user = person()
    provider.email_verified = None
    client = Client()
    go(client, provider)
    assert who(client) == user.email


def test_nobody_comes_in_without_account_or_invitation(provider: Double) -> None:
    client = Client()
    assert go(client, provider).headers["Location"] == "/connexion/"
    assert not User.objects.exists()
    assert "Aucun compte ne correspond" in said(client)


def test_an_invited_person_gets_an_account_and_no_right_before_joining(provider: Double) -> None:
    team = organisation()
    invited = services.invite(
        actor=COMMAND, organisation=team, email="camille@exemple.fr", role=Role.CONTRIBUTOR
    )
    client = Client()
    client.get(invited.url)
    page = client.get("/invitation/").content.decode()
    assert "/connexion/fournisseur/?next=/invitation/" in page
    answer = go(client, provider, "/connexion/fournisseur/?next=/invitation/")
    assert answer.headers["Location"] == "/invitation/"
    user = User.objects.get()
    assert (user.email, user.name) == ("camille@exemple.fr", "Camille Roux")
    assert not user.has_usable_password()
    assert not Membership.objects.exists()
    client.get(invited.url)
    client.post("/invitation/")
    assert Membership.objects.get().organisation == team


def test_an_account_tied_to_somebody_is_not_tied_again(provider: Double) -> None:
    person()
    go(Client(), provider)
    provider.sub = "person-2"
    client = Client()
    go(client, provider)
    assert who(client) is None


def test_the_first_tie_ends_the_password_and_the_sessions(provider: Double) -> None:
    """Whoever opened the account with that address first may not be its holder."""
    user = person()
    earlier = Client()
    earlier.post("/connexion/", {"email": user.email, "password": PASSWORD})
    go(Client(), provider)
    assert who(earlier) is None
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_a_closed_account_stays_closed(provider: Double) -> None:
    user = person()
    go(Client(), provider)
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = Client()
    assert go(client, provider).headers["Location"] == "/connexion/"
    assert who(client) is None


def test_signing_out_of_the_provider_too(provider: Double) -> None:
    person()
    client = Client()
    go(client, provider)
    page = client.post("/deconnexion/")
    assert page.status_code == 200
    address = page.context["address"]
    assert page.headers["Refresh"] == f"0; url={address}"
    query = dict(parse_qsl(urlsplit(address).query))
    assert address.startswith(f"{ISSUER}/session/end?")
    assert jwt.decode(query["id_token_hint"], options={"verify_signature": False})["aud"] == CLIENT
    assert query["post_logout_redirect_uri"] == (
        "http://testserver/deconnexion/fournisseur/retour/"
    )
    assert who(client) is None
    assert client.get("/deconnexion/fournisseur/retour/", {"state": "x"}).status_code == 302
    back = client.get("/deconnexion/fournisseur/retour/", {"state": query["state"]})
    assert back.headers["Location"] == "/"


def test_a_silent_provider_does_not_keep_passwords_out(provider: Double) -> None:
    user = person()
    provider.broken = True
    client = Client()
    assert client.get("/connexion/fournisseur/").headers["Location"] == "/connexion/"
    provider.asked.clear()
    client.post("/connexion/", {"email": user.email, "password": PASSWORD})
    assert who(client) == user.email
    assert provider.asked == []


def test_an_error_of_the_provider_is_said(provider: Double) -> None:
    client = Client()
    client.get("/connexion/fournisseur/")
    back = client.get("/connexion/fournisseur/retour/", {"error": "access_denied"})
    assert back.headers["Location"] == "/connexion/"


def test_without_a_provider_its_addresses_do_not_exist(settings) -> None:
    settings.OIDC = None
    client = Client()
    assert client.get("/connexion/fournisseur/").status_code == 404
    assert client.get("/connexion/fournisseur/retour/?code=a&state=b").status_code == 404
    assert "ProConnect" not in said(client)


@pytest.mark.parametrize(
    "changed",
    [
        {"CLAIREVOIE_OIDC_ISSUER": ""},
        {"CLAIREVOIE_OIDC_CLIENT_SECRET": ""},
        {"CLAIREVOIE_OIDC_ISSUER": "http://identite.test"},
        {"CLAIREVOIE_OIDC_TOKEN_ENDPOINT": "http://identite.test/token"},
        {"CLAIREVOIE_OIDC_ALGORITHM": "HS256"},
        {"CLAIREVOIE_OIDC_SCOPES": "email"},
    ],
)
def test_settings_that_cannot_be_used_are_refused(changed: dict[str, str]) -> None:
    with pytest.raises(ProviderProblem, match="CLAIREVOIE_OIDC_"):
        read_provider(VARIABLES | changed)


def test_settings_are_read() -> None:
    assert read_provider({}) is None
    found = read_provider(
        VARIABLES | {"CLAIREVOIE_OIDC_PKCE": "0", "CLAIREVOIE_OIDC_ACR_VALUES": "eidas1"}
    )
    assert isinstance(found, Provider)
    assert (found.pkce, found.acr_values, found.algorithm) == (False, "eidas1", "RS256")


def test_discovery_must_speak_for_the_issuer(
    provider: Double, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = provider.get
    from tests.accounts.provider import answer

    monkeypatch.setattr(requests, "get", lambda url, **_: answer({"issuer": "https://x.test"}))
    with pytest.raises(ProviderProblem):
        resolved(settings.OIDC)
    monkeypatch.setattr(requests, "get", real)
    assert resolved(settings.OIDC).jwks_endpoint == f"{ISSUER}/jwks"
