"""Sums, variances and quantiles that are the same to the last bit on every engine.

Numbers with decimals added one after the other give a sum that depends on their order, which no
engine keeps. Here each is first put on a grid, as a whole number of steps of 2**-places: such
numbers add up to the same in any order. The grid is as fine as the largest of them allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import frexp
from typing import TYPE_CHECKING, Any

from clairevoie.decisions.engines import arrow_of

if TYPE_CHECKING:
    import ibis

FINE = 62
"""Bits of a number whose sum is wanted: more than the 53 of a floating number."""
COARSE = 44
"""Bits of a number whose squares are added: the squares of a thousand million fit 128 bits."""
MOST_PLACES = 1000
"""Beyond, a step is no floating number."""


def places_for(largest: float, bits: int = FINE) -> int:
    """Return how many binary places numbers up to ``largest`` may keep to hold in some bits."""
    return min(bits - frexp(largest)[1], MOST_PLACES)


def steps(value: Any, places: int) -> Any:
    """Return a floating column as whole numbers of steps of 2**-places, to the nearest.

    A product by a power of two is exact, so that all engines round the same number.
    """
    # 64-bit sums overflow; decimals of more than 18 digits are of 128 bits.
    return (value * 2.0**places + 0.5).floor().cast("int64").cast("decimal(19, 0)")


def number(total: Any, places: int) -> float:
    """Return the number that steps come to, rounded once."""
    return float(exactly(total, places))


def exactly(total: Any, places: int) -> Fraction:
    """Return the number that steps come to."""
    return Fraction(int(total or 0)) / Fraction(2) ** places


def quantiles_of(
    table: ibis.Table, shares: Sequence[tuple[int, int]]
) -> dict[str | None, tuple[float, ...]]:
    """Return quantiles of ``value`` for each ``key``, interpolated between the two nearest values.

    This is the usual definition (type 7 of Hyndman and Fan 1996, *The American Statistician*
    50(4), 361-365): the quantile of share s of n sorted values is at rank s(n − 1), from 0. Values
    are counted, and ranks compared as whole numbers: engines interpolate each in its way.

    Args:
        table: columns ``key`` and ``value``, of numbers.
        shares: as fractions, ``(1, 4)``.
    """
    import ibis

    counted = table.group_by("key", "value").aggregate(many=table.count())
    window = ibis.cumulative_window(group_by="key", order_by="value")
    ranked = counted.mutate(
        last=counted.many.sum().over(window) - 1,
        rows=counted.many.sum().over(ibis.window(group_by="key")),
    )
    first = ranked["last"] - ranked.many + 1
    wanted: Any = ibis.literal(False)
    for share, whole in shares:
        # The ranks just below and just above the one of the quantile, or that one.
        at = (ranked.rows - 1) * share
        wanted = wanted | ((ranked["last"] * whole > at - whole) & (first * whole < at + whole))
    lines = arrow_of(ranked.filter(wanted).order_by("value")).to_pylist()
    found: dict[str | None, list[dict[str, Any]]] = {}
    for line in lines:
        found.setdefault(line["key"], []).append(line)
    return {
        key: tuple(_quantile(mine, share, whole) for share, whole in shares)
        for key, mine in found.items()
    }


def _quantile(lines: list[dict[str, Any]], share: int, whole: int) -> float:
    below, part = divmod((int(lines[0]["rows"]) - 1) * share, whole)
    low = _at(lines, below)
    return low if not part else low + (_at(lines, below + 1) - low) * (part / whole)


def _at(lines: list[dict[str, Any]], rank: int) -> float:
    return next(float(line["value"]) for line in lines if rank <= int(line["last"]))
