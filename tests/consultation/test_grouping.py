"""Groups: the same whatever the order, none where there are none, and as sure as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clairevoie.consultation.certainty import State, certainty
from clairevoie.consultation.findings import findings
from clairevoie.consultation.grouping import grouping, splits_of
from clairevoie.consultation.space import fit, places, space, table_of
from clairevoie.consultation.votes import Votes
from tests.consultation.made import made, read_export, renamed, some_votes

SEEDS = st.integers(0, 2**32 - 1)


def planted(
    people: int, proposals: int, camps: int, dense: float, seed: int
) -> tuple[Votes, NDArray[np.int64]]:
    """Camps that agree with each proposal at rates of their own, and the camp of each person."""
    chance = np.random.default_rng(seed)
    leaning = np.clip(chance.beta(0.5, 0.5, (camps, proposals)), 0.02, 0.98)
    camp = chance.integers(0, camps, people)
    person, proposal = np.nonzero(chance.random((people, proposals)) < dense)
    value = np.where(chance.random(len(person)) < leaning[camp[person], proposal], 1, -1)
    value[chance.random(len(value)) < 0.1] = 0
    return made(person, proposal, value, participants=people, proposals=proposals), camp


# --- the plane ------------------------------------------------------------------------------------


@given(some_votes(), SEEDS)
def test_places_do_not_depend_on_any_order(votes: Votes, seed: int) -> None:
    other = renamed(votes, seed)
    one, two = space(votes), space(other.votes)
    people = other.person[: len(votes.participants)]
    assert np.array_equal(one.place, two.place[people], equal_nan=True)
    assert np.array_equal(one.direction, two.direction[other.proposal])
    assert np.isnan(two.place[other.person[-1]]).all()


@given(some_votes())
def test_same_votes_are_at_the_same_place(votes: Votes) -> None:
    table = table_of(votes)
    place = places(fit(table))
    rows = np.full(table.shape, 9.0)
    rows[table.row, table.column] = table.value
    for row in range(len(rows)):
        twins = (rows == rows[row]).all(axis=1)
        assert np.allclose(place[twins], place[row], rtol=0, atol=1e-12)


def test_with_every_vote_the_axes_are_the_principal_components() -> None:
    votes, _camp = planted(200, 80, 3, 1.0, 1)
    table = table_of(votes)
    plane = fit(table)
    dense = np.zeros(table.shape)
    dense[table.row, table.column] = table.value
    _left, _values, right = np.linalg.svd(dense - dense.mean(axis=0), full_matrices=False)
    assert np.allclose(np.abs((plane.axes * right[:2].T).sum(axis=0)), 1, atol=1e-8)
    # Then places are the scores, drawn towards the middle by as much as noise is of them.
    scores = (dense - dense.mean(axis=0)) @ plane.axes
    shrunk = scores * plane.spread / (plane.spread + plane.noise)
    assert np.allclose(places(plane), shrunk, atol=1e-8)


def test_few_votes_tell_little() -> None:
    """The same opinions on fewer proposals stand nearer to the middle."""
    votes, _camp = planted(300, 60, 2, 1.0, 2)
    kept = (votes.person > 0) | (votes.proposal % 6 == 0)
    fewer = made(
        votes.person[kept],
        votes.proposal[kept],
        votes.value[kept],
        participants=300,
        proposals=60,
    )
    whole, part = space(votes).place[0], space(fewer).place[0]
    assert np.linalg.norm(part) < np.linalg.norm(whole)
    assert np.linalg.norm(part) > 0


# --- groups ---------------------------------------------------------------------------------------


@given(some_votes(120, 12), SEEDS, st.integers(1, 15))
def test_groups_do_not_depend_on_any_order(votes: Votes, seed: int, min_group: int) -> None:
    other = renamed(votes, seed)
    one = grouping(votes, min_group=min_group)
    two = grouping(other.votes, min_group=min_group)
    people = other.person[: len(votes.participants)]
    assert np.array_equal(one.groups, two.groups[people])
    assert two.groups[other.person[-1]] == -1
    assert np.array_equal(one.gaps, two.gaps, equal_nan=True)
    assert one.sizes == tuple(np.bincount(one.groups[one.groups >= 0]).tolist())
    assert all(size >= min_group for size in one.sizes)
    assert list(one.sizes) == sorted(one.sizes, reverse=True)


@settings(max_examples=10)
@given(some_votes(120, 12), SEEDS)
def test_certainty_does_not_depend_on_any_order(votes: Votes, seed: int) -> None:
    other = renamed(votes, seed)
    one = certainty(votes, grouping(votes, min_group=3), replicates=20)
    two = certainty(other.votes, grouping(other.votes, min_group=3), replicates=20)
    people = other.person[: len(votes.participants)]
    assert one.state == two.state
    assert np.array_equal(one.numbers, two.numbers)
    assert np.array_equal(one.stability, two.stability[people], equal_nan=True)
    assert np.array_equal(one.low, two.low[:, other.proposal], equal_nan=True)
    assert one.likeness == two.likeness


@pytest.mark.parametrize("camps", [2, 3])
@pytest.mark.parametrize(("people", "proposals", "dense"), [(300, 20, 1.0), (600, 100, 0.2)])
def test_camps_that_there_are_are_found(
    people: int, proposals: int, dense: float, camps: int
) -> None:
    for seed in range(4):
        votes, camp = planted(people, proposals, camps, dense, seed)
        found = grouping(votes)
        assert found.k == camps
        together = np.zeros((camps, camps))
        np.add.at(together, (found.groups, camp), 1)
        # Rounded by who votes against his camp: nearly all are with their own.
        assert together.max(axis=1).sum() > 0.9 * people
        sure = certainty(votes, found, replicates=60)
        assert sure.state == State.STABLE
        assert np.nanmean(sure.stability) > 0.9
        assert sure.numbers[camps - 1] >= 0.75
        assert findings(votes, found.groups).divisions


def test_where_there_are_no_camps_groups_are_hardly_ever_told() -> None:
    """Votes each on its own: of 40 consultations, at most two are said to have stable groups."""
    told = 0
    for seed in range(40):
        votes, _camp = planted(300, 25, 1, 0.6, seed)
        told += certainty(votes, grouping(votes), replicates=40).state == State.STABLE
    assert told <= 2


def test_one_group_and_too_few_people() -> None:
    votes, _camp = planted(8, 20, 1, 1.0, 3)
    found = grouping(votes)
    assert (found.k, found.sizes) == (0, ())
    assert (found.groups == -1).all()
    assert certainty(votes, found).state == State.TOO_FEW
    votes, _camp = planted(60, 30, 1, 1.0, 3)
    alone = grouping(votes, most=1)
    assert alone.sizes == (60,)


def test_nobody_and_one_opinion() -> None:
    nobody = made(*[np.zeros(0, dtype=int)] * 3, participants=3, proposals=2)
    assert grouping(nobody).k == 0
    person, proposal = (axis.ravel() for axis in np.indices((30, 5)))
    alike = made(person, proposal, np.ones(150, dtype=int), participants=30, proposals=5)
    found = grouping(alike)
    assert found.sizes == (30,)
    assert np.array_equal(found.space.place, np.zeros((30, 2)))
    assert certainty(alike, found, replicates=20).state == State.ONE


def test_a_vote_on_one_proposal_only_places_on_one_axis() -> None:
    person = np.arange(40)
    votes = made(
        person, np.zeros(40, dtype=int), np.where(person < 20, 1, -1), participants=40, proposals=1
    )
    found = grouping(votes)
    assert np.isfinite(found.space.place).all()
    assert not found.space.place[:, 1].any()


@given(st.integers(3, 60), SEEDS)
def test_more_groups_are_never_looser(people: int, seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(people, 2))
    splits = splits_of(points, 5)
    inside = [split.inside for split in splits]
    assert inside == sorted(inside, reverse=True)
    for k, split in enumerate(splits, start=1):
        assert len(np.unique(split.label)) == k
        nearest = ((points[:, None] - split.centres) ** 2).sum(axis=2).argmin(axis=1)
        assert np.array_equal(nearest, split.label)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda votes: grouping(votes, most=6), "from 1 to 5"),
        (lambda votes: grouping(votes, min_group=0), "at least one participant"),
        (lambda votes: certainty(votes, grouping(votes), replicates=5), "at least 20"),
        (lambda votes: certainty(votes, grouping(votes), level=1.0), "between 0 and 1"),
    ],
)
def test_what_is_asked_is_checked(call: object, said: str) -> None:
    votes, _camp = planted(40, 10, 2, 1.0, 1)
    with pytest.raises(ValueError, match=said):
        call(votes)  # type: ignore[operator]


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "name",
    ["vtaiwan.uberx", "brexit-consensus", "canadian-electoral-reform", "bg2050-volunteers"],
)
def test_public_conversations_have_no_groups_that_hold(shared_data: Path, name: str) -> None:
    """Polis tells 2 to 5 of them, with the order of the participants."""
    votes = read_export(shared_data / "consultations" / name / "votes.csv")
    assert certainty(votes, grouping(votes)).state in {State.ONE, State.NOT_STABLE}
