"""Who was in the pool and on the panel; what is published gives nobody away."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.decisions.replay.secrecy import Sum, hidden_cells
from clairevoie.sortition.composition import (
    Cell,
    Composition,
    Row,
    composition,
    composition_csv,
    published,
)
from clairevoie.sortition.pool import PoolProblem, Quota
from clairevoie.sortition.shares import Share

QUOTAS = (
    Quota("genre", "femme", 10, 30),
    Quota("genre", "homme", 10, 30),
    Quota("âge", "jeune", 0, 40),
    Quota("âge", "moyen", 0, 40),
    Quota("âge", "vieux", 0, 40),
)


def hide(
    counts: Mapping[Cell, int],
    sums: Sequence[tuple[Cell, tuple[Cell, ...]]],
    no_table: frozenset[Cell],
    threshold: int,
) -> set[Cell]:
    """The rules of the project."""
    figures: dict[Hashable, int] = {cell: count for cell, count in counts.items()}  # noqa: C416
    return hidden_cells(  # type: ignore[return-value]
        figures,
        figures,
        [Sum(whole, parts) for whole, parts in sums],
        threshold,
        never_shown=frozenset(no_table),
    )


def made(pool: Mapping[str, Sequence[int]], panel: Mapping[str, Sequence[int]]) -> Composition:
    rows = [
        Row(category, str(at), None, 0, 100, many, panel[category][at])
        for category, counts in pool.items()
        for at, many in enumerate(counts)
    ]
    first = next(iter(pool))
    return Composition(tuple(rows), sum(pool[first]), sum(panel[first]))


def test_counts_of_the_pool_and_of_the_panel() -> None:
    features = {"genre": ["femme"] * 3 + ["homme"], "âge": ["jeune", "vieux", "vieux", "jeune"]}
    found = composition(
        ["a", "b", "c", "d"],
        features,
        {"a", "d"},
        QUOTAS,
        shares=[Share("genre", "femme", Fraction(52, 100))],
    )
    assert (found.volunteers, found.members) == (4, 2)
    assert [(row.pool, row.panel) for row in found.rows] == [
        (3, 1), (1, 1), (2, 2), (0, 0), (2, 0),
    ]  # fmt: skip
    assert [row.population for row in found.rows[:2]] == [Fraction(52, 100), None]
    rows = list(csv.DictReader(io.StringIO(composition_csv(found).decode(), newline="")))
    assert rows[0] == {
        "category": "genre", "feature": "femme", "population": "0.520000", "quota_min": "10",
        "quota_max": "30", "pool": "3", "pool_share": "0.750000", "panel": "1",
        "panel_share": "0.500000", "hidden": "",
    }  # fmt: skip


def test_what_does_not_belong_is_said() -> None:
    with pytest.raises(PoolProblem) as caught:
        composition(["a"], {"genre": ["autre"]}, {"z"}, QUOTAS)
    assert len(caught.value.problems) == 3


def test_small_figures_are_hidden_and_another_with_each() -> None:
    found = published(made({"c": (200, 150, 50)}, {"c": (20, 15, 5)}), hide)
    assert [row.pool for row in found.rows] == [200, 150, 50]
    # 5 is hidden; 15 with it, or 40 - 20 - 15 would give it.
    assert [row.panel for row in found.rows] == [20, None, None]
    assert found.threshold == 11
    text = composition_csv(found).decode()
    assert text.splitlines()[3] == "c,2,,0,100,50,0.125000,,,panel"


def test_those_who_were_not_drawn_are_a_figure_too() -> None:
    # 25 - 24: one volunteer who was not drawn.
    found = published(made({"c": (25, 100)}, {"c": (24, 20)}), hide)
    assert [row.panel for row in found.rows] == [None, None]


def test_a_panel_below_the_threshold_is_told_nothing_of() -> None:
    found = published(made({"c": (60, 60)}, {"c": (4, 4)}), hide)
    assert [row.panel for row in found.rows] == [None, None]
    with pytest.raises(ValueError, match="hidden already"):
        published(found, hide)
    with pytest.raises(ValueError, match="1 or more"):
        published(made({"c": (60, 60)}, {"c": (4, 4)}), hide, threshold=0)


def test_zero_hides_nothing_and_a_large_panel_shows_all() -> None:
    found = published(made({"c": (500, 400, 0)}, {"c": (75, 75, 0)}), hide)
    assert all(row.pool is not None and row.panel is not None for row in found.rows)


COUNTS = st.lists(st.integers(0, 4), min_size=2, max_size=3)


@settings(max_examples=200)
@given(st.data())
def test_no_hidden_figure_is_the_only_one_possible(data: st.DataObject) -> None:
    """By brute force, with a threshold of 3: all whole numbers that agree with what is shown."""
    panel = data.draw(COUNTS)
    rest = data.draw(st.lists(st.integers(0, 4), min_size=len(panel), max_size=len(panel)))
    truth = made({"c": [a + b for a, b in zip(panel, rest, strict=True)]}, {"c": panel})
    found = published(truth, hide, threshold=3)
    for row, count in zip(found.rows, panel, strict=True):
        assert row.panel is None or row.panel == count
        assert row.panel in {None, 0} or row.panel >= 3
        assert row.pool in {None, 0} or row.pool >= 3
    seen: list[set[int]] = [set() for _row in panel]
    others = found.volunteers - found.members
    for guess in itertools.product(range(found.members + 1), repeat=len(panel)):
        told = list(zip(found.rows, guess, strict=True))
        left = [row.pool - count for row, count in told if row.pool is not None]
        free = len(left) < len(told)
        if (
            sum(guess) == found.members
            and all(row.panel in {None, count} for row, count in told)
            and min(left, default=0) >= 0
            and (sum(left) <= others if free else sum(left) == others)
        ):
            for values, count in zip(seen, guess, strict=True):
                values.add(count)
    for count, values in zip(panel, seen, strict=True):
        assert not 0 < count < 3 or len(values) > 1
