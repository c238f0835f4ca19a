"""Consultations as the API gives them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, Schema

from clairevoie.web.api.schemas.common import Page, one_of
from clairevoie.web.api.schemas.record import BodyReference
from clairevoie.web.consultation.models import Audience
from clairevoie.web.consultation.services.consulting import Phase

PhaseCode = Annotated[str, one_of(*Phase)]
AudienceCode = Annotated[str, one_of(*Audience.values)]


class ConsultationItem(Schema):
    """A consultation, and where it stands today."""

    number: int
    title: str
    question: str
    body: BodyReference | None = Field(description="The public body that it concerns")
    system: str | None = Field(description="The record of the register that it is about")
    phase: PhaseCode
    opens_on: date
    closes_on: date
    audience: AudienceCode
    fictitious: bool = Field(description="Invented, for a demonstration")
    organisation: str = Field(description="Who opened it; empty for the site itself")
    recorded_at: datetime
    url: str = Field(description="The page for people")


class ConsultationsPage(Page):
    """A part of the list of consultations."""

    items: list[ConsultationItem]


class ProposalItem(Schema):
    """A proposal that is put to the vote."""

    id: str
    text: str
    at: datetime


class OneConsultation(ConsultationItem):
    """A consultation with its proposals, and what the votes say once that may be shown."""

    text: str
    policy: str = Field(description="The rules of the moderation")
    min_group: int = Field(description="Fewest persons that a figure speaks of")
    proposals: list[ProposalItem]
    result: dict[str, Any] | None = Field(
        description="What is published of the votes (schema consultation-result-1.0); null while "
        "it is not shown. No row is a person's."
    )
