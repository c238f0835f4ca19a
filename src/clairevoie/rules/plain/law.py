"""Scales, decision tables and formulas as the plain values of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from clairevoie.rules.conditions import interval_text, parse_condition, written_condition
from clairevoie.rules.content import (
    Condition,
    Criterion,
    DecisionTables,
    Formula,
    Parameter,
    PointsScale,
    Ranking,
    Step,
    Table,
)
from clairevoie.rules.kinds.table import items_read
from clairevoie.rules.model import Input, Value, Version
from clairevoie.rules.plain.values import (
    Data,
    basis_data,
    label_data,
    numbers_data,
    pruned,
    rounding_data,
    text_data,
    thresholds_data,
    value_data,
)


def points_data(version: Version) -> Data:
    """Return a scale as the plain values of a file."""
    scale = cast("PointsScale", version.content)
    return pruned(
        {
            "criteria": [criterion_data(item) for item in scale.criteria],
            "groups": [
                pruned(
                    {
                        "id": group.id,
                        "label": label_data(group.label, group.id),
                        "cap": group.cap,
                        "floor": group.floor,
                        "basis": basis_data(group.basis),
                    }
                )
                for group in scale.groups
            ],
            "total": pruned(
                {"cap": scale.cap, "floor": scale.floor, "basis": basis_data(scale.basis)}
            ),
            "thresholds": thresholds_data(scale.thresholds),
            "ranking": None if scale.ranking is None else ranking_data(scale.ranking),
        }
    )


def criterion_data(item: Criterion) -> Data:
    """Return a criterion as the plain values of a file."""
    return pruned(
        {
            "id": item.id,
            "label": label_data(item.label, item.id),
            "when": None if item.when is None else item.when.text,
            "input": item.name,
            "points": item.points,
            "per": item.per,
            "above": item.above or None,
            "bands": [
                pruned(
                    {
                        "in": interval_text(band.interval),
                        "points": band.points,
                        "basis": basis_data(band.basis),
                    }
                )
                for band in item.bands
            ],
            "values": numbers_data(item.values),
            "expression": None if item.expression is None else item.expression.text,
            "cap": item.cap,
            "floor": item.floor,
            "group": item.group,
            "basis": basis_data(item.basis),
        }
    )


def ranking_data(ranking: Ranking) -> Data:
    """Return a ranking as the plain values of a file."""
    return pruned(
        {
            "ties": [
                pruned({"input": tie.name, "first": tie.first, "basis": basis_data(tie.basis)})
                for tie in ranking.ties
            ],
            "within": list(ranking.within),
            "places": ranking.places,
            "admitted": ranking.admitted,
            "refused": ranking.refused,
            "basis": basis_data(ranking.basis),
        }
    )


def tables_data(version: Version) -> Data:
    """Return decision tables as the plain values of a file."""
    content = cast("DecisionTables", version.content)
    items = items_read(version)
    return pruned(
        {
            "tables": [table_data(table, items) for table in content.tables],
            "result": content.result,
            "decision": content.decision,
            "thresholds": thresholds_data(content.thresholds),
        }
    )


def table_data(table: Table, items: Mapping[str, Input]) -> Data:
    """Return a table as the plain values of a file; ``items`` is what its conditions read."""
    names = [output.name for output in table.outputs]

    def then(values: Iterable[Value]) -> Data:
        pairs = zip(names, values, strict=True)
        return {name: value_data(value) for name, value in pairs if value is not None}

    written = pruned(
        {
            "id": table.id,
            "label": label_data(table.label, table.id),
            "hit": table.hit,
            "aggregate": table.aggregate if table.hit == "collect" else None,
            "outputs": [
                pruned(
                    {
                        "name": one.name,
                        "label": label_data(one.label, one.name),
                        "type": one.type,
                        "unit": text_data(one.unit),
                        "decimals": one.decimals if one.type == "decimal" else None,
                    }
                )
                for one in table.outputs
            ],
        }
    )
    written["rows"] = [
        {
            "id": row.id,
            "when": {one.name: condition_data(one, items[one.name]) for one in row.conditions},
            "then": then(row.outputs),
            **pruned({"basis": basis_data(row.basis), "note": text_data(row.note)}),
        }
        for row in table.rows
    ]
    if table.default is not None:
        written["default"] = then(table.default)
        written |= pruned({"default_basis": basis_data(table.default_basis)})
    return written


def condition_data(condition: Condition, item: Input) -> str | list[Any]:
    """As published where that reads back as the same condition, else in the format's own words."""
    values: list[Any] = [*map(value_data, condition.values), *(["missing"] * condition.missing)]
    for written in (condition.text, values):
        try:
            if parse_condition(written, item) == condition:
                return written
        except ValueError:
            continue
    return written_condition(condition)


def formula_data(version: Version) -> Data:
    """Return a formula as the plain values of a file."""
    content = cast("Formula", version.content)
    return pruned(
        {
            "parameters": [parameter_data(one) for one in content.parameters],
            "steps": [step_data(step) for step in content.steps],
            "result": content.result,
            "decision": content.decision,
            "thresholds": thresholds_data(content.thresholds),
        }
    )


def step_data(step: Step) -> Data:
    """Return a step of a formula as the plain values of a file."""
    return pruned(
        {
            "id": step.id,
            "label": label_data(step.label, step.id),
            "expression": step.expression.text,
            "round": rounding_data(step.rounding),
            "unit": text_data(step.unit),
            "basis": basis_data(step.basis),
        }
    )


def parameter_data(one: Parameter) -> Data:
    """Return a parameter as the plain values of a file."""
    return pruned(
        {
            "id": one.id,
            "label": label_data(one.label, one.id),
            "unit": text_data(one.unit),
            "value": one.value,
            "brackets": [
                {"from": part.low, "amount" if one.amounts else "rate": part.value}
                for part in one.brackets
            ],
            "values": numbers_data(one.values),
            "basis": basis_data(one.basis),
        }
    )
