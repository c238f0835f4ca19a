"""Every element of a version — criterion, row, step, term, parameter, threshold… — with its anchor.

An anchor depends on what the element is and on its identifier only, never on its place or on the
version: the same criterion has the same anchor in the next version, so that its history can be
followed and a link to it stays good.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from clairevoie.rules import plain
from clairevoie.rules.content import (
    Additive,
    DecisionTables,
    Formula,
    OpenFisca,
    PointsScale,
    Rounding,
    Table,
    Trees,
)
from clairevoie.rules.kinds.table import items_read
from clairevoie.rules.model import Basis, Input, Text, Threshold, Version

ElementKind = Literal[
    "input",
    "criterion",
    "group",
    "total",
    "ranking",
    "table",
    "row",
    "default",
    "parameter",
    "step",
    "model",
    "term",
    "baseline",
    "variable",
    "binding",
    "threshold",
]


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a version.

    Attributes:
        anchor: identifier in a page, the same from one version to the next.
        kind: what it is.
        id: its identifier among those of its kind (and of its table, for a row).
        label: its name.
        basis: its legal basis.
        needs_basis: whether it decides something, so that it should have one.
        parent: anchor of the table or group it belongs to.
        data: as the plain values of a file, without its label and its basis.
    """

    anchor: str
    kind: ElementKind
    id: str
    label: Text
    basis: Basis | None = None
    needs_basis: bool = True
    parent: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def anchor_of(kind: ElementKind, *identifiers: str) -> str:
    """Return the anchor of an element: ``criterion-enfants``, ``row-tarif-r1``."""
    parts = (re.sub(r"[^A-Za-z0-9_.]+", "-", one) for one in identifiers)
    return "-".join((kind, *parts))


def elements(version: Version) -> tuple[Element, ...]:
    """Return all elements of a version, in the order of the file; its inputs first."""
    found = [_input(item) for item in version.inputs]
    found += _OF_KIND[version.kind](version)
    return tuple(found)


def _element(
    kind: ElementKind,
    identifier: str,
    label: Text,
    data: Mapping[str, Any],
    basis: Basis | None,
    *,
    needs_basis: bool = True,
    parent: str = "",
    within: str = "",
) -> Element:
    kept = {key: value for key, value in data.items() if key not in {"id", "label", "basis"}}
    names = (within, identifier) if within else (identifier,)
    return Element(
        anchor=anchor_of(kind, *(name for name in names if name)),
        kind=kind,
        id=identifier,
        label=label,
        basis=basis,
        needs_basis=needs_basis,
        parent=parent,
        data=kept,
    )


def _input(item: Input) -> Element:
    data = plain.input_data(item)
    return _element("input", item.name, item.label, data, None, needs_basis=False)


def _thresholds(thresholds: tuple[Threshold, ...]) -> Iterator[Element]:
    """The first threshold has no number of its own: nothing to found in law."""
    for one in thresholds:
        data = plain.pruned({"from": one.minimum})
        yield _element(
            "threshold",
            one.outcome,
            {"fr": one.outcome},
            data,
            one.basis,
            needs_basis=one.minimum is not None,
        )


def _points(version: Version) -> Iterator[Element]:
    scale = cast("PointsScale", version.content)
    for item in scale.criteria:
        yield _element(
            "criterion",
            item.id,
            item.label,
            plain.criterion_data(item),
            item.basis,
            needs_basis=not (item.bands and all(band.basis for band in item.bands)),
            parent=anchor_of("group", item.group) if item.group else "",
        )
    for group in scale.groups:
        data = plain.pruned({"cap": group.cap, "floor": group.floor})
        yield _element("group", group.id, group.label, data, group.basis, needs_basis=bool(data))
    bounds = plain.pruned({"cap": scale.cap, "floor": scale.floor})
    if bounds:
        yield _element("total", "", {"fr": "Total", "en": "Total"}, bounds, scale.basis)
    yield from _thresholds(scale.thresholds)
    if scale.ranking is not None:
        label = {"fr": "Classement", "en": "Ranking"}
        data = plain.ranking_data(scale.ranking)
        yield _element("ranking", "", label, data, scale.ranking.basis)


def _tables(version: Version) -> Iterator[Element]:
    content = cast("DecisionTables", version.content)
    items = items_read(version)
    for table in content.tables:
        data = plain.table_data(table, items)
        parent = anchor_of("table", table.id)
        names = ("hit", "aggregate", "outputs")
        kept: dict[str, Any] = {key: data[key] for key in names if key in data}
        yield _element("table", table.id, table.label, kept, None, needs_basis=False)
        yield from _rows(table, data["rows"], parent)
        if table.default is not None:
            yield _element(
                "default",
                table.id,
                table.label,
                {"then": data["default"]},
                table.default_basis,
                parent=parent,
            )
    result = plain.pruned({"result": content.result, "decision": content.decision})
    if result:
        label = {"fr": "Résultat", "en": "Result"}
        yield _element("model", "", label, result, None, needs_basis=False)
    yield from _thresholds(content.thresholds)


def _rows(table: Table, written: list[Any], parent: str) -> Iterator[Element]:
    for row, data in zip(table.rows, written, strict=True):
        label = row.note or {"fr": row.id}
        yield _element("row", row.id, label, data, row.basis, parent=parent, within=table.id)


def _formula(version: Version) -> Iterator[Element]:
    content = cast("Formula", version.content)
    for parameter in content.parameters:
        data = plain.parameter_data(parameter)
        yield _element("parameter", parameter.id, parameter.label, data, parameter.basis)
    for step in content.steps:
        written = plain.step_data(step)
        yield _element("step", step.id, step.label, written, step.basis)
    yield from _thresholds(content.thresholds)


def _rounding(rounding: Rounding | None) -> Mapping[str, Any]:
    return plain.pruned({"round": plain.rounding_data(rounding)})


def _additive(version: Version) -> Iterator[Element]:
    """A basis of the whole model stands for the terms that have none of their own."""
    content = cast("Additive", version.content)
    label = {"fr": "Modèle", "en": "Model"}
    data = {
        "intercept": content.intercept,
        "link": content.link,
        "factor": content.factor,
        "offset": content.offset,
        **_rounding(content.rounding),
    }
    yield _element("model", "", label, data, content.basis)
    for term in content.terms:
        written = plain.term_data(term)
        yield _element("term", term.id, term.label, written, term.basis or content.basis)
    if content.baseline is not None:
        told = {"contributions": dict(content.baseline.contributions)}
        yield _element("baseline", "", content.baseline.label, told, None, needs_basis=False)
    yield from _thresholds(content.thresholds)


def _trees(version: Version) -> Iterator[Element]:
    """An ensemble is one element: its trees have no meaning one by one."""
    content = cast("Trees", version.content)
    label = {"fr": "Modèle", "en": "Model"}
    trees = [plain.tree_data(tree) for tree in content.trees]
    data = {
        "names": list(content.names),
        "base": content.base,
        "average": content.average,
        "link": content.link,
        "trees": trees,
    }
    yield _element("model", "", label, data, content.basis)
    yield from _thresholds(content.thresholds)


def _openfisca(version: Version) -> Iterator[Element]:
    """The legal references are those of the country package, variable by variable."""
    content = cast("OpenFisca", version.content)
    data = {
        "package": content.package,
        "package_version": content.package_version,
        "variable": content.variable,
        "entity": content.entity,
        "period": content.period,
        **_rounding(content.rounding),
    }
    basis = (content.references or {}).get(content.variable)
    yield _element("variable", content.variable, {"fr": content.variable}, data, basis)
    for one in content.bindings:
        label = version.input(one.name).label
        written = plain.binding_data(one)
        yield _element("binding", one.name, label, written, None, needs_basis=False)
    yield from _thresholds(content.thresholds)


_OF_KIND: dict[str, Callable[[Version], Iterator[Element]]] = {
    "points": _points,
    "table": _tables,
    "formula": _formula,
    "additive": _additive,
    "trees": _trees,
    "openfisca": _openfisca,
}
