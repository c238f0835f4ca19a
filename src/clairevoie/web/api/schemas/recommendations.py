"""Recommendations as the API gives them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema

from clairevoie.consultation.recommendations import Duty, Status
from clairevoie.web.api.schemas.common import Page, one_of, term_of
from clairevoie.web.api.schemas.record import BodyReference, Hiding
from clairevoie.web.consultation.models import AnswerVerdict, Origin

StatusCode = Annotated[str, one_of(*Status)]
DutyCode = Annotated[str, one_of(*Duty)]
OriginCode = Annotated[str, one_of(*Origin.values)]
VerdictCode = Annotated[str, one_of(*AnswerVerdict.values)]


class RecommendationItem(Schema):
    """A recommendation, and where it stands today."""

    number: int
    version: int
    replaces: int | None = Field(description="Number of the earlier version")
    replaced_by: int | None = Field(description="Number of the later version, which holds")
    title: str
    body: BodyReference | None = Field(description="To whom it is addressed")
    system: str | None = Field(description="The record of the register that it is about")
    origin: OriginCode
    origin_name: str
    origin_url: str
    consultation: int | None = Field(
        description="Number of the consultation of this site from which it comes"
    )
    proposal: str | None = Field(description="The proposal of it that it takes up")
    draw: int | None = Field(
        description="Number of the draw of this site by which the panel that makes it was drawn"
    )
    author: str
    capacity: Annotated[str, term_of("capacity")]
    asked_on: str = Field(description="Year, month or day; empty when it is not known")
    due_on: date | None = Field(description="As whoever asks says; null when they give no date")
    status: StatusCode = Field(
        description="Computed. `owed`: no answer is recorded here, which does not say that there "
        "is none elsewhere."
    )
    owed: DutyCode | None = Field(description="What is due now; null when nothing is")
    owed_by: date | None
    late_days: int = Field(description="Days since `owed_by`; 0 when nothing is late")
    fictitious: bool = Field(description="Invented, for a demonstration")
    organisation: str = Field(description="Who recorded it; empty for an import of the site")
    recorded_at: datetime
    url: str = Field(description="The page for people")


class RecommendationsPage(Page):
    """A part of the list of recommendations."""

    items: list[RecommendationItem]


class AnswerItem(Schema):
    """What the administration answers."""

    verdict: VerdictCode
    reason: str
    commitment: str
    promised_on: date | None
    organisation: str
    at: datetime


class StepItem(Schema):
    """Where a commitment is, or that it is kept."""

    done: bool
    text: str
    proof_url: str
    statement: str | None = Field(description="Identifier of a statement of the register")
    organisation: str
    at: datetime


class LapseItem(Schema):
    """A due date that passed."""

    what: DutyCode
    due: date
    ended: date | None = Field(description="When it came in the end; null when it has not")


class OneRecommendation(RecommendationItem):
    """A recommendation with its whole history, the oldest first."""

    text: str
    source: str | None = Field(description="Identifier of the source of the register")
    locator: str
    quote: str
    answers: list[AnswerItem]
    steps: list[StepItem]
    lapses: list[LapseItem]
    hidden: Hiding | None = Field(description="Null unless a moderator has hidden it")
