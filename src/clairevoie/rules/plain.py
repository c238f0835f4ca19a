"""Rule sets, and each of their elements, as the plain values of a file: the contrary of reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, cast

from clairevoie.rules.conditions import interval_text, parse_condition, written_condition
from clairevoie.rules.content import (
    Additive,
    Axis,
    Binding,
    Bins,
    Condition,
    Criterion,
    DecisionTables,
    Formula,
    Grid,
    Levels,
    Linear,
    OpenFisca,
    Parameter,
    PointsScale,
    Ranking,
    Rounding,
    Step,
    Table,
    Term,
    Tree,
    Trees,
)
from clairevoie.rules.kinds.table import items_read
from clairevoie.rules.model import Basis, Input, RuleSet, Text, Threshold, Value, Version

Data = dict[str, Any]


FORMAT = "rules-1.0"


def rules_data(rules: RuleSet) -> Data:
    """Return a rule set as the plain values of its file."""
    return pruned(
        {
            "clairevoie": FORMAT,
            "id": rules.id,
            "title": text_data(rules.title),
            "purpose": text_data(rules.purpose),
            "system": rules.system,
            "body": rules.body,
            "fictitious": rules.fictitious or None,
            "result": text_data(rules.result),
            "unit": text_data(rules.unit),
            "outcomes": [
                pruned(
                    {
                        "value": one.value,
                        "label": text_data(one.label),
                        "favourable": one.favourable,
                    }
                )
                for one in rules.outcomes
            ],
            "versions": [version_data(version) for version in rules.versions],
        }
    )


def pruned(data: Mapping[str, Any]) -> Data:
    """Leave out what is not said."""
    return {
        key: value
        for key, value in data.items()
        if value is not None and value != "" and value not in ([], {})
    }


def text_data(text: Text | None) -> str | Data | None:
    """Return a text: bare when it is French only; ``None`` for none."""
    if not text:
        return None
    return text["fr"] if set(text) == {"fr"} else dict(text)


def basis_data(basis: Basis | None) -> Data | None:
    """Return a legal basis as the plain values of a file."""
    if basis is None:
        return None
    return pruned(
        {
            "article": basis.article,
            "url": basis.url,
            "effect": day_data(basis.effect),
            "to_check": basis.to_check or None,
        }
    )


def day_data(day: date | None) -> str | None:
    """Return a date as text."""
    return None if day is None else day.isoformat()


def value_data(value: Value) -> Any:
    """Return a value as a file has it."""
    return value.isoformat() if isinstance(value, date) else value


def _key(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value_data(value))


def numbers_data(values: Mapping[Any, Any] | None) -> Data | None:
    """Return numbers by value as the plain values of a file."""
    return None if values is None else {_key(key): value for key, value in values.items()}


def _labelled(label: Text, identifier: str) -> str | Data | None:
    """A label that is only the identifier is what reading puts there: left out."""
    return None if label == {"fr": identifier} else text_data(label)


def version_data(version: Version) -> Data:
    """Return a version as the plain values of a file."""
    publication = version.publication
    return pruned(
        {
            "id": version.id,
            "from": day_data(version.start),
            "until": day_data(version.until),
            "publication": None
            if publication is None
            else pruned(
                {
                    "title": publication.title,
                    "url": publication.url,
                    "published": day_data(publication.published),
                }
            ),
            "note": text_data(version.note),
            "inputs": [input_data(item) for item in version.inputs],
            "kind": version.kind,
            version.kind: _CONTENTS[version.kind](version),
        }
    )


def input_data(item: Input) -> Data:
    """Return an input as the plain values of a file."""
    label = _labelled(item.label, item.name)
    return pruned(
        {
            "name": item.name,
            "type": item.type,
            "label": label,
            "question": None if item.question == item.label else text_data(item.question),
            "help": text_data(item.help),
            "unit": text_data(item.unit),
            "decimals": item.decimals if item.type == "decimal" else None,
            "domain": pruned(
                {
                    "min": value_data(item.minimum),
                    "max": value_data(item.maximum),
                    "values": [
                        pruned({"value": one.value, "label": _labelled(one.label, one.value)})
                        for one in item.categories
                    ],
                }
            ),
            "source": text_data(item.source),
            "change": None if item.change == "none" else item.change,
            "protected": item.protected,
            "required": None if item.required else False,
            "default": value_data(item.default),
        }
    )


def _thresholds(thresholds: Iterable[Threshold]) -> list[Data]:
    return [
        pruned({"outcome": one.outcome, "from": one.minimum, "basis": basis_data(one.basis)})
        for one in thresholds
    ]


def rounding_data(rounding: Rounding | None) -> Data | None:
    """Return a rounding as the plain values of a file."""
    return None if rounding is None else {"to": rounding.to, "mode": rounding.mode}


# --- the kinds ------------------------------------------------------------------------------------


def _points(version: Version) -> Data:
    scale = cast("PointsScale", version.content)
    return pruned(
        {
            "criteria": [criterion_data(item) for item in scale.criteria],
            "groups": [
                pruned(
                    {
                        "id": group.id,
                        "label": _labelled(group.label, group.id),
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
            "thresholds": _thresholds(scale.thresholds),
            "ranking": None if scale.ranking is None else ranking_data(scale.ranking),
        }
    )


def criterion_data(item: Criterion) -> Data:
    """Return a criterion as the plain values of a file."""
    return pruned(
        {
            "id": item.id,
            "label": _labelled(item.label, item.id),
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


def _tables(version: Version) -> Data:
    content = cast("DecisionTables", version.content)
    items = items_read(version)
    return pruned(
        {
            "tables": [table_data(table, items) for table in content.tables],
            "result": content.result,
            "decision": content.decision,
            "thresholds": _thresholds(content.thresholds),
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
            "label": _labelled(table.label, table.id),
            "hit": table.hit,
            "aggregate": table.aggregate if table.hit == "collect" else None,
            "outputs": [
                pruned(
                    {
                        "name": one.name,
                        "label": _labelled(one.label, one.name),
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


def _formula(version: Version) -> Data:
    content = cast("Formula", version.content)
    return pruned(
        {
            "parameters": [parameter_data(one) for one in content.parameters],
            "steps": [step_data(step) for step in content.steps],
            "result": content.result,
            "decision": content.decision,
            "thresholds": _thresholds(content.thresholds),
        }
    )


def step_data(step: Step) -> Data:
    """Return a step of a formula as the plain values of a file."""
    return pruned(
        {
            "id": step.id,
            "label": _labelled(step.label, step.id),
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
            "label": _labelled(one.label, one.id),
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


def _additive(version: Version) -> Data:
    content = cast("Additive", version.content)
    baseline = content.baseline
    return pruned(
        {
            "intercept": content.intercept,
            "link": content.link,
            "factor": None if content.factor == 1 else content.factor,
            "offset": None if content.offset == 0 else content.offset,
            "round": rounding_data(content.rounding),
            "terms": [term_data(term) for term in content.terms],
            "baseline": None
            if baseline is None
            else {
                "label": text_data(baseline.label),
                "contributions": dict(baseline.contributions),
            },
            "thresholds": _thresholds(content.thresholds),
            "basis": basis_data(content.basis),
        }
    )


def term_data(term: Term) -> Data:
    """Return a term as the plain values of a file."""
    one = len(term.names) == 1
    kind, shape = _shape(term)
    return pruned(
        {
            "id": term.id,
            "label": _labelled(term.label, term.id),
            "input": term.names[0] if one else None,
            "inputs": None if one else list(term.names),
            kind: shape,
            "basis": basis_data(term.basis),
        }
    )


def _shape(term: Term) -> tuple[str, Data]:
    shape = term.shape
    if isinstance(shape, Linear):
        parts = {
            "coefficient": shape.coefficient,
            "center": None if shape.center == 0 else shape.center,
            "scale": None if shape.scale == 1 else shape.scale,
            "missing": shape.missing,
        }
        return "linear", pruned(parts)
    if isinstance(shape, Bins):
        bins = {"edges": list(shape.edges), "values": list(shape.values)}
        return "bins", bins | pruned({"missing": shape.missing})
    if isinstance(shape, Levels):
        levels = {"missing": shape.missing, "unknown": shape.unknown}
        return "levels", {"values": numbers_data(shape.values), **pruned(levels)}
    grid: Grid = shape
    return "grid", {
        "axes": [_axis(axis) for axis in grid.axes],
        "values": [list(row) for row in grid.values],
    }


def _axis(axis: Axis) -> Data:
    if axis.levels:
        return {"levels": [value_data(one) for one in axis.levels]}
    return {"edges": list(axis.edges)}


def _trees(version: Version) -> Data:
    content = cast("Trees", version.content)
    return {
        "names": list(content.names),
        "base": content.base,
        "average": content.average,
        "link": content.link,
        "strict": content.strict,
        "single": content.single,
        "trees": [tree_data(tree) for tree in content.trees],
        **pruned(
            {"thresholds": _thresholds(content.thresholds), "basis": basis_data(content.basis)}
        ),
    }


def tree_data(tree: Tree) -> Data:
    """Return a tree as the plain values of a file."""
    parts = ("feature", "threshold", "left", "right", "value", "cover", "missing_left")
    written: Data = {part: list(getattr(tree, part)) for part in parts}
    if tree.levels is not None:
        written["levels"] = {
            str(node): sorted((value_data(one) for one in levels), key=str)
            for node, levels in tree.levels.items()
        }
    return written


def _openfisca(version: Version) -> Data:
    content = cast("OpenFisca", version.content)
    return {
        "package": content.package,
        "package_version": content.package_version,
        "variable": content.variable,
        "entity": content.entity,
        "period": content.period,
        "roles": [dict(role) for role in content.roles],
        "bindings": [binding_data(one) for one in content.bindings],
        **pruned(
            {
                "count_input": content.count_input,
                "round": rounding_data(content.rounding),
                "thresholds": _thresholds(content.thresholds),
                "assumed": None if content.assumed is None else dict(content.assumed),
                "references": None
                if content.references is None
                else {key: basis_data(one) for key, one in content.references.items()},
            }
        ),
    }


def binding_data(one: Binding) -> Data:
    """Return how an input becomes a variable as the plain values of a file."""
    return pruned(
        {
            "input": one.name,
            "variable": one.variable,
            "entity": one.entity,
            "period": one.period,
            "person": one.person or None,
            "spread": one.spread or None,
            "categories": None if one.categories is None else dict(one.categories),
        }
    )


_CONTENTS: dict[str, Callable[[Version], Data]] = {
    "points": _points,
    "table": _tables,
    "formula": _formula,
    "additive": _additive,
    "trees": _trees,
    "openfisca": _openfisca,
}
