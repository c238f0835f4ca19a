"""Which inputs a version really reads: only those are needed to evaluate a case."""

from __future__ import annotations

from collections.abc import Iterator

from clairevoie.rules.content import (
    Additive,
    Content,
    DecisionTables,
    Formula,
    OpenFisca,
    PointsScale,
    Trees,
)
from clairevoie.rules.model import Input, Version


def inputs_read(version: Version) -> tuple[Input, ...]:
    """Return the inputs that the content reads, in the version's order.

    The inputs of tie-breaks are not among them: they rank cases, they do not evaluate one.
    """
    names = frozenset(_names(version.content))
    return tuple(item for item in version.inputs if item.name in names)


def _names(content: Content) -> Iterator[str]:
    if isinstance(content, PointsScale):
        yield from _criteria(content)
    elif isinstance(content, DecisionTables):
        rows = (row for table in content.tables for row in table.rows)
        yield from (condition.name for row in rows for condition in row.conditions)
    elif isinstance(content, Formula):
        yield from (name for step in content.steps for name in step.expression.names)
    elif isinstance(content, Additive):
        yield from (name for term in content.terms for name in term.names)
    elif isinstance(content, Trees):
        yield from content.names
    elif isinstance(content, OpenFisca):
        yield content.count_input
        yield from (binding.name for binding in content.bindings)


def _criteria(scale: PointsScale) -> Iterator[str]:
    for criterion in scale.criteria:
        yield criterion.name
        for expression in (criterion.when, criterion.expression):
            if expression is not None:
                yield from expression.names
