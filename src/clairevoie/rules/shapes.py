"""The shapes of additive models: what a term gives for one case, and for columns.

A shape with edges or levels is a table of *cells*: cell 0 is the missing value, then come the
intervals or the levels in order, then, for levels, a cell for those that are not listed. A value
falls in a cell, the cell gives the contribution. A straight line has no cell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.columns import Array
from clairevoie.rules.content import Axis, Bins, Grid, Levels, Linear, Shape, Term
from clairevoie.rules.model import Input, Value, Version
from clairevoie.rules.trace import PROBLEMS, Problem

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

MISSING = PROBLEMS.index("missing_input")
OUTSIDE = PROBLEMS.index("out_of_domain")
SMALL_DOMAIN = 1 << 16
"""Domains of at most this many values have a table that says the cell of each."""
FEW_EDGES = 24
"""Up to this many edges, comparing with each of them is quicker than searching."""
EXACT = 1 << 53
"""Whole numbers up to this one are floating numbers without rounding."""


def as_float(value: Value) -> float:
    """Return a number, or true or false, as the floating number that models read."""
    return float(cast("Decimal", value))


def as_floats(item: Input, array: Array) -> Floats:
    """Return a column as the floating numbers that models read, rounded as `as_float` rounds."""
    if item.type != "decimal" or not item.decimals:
        return array.astype(np.float64, copy=False)
    found: Floats = array / float(10**item.decimals)
    if len(array) and (array.max() > EXACT or array.min() < -EXACT):
        # Beyond 2^53 the division rounds twice; these few are done one at a time.
        for index in np.flatnonzero((array > EXACT) | (array < -EXACT)):
            found[index] = float(Decimal(int(array[index])).scaleb(-item.decimals))
    return found


# --- one case -------------------------------------------------------------------------------------


def axes_of(shape: Bins | Levels | Grid) -> tuple[Axis, ...]:
    """Return the sides of a shape that has cells."""
    if isinstance(shape, Bins):
        return (Axis(edges=shape.edges),)
    if isinstance(shape, Levels):
        return (Axis(levels=tuple(shape.values)),)
    return shape.axes


def cell(axis: Axis, value: Value) -> int:
    """Return the cell where a value falls; one beyond the last for a level that is not listed."""
    if value is None:
        return 0
    if axis.levels:
        for index, level in enumerate(axis.levels, start=1):
            if level == value:
                return index
        return len(axis.levels) + 1
    return bisect_right(axis.edges, as_float(value)) + 1


def cell_count(axis: Axis) -> int:
    """Return how many cells a side has, the missing one included, that of unlisted levels not."""
    return 1 + (len(axis.levels) if axis.levels else len(axis.edges) + 1)


def term_value(shape: Shape, values: Sequence[Value]) -> float | Problem:
    """Return what a term gives for one case, or why it gives nothing.

    Args:
        shape: the shape of the term.
        values: the values of its inputs, in order; ``None`` for a missing one.
    """
    if isinstance(shape, Linear):
        if values[0] is None:
            return "missing_input" if shape.missing is None else shape.missing
        return shape.coefficient * ((as_float(values[0]) - shape.center) / shape.scale)
    cells = [cell(axis, value) for axis, value in zip(axes_of(shape), values, strict=True)]
    if isinstance(shape, Bins):
        return _given(shape.missing if cells[0] == 0 else shape.values[cells[0] - 1], cells)
    if isinstance(shape, Levels):
        listed = tuple(shape.values.values())
        if 0 < cells[0] <= len(listed):
            return listed[cells[0] - 1]
        return _given(shape.missing if cells[0] == 0 else shape.unknown, cells)
    if cells[0] < len(shape.values) and cells[1] < len(shape.values[0]):
        return shape.values[cells[0]][cells[1]]
    return "out_of_domain"


def _given(value: float | None, cells: Sequence[int]) -> float | Problem:
    if value is None:
        return "missing_input" if 0 in cells else "out_of_domain"
    return value


# --- columns --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CellTable:
    """A term that has cells, ready for columns.

    Attributes:
        names: its inputs.
        find: for each input, from its column to the cells.
        sizes: how many cells each input has, that of unlisted levels included.
        values: the contribution of each combination of cells, flat, the last input quickest.
        codes: index in ``PROBLEMS`` for each of them; 0 where there is a contribution.
    """

    names: tuple[str, ...]
    find: tuple[Callable[[Array], Places], ...]
    sizes: tuple[int, ...]
    values: Floats
    codes: NDArray[np.uint8]

    def places(
        self, columns: Mapping[str, Array], missing: Mapping[str, NDArray[np.bool_]]
    ) -> Places:
        """Return the index in ``values`` of each case."""
        flat: Places | None = None
        for name, find, size in zip(self.names, self.find, self.sizes, strict=True):
            found = find(columns[name])
            mask = missing.get(name)
            if mask is not None:
                found[mask] = 0
            flat = found if flat is None else flat * size + found
        assert flat is not None  # noqa: S101 - a term reads at least one input
        return flat


def cell_table(term: Term, version: Version) -> CellTable:
    """Prepare a term that has cells."""
    shape = term.shape
    if isinstance(shape, Linear):
        raise TypeError("a straight line has no cells")
    axes = axes_of(shape)
    items = tuple(version.input(name) for name in term.names)
    sizes = tuple(cell_count(axis) + bool(axis.levels) for axis in axes)
    values, codes = _flat(shape, sizes)
    return CellTable(
        names=term.names,
        find=tuple(cell_finder(axis, item) for axis, item in zip(axes, items, strict=True)),
        sizes=sizes,
        values=values,
        codes=codes,
    )


def _flat(shape: Bins | Levels | Grid, sizes: tuple[int, ...]) -> tuple[Floats, Any]:
    values = np.zeros(sizes)
    codes = np.zeros(sizes, dtype=np.uint8)
    if isinstance(shape, Grid):
        given = np.array(shape.values, dtype=np.float64)
        values[: given.shape[0], : given.shape[1]] = given
        codes[given.shape[0] :] = OUTSIDE
        codes[:, given.shape[1] :] = OUTSIDE
        return values.ravel(), codes.ravel()
    listed = shape.values if isinstance(shape, Bins) else tuple(shape.values.values())
    values[1 : len(listed) + 1] = listed
    ends = [(0, shape.missing, MISSING)]
    if isinstance(shape, Levels):
        ends.append((len(listed) + 1, shape.unknown, OUTSIDE))
    for index, value, code in ends:
        if value is None:
            codes[index] = code
        else:
            values[index] = value
    return values, codes


def cell_finder(axis: Axis, item: Input) -> Callable[[Array], Places]:
    """Return what turns a column of an input into the cells of a side."""
    if item.type == "category":
        # The last place is for −1, a category that is not in the domain.
        named = [category.value for category in item.categories]
        table = np.array([cell(axis, one) for one in named] + [0], dtype=np.intp)
        return lambda array: table.take(array, mode="wrap")
    if item.type == "boolean":
        table = np.array([cell(axis, False), cell(axis, True)], dtype=np.intp)
        return lambda array: table.take(array.view(np.uint8))
    if axis.levels:
        return _level_finder(axis)
    if item.type == "number":
        return _edge_finder(np.array(axis.edges, dtype=np.float64))
    edges = np.array([first_unit(edge, item.decimals) for edge in axis.edges], dtype=np.int64)
    span = _span(item)
    if span is None:
        return _edge_finder(edges)
    low, high = span
    ready = np.searchsorted(edges, np.arange(low, high + 1), side="right") + 1
    return lambda array: ready.take(array - low, mode="clip")


def _span(item: Input) -> tuple[int, int] | None:
    """The first and last unit of a small domain, ``None`` for another."""
    if not isinstance(item.minimum, Decimal) or not isinstance(item.maximum, Decimal):
        return None
    low, high = (
        int(bound.scaleb(item.decimals).to_integral_value())
        for bound in (item.minimum, item.maximum)
    )
    return (low, high) if 0 <= high - low < SMALL_DOMAIN else None


def first_unit(edge: float, decimals: int) -> int:
    """Return the first whole number of units that, read as a floating number, reaches an edge."""
    units = -((-Fraction(edge) * 10**decimals) // 1)
    found = max(min(int(units), 2**63 - 1), -(2**63) + 1)
    while found > -(2**63) and float(Decimal(found - 1).scaleb(-decimals)) >= edge:
        found -= 1
    return found


def _edge_finder(edges: Array) -> Callable[[Array], Places]:
    if len(edges) > FEW_EDGES:
        return lambda array: np.searchsorted(edges, array, side="right") + 1

    def find(array: Array) -> Places:
        found = np.ones(len(array), dtype=np.uint8)
        for edge in edges:
            found += array >= edge
        return found.astype(np.intp)

    return find


def _level_finder(axis: Axis) -> Callable[[Array], Places]:
    order = sorted(range(len(axis.levels)), key=lambda index: cast("int", axis.levels[index]))
    levels = np.array([int(cast("int", axis.levels[index])) for index in order], dtype=np.int64)
    cells = np.array([index + 1 for index in order], dtype=np.intp)

    def find(array: Array) -> Places:
        at = np.minimum(np.searchsorted(levels, array), len(levels) - 1)
        return np.where(levels[at] == array, cells[at], len(levels) + 1)

    return find


def line_into(out: Floats, shape: Linear, x: Floats) -> None:
    """Write what a straight line gives, in the order of operations of `term_value`."""
    if shape.center == 0 and shape.scale == 1:
        np.multiply(x, shape.coefficient, out=out)
        return
    np.subtract(x, shape.center, out=out)
    np.divide(out, shape.scale, out=out)
    np.multiply(out, shape.coefficient, out=out)
