"""The interval of a share."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist


def wilson(count: float, of: float, level: float = 0.95) -> tuple[float, float]:
    """Return the score interval of a share, without continuity correction.

    It stays within 0 and 1 and keeps its level near them, where the usual ± does not.

    Args:
        count: how many are as asked.
        of: out of how many; both may be effective numbers, of rows with weights.
        level: confidence.

    Source:
        E. B. Wilson, « Probable inference, the law of succession, and statistical inference »,
        Journal of the American Statistical Association 22 (1927), 209-212.

    Raises:
        ValueError: ``of`` is not positive, or ``count`` is not between 0 and it.
    """
    if of <= 0 or not 0 <= count <= of:
        raise ValueError(f"{count} out of {of} is no share")
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = count / of
    centre = share + z * z / (2 * of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    # At the ends the bound is the end itself; rounding would leave it a hair off.
    low = 0.0 if count == 0 else (centre - half) / scale
    high = 1.0 if count == of else (centre + half) / scale
    return low, high
