"""Formulas: read with their problems told, computed by hand, agreeing, cut where they change."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clairevoie.rules.columns import Columns
from clairevoie.rules.evaluate import evaluate, evaluate_columns
from clairevoie.rules.expressions.ranges import Range
from clairevoie.rules.formula_ranges import bound_result, enclosures
from clairevoie.rules.kinds.formula import cuts
from clairevoie.rules.model import RuleSet, RulesProblem, Value
from clairevoie.rules.reading import read_rules
from clairevoie.rules.trace import PROBLEMS, Quantity, Trace
from tests.rules.generators import DAY, rule_set, rules_of
from tests.rules.random_expressions import (
    INPUTS,
    PARAMETERS,
    boolean_texts,
    columns_of_cases,
    number_texts,
    values_of,
)

CANTEEN = Path(__file__).parents[2] / "src/clairevoie/rules/demonstration/canteen.yaml"


def input_data(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


def formula(
    inputs: list[dict[str, Any]], steps: list[dict[str, Any]], result: str, **more: Any
) -> RuleSet:
    return rules_of(rule_set("formula", {"steps": steps, "result": result, **more}, inputs))


def answer(rules: RuleSet, **case: object) -> Trace:
    return evaluate(rules, case, day=DAY)


# --- what is computed -----------------------------------------------------------------------------

BRACKETS = [
    {"from": 0, "rate": 0},
    {"from": 11294, "rate": Decimal("0.11")},
    {"from": 28797, "rate": Decimal("0.30")},
    {"from": 82341, "rate": Decimal("0.41")},
    {"from": 177106, "rate": Decimal("0.45")},
]
"""CGI, article 197, I, 1, income of 2023.

Read in openfisca-france 176.1.8, impot_revenu.bareme_ir_depuis_1945.
"""


@pytest.fixture
def income_tax() -> RuleSet:
    return formula(
        [input_data("revenu", "decimal", decimals=2, unit="€", domain={"min": 0})],
        [
            {
                "id": "impot",
                "expression": "marginal(revenu, bareme)",
                "round": {"to": 1},
                "unit": "€",
            }
        ],
        "impot",
        parameters=[{"id": "bareme", "label": "Barème", "brackets": BRACKETS}],
    )


def test_brackets_are_added_one_by_one(income_tax: RuleSet) -> None:
    """(28 797 − 11 294) × 11 % + (30 000 − 28 797) × 30 % = 1 925,33 + 360,90 = 2 286,23 €."""
    trace = answer(income_tax, revenu=30000)
    *parts, head = trace.steps
    assert trace.value == Decimal(2286)
    assert head.operation is not None
    assert head.operation.result.value == Decimal("2286.23")
    told = [(part.applied, part.value, part.parent) for part in parts]
    assert told == [
        (True, Decimal(0), "impot"),
        (True, Decimal("1925.33"), "impot"),
        (True, Decimal("360.90"), "impot"),
        (False, Decimal(0), "impot"),
        (False, Decimal(0), "impot"),
    ]
    assert parts[2].label["fr"] == "Tranche de 28\u202f797 à 82\u202f341"
    assert sum(step.contribution or 0 for step in trace.steps) == trace.total == trace.value


def test_the_brackets_are_where_the_formula_changes(income_tax: RuleSet) -> None:
    values = {"revenu": Decimal(30000)}
    found = cuts(income_tax.versions[0], "revenu", values)
    # 2 286 € stays 2 286 € from 29 997,57 € (2 285,50) to 30 000,90 € (2 286,50).
    assert [str(one) for one in found] == [
        "11294.00",
        "28797.00",
        "29997.57",
        "30000.90",
        "82341.00",
        "177106.00",
    ]


def test_the_operation_has_the_numbers_of_the_case() -> None:
    rules = formula(
        [
            input_data("enfants", "integer", unit="enfants", label="Enfants"),
            input_data("seul", "boolean"),
        ],
        [
            {
                "id": "prime",
                "expression": "if seul and enfants >= 2 then enfants * (montant + 10) else 0",
                "unit": "€",
            }
        ],
        "prime",
        parameters=[{"id": "montant", "label": "Montant", "value": 40, "unit": "€"}],
    )
    step = answer(rules, enfants=3, seul=True).steps[0]
    assert step.operation is not None
    told = [one.value if isinstance(one, Quantity) else one for one in step.operation.tokens]
    assert told == [3, "×", "(", 40, "+", 10, ")"]
    first = step.operation.tokens[0]
    assert isinstance(first, Quantity)
    assert (first.name, first.label, first.unit) == (
        "enfants",
        {"fr": "Enfants"},
        {"fr": "enfants"},
    )
    assert step.operation.result.value == 150
    assert [(one.name, one.text, one.holds) for one in step.tested] == [
        ("seul", "true", True),
        ("enfants", ">= 2", True),
    ]
    failed = answer(rules, enfants=1, seul=True)
    assert failed.value == 0
    assert [(one.name, one.holds) for one in failed.steps[0].tested] == [
        ("seul", True),
        ("enfants", False),
    ]


def test_a_step_without_value_matters_only_if_it_is_needed() -> None:
    rules = formula(
        [
            input_data("revenu", "decimal", required=False),
            input_data("parts", "integer"),
        ],
        [
            {"id": "par_part", "expression": "revenu / parts"},
            {
                "id": "prix",
                "expression": "if missing(revenu) then 5 else par_part",
                "round": {"to": Decimal("0.01")},
            },
        ],
        "prix",
    )
    assert answer(rules, parts=0).value == 5
    assert answer(rules, revenu=10, parts=3).value == Decimal("3.33")
    undefined = answer(rules, revenu=10, parts=0)
    assert (undefined.problem, undefined.problem_names) == ("undefined", ("par_part",))
    assert [step.applied for step in undefined.steps] == [False, False]


def test_a_missing_input_that_is_needed_is_named() -> None:
    rules = formula(
        [input_data("revenu", "decimal", required=False)],
        [{"id": "double", "expression": "revenu * 2"}],
        "double",
    )
    trace = answer(rules)
    assert (trace.problem, trace.problem_names) == ("missing_input", ("revenu",))


@pytest.mark.parametrize(
    ("quotient", "children", "price"),
    [("742.10", 3, "2.97"), ("100", 1, "0.80"), ("5000", 2, "6.10"), ("160.01", 3, "0.64")],
)
def test_the_canteen_of_the_demonstration(quotient: str, children: int, price: str) -> None:
    case = {"habite": True, "quotient": quotient, "enfants": children, "panier": False}
    trace = evaluate(read_rules(CANTEEN), case, day=date(2025, 10, 1))
    assert trace.value == Decimal(price)


# --- decisions ------------------------------------------------------------------------------------


def test_a_step_may_be_the_decision() -> None:
    rules = formula(
        [input_data("points", "integer")],
        [
            {"id": "total", "expression": "points * 2"},
            {
                "id": "avis",
                "expression": "if total >= 10 then 'admis' else if total >= 4 then 'attente' "
                "else 'refuse'",
            },
        ],
        "total",
        decision="avis",
    )
    assert [answer(rules, points=one).outcome for one in (5, 2, 0)] == [
        "admis",
        "attente",
        "refuse",
    ]
    version = rules.versions[0]
    assert cuts(version, "points", {"points": 0}) == (2, 5)
    assert_agree(rules, [{"points": one} for one in range(-3, 9)])


def test_a_decision_alone_has_no_number() -> None:
    data = rule_set(
        "formula",
        {
            "steps": [{"id": "droit", "expression": "not (age < 18)"}],
            "result": "droit",
            "decision": "droit",
        },
        [input_data("age", "integer")],
        outcomes=[{"value": "true", "favourable": True}, {"value": "false"}],
    )
    rules = rules_of(data)
    trace = answer(rules, age=20)
    assert (trace.value, trace.outcome) == (None, "true")
    assert [(one.text, one.holds) for one in trace.steps[0].tested] == [(">= 18", True)]
    assert_agree(rules, [{"age": one} for one in (17, 18, None)])


# --- problems of a file ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "place", "sentence"),
    [
        ({"result": "autre"}, "result", "there is no step 'autre'"),
        ({"decision": "un"}, "decision", "true or false, or a category"),
        ({"thresholds": [{"outcome": "refuse"}], "decision": "vrai"}, "thresholds", "not both"),
        ({"result": "vrai"}, "result", "the result is a number"),
        ({"result": "long"}, "result", "could have 20 decimals"),
        ({"decision": "vrai"}, "decision", "'true' is not one of the outcomes"),
    ],
)
def test_problems_of_the_answer_are_told(change: dict[str, Any], place: str, sentence: str) -> None:
    steps = [
        {"id": "un", "expression": "a + 1"},
        {"id": "vrai", "expression": "a = 1"},
        {"id": "long", "expression": "(a / 3) * (a / 3)"},
    ]
    with pytest.raises(RulesProblem) as told:
        formula([input_data("a", "integer")], steps, **{"result": "un"} | change)
    assert any(place in one for one in told.value.places)
    assert sentence in str(told.value)


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([{"id": "un", "expression": "deux"}, {"id": "deux", "expression": "1"}], "comes after it"),
        ([{"id": "un", "expression": "un + 1"}], "reads itself"),
        ([{"id": "a", "expression": "1"}], "already an input"),
        ([{"id": "if", "expression": "1"}], "a word of the expressions"),
        ([{"id": "un", "expression": "a = 1", "round": {"to": 1}}], "only a number can be rounded"),
        ([{"id": "un", "expression": "1 +"}], "column 4"),
    ],
)
def test_problems_of_steps_are_told(steps: list[dict[str, Any]], sentence: str) -> None:
    with pytest.raises(RulesProblem, match=sentence):
        formula([input_data("a", "integer")], steps, steps[0]["id"])


@pytest.mark.parametrize(
    ("parameter", "sentence"),
    [
        ({"value": 1, "values": {"a": 1}}, "one, and only one"),
        ({"brackets": [{"from": 1, "rate": 1}, {"from": 1, "rate": 2}]}, "brackets must rise"),
        (
            {"brackets": [{"from": 1, "rate": 1}, {"from": 2, "amount": 2}]},
            "or each has an 'amount'",
        ),
        ({"brackets": [{"from": 1}]}, "each bracket has a 'rate'"),
    ],
)
def test_problems_of_parameters_are_told(parameter: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RulesProblem, match=sentence):
        formula([], [{"id": "un", "expression": "1"}], "un", parameters=[{"id": "p"} | parameter])


def test_a_category_without_number_is_told() -> None:
    with pytest.raises(RulesProblem, match="'forfait' has no number for couple"):
        formula(
            [input_data("sit", "category", domain={"values": ["seul", "couple"]})],
            [{"id": "un", "expression": "pick(sit, forfait)"}],
            "un",
            parameters=[{"id": "forfait", "values": {"seul": 1}}],
        )


# --- any formula ----------------------------------------------------------------------------------


def assert_agree(rules: RuleSet, found: list[dict[str, Value]]) -> None:
    version = rules.versions[0]
    columns: Columns = columns_of_cases(found, version.inputs)
    result = evaluate_columns(rules, columns, version=version)
    for row, case in enumerate(found):
        trace = evaluate(rules, case, day=DAY)
        assert PROBLEMS[result.problem[row]] == (trace.problem or "ok"), case
        outcome = None
        if result.outcome is not None and result.outcome[row] >= 0:
            outcome = result.outcomes[result.outcome[row]]
        assert outcome == trace.outcome, case
        if trace.problem is None and result.value is not None:
            assert result.decimals is not None
            assert Decimal(int(result.value[row])).scaleb(-result.decimals) == trace.value, case


@st.composite
def random_formulas(draw: st.DrawFn) -> RuleSet:
    """A formula of one to four steps; what a step reads may be a step before it."""
    steps: list[dict[str, Any]] = []
    numbers: list[str] = []
    for index in range(draw(st.integers(1, 4))):
        text = draw(number_texts(2))
        if numbers:
            text = re.sub(r"\benfants\b", draw(st.sampled_from([*numbers, "enfants"])), text)
        to = draw(st.sampled_from(("0.01", "0.05", "1", "1000")))
        mode = draw(st.sampled_from(("half_up", "half_even", "down", "up")))
        name = f"pas_{index}"
        steps.append({"id": name, "expression": text, "round": {"to": Decimal(to), "mode": mode}})
        numbers.append(name)
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        more["thresholds"] = [
            {"outcome": "refuse"},
            {"outcome": "attente", "from": Decimal("-12.5")},
            {"outcome": "admis", "from": 100},
        ]
    elif draw(st.booleans()):
        condition = draw(boolean_texts(2))
        decision = f"if {condition} then 'admis' else 'refuse'"
        steps.append({"id": "avis", "expression": decision})
        more["decision"] = "avis"
    parameters = [
        {"id": "taux", "value": Decimal("0.0061")},
        {"id": "enorme", "value": Decimal("999999999999999.999999999999")},
        *(_brackets_data(name) for name in ("bareme", "tarifs")),
        *(
            {"id": name, "values": dict(PARAMETERS[name].values or {})}
            for name in ("forfait", "nombres")
        ),
    ]
    inputs = [
        input_data(
            item.name,
            item.type,
            required=False,
            **({"decimals": item.decimals} if item.type == "decimal" else {}),
            **(
                {"domain": {"values": [c.value for c in item.categories]}}
                if item.categories
                else {}
            ),
        )
        for item in INPUTS
    ]
    try:
        return formula(inputs, steps, numbers[-1], parameters=parameters, **more)
    except RulesProblem as problem:
        assume("decimals" not in str(problem))
        raise


def _brackets_data(name: str) -> dict[str, Any]:
    key = "rate" if name == "bareme" else "amount"
    brackets = [{"from": one.low, key: one.value} for one in PARAMETERS[name].brackets]
    return {"id": name, "brackets": brackets}


def case_strategy() -> st.SearchStrategy[dict[str, Value]]:
    return st.fixed_dictionaries({item.name: values_of(item) for item in INPUTS})


@settings(max_examples=150)
@given(random_formulas(), st.lists(case_strategy(), min_size=1, max_size=5))
def test_a_case_and_a_column_agree(rules: RuleSet, found: list[dict[str, Value]]) -> None:
    assert_agree(rules, found)


@settings(max_examples=100)
@given(random_formulas(), case_strategy())
def test_every_trace_tells_its_operations(rules: RuleSet, case: dict[str, Value]) -> None:
    trace = evaluate(rules, case, day=DAY)
    for step in trace.steps:
        if step.kind != "step":
            continue
        assert step.applied is (step.value is not None) or step.parent
        if step.operation is not None:
            assert step.operation.tokens.count("(") == step.operation.tokens.count(")")
            assert step.operation.tokens
    if trace.problem is None:
        assert sum(step.contribution or 0 for step in trace.steps) == (trace.total or 0)


@settings(max_examples=60)
@given(random_formulas(), case_strategy(), st.sampled_from(("revenu", "enfants", "naissance")))
def test_nothing_changes_between_two_cuts(
    rules: RuleSet, case: dict[str, Value], name: str
) -> None:
    """Outcomes, and for an amount whether it is under, at or over the present one."""
    version = rules.versions[0]
    found = cuts(version, name, case)
    assert list(found) == sorted(found)  # type: ignore[type-var]
    present = evaluate(rules, case, day=DAY)
    if case[name] is None or len(found) > 200:
        return
    item = version.input(name)
    seen: dict[int, set[object]] = {}
    start = 0 if name != "naissance" else date(1990, 1, 1).toordinal()
    for units in range(start - 40, start + 40):
        value: Any = units
        if name == "naissance":
            value = date.fromordinal(units)
        elif name == "revenu":
            value = Decimal(units).scaleb(-item.decimals)
        trace = evaluate(rules, {**case, name: value}, day=DAY)
        key: object = (trace.problem, trace.outcome)
        if trace.outcome is None and trace.value is not None and present.value is not None:
            here, there = Decimal(str(trace.value)), Decimal(str(present.value))
            key = (trace.problem, (here > there) - (here < there))
        run = sum(value >= one for one in found)
        seen.setdefault(run, set()).add(key)
    assert all(len(keys) == 1 for keys in seen.values()), (found, seen)


@given(random_formulas(), case_strategy(), case_strategy())
def test_the_result_is_inside_its_bounds(
    rules: RuleSet, case: dict[str, Value], other: dict[str, Value]
) -> None:
    ends: list[Any] = [case["revenu"], other["revenu"]]
    if None in ends:
        return
    version = rules.versions[0]
    found = bound_result(version, case | {"revenu": Range(min(ends), max(ends))})
    assert set(enclosures(version, case)) <= {step.id for step in version.content.steps}  # type: ignore[union-attr]
    for value in ends:
        trace = evaluate(rules, case | {"revenu": value}, day=DAY)
        if trace.problem is None:
            assert found.includes(trace.value)
