"""What changed in the whole register between two days."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.urls import reverse

from clairevoie.register.catalogue import FIELD_BY_KEY
from clairevoie.web.register import models as stored
from clairevoie.web.register.services.pages.fields import day_of
from clairevoie.web.register.services.pages.lines import SystemLine, entries, system_line
from clairevoie.web.register.services.pages.periods import Period

SYSTEMS_PER_PAGE = 30
SHOWN_FIELDS = 6


@dataclass(frozen=True, slots=True)
class SystemChanges:
    """What changed in one record."""

    line: SystemLine
    is_new: bool
    added: int
    replaced: int
    hidden: int
    restored: int
    fields: tuple[str, ...]
    more_fields: int
    day: str
    compare_url: str


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What changed in the register, the latest first."""

    period: Period
    new_systems: int
    changed_systems: int
    added: int
    replaced: int
    hidden: int
    restored: int
    systems: tuple[SystemChanges, ...]
    page: int
    pages: int


@dataclass
class _Counts:
    """What is counted of one system."""

    added: int = 0
    replaced: int = 0
    hidden: int = 0
    restored: int = 0
    last: int = 0


def changes_page(period: Period, *, page: int, language: str) -> ChangesPage:
    """Return what changed in a period; seven queries."""
    since, until = period.bounds
    bounds = _event_bounds(period)
    counts = _counts(*bounds)
    new = set(
        stored.System.objects.filter(created_at__gt=since, created_at__lte=until).values_list(
            "pk", flat=True
        )
    )
    order = sorted(counts, key=lambda pk: (-counts[pk].last, pk))
    pages = max(1, -(-len(order) // SYSTEMS_PER_PAGE))
    page = max(1, min(page, pages))
    shown = order[(page - 1) * SYSTEMS_PER_PAGE : page * SYSTEMS_PER_PAGE]
    return ChangesPage(
        period=period,
        new_systems=len(new),
        changed_systems=len(set(counts) - new),
        added=sum(item.added for item in counts.values()),
        replaced=sum(item.replaced for item in counts.values()),
        hidden=sum(item.hidden for item in counts.values()),
        restored=sum(item.restored for item in counts.values()),
        systems=_shown(shown, counts, new, bounds, period, language),
        page=page,
        pages=pages,
    )


def _event_bounds(period: Period) -> tuple[int, int]:
    """Return the numbers of the last events before and within the period; one query."""
    since, until = period.bounds
    found = stored.Event.objects.aggregate(
        after=Max("id", filter=Q(at__lte=since), default=0),
        until=Max("id", filter=Q(at__lte=until), default=0),
    )
    return found["after"], found["until"]


def _counts(after: int, until: int) -> dict[int, _Counts]:
    counts: dict[int, _Counts] = {}
    statements = (
        stored.Statement.objects.filter(event_id__gt=after, event_id__lte=until)
        .order_by()
        .values_list("system_id")
        .annotate(said=Count("pk"), replaced=Count("supersedes"), last=Max("event_id"))
    )
    for system_id, said, replaced, last in statements:
        counts[system_id] = _Counts(added=said - replaced, replaced=replaced, last=last)
    acts = (
        stored.Moderation.objects.filter(event_id__gt=after, event_id__lte=until)
        .order_by()
        .values_list("statement__system_id")
        .annotate(
            hides=Count("pk", filter=Q(hidden=True)),
            shows=Count("pk", filter=Q(hidden=False)),
            last=Max("event_id"),
        )
    )
    for system_id, hidden, restored, last in acts:
        item = counts.setdefault(system_id, _Counts())
        item.hidden, item.restored = hidden, restored
        item.last = max(item.last, last)
    return counts


def _shown(
    ids: list[int],
    counts: dict[int, _Counts],
    new: set[int],
    bounds: tuple[int, int],
    period: Period,
    language: str,
) -> tuple[SystemChanges, ...]:
    found = entries().in_bulk(ids)
    moments = dict(
        stored.Event.objects.filter(pk__in={counts[pk].last for pk in ids}).values_list("pk", "at")
    )
    fields: dict[int, dict[str, None]] = {}
    touched = (
        stored.Statement.objects.filter(
            system_id__in=ids, event_id__gt=bounds[0], event_id__lte=bounds[1]
        )
        .order_by("system_id", "pk")
        .values_list("system_id", "field")
    )
    for system_id, key in touched:
        if key in FIELD_BY_KEY:
            fields.setdefault(system_id, {})[FIELD_BY_KEY[key].label(language)] = None
    days = f"?du={period.start.isoformat()}&au={period.end.isoformat()}"
    shown = []
    for pk in ids:
        if pk not in found:
            continue
        labels = list(fields.get(pk, ()))
        item = counts[pk]
        slug = found[pk].system.slug
        shown.append(
            SystemChanges(
                system_line(found[pk], language),
                pk in new,
                item.added,
                item.replaced,
                item.hidden,
                item.restored,
                tuple(labels[:SHOWN_FIELDS]),
                max(0, len(labels) - SHOWN_FIELDS),
                day_of(moments[item.last], language) if item.last in moments else "",
                reverse("register:compare", args=[slug]) + days,
            )
        )
    return tuple(shown)
