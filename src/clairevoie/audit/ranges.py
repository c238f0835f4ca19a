"""How sure the largest gap among groups is: an interval that holds where groups are alike too.

Percentiles of the bootstrap will not do for a largest gap. Drawing again adds chance to what chance
has spread already, so that every replicate of alike groups has a gap, most of them a larger one,
and the interval never holds 0. So each pair of groups has Newcombe's interval:

- the largest of the upper bounds: whichever pair has the largest true gap, its own upper bound is
  above it as often as one pair's is;
- the largest of the lower bounds, which must all hold at once: what is drawn again, by the
  bootstrap, is how far the gaps of all pairs lie together from what they are, in standard errors
  (max-t). That distance is never under one pair's, nor over Bonferroni's for all of them, so that
  whoever has the counts can hold a bound against both without a draw.

Both together miss no more often than the level allows: where all gaps are near 0 no upper bound is
under them, and a lower one misses on either side; where one is large a lower bound misses on one
side only, half as often. With one pair the interval is Newcombe's.

Sources: D. W. K. Andrews, « Inconsistency of the bootstrap when a parameter is on the boundary of
the parameter space », Econometrica 68 (2000), 399-405; R. Beran, « Balanced simultaneous confidence
sets », Journal of the American Statistical Association 83 (1988), 679-686; R. G. Newcombe,
Statistics in Medicine 17 (1998), 873-890, method 10; A. Agresti, B. Caffo, « Simple and effective
confidence intervals for proportions and differences of proportions result from adding two successes
and two failures », The American Statistician 54 (2000), 280-288, for the standard errors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from clairevoie.audit.intervals import Floats, Interval, checked, newcombe, quantile
from clairevoie.audit.resampling import multinomial_replicates

MOST_GROUPS = 200
"""With more groups there is no interval: there are too many pairs for it to say anything."""
# With more groups, the distance of all pairs is bounded from above by those of the groups.
_FEW_GROUPS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """A measure of the groups that have it: hits and sizes, of shape (groups,), sizes above 0."""

    count: Floats
    of: Floats

    @property
    def pairs(self) -> int:
        """How many pairs of groups there are."""
        return len(self.of) * (len(self.of) - 1) // 2


def rates_of(count: ArrayLike, of: ArrayLike) -> Rates:
    """Return a measure of the groups that have it; a rate out of nothing is none, and not 0.

    Raises:
        ValueError: see `intervals.checked`.
    """
    counts, totals = checked(count, of)
    kept = totals > 0
    return Rates(counts[kept], totals[kept])


def generator_of(digest: str, seed: int, *names: str) -> np.random.Generator:
    """Return the source of randomness of one figure of a plan.

    It is that of the SHA-256 of the plan's digest, of its seed and of the names of the figure: the
    same on each run, on both engines, and whatever else the plan asks for.
    """
    text = "\n".join((digest, str(seed), *names))
    return np.random.default_rng(int(hashlib.sha256(text.encode()).hexdigest(), 16))


def largest_interval(
    measures: Sequence[Rates], *, replicates: int, rng: np.random.Generator, level: float = 0.95
) -> tuple[float, float]:
    """Return the bounds of the largest gap between two groups, over one or more measures.

    Args:
        measures: of whole numbers; no row is in two of them.
        replicates: draws.
        rng: source of randomness.
        level: confidence.

    Returns:
        The bounds, between 0 and 1; NaN where no measure has two groups, or one has more than
        `MOST_GROUPS`.

    Raises:
        ValueError: numbers are not whole, or the level is not between 0 and 1.
    """
    kept = [one for one in measures if one.pairs]
    if not kept or any(len(one.of) > MOST_GROUPS for one in kept):
        return np.nan, np.nan
    distance, most = distances(kept, level)
    if distance < most:
        drawn = departures(kept, replicates, rng)
        found = float(np.quantile(drawn, level, method="higher"))
        distance = min(max(found, distance), most)
    return lowest_at(kept, distance), highest(kept, level)


def distances(measures: Sequence[Rates], level: float) -> tuple[float, float]:
    """Return the least and the most distance of the lower bound, in standard errors.

    They are those of one pair alone and, by Bonferroni, of all pairs.

    Raises:
        ValueError: the level is not between 0 and 1.
    """
    pairs = sum(one.pairs for one in measures)
    return quantile(level), quantile(1 - (1 - level) / max(pairs, 1))


def lowest_at(measures: Sequence[Rates], distance: float) -> float:
    """Return the lower bound of the largest gap, at a distance in standard errors; 0 or more."""
    level = 2 * NormalDist().cdf(distance) - 1
    return max(0.0, *(float(_pairs(one, level).low.max()) for one in measures))


def bounds_of_lowest(measures: Sequence[Rates], level: float) -> tuple[float, float]:
    """Return what the lower bound of the largest gap lies between, whatever was drawn."""
    least, most = distances(measures, level)
    return lowest_at(measures, most), lowest_at(measures, least)


def highest(measures: Sequence[Rates], level: float) -> float:
    """Return the upper bound of the largest gap."""
    return max(float(_pairs(one, level).high.max()) for one in measures)


def _pairs(one: Rates, level: float) -> Interval:
    """Return the intervals of all pairs, either way round."""
    first, second = np.nonzero(~np.eye(len(one.of), dtype=bool))
    return newcombe(one.count[first], one.of[first], one.count[second], one.of[second], level)


def departures(measures: Sequence[Rates], replicates: int, rng: np.random.Generator) -> Floats:
    """Return how far the gaps lie, in draws, from what they are: the farthest, in standard errors.

    Rows are drawn again among those that the measures are about, as cells. A group that a draw
    leaves empty has no rate in it, and is not far from anything.

    Args:
        measures: of whole numbers, of two groups or more each.
        replicates: draws.
        rng: source of randomness.

    Returns:
        One number a draw, of shape (replicates,). With more than 32 groups, not less than it: by
        Cauchy and Schwarz the distance of two groups is under √(t₁² + t₂²), t being their own.
    """
    cells = [side for one in measures for side in (one.count, one.of - one.count)]
    drawn = multinomial_replicates(np.concatenate(cells), replicates, rng)
    farthest = np.zeros(replicates)
    start = 0
    for one in measures:
        size = len(one.of)
        hits, others = (drawn[:, at : at + size] for at in (start, start + size))
        start += 2 * size
        of = hits + others
        rates = np.divide(hits, of, out=np.full(of.shape, np.nan), where=of > 0)
        away = np.nan_to_num(rates - one.count / one.of)
        smoothed = (one.count + 1) / (one.of + 2)
        variance = smoothed * (1 - smoothed) / (one.of + 2)
        if size <= _FEW_GROUPS:
            first, second = np.triu_indices(size, 1)
            apart = np.abs(away[:, first] - away[:, second])
            found = (apart / np.sqrt(variance[first] + variance[second])).max(axis=1)
        else:
            own = away / np.sqrt(variance)
            found = np.hypot(np.maximum(own.max(axis=1), 0.0), np.maximum(-own.min(axis=1), 0.0))
        farthest = np.maximum(farthest, found)
    return farthest
