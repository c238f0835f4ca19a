"""Flips: as case by case, back where they came from, and without what cannot be."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.audit import shifts
from clairevoie.audit.flip_tallies import FlipCut, FlipLine
from clairevoie.audit.flips import flip
from clairevoie.audit.model import PlanProblem
from clairevoie.audit.shifts import QUANTILES, Shifts, coarse
from clairevoie.decisions.demonstration import demonstration_rules, make_journal, write_journal
from clairevoie.decisions.model import Data
from clairevoie.decisions.reading import read_journal
from clairevoie.rules.model import Input, RuleSet, Value
from tests.audit.flip_cases import (
    DAY,
    expected,
    flipped,
    in_domain,
    journal_of,
    journal_table,
    plain,
    plan_of,
    reading,
    told,
)
from tests.decisions.replay_cases import drawn, scale
from tests.rules.generators import cases, points, rules_of, table_of


def moving(*moves: dict[str, Any], **sections: Any) -> Any:
    return plan_of(flips=[{"name": "essai", "label": "Essai", "set": list(moves)}], **sections)


def swapping(name: str, one: Any, other: Any, **sections: Any) -> Any:
    swap = {"input": name, "values": [one, other]}
    return plan_of(flips=[{"name": "essai", "label": "Essai", "swap": swap}], **sections)


def people(count: int, seed: int = 1, *, year: int = 2025) -> pa.Table:
    """Cases of the rules of `replay_cases`, as a journal."""
    columns = drawn(count, seed, year=year)
    columns["groupe"] = columns.pop("sexe")
    return pa.table({name: pa.array(column) for name, column in columns.items()})


def cut(found: Any, name: str = "groupe") -> dict[tuple[str, ...], FlipLine]:
    cuts: list[FlipCut] = [one for one in found.cuts if one.names == (name,)]
    return {line.key: line for line in cuts[0].lines}


# --- as case by case ------------------------------------------------------------------------------


@settings(max_examples=150)
@given(st.data())
def test_a_flip_is_what_the_one_case_evaluator_says(data: st.DataObject) -> None:
    rules = rules_of(data.draw(points()))
    version = rules.versions[0]
    some = data.draw(cases(version, size=20))
    chosen = data.draw(st.lists(st.sampled_from(version.inputs), min_size=1, unique_by=id))
    moves = []
    for item in chosen:
        source = data.draw(st.lists(in_domain(item), max_size=2))
        to = data.draw(in_domain(item))
        source = [one for one in source if one != to]
        moves.append((item, source, to))
    excluded = [
        (item, data.draw(in_domain(item)))
        for item in data.draw(st.lists(st.sampled_from(version.inputs), max_size=2))
    ]
    plan = moving(
        *(
            {"input": item.name, "to": plain(to)}
            | ({"from": [plain(one) for one in source]} if source else {})
            for item, source, to in moves
        ),
        impossible=[[{"input": item.name, "is": [plain(value)]}] for item, value in excluded],
    )
    size = data.draw(st.integers(1, 25))
    table = journal_table(table_of(version, some))
    found = flipped(table, rules, plan, size)
    assert told(found.total) == expected(rules, some, moves, excluded)
    assert found.total.rows == len(some)
    for index, key in enumerate("abc"[: len(some)]):
        line = cut(found)[key,]
        assert told(line) == expected(rules, some[index::3], moves, excluded)


def test_200_cases_with_an_impossible_combination_one_by_one() -> None:
    rules = scale()
    table = people(200)
    version = rules.version("2025")
    enfants, seul = version.input("enfants"), version.input("seul")
    rows = table.select([item.name for item in version.inputs]).to_pylist()
    plan = moving(
        {"input": "enfants", "to": 0},
        {"input": "logement", "from": ["social", "prive"], "to": "aucun"},
        impossible=[[{"input": "seul", "is": [True]}, {"input": "enfants", "under": 1}]],
    )
    found = flipped(table, rules, plan, 37)
    moves: list[tuple[Input, list[Value], Value]] = [
        (enfants, [], 0),
        (version.input("logement"), ["social", "prive"], "aucun"),
    ]
    by_hand = expected(rules, rows, moves, [(seul, True)])
    assert told(found.total) == by_hand
    assert found.total.impossible == sum(row["seul"] and row["logement"] != "aucun" for row in rows)
    assert found.total.impossible > 10
    worse = sum(many for (old, new), many in by_hand["moved"].items() if (old, new) == WORSE)
    better = sum(many for (old, new), many in by_hand["moved"].items() if (old, new) == WORSE[::-1])
    assert (found.total.worse, found.total.better) == (worse, better)
    assert worse + better + found.total.unchanged == found.total.compared


WORSE = ("accord", "refus")


# --- there and back -------------------------------------------------------------------------------


@given(st.integers(1, 300), st.integers(0, 10**6))
def test_a_swap_of_the_swapped_cases_goes_back(count: int, seed: int) -> None:
    table = people(count, seed)
    there = flipped(table, scale(), swapping("logement", "social", "aucun")).total
    other = {"social": "aucun", "aucun": "social", "prive": "prive"}
    column = [other[one] for one in table.column("logement").to_pylist()]
    place = table.schema.get_field_index("logement")
    back_table = table.set_column(place, "logement", pa.array(column))
    back = flipped(back_table, scale(), swapping("logement", "social", "aucun")).total
    assert {(one.after, one.before): one.cases for one in back.changes} == {
        (one.before, one.after): one.cases for one in there.changes
    }
    assert (back.worse, back.better, back.unchanged) == (there.better, there.worse, there.unchanged)
    first = () if there.numbers is None else there.numbers.counts
    second = () if back.numbers is None else back.numbers.counts
    assert Counter({-value: many for value, many in second}) == Counter(dict(first))


def test_a_flip_to_what_cases_are_concerns_nobody() -> None:
    table = people(500)
    some = table.filter(pa.array([one == "prive" for one in table["logement"].to_pylist()]))
    found = flipped(some, scale(), moving({"input": "logement", "to": "prive"})).total
    assert (found.rows, found.concerned, found.changes) == (some.num_rows, 0, ())
    assert found.numbers is None


def test_an_input_that_the_rules_do_not_read_changes_nothing() -> None:
    """The version of 2024 reads neither income nor housing."""
    table = people(1000, year=2024)
    plan = moving({"input": "logement", "to": "aucun"}, {"input": "revenu", "to": 0})
    found = flipped(table, scale(), plan)
    assert not found.read
    concerned = found.total.concerned
    assert concerned > 990  # a few have no income and no housing already
    assert found.total.unchanged == found.total.compared == concerned
    assert found.total.numbers is not None
    assert found.total.numbers.counts == ((0.0, concerned),)


def test_each_case_is_flipped_under_the_rules_of_its_day() -> None:
    both = pa.concat_tables([people(300, year=2024), people(300, 2, year=2025)])
    plan = moving({"input": "seul", "from": [False], "to": True})
    found = flipped(both, scale(), plan, 100).total
    alone = [
        flipped(people(300, seed, year=y), scale(), plan) for seed, y in ((1, 2024), (2, 2025))
    ]
    assert found.numbers is not None
    values = dict(found.numbers.counts)
    assert set(values) <= {30.0, 33.0, *(float(n) for n in range(33))}
    assert values[30.0] == alone[0].total.compared
    for name in ("concerned", "compared", "unchanged", "worse", "better"):
        assert getattr(found, name) == sum(getattr(one.total, name) for one in alone)


def test_days_without_rules_and_out_of_the_period() -> None:
    table = pa.concat_tables([people(100, year=2023), people(100, 2, year=2025)])
    plan = moving({"input": "enfants", "to": 9})
    found = flipped(table, scale(), plan)
    assert found.total.no_answer_before == 100
    assert found.total.compared == 100
    assert found.outside == 0
    plan = moving({"input": "enfants", "to": 9}, period={"from": "2025-01-01"})
    found = flipped(table, scale(), plan)
    assert (found.outside, found.total.rows, found.total.no_answer_before) == (100, 100, 0)


def test_batches_change_nothing() -> None:
    table = people(2000)
    plan = moving({"input": "revenu", "to": 900}, intersections=[])
    whole, parts = (flipped(table, scale(), plan, size) for size in (5000, 13))
    assert whole == parts


def test_groups_and_intersections() -> None:
    table = people(900)
    groups = [
        {"name": "groupe", "column": "groupe", "label": "Groupe"},
        {"name": "revenu", "column": "revenu", "label": "Revenu", "bands": [800, 1500]},
        {"name": "seul", "column": "seul", "label": "Seul"},
    ]
    plan = moving(
        {"input": "enfants", "to": 0}, groups=groups, intersections=[["groupe", "seul", "revenu"]]
    )
    table = table.set_column(
        table.schema.get_field_index("groupe"),
        "groupe",
        pa.array(
            [None if i % 50 == 0 else one for i, one in enumerate(table["groupe"].to_pylist())]
        ),
    )
    found = flipped(table, scale(), plan, 100)
    assert [line.key for line in found.cuts[1].lines] == [
        ("< 800",),
        ("[800..1500)",),
        (">= 1500",),
    ]
    assert [line.key for line in found.cuts[0].lines] == [("f",), ("h",), ("",)]
    assert cut(found)["",].rows == 18
    for one in found.cuts:
        for name in ("rows", "concerned", "compared", "unchanged", "worse", "better"):
            assert sum(getattr(line, name) for line in one.lines) == getattr(found.total, name)
    crossed = found.cuts[3]
    assert crossed.names == ("groupe", "seul", "revenu")
    assert {line.key[1] for line in crossed.lines} == {"true", "false"}


# --- data left out, and defaults ------------------------------------------------------------------

OPTIONAL = {
    "clairevoie": "rules-1.0",
    "id": "hasard",
    "title": "Règles",
    "outcomes": [{"value": "non", "favourable": False}, {"value": "oui", "favourable": True}],
    "inputs": [
        {"name": "age", "type": "integer", "required": False},
        {"name": "parts", "type": "integer", "default": 1, "protected": "situation de famille"},
        {"name": "revenu", "type": "decimal", "decimals": 2, "domain": {"min": 0, "max": 1000}},
        {"name": "jour_naissance", "type": "date", "required": False},
    ],
    "versions": [
        {
            "id": "v1",
            "from": "2025-01-01",
            "kind": "points",
            "points": {
                "criteria": [
                    {"id": "age", "input": "age", "per": 1},
                    {"id": "parts", "input": "parts", "per": 10},
                    {"id": "revenu", "input": "revenu", "bands": [{"in": ">= 10", "points": 0.5}]},
                ],
                "thresholds": [{"outcome": "non"}, {"outcome": "oui", "from": 25}],
            },
        }
    ],
}


def optional_rules() -> RuleSet:
    return rules_of(OPTIONAL)


def optional_table() -> pa.Table:
    return journal_table(
        pa.table(
            {
                "age": pa.array([5, None, 20, 30, 7], pa.int64()),
                "parts": pa.array([None, 2, 1, 1, 3], pa.int64()),
                "revenu": pa.array([12.5, 3.0, None, 2000.0, 10.0], pa.float64()),
                "jour_naissance": pa.array([None, date(2000, 1, 1), None, None, None], pa.date32()),
            }
        )
    )


def test_a_default_is_a_value_like_another() -> None:
    """The first case, without parts, has one already; the third and fourth have no answer."""
    plan = moving({"input": "parts", "from": [1, 2, 3], "to": 4})
    assert told(flipped(optional_table(), optional_rules(), plan).total)["counts"] == Counter(
        concerned=5, no_answer_before=2, compared=3
    )
    found = flipped(optional_table(), optional_rules(), moving({"input": "parts", "to": 1}))
    assert found.total.concerned == 2
    assert found.inputs[0].protected == "situation de famille"


def test_a_datum_left_out() -> None:
    plan = moving({"input": "age", "given": False}, {"input": "parts", "given": False})
    found = flipped(optional_table(), optional_rules(), plan).total
    assert found.concerned == 5
    assert found.numbers is not None
    assert found.numbers.counts == ((-27.0, 1), (-10.0, 1), (-5.0, 1))
    assert [(one.before, one.after, one.cases) for one in found.changes] == [
        ("non", "non", 2),
        ("oui", "non", 1),
    ]


def test_combinations_on_days_and_on_what_is_not_given() -> None:
    flips = {"input": "revenu", "to": 10}
    day = [{"input": "jour_naissance", "under": "2001-01-01"}]
    assert (
        flipped(
            optional_table(), optional_rules(), moving(flips, impossible=[day])
        ).total.impossible
        == 1
    )
    absent = [{"input": "age", "given": False}, {"input": "parts", "from": 2}]
    assert (
        flipped(
            optional_table(), optional_rules(), moving(flips, impossible=[absent])
        ).total.impossible
        == 1
    )
    both = flipped(optional_table(), optional_rules(), moving(flips, impossible=[day, absent]))
    assert both.total.impossible == 1  # the same case
    assert both.total.concerned == 4


def test_a_flip_may_leave_a_case_without_an_answer() -> None:
    content = {"criteria": [{"id": "part", "expression": "round(100 / parts, 0.01)"}]}
    version = {"id": "v1", "from": "2025-01-01", "kind": "points", "points": content}
    rules = rules_of(OPTIONAL | {"versions": [version]})
    found = flipped(optional_table(), rules, moving({"input": "parts", "to": 0})).total
    assert (found.concerned, found.no_answer_after, found.compared) == (5, 5, 0)
    assert found.numbers is None


# --- where places go by rank ----------------------------------------------------------------------

RANKED = {
    **OPTIONAL,
    "inputs": [
        {"name": "age", "type": "integer"},
        {"name": "parts", "type": "integer", "default": 0},
    ],
    "versions": [
        {
            "id": "v1",
            "from": "2025-01-01",
            "kind": "points",
            "points": {
                "criteria": [
                    {"id": "age", "input": "age", "per": 1},
                    {"id": "parts", "input": "parts", "per": 1},
                ],
                "ranking": {
                    "ties": [],
                    "within": ["ville"],
                    "places": "places",
                    "admitted": "oui",
                    "refused": "non",
                },
            },
        }
    ],
}


def place_of(mine: int, others: list[int], places: int) -> str:
    """Who has a place, by the definition: fewer than p others are before, equals included."""
    ahead = sum(one > mine for one in others)
    equal = sum(one == mine for one in others)
    if ahead + equal + 1 <= places:
        return "oui"
    return "non" if ahead >= places else ""


@given(st.data())
def test_a_case_that_is_ranked_moves_alone_among_the_others(data: st.DataObject) -> None:
    cities = data.draw(st.lists(st.sampled_from("xy"), min_size=1, max_size=14))
    ages = [data.draw(st.integers(0, 6)) for _ in cities]
    places = {city: data.draw(st.integers(0, 6)) for city in "xy"}
    more = data.draw(st.integers(-3, 3).filter(bool))
    rules = rules_of(RANKED)
    table = journal_table(
        pa.table({"age": ages, "ville": cities, "places": [places[city] for city in cities]})
    )
    table = table.append_column("parts", pa.array([0] * len(ages)))
    plan = moving({"input": "parts", "to": more})
    found = flipped(table, rules, plan, data.draw(st.integers(1, 15)))
    wanted: Counter[tuple[str, str]] = Counter()
    after: list[int] = [max(0, more) + age for age in ages]
    for row, (age, city) in enumerate(zip(ages, cities, strict=True)):
        others = [
            one
            for i, (one, where) in enumerate(zip(ages, cities, strict=True))
            if where == city and i != row
        ]
        wanted[place_of(age, others, places[city]), place_of(after[row], others, places[city])] += 1
    assert found.ranked
    assert Counter({(one.before, one.after): one.cases for one in found.total.changes}) == wanted


# --- by how much ----------------------------------------------------------------------------------


def test_quantiles_are_those_of_the_sorted_changes() -> None:
    draw = np.random.default_rng(4)
    values = draw.integers(-9, 9, 1000).astype(float)
    lines = draw.integers(0, 3, 1000)
    found = Shifts(2)
    for start in range(0, 1000, 70):
        part = slice(start, start + 70)
        found.add([np.zeros(len(values[part]), dtype=np.intp), lines[part]], [1, 3], values[part])
    for line in range(3):
        mine = found.found(1)[line]
        ordered = np.sort(values[lines == line])
        assert mine.quantiles == tuple(
            np.quantile(ordered, QUANTILES, method="inverted_cdf").tolist()
        )
        assert mine.mean == pytest.approx(ordered.mean(), abs=1e-12)
        assert (mine.up, mine.down, mine.same) == (
            (ordered > 0).sum(),
            (ordered < 0).sum(),
            (ordered == 0).sum(),
        )
    assert found.found(0)[0].cases == 1000


def test_many_different_changes_are_rounded_alike_whatever_the_batches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shifts, "MOST_CHANGES", 50)
    values = np.random.default_rng(5).normal(0, 1, 4000)
    values[::10] = 0
    everybody = np.zeros(4000, dtype=np.intp)
    results = []
    for size in (4000, 333, 1):
        found = Shifts(1)
        for start in range(0, 4000 if size > 1 else 200, size):
            part = slice(start, start + size)
            found.add([everybody[part]], [1], values[part])
        results.append(found.found(0)[0])
    assert replace(results[0], mean=0) == replace(results[1], mean=0)
    assert results[0].rounded
    assert results[0].counts == ()
    exact = np.quantile(values, QUANTILES, method="inverted_cdf")
    assert results[0].quantiles == pytest.approx(exact.tolist(), rel=2.0**-13)
    assert results[0].mean == pytest.approx(values.mean(), abs=1e-12)
    assert results[0].same == 400
    assert results[2].same == 20


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_rounding_keeps_the_sign_and_nearly_the_value(value: float) -> None:
    rounded = coarse(np.array([value]))[0]
    assert np.sign(rounded) == np.sign(value) or abs(value) < 1e-300
    assert rounded == pytest.approx(value, rel=2.0**-13, abs=1e-300)


# --- what cannot be flipped -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"flips": [{"name": "a", "label": "A"}]}, "give one of 'set'"),
        (
            {"flips": [{"name": "a", "label": "A", "swap": {"input": "x", "values": [1, "1"]}}]},
            "changes nothing",
        ),
        (
            {
                "flips": [
                    {"name": "a", "label": "A", "set": [{"input": "x", "from": [1, 2], "to": 2}]}
                ]
            },
            "'2' to itself changes nothing",
        ),
        ({"flips": [{"name": "a", "label": "A", "set": [{"input": "x"}]}]}, "give one of 'to'"),
        (
            {
                "flips": [
                    {
                        "name": "a",
                        "label": "A",
                        "set": [{"input": "x", "to": 1}, {"input": "x", "to": 2}],
                    }
                ]
            },
            "changed twice",
        ),
        (
            {"flips": [{"name": "a", "label": "A", "set": [{"input": "x", "to": 1}]}] * 2},
            "used twice",
        ),
        ({"impossible": [[{"input": "x", "under": "jeune"}]]}, "is no bound"),
        ({"impossible": [[{"input": "x"}]]}, "holds too little"),
    ],
)
def test_what_no_plan_may_say(sections: dict[str, Any], said: str) -> None:
    with pytest.raises(PlanProblem, match=said) as caught:
        plan_of(**sections)
    assert all(place.startswith("plan.yaml") for place in caught.value.places)


@pytest.mark.parametrize(
    ("moves", "impossible", "said"),
    [
        ([{"input": "sexe", "to": "h"}], [], "'sexe' is none of the inputs of the rules 'aide'"),
        ([{"input": "logement", "to": "yourte"}], [], "'yourte' is not a category of 'logement'"),
        ([{"input": "logement", "from": ["yourte"], "to": "aucun"}], [], "not a category"),
        ([{"input": "enfants", "to": 10}], [], "outside the domain of 'enfants' .from 0 to 9."),
        ([{"input": "enfants", "to": 1.5}], [], "whole numbers only"),
        ([{"input": "seul", "to": "peut-être"}], [], "not true or false"),
        ([{"input": "enfants", "given": False}], [], "the rules require it"),
        ([{"input": "seul", "to": True}], [{"input": "age", "under": 18}], "'age' is none"),
        ([{"input": "seul", "to": True}], [{"input": "seul", "under": 1}], "have no order"),
        ([{"input": "seul", "to": True}], [{"input": "enfants", "from": "2025-01-01"}], "a number"),
        ([{"input": "seul", "to": True}], [{"input": "logement", "is": ["x"]}], "not a category"),
    ],
)
def test_what_does_not_fit_the_rules(
    moves: list[dict[str, Any]], impossible: list[dict[str, Any]], said: str
) -> None:
    plan = moving(*moves, impossible=[impossible] if impossible else [])
    with pytest.raises(PlanProblem, match=said) as caught:
        flipped(people(10), scale(), plan)
    assert caught.value.places[0].startswith(("flips.essai.", "impossible.0."))


def test_a_journal_without_the_input() -> None:
    journal = replace(journal_of(scale()), same_names=False, inputs={"seul": "seul"})
    with pytest.raises(PlanProblem, match="the journal has no column for 'enfants'"):
        flip(journal, scale(), moving({"input": "enfants", "to": 0}), reading(people(5)))


def test_a_plan_for_another_journal_and_other_rules() -> None:
    plan = moving({"input": "enfants", "to": 0})
    with pytest.raises(PlanProblem, match="not for 'autre'"):
        flip(replace(journal_of(scale()), id="autre"), scale(), plan, reading(people(5)))
    with pytest.raises(PlanProblem, match="applies the rules 'autres'"):
        flip(replace(journal_of(scale()), rules="autres"), scale(), plan, reading(people(5)))


def test_a_column_of_too_many_values() -> None:
    table = people(2000)
    plan = moving(
        {"input": "enfants", "to": 0}, groups=[{"name": "g", "column": "revenu", "label": "R"}]
    )
    with pytest.raises(PlanProblem, match="more than 200 values"):
        flipped(table, scale(), plan)


# --- the demonstration ----------------------------------------------------------------------------


def demonstration_plan(**flips: Any) -> Any:
    return plan_of(
        journal="exemple-score-controle",
        groups=[{"name": "naissance", "column": "naissance", "label": "Naissance"}],
        flips=[{"name": name, "label": name} | change for name, change in flips.items()],
    )


def test_the_fictitious_score(tmp_path: Path) -> None:
    """The place of birth acts on the machine, not by the rules: a flip says what to do instead."""
    identifier = "exemple-score-controle"
    rules = demonstration_rules(identifier)
    journal = read_journal(write_journal(identifier, tmp_path))
    plan = demonstration_plan(
        naissance={"swap": {"input": "naissance", "values": ["France", "hors"]}}
    )
    with pytest.raises(PlanProblem, match=r"they answer the same whatever it is.*replay"):
        flip(journal, rules, plan, tmp_path)
    plan = demonstration_plan(
        seul={"set": [{"input": "parent_seul", "from": [True], "to": False}]},
        aah={"set": [{"input": "aah", "from": [True], "to": False}]},
    )
    seul, aah = flip(journal, rules, plan, tmp_path)
    assert [one.inputs[0].protected for one in (seul, aah)] == ["situation de famille", "handicap"]
    for one in (seul, aah):
        # Both datums add to the score: without them nobody is proposed who was not.
        assert one.total.worse == 0
        assert one.total.better > 300
        assert one.total.numbers is not None
        assert one.total.numbers.down == one.total.compared
        assert sum(line.better for line in one.cuts[0].lines) == one.total.better


def test_a_file_gives_what_batches_give(tmp_path: Path) -> None:
    table = make_journal("exemple-score-controle", rows=3000)
    pq.write_table(table, tmp_path / "control_score.parquet", row_group_size=700)
    rules = demonstration_rules("exemple-score-controle")
    journal = replace(
        journal_of(rules),
        id="exemple-score-controle",
        date="date_decision",
        data=Data("parquet", "control_score.parquet"),
    )
    plan = demonstration_plan(emploi={"set": [{"input": "emploi", "to": "stable"}]})
    told_rows: list[int] = []
    first = flip(journal, rules, plan, tmp_path, progress=told_rows.append)
    assert first == flip(journal, rules, plan, reading(table, 100))
    assert told_rows[-1] == 3000
    assert DAY.year == 2025
