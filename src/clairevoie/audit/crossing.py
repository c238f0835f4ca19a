"""Groups of two audits of one journal, made from other columns or other bands: what they cut off.

The journal tells, by counting its rows by both at once. A group of an earlier audit may be the very
people of some present groups, under another name; or nearly so, and the few between them are then
told by subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.clusters import person_of
from clairevoie.audit.columns import clean_level
from clairevoie.audit.counting import inside_period
from clairevoie.audit.model import Attribute, Plan
from clairevoie.decisions.engines import arrow_of
from clairevoie.decisions.model import Journal

if TYPE_CHECKING:
    import ibis

Levels = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Crossed:
    """An earlier attribute beside a present one.

    Attributes:
        earlier, now: their names.
        same: the present levels that an earlier one is made of, where it is exactly.
        few: whether a group of one and groups of the other differ by fewer than the threshold.
    """

    earlier: str
    now: str
    same: Levels
    few: bool


def crossed(journal: Journal, plan: Plan, table: ibis.Table, earlier: Plan) -> tuple[Crossed, ...]:
    """Count the rows of the period by each earlier attribute and each present one.

    Those of the same column with the same bands are left out; so are earlier ones of columns that
    the journal no longer has.
    """
    inside, _ = inside_period(journal, plan, table)
    pairs = [
        (old, new)
        for old in (*earlier.groups, *earlier.conditions)
        for new in (*plan.groups, *plan.conditions)
        if old.column in table.columns and (old.column, old.bands) != (new.column, new.bands)
    ]
    return tuple(_crossed(journal, plan, inside, old, new) for old, new in pairs)


def _crossed(
    journal: Journal, plan: Plan, rows: ibis.Table, old: Attribute, new: Attribute
) -> Crossed:
    who = rows[journal.identifier] if journal.person is None else person_of(journal, rows)
    each = rows.select(old=clean_level(rows, old), new=clean_level(rows, new), who=who)
    found = arrow_of(
        each.group_by(["old", "new"]).aggregate(rows=each.count(), persons=each.who.nunique())
    ).to_pylist()
    olds = sorted({one["old"] for one in found})
    news = sorted({one["new"] for one in found})
    many, persons = (np.zeros((len(olds), len(news))) for _ in range(2))
    for one in found:
        place = olds.index(one["old"]), news.index(one["new"])
        many[place], persons[place] = one["rows"], one["persons"]
    inside = 2 * many > many.sum(axis=0)
    same = {
        key: frozenset(news[place] for place in np.flatnonzero(inside[rank]))
        for rank, key in enumerate(olds)
        if inside[rank].any()
        and np.array_equal(np.where(inside[rank], many.sum(axis=0), 0), many[rank])
    }
    few = _few(many, persons, plan.least) or _few(many.T, persons.T, plan.least)
    return Crossed(old.name, new.name, same, few)


def _few(many: NDArray[np.float64], persons: NDArray[np.float64], least: int) -> bool:
    """Tell whether a line is nearly a sum of columns, but for fewer than ``least`` persons."""
    inside = 2 * many > many.sum(axis=0)
    for row, mine, here in zip(persons, inside, many, strict=True):
        spare = np.where(mine, persons.sum(axis=0) - row, 0).sum()
        lost = np.where(mine, 0, row).sum()
        # Groups on a few are hidden by themselves.
        large = here.sum() >= least and many[:, mine].sum() >= least
        if large and spare + lost > 0 and max(spare, lost) < least:
            return True
    return False
