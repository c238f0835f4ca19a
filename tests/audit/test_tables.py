"""Findings: what exists has an interval, what does not has none, and nothing is said too soon."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.audit.counting import count
from clairevoie.audit.model import Plan, PlanProblem
from clairevoie.audit.results import Compared, Estimate, Line, Table
from clairevoie.audit.tables import tables_of
from tests.audit.plans import JOURNAL, PLAN, drawn, plan_of, table_of

SIMPLE = """
clairevoie: audit-1.0
id: essai
title: Essai
question: Qui ?
journal: essai
written: 2025-12-01
groups: [{name: sexe, column: sexe, label: Sexe, reference: h}]
outcomes: [{name: controle, label: Contrôlé, when: [{column: controle, is: [true]}]}]
"""
TRUTH = """
truth:
  label: En erreur
  when: [{column: erreur, is: [1]}]
  known: [{column: erreur, given: true}]
  predicted: controle
"""


def made(**columns: list[Any]) -> pa.Table:
    """Rows with columns of one's own."""
    rows = drawn(len(next(iter(columns.values()))))
    for name, values in columns.items():
        place = rows.column_names.index(name)
        rows = rows.set_column(place, name, pa.array(values, rows.schema.field(name).type))
    return rows


def found(rows: pa.Table, plan: Plan) -> dict[tuple[str, tuple[str, ...]], Table]:
    cells = count(JOURNAL, plan, table_of(rows))
    return {(table.measure, table.cut): table for table in tables_of(plan, cells)}


def line(table: Table, *key: str) -> Line:
    return next(one for one in table.lines if one.key == key)


def compared(table: Table, *key: str) -> Compared:
    return next(one for one in table.compared if one.key == key)


def test_a_group_of_one_is_not_certain() -> None:
    rows = made(sexe=["f"] + ["h"] * 99, controle=[True] + [False] * 99)
    only = line(found(rows, plan_of(SIMPLE))["rate:controle", ("sexe",)], "f").rate
    assert only.value == 1
    assert only.low is not None
    assert only.low < 0.3


def test_a_group_without_positives_has_no_true_positive_rate() -> None:
    erreur = [0] * 50 + [1] * 50
    rows = made(sexe=["f"] * 50 + ["h"] * 50, controle=[True, False] * 50, erreur=erreur)
    tables = found(rows, plan_of(SIMPLE + TRUTH))
    table = tables["true_positive", ("sexe",)]
    assert line(table, "f").rate == Estimate(None, None, None)
    assert table.compared[0].verdict == "undefined"
    assert line(tables["false_positive", ("sexe",)], "f").rate.value == 0.5


def test_rows_without_a_group_are_a_group_with_bounds_for_the_others() -> None:
    sexe = ["f"] * 40 + ["h"] * 40 + [None] * 20
    rows = made(sexe=sexe, controle=[True] * 20 + [False] * 60 + [True] * 10 + [False] * 10)
    table = found(rows, plan_of(SIMPLE))["rate:controle", ("sexe",)]
    assert [one.key for one in table.lines] == [("f",), ("h",), ("",)]
    assert line(table, "f").bounds == Estimate(0.5, 20 / 50, 30 / 50)
    assert line(table, "").of == 20


def test_few_decisions_tell_nothing_and_many_do() -> None:
    """A tenth of difference: nothing is said of 40 decisions, and much of 4 000."""
    few = made(sexe=["f"] * 20 + ["h"] * 20, controle=([True] * 5 + [False] * 15) * 2)
    one = found(few, plan_of(SIMPLE))["rate:controle", ("sexe",)].compared[0]
    assert (one.verdict, one.key, one.against) == ("cannot_tell", ("f",), ("h",))
    assert one.needed is not None
    assert one.needed > 1000
    sexe = ["f"] * 2000 + ["h"] * 2000
    many = made(sexe=sexe, controle=[True] * 700 + [False] * 1300 + [True] * 500 + [False] * 1500)
    one = found(many, plan_of(SIMPLE))["rate:controle", ("sexe",)].compared[0]
    assert one.verdict == "higher"
    assert one.difference.value == pytest.approx(0.1)
    assert one.ratio.value == pytest.approx(1.4)


def test_the_same_rate_over_many_is_no_difference_worth_the_name() -> None:
    rows = made(sexe=["f", "h"] * 20_000, controle=([True] * 2 + [False] * 8) * 4000)
    one = found(rows, plan_of(SIMPLE))["rate:controle", ("sexe",)].compared[0]
    assert one.verdict == "no_difference_larger"


def test_identical_groups_show_a_gap_that_chance_gives() -> None:
    draw = np.random.default_rng(7)
    sexe = [f"g{row % 20:02d}" for row in range(4000)]
    rows = made(sexe=sexe, controle=(draw.random(4000) < 0.1).tolist())
    table = found(rows, plan_of(SIMPLE.replace("reference: h", "reference: g00")))
    gap = table["rate:controle", ("sexe",)].gap
    assert gap is not None
    assert gap.expected is not None
    assert gap.p is not None
    # D = 3.735 standard errors for 20 groups, of 2.12 points: 7.9 points on average.
    assert gap.expected == pytest.approx(0.079, abs=0.006)
    assert gap.p > 0.01


@pytest.mark.parametrize("compare", ["rest", "reference", "overall", "pairs"])
def test_comparisons_are_those_that_the_plan_asks_for(compare: str) -> None:
    text = SIMPLE + f"compare: {compare}\n"
    sexe = ["f"] * 300 + ["h"] * 300 + ["x"] * 300 + [None] * 100
    rows = made(sexe=sexe, controle=[True, False] * 500)
    table = found(rows, plan_of(text))["rate:controle", ("sexe",)]
    pairs = [(one.key, one.against) for one in table.compared]
    f, h, x, gone = ("f",), ("h",), ("x",), ("",)
    assert (
        pairs
        == {
            "rest": [(f, None), (h, None), (x, None), (gone, None)],
            "overall": [(f, None), (h, None), (x, None), (gone, None)],
            "reference": [(f, h), (x, h), (gone, h)],
            "pairs": [(f, h), (f, x), (h, x)],
        }[compare]
    )


def test_a_difference_with_all_is_smaller_than_with_the_rest() -> None:
    sexe = ["f"] * 300 + ["h"] * 300 + ["x"] * 400
    rows = made(sexe=sexe, controle=[True] * 200 + [False] * 800)
    measure = ("rate:controle", ("sexe",))
    rest = compared(found(rows, plan_of(SIMPLE))[measure], "f")
    overall = compared(found(rows, plan_of(SIMPLE + "compare: overall\n"))[measure], "f")
    assert overall.difference.value == pytest.approx(200 / 300 - 200 / 1000)
    assert overall.ratio.value == pytest.approx((200 / 300) / (200 / 1000))
    assert rest.difference.value == pytest.approx(200 / 300)
    assert rest.p == overall.p


def test_a_difference_that_turns_round_within_conditions_is_found() -> None:
    """Women are refused more overall, and less in each place: they apply where most are refused."""
    rows: list[tuple[Any, ...]] = []
    for place, sex, of, hit in (
        ("nord", "f", 900, 540),
        ("nord", "h", 100, 70),
        ("sud", "f", 100, 10),
        ("sud", "h", 900, 180),
    ):
        rows += [(place, sex, row < hit) for row in range(of)]
    lieu, sexe, controle = (list(column) for column in zip(*rows, strict=True))
    conditions = "conditions: [{name: lieu, column: lieu, label: Lieu}]\n"
    table = found(made(lieu=lieu, sexe=sexe, controle=controle), plan_of(SIMPLE + conditions))[
        "rate:controle", ("sexe",)
    ]
    one = table.compared[0]
    assert one.difference.value is not None
    assert one.within is not None
    assert one.within.value is not None
    assert one.difference.value > 0.2
    assert one.within.value < -0.08
    (turned,) = table.reversals
    assert (turned.higher, turned.lower, turned.conditions) == (("f",), ("h",), (2, 2))
    assert turned.certain


@given(st.integers(60, 300), st.integers(0, 2**16))
def test_what_is_found_is_sound(many: int, seed: int) -> None:
    plan = plan_of()
    for table in found(drawn(many, seed), plan).values():
        assert sum(one.of for one in table.lines) == pytest.approx(table.total.of)
        assert sum(one.count for one in table.lines) == pytest.approx(table.total.count)
        for one in (table.total, *table.lines):
            rate = one.rate
            assert (rate.value is None) == (one.of == 0)
            if rate.value is not None:
                assert rate.low is not None
                assert rate.high is not None
                assert 0 <= rate.low <= rate.value <= rate.high <= 1
            if one.pooled is not None and one.pooled.value is not None:
                assert 0 <= one.pooled.value <= 1
        for each in table.compared:
            if each.verdict in {"higher", "lower"}:
                assert each.adjusted is not None
                assert each.adjusted <= 0.05
                assert each.difference.value is not None
                assert (each.difference.value > 0) == (each.verdict == "higher")


def test_repeated_decisions_of_one_person_tell_less() -> None:
    """A hundred persons of ten decisions alike are a hundred, not a thousand."""
    people = [f"p{row // 10}" for row in range(2000)]
    sexe = ["f"] * 1000 + ["h"] * 1000
    controle = ([True] * 10 + [False] * 10) * 100
    rows = made(personne=people, sexe=sexe, controle=controle)
    measure = ("rate:controle", ("sexe",))

    def width(unit: str) -> float:
        rate = line(found(rows, plan_of(SIMPLE + f"unit: {unit}\n"))[measure], "f").rate
        assert rate.low is not None
        assert rate.high is not None
        return rate.high - rate.low

    assert width("cluster") == pytest.approx(width("person"), rel=0.02)
    assert width("cluster") > 3 * width("decision")


MONTHS = "conditions: [{name: mois, column: lieu, label: Mois}]\n"


def alike(many: int) -> pa.Table:
    """Ten decisions a person, all the same, one in each month."""
    draw = np.random.default_rng(1)
    sexe, hit, people, months = [], [], [], []
    for person in range(many):
        woman = bool(person % 2)
        controle = bool(draw.random() < (0.5 if woman else 0.35))
        for month in range(10):
            sexe.append("f" if woman else "h")
            hit.append(controle)
            people.append(f"p{person}")
            months.append(f"m{month}")
    return made(
        sexe=sexe, controle=hit, personne=people, lieu=months, erreur=[int(one) for one in hit]
    )


def test_a_condition_more_does_not_make_of_a_person_ten() -> None:
    rows = alike(80)
    chain = "chain: [{name: un, label: Un, when: [{column: controle, is: [true]}]}]\n"
    text = SIMPLE + TRUTH + chain + "unit: cluster\n"
    bare, within = found(rows, plan_of(text)), found(rows, plan_of(text + MONTHS))
    by_decision = found(rows, plan_of(text.replace("cluster", "decision")))
    for measure in ("rate:controle", "error", "step:un"):
        one, other = (tables[measure, ("sexe",)] for tables in (bare, within))
        assert one.lines == other.lines
        [mine], [same] = one.compared, other.compared
        assert (mine.p, mine.difference, mine.verdict) == (same.p, same.difference, same.verdict)
        [loose] = by_decision[measure, ("sexe",)].compared
        assert mine.p is not None
        assert mine.p > 0.1
        assert loose.p is not None
        assert loose.p < 0.01
        # The same persons are in every month: months cannot be added up as if they were others.
        assert same.within is None


def test_within_conditions_that_persons_keep_differences_are_told() -> None:
    rows = alike(80)
    place = rows.column_names.index("lieu")
    people = [int(name[1:]) for name in rows.column("personne").to_pylist()]
    rows = rows.set_column(
        place, "lieu", pa.array(["nord" if one % 3 else "sud" for one in people])
    )
    table = found(rows, plan_of(SIMPLE + "unit: cluster\n" + MONTHS))["rate:controle", ("sexe",)]
    [one] = table.compared
    assert one.within is not None
    assert one.difference.value is not None
    assert one.within.value == pytest.approx(one.difference.value, abs=0.1)


def test_what_is_needed_is_counted_in_decisions_of_the_same_persons() -> None:
    """Ten decisions alike tell as much as one: ten times as many are needed."""
    rows = alike(80)
    measure = ("rate:controle", ("sexe",))
    [repeated] = found(rows, plan_of(SIMPLE + "unit: cluster\n"))[measure].compared
    [persons] = found(rows, plan_of(SIMPLE + "unit: person\n"))[measure].compared
    assert repeated.verdict == persons.verdict == "cannot_tell"
    assert repeated.needed is not None
    assert persons.needed is not None
    assert repeated.needed == pytest.approx(10 * persons.needed, rel=0.05)


def test_weights_that_differ_ask_for_more_decisions() -> None:
    draw = np.random.default_rng(3)
    rows = made(sexe=["f", "h"] * 150, controle=(draw.random(300) < 0.4).tolist())
    place = rows.column_names.index("poids")
    measure = ("rate:controle", ("sexe",))
    numbers = []
    # Kish: (Σw)²/Σw² is 300 rows of 300, then 166.7 of 300.
    for weights in ([1.0] * 300, [1.0, 1.0, 4.47214, 4.47214] * 75):
        rows = rows.set_column(place, "poids", pa.array(weights))
        [one] = found(rows, plan_of(SIMPLE + "weights: true\n"))[measure].compared
        assert one.needed is not None
        numbers.append(one.needed)
    assert numbers[1] > 1.3 * numbers[0]


def test_with_all_the_margin_is_that_of_the_difference_with_the_rest() -> None:
    """Half of all: two points with all are four with the others, which few decisions tell."""
    draw = np.random.default_rng(4)
    rows = made(sexe=["f", "h"] * 300, controle=(draw.random(600) < 0.4).tolist())
    measure = ("rate:controle", ("sexe",))
    whole = found(rows, plan_of(SIMPLE + "compare: overall\ndelta: 0.02\n"))[measure].compared
    others = found(rows, plan_of(SIMPLE + "delta: 0.04\n"))[measure].compared
    assert whole[0].verdict == others[0].verdict == "cannot_tell"
    assert whole[0].needed == others[0].needed


def test_a_row_drawn_twice_as_seldom_weighs_twice_as_much() -> None:
    rows = made(sexe=["f"] * 4, controle=[True, False, False, False])
    place = rows.column_names.index("poids")
    rows = rows.set_column(place, "poids", pa.array([3.0, 1.0, 1.0, 1.0]))
    table = found(rows, plan_of(SIMPLE + "weights: true\n"))["rate:controle", ("sexe",)]
    assert line(table, "f").rate.value == pytest.approx(0.5)


def test_the_first_step_of_a_chain_is_out_of_the_weights_of_all() -> None:
    rows = made(sexe=["f"] * 4, controle=[True, False, False, False])
    place = rows.column_names.index("poids")
    rows = rows.set_column(place, "poids", pa.array([3.0, 1.0, 1.0, 1.0]))
    step = "chain: [{name: retenu, label: Retenu, when: [{column: controle, is: [true]}]}]\n"
    table = found(rows, plan_of(SIMPLE + step + "weights: true\n"))["step:retenu", ("sexe",)]
    women = line(table, "f")
    assert (women.count, women.of) == (3.0, 6.0)
    # Kish: 36 / 12 = 3 rows of equal weight tell as much.
    alone = line(table, "f").rate
    assert (alone.low, alone.high) == pytest.approx((0.1253, 0.8747), abs=0.0001)


def test_weights_of_what_is_left_are_those_of_the_rows_left() -> None:
    """Wrongly flagged: out of known less true, squares too (Kish on those rows)."""
    rows = made(sexe=["f"] * 6, controle=[True] * 3 + [False] * 3, erreur=[1, 0, 0, 1, 0, 0])
    place = rows.column_names.index("poids")
    rows = rows.set_column(place, "poids", pa.array([9.0, 2.0, 2.0, 9.0, 2.0, 2.0]))
    plan = plan_of(SIMPLE + TRUTH + "weights: true\n")
    wrong = line(found(rows, plan)["false_positive", ("sexe",)], "f")
    equal = rows.set_column(place, "poids", pa.array([1.0] * 6))
    assert wrong.rate == line(found(equal, plan)["false_positive", ("sexe",)], "f").rate


@pytest.mark.parametrize("changes", ["weights: true\n", "unit: cluster\n", ""])
def test_the_rest_has_the_rate_of_the_rest(changes: str) -> None:
    """Groups whose weights or persons differ much: effective sizes do not move rates."""
    draw = np.random.default_rng(5)
    sexe = np.array(["a"] * 200 + ["b"] * 200 + ["c"] * 200)
    weights = np.where(sexe == "b", draw.choice([0.01, 100.0], 600), 1.0)
    people = np.where(sexe == "b", "p", np.char.add("q", np.arange(600).astype(str)))
    hit = draw.random(600) < np.where(sexe == "b", 0.9, 0.4)
    rows = made(sexe=sexe.tolist(), controle=hit.tolist(), personne=people.tolist())
    place = rows.column_names.index("poids")
    rows = rows.set_column(place, "poids", pa.array(weights))
    table = found(rows, plan_of(SIMPLE + changes))["rate:controle", ("sexe",)]
    whole = table.total
    for one in table.compared:
        mine = next(each for each in table.lines if each.key == one.key)
        others = (whole.count - mine.count) / (whole.of - mine.of)
        assert one.difference.value == pytest.approx(mine.count / mine.of - others, abs=1e-9)


def test_a_reference_that_nobody_has_is_refused() -> None:
    text = SIMPLE.replace("reference: h", "reference: homme")
    plan = plan_of(text + "compare: reference\n")
    with pytest.raises(PlanProblem, match="'homme' is none of its values: 'f', 'h'"):
        found(made(sexe=["f", "h"] * 5, controle=[True, False] * 5), plan)


def test_the_same_plan_finds_the_same() -> None:
    rows = drawn(300)
    assert found(rows, plan_of(PLAN)) == found(rows, plan_of(PLAN))


def test_the_plan_says_how_many_draws_show_what_chance_gives() -> None:
    rows = drawn(300)

    def p_of(draws: str) -> float:
        gap = found(rows, plan_of(SIMPLE + draws))["rate:controle", ("sexe",)].gap
        assert gap is not None
        assert gap.p is not None
        return gap.p

    # The share of draws at least as far, and the observed one among them: a multiple of 1/101.
    assert (p_of("draws: {number: 100}\n") * 101) % 1 == pytest.approx(0, abs=1e-9)
    assert p_of("draws: {number: 500}\n") == p_of("draws: {number: 500, seed: 1}\n")
