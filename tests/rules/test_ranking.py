"""Places go to the most points; ties are broken as published, and only as published."""

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.arrow import columns_of
from clairevoie.rules.evaluate import evaluate_columns
from clairevoie.rules.model import RulesProblem
from clairevoie.rules.ranking import (
    ADMITTED,
    REFUSED,
    TIED,
    UNRANKED,
    Ranked,
    Standing,
    rank,
    standing,
    tie_inputs,
)
from clairevoie.rules.reading import read_rules

RULES = read_rules(
    b"""
clairevoie: rules-1.0
id: creches
title: Places
outcomes: [{value: refuse}, {value: admis}]
inputs:
  - {name: enfants, type: integer, domain: {min: 0, max: 9}}
  - {name: demande, type: date, required: false}
  - {name: quotient, type: decimal, decimals: 2, required: false, default: 50}
versions:
  - id: v
    from: 2025-01-01
    kind: points
    points:
      criteria: [{id: enfants, input: enfants, per: 10.5}]
      ranking:
        ties: [{input: demande, first: smallest}, {input: quotient, first: largest}]
        within: [section]
        places: places
        admitted: admis
        refused: refuse
"""
)
VERSION = RULES.versions[0]


def ranked(rows: list[dict[str, Any]], *, places: int) -> Ranked:
    columns, result, sections = evaluated(rows)
    return rank(
        RULES,
        VERSION,
        result,
        columns,
        groups={"section": sections},
        places=np.full(len(rows), places),
    )


def evaluated(rows: list[dict[str, Any]]) -> Any:
    table = pa.Table.from_pylist(
        [{"enfants": None, "demande": None, "quotient": None, **row} for row in rows]
    )
    columns = columns_of(table, VERSION, more=tie_inputs(VERSION))
    result = evaluate_columns(RULES, columns, version=VERSION)
    return columns, result, np.array([row.get("section", "a") for row in rows])


def test_most_points_first_then_the_oldest_request() -> None:
    found = ranked(
        [
            {"enfants": 1, "demande": "2024-03-01"},
            {"enfants": 2, "demande": "2024-05-01"},
            {"enfants": 2, "demande": "2024-02-01"},
            {"enfants": 3},
        ],
        places=2,
    )
    assert found.rank.tolist() == [4, 3, 2, 1]
    assert found.status.tolist() == [REFUSED, REFUSED, ADMITTED, ADMITTED]
    assert [RULES.outcomes[code].value for code in found.outcome] == [
        "refuse",
        "refuse",
        "admis",
        "admis",
    ]
    (cutoff,) = found.cutoffs
    assert (cutoff.group, cutoff.cases, cutoff.places, cutoff.admitted) == (("a",), 4, 2, 2)
    assert Decimal(cutoff.points or 0).scaleb(-found.decimals) == Decimal("21.0")


def test_equals_across_the_last_place_are_not_decided_by_the_order_of_the_file() -> None:
    rows = [{"enfants": 1, "demande": "2024-03-01"}] * 3 + [{"enfants": 2}]
    found = ranked(rows, places=2)
    assert found.rank.tolist() == [2, 2, 2, 1]
    assert found.status.tolist() == [TIED, TIED, TIED, ADMITTED]
    assert found.outcome.tolist() == [-1, -1, -1, 1]
    assert found.cutoffs[0].tied == 3


def test_equals_within_the_places_are_all_admitted() -> None:
    rows = [{"enfants": 1, "demande": "2024-03-01"}] * 2
    assert ranked(rows, places=2).status.tolist() == [ADMITTED, ADMITTED]


def test_groups_compete_apart_and_a_case_without_points_is_not_ranked() -> None:
    found = ranked(
        [
            {"enfants": 1, "section": "a"},
            {"enfants": 9, "section": "b"},
            {"enfants": 12, "section": "b"},
            {"enfants": None, "section": "a"},
        ],
        places=1,
    )
    assert found.rank.tolist() == [1, 1, 0, 0]
    assert found.status.tolist() == [ADMITTED, ADMITTED, UNRANKED, UNRANKED]
    assert [one.group for one in found.cutoffs] == [("a",), ("b",)]


def test_a_missing_tie_break_goes_last_and_a_default_stands_for_it() -> None:
    found = ranked(
        [
            {"enfants": 1, "demande": None},
            {"enfants": 1, "demande": "2025-01-01", "quotient": 10},
            {"enfants": 1, "demande": "2025-01-01"},
        ],
        places=3,
    )
    assert found.rank.tolist() == [3, 2, 1]


def test_what_is_needed_is_asked_for() -> None:
    columns, result, _ = evaluated([{"enfants": 1}])
    with pytest.raises(RulesProblem, match="section, places"):
        rank(RULES, VERSION, result, columns)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "enfants": st.integers(0, 3),
            "demande": st.sampled_from(["2024-01-01", "2024-02-01", None]),
            "quotient": st.sampled_from([Decimal(10), Decimal(50), None]),
            "section": st.sampled_from("ab"),
        }
    ),
    min_size=1,
    max_size=12,
)


def key(row: dict[str, Any]) -> tuple[Any, ...]:
    """The published order, said plainly."""
    quotient = Decimal(50) if row["quotient"] is None else row["quotient"]
    return (-row["enfants"], row["demande"] is None, row["demande"] or "", -quotient)


@given(ROWS, st.integers(0, 6))
def test_columns_and_one_case_among_its_peers_agree_with_a_plain_sort(
    rows: list[dict[str, Any]], places: int
) -> None:
    found = ranked(rows, places=places)
    for index, row in enumerate(rows):
        others = [
            other
            for place, other in enumerate(rows)
            if place != index and other["section"] == row["section"]
        ]
        better = sum(key(other) < key(row) for other in others)
        equals = sum(key(other) == key(row) for other in others)
        assert found.rank[index] == better + 1
        status = ADMITTED if better + equals < places else TIED if better < places else REFUSED
        assert found.status[index] == status
        assert_stands(row, others, places, better, equals, status)


def assert_stands(
    row: dict[str, Any],
    others: list[dict[str, Any]],
    places: int,
    better: int,
    equals: int,
    status: int,
) -> None:
    filler = [] if others else [{"enfants": None, "demande": None, "quotient": None}]
    columns, result, _ = evaluated(others + filler)
    values = {"demande": None, "quotient": row["quotient"]}
    if row["demande"]:
        values["demande"] = np.datetime64(row["demande"]).item()
    one: Standing = standing(
        VERSION,
        points=Decimal("10.5") * row["enfants"],
        values=values,
        peers=result,
        columns=columns,
        places=places,
    )
    assert (one.rank, one.equals, one.status) == (better + 1, equals, status)
    ordered = sorted([*others, row], key=key)
    if places:
        last = ordered[min(places, len(ordered)) - 1]
        assert one.cutoff == Decimal("10.5") * last["enfants"]
    if 0 < places < len(ordered):
        beyond = sorted(others, key=key)[places - 1]
        names = ["", "demande", "demande", "quotient"]
        differing = [
            n
            for n, mine, theirs in zip(names, key(row), key(beyond), strict=True)
            if mine != theirs
        ]
        assert one.decided_by == (differing[0] if differing else None)
