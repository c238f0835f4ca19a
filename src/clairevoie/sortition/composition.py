"""Who was in the pool and who is on the panel, compared to the population; anonymous if published.

Figures are counts of each feature in the pool and on the panel. Those on fewer people than a
threshold are hidden, and others with them so that none is found by subtraction: the features of a
category add up to all volunteers or all members, and those who were not drawn are the pool less the
panel, which is a figure too although no table has it.

Which cells those are is computed by whoever calls (`Hide`), with the rules of the whole project:
this room does not depend on those where they are written. How many volunteers and members there
are in all is always published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from clairevoie.sortition.exchange import csv_of
from clairevoie.sortition.pool import PoolProblem, Quota
from clairevoie.sortition.shares import Share

THRESHOLD = 11
"""Fewest people that a published figure is on, as everywhere in the project."""
POOL, PANEL, REST = "pool", "panel", "rest"

Cell = tuple[str, str, str]
"""What is counted (`POOL`, `PANEL` or `REST`), category and feature; both empty for all."""
Hide = Callable[
    [Mapping[Cell, int], Sequence[tuple[Cell, tuple[Cell, ...]]], frozenset[Cell], int],
    Collection[Cell],
]
"""Returns the cells to hide, of: the counts; the sums (a whole and its parts); the cells that no
table has; the threshold."""


@dataclass(frozen=True, slots=True)
class Row:
    """One feature.

    Attributes:
        category, feature: which.
        population: its share of the population; None when it is not known.
        low, high: seats that were asked.
        pool, panel: how many volunteers and members have it; None when hidden.
    """

    category: str
    feature: str
    population: Fraction | None
    low: int
    high: int
    pool: int | None
    panel: int | None


@dataclass(frozen=True, slots=True)
class Composition:
    """The features of a pool and of its panel.

    Attributes:
        rows: of each feature, in the order of the quotas.
        volunteers: how many there were.
        members: how many were drawn.
        threshold: fewest people that a figure is on; 0 when nothing is hidden.
    """

    rows: tuple[Row, ...]
    volunteers: int
    members: int
    threshold: int = 0


def composition(
    persons: Sequence[str],
    features: Mapping[str, Sequence[str]],
    panel: Collection[str],
    quotas: Sequence[Quota],
    *,
    shares: Sequence[Share] = (),
) -> Composition:
    """Return how many volunteers and members have each feature; nothing is hidden.

    Args:
        persons: identifiers of the volunteers.
        features: by category, the feature of each volunteer.
        panel: identifiers of the members.
        quotas: of every feature.
        shares: of the population, for those that are known.

    Raises:
        PoolProblem: with all that is wrong: somebody of the panel is no volunteer, a category has
            no column, a volunteer has a feature without quota.
    """
    known = set(persons)
    problems = [f"{one!r} is none of the volunteers." for one in sorted(set(panel) - known)]
    categories = dict.fromkeys(each.category for each in quotas)
    for category in categories:
        if category not in features:
            problems.append(f"The volunteers have no column {category!r}, which has quotas.")
            continue
        asked = {each.feature for each in quotas if each.category == category}
        problems += [
            f"{value!r} has no quota in category {category}."
            for value in sorted(set(features[category]) - asked)
        ]
    if problems:
        raise PoolProblem(problems[:50])
    population = {(each.category, each.feature): each.share for each in shares}
    drawn = [person in panel for person in persons]
    all_of = {category: Counter(features[category]) for category in categories}
    some_of = {
        category: Counter(
            value for value, there in zip(features[category], drawn, strict=True) if there
        )
        for category in categories
    }
    rows = tuple(
        Row(
            each.category,
            each.feature,
            population.get((each.category, each.feature)),
            each.low,
            each.high,
            all_of[each.category][each.feature],
            some_of[each.category][each.feature],
        )
        for each in quotas
    )
    return Composition(rows, len(persons), sum(drawn))


def published(found: Composition, hide: Hide, *, threshold: int = THRESHOLD) -> Composition:
    """Return a composition as it can be published.

    Args:
        found: the composition, with nothing hidden.
        hide: which cells are hidden.
        threshold: fewest people that a figure is on.

    Raises:
        ValueError: something is hidden already, or the threshold is below 1.
    """
    if threshold < 1:
        raise ValueError("a figure is on 1 person at least: give a threshold of 1 or more")
    counts: dict[Cell, int] = {}
    sums: list[tuple[Cell, tuple[Cell, ...]]] = []
    totals = {
        POOL: found.volunteers,
        PANEL: found.members,
        REST: found.volunteers - found.members,
    }
    for row in found.rows:
        if row.pool is None or row.panel is None:
            raise ValueError("figures of this composition are hidden already")
        mine = {POOL: row.pool, PANEL: row.panel, REST: row.pool - row.panel}
        counts |= {(what, row.category, row.feature): count for what, count in mine.items()}
        parts = tuple((what, row.category, row.feature) for what in (PANEL, REST))
        sums.append(((POOL, row.category, row.feature), parts))
    counts |= {(what, "", ""): count for what, count in totals.items()}
    for category in dict.fromkeys(row.category for row in found.rows):
        for what in totals:
            mine_of = [row.feature for row in found.rows if row.category == category]
            sums.append(((what, "", ""), tuple((what, category, feature) for feature in mine_of)))
    no_table = frozenset(cell for cell in counts if cell[0] == REST and cell[1])
    hidden = set(hide(counts, sums, no_table, threshold))
    # All volunteers and all members are known in any case: where that would have to be hidden,
    # nothing of them is safe.
    without = {what for what in (POOL, PANEL, REST) if (what, "", "") in hidden}
    rows = tuple(
        replace(
            row,
            pool=None
            if POOL in without or (POOL, row.category, row.feature) in hidden
            else row.pool,
            panel=None if without or (PANEL, row.category, row.feature) in hidden else row.panel,
        )
        for row in found.rows
    )
    return Composition(rows, found.volunteers, found.members, threshold)


def composition_csv(found: Composition) -> bytes:
    """Return a composition as CSV; what is hidden is empty, and « hidden » says so."""
    header = (
        *("category", "feature", "population", "quota_min", "quota_max"),
        *("pool", "pool_share", "panel", "panel_share", "hidden"),
    )
    rows = []
    for row in found.rows:
        hidden = " ".join(
            what for what, count in ((POOL, row.pool), (PANEL, row.panel)) if count is None
        )
        rows.append(
            (
                *(row.category, row.feature),
                f"{float(row.population):.6f}" if row.population is not None else "",
                *(row.low, row.high),
                *_told(row.pool, found.volunteers),
                *_told(row.panel, found.members),
                hidden,
            )
        )
    return csv_of(header, rows)


def _told(count: int | None, whole: int) -> tuple[str, str]:
    if count is None:
        return "", ""
    return str(count), f"{count / whole:.6f}" if whole else ""
