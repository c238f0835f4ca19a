"""What is published of a consultation has a form of its own, and nobody in it."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.consultation.certainty import State
from clairevoie.consultation.coordination import coordinated, without
from clairevoie.consultation.outcome import outcome_of, plain
from clairevoie.consultation.tallies import tally
from clairevoie.decisions.schema import schema_problems
from tests.consultation.made import renamed, some_votes
from tests.consultation.test_coordination import conversation
from tests.consultation.test_grouping import planted

SCHEMA = json.loads(
    files("clairevoie.consultation")
    .joinpath("schemas", "result-1.0.schema.json")
    .read_text(encoding="utf-8")
)


@settings(max_examples=30)
@given(some_votes(60, 10), st.integers(0, 2**32 - 1))
def test_it_has_its_form_and_depends_on_no_order(votes, seed: int) -> None:
    form = plain(outcome_of(votes, replicates=20))
    assert list(schema_problems(form, SCHEMA)) == []
    again = json.loads(json.dumps(form, allow_nan=False))
    assert again == form
    other = renamed(votes, seed)
    theirs = plain(outcome_of(other.votes, replicates=20))
    assert theirs["groups"] == form["groups"]
    assert theirs["participants"] == form["participants"]
    by_text = {one["text"]: one["everybody"] for one in form["proposals"]}
    assert {one["text"]: one["everybody"] for one in theirs["proposals"]} == by_text


@settings(max_examples=30)
@given(some_votes(60, 10))
def test_nothing_is_told_of_a_few_nor_of_anybody(votes) -> None:
    form = plain(outcome_of(votes, replicates=20))
    people = len(np.unique(votes.person))
    if people < 11:
        assert form["participants"] is None
        assert form["votes"] is None
        assert form["slate"] is None
    for one in form["proposals"]:
        for told in (one["everybody"], *one["groups"]):
            if told is not None:
                assert told["agree"] + told["disagree"] + told["pass"] >= 11
    assert all(size is None or size >= 11 for size in form["groups"]["sizes"])
    # No participant is named, and there is no list as long as they are.
    text = json.dumps(form)
    assert not any(f'"{name}"' in text for name in votes.participants)
    lists = [value for value in form.values() if isinstance(value, list)]
    assert all(len(one) <= len(votes.proposals) for one in lists)


def test_stable_groups_are_told_with_their_areas() -> None:
    votes, _camp = planted(300, 20, 2, 1.0, 0)
    found = outcome_of(votes, replicates=60)
    assert found.certainty.state == State.STABLE
    form = plain(found)
    assert sum(form["groups"]["sizes"]) == 300
    assert len(form["groups"]["areas"]) == 2
    assert form["divisions"]
    assert form["divisions"][0]["gap"][1] > 0
    # About half of a group is within its area.
    group = found.grouping.space.place[found.grouping.groups == 0]
    inside = np.linalg.norm(
        np.linalg.solve(
            np.linalg.cholesky(np.cov(group.T, bias=True)), (group - group.mean(axis=0)).T
        ),
        axis=0,
    )
    assert 0.35 < (inside < 1.1774).mean() < 0.65
    for one in form["proposals"]:
        for told in one["groups"]:
            low, high = told["redrawn"]
            assert low <= told["agreement"][0] <= high
    slate = form["slate"]
    assert slate["ejr_plus"]
    told = [slate[name] for name in ("represented", "plain_represented")]
    assert all(one is None or slate["voters"] - one not in range(1, 11) for one in told)


def test_without_stable_groups_votes_are_read_all_together() -> None:
    votes, _camp = planted(300, 25, 1, 0.6, 1)
    form = plain(outcome_of(votes, replicates=40))
    assert form["groups"]["state"] in {"one", "not_stable"}
    assert form["groups"]["sizes"] == form["groups"]["areas"] == form["divisions"] == []
    assert form["representative"] == []
    assert sum(form["groups"]["numbers"]) == 1


@pytest.mark.parametrize("planted_people", [0, 5, 12, 30])
def test_with_and_without_a_crowd_are_both_told(planted_people: int) -> None:
    votes = conversation(7, planted=planted_people)
    flags = coordinated(votes)
    found = outcome_of(votes, replicates=20, flags=flags)
    form = plain(found)
    assert list(schema_problems(form, SCHEMA)) == []
    # Whoever is flagged counts in all the other figures.
    assert form | {"coordinated": None} == plain(outcome_of(votes, replicates=20))
    told = form["coordinated"]
    people = len({member for flag in flags for member in flag.members})
    if planted_people == 0:
        assert told == {"crowds": 0, "people": 0, "without": []}
    elif people < 11:
        assert told == {"crowds": None, "people": None, "without": []}
    else:
        assert told["people"] == people
        assert bool(told["without"]) == (planted_people == 30)
    others = tally(without(votes, flags))
    whole = tally(votes)
    for one in told["without"]:
        at = int(one["proposal"])
        assert (one["agree"], one["disagree"]) == (others.agree[at], others.disagree[at])
        assert one["agree"] + one["disagree"] + one["pass"] >= 11
        assert (gone := whole.cast[at] - others.cast[at]) == 0 or gone >= 11
