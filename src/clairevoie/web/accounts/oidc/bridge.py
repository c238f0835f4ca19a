"""What `mozilla_django_oidc` asks for by the name of a setting, answered from the provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from mozilla_django_oidc.utils import import_from_settings

from clairevoie.web.accounts.oidc.provider import TIMEOUT, Provider, resolved

ANSWERS: dict[str, Callable[[Provider], Any]] = {
    "OIDC_OP_AUTHORIZATION_ENDPOINT": lambda provider: provider.authorization_endpoint,
    "OIDC_OP_TOKEN_ENDPOINT": lambda provider: provider.token_endpoint,
    "OIDC_OP_USER_ENDPOINT": lambda provider: provider.userinfo_endpoint,
    "OIDC_OP_JWKS_ENDPOINT": lambda provider: provider.jwks_endpoint,
    "OIDC_RP_CLIENT_ID": lambda provider: provider.client_id,
    "OIDC_RP_CLIENT_SECRET": lambda provider: provider.client_secret,
    "OIDC_RP_SIGN_ALGO": lambda provider: provider.algorithm,
    "OIDC_RP_SCOPES": lambda provider: provider.scopes,
    "OIDC_AUTH_REQUEST_EXTRA_PARAMS": lambda provider: (
        {"acr_values": provider.acr_values} if provider.acr_values else {}
    ),
    "OIDC_USE_NONCE": lambda _provider: True,
    "OIDC_USE_PKCE": lambda provider: provider.pkce,
    "OIDC_NONCE_SIZE": lambda _provider: 43,
    "OIDC_STATE_SIZE": lambda _provider: 43,
    "OIDC_MAX_STATES": lambda _provider: 10,
    "OIDC_TIMEOUT": lambda _provider: TIMEOUT,
    "OIDC_STORE_ID_TOKEN": lambda _provider: True,
    "OIDC_STORE_ACCESS_TOKEN": lambda _provider: False,
    "OIDC_ALLOW_UNSECURED_JWT": lambda _provider: False,
    "OIDC_AUTHENTICATION_CALLBACK_URL": lambda _provider: "oidc:callback",
}


def provider_setting(name: str, *default: Any) -> Any:
    """Return what the library calls a setting.

    Raises:
        ProviderProblem: the provider does not say where its endpoints are.
    """
    provider: Provider | None = settings.OIDC
    if provider is not None and name in ANSWERS:
        return ANSWERS[name](resolved(provider))
    return import_from_settings(name, *default)
