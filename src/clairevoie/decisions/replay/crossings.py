"""What two cuts of the same decisions tell together: figures found by taking one from the other.

A region and its districts, versions and months: where levels of one cut cover those of another,
sums of both give figures that neither shows. Levels that share decisions make a graph, levels of
one cut on one side and of the other on the other side. All sums of both cuts follow from

- its connected parts: the levels of both sides have the same total;
- its bridges: what two levels share is what one side of the bridge has more in one cut than in
  the other. What any other two levels share cannot be found from the sums.

Source: the cells of a table that its margins determine are the bridges of its graph; D. Gusfield,
« A graph theoretic approach to statistical data security », SIAM J. Comput. 17 (3), 1988.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np
from numpy.typing import NDArray

from clairevoie.decisions.replay.model import CAUSES, Crossing

Codes = NDArray[np.intp]
Level = Codes | int

COLUMNS = len(CAUSES) + 1
"""Causes, then conform decisions."""
MOST_CELLS = 50_000
"""Two cuts with more pairs of levels than this are not crossed."""


@dataclass(slots=True)
class _Pair:
    """Decisions by level of two cuts and by cause, of shape (levels, levels, columns)."""

    counts: NDArray[np.int64]

    def add(self, more: NDArray[np.int64]) -> None:
        """Add the counts of a batch, with the levels that there are by now."""
        missing = [(0, new - old) for new, old in zip(more.shape, self.counts.shape, strict=True)]
        if any(after for _, after in missing):
            self.counts = np.pad(self.counts, missing)
        self.counts += more


class Crossings:
    """Counts of each two cuts, as batches come."""

    def __init__(self, cuts: int) -> None:
        self.pairs: dict[tuple[int, int], _Pair | None] = {
            pair: _Pair(np.zeros((0, 0, COLUMNS), dtype=np.int64))
            for pair in combinations(range(cuts), 2)
        }

    def add(
        self,
        count: int,
        gaps: Codes,
        cause: NDArray[np.uint8],
        levels: Sequence[tuple[Level, int]],
    ) -> None:
        """Add a batch.

        Args:
            count: how many decisions it has.
            gaps: which are gaps, of shape (g,).
            cause: the cause of each gap, of shape (g,).
            levels: for each cut, the level of each decision (or of them all), and how many levels
                there are by now.
        """
        for pair, found in self.pairs.items():
            if found is not None and levels[pair[0]][1] * levels[pair[1]][1] > MOST_CELLS:
                self.pairs[pair] = None
        left = {pair: found for pair, found in self.pairs.items() if found is not None}
        if prod(most for _, most in levels) <= MOST_CELLS:
            # All cuts at once, then each two of them: decisions are gone through once.
            cube = _cube(count, gaps, cause, levels)
            for pair, found in left.items():
                others = tuple(axis for axis in range(len(levels)) if axis not in pair)
                found.add(cube.sum(axis=others))
            return
        for pair, found in left.items():
            found.add(_cube(count, gaps, cause, [levels[axis] for axis in pair]))

    def found(self, cuts: Sequence[tuple[str, Sequence[str]]]) -> tuple[Crossing, ...]:
        """Return what each two cuts tell together.

        Args:
            cuts: for each, its name and the keys of its levels.
        """
        return tuple(
            each
            for (first, second), pair in self.pairs.items()
            if pair is not None
            for each in _of_pair(pair.counts, cuts[first], cuts[second])
        )

    def not_crossed(self, cuts: Sequence[tuple[str, Sequence[str]]]) -> tuple[str, ...]:
        """Return the finer of each two cuts that have too many levels to be crossed."""
        names = {
            max((cuts[first], cuts[second]), key=lambda cut: len(cut[1]))[0]
            for (first, second), pair in self.pairs.items()
            if pair is None
        }
        return tuple(sorted(names))


def _cube(
    count: int, gaps: Codes, cause: NDArray[np.uint8], levels: Sequence[tuple[Level, int]]
) -> NDArray[np.int64]:
    """Return the decisions of a batch by levels and cause, of shape (levels…, columns)."""
    place: Level = 0
    for level, most in levels:
        place = place * most + level
    cells = prod(most for _, most in levels)
    if isinstance(place, int):
        every = np.zeros(cells, dtype=np.int64)
        every[place] = count
        at: Level = place
    else:
        every = np.bincount(place, minlength=cells)
        at = place[gaps]
    causes = np.bincount(at * COLUMNS + cause, minlength=cells * COLUMNS).reshape(cells, COLUMNS)
    causes[:, -1] += every - causes.sum(axis=1)
    return causes.reshape(*(most for _, most in levels), COLUMNS)


def _of_pair(
    counts: NDArray[np.int64], first: tuple[str, Sequence[str]], second: tuple[str, Sequence[str]]
) -> Iterator[Crossing]:
    shared = counts.sum(axis=2) > 0
    many = len(shared)
    graph: list[list[int]] = [[] for _ in range(sum(shared.shape))]
    for one, other in np.argwhere(shared).tolist():
        graph[one].append(many + other)
        graph[many + other].append(one)

    def crossing(side: set[int], figures: NDArray[np.int64]) -> Crossing:
        return Crossing(
            tuple((second[0], second[1][node - many]) for node in sorted(side) if node >= many),
            tuple((first[0], first[1][node]) for node in sorted(side) if node < many),
            tuple(figures.tolist()),
        )

    nothing = np.zeros(counts.shape[2], dtype=np.int64)
    parts = _parts(graph)
    if len(parts) > 1:
        yield from (crossing(part, nothing) for part in parts)
    for one, other in _bridges(graph):
        level, beside = min(one, other), max(one, other)
        if len(graph[level]) > 1 and len(graph[beside]) > 1:
            yield crossing(_reached(graph, beside, without=level), counts[level, beside - many])


def _reached(graph: list[list[int]], start: int, *, without: int) -> set[int]:
    """Return the nodes reached from one, not by the edge to ``without``."""
    seen, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        for other in graph[node]:
            if other in seen or (node == start and other == without):
                continue
            seen.add(other)
            waiting.append(other)
    return seen


def _parts(graph: list[list[int]]) -> list[set[int]]:
    left = {node for node, others in enumerate(graph) if others}
    parts = []
    while left:
        parts.append(_reached(graph, min(left), without=-1))
        left -= parts[-1]
    return parts


def _bridges(graph: list[list[int]]) -> Iterator[tuple[int, int]]:
    """Yield the edges without which their ends are apart (Tarjan's low links)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    for root in range(len(graph)):
        if root in order:
            continue
        order[root] = low[root] = len(order)
        stack = [(root, -1, iter(graph[root]))]
        while stack:
            node, parent, others = stack[-1]
            new = next((other for other in others if other != parent), None)
            if new is None:
                stack.pop()
                if parent >= 0:
                    low[parent] = min(low[parent], low[node])
                    if low[node] > order[parent]:
                        yield parent, node
            elif new in order:
                low[node] = min(low[node], order[new])
            else:
                order[new] = low[new] = len(order)
                stack.append((new, node, iter(graph[new])))
