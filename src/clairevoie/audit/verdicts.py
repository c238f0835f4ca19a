"""What may be said of a comparison, and what may not.

« Cannot tell » is not « no difference »: the latter is said only when the whole interval is within
the margin that the plan gave before anybody looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isnan, log, log1p, log10, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from clairevoie.audit.intervals import Floats, Interval, checked, quantile

Kind = Literal["higher", "lower", "no_difference_larger", "cannot_tell", "undefined"]
Reason = Literal["", "group_empty", "other_empty", "both_empty", "no_interval"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of one comparison.

    Attributes:
        kind: ``undefined`` when there is nothing to compare; ``reason`` then says why.
        needed: with ``cannot_tell``, about how many decisions of both groups together would do;
            ``None`` when that is not known (a group is nearly absent, or the margin impossible).
        reason: ``group_empty``, ``other_empty``, ``both_empty``: nobody there of whom the measure
            speaks (a group without positives has no true-positive rate); ``no_interval``: the
            measure exists but not how sure it is. Empty otherwise.
    """

    kind: Kind
    needed: int | None = None
    reason: Reason = ""


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """The least and the most that a measure can be, whatever the missing are."""

    low: Floats
    high: Floats


def verdicts(
    interval: Interval,
    p: ArrayLike,
    *,
    delta: float,
    of1: ArrayLike,
    of2: ArrayLike,
    rate: ArrayLike,
    level: float = 0.95,
    power: float = 0.8,
    design_effect: ArrayLike = 1.0,
    gap: ArrayLike | None = None,
    scale: Literal["difference", "ratio"] = "difference",
) -> tuple[Verdict, ...]:
    """Return one verdict a comparison, in the order of the arrays.

    ``higher`` and ``lower``: the adjusted p-value is at most 1 - level; the side is the
    estimate's. Otherwise ``no_difference_larger`` when the interval is wholly within the margin
    (two one-sided tests, at the level of the interval), ``cannot_tell`` when it is not. A
    difference may be both certain and smaller than the margin: it is then said higher or lower,
    and the margin is for the reader to hold it against.

    Args:
        interval: of differences (ratios), corrected for their number if the plan says so.
        p: adjusted (see `corrections.adjusted`); NaN where a measure has no test: the interval then
            decides, by leaving no difference out.
        delta: margin: ±δ for differences; from 1/(1+δ) to 1+δ for ratios. Above 0.
        of1, of2: sizes of the groups.
        rate: of both groups together, for the number of decisions needed; NaN when there is none.
        level: that p is held against.
        power: how often the number needed must do.
        design_effect: of repeated decisions or weights, on the number needed.
        gap: differences between the two groups that the number needed must tell, if not the margin:
            where the interval is of something else than their difference.
        scale: what the interval is of.

    Raises:
        ValueError: arrays of several shapes, δ not above 0, a level or power not between 0 and 1.

    Source:
        D. J. Schuirmann, « A comparison of the two one-sided tests procedure and the power
        approach for assessing the equivalence of average bioavailability », Journal of
        Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680; D. G. Altman, J. M. Bland,
        « Absence of evidence is not evidence of absence », BMJ 311 (1995), 485.
    """
    quantile(level)
    if not delta > 0:
        raise ValueError(f"a margin of {delta:g} is not above 0")
    beyond = np.nan if gap is None else gap
    columns = [interval.estimate, interval.low, interval.high, p, of1, of2, rate]
    columns += [design_effect, beyond]
    arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(c, dtype=np.float64)) for c in columns))
    found = []
    for estimate, low, high, value, n1, n2, share, effect, apart in zip(
        *(a.ravel().tolist() for a in arrays), strict=True
    ):
        if scale == "ratio":
            side, below, above, margin = _log(estimate), _log(low), _log(high), log1p(delta)
        else:
            side, below, above, margin = estimate, low, high, delta
        kind, reason = _judged(side, (below, above), value, margin, (n1, n2), 1 - level)
        number = None
        if kind == "cannot_tell":
            margin_of_rates = share * delta if scale == "ratio" else delta
            number = needed(
                share,
                margin_of_rates if isnan(apart) else apart,
                of1=n1,
                of2=n2,
                level=level,
                power=power,
                design_effect=effect,
            )
        found.append(Verdict(kind, number, reason))
    return tuple(found)


def needed(
    rate: float,
    delta: float,
    *,
    of1: float,
    of2: float,
    level: float = 0.95,
    power: float = 0.8,
    design_effect: float = 1.0,
) -> int | None:
    """Return about how many decisions would tell a difference of δ, rounded up to two digits.

    Enough, with the given power, to see the difference if it is δ, and to rule out one of δ if
    there is none: the larger of the two numbers. The two groups keep their shares of the total,
    and together keep their rate. At a rate of 0 or 1, where no number would be said to be needed,
    one hit (or one miss) more is supposed.

    Args:
        rate: of both groups together.
        delta: difference to tell, above 0.
        of1, of2: present sizes: only their proportion counts, and their sum if the rate is 0 or 1.
        level: of the interval, or of the two-sided test.
        power: probability of telling.
        design_effect: multiplies the number.

    Returns:
        Decisions of both groups together; ``None`` when a group is empty, the rate does not
        exist, or no two rates are so far apart around it.

    Raises:
        ValueError: the level or power is not between 0 and 1.

    Source:
        J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd
        edition, 2003, section 4.3 (to see), without continuity correction; S.-C. Chow, J. Shao,
        H. Wang, Sample Size Calculations in Clinical Research, 2003, section 4.2 (to rule out).
    """
    quantile(level)
    total = of1 + of2
    if isnan(rate) or not (of1 > 0 and of2 > 0 and delta > 0):
        return None
    rate = min(max(rate, 1 / (total + 2)), 1 - 1 / (total + 2))
    share = of1 / total
    # The side on which the gap lies is not known: the harder one counts.
    numbers = []
    for sign in (1, -1):
        first, second = rate + sign * delta * (1 - share), rate - sign * delta * share
        if 0 <= first <= 1 and 0 <= second <= 1:
            numbers.append(to_see(first, second, share=share, level=level, power=power))
    if not numbers:
        return None
    rule_out = to_rule_out(rate, delta, share=share, level=level, power=power)
    return rounded_up(max(*numbers, rule_out) * design_effect)


def to_see(
    rate1: float, rate2: float, *, share: float = 0.5, level: float = 0.95, power: float = 0.8
) -> float:
    """Return how many decisions show that two rates differ, with a given power.

    Args:
        rate1, rate2: supposed, different.
        share: of the first group among all.
        level: of the two-sided test.
        power: probability that it is significant.

    Raises:
        ValueError: the level or power is not between 0 and 1.
    """
    z, beta = quantile(level), _one_sided(power)
    pooled = share * rate1 + (1 - share) * rate2
    null = sqrt(pooled * (1 - pooled) / (share * (1 - share)))
    true = sqrt(rate1 * (1 - rate1) / share + rate2 * (1 - rate2) / (1 - share))
    return ((z * null + beta * true) / (rate1 - rate2)) ** 2


def to_rule_out(
    rate: float, delta: float, *, share: float = 0.5, level: float = 0.95, power: float = 0.8
) -> float:
    """Return how many decisions put the interval within ±δ when two rates are equal.

    See `to_see`; both one-sided tests must succeed, hence half of what is left by the power.
    """
    z, beta = quantile(level), _one_sided((1 + power) / 2)
    return (z + beta) ** 2 * rate * (1 - rate) / (share * (1 - share)) / delta**2


def rounded_up(number: float) -> int:
    """Return the number rounded up to two significant digits (153: 160)."""
    unit = 10 ** max(floor(log10(number)) - 1, 0) if number > 0 else 1
    # A product that ought to be whole may come out a hair above.
    return ceil(number / unit - 1e-9) * unit


def manski_bounds(
    count: ArrayLike, of: ArrayLike, missing_count: ArrayLike, missing_of: ArrayLike
) -> Bounds:
    """Return the least and most that the rate of a group can be, when some memberships are missing.

    The least is had when all who are missing and were not hit belong to the group, and none of
    those who were; the most, the other way round. Nothing is supposed of the missing.

    Args:
        count, of: of those known to belong to the group.
        missing_count, missing_of: of those whose group is not known.

    Raises:
        ValueError: see `intervals.checked`.

    Source:
        J. L. Horowitz, C. F. Manski, « Nonparametric analysis of randomized experiments with
        missing covariate and outcome data », Journal of the American Statistical Association 95
        (2000), 77-84.
    """
    x, n = checked(count, of)
    hits, missing = checked(missing_count, missing_of)
    spared = missing - hits
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = x / (n + spared), (x + hits) / (n + hits)
    # A group of none but missing members of one outcome has that rate, or none at all.
    low = np.where(np.isnan(low) & (hits > 0), 1.0, low)
    high = np.where(np.isnan(high) & (spared > 0), 0.0, high)
    return Bounds(low, high)


def manski_difference(
    count1: ArrayLike,
    of1: ArrayLike,
    count2: ArrayLike,
    of2: ArrayLike,
    missing_count: ArrayLike,
    missing_of: ArrayLike,
) -> Bounds:
    """Return the least and most that the difference of two groups can be, first minus second.

    At the least, the missing who were hit all belong to the second group and the others to the
    first: both rates are then at their bounds together.

    Raises:
        ValueError: see `intervals.checked`.

    Source:
        See `manski_bounds`.
    """
    first = manski_bounds(count1, of1, missing_count, missing_of)
    second = manski_bounds(count2, of2, missing_count, missing_of)
    return Bounds(first.low - second.high, first.high - second.low)


def _judged(
    side: float,
    bounds: tuple[float, float],
    p: float,
    margin: float,
    sizes: tuple[float, float],
    alpha: float,
) -> tuple[Kind, Reason]:
    """Return the kind of a verdict, on a scale where no difference is 0."""
    if not (sizes[0] > 0 and sizes[1] > 0):
        empty = (sizes[0] > 0, sizes[1] > 0)
        reasons: dict[tuple[bool, bool], Reason] = {
            (False, False): "both_empty",
            (False, True): "group_empty",
        }
        return "undefined", reasons.get(empty, "other_empty")
    if isnan(bounds[0]) or isnan(bounds[1]):
        return "undefined", "no_interval"
    told = p <= alpha if not isnan(p) else bounds[0] > 0 or bounds[1] < 0
    if told and side != 0 and not isnan(side):
        return ("higher" if side > 0 else "lower"), ""
    if -margin <= bounds[0] and bounds[1] <= margin:
        return "no_difference_larger", ""
    return "cannot_tell", ""


def _log(ratio: float) -> float:
    """Return the logarithm of a ratio; of 0, minus infinity."""
    return log(ratio) if ratio > 0 else (ratio if isnan(ratio) else -np.inf)


def _one_sided(power: float) -> float:
    if not 0 < power < 1:
        raise ValueError(f"a power of {power} is not between 0 and 1")
    return NormalDist().inv_cdf(power)
