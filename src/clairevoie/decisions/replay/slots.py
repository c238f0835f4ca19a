"""Numbers of the published rules that may be others in the code, with the words that name them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from clairevoie.decisions.replay.wording import both, interval_words, value_words
from clairevoie.rules.anchors import anchor_of
from clairevoie.rules.columns import Columns
from clairevoie.rules.content import (
    Additive,
    Bins,
    Criterion,
    DecisionTables,
    Formula,
    Grid,
    Interval,
    Levels,
    Linear,
    Parameter,
    PointsScale,
    Shape,
    Table,
    Term,
    Trees,
)
from clairevoie.rules.model import Input, Text, Value, Version
from clairevoie.rules.shapes import cell_table

Put = Callable[[Any], Version]
Bound = Literal["cap", "floor"]
BOUNDS: tuple[Bound, ...] = ("cap", "floor")
FIELDS: dict[str, Text] = {
    "points": both("", ""),
    "per": both("par unité", "per unit"),
    "cap": both("plafond", "cap"),
    "floor": both("plancher", "floor"),
}
NAMELESS = both("", "")
TOTAL: Text = {"fr": "total", "en": "total"}
MOST_CELLS = 64
"""A grid with more cells than this is left out: no cell of it would be seen often enough."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A number of a version that may have another value.

    Attributes:
        anchor: the element that it belongs to.
        part: which number of it.
        name: what it is called in a sentence.
        published: its value.
        put: gives the version with another value; without any (``None``) for a cap or a floor.
        cap: whether it is a cap or a floor: it binds in one direction.
    """

    anchor: str
    part: str
    name: Text
    published: Decimal | float
    put: Put
    cap: bool = False


def slots(version: Version) -> Iterator[Slot]:
    """Give the numbers of a version, thresholds left out."""
    content = version.content
    if isinstance(content, PointsScale):
        yield from scale_slots(version, content)
    elif isinstance(content, Additive):
        yield from _additive_slots(version, content)
    elif isinstance(content, Formula):
        yield from _formula_slots(version, content)
    elif isinstance(content, DecisionTables):
        for index, table in enumerate(content.tables):
            yield from _table_slots(version, content, index, table)
            yield from _default_slots(version, content, index, table)
    elif isinstance(content, Trees):
        name = both("la base du modèle", "the base of the model")

        def put(value: Any, trees: Trees = content) -> Version:
            return replace(version, content=replace(trees, base=float(value)))

        yield Slot("model", "base", name, content.base, put)


def put_at(parts: tuple[Any, ...], index: int, part: Any) -> tuple[Any, ...]:
    """Return a tuple with one part replaced."""
    return (*parts[:index], part, *parts[index + 1 :])


def _some(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


# --- points ---------------------------------------------------------------------------------------


def scale_slots(version: Version, scale: PointsScale) -> Iterator[Slot]:
    """Give the numbers of a scale of points."""
    for index, item in enumerate(scale.criteria):
        entry = version.input(item.name) if item.name else None
        anchor = anchor_of("criterion", item.id)
        for part, words, published, changed in _criterion_numbers(item, entry):

            def put(value: Any, index: int = index, changed: Any = changed) -> Version:
                criteria = put_at(scale.criteria, index, changed(value))
                return replace(version, content=replace(scale, criteria=criteria))

            cap = part in BOUNDS
            yield Slot(anchor, part, both(item.label, words), published, put, cap=cap)
    yield from _bound_slots(version, scale)


CriterionNumber = tuple[str, Text, Decimal, Callable[[Any], Criterion]]


def _criterion_numbers(item: Criterion, entry: Input | None) -> Iterator[CriterionNumber]:
    single: dict[str, tuple[Decimal | None, Callable[[Any], Criterion]]] = {
        "points": (item.points, lambda value: replace(item, points=Decimal(value))),
        "per": (item.per, lambda value: replace(item, per=Decimal(value))),
        "cap": (item.cap, lambda value: replace(item, cap=_some(value))),
        "floor": (item.floor, lambda value: replace(item, floor=_some(value))),
    }
    for part, (published, changed) in single.items():
        if published is not None:
            yield part, FIELDS[part], published, changed
    for place, band in enumerate(item.bands):

        def banded(value: Any, place: int = place) -> Criterion:
            other = replace(item.bands[place], points=Decimal(value))
            return replace(item, bands=put_at(item.bands, place, other))

        yield f"bands.{place}", interval_words(band.interval, entry), band.points, banded
    for key, points in (item.values or {}).items():

        def valued(value: Any, key: Value = key) -> Criterion:
            return replace(item, values={**(item.values or {}), key: Decimal(value)})

        yield f"values.{key}", value_words(key, entry), points, valued


def _bound_slots(version: Version, scale: PointsScale) -> Iterator[Slot]:
    for index, group in enumerate(scale.groups):
        for field in BOUNDS:
            published = group.cap if field == "cap" else group.floor
            if published is None:
                continue

            def put(value: Any, index: int = index, field: Bound = field) -> Version:
                old, bound = scale.groups[index], _some(value)
                new = replace(old, cap=bound) if field == "cap" else replace(old, floor=bound)
                changed = replace(scale, groups=put_at(scale.groups, index, new))
                return replace(version, content=changed)

            name = both(group.label, FIELDS[field])
            yield Slot(anchor_of("group", group.id), field, name, published, put, cap=True)
    for field in BOUNDS:
        published = scale.cap if field == "cap" else scale.floor
        if published is None:
            continue

        def put_total(value: Any, field: Bound = field) -> Version:
            bound = _some(value)
            new = replace(scale, cap=bound) if field == "cap" else replace(scale, floor=bound)
            return replace(version, content=new)

        yield Slot("total", field, both(TOTAL, FIELDS[field]), published, put_total, cap=True)


# --- additive models ------------------------------------------------------------------------------


def _additive_slots(version: Version, model: Additive) -> Iterator[Slot]:
    name = both("le point de départ du modèle", "the starting point of the model")

    def put_intercept(value: Any) -> Version:
        return replace(version, content=replace(model, intercept=float(value)))

    yield Slot("model", "intercept", name, model.intercept, put_intercept)
    for index, term in enumerate(model.terms):
        anchor = anchor_of("term", term.id)
        item = version.input(term.names[0])
        for part, words, published, shape in _shape_numbers(term.shape, item):

            def put(value: Any, index: int = index, shape: Any = shape) -> Version:
                changed = replace(model.terms[index], shape=shape(float(value)))
                terms = put_at(model.terms, index, changed)
                return replace(version, content=replace(model, terms=terms))

            yield Slot(anchor, part, both(term.label, words), published, put)


ShapeNumber = tuple[str, Text, float, Callable[[float], Shape]]


def _shape_numbers(shape: Shape, item: Input) -> Iterator[ShapeNumber]:
    if isinstance(shape, Grid):
        yield from _grid_numbers(shape)
        return
    if isinstance(shape, Linear):
        line: Linear = shape
        words = both("coefficient", "coefficient")
        yield "coefficient", words, line.coefficient, lambda x: replace(line, coefficient=x)
    elif isinstance(shape, Bins):
        yield from _bin_numbers(shape, item)
    else:
        yield from _level_numbers(shape, item)
    given: Linear | Bins | Levels = shape
    if given.missing is not None:
        yield "missing", value_words(None, item), given.missing, _missing_putter(given)


def _missing_putter(shape: Linear | Bins | Levels) -> Callable[[float], Shape]:
    if isinstance(shape, Linear):
        return lambda value: replace(shape, missing=value)
    if isinstance(shape, Bins):
        return lambda value: replace(shape, missing=value)
    return lambda value: replace(shape, missing=value)


def _bin_numbers(shape: Bins, item: Input) -> Iterator[ShapeNumber]:
    for place, published in enumerate(shape.values):

        def put(value: float, place: int = place) -> Shape:
            return replace(shape, values=put_at(shape.values, place, value))

        low = shape.edges[place - 1] if place else None
        high = shape.edges[place] if place < len(shape.edges) else None
        yield f"values.{place}", interval_words(Interval(low, high), item), published, put


def _level_numbers(shape: Levels, item: Input) -> Iterator[ShapeNumber]:
    for key, published in shape.values.items():

        def put(value: float, key: Value = key) -> Shape:
            return replace(shape, values={**shape.values, key: value})

        yield f"values.{key}", value_words(key, item), published, put


def _grid_numbers(shape: Grid) -> Iterator[ShapeNumber]:
    if len(shape.values) * len(shape.values[0]) > MOST_CELLS:
        return
    for first, row in enumerate(shape.values):
        for second, published in enumerate(row):

            def put(value: float, first: int = first, second: int = second) -> Shape:
                changed = put_at(shape.values[first], second, value)
                return replace(shape, values=put_at(shape.values, first, changed))

            words = both(f"case {first}, {second}", f"cell {first}, {second}")
            yield f"values.{first}.{second}", words, published, put


def cell_mask(version: Version, columns: Columns, slot: Slot) -> NDArray[np.bool_] | None:
    """Return the cases of which an additive model reads a slot; ``None`` when it cannot be told."""
    content = version.content
    if not isinstance(content, Additive) or not slot.part.startswith("values."):
        return None
    term: Term = next(one for one in content.terms if anchor_of("term", one.id) == slot.anchor)
    shape = term.shape
    if not isinstance(shape, Bins | Levels):
        return None
    listed = range(len(shape.values)) if isinstance(shape, Bins) else shape.values
    cell = [str(key) for key in listed].index(slot.part.removeprefix("values.")) + 1
    if any(name not in columns.values for name in term.names):
        return None
    places = cell_table(term, version).places(columns.values, columns.missing)
    return np.asarray(places == cell)


# --- formulas and tables --------------------------------------------------------------------------


def _formula_slots(version: Version, formula: Formula) -> Iterator[Slot]:
    for index, item in enumerate(formula.parameters):
        anchor = anchor_of("parameter", item.id)
        for part, words, published, changed in _parameter_numbers(item):

            def put(value: Any, index: int = index, changed: Any = changed) -> Version:
                parameters = put_at(formula.parameters, index, changed(Decimal(value)))
                return replace(version, content=replace(formula, parameters=parameters))

            yield Slot(anchor, part, both(item.label, words), published, put)


ParameterNumber = tuple[str, Text, Decimal, Callable[[Decimal], Parameter]]


def _parameter_numbers(item: Parameter) -> Iterator[ParameterNumber]:
    if item.value is not None:
        yield "value", NAMELESS, item.value, lambda value: replace(item, value=value)
    for place, bracket in enumerate(item.brackets):

        def bracketed(value: Decimal, place: int = place) -> Parameter:
            other = replace(item.brackets[place], value=value)
            return replace(item, brackets=put_at(item.brackets, place, other))

        words = interval_words(Interval(bracket.low, None), None)
        yield f"brackets.{place}", words, bracket.value, bracketed
    for key, published in (item.values or {}).items():

        def valued(value: Decimal, key: Value = key) -> Parameter:
            return replace(item, values={**(item.values or {}), key: value})

        yield f"values.{key}", value_words(key, None), published, valued


def _table_slots(
    version: Version, tables: DecisionTables, index: int, table: Table
) -> Iterator[Slot]:
    for place, row in enumerate(table.rows):
        for column, output in enumerate(table.outputs):
            published = row.outputs[column]
            if not isinstance(published, Decimal):
                continue

            def put(value: Any, place: int = place, column: int = column) -> Version:
                old = table.rows[place]
                new = replace(old, outputs=put_at(old.outputs, column, Decimal(value)))
                changed = replace(table, rows=put_at(table.rows, place, new))
                return with_table(version, tables, index, changed)

            words = both(f"ligne {row.id}", f"row {row.id}")
            anchor = anchor_of("row", table.id, row.id)
            yield Slot(anchor, output.name, both(output.label, words), published, put)


def _default_slots(
    version: Version, tables: DecisionTables, index: int, table: Table
) -> Iterator[Slot]:
    outputs = table.default or ()
    for column, published in enumerate(outputs):
        if not isinstance(published, Decimal):
            continue

        def put(value: Any, column: int = column) -> Version:
            changed = replace(table, default=put_at(outputs, column, Decimal(value)))
            return with_table(version, tables, index, changed)

        output = table.outputs[column]
        name = both(output.label, both("par défaut", "by default"))
        yield Slot(anchor_of("default", table.id), output.name, name, published, put)


def with_table(version: Version, tables: DecisionTables, index: int, table: Table) -> Version:
    """Return a version with one of its tables replaced."""
    changed = replace(tables, tables=put_at(tables.tables, index, table))
    return replace(version, content=changed)
