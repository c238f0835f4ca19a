"""Volunteers with their features, quotas, and the types that volunteers make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clairevoie.sortition.sentences import Sentence

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


def _quota_problems(
    quotas: Sequence[Quota], categories: tuple[str, ...], size: int
) -> list[Sentence]:
    problems = []
    if size < 1:
        problems.append(
            Sentence("A panel of %(size)s seats cannot be drawn: ask for 1 or more.", size=size)
        )
    if not quotas:
        problems.append(
            Sentence("There are no quotas: give at least one category with its features.")
        )
    if HOUSEHOLD in categories:
        problems.append(
            Sentence("A category cannot be called %(name)s: give it another name.", name=HOUSEHOLD)
        )
    seen = set()
    for each in quotas:
        name = {"category": each.category, "feature": each.feature}
        if (each.category, each.feature) in seen:
            problems.append(
                Sentence("Quota %(category)s / %(feature)s is given twice: keep one.", **name)
            )
        seen.add((each.category, each.feature))
        if not 0 <= each.low <= each.high:
            problems.append(
                Sentence(
                    "Quota %(category)s / %(feature)s asks for %(low)s to %(high)s seats: the "
                    "fewest must be between 0 and the most.",
                    low=each.low,
                    high=each.high,
                    **name,
                )
            )
    for category in categories:
        low = sum(each.low for each in quotas if each.category == category)
        high = sum(each.high for each in quotas if each.category == category)
        if low > size:
            problems.append(
                Sentence(
                    "Category %(category)s asks for %(count)s seats at least, and the panel has "
                    "%(size)s: lower some of its minimums.",
                    category=category,
                    count=low,
                    size=size,
                )
            )
        if high < size:
            problems.append(
                Sentence(
                    "Category %(category)s allows %(count)s seats at most, and the panel has "
                    "%(size)s: raise some of its maximums.",
                    category=category,
                    count=high,
                    size=size,
                )
            )
    return problems


def _person_problems(
    persons: Sequence[str],
    features: Mapping[str, Sequence[str]],
    quotas: Sequence[Quota],
    categories: tuple[str, ...],
    size: int,
) -> list[Sentence]:
    problems = []
    if len(persons) < size:
        problems.append(
            Sentence(
                "There are %(count)s volunteers for %(size)s seats.", count=len(persons), size=size
            )
        )
    twice = sorted(one for one, count in Counter(persons).items() if count > 1)
    problems += [
        Sentence("Volunteer “%(person)s” is there several times: keep one line.", person=one)
        for one in twice[:_MOST_SAID]
    ]
    if len(twice) > _MOST_SAID:
        more = len(twice) - _MOST_SAID
        problems.append(Sentence("%(count)s more volunteers are there several times.", count=more))
    for category in categories:
        asked = [each for each in quotas if each.category == category]
        if category not in features:
            problems.append(
                Sentence(
                    "The volunteers have no column “%(category)s”, which has quotas.",
                    category=category,
                )
            )
        else:
            problems += _feature_problems(persons, features[category], asked, category)
    return problems


def _feature_problems(
    persons: Sequence[str], values: Sequence[str], asked: Sequence[Quota], category: str
) -> list[Sentence]:
    counts = Counter(values)
    known = {each.feature for each in asked}
    # In the order of the volunteers.
    strange = [value for value in counts if value not in known]
    problems = [
        _stranger(persons[values.index(value)], value, counts[value] - 1, category)
        for value in strange[:_MOST_SAID]
    ]
    if len(strange) > _MOST_SAID:
        problems.append(
            Sentence(
                "%(count)s more values have no quota in category %(category)s.",
                count=len(strange) - _MOST_SAID,
                category=category,
            )
        )
    return problems + [
        Sentence(
            "Quota %(category)s / %(feature)s asks for %(low)s seats, and %(count)s volunteers "
            "have this feature.",
            category=category,
            feature=each.feature,
            low=each.low,
            count=counts[each.feature],
        )
        for each in asked
        if counts[each.feature] < each.low
    ]


def _stranger(person: str, value: str, others: int, category: str) -> Sentence:
    """Return that a volunteer has a value without a quota, or nothing; others may be alike."""
    words = {"person": person, "category": category}
    if value and others:
        return Sentence(
            "Volunteer “%(person)s”: “%(value)s” has no quota in category %(category)s. %(count)s "
            "others are alike.",
            value=value,
            count=others,
            **words,
        )
    if value:
        return Sentence(
            "Volunteer “%(person)s”: “%(value)s” has no quota in category %(category)s.",
            value=value,
            **words,
        )
    if others:
        return Sentence(
            "Volunteer “%(person)s” has nothing in category %(category)s. %(count)s others are "
            "alike.",
            count=others,
            **words,
        )
    return Sentence("Volunteer “%(person)s” has nothing in category %(category)s.", **words)


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
