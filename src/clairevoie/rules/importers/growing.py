"""Trees as other tools export them, turned into `clairevoie.rules.content.Tree`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from clairevoie.rules.content import Tree
from clairevoie.rules.importers.imported import refuse
from clairevoie.rules.kinds.trees import tree_problem
from clairevoie.rules.model import Value

LEAF = -1


@dataclass(slots=True)
class Growing:
    """A tree under construction: its arrays, node 0 first."""

    feature: list[int] = field(default_factory=list)
    threshold: list[float] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    cover: list[float] = field(default_factory=list)
    missing_left: list[bool] = field(default_factory=list)
    levels: dict[int, frozenset[Value]] = field(default_factory=dict)

    def add(self, *, cover: float, **given: Any) -> int:
        """Add a node; without more it is a leaf whose value is 0. Return its number."""
        self.feature.append(given.get("feature", LEAF))
        self.threshold.append(given.get("threshold", 0.0))
        self.left.append(given.get("left", 0))
        self.right.append(given.get("right", 0))
        self.value.append(given.get("value", 0.0))
        self.cover.append(cover)
        self.missing_left.append(given.get("missing_left", False))
        node = len(self.feature) - 1
        if given.get("levels") is not None:
            self.levels[node] = frozenset(given["levels"])
        return node

    def tree(self, place: str, names: int) -> Tree:
        """Return the tree.

        Raises:
            RulesProblem: the arrays are not a binary tree over ``names`` inputs.
        """
        found = Tree(
            tuple(self.feature),
            tuple(self.threshold),
            tuple(self.left),
            tuple(self.right),
            tuple(self.value),
            tuple(self.cover),
            tuple(self.missing_left),
            self.levels or None,
        )
        problem = tree_problem(found, names)
        if problem:
            raise refuse(place, problem)
        return found
