"""The values of an ordered input as whole numbers of units, and where along them an answer changes.

A unit is the last decimal kept of an exact number; for a floating number, its rank among all of
them. On either, bisection ends on the very value from which the answer is another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from clairevoie.rules.model import Input, Value
from clairevoie.rules.scores import LARGEST, first_whole, from_rank, rank_of

LAST_UNIT = 2**63 - 1


def value_of(item: Input, unit: int) -> Value:
    """Return the value that is this many units."""
    if item.type == "number":
        return from_rank(unit)
    if item.type == "integer":
        return unit
    return Decimal(unit).scaleb(-item.decimals)


def unit_range(item: Input) -> tuple[int, int]:
    """Return the first and the last unit of the domain."""
    if item.type == "number":
        low = -LARGEST if item.minimum is None else float(str(item.minimum))
        high = LARGEST if item.maximum is None else float(str(item.maximum))
        return rank_of(low), rank_of(high)
    first, last = -LAST_UNIT, LAST_UNIT
    if isinstance(item.minimum, Decimal | int):
        first = int(_units(item.minimum, item).to_integral_value(ROUND_CEILING))
    if isinstance(item.maximum, Decimal | int):
        last = int(_units(item.maximum, item).to_integral_value(ROUND_FLOOR))
    return first, last


def _units(bound: Decimal | int, item: Input) -> Decimal:
    return Decimal(bound).scaleb(item.decimals)


def cuts_of(
    item: Input,
    starts: Iterable[int],
    limits: Sequence[float],
    score: Callable[[Value], float | None],
) -> tuple[Value, ...]:
    """Return the values from which the answer may change.

    Args:
        item: the input; ordered.
        starts: units where the score may jump.
        limits: scores where the outcome changes; between two starts the score is monotone, and is
            searched for them. Empty when it is constant there.
        score: the score for a value of the input; ``None`` when it has none.
    """
    first, last = unit_range(item)
    jumps = sorted({unit for unit in starts if first < unit <= last})
    found = set(jumps)
    if limits:
        ends = [unit - 1 for unit in jumps] + [last]
        for low, high in zip([first, *jumps], ends, strict=True):
            found.update(_crossed(item, low, high, limits, score))
    return tuple(value_of(item, unit) for unit in sorted(found))


def _crossed(
    item: Input,
    low: int,
    high: int,
    limits: Sequence[float],
    score: Callable[[Value], float | None],
) -> Iterable[int]:
    before, after = score(value_of(item, low)), score(value_of(item, high))
    if before is None or after is None:
        return
    for limit in limits:
        here = before >= limit
        if here == (after >= limit):
            continue

        def other(unit: int, here: bool = here, limit: float = limit) -> bool:
            reached = score(value_of(item, unit))
            return reached is not None and (reached >= limit) != here

        yield first_whole(other, low, high)
