"""The values that an input can take, as whole numbers of steps: what a search walks on.

A step is what the input is told in: 1 for whole numbers, ``10^−decimals`` for decimals, one day for
dates, one place in the list for categories, false then true for booleans. A floating ``number`` has
no step of its own: it is searched on a millionth of its range, and the result says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.explanation.wording import exact
from clairevoie.rules.columns import Array
from clairevoie.rules.model import Input, Number, Value

Units = NDArray[np.int64]

FAR = 10**9
"""Where a search stops when the domain has no bound (in the input's unit)."""
_EPOCH = date(1970, 1, 1).toordinal()
_PARTS, _FINEST = 6, 15


@dataclass(frozen=True, slots=True)
class Grid:
    """An input's values as whole numbers ``low`` to ``high``, both included.

    Attributes:
        item: the input.
        low, high: the ends.
        power: a value is ``units × 10^power`` (numbers only).
        bounded_low, bounded_high: whether the domain itself ends there.
    """

    item: Input
    low: int
    high: int
    power: int = 0
    bounded_low: bool = True
    bounded_high: bool = True

    @property
    def size(self) -> int:
        """How many values there are."""
        return self.high - self.low + 1

    @property
    def ordered(self) -> bool:
        """Whether values have an order, so that intervals mean something."""
        return self.item.type not in {"category", "boolean"}

    @property
    def step(self) -> Decimal:
        """The difference between two neighbouring values (numbers only)."""
        return Decimal(1).scaleb(self.power)

    def value(self, units: int) -> Value:
        """Return the value at a place of the grid."""
        kind = self.item.type
        if kind == "boolean":
            return bool(units)
        if kind == "category":
            return self.item.categories[units].value
        if kind == "date":
            return date.fromordinal(units + _EPOCH)
        if kind == "integer":
            return int(units)
        number = Decimal(int(units)).scaleb(self.power)
        return float(number) if kind == "number" else number

    def around(self, value: Value) -> tuple[int, ...]:
        """Return the place of a value, or the two places around it; none where it means nothing."""
        if value is None:
            return ()
        kind = self.item.type
        if kind == "boolean":
            return (int(bool(value)),)
        if kind == "category":
            return tuple(i for i, one in enumerate(self.item.categories) if one.value == value)
        if isinstance(value, date):
            return (value.toordinal() - _EPOCH,)
        number = exact(cast("Number", value)).scaleb(-self.power)
        if not number.is_finite():
            return ()
        low = int(number.to_integral_value(ROUND_FLOOR))
        high = int(number.to_integral_value(ROUND_CEILING))
        return (low,) if low == high else (low, high)

    def column(self, units: Units) -> Array:
        """Return values as `clairevoie.rules.columns` holds them."""
        kind = self.item.type
        if kind == "boolean":
            return units.astype(bool)
        if kind == "category":
            return units.astype(np.int16)
        if kind == "date":
            return units.astype("datetime64[D]")
        if kind == "number":
            # Correctly rounded: both operands are exact, so each is the nearest of its decimal.
            whole = units.astype(np.float64)
            scale = float(10 ** abs(self.power))
            return whole / scale if self.power < 0 else whole * scale
        return units


def grid_of(item: Input, value: Value, cuts: Sequence[Value]) -> Grid:
    """Return the grid of an input.

    Args:
        item: the input.
        value: the person's value, ``None`` when missing.
        cuts: values where the answer may change; with ``value``, they tell how far to look where
            the domain has no bound.
    """
    if item.type == "boolean":
        return Grid(item, 0, 1)
    if item.type == "category":
        return Grid(item, 0, len(item.categories) - 1)
    if item.type == "date":
        return _days(item, value, cuts)
    known = [exact(cast("Number", one)) for one in (value, *cuts) if one is not None]
    known = [one for one in known if one.is_finite()]
    low, high = cast("Decimal | None", item.minimum), cast("Decimal | None", item.maximum)
    far = max([Decimal(FAR), *(16 * abs(one) for one in known)])
    power = _power(item, low, high, known)
    # A floating number is exact up to 2^53 steps, and so is each of its neighbours.
    largest = Decimal(2**53 if item.type == "number" else 2**62).scaleb(power)
    first = max(exact(low) if low is not None else -far, -largest).scaleb(-power)
    last = min(exact(high) if high is not None else far, largest).scaleb(-power)
    return Grid(
        item,
        int(first.to_integral_value(ROUND_CEILING)),
        int(last.to_integral_value(ROUND_FLOOR)),
        power,
        bounded_low=low is not None,
        bounded_high=high is not None,
    )


def _power(item: Input, low: Decimal | None, high: Decimal | None, known: Sequence[Decimal]) -> int:
    if item.type != "number":
        return -item.decimals
    ends = [end for end in (low, high, *known) if end is not None]
    span = max(ends) - min(ends) if len(ends) > 1 else abs(ends[0]) if ends else Decimal(1)
    return max(-_FINEST, min(_FINEST, span.adjusted() - _PARTS)) if span else -_PARTS


def _days(item: Input, value: Value, cuts: Sequence[Value]) -> Grid:
    """Look a century beyond what is known where a domain of dates has no bound."""
    known = [one for one in (value, *cuts, item.minimum, item.maximum) if isinstance(one, date)]
    years = [one.year for one in known] or [2000]
    first = date(max(1, min(years) - 100), 1, 1)
    last = date(min(9999, max(years) + 100), 12, 31)
    low = item.minimum if isinstance(item.minimum, date) else first
    high = item.maximum if isinstance(item.maximum, date) else last
    return Grid(
        item,
        low.toordinal() - _EPOCH,
        high.toordinal() - _EPOCH,
        bounded_low=item.minimum is not None,
        bounded_high=item.maximum is not None,
    )
