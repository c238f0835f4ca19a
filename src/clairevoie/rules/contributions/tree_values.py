"""Exact contributions of inputs to the score of an ensemble of trees.

They are the Shapley values of the *path-dependent* game of TreeSHAP (Lundberg et al., « From local
explanations to global understanding with explainable AI for trees », Nature Machine Intelligence 2,
2020, Algorithm 2): what is unknown of a case follows the training cases down both branches, in
proportion to their cover.

For one leaf of value v, let its path read d different inputs; for the input k let z_k be the share
of the training cases that its splits let through, and o_k be 1 if they let the case through,
else 0.
The leaf adds to the contribution of k

    v (o_k − z_k) Σ_S |S|! (d − |S| − 1)! / d!  Π_{j ∈ S} o_j  Π_{j ∉ S} z_j

over the sets S of the other inputs. The weight of S is ∫ t^|S| (1 − t)^(d−1−|S|) dt over [0, 1]
(Owen, « Multilinear extensions of games », Management Science 18, 1972), so that the sum is

    ∫ Π_{j ≠ k} (z_j (1 − t) + o_j t) dt,

a polynomial of degree d − 1, which Gauss and Legendre's rule integrates exactly with ⌈d/2⌉ points.
All its terms are positive: nothing cancels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.columns import Columns
from clairevoie.rules.content import Tree, Trees
from clairevoie.rules.contributions.result import TRAINING_MEAN, Contributions
from clairevoie.rules.model import RulesProblem, Value, Version
from clairevoie.rules.splits import LEAF, NodeTable, node_table, part_matrix

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

BLOCK = 1 << 8
"""Cases at a time: the arrays of a tree (its path elements × cases) stay in the cache."""


@dataclass(frozen=True, slots=True)
class _Element:
    """An input on the path to a leaf: the branches that its splits take, and their share."""

    feature: int
    branches: tuple[int, ...]
    share: float


@dataclass(frozen=True, slots=True)
class _Paths:
    """The leaves of some trees, element by element.

    Attributes:
        tables: the trees.
        branches: index in the decisions of all the trees (left at a node, then right at a node) of
            each split of each element.
        first_branch: where each element starts in ``branches``.
        first_element: where each leaf starts among the elements.
        leaf: the leaf of each element.
        share, value: of each element, z and its leaf's v.
        by_feature: the elements in the order of their features.
        features, first_of: the features that there are, and where each starts in ``by_feature``.
        points, weights: Gauss and Legendre's, on [0, 1].
    """

    tables: tuple[NodeTable, ...]
    branches: Places
    first_branch: Places
    first_element: Places
    leaf: Places
    share: Floats
    value: Floats
    by_feature: Places
    features: Places
    first_of: Places
    points: Floats
    weights: Floats


def has_covers(model: Trees) -> bool:
    """Return whether the trees say how many training cases passed each node."""
    return all(
        tree.cover[node] > 0
        for tree in model.trees
        for node, feature in enumerate(tree.feature)
        if feature != LEAF
    )


def expected_score(model: Trees) -> float:
    """Return the model's mean over its training cases, tree by tree, as covers have it."""
    total = sum(
        tree.value[leaf] * math.prod(one.share for one in elements)
        for tree in model.trees
        for leaf, elements in _leaves(tree)
    )
    return model.base + (total / len(model.trees) if model.average else total)


def _leaves(tree: Tree) -> Iterator[tuple[int, tuple[_Element, ...]]]:
    """Yield each leaf and the elements of its path."""
    waiting: list[tuple[int, tuple[_Element, ...]]] = [(0, ())]
    while waiting:
        node, elements = waiting.pop()
        if tree.feature[node] == LEAF:
            yield node, elements
            continue
        for side, child in enumerate((tree.left[node], tree.right[node])):
            share = tree.cover[child] / tree.cover[node]
            more = _extended(elements, tree.feature[node], 2 * node + side, share)
            waiting.append((child, more))


def _extended(
    elements: tuple[_Element, ...], feature: int, branch: int, share: float
) -> tuple[_Element, ...]:
    for index, one in enumerate(elements):
        if one.feature == feature:
            met = _Element(feature, (*one.branches, branch), one.share * share)
            return (*elements[:index], met, *elements[index + 1 :])
    return (*elements, _Element(feature, (branch,), share))


def _paths(trees: Sequence[Tree], tables: Sequence[NodeTable]) -> _Paths | None:
    """Prepare some trees; ``None`` when none of them has a split."""
    branches: list[int] = []
    first_branch: list[int] = []
    first_element: list[int] = []
    leaf: list[int] = []
    elements: list[_Element] = []
    values: list[float] = []
    offset = deepest = 0
    for tree in trees:
        for node, path in _leaves(tree):
            if not path:
                continue
            deepest = max(deepest, len(path))
            first_element.append(len(elements))
            for one in path:
                first_branch.append(len(branches))
                branches += [offset + branch for branch in one.branches]
                leaf.append(len(first_element) - 1)
                elements.append(one)
                values.append(tree.value[node])
        offset += 2 * len(tree.feature)
    if not elements:
        return None
    feature = np.array([one.feature for one in elements], dtype=np.intp)
    by_feature = np.argsort(feature, kind="stable")
    features, first_of = np.unique(feature[by_feature], return_index=True)
    points, weights = np.polynomial.legendre.leggauss((deepest + 1) // 2)
    return _Paths(
        tables=tuple(tables),
        branches=np.array(branches, dtype=np.intp),
        first_branch=np.array(first_branch, dtype=np.intp),
        first_element=np.array(first_element, dtype=np.intp),
        leaf=np.array(leaf, dtype=np.intp),
        share=np.array([one.share for one in elements]),
        value=np.array(values),
        by_feature=by_feature,
        features=features,
        first_of=first_of,
        points=(points + 1) / 2,
        weights=weights / 2,
    )


def _add(paths: _Paths, matrix: Floats, out: Floats) -> None:
    """Add what some trees contribute: ``matrix`` and ``out`` are of shape (names, cases)."""
    decisions = []
    for table in paths.tables:
        left = table.decisions(matrix)
        both = np.empty((2 * len(left), left.shape[1]), dtype=bool)
        both[0::2] = left
        np.logical_not(left, out=both[1::2])
        decisions.append(both)
    taken = np.concatenate(decisions)[paths.branches]
    one = np.logical_and.reduceat(taken, paths.first_branch, axis=0)
    share = paths.share[:, None]
    integral = np.zeros(one.shape)
    for point, weight in zip(paths.points, paths.weights, strict=True):
        factor = np.where(one, share * (1 - point) + point, share * (1 - point))
        product = np.multiply.reduceat(factor, paths.first_element, axis=0) * weight
        # A factor of 0 is a branch that no training case took, nor this one: its own element adds
        # nothing (o = z = 0), and the product of the others is 0.
        factor[factor == 0] = 1.0
        integral += product[paths.leaf] / factor
    integral *= (one - share) * paths.value[:, None]
    out[paths.features] += np.add.reduceat(integral[paths.by_feature], paths.first_of, axis=0)


def case_values(
    model: Trees, version: Version, values: Mapping[str, Value]
) -> Contributions | None:
    """Return the contributions for one case; ``None`` when the trees have no covers.

    Args:
        model: the content of ``version``.
        version: for the types of its inputs.
        values: the values of the inputs, as `clairevoie.rules.case.read_case` reads them.
    """
    if not has_covers(model):
        return None
    from clairevoie.rules.evaluate import DTYPES, column_value

    arrays, missing = {}, {}
    for name in model.names:
        item, value = version.input(name), values.get(name)
        if value is None:
            arrays[name] = np.zeros(1, dtype=DTYPES[item.type])
            missing[name] = np.ones(1, dtype=bool)
        else:
            arrays[name] = np.array([column_value(item, value)])
    return column_values(
        model, version, Columns(1, arrays, missing, {}), trees_at_once=len(model.trees)
    )


def column_values(
    model: Trees, version: Version, columns: Columns, *, trees_at_once: int = 1
) -> Contributions:
    """Return the contributions for all cases.

    Args:
        model: the content of ``version``.
        version: for the types of its inputs.
        columns: the cases.
        trees_at_once: how many trees are computed together; many for few cases.

    Raises:
        RulesProblem: the trees do not say how many training cases passed each node.
    """
    if not has_covers(model):
        raise RulesProblem(
            ("trees", "contributions need the 'cover' of each node: export the trees with it")
        )
    items = [version.input(name) for name in model.names]
    found = np.zeros((len(items), columns.count))
    score = np.zeros(columns.count)
    tables = [node_table(model, tree, items) for tree in model.trees]
    starts = range(0, len(model.trees), trees_at_once)
    bundles = [slice(start, start + trees_at_once) for start in starts]
    prepared = [_paths(model.trees[bundle], tables[bundle]) for bundle in bundles]
    with np.errstate(all="ignore"):  # refused cases hold any value
        for start in range(0, columns.count, BLOCK):
            part = slice(start, min(start + BLOCK, columns.count))
            matrix = part_matrix(model, items, columns, part)
            for paths in prepared:
                if paths is not None:
                    _add(paths, matrix, found[:, part])
            for table in tables:
                score[part] += table.value[table.leaves(matrix)]
    if model.average:
        found /= len(model.trees)
        score /= len(model.trees)
    score += model.base
    return Contributions(
        names=model.names,
        values=found,
        base=expected_score(model),
        label=TRAINING_MEAN,
        score=score,
        problem=np.zeros(columns.count, dtype=np.uint8),
    )
