"""Scales of points: what they give, what they tell, where they change."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.columns import Columns
from clairevoie.rules.evaluate import evaluate, evaluate_columns
from clairevoie.rules.kinds import points as kind
from clairevoie.rules.model import RulesProblem
from clairevoie.rules.trace import PROBLEMS, Trace, TraceStep
from tests.rules.generators import DAY, cases, points, rule_set, rules_of

ENFANTS = {
    "name": "enfants",
    "type": "integer",
    "label": "Enfants",
    "domain": {"min": 0, "max": 15},
}
QUOTIENT = {"name": "quotient", "type": "decimal", "decimals": 2, "domain": {"min": 0}}
SEUL = {"name": "seul", "type": "boolean", "required": False}
GIVEN: list[dict[str, Any]] = [ENFANTS, QUOTIENT, SEUL]
CASE = {"enfants": 2, "quotient": "600", "seul": True}


def scale(*criteria: dict[str, Any], **more: Any) -> Any:
    items = [{"id": f"c{index}", **one} for index, one in enumerate(criteria)]
    return rules_of(rule_set("points", {"criteria": items, **more}, GIVEN))


def told(trace: Trace, identifier: str) -> TraceStep:
    return next(step for step in trace.steps if step.id == identifier)


def words(step: TraceStep) -> str:
    assert step.operation is not None
    tokens = [one if isinstance(one, str) else str(one.value) for one in step.operation.tokens]
    return " ".join([*tokens, "=", str(step.operation.result.value)])


def test_points_per_unit_are_told_as_a_product() -> None:
    trace = evaluate(scale({"input": "enfants", "per": 40}), {**CASE, "enfants": 3}, day=DAY)
    assert trace.value == 120
    assert words(told(trace, "c0")) == "3 × 40 = 120"


def test_units_above_a_number_and_never_below_none() -> None:
    rules = scale({"input": "enfants", "per": 10, "above": 2})
    assert evaluate(rules, {**CASE, "enfants": 5}, day=DAY).value == 30
    assert words(told(evaluate(rules, {**CASE, "enfants": 5}, day=DAY), "c0")) == (
        "( 5 − 2 ) × 10 = 30"
    )
    assert evaluate(rules, {**CASE, "enfants": 1}, day=DAY).value == 0


def test_a_cap_that_bites_is_told_and_one_that_does_not_is_not() -> None:
    rules = scale({"input": "enfants", "per": 40, "cap": 100})
    assert words(told(evaluate(rules, {**CASE, "enfants": 3}, day=DAY), "c0")) == (
        "min ( 3 × 40 ; 100 ) = 100"
    )
    assert words(told(evaluate(rules, {**CASE, "enfants": 2}, day=DAY), "c0")) == "2 × 40 = 80"


def test_bands_tell_those_that_failed_too() -> None:
    rules = scale(
        {
            "input": "quotient",
            "bands": [{"in": "< 500", "points": 60}, {"in": "[500..942)", "points": 40}],
        }
    )
    for given_value, value in (("499,99", 60), ("500", 40), ("941,99", 40), ("942", 0)):
        trace = evaluate(rules, {**CASE, "quotient": given_value}, day=DAY)
        assert trace.value == value
    step = told(evaluate(rules, CASE, day=DAY), "c0")
    assert [(one.text, one.holds) for one in step.tested] == [
        ("< 500", False),
        ("[500..942)", True),
    ]


def test_a_condition_is_told_whether_it_holds_or_not() -> None:
    rules = scale({"when": "seul and enfants >= 3", "points": 50})
    step = told(evaluate(rules, CASE, day=DAY), "c0")
    assert not step.applied
    assert [(one.name, one.holds) for one in step.tested] == [("seul", True), ("enfants", False)]
    assert evaluate(rules, {**CASE, "enfants": 3}, day=DAY).value == 50


def test_an_input_that_is_not_required_counts_for_nothing_when_missing() -> None:
    rules = scale({"input": "seul", "values": {"true": 10, "false": 5}}, {"points": 1})
    trace = evaluate(rules, {**CASE, "seul": ""}, day=DAY)
    assert (trace.value, trace.problem) == (1, None)
    assert not told(trace, "c0").applied


def test_groups_and_the_total_are_bounded_and_told_as_what_they_take() -> None:
    rules = scale(
        {"points": 80, "group": "g"},
        {"points": 50, "group": "g"},
        {"points": 250},
        groups=[{"id": "g", "cap": 100}],
        total={"cap": 300},
    )
    trace = evaluate(rules, CASE, day=DAY)
    assert trace.value == 300
    assert told(trace, "g").contribution == -30
    assert told(trace, "total").contribution == -50
    assert words(told(trace, "total")) == "min ( 350 ; 300 ) = 300"


def test_a_division_by_zero_is_a_problem_of_the_case() -> None:
    rules = scale({"expression": "round(100 / enfants, 0.01)"})
    assert evaluate(rules, {**CASE, "enfants": 3}, day=DAY).value == Decimal("33.33")
    assert evaluate(rules, {**CASE, "enfants": 0}, day=DAY).problem == "undefined"


def test_a_total_beyond_64_bits_is_undefined_for_one_case_and_in_columns() -> None:
    given = [{"name": "x", "type": "integer"}]
    content = {
        "criteria": [{"id": "a", "input": "x", "per": 100}, {"id": "b", "input": "x", "per": 1}]
    }
    rules = rules_of(rule_set("points", content, given))
    import numpy as np

    held = [10**15, 9 * 10**18, -1, 10**17]
    result = evaluate_columns(
        rules,
        Columns(4, {"x": np.array(held)}, {}, {}),
        version=rules.versions[0],
    )
    traces = [evaluate(rules, {"x": value}, day=DAY) for value in held]
    assert [trace.problem for trace in traces] == [None, "undefined", None, "undefined"]
    assert [PROBLEMS[code] for code in result.problem] == ["ok", "undefined", "ok", "undefined"]
    assert result.value is not None
    assert result.value[0] == traces[0].value == 101 * 10**15


@given(st.data())
def test_the_contributions_sum_to_the_total(data: st.DataObject) -> None:
    rules = rules_of(data.draw(points()))
    for case in data.draw(cases(rules.versions[0])):
        trace = evaluate(rules, case, day=DAY)
        if trace.problem is None:
            parts = [step.contribution for step in trace.steps if step.contribution is not None]
            assert sum(parts) == trace.total == trace.value


WHOLE: list[dict[str, Any]] = [
    {"name": "x0", "type": "integer", "domain": {"min": -20, "max": 33}},
    {"name": "x1", "type": "decimal", "decimals": 1, "domain": {"min": -20, "max": 33}},
    {"name": "x2", "type": "boolean", "required": False},
]


@given(st.data())
def test_between_two_cuts_nothing_changes(data: st.DataObject) -> None:
    """Against every value: the same problem and outcome, the same criteria, points on a line."""
    rules = rules_of(data.draw(points(WHOLE)))
    version = rules.versions[0]
    (case,) = data.draw(cases(version, size=1))
    found = kind.cuts(version, "x0", {**case, "x0": case["x0"]})
    assert list(found) == sorted(found)  # type: ignore[type-var]
    previous: Trace | None = None
    for value in range(-20, 34):
        trace = evaluate(rules, {**case, "x0": value}, day=DAY)
        if previous is not None and value not in found:
            assert (trace.problem, trace.outcome) == (previous.problem, previous.outcome)
        previous = trace


@pytest.mark.parametrize(
    ("criterion", "sentence"),
    [
        ({}, "one, and only one"),
        ({"points": 1, "per": 2}, "one, and only one"),
        ({"per": 2}, "needs the 'input'"),
        ({"points": 2, "input": "enfants"}, "only 'per', 'bands' and 'values' read an 'input'"),
        ({"per": 2, "input": "seul"}, "must be integer or decimal"),
        ({"per": 2, "input": "age"}, "there is no input 'age'"),
        ({"points": 2, "group": "g"}, "there is no group 'g'"),
        ({"points": 2, "cap": 1, "floor": 2}, "the floor is above the cap"),
        ({"points": 2, "when": "enfants"}, "here it must give a boolean"),
        ({"expression": "quotient / 3 * quotient"}, "round it"),
        (
            {"input": "enfants", "bands": [{"in": "< 5", "points": 1}, {"in": "> 3", "points": 1}]},
            "overlaps one before it",
        ),
    ],
)
def test_a_criterion_that_means_nothing_is_refused(criterion: Any, sentence: str) -> None:
    with pytest.raises(RulesProblem, match=sentence):
        scale(criterion)
