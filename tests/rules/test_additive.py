"""Additive models: both evaluators, the file, the edges, what each term says."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.building import Builder
from clairevoie.rules.columns import Columns
from clairevoie.rules.content import (
    Additive,
    Axis,
    Baseline,
    Bins,
    Grid,
    Levels,
    Linear,
    Rounding,
    Term,
)
from clairevoie.rules.evaluate import evaluate, evaluate_columns
from clairevoie.rules.kinds.additive import build, cuts
from clairevoie.rules.model import Input, Outcome, Threshold, Value
from clairevoie.rules.reading import read_rules
from clairevoie.rules.scores import crossings, from_rank, rank_of, round_floats
from clairevoie.rules.shapes import term_value
from clairevoie.rules.trace import PROBLEMS
from clairevoie.rules.writing import rules_text
from tests.rules.models import BY_NAME, DAY, INPUTS, additives, cases, columns_of_cases, rule_set


def all_levels_have_a_value(model: Additive) -> bool:
    """As a file must; random shapes do not always."""
    for one in model.terms:
        for name in one.names:
            domain = [level.value for level in BY_NAME[name].categories]
            for level in [False, True] if BY_NAME[name].type == "boolean" else domain:
                given_values = [level if other == name else None for other in one.names]
                if term_value(one.shape, given_values) == "out_of_domain":
                    return False
    return True


def term(name: str, shape, *more: str) -> Term:
    return Term(f"{name}-term", {"fr": name}, (name, *more), shape)


@given(additives(), st.lists(cases(), min_size=1, max_size=6))
def test_one_case_and_columns_agree_to_the_last_bit(model: Additive, given_cases: list) -> None:
    rules = rule_set(model)
    found = evaluate_columns(
        rules, columns_of_cases(INPUTS, given_cases), version=rules.versions[0]
    )
    assert found.value is not None
    for index, case in enumerate(given_cases):
        trace = evaluate(rules, case, day=DAY)
        assert PROBLEMS[found.problem[index]] == (trace.problem or "ok")
        if trace.problem is None:
            assert found.value[index] == trace.value
            if found.outcome is not None:
                assert found.outcomes[found.outcome[index]] == trace.outcome


@given(additives(), cases())
def test_contributions_of_the_trace_sum_to_the_total(model: Additive, case: dict) -> None:
    trace = evaluate(rule_set(model), case, day=DAY)
    if trace.problem is None:
        added = [float(step.contribution) for step in trace.steps if step.contribution is not None]
        scale = max(1.0, *(abs(one) for one in added))
        assert float(trace.base) + sum(added) == pytest.approx(trace.total, abs=1e-9 * scale)


def test_a_value_on_an_edge_falls_above_it() -> None:
    shape = Bins((0.0, 0.1), (1.0, 2.0, 4.0))
    rules = rule_set(Additive(0.0, (term("share", shape),)), [BY_NAME["share"]])
    values = np.array([-0.0, 0.0, np.nextafter(0.0, -1), 0.1, np.nextafter(0.1, 0)])
    found = evaluate_columns(
        rules, Columns(5, {"share": values}, {}, {}), version=rules.versions[0]
    )
    assert found.value is not None
    assert found.value.tolist() == [2.0, 2.0, 1.0, 4.0, 2.0]
    assert [evaluate(rules, {"share": one}, day=DAY).value for one in values] == [2, 2, 1, 4, 2]


def test_an_infinite_value_is_outside_the_domain() -> None:
    rules = rule_set(Additive(0.0, (term("ratio", Linear(1.0)),)), [BY_NAME["ratio"]])
    values = np.array([np.inf, -np.inf, 1.0])
    found = evaluate_columns(
        rules, Columns(3, {"ratio": values}, {}, {}), version=rules.versions[0]
    )
    assert [PROBLEMS[one] for one in found.problem] == ["out_of_domain", "out_of_domain", "ok"]
    assert evaluate(rules, {"ratio": float("inf")}, day=DAY).problem == "out_of_domain"


def test_an_overflow_has_no_answer() -> None:
    rules = rule_set(Additive(0.0, (term("ratio", Linear(1.0)),), link="log"), [BY_NAME["ratio"]])
    assert evaluate(rules, {"ratio": 1000.0}, day=DAY).problem == "undefined"
    found = evaluate_columns(
        rules, Columns(1, {"ratio": np.array([1000.0])}, {}, {}), version=rules.versions[0]
    )
    assert PROBLEMS[found.problem[0]] == "undefined"


@pytest.mark.parametrize(
    ("shape", "value", "problem"),
    [
        (Levels({"north": 1.0}, missing=None, unknown=None), None, "missing_input"),
        (Levels({"north": 1.0}, missing=None, unknown=None), "south", "out_of_domain"),
        (Levels({"north": 1.0}, missing=5.0, unknown=7.0), None, 5.0),
        (Levels({"north": 1.0}, missing=5.0, unknown=7.0), "south", 7.0),
    ],
)
def test_missing_and_unknown_levels(shape: Levels, value: Value, problem: object) -> None:
    rules = rule_set(Additive(0.0, (term("place", shape),)))
    trace = evaluate(rules, {"place": value}, day=DAY)
    assert (trace.problem or trace.value) == problem
    if trace.problem:
        assert trace.problem_names == ("place",)


def test_a_grid_reads_its_missing_cell() -> None:
    shape = Grid(
        (Axis(edges=(0.0,)), Axis(levels=("north", "south", "east"))),
        ((1.0, 2.0, 3.0, 4.0), (5.0, 6.0, 7.0, 8.0), (9.0, 10.0, 11.0, 12.0)),
    )
    rules = rule_set(Additive(0.0, (term("ratio", shape, "place"),)))
    for case, value in (
        ({}, 1.0),
        ({"ratio": -1.0}, 5.0),
        ({"place": "east"}, 4.0),
        ({"ratio": 0.0, "place": "south"}, 11.0),
    ):
        assert evaluate(rules, case, day=DAY).value == value


def test_the_trace_tells_each_operation() -> None:
    model = Additive(
        0.25,
        (
            Term("age", {"fr": "Âge"}, ("age",), Linear(-0.5, center=4.0, scale=2.0)),
            Term("income", {"fr": "Revenu"}, ("income",), Bins((500.0, 942.0), (0.4, 0.1, 0.0))),
        ),
        link="logit",
        factor=1000.0,
        rounding=Rounding(Decimal(1)),
        thresholds=(Threshold("low"), Threshold("high", 500.0)),
        baseline=Baseline({"fr": "La moyenne"}, {"age": -0.25, "income": 0.1}),
    )
    trace = evaluate(rule_set(model), {"age": 6, "income": "942,00"}, day=DAY)
    assert trace.base == pytest.approx(0.1)
    assert trace.total == pytest.approx(-0.25)
    assert trace.value == 438.0
    assert trace.outcome == "low"
    kinds = [step.kind for step in trace.steps]
    assert kinds == [
        "intercept",
        "term",
        "term",
        "link",
        "scale",
        "rounding",
        "threshold",
        "threshold",
    ]
    age, income = trace.steps[1], trace.steps[2]
    assert (age.value, age.contribution) == (-0.5, -0.25)
    assert age.operation is not None
    signs = [one for one in age.operation.tokens if isinstance(one, str)]
    assert signs == ["×", "(", "−", ")", "÷"]
    assert income.tested[0].text == ">= 942"
    assert income.contribution == pytest.approx(-0.1)


# --- rounding and thresholds ----------------------------------------------------------------------


@given(
    st.integers(-(10**6), 10**6),
    st.sampled_from(("half_up", "half_even", "down", "up")),
    st.sampled_from(("1", "0.25", "5", "0.5")),
)
def test_rounding_is_that_of_decimal(eighths: int, mode, to: str) -> None:
    exact = Decimal(eighths) / 8
    quotient = (exact / Decimal(to)).quantize(Decimal(1), rounding=f"ROUND_{mode.upper()}")
    found = round_floats(np.array([eighths / 8]), Rounding(Decimal(to), mode))[0]
    assert found == float(quotient * Decimal(to))


@given(additives())
def test_a_crossing_is_the_first_score_of_the_other_answer(model: Additive) -> None:
    from clairevoie.rules.scores import answers

    for crossing in crossings(model):
        if not np.isfinite(crossing):
            continue
        before = from_rank(rank_of(crossing) - 1)
        low, high = answers(model, np.array([before, crossing]))
        minima = [float(one.minimum) for one in model.thresholds if one.minimum is not None]
        assert any((low >= minimum) != (high >= minimum) for minimum in minima)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_ranks_order_floating_numbers(value: float) -> None:
    assert from_rank(rank_of(value)) == value
    assert rank_of(math.nextafter(value, math.inf)) == rank_of(value) + 1


# --- cuts -----------------------------------------------------------------------------------------


@given(additives(), cases(), st.data())
def test_between_two_cuts_the_outcome_is_the_same(model: Additive, case: dict, data) -> None:
    rules = rule_set(model)
    name = data.draw(st.sampled_from(sorted({one for term in model.terms for one in term.names})))
    item = BY_NAME[name]
    if item.type in {"category", "boolean"}:
        return
    found = cuts(rules.versions[0], name, case)
    from tests.rules.models import values_of

    one, other = (data.draw(values_of(item).filter(lambda v: v is not None)) for _ in range(2))
    if any(min(one, other) < cut <= max(one, other) for cut in found):
        return
    first = evaluate(rules, {**case, name: one}, day=DAY)
    second = evaluate(rules, {**case, name: other}, day=DAY)
    if "undefined" not in {first.problem, second.problem}:
        assert (first.outcome, first.problem) == (second.outcome, second.problem)


def test_the_cut_of_a_straight_line_is_the_first_value_of_the_other_answer() -> None:
    model = Additive(
        0.0,
        (term("income", Linear(0.001)),),
        link="logit",
        thresholds=(Threshold("low"), Threshold("high", 0.6)),
    )
    rules = rule_set(model)
    (cut,) = cuts(rules.versions[0], "income", {"income": Decimal(0)})
    assert cut == Decimal("405.47")  # ln(0.6 / 0.4) = 0.405465…
    assert evaluate(rules, {"income": cut}, day=DAY).outcome == "high"
    assert evaluate(rules, {"income": Decimal("405.46")}, day=DAY).outcome == "low"


def test_the_cuts_of_a_category_are_its_values() -> None:
    rules = rule_set(Additive(0.0, (term("place", Levels({"north": 1.0}, unknown=0.0)),)))
    assert cuts(rules.versions[0], "place", {}) == ("north", "south", "east")


# --- from a file ----------------------------------------------------------------------------------


def builder() -> Builder:
    return Builder(
        inputs=INPUTS,
        outcomes=[Outcome("low", {}), Outcome("high", {})],
        bases={},
        prefix="additive",
    )


def test_a_model_is_built_from_plain_values() -> None:
    keep = builder()
    model = build(
        {
            "intercept": Decimal("0.25"),
            "link": "logit",
            "factor": 1000,
            "round": {"to": 1},
            "terms": [
                {
                    "id": "a",
                    "input": "age",
                    "linear": {"coefficient": Decimal("-0.02"), "center": 4},
                },
                {
                    "id": "b",
                    "input": "income",
                    "bins": {"edges": [500, 942], "values": [1, 2, 3], "missing": 0},
                },
                {"id": "c", "input": "place", "levels": {"values": {"north": 1}, "unknown": 0}},
                {"id": "o", "input": "owner", "levels": {"values": {"true": 1, "false": 0}}},
                {
                    "id": "d",
                    "inputs": ["age", "place"],
                    "grid": {
                        "axes": [{"edges": [3]}, {"levels": ["north", "south", "east"]}],
                        "values": [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]],
                    },
                },
            ],
            "baseline": {"label": "La moyenne", "contributions": {"a": Decimal("-0.1")}},
            "thresholds": [{"outcome": "low"}, {"outcome": "high", "from": Decimal("0.6")}],
        },
        keep,
    )
    assert keep.problems == []
    assert model.terms[0].shape == Linear(-0.02, 4.0)
    assert model.terms[1].shape == Bins((500.0, 942.0), (1.0, 2.0, 3.0), 0.0)
    assert model.terms[2].shape == Levels({"north": 1.0}, None, 0.0)
    assert model.terms[3].shape == Levels({True: 1.0, False: 0.0})
    assert model.thresholds[1] == Threshold("high", 0.6)
    assert (
        evaluate(rule_set(model), {"age": 3, "place": "east"}, day=DAY).problem == "missing_input"
    )


@pytest.mark.parametrize(
    ("raw", "place", "words"),
    [
        ({"id": "a", "input": "age"}, "terms.0", "one, and only one"),
        ({"id": "a", "input": "nobody", "linear": {"coefficient": 1}}, "terms.0.input", "no input"),
        ({"id": "a", "input": "place", "linear": {"coefficient": 1}}, "terms.0.linear", "category"),
        (
            {"id": "a", "input": "age", "linear": {"coefficient": 1, "scale": 0}},
            "terms.0.linear.scale",
            "zero",
        ),
        (
            {"id": "a", "input": "age", "bins": {"edges": [2, 1], "values": [1, 2, 3]}},
            "terms.0.bins.edges",
            "rise",
        ),
        (
            {"id": "a", "input": "age", "bins": {"edges": [1], "values": [1]}},
            "terms.0.bins.values",
            "2 intervals",
        ),
        (
            {"id": "a", "input": "place", "levels": {"values": {"north": 1}}},
            "terms.0.levels.values",
            "south, east",
        ),
        (
            {"id": "a", "input": "place", "levels": {"values": {"west": 1}, "unknown": 0}},
            "terms.0.levels.values.west",
            "not a category",
        ),
        (
            {"id": "a", "inputs": ["age", "age"], "grid": {"axes": [], "values": []}},
            "terms.0",
            "two different",
        ),
        (
            {
                "id": "a",
                "inputs": ["age", "count"],
                "grid": {"axes": [{"edges": []}, {"edges": []}], "values": [[0]]},
            },
            "terms.0.grid.values",
            "2 rows",
        ),
        (
            {"id": "a", "input": "age", "linear": {"coefficient": float("inf")}},
            "terms.0.linear.coefficient",
            "finite",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(raw: dict, place: str, words: str) -> None:
    keep = builder()
    build({"terms": [raw]}, keep)
    assert any(
        where == f"additive.{place}" and words in sentence for where, sentence in keep.problems
    ), keep.problems


def test_other_problems_of_a_model() -> None:
    keep = builder()
    line = {"id": "a", "input": "age", "linear": {"coefficient": 1}}
    build({"factor": 0, "terms": [line, line], "baseline": {"contributions": {"z": 1}}}, keep)
    assert [where for where, _ in keep.problems] == [
        "additive.terms.1.id",
        "additive.factor",
        "additive.baseline.contributions.z",
        "additive.baseline.label",
    ]


def test_a_large_integer_keeps_its_side_of_an_edge() -> None:
    """2^53 + 1 is no floating number: it is rounded, and both evaluators round it alike."""
    item = Input("count", "integer", {}, {}, {}, {})
    edge = float(2**53)
    rules = rule_set(Additive(0.0, (term("count", Bins((edge,), (1.0, 2.0))),)), [item])
    given_values = [2**53 - 1, 2**53, 2**53 + 1]
    found = evaluate_columns(
        rules, Columns(3, {"count": np.array(given_values)}, {}, {}), version=rules.versions[0]
    )
    expected = [evaluate(rules, {"count": one}, day=DAY).value for one in given_values]
    assert found.value is not None
    assert found.value.tolist() == expected == [1.0, 2.0, 2.0]


@given(additives().filter(all_levels_have_a_value))
def test_a_model_that_is_written_reads_back_the_same(model: Additive) -> None:
    again = read_rules(rules_text(rule_set(model)).encode())
    assert again.versions[0].content == model
