"""What a scale of points can give when inputs take any value of a range, and where it changes.

Rigorous bounds, criterion by criterion: two criteria that read the same input are bounded apart, so
that the bounds of the total may be wider than what is reached. Narrower ranges narrow them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import cast

from clairevoie.rules.cells import EPOCH, Unit, domain_units, interval_starts, value_of
from clairevoie.rules.conditions import inside
from clairevoie.rules.content import Band, Criterion, Group, Interval, PointsScale
from clairevoie.rules.exact import CONTEXT
from clairevoie.rules.expressions.ranges import (
    MISSING,
    NONE,
    Enclosure,
    Ordered,
    Ranges,
    enclosure_of,
)
from clairevoie.rules.model import Input, Value, Version

MAX_LOOKS = 20_000
"""Intervals looked at; what is left then is given by its ends alone."""
LARGEST = 2**63 - 1
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Everything that points can be, both ends included.

    ``decided`` says that every choice on the way — a condition, a band, whether a cap or a floor
    bites — is the same one over the whole range; ``undefined`` that there may be no number.
    """

    low: Decimal = ZERO
    high: Decimal = ZERO
    decided: bool = True
    undefined: bool = False

    def within(self, part: Criterion | Group | PointsScale) -> Bounds:
        """Return the bounds once the cap and the floor of a part apply."""
        limits = [limit for limit in (part.cap, part.floor) if limit is not None]
        straight = not any(self.low < limit < self.high for limit in limits)
        low, high = (clip(end, part) for end in (self.low, self.high))
        return Bounds(low, high, self.decided and straight, self.undefined)

    def or_nothing(self) -> Bounds:
        """Return these bounds, or no points where the criterion does not count."""
        same = self.low == self.high == 0
        low, high = min(self.low, ZERO), max(self.high, ZERO)
        return Bounds(low, high, self.decided and same, self.undefined)


def clip(number: Decimal, part: Criterion | Group | PointsScale) -> Decimal:
    """Return a number of points within the cap and the floor of a part."""
    if part.cap is not None:
        number = min(number, part.cap)
    return number if part.floor is None else max(number, part.floor)


def domain_enclosure(item: Input) -> Enclosure:
    """Return every value that an input may have, a missing one included where it may be missing."""
    problems = MISSING if not item.required and item.default is None else NONE
    if item.type == "boolean":
        return Enclosure(values=frozenset((False, True)), problems=problems)
    if item.type == "category":
        values: frozenset[Value] = frozenset(one.value for one in item.categories)
        return Enclosure(values=values, problems=problems)
    first, last = (_end(item, unit) for unit in _domain(item))
    return Enclosure(first, last, problems=problems)


def _domain(item: Input) -> tuple[Unit, Unit]:
    """The first and the last unit of an input; the widest that its type holds without a domain."""
    low, high = domain_units(item)
    first, last = -LARGEST, LARGEST
    if item.type == "date":
        first, last = ((day - EPOCH).days for day in (date.min, date.max))
    return (first if low is None else low, last if high is None else high)


def _end(item: Input, unit: Unit) -> Ordered:
    value = value_of(item, unit)
    return value if isinstance(value, date) else Decimal(cast("Decimal", value))


# --- bounds ---------------------------------------------------------------------------------------


def bound_total(version: Version, given: Mapping[str, Enclosure]) -> Bounds:
    """Return what the total can be.

    Args:
        version: a version of kind ``points``.
        given: an enclosure for each input that the scale reads.
    """
    scale = cast("PointsScale", version.content)
    with localcontext(CONTEXT):
        return _total(scale, {one.id: _criterion(one, given) for one in scale.criteria})


def _total(scale: PointsScale, parts: Mapping[str, Bounds]) -> Bounds:
    kept = [parts[one.id] for one in scale.criteria if not one.group]
    for group in scale.groups:
        inner = _sum(parts[one.id] for one in scale.criteria if one.group == group.id)
        kept.append(inner.within(group))
    return _sum(kept).within(scale)


def _sum(parts: Iterable[Bounds]) -> Bounds:
    low = high = ZERO
    decided, undefined = True, False
    for part in parts:
        low, high = low + part.low, high + part.high
        decided &= part.decided
        undefined |= part.undefined
    return Bounds(low, high, decided, undefined)


def _criterion(item: Criterion, given: Mapping[str, Enclosure]) -> Bounds:
    if item.when is None:
        return _counting(item, given)
    when = Ranges(given, {}).enclosure(item.when.tree)
    undefined = "undefined" in when.problems
    if True not in when.values:
        return Bounds(undefined=undefined)
    found = _counting(item, given)
    if False in when.values or "missing_input" in when.problems:
        found = found.or_nothing()
    decided = found.decided and not (undefined and when.has_value)
    return Bounds(found.low, found.high, decided, found.undefined or undefined)


def _counting(item: Criterion, given: Mapping[str, Enclosure]) -> Bounds:
    """What a criterion gives where its ``when`` holds."""
    if item.points is not None:
        return Bounds(item.points, item.points).within(item)
    if item.expression is not None:
        read = Ranges(given, {}).enclosure(item.expression.tree)
        found = _expressed(item, read)
    else:
        read = given[item.name]
        found = _read_points(item, read) if read.has_value else Bounds()
    if "missing_input" in read.problems and read.has_value:
        return found.or_nothing()
    return found


def _expressed(item: Criterion, read: Enclosure) -> Bounds:
    undefined = "undefined" in read.problems
    if not isinstance(read.low, Decimal) or not isinstance(read.high, Decimal):
        return Bounds(decided=read.decided, undefined=undefined)
    decided = read.decided and not undefined
    return Bounds(read.low, read.high, decided, undefined).within(item)


def _read_points(item: Criterion, read: Enclosure) -> Bounds:
    """The points of ``per``, ``bands`` or ``values``, for a value that is there."""
    if item.per is not None:
        low, high = (cast("Decimal", end) - item.above for end in (read.low, read.high))
        ends = sorted(max(end, ZERO) * item.per for end in (low, high))
        return Bounds(ends[0], ends[1], not low < 0 < high).within(item)
    if item.bands:
        return _banded(item, read)
    by_value = item.values or {}
    met = [points for value, points in by_value.items() if read.includes(value)]
    if read.low is not None:
        others = read.low != read.high or not met
    else:
        others = len(met) < len(read.values)
    return _one_of([clip(points, item) for points in met], others=others)


def _banded(item: Criterion, read: Enclosure) -> Bounds:
    low, high = cast("Ordered", read.low), cast("Ordered", read.high)
    met = [band for band in item.bands if _meets(band.interval, low, high)]
    whole = len(met) == 1 and all(
        inside(met[0].interval, _compared(met[0], end)) for end in (low, high)
    )
    return _one_of([clip(band.points, item) for band in met], others=not whole)


def _compared(band: Band, end: Ordered) -> Value:
    """A floating band is compared with a floating number, as both evaluators do."""
    bounds = (band.interval.low, band.interval.high)
    floating = any(isinstance(one, float) for one in bounds)
    return float(cast("Decimal", end)) if floating else end


def _meets(interval: Interval, low: Ordered, high: Ordered) -> bool:
    """Whether an interval has a value in common with a range."""
    first, last = cast("Decimal | None", interval.low), cast("Decimal | None", interval.high)
    start, stop = cast("Decimal", low), cast("Decimal", high)
    if first is not None and (stop < first or (stop == first and not interval.low_closed)):
        return False
    return last is None or start < last or (start == last and interval.high_closed)


def _one_of(points: list[Decimal], *, others: bool) -> Bounds:
    found = [*points, ZERO] if others else points
    return Bounds(min(found), max(found), decided=len(points) + others == 1)


# --- where it changes -----------------------------------------------------------------------------


def cuts_of(version: Version, name: str, values: Mapping[str, Value]) -> tuple[Value, ...]:
    """Return the values of an input from which the points are counted or answer otherwise.

    Each is the first value of what comes after: another band, a cap that begins to bite, another
    outcome; without thresholds, also where the total meets or leaves its present value. Between two
    of them the total is linear in the input, unless an expression is not. Rising; a superset.
    A boolean or a category gives all its values; a floating number the bounds of its bands.
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
    if item.type == "number":
        scale = cast("PointsScale", version.content)
        bands = [band.interval for one in scale.criteria if one.name == name for band in one.bands]
        return interval_starts(bands, item), True
    with localcontext(CONTEXT):
        search = _Search(version, item, values)
        return search.cuts(), search.looks <= MAX_LOOKS


class _Search:
    """Branch and bound: an interval over which nothing changes is left; another is cut in two."""

    def __init__(self, version: Version, item: Input, values: Mapping[str, Value]) -> None:
        self.item = item
        self.scale = cast("PointsScale", version.content)
        self.given = {
            one.name: _held(values.get(one.name)) for one in version.inputs if one.name != item.name
        }
        self.moving = [one for one in self.scale.criteria if item.name in _names(one)]
        # What does not read the input gives the same points all along: computed once.
        still = [one for one in self.scale.criteria if one not in self.moving]
        self.fixed = {one.id: _criterion(one, self.given) for one in still}
        self.exactly = not self.scale.thresholds
        self.levels = [
            Decimal(one.minimum) for one in self.scale.thresholds if one.minimum is not None
        ]
        if self.exactly:
            present = self._total(_held(values.get(item.name)))
            self.levels = [present.low] if present.low == present.high else []
        self.looks = 0

    def cuts(self) -> tuple[Value, ...]:
        """Return the cuts; see `cuts_of`."""
        first, last = _domain(self.item)
        left = [(int(first), int(last))] if self.moving else []
        found: set[int] = set()
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
        return tuple(value_of(self.item, unit) for unit in sorted(found))

    def _total(self, here: Enclosure) -> Bounds:
        given = {**self.given, self.item.name: here}
        return _total(
            self.scale, self.fixed | {one.id: _criterion(one, given) for one in self.moving}
        )

    def _decided(self, first: int, last: int) -> bool:
        self.looks += 1
        found = self._total(Enclosure(_end(self.item, first), _end(self.item, last)))
        if not found.decided:
            return False
        for level in self.levels:
            if found.low < level <= found.high:
                return False
            if self.exactly and found.low <= level < found.high:
                return False
        return True


def _held(value: Value) -> Enclosure:
    return enclosure_of(Decimal(value) if isinstance(value, float) else value)


def _names(item: Criterion) -> frozenset[str]:
    found = {item.name}
    for expression in (item.when, item.expression):
        if expression is not None:
            found |= set(expression.names)
    return frozenset(found)
