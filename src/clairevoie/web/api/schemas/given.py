"""What a writer sends. Unknown keys are refused, so that a misspelt one is not lost in silence."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Schema
from pydantic import ConfigDict, StringConstraints

from clairevoie.register.catalogue import FIELD_BY_KEY
from clairevoie.register.catalogue.vocabularies import CAPACITY
from clairevoie.register.statements import BODY_LIMITS, SOURCE_LIMITS, STATEMENT_LIMITS
from clairevoie.register.values import TEXT_LIMIT
from clairevoie.web.api.schemas.common import (
    BodySlug,
    PartialDate,
    SystemSlug,
    Uid,
    one_of,
    term_of,
    text,
    web_address,
)

Name = Annotated[str, text(500, 1)]
Line = Annotated[str, text(500)]
Text = Annotated[str, text(TEXT_LIMIT, 1)]


class Given(Schema):
    """What is sent."""

    model_config = ConfigDict(extra="forbid")


class BodyGiven(Given):
    """A public body to add."""

    slug: BodySlug = Field(description="Identifier in addresses", examples=["ville-de-lens"])
    name: Name = Field(examples=["Ville de Lens"])
    short_name: Annotated[str, text(BODY_LIMITS["short_name"])] = ""
    kind: Annotated[str, term_of("body_kind")] = "other"
    country: Annotated[str, StringConstraints(pattern="^([A-Z]{2})?$")] = ""
    identifier: Annotated[str, text(BODY_LIMITS["identifier"])] = ""
    website: Annotated[str, web_address(BODY_LIMITS["website"])] = ""


class SystemGiven(Given):
    """A record to open."""

    slug: SystemSlug = Field(description="Identifier in addresses", examples=["calcul-aide"])
    body: BodySlug | None = Field(None, description="The public body in charge, if known")
    name: Name = Field(examples=["Calcul de l’aide sociale"])


class SourceGiven(Given):
    """The document in which it is written; one with the same content is used again."""

    kind: Annotated[str, term_of("source_kind")]
    title: Annotated[str, text(SOURCE_LIMITS["title"], 1)]
    publisher: Annotated[str, text(SOURCE_LIMITS["publisher"])] = ""
    url: Annotated[str, web_address(SOURCE_LIMITS["url"])] = ""
    date: PartialDate = ""
    digest: Annotated[str, StringConstraints(pattern="^([0-9a-f]{64})?$")] = Field(
        "", description="SHA-256 of an archived copy"
    )
    licence: Annotated[str, text(SOURCE_LIMITS["licence"])] = ""


class StatementGiven(Given):
    """A statement to record. Without a source it is your organisation's own word."""

    field: Annotated[str, one_of(*FIELD_BY_KEY)]
    value: Text = Field(examples=["deployed"])
    source: SourceGiven | None = None
    speaker: Line = Field("", description="Who says it; your organisation by default")
    capacity: Annotated[str, one_of("", *CAPACITY.codes())] = Field(
        "", description="In what capacity; your organisation's by default"
    )
    date: PartialDate = Field("", description="When it was said")
    period: PartialDate = Field("", description="The time that the fact is about")
    locator: Annotated[str, text(STATEMENT_LIMITS["locator"])] = ""
    quote: Annotated[str, text(STATEMENT_LIMITS["quote"])] = ""
    language: Annotated[str, StringConstraints(pattern="^([a-z]{2}(-[A-Z]{2})?)?$")] = ""
    supersedes: Uid | None = Field(
        None, description="A statement of your organisation that this one replaces"
    )


class ReplyGiven(Given):
    """What your administration answers."""

    text: Text


class ModerationGiven(Given):
    """Hide a statement that is unlawful, or show it again."""

    hidden: bool
    reason: Annotated[str, text(2_000, 1)] = Field(description="It is public")
