"""Intervals of rates, of their differences and of their ratios, from counts.

Everything takes arrays that broadcast together, and costs the number of cells. A rate out of
nothing does not exist: it is NaN, and so is its interval; it is never 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# Halvings of a bracket: what is left of it is below the spacing of float64.
_HALVINGS = 60
# Steps of Newton on a cubic: from half of the digits to all, and two to get near.
_STEPS = 4
# Ratios are sought between exp(-60) and exp(60): beyond, they are 0 or infinite.
_FARTHEST_LOG = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """Estimates with their bounds; three arrays of one shape, NaN where there is none."""

    estimate: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Effective:
    """Counts as if every row were independent and of the same weight.

    Attributes:
        count, of: effective numbers (their ratio is the rate), same shape.
        design_effect: how many times the variance is that of as many independent rows; NaN where
            the rows have no spread to estimate it from.
    """

    count: Floats
    of: Floats
    design_effect: Floats


def quantile(level: float) -> float:
    """Return how many standard deviations a two-sided level reaches (0.95: 1.96).

    Raises:
        ValueError: the level is not strictly between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"a level of {level} is not between 0 and 1")
    return NormalDist().inv_cdf((1 + level) / 2)


def checked(count: ArrayLike, of: ArrayLike) -> tuple[Floats, Floats]:
    """Return counts and totals as float arrays of one shape.

    Raises:
        ValueError: a number is not finite, or a count is not between 0 and its total.
    """
    counts, totals = np.broadcast_arrays(
        np.asarray(count, dtype=np.float64), np.asarray(of, dtype=np.float64)
    )
    with np.errstate(invalid="ignore"):
        fits = np.isfinite(totals) & (counts >= 0) & (counts <= totals)
    if not fits.all():
        place = tuple(int(i) for i in np.argwhere(~fits)[0])
        where = f" (cell {', '.join(map(str, place))})" if place else ""
        raise ValueError(f"{counts[place]:g} out of {totals[place]:g} is no share{where}")
    return counts, totals


def rate(count: ArrayLike, of: ArrayLike) -> Floats:
    """Return counts over totals; NaN where the total is 0.

    Raises:
        ValueError: see `checked`.
    """
    counts, totals = checked(count, of)
    found: Floats = np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)
    return found


def wilson(count: ArrayLike, of: ArrayLike, level: float = 0.95) -> Interval:
    """Return rates with their score intervals, without continuity correction.

    Args:
        count: how many are as asked.
        of: out of how many; both may be effective numbers.
        level: confidence.

    Raises:
        ValueError: see `checked` and `quantile`.

    Source:
        E. B. Wilson, « Probable inference, the law of succession, and statistical inference »,
        Journal of the American Statistical Association 22 (1927), 209-212.
    """
    counts, totals = checked(count, of)
    z = quantile(level)
    share = rate(counts, totals)
    n = np.where(totals > 0, totals, np.nan)
    centre = share + z * z / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At the ends the bound is the end itself; rounding would leave it a hair off.
    low = np.where(share == 0, 0.0, (centre - half) / scale)
    high = np.where(share == 1, 1.0, (centre + half) / scale)
    return Interval(share, low, high)


def newcombe(
    count1: ArrayLike, of1: ArrayLike, count2: ArrayLike, of2: ArrayLike, level: float = 0.95
) -> Interval:
    """Return differences of two rates, first minus second, with hybrid score intervals.

    Raises:
        ValueError: see `checked` and `quantile`.

    Source:
        R. G. Newcombe, « Interval estimation for the difference between independent proportions:
        comparison of eleven methods », Statistics in Medicine 17 (1998), 873-890, method 10.
    """
    first, second = wilson(count1, of1, level), wilson(count2, of2, level)
    difference = first.estimate - second.estimate
    below = np.hypot(first.estimate - first.low, second.high - second.estimate)
    above = np.hypot(first.high - first.estimate, second.estimate - second.low)
    return Interval(
        difference, np.maximum(difference - below, -1.0), np.minimum(difference + above, 1.0)
    )


def score_of_difference(
    count1: ArrayLike,
    of1: ArrayLike,
    count2: ArrayLike,
    of2: ArrayLike,
    difference: ArrayLike = 0.0,
) -> Floats:
    """Return the score statistic of a supposed difference of two rates, in standard deviations.

    Its variance is taken at the most likely rates that have the supposed difference, times
    N/(N-1). NaN where a group is empty; 0 where the counts fit the supposition exactly.

    Raises:
        ValueError: see `checked`.

    Source:
        O. Miettinen, M. Nurminen, « Comparative analysis of two rates », Statistics in Medicine
        4 (1985), 213-226.
    """
    x1, n1 = checked(count1, of1)
    x2, n2 = checked(count2, of2)
    delta = np.asarray(difference, dtype=np.float64)
    gap = rate(x1, n1) - rate(x2, n2) - delta
    return _standardised(gap, _spread_given_difference(x1, n1, x2, n2, delta), n1 + n2)


def score_of_ratio(
    count1: ArrayLike, of1: ArrayLike, count2: ArrayLike, of2: ArrayLike, ratio: ArrayLike = 1.0
) -> Floats:
    """Return the score statistic of a supposed ratio of two rates, in standard deviations.

    See `score_of_difference`.

    Raises:
        ValueError: see `checked`.
    """
    x1, n1 = checked(count1, of1)
    x2, n2 = checked(count2, of2)
    phi = np.asarray(ratio, dtype=np.float64)
    # The smaller root of the quadratic, written without cancellation.
    with np.errstate(invalid="ignore", divide="ignore"):
        minus_b = n1 * phi + x1 + n2 + x2 * phi
        square = np.maximum(minus_b**2 - 4 * (n1 + n2) * phi * (x1 + x2), 0.0)
        r2 = np.clip(2 * (x1 + x2) / (minus_b + np.sqrt(square)), 0.0, 1.0)
    r1 = np.clip(phi * r2, 0.0, 1.0)
    gap = rate(x1, n1) - phi * rate(x2, n2)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = r1 * (1 - r1) / n1 + phi * phi * r2 * (1 - r2) / n2
    return _standardised(gap, spread, n1 + n2)


def miettinen_nurminen_difference(
    count1: ArrayLike, of1: ArrayLike, count2: ArrayLike, of2: ArrayLike, level: float = 0.95
) -> Interval:
    """Return differences of two rates, first minus second, with score intervals.

    The interval leaves 0 out when, and only when, the score test of equal rates does not.

    Raises:
        ValueError: see `checked` and `quantile`.

    Source:
        Miettinen and Nurminen, see `score_of_difference`.
    """
    x1, n1, x2, n2 = np.broadcast_arrays(*checked(count1, of1), *checked(count2, of2))
    z = quantile(level)
    difference = rate(x1, n1) - rate(x2, n2)
    ends = np.full_like(difference, -1.0), np.full_like(difference, 1.0)

    def score(delta: Floats) -> Floats:
        return score_of_difference(x1, n1, x2, n2, delta)

    low = _crossing(lambda delta: score(delta) - z, ends[0], difference)
    high = _crossing(lambda delta: score(delta) + z, difference, ends[1])
    return Interval(difference, low, high)


def miettinen_nurminen_ratio(
    count1: ArrayLike, of1: ArrayLike, count2: ArrayLike, of2: ArrayLike, level: float = 0.95
) -> Interval:
    """Return ratios of two rates, first over second, with score intervals.

    Defined with zeros: nobody in the first group gives a lower bound of 0, nobody in the second
    an infinite ratio and upper bound; nobody in either gives a ratio of NaN within [0, ∞].

    Raises:
        ValueError: see `checked` and `quantile`.

    Source:
        Miettinen and Nurminen, see `score_of_difference`. Katz's logarithm is undefined with
        zeros and poor in small samples.
    """
    x1, n1, x2, n2 = np.broadcast_arrays(*checked(count1, of1), *checked(count2, of2))
    z = quantile(level)
    exists = (n1 > 0) & (n2 > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(exists, rate(x1, n1) / rate(x2, n2), np.nan)
        log = np.clip(np.log(ratio), -_FARTHEST_LOG, _FARTHEST_LOG)
    ends = np.full_like(ratio, -_FARTHEST_LOG), np.full_like(ratio, _FARTHEST_LOG)

    def score(logs: Floats) -> Floats:
        return score_of_ratio(x1, n1, x2, n2, np.exp(logs))

    low = np.exp(_crossing(lambda logs: score(logs) - z, ends[0], log))
    high = np.exp(_crossing(lambda logs: score(logs) + z, log, ends[1]))
    # Beyond the search, and with nobody on one side, the bounds are 0 and infinity.
    low = np.where((x1 == 0) | (low < np.exp(1 - _FARTHEST_LOG)), 0.0, low)
    high = np.where((x2 == 0) | (high > np.exp(_FARTHEST_LOG - 1)), np.inf, high)
    return Interval(ratio, np.where(exists, low, np.nan), np.where(exists, high, np.nan))


def share_interval(
    hit: ArrayLike, total: ArrayLike, squares: ArrayLike, level: float = 0.95
) -> Interval:
    """Return rates of a weighted sample, with Wilson intervals on the effective number of rows.

    Args:
        hit: sum of the weights of the rows that are as asked.
        total: sum of the weights.
        squares: sum of the squared weights.
        level: confidence.

    Raises:
        ValueError: see `checked` and `quantile`; or the squares are impossible.

    Source:
        L. Kish, Survey Sampling, 1965, section 11.7: (Σw)²/Σw² rows of equal weight.
    """
    sums, totals = checked(hit, total)
    squared = np.asarray(squares, dtype=np.float64)
    if np.any((totals > 0) & ~(squared > 0)):
        raise ValueError("weights that sum to more than 0 have squares that do too")
    effective = np.divide(
        totals**2, squared, out=np.zeros(np.broadcast(totals, squared).shape), where=totals > 0
    )
    return wilson(np.where(effective > 0, rate(sums, totals), 0.0) * effective, effective, level)


def effective_counts(
    count: ArrayLike,
    of: ArrayLike,
    *,
    clusters: ArrayLike,
    of_squares: ArrayLike,
    count_squares: ArrayLike,
    products: ArrayLike,
) -> Effective:
    """Return the counts divided by their design effect, when a person has several decisions.

    The variance of the rate is that of a ratio of sums over persons (linearised), and the
    effective counts go into any interval of this module. With weights, n and x below are sums of
    weights. The design effect is not taken below 1. Where every decision has the same outcome the
    rows say nothing of how alike one person's decisions are: they are then taken as wholly alike,
    and (Σn)²/Σn² persons are left.

    Args:
        count, of: Σx and Σn, over persons i with n decisions of which x are as asked.
        clusters: number of persons.
        of_squares, count_squares, products: Σn², Σx², Σxn.

    Raises:
        ValueError: see `checked`.

    Source:
        J. N. K. Rao, A. J. Scott, « A simple method for the analysis of clustered binary data »,
        Biometrics 48 (1992), 577-585.
    """
    counts, totals = checked(count, of)
    persons = np.asarray(clusters, dtype=np.float64)
    nn, xx, xn = (np.asarray(a, dtype=np.float64) for a in (of_squares, count_squares, products))
    share = rate(counts, totals)
    with np.errstate(invalid="ignore", divide="ignore"):
        residuals = np.maximum(xx - 2 * share * xn + share**2 * nn, 0.0)
        variance = persons / (persons - 1) * residuals / totals**2
        spread = (persons > 1) & (share > 0) & (share < 1)
        effect = np.where(spread, totals * variance / (share * (1 - share)), np.nan)
        effect = np.maximum(effect, 1.0)
        alike = np.where(totals > 0, totals**2 / nn, 0.0)
        number = np.where(spread, totals / effect, alike)
    return Effective(np.where(totals > 0, share, 0.0) * number, number, effect)


def _standardised(gap: Floats, spread: Floats, total: Floats) -> Floats:
    """Divide a gap by its standard deviation, with the factor N/(N-1)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(total > 1, total / (total - 1), np.inf)
        score = gap / np.sqrt(spread * factor)
    # Counts that fit exactly have neither gap nor variance.
    return np.where(gap == 0, 0.0, score)


def _spread_given_difference(
    x1: Floats, n1: Floats, x2: Floats, n2: Floats, delta: Floats
) -> Floats:
    """Return Σ r (1 - r) / n at the most likely rates, of which the first is higher by ``delta``.

    Miettinen and Nurminen solve a cubic in closed form. Here the groups are swapped, or their hits
    and misses, so that its root is the lower of the two rates and nearer to 0 than the other is to
    1: millions of rows with rates near 0 or 1 then keep their digits.
    """
    under = delta < 0
    x1, x2 = np.where(under, x2, x1), np.where(under, x1, x2)
    n1, n2 = np.where(under, n2, n1), np.where(under, n1, n2)
    delta = np.abs(delta)
    room = 1 - delta
    with np.errstate(invalid="ignore", divide="ignore"):
        # The likelihood half way still rises when the root is in the farther half.
        far = (x1 - n2 + x2) * room + (x2 - n1 + x1) * (1 + delta) > 0
        x1, x2 = np.where(far, n2 - x2, x1), np.where(far, n1 - x1, x2)
        n1, n2 = np.where(far, n2, n1), np.where(far, n1, n2)
        total = n1 + n2
        # Both forms of each coefficient are the same number: one cancels near 0, the other near 1.
        near = delta < 0.5
        a2 = np.where(
            near, (n1 + 2 * n2) * delta - total - x1 - x2, n2 - x1 - x2 - (n1 + 2 * n2) * room
        )
        a1 = np.where(
            near,
            (n2 * delta - total - 2 * x2) * delta + x1 + x2,
            x1 - n1 - x2 + room * (n1 - n2 + 2 * x2 + n2 * room),
        )
        a2, a1, a0 = a2 / total, a1 / total, x2 * delta * room / total
        third = a2 / 3
        q = third**3 - a1 * third / 2 + a0 / 2
        p = np.copysign(np.sqrt(np.maximum(third**2 - a1 / 3, 0.0)), q)
        angle = np.where(p == 0, 0.0, np.clip(q / p**3, -1.0, 1.0))
        root = np.clip(2 * p * np.cos((np.pi + np.arccos(angle)) / 3) - third, 0.0, room)
        # The cosine loses digits near 0, where the cubic is nearly a quadratic; steps of Newton
        # give them back.
        square = np.sqrt(np.maximum(a1 * a1 - 4 * a2 * a0, 0.0))
        small = np.where(a1 > 0, (a1 + square) / (-2 * a2), 2 * a0 / (square - a1))
        small = np.where(np.isfinite(small), np.clip(small, 0.0, room), 0.0)
        root = np.where(root < 1e-3, small, root)
        for _ in range(_STEPS):
            value = ((root + a2) * root + a1) * root + a0
            better = np.clip(root - value / ((3 * root + 2 * a2) * root + a1), 0.0, room)
            left = np.abs(((better + a2) * better + a1) * better + a0)
            root = np.where(left < np.abs(value), better, root)
        higher = (delta + root) * np.maximum(room - root, 0.0)
        spread: Floats = higher / n1 + root * (1 - root) / n2
    return spread


def _crossing(function: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Return where a falling function crosses 0 between bounds, by halving; all at once."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = function(middle) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2
