"""Where a change pays best: the days, the interval, the cut, the value that occurs most."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def best_run(key: NDArray[Any], gain: Floats) -> tuple[float, Any, Any]:
    """Return the interval of ``key`` over which the gains add up to the most.

    Args:
        key: of shape (n,), in any order.
        gain: what each row counts for, of shape (n,); rows of no gain weigh nothing.

    Returns:
        The sum, and the first and last key of the interval, both included, of rows that gain.

    Source:
        J. Bentley, « Programming pearls: algorithm design techniques », Communications of the ACM
        27 (1984), 865-873 (the algorithm is J. Kadane's).
    """
    there = np.flatnonzero(gain)
    if not len(there):
        return 0.0, None, None
    keys, inverse = np.unique(key[there], return_inverse=True)
    sums = np.bincount(inverse, weights=gain[there])
    total = np.concatenate(([0.0], np.cumsum(sums)))
    lowest = np.minimum.accumulate(total[:-1])
    rise = total[1:] - lowest
    last = int(np.argmax(rise))
    if rise[last] <= 0:
        return 0.0, None, None
    first = int(np.flatnonzero(total[: last + 1] == lowest[last])[-1])
    return float(rise[last]), keys[first], keys[last]


def best_cut(key: Floats, gain: Floats, *, below: bool) -> tuple[float, float, float]:
    """Return the cut of ``key`` on one side of which the gains add up to the most.

    Args:
        key: of shape (n,).
        gain: of shape (n,).
        below: whether the side is ``key < cut``, else ``key >= cut``.

    Returns:
        The sum, the last key inside and the first key outside (infinite where there is none).
    """
    order = np.argsort(key, kind="stable")
    if not below:
        order = order[::-1]
    keys, total = key[order], np.cumsum(gain[order])
    ends = np.append(keys[1:] != keys[:-1], True) if len(keys) else np.zeros(0, dtype=bool)
    if not len(keys):
        return 0.0, np.nan, np.nan
    best = int(np.argmax(np.where(ends, total, -np.inf)))
    outside = float(keys[best + 1]) if best + 1 < len(keys) else (np.inf if below else -np.inf)
    return float(total[best]), float(keys[best]), outside


def modes(values: Floats, weight: Floats, *, most: int) -> list[float]:
    """Return the values that weigh most, the heaviest first; those that occur once are left out.

    Values are told apart at the seventh significant digit or so, then more coarsely, for numbers
    that rounding has scattered.
    """
    found: list[float] = []
    finite = np.isfinite(values)
    values, weight = values[finite], weight[finite]
    if not len(values):
        return found
    size = float(np.median(np.abs(values)))
    for digits in (7, 3):
        places = digits - int(np.floor(np.log10(size))) - 1 if size > 0 else digits
        rounded = np.round(values, min(max(places, -8), 12))
        unique, inverse, counts = np.unique(rounded, return_inverse=True, return_counts=True)
        weights = np.bincount(inverse, weights=weight)
        weights[counts < 2] = 0
        for index in np.argsort(-weights, kind="stable")[:most].tolist():
            if weights[index] > 0 and all(
                abs(unique[index] - other) > 1e-6 * max(size, 1e-9) for other in found
            ):
                found.append(float(np.median(values[inverse == index])))
    return found[: 2 * most]


def plainest(value: float) -> Decimal:
    """Return the shortest decimal number within a hair of a floating one."""
    room = max(abs(value) * 1e-9, 1e-15)
    for places in range(16):
        rounded = Decimal(value).quantize(Decimal(1).scaleb(-places))
        if abs(float(rounded) - value) <= room:
            return unpadded(rounded)
    return Decimal(repr(value))


def unpadded(value: Decimal) -> Decimal:
    """Return a number without zeros at its end, nor an exponent."""
    found = value.normalize()
    return found if found.as_tuple().exponent <= 0 else found.quantize(Decimal(1))  # type: ignore[operator]


def plainest_between(low: float, high: float) -> Decimal:
    """Return the shortest decimal number above ``low`` and up to ``high``."""
    if not isfinite(low):
        return plainest(high)
    above, top = Decimal(low), Decimal(repr(high))
    for places in range(-6, 16):
        unit = Decimal(1).scaleb(-places)
        found = (above / unit).to_integral_value(ROUND_CEILING) * unit
        if found == above:
            found += unit
        if found <= top:
            return unpadded(found)
    return top
