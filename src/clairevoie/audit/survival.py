"""Delays, with files still open: Kaplan-Meier curves and what is read off them.

A file still open at the end has waited at least so long: leaving it out, or taking its wait for its
delay, makes an administration look quicker than it is. Times are in the unit of the data (days),
counted from 0, and the same for all groups; events at a time come before what is censored then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from clairevoie.audit.intervals import Floats, Interval, quantile


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Shares still waiting after each time, by group.

    Attributes:
        times: distinct, rising, (times,).
        at_risk: still waiting just before, (…, times).
        events: ended at that time, (…, times).
        survival: share still waiting after it; NaN once nobody is followed any more, and for a
            group of nobody.
        low, high: its bounds.
        hazard_variance: Greenwood's sum Σ d / (n (n - d)): the variance of log S.
        level: of the bounds.
    """

    times: Floats
    at_risk: Floats
    events: Floats
    survival: Floats
    low: Floats
    high: Floats
    hazard_variance: Floats
    level: float


@dataclass(frozen=True, slots=True)
class LogRank:
    """The test that k groups wait alike.

    Attributes:
        statistic, degrees, p: chi-squared; NaN when fewer than two groups can be compared.
        expected: events of each group if they waited alike, in the order of the groups.
    """

    statistic: float
    degrees: int
    p: float
    expected: tuple[float, ...]


def kaplan_meier(
    times: ArrayLike, events: ArrayLike, censored: ArrayLike, level: float = 0.95
) -> Curve:
    """Return the curves of groups, with complementary log-log bounds.

    Before the first event the share is 1 with no spread: its lower bound is then Wilson's for all
    of those still followed, never 1. Where the share reaches 0, the upper bound stays as it was.

    Args:
        times: distinct, rising, not negative, (times,).
        events: how many ended at each time, (…, times).
        censored: how many were last seen, still waiting, at each time; the same shape.
        level: confidence of each bound alone, not of the whole curve.

    Raises:
        ValueError: times do not rise or are negative, shapes disagree, counts are negative, the
            level is not between 0 and 1.

    Source:
        E. L. Kaplan, P. Meier, « Nonparametric estimation from incomplete observations », Journal
        of the American Statistical Association 53 (1958), 457-481; M. Greenwood 1926; J. D.
        Kalbfleisch, R. L. Prentice, The Statistical Analysis of Failure Time Data, 1980, p. 14-15.
    """
    at, ended, left = _followed(times, events, censored)
    z = quantile(level)
    risk = np.cumsum((ended + left)[..., ::-1], axis=-1)[..., ::-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(risk > 0, (risk - ended) / risk, 1.0).cumprod(axis=-1)
        variance = np.where(ended > 0, ended / (risk * (risk - ended)), 0.0).cumsum(axis=-1)
        log = np.log(share)
        stretch = np.exp(z * np.sqrt(variance) / np.abs(log))
        low, high = np.exp(log * stretch), np.exp(log / stretch)
        whole, none = share == 1, share == 0
        low = np.where(whole, risk / (risk + z * z), np.where(none, 0.0, low))
        # Bounds fall with the curve: the last one before 0 holds at 0.
        high = np.fmin.accumulate(np.where(whole | none, np.nan, high), axis=-1)
        # All ended at the first time when any did: the bound is Wilson's, of 0 out of n. Times
        # before it, when nobody ended, change nothing.
        last = np.where(none & (ended > 0), risk, 0.0).max(axis=-1, keepdims=True)
        at_once = none & np.isnan(high)
        high = np.where(whole, 1.0, np.where(at_once, z * z / (last + z * z), high))
    # After the last one was seen waiting nothing is known; after the last event all have ended.
    seen = (risk > 0) | (none & (risk[..., :1] > 0))
    return Curve(
        times=at,
        at_risk=risk,
        events=ended,
        survival=np.where(seen, share, np.nan),
        low=np.where(seen, low, np.nan),
        high=np.where(seen, high, np.nan),
        hazard_variance=np.where(seen, variance, np.nan),
        level=level,
    )


def still_waiting(curve: Curve, limit: float) -> Interval:
    """Return the share of each group that waits more than a limit, with its interval.

    NaN where nobody was followed up to the limit and some were still waiting.

    Args:
        curve: of groups.
        limit: in the unit of the times (48 h, one month), not negative.

    Raises:
        ValueError: the limit is negative.
    """
    if not limit >= 0:
        raise ValueError(f"a limit of {limit:g} is negative")
    place = int(np.searchsorted(curve.times, limit, side="right")) - 1
    followed = _up_to(curve, limit)
    if place < 0:
        # Nobody ended before the first time: the share is 1, of all of them.
        n = curve.at_risk[..., 0]
        low = n / (n + quantile(curve.level) ** 2)
        one = np.where(n > 0, 1.0, np.nan)
        return Interval(one, np.where(n > 0, low, np.nan), one)
    share, low, high = (
        np.where(followed, values[..., place], np.nan)
        for values in (curve.survival, curve.low, curve.high)
    )
    return Interval(share, low, high)


def waited(curve: Curve, share: float = 0.5) -> Interval:
    """Return the time by which a share of each group has ended (0.5: the median), with interval.

    The estimate is the first time after which at most 1 - share still wait; the bounds are those
    times at which the curve's bounds say so. Infinite: not reached while files were followed. NaN:
    a group of nobody.

    Args:
        curve: of groups.
        share: strictly between 0 and 1.

    Raises:
        ValueError: the share is not strictly between 0 and 1.

    Source:
        R. Brookmeyer, J. Crowley, « A confidence interval for the median survival time »,
        Biometrics 38 (1982), 29-41, with log-log bounds.
    """
    if not 0 < share < 1:
        raise ValueError(f"a share of {share:g} is not between 0 and 1")

    def first(values: Floats) -> Floats:
        # A share that ought to be 1/2 may come out a hair above it.
        below = values <= 1 - share + 1e-12
        time = curve.times[below.argmax(axis=-1)]
        return np.where(
            curve.at_risk[..., 0] > 0, np.where(below.any(axis=-1), time, np.inf), np.nan
        )

    return Interval(first(curve.survival), first(curve.low), first(curve.high))


def restricted_mean(curve: Curve, horizon: float) -> Interval:
    """Return the mean time waited up to a horizon: the area under the curve, with interval.

    NaN where the horizon is beyond what was followed.

    Args:
        curve: of groups.
        horizon: above 0, in the unit of the times.

    Raises:
        ValueError: the horizon is not above 0.

    Source:
        J. O. Irwin, « The standard error of an estimate of expectation of life », Journal of
        Hygiene 47 (1949), 188-189; variance of J. P. Klein, M. L. Moeschberger, Survival
        Analysis, 2nd edition, 2003, equation 4.5.2. There is no interval where nobody ended
        before the horizon, or all did at once.
    """
    if not horizon > 0:
        raise ValueError(f"a horizon of {horizon:g} is not above 0")
    starts = np.concatenate([[0.0], curve.times])
    ends = np.concatenate([curve.times, [np.inf]])
    widths = np.clip(np.minimum(ends, horizon) - starts, 0.0, None)
    levels = np.concatenate([np.ones((*curve.survival.shape[:-1], 1)), curve.survival], axis=-1)
    parts = np.where(widths > 0, levels * widths, 0.0)
    area = parts.sum(axis=-1)
    # What is left of the area after each time.
    left = np.cumsum(parts[..., ::-1], axis=-1)[..., ::-1][..., 1:]
    d, n = curve.events, curve.at_risk
    with np.errstate(invalid="ignore", divide="ignore"):
        # After a time at which all end there is no area, and no term.
        terms = np.where((d > 0) & (left > 0), left**2 * d / (n * (n - d)), 0.0)
        variance = terms.sum(axis=-1)
    half = quantile(curve.level) * np.sqrt(np.where(variance > 0, variance, np.nan))
    mean = np.where(_up_to(curve, horizon), area, np.nan)
    return Interval(mean, np.maximum(mean - half, 0.0), np.minimum(mean + half, horizon))


def log_rank(times: ArrayLike, events: ArrayLike, censored: ArrayLike) -> LogRank:
    """Return the log-rank test that groups wait alike.

    Args:
        times: distinct, rising, (times,).
        events, censored: (groups, times).

    Raises:
        ValueError: see `kaplan_meier`; or the counts have not two axes.

    Source:
        N. Mantel, « Evaluation of survival data and two new rank order statistics », Cancer
        Chemotherapy Reports 50 (1966), 163-170.
    """
    from scipy.special import chdtrc  # type: ignore[import-untyped]

    _, ended, left = _followed(times, events, censored)
    if ended.ndim != 2:
        raise ValueError("the log-rank test takes counts by group and time")
    risk = np.cumsum((ended + left)[:, ::-1], axis=1)[:, ::-1]
    n, d = risk.sum(axis=0), ended.sum(axis=0)
    kept = (d > 0) & (n > 1)
    share = risk[:, kept] / n[kept]
    factor = d[kept] * (n[kept] - d[kept]) / (n[kept] - 1)
    gap = (ended[:, kept] - share * d[kept]).sum(axis=1)
    covariance = np.diag((share * factor).sum(axis=1)) - (share * factor) @ share.T
    # Groups at risk when somebody ended; scaled, so that rounding is not taken for a direction.
    tells = np.diag(covariance) > 0
    scale = np.sqrt(np.diag(covariance)[tells])
    scaled = covariance[np.ix_(tells, tells)] / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(scaled)
    real = values > 1e-9
    degrees = int(real.sum())
    statistic = float(((vectors.T @ (gap[tells] / scale))[real] ** 2 / values[real]).sum())
    there = n > 0
    expected = (risk[:, there] * d[there] / n[there]).sum(axis=1)
    return LogRank(
        statistic=statistic if degrees else np.nan,
        degrees=degrees,
        p=float(chdtrc(degrees, statistic)) if degrees else np.nan,
        expected=tuple(float(value) for value in expected),
    )


def _followed(
    times: ArrayLike, events: ArrayLike, censored: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    at = np.asarray(times, dtype=np.float64)
    ended, left = (np.asarray(values, dtype=np.float64) for values in (events, censored))
    if at.ndim != 1 or not len(at) or not np.all(np.isfinite(at)):
        raise ValueError("times are a list of numbers, at least one")
    if at[0] < 0 or np.any(np.diff(at) <= 0):
        raise ValueError("times are not negative, distinct, and rise")
    if ended.shape != left.shape or ended.ndim < 1 or ended.shape[-1] != len(at):
        raise ValueError(
            f"{len(at)} times do not go with counts of shapes {ended.shape} and {left.shape}"
        )
    if not np.all((ended >= 0) & (left >= 0)):
        raise ValueError("numbers of files that ended, or are still open, are not negative")
    return at, ended, left


def _up_to(curve: Curve, time: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return whether each group is known up to a time: followed so far, or all ended."""
    last = np.where(curve.at_risk > 0, curve.times, -np.inf).max(axis=-1)
    all_ended = np.any(curve.survival == 0, axis=-1)
    known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (last >= time) | all_ended
    return known
