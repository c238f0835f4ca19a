"""Exact arithmetic: decimal numbers one by one, and whole columns of them.

One case is computed with `Decimal`, a column with whole numbers scaled by a power of ten. The rules
are the same, so that both give the same number, to the last digit:

- sums, differences and products are exact, whatever the number of decimals;
- a quotient is the exact one rounded half to even at 10 decimals;
- rounding to a multiple is done on the exact number (`round_ratio`);
- a result of 10³⁰ or more, and a division by zero, are no number: the case is *undefined*.

A column is ``int64`` while no operation on it can reach 2⁶². Bounds are carried along with the
numbers; when they do not suffice, the chunk goes on in Python's own integers, exact and slower, and
comes back to ``int64`` as soon as its numbers fit again.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.content import Rounding

Mask = NDArray[np.bool_]
Mode = Literal["half_up", "half_even", "down", "up", "floor", "ceil"]

QUOTIENT_DECIMALS = 10
LARGEST = 10**30
"""From here on, a result is undefined."""
SAFE = 2**62
"""Under this bound, ``int64`` sums and comparisons cannot overflow."""
MAX_DECIMALS = 120
"""Decimals that a chain of products may reach; the parser refuses more."""

CONTEXT = decimal.Context(
    prec=600,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-9_999,
    Emax=9_999,
    traps=[
        decimal.InvalidOperation,
        decimal.DivisionByZero,
        decimal.Overflow,
        decimal.Inexact,
    ],
)
"""Private: what other code does to the context of the thread changes nothing here."""


class Undefined(ArithmeticError):
    """A division by zero, a number beyond 10³⁰, a value that a table of the rules does not have."""


# --- one number -----------------------------------------------------------------------------------


def bounded(number: Decimal) -> Decimal:
    """Return the number.

    Raises:
        Undefined: it is 10³⁰ or more, or the opposite.
    """
    if number.adjusted() >= 30 and number:
        raise Undefined("a number beyond 10^30")
    return number


def add(left: Decimal, right: Decimal) -> Decimal:
    """Return the exact sum."""
    return bounded(CONTEXT.add(left, right))


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """Return the exact difference."""
    return bounded(CONTEXT.subtract(left, right))


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """Return the exact product."""
    return bounded(CONTEXT.multiply(left, right))


def negate(number: Decimal) -> Decimal:
    """Return the opposite (never a negative zero)."""
    return CONTEXT.minus(number)


def divide(left: Decimal, right: Decimal) -> Decimal:
    """Return the quotient, rounded half to even at 10 decimals.

    Raises:
        Undefined: ``right`` is zero, or the quotient reaches 10³⁰.
    """
    if not right:
        raise Undefined("a division by zero")
    return bounded(quotient(left, right))


def quotient(left: Decimal, right: Decimal) -> Decimal:
    """Return the quotient by a number that is not zero, however large it is."""
    above, under = left.as_integer_ratio()
    top, bottom = right.as_integer_ratio()
    units = round_ratio(above * bottom * 10**QUOTIENT_DECIMALS, under * top, "half_even")
    return scaled_decimal(units, QUOTIENT_DECIMALS)


def round_to(number: Decimal, to: Decimal, mode: Mode) -> Decimal:
    """Return the number rounded to a multiple of ``to`` (above 0).

    ``half_up`` and ``up`` go away from zero, ``down`` towards it, for negative numbers too.
    """
    return bounded(multiple(number, to, mode))


def multiple(number: Decimal, to: Decimal, mode: Mode) -> Decimal:
    """Return the number rounded to a multiple of ``to``, however large it is."""
    above, under = number.as_integer_ratio()
    top, bottom = to.as_integer_ratio()
    multiples = round_ratio(above * bottom, under * top, mode)
    return CONTEXT.multiply(Decimal(multiples), to)


def rounded(number: Decimal, rounding: Rounding) -> Decimal:
    """Return the number rounded as the rules say."""
    return round_to(number, rounding.to, rounding.mode)


def round_ratio(above: int, under: int, mode: Mode) -> int:
    """Return ``above / under`` as a whole number, rounded.

    Args:
        above, under: whole numbers, ``under`` not zero.
        mode: ``half_up`` (halves away from zero), ``half_even``, ``down`` (towards zero), ``up``
            (away from zero), ``floor``, ``ceil``.
    """
    if under < 0:
        above, under = -above, -under
    whole, rest = divmod(above, under)
    if not rest or mode == "floor":
        return whole
    negative = above < 0
    if mode == "half_even":
        more = 2 * rest > under or (2 * rest == under and whole % 2 == 1)
    elif mode == "half_up":
        more = 2 * rest > under or (2 * rest == under and not negative)
    else:
        more = mode == "ceil" or (mode == "down") == negative
    return whole + more


def scaled_decimal(units: int, decimals: int) -> Decimal:
    """Return ``units / 10 ** decimals``."""
    return CONTEXT.scaleb(Decimal(units), -decimals)


def decimals_of(number: Decimal) -> int:
    """Return how many decimals a number has, zeros at the end left out."""
    return max(0, -cast("int", CONTEXT.normalize(number).as_tuple().exponent))


def units_of(number: Decimal, decimals: int) -> int:
    """Return ``number × 10 ** decimals``, which must be whole."""
    above, under = number.as_integer_ratio()
    units, rest = divmod(above * int(10**decimals), under)
    if rest:
        raise ValueError(f"{number} has more than {decimals} decimals")
    return units


# --- columns --------------------------------------------------------------------------------------

Units = NDArray[Any] | int
"""Scaled whole numbers: ``int64`` or Python integers (``object``), or one for all cases."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of exact numbers.

    Attributes:
        units: the numbers ``× 10 ** decimals``; one integer when all cases have the same.
        decimals: see ``units``.
        low, high: bounds of ``units``, included, not always reached.
    """

    units: Units
    decimals: int
    low: int
    high: int

    @property
    def is_constant(self) -> bool:
        """Whether all cases have the same number."""
        return isinstance(self.units, int)

    def tight(self) -> Numbers:
        """Return the same numbers with the bounds that they reach."""
        if isinstance(self.units, int) or not len(self.units):
            return self
        return Numbers(self.units, self.decimals, int(self.units.min()), int(self.units.max()))


def constant(number: Decimal) -> Numbers:
    """Return one number for all cases."""
    decimals = decimals_of(number)
    units = units_of(number, decimals)
    return Numbers(units, decimals, units, units)


def numbers(units: NDArray[Any], decimals: int = 0) -> Numbers:
    """Return a column of scaled whole numbers, its bounds measured."""
    if not len(units):
        return Numbers(units, decimals, 0, 0)
    return Numbers(units, decimals, int(units.min()), int(units.max()))


def _wide(units: Units) -> Units:
    """The same integers, as Python's own."""
    if isinstance(units, int) or units.dtype == object:
        return units
    return units.astype(object)


def _narrow(units: Units, decimals: int, low: int, high: int) -> Numbers:
    """Bring a column back to ``int64`` when its numbers fit."""
    found = Numbers(units, decimals, low, high)
    if isinstance(units, int) or units.dtype != object:
        return found
    found = found.tight()
    if found.low > -SAFE and found.high < SAFE:
        return Numbers(units.astype(np.int64), decimals, found.low, found.high)
    return found


def _fits(*bounds: int) -> bool:
    return max(bounds) < SAFE and min(bounds) > -SAFE


def beyond(column: Numbers) -> Mask | bool:
    """Return where a number is 10³⁰ or more (``False``: nowhere)."""
    limit = LARGEST * 10**column.decimals
    if -limit < column.low and column.high < limit:
        return False
    if isinstance(column.units, int):
        return bool(abs(column.units) >= limit)
    return cast("Mask", (column.units >= limit) | (column.units <= -limit))


def rescale(column: Numbers, decimals: int) -> Numbers:
    """Return the same numbers with more decimals (never fewer)."""
    if decimals == column.decimals:
        return column
    step = 10 ** (decimals - column.decimals)
    if not _fits(column.low * step, column.high * step):
        column = column.tight()
    low, high = column.low * step, column.high * step
    units = column.units if _fits(low, high, step) else _wide(column.units)
    return Numbers(units * step, decimals, low, high)


def aligned(*columns: Numbers) -> tuple[Numbers, ...]:
    """Return the columns with as many decimals as the one that has most."""
    decimals = max(column.decimals for column in columns)
    return tuple(rescale(column, decimals) for column in columns)


def _operate(
    left: Numbers,
    right: Numbers,
    decimals: int,
    bounds: Callable[[Numbers, Numbers], tuple[int, int]],
    act: Callable[[Any, Any], Any],
) -> Numbers:
    """Apply an operation in ``int64`` when its bounds fit, in Python's integers otherwise."""
    low, high = bounds(left, right)
    if not _fits(low, high):
        left, right = left.tight(), right.tight()
        low, high = bounds(left, right)
    if _fits(low, high, left.low, left.high, right.low, right.high):
        return _narrow(act(left.units, right.units), decimals, low, high)
    return _narrow(act(_wide(left.units), _wide(right.units)), decimals, low, high)


def add_columns(left: Numbers, right: Numbers) -> Numbers:
    """Return the sums."""
    left, right = aligned(left, right)
    return _operate(
        left,
        right,
        left.decimals,
        lambda a, b: (a.low + b.low, a.high + b.high),
        lambda a, b: a + b,
    )


def subtract_columns(left: Numbers, right: Numbers) -> Numbers:
    """Return the differences."""
    left, right = aligned(left, right)
    return _operate(
        left,
        right,
        left.decimals,
        lambda a, b: (a.low - b.high, a.high - b.low),
        lambda a, b: a - b,
    )


def multiply_columns(left: Numbers, right: Numbers) -> Numbers:
    """Return the products."""

    def bounds(a: Numbers, b: Numbers) -> tuple[int, int]:
        corners = (a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high)
        return min(corners), max(corners)

    return _operate(left, right, left.decimals + right.decimals, bounds, lambda a, b: a * b)


def _spacious(column: Numbers) -> Numbers:
    """The same numbers, in integers that their opposites fit too."""
    if _fits(column.low, column.high):
        return column
    return Numbers(_wide(column.units), column.decimals, column.low, column.high)


def negate_column(column: Numbers) -> Numbers:
    """Return the opposites."""
    column = _spacious(column)
    return Numbers(-column.units, column.decimals, -column.high, -column.low)


def absolute_column(column: Numbers) -> Numbers:
    """Return the absolute values."""
    column = _spacious(column)
    low = 0 if column.low <= 0 <= column.high else min(abs(column.low), abs(column.high))
    units = cast("NDArray[Any] | int", abs(column.units))
    return Numbers(units, column.decimals, low, max(abs(column.low), abs(column.high)))


def divide_columns(left: Numbers, right: Numbers) -> tuple[Numbers, Mask | bool]:
    """Return the quotients rounded half to even at 10 decimals, and where there is none."""
    nothing: Mask | bool = cast("Any", right.units == 0) if right.low <= 0 <= right.high else False
    if isinstance(nothing, np.ndarray) and not nothing.any():
        nothing = False
    if nothing is True:
        return Numbers(0, 0, 0, 0), True
    if nothing is not False:
        right = numbers(np.where(nothing, 1, right.units), right.decimals)
    shift = QUOTIENT_DECIMALS + right.decimals - left.decimals
    above = rescale(left, left.decimals + max(shift, 0))
    under = rescale(right, right.decimals + max(-shift, 0))
    return _ratio(above, under, QUOTIENT_DECIMALS, "half_even"), nothing


def round_columns(column: Numbers, to: Decimal, mode: Mode) -> Numbers:
    """Return the numbers rounded to a multiple of ``to``; see `round_to`."""
    left, step = aligned(column, constant(to))
    return multiply_columns(_ratio(left, step, 0, mode), constant(to))


def _ratio(above: Numbers, under: Numbers, decimals: int, mode: Mode) -> Numbers:
    """Return ``above / under`` as whole numbers; the rule of `round_ratio`, ``under`` never 0."""
    if isinstance(above.units, int) and isinstance(under.units, int):
        units = round_ratio(above.units, under.units, mode)
        return Numbers(units, decimals, units, units)
    fits = _fits(above.low, above.high, under.low, under.high)
    top: Any = above.units if fits else _wide(above.units)
    bottom: Any = under.units if fits else _wide(under.units)
    if under.low <= 0:
        turned: Any = np.where(bottom < 0, -1, 1)
        turned = turned if fits else turned.astype(object)
        top, bottom = top * turned, bottom * turned
    whole = top // bottom
    if mode != "floor":
        whole = whole + _more(top, bottom, whole, mode)
    largest = max(abs(above.low), abs(above.high)) + 1
    return _narrow(whole, decimals, -largest, largest).tight()


def _more(top: Any, bottom: Any, whole: Any, mode: Mode) -> Any:
    """Where the rounded quotient is one more than the whole one."""
    rest = top - whole * bottom
    if mode == "ceil":
        return rest > 0
    if mode in {"down", "up"}:
        return (rest > 0) & ((top < 0) if mode == "down" else (top > 0))
    if mode == "half_up":
        return (2 * rest > bottom) | ((2 * rest == bottom) & (top > 0))
    return (2 * rest > bottom) | ((2 * rest == bottom) & (whole % 2 == 1))


def compare_columns(sign: str, left: Numbers, right: Numbers) -> Mask | bool:
    """Return where a comparison (``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``) holds."""
    left, right = aligned(left, right)
    a: Any = left.units
    b: Any = right.units
    found: Any = {
        "=": lambda: a == b,
        "!=": lambda: a != b,
        "<": lambda: a < b,
        "<=": lambda: a <= b,
        ">": lambda: a > b,
        ">=": lambda: a >= b,
    }[sign]()
    return found if isinstance(found, bool) else np.asarray(found, dtype=bool)


def extreme_columns(sign: str, columns: Sequence[Numbers]) -> Numbers:
    """Return the smallest (``min``) or the largest (``max``) of several columns, case by case."""
    found, *others = aligned(*columns)
    for other in others:
        act = np.minimum if sign == "min" else np.maximum
        pick = min if sign == "min" else max
        units: Any = act(*_together(found.units, other.units))
        if isinstance(found.units, int) and isinstance(other.units, int):
            units = int(units)
        found = Numbers(
            units, found.decimals, pick(found.low, other.low), pick(found.high, other.high)
        )
    return found


def choose_columns(condition: Mask, left: Numbers, right: Numbers) -> Numbers:
    """Return the left numbers where the condition holds, the right ones elsewhere."""
    left, right = aligned(left, right)
    units = np.where(condition, *_together(left.units, right.units))
    return Numbers(units, left.decimals, min(left.low, right.low), max(left.high, right.high))


def _together(left: Units, right: Units) -> tuple[Any, Any]:
    """Both in the same kind of integers, so that NumPy turns neither into floating numbers."""
    if _is_wide(left) or _is_wide(right):
        return (
            np.array(left, dtype=object) if isinstance(left, int) else _wide(left),
            np.array(right, dtype=object) if isinstance(right, int) else _wide(right),
        )
    return np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)


def _is_wide(units: Units) -> bool:
    if isinstance(units, int):
        return not _fits(units)
    return units.dtype == object


def take_column(column: Numbers, count: int) -> NDArray[Any]:
    """Return the scaled numbers as an array of ``count`` of them."""
    if not isinstance(column.units, int):
        return column.units
    return np.full(count, column.units, dtype=np.int64 if _fits(column.units) else object)
