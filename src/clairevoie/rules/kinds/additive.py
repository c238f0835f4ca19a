"""Additive models: an intercept, one contribution a term, a link; scorecards, logistic regressions,
explainable boosting.

The score is ``intercept + Σ terms``, summed in the order of the terms. Contributions are told
against the baseline, when the rules name one, else against the model's own zero.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.building import Builder, code_of
from clairevoie.rules.columns import Array, ColumnResult, Columns
from clairevoie.rules.content import (
    Additive,
    Axis,
    Baseline,
    Bins,
    Grid,
    Levels,
    Linear,
    Link,
    Shape,
    Term,
)
from clairevoie.rules.kinds import KindTrace
from clairevoie.rules.model import Input, RuleSet, Text, Value, Version
from clairevoie.rules.scores import answer_case, answer_columns, crossings, rank_of
from clairevoie.rules.segments import cuts_of
from clairevoie.rules.shapes import (
    MISSING,
    as_floats,
    axes_of,
    cell,
    cell_count,
    cell_table,
    first_unit,
    line_into,
    term_value,
)
from clairevoie.rules.trace import Operation, Problem, Quantity, Tested, TraceStep

Floats = NDArray[np.float64]
Codes = NDArray[np.uint8]

CHUNK = 1 << 20
"""Cases asked for at a time: the terms are prepared once for all of them."""
BLOCK = 1 << 14
"""Cases computed at a time, so that the columns stay in the cache."""

SHAPES = ("linear", "bins", "levels", "grid")
ORDERED = ("integer", "decimal", "number")
INTERCEPT: Text = {"fr": "Point de départ du modèle", "en": "Starting point of the model"}
PRODUCT = "×"


# --- from a file ----------------------------------------------------------------------------------


def build(data: Mapping[str, Any], build: Builder) -> Additive:
    """Build an additive model from the plain values of a file."""
    terms: list[Term] = []
    for index, raw in enumerate(data["terms"]):
        term = _term(raw, f"terms.{index}", build)
        if any(term.id == other.id for other in terms):
            build.problem(f"terms.{index}.id", f"'{term.id}' is there twice: give each its own id")
        terms.append(term)
    factor = build.number(data, "factor", "")
    if factor == 0:
        build.problem("factor", "a factor of 0 gives everyone the same result")
    return Additive(
        intercept=build.number(data, "intercept", "") or 0.0,
        terms=tuple(terms),
        link=cast("Link", data.get("link", "identity")),
        factor=1.0 if factor is None else factor,
        offset=build.number(data, "offset", "") or 0.0,
        rounding=build.rounding(data, ""),
        thresholds=build.thresholds(data, floating=True),
        baseline=_baseline(data.get("baseline"), [term.id for term in terms], build),
        basis=build.basis(data, ""),
    )


def _baseline(raw: Any, terms: Sequence[str], build: Builder) -> Baseline | None:
    if raw is None:
        return None
    contributions = {}
    for key, number in (raw.get("contributions") or {}).items():
        if key not in terms:
            build.problem(f"baseline.contributions.{key}", f"there is no term '{key}'")
        contributions[key] = build.floating(number, f"baseline.contributions.{key}")
    label = build.text(raw, "label")
    if not label:
        build.problem("baseline.label", "say whom a person is compared with")
    return Baseline(label=label, contributions=contributions)


def _term(raw: Mapping[str, Any], place: str, build: Builder) -> Term:
    names = tuple(code_of(one) for one in raw.get("inputs") or (raw.get("input", ""),))
    given = [shape for shape in SHAPES if raw.get(shape) is not None]
    wanted = 2 if given == ["grid"] else 1
    if len(given) != 1:
        build.problem(place, f"a term has one, and only one, of: {', '.join(SHAPES)}")
    if len(names) != wanted or len(set(names)) != len(names):
        build.problem(place, "a grid has two different 'inputs'; any other term has one 'input'")
    items = tuple(build.input(name, f"{place}.input") for name in names)
    shape: Shape = Linear(0.0)
    if len(given) == 1 and len(names) == wanted and None not in items:
        known = cast("tuple[Input, ...]", items)
        shape = _SHAPES[given[0]](raw[given[0]], known, f"{place}.{given[0]}", build)
    identifier = code_of(raw.get("id", "_".join(names)))
    label = build.text(raw, "label", identifier)
    return Term(identifier, label, names, shape, build.basis(raw, place))


def _typed(item: Input, place: str, build: Builder, *types: str) -> bool:
    if item.type in types:
        return True
    build.problem(
        place,
        f"the input '{item.name}' is of type {item.type}; here it must be {' or '.join(types)}",
    )
    return False


def _linear(raw: Any, items: tuple[Input, ...], place: str, build: Builder) -> Shape:
    _typed(items[0], place, build, *ORDERED, "boolean")
    scale = build.number(raw, "scale", place)
    if scale == 0:
        build.problem(f"{place}.scale", "a scale of 0 divides by zero")
    return Linear(
        coefficient=build.number(raw, "coefficient", place) or 0.0,
        center=build.number(raw, "center", place) or 0.0,
        scale=scale or 1.0,
        missing=build.number(raw, "missing", place),
    )


def _edges(raw: Any, place: str, build: Builder) -> tuple[float, ...]:
    edges = tuple(build.floating(one, f"{place}.{index}") for index, one in enumerate(raw))
    if any(after <= before for before, after in itertools.pairwise(edges)):
        build.problem(place, "edges must rise: put the smallest first, each one once")
    return edges


def _bins(raw: Any, items: tuple[Input, ...], place: str, build: Builder) -> Shape:
    _typed(items[0], place, build, *ORDERED)
    edges = _edges(raw["edges"], f"{place}.edges", build)
    values = _floats(raw["values"], f"{place}.values", build)
    if len(values) != len(edges) + 1:
        build.problem(
            f"{place}.values",
            f"{len(edges)} edges make {len(edges) + 1} intervals, and {len(values)} have values",
        )
        values = (0.0,) * (len(edges) + 1)
    return Bins(edges, values, build.number(raw, "missing", place))


def _floats(raw: Any, place: str, build: Builder) -> tuple[float, ...]:
    return tuple(build.floating(one, f"{place}.{index}") for index, one in enumerate(raw))


def _levels(raw: Any, items: tuple[Input, ...], place: str, build: Builder) -> Shape:
    found: dict[Value, float] = {}
    item = items[0]
    if _typed(item, place, build, "category", "boolean", "integer"):
        for key, number in raw["values"].items():
            level = build.value(key, item, f"{place}.values.{key}")
            if level is not None:
                found[level] = build.floating(number, f"{place}.values.{key}")
    unknown = build.number(raw, "unknown", place)
    if unknown is None:
        _all_listed(item, tuple(found), f"{place}.values", build)
    return Levels(found, build.number(raw, "missing", place), unknown)


def _all_listed(item: Input, listed: tuple[Value, ...], place: str, build: Builder) -> None:
    domain: tuple[Value, ...] = tuple(one.value for one in item.categories)
    if item.type == "boolean":
        domain = (False, True)
    absent = [code_of(one) for one in domain if one not in listed]
    if absent:
        build.problem(
            place,
            f"'{item.name}' may also be {', '.join(absent)}: give each a value, or give 'unknown'",
        )


def _grid(raw: Any, items: tuple[Input, ...], place: str, build: Builder) -> Shape:
    if len(raw["axes"]) != 2:
        build.problem(f"{place}.axes", "a grid has two axes")
        return Linear(0.0)
    axes = tuple(
        _axis(one, item, f"{place}.axes.{index}", build)
        for index, (one, item) in enumerate(zip(raw["axes"], items, strict=True))
    )
    values = tuple(
        _floats(row, f"{place}.values.{index}", build) for index, row in enumerate(raw["values"])
    )
    for axis, item, size, what in (
        (axes[0], items[0], {len(values)}, "rows"),
        (axes[1], items[1], {len(row) for row in values}, "values a row"),
    ):
        count = cell_count(axis)
        if size not in ({count}, {count + 1} if axis.levels else {count}):
            build.problem(
                f"{place}.values",
                f"there must be {count} {what}: the missing value, then each cell",
            )
        elif axis.levels and size == {count}:
            _all_listed(item, axis.levels, f"{place}.axes", build)
    return Grid((axes[0], axes[1]), values)


def _axis(raw: Any, item: Input, place: str, build: Builder) -> Axis:
    if raw.get("levels") is not None:
        _typed(item, place, build, "category", "boolean", "integer")
        levels = (
            build.value(one, item, f"{place}.levels.{index}")
            for index, one in enumerate(raw["levels"])
        )
        return Axis(levels=tuple(one for one in levels if one is not None))
    _typed(item, place, build, *ORDERED)
    return Axis(edges=_edges(raw.get("edges") or (), f"{place}.edges", build))


_SHAPES: dict[str, Callable[[Any, tuple[Input, ...], str, Builder], Shape]] = {
    "linear": _linear,
    "bins": _bins,
    "levels": _levels,
    "grid": _grid,
}


# --- one case -------------------------------------------------------------------------------------


def trace(rules: RuleSet, version: Version, values: Mapping[str, Value]) -> KindTrace:
    """Evaluate one case: what each term adds, against the baseline."""
    model = _content(version)
    baseline = {} if model.baseline is None else model.baseline.contributions
    base = model.intercept
    steps = [
        TraceStep("intercept", "intercept", INTERCEPT, True, model.intercept, contribution=0.0)
    ]
    score = model.intercept
    refused: dict[Problem, dict[str, None]] = {}
    for term in model.terms:
        given = [values.get(name) for name in term.names]
        found = term_value(term.shape, given)
        if isinstance(found, str):
            refused.setdefault(found, {}).update(dict.fromkeys(term.names))
            continue
        zero = baseline.get(term.id, 0.0)
        score += found
        base += zero
        steps.append(_step(term, version, given, found, found - zero))
    if refused:
        # A missing input is told before one outside its domain, as for the inputs themselves.
        problem: Problem = "missing_input" if "missing_input" in refused else "out_of_domain"
        return KindTrace(steps=(), problem=problem, problem_names=tuple(refused[problem]))
    return answer_case(rules, model, score, base, tuple(steps))


def _content(version: Version) -> Additive:
    if not isinstance(version.content, Additive):
        raise TypeError(f"the version '{version.id}' is not an additive model")
    return version.content


def _step(
    term: Term, version: Version, given: Sequence[Value], value: float, contribution: float
) -> TraceStep:
    items = [version.input(name) for name in term.names]
    tested: tuple[Tested, ...] = ()
    operation = None
    if isinstance(term.shape, Linear):
        if given[0] is not None:
            operation = _line_operation(term.shape, items[0], given[0], value)
    else:
        tested = tuple(
            Tested(item.name, item.label, one, item.unit, _cell_text(axis, one), True)
            for axis, item, one in zip(axes_of(term.shape), items, given, strict=True)
        )
    return TraceStep(
        id=term.id,
        kind="term",
        label=term.label,
        applied=True,
        value=value,
        tested=tested,
        operation=operation,
        contribution=contribution,
        basis=term.basis,
    )


def _line_operation(shape: Linear, item: Input, value: Value, result: float) -> Operation:
    read = Quantity(value, item.name, item.label, item.unit)
    tokens: tuple[Quantity | str, ...] = (read,)
    if shape.center != 0:
        tokens = ("(", read, "−", Quantity(shape.center), ")")
    if shape.scale != 1:
        tokens = (*tokens, "÷", Quantity(shape.scale))
    return Operation((Quantity(shape.coefficient), PRODUCT, *tokens), Quantity(result))


def _cell_text(axis: Axis, value: Value) -> str:
    """The cell where a value falls, written as a condition of a table is."""
    if value is None:
        return "missing"
    index = cell(axis, value)
    if axis.levels:
        return code_of(value) if index <= len(axis.levels) else f"not({_listed(axis)})"
    low = f"{axis.edges[index - 2]:.12g}" if index > 1 else ""
    high = f"{axis.edges[index - 1]:.12g}" if index <= len(axis.edges) else ""
    if low and high:
        return f"[{low}..{high})"
    return f">= {low}" if low else f"< {high}" if high else "-"


def _listed(axis: Axis) -> str:
    return ", ".join(code_of(level) for level in axis.levels)


# --- columns --------------------------------------------------------------------------------------


def columns(rules: RuleSet, version: Version, columns: Columns) -> ColumnResult:
    """Evaluate all cases."""
    model = _content(version)
    score = np.empty(columns.count)
    problem = np.zeros(columns.count, dtype=np.uint8)
    fills = tuple(term_filler(term, version) for term in model.terms)
    added = np.empty(min(BLOCK, columns.count))
    with np.errstate(all="ignore"):  # refused cases hold any value
        for start in range(0, columns.count, BLOCK):
            part = slice(start, min(start + BLOCK, columns.count))
            total, codes = score[part], problem[part]
            total[:] = model.intercept
            for fill in fills:
                out = added[: len(total)]
                fill(columns, part, out, codes)
                total += out
    return answer_columns(rules, model, score, problem)


Fill = Callable[[Columns, slice, Floats, Codes], None]


def term_filler(term: Term, version: Version) -> Fill:
    """Return what writes the contributions of a term for a part of the cases.

    It takes the columns, the part, where to write, and the codes of problems, which it completes:
    a missing input is told before one outside its domain.
    """
    if isinstance(term.shape, Linear):
        return _line_filler(term.shape, version.input(term.names[0]))
    table = cell_table(term, version)
    refused = bool(table.codes.any())

    def fill(columns: Columns, part: slice, out: Floats, codes: Codes) -> None:
        values, missing = part_of(columns, table.names, part)
        places = table.places(values, missing)
        table.values.take(places, out=out, mode="clip")
        if refused:
            _refuse(codes, table.codes.take(places, mode="clip"))

    return fill


def _line_filler(shape: Linear, item: Input) -> Fill:
    def fill(columns: Columns, part: slice, out: Floats, codes: Codes) -> None:
        line_into(out, shape, as_floats(item, columns.values[item.name][part]))
        mask = columns.missing.get(item.name)
        if mask is not None:
            out[mask[part]] = 0.0 if shape.missing is None else shape.missing
            if shape.missing is None:
                codes[mask[part]] = MISSING

    return fill


def _refuse(codes: Codes, more: Codes) -> None:
    np.copyto(codes, more, where=(codes == 0) | (more == MISSING))


def part_of(
    columns: Columns, names: Sequence[str], part: slice
) -> tuple[dict[str, Array], dict[str, NDArray[np.bool_]]]:
    """Return some columns of a part of the cases: values, and masks of missing ones."""
    values = {name: columns.values[name][part] for name in names}
    missing = {name: columns.missing[name][part] for name in names if name in columns.missing}
    return values, missing


# --- where the answer may change ------------------------------------------------------------------


def cuts(version: Version, name: str, values: Mapping[str, Value]) -> tuple[Value, ...]:
    """Return the values of one input from which the answer may change, the others held.

    Edges of intervals, levels, and for straight lines the value from which the outcome is another.
    """
    model = _content(version)
    item = version.input(name)
    terms = [term for term in model.terms if name in term.names]
    levels: dict[Value, None] = {}
    edges: set[float] = set()
    for term in terms:
        if isinstance(term.shape, Linear):
            continue
        axis = axes_of(term.shape)[term.names.index(name)]
        levels |= dict.fromkeys(axis.levels)
        edges.update(axis.edges)
    if item.type in {"category", "boolean"}:
        domain = tuple(one.value for one in item.categories) or (False, True)
        return domain if terms else ()
    if item.type == "number":
        starts = {rank_of(edge) for edge in edges}
    else:
        starts = {first_unit(edge, item.decimals) for edge in edges}
        for level in levels:
            starts |= {int(cast("int", level)), int(cast("int", level)) + 1}
    limits = crossings(model) if any(isinstance(term.shape, Linear) for term in terms) else ()
    return cuts_of(item, starts, limits, lambda value: _score(model, {**values, name: value}))


def _score(model: Additive, values: Mapping[str, Value]) -> float | None:
    score = model.intercept
    for term in model.terms:
        found = term_value(term.shape, [values.get(name) for name in term.names])
        if isinstance(found, str):
            return None
        score += found
    return score
