"""Going to the provider and coming back."""

from __future__ import annotations

import logging
import secrets
from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from mozilla_django_oidc.views import (
    OIDCAuthenticationCallbackView,
    OIDCAuthenticationRequestView,
)

from clairevoie.web.accounts.oidc.bridge import provider_setting
from clairevoie.web.accounts.oidc.provider import Provider, ProviderProblem, resolved
from clairevoie.web.accounts.permissions import Refused

LOGGER = logging.getLogger(__name__)
LOGOUT_STATE = "oidc_logout_state"


def _failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    messages.error(
        request, reason or _("Signing in did not succeed. Please try again, from this page.")
    )
    return redirect("accounts:login")


class RequestView(OIDCAuthenticationRequestView):  # type: ignore[misc] # the library has no types
    """Sends the person to the provider, with state, nonce and PKCE."""

    def __init__(self, **kwargs: Any) -> None:
        # The library reads its settings here, before it is known whether there is a provider.
        super(OIDCAuthenticationRequestView, self).__init__(**kwargs)

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        """Answer the library from the provider."""
        return provider_setting(attr, *args)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the provider."""
        if settings.OIDC is None:
            raise Http404
        try:
            self.OIDC_OP_AUTH_ENDPOINT = self.get_settings("OIDC_OP_AUTHORIZATION_ENDPOINT")
        except ProviderProblem as problem:
            LOGGER.warning("%s", problem)
            return _failed(request, _("The identity provider does not answer. Try again later."))
        self.OIDC_RP_CLIENT_ID = self.get_settings("OIDC_RP_CLIENT_ID")
        response: HttpResponse = super().get(request)
        return response


class CallbackView(OIDCAuthenticationCallbackView):  # type: ignore[misc] # the library has no types
    """Takes the person back; what cannot be trusted leads to the sign-in page with a sentence."""

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        """Answer the library from the provider."""
        return provider_setting(attr, *args)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Sign the person in, or say why not."""
        if settings.OIDC is None:
            raise Http404
        try:
            response: HttpResponse = super().get(request)
        except Refused as refusal:
            return _failed(request, str(refusal))
        except (
            SuspiciousOperation,
            ProviderProblem,
            jwt.PyJWTError,
            requests.RequestException,
            LookupError,
            TypeError,
            ValueError,
        ) as problem:
            LOGGER.warning("sign-in through the provider: %s: %s", type(problem).__name__, problem)
            return _failed(request)
        return response

    def login_failure(self) -> HttpResponse:
        """Lead back to the sign-in page."""
        return _failed(self.request)


def logout_address(request: HttpRequest, id_token: str) -> str:
    """Return where the provider ends its own session, or "" when it has no such place.

    The state that the provider will give back is kept in the (new) session.
    """
    provider: Provider | None = settings.OIDC
    if provider is None or not id_token:
        return ""
    try:
        endpoint = resolved(provider).logout_endpoint
    except ProviderProblem:
        return ""
    if not endpoint:
        return ""
    state = secrets.token_urlsafe(32)
    request.session[LOGOUT_STATE] = state
    query = {
        "id_token_hint": id_token,
        "state": state,
        "post_logout_redirect_uri": request.build_absolute_uri(reverse("oidc:signed_out")),
    }
    return f"{endpoint}?{urlencode(query)}"


def signed_out(request: HttpRequest) -> HttpResponse:
    """Take the person back after the provider has ended its session."""
    expected = request.session.pop(LOGOUT_STATE, "")
    if expected and constant_time_compare(request.GET.get("state", ""), expected):
        messages.success(request, _("You are signed out."))
    return redirect("register:home")
