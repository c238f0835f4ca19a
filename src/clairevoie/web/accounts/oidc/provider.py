"""The identity provider: what the environment says of it, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

ALGORITHMS = ("RS256", "ES256")
TIMEOUT = 10
_FROM_DISCOVERY = {
    "authorization_endpoint": "authorization_endpoint",
    "token_endpoint": "token_endpoint",
    "userinfo_endpoint": "userinfo_endpoint",
    "jwks_endpoint": "jwks_uri",
    "logout_endpoint": "end_session_endpoint",
}


class ProviderProblem(ValueError):
    """A setting of the provider that cannot be used, or an answer of it; the message says which."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider.

    ``trusts_email`` says that its addresses are verified although it does not say so
    (``email_verified``), as ProConnect's. ``pkce`` is on unless the provider refuses it.
    """

    issuer: str
    client_id: str
    client_secret: str
    name: str = "OpenID Connect"
    scopes: str = "openid email"
    acr_values: str = ""
    algorithm: str = "RS256"
    pkce: bool = True
    trusts_email: bool = False
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    userinfo_endpoint: str = ""
    jwks_endpoint: str = ""
    logout_endpoint: str = ""


def _is_safe(url: str) -> bool:
    """Tell whether an address is https, or of this very machine (tests, development)."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in {"127.0.0.1", "localhost", "::1"}


def read_provider(variables: Mapping[str, str]) -> Provider | None:
    """Return the provider of ``CLAIREVOIE_OIDC_*``, or None when none of them is set.

    Raises:
        ProviderProblem: some are missing or cannot be used.
    """

    def said(name: str) -> str:
        return variables.get(f"CLAIREVOIE_OIDC_{name}", "").strip()

    if not any(key.startswith("CLAIREVOIE_OIDC_") and value for key, value in variables.items()):
        return None
    for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET"):
        if not said(name):
            raise ProviderProblem(f"CLAIREVOIE_OIDC_{name} is missing.")
    endpoints = {key: said(key.upper()) for key in _FROM_DISCOVERY}
    for key, url in {"issuer": said("ISSUER"), **endpoints}.items():
        if url and not _is_safe(url):
            raise ProviderProblem(f"CLAIREVOIE_OIDC_{key.upper()} must start with https:// .")
    algorithm = said("ALGORITHM") or "RS256"
    if algorithm not in ALGORITHMS:
        raise ProviderProblem("CLAIREVOIE_OIDC_ALGORITHM must be RS256 or ES256.")
    scopes = said("SCOPES") or "openid email"
    if "openid" not in scopes.split():
        raise ProviderProblem("CLAIREVOIE_OIDC_SCOPES must hold openid.")
    return Provider(
        issuer=said("ISSUER"),
        client_id=said("CLIENT_ID"),
        client_secret=said("CLIENT_SECRET"),
        name=said("NAME") or "OpenID Connect",
        scopes=scopes,
        acr_values=said("ACR_VALUES"),
        algorithm=algorithm,
        pkce=said("PKCE") != "0",
        trusts_email=said("TRUSTS_EMAIL") == "1",
        **endpoints,
    )


@lru_cache(maxsize=4)
def resolved(provider: Provider) -> Provider:
    """Return the provider with every endpoint, asking it for those that were not given.

    Raises:
        ProviderProblem: it does not answer as it should.
    """
    import requests

    needed = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_endpoint")
    if all(getattr(provider, key) for key in needed):
        return provider
    url = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        answer = requests.get(url, timeout=TIMEOUT)
        answer.raise_for_status()
        said = answer.json()
    except (requests.RequestException, ValueError) as problem:
        raise ProviderProblem(f"{url} cannot be read.") from problem
    if said.get("issuer") != provider.issuer:
        raise ProviderProblem(f"{url} speaks for another issuer.")
    found: dict[str, Any] = {
        key: getattr(provider, key) or said.get(name) or "" for key, name in _FROM_DISCOVERY.items()
    }
    for key, value in found.items():
        if (key in needed and not value) or (value and not _is_safe(value)):
            raise ProviderProblem(f"{url} gives no usable {key}.")
    return replace(provider, **found)
