"""Recommendations as they stand on a day: all, those of a body or of a system, one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from clairevoie.consultation.recommendations import (
    Act,
    Answered,
    Asked,
    Done,
    Standing,
    Status,
    Verdict,
    standing,
)
from clairevoie.web.consultation.models import (
    Recommendation,
    RecommendationAnswer,
    RecommendationModeration,
    RecommendationStep,
)
from clairevoie.web.register.models import PublicBody

LATE = "late"
"""Beside the statuses of the ground floor, in filters: those with which somebody is late."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are, those that a later version replaces left out.

    Attributes:
        answered: with a verdict recorded here; ``studied``: under study, which is no verdict yet;
            ``silent``: with nothing recorded here. The three add up to ``asked``.
        late: of all of them.
    """

    asked: int
    answered: int
    studied: int
    silent: int
    late: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader looks for; empty, or 0, for everything."""

    body: str = ""
    status: str = ""
    origin: str = ""
    system: str = ""
    consultation: int = 0
    draw: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """The recommendations that answer filters, and where each stands.

    Attributes:
        keys: the primary keys; what is late comes first, then the latest recorded.
        counts: of those that the other filters leave, whatever their status.
    """

    keys: tuple[int, ...]
    standings: Mapping[int, Standing]
    counts: Counts


def shown_recommendations() -> QuerySet[Recommendation]:
    """Return the recommendations that no moderator has hidden."""
    acts = RecommendationModeration.objects.filter(recommendation=OuterRef("pk")).order_by("-pk")
    return Recommendation.objects.annotate(
        is_hidden=Coalesce(Subquery(acts.values("hidden")[:1]), False)
    ).filter(is_hidden=False)


def asked_of(rows: QuerySet[Recommendation]) -> dict[int, Asked]:
    """Return, by primary key, what was asked and what came of it; three queries.

    The acts stand in the order of the register's events.
    """
    columns = ("pk", "recorded_at", "due_on", "replaced_by__recorded_at")
    found = list(rows.values_list(*columns))
    wanted = [row[0] for row in found]
    acts: dict[int, list[tuple[int, Act]]] = defaultdict(list)
    answers = RecommendationAnswer.objects.filter(recommendation__in=wanted)
    for pk, event, at, verdict, promised in answers.values_list(
        "recommendation_id", "event_id", "at", "verdict", "promised_on"
    ):
        acts[pk].append((event, Answered(timezone.localdate(at), Verdict(verdict), promised)))
    steps = RecommendationStep.objects.filter(recommendation__in=wanted, done=True)
    for pk, event, at in steps.values_list("recommendation_id", "event_id", "at"):
        acts[pk].append((event, Done(timezone.localdate(at))))
    return {
        pk: Asked(
            recorded=timezone.localdate(recorded),
            due=due,
            acts=tuple(act for _event, act in sorted(acts[pk], key=lambda pair: pair[0])),
            replaced=timezone.localdate(replaced) if replaced else None,
        )
        for pk, recorded, due, replaced in found
    }


def standings_of(rows: QuerySet[Recommendation], *, today: date) -> dict[int, Standing]:
    """Return, by primary key, where each recommendation stands."""
    return {pk: standing(each, today=today) for pk, each in asked_of(rows).items()}


def find(filters: Filters, *, today: date) -> Found:
    """Return the recommendations that answer filters; three queries."""
    rows = shown_recommendations()
    if filters.body:
        rows = rows.filter(body__slug=filters.body)
    if filters.origin:
        rows = rows.filter(origin=filters.origin)
    if filters.system:
        rows = rows.filter(system__slug=filters.system)
    if filters.consultation:
        rows = rows.filter(consultation__number=filters.consultation)
    if filters.draw:
        rows = rows.filter(draw__number=filters.draw)
    standings = standings_of(rows, today=today)
    chosen = [pk for pk, each in standings.items() if _matches(each, filters.status)]
    chosen.sort(key=lambda pk: (-standings[pk].late_days, -pk))
    return Found(tuple(chosen), standings, counts_of(standings.values()))


def _matches(found: Standing, status: str) -> bool:
    if status == LATE:
        return found.late
    # Without a filter, an earlier version is found through the one that replaces it.
    return found.status == status if status else found.status is not Status.REPLACED


def counts_of(standings: Iterable[Standing]) -> Counts:
    """Count recommendations by where they stand."""
    live = [each for each in standings if each.status is not Status.REPLACED]
    studied = sum(each.status is Status.STUDY for each in live)
    silent = sum(each.status is Status.OWED for each in live)
    return Counts(
        asked=len(live),
        answered=len(live) - studied - silent,
        studied=studied,
        silent=silent,
        late=sum(each.late for each in live),
    )


def rows_of(keys: Sequence[int]) -> list[Recommendation]:
    """Return recommendations in the order of their keys, with what their lines show."""
    rows = Recommendation.objects.select_related(
        "body", "system__entry", "organisation", "source", "consultation", "draw"
    ).in_bulk(keys)
    return [rows[pk] for pk in keys]


def recommendation_of(number: int) -> Recommendation:
    """Return a recommendation, be it hidden or not (`hiding_of`).

    Raises:
        Recommendation.DoesNotExist: none has this number.
    """
    return Recommendation.objects.select_related(
        "body",
        "system__entry",
        "organisation",
        "source",
        "supersedes",
        "replaced_by",
        "draw",
        "consultation",
        "proposal__count",
    ).get(number=number)


def hiding_of(recommendation: Recommendation) -> RecommendationModeration | None:
    """Return the act by which a moderator has hidden it; ``None`` when it is shown."""
    latest = recommendation.moderations.order_by("-pk").first()
    return latest if latest is not None and latest.hidden else None


def answers_to(recommendation: Recommendation) -> Sequence[RecommendationAnswer]:
    """Return the answers, in the order in which they came."""
    return list(recommendation.answers.select_related("organisation").order_by("event_id"))


def steps_of(recommendation: Recommendation) -> Sequence[RecommendationStep]:
    """Return the steps of commitments, in the order in which they came."""
    steps = recommendation.steps.select_related("organisation", "statement__system__entry")
    return list(steps.order_by("event_id"))


def proved_by(uid: UUID) -> Sequence[Recommendation]:
    """Return the recommendations that a statement of the register follows, in their order."""
    rows = shown_recommendations().filter(steps__statement__uid=uid)
    return list(rows.select_related("body").order_by("number").distinct())


def bodies_asked() -> Sequence[tuple[str, str]]:
    """Return the public bodies of which something was asked: (identifier, name), by name."""
    keys = shown_recommendations().values("body")
    bodies = PublicBody.objects.filter(pk__in=keys).order_by("name")
    return list(bodies.values_list("slug", "name"))
