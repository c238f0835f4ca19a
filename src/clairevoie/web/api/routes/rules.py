"""Published rules: the list, one rule set, its files, and what they give for one case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from ninja import Path
from ninja.decorators import decorate_view

from clairevoie.rules.model import RulesProblem
from clairevoie.web.api import readers
from clairevoie.web.api.boundary import json_only
from clairevoie.web.api.conditional import conditional, register_stamp
from clairevoie.web.api.cursors import read_row, row_cursor
from clairevoie.web.api.errors import Problem
from clairevoie.web.api.routes import router
from clairevoie.web.api.schemas import rules as schemas
from clairevoie.web.api.schemas.common import (
    PAGE_DEFAULT,
    READ_UNCHANGED,
    Cursor,
    Language,
    Limit,
    problems,
)
from clairevoie.web.register.services.paging import rows_after
from clairevoie.web.rules.models import SLUG_LENGTH, PublishedRules, RulesEdition
from clairevoie.web.rules.services import reading
from clairevoie.web.rules.services.degree import declared_facts
from clairevoie.web.rules.services.simulating import explained

RulesInPath = Annotated[
    str,
    Path(
        pattern="^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$",
        max_length=SLUG_LENGTH,
        description="Identifier of the rule set",
    ),
]
NumberInPath = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of the edition")]
EVALUATE = problems(400, 404, 413, 415, 422, 500)


@router.get(
    "/rules",
    response={200: schemas.RulesPage, **READ_UNCHANGED},
    tags=["rules"],
    summary="List published rules",
)
@decorate_view(conditional(register_stamp))
def list_rules(
    request: HttpRequest, limit: Limit = PAGE_DEFAULT, cursor: Cursor = ""
) -> schemas.RulesPage:
    """Return published rules in the order of their first publication."""
    rows, last = rows_after(PublishedRules.objects.all(), read_row(cursor, "rules"), limit)
    current = reading.current_editions().filter(rules__in=[row.pk for row in rows])
    by_rules = {edition.rules_id: edition for edition in current}
    return schemas.RulesPage(
        items=[schemas.RulesItem(**_item(by_rules[row.pk])) for row in rows if row.pk in by_rules],
        next_cursor=row_cursor("rules", last),
    )


@router.get(
    "/rules/{slug}",
    response={200: schemas.RulesAnswer, **READ_UNCHANGED},
    tags=["rules"],
    summary="Read published rules",
)
@decorate_view(conditional(register_stamp))
def read_rules(request: HttpRequest, slug: RulesInPath) -> schemas.RulesAnswer:
    """Return a rule set with its versions and the files in which it was published."""
    edition = _published(slug)
    return schemas.RulesAnswer(
        **_item(edition),
        editions=[
            schemas.EditionItem(**_edition(each)) for each in reading.editions(edition.rules)
        ],
    )


@router.get(
    "/rules/{slug}/editions/{number}",
    response={200: schemas.EditionAnswer, **READ_UNCHANGED},
    tags=["rules"],
    summary="Read an edition",
)
@decorate_view(conditional(register_stamp))
def read_edition(
    request: HttpRequest, slug: RulesInPath, number: NumberInPath
) -> schemas.EditionAnswer:
    """Return a file of rules as it was published."""
    try:
        found = reading.edition_of(slug, number)
    except RulesEdition.DoesNotExist:
        raise Http404 from None
    return schemas.EditionAnswer(**_edition(found), content=reading.content_of(found).decode())


@router.post(
    "/rules/{slug}/evaluation",
    response={200: schemas.Evaluation, **EVALUATE},
    tags=["rules"],
    summary="Apply rules to one case",
)
@decorate_view(json_only)
def evaluate_rules(
    request: HttpRequest,
    response: HttpResponse,
    slug: RulesInPath,
    sent: schemas.CaseGiven,
    language: Language = "fr",
) -> schemas.Evaluation:
    """Return what the rules give for one case, and why. It needs no token and nothing is kept."""
    edition = _published(slug)
    rules = reading.rule_set(edition)
    facts = declared_facts(edition.rules.system)
    response["Cache-Control"] = "no-store"
    with translation.override(language):
        try:
            found = explained(rules, sent.case, day=sent.day, language=language, facts=facts)
        except RulesProblem as problem:
            raise Problem(422, fields={"day": problem.sentences[0]}) from None
    return schemas.Evaluation(explanation=found.explanation.as_dict())


def _published(slug: str) -> RulesEdition:
    try:
        return reading.published(slug)
    except PublishedRules.DoesNotExist:
        raise Http404 from None


def _item(edition: RulesEdition) -> dict[str, Any]:
    summary: Mapping[str, Any] = edition.summary
    entry = edition.rules
    with translation.override("fr"):
        url = f"{settings.SITE_URL}{reverse('rules:rule_set', args=[entry.slug])}"
    return {
        "slug": entry.slug,
        "title": summary["title"],
        "purpose": summary["purpose"],
        "body": readers.body_reference(entry.body),
        "system": entry.system.slug if entry.system else None,
        "fictitious": summary["fictitious"],
        "versions": [
            {
                "id": version["id"],
                "kind": version["kind"],
                "start": version["from"],
                "until": version["until"],
            }
            for version in summary["versions"]
        ],
        "edition": edition.number,
        "digest": edition.digest,
        "published_at": edition.published_at,
        "url": url,
    }


def _edition(edition: RulesEdition) -> dict[str, Any]:
    return {
        "number": edition.number,
        "digest": edition.digest,
        "note": edition.note,
        "published_at": edition.published_at,
    }
