"""Published audits as the API gives them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from clairevoie.web.api.schemas.common import Page
from clairevoie.web.api.schemas.record import BodyReference, Hiding

Texts = dict[str, str]


class AuditItem(Schema):
    """A published audit, without its result."""

    number: int
    version: int = Field(description="Of this plan on this journal")
    title: Texts = Field(description="By language")
    question: Texts = Field(description="By language")
    plan: str = Field(description="Identifier of the plan")
    journal: str = Field(description="Identifier of the journal")
    since: date | None = Field(description="First day of the decisions; null without a bound")
    until: date | None = Field(description="Last day of the decisions; null without a bound")
    system: str | None = Field(description="The record of the register that it is about")
    body: BodyReference | None = Field(description="The administration concerned")
    organisation: str = Field(description="In whose name it was published")
    made_here: bool = Field(description="Computed by the site; else sent to it, and not recomputed")
    fictitious: bool = Field(description="Invented, for a demonstration")
    digest: str = Field(description="SHA-256 of its result, as a file")
    note: str
    published_at: datetime
    url: str = Field(description="The page for people")


class AuditsPage(Page):
    """A part of the list of published audits."""

    items: list[AuditItem]


class AuditReplyItem(Schema):
    """What the administration concerned says of an audit."""

    text: str
    organisation: str
    at: datetime


class AuditAnswer(AuditItem):
    """A published audit with its result and the replies to it, the latest first."""

    replies: list[AuditReplyItem]
    result: dict[str, Any] | None = Field(
        description="As in `result-1.0.schema.json`; figures that secrecy withholds are null. "
        "Null when the audit is hidden."
    )
    hidden: Hiding | None = Field(description="Null unless a moderator has hidden the audit")
