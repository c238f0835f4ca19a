"""Everything that is stated holds, and nothing that would change the answer is left out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clairevoie.explanation.grids import grid_of
from clairevoie.explanation.probing import HIGHER, LOWER, NO_ANSWER, SAME
from clairevoie.explanation.regions import search
from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.reads import inputs_read
from tests.explanation.cases import DAY, SCALE, TARIFF, open_to_change, read, rule_set
from tests.rules import generators, models

FIRST = generators.FIRST_DAY


def key_of(rules, trace, current, cutoff=None):
    """The key of a case, computed apart from the code that is tested."""
    if trace.problem is not None:
        return NO_ANSWER
    if trace.outcome is not None:
        return [one.value for one in rules.outcomes].index(trace.outcome)
    reference = current if cutoff is None else cutoff
    return SAME if trace.value == reference else HIGHER if trace.value > reference else LOWER


def spread(item, grid):
    """Values of an input to try: all of a small domain, many of a large one."""
    if item.type == "boolean":
        return [False, True]
    if item.type == "category":
        return [one.value for one in item.categories]
    if item.type == "date":
        days = range(FIRST.toordinal() - 30, FIRST.toordinal() + 45)
        return [date.fromordinal(day) for day in days]
    if item.type == "integer":
        return list(range(-30, 45))
    if item.type == "decimal":
        step = Decimal(1).scaleb(-item.decimals)
        eighths = [Decimal(n) / 8 for n in range(-26 * 8, 37 * 8)]
        return sorted({(n // step + more) * step for n in eighths for more in (-1, 0, 1)})
    places = {place for n in range(-26 * 8, 37 * 8) for place in grid.around(n / 8)}
    return [grid.value(p + more) for p in sorted(places) for more in (-1, 0, 1)]


def in_domain(item, value):
    low, high = item.minimum, item.maximum
    return (low is None or value >= low) and (high is None or value <= high)


def inside(spot, value):
    if spot.places:
        return value in spot.values
    return (spot.low is None or value >= spot.low) and (spot.high is None or value <= spot.high)


def check_singles(rules, case, tries=60, seed=0):
    """Compare a search with what the evaluator of one case says, value by value."""
    trace = evaluate(rules, case, day=DAY)
    found = search(rules, trace)
    unanswered = trace.problem is not None or (trace.outcome is None and trace.value is None)
    if unanswered or not inputs_read(rules.versions[0]):
        assert found.aim is None
        return found
    values = {reading.name: reading.value for reading in trace.readings}
    mine = key_of(rules, trace, trace.value)
    assert found.key == mine
    stepped = {
        spot.grid.item.name: spot.grid
        for one in found.found
        for spot in one.spots
        if spot.grid.item.type == "number"
    }
    singles = [one for one in found.found if len(one.spots) == 1]
    for item in inputs_read(rules.versions[0]):
        grid = stepped.get(item.name) or grid_of(item, values[item.name], ())
        tried = [one for one in spread(item, grid) if in_domain(item, one)]
        stride = max(1, len(tried) // tries)
        # The neighbours of each stated bound are always tried.
        edges = [
            spot.grid.value(place)
            for one in singles
            for spot in one.spots
            if spot.grid.item.name == item.name and not spot.places
            for place in (spot.first - 1, spot.first, spot.last, spot.last + 1)
            if spot.grid.low <= place <= spot.grid.high
        ]
        for value in [*tried[seed % stride :: stride], *edges]:
            changed = {**{k: v for k, v in values.items() if v is not None}, item.name: value}
            other = evaluate(rules, changed, day=DAY)
            key = key_of(rules, other, trace.value)
            stated = [
                one
                for one in singles
                if one.spots[0].grid.item.name == item.name and inside(one.spots[0], value)
            ]
            if key in {mine, NO_ANSWER}:
                assert not stated, (item.name, value)
            elif found.complete:
                assert [one.key for one in stated] == [key], (item.name, value)
                low: Any = stated[0].lowest
                high: Any = stated[0].highest
                given_value: Any = other.value
                if found.aim == "amount" and low is not None:
                    assert low <= given_value <= high
    return found


@given(st.data())
def test_regions_of_random_tables(data):
    rules = open_to_change(generators.rules_of(data.draw(generators.tables())))
    case = data.draw(generators.cases(rules.versions[0], size=1))[0]
    found = check_singles(rules, case, seed=data.draw(st.integers(0, 50)))
    assert found.complete or any(len(one.spots) == 2 for one in found.found) or found.paired


@given(st.data())
def test_regions_of_random_scales(data):
    rules = open_to_change(generators.rules_of(data.draw(generators.points())))
    case = data.draw(generators.cases(rules.versions[0], size=1))[0]
    check_singles(rules, case, seed=data.draw(st.integers(0, 50)))


@given(models.additives(), models.cases())
def test_regions_of_random_additive_models(content, case):
    rules = models.rule_set(content)
    trace = evaluate(rules, case, day=models.DAY)
    assume(trace.problem is None and trace.outcome is not None)
    found = search(rules, trace)
    assert found.aim == "outcome"
    values = {reading.name: reading.value for reading in trace.readings}
    for item in inputs_read(rules.versions[0]):
        mine = [
            one for one in found.found if one.spots[0].grid.item is item and len(one.spots) == 1
        ]
        grid = grid_of(item, values[item.name], ())
        for value in spread(item, grid)[::17]:
            if not in_domain(item, value) or item.type == "number":
                continue
            changed = {**{k: v for k, v in values.items() if v is not None}, item.name: value}
            other = evaluate(rules, changed, day=models.DAY)
            stated = [one for one in mine if inside(one.spots[0], value)]
            if other.problem is not None or other.outcome == trace.outcome:
                assert not stated
            elif found.complete:
                assert [rules.outcomes[one.key].value for one in stated] == [other.outcome]


@given(models.forests(), models.cases())
@settings(max_examples=50)
def test_regions_of_random_trees(content, case):
    rules = models.rule_set(content)
    trace = evaluate(rules, case, day=models.DAY)
    assume(trace.problem is None and trace.outcome is not None)
    found = search(rules, trace)
    values = {reading.name: reading.value for reading in trace.readings}
    for item in inputs_read(rules.versions[0]):
        if item.type == "number":
            continue
        singles = [one for one in found.found if len(one.spots) == 1]
        mine = [one for one in singles if one.spots[0].grid.item is item]
        for value in spread(item, grid_of(item, values[item.name], ()))[::23]:
            if not in_domain(item, value):
                continue
            changed = {**{k: v for k, v in values.items() if v is not None}, item.name: value}
            other = evaluate(rules, changed, day=models.DAY)
            stated = [one for one in mine if inside(one.spots[0], value)]
            if other.problem is not None or other.outcome == trace.outcome:
                assert not stated
            elif found.complete:
                assert [rules.outcomes[one.key].value for one in stated] == [other.outcome]


FORMULAS = (
    "if a >= {k} then a * {m} - b else b * {m}",
    "a * ({k} - a) + b",
    "max(min(a * {m}, {k}) - b, 0)",
    "if c and b > {k} then {m} else a",
    "round(b / 7, 1) + (if c then a else 0)",
    "abs(a - {k}) * b",
    "100 / (a - {k})",
)


@st.composite
def formulas(draw):
    """A formula on three inputs, with or without thresholds; some rise and fall again."""
    expression = draw(st.sampled_from(FORMULAS)).format(
        k=draw(st.integers(1, 30)), m=draw(st.sampled_from(("2", "0.5", "3")))
    )
    content: dict[str, Any] = {
        "steps": [{"id": "r", "expression": expression, "round": {"to": Decimal("0.1")}}],
        "result": "r",
    }
    if draw(st.booleans()):
        cut = draw(st.integers(-50, 250))
        content["thresholds"] = [{"outcome": "refuse"}, {"outcome": "admis", "from": cut}]
    inputs: list[dict[str, Any]] = [
        {"name": "a", "type": "integer", "domain": {"min": -10, "max": 40}},
        {"name": "b", "type": "decimal", "decimals": 1, "domain": {"min": 0}},
        {"name": "c", "type": "boolean"},
    ]
    return rule_set("formula", content, inputs)


@given(formulas(), st.integers(-10, 40), st.integers(0, 400), st.booleans(), st.integers(0, 50))
@settings(max_examples=60)
def test_regions_of_random_formulas(data, a, tenths, c, seed):
    rules = open_to_change(read(data))
    check_singles(rules, {"a": a, "b": Decimal(tenths).scaleb(-1), "c": c}, tries=80, seed=seed)


# --- two inputs -----------------------------------------------------------------------------------


SMALL: list[dict[str, Any]] = [
    {"name": "a", "type": "integer", "domain": {"min": 0, "max": 6}},
    {"name": "b", "type": "category", "domain": {"values": ["u", "v", "w"]}},
    {"name": "c", "type": "boolean"},
    {"name": "d", "type": "integer", "domain": {"min": 0, "max": 40}},
]


@st.composite
def small_tables(draw):
    """A table on small inputs, where a favourable answer often needs two of them."""
    rows = [
        {
            "id": f"r{index}",
            "when": {
                "a": draw(st.sampled_from(("-", "< 2", ">= 5", "[2..4]", "3"))),
                "b": draw(st.sampled_from(("-", "u", "v, w"))),
                "c": draw(st.sampled_from(("-", True, False))),
                "d": draw(st.sampled_from(("-", "< 10", "[20..30)", ">= 38"))),
            },
            "then": {"r": draw(st.sampled_from(("refuse", "admis", "refuse")))},
        }
        for index in range(draw(st.integers(1, 3)))
    ]
    table = {
        "id": "t",
        "outputs": [{"name": "r", "type": "category"}],
        "rows": rows,
        "default": {"r": "refuse"},
    }
    return rule_set("table", {"tables": [table], "decision": "r"}, SMALL)


@st.composite
def small_scales(draw):
    """A scale of which some criteria read two inputs, with or without a common bound."""
    group = {"group": "g"} if draw(st.booleans()) else {}
    criteria: list[dict[str, Any]] = [
        {"id": "one", "input": "a", "per": draw(st.sampled_from((-4, 5))), **group},
        {"id": "two", "input": "b", "values": {"u": 3, "v": draw(st.integers(-9, 9))}, **group},
        {"id": "three", "when": "c and d >= 12", "points": 9},
        {"id": "four", "input": "d", "per": draw(st.sampled_from((-1, 1))), "above": 30},
        {"id": "five", "when": "a > 4 or b = 'w'", "input": "d", "per": 1, "cap": 6},
    ]
    content = {
        "criteria": criteria,
        "groups": [{"id": "g", "cap": draw(st.integers(0, 20))}],
        "thresholds": [
            {"outcome": "refuse"},
            {"outcome": "admis", "from": draw(st.integers(5, 50))},
        ],
    }
    return rule_set("points", content, SMALL)


@st.composite
def small_formulas(draw):
    """A formula in which inputs are multiplied and chosen between."""
    expression = draw(
        st.sampled_from(
            (
                "if c then a * d else d - a",
                "if b = 'w' and d > {k} then {k} * 2 else a",
                "max(a * 6, d) - (if c then 0 else {k})",
            )
        )
    ).format(k=draw(st.integers(1, 30)))
    cut = draw(st.integers(10, 200))
    content: dict[str, Any] = {
        "steps": [{"id": "r", "expression": expression}],
        "result": "r",
        "thresholds": [{"outcome": "refuse"}, {"outcome": "admis", "from": cut}],
    }
    return rule_set("formula", content, SMALL)


@given(
    small_tables() | small_scales() | small_formulas(),
    st.integers(0, 6),
    st.sampled_from("uvw"),
    st.booleans(),
    st.integers(0, 40),
)
@settings(max_examples=90)
def test_two_inputs_are_searched_when_one_is_not_enough(data, a, b, c, d):
    rules = open_to_change(read(data))
    case = {"a": a, "b": b, "c": c, "d": d}
    trace = evaluate(rules, case, day=DAY)
    assume(trace.outcome == "refuse")
    found = search(rules, trace)
    domains = {"a": range(7), "b": "uvw", "c": (False, True), "d": range(41)}
    good = [one for one in found.found if rules.outcomes[one.key].value == "admis"]
    alone = {
        (name, value)
        for name, domain in domains.items()
        for value in domain
        if evaluate(rules, {**case, name: value}, day=DAY).outcome == "admis"
    }
    if alone:
        assert good
        assert all(len(one.spots) == 1 for one in good)
        assert not found.paired
        return
    if not inputs_read(rules.versions[0]):
        assert found.aim is None
        return
    assert found.paired
    for left, right in combinations(domains, 2):
        if found.omitted:
            break
        for value in domains[left]:
            for other in domains[right]:
                changed = {**case, left: value, right: other}
                gives = evaluate(rules, changed, day=DAY).outcome == "admis"
                stated = any(
                    {spot.grid.item.name for spot in one.spots} == {left, right}
                    and all(inside(spot, changed[spot.grid.item.name]) for spot in one.spots)
                    for one in good
                )
                assert gives == stated or (gives and not found.complete), changed


# --- examples -------------------------------------------------------------------------------------


def spots(found):
    return {
        (one.spots[0].grid.item.name, one.spots[0].low, one.spots[0].high, one.spots[0].values)
        for one in found.found
        if len(one.spots) == 1
    }


def test_an_amount_tells_what_lowers_and_what_raises_it():
    rules = read(TARIFF)
    trace = evaluate(rules, {"quotient": "620,50", "situation": "seul"}, day=DAY)
    found = search(rules, trace)
    assert spots(found) == {
        ("quotient", None, Decimal("499.99"), ()),
        ("quotient", Decimal(942), None, ()),
    }
    assert [(one.key, one.lowest) for one in found.found] == [
        (LOWER, Decimal("0.80")),
        (HIGHER, Decimal(5)),
    ]


def test_only_what_can_be_changed_or_contested_is_looked_at():
    rules = open_to_change(read(TARIFF), "none")
    trace = evaluate(rules, {"quotient": "620,50", "situation": "seul"}, day=DAY)
    assert search(rules, trace).aim is None


@pytest.mark.parametrize(("cutoff", "key"), [(100, HIGHER), (120, SAME), (200, LOWER)])
def test_a_ranking_is_compared_with_the_last_admitted(cutoff, key):
    data = {**SCALE, "outcomes": []}
    content = data["versions"][0]["points"]
    data["versions"] = [{**data["versions"][0], "points": {"criteria": content["criteria"]}}]
    rules = read(data)
    case = {"enfants": 1, "quotient": 100, "situation": "couple", "habite": True}
    trace = evaluate(rules, case, day=DAY)
    assert trace.value == 120
    found = search(rules, trace, cutoff=Decimal(cutoff))
    assert (found.aim, found.key) == ("cutoff", key)
    for one in found.found:
        assert one.key != key


def test_a_case_without_an_answer_is_not_searched():
    rules = read(TARIFF)
    found = search(rules, evaluate(rules, {}, day=DAY))
    assert found.aim is None
    assert found.found == ()
