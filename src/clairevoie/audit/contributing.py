"""What each step of the rules adds to many cases, where totals are sums: contributions in columns.

A criterion of points is evaluated alone, by the evaluator itself; a bound (a cap, the cap of a
group) is a step of its own: what it takes or adds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.columns import ColumnResult, Columns
from clairevoie.rules.content import Additive, Criterion, Group, PointsScale, Trees
from clairevoie.rules.contributions.columns import comparison, contribution_blocks
from clairevoie.rules.contributions.tree_values import column_values, expected_score
from clairevoie.rules.evaluate import DTYPES, column_value, evaluate_columns
from clairevoie.rules.model import Input, RuleSet, RulesProblem, Text, Version
from clairevoie.rules.reads import inputs_read

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

START, TOTAL, GROUP = ":start", ":total", ":group:"
"""Ids of steps that are no criterion: what contributions are added to (it differs by version only),
the bound of the total, and, before its id, the bound of a group. No id of a rule begins so."""
START_LABEL: Text = {"fr": "point de départ", "en": "starting point"}
TOTAL_LABEL: Text = {"fr": "plafond ou plancher du total", "en": "cap or floor of the total"}


@dataclass(frozen=True, slots=True)
class Contributed:
    """What each step adds to each case.

    Attributes:
        ids: of the steps.
        values: shape (steps, cases).
        total: shape (cases,).
        answered: where the rules answer, of shape (cases,); elsewhere the rest means nothing.
    """

    ids: tuple[str, ...]
    values: Floats
    total: Floats
    answered: Mask


def contributed(rules: RuleSet, version: Version, columns: Columns, days: Any) -> Contributed:
    """Return what each step of a version adds to each case.

    Args:
        rules: the rule set.
        version: of kind points, additive, or trees with covers.
        columns: the cases.
        days: their dates.
    """
    whole = evaluate_columns(rules, columns, version=version, days=days)
    content = version.content
    if isinstance(content, PointsScale):
        return _points(rules, version, content, columns, whole)
    ready = _with_defaults(version, columns)
    values: Floats
    if isinstance(content, Trees):
        found = column_values(content, version, ready)
        start, ids, values, total = expected_score(content), found.names, found.values, found.score
    elif isinstance(content, Additive):
        start, ids = comparison(content)[0], tuple(term.id for term in content.terms)
        values, total = np.empty((len(ids), ready.count)), np.empty(ready.count)
        for block in contribution_blocks(version, ready, names=()):
            values[:, block.start : block.stop] = block.values
            total[block.start : block.stop] = block.score
    else:
        raise RulesProblem(("versions", f"the totals of kind {version.kind} are no sums"))
    base = np.full((1, ready.count), start)
    return Contributed((START, *ids), np.vstack([base, values]), total, whole.problem == 0)


def _with_defaults(version: Version, columns: Columns) -> Columns:
    values, missing = dict(columns.values), dict(columns.missing)
    for item in inputs_read(version):
        gone = missing.get(item.name)
        if gone is not None and item.default is not None:
            values[item.name] = np.where(gone, column_value(item, item.default), values[item.name])
            del missing[item.name]
    for item in inputs_read(version):
        if item.name not in values:
            values[item.name], gone = _absent(item, columns.count)
            if gone is not None:
                missing[item.name] = gone
    return Columns(columns.count, values, missing, columns.invalid)


def _absent(item: Input, count: int) -> tuple[Any, Mask | None]:
    """An input that the journal does not have: its default, or missing in every case."""
    if item.default is not None:
        return np.full(count, column_value(item, item.default)), None
    return np.zeros(count, dtype=DTYPES[item.type]), np.ones(count, dtype=bool)


def _points(
    rules: RuleSet, version: Version, scale: PointsScale, columns: Columns, whole: ColumnResult
) -> Contributed:
    """Each criterion is evaluated alone, as published; then its group's bound, then the total's."""
    answered = whole.problem == 0
    ids, rows = [], []
    groups = {group.id: np.zeros(columns.count) for group in scale.groups}
    for item in scale.criteria:
        alone = replace(version, content=PointsScale((replace(item, group=""),)))
        result = evaluate_columns(rules, columns, version=alone)
        answered = answered & (result.problem == 0)
        points = _floats(result)
        ids.append(item.id)
        rows.append(points)
        if item.group:
            groups[item.group] += points
    for group in scale.groups:
        ids.append(GROUP + group.id)
        rows.append(_bounded(groups[group.id], group) - groups[group.id])
    if scale.cap is not None or scale.floor is not None:
        reached = np.sum(rows, axis=0)
        ids.append(TOTAL)
        rows.append(_bounded(reached, scale) - reached)
    values = np.array(rows).reshape(len(ids), columns.count)
    return Contributed(tuple(ids), values, _floats(whole), answered)


def _floats(result: ColumnResult) -> Floats:
    """Return points as floating numbers: of whole units, so the nearest to what they are."""
    value: Any = np.zeros(result.count) if result.value is None else result.value
    return np.asarray(value / 10.0 ** (result.decimals or 0))


def _bounded(points: Floats, part: Group | PointsScale) -> Floats:
    low = -np.inf if part.floor is None else float(part.floor)
    high = np.inf if part.cap is None else float(part.cap)
    return np.asarray(np.maximum(np.minimum(points, high), low))


# --- what each step is ----------------------------------------------------------------------------


def steps_of(version: Version) -> dict[str, tuple[Text, tuple[str, ...]]]:
    """Return the label of each step of a version, and the inputs that it reads."""
    content = version.content
    if isinstance(content, PointsScale):
        found = {item.id: (item.label, _read_by(item)) for item in content.criteria}
        for group in content.groups:
            members = [
                name
                for item in content.criteria
                if item.group == group.id
                for name in _read_by(item)
            ]
            found[GROUP + group.id] = (group.label, tuple(dict.fromkeys(members)))
        return {**found, TOTAL: (TOTAL_LABEL, ())}
    if isinstance(content, Additive):
        terms = {term.id: (term.label, term.names) for term in content.terms}
        return {START: (START_LABEL, ()), **terms}
    if isinstance(content, Trees):
        inputs = {name: (version.input(name).label, (name,)) for name in content.names}
        return {START: (START_LABEL, ()), **inputs}
    return {}


def _read_by(item: Criterion) -> tuple[str, ...]:
    names = [item.name] if item.name else []
    for expression in (item.when, item.expression):
        names += [] if expression is None else list(expression.names)
    return tuple(dict.fromkeys(names))
