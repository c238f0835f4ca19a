"""What may be other in the code than in the published rules: numbers, bounds, whole criteria.

Each is one atomic change of a version, with the words that name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from clairevoie.decisions.replay.wording import both, interval_words, value_words
from clairevoie.rules.anchors import anchor_of
from clairevoie.rules.content import (
    Additive,
    Band,
    Bins,
    Condition,
    Criterion,
    DecisionTables,
    Formula,
    Grid,
    Interval,
    Levels,
    Linear,
    Parameter,
    PointsScale,
    Row,
    Shape,
    Table,
    Term,
    Trees,
)
from clairevoie.rules.model import Input, Text, Value, Version

Put = Callable[[Any], Version]
MOST_CELLS = 64
"""A grid with more cells than this is left out: no cell of it would be seen often enough."""
TOTAL: Text = {"fr": "total", "en": "total"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A number of a version that may have another value.

    Attributes:
        anchor: the element that it belongs to.
        part: which number of it.
        name: what it is called in a sentence.
        published: its value.
        put: gives the version with another value.
        cap: whether it is a cap or a floor: it binds in one direction.
    """

    anchor: str
    part: str
    name: Text
    published: Decimal | float
    put: Put
    cap: bool = False


@dataclass(frozen=True, slots=True)
class Removal:
    """Something that may not be applied: a criterion, a condition, a cap, a row."""

    kind: str
    anchor: str
    part: str
    sentence: Text
    version: Version


@dataclass(frozen=True, slots=True)
class Edge:
    """A bound between two intervals of an input, which may stand elsewhere.

    ``low`` and ``high`` are the bounds on either side, ``None`` where there is none.
    """

    anchor: str
    name: Text
    item: Input
    published: Decimal | float
    low: Decimal | float | None
    high: Decimal | float | None
    put: Put


def slots(version: Version) -> Iterator[Slot]:
    """Give the numbers of a version, thresholds left out."""
    content = version.content
    if isinstance(content, PointsScale):
        yield from _scale_slots(version, content)
    elif isinstance(content, Additive):
        yield from _additive_slots(version, content)
    elif isinstance(content, Formula):
        yield from _formula_slots(version, content)
    elif isinstance(content, DecisionTables):
        yield from _table_slots(version, content)
    elif isinstance(content, Trees):
        name = both("la base du modèle", "the base of the model")
        yield Slot("model", "base", name, content.base, _putter(version, "base", float))


def removals(version: Version) -> Iterator[Removal]:
    """Give what may not be applied."""
    content = version.content
    if isinstance(content, PointsScale):
        yield from _scale_removals(version, content)
    elif isinstance(content, Additive):
        for index, term in enumerate(content.terms):
            kept = (*content.terms[:index], *content.terms[index + 1 :])
            changed = replace(version, content=replace(content, terms=kept))
            yield _ignored(anchor_of("term", term.id), term.label, changed)
    elif isinstance(content, DecisionTables):
        yield from _row_removals(version, content)


def edges(version: Version) -> Iterator[Edge]:
    """Give the bounds between intervals."""
    content = version.content
    if isinstance(content, PointsScale):
        for index, item in enumerate(content.criteria):
            yield from _band_edges(version, content, index, item)
    elif isinstance(content, Additive):
        for index, term in enumerate(content.terms):
            if isinstance(term.shape, Bins):
                yield from _bin_edges(version, content, index, term, term.shape)
    elif isinstance(content, DecisionTables):
        for index, table in enumerate(content.tables):
            yield from _row_edges(version, content, index, table)


def _putter(version: Version, field: str, kind: Callable[[Any], Any] = Decimal) -> Put:
    def put(value: Any) -> Version:
        given = None if value is None else kind(value)
        return replace(version, content=replace(version.content, **{field: given}))

    return put


def _put_at(parts: tuple[Any, ...], index: int, part: Any) -> tuple[Any, ...]:
    return (*parts[:index], part, *parts[index + 1 :])


def _ignored(anchor: str, label: Text, changed: Version) -> Removal:
    sentence = {
        "fr": f"Le critère « {label.get('fr', '')} » n’est pas appliqué.",
        "en": f"The criterion “{label.get('en', label.get('fr', ''))}” is not applied.",
    }
    return Removal("ignored", anchor, "", sentence, changed)


# --- points ---------------------------------------------------------------------------------------


def _scale_slots(version: Version, scale: PointsScale) -> Iterator[Slot]:
    for index, item in enumerate(scale.criteria):
        anchor = anchor_of("criterion", item.id)
        entry = version.input(item.name) if item.name else None

        def put(changed: Criterion, index: int = index) -> Version:
            return replace(
                version,
                content=replace(scale, criteria=_put_at(scale.criteria, index, changed)),
            )

        for field in ("points", "per", "cap", "floor"):
            published = getattr(item, field)
            if published is not None:
                yield Slot(
                    anchor,
                    field,
                    _field_name(item.label, field),
                    published,
                    lambda value, item=item, field=field, put=put: put(
                        replace(item, **{field: None if value is None else Decimal(value)})
                    ),
                    cap=field in {"cap", "floor"},
                )
        for place, band in enumerate(item.bands):
            words = interval_words(band.interval, entry)
            yield Slot(
                anchor,
                f"bands.{place}",
                both(item.label, words),
                band.points,
                lambda value, item=item, place=place, band=band, put=put: put(
                    replace(
                        item,
                        bands=_put_at(item.bands, place, replace(band, points=Decimal(value))),
                    )
                ),
            )
        for key, points in (item.values or {}).items():
            yield Slot(
                anchor,
                f"values.{key}",
                both(item.label, value_words(key, entry)),
                points,
                lambda value, item=item, key=key, put=put: put(
                    replace(item, values={**(item.values or {}), key: Decimal(value)})
                ),
            )
    yield from _bound_slots(version, scale)


def _field_name(label: Text, field: str) -> Text:
    words = {
        "points": both("", ""),
        "per": both("par unité", "per unit"),
        "cap": both("plafond", "cap"),
        "floor": both("plancher", "floor"),
    }
    return both(label, words[field])


def _bound_slots(version: Version, scale: PointsScale) -> Iterator[Slot]:
    for index, group in enumerate(scale.groups):
        for field in ("cap", "floor"):
            published = getattr(group, field)
            if published is not None:

                def put(value: Any, index: int = index, field: str = field) -> Version:
                    bound = None if value is None else Decimal(value)
                    changed = replace(scale.groups[index], **{field: bound})
                    groups = _put_at(scale.groups, index, changed)
                    return replace(version, content=replace(scale, groups=groups))

                name = _field_name(group.label, field)
                yield Slot(anchor_of("group", group.id), field, name, published, put, cap=True)
    for field in ("cap", "floor"):
        published = getattr(scale, field)
        if published is not None:
            name = _field_name(TOTAL, field)
            yield Slot("total", field, name, published, _putter(version, field), cap=True)


def _scale_removals(version: Version, scale: PointsScale) -> Iterator[Removal]:
    for index, item in enumerate(scale.criteria):
        kept = (*scale.criteria[:index], *scale.criteria[index + 1 :])
        changed = replace(version, content=replace(scale, criteria=kept))
        yield _ignored(anchor_of("criterion", item.id), item.label, changed)
        if item.when is not None:
            always = _put_at(scale.criteria, index, replace(item, when=None))
            sentence = {
                "fr": f"La condition du critère « {item.label.get('fr', '')} » n’est pas appliquée.",
                "en": f"The condition of “{item.label.get('en', item.label.get('fr', ''))}” "
                "is not applied.",
            }
            yield Removal(
                "ignored",
                anchor_of("criterion", item.id),
                "when",
                sentence,
                replace(version, content=replace(scale, criteria=always)),
            )
    for slot in _scale_slots(version, scale):
        if slot.cap:
            published = value_words(slot.published, None)
            sentence = {
                "fr": f"{_capital(slot.name['fr'])} ({published['fr']}) : non appliqué.",
                "en": f"{_capital(slot.name['en'])} ({published['en']}): not applied.",
            }
            yield Removal("cap", slot.anchor, slot.part, sentence, slot.put(None))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _band_edges(
    version: Version, scale: PointsScale, index: int, item: Criterion
) -> Iterator[Edge]:
    intervals = [band.interval for band in item.bands]
    for bound, low, high in _bounds(intervals):

        def put(value: Any, bound: Any = bound) -> Version:
            bands = tuple(
                Band(_moved(band.interval, bound, value), band.points, band.basis)
                for band in item.bands
            )
            criteria = _put_at(scale.criteria, index, replace(item, bands=bands))
            return replace(version, content=replace(scale, criteria=criteria))

        yield Edge(
            anchor_of("criterion", item.id),
            item.label,
            version.input(item.name),
            bound,
            low,
            high,
            put,
        )


def _bounds(intervals: list[Interval]) -> Iterator[tuple[Any, Any, Any]]:
    """Each numeric bound of some intervals, with its neighbours."""
    found = sorted(
        {
            bound
            for interval in intervals
            for bound in (interval.low, interval.high)
            if isinstance(bound, int | float | Decimal) and not isinstance(bound, bool)
        }
    )
    for index, bound in enumerate(found):
        before = found[index - 1] if index else None
        after = found[index + 1] if index + 1 < len(found) else None
        yield bound, before, after


def _moved(interval: Interval, bound: Any, value: Any) -> Interval:
    low = value if interval.low == bound else interval.low
    high = value if interval.high == bound else interval.high
    return replace(interval, low=low, high=high)


# --- additive models ------------------------------------------------------------------------------


def _additive_slots(version: Version, model: Additive) -> Iterator[Slot]:
    name = both("le point de départ du modèle", "the starting point of the model")
    yield Slot("model", "intercept", name, model.intercept, _putter(version, "intercept", float))
    for index, term in enumerate(model.terms):
        anchor = anchor_of("term", term.id)
        item = version.input(term.names[0])
        for part, words, published, shape in _shape_slots(term.shape, item):

            def put(value: Any, index: int = index, shape: Any = shape) -> Version:
                changed = replace(model.terms[index], shape=shape(float(value)))
                terms = _put_at(model.terms, index, changed)
                return replace(version, content=replace(model, terms=terms))

            yield Slot(anchor, part, both(term.label, words), published, put)


ShapeSlot = tuple[str, Text, float, Callable[[float], Shape]]


def _shape_slots(shape: Shape, item: Input) -> Iterator[ShapeSlot]:
    if isinstance(shape, Linear):
        words = both("coefficient", "coefficient")
        yield "coefficient", words, shape.coefficient, lambda value: replace(shape, coefficient=value)
    elif isinstance(shape, Bins):
        for place, published in enumerate(shape.values):
            low = shape.edges[place - 1] if place else None
            high = shape.edges[place] if place < len(shape.edges) else None
            words = interval_words(Interval(low, high), item)
            yield (
                f"values.{place}",
                words,
                published,
                lambda value, place=place: replace(shape, values=_put_at(shape.values, place, value)),
            )
    elif isinstance(shape, Levels):
        for key, published in shape.values.items():
            yield (
                f"values.{key}",
                value_words(key, item),
                published,
                lambda value, key=key: replace(shape, values={**shape.values, key: value}),
            )
    elif isinstance(shape, Grid):
        yield from _grid_slots(shape)
    missing = getattr(shape, "missing", None)
    if missing is not None:
        words = value_words(None, item)
        yield "missing", words, missing, lambda value: replace(shape, missing=value)  # type: ignore[call-arg, type-var]


def _grid_slots(shape: Grid) -> Iterator[ShapeSlot]:
    if len(shape.values) * len(shape.values[0]) > MOST_CELLS:
        return
    for first, row in enumerate(shape.values):
        for second, published in enumerate(row):

            def put(value: float, first: int = first, second: int = second) -> Shape:
                changed = _put_at(shape.values[first], second, value)
                return replace(shape, values=_put_at(shape.values, first, changed))

            words = both(f"case {first}, {second}", f"cell {first}, {second}")
            yield f"values.{first}.{second}", words, published, put


def _bin_edges(
    version: Version, model: Additive, index: int, term: Term, shape: Bins
) -> Iterator[Edge]:
    for place, published in enumerate(shape.edges):

        def put(value: Any, place: int = place) -> Version:
            changed = replace(shape, edges=_put_at(shape.edges, place, float(value)))
            terms = _put_at(model.terms, index, replace(term, shape=changed))
            return replace(version, content=replace(model, terms=terms))

        yield Edge(
            anchor_of("term", term.id),
            term.label,
            version.input(term.names[0]),
            published,
            shape.edges[place - 1] if place else None,
            shape.edges[place + 1] if place + 1 < len(shape.edges) else None,
            put,
        )


# --- formulas and tables --------------------------------------------------------------------------


def _formula_slots(version: Version, formula: Formula) -> Iterator[Slot]:
    for index, item in enumerate(formula.parameters):
        anchor = anchor_of("parameter", item.id)

        def put(changed: Parameter, index: int = index) -> Version:
            parameters = _put_at(formula.parameters, index, changed)
            return replace(version, content=replace(formula, parameters=parameters))

        if item.value is not None:
            yield Slot(
                anchor,
                "value",
                both(item.label, both("", "")),
                item.value,
                lambda value, item=item, put=put: put(replace(item, value=Decimal(value))),
            )
        for place, bracket in enumerate(item.brackets):
            words = interval_words(Interval(bracket.low, None), None)
            yield Slot(
                anchor,
                f"brackets.{place}",
                both(item.label, words),
                bracket.value,
                lambda value, item=item, place=place, bracket=bracket, put=put: put(
                    replace(
                        item,
                        brackets=_put_at(
                            item.brackets, place, replace(bracket, value=Decimal(value))
                        ),
                    )
                ),
            )
        for key, published in (item.values or {}).items():
            yield Slot(
                anchor,
                f"values.{key}",
                both(item.label, value_words(key, None)),
                published,
                lambda value, item=item, key=key, put=put: put(
                    replace(item, values={**(item.values or {}), key: Decimal(value)})
                ),
            )


def _with_rows(version: Version, tables: DecisionTables, index: int, rows: tuple[Row, ...]) -> Version:
    changed = replace(tables.tables[index], rows=rows)
    return replace(
        version, content=replace(tables, tables=_put_at(tables.tables, index, changed))
    )


def _table_slots(version: Version, tables: DecisionTables) -> Iterator[Slot]:
    for index, table in enumerate(tables.tables):
        for place, row in enumerate(table.rows):
            for column, output in enumerate(table.outputs):
                published = row.outputs[column]
                if not isinstance(published, Decimal):
                    continue

                def put(
                    value: Any, index: int = index, place: int = place, column: int = column
                ) -> Version:
                    rows = tables.tables[index].rows
                    outputs = _put_at(rows[place].outputs, column, Decimal(value))
                    changed = _put_at(rows, place, replace(rows[place], outputs=outputs))
                    return _with_rows(version, tables, index, changed)

                words = both(f"ligne {row.id}", f"row {row.id}")
                anchor = anchor_of("row", table.id, row.id)
                yield Slot(anchor, output.name, both(output.label, words), published, put)


def _row_removals(version: Version, tables: DecisionTables) -> Iterator[Removal]:
    for index, table in enumerate(tables.tables):
        for place, row in enumerate(table.rows):
            kept = (*table.rows[:place], *table.rows[place + 1 :])
            label = table.label
            sentence = {
                "fr": f"La ligne {row.id} de « {label.get('fr', '')} » n’est pas appliquée.",
                "en": f"The row {row.id} of “{label.get('en', label.get('fr', ''))}” is not applied.",
            }
            changed = _with_rows(version, tables, index, kept)
            yield Removal("ignored", anchor_of("row", table.id, row.id), "", sentence, changed)


def _row_edges(
    version: Version, tables: DecisionTables, index: int, table: Table
) -> Iterator[Edge]:
    known = {item.name: item for item in version.inputs}
    names = dict.fromkeys(one.name for row in table.rows for one in row.conditions)
    for name in names:
        if name not in known:
            continue
        intervals = [
            interval
            for row in table.rows
            for one in row.conditions
            if one.name == name
            for interval in one.intervals
        ]
        for bound, low, high in _bounds(intervals):

            def put(value: Any, bound: Any = bound, name: str = name) -> Version:
                rows = tuple(
                    replace(
                        row,
                        conditions=tuple(
                            _condition_moved(one, bound, value) if one.name == name else one
                            for one in row.conditions
                        ),
                    )
                    for row in table.rows
                )
                return _with_rows(version, tables, index, rows)

            yield Edge(anchor_of("table", table.id), table.label, known[name], bound, low, high, put)


def _condition_moved(condition: Condition, bound: Value, value: Any) -> Condition:
    intervals = tuple(_moved(one, bound, value) for one in condition.intervals)
    return replace(condition, intervals=intervals)
