"""The splits of trees: which way a value goes, for one case and for columns.

Left when ``x <= threshold`` (``x < threshold`` when strict), or when the level is one of those that
go left; a missing value goes where the split says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.columns import Columns
from clairevoie.rules.content import Tree, Trees
from clairevoie.rules.model import Input, Value
from clairevoie.rules.shapes import as_float, as_floats

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

LEAF = -1


def goes_left(model: Trees, tree: Tree, node: int, value: Value) -> bool:
    """Return whether a value goes left at a node."""
    if value is None:
        return tree.missing_left[node]
    levels = (tree.levels or {}).get(node)
    if levels is not None:
        return value in levels
    x = as_float(value)
    if model.single:
        # A value beyond single precision becomes infinite there.
        with np.errstate(over="ignore"):
            x = float(np.float32(x))
    return x < tree.threshold[node] if model.strict else x <= tree.threshold[node]


@dataclass(frozen=True, slots=True)
class NodeTable:
    """A tree as arrays, ready for columns.

    Leaves lead to themselves, so that all cases take ``depth`` steps. ``by_level`` has the nodes
    that split by levels: for each, whether each level index goes left.
    """

    feature: Places
    threshold: Floats
    children: Places
    missing_left: Flags
    value: Floats
    depth: int
    strict: bool
    by_level: tuple[tuple[int, Flags], ...]

    def leaves(self, matrix: Floats) -> Places:
        """Return the leaf that each case reaches.

        Args:
            matrix: shape (names, cases); NaN for a missing value; for an input with levels, the
                index of the level.
        """
        count = matrix.shape[1]
        flat, cases = matrix.ravel(), np.arange(count)
        node = np.zeros(count, dtype=np.intp)
        for _ in range(self.depth):
            x = flat.take(self.feature.take(node) * count + cases)
            left = self._left(node, x)
            node = self.children.take(2 * node + ~left)
        return node

    def decisions(self, matrix: Floats) -> Flags:
        """Return whether each case would go left at each node: shape (nodes, cases)."""
        x = matrix[self.feature]
        limit = self.threshold[:, None]
        left: Flags = np.less(x, limit) if self.strict else np.less_equal(x, limit)
        for at, goes in self.by_level:
            there = np.nan_to_num(x[at]).astype(np.intp) + 1
            left[at] = goes.take(there, mode="clip")
        gone = np.isnan(x)
        if gone.any():
            np.copyto(left, self.missing_left[:, None], where=gone)
        return left

    def _left(self, node: Places, x: Floats) -> Flags:
        limit = self.threshold.take(node)
        left: Flags = np.less(x, limit) if self.strict else np.less_equal(x, limit)
        gone = np.isnan(x)
        for at, goes in self.by_level:
            here = np.flatnonzero((node == at) & ~gone)
            left[here] = goes.take(x[here].astype(np.intp) + 1, mode="clip")
        if gone.any():
            left[gone] = self.missing_left.take(node[gone])
        return left


def node_table(model: Trees, tree: Tree, items: Sequence[Input]) -> NodeTable:
    """Prepare a tree."""
    feature = np.array(tree.feature, dtype=np.intp)
    own = np.arange(len(feature))
    leaf = feature == LEAF
    children = np.empty(2 * len(feature), dtype=np.intp)
    children[0::2] = np.where(leaf, own, tree.left)
    children[1::2] = np.where(leaf, own, tree.right)
    by_level = tuple(
        (node, _level_flags(items[tree.feature[node]], levels))
        for node, levels in (tree.levels or {}).items()
    )
    return NodeTable(
        feature=np.where(leaf, 0, feature),
        threshold=np.array(tree.threshold, dtype=np.float64),
        children=children,
        missing_left=np.array(tree.missing_left, dtype=bool),
        value=np.array(tree.value, dtype=np.float64),
        depth=depth_of(tree),
        strict=model.strict,
        by_level=by_level,
    )


def depth_of(tree: Tree) -> int:
    """Return the number of splits on the longest path."""
    deepest, waiting = 0, [(0, 0)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        if tree.feature[node] != LEAF:
            waiting += [(tree.left[node], depth + 1), (tree.right[node], depth + 1)]
    return deepest


def _level_flags(item: Input, levels: frozenset[Value]) -> Flags:
    """Whether each level goes left; the first and last places are for what is not listed: right."""
    domain: Sequence[Value] = [one.value for one in item.categories]
    if item.type == "boolean":
        domain = (False, True)
    elif item.type == "integer":
        domain = range(1 + max((int(one) for one in levels if isinstance(one, int)), default=0))
    return np.array([False, *(one in levels for one in domain), False])


def part_matrix(model: Trees, items: Sequence[Input], columns: Columns, part: slice) -> Floats:
    """Return the values of some cases: shape (names, cases), NaN where missing."""
    count = part.stop - part.start
    matrix = np.empty((len(items), count))
    for row, item in zip(matrix, items, strict=True):
        array = columns.values[item.name][part]
        if item.type == "category":
            row[:] = array
        else:
            x = as_floats(item, array)
            row[:] = x.astype(np.float32) if model.single else x
        mask = columns.missing.get(item.name)
        if mask is not None:
            row[mask[part]] = np.nan
    return matrix
