"""What an audit publishes gives no figure on a few people: an attacker tries to find them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog  # type: ignore[import-untyped]

from clairevoie.audit.cells import Cells
from clairevoie.audit.figures import Amount, Figure, Hidden
from clairevoie.audit.model import Plan
from clairevoie.audit.secrecy import hidden_figures
from tests.audit.plans import plan_of

LEAST = 11

HEAD = """
clairevoie: audit-1.0
id: essai
title: {fr: Essai}
question: {fr: Qui est contrôlé ?}
journal: essai
written: 2025-12-01
outcomes:
  - {name: a, label: A, when: [{column: a, is: [true]}], adverse: true}
"""
SECOND = "  - {name: b, label: B, when: [{column: b, is: [refus]}], adverse: true}\n"
TRUTH = """
truth:
  label: En erreur
  when: [{column: erreur, is: [1]}]
  known: [{column: erreur, given: true}]
  predicted: a
"""
CHAIN = """
chain:
  - {name: one, label: Un, when: [{column: c, is: [true]}]}
  - {name: two, label: Deux, when: [{column: d, is: [true]}]}
"""


def plan_for(sizes: list[int], cuts: list[tuple[int, ...]], *more: str, least: int = LEAST) -> Plan:
    groups = "".join(f"  - {{name: g{i}, column: g{i}, label: G}}\n" for i in range(len(sizes)))
    crossed = ", ".join(f"[{', '.join(f'g{i}' for i in cut)}]" for cut in cuts)
    tail = f"groups:\n{groups}" + (f"intersections: [{crossed}]\n" if cuts else "")
    return plan_of(HEAD + "".join(more) + tail, secrecy=f"{{preset: persons, least: {least}}}")


def cells_of(sizes: list[int], rows: Any, **sums: Any) -> Cells:
    """Cells of all combinations that have rows, with sums in the same order."""
    kept = np.flatnonzero(np.ravel(rows))
    return Cells(
        names=tuple(f"g{i}" for i in range(len(sizes))),
        levels=tuple(tuple(f"k{k}" for k in range(size)) for size in sizes),
        codes=np.stack(np.unravel_index(kept, sizes), axis=1).astype(np.intp),
        rows=np.ravel(rows)[kept].astype(np.int64),
        sums={
            name.replace("_", ":", 1): np.ravel(column)[kept].astype(float)
            for name, column in sums.items()
        },
    )


# --- the attacker ---------------------------------------------------------------------------------


def known_of(names: tuple[str, ...]) -> list[dict[str, int]]:
    """What anybody knows of the sums of a cell, written here again: none of these is negative."""
    found: list[dict[str, int]] = [{name: 1} for name in names]
    found += [{"rows": 1, name: -1} for name in names if name != "rows"]
    for letter in "ab":
        if f"hit:{letter}" in names:
            found.append({f"of:{letter}": 1, f"hit:{letter}": -1})
    if "known" in names:
        found += [
            {"known": 1, "true": -1, "said": -1, "both": 1},
            {"true": 1, "both": -1},
            {"said": 1, "both": -1},
            {"hit:a": 1, "said": -1},
            {"rows": 1, "hit:a": -1, "known": -1, "said": 1},
        ]
    if "step:one" in names:
        found.append({"step:one": 1, "step:two": -1})
    if beside := [name for name in names if name.startswith("class:")]:
        found.append({"rows": 1, **dict.fromkeys(beside, -1)})
    return found


class Attack:
    """All that the shown figures leave possible, as equations over the cells."""

    def __init__(self, plan: Plan, cells: Cells, hidden: Hidden) -> None:
        self.cells = cells
        self.names = ("rows", *cells.sums)
        self.values = {"rows": cells.rows.astype(float), **cells.sums}
        self.many = len(cells.rows)
        rows, totals = [], []
        for cut in ((), *plan.cuts):
            for keys, mask in self.lines(cut).items():
                for name in self.names:
                    if Figure(cut, keys, name) not in hidden.figures:
                        rows.append(self.row({name: 1}, mask))
                        totals.append(self.values[name] @ mask)
        if "of:b" in self.names and (self.values["of:b"] == cells.rows).all():
            pairs = [("of:b", "rows")]
            if (self.values["hit:b"] == cells.rows - self.values["hit:a"]).all():
                rows += [
                    self.row({"hit:b": 1, "hit:a": 1, "rows": -1}, mask)
                    for mask in np.eye(self.many)
                ]
                totals += [0.0] * self.many
        else:
            pairs = []
        for one, other in [("of:a", "rows"), *pairs]:
            rows += [self.row({one: 1, other: -1}, mask) for mask in np.eye(self.many)]
            totals += [0.0] * self.many
        self.equations, self.totals = np.array(rows), np.array(totals)
        self.signs = np.array(
            [
                self.row(known, mask)
                for known in known_of(self.names)
                if len(known) > 1
                for mask in np.eye(self.many)
            ]
        )

    def lines(self, cut: tuple[str, ...]) -> dict[tuple[str, ...], Any]:
        axes = [self.cells.names.index(name) for name in cut]
        found: dict[tuple[str, ...], Any] = {}
        for place, keys in enumerate(self.cells.keys()):
            key = tuple(keys[axis] for axis in axes)
            found.setdefault(key, np.zeros(self.many))[place] = 1
        return found

    def row(self, part: Mapping[str, int], mask: Any) -> Any:
        return np.concatenate([part.get(name, 0) * mask for name in self.names])

    def bounds(self, aim: Any, *, whole: bool = False) -> tuple[float, float]:
        """The smallest and the largest value of a combination of the cells."""
        ends = []
        for sign in (1, -1):
            found = linprog(
                sign * aim,
                A_ub=-self.signs,
                b_ub=np.zeros(len(self.signs)),
                A_eq=self.equations if len(self.equations) else None,
                b_eq=self.totals if len(self.equations) else None,
                bounds=(0, 10**6),
                integrality=np.ones(len(aim)) if whole else None,
                method="highs",
            )
            assert found.status == 0, "the figures themselves are a solution"
            ends.append(sign * found.fun)
        return ends[0], ends[1]

    def secrets(self, cut: tuple[str, ...]) -> list[tuple[Any, float, str]]:
        """Every part of every line that is on a few, as an aim, with its value."""
        return [
            (aim, value, f"{cut} {keys} {part}")
            for keys, mask in self.lines(cut).items()
            for part in known_of(self.names)
            if 0 < (value := (aim := self.row(part, mask)) @ self.flat) < LEAST
        ]

    @property
    def flat(self) -> Any:
        return np.concatenate([self.values[name] for name in self.names])

    def fails(self, plan: Plan, *, most: int = 12, whole: bool = False, cuts: Any = None) -> None:
        """Assert that no small figure is found, nor held to be less than it must be."""
        asked = ((), *plan.cuts) if cuts is None else cuts
        secrets = [each for cut in asked for each in self.secrets(cut)]
        step = max(1, len(secrets) // most)
        for aim, value, what in secrets[::step]:
            low, high = self.bounds(aim, whole=whole)
            assert low <= value + 1e-6
            assert high >= value + LEAST - 1 - 1e-4, (what, value, low, high)


@st.composite
def audits(draw: st.DrawFn) -> tuple[Plan, Cells]:
    """A plan and cells: two to four groups, few or many rows, combinations that do not exist."""
    sizes = draw(st.lists(st.integers(2, 3), min_size=2, max_size=4))
    pool = [
        cut
        for many in (2, 3)
        for cut in combinations(range(len(sizes)), many)
        if many <= len(sizes)
    ]
    cuts = draw(st.lists(st.sampled_from(pool), max_size=3, unique=True))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = int(np.prod(sizes))
    level = draw(st.sampled_from([3, 12, 60]))
    rows = chance.poisson(level * chance.gamma(0.7, 1.5, size))
    rows[chance.random(size) < draw(st.sampled_from([0.0, 0.3, 0.6]))] = 0
    if not rows.any():
        rows[0] = 30
    hit = chance.binomial(rows, draw(st.sampled_from([0.05, 0.4, 0.9])))
    sums = {"of_a": rows, "hit_a": hit}
    more = []
    kind = draw(st.sampled_from(["", "opposite", "other"]))
    if kind:
        more.append(SECOND)
        of = rows if kind == "opposite" else chance.binomial(rows, 0.9)
        sums |= {
            "of_b": of,
            "hit_b": rows - hit if kind == "opposite" else chance.binomial(of, 0.2),
        }
    if draw(st.booleans()):
        more.append(TRUTH)
        said, missed = chance.binomial(hit, 0.7), chance.binomial(rows - hit, 0.1)
        both = chance.binomial(said, 0.4)
        sums |= {"known": said + missed, "true": both + chance.binomial(missed, 0.3)}
        sums |= {"said": said, "both": both}
    if draw(st.booleans()):
        more.append(CHAIN)
        one = chance.binomial(rows, 0.7)
        sums |= {"step_one": one, "step_two": chance.binomial(one, 0.2)}
    return plan_for(sizes, cuts, *more), cells_of(sizes, rows, **sums)


@given(audits())
def test_no_small_figure_is_found(made: tuple[Plan, Cells]) -> None:
    plan, cells = made
    hidden = hidden_figures(plan, cells)
    assert not hidden.exposed
    Attack(plan, cells, hidden).fails(plan)


@given(audits())
def test_nor_by_one_who_knows_that_people_are_whole(made: tuple[Plan, Cells]) -> None:
    plan, cells = made
    if len(cells.rows) * len(cells.sums) > 90:
        return  # integer programming: small tables only
    Attack(plan, cells, hidden_figures(plan, cells)).fails(plan, most=4, whole=True)


def table() -> tuple[Plan, Cells]:
    rows = [[400, 300, 200], [250, 350, 500]]
    return plan_for([2, 3], [(0, 1)]), cells_of(
        [2, 3], rows, of_a=rows, hit_a=[[40, 3, 60], [90, 80, 70]]
    )


def test_one_small_figure_takes_three_others_with_it() -> None:
    plan, cells = table()
    hidden = hidden_figures(plan, cells)
    small = Figure(("g0", "g1"), ("k0", "k1"), "hit:a")
    assert hidden.first == {small}
    assert {figure.name for figure in hidden.figures} == {"hit:a"}
    assert len(hidden.figures) == 4
    assert not hidden.shows(("g0", "g1"), ("k0", "k1"), "of:a", "hit:a")
    assert hidden.shows(("g0", "g1"), ("k0", "k1"), "of:a")
    assert hidden.shows((), (), "hit:a")
    Attack(plan, cells, hidden).fails(plan)


@pytest.mark.parametrize("removed", range(3))
def test_the_attack_finds_what_is_not_protected(removed: int) -> None:
    """Show any of the figures that were hidden beside the small one: it is found."""
    plan, cells = table()
    hidden = hidden_figures(plan, cells)
    beside = sorted(hidden.figures - hidden.first, key=repr)[removed]
    with pytest.raises(AssertionError, match="hit:a"):
        Attack(plan, cells, Hidden(hidden.figures - {beside})).fails(plan)


def test_what_is_left_beside_a_small_figure_is_as_secret() -> None:
    """All but four of a group are hit: saying how many are hit says how many are not."""
    rows = [100, 300, 200]
    plan = plan_for([3], [])
    cells = cells_of([3], rows, of_a=rows, hit_a=[96, 100, 90])
    hidden = hidden_figures(plan, cells)
    assert not hidden.shows(("g0",), ("k0",), "of:a", "hit:a")
    Attack(plan, cells, hidden).fails(plan)


def test_nobody_and_large_figures_are_shown() -> None:
    rows = [100, 300]
    cells = cells_of([2], rows, of_a=rows, hit_a=[0, 40])
    assert hidden_figures(plan_for([2], []), cells) == Hidden()


def test_a_journal_of_a_few_shows_nothing() -> None:
    rows = [3, 4]
    cells = cells_of([2], rows, of_a=rows, hit_a=[1, 1])
    plan = plan_for([2], [])
    hidden = hidden_figures(plan, cells)
    for cut, keys in (((), ()), (("g0",), ("k0",)), (("g0",), ("k1",))):
        assert not hidden.shows(cut, keys, "rows")
    Attack(plan, cells, hidden).fails(plan)


def test_without_secrecy_nothing_is_hidden() -> None:
    plan = plan_of(
        HEAD + "groups:\n  - {name: g0, column: g0, label: G}\n", secrecy="{preset: none}"
    )
    cells = cells_of([2], [3, 40], of_a=[3, 40], hit_a=[1, 4])
    assert hidden_figures(plan, cells) == Hidden()


def test_what_a_region_has_beside_its_districts() -> None:
    """Region n: district a (200) and 5 of district b, which is astride; all lines are large."""
    rows = [[200, 5], [0, 300]]
    plan = plan_for([2, 2], [])
    cells = cells_of([2, 2], rows, of_a=rows, hit_a=[[50, 0], [0, 60]])
    hidden = hidden_figures(plan, cells)
    assert not hidden.first
    assert any(figure.name == "rows" for figure in hidden.figures)
    attack = Attack(plan, cells, hidden)
    attack.fails(plan, cuts=[("g0", "g1")])
    with pytest.raises(AssertionError):
        Attack(plan, cells, Hidden()).fails(plan, cuts=[("g0", "g1")])


def test_people_are_counted_not_decisions() -> None:
    """Sixty decisions hit two people: they must be held possible to be on eleven."""
    rows = [400, 900, 800]
    plan = plan_for([3], [])
    cells = cells_of([3], rows, of_a=rows, hit_a=[60, 400, 500])
    assert hidden_figures(plan, cells) == Hidden()
    small = Figure(("g0",), ("k0",), "hit:a")
    hidden = hidden_figures(plan, cells, persons={small: 2})
    assert hidden.first == {small}
    attack = Attack(plan, cells, hidden)
    mask = attack.lines(("g0",))["k0",]
    _, high = attack.bounds(attack.row({"hit:a": 1}, mask))
    assert high >= 60 + 60 / 2 * 10


def test_weights_need_persons() -> None:
    plan = plan_of(HEAD + "groups:\n  - {name: g0, column: g0, label: G}\n", weights="true")
    cells = cells_of([2], [30, 40], of_a=[61.5, 40.2], hit_a=[20.5, 14.1])
    with pytest.raises(ValueError, match="persons"):
        hidden_figures(plan, cells)
    small = Figure(("g0",), ("k0",), "hit:a")
    assert small in hidden_figures(plan, cells, persons={small: 7}).first


# --- amounts --------------------------------------------------------------------------------------

BUSINESS = (
    HEAD
    + """
groups:
  - {name: g0, column: g0, label: G}
amounts:
  - {name: aide, label: Aide, column: aide, unit: euros}
secrecy: {preset: business}
"""
)


def test_an_amount_that_one_unit_dominates() -> None:
    plan = plan_of(BUSINESS)
    rows = [10, 20, 30]
    cells = cells_of([3], rows, of_a=rows, hit_a=[5, 6, 7], amount_aide=[1000.0, 5000.0, 9000.0])
    first, second = (Figure(("g0",), (key,), "amount:aide") for key in ("k0", "k1"))
    amounts = {first: Amount(1000, 900), second: Amount(5000, 4249)}
    hidden = hidden_figures(plan, cells, amounts=amounts)
    assert hidden.first == {first}
    assert {figure.name for figure in hidden.figures} == {"amount:aide"}
    assert len(hidden.figures) == 2
    # INSEE: « 85 % ou plus ».
    assert Amount(1000, 850).dominated
    assert not Amount(1000, 849).dominated
    assert Amount(1000, 900).need == pytest.approx(900 / 0.85 - 1000)


def test_an_amount_of_two_units() -> None:
    cells = cells_of(
        [3], [2, 20, 30], of_a=[2, 20, 30], hit_a=[0, 6, 7], amount_aide=[900.0, 5000.0, 9000.0]
    )
    hidden = hidden_figures(plan_of(BUSINESS), cells)
    assert Figure(("g0",), ("k0",), "amount:aide") in hidden.first
    assert Figure(("g0",), ("k0",), "rows") in hidden.first
