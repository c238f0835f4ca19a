"""Ensembles of decision trees: gradient boosting, random forests.

The score is ``base + Σ trees`` (or their mean), summed in the order of the trees. What each input
adds to it is its Shapley value (`clairevoie.rules.contributions.tree_values`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np

from clairevoie.rules.building import Builder, code_of
from clairevoie.rules.columns import ColumnResult, Columns
from clairevoie.rules.content import Link, Tree, Trees
from clairevoie.rules.contributions.tree_values import case_values
from clairevoie.rules.kinds import KindTrace
from clairevoie.rules.model import Input, RuleSet, Text, Value, Version
from clairevoie.rules.scores import answer_case, answer_columns, first_whole
from clairevoie.rules.segments import cuts_of, unit_range, value_of
from clairevoie.rules.splits import goes_left, node_table, part_matrix
from clairevoie.rules.trace import Tested, TraceStep

CHUNK = 1 << 20
"""Cases asked for at a time: the trees are prepared once for all of them."""
BLOCK = 1 << 12
"""Cases computed at a time, so that the columns and the nodes reached stay in the cache."""
LEAF = -1

NUMERIC = ("integer", "decimal", "number", "boolean")
ARRAYS = ("feature", "threshold", "left", "right", "value", "cover", "missing_left")


# --- from a file ----------------------------------------------------------------------------------


def build(data: Mapping[str, Any], build: Builder) -> Trees:
    """Build an ensemble of trees from the plain values of a file."""
    names = tuple(code_of(name) for name in data["names"])
    items = tuple(build.input(name, f"names.{index}") for index, name in enumerate(names))
    trees = tuple(
        _tree(raw, items, f"trees.{index}", build) for index, raw in enumerate(data["trees"])
    )
    if not trees:
        build.problem("trees", "there is no tree")
    return Trees(
        names=names,
        trees=trees,
        base=build.number(data, "base", "") or 0.0,
        average=bool(data.get("average", False)),
        link=cast("Link", data.get("link", "identity")),
        strict=bool(data.get("strict", False)),
        single=bool(data.get("single", False)),
        thresholds=build.thresholds(data, floating=True),
        basis=build.basis(data, ""),
    )


def _tree(
    raw: Mapping[str, Any], items: Sequence[Input | None], place: str, build: Builder
) -> Tree:
    count = len(raw["feature"])
    for key in ARRAYS:
        if len(raw[key]) != count:
            build.problem(
                f"{place}.{key}", f"it has {len(raw[key])} nodes, and 'feature' has {count}"
            )
            return LONE_LEAF
    tree = Tree(
        feature=tuple(int(one) for one in raw["feature"]),
        threshold=_floats(raw, "threshold", place, build),
        left=tuple(int(one) for one in raw["left"]),
        right=tuple(int(one) for one in raw["right"]),
        value=_floats(raw, "value", place, build),
        cover=_floats(raw, "cover", place, build),
        missing_left=tuple(bool(one) for one in raw["missing_left"]),
        levels=_levels(raw, items, place, build),
    )
    problem = tree_problem(tree, len(items))
    if problem:
        build.problem(place, problem)
        return LONE_LEAF
    _check_types(tree, items, place, build)
    return tree


LONE_LEAF = Tree((LEAF,), (0.0,), (0,), (0,), (0.0,), (1.0,), (False,))


def _floats(raw: Mapping[str, Any], key: str, place: str, build: Builder) -> tuple[float, ...]:
    return tuple(
        build.floating(one, f"{place}.{key}.{index}") for index, one in enumerate(raw[key])
    )


def _levels(
    raw: Mapping[str, Any], items: Sequence[Input | None], place: str, build: Builder
) -> dict[int, frozenset[Value]] | None:
    found: dict[int, frozenset[Value]] = {}
    for key, listed in (raw.get("levels") or {}).items():
        node, where = int(key), f"{place}.levels.{key}"
        feature = int(raw["feature"][node]) if 0 <= node < len(raw["feature"]) else LEAF
        if not 0 <= feature < len(items):
            build.problem(where, "there is no split at this node")
            continue
        item = items[feature]
        if item is not None:
            values = (build.value(one, item, where) for one in listed)
            found[node] = frozenset(one for one in values if one is not None)
    return found or None


def tree_problem(tree: Tree, names: int) -> str:
    """Return why arrays are not a binary tree, empty when they are one."""
    seen = [False] * len(tree.feature)
    waiting = [0] if seen else []
    if not seen:
        return "a tree has at least one node"
    while waiting:
        node = waiting.pop()
        if not 0 <= node < len(seen) or seen[node]:
            return f"node {node} is not there, or is reached twice"
        seen[node] = True
        if tree.feature[node] == LEAF:
            continue
        if not 0 <= tree.feature[node] < names:
            return f"node {node} reads feature {tree.feature[node]}, and there are {names} names"
        waiting += [tree.left[node], tree.right[node]]
    return ""


def _check_types(tree: Tree, items: Sequence[Input | None], place: str, build: Builder) -> None:
    for node, feature in enumerate(tree.feature):
        item = items[feature] if feature != LEAF else None
        if item is None:
            continue
        by_level = node in (tree.levels or {})
        if by_level and item.type not in {"category", "integer", "boolean"}:
            build.problem(f"{place}.levels.{node}", f"'{item.name}' has no levels")
        elif by_level and any(
            isinstance(one, int) and one < 0 for one in (tree.levels or {})[node]
        ):
            build.problem(f"{place}.levels.{node}", "whole numbers that are levels start at 0")
        elif not by_level and item.type not in NUMERIC:
            build.problem(
                f"{place}.threshold.{node}",
                f"the input '{item.name}' is of type {item.type}: give the 'levels' that go left",
            )


# --- one case -------------------------------------------------------------------------------------


def trace(rules: RuleSet, version: Version, values: Mapping[str, Value]) -> KindTrace:
    """Evaluate one case: what each input adds, then each tree with the path that was taken."""
    model = _content(version)
    given = [values.get(name) for name in model.names]
    paths = [tuple(path(model, tree, given)) for tree in model.trees]
    leaves = [taken[-1] for taken in paths]
    score = _combined(
        model, [tree.value[leaf] for tree, leaf in zip(model.trees, leaves, strict=True)]
    )
    found = case_values(model, version, values)
    steps = []
    for name, one in zip(model.names, given, strict=True):
        item = version.input(name)
        part = None if found is None else float(found.values[model.names.index(name), 0])
        steps.append(TraceStep(name, "term", item.label, True, value=one, contribution=part))
    for index, (tree, taken) in enumerate(zip(model.trees, paths, strict=True)):
        steps.append(_tree_step(version, model, index, tree, taken, given))
    base = model.base if found is None else found.base
    return answer_case(rules, model, score, base, tuple(steps))


def _content(version: Version) -> Trees:
    if not isinstance(version.content, Trees):
        raise TypeError(f"the version '{version.id}' is not an ensemble of trees")
    return version.content


def _combined(model: Trees, leaves: Sequence[float]) -> float:
    total = 0.0
    for leaf in leaves:
        total += leaf
    return model.base + (total / len(leaves) if model.average else total)


def path(model: Trees, tree: Tree, given: Sequence[Value]) -> Iterator[int]:
    """Yield the nodes that a case goes through, the leaf last."""
    node = 0
    yield node
    while tree.feature[node] != LEAF:
        left = goes_left(model, tree, node, given[tree.feature[node]])
        node = tree.left[node] if left else tree.right[node]
        yield node


def _tree_step(
    version: Version,
    model: Trees,
    index: int,
    tree: Tree,
    taken: Sequence[int],
    given: Sequence[Value],
) -> TraceStep:
    tested = []
    for node, after in itertools.pairwise(taken):
        item = version.input(model.names[tree.feature[node]])
        value = given[tree.feature[node]]
        text = split_text(model, tree, node)
        tested.append(
            Tested(item.name, item.label, value, item.unit, text, after == tree.left[node])
        )
    label: Text = {"fr": f"Arbre {index + 1}", "en": f"Tree {index + 1}"}
    value = tree.value[taken[-1]]
    return TraceStep(f"tree-{index + 1}", "tree", label, True, value, tested=tuple(tested))


def split_text(model: Trees, tree: Tree, node: int) -> str:
    """Return the test of a node, written as a condition of a table is; where it holds, left."""
    levels = (tree.levels or {}).get(node)
    if levels is not None:
        text = ", ".join(sorted(code_of(level) for level in levels))
    else:
        text = f"{'<' if model.strict else '<='} {tree.threshold[node]:.12g}"
    return f"{text}, missing" if tree.missing_left[node] else text


# --- columns --------------------------------------------------------------------------------------


def columns(rules: RuleSet, version: Version, columns: Columns) -> ColumnResult:
    """Evaluate all cases, one tree after the other, one level of nodes at a time."""
    model = _content(version)
    items = [version.input(name) for name in model.names]
    tables = [node_table(model, tree, items) for tree in model.trees]
    score = np.zeros(columns.count)
    with np.errstate(all="ignore"):  # refused cases hold any value
        for start in range(0, columns.count, BLOCK):
            part = slice(start, min(start + BLOCK, columns.count))
            matrix = part_matrix(model, items, columns, part)
            for table in tables:
                score[part] += table.value[table.leaves(matrix)]
        if model.average:
            score /= len(model.trees)
        score += model.base
    return answer_columns(rules, model, score, np.zeros(columns.count, dtype=np.uint8))


# --- where the answer may change ------------------------------------------------------------------


def cuts(version: Version, name: str, values: Mapping[str, Value]) -> tuple[Value, ...]:
    """Return the values of one input from which some tree goes the other way."""
    model = _content(version)
    item = version.input(name)
    if name not in model.names:
        return ()
    if item.type in {"category", "boolean"}:
        return tuple(one.value for one in item.categories) or (False, True)
    feature = model.names.index(name)
    starts: set[int] = set()
    seen: set[float] = set()
    for tree in model.trees:
        for node, read in enumerate(tree.feature):
            if read != feature:
                continue
            levels = (tree.levels or {}).get(node)
            if levels is not None:
                units = {int(cast("int", level)) for level in levels}
                starts |= units | {unit + 1 for unit in units}
            elif tree.threshold[node] not in seen:
                seen.add(tree.threshold[node])
                starts |= _turn(model, tree, node, item)
    return cuts_of(item, starts, (), lambda _: None)


def _turn(model: Trees, tree: Tree, node: int, item: Input) -> set[int]:
    """The first unit that goes right at a node, if the domain has one that goes left before."""
    first, last = unit_range(item)

    def right(unit: int) -> bool:
        return not goes_left(model, tree, node, value_of(item, unit))

    if right(first) or not right(last):
        return set()
    return {first_whole(right, first, last)}
