"""Bootstrap on cells: the same law as drawing rows again, at the cost of the cells.

Rows drawn with replacement fall into cells as a multinomial draw does; nobody needs the rows. The
generator is handed in, so that the same seed gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clairevoie.audit.intervals import Floats, quantile

Counts = NDArray[np.int64]

# Draws of cluster patterns held at once, in numbers: 32 MB.
_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Bootstrap:
    """A measure with its percentile interval.

    Attributes:
        estimate: on the cells as they are.
        low, high: bounds, of its shape.
        exists: share of the replicates in which the measure exists, of its shape; the bounds are
            those of these replicates, and NaN when there is none.
    """

    estimate: Floats
    low: Floats
    high: Floats
    exists: Floats


def multinomial_replicates(counts: ArrayLike, replicates: int, rng: np.random.Generator) -> Counts:
    """Return cells drawn again, of shape (replicates, cells).

    Args:
        counts: rows of each cell, of shape (cells,).
        replicates: how many draws.
        rng: source of randomness.

    Raises:
        ValueError: the counts are not whole, some are negative, or all are 0.

    Source:
        B. Efron, « Bootstrap methods: another look at the jackknife », Annals of Statistics 7
        (1979), 1-26, remark on multinomial sampling.
    """
    cells = _whole(counts)
    total = int(cells.sum())
    return rng.multinomial(total, cells / total, size=replicates)


def cluster_replicates(
    patterns: ArrayLike, frequency: ArrayLike, replicates: int, rng: np.random.Generator
) -> Floats:
    """Return cells when persons, not rows, are drawn again; of shape (replicates, cells).

    Persons with the same rows (or the same weights) in the same cells are one pattern.

    Args:
        patterns: rows (or sums of weights) of one person in each cell, (patterns, cells).
        frequency: persons of each pattern, (patterns,).
        replicates: how many draws.
        rng: source of randomness.

    Raises:
        ValueError: shapes do not agree, frequencies are not whole, negative, or all 0.

    Source:
        A. C. Davison, D. V. Hinkley, Bootstrap Methods and their Application, 1997, section 3.8.
    """
    cells = np.asarray(patterns, dtype=np.float64)
    persons = _whole(frequency)
    if cells.ndim != 2 or cells.shape[0] != persons.shape[0]:
        raise ValueError(
            f"patterns of shape {cells.shape} do not go with {persons.shape[0]} frequencies"
        )
    total = int(persons.sum())
    drawn = np.empty((replicates, cells.shape[1]))
    block = max(1, _AT_ONCE // len(persons))
    for start in range(0, replicates, block):
        size = min(block, replicates - start)
        times = rng.multinomial(total, persons / total, size=size)
        drawn[start : start + size] = times @ cells
    return drawn


def percentiles(values: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats, Floats]:
    """Return the bounds between which the level of the replicates lies, and how many exist.

    Bounds are values that were drawn, the outer ones where the level falls between two.

    Args:
        values: (replicates, …); NaN where the measure does not exist.
        level: share of the replicates to hold.

    Raises:
        ValueError: the level is not between 0 and 1, or there is no replicate.
    """
    quantile(level)
    ordered = np.sort(np.asarray(values, dtype=np.float64), axis=0)
    if not len(ordered):
        raise ValueError("no replicate to take percentiles of")
    # Sorting leaves NaN last.
    exist = (~np.isnan(ordered)).sum(axis=0)
    tail = (1 - level) / 2
    last = np.maximum(exist - 1, 0)
    # Rounded first: 0.025 × 2000 must not become the rank after it.
    lowest = np.floor(np.round(tail * last, 9)).astype(np.intp)
    low, high = (
        np.take_along_axis(ordered, rank[np.newaxis], axis=0)[0] for rank in (lowest, last - lowest)
    )
    return low, high, exist / len(ordered)


def bootstrap(
    counts: ArrayLike,
    replicates: Floats | Counts,
    measure: Callable[[Floats], Floats],
    level: float = 0.95,
) -> Bootstrap:
    """Return a measure of the cells with its percentile interval.

    Args:
        counts: (cells,).
        replicates: (replicates, cells), from one of the functions above.
        measure: takes cells on the last axis, and gives its values on the last axes.
        level: confidence.

    Raises:
        ValueError: see `percentiles`.
    """
    estimate = np.asarray(measure(np.asarray(counts, dtype=np.float64)), dtype=np.float64)
    low, high, exists = percentiles(measure(replicates.astype(np.float64)), level)
    return Bootstrap(estimate, low, high, exists)


def _whole(counts: ArrayLike) -> Counts:
    given = np.asarray(counts)
    cells = given.astype(np.int64)
    if cells.ndim != 1 or np.any(cells != given) or np.any(cells < 0) or not cells.any():
        raise ValueError("cells to draw from are whole numbers, not negative and not all 0")
    return cells
