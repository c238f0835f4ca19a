"""Ensembles of trees: both evaluators, the file, what the trace tells."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.building import Builder
from clairevoie.rules.columns import Columns
from clairevoie.rules.content import Tree, Trees
from clairevoie.rules.evaluate import evaluate, evaluate_columns
from clairevoie.rules.kinds.trees import build, cuts
from clairevoie.rules.model import Outcome
from clairevoie.rules.reading import read_rules
from clairevoie.rules.trace import PROBLEMS
from clairevoie.rules.writing import rules_text
from tests.rules.models import (
    BY_NAME,
    DAY,
    INPUTS,
    cases,
    columns_of_cases,
    forests,
    rule_set,
    values_of,
)

STUMP = Tree(
    (0, -1, -1), (1.0, 0, 0), (1, 0, 0), (2, 0, 0), (0, -1.0, 2.0), (8, 6, 2), (True, False, False)
)


@given(forests(), st.lists(cases(), min_size=1, max_size=6))
def test_one_case_and_columns_agree_to_the_last_bit(model: Trees, given_cases: list) -> None:
    rules = rule_set(model)
    found = evaluate_columns(
        rules, columns_of_cases(INPUTS, given_cases), version=rules.versions[0]
    )
    assert found.value is not None
    assert found.outcome is not None
    for index, case in enumerate(given_cases):
        trace = evaluate(rules, case, day=DAY)
        assert PROBLEMS[found.problem[index]] == (trace.problem or "ok")
        if trace.problem is None:
            assert found.value[index] == trace.value
            assert found.outcomes[found.outcome[index]] == trace.outcome


@given(forests(), cases())
def test_contributions_of_the_trace_sum_to_the_total(model: Trees, case: dict) -> None:
    trace = evaluate(rule_set(model), case, day=DAY)
    if trace.problem is None:
        told = [step.contribution for step in trace.steps if step.contribution is not None]
        added = sum(float(one) for one in told)
        assert float(trace.base) + added == pytest.approx(trace.total, abs=1e-9)


@given(forests(), cases(), st.data())
def test_between_two_cuts_the_answer_is_the_same(model: Trees, case: dict, data) -> None:
    rules = rule_set(model)
    name = data.draw(st.sampled_from(model.names))
    item = BY_NAME[name]
    if item.type in {"category", "boolean"}:
        return
    found = cuts(rules.versions[0], name, case)
    one, other = (data.draw(values_of(item).filter(lambda v: v is not None)) for _ in range(2))
    if any(min(one, other) < cut <= max(one, other) for cut in found):
        return
    first = evaluate(rules, {**case, name: one}, day=DAY)
    second = evaluate(rules, {**case, name: other}, day=DAY)
    assert (first.value, first.problem) == (second.value, second.problem)


@pytest.mark.parametrize(
    ("strict", "value", "leaf"),
    [(False, 1.0, -1.0), (True, 1.0, 2.0), (False, None, -1.0), (True, np.nextafter(1.0, 0), -1.0)],
)
def test_which_way_a_value_on_the_threshold_goes(strict: bool, value, leaf: float) -> None:
    rules = rule_set(Trees(("ratio",), (STUMP,), strict=strict))
    assert evaluate(rules, {"ratio": value}, day=DAY).value == leaf


def test_single_precision_rounds_before_it_compares() -> None:
    above = np.nextafter(1.0, 2.0)
    for single, leaf in ((True, -1.0), (False, 2.0)):
        rules = rule_set(Trees(("ratio",), (STUMP,), single=single))
        assert evaluate(rules, {"ratio": above}, day=DAY).value == leaf
        columns = Columns(1, {"ratio": np.array([above])}, {}, {})
        found = evaluate_columns(rules, columns, version=rules.versions[0])
        assert found.value is not None
        assert found.value.tolist() == [leaf]


def test_the_first_value_of_the_other_side_is_the_cut() -> None:
    rules = rule_set(Trees(("income",), (STUMP,)))
    assert cuts(rules.versions[0], "income", {}) == (Decimal("1.01"),)
    strict = rule_set(Trees(("income",), (STUMP,), strict=True))
    assert cuts(strict.versions[0], "income", {}) == (Decimal("1.00"),)


def test_the_trace_tells_the_path_of_each_tree() -> None:
    trace = evaluate(rule_set(Trees(("age",), (STUMP, STUMP))), {"age": 3}, day=DAY)
    tree = next(step for step in trace.steps if step.kind == "tree")
    assert (tree.tested[0].text, tree.tested[0].holds, tree.value) == ("<= 1, missing", False, 2.0)
    # The mean of a tree is (6 × −1 + 2 × 2) ÷ 8 = −0.25; two trees: −0.5, and the score is 4.
    assert trace.base == pytest.approx(-0.5)
    age = next(step for step in trace.steps if step.kind == "term")
    assert age.contribution == pytest.approx(4.5)


def test_without_covers_the_trees_answer_and_say_no_contribution() -> None:
    bare = Tree(
        STUMP.feature,
        STUMP.threshold,
        STUMP.left,
        STUMP.right,
        STUMP.value,
        (0.0,) * 3,
        STUMP.missing_left,
    )
    trace = evaluate(rule_set(Trees(("age",), (bare,), base=1.0)), {"age": 3}, day=DAY)
    assert (trace.value, trace.base) == (3.0, 1.0)
    assert all(step.contribution is None for step in trace.steps)


# --- from a file ----------------------------------------------------------------------------------


def plain(**changed: object) -> dict:
    return {
        "feature": [0, -1, -1],
        "threshold": [1, 0, 0],
        "left": [1, 0, 0],
        "right": [2, 0, 0],
        "value": [0, -1, 2],
        "cover": [8, 6, 2],
        "missing_left": [True, False, False],
    } | changed


def built(raw: dict) -> tuple[Trees, Builder]:
    keep = Builder(inputs=INPUTS, outcomes=[Outcome("low", {})], bases={}, prefix="trees")
    return build(raw, keep), keep


def test_trees_are_built_from_plain_values() -> None:
    by_level = plain(feature=[1, -1, -1], levels={"0": ["north", "south"]})
    model, keep = built(
        {"names": ["ratio", "place"], "trees": [plain(), by_level], "link": "logit"}
    )
    assert keep.problems == []
    assert model.trees[0] == STUMP
    assert model.trees[1].levels == {0: frozenset(("north", "south"))}


@pytest.mark.parametrize(
    ("names", "raw", "place", "words"),
    [
        (["nobody"], plain(), "names.0", "no input"),
        (["ratio"], plain(left=[1, 0]), "trees.0.left", "2 nodes"),
        (["ratio"], plain(left=[0, 0, 0]), "trees.0", "reached twice"),
        (["ratio"], plain(right=[7, 0, 0]), "trees.0", "not there"),
        (["ratio"], plain(feature=[3, -1, -1]), "trees.0", "there are 1 names"),
        (["ratio"], plain(threshold=[float("nan"), 0, 0]), "trees.0.threshold.0", "finite"),
        (["place"], plain(), "trees.0.threshold.0", "levels"),
        (["ratio"], plain(levels={"0": [1]}), "trees.0.levels.0", "no levels"),
        (["place"], plain(levels={"0": ["west"]}), "trees.0.levels.0", "not a category"),
        (["count"], plain(levels={"0": [-1]}), "trees.0.levels.0", "start at 0"),
        (["ratio"], plain(levels={"1": [1]}), "trees.0.levels.1", "no split"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    names: list, raw: dict, place: str, words: str
) -> None:
    _, keep = built({"names": names, "trees": [raw]})
    assert any(
        where == f"trees.{place}" and words in sentence for where, sentence in keep.problems
    ), keep.problems


@given(forests())
def test_a_forest_that_is_written_reads_back_the_same(model: Trees) -> None:
    again = read_rules(rules_text(rule_set(model)).encode())
    assert again.versions[0].content == model
