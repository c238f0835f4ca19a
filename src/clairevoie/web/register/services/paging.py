"""One part of a long list after another, each part starting after the last item of the one before.

A place in a list is what the last item is sorted by, not a number of items: what is added or
removed meanwhile neither repeats an item nor leaves one out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from django.db.models import Model, QuerySet

from clairevoie.web.register.models import SearchEntry
from clairevoie.web.register.services import columns
from clairevoie.web.register.services.search import Answer, SearchQuery, answer

_NUMBER_OF_SORT = {
    "relevance": "completeness",
    "complete": "completeness",
    "recent": "last_said",
}

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of the list of systems ended: what its last system is sorted by."""

    in_title: int
    number: int
    sort_key: bytes
    system: int


@dataclass(frozen=True, slots=True)
class Part:
    """Some systems of a list; ``last`` is where they end, None when nothing follows."""

    entries: tuple[SearchEntry, ...]
    total: int
    last: Place | None


def systems_after(query: SearchQuery, place: Place | None, limit: int) -> Part:
    """Return the next ``limit`` systems that answer ``query``, after ``place``.

    The order is the same for every reader, whatever their language.
    """
    found = answer(replace(query, language=""))
    first = _rows_until(found, query.sort, place) if place else 0
    rows = found.rows[first : first + limit]
    wanted = found.table.systems[rows].tolist()
    entries = (
        SearchEntry.objects.select_related("body", "system")
        .defer("title_tokens", "text_tokens")
        .in_bulk(wanted)
    )
    more = first + limit < len(found.rows)
    return Part(
        entries=tuple(entries[pk] for pk in wanted if pk in entries),
        total=len(found.rows),
        last=_place_of(found, query.sort, int(rows[-1])) if more else None,
    )


def _place_of(found: Answer, sort: str, row: int) -> Place:
    table = found.table
    number = _NUMBER_OF_SORT.get(sort)
    system = int(table.systems[row])
    return Place(
        in_title=int(sort == "relevance" and system in found.in_title),
        number=int(table.numbers[number][row]) if number else 0,
        sort_key=bytes(table.sort_keys[row]),
        system=system,
    )


def _rows_until(found: Answer, sort: str, place: Place) -> int:
    """Return how many rows come up to and including ``place``, whether it is still there or not."""
    table: columns.Columns = found.table
    systems = table.systems[found.rows]
    keys = table.sort_keys[found.rows]
    key = np.bytes_(place.sort_key)
    until = (keys < key) | ((keys == key) & (systems <= place.system))
    if number := _NUMBER_OF_SORT.get(sort):
        values = table.numbers[number][found.rows]
        until = (values > place.number) | ((values == place.number) & until)
    if sort == "relevance":
        titles = np.isin(systems, found.in_title).astype(np.int64)
        until = (titles > place.in_title) | ((titles == place.in_title) & until)
    return int(np.count_nonzero(until))


def rows_after(
    rows: QuerySet[Row], last: int | None, limit: int
) -> tuple[Sequence[Row], int | None]:
    """Return the next rows in the order of their numbers, and the last number if more follow."""
    chosen = rows.order_by("pk")
    if last is not None:
        chosen = chosen.filter(pk__gt=last)
    found = list(chosen[: limit + 1])
    kept = found[:limit]
    return kept, kept[-1].pk if len(found) > limit else None
