"""Commands about accounts: the first moderator, organisations, invitations, lost passwords."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from clairevoie.cli.output import CommandProblem, say, say_json
from clairevoie.cli.site import prepare_site

if TYPE_CHECKING:
    from clairevoie.web.accounts.models import Organisation

app = typer.Typer(
    no_args_is_help=True,
    help="Organisations, invitations and the first moderator.",
    rich_markup_mode=None,
)
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def _say_refusal(problem: Exception) -> CommandProblem:
    errors = getattr(problem, "errors", None)
    return CommandProblem(" ".join(errors.values()) if errors else str(problem))


@app.command()
def operator(
    email: Annotated[str, typer.Argument(help="Address of the first moderator.")],
    name: Annotated[str, typer.Option(help="Name of the organisation that runs the site.")],
    password: Annotated[
        str,
        typer.Option(
            envvar="CLAIREVOIE_PASSWORD",
            prompt="Password (12 characters or more)",
            confirmation_prompt=True,
            hide_input=True,
            help="Asked for when left out.",
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Open a moderator's account, and the organisation that runs the site if there is none."""
    prepare_site()
    from clairevoie.web.accounts.permissions import InvalidInput
    from clairevoie.web.accounts.services.organisations import create_operator

    try:
        user = create_operator(email=email, password=password, organisation=name)
    except InvalidInput as problem:
        raise _say_refusal(problem) from None
    if as_json:
        say_json({"email": user.email})
    else:
        say(f"{user.email} can sign in and moderate the site.")


@app.command()
def organisation(
    name: Annotated[str, typer.Argument(help="Name of the organisation.")],
    capacity: Annotated[str, typer.Option(help="In what capacity it speaks: union, press…")],
    body: Annotated[
        str, typer.Option(help="For an administration, the identifier of its public body.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Add an organisation in whose name people will speak."""
    prepare_site()
    from clairevoie.web.accounts.permissions import COMMAND, InvalidInput
    from clairevoie.web.accounts.services.organisations import create_organisation
    from clairevoie.web.register.models import PublicBody

    found = PublicBody.objects.filter(slug=body).first() if body else None
    if body and found is None:
        raise CommandProblem(f"The register has no public body '{body}': see its page's address.")
    try:
        added = create_organisation(actor=COMMAND, name=name, capacity=capacity, body=found)
    except InvalidInput as problem:
        raise _say_refusal(problem) from None
    if as_json:
        say_json({"name": added.name, "capacity": added.capacity, "body": body})
    else:
        say(f"{added.name} was added: invite its first member.")


@app.command()
def invite(
    name: Annotated[str, typer.Argument(help="Name of the organisation.")],
    email: Annotated[str, typer.Argument(help="Address of the person invited.")],
    role: Annotated[str, typer.Option(help="reader, contributor, publisher or moderator.")],
    as_json: JsonOption = False,
) -> None:
    """Print a link by which one person can join an organisation; it works once."""
    prepare_site()
    from django.conf import settings
    from django.utils import translation

    from clairevoie.web.accounts.models import Role
    from clairevoie.web.accounts.permissions import COMMAND, InvalidInput, Refused
    from clairevoie.web.accounts.services.invitations import invite as make

    if role not in Role.values:
        raise CommandProblem(f"'{role}' is not a role: choose one of {', '.join(Role.values)}.", 2)
    organisation = _named(name)
    try:
        # The person invited reads the site in its own language.
        with translation.override(settings.LANGUAGE_CODE):
            made = make(actor=COMMAND, organisation=organisation, email=email, role=Role(role))
            url = made.url
    except (InvalidInput, Refused) as problem:
        raise _say_refusal(problem) from None
    if as_json:
        say_json({"url": url, "expires_at": made.invitation.expires_at.isoformat()})
    else:
        say(url)


@app.command()
def password(
    email: Annotated[str, typer.Argument(help="Address of the account.")],
    as_json: JsonOption = False,
) -> None:
    """Print a link by which a person chooses a new password; it works once, for a day."""
    prepare_site()
    from django.conf import settings
    from django.utils import translation

    from clairevoie.web.accounts.models import User
    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.accounts.services.people import password_link

    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise CommandProblem(f"There is no account for {email}.")
    with translation.override(settings.LANGUAGE_CODE):
        url = password_link(actor=COMMAND, user=user)
    if as_json:
        say_json({"url": url})
    else:
        say(url)


@app.command()
def clear(as_json: JsonOption = False) -> None:
    """Erase expired sessions, counters and copies that nothing cites: to be run every day."""
    prepare_site()
    from clairevoie.web.accounts.services.limits import clear_counts
    from clairevoie.web.accounts.services.people import clear_expired
    from clairevoie.web.register.services.files import clear_abandoned

    erased = {
        "sessions": clear_expired(),
        "counters": clear_counts(),
        "copies": clear_abandoned(),
    }
    if as_json:
        say_json(erased)
    else:
        say(
            f"{erased['sessions']} sessions, {erased['counters']} counters and "
            f"{erased['copies']} copies erased."
        )


def _named(name: str) -> Organisation:
    from clairevoie.web.accounts.models import Organisation

    found = Organisation.objects.filter(name=name).first()
    if found is None:
        raise CommandProblem(f"The site has no organisation named '{name}': add it first.")
    return found


def demonstration_accounts() -> dict[str, str]:
    """Open one account a role for the demonstration, once; return {address: password}.

    Nothing is done on a site that already has an account.
    """
    from clairevoie.web.accounts.models import Role, User
    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.accounts.services.organisations import (
        create_operator,
        create_organisation,
        join,
    )
    from clairevoie.web.accounts.services.people import create_account
    from clairevoie.web.register.models import PublicBody

    if User.objects.exists():
        return {}
    made = {"moderation@example.org": secrets.token_urlsafe(12)}
    create_operator(
        email="moderation@example.org",
        password=made["moderation@example.org"],
        organisation="Démonstration de Clairevoie",
    )
    members = (
        ("agent@example.org", "DGFiP (démonstration)", "administration", "dgfip", Role.PUBLISHER),
        ("syndicat@example.org", "Un syndicat (démonstration)", "union", "", Role.CONTRIBUTOR),
    )
    for email, name, capacity, body, role in members:
        made[email] = secrets.token_urlsafe(12)
        organisation = create_organisation(
            actor=COMMAND,
            name=name,
            capacity=capacity,
            body=PublicBody.objects.get(slug=body) if body else None,
        )
        user = create_account(actor=COMMAND, email=email, password=made[email])
        join(actor=COMMAND, user=user, organisation=organisation, role=role)
    return made
