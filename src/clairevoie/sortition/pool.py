"""Volunteers with their features, quotas, and the types that volunteers make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


_MOST_SAID = 20
"""Problems of one kind that are said one by one; the others are counted."""
HOUSEHOLD = "(household)"
"""Category of the limit of one seat for each household; the features are numbers."""


class PoolProblem(ValueError):
    """A pool or quotas that cannot be used: every problem at once, one sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class Quota:
    """How many seats of the panel go to a feature, for example to the women.

    Attributes:
        category, feature: for example ``gender`` and ``female``.
        low, high: fewest and most seats.
    """

    category: str
    feature: str
    low: int
    high: int


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A panel to be drawn. Volunteers who have the same features are one type.

    Attributes:
        persons: identifiers of the volunteers.
        quotas: of every feature.
        size: seats.
        kind: type of each volunteer, of shape (persons,).
        many: volunteers of each type, of shape (types,).
        has: 1 where a type has the feature of a quota, of shape (quotas, types).
        features: of each type, in the order of ``categories``.
        categories: their names.
    """

    persons: tuple[str, ...]
    quotas: tuple[Quota, ...]
    size: int
    kind: Ints
    many: Ints
    has: Ints
    features: tuple[tuple[str, ...], ...]
    categories: tuple[str, ...]

    @property
    def low(self) -> Ints:
        """Fewest seats of each quota, of shape (quotas,)."""
        return np.array([each.low for each in self.quotas], dtype=np.int64)

    @property
    def high(self) -> Ints:
        """Most seats of each quota, of shape (quotas,)."""
        return np.array([each.high for each in self.quotas], dtype=np.int64)


def problem_of(
    persons: Sequence[str],
    features: Mapping[str, Sequence[str]],
    quotas: Sequence[Quota],
    *,
    size: int,
    households: Sequence[str] | None = None,
) -> Problem:
    """Return the panel to be drawn.

    Volunteers of one household are types of their own: who shares a household has not the chances
    of who does not.

    Args:
        persons: identifiers of the volunteers, all different.
        features: by category, the feature of each volunteer.
        quotas: of every feature of every category that is to count.
        size: seats.
        households: what tells the household of each volunteer, for example the address; empty for
            one alone. At most one member of a household is in a panel.

    Raises:
        PoolProblem: with all that is wrong, one sentence each.
    """
    categories = tuple(dict.fromkeys(each.category for each in quotas))
    problems = [
        *_quota_problems(quotas, categories, size),
        *_person_problems(persons, features, quotas, categories, size),
    ]
    if problems:
        raise PoolProblem(problems)
    columns = [list(features[category]) for category in categories]
    shared = _shared(households or ())
    if shared:
        categories = (*categories, HOUSEHOLD)
        columns.append([shared.get(one.strip(), "") for one in households or ()])
        quotas = [*quotas, *(Quota(HOUSEHOLD, each, 0, 1) for each in sorted(shared.values()))]
    table = list(zip(*columns, strict=True))
    # In the order of their features, so that nothing depends on that of the volunteers.
    kinds = sorted(set(table))
    place = {kind: at for at, kind in enumerate(kinds)}
    kind = np.array([place[row] for row in table], dtype=np.int64)
    column = {category: at for at, category in enumerate(categories)}
    has = np.array(
        [[row[column[quota.category]] == quota.feature for row in kinds] for quota in quotas],
        dtype=np.int64,
    )
    return Problem(
        persons=tuple(persons),
        quotas=tuple(quotas),
        size=size,
        kind=kind,
        many=np.bincount(kind, minlength=len(kinds)),
        has=has,
        features=tuple(kinds),
        categories=categories,
    )


def _shared(households: Sequence[str]) -> dict[str, str]:
    """Return a number for each household of several volunteers, that says nothing of it."""
    counts = Counter(one.strip() for one in households)
    several = sorted(one for one, count in counts.items() if one and count > 1)
    width = len(str(len(several)))
    return {one: f"{rank:0{width}d}" for rank, one in enumerate(several, 1)}


def _quota_problems(quotas: Sequence[Quota], categories: tuple[str, ...], size: int) -> list[str]:
    problems = []
    if size < 1:
        problems.append(f"A panel of {size} seats cannot be drawn: ask for 1 or more.")
    if not quotas:
        problems.append("There are no quotas: give at least one category with its features.")
    if HOUSEHOLD in categories:
        problems.append(f"A category cannot be called {HOUSEHOLD}: give it another name.")
    seen = set()
    for each in quotas:
        name = f"{each.category} / {each.feature}"
        if (each.category, each.feature) in seen:
            problems.append(f"Quota {name} is given twice: keep one.")
        seen.add((each.category, each.feature))
        if not 0 <= each.low <= each.high:
            problems.append(
                f"Quota {name} asks for {each.low} to {each.high} seats: the fewest must be "
                "between 0 and the most."
            )
    for category in categories:
        low = sum(each.low for each in quotas if each.category == category)
        high = sum(each.high for each in quotas if each.category == category)
        if low > size:
            problems.append(
                f"Category {category} asks for {low} seats at least, and the panel has {size}: "
                "lower some of its minimums."
            )
        if high < size:
            problems.append(
                f"Category {category} allows {high} seats at most, and the panel has {size}: raise "
                "some of its maximums."
            )
    return problems


def _person_problems(
    persons: Sequence[str],
    features: Mapping[str, Sequence[str]],
    quotas: Sequence[Quota],
    categories: tuple[str, ...],
    size: int,
) -> list[str]:
    problems = []
    if len(persons) < size:
        problems.append(f"There are {len(persons)} volunteers for {size} seats.")
    twice = sorted(one for one, count in Counter(persons).items() if count > 1)
    problems += _first(
        [f"Volunteer {one!r} is there several times: keep one line." for one in twice[:_MOST_SAID]],
        len(twice),
        "volunteers are there several times",
    )
    for category in categories:
        if category not in features:
            problems.append(f"The volunteers have no column {category!r}, which has quotas.")
            continue
        asked = [each for each in quotas if each.category == category]
        counts = Counter(features[category])
        known = {each.feature for each in asked}
        # In the order of the volunteers.
        strange = [value for value in counts if value not in known]
        said = strange[:_MOST_SAID]
        problems += _first(
            [
                f"Volunteer {persons[features[category].index(value)]!r}"
                + (f": {value!r} has no quota" if value else " has nothing")
                + f" in category {category}."
                + (f" {counts[value] - 1} others are alike." if counts[value] > 1 else "")
                for value in said
            ],
            len(strange),
            f"values have no quota in category {category}",
        )
        problems += [
            f"Quota {category} / {each.feature} asks for {each.low} seats, and "
            f"{counts[each.feature]} volunteers have this feature."
            for each in asked
            if counts[each.feature] < each.low
        ]
    return problems


def _first(said: list[str], there: int, what: str) -> list[str]:
    """Return the problems that are said, and how many of the kind are not."""
    return said if there <= len(said) else [*said, f"{there - len(said)} more {what}."]


def panel_problem(problem: Problem, panel: Ints) -> str:
    """Return why a panel cannot be, or an empty text.

    Args:
        problem: which panel is drawn.
        panel: how many of each type, of shape (types,).
    """
    if (panel < 0).any() or (panel > problem.many).any():
        return "it has more of a type than there are volunteers"
    if int(panel.sum()) != problem.size:
        return f"it has {int(panel.sum())} members for {problem.size} seats"
    seats = problem.has @ panel
    for at in np.flatnonzero((seats < problem.low) | (seats > problem.high)).tolist():
        each = problem.quotas[at]
        return (
            f"it has {int(seats[at])} members of {each.category} / {each.feature}, where "
            f"{each.low} to {each.high} are asked"
        )
    return ""
