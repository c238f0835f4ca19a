"""One's own account: roles, password, sessions, keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clairevoie.web.accounts.acting import choose, current_membership, memberships, signed_in
from clairevoie.web.accounts.forms import PasswordForm, TokenForm
from clairevoie.web.accounts.models import ApiToken, Membership, Role, User
from clairevoie.web.accounts.permissions import Actor, InvalidInput, actor_of
from clairevoie.web.accounts.services import (
    change_password,
    close_other_sessions,
    create_token,
    limits,
    revoke_token,
)
from clairevoie.web.accounts.services.organisations import may_manage
from clairevoie.web.accounts.views.entrance import PASSWORD_BACKEND


def account_of(request: HttpRequest) -> User:
    """Return the person who is signed in; the view is for such persons only."""
    user = signed_in(request)
    assert user is not None  # noqa: S101 - `login_required` comes before
    return user


def _roles(request: HttpRequest) -> list[dict[str, Any]]:
    chosen = current_membership(request)
    return [
        {
            "membership": item,
            "role": Role(item.role).label,
            "current": item == chosen,
            "manages": may_manage(actor_of(item), item.organisation),
        }
        for item in memberships(request)
    ]


def _home(request: HttpRequest, form: TokenForm, *, status: int = 200) -> HttpResponse:
    user = account_of(request)
    chosen = current_membership(request)
    tokens = (
        ApiToken.objects.filter(membership__user=user)
        .select_related("membership__organisation")
        .order_by("-pk")
    )
    now = timezone.now()
    context = {
        "roles": _roles(request),
        "moderates": chosen is not None and actor_of(chosen).has(Role.MODERATOR),
        "tokens": [
            {
                "token": item,
                "usable": item.revoked_at is None and item.expires_at > now,
            }
            for item in tokens
        ],
        "token_form": form,
        "can_make_token": chosen is not None and chosen.role != Role.READER,
        "has_password": user.has_usable_password(),
        "session_end": now + timedelta(seconds=request.session.get_expiry_age()),
    }
    return render(request, "accounts/home.html", context, status=status)


@never_cache
@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show one's account."""
    return _home(request, TokenForm())


@login_required
@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Choose in whose name one acts."""
    wanted = request.POST.get("membership", "")
    found = next((item for item in memberships(request) if str(item.pk) == wanted), None)
    if found is None:
        messages.error(request, _("You do not belong to this organisation."))
    else:
        choose(request, found)
        messages.success(
            request, _("You now act in the name of “%(name)s”.") % {"name": found.organisation}
        )
    return redirect("accounts:home")


@never_cache
@sensitive_post_parameters("current", "new", "again")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password, or set the first one."""
    user = account_of(request)
    form = PasswordForm(request.POST or None)
    if not user.has_usable_password():
        del form.fields["current"]
    if request.method == "POST" and form.is_valid():
        limits.spend("password", str(user.pk))
        try:
            change_password(user=user, current=form.text("current"), new=form.text("new"))
        except InvalidInput as problem:
            form.refuse(problem.errors)
        else:
            _keep_session(request, user)
            messages.success(
                request, _("Your password is changed. Your other sessions are closed.")
            )
            return redirect("accounts:home")
    return render(request, "accounts/password.html", {"form": form})


def _keep_session(request: HttpRequest, user: User) -> None:
    """Keep this session going, under a new number, when the others end."""
    backend = request.session.get("_auth_user_backend", PASSWORD_BACKEND)
    user.backend = backend
    update_session_auth_hash(request, user)


@login_required
@require_POST
def close_sessions(request: HttpRequest) -> HttpResponse:
    """End one's other sessions."""
    user = close_other_sessions(user=account_of(request))
    _keep_session(request, user)
    messages.success(request, _("Your other sessions are closed."))
    return redirect("accounts:home")


@never_cache
@login_required
@require_POST
def add_token(request: HttpRequest) -> HttpResponse:
    """Make a key to the API, in the name in which one acts; show it once."""
    membership: Membership | None = current_membership(request)
    if membership is None:
        messages.error(request, _("You do not belong to any organisation yet."))
        return redirect("accounts:home")
    form = TokenForm(request.POST)
    if form.is_valid():
        limits.spend("token", str(account_of(request).pk))
        try:
            made = create_token(
                membership=membership,
                label=form.text("label"),
                days=form.cleaned_data["days"],
            )
        except InvalidInput as problem:
            form.refuse(problem.errors)
        else:
            # Shown in this very answer: the secret is written nowhere, not even in the session.
            return render(request, "accounts/key.html", {"made": made})
    return _home(request, form, status=400)


@login_required
@require_POST
def drop_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one of one's keys useless."""
    user = account_of(request)
    token = get_object_or_404(ApiToken.objects.filter(membership__user=user), pk=pk)
    revoke_token(actor=Actor(user), token=token)
    messages.success(request, _("The key “%(label)s” is revoked.") % {"label": token.label})
    return redirect("accounts:home")
