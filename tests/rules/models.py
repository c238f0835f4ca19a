"""Random models and cases, and short ways to make a rule set of a model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import strategies as st

from clairevoie.rules.columns import Columns
from clairevoie.rules.content import (
    Additive,
    Axis,
    Baseline,
    Bins,
    Content,
    Grid,
    Levels,
    Linear,
    Rounding,
    Shape,
    Term,
    Tree,
    Trees,
)
from clairevoie.rules.evaluate import DTYPES, column_value
from clairevoie.rules.model import Category, Input, Outcome, RuleSet, Threshold, Value, Version

DAY = date(2024, 6, 1)
OUTCOMES = ("low", "middle", "high")

INPUTS = (
    Input("ratio", "number", {}, {}, {}, {}, required=False, change="change"),
    Input("share", "number", {}, {}, {}, {}, Decimal(-2), Decimal(3), change="change"),
    Input("income", "decimal", {}, {}, {}, {}, decimals=2, required=False, change="contest"),
    Input(
        "age", "integer", {}, {}, {}, {}, Decimal(0), Decimal(9), required=False, change="contest"
    ),
    Input("count", "integer", {}, {}, {}, {}, change="change"),
    Input("owner", "boolean", {}, {}, {}, {}, required=False, change="change"),
    Input(
        "place",
        "category",
        {},
        {},
        {},
        {},
        categories=tuple(Category(one, {}) for one in ("north", "south", "east")),
        required=False,
        change="change",
    ),
)
BY_NAME = {item.name: item for item in INPUTS}
EDGES = (-3.0, -0.5, -0.0, 0.1, 0.5, 1.0, 2.25, 3.0, 7.0)
"""Values are often exactly on them."""


def rule_set(content: Content, inputs: Sequence[Input] = INPUTS) -> RuleSet:
    kind: Any = "trees" if isinstance(content, Trees) else "additive"
    version = Version("1", date(2024, 1, 1), None, kind, content, tuple(inputs))
    outcomes = tuple(Outcome(one, {}) for one in OUTCOMES)
    return RuleSet("model", {"fr": "m"}, {}, "", "", {}, {}, outcomes, (version,))


def columns_of_cases(inputs: Sequence[Input], cases: Sequence[Mapping[str, Value]]) -> Columns:
    """Cases as columns; a value of the wrong sort is held as an invalid one."""
    values, missing = {}, {}
    for item in inputs:
        given = [case.get(item.name) for case in cases]
        gone = np.array([one is None for one in given], dtype=bool)
        array = np.zeros(len(cases), dtype=DTYPES[item.type])
        for index, one in enumerate(given):
            if one is not None:
                array[index] = column_value(item, one)
        values[item.name] = array
        if gone.any():
            missing[item.name] = gone
    return Columns(len(cases), values, missing, {})


numbers = st.one_of(
    st.sampled_from(EDGES),
    st.floats(-10, 10, allow_subnormal=False),
    st.sampled_from((1e300, -1e300, 5e-324)),
)
weights = st.one_of(st.sampled_from((0.0, 0.5, -1.0)), st.floats(-3, 3, allow_subnormal=False))


def values_of(item: Input) -> st.SearchStrategy[Any]:
    found: st.SearchStrategy[Any]
    if item.name == "share":
        found = st.one_of(
            st.sampled_from([edge for edge in EDGES if -2 <= edge <= 3]), st.floats(-2, 3)
        )
    elif item.type == "number":
        found = numbers
    elif item.type == "decimal":
        found = st.one_of(
            st.sampled_from([Decimal(str(edge)) for edge in EDGES]),
            st.integers(-1500, 1500).map(lambda units: Decimal(units).scaleb(-2)),
            st.integers(-(2**60), 2**60).map(lambda units: Decimal(units).scaleb(-2)),
        )
    elif item.name == "age":
        found = st.integers(0, 9)
    elif item.type == "integer":
        found = st.one_of(st.integers(-5, 5), st.integers(-(2**62), 2**62))
    elif item.type == "boolean":
        found = st.booleans()
    else:
        found = st.sampled_from([one.value for one in item.categories])
    return found if item.required else st.one_of(st.none(), found, found, found)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Value]:
    return {item.name: draw(values_of(item)) for item in INPUTS}


edge_lists = st.lists(st.sampled_from(EDGES), unique=True, max_size=5).map(
    lambda found: tuple(sorted(found))
)


@st.composite
def axes(draw: st.DrawFn, item: Input) -> Axis:
    if item.type == "category":
        return Axis(levels=tuple(one.value for one in item.categories[: draw(st.integers(1, 3))]))
    if item.type == "boolean":
        return Axis(levels=(False, True))
    if item.type == "integer" and draw(st.booleans()):
        return Axis(
            levels=tuple(draw(st.lists(st.integers(0, 9), unique=True, min_size=1, max_size=4)))
        )
    return Axis(edges=draw(edge_lists))


@st.composite
def shapes(draw: st.DrawFn, item: Input) -> Shape:
    missing = draw(st.one_of(st.none(), weights))
    if item.type != "category" and draw(st.booleans()):
        return Linear(
            draw(weights),
            draw(st.sampled_from((0.0, 1.5, -2.0))),
            draw(st.sampled_from((1.0, 3.0, 0.7))),
            missing,
        )
    axis = draw(axes(item))
    if axis.levels:
        unknown = draw(st.one_of(st.none(), weights))
        return Levels({level: draw(weights) for level in axis.levels}, missing, unknown)
    return Bins(axis.edges, tuple(draw(weights) for _ in range(len(axis.edges) + 1)), missing)


@st.composite
def grids(draw: st.DrawFn, first: Input, second: Input) -> Grid:
    sides = draw(axes(first)), draw(axes(second))
    sizes = [
        1 + (len(side.levels) + draw(st.integers(0, 1)) if side.levels else len(side.edges) + 1)
        for side in sides
    ]
    return Grid(
        sides, tuple(tuple(draw(weights) for _ in range(sizes[1])) for _ in range(sizes[0]))
    )


@st.composite
def terms(draw: st.DrawFn) -> tuple[Term, ...]:
    found: list[Term] = []
    for item in draw(st.lists(st.sampled_from(INPUTS), min_size=1, max_size=5)):
        name = f"t{len(found)}"
        found.append(Term(name, {"fr": name}, (item.name,), draw(shapes(item))))
    if draw(st.booleans()):
        first, second = draw(
            st.lists(
                st.sampled_from(INPUTS), min_size=2, max_size=2, unique_by=lambda item: item.name
            )
        )
        shape = draw(grids(first, second))
        found.append(Term("grid", {"fr": "grid"}, (first.name, second.name), shape))
    return tuple(found)


@st.composite
def additives(draw: st.DrawFn) -> Additive:
    found = draw(terms())
    link: Any = draw(st.sampled_from(("identity", "logit", "log")))
    levels = sorted(
        draw(st.lists(st.sampled_from((0.25, 0.5, 0.75, 2.0)), unique=True, max_size=2))
    )
    thresholds = (
        Threshold(OUTCOMES[0]),
        *tuple(Threshold(name, level) for name, level in zip(OUTCOMES[1:], levels, strict=False)),
    )
    return Additive(
        intercept=draw(weights),
        terms=found,
        link=link,
        factor=draw(st.sampled_from((1.0, 10.0, -2.0))),
        offset=draw(st.sampled_from((0.0, 0.5))),
        rounding=draw(
            st.one_of(
                st.none(),
                st.builds(
                    Rounding,
                    st.sampled_from((Decimal("0.01"), Decimal("0.25"), Decimal(3))),
                    st.sampled_from(("half_up", "half_even", "up", "down")),
                ),
            )
        ),
        thresholds=thresholds if levels else (),
        baseline=draw(
            st.one_of(
                st.none(),
                st.just(Baseline({"fr": "b"}, {term.id: 0.5 for term in found[:2]})),
            )
        ),
    )


@st.composite
def tree(draw: st.DrawFn, names: Sequence[str], single: bool) -> Tree:
    """A tree grown by splitting leaves, covers halved at random."""
    feature, threshold, left, right = [-1], [0.0], [0], [0]
    value, cover, missing_left = [draw(weights)], [64.0], [False]
    levels: dict[int, frozenset[Value]] = {}
    for _ in range(draw(st.integers(0, 6))):
        leaves = [node for node, one in enumerate(feature) if one == -1]
        node = draw(st.sampled_from(leaves))
        feature[node] = draw(st.integers(0, len(names) - 1))
        item = BY_NAME[names[feature[node]]]
        missing_left[node] = draw(st.booleans())
        share = draw(st.sampled_from((0.25, 0.5, 0.8)))
        if item.type == "category":
            listed = [one.value for one in item.categories]
            levels[node] = frozenset(
                draw(st.lists(st.sampled_from(listed), min_size=1, max_size=2))
            )
        elif item.name == "age" and draw(st.booleans()):
            levels[node] = frozenset(draw(st.lists(st.integers(0, 9), min_size=1, max_size=3)))
        else:
            edge = draw(st.sampled_from(EDGES))
            threshold[node] = float(np.float32(edge)) if single else edge
        for side, part in ((left, share), (right, 1 - share)):
            side[node] = len(feature)
            feature.append(-1)
            threshold.append(0.0)
            left.append(0)
            right.append(0)
            value.append(draw(weights))
            cover.append(cover[node] * part)
            missing_left.append(False)
    return Tree(
        tuple(feature),
        tuple(threshold),
        tuple(left),
        tuple(right),
        tuple(value),
        tuple(cover),
        tuple(missing_left),
        levels or None,
    )


@st.composite
def forests(draw: st.DrawFn) -> Trees:
    names = tuple(
        draw(st.lists(st.sampled_from(list(BY_NAME)), min_size=1, max_size=5, unique=True))
    )
    single = draw(st.booleans())
    return Trees(
        names,
        tuple(draw(st.lists(tree(names, single), min_size=1, max_size=4))),
        base=draw(weights),
        average=draw(st.booleans()),
        link=draw(st.sampled_from(("identity", "logit"))),
        strict=draw(st.booleans()),
        single=single,
        thresholds=(Threshold("low"), Threshold("high", 0.4)),
    )


def close(left: float, right: float, gap: float = 1e-9) -> bool:
    return left == right or math.isclose(left, right, rel_tol=gap, abs_tol=gap)
