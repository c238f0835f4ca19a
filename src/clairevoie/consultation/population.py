"""How far the participants resemble the population, where its shares were declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from clairevoie.consultation.shares import share


class Presence(StrEnum):
    """How present a category is."""

    UNDER = "under"
    """The interval of its share is below the declared share."""
    AS_DECLARED = "as declared"
    """The interval holds the declared share."""
    OVER = "over"
    """The interval is above the declared share."""
    HIDDEN = "hidden"
    """Too few persons to be shown, or it would give one away that is."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """One category among the participants and in the population.

    Attributes:
        category: its name.
        count: participants; None when hidden.
        share, low, high: among the participants whose category is known; None when hidden.
        declared: share of the population, from 0 to 1.
        presence: how they compare.
    """

    category: str
    count: int | None
    share: float | None
    low: float | None
    high: float | None
    declared: float
    presence: Presence


def resemblance(
    counts: Mapping[str, int],
    declared: Mapping[str, float],
    *,
    least: int = 11,
    level: float = 0.95,
) -> tuple[Resemblance, ...]:
    """Return how present each category is, in the order declared.

    Args:
        counts: participants of each category, those whose category is unknown left out.
        declared: share of each category in the population, between 0 and 1, of sum 1.
        least: fewest persons that a figure may speak of. When categories are hidden, enough others
            are too (the smallest first) for their sum to be of at least as many persons, and not
            the most that they can be, so that no subtraction gives one back.
        level: confidence of Wilson's interval.

    Raises:
        ValueError: shares do not sum to 1 (to one thousandth), one is not between 0 and 1, a count
            is below 0, or a participant has a category that is not declared.
    """
    for category, value in declared.items():
        if not 0 <= value <= 1:
            raise ValueError(f"the declared share of {category!r} is {value}: between 0 and 1")
    if abs(sum(declared.values()) - 1) > 1e-3:
        raise ValueError(f"the declared shares sum to {sum(declared.values()):.4g}, not to 1")
    if unknown := sorted(counts.keys() - declared.keys()):
        raise ValueError(f"category {unknown[0]!r} has participants and no declared share")
    if negative := sorted(name for name, count in counts.items() if count < 0):
        raise ValueError(f"category {negative[0]!r} has fewer than 0 participants")
    numbers = {category: counts.get(category, 0) for category in declared}
    hidden = _hidden(numbers, least)
    total = sum(numbers.values())
    found = []
    for category, expected in declared.items():
        if category in hidden:
            found.append(Resemblance(category, None, None, None, None, expected, Presence.HIDDEN))
            continue
        interval = share(np.array(numbers[category]), np.array(total), level=level)
        low, high = float(interval.low), float(interval.high)
        presence = (
            Presence.OVER
            if low > expected
            else Presence.UNDER
            if high < expected
            else Presence.AS_DECLARED
        )
        found.append(
            Resemblance(
                category, numbers[category], float(interval.estimate), low, high, expected, presence
            )
        )
    return tuple(found)


def _hidden(numbers: Mapping[str, int], least: int) -> frozenset[str]:
    hidden = {category for category, count in numbers.items() if count < least}
    shown = sorted(numbers.keys() - hidden, key=lambda category: numbers[category])
    # Nor may their sum be the most that they can be: each of them would then be known.
    while (
        hidden
        and shown
        and ((there := _sum(numbers, hidden)) < least or there == len(hidden) * (least - 1))
    ):
        # Equals go together, so that neither order nor name chooses between them.
        smallest = numbers[shown[0]]
        hidden.update(category for category in shown if numbers[category] == smallest)
        shown = [category for category in shown if numbers[category] != smallest]
    return frozenset(hidden)


def _sum(numbers: Mapping[str, int], categories: set[str]) -> int:
    return sum(numbers[category] for category in categories)
