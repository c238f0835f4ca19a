"""Which proposal to show next: a lottery whose weights can be recorded and checked.

Polis's own published priority is in `polis`; this one is ours. A proposal weighs more when little
is known of it, when it splits people, when it sets groups apart, and much more while it has fewer
than `ENOUGH` votes. Chance decides, so that nobody can foresee who will see what.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

ENOUGH = 30
"""Votes that every proposal must reach first."""
FARTHEST = 10
"""Until then no proposal passes so many times the median of the votes cast."""
# How much more a proposal without votes weighs than one that has enough.
_NEWNESS = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """A proposal picked by lot, with what is needed to check the draw.

    Attributes:
        pick: place of the proposal; None when none is left to show.
        weights: chances of each proposal, of shape (proposals,), of sum 1 (0 when none is left).
        number: the uniform number of the draw.
    """

    pick: int | None
    weights: Floats
    number: float


def weights(
    agree: ArrayLike, disagree: ArrayLike, cast: ArrayLike, extremity: ArrayLike, seen: ArrayLike
) -> Floats:
    """Return the chance of each proposal to be shown next, of shape (proposals,) and sum 1.

    The chance is proportional to (1 + extremity) × √(p(1 - p) / (cast + 3)) × newness, where
    p = (agree + 1) / (agree + disagree + 2): about the standard deviation of what is believed of p
    after a uniform prior, a pass being a vote that teaches nothing. Newness is 1 from `ENOUGH`
    votes on, 1 + 20 × missing / `ENOUGH` before. While a proposal lacks votes, one that has both
    `ENOUGH` and ten times the median is left out, unless nothing else is left to show.

    Args:
        agree, disagree, cast: votes on each proposal that is open to votes, no other, of shape
            (proposals,); cast has the passes.
        extremity: how far each proposal sets groups apart, from 0 (or not known yet) to 1.
        seen: True for what this participant has voted on.

    Raises:
        ValueError: shapes do not agree, votes are not possible, or extremity is not from 0 to 1.
    """
    arrays = (agree, disagree, cast, extremity)
    for_it, against, total, far = (np.asarray(item, dtype=np.float64) for item in arrays)
    hidden = np.asarray(seen, dtype=bool)
    if len({item.shape for item in (for_it, against, total, far, hidden)}) > 1 or total.ndim != 1:
        raise ValueError("votes, extremity and what was seen need one value for each proposal")
    if (np.minimum(for_it, against) < 0).any() or (for_it + against > total).any():
        raise ValueError("a proposal has more agreements and disagreements than votes")
    if not ((far >= 0) & (far <= 1)).all():
        raise ValueError("an extremity is not from 0 to 1")
    clear = for_it + against
    likely = (for_it + 1) / (clear + 2)
    missing = np.maximum(ENOUGH - total, 0) / ENOUGH
    weight = (1 + far) * np.sqrt(likely * (1 - likely) / (total + 3)) * (1 + _NEWNESS * missing)
    weight[hidden] = 0
    if missing.any():
        ahead = total >= max(ENOUGH, FARTHEST * float(np.median(total)))
        if (weight[~ahead] > 0).any():
            weight[ahead] = 0
    # Sorted, so that the order of the proposals does not change the last digit.
    whole = float(np.sort(weight).sum())
    chances: Floats = weight / whole if whole > 0 else weight
    return chances


def offer(chances: ArrayLike, number: float) -> Offer:
    """Return the proposal that a number picks: the first at which the summed chances pass it.

    Args:
        chances: see `weights`, of shape (proposals,).
        number: drawn uniformly from 0 (included) to 1 (excluded), by the caller.

    Raises:
        ValueError: the number is not between 0 and 1, or a chance is negative.
    """
    if not 0 <= number < 1:
        raise ValueError(f"the number drawn is {number}: from 0 to 1, 1 excluded")
    shares = np.asarray(chances, dtype=np.float64)
    if (shares < 0).any():
        raise ValueError("a chance is below 0")
    possible = np.flatnonzero(shares)
    if not len(possible):
        return Offer(None, shares, number)
    sums = np.cumsum(shares[possible])
    at = int(np.searchsorted(sums, number * sums[-1], side="right"))
    return Offer(int(possible[min(at, len(possible) - 1)]), shares, number)
