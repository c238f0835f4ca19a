"""Nobody's proposal is left without votes, and the draw can be checked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clairevoie.consultation.routing import ENOUGH, FARTHEST, offer, weights


class Conversation:
    """A simulated conversation: one vote at a time, checked after each."""

    def __init__(self, leaning: NDArray, passing: NDArray, seed: int) -> None:
        self.leaning, self.passing = leaning, passing
        self.chance = np.random.default_rng(seed)
        self.counts = np.zeros((3, len(leaning)), dtype=int)
        self.extremity = self.chance.random(len(leaning))

    def take_part(self, most: int, there: int) -> None:
        """One participant votes up to ``most`` times on the proposals that are there."""
        seen = np.arange(len(self.leaning)) >= there
        for _ in range(most):
            chances = self.chances(seen, there)
            picked = offer(chances, self.chance.random()).pick
            if picked is None:
                return
            seen[picked] = True
            answer = (
                2
                if self.chance.random() < self.passing[picked]
                else int(self.chance.random() > self.leaning[picked])
            )
            self.counts[answer, picked] += 1
            self.check(picked, there)

    def chances(self, seen: NDArray, there: int) -> NDArray:
        agree, disagree, passed = self.counts[:, :there]
        cast = agree + disagree + passed
        return weights(agree, disagree, cast, self.extremity[:there], seen[:there])

    def check(self, picked: int, there: int) -> None:
        cast = self.counts.sum(axis=0)[:there]
        if cast.min() < ENOUGH:
            # One vote may reach the bound; none goes beyond it.
            assert cast[picked] <= max(ENOUGH, FARTHEST * np.median(cast)) + 1


@settings(max_examples=12)
@given(st.integers(0, 2**32 - 1), st.integers(2, 80), st.integers(1, 20))
def test_every_proposal_reaches_enough_votes(seed, wide, votes_each):
    chance = np.random.default_rng(seed)
    talk = Conversation(chance.beta(0.5, 0.5, wide), chance.beta(1, 4, wide), seed)
    # Four times the votes that a perfectly even service would need.
    for _ in range(4 * ENOUGH * -(-wide // min(votes_each, wide))):
        talk.take_part(votes_each, wide)
    assert talk.counts.sum(axis=0).min() >= ENOUGH


@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1))
def test_late_proposals_are_not_starved(seed):
    chance = np.random.default_rng(seed)
    wide, early = 60, 20
    talk = Conversation(chance.beta(0.5, 0.5, wide), chance.beta(1, 4, wide), seed)
    for _ in range(400):
        talk.take_part(10, early)
    # They arrive one by one, then all the rest at once.
    for there in (*range(early, 40), *[wide] * 200):
        for _ in range(2):
            talk.take_part(10, there)
    assert talk.counts.sum(axis=0).min() >= ENOUGH


def test_late_proposal_is_shown_first():
    old, new = np.full(100, 400), np.zeros(1)
    cast = np.append(old, new)
    chances = weights(cast / 2, cast / 2, cast, np.zeros(101), np.zeros(101, bool))
    assert chances[100] > 50 * chances[0]


def test_split_and_extreme_weigh_more():
    agree, disagree = np.array([50, 99, 50]), np.array([50, 1, 50])
    chances = weights(agree, disagree, agree + disagree, [0, 0, 1], [False] * 3)
    assert chances[0] > chances[1]
    assert chances[2] == pytest.approx(2 * chances[0])


@given(
    st.lists(
        st.tuples(
            st.integers(0, 99),
            st.integers(0, 99),
            st.integers(0, 99),
            st.floats(0, 1),
            st.booleans(),
        ),
        min_size=1,
        max_size=20,
    ),
    st.randoms(),
)
def test_weights_do_not_depend_on_order(rows, random):
    order = random.sample(range(len(rows)), len(rows))
    found = of_rows(rows)
    assert np.array_equal(of_rows([rows[at] for at in order]), found[order])
    assert found.sum() == pytest.approx(1) or all(row[4] for row in rows)
    assert all(found[at] == 0 for at, row in enumerate(rows) if row[4])


def of_rows(rows: list) -> NDArray:
    agree, disagree, passed, far, seen = (np.array(column) for column in zip(*rows, strict=True))
    return weights(agree, disagree, agree + disagree + passed, far, seen)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9), st.floats(0, 1, exclude_max=True))
def test_never_picks_what_has_no_chance(chances, number):
    found = offer(chances, number)
    assert found.pick is None if not any(chances) else chances[found.pick] > 0


def test_picks_are_as_frequent_as_their_chances():
    chances = np.array([0.5, 0, 0.125, 0.375])
    grid = (np.arange(800) + 0.5) / 800
    picks = [offer(chances, float(number)).pick for number in grid]
    assert [picks.count(place) for place in range(4)] == [400, 0, 100, 300]


@pytest.mark.parametrize("number", [-0.1, 1.0])
def test_refuses_a_number_that_is_no_draw(number):
    with pytest.raises(ValueError, match="from 0 to 1"):
        offer([1.0], number)


@pytest.mark.parametrize(
    ("given_in", "says"),
    [
        (([1], [1], [1], [0], [False]), "more agreements"),
        (([1], [0], [1], [2], [False]), "extremity"),
        (([1, 2], [0], [1], [0], [False]), "one value for each"),
    ],
)
def test_refuses_what_cannot_be(given_in, says):
    with pytest.raises(ValueError, match=says):
        weights(*given_in)
