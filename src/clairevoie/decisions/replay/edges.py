"""Bounds between the intervals of an input, which may stand elsewhere than is published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from clairevoie.decisions.replay.slots import Put, put_at, with_table
from clairevoie.rules.anchors import anchor_of
from clairevoie.rules.content import (
    Additive,
    Bins,
    Condition,
    Criterion,
    DecisionTables,
    Interval,
    PointsScale,
    Table,
    Term,
)
from clairevoie.rules.model import Input, Text, Version

Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Edge:
    """A bound between two intervals; ``low`` and ``high`` are the bounds on either side, if any."""

    anchor: str
    name: Text
    item: Input
    published: Number
    low: Number | None
    high: Number | None
    put: Put


def edges(version: Version) -> Iterator[Edge]:
    """Give the bounds between intervals."""
    content = version.content
    if isinstance(content, PointsScale):
        for index, item in enumerate(content.criteria):
            if item.bands:
                yield from _band_edges(version, content, index, item)
    elif isinstance(content, Additive):
        for index, term in enumerate(content.terms):
            if isinstance(term.shape, Bins):
                yield from _bin_edges(version, content, index, term, term.shape)
    elif isinstance(content, DecisionTables):
        for index, table in enumerate(content.tables):
            yield from _row_edges(version, content, index, table)


def _bounds(
    intervals: Sequence[Interval],
) -> Iterator[tuple[Number, Number | None, Number | None]]:
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


def _moved(interval: Interval, bound: Number, value: Any) -> Interval:
    low = value if interval.low == bound else interval.low
    high = value if interval.high == bound else interval.high
    return replace(interval, low=low, high=high)


def _band_edges(
    version: Version, scale: PointsScale, index: int, item: Criterion
) -> Iterator[Edge]:
    anchor, entry = anchor_of("criterion", item.id), version.input(item.name)
    for bound, low, high in _bounds([band.interval for band in item.bands]):

        def put(value: Any, bound: Number = bound) -> Version:
            bands = tuple(
                replace(band, interval=_moved(band.interval, bound, value)) for band in item.bands
            )
            criteria = put_at(scale.criteria, index, replace(item, bands=bands))
            return replace(version, content=replace(scale, criteria=criteria))

        yield Edge(anchor, item.label, entry, bound, low, high, put)


def _bin_edges(
    version: Version, model: Additive, index: int, term: Term, shape: Bins
) -> Iterator[Edge]:
    anchor, entry = anchor_of("term", term.id), version.input(term.names[0])
    for place, published in enumerate(shape.edges):

        def put(value: Any, place: int = place) -> Version:
            changed = replace(shape, edges=put_at(shape.edges, place, float(value)))
            terms = put_at(model.terms, index, replace(term, shape=changed))
            return replace(version, content=replace(model, terms=terms))

        low = shape.edges[place - 1] if place else None
        high = shape.edges[place + 1] if place + 1 < len(shape.edges) else None
        yield Edge(anchor, term.label, entry, published, low, high, put)


def _row_edges(
    version: Version, tables: DecisionTables, index: int, table: Table
) -> Iterator[Edge]:
    known = {item.name: item for item in version.inputs}
    conditions = [one for row in table.rows for one in row.conditions if one.name in known]
    for name in dict.fromkeys(one.name for one in conditions):
        mine = [interval for one in conditions if one.name == name for interval in one.intervals]
        for bound, low, high in _bounds(mine):

            def put(value: Any, bound: Number = bound, name: str = name) -> Version:
                rows = tuple(
                    replace(
                        row,
                        conditions=tuple(
                            _condition_moved(one, name, bound, value) for one in row.conditions
                        ),
                    )
                    for row in table.rows
                )
                return with_table(version, tables, index, replace(table, rows=rows))

            anchor = anchor_of("table", table.id)
            yield Edge(anchor, table.label, known[name], bound, low, high, put)


def _condition_moved(condition: Condition, name: str, bound: Number, value: Any) -> Condition:
    if condition.name != name:
        return condition
    intervals = tuple(_moved(one, bound, value) for one in condition.intervals)
    return replace(condition, intervals=intervals)
