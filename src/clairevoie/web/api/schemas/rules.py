"""Published rules as the API gives them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from clairevoie.web.api.schemas.common import Page
from clairevoie.web.api.schemas.record import BodyReference

Texts = dict[str, str]


class RulesVersion(Schema):
    """One version of a rule set."""

    id: str
    kind: str = Field(description="points, table, formula, additive, trees or openfisca")
    start: date = Field(description="First day of effect")
    until: date | None = Field(description="Last day of effect; null while there is none")


class RulesItem(Schema):
    """A published rule set, as its current edition says it."""

    slug: str
    title: Texts = Field(description="By language")
    purpose: Texts = Field(description="By language")
    body: BodyReference | None
    system: str | None = Field(description="The record of the register that they are the rules of")
    fictitious: bool = Field(description="Invented, for a demonstration")
    versions: list[RulesVersion]
    edition: int = Field(description="Number of the current edition")
    digest: str = Field(description="SHA-256 of its file")
    published_at: datetime
    url: str = Field(description="The page for people")


class RulesPage(Page):
    """A part of the list of published rules."""

    items: list[RulesItem]


class EditionItem(Schema):
    """A file as it was published."""

    number: int
    digest: str = Field(description="SHA-256 of its bytes")
    note: str
    published_at: datetime


class EditionAnswer(EditionItem):
    """A file as it was published, with its text."""

    content: str = Field(description="The YAML (UTF-8), byte for byte")


class RulesAnswer(RulesItem):
    """A published rule set with all its editions, the latest first."""

    editions: list[EditionItem]


class CaseGiven(Schema):
    """One case to which the rules are applied."""

    case: dict[str, str | int | float | bool | None] = Field(
        description="The data that the rules read, by name; the file says which and of what type.",
        examples=[{"enfants": 3, "quotient": "942.50"}],
    )
    day: date = Field(description="Date of the decision: the version in force that day is applied.")


class Evaluation(Schema):
    """What the rules give, and why."""

    explanation: dict[str, Any] = Field(
        description="As in `explanation-1.0.schema.json`; `problem` says why there is no answer."
    )
