"""Tests of equal rates, and what many of them at once require.

The test is the score test that the Miettinen-Nurminen interval inverts, also where counts are
small: an interval that leaves 0 out and a p-value that says otherwise would be two answers to one
question. Below about five expected in a cell it is approximate, a little on the bold side.
"""

from __future__ import annotations

from math import erfc

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clairevoie.audit.intervals import Floats, quantile, score_of_difference
from clairevoie.audit.model import Correction

Places = NDArray[np.intp]

_erfc = np.frompyfunc(erfc, 1, 1)


def two_sided(score: ArrayLike) -> Floats:
    """Return the two-sided p-values of standard normal scores; NaN stays NaN."""
    sizes = np.abs(np.asarray(score, dtype=np.float64)) / np.sqrt(2)
    # Ten thousand a millisecond: SciPy's own would cost half a second of import.
    return np.asarray(_erfc(sizes), dtype=np.float64)


def equal_rates(
    count1: ArrayLike, of1: ArrayLike, count2: ArrayLike, of2: ArrayLike, difference: float = 0.0
) -> Floats:
    """Return p-values of the score test that two rates are equal, or ``difference`` apart.

    NaN where a group is empty. p is below 1 - level when, and only when, the interval of
    `intervals.miettinen_nurminen_difference` at this level leaves the difference out.

    Raises:
        ValueError: see `intervals.checked`.

    Source:
        O. Miettinen, M. Nurminen, Statistics in Medicine 4 (1985), 213-226.
    """
    return two_sided(score_of_difference(count1, of1, count2, of2, difference))


def holm(p: ArrayLike) -> Floats:
    """Return p-values adjusted so that one wrong finding among all of them is rare.

    Args:
        p: of any shape, all one family; NaN (no test) stays NaN and does not count.

    Raises:
        ValueError: a value is not between 0 and 1.

    Source:
        S. Holm, « A simple sequentially rejective multiple test procedure », Scandinavian Journal
        of Statistics 6 (1979), 65-70.
    """
    values, order, real = _sorted(p)
    m = len(order)
    steps = np.maximum.accumulate(real[order] * (m - np.arange(m)))
    return _restored(values, order, steps)


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Return p-values adjusted so that few of the findings are wrong (false discovery rate).

    Args:
        p: of any shape, all one family; NaN (no test) stays NaN and does not count.

    Raises:
        ValueError: a value is not between 0 and 1.

    Source:
        Y. Benjamini, Y. Hochberg, « Controlling the false discovery rate », Journal of the Royal
        Statistical Society B 57 (1995), 289-300.
    """
    values, order, real = _sorted(p)
    m = len(order)
    steps = real[order] * m / np.arange(1, m + 1)
    return _restored(values, order, np.minimum.accumulate(steps[::-1])[::-1])


def adjusted(p: ArrayLike, correction: Correction) -> Floats:
    """Return p-values adjusted by the correction that the plan names.

    Raises:
        ValueError: a value is not between 0 and 1.
    """
    if correction == "holm":
        return holm(p)
    if correction == "benjamini-hochberg":
        return benjamini_hochberg(p)
    values, _, _ = _sorted(p)
    return values.copy()


def corrected_level(level: float, p: ArrayLike, correction: Correction) -> float:
    """Return the level of each interval, for the level to hold over all of them.

    With Holm it is Bonferroni's (Holm's own procedure has no simple intervals, and finds a little
    more than these show). With Benjamini-Hochberg it is that of intervals of which, among the
    comparisons found to differ, few miss.

    Args:
        level: asked, over all.
        p: not adjusted, NaN where there is no test.
        correction: the plan's.

    Raises:
        ValueError: a value is not between 0 and 1, or the level is not.

    Source:
        O. J. Dunn, « Multiple comparisons among means », Journal of the American Statistical
        Association 56 (1961), 52-64. Y. Benjamini, D. Yekutieli, « False discovery
        rate-adjusted multiple confidence intervals for selected parameters », Journal of the
        American Statistical Association 100 (2005), 71-81.
    """
    quantile(level)
    _, order, _ = _sorted(p)
    if correction == "none" or not len(order):
        return level
    found = 1
    if correction == "benjamini-hochberg":
        found = max(1, int(np.nansum(benjamini_hochberg(p) <= 1 - level)))
    return 1 - (1 - level) * found / len(order)


def _sorted(p: ArrayLike) -> tuple[Floats, Places, Floats]:
    """Return the p-values, the places of the real ones from the smallest, and all flattened."""
    values = np.asarray(p, dtype=np.float64)
    flat = values.ravel()
    places = np.flatnonzero(~np.isnan(flat))
    if np.any((flat[places] < 0) | (flat[places] > 1)):
        raise ValueError("a p-value is not between 0 and 1")
    return values, places[np.argsort(flat[places], kind="stable")], flat


def _restored(values: Floats, order: Places, steps: Floats) -> Floats:
    result = np.full(values.size, np.nan)
    result[order] = np.minimum(steps, 1.0)
    return result.reshape(values.shape)
