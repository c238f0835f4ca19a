"""Scales of points on whole columns, exactly: whole numbers of the last decimal that points have.

Sums are made in 64 bits where the numbers of the chunk cannot overflow them, else with Python's own
integers; a total beyond 64 bits is the problem ``undefined``, as it is for one case.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.cells import cells_of, domain_units
from clairevoie.rules.columns import Array, ColumnResult, Columns
from clairevoie.rules.conditions import inside
from clairevoie.rules.content import Condition, Criterion, Group, PointsScale
from clairevoie.rules.kinds.points import SAFE, decimals_of, places, scale_units
from clairevoie.rules.model import Input, RuleSet, Value, Version
from clairevoie.rules.outcomes import outcome_columns, outcome_values
from clairevoie.rules.trace import PROBLEMS

if TYPE_CHECKING:
    from clairevoie.rules.expressions import Expression
    from clairevoie.rules.expressions.vector import ExpressionColumn

UNDEFINED = PROBLEMS.index("undefined")

Mask = NDArray[np.bool_]
Fill = Callable[[Columns, Array], "Mask | None"]
"""Writes the points of a criterion in an array; returns where it counts (``None``: everywhere)."""


class Prepared:
    """The scale of a version, ready for columns. Called with a chunk, gives its answers."""

    def __init__(self, rules: RuleSet, version: Version) -> None:
        self.rules = rules
        self.scale = cast("PointsScale", version.content)
        self.decimals = decimals_of(version)
        self.lines = [_Line(version, one, self.decimals) for one in self.scale.criteria]
        self._scratch = np.empty(0, dtype=np.int64)

    def __call__(self, columns: Columns) -> ColumnResult:
        """Evaluate all cases of a chunk."""
        ready = [line.ready(columns) for line in self.lines]
        small = sum(one.bound for one in ready) < SAFE
        total = self._total(columns, ready, np.dtype(np.int64 if small else object))
        problem = np.zeros(columns.count, dtype=np.uint8)
        if total.dtype == object:
            total = _narrowed(total, problem)
        for one in ready:
            if one.undefined is not None:
                problem[one.undefined] = UNDEFINED
        return ColumnResult(
            count=columns.count,
            value=total,
            decimals=self.decimals,
            outcome=outcome_columns(self.rules, total, self.decimals, self.scale.thresholds),
            outcomes=outcome_values(self.rules),
            problem=problem,
        )

    def _total(self, columns: Columns, ready: list[_Ready], dtype: Any) -> Array:
        if len(self._scratch) != columns.count or self._scratch.dtype != dtype:
            self._scratch = np.empty(columns.count, dtype=dtype)
        total = np.zeros(columns.count, dtype=dtype)
        groups = {one.id: np.zeros(columns.count, dtype=dtype) for one in self.scale.groups}
        for line, one in zip(self.lines, ready, strict=True):
            target = groups[line.item.group] if line.item.group else total
            line.add(columns, one, target, self._scratch)
        for group in self.scale.groups:
            total += _bounded(groups[group.id], group, self.decimals)
        return _bounded(total, self.scale, self.decimals)


def _narrowed(total: Array, problem: NDArray[np.uint8]) -> Array:
    over = np.array((total < -(2**63) + 1) | (total >= 2**63), dtype=bool)
    problem[over] = UNDEFINED
    total[over] = 0
    return total.astype(np.int64)


def _bounded(array: Array, part: Criterion | Group | PointsScale, decimals: int) -> Array:
    if part.cap is not None:
        np.minimum(array, scale_units(part.cap, decimals), out=array)
    if part.floor is not None:
        np.maximum(array, scale_units(part.floor, decimals), out=array)
    return array


def _largest(entry: Input, array: Array) -> int:
    """The largest absolute value: of the domain where it is bounded, else of the chunk."""
    low, high = domain_units(entry)
    if low is None or high is None:
        if not len(array):
            return 0
        low, high = int(array.min()), int(array.max())
    return max(abs(int(low)), abs(int(high)))


class _Ready:
    """What a criterion needs to know of a chunk before its points are added.

    ``bound`` is a bound of its points, in absolute value; ``counts`` says where it counts
    (``None``: everywhere), ``undefined`` where it has no value.
    """

    __slots__ = ("bound", "counts", "given", "undefined")

    def __init__(self, bound: int) -> None:
        self.bound = bound
        self.counts: Mask | None = None
        self.given: Array | None = None
        self.undefined: Mask | None = None


class _Line:
    """One criterion, ready for columns."""

    def __init__(self, version: Version, item: Criterion, decimals: int) -> None:
        self.item = item
        self.decimals = decimals
        self.entry: Input | None = version.input(item.name) if item.name else None
        self._read = {
            expression.text: tuple(version.input(name) for name in expression.names)
            for expression in (item.when, item.expression)
            if expression is not None
        }
        numbers = [item.points, item.cap, item.floor, *(band.points for band in item.bands)]
        numbers += list((item.values or {}).values())
        given = [Decimal(0) if one is None else one for one in numbers]
        self._known = max(abs(scale_units(one, decimals)) for one in given)
        self._flat = 0
        self._fill = self._filler()

    def ready(self, columns: Columns) -> _Ready:
        """Return the bound of the points over a chunk, and what its expressions give."""
        found = _Ready(self._bound(columns))
        if self.item.when is not None:
            when = self._column(self.item.when, columns)
            found.counts = when.holds()
            found.undefined = when.undefined()
        if self.item.expression is not None:
            self._expressed(self.item.expression, columns, found)
        if found.undefined is not None and not found.undefined.any():
            found.undefined = None
        return found

    def _expressed(self, expression: Expression, columns: Columns, found: _Ready) -> None:
        column = self._column(expression, columns)
        there = np.ones(columns.count, dtype=bool) if found.counts is None else found.counts
        wrong = there & column.undefined()
        found.undefined = wrong if found.undefined is None else found.undefined | wrong
        found.counts = there if column.problem is None else there & (column.problem == 0)
        found.given, _ = column.scaled(self.decimals)
        if len(found.given):
            largest = max(abs(int(found.given.min())), abs(int(found.given.max())))
            found.bound = max(found.bound, largest)

    def _column(self, expression: Expression, columns: Columns) -> ExpressionColumn:
        from clairevoie.rules.expressions import evaluate_columns

        return evaluate_columns(expression, columns, self._read[expression.text])

    def _bound(self, columns: Columns) -> int:
        item = self.item
        if item.per is None or self.entry is None:
            return self._known
        largest = _largest(self.entry, columns.values[item.name])
        kept = max(self.entry.decimals, places(item.above))
        widen: int = 10 ** (kept - self.entry.decimals)
        units = largest * widen + abs(scale_units(item.above, kept))
        by = max(abs(scale_units(item.per, self.decimals - kept)), 1)
        return max(self._known, units * by)

    def add(self, columns: Columns, ready: _Ready, target: Array, scratch: Array) -> None:
        """Add the points of a criterion to ``target``."""
        counts = ready.counts
        if ready.given is not None:
            scratch[:] = ready.given
            _bounded(scratch, self.item, self.decimals)
        elif self._fill is not None:
            there = self._fill(columns, scratch)
            counts = there if counts is None else counts if there is None else counts & there
        elif counts is None:
            target += self._flat
            return
        else:
            scratch[:] = self._flat
        if counts is not None:
            scratch *= counts
        target += scratch

    def _filler(self) -> Fill | None:
        item, entry = self.item, self.entry
        if entry is None:
            points = np.array([scale_units(item.points or Decimal(0), self.decimals)])
            self._flat = int(_bounded(points, item, self.decimals)[0])
            return None
        return self._by_cell(entry) if item.per is None else self._per(entry, item.per)

    def _per(self, entry: Input, per: Decimal) -> Fill:
        item, above, name = self.item, self.item.above, self.item.name
        kept = max(entry.decimals, places(above))
        widen = 10 ** (kept - entry.decimals)
        less, by = scale_units(above, kept), scale_units(per, self.decimals - kept)
        never_below = entry.minimum is not None and cast("Decimal", entry.minimum) >= above

        def fill(columns: Columns, out: Array) -> Mask | None:
            array = columns.values[name]
            if out.dtype == object:
                array = array.astype(object)
            if less or not never_below or widen != 1:
                np.multiply(array, widen, out=out)
                np.subtract(out, less, out=out)
                if not never_below:
                    np.maximum(out, 0, out=out)
                np.multiply(out, by, out=out)
            else:
                np.multiply(array, by, out=out)
            _bounded(out, item, self.decimals)
            gone = columns.missing.get(name)
            return None if gone is None else ~gone

        return fill

    def _by_cell(self, entry: Input) -> Fill:
        """Bands and values: the points of the cell of the input that the value is in."""
        item, name = self.item, self.item.name
        optional = not entry.required and entry.default is None
        intervals = tuple(band.interval for band in item.bands)
        wanted: tuple[Value, ...] = tuple(item.values or ()) if entry.type == "integer" else ()
        reading = [Condition(name, intervals=intervals, values=wanted)]
        cells = cells_of(reading, entry, optional=optional)
        found = [self._of_value(value) for value in cells.values]
        # Bounds apply here, once for each cell, where the criterion counts.
        points = np.array([scale_units(one or Decimal(0), self.decimals) for one in found])
        counting = np.array([one is not None for one in found])
        points = np.where(counting, _bounded(points, item, self.decimals), 0)

        def fill(columns: Columns, out: Array) -> Mask | None:
            code = cells.code(columns.values[name], columns.missing.get(name))
            if out.dtype == object:
                out[:] = points[code]
            else:
                np.take(points, code, out=out, mode="clip")
            return None

        return fill

    def _of_value(self, value: Value) -> Decimal | None:
        if value is None:
            return None
        for band in self.item.bands:
            if inside(band.interval, value):
                return band.points
        return (self.item.values or {}).get(value)
