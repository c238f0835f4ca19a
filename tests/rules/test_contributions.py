"""Exact contributions and what would change the answer, against definitions and other libraries."""

from __future__ import annotations

import itertools
import math
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clairevoie.rules.columns import Columns
from clairevoie.rules.content import Additive, Axis, Bins, Grid, Levels, Linear, Term, Tree, Trees
from clairevoie.rules.contributions.changes import Changes
from clairevoie.rules.contributions.columns import contribution_blocks, contributions
from clairevoie.rules.contributions.tree_values import column_values
from clairevoie.rules.evaluate import evaluate, evaluate_columns
from clairevoie.rules.importers.imported import About
from clairevoie.rules.importers.sklearn_trees import read_sklearn_trees
from clairevoie.rules.model import RuleSet, RulesProblem, Threshold, Value
from clairevoie.rules.splits import goes_left
from tests.rules.models import (
    BY_NAME,
    DAY,
    INPUTS,
    additives,
    cases,
    columns_of_cases,
    forests,
    rule_set,
    values_of,
)


@given(additives(), st.lists(cases(), min_size=1, max_size=5))
def test_contributions_of_an_additive_model_are_those_of_the_trace(
    model: Additive, given_cases: list
) -> None:
    rules = rule_set(model)
    found = contributions(rules.versions[0], columns_of_cases(INPUTS, given_cases))
    for index, case in enumerate(given_cases):
        trace = evaluate(rules, case, day=DAY)
        if trace.problem is not None:
            continue
        told = {
            step.id: float(step.contribution or 0) for step in trace.steps if step.kind == "term"
        }
        scale = max(1.0, *(abs(one) for one in told.values()))
        assert found.score[index] == trace.total
        assert found.base == pytest.approx(trace.base, abs=1e-12)
        for name, value in zip(found.names, found.values[:, index], strict=True):
            assert value == pytest.approx(told[name], abs=1e-9 * scale)
        total = found.base + found.values[:, index].sum()
        assert total == pytest.approx(found.score[index], abs=1e-9 * scale)


# --- what would change the answer -----------------------------------------------------------------


def outcome_if(rules: RuleSet, case: dict, name: str, value: Value) -> str | None:
    return evaluate(rules, {**case, name: value}, day=DAY).outcome


def changes_of(rules: RuleSet, case: dict, name: str) -> Changes:
    columns = columns_of_cases(INPUTS, [case])
    (block,) = contribution_blocks(rules.versions[0], columns, names=(name,))
    assert block.changes is not None
    return block.changes


THRESHOLDS = (Threshold("low"), Threshold("middle", 0.25), Threshold("high", 1.0))
# Multiples of 1/16: their sums are exact, so that a boundary is exact too.
sixteenths = st.integers(-32, 32).map(lambda number: number / 16)


@given(st.lists(sixteenths, min_size=3, max_size=3), sixteenths, st.floats(-5, 5))
def test_beyond_the_boundary_of_a_straight_line_the_answer_is_another(
    slopes: list[float], intercept: float, value: float
) -> None:
    names = ("ratio", "count", "income")
    model = Additive(
        intercept,
        tuple(Term(n, {}, (n,), Linear(s)) for n, s in zip(names, slopes, strict=True)),
        thresholds=THRESHOLDS,
    )
    rules = rule_set(model)
    case = {"ratio": value, "count": 1, "income": Decimal("0.5")}
    lines = changes_of(rules, case, "ratio").lines
    assert lines.names == ("ratio",)
    for boundary, crossing in zip(lines.boundaries[:, 0, 0], lines.crossings, strict=True):
        if slopes[0] == 0:
            assert math.isnan(boundary)
            continue
        low, high = boundary - 1e-9, boundary + 1e-9
        scores = [
            float(evaluate(rules, {**case, "ratio": one}, day=DAY).total or 0)
            for one in (low, high)
        ]
        assert min(scores) < crossing <= max(scores)


@st.composite
def stepped(draw: st.DrawFn) -> Additive:
    """Bins, levels and a grid, whose sums are exact."""
    found = []
    for name in ("share", "age", "income"):
        edges = tuple(sorted(draw(st.sets(st.sampled_from((-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 6.0))))))
        values = tuple(draw(sixteenths) for _ in range(len(edges) + 1))
        found.append(Term(name, {}, (name,), Bins(edges, values, 0.0)))
    levels: dict[Value, float] = {one: draw(sixteenths) for one in ("north", "south", "east")}
    found.append(Term("place", {}, ("place",), Levels(levels, 0.0)))
    if draw(st.booleans()):
        axes = (Axis(edges=(1.0, 4.0)), Axis(levels=("north", "south", "east")))
        cells = tuple(tuple(draw(sixteenths) for _ in range(4)) for _ in range(4))
        found.append(Term("grid", {}, ("age", "place"), Grid(axes, cells)))
    return Additive(draw(sixteenths), tuple(found), thresholds=THRESHOLDS)


@given(stepped(), cases(), st.sampled_from(("share", "age", "income")), st.data())
def test_between_the_nearest_intervals_the_answer_is_the_same(
    model: Additive, case: dict, name: str, data
) -> None:
    assume(case[name] is not None)
    rules = rule_set(model)
    (steps,) = changes_of(rules, case, name).steps
    below, above = steps.below[0], steps.above[0]
    now = outcome_if(rules, case, name, case[name])
    item = BY_NAME[name]
    value = data.draw(values_of(item).filter(lambda one: one is not None))
    if (math.isnan(below) or value >= below) and (math.isnan(above) or value < above):
        assert outcome_if(rules, case, name, value) == now
    if not math.isnan(above):
        first = math.ceil(above) if name == "age" else above
        first = Decimal(str(above)) if name == "income" else first
        assert outcome_if(rules, case, name, first) != now
    if not math.isnan(below):
        last: Value = math.nextafter(below, -math.inf)
        if name == "age":
            last = math.ceil(below) - 1
        elif name == "income":
            last = Decimal(str(below)) - Decimal("0.01")
        assert outcome_if(rules, case, name, last) != now


@given(stepped(), cases())
def test_the_levels_that_change_the_answer(model: Additive, case: dict) -> None:
    rules = rule_set(model)
    (levels,) = changes_of(rules, case, "place").levels
    now = evaluate(rules, case, day=DAY).outcome
    for level, changes in zip(levels.levels, levels.changes[:, 0], strict=True):
        assert changes == (outcome_if(rules, case, "place", level) != now)


@given(sixteenths, st.sampled_from((0.0, 1.5)), st.sampled_from((1.0, 0.5)), st.integers(1, 2))
def test_a_boundary_with_a_center_and_several_lines(
    slope: float, center: float, scale: float, lines: int
) -> None:
    terms = [Term(str(n), {}, ("ratio",), Linear(slope, center * n, scale)) for n in range(lines)]
    terms.append(Term("age", {}, ("age",), Linear(0.5)))
    rules = rule_set(Additive(0.0, tuple(terms), thresholds=THRESHOLDS))
    case = {"ratio": 0.75, "age": 3}
    found = changes_of(rules, case, "ratio").lines
    for boundary, crossing in zip(found.boundaries[:, 0, 0], found.crossings, strict=True):
        if slope == 0:
            assert math.isnan(boundary)
        else:
            trace = evaluate(rules, {**case, "ratio": float(boundary)}, day=DAY)
            assert float(trace.total or 0) == pytest.approx(crossing, abs=1e-9)


def test_an_interval_without_a_whole_number_is_no_change() -> None:
    """Between 0.5 and 1 there is no age: the answer changes at 2 only."""
    shape = Bins((0.5, 1.0, 2.0), (0.0, 9.0, 0.0, 9.0))
    rules = rule_set(Additive(0.0, (Term("age", {}, ("age",), shape),), thresholds=THRESHOLDS))
    (steps,) = changes_of(rules, {"age": 0}, "age").steps
    assert steps.above.tolist() == [2.0]


def test_an_input_read_in_two_ways_is_refused_in_columns() -> None:
    both = (
        Term("line", {}, ("age",), Linear(1.0)),
        Term("bins", {}, ("age",), Bins((1.0,), (0.0, 1.0))),
    )
    rules = rule_set(Additive(0.0, both, thresholds=THRESHOLDS))
    with pytest.raises(RulesProblem, match="leave it out"):
        changes_of(rules, {"age": 1}, "age")


def test_without_thresholds_nothing_changes_the_answer() -> None:
    rules = rule_set(Additive(0.0, (Term("a", {}, ("age",), Linear(1.0)),)))
    columns = columns_of_cases(INPUTS, [{"age": 1}])
    (block,) = contribution_blocks(rules.versions[0], columns)
    assert block.changes is None


def test_blocks_cover_all_cases() -> None:
    rules = rule_set(
        Additive(0.0, (Term("a", {}, ("ratio",), Linear(2.0)),), thresholds=THRESHOLDS)
    )
    columns = Columns(11, {"ratio": np.arange(11.0)}, {}, {})
    found = [
        (block.start, block.stop, block.values[0].tolist(), block.changes.lines.boundaries[0, 0])
        for block in contribution_blocks(rules.versions[0], columns, size=4)
        if block.changes is not None
    ]
    assert [one[:2] for one in found] == [(0, 4), (4, 8), (8, 11)]
    assert list(itertools.chain(*(one[2] for one in found))) == (2 * np.arange(11.0)).tolist()


# --- trees ----------------------------------------------------------------------------------------


def known_value(
    model: Trees, tree: Tree, given_values: list, known: set[int], node: int = 0
) -> float:
    """The path-dependent game, by its definition (Lundberg et al. 2020, Algorithm 1)."""
    if tree.feature[node] == -1:
        return tree.value[node]
    sides = (tree.left[node], tree.right[node])
    if tree.feature[node] in known:
        left = goes_left(model, tree, node, given_values[tree.feature[node]])
        return known_value(model, tree, given_values, known, sides[0 if left else 1])
    return sum(
        tree.cover[side] / tree.cover[node] * known_value(model, tree, given_values, known, side)
        for side in sides
    )


def shapley(model: Trees, given_values: list, feature: int) -> float:
    """The Shapley value by its definition, over all sets of the other inputs."""
    count = len(model.names)
    others = [one for one in range(count) if one != feature]
    total = 0.0
    for size in range(count):
        weight = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
        for known in itertools.combinations(others, size):
            for tree in model.trees:
                with_it = known_value(model, tree, given_values, {*known, feature})
                total += weight * (with_it - known_value(model, tree, given_values, set(known)))
    return total / len(model.trees) if model.average else total


@given(forests(), cases())
def test_contributions_of_trees_are_shapley_values(model: Trees, case: dict) -> None:
    rules = rule_set(model)
    if evaluate(rules, case, day=DAY).problem is not None:
        return
    found = contributions(rules.versions[0], columns_of_cases(INPUTS, [case]))
    given_values = [case[name] for name in model.names]
    for feature in range(len(model.names)):
        assert found.values[feature, 0] == pytest.approx(
            shapley(model, given_values, feature), abs=1e-12
        )
    assert found.base + found.values[:, 0].sum() == pytest.approx(found.score[0], abs=1e-12)


@given(forests(), st.lists(cases(), min_size=2, max_size=4))
def test_trees_together_or_one_by_one_contribute_alike(model: Trees, given_cases: list) -> None:
    version = rule_set(model).versions[0]
    columns = columns_of_cases(INPUTS, given_cases)
    one = column_values(model, version, columns)
    together = column_values(model, version, columns, trees_at_once=100)
    np.testing.assert_allclose(one.values, together.values, atol=1e-12)
    np.testing.assert_array_equal(one.score, together.score)


@pytest.mark.filterwarnings("ignore")
def test_contributions_of_a_forest_are_those_of_shap() -> None:
    shap = pytest.importorskip("shap", reason="shap is in the group of the benchmark")
    from sklearn.ensemble import RandomForestRegressor

    chance = np.random.default_rng(5)
    x = chance.normal(size=(300, 5)).astype(np.float32).astype(np.float64)
    model = RandomForestRegressor(12, random_state=1).fit(x, x[:, 0] * x[:, 1] + x[:, 2])
    found = read_sklearn_trees(model, About("forest", date(2024, 1, 1))).rules.versions[0]
    columns = Columns(300, {item.name: x[:, at] for at, item in enumerate(found.inputs)}, {}, {})
    own = contributions(found, columns)
    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    np.testing.assert_allclose(own.values.T, explainer.shap_values(x), atol=1e-9)
    assert own.base == pytest.approx(float(np.ravel(explainer.expected_value)[0]), abs=1e-9)
    np.testing.assert_allclose(own.score, model.predict(x), atol=1e-12)


def test_trees_without_covers_are_refused() -> None:
    bare = Tree((0, -1, -1), (1.0, 0, 0), (1, 0, 0), (2, 0, 0), (0, 1, 2), (0, 0, 0), (False,) * 3)
    rules = rule_set(Trees(("age",), (bare,)))
    with pytest.raises(RulesProblem, match="cover"):
        contributions(rules.versions[0], columns_of_cases(INPUTS, [{"age": 1}]))


def test_the_score_of_contributions_is_that_of_the_evaluator() -> None:
    chance = np.random.default_rng(3)
    model = Additive(
        0.1,
        tuple(
            Term(n, {}, (n,), Linear(float(w), 0.3, 1.7))
            for n, w in (("ratio", 0.7), ("share", -1.3))
        ),
    )
    rules = rule_set(model)
    columns = Columns(
        20_000,
        {"ratio": chance.normal(size=20_000), "share": chance.uniform(-2, 3, 20_000)},
        {},
        {},
    )
    found = contributions(rules.versions[0], columns)
    result = evaluate_columns(rules, columns, version=rules.versions[0])
    np.testing.assert_array_equal(found.score, result.value)
