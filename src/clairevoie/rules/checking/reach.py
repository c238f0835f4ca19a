"""Thresholds, bands and conditions that no case can reach, from bounds on what the rules can give.

What is told is certain: the bounds hold for every case of the domain.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import cast

import numpy as np

from clairevoie.rules.anchors import anchor_of
from clairevoie.rules.cells import cells_of, domain_units, value_of
from clairevoie.rules.checking.findings import Teller
from clairevoie.rules.conditions import ORDERED, inside, interval_text
from clairevoie.rules.content import (
    Additive,
    Bins,
    Condition,
    Criterion,
    DecisionTables,
    Formula,
    Grid,
    Levels,
    Linear,
    PointsScale,
    Shape,
    Table,
    Term,
    Trees,
)
from clairevoie.rules.expressions.ranges import Enclosure, Ranges, rounded
from clairevoie.rules.kinds.table import output_values
from clairevoie.rules.model import Input, Number, RuleSet, Version
from clairevoie.rules.points_ranges import bound_total, domain_enclosure
from clairevoie.rules.reads import inputs_read

SLACK = 1e-9
"""Relative: floating bounds are not told as certain closer than that."""
LIMIT = Decimal(10) ** 17
"""Bounds beyond are those of an input without bounds: nothing is told."""
MAX_GAPS = 3

Pair = tuple[Number, Number]


def check_reach(rules: RuleSet, version: Version, teller: Teller) -> None:
    """Check bands, conditions and thresholds of a version."""
    content = version.content
    if isinstance(content, PointsScale):
        given = {item.name: domain_enclosure(item) for item in version.inputs}
        for item in content.criteria:
            _check_bands(version, item, teller)
            _check_when(item, given, teller)
    bound = _BOUNDS.get(version.kind)
    thresholds = getattr(content, "thresholds", ())
    found = bound(version) if bound is not None and thresholds else None
    if found is None:
        return
    low, high = found
    for index, one in enumerate(thresholds):
        after = thresholds[index + 1].minimum if index + 1 < len(thresholds) else None
        above = one.minimum is not None and high < one.minimum
        if above or (after is not None and low >= after):
            outcome = rules.outcome(one.outcome)
            teller.find(
                "unreachable_threshold",
                anchor_of("threshold", one.outcome),
                label=outcome.label if outcome is not None else one.outcome,
                low=teller.number(_told(low)),
                high=teller.number(_told(high)),
            )


def _told(number: Number) -> Decimal | float:
    return Decimal(number) if isinstance(number, int) else number


# --- points ---------------------------------------------------------------------------------------


def _check_bands(version: Version, item: Criterion, teller: Teller) -> None:
    """Exact: over the elementary cells of the input."""
    if not item.bands:
        return
    entry = version.input(item.name)
    reading = [Condition(item.name, intervals=tuple(band.interval for band in item.bands))]
    if entry.type not in ORDERED:
        return
    values = cells_of(reading, entry, optional=False).values
    anchor = anchor_of("criterion", item.id)
    for band in item.bands:
        if not any(inside(band.interval, value) for value in values):
            text = interval_text(band.interval)
            teller.find("unreachable_band", anchor, label=item.label, other=text)
    gaps = [one for one in values if not any(inside(band.interval, one) for band in item.bands)]
    for value in gaps[:MAX_GAPS]:
        teller.find("gap_in_bands", anchor, example={item.name: value}, label=item.label)


def _check_when(item: Criterion, given: dict[str, Enclosure], teller: Teller) -> None:
    if item.when is None or True in Ranges(given, {}).enclosure(item.when.tree).values:
        return
    teller.find("unreachable_criterion", anchor_of("criterion", item.id), label=item.label)


def _of_points(version: Version) -> Pair | None:
    given = {item.name: domain_enclosure(item) for item in version.inputs}
    found = bound_total(version, given)
    return _within(found.low, found.high)


def _within(low: Number, high: Number) -> Pair | None:
    return None if low < -LIMIT and high > LIMIT else (low, high)


# --- tables, formulas -----------------------------------------------------------------------------


def _of_table(version: Version) -> Pair | None:
    content = cast("DecisionTables", version.content)
    for table in content.tables:
        for index, output in enumerate(table.outputs):
            if output.name == content.result:
                return _table_bounds(table, index)
    return None


def _table_bounds(table: Table, index: int) -> Pair | None:
    values = [cast("Decimal", value) for value in output_values(table, index)]
    if not values:
        return None
    if table.hit != "collect" or table.aggregate in {"min", "max"}:
        return min(values), max(values)
    if table.aggregate == "count":
        default = [] if table.default is None else [cast("Decimal", table.default[index])]
        return min([Decimal(1), *default]), max([Decimal(len(table.rows)), *default])
    rows = [cast("Decimal", row.outputs[index]) for row in table.rows]
    low = sum((min(value, Decimal(0)) for value in rows), Decimal(0))
    high = sum((max(value, Decimal(0)) for value in rows), Decimal(0))
    return min([low, *values]), max([high, *values])


def _of_formula(version: Version) -> Pair | None:
    from clairevoie.rules.kinds.formula import needed_steps, parameters_of

    formula = cast("Formula", version.content)
    names = {item.name: domain_enclosure(item) for item in inputs_read(version)}
    evaluator = Ranges(names, parameters_of(formula))
    for step in needed_steps(formula):
        found = evaluator.enclosure(step.expression.tree)
        names[step.id] = found if step.rounding is None else rounded(found, step.rounding)
    result = names[formula.result]
    if not isinstance(result.low, Decimal) or not isinstance(result.high, Decimal):
        return None
    return _within(result.low, result.high)


# --- models ---------------------------------------------------------------------------------------


def _of_additive(version: Version) -> Pair | None:
    content = cast("Additive", version.content)
    low = high = content.intercept
    for term in content.terms:
        found = _term_bounds(version, term)
        if found is None:
            return None
        low, high = low + found[0], high + found[1]
    return _answered(content, low, high)


def _term_bounds(version: Version, term: Term) -> tuple[float, float] | None:
    shape: Shape = term.shape
    values: list[float]
    if isinstance(shape, Linear):
        ends = _floating_ends(version.input(term.names[0]))
        if ends is None:
            return None
        values = [shape.coefficient * (end - shape.center) / shape.scale for end in ends]
    elif isinstance(shape, Bins):
        values = list(shape.values)
    elif isinstance(shape, Levels):
        values = [*shape.values.values(), *([] if shape.unknown is None else [shape.unknown])]
    else:
        grid: Grid = shape
        values = [value for row in grid.values for value in row]
    missing = getattr(shape, "missing", None)
    if missing is not None:
        values.append(missing)
    return min(values), max(values)


def _floating_ends(item: Input) -> tuple[float, float] | None:
    if item.type == "boolean":
        return 0.0, 1.0
    if item.type not in {"integer", "decimal", "number"}:
        return None
    low, high = domain_units(item)
    if low is None or high is None:
        return None
    first, last = (float(cast("Number", value_of(item, end))) for end in (low, high))
    return first, last


def _answered(model: Additive | Trees, low: float, high: float) -> Pair:
    """Bounds of the answer from bounds of the score: link, factor and rounding are monotone."""
    from clairevoie.rules.scores import answers

    slack = SLACK * max(abs(low), abs(high), 1.0)
    ends = answers(model, np.array([low - slack, high + slack]))
    return float(ends.min()), float(ends.max())


def _of_trees(version: Version) -> Pair | None:
    content = cast("Trees", version.content)
    low = high = 0.0
    for tree in content.trees:
        leaves = [
            value for value, feature in zip(tree.value, tree.feature, strict=True) if feature < 0
        ]
        low, high = low + min(leaves), high + max(leaves)
    if content.average:
        low, high = low / len(content.trees), high / len(content.trees)
    return _answered(content, content.base + low, content.base + high)


_BOUNDS: dict[str, Callable[[Version], Pair | None]] = {
    "points": _of_points,
    "table": _of_table,
    "formula": _of_formula,
    "additive": _of_additive,
    "trees": _of_trees,
}
