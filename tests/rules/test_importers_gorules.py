"""GoRules tables decide as their engine does; what is refused."""

from __future__ import annotations

import itertools
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.evaluate import evaluate, evaluate_columns
from clairevoie.rules.importers.gorules import read_gorules
from clairevoie.rules.importers.imported import About
from clairevoie.rules.model import RulesProblem
from clairevoie.rules.trace import PROBLEMS
from tests.rules.models import columns_of_cases

DAY = date(2024, 6, 1)
ABOUT = About("tables", date(2024, 1, 1))


def node(name: str, content: dict, kind: str = "decisionTableNode") -> dict:
    return {
        "id": name,
        "type": kind,
        "name": name,
        "position": {"x": 0, "y": 0},
        "content": content,
    }


def grid(reads: list[str], gives: list[str], rows: list[list[str]], **more: Any) -> dict:
    keys = [f"i{n}" for n in range(len(reads))] + [f"o{n}" for n in range(len(gives))]
    return {
        "hitPolicy": "first",
        "inputs": [{"id": f"i{n}", "name": one, "field": one} for n, one in enumerate(reads)],
        "outputs": [{"id": f"o{n}", "name": one, "field": one} for n, one in enumerate(gives)],
        "rules": [
            {"_id": f"r{n}", **dict(zip(keys, row, strict=True))} for n, row in enumerate(rows)
        ],
    } | more


def graph(*nodes: dict) -> dict:
    ends = [
        {"id": one, "type": f"{one}Node", "name": one, "position": {"x": 0, "y": 0}, "content": {}}
        for one in ("input", "output")
    ]
    chain = ["input", *(one["id"] for one in nodes), "output"]
    edges = [
        {"id": f"e{n}", "sourceId": a, "targetId": b, "type": "edge"}
        for n, (a, b) in enumerate(itertools.pairwise(chain))
    ]
    content_type = "application/vnd.gorules.decision"
    return {"contentType": content_type, "nodes": [ends[0], *nodes, ends[1]], "edges": edges}


CELLS = [
    "< 500",
    "[500..942)",
    "(500..942]",
    ">= 942",
    "> 300 and < 700",
    "600",
    "300, 700",
    "!= 600",
    "",
]
WORDS = ['"nord"', "'sud'", '"nord", "sud"', 'not in ["nord"]', '!= "sud"', "in ['est']", ""]
FLAGS = ["true", "false", ""]

gorules_rows = st.lists(
    st.tuples(
        st.sampled_from(CELLS),
        st.sampled_from(WORDS),
        st.sampled_from(FLAGS),
        st.sampled_from(["1", "2.5", "-3"]),
    ).map(list),
    min_size=1,
    max_size=5,
)


def domain() -> list[list[str]]:
    """Rows that name every value, so that the domains are whole."""
    return [["1", '"nord", "sud", "est"', "true", "0"]]


gorules_cases = st.fixed_dictionaries(
    {
        "quotient": st.sampled_from([None, 0, 299.99, 300, 500, 600, 700, 942, 942.01]),
        "lieu": st.sampled_from([None, "nord", "sud", "est"]),
        "ok": st.sampled_from([None, True, False]),
    }
)


@given(gorules_rows, st.lists(gorules_cases, min_size=1, max_size=6))
def test_a_gorules_table_decides_as_its_engine(rows: list, cases: list[dict]) -> None:
    zen = pytest.importorskip("zen")
    document = graph(node("t", grid(["quotient", "lieu", "ok"], ["tarif"], rows + domain())))
    decision = zen.ZenEngine().create_decision(json.dumps(document))
    found = read_gorules(document, ABOUT)
    version = found.rules.versions[0]
    readable = [
        {
            key: Decimal(str(one)) if key == "quotient" and one is not None else one
            for key, one in case.items()
        }
        for case in cases
    ]
    columns = evaluate_columns(
        found.rules, columns_of_cases(version.inputs, readable), version=version
    )
    assert columns.value is not None
    for index, case in enumerate(cases):
        theirs = decision.evaluate(case)["result"].get("tarif")
        trace = evaluate(found.rules, case, day=DAY)
        assert (None if theirs is None else Decimal(str(theirs))) == trace.value
        assert (trace.problem or "ok") == ("no_row" if theirs is None else "ok")
        assert PROBLEMS[columns.problem[index]] == (trace.problem or "ok")


@given(st.sampled_from([None, 100, 500, 800]), st.booleans())
def test_gorules_tables_in_a_chain_decide_as_their_engine(
    quotient: int | None, passing: bool
) -> None:
    zen = pytest.importorskip("zen")
    first = grid(
        ["quotient"], ["niveau"], [["< 500", '"bas"'], ["", '"haut"']], passThrough=passing
    )
    second = grid(
        ["niveau"], ["tarif", "info.code"], [['"bas"', "1", '"A"'], ['"haut"', "9", '"B"']]
    )
    document = graph(node("niveau", first), node("tarif", second))
    theirs = zen.ZenEngine().create_decision(json.dumps(document)).evaluate({"quotient": quotient})
    trace = evaluate(
        read_gorules(json.dumps(document), ABOUT).rules, {"quotient": quotient}, day=DAY
    )
    assert trace.value == theirs["result"]["tarif"]
    assert trace.outputs is not None
    assert trace.outputs["info_code"] == theirs["result"]["info"]["code"]


def test_gorules_collects() -> None:
    rows = [["> 0", "1"], ["> 10", "2"], ["> 20", "3"]]
    document = graph(node("t", grid(["x"], ["y"], rows, hitPolicy="collect")))
    found = read_gorules(document, ABOUT)
    trace = evaluate(found.rules, {"x": 15}, day=DAY)
    assert [step.applied for step in trace.steps if step.kind == "row"] == [True, True, False]
    assert trace.problem is None


def expressions(**written: str) -> dict:
    listed = [{"id": key, "key": key, "value": value} for key, value in written.items()]
    return node("e", {"expressions": listed}, "expressionNode")


@given(
    st.integers(-(10**6), 10**6).map(lambda cents: cents / 100), st.sampled_from([1, 2, 4, 5, 8])
)
def test_gorules_expressions_alone_compute_as_their_engine(x: float, n: int) -> None:
    zen = pytest.importorskip("zen")
    formulas = {
        "part": "(x - 3.5) * 2 / n",
        "choix": "x > 10 and n != 2 ? x + 1 : x == 3 or n >= 5 ? 2 : -x",
    }
    document = graph(expressions(**formulas))
    theirs = (
        zen.ZenEngine().create_decision(json.dumps(document)).evaluate({"x": x, "n": n})["result"]
    )
    trace = evaluate(read_gorules(document, ABOUT).rules, {"x": str(x), "n": n}, day=DAY)
    assert trace.outputs is not None
    for name in formulas:
        assert float(str(trace.outputs[name])) == pytest.approx(float(theirs[name]), abs=1e-9)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"nodes": []}, "no decision table"),
        ({"edges": []}, "'nodes' is missing"),
        (graph(node("f", {"source": "1"}, "functionNode")), "functionNode"),
        (graph(node("t", grid(["x"], ["y"], [["sum(x) > 1", "1"]]))), "only tests on values"),
        (graph(node("t", grid(["x"], ["y"], [["> 1", "x * 2"]]))), "only tests on values"),
        (graph(node("t", grid(["x + 1"], ["y"], [["> 1", "2"]]))), "is an expression"),
        (graph(node("t", grid(["x"], ["y"], [["> 1", "2"]], hitPolicy="output"))), "hit policy"),
        (
            graph(node("t", grid(["x"], ["y"], [["> 1", "2"]], executionMode="loop"))),
            "executionMode",
        ),
        (
            graph(
                node("a", grid(["x"], ["y"], [["> 1", "2"]])),
                node("b", grid(["x"], ["z"], [["> 1", "2"]])),
            ),
            "no node before it passes",
        ),
        (graph(expressions(a="sum(x)")), "'sum'"),
        (graph(expressions(a="x + 'b'")), "more than arithmetic"),
        (graph(expressions(a="(x > 1 ? 2 : 3) + 1")), "inside brackets"),
        (graph(expressions(a="x +")), "."),
        (
            graph(expressions(a="1"), node("t", grid(["x"], ["y"], [["> 1", "2"]]))),
            "expressionNode",
        ),
    ],
)
def test_what_gorules_is_refused(document: dict, words: str) -> None:
    with pytest.raises(RulesProblem, match=words):
        read_gorules(document, ABOUT)


def test_nodes_in_a_circle_are_refused() -> None:
    document = graph(node("a", grid(["x"], ["y"], [["> 1", "2"]])))
    document["edges"].append({"id": "z", "sourceId": "a", "targetId": "a", "type": "edge"})
    with pytest.raises(RulesProblem, match="circle"):
        read_gorules(document, ABOUT)
