"""Where a formula changes along one input: enclosures narrowed until every choice is decided.

Branch and bound: an interval over which each condition, bound, bracket and threshold is the same
for all values is put aside; another is cut in two, down to the resolution of the input. Nothing is
sampled: an interval put aside is proved to hold no change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import cast

from clairevoie.rules import exact
from clairevoie.rules.content import Formula
from clairevoie.rules.expressions.ranges import Enclosure, Range, Ranges, enclosure_of, rounded
from clairevoie.rules.kinds.formula import needed_steps, parameters_of
from clairevoie.rules.model import Input, Value, Version

MAX_LOOKS = 6_000
"""Intervals looked at; what is left then is given by its ends alone."""
LARGEST = 2**63 - 1


def enclosures(version: Version, ranges: Mapping[str, Value | Range]) -> dict[str, Enclosure]:
    """Return what each step that the answer needs can be, for inputs in ranges.

    Args:
        version: a version of kind ``formula``.
        ranges: for each input a value (``None`` is missing) or a `Range`.
    """
    formula = cast("Formula", version.content)
    names = {name: enclosure_of(given) for name, given in ranges.items()}
    evaluator = Ranges(names, parameters_of(formula))
    found: dict[str, Enclosure] = {}
    for step in needed_steps(formula):
        one = evaluator.enclosure(step.expression.tree)
        if step.rounding is not None:
            one = rounded(one, step.rounding)
        names[step.id] = found[step.id] = one
    return found


def bound_result(version: Version, ranges: Mapping[str, Value | Range]) -> Enclosure:
    """Return what the result can be, for inputs in ranges; see `enclosures`."""
    return enclosures(version, ranges)[cast("Formula", version.content).result]


def cuts_of(version: Version, name: str, values: Mapping[str, Value]) -> tuple[Value, ...]:
    """Return the values of an input from which a formula is computed or answers otherwise.

    Each is the first value of what comes after: another branch of an ``if``, another part of a
    ``min`` or ``max``, another bracket, another outcome, a problem or its end. Where there is no
    outcome, those where the result meets or leaves its present value are there too. Rising;
    a superset when an expression reads the input several times. A boolean or a category gives all
    its values.
    """
    return cut_search(version, name, values)[0]


def cut_search(
    version: Version, name: str, values: Mapping[str, Value]
) -> tuple[tuple[Value, ...], bool]:
    """Return the cuts of an input (see `cuts_of`), and whether none can have been missed."""
    item = version.input(name)
    if item.type == "boolean":
        return (False, True), True
    if item.type == "category":
        return tuple(one.value for one in item.categories), True
    search = _Search(version, item, values)
    return search.cuts(), search.looks <= MAX_LOOKS


class _Search:
    def __init__(self, version: Version, item: Input, values: Mapping[str, Value]) -> None:
        self.version = version
        self.item = item
        self.values = values
        self.formula = cast("Formula", version.content)
        self.looks = 0
        self.levels = [
            Decimal(one.minimum) for one in self.formula.thresholds if one.minimum is not None
        ]
        self.present: Decimal | None = None
        if not self.levels and not self.formula.decision:
            result = bound_result(version, values)
            if isinstance(result.low, Decimal) and result.low == result.high:
                self.present = result.low

    def cuts(self) -> tuple[Value, ...]:
        """Return the cuts; see `cuts_of`."""
        found: set[int] = set()
        left = [self._domain()]
        while left:
            low, high = left.pop()
            if low >= high or self._decided(low, high):
                continue
            if high - low == 1 or self.looks > MAX_LOOKS:
                found.add(high)
                continue
            middle = (low + high) // 2
            # The step from one half to the other is an interval of its own: none is left out.
            left += [(middle + 1, high), (middle, middle + 1), (low, middle)]
        return tuple(self._value(units) for units in sorted(found))

    def _decided(self, low: int, high: int) -> bool:
        """Whether nothing changes from one value to the other, both included."""
        self.looks += 1
        ends = Range(self._value(low), self._value(high))  # type: ignore[arg-type]
        steps = enclosures(self.version, {**self.values, self.item.name: ends})
        result = steps[self.formula.result]
        if not _settled(result) or not self._same_side(result):
            return False
        if not self.formula.decision:
            return True
        decision = steps[self.formula.decision]
        return _settled(decision) and len(decision.values) <= 1

    def _same_side(self, result: Enclosure) -> bool:
        """Whether the result is on one side of each threshold, and of its present value."""
        low, high = result.low, result.high
        if not isinstance(low, Decimal) or not isinstance(high, Decimal):
            return True
        if any(low < level <= high for level in self.levels):
            return False
        present = self.present
        return present is None or low > present or high < present or low == high

    def _domain(self) -> tuple[int, int]:
        item = self.item
        if item.type == "date":
            first = cast("date", item.minimum or date.min)
            last = cast("date", item.maximum or date.max)
            return first.toordinal(), last.toordinal()
        low, high = -LARGEST, LARGEST
        if item.minimum is not None:
            low = self._units(cast("Decimal", item.minimum), "ceil")
        if item.maximum is not None:
            high = self._units(cast("Decimal", item.maximum), "floor")
        return low, high

    def _units(self, bound: Decimal, mode: exact.Mode) -> int:
        above, under = bound.as_integer_ratio()
        return exact.round_ratio(above * 10**self.item.decimals, under, mode)

    def _value(self, units: int) -> Value:
        if self.item.type == "date":
            return date.fromordinal(units)
        if self.item.type == "integer":
            return units
        return exact.scaled_decimal(units, self.item.decimals)


def _settled(found: Enclosure) -> bool:
    """Whether every choice is decided, and there is a value everywhere or nowhere."""
    return found.decided and not (found.has_value and found.problems)
