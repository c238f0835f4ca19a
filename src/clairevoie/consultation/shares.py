"""Shares and differences of shares with their score intervals, from counts of any shape."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """Estimates with their bounds; three arrays of one shape, NaN where there is none."""

    estimate: Floats
    low: Floats
    high: Floats


def share(count: ArrayLike, of: ArrayLike, *, level: float = 0.95) -> Interval:
    """Return counts over totals with Wilson's interval; NaN where the total is not above 0.

    Args:
        count: how many are as asked, between 0 and the total.
        of: out of how many.
        level: confidence, strictly between 0 and 1.

    Raises:
        ValueError: the level is not between 0 and 1, or a count is above its total or below 0.

    Source:
        E. B. Wilson, « Probable inference, the law of succession, and statistical inference »,
        Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if not 0 < level < 1:
        raise ValueError(f"a level of {level} is not between 0 and 1")
    counts, totals = np.broadcast_arrays(
        np.asarray(count, dtype=np.float64), np.asarray(of, dtype=np.float64)
    )
    if ((totals > 0) & ((counts < 0) | (counts > totals))).any():
        raise ValueError("a count is below 0 or above its total: no share can be computed")
    n = np.where(totals > 0, totals, np.nan)
    z = NormalDist().inv_cdf((1 + level) / 2)
    estimate = counts / n
    half = z * np.sqrt(estimate * (1 - estimate) / n + z * z / (4 * n * n))
    centre, scale = estimate + z * z / (2 * n), 1 + z * z / n
    # At the ends the bound is the end itself; rounding would leave it a hair off.
    low = np.where(estimate == 0, 0.0, (centre - half) / scale)
    high = np.where(estimate == 1, 1.0, (centre + half) / scale)
    return Interval(estimate, low, high)


def difference(first: Interval, second: Interval) -> Interval:
    """Return first minus second, with Newcombe's interval made of those of the two shares.

    Args:
        first, second: two of `share`, of one level.

    Source:
        R. G. Newcombe, « Interval estimation for the difference between independent proportions:
        comparison of eleven methods », Statistics in Medicine 17 (1998), 873-890, method 10.
    """
    apart = first.estimate - second.estimate
    below = np.hypot(first.estimate - first.low, second.high - second.estimate)
    above = np.hypot(first.high - first.estimate, second.estimate - second.low)
    return Interval(apart, np.maximum(apart - below, -1.0), np.minimum(apart + above, 1.0))
