"""Counts in classes beside those of the cells: together they tell of no few either."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.audit.cells import Cells
from clairevoie.audit.figures import Figure, Hidden
from clairevoie.audit.model import Plan
from clairevoie.audit.parts import More, Part
from clairevoie.audit.secrecy import hidden_beside, hidden_figures
from tests.audit.test_secrecy import LEAST, Attack, audits, cells_of, plan_for

NAMES = ("class:0", "class:1", "class:2")


def beside(plan: Plan, cells: Cells, seed: int, shares: tuple[float, ...]) -> Cells:
    """Cells with classes drawn among their rows; the rest is in none."""
    draw = np.random.default_rng(seed)
    found = draw.multinomial(cells.rows, [*shares, 1 - sum(shares)]).T[:-1]
    sums = {**cells.sums, **dict(zip(NAMES, found.astype(float), strict=True))}
    return Cells(cells.names, cells.levels, cells.codes, cells.rows, sums)


def shown_of(plan: Plan, cells: Cells) -> tuple[Hidden, tuple[str, ...]]:
    """What is hidden at last of cells and classes, and the groups whose tables are published."""
    bare = Cells(
        cells.names,
        cells.levels,
        cells.codes,
        cells.rows,
        {name: column for name, column in cells.sums.items() if name not in NAMES},
    )
    groups = tuple(item.name for item in plan.groups)
    whole = Part((("rows", 1), *((name, -1) for name in NAMES)), (), NAMES)
    more = More(
        dict.fromkeys(NAMES, groups), (*(Part(((name, 1),), (name,)) for name in NAMES), whole)
    )
    hidden = hidden_figures(plan, bare)
    columns = {name: cells.cut(groups).sums[name] for name in NAMES}
    gone = hidden_beside(plan, bare, hidden, more, columns)
    tables = tuple(name for name in groups if not any(figure.cut == (name,) for figure in gone))
    left = {
        Figure(cut, keys, name)
        for cut in ((), *plan.cuts)
        if len(cut) != 1 or cut[0] not in tables
        for keys in product(*(cells.levels[cells.names.index(group)] for group in cut))
        for name in NAMES
    }
    return Hidden(hidden.figures | left), tables


@settings(max_examples=60)
@given(audits(), st.integers(0, 10_000), st.sampled_from([(0.5, 0.3, 0.2), (0.3, 0.3, 0.2)]))
def test_nothing_is_found_of_both_together(
    made: tuple[Plan, Cells], seed: int, shares: tuple[float, ...]
) -> None:
    plan, cells = made[0], beside(*made, seed, shares)
    hidden, tables = shown_of(plan, cells)
    attack = Attack(plan, cells, hidden)
    secrets = [each for cut in ((), *plan.cuts) for each in attack.secrets(cut)]
    classes = [each for each in secrets if "class" in each[2]]
    for aim, value, what in classes[:: max(1, len(classes) // 8)]:
        low, high = attack.bounds(aim)
        assert high - low > 0.5, (what, value, tables)
    others = [each for each in secrets if "class" not in each[2]]
    for aim, value, what in others[:: max(1, len(others) // 8)]:
        low, high = attack.bounds(aim)
        assert high >= value + LEAST - 1 - 1e-4, (what, value, low, high, tables)


def test_large_classes_are_shown() -> None:
    rows = [[400, 300], [250, 350]]
    plan = plan_for([2, 2], [])
    cells = cells_of([2, 2], rows, of_a=rows, hit_a=[[40, 30], [60, 90]])
    hidden, tables = shown_of(plan, beside(plan, cells, 1, (0.3, 0.3, 0.2)))
    assert tables == ("g0", "g1")
    assert hidden.shows(("g0",), ("k0",), *NAMES)
    assert hidden.shows(("g0",), ("k0",), "rows", "hit:a")


def test_a_class_that_is_an_outcome_hides_as_it_does() -> None:
    """Who is hit has an amount: what the one hides, the other does not show."""
    rows = [[400, 300, 200], [250, 350, 500]]
    hit = np.array([[40, 3, 60], [90, 80, 70]])
    plan = plan_for([2, 3], [(0, 1)])
    cells = cells_of([2, 3], rows, of_a=rows, hit_a=hit)
    assert hidden_figures(plan, cells).shows(("g0",), ("k0",), "hit:a")
    columns = {"class:0": hit.ravel().astype(float)}
    more = More(
        {"class:0": ("g0", "g1")},
        (Part((("class:0", 1),), ("class:0",)), Part((("rows", 1), ("class:0", -1)), ())),
    )
    closed = Hidden(frozenset({Figure(("g1",), (key,), "hit:a") for key in ("k0", "k1")}))
    gone = hidden_beside(plan, cells, closed, more, columns)
    assert {Figure(("g1",), (key,), "class:0") for key in ("k0", "k1")} <= gone
