"""The systems of a query that changed last, for its feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from clairevoie.web.register.models import Event, SearchEntry
from clairevoie.web.register.services.search import SearchQuery, answer


@dataclass(frozen=True, slots=True)
class Latest:
    """A system, when it last changed and in whose name."""

    entry: SearchEntry
    at: datetime
    organisation: str


def latest(query: SearchQuery, *, limit: int) -> list[Latest]:
    """Return the systems that answer ``query`` and changed last, newest change first.

    Of the records that one import brought, those about which something was said last come first.
    """
    found = answer(query)
    numbers, rows = found.table.numbers, found.rows
    names = found.table.name_rank[rows]
    order = np.lexsort((names, -numbers["last_said"][rows], -numbers["changed"][rows]))[:limit]
    wanted: list[int] = found.table.systems[rows[order]].tolist()
    entries = (
        SearchEntry.objects.select_related("body", "system")
        .defer("title_tokens", "text_tokens")
        .in_bulk(wanted)
    )
    events = Event.objects.select_related("organisation").in_bulk(
        {entry.changed for entry in entries.values()}
    )
    return [
        Latest(
            entry,
            event.at if (event := events.get(entry.changed)) else entry.system.created_at,
            event.organisation.name if event and event.organisation else "",
        )
        for pk in wanted
        if (entry := entries.get(pk))
    ]
