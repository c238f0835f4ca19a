"""Results by the method of Polis: what it computes, and nothing on a few."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clairevoie.consultation.methods import Method, result_of
from clairevoie.consultation.outcome import outcome_of, plain
from clairevoie.consultation.polis import conversation
from clairevoie.consultation.polis_outcome import as_they_came
from clairevoie.consultation.reading import read_polis, without_refused
from clairevoie.consultation.votes import votes_of
from clairevoie.decisions.schema import schema_problems
from tests.consultation.made import renamed, some_votes
from tests.consultation.test_grouping import planted

SCHEMA = json.loads(
    files("clairevoie.consultation")
    .joinpath("schemas", "polis-result-1.0.schema.json")
    .read_text(encoding="utf-8")
)


def some_moderated(votes, seed: int):
    chance = np.random.default_rng(seed)
    marks = [(int(chance.integers(-1, 2)), chance.random() < 0.2) for _ in votes.proposals]
    return replace(
        votes,
        proposals=tuple(
            replace(item, moderated=moderated, meta=meta)
            for item, (moderated, meta) in zip(votes.proposals, marks, strict=True)
        ),
    )


@settings(max_examples=60, deadline=None)
@given(some_votes(60, 10), st.integers(0, 2**32 - 1))
def test_it_has_its_form_and_tells_of_nobody_and_no_few(votes, seed: int) -> None:
    assume(len(votes.person))
    votes = some_moderated(votes, seed)
    form = result_of(votes, method="polis")
    assert list(schema_problems(form, SCHEMA)) == []
    assert json.loads(json.dumps(form, allow_nan=False)) == form
    kept = {item.id for item in votes.proposals if item.moderated >= 0}
    assert {one["id"] for one in form["proposals"]} == kept
    people = len(np.unique(votes.person))
    if people < 11:
        assert form["participants"] is None
        assert form["groups"] == {"k": None, "sizes": [], "silhouettes": {}}
    else:
        shown = [one["everybody"] for one in form["proposals"] if one["everybody"]]
        assert form["votes"] == sum(sum(each.values()) for each in shown)
    told = [size for size in form["groups"]["sizes"] if size is not None]
    assert all(size >= 11 for size in told)
    assert people - sum(told) not in range(1, 11) or not told
    for one in form["proposals"]:
        counts = [sum(each.values()) for each in one["groups"] if each is not None]
        if one["everybody"] is None:
            assert one["consensus"] is one["priority"] is None
            assert not counts
            continue
        whole = sum(one["everybody"].values())
        assert whole >= 11
        assert all(count >= 11 for count in counts)
        # What a subtraction gives back is nobody, or enough persons.
        assert not counts or whole - sum(counts) not in range(1, 11)
        if None in one["groups"]:
            assert one["consensus"] is one["priority"] is None
    for listed in (*form["representative"], *form["consensus"].values()):
        assert all(one["trials"] >= 11 and one["proposal"] in kept for one in listed)
    assert not any(f'"{name}"' in json.dumps(form) for name in votes.participants)


def test_it_tells_what_polis_computes() -> None:
    votes, _camp = planted(300, 20, 2, 1.0, 0)
    form, found = result_of(votes, method=Method.POLIS), conversation(votes)
    assert form["groups"]["k"] == len(found.votes.cast) == 2
    assert form["groups"]["sizes"] == np.bincount(found.groups).tolist()
    for place, one in enumerate(form["proposals"]):
        assert one["consensus"] == pytest.approx(found.consensus[place], abs=1e-9)
        assert one["priority"] == pytest.approx(found.priorities[place], abs=1e-9)
        assert [each["agree"] for each in one["groups"]] == found.votes.agree[:, place].tolist()
    for mine, theirs in zip(form["representative"], found.representative, strict=True):
        assert [(one["proposal"], one["repness"]) for one in mine] == [
            (votes.proposals[one.proposal].id, pytest.approx(one.repness, abs=1e-9))
            for one in theirs
        ]
    assert "order in which participants came" in form["caution"]


@pytest.mark.shared_data
def test_another_order_gives_other_groups_as_it_says(shared_data: Path) -> None:
    votes = read_polis(shared_data / "consultations" / "brexit-consensus").votes
    found = {
        (form["groups"]["k"], *form["groups"]["sizes"])
        for seed in range(8)
        for form in [result_of(renamed(votes, seed).votes, method="polis")]
    }
    assert len({k for k, *_ in found}) > 1


def test_our_method_is_the_usual_one_and_leaves_out_what_was_refused() -> None:
    votes, _camp = planted(60, 8, 2, 1.0, 0)
    refused = replace(votes.proposals[0], moderated=-1)
    votes = replace(votes, proposals=(refused, *votes.proposals[1:]))
    form = result_of(votes)
    assert form == plain(outcome_of(without_refused(votes)))
    assert refused.id not in {one["id"] for one in form["proposals"]}


def test_what_cannot_be_computed_says_why() -> None:
    nothing = votes_of(["p"], ["a"], [], [], [])
    with pytest.raises(ValueError, match="there is no vote: Polis computes nothing"):
        result_of(nothing, method="polis")
    with pytest.raises(ValueError, match="'make' is not a valid Method"):
        result_of(nothing, method="make")
    with pytest.raises(ValueError, match="at least 1 is needed"):
        result_of(nothing, method="polis", least=0)


def test_participants_in_the_order_in_which_they_came() -> None:
    votes = votes_of(
        ["b", "a", "c", "none"],
        ["x", "y"],
        [0, 0, 1, 2],
        [0, 1, 1, 0],
        [1, 0, -1, 1],
        time=[5, 9, 3, 5],
    )
    found = as_they_came(votes)
    assert found.participants == ("a", "b", "c", "none")
    assert found.person.tolist() == [0, 1, 1, 2]
    assert found.value.tolist() == [-1, 1, 0, 1]
    with pytest.raises(ValueError, match="nothing tells who came first"):
        as_they_came(replace(votes, time=None))
