"""Statistical secrecy: which figures to hide, so that none of them is found from the others.

Figures on fewer people than a threshold are hidden first. Then, since a hidden figure could be
found by subtraction, others are hidden with it (complementary suppression) until

- no sum that is published leaves one hidden figure alone, or a few on fewer people together;
- no hidden figure is the only solution of all published sums taken together.

Source: A. Hundepool et al., « Statistical Disclosure Control », Wiley, 2012, chapter 4.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

Cell = Hashable
Label = TypeVar("Label", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum:
    """A published sum: the figures of ``parts`` add up to that of ``whole``."""

    whole: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The whole and its parts."""
        return (self.whole, *self.parts)


def hidden_counts(
    counts: Mapping[Label, int],
    sums: Sequence[tuple[Label, tuple[Label, ...]]],
    never_shown: frozenset[Label],
    threshold: int,
) -> list[Label]:
    """Return the cells to hide of figures that count people, each of them once.

    Args:
        counts: people of each cell.
        sums: a whole and its parts, each.
        never_shown: cells that no table has, but that anyone may find by subtraction.
        threshold: the smallest number of people that a published figure is on.
    """
    figures: dict[Cell, int] = dict(counts.items())
    found = hidden_cells(
        figures,
        figures,
        [Sum(whole, tuple(parts)) for whole, parts in sums],
        threshold,
        never_shown=frozenset(never_shown),
    )
    return [cell for cell in counts if cell in found]


def hidden_cells(
    counts: Mapping[Cell, int],
    people: Mapping[Cell, int],
    sums: Sequence[Sum],
    threshold: int,
    *,
    never_shown: frozenset[Cell] = frozenset(),
) -> set[Cell]:
    """Return the cells to hide.

    Args:
        counts: the figure of each cell.
        people: how many people it is on; told apart up to some number at least ``threshold``.
        sums: how cells add up.
        threshold: the smallest number of people that a published figure is on.
        never_shown: cells that are not published, whatever they are on. Anyone may find those
            that are on enough people; the others are as secret as any.

    Returns:
        The cells to hide, those that are never shown included.
    """
    first = {cell for cell, count in counts.items() if count and people[cell] < threshold}
    open_cells = never_shown - first
    hidden = first | never_shown
    # What a hidden whole is made of would tell much of it: its parts go with it.
    _hide_parts(hidden, first, sums)
    while True:
        while _hide_beside(hidden, open_cells, counts, people, sums, threshold):
            pass
        found = determined(hidden, sums) - open_cells
        more = _smallest_beside(found, hidden, counts, sums) if found else None
        if more is None:
            return hidden
        hidden.add(more)


def _hide_parts(hidden: set[Cell], first: set[Cell], sums: Iterable[Sum]) -> None:
    for each in sums:
        if each.whole in first:
            hidden.update(each.parts)


def _hide_beside(
    hidden: set[Cell],
    open_cells: frozenset[Cell],
    counts: Mapping[Cell, int],
    people: Mapping[Cell, int],
    sums: Iterable[Sum],
    threshold: int,
) -> bool:
    """Hide one more cell in each sum that would give away what it hides; say whether any was."""
    changed = False
    for each in sums:
        mine = [cell for cell in each.cells if cell in hidden]
        if open_cells.issuperset(mine):
            continue
        alone = len(mine) == 1
        few = each.whole not in hidden and sum(people[cell] for cell in mine) < threshold
        if not alone and not few:
            continue
        shown = [cell for cell in each.parts if cell not in hidden]
        if shown:
            hidden.add(min(shown, key=lambda cell: _cost(cell, counts)))
        elif each.whole not in hidden:
            hidden.add(each.whole)
        else:
            continue
        changed = True
    return changed


def _cost(cell: Cell, counts: Mapping[Cell, int]) -> tuple[bool, int, str]:
    """Small figures first; a nil one tells little, and hides little."""
    return (counts[cell] == 0, counts[cell], repr(cell))


def determined(hidden: Iterable[Cell], sums: Sequence[Sum]) -> set[Cell]:
    """Return the hidden cells that the sums determine, whatever the figures."""
    order = {cell: index for index, cell in enumerate(sorted(hidden, key=repr))}
    rows = []
    for each in sums:
        row = np.zeros(len(order))
        for cell in each.parts:
            if cell in order:
                row[order[cell]] += 1
        if each.whole in order:
            row[order[each.whole]] -= 1
        if row.any():
            rows.append(row)
    if not rows:
        return set()
    # A cell is determined when no solution of the sums of nothing moves it.
    matrix = np.array(rows)
    _, values, right = np.linalg.svd(matrix, full_matrices=True)
    rank = int(np.count_nonzero(values > 1e-9 * max(1.0, values[0])))
    free = right[rank:]
    moves = np.abs(free).max(axis=0) if len(free) else np.zeros(len(order))
    return {cell for cell, index in order.items() if moves[index] < 1e-9}


def _smallest_beside(
    found: set[Cell], hidden: set[Cell], counts: Mapping[Cell, int], sums: Sequence[Sum]
) -> Cell | None:
    """Return the smallest cell that is shown in a sum of those found, else in any sum."""
    near = [each for each in sums if found.intersection(each.cells)]
    for among in (near, sums):
        beside = {cell for each in among for cell in each.cells if cell not in hidden}
        if beside:
            return min(beside, key=lambda cell: _cost(cell, counts))
    return None
