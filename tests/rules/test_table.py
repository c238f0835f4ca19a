"""Decision tables: which rows hold, what they give together, what is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.kinds import table as kind
from clairevoie.rules.model import RulesProblem
from clairevoie.rules.trace import Trace, TraceStep
from tests.rules.generators import DAY, cases, rule_set, rules_of, tables

QUOTIENT = {"name": "quotient", "type": "decimal", "decimals": 2, "domain": {"min": 0}}
LIEU = {"name": "lieu", "type": "category", "domain": {"values": ["ville", "hors"]}}
PRIX = {"name": "prix", "type": "decimal", "decimals": 2}
ROWS = [
    {"id": "r1", "when": {"quotient": "< 500", "lieu": "ville"}, "then": {"prix": Decimal("0.80")}},
    {"id": "r2", "when": {"quotient": "< 942"}, "then": {"prix": Decimal("1.60")}},
    {"id": "r3", "when": {"lieu": "hors"}, "then": {"prix": Decimal("5.00")}},
]


def table_rules(*rows: dict[str, Any], content: Any = None, **more: Any) -> Any:
    table = {"id": "tarif", "outputs": [PRIX], "rows": list(rows or ROWS), **more}
    whole = {"tables": [table], "result": "prix", **(content or {})}
    return rules_of(rule_set("table", whole, [QUOTIENT, LIEU]))


def answer(rules: Any, quotient: str, lieu: str) -> Trace:
    return evaluate(rules, {"quotient": quotient, "lieu": lieu}, day=DAY)


def steps(trace: Trace, wanted: str) -> list[TraceStep]:
    return [step for step in trace.steps if step.kind == wanted]


def test_the_first_row_that_holds_answers_and_all_are_told() -> None:
    trace = answer(table_rules(), "499,99", "ville")
    assert trace.value == Decimal("0.80")
    rows = steps(trace, "row")
    assert [row.applied for row in rows] == [True, False, False]
    # The second holds too, but comes after; the third does not hold.
    assert [[one.holds for one in row.tested] for row in rows] == [[True, True], [True], [False]]
    assert rows[0].tested[0].text == "< 500"
    assert sum(row.contribution or 0 for row in rows) == trace.total


def test_no_row_is_a_problem_unless_there_is_a_default() -> None:
    trace = answer(table_rules(), "2000", "ville")
    assert (trace.problem, trace.problem_names, trace.value) == ("no_row", ("tarif",), None)
    trace = answer(table_rules(default={"prix": 9}), "2000", "ville")
    assert (trace.problem, trace.value) == (None, 9)
    assert steps(trace, "default")[0].applied


def test_two_rows_are_a_problem_where_one_only_may_hold() -> None:
    rules = table_rules(hit="unique")
    assert answer(rules, "499", "ville").problem == "several_rows"
    assert answer(rules, "600", "ville").value == Decimal("1.60")


@pytest.mark.parametrize(
    ("aggregate", "value"), [("sum", "2.40"), ("min", "0.80"), ("max", "1.60"), ("count", "2")]
)
def test_rows_brought_together(aggregate: str, value: str) -> None:
    rows = [dict(row) for row in ROWS]
    if aggregate == "count":
        for row in rows:
            row["then"] = {"prix": 1}
    output = PRIX if aggregate != "count" else {"name": "prix", "type": "decimal"}
    rules = table_rules(*rows, hit="collect", aggregate=aggregate, outputs=[output])
    trace = answer(rules, "499", "ville")
    assert trace.value == Decimal(value)
    assert sum(row.contribution or 0 for row in steps(trace, "row")) == trace.total


def test_a_list_keeps_every_output() -> None:
    table = {
        "id": "pieces",
        "hit": "collect",
        "outputs": [{"name": "piece", "type": "category"}],
        "rows": [
            {"id": "a", "when": {"lieu": "ville"}, "then": {"piece": "justificatif"}},
            {"id": "b", "then": {"piece": "identité"}},
        ],
    }
    rules = rules_of(rule_set("table", {"tables": [table]}, [QUOTIENT, LIEU]))
    trace = evaluate(rules, {"quotient": 1, "lieu": "ville"}, day=DAY)
    assert trace.outputs == {"piece": "justificatif, identité"}
    assert trace.value is None


def test_a_later_table_reads_the_outputs_of_an_earlier_one() -> None:
    tranche = {
        "id": "tranches",
        "outputs": [{"name": "tranche", "type": "category"}],
        "rows": [{"id": "a", "when": {"quotient": "< 500"}, "then": {"tranche": "A"}}],
        "default": {"tranche": "B"},
    }
    decision = {
        "id": "avis",
        "outputs": [{"name": "avis", "type": "category"}],
        "rows": [{"id": "a", "when": {"tranche": "A"}, "then": {"avis": "admis"}}],
        "default": {"avis": "refuse"},
    }
    rules = rules_of(
        rule_set("table", {"tables": [tranche, decision], "decision": "avis"}, [QUOTIENT])
    )
    assert evaluate(rules, {"quotient": 499}, day=DAY).outcome == "admis"
    trace = evaluate(rules, {"quotient": 500}, day=DAY)
    assert (trace.outcome, trace.outputs) == ("refuse", {"tranche": "B", "avis": "refuse"})


def test_thresholds_cut_the_result() -> None:
    cuts = [{"outcome": "admis"}, {"outcome": "refuse", "from": Decimal("1.60")}]
    rules = table_rules(content={"thresholds": cuts})
    assert answer(rules, "499", "ville").outcome == "admis"
    assert answer(rules, "500", "ville").outcome == "refuse"


def test_where_the_answer_may_change() -> None:
    version = table_rules().versions[0]
    assert kind.cuts(version, "quotient", {}) == (Decimal("500.00"), Decimal("942.00"))
    assert kind.cuts(version, "lieu", {}) == ("ville", "hors")


@given(st.data())
def test_between_two_cuts_nothing_changes(data: st.DataObject) -> None:
    given: list[dict[str, Any]] = [
        {"name": "x0", "type": "integer", "domain": {"min": -20, "max": 33}},
        {"name": "x1", "type": "boolean", "required": False},
    ]
    rules = rules_of(data.draw(tables(given)))
    version = rules.versions[0]
    (case,) = data.draw(cases(version, size=1))
    found = kind.cuts(version, "x0", case)
    previous: Trace | None = None
    for value in range(-20, 34):
        trace = evaluate(rules, {**case, "x0": value}, day=DAY)
        if previous is not None and value not in found:
            assert (trace.problem, trace.value, trace.outputs) == (
                previous.problem,
                previous.value,
                previous.outputs,
            )
        previous = trace


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"hit": "first", "aggregate": "sum"}, "goes with 'hit: collect' only"),
        ({"inputs": ["age"]}, "neither an input nor an output"),
        ({"inputs": ["lieu"]}, "does not read 'quotient' (it reads: lieu)"),
        ({"outputs": [{"name": "lieu", "type": "decimal"}]}, "already an input or an output"),
        ({"outputs": [PRIX, PRIX]}, "two outputs have the same name"),
        ({"outputs": [{"name": "prix", "type": "category"}]}, "must be of type decimal"),
        ({"rows": [{**ROWS[0], "then": {}}]}, "every row of the table 'tarif' must give 'prix'"),
        ({"rows": [{**ROWS[0], "then": {"pri": 1}}]}, "'pri' is not an output"),
        ({"rows": [{**ROWS[0], "when": {"lieu": "mer"}}]}, "not a category of 'lieu'"),
        ({"rows": [ROWS[0], ROWS[0]]}, "'r1' is there twice"),
        (
            {"rows": [{**ROWS[0], "then": {"prix": Decimal("0.801")}}]},
            "more decimals than 'prix' (2)",
        ),
        (
            {
                "rows": [{**ROWS[0], "then": {"prix": 10**14}}] * 1,
                "outputs": [{"name": "prix", "type": "decimal", "decimals": 9}],
            },
            "too large for 9 decimals",
        ),
    ],
)
def test_a_table_that_means_nothing_is_refused(change: Any, sentence: str) -> None:
    with pytest.raises(RulesProblem) as caught:
        table_rules(**change) if "rows" not in change else table_rules(
            *change["rows"], **{key: one for key, one in change.items() if key != "rows"}
        )
    assert sentence in str(caught.value)


def test_a_list_cannot_be_the_result() -> None:
    with pytest.raises(RulesProblem, match="is a list"):
        table_rules(hit="collect")
