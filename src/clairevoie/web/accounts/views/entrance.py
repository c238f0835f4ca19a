"""Signing in, signing out, answering an invitation."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from clairevoie.web.accounts.acting import signed_in
from clairevoie.web.accounts.forms import JoinForm, LostPasswordForm, SignInForm
from clairevoie.web.accounts.models import Role, User
from clairevoie.web.accounts.oidc.views import logout_address
from clairevoie.web.accounts.permissions import InvalidInput
from clairevoie.web.accounts.services import (
    accept_invitation,
    clear_expired,
    limits,
    open_invitation,
    use_password_link,
    user_of_link,
)
from clairevoie.web.accounts.signing import check_credentials, remember_browser

PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"  # noqa: S105 - no password
INVITATION_KEY = "invitation"
PASSWORD_LINK_KEY = "password_link"  # noqa: S105 - no password


def _next(request: HttpRequest) -> str:
    """Return where to go after signing in, a path of this site only, or ""."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else ""


def _enter(request: HttpRequest, user: User, destination: str) -> HttpResponse:
    """Open the session under a new number, and let this browser be known the next time."""
    login(request, user, backend=PASSWORD_BACKEND)
    clear_expired()
    limits.clear_counts()
    response = HttpResponseRedirect(destination)
    remember_browser(response, user, secure=request.is_secure())
    return response


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with an e-mail address and a password."""
    destination = _next(request)
    after = destination or resolve_url(settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return HttpResponseRedirect(after)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = check_credentials(request, email=form.text("email"), password=form.text("password"))
        if user is not None:
            return _enter(request, user, after)
        form.add_error(None, _("This e-mail address and this password do not go together."))
    context = {
        "form": form,
        "next": destination,
        "provider": settings.OIDC,
        "contact": settings.CONTACT,
    }
    return render(request, "accounts/sign_in.html", context)


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; where the identity provider has a session too, offer to end it."""
    id_token = request.session.get("oidc_id_token", "")
    logout(request)
    address = logout_address(request, id_token)
    if address:
        response = render(
            request,
            "accounts/signed_out.html",
            {"address": address, "provider": settings.OIDC},
        )
        # A redirection of this form to another site is what its policy forbids (form-action).
        response.headers["Refresh"] = f"0; url={address}"
    else:
        messages.success(request, _("You are signed out."))
        response = redirect(settings.LOGOUT_REDIRECT_URL)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@never_cache
def invitation_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the secret out of the address, so that it stays in no history and no referrer."""
    if open_invitation(token) is not None:
        request.session[INVITATION_KEY] = token
    return redirect("accounts:join")


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Show an invitation and join: with the account that is open, or by opening one."""
    token = request.session.get(INVITATION_KEY, "")
    invitation = open_invitation(token) if token else None
    if invitation is None:
        return render(request, "accounts/join_over.html", status=410)
    user = signed_in(request)
    known = User.objects.filter(email=invitation.email).exists()
    form = JoinForm(request.POST or None)
    if request.method == "POST":
        limits.spend("invitation", invitation.digest)
        if user is not None:
            accept_invitation(token=token, user=user)
            return _joined(request, invitation.organisation.name)
        if not known and form.is_valid():
            try:
                user = accept_invitation(
                    token=token, name=form.text("name"), password=form.text("password")
                )
            except InvalidInput as problem:
                form.refuse(problem.errors)
            else:
                response = _enter(request, user, reverse("accounts:home"))
                _joined(request, invitation.organisation.name)
                return response
    context = {
        "form": form,
        "invitation": invitation,
        "role": Role(invitation.role).label,
        "known": known,
        "other_account": user is not None and user.email != invitation.email,
        "provider": settings.OIDC,
    }
    return render(request, "accounts/join.html", context)


@never_cache
def new_password_link(request: HttpRequest, key: str) -> HttpResponse:
    """Take the secret out of the address, as for an invitation."""
    if user_of_link(key) is not None:
        request.session[PASSWORD_LINK_KEY] = key
    return redirect("accounts:new_password")


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest) -> HttpResponse:
    """Choose another password in place of a lost one, then sign in with it."""
    key = request.session.get(PASSWORD_LINK_KEY, "")
    user = user_of_link(key) if key else None
    if user is None:
        return render(request, "accounts/new_password_over.html", status=410)
    form = LostPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limits.spend("password", str(user.pk))
        try:
            use_password_link(key=key, new=form.text("password"))
        except InvalidInput as problem:
            form.refuse(problem.errors)
        else:
            request.session.flush()
            messages.success(request, _("Your password is changed. You can sign in with it."))
            return redirect("accounts:login")
    return render(request, "accounts/new_password.html", {"form": form, "holder": user})


def _joined(request: HttpRequest, organisation: str) -> HttpResponse:
    request.session.pop(INVITATION_KEY, None)
    messages.success(request, _("You now act in the name of “%(name)s”.") % {"name": organisation})
    return redirect("accounts:home")
