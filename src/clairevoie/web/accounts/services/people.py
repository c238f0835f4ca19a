"""Accounts of people: opening, password, sessions, closing."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.register import values
from clairevoie.web.accounts.models import Invitation, Role, User
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.accounts.services.events import record_account_event

NAME_LIMIT = 150
NUMBER_DIGITS = 18


def clean_email(text: str) -> str:
    """Return the address as it is stored, in lower case.

    Raises:
        InvalidInput: it is not an address of mail.
    """
    text = text.strip().lower()
    try:
        validate_email(text)
    except ValidationError:
        raise InvalidInput(
            {"email": _("Please give an e-mail address, for example nom@exemple.fr.")}
        ) from None
    return text


def clean_name(text: str) -> str:
    """Return a person's name on one line.

    Raises:
        InvalidInput: it is too long or holds a control character.
    """
    try:
        return values.clean_text(text, limit=NAME_LIMIT, one_line=True)
    except values.ValueProblem as problem:
        sentence = (
            _("This text is too long.")
            if problem.code == "too_long"
            else _("This text contains a character that cannot be read: please retype it.")
        )
        raise InvalidInput({"name": sentence}) from None


def check_password_quality(password: str, user: User, *, name: str = "password") -> None:
    """Refuse a password that the site's rules refuse.

    Raises:
        InvalidInput: with every reason, under ``name``.
    """
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise InvalidInput({name: " ".join(problem.messages)}) from None


def create_account(
    *, actor: Actor, email: str, password: str | None = None, name: str = "", subject: str = ""
) -> User:
    """Open an account, which gives no right by itself.

    Without a password it is opened through the identity provider, which knows it as ``subject``.

    Raises:
        InvalidInput: the address is taken or wrong, or the password is too weak.
    """
    email, name = clean_email(email), clean_name(name)
    if User.objects.filter(email=email).exists():
        raise InvalidInput({"email": _("There is already an account with this e-mail address.")})
    if password is not None:
        check_password_quality(password, User(email=email, name=name))
    with transaction.atomic():
        user = User.objects.create_user(email, password, name=name, oidc_subject=subject)
        record_account_event(verb="account.create", actor=actor, subject=user)
    return user


def link_subject(*, user: User, subject: str) -> User:
    """Tie an account to the identity provider's name for its holder.

    Its password and sessions end: whoever opened the account with this address first, and chose the
    password, may not be the person whom the provider knows.
    """
    with transaction.atomic():
        user.oidc_subject = subject
        user.session_stamp = secrets.token_hex(16)
        user.set_unusable_password()
        user.save(update_fields=["oidc_subject", "session_stamp", "password"])
        record_account_event(verb="account.link", actor=Actor(user), subject=user)
    return user


def change_password(*, user: User, current: str, new: str) -> User:
    """Change one's own password, which ends one's other sessions.

    An account without a password (opened through the identity provider) may set its first one.

    Raises:
        InvalidInput: the current password is wrong, or the new one is too weak.
    """
    if user.has_usable_password() and not user.check_password(current):
        raise InvalidInput({"current": _("This is not your current password.")})
    check_password_quality(new, user, name="new")
    if user.has_usable_password() and user.check_password(new):
        raise InvalidInput({"new": _("This is already your password: please choose another one.")})
    with transaction.atomic():
        user.set_password(new)
        user.save(update_fields=["password"])
        record_account_event(verb="account.password", actor=Actor(user), subject=user)
    return user


def password_link(*, actor: Actor, user: User) -> str:
    """Return the address at which a person who lost the password chooses another one, for a day.

    It works once, and only until the holder signs in: it is drawn from the password that it
    replaces and from the last visit. A moderator of the site makes it, since whoever has it holds
    the account.

    Raises:
        Refused: the actor is not a moderator of the site.
    """
    require(actor, Role.MODERATOR)
    with transaction.atomic():
        record_account_event(verb="account.password_link", actor=actor, subject=user)
    key = f"{user.pk}.{default_token_generator.make_token(user)}"
    return f"{settings.SITE_URL}{reverse('accounts:new_password_link', kwargs={'key': key})}"


def user_of_link(key: str) -> User | None:
    """Return whose password a link replaces, or None when it cannot be used (any more)."""
    number, _dot, token = key.partition(".")
    is_number = number.isdecimal() and len(number) <= NUMBER_DIGITS
    user = User.objects.filter(pk=number, is_active=True).first() if is_number else None
    return user if user is not None and default_token_generator.check_token(user, token) else None


def use_password_link(*, key: str, new: str) -> User:
    """Set the password of the person to whom a link was given; ends every session of theirs.

    Raises:
        Refused: the link cannot be used (any more).
        InvalidInput: the password is too weak.
    """
    with transaction.atomic():
        found = user_of_link(key)
        user = User.objects.select_for_update().get(pk=found.pk) if found else None
        if user is None or not default_token_generator.check_token(user, key.partition(".")[2]):
            raise Refused(_("This link is no longer valid. Please ask for another one."))
        check_password_quality(new, user)
        user.set_password(new)
        user.save(update_fields=["password"])
        record_account_event(verb="account.password", actor=Actor(user), subject=user)
    return user


def close_other_sessions(*, user: User) -> User:
    """End every session of the account; the caller then keeps its own going."""
    with transaction.atomic():
        user.session_stamp = secrets.token_hex(16)
        user.save(update_fields=["session_stamp"])
        record_account_event(verb="account.sessions", actor=Actor(user), subject=user)
    return user


def close_account(*, actor: Actor, user: User) -> User:
    """Close an account and erase who it was; what it said stays, under its organisation's name."""
    with transaction.atomic():
        user.email = f"closed-{user.pk}@account.invalid"
        user.name = user.oidc_subject = ""
        user.is_active = False
        user.session_stamp = secrets.token_hex(16)
        user.set_unusable_password()
        user.save()
        user.memberships.all().delete()
        Invitation.objects.filter(accepted_by=user).update(email=user.email)
        record_account_event(verb="account.close", actor=actor, subject=user)
    return user


def clear_expired(*, now: datetime | None = None) -> int:
    """Delete the sessions that are over; return how many."""
    moment = now or timezone.now()
    deleted, _by_model = Session.objects.filter(expire_date__lt=moment).delete()
    return deleted
