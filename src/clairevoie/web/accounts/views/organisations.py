"""Who belongs to an organisation; the organisations that the site knows."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from clairevoie.web.accounts.acting import current_actor, memberships
from clairevoie.web.accounts.forms import InviteForm, OrganisationForm
from clairevoie.web.accounts.models import Invitation, Membership, Organisation, Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, actor_of, require
from clairevoie.web.accounts.services import (
    change_role,
    create_organisation,
    invite,
    limits,
    password_link,
    remove_member,
    revoke_invitation,
)
from clairevoie.web.accounts.services.organisations import may_manage, roles_to_give
from clairevoie.web.register.models import PublicBody


def _managing_actor(request: HttpRequest, organisation: Organisation) -> Actor:
    """Return the actor as whom the person manages an organisation, whichever one is chosen.

    Raises:
        Http404: the person does not manage it.
    """
    actors = [current_actor(request), *(actor_of(item) for item in memberships(request))]
    for actor in actors:
        if may_manage(actor, organisation):
            return actor
    raise Http404


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the members and invitations of an organisation; invite."""
    found = get_object_or_404(Organisation.objects.select_related("body"), pk=pk)
    actor = _managing_actor(request, found)
    form = InviteForm(request.POST or None, actor=actor, organisation=found)
    invited = None
    if request.method == "POST" and form.is_valid():
        limits.spend("invitation", f"user {request.user.pk}")
        try:
            invited = invite(
                actor=actor,
                organisation=found,
                email=form.text("email"),
                role=Role(form.text("role")),
            )
        except InvalidInput as problem:
            form.refuse(problem.errors)
        else:
            form = InviteForm(actor=actor, organisation=found)
    givable = roles_to_give(actor, found)
    waiting = found.invitations.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).order_by("-pk")
    context = {
        "organisation": found,
        "members": [
            {
                "membership": item,
                "role": Role(item.role).label,
                "mine": item.user_id == request.user.pk,
                "changeable": Role(item.role) in givable,
            }
            for item in found.memberships.select_related("user").order_by("user__email")
        ],
        "roles": givable,
        "moderates": actor.has(Role.MODERATOR),
        "waiting": [
            {
                "invitation": item,
                "role": Role(item.role).label,
                "mine": Role(item.role) in givable,
            }
            for item in waiting
        ],
        "form": form,
        "invited": invited,
    }
    return render(request, "accounts/organisation.html", context)


def _membership(request: HttpRequest, pk: int) -> Membership:
    return get_object_or_404(Membership.objects.select_related("organisation", "user"), pk=pk)


@login_required
@require_POST
def set_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a member may do."""
    membership = _membership(request, pk)
    actor = _managing_actor(request, membership.organisation)
    try:
        role = Role(request.POST.get("role", ""))
    except ValueError:
        raise Refused(_("You may not give this role in this organisation.")) from None
    change_role(actor=actor, membership=membership, role=role)
    messages.success(
        request,
        _("%(person)s is now: %(role)s.") % {"person": membership.user, "role": role.label},
    )
    return redirect("accounts:organisation", pk=membership.organisation_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person out of an organisation, once confirmed."""
    membership = _membership(request, pk)
    leaving = membership.user_id == request.user.pk
    actor = actor_of(membership) if leaving else _managing_actor(request, membership.organisation)
    if request.method == "POST":
        remove_member(actor=actor, membership=membership)
        messages.success(
            request,
            _("%(person)s no longer belongs to “%(name)s”.")
            % {"person": membership.user, "name": membership.organisation},
        )
        if leaving:
            return redirect("accounts:home")
        return redirect("accounts:organisation", pk=membership.organisation_id)
    context = {"membership": membership, "leaving": leaving}
    return render(request, "accounts/remove.html", context)


@never_cache
@login_required
@require_POST
def lost_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Show, once, the link by which a member chooses another password: for moderators."""
    membership = _membership(request, pk)
    actor = _managing_actor(request, membership.organisation)
    limits.spend("invitation", f"user {request.user.pk}")
    address = password_link(actor=actor, user=membership.user)
    context = {"membership": membership, "address": address}
    return render(request, "accounts/lost_password.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an invitation useless."""
    invitation = get_object_or_404(Invitation.objects.select_related("organisation"), pk=pk)
    actor = _managing_actor(request, invitation.organisation)
    revoke_invitation(actor=actor, invitation=invitation)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("accounts:organisation", pk=invitation.organisation_id)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """Show the organisations that the site knows, and add one: for moderators."""
    actor = next(
        (actor_of(item) for item in memberships(request) if actor_of(item).has(Role.MODERATOR)),
        current_actor(request),
    )
    require(actor, Role.MODERATOR)
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        body: PublicBody | None = form.cleaned_data["body"]
        try:
            made = create_organisation(
                actor=actor, name=form.text("name"), capacity=form.text("capacity"), body=body
            )
        except InvalidInput as problem:
            form.refuse(problem.errors)
        else:
            messages.success(
                request, _("The organisation “%(name)s” is added.") % {"name": made.name}
            )
            return redirect("accounts:organisation", pk=made.pk)
    context = {
        "form": form,
        "organisations": Organisation.objects.select_related("body").order_by("name"),
    }
    return render(request, "accounts/organisations.html", context)
