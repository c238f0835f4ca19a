"""What an expression can give when names take any value of a range: rigorous enclosures.

Interval arithmetic on exact numbers: every operation is computed on the ends of the ranges, and
roundings are increasing, so that no end needs to be rounded outwards. An enclosure also says if
the expression is *decided*: every condition, smallest or largest part and bracket is the same one
over the whole range. Where two neighbouring ranges are decided otherwise, the rules change.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any, cast

from clairevoie.rules import exact
from clairevoie.rules.content import Rounding
from clairevoie.rules.exact import Mode, Undefined
from clairevoie.rules.expressions.calendar import COUNTS
from clairevoie.rules.expressions.scalar import (
    Parameters,
    bracket_at,
    key_of,
    marginal_total,
)
from clairevoie.rules.expressions.tree import Apply, Constant, Name, Node
from clairevoie.rules.model import Value
from clairevoie.rules.trace import Problem

Ordered = Decimal | date
Problems = frozenset[Problem]
NONE: Problems = frozenset()
UNDEFINED: Problems = frozenset(("undefined",))
MISSING: Problems = frozenset(("missing_input",))
LIMIT = Decimal(exact.LARGEST)


@dataclass(frozen=True, slots=True)
class Range:
    """Values from ``low`` to ``high``, both included: numbers or dates."""

    low: Decimal | int | date
    high: Decimal | int | date


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Everything that an expression can give.

    Attributes:
        low, high: bounds of a number or a date, both included; ``None`` for another type, and when
            no value is possible.
        values: what a boolean or a category can be; empty for another type.
        problems: what can go wrong instead (`missing_input`, `undefined`).
        decided: every choice made on the way is the same one whatever the values.
    """

    low: Ordered | None = None
    high: Ordered | None = None
    values: frozenset[Value] = frozenset()
    problems: Problems = NONE
    decided: bool = True

    @property
    def has_value(self) -> bool:
        """Whether any value is possible at all."""
        return self.low is not None or bool(self.values)

    def includes(self, value: Value) -> bool:
        """Return whether a value is one that is possible."""
        if self.low is not None:
            return bool(cast("Any", self.low) <= value <= cast("Any", self.high))
        return value in self.values

    def bounded(self) -> Enclosure:
        """Return the enclosure without what is beyond 10³⁰, which is undefined."""
        if not isinstance(self.low, Decimal) or not isinstance(self.high, Decimal):
            return self
        if self.low > -LIMIT and self.high < LIMIT:
            return self
        problems = self.problems | UNDEFINED
        if self.low >= LIMIT or self.high <= -LIMIT:
            return Enclosure(problems=problems, decided=self.decided)
        return Enclosure(
            max(self.low, -LIMIT), min(self.high, LIMIT), problems=problems, decided=False
        )

    def settled(self) -> Enclosure:
        """Return the enclosure, decided if it is one truth or one category and nothing else."""
        if len(self.values) == 1 and not self.problems and not self.decided:
            return replace(self, decided=True)
        return self


def enclosure_of(given: Value | Range) -> Enclosure:
    """Return the enclosure of a value (``None`` is missing) or of a range."""
    if isinstance(given, Range):
        return Enclosure(_plain(given.low), _plain(given.high))
    if given is None:
        return Enclosure(problems=MISSING)
    if isinstance(given, bool | str):
        return Enclosure(values=frozenset((given,)))
    value = _plain(cast("Any", given))
    return Enclosure(value, value)


def _plain(value: Decimal | int | date) -> Ordered:
    return Decimal(value) if isinstance(value, int) else value


def rounded(found: Enclosure, rounding: Rounding) -> Enclosure:
    """Return the enclosure of a number once rounded."""
    to, mode = rounding.to, rounding.mode
    return _increasing(found, lambda number: exact.multiple(number, to, mode)).bounded()


def _increasing(found: Enclosure, act: Callable[[Decimal], Decimal]) -> Enclosure:
    if found.low is None:
        return found
    low, high = act(cast("Decimal", found.low)), act(cast("Decimal", found.high))
    return replace(found, low=low, high=high)


class Ranges:
    """Evaluates trees over ranges of values."""

    def __init__(self, names: Mapping[str, Enclosure], parameters: Parameters) -> None:
        self.names = names
        self.parameters = parameters

    def enclosure(self, node: Node) -> Enclosure:
        """Return the enclosure of a tree."""
        if isinstance(node, Constant):
            return enclosure_of(node.value)
        if isinstance(node, Name):
            parameter = self.parameters.get(node.name)
            if parameter is not None:
                return enclosure_of(parameter.value)
            return self.names.get(node.name, Enclosure(problems=MISSING))
        special = _SPECIAL.get(node.sign)
        if special is not None:
            return special(self, node)
        parts = [self.enclosure(part) for part in node.parts]
        problems = NONE.union(*(part.problems for part in parts))
        decided = all(part.decided for part in parts)
        if not all(part.has_value for part in parts):
            return Enclosure(problems=problems, decided=decided)
        found = _PLAIN[node.sign](node, parts)
        decided = decided and found.decided
        found = replace(found, problems=found.problems | problems, decided=decided)
        return found.bounded().settled()


def _numbers(part: Enclosure) -> tuple[Decimal, Decimal]:
    return cast("Decimal", part.low), cast("Decimal", part.high)


def _add(_node: Apply, parts: list[Enclosure]) -> Enclosure:
    (a, b), (c, d) = (_numbers(part) for part in parts)
    return Enclosure(exact.CONTEXT.add(a, c), exact.CONTEXT.add(b, d))


def _subtract(_node: Apply, parts: list[Enclosure]) -> Enclosure:
    (a, b), (c, d) = (_numbers(part) for part in parts)
    return Enclosure(exact.CONTEXT.subtract(a, d), exact.CONTEXT.subtract(b, c))


def _corners(
    act: Callable[[Decimal, Decimal], Decimal], left: Enclosure, right: Enclosure
) -> Enclosure:
    found = [act(a, b) for a, b in product(_numbers(left), _numbers(right))]
    return Enclosure(min(found), max(found))


def _multiply(_node: Apply, parts: list[Enclosure]) -> Enclosure:
    return _corners(exact.CONTEXT.multiply, parts[0], parts[1])


def _divide(_node: Apply, parts: list[Enclosure]) -> Enclosure:
    low, high = _numbers(parts[1])
    if low > 0 or high < 0:
        return _corners(exact.quotient, parts[0], parts[1])
    if low == 0 == high:
        return Enclosure(problems=UNDEFINED)
    # Around 0 the quotient is anything, or nothing.
    return Enclosure(-LIMIT, LIMIT, problems=UNDEFINED, decided=False)


def _negate(_node: Apply, parts: list[Enclosure]) -> Enclosure:
    low, high = _numbers(parts[0])
    return Enclosure(exact.negate(high), exact.negate(low))


def _absolute(_node: Apply, parts: list[Enclosure]) -> Enclosure:
    low, high = _numbers(parts[0])
    if low >= 0:
        return Enclosure(low, high)
    if high <= 0:
        return Enclosure(high.copy_abs(), low.copy_abs(), decided=high < 0)
    return Enclosure(Decimal(0), max(high, low.copy_abs()), decided=False)


def _round(mode: Mode) -> Callable[[Apply, list[Enclosure]], Enclosure]:
    def act(node: Apply, parts: list[Enclosure]) -> Enclosure:
        to = cast("Decimal", parts[1].low) if node.sign == "round" else Decimal(1)
        return _increasing(parts[0], lambda number: exact.multiple(number, to, mode))

    return act


def _extreme(node: Apply, parts: list[Enclosure]) -> Enclosure:
    best: Any = min if node.sign == "min" else max
    lows, highs = [cast("Any", p.low) for p in parts], [cast("Any", p.high) for p in parts]
    return Enclosure(best(lows), best(highs), decided=_is_one_part(node.sign, lows, highs))


def _is_one_part(sign: str, lows: list[Any], highs: list[Any]) -> bool:
    """Whether one part is the extreme all over the ranges; of equal ones the first is meant."""
    first, last = (highs, lows) if sign == "min" else (lows, highs)
    less: Callable[[Any, Any], bool] = operator.lt if sign == "min" else operator.gt
    most: Callable[[Any, Any], bool] = operator.le if sign == "min" else operator.ge
    indexes = range(len(lows))
    return any(
        all(
            less(first[i], last[j]) if j < i else most(first[i], last[j]) for j in indexes if j != i
        )
        for i in indexes
    )


def _truth(*, can_hold: bool, can_fail: bool) -> Enclosure:
    values = frozenset(one for one, can in ((True, can_hold), (False, can_fail)) if can)
    return Enclosure(values=values)


def _compare(node: Apply, parts: list[Enclosure]) -> Enclosure:
    left, right = parts
    if left.low is None or right.low is None:
        can_hold = bool(left.values & right.values)
        can_fail = len(left.values | right.values) > 1
        if node.sign == "!=":
            can_hold, can_fail = can_fail, can_hold
        return _truth(can_hold=can_hold, can_fail=can_fail)
    a, b, c, d = (cast("Any", one) for one in (left.low, left.high, right.low, right.high))
    meets, only = a <= d and c <= b, a == b == c == d
    return {
        "=": lambda: _truth(can_hold=meets, can_fail=not only),
        "!=": lambda: _truth(can_hold=not only, can_fail=meets),
        "<": lambda: _truth(can_hold=a < d, can_fail=b >= c),
        "<=": lambda: _truth(can_hold=a <= d, can_fail=b > c),
        ">": lambda: _truth(can_hold=b > c, can_fail=a <= d),
        ">=": lambda: _truth(can_hold=b >= c, can_fail=a < d),
    }[node.sign]()


def _between(_node: Apply, parts: list[Enclosure]) -> Enclosure:
    value, low, high = parts
    a, b = cast("Any", value.low), cast("Any", value.high)
    c, d = (cast("Any", low.low), cast("Any", low.high))
    e, f = (cast("Any", high.low), cast("Any", high.high))
    return _truth(can_hold=b >= c and a <= f, can_fail=a < d or b > e)


def _in(_node: Apply, parts: list[Enclosure]) -> Enclosure:
    item = parts[0]
    if item.low is None:
        options = {value for part in parts[1:] for value in part.values}
        return _truth(can_hold=bool(item.values & options), can_fail=bool(item.values - options))
    hit = [part for part in parts[1:] if item.includes(part.low)]
    return _truth(can_hold=bool(hit), can_fail=not (hit and item.low == item.high))


def _not(_node: Apply, parts: list[Enclosure]) -> Enclosure:
    return Enclosure(values=frozenset(not value for value in parts[0].values))


def _count(node: Apply, parts: list[Enclosure]) -> Enclosure:
    """Whole years, months, days: they grow with the later date, shrink with the earlier one."""
    count = COUNTS[node.sign]
    earlier, later = parts
    low = count(cast("date", earlier.high), cast("date", later.low))
    high = count(cast("date", earlier.low), cast("date", later.high))
    return Enclosure(Decimal(low), Decimal(high))


# --- choices --------------------------------------------------------------------------------------


def union(parts: list[Enclosure], *, decided: bool) -> Enclosure:
    """Return what contains all of the parts."""
    lows = [cast("Any", part.low) for part in parts if part.low is not None]
    highs = [cast("Any", part.high) for part in parts if part.high is not None]
    return Enclosure(
        min(lows, default=None),
        max(highs, default=None),
        frozenset[Value]().union(*(part.values for part in parts)),
        NONE.union(*(part.problems for part in parts)),
        decided and all(part.decided for part in parts),
    )


def _if(ranges: Ranges, node: Apply) -> Enclosure:
    condition = ranges.enclosure(node.parts[0])
    branches = [
        ranges.enclosure(node.parts[index])
        for index, held in ((1, True), (2, False))
        if held in condition.values
    ]
    # One answer only, and no problem beside it: the same branch whatever the values.
    decided = len(branches) + bool(condition.problems) <= 1
    found = union(branches, decided=decided)
    return replace(found, problems=found.problems | condition.problems).settled()


def _logical(ranges: Ranges, node: Apply) -> Enclosure:
    decides = node.sign == "or"
    parts = [ranges.enclosure(part) for part in node.parts]
    if any(part.values == {decides} and not part.problems for part in parts):
        return Enclosure(values=frozenset((decides,)))
    values = set()
    if any(decides in part.values for part in parts):
        values.add(decides)
    if all((not decides) in part.values for part in parts):
        values.add(not decides)
    problems = NONE.union(*(part.problems for part in parts))
    decided = all(part.decided for part in parts)
    return Enclosure(values=frozenset(values), problems=problems, decided=decided).settled()


def _missing(ranges: Ranges, node: Apply) -> Enclosure:
    found = ranges.enclosure(node.parts[0])
    gone = "missing_input" in found.problems
    return _truth(can_hold=gone, can_fail=found.has_value)


def _brackets(ranges: Ranges, node: Apply) -> tuple[Enclosure, Any]:
    return ranges.enclosure(node.parts[0]), ranges.parameters[cast("Name", node.parts[1]).name]


def _marginal(ranges: Ranges, node: Apply) -> Enclosure:
    number, parameter = _brackets(ranges, node)
    if number.low is None:
        return number
    low, high = _numbers(number)
    # Piecewise linear: the extremes are at the ends, or where a bracket starts.
    inner = [one.low for one in parameter.brackets if low < one.low < high]
    try:
        found = [marginal_total(one, parameter) for one in (low, *inner, high)]
    except Undefined:
        return Enclosure(-LIMIT, LIMIT, problems=number.problems | UNDEFINED, decided=False)
    decided = bracket_at(low, parameter) == bracket_at(high, parameter)
    return Enclosure(
        min(found), max(found), problems=number.problems, decided=decided and number.decided
    )


def _band(ranges: Ranges, node: Apply) -> Enclosure:
    number, parameter = _brackets(ranges, node)
    if number.low is None:
        return number
    first, last = (bracket_at(one, parameter) for one in _numbers(number))
    found = [one.value for one in parameter.brackets[max(first, 0) : last + 1]]
    problems = number.problems | (UNDEFINED if first < 0 else NONE)
    return Enclosure(
        min(found, default=None),
        max(found, default=None),
        problems=problems,
        decided=first == last and number.decided,
    )


def _pick(ranges: Ranges, node: Apply) -> Enclosure:
    picked, parameter = _brackets(ranges, node)
    if not picked.has_value:
        return picked
    table: Mapping[str, Decimal] = parameter.values or {}
    if picked.low is None:
        keys = [key_of(value) for value in picked.values]
        known = [table[key] for key in keys if key in table]
        fails = len(known) < len(keys)
    else:
        low, high = _numbers(picked)
        inside = {key: one for key, one in table.items() if _number_in(key, low, high)}
        known = list(inside.values())
        fails = not (known and low == high)
    return Enclosure(
        min(known, default=None),
        max(known, default=None),
        problems=picked.problems | (UNDEFINED if fails else NONE),
        decided=picked.decided and len(known) + fails == 1,
    )


def _number_in(key: str, low: Decimal, high: Decimal) -> bool:
    try:
        number = Decimal(key)
    except ArithmeticError:
        return False
    return number.is_finite() and key_of(number) == key and low <= number <= high


_SPECIAL: dict[str, Callable[[Ranges, Apply], Enclosure]] = {
    "if": _if,
    "and": _logical,
    "or": _logical,
    "missing": _missing,
    "marginal": _marginal,
    "band": _band,
    "pick": _pick,
}
_PLAIN: dict[str, Callable[[Apply, list[Enclosure]], Enclosure]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "neg": _negate,
    "abs": _absolute,
    "floor": _round("floor"),
    "ceil": _round("ceil"),
    "round": _round("half_up"),
    "min": _extreme,
    "max": _extreme,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _compare),
    "between": _between,
    "in": _in,
    "not": _not,
    **dict.fromkeys(("years", "months", "days"), _count),
}
