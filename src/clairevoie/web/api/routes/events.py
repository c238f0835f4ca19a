"""The append-only feed of every act on the register."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja.decorators import decorate_view

from clairevoie.web.api import readers
from clairevoie.web.api.conditional import conditional, register_stamp
from clairevoie.web.api.routes import router
from clairevoie.web.api.schemas import record as given
from clairevoie.web.api.schemas.common import PAGE_LIMIT, READ_UNCHANGED, Limit, Since
from clairevoie.web.register.models import Event


def event_page(events: QuerySet[Event], since: int, limit: int) -> given.EventPage:
    """Return the next events after number ``since``."""
    found = list(
        events.filter(pk__gt=since)
        .select_related("system", "organisation")
        .order_by("pk")[: limit + 1]
    )
    kept = found[:limit]
    return given.EventPage(
        items=[readers.event(row) for row in kept],
        last=kept[-1].pk if kept else since,
        more=len(found) > limit,
    )


@router.get(
    "/events",
    response={200: given.EventPage, **READ_UNCHANGED},
    tags=["events"],
    summary="Follow events",
)
@decorate_view(conditional(register_stamp))
def list_events(
    request: HttpRequest,
    since: Since = 0,
    limit: Limit = PAGE_LIMIT,
) -> given.EventPage:
    """Return every act on the register, oldest first.

    Numbers follow the order of commits: who asks for what came after the last number it saw misses
    nothing. Numbers may have gaps.
    """
    return event_page(Event.objects.all(), since, limit)
