"""What is new of recommendations, for the feed: answers, what is done, due dates that passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from django.utils import timezone

from clairevoie.consultation.recommendations import Duty, Lapse, lapses
from clairevoie.web.consultation.models import (
    Recommendation,
    RecommendationAnswer,
    RecommendationStep,
)
from clairevoie.web.consultation.services.notices import late_key
from clairevoie.web.consultation.services.reading import asked_of, rows_of, shown_recommendations


class NewsKind(StrEnum):
    """What happened."""

    ANSWER = "answer"
    DONE = "done"
    LATE_ANSWER = "late_answer"
    LATE_COMMITMENT = "late_commitment"


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to a recommendation.

    Attributes:
        key: its lasting name, within the recommendation.
        due: the date that passed; ``None`` for an answer and for what is done.
        verdict, text: what the administration said; empty when it is late.
    """

    recommendation: Recommendation
    kind: NewsKind
    key: str
    at: datetime
    due: date | None = None
    verdict: str = ""
    text: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class _Item:
    pk: int
    at: datetime
    said: RecommendationAnswer | RecommendationStep | Lapse


def latest_news(*, body: str, today: date, limit: int) -> list[News]:
    """Return what happened last, the newest first; of one public body if ``body`` says which.

    What is late is found by its date, not stored: its name and its moment stay the same.
    """
    rows = shown_recommendations()
    if body:
        rows = rows.filter(body__slug=body)
    asked = asked_of(rows)
    items = [
        _Item(pk, _morning(each.day), each)
        for pk, one in asked.items()
        for each in lapses(one, today=today)
    ]
    answers = RecommendationAnswer.objects.filter(recommendation__in=list(asked))
    done = RecommendationStep.objects.filter(recommendation__in=list(asked), done=True)
    said: list[RecommendationAnswer | RecommendationStep] = [
        *answers.select_related("organisation").order_by("-event_id")[:limit],
        *done.select_related("organisation").order_by("-event_id")[:limit],
    ]
    items += [_Item(each.recommendation_id, each.at, each) for each in said]
    items.sort(key=lambda each: (each.at, each.pk), reverse=True)
    items = items[:limit]
    recommendations = {each.pk: each for each in rows_of(list({each.pk for each in items}))}
    return [_news(recommendations[each.pk], each) for each in items]


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _news(recommendation: Recommendation, item: _Item) -> News:
    said = item.said
    if isinstance(said, Lapse):
        late = NewsKind.LATE_ANSWER if said.duty is Duty.ANSWER else NewsKind.LATE_COMMITMENT
        return News(recommendation, late, late_key(said), item.at, due=said.due)
    who = said.organisation.name if said.organisation else recommendation.body.name
    if isinstance(said, RecommendationAnswer):
        return News(
            recommendation,
            NewsKind.ANSWER,
            f"answer-{said.pk}",
            item.at,
            verdict=str(said.get_verdict_display()),
            text="\n\n".join(filter(None, (said.reason, said.commitment))),
            who=who,
        )
    return News(recommendation, NewsKind.DONE, f"done-{said.pk}", item.at, text=said.text, who=who)
