"""Writing: bodies, records, statements, replies, moderation. The services check the role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Status
from ninja.decorators import decorate_view

from clairevoie.register import statements as ground
from clairevoie.web.accounts.permissions import InvalidInput
from clairevoie.web.api import readers
from clairevoie.web.api.boundary import json_only
from clairevoie.web.api.errors import Problem
from clairevoie.web.api.routes import router
from clairevoie.web.api.routes.reference import find_statement, statement_answer
from clairevoie.web.api.routes.systems import find_system
from clairevoie.web.api.schemas import given
from clairevoie.web.api.schemas import record as answer
from clairevoie.web.api.schemas.common import WRITE, SystemInPath, UidInPath
from clairevoie.web.api.tokens import Token, actor_of_request
from clairevoie.web.register.models import PublicBody
from clairevoie.web.register.services import statements as services

TOKEN = Token()

# The services name the inputs of the site's forms.
INPUT_NAMES = {
    "id": "slug",
    "said_on": "date",
    **{
        f"source_{name}": f"source.{name}"
        for name in ("kind", "title", "publisher", "url", "date", "licence", "digest")
    },
}


@contextmanager
def _inputs_named() -> Iterator[None]:
    """Name the inputs at fault as the API does."""
    try:
        yield
    except InvalidInput as problem:
        fields = {INPUT_NAMES.get(name, name): text for name, text in problem.errors.items()}
        raise Problem(422, fields=fields) from None


@router.post(
    "/bodies",
    auth=TOKEN,
    response={201: answer.BodyItem, **WRITE},
    tags=["bodies"],
    summary="Add a public body",
)
@decorate_view(json_only)
def create_body(
    request: HttpRequest, sent: given.BodyGiven, response: HttpResponse
) -> Status[answer.BodyItem]:
    """Add a public body. Needs the role of publisher."""
    body = ground.Body(
        sent.slug,
        sent.name,
        sent.short_name,
        sent.kind,
        sent.country,
        sent.identifier,
        sent.website,
    )
    with _inputs_named():
        row = services.create_body(actor=actor_of_request(request), body=body)
    response["Location"] = reverse("api:read_body", args=[row.slug])
    return Status(201, readers.body_item(row, 0))


@router.post(
    "/systems",
    auth=TOKEN,
    response={201: answer.SystemItem, **WRITE},
    tags=["systems"],
    summary="Open a record",
)
@decorate_view(json_only)
def create_system(
    request: HttpRequest, sent: given.SystemGiven, response: HttpResponse
) -> Status[answer.SystemItem]:
    """Open the record of a system; its name is its first statement. Needs the role of publisher."""
    actor = actor_of_request(request)
    body = None
    if sent.body:
        body = PublicBody.objects.filter(slug=sent.body).first()
        if body is None:
            raise Problem(422, fields={"body": "There is no public body with this identifier."})
    with _inputs_named():
        system = services.create_system(actor=actor, slug=sent.slug, body=body, name=sent.name)
    response["Location"] = reverse("api:read_system", args=[system.slug])
    return Status(201, readers.system_item(find_system(system.slug).entry))


@router.post(
    "/systems/{slug}/statements",
    auth=TOKEN,
    response={201: answer.StatementAnswer, **WRITE},
    tags=["statements"],
    summary="Record a statement",
)
@decorate_view(json_only)
def create_statement(
    request: HttpRequest,
    slug: SystemInPath,
    sent: given.StatementGiven,
    response: HttpResponse,
) -> Status[answer.StatementAnswer]:
    """Record what is said of a system, by whom and where. Needs the role of contributor.

    Without `source` it is your organisation's own word. Somebody else's word needs a source.
    """
    system = find_system(slug)
    source = None
    if sent.source:
        about = sent.source
        source = ground.Source(
            "",
            about.kind,
            about.title,
            about.publisher,
            about.url,
            about.date,
            about.digest,
            about.licence,
        )
    with _inputs_named():
        row = services.add_statement(
            actor=actor_of_request(request),
            system=system,
            field=sent.field,
            value=sent.value,
            source=source,
            speaker=sent.speaker,
            capacity=sent.capacity,
            said_on=sent.date,
            period=sent.period,
            locator=sent.locator,
            quote=sent.quote,
            language=sent.language,
            supersedes=UUID(sent.supersedes) if sent.supersedes else None,
        )
    response["Location"] = reverse("api:read_statement", args=[row.uid.hex])
    return Status(201, statement_answer(row, "fr"))


@router.post(
    "/statements/{uid}/replies",
    auth=TOKEN,
    response={201: answer.StatementAnswer, **WRITE},
    tags=["statements"],
    summary="Reply to a statement",
)
@decorate_view(json_only)
def create_reply(
    request: HttpRequest, uid: UidInPath, sent: given.ReplyGiven
) -> Status[answer.StatementAnswer]:
    """Publish the answer of the administration in charge; the statement stays.

    A later reply stands for an earlier one. Needs the role of publisher in that administration.
    """
    row = find_statement(uid)
    with _inputs_named():
        services.reply(actor=actor_of_request(request), statement=row, text=sent.text)
    return Status(201, statement_answer(row, "fr"))


@router.post(
    "/statements/{uid}/moderation",
    auth=TOKEN,
    response={201: answer.StatementAnswer, **WRITE},
    tags=["statements"],
    summary="Hide a statement, or show it again",
)
@decorate_view(json_only)
def create_moderation(
    request: HttpRequest, uid: UidInPath, sent: given.ModerationGiven
) -> Status[answer.StatementAnswer]:
    """Hide what is unlawful, or show it again; the reason is public.

    Needs the role of moderator in the organisation that runs the site.
    """
    row = find_statement(uid)
    with _inputs_named():
        services.moderate(
            actor=actor_of_request(request), statement=row, hidden=sent.hidden, reason=sent.reason
        )
    return Status(201, statement_answer(row, "fr"))
