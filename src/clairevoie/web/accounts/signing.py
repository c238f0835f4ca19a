"""Signing in with a password: what is counted, what a known browser changes to it."""

from __future__ import annotations

import secrets

from django.contrib.auth import authenticate
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from clairevoie.web.accounts.models import User
from clairevoie.web.accounts.services import limits

SALT = "clairevoie.web.accounts.known_browser"
COOKIE = "known_browser"
COOKIE_AGE = 180 * 24 * 3600


def _mark(email: str) -> str:
    return salted_hmac(SALT, email, algorithm="sha256").hexdigest()[:32]


def _known_browser(request: HttpRequest, email: str) -> str:
    """Return this browser's number if this account has been opened from it before, else ""."""
    try:
        mark, _dot, number = (
            signing.Signer(salt=SALT).unsign(request.COOKIES.get(COOKIE, "")).partition(".")
        )
    except signing.BadSignature:
        return ""
    return number if constant_time_compare(mark, _mark(email)) else ""


def check_credentials(request: HttpRequest, *, email: str, password: str) -> User | None:
    """Return whose credentials these are, or None; the two answers take the same time.

    Attempts are counted by account. Those of a browser from which the account was opened before are
    counted apart, so that a stranger who guesses cannot keep its holder out.

    Raises:
        TooMany: too many attempts on this account.
    """
    email = email.strip().lower()
    identifier = f"{email} {_known_browser(request, email)}".strip()
    limits.spend("sign_in", identifier)
    user = authenticate(request, username=email, password=password)
    if user is not None:
        limits.forget("sign_in", identifier)
    return user


def remember_browser(response: HttpResponse, user: User, *, secure: bool) -> None:
    """Let this browser be known the next time; the cookie holds no name and no right."""
    value = signing.Signer(salt=SALT).sign(f"{_mark(user.email)}.{secrets.token_hex(8)}")
    response.set_cookie(
        COOKIE, value, max_age=COOKIE_AGE, secure=secure, httponly=True, samesite="Lax"
    )
