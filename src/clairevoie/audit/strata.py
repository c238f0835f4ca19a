"""Groups compared within strata: what remains of a gap among people in the same situation.

Everywhere strata are on the last axis, and a stratum where one of the two groups is empty says
nothing: it weighs 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from clairevoie.audit.corrections import equal_rates, two_sided
from clairevoie.audit.intervals import Floats, Interval, checked, quantile, rate, wilson


@dataclass(frozen=True, slots=True, eq=False)
class ChiSquared:
    """A chi-squared test; arrays of one shape, NaN where nothing can be tested."""

    statistic: Floats
    degrees: Floats
    p: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """Rates as they would be if every group had the same make-up.

    Attributes:
        rate: with its interval; NaN for a group that is empty in a stratum that weighs.
        count, of: effective numbers, for intervals of differences and ratios.
    """

    rate: Interval
    count: Floats
    of: Floats


@dataclass(frozen=True, slots=True)
class Reversal:
    """Two groups whose gap overall is the opposite of their gap within strata (Simpson).

    Attributes:
        higher, lower: places of the groups that have the higher and the lower rate overall.
        overall: the gap overall, above 0.
        within, low, high: the Mantel-Haenszel difference within strata, below 0, and its interval
            (NaN where there is none).
        strata: how many strata have both groups.
        opposite: places of those where the gap is the opposite of the gap overall.
        agreeing: how many where it is not: neither opposite nor 0.
        weight: share of the Mantel-Haenszel weight that lies in the opposite ones, 0 to 1.
        p: that both gaps are what they seem: the larger of the p-values of the score test overall
            and of the Cochran-Mantel-Haenszel test within strata (neither is adjusted for the
            number of pairs looked at).
        certain: p is at most 1 - level.
    """

    higher: int
    lower: int
    overall: float
    within: float
    low: float
    high: float
    strata: int
    opposite: tuple[int, ...]
    agreeing: int
    weight: float
    p: float
    certain: bool

    @property
    def complete(self) -> bool:
        """Whether no stratum agrees with the gap overall."""
        return self.agreeing == 0


def mantel_haenszel_difference(
    count1: ArrayLike,
    of1: ArrayLike,
    count2: ArrayLike,
    of2: ArrayLike,
    level: float = 0.95,
    variance: Literal["sato", "greenland-robins"] = "sato",
) -> Interval:
    """Return the difference of two rates within strata, first minus second.

    Args:
        count1, of1, count2, of2: (…, strata).
        level: confidence.
        variance: Sato's also holds with many small strata; Greenland and Robins' with few large
            ones. There is no interval where it is 0: nobody, or everybody, is hit.

    Raises:
        ValueError: see `intervals.checked` and `intervals.quantile`.

    Source:
        S. Greenland, J. M. Robins, « Estimation of a common effect parameter from sparse
        follow-up data », Biometrics 41 (1985), 55-68. T. Sato, « On the variance estimator for
        the Mantel-Haenszel risk difference », Biometrics 45 (1989), 1323-1324.
    """
    x1, n1, x2, n2, total = _strata(count1, of1, count2, of2)
    weight = (n1 * n2 / total).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = ((x1 * n2 - x2 * n1) / total).sum(axis=-1) / weight
        if variance == "sato":
            p = ((n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / total**2).sum(axis=-1)
            q = ((x1 * (n2 - x2) + x2 * (n1 - x1)) / total).sum(axis=-1) / 2
            spread = difference * p + q
        else:
            own = np.where(n1 > 0, x1 * (n1 - x1) * n2**2 / n1, 0.0)
            other = np.where(n2 > 0, x2 * (n2 - x2) * n1**2 / n2, 0.0)
            spread = ((own + other) / total**2).sum(axis=-1)
        half = quantile(level) * np.sqrt(np.where(spread > 0, spread, np.nan)) / weight
    return Interval(
        difference, np.maximum(difference - half, -1.0), np.minimum(difference + half, 1.0)
    )


def mantel_haenszel_ratio(
    count1: ArrayLike, of1: ArrayLike, count2: ArrayLike, of2: ArrayLike, level: float = 0.95
) -> Interval:
    """Return the ratio of two rates within strata, first over second.

    There is no interval where nobody of one group is hit.

    Raises:
        ValueError: see `intervals.checked` and `intervals.quantile`.

    Source:
        Greenland and Robins 1985, see `mantel_haenszel_difference`.
    """
    x1, n1, x2, n2, total = _strata(count1, of1, count2, of2)
    above, below = (x1 * n2 / total).sum(axis=-1), (x2 * n1 / total).sum(axis=-1)
    spread = ((n1 * n2 * (x1 + x2) - x1 * x2 * total) / total**2).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _of_log(above / below, spread / (above * below), level)


def mantel_haenszel_odds_ratio(
    count1: ArrayLike, of1: ArrayLike, count2: ArrayLike, of2: ArrayLike, level: float = 0.95
) -> Interval:
    """Return the odds ratio of two groups within strata, first over second.

    Raises:
        ValueError: see `intervals.checked` and `intervals.quantile`.

    Source:
        N. Mantel, W. Haenszel, Journal of the National Cancer Institute 22 (1959), 719-748;
        variance: J. Robins, N. Breslow, S. Greenland, « Estimators of the Mantel-Haenszel
        variance consistent in both sparse data and large-strata limiting models », Biometrics 42
        (1986), 311-323.
    """
    x1, n1, x2, n2, total = _strata(count1, of1, count2, of2)
    r, s = x1 * (n2 - x2) / total, (n1 - x1) * x2 / total
    p, q = (x1 + n2 - x2) / total, (n1 - x1 + x2) / total
    above, below = r.sum(axis=-1), s.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (
            (p * r).sum(axis=-1) / above**2
            + (p * s + q * r).sum(axis=-1) / (above * below)
            + (q * s).sum(axis=-1) / below**2
        ) / 2
        return _of_log(above / below, variance, level)


def cochran_mantel_haenszel(
    count1: ArrayLike,
    of1: ArrayLike,
    count2: ArrayLike,
    of2: ArrayLike,
    *,
    continuity: bool = False,
) -> ChiSquared:
    """Return the test that two groups are treated alike in every stratum.

    Args:
        count1, of1, count2, of2: (…, strata).
        continuity: take half off, which keeps the level in small samples at the cost of power.

    Raises:
        ValueError: see `intervals.checked`.

    Source:
        Mantel and Haenszel 1959, see `mantel_haenszel_odds_ratio`.
    """
    x1, n1, x2, n2, total = _strata(count1, of1, count2, of2)
    hits = x1 + x2
    gap = np.abs((x1 - n1 * hits / total).sum(axis=-1))
    if continuity:
        gap = np.maximum(gap - 0.5, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = n1 * n2 * hits * (total - hits) / (total**2 * (total - 1))
        variance = np.where(total > 1, spread, 0.0).sum(axis=-1)
        statistic = np.where(variance > 0, gap**2 / variance, np.nan)
    return ChiSquared(statistic, np.where(variance > 0, 1.0, np.nan), two_sided(np.sqrt(statistic)))


def breslow_day(count1: ArrayLike, of1: ArrayLike, count2: ArrayLike, of2: ArrayLike) -> ChiSquared:
    """Return the test that the odds ratio is the same in every stratum, with Tarone's correction.

    Strata where nobody or everybody is hit, or a group is empty, do not count.

    Raises:
        ValueError: see `intervals.checked`.

    Source:
        N. E. Breslow, N. E. Day, Statistical Methods in Cancer Research I, 1980, p. 142;
        R. E. Tarone, « On heterogeneity tests based on efficient scores », Biometrika 72 (1985),
        91-95.
    """
    from scipy.special import chdtrc  # type: ignore[import-untyped]

    x1, n1, x2, n2, total = _strata(count1, of1, count2, of2)
    hits = x1 + x2
    odds = mantel_haenszel_odds_ratio(x1, n1, x2, n2).estimate[..., np.newaxis]
    tells = (n1 > 0) & (n2 > 0) & (hits > 0) & (hits < total)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Expected count under the common ratio: the root of a quadratic, without cancellation.
        b = odds * (hits + n1) + (n2 - hits)
        square = np.sqrt(np.maximum(b**2 - 4 * (odds - 1) * odds * hits * n1, 0.0))
        fitted = 2 * odds * hits * n1 / (b + square)
        variance = 1 / (
            1 / fitted + 1 / (n1 - fitted) + 1 / (hits - fitted) + 1 / (n2 - hits + fitted)
        )
        gap = np.where(tells, x1 - fitted, 0.0)
        variance = np.where(tells, variance, 0.0)
        parts = np.where(tells, gap**2 / variance, 0.0).sum(axis=-1)
        statistic = parts - gap.sum(axis=-1) ** 2 / variance.sum(axis=-1)
    degrees = tells.sum(axis=-1) - 1.0
    usable = (degrees > 0) & np.isfinite(odds[..., 0]) & (odds[..., 0] > 0)
    statistic = np.where(usable, np.maximum(statistic, 0.0), np.nan)
    degrees = np.where(usable, degrees, np.nan)
    return ChiSquared(statistic, degrees, chdtrc(degrees, statistic))


def standardise(
    count: ArrayLike, of: ArrayLike, weights: ArrayLike, level: float = 0.95
) -> Standardised:
    """Return rates of groups directly standardised to one make-up.

    Args:
        count, of: (…, strata).
        weights: of the strata, not negative, (strata,): usually all rows of each stratum.
        level: confidence of Wilson's interval, on the number of rows that would give the same
            variance.

    Raises:
        ValueError: weights negative or all 0; see `intervals.checked` and `intervals.quantile`.

    Source:
        J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd
        edition, 2003, chapter 19.
    """
    counts, totals = checked(count, of)
    given = np.asarray(weights, dtype=np.float64)
    if np.any(~(given >= 0)) or not given.sum() > 0:
        raise ValueError("the weights of the strata are not negative, and not all 0")
    share = np.where(given > 0, given / given.sum(), 0.0)
    own = rate(counts, totals)
    with np.errstate(invalid="ignore", divide="ignore"):
        overall = np.where(share > 0, share * own, 0.0).sum(axis=-1)
        overall = np.clip(overall, 0.0, 1.0)
        spread = np.where(share > 0, share**2 * own * (1 - own) / totals, 0.0).sum(axis=-1)
        # Where every stratum is at 0 or 1 the spread is not known from within.
        alike = 1 / np.where(share > 0, share**2 / totals, 0.0).sum(axis=-1)
        number = np.where(spread > 0, overall * (1 - overall) / spread, alike)
    exists = ~np.isnan(overall)
    number = np.where(exists, number, 0.0)
    hits = np.where(exists, overall, 0.0) * number
    return Standardised(wilson(hits, number, level), hits, number)


def simpson_reversals(count: ArrayLike, of: ArrayLike, level: float = 0.95) -> tuple[Reversal, ...]:
    """Return the pairs of groups whose gap turns round within strata, the surest first.

    Args:
        count, of: (groups, strata).
        level: for the interval within strata, and for what is certain.

    Raises:
        ValueError: the counts have not two axes; see `intervals.checked`, `intervals.quantile`.

    Source:
        E. H. Simpson, « The interpretation of interaction in contingency tables », Journal of the
        Royal Statistical Society B 13 (1951), 238-241. That both gaps hold is an
        intersection-union test: R. L. Berger, Technometrics 24 (1982), 295-300.
    """
    counts, totals = checked(count, of)
    if counts.ndim != 2:
        raise ValueError("reversals are looked for in counts by group and stratum")
    sums, sizes = counts.sum(axis=1), totals.sum(axis=1)
    overall = rate(sums, sizes)
    first, second = np.triu_indices(len(counts), k=1)
    falls = overall[first] < overall[second]
    first, second = np.where(falls, second, first), np.where(falls, first, second)
    pairs = counts[first], totals[first], counts[second], totals[second]
    within = mantel_haenszel_difference(*pairs, level)
    gap = overall[first] - overall[second]
    # Below the rounding of the sums, a gap is 0.
    turned = np.flatnonzero((gap > 1e-12) & (within.estimate < -1e-12))
    tests = np.maximum(
        equal_rates(sums[first], sizes[first], sums[second], sizes[second]),
        cochran_mantel_haenszel(*pairs).p,
    )
    gaps = rate(pairs[0], pairs[1]) - rate(pairs[2], pairs[3])
    weights = np.where(np.isnan(gaps), 0.0, pairs[1] * pairs[3])
    weights /= np.maximum(pairs[1] + pairs[3], 1e-300)
    found = [
        Reversal(
            higher=int(first[pair]),
            lower=int(second[pair]),
            overall=float(gap[pair]),
            within=float(within.estimate[pair]),
            low=float(within.low[pair]),
            high=float(within.high[pair]),
            strata=int((~np.isnan(gaps[pair])).sum()),
            opposite=tuple(int(place) for place in np.flatnonzero(gaps[pair] < 0)),
            agreeing=int((gaps[pair] > 0).sum()),
            weight=float(weights[pair][gaps[pair] < 0].sum() / weights[pair].sum()),
            p=float(tests[pair]),
            certain=bool(tests[pair] <= 1 - level),
        )
        for pair in turned
    ]
    return tuple(sorted(found, key=lambda reversal: (reversal.p, reversal.higher, reversal.lower)))


def _strata(
    count1: ArrayLike, of1: ArrayLike, count2: ArrayLike, of2: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return the counts as arrays of one shape, and the totals, 1 in place of 0."""
    x1, n1, x2, n2 = np.broadcast_arrays(*checked(count1, of1), *checked(count2, of2))
    # A group alone in its stratum would enter sums of the odds ratio's variance.
    both = (n1 > 0) & (n2 > 0)
    x1, n1, x2, n2 = (np.where(both, values, 0.0) for values in (x1, n1, x2, n2))
    return x1, n1, x2, n2, np.where(both, n1 + n2, 1.0)


def _of_log(ratio: Floats, variance: Floats, level: float) -> Interval:
    """Return the interval of a ratio whose logarithm is about normal; none at 0 and infinity."""
    exists = np.isfinite(ratio) & (ratio > 0)
    half = quantile(level) * np.sqrt(np.where(exists, variance, np.nan))
    return Interval(ratio, ratio * np.exp(-half), ratio * np.exp(half))
