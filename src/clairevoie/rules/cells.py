"""The elementary cells of an input: between two cells no condition changes its answer.

Every condition on an ordered input is a union of ranges « from a, included, up to b, excluded » in
the units of its column: whole units, days, or floating numbers (of which there is a next one). The
starts of these ranges cut the domain into cells; inside a cell every condition holds everywhere or
nowhere, so that one value of the cell answers for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.columns import Array
from clairevoie.rules.conditions import ORDERED, column_bounds, holds
from clairevoie.rules.content import Condition, Interval
from clairevoie.rules.model import Input, Value

FEW = 16
"""Up to so many starts, comparing with each is faster than searching."""

Unit = int | float
"""A value in the units of its column: whole units, days since 1970, or a floating number."""

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one input.

    Attributes:
        item: the input.
        starts: first unit of each cell but the first, rising (ordered types only).
        values: one value of each cell, in order; the last is ``None`` when it may be missing.
        optional: whether the last cell is that of a missing value.
    """

    item: Input
    starts: tuple[Unit, ...]
    values: tuple[Value, ...]
    optional: bool

    def __len__(self) -> int:
        """Return how many cells there are, that of a missing value included."""
        return len(self.values)

    def holding(self, condition: Condition) -> NDArray[np.bool_]:
        """Return in which cells a condition holds."""
        return np.array([holds(condition, value) for value in self.values], dtype=bool)

    def code(self, array: Array, missing: NDArray[np.bool_] | None) -> Array:
        """Return the cell of each value of a column; 0 for what is in no cell."""
        if self.item.type in ORDERED:
            code = self._ordered(array)
        elif self.item.type == "boolean":
            code = array.view(np.uint8)
        else:
            code = np.maximum(array, 0) if len(array) and array.min() < 0 else array
        if missing is not None:
            code = code.astype(np.int64)
            code[missing] = len(self.values) - 1
        return code

    def _ordered(self, array: Array) -> Array:
        if self.item.type == "date":
            array = array.view(np.int64)
        if len(self.starts) > FEW:
            dtype = np.float64 if self.item.type == "number" else np.int64
            return np.searchsorted(np.array(self.starts, dtype=dtype), array, side="right")
        code = np.zeros(len(array), dtype=np.uint8)
        for start in self.starts:
            code += (array >= start).view(np.uint8)
        return code


def cells_of(conditions: Iterable[Condition], item: Input, *, optional: bool) -> Cells:
    """Cut the domain of an input where a condition on it may change.

    Args:
        conditions: those that read ``item``.
        item: the input, or the output of an earlier table.
        optional: whether the value may be missing.
    """
    starts: tuple[Unit, ...] = ()
    values: tuple[Value, ...]
    if item.type == "boolean":
        values = (False, True)
    elif item.type == "category":
        values = tuple(one.value for one in item.categories)
    else:
        found = {start for one in conditions for start in _starts(one, item)}
        low, high = domain_units(item)
        starts = tuple(
            sorted(
                start
                for start in found
                if (low is None or start > low) and (high is None or start <= high)
            )
        )
        values = tuple(value_of(item, unit) for unit in (_before(item, starts), *starts))
    return Cells(item, starts, (*values, None) if optional else values, optional)


def condition_cuts(conditions: Sequence[Condition], item: Input) -> tuple[Value, ...]:
    """Return the values of an input from which some condition may answer otherwise, rising.

    For a category and for true/false, all its values.
    """
    cells = cells_of(conditions, item, optional=False)
    return cells.values if item.type not in ORDERED else cells.values[1:]


def interval_starts(intervals: Iterable[Interval], item: Input) -> tuple[Value, ...]:
    """Return the values from which some interval is entered or left, rising."""
    return condition_cuts([Condition(item.name, intervals=tuple(intervals))], item)


def _starts(condition: Condition, item: Input) -> list[Unit]:
    ranges = list(condition.intervals)
    ranges += [Interval(one, one, high_closed=True) for one in condition.values]
    found: list[Unit] = []
    for interval in ranges:
        low, high = column_bounds(interval, item)
        if low is not None:
            found.append(_next(low) if _open(item, interval.low_closed) else _unit(low))
        if high is not None:
            past = item.type != "number" or interval.high_closed
            found.append(_after(item, high) if past else _unit(high))
    return found


def _open(item: Input, closed: bool) -> bool:
    """Only floating bounds keep their closure; the others are included already."""
    return item.type == "number" and not closed


def _unit(bound: Any) -> Unit:
    if isinstance(bound, np.datetime64):
        return int(bound.astype(np.int64))
    return cast("Unit", bound)


def _next(bound: float) -> float:
    return float(np.nextafter(bound, np.inf))


def _after(item: Input, bound: Any) -> Unit:
    return _next(bound) if item.type == "number" else _unit(bound) + 1


def domain_units(item: Input) -> tuple[Unit | None, Unit | None]:
    """Return the first and the last unit of an ordered input's domain (``None``: no bound)."""
    low, high = column_bounds(Interval(item.minimum, item.maximum, high_closed=True), item)
    if item.type == "number":
        return (None if low is None else float(low), None if high is None else float(high))
    return (None if low is None else _unit(low), None if high is None else _unit(high))


def _before(item: Input, starts: Sequence[Unit]) -> Unit:
    """A unit of the first cell: the smallest of the domain, else one before the first start."""
    low, high = domain_units(item)
    if low is not None:
        return low
    if not starts:
        return 0 if high is None or high > 0 else high
    if item.type == "number":
        return float(np.nextafter(starts[0], -np.inf))
    return starts[0] - 1


def value_of(item: Input, unit: Unit) -> Value:
    """Return the value of an ordered input that a unit of its column stands for."""
    if item.type == "number":
        return float(unit)
    if item.type == "date":
        return EPOCH + timedelta(days=int(unit))
    if item.type == "integer":
        return int(unit)
    return Decimal(int(unit)).scaleb(-item.decimals)
