"""Systems, statements, sources, bodies, events as the API gives them.

A text that is not known is "", a reference to nothing is null.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema

from clairevoie.web.api.schemas.common import Page, term_of

DATE = "`YYYY`, `YYYY-MM` or `YYYY-MM-DD`; empty when not known"


class BodyReference(Schema):
    """A public body, in short."""

    slug: str = Field(examples=["dgfip"])
    name: str = Field(examples=["Direction générale des finances publiques"])


class Body(BodyReference):
    """A public body, or a company that a document names."""

    short_name: str = Field(examples=["DGFiP"])
    kind: Annotated[str, term_of("body_kind")]
    country: str = Field(description="Two-letter code", examples=["FR"])
    identifier: str = Field(description="SIREN or another registered number")
    website: str


class BodyItem(Body):
    """A public body in a list."""

    systems: int = Field(description="How many systems have this body in charge")


class BodyPage(Page):
    """Some public bodies."""

    items: list[BodyItem]


class SourceReference(Schema):
    """The document in which something is written, in short."""

    uid: str
    kind: Annotated[str, term_of("source_kind")]
    title: str
    publisher: str
    url: str
    date: str = Field(description=DATE)


class Source(SourceReference):
    """A document that can be opened."""

    digest: str = Field(description="SHA-256 of the archived copy; empty when there is none")
    licence: str


class SourcePage(Page):
    """Some sources."""

    items: list[Source]


class SourceAnswer(Source):
    """A source and the records that cite it."""

    recorded_at: datetime
    systems: list[str] = Field(
        description="Identifiers of the systems with a statement from this source: the first 100"
    )


class Reply(Schema):
    """What the administration in charge answers to a statement."""

    id: int
    organisation: str
    text: str = Field(description="Empty when the statement is hidden")
    at: datetime
    replaced: bool = Field(description="A later reply of the same organisation stands for it")


class Hiding(Schema):
    """Why a moderator has hidden a statement."""

    reason: str
    at: datetime


class Statement(Schema):
    """One value of one field, and who says so: never edited, only superseded."""

    uid: str = Field(examples=["0f1e2d3c4b5a89788796a5b4c3d2e1f0"])
    field: str = Field(description="A key of `/fields`", examples=["status"])
    value: str = Field(description="Canonical text; empty when the statement is hidden")
    label: str | None = Field(
        description="The term in words, for a field with a vocabulary; otherwise null"
    )
    source: SourceReference | None = Field(
        description="Null when the statement is its author's own word"
    )
    speaker: str
    capacity: Annotated[str, term_of("capacity")]
    date: str = Field(description=f"When it was said: {DATE}")
    period: str = Field(description=f"The time that the fact is about: {DATE}")
    locator: str = Field(description="Page or section of the source")
    quote: str = Field(description="The passage of the source, word for word")
    language: str = Field(description="Language of the value and of the quote")
    supersedes: str | None = Field(description="The statement that this one replaces")
    version: int = Field(description="The version of the record that this statement made")
    recorded_at: datetime
    organisation: str | None = Field(description="The organisation that recorded it here")
    replies: list[Reply]
    hidden: Hiding | None = Field(description="Null unless a moderator has hidden the statement")


class StatementAnswer(Statement):
    """A statement read alone."""

    system: str = Field(description="Identifier of the system")
    superseded_by: list[str] = Field(description="The statements that replace this one")


class StatementPage(Page):
    """Some statements of a record, in the order in which they were recorded."""

    total: int
    items: list[StatementAnswer]


class FieldReading(Schema):
    """What is said under one field; `statements` holds what stands, the leading one first."""

    field: str
    label: str
    group: str
    divergent: bool = Field(description="Two voices give different values for the same period")
    statements: list[Statement]
    replaced: list[Statement]


class GroupCompleteness(Schema):
    """How many fields of a group are filled."""

    group: str
    label: str
    filled: int
    total: int


class Completeness(Schema):
    """How much of the record is filled."""

    percent: int = Field(ge=0, le=100)
    filled: int
    total: int
    groups: list[GroupCompleteness]


class HiddenStatement(Schema):
    """The trace of a statement that a moderator has hidden."""

    uid: str
    field: str
    reason: str
    at: datetime


class Record(Schema):
    """All that is said of a system, at one version."""

    slug: str = Field(examples=["mon-systeme"])
    url: str = Field(description="The page of the record, for people")
    name: str
    language: str = Field(description="The language of the labels")
    body: Body | None
    version: int
    latest_version: int
    created_at: datetime
    completeness: Completeness
    divergences: list[str] = Field(description="Fields in which two voices contradict each other")
    missing: list[str] = Field(description="Fields that nobody has filled")
    fields: list[FieldReading]
    sources: list[Source]
    hidden: list[HiddenStatement]


class SystemItem(Schema):
    """A system in a list."""

    slug: str
    url: str = Field(description="The page of the record, for people")
    name: str
    summary: str
    body: BodyReference | None
    status: list[str]
    domains: list[str]
    automation: list[str]
    methods: list[str]
    persons: list[str]
    completeness: int = Field(description="Whole percent of the fields that are filled")
    divergences: int
    statements: int
    last_said: str | None = Field(description="Day of the latest statement")
    version: int
    changed: int = Field(description="Number of the event that last changed the record")


class SystemPage(Page):
    """Some systems, in the order asked."""

    total: int = Field(description="How many systems answer, in all")
    items: list[SystemItem]


class Event(Schema):
    """An act on the register. Numbers grow in the order of commits and never come back."""

    id: int
    at: datetime
    verb: str = Field(examples=["statement.add"])
    system: str | None
    organisation: str | None
    data: dict[str, Any]


class EventPage(Schema):
    """Some events, oldest first."""

    items: list[Event]
    last: int = Field(
        description="Number of the last event given here; give it back as `since` to read on"
    )
    more: bool = Field(description="Whether other events already follow")
