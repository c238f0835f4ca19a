"""Additive models, trees and OpenFisca computations as the plain values of a file."""

from __future__ import annotations

from typing import cast

from clairevoie.rules.content import (
    Additive,
    Axis,
    Binding,
    Bins,
    Grid,
    Levels,
    Linear,
    OpenFisca,
    Term,
    Tree,
    Trees,
)
from clairevoie.rules.model import Version
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


def additive_data(version: Version) -> Data:
    """Return an additive model as the plain values of a file."""
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
            "thresholds": thresholds_data(content.thresholds),
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
            "label": label_data(term.label, term.id),
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


def trees_data(version: Version) -> Data:
    """Return an ensemble of trees as the plain values of a file."""
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
            {"thresholds": thresholds_data(content.thresholds), "basis": basis_data(content.basis)}
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


def openfisca_data(version: Version) -> Data:
    """Return an OpenFisca computation as the plain values of a file."""
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
                "thresholds": thresholds_data(content.thresholds),
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
