"""Groups compared: one with another, each with all the rest, and the largest gap among them.

The largest gap between groups that are treated alike is not 0: it grows with their number and as
they get smaller. It is never shown without what chance alone gives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clairevoie.audit.corrections import equal_rates
from clairevoie.audit.intervals import (
    Floats,
    Interval,
    checked,
    miettinen_nurminen_difference,
    miettinen_nurminen_ratio,
    newcombe,
    quantile,
    rate,
)

# NumPy draws hypergeometric counts below this many rows.
_MOST_ROWS = 1_000_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Rates of groups against others; arrays of one shape.

    Attributes:
        difference: first minus second, Newcombe's hybrid score interval.
        score_difference: the same with Miettinen and Nurminen's, which agrees with ``p``.
        ratio: first over second, Miettinen and Nurminen's interval.
        p: of the score test of equal rates, not adjusted; NaN where a group is empty.
    """

    difference: Interval
    score_difference: Interval
    ratio: Interval
    p: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LargestGap:
    """The gap between the highest and the lowest rate of k groups, and what chance gives.

    Attributes:
        gap: highest minus lowest rate; NaN with fewer than two groups that have a rate.
        lowest, highest: which groups, from 0; -1 when there is no gap.
        expected: the gap on average, if all groups had the same rate.
        usual: the gap that would be exceeded in only 1 - level of cases, if they had.
        p: share of such cases with a gap at least as large.
        null: the gaps drawn, rising, of shape (replicates,).
    """

    gap: float
    lowest: int
    highest: int
    expected: float
    usual: float
    p: float
    null: Floats


def compare(
    count1: ArrayLike, of1: ArrayLike, count2: ArrayLike, of2: ArrayLike, level: float = 0.95
) -> Comparison:
    """Return rates compared two by two: difference, ratio, their intervals, and the test.

    Raises:
        ValueError: see `intervals.checked` and `intervals.quantile`.
    """
    return Comparison(
        difference=newcombe(count1, of1, count2, of2, level),
        score_difference=miettinen_nurminen_difference(count1, of1, count2, of2, level),
        ratio=miettinen_nurminen_ratio(count1, of1, count2, of2, level),
        p=equal_rates(count1, of1, count2, of2),
    )


def rest(values: ArrayLike) -> Floats:
    """Return, for each group on the last axis, the sum over all the others."""
    each = np.asarray(values, dtype=np.float64)
    # A sum of weights less all of its terms may be a hair below 0.
    others: Floats = np.maximum(each.sum(axis=-1, keepdims=True) - each, 0.0)
    return others


def against_rest(count: ArrayLike, of: ArrayLike, level: float = 0.95) -> Comparison:
    """Return each group compared with all the others together.

    Unlike a comparison with the overall rate, the two sides have nobody in common.

    Args:
        count, of: (…, groups).
        level: confidence.

    Raises:
        ValueError: see `intervals.checked` and `intervals.quantile`.
    """
    counts, totals = checked(count, of)
    others = rest(totals)
    return compare(counts, totals, np.minimum(rest(counts), others), others, level)


def largest_gap(
    count: ArrayLike,
    of: ArrayLike,
    *,
    replicates: int,
    rng: np.random.Generator,
    level: float = 0.95,
) -> LargestGap:
    """Return the largest gap between rates, with its law if all groups had the same rate.

    The law is the permutation one: all that were hit are dealt again among the groups, whose sizes
    stay (multivariate hypergeometric). It depends on no rate that would have to be guessed, unlike
    binomial draws at the pooled rate, and the test keeps its level exactly.

    Args:
        count, of: whole numbers, (groups,); empty groups are left aside.
        replicates: draws.
        rng: source of randomness.
        level: for ``usual``.

    Raises:
        ValueError: numbers are not whole, see `intervals.checked`, or no replicate.

    Source:
        R. A. Fisher, The Design of Experiments, 1935, § 21. B. Phipson, G. K. Smyth, « Permutation
        P-values should never be zero », Statistical Applications in Genetics and Molecular
        Biology 9 (2010), article 39, for the count of the sample itself among the draws.
    """
    counts, totals = checked(count, of)
    quantile(level)
    if counts.ndim != 1 or np.any(counts % 1) or np.any(totals % 1):
        raise ValueError("the largest gap takes whole numbers, one for each group")
    if replicates < 1:
        raise ValueError("the law of the largest gap takes at least one draw")
    kept = np.flatnonzero(totals > 0)
    if len(kept) < 2:
        return LargestGap(np.nan, -1, -1, np.nan, np.nan, np.nan, np.empty(0))
    sizes = totals[kept].astype(np.int64)
    rates = rate(counts, totals)[kept]
    shares = dealt(int(counts.sum()), sizes, replicates, rng) / sizes
    null = np.sort(shares.max(axis=1) - shares.min(axis=1))
    gap = float(rates.max() - rates.min())
    # Equal fractions of different sizes may differ in the last digit.
    beyond = replicates - int(np.searchsorted(null, gap - 1e-12))
    rank = min(replicates - 1, int(np.ceil(level * replicates)) - 1)
    return LargestGap(
        gap=gap,
        lowest=int(kept[rates.argmin()]),
        highest=int(kept[rates.argmax()]),
        expected=float(null.mean()),
        usual=float(null[rank]),
        p=(1 + beyond) / (1 + replicates),
        null=null,
    )


def dealt(hits: int, sizes: NDArray[np.int64], replicates: int, rng: np.random.Generator) -> Floats:
    """Return how many of the hits each group gets by chance alone.

    Args:
        hits: rows that are hit.
        sizes: rows of each group, of shape (groups,).
        replicates: draws.
        rng: source of randomness.

    Returns:
        Counts, of shape (replicates, groups).
    """
    total = int(sizes.sum())
    if total < _MOST_ROWS:
        drawn = rng.multivariate_hypergeometric(sizes, hits, size=replicates, method="marginals")
    else:
        # With a thousand million rows the pooled rate is as good as known.
        drawn = rng.binomial(sizes, hits / total, size=(replicates, len(sizes)))
    return drawn.astype(np.float64)
