"""The register's facets as columns in memory, one NumPy array each, kept in step with the database.

Counting facets over a hundred thousand systems in SQL takes longer than reading the whole page; as
columns it takes milliseconds. Each process keeps its own copy and, at each search, reads the search
entries that changed since the last event it saw: usually none. Nothing is ever deleted, and event
numbers follow commits, so nothing is missed.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from clairevoie.register.catalogue.vocabularies import COUNTRY
from clairevoie.web.register.models import SearchEntry

NUMBERS = (
    "system_id",
    "body_id",
    "status_bits",
    "automation_bits",
    "methods_bits",
    "domains_bits",
    "persons_bits",
    "completeness",
    "indicator_flags",
    "divergences",
    "statements",
    "last_said",
    "changed",
)
_COUNTRY_BITS = {code: 1 << rank for rank, code in enumerate(COUNTRY.codes())}


@dataclass(frozen=True, slots=True)
class Columns:
    """One array a column, rows in the order of system numbers.

    ``numbers`` are the columns of the search entries, and ``country_bits`` from their public
    bodies; ``body_slugs`` is {number of a public body: its identifier}. ``languages`` is the
    language of each name, empty when not known; ``name_rank`` the place of each system in
    alphabetical order; ``last_event`` the number of the latest event that is taken into account.
    """

    numbers: dict[str, NDArray[np.int64]]
    body_slugs: dict[int, str]
    languages: NDArray[np.bytes_]
    sort_keys: NDArray[np.bytes_]
    name_rank: NDArray[np.int64]
    last_event: int

    @property
    def systems(self) -> NDArray[np.int64]:
        """System numbers, ascending."""
        return self.numbers["system_id"]

    def positions(self, system_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows of these systems; those not in the columns are left out."""
        systems = self.systems
        if not len(systems):
            return np.zeros(0, dtype=np.int64)
        found: NDArray[np.int64] = np.searchsorted(systems, system_ids)
        found = np.minimum(found, len(systems) - 1)
        kept: NDArray[np.int64] = found[systems[found] == system_ids]
        return kept


def _empty() -> Columns:
    return Columns(
        {name: np.zeros(0, dtype=np.int64) for name in (*NUMBERS, "country_bits")},
        {},
        np.zeros(0, dtype="S5"),
        np.zeros(0, dtype="S32"),
        np.zeros(0, dtype=np.int64),
        0,
    )


_lock = threading.Lock()
_kept: dict[str, Columns] = {}


def forget() -> None:
    """Forget every copy: for tests, where a rolled-back transaction would be remembered."""
    with _lock:
        _kept.clear()


def current() -> Columns:
    """Return the columns, brought up to date by one query."""
    name = str(connection.settings_dict["NAME"])
    with _lock:
        before = _kept.get(name) or _empty()
        rows = list(
            SearchEntry.objects.filter(changed__gt=before.last_event)
            .order_by()
            .values_list("sort_key", "language", "body__country", "body__slug", *NUMBERS)
        )
        if rows:
            _kept[name] = before = _merge(before, rows)
        return before


def _merge(before: Columns, rows: list[tuple[Any, ...]]) -> Columns:
    keys = np.array([row[0].encode()[:32] for row in rows], dtype="S32")
    languages = np.array([row[1].encode() for row in rows], dtype="S5")
    fresh = np.array(
        [[*(value or 0 for value in row[4:]), _COUNTRY_BITS.get(row[2] or "", 0)] for row in rows],
        dtype=np.int64,
    )
    stays = ~np.isin(before.systems, fresh[:, 0])
    order = np.argsort(np.concatenate([before.systems[stays], fresh[:, 0]]), kind="stable")
    numbers = {
        name: np.concatenate([before.numbers[name][stays], fresh[:, rank]])[order]
        for rank, name in enumerate((*NUMBERS, "country_bits"))
    }
    languages = np.concatenate([before.languages[stays], languages])[order]
    sort_keys = np.concatenate([before.sort_keys[stays], keys])[order]
    name_rank = np.empty(len(order), dtype=np.int64)
    name_rank[np.argsort(sort_keys, kind="stable")] = np.arange(len(order))
    last_event = int(numbers["changed"].max())
    body_at = 4 + NUMBERS.index("body_id")
    body_slugs = before.body_slugs | {row[body_at]: row[3] for row in rows if row[3]}
    return Columns(numbers, body_slugs, languages, sort_keys, name_rank, last_event)
