"""What the home page says of the register as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from clairevoie.web.accounts.models import Organisation
from clairevoie.web.register.models import Event, SearchEntry
from clairevoie.web.register.services import columns


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over the whole register."""

    systems: int
    bodies: int
    statements: int
    divergent_systems: int


@dataclass(frozen=True, slots=True)
class Change:
    """A record, and when it last changed."""

    entry: SearchEntry
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The register's figures and the records that changed last."""

    figures: Figures
    latest: tuple[Change, ...]


def overview(*, latest: int = 5) -> Overview:
    """Return the figures and the ``latest`` records that changed last.

    Of the records that one import brought, those about which something was said last come first.
    Three queries.
    """
    table = columns.current()
    numbers = table.numbers
    order = np.lexsort((table.name_rank, -numbers["last_said"], -numbers["changed"]))[:latest]
    ids: list[int] = table.systems[order].tolist()
    entries = (
        SearchEntry.objects.select_related("body", "system")
        .defer("title_tokens", "text_tokens")
        .in_bulk(ids)
    )
    times = dict(
        Event.objects.filter(pk__in={entry.changed for entry in entries.values()}).values_list(
            "pk", "at"
        )
    )
    return Overview(
        Figures(
            systems=len(table.systems),
            bodies=len(np.unique(numbers["body_id"][numbers["body_id"] > 0])),
            statements=int(numbers["statements"].sum()),
            divergent_systems=int(np.count_nonzero(numbers["divergences"])),
        ),
        tuple(Change(entries[pk], times.get(entries[pk].changed)) for pk in ids if pk in entries),
    )


def operator_name() -> str:
    """Return the name of the organisation that runs the site; empty when none is entered."""
    names = Organisation.objects.filter(is_operator=True).order_by("pk")
    return names.values_list("name", flat=True).first() or ""
