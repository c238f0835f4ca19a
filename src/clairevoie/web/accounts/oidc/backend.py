"""From the provider's answer to an account; an account is found or refused, never given rights."""

from __future__ import annotations

import hashlib
from typing import Any

import jwt
import requests
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.utils.translation import gettext as _
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from clairevoie.web.accounts.models import User
from clairevoie.web.accounts.oidc.bridge import provider_setting
from clairevoie.web.accounts.oidc.provider import ALGORITHMS, TIMEOUT, Provider
from clairevoie.web.accounts.permissions import Actor, Refused
from clairevoie.web.accounts.services.invitations import has_open_invitation
from clairevoie.web.accounts.services.people import create_account, link_subject

LEEWAY = 30
_ID_TOKEN_CLAIMS = ["iss", "aud", "exp", "iat", "sub", "nonce"]
_USERINFO_CLAIMS = ["iss", "aud", "sub"]


def subject_of(issuer: str, sub: str) -> str:
    """Return what is kept of the provider's name for a person: a digest, the same each time."""
    return hashlib.sha256(f"{issuer}\n{sub}".encode()).hexdigest()


class ProviderBackend(OIDCAuthenticationBackend):  # type: ignore[misc] # the library has no types
    """Signs a person in with what the provider says, once it is verified.

    Both tokens are checked against the provider's keys with an allowed algorithm, for this client
    and from this issuer; userinfo must be about the person of the id_token.
    """

    def __init__(self) -> None:
        # The library asks for every endpoint here, which would be a request to the provider each
        # time that anybody signs in, also with a password: see `authenticate`.
        self.UserModel = User

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        """Answer the library from the provider."""
        return provider_setting(attr, *args)

    def authenticate(
        self, request: HttpRequest | None, *, nonce: str, code_verifier: str | None = None
    ) -> User | None:
        """Exchange the code of the callback; a sign-in with a password never comes here."""
        if settings.OIDC is None or not nonce:
            return None
        super().__init__()
        user: User | None = super().authenticate(request, nonce=nonce, code_verifier=code_verifier)
        return user

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """Return the claims of the id_token.

        Raises:
            SuspiciousOperation: it is not signed by the provider, for this client, for this visit.
        """
        claims = self._decode(token, _ID_TOKEN_CLAIMS)
        if claims["nonce"] != kwargs.get("nonce"):
            raise SuspiciousOperation("The nonce of the id_token is not that of the visit.")
        if claims.get("azp", self._provider.client_id) != self._provider.client_id:
            raise SuspiciousOperation("The id_token was issued to another client.")
        return claims

    def get_userinfo(
        self, access_token: str, id_token: str, payload: dict[str, Any]
    ) -> dict[str, Any]:
        """Return what the provider says of the person, signed (JWT) or not (JSON over TLS).

        Raises:
            SuspiciousOperation: the signature is wrong, or it is about somebody else.
        """
        answer = requests.get(
            self.OIDC_OP_USER_ENDPOINT,
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        claims: dict[str, Any]
        if kind == "application/jwt":
            claims = self._decode(answer.text.strip(), _USERINFO_CLAIMS)
        else:
            claims = answer.json()
        if claims.get("sub") != payload["sub"]:
            raise SuspiciousOperation("The userinfo is about somebody else.")
        return claims

    def get_or_create_user(
        self, access_token: str, id_token: str, payload: dict[str, Any]
    ) -> User | None:
        """Return the account of the person.

        It is the one tied to the provider's subject; failing that, the one that has the verified
        address, which is then tied; failing that, a new one for a person who has been invited.

        Raises:
            Refused: there is none, and nobody has invited this person.
        """
        claims = self.get_userinfo(access_token, id_token, payload)
        subject = subject_of(payload["iss"], payload["sub"])
        known = User.objects.filter(oidc_subject=subject).first()
        if known is not None:
            return known
        email = str(claims.get("email") or "").strip().lower()
        verified = claims.get("email_verified") is True or self._provider.trusts_email
        if not email or not verified:
            raise Refused(_("Your identity provider does not give a verified e-mail address."))
        user = User.objects.filter(email=email).first()
        if user is not None and not user.oidc_subject:
            return link_subject(user=user, subject=subject)
        if user is None and has_open_invitation(email):
            names = (str(claims.get(key) or "") for key in ("given_name", "usual_name"))
            name = " ".join(filter(None, names)) or str(claims.get("name") or "")
            return create_account(actor=Actor(), email=email, name=name[:150], subject=subject)
        raise Refused(
            _("No account here goes with this identity. Somebody has to invite you first.")
        )

    @property
    def _provider(self) -> Provider:
        provider = settings.OIDC
        assert provider is not None  # noqa: S101 - `authenticate` is the only way here
        return provider

    def _decode(self, token: str, required: list[str]) -> dict[str, Any]:
        """Return the claims of a token that the provider signed for this client."""
        try:
            if jwt.get_unverified_header(token).get("alg") not in ALGORITHMS:
                raise SuspiciousOperation("The token is signed with an algorithm not allowed.")
            claims: dict[str, Any] = jwt.decode(
                token,
                self._signing_key(token),
                algorithms=list(ALGORITHMS),
                audience=self._provider.client_id,
                issuer=self._provider.issuer,
                leeway=LEEWAY,
                options={"require": required},
            )
        except jwt.PyJWTError as problem:
            raise SuspiciousOperation(f"The token cannot be trusted: {problem}") from problem
        return claims

    def _signing_key(self, token: str) -> jwt.PyJWK:
        """Return the provider's key that a token names, made for the token's algorithm."""
        header = jwt.get_unverified_header(token)
        answer = requests.get(self.OIDC_OP_JWKS_ENDPOINT, timeout=TIMEOUT)
        answer.raise_for_status()
        wanted = {"RS256": "RSA", "ES256": "EC"}[header["alg"]]
        keys = [
            key
            for key in answer.json()["keys"]
            if key.get("kty") == wanted
            and key.get("use", "sig") == "sig"
            and key.get("alg", header["alg"]) == header["alg"]
            and ("kid" not in header or key.get("kid") == header["kid"])
        ]
        if len(keys) != 1:
            raise SuspiciousOperation("The provider has no such key.")
        return jwt.PyJWK(keys[0], algorithm=header["alg"])
