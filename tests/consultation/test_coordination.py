"""Planted crowds are found; people who think alike, and real conversations, hardly ever flagged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.consultation.coordination import (
    MINUTE,
    coordinated,
    publishable_both,
    without,
)
from clairevoie.consultation.votes import Votes
from tests.consultation.made import made, read_export, renamed

HOUR = 60 * MINUTE


def conversation(
    seed: int, *, honest: int = 400, planted: int = 0, camps: int = 3, flips: float = 0.0
) -> Votes:
    """Honest camps that arrive at any time of three days; a crowd in five minutes of the second."""
    chance = np.random.default_rng(seed)
    wide = 40
    leaning = chance.beta(0.4, 0.4, (camps, wide))
    camp = chance.integers(0, camps, honest)
    table = np.where(chance.random((honest, wide)) < leaning[camp], 1, -1)
    table[chance.random((honest, wide)) < 0.15] = 0
    # Arrivals come in bursts, as after a letter or an article.
    bursts = chance.integers(0, 72 * HOUR, 12)
    burst = chance.integers(0, 24, honest)
    alone = chance.integers(0, 72 * HOUR, honest)
    arrival = np.where(burst < 12, bursts[burst % 12] + chance.integers(0, HOUR, honest), alone)
    orders = np.where(chance.random(wide) < 0.5, 1, -1)
    crowd = np.tile(orders, (planted, 1))
    crowd[chance.random(crowd.shape) < flips] *= -1
    table = np.concatenate([table, crowd])
    arrival = np.concatenate([arrival, 30 * HOUR + chance.integers(0, 5 * MINUTE, planted)])
    seen = chance.random(table.shape) < 0.6
    person, proposal = np.nonzero(seen)
    return made(
        person,
        proposal,
        table[seen],
        participants=len(table),
        proposals=wide,
        time=arrival[person] + 4000 * proposal,
    )


@pytest.mark.parametrize(
    ("planted", "flips", "power"), [(6, 0, 0.85), (12, 0, 0.98), (20, 0.02, 0.95)]
)
def test_planted_crowds_are_found_and_nobody_else(planted, flips, power):
    found = 0
    for seed in range(10):
        flags = coordinated(conversation(seed, planted=planted, flips=flips))
        members = [member for flag in flags for member in flag.members]
        assert min(members, default=400) >= 400
        found += len(set(members))
        for flag in flags:
            assert flag.same > flag.expected
            assert flag.together > max(flag.if_own_votes, flag.if_any_time)
            assert max(flag.votes_chance, flag.arrival_chance) < 0.001
            assert flag.last - flag.first <= 6 * MINUTE
    assert found >= power * 10 * planted


@pytest.mark.parametrize("camps", [1, 2, 3, 4])
def test_camps_alone_are_not_flagged(camps):
    for seed in range(10):
        assert coordinated(conversation(100 + seed, camps=camps)) == ()


def test_a_party_that_votes_as_one_but_comes_at_any_time_is_not_flagged():
    """Nothing but chance brings them together: the votes alone are far beyond it."""
    for seed in range(5):
        chance = np.random.default_rng(seed)
        lines = np.where(chance.random((2, 30)) < 0.5, 1, -1)
        table = lines[chance.integers(0, 2, 300)] * np.where(chance.random((300, 30)) < 0.01, -1, 1)
        person, proposal = np.indices(table.shape).reshape(2, -1)
        arrival = chance.integers(0, 24 * HOUR, 300)
        votes = made(
            person,
            proposal,
            table.ravel(),
            participants=300,
            proposals=30,
            time=arrival[person] + proposal,
        )
        assert coordinated(votes) == ()


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_no_order_and_no_name_matters(seed, other_seed):
    votes = conversation(seed, honest=80, planted=9)
    other = renamed(votes, other_seed)
    found, again = coordinated(votes), coordinated(other.votes)
    assert found
    for one, two in zip(found, again, strict=True):
        assert tuple(sorted(other.person[list(one.members)].tolist())) == two.members
        assert one.first == two.first
        assert one.pairs == two.pairs
        # Probabilities are sums of float32 products: their order may show in the last digits.
        for name in ("shared", "same", "expected", "together", "if_own_votes", "if_any_time"):
            assert getattr(one, name) == pytest.approx(getattr(two, name), rel=1e-5)


def test_the_same_crowd_spread_over_days_is_not_together():
    votes = conversation(7, planted=12)
    assert votes.time is not None
    time = votes.time + np.where(votes.person >= 400, (votes.person - 406) * 3 * HOUR, 0)
    spread = Votes(
        votes.participants, votes.proposals, votes.person, votes.proposal, votes.value, time
    )
    assert coordinated(votes)
    assert coordinated(spread) == ()


def test_results_without_the_flagged_keep_the_others():
    votes = conversation(7, planted=12)
    flags = coordinated(votes)
    kept = without(votes, flags)
    assert set(kept.person.tolist()) == set(range(400))
    assert kept.participants == votes.participants
    assert kept.time is not None
    assert len(kept.time) == len(kept.person) == len(kept.value)
    assert len(without(votes, ()).person) == len(votes.person)


def test_a_few_flagged_are_not_given_by_a_difference():
    votes = conversation(7, planted=12)
    flags = coordinated(votes)
    shown = publishable_both(votes, flags)
    lost = np.bincount(votes.proposal, minlength=40) - np.bincount(
        without(votes, flags).proposal, minlength=40
    )
    assert not shown.all()
    assert ((lost[shown] == 0) | (lost[shown] >= 11)).all()
    assert publishable_both(votes, flags, least=1).all()


def test_refuses_votes_without_times_and_settings_without_meaning():
    nothing = np.zeros(0, dtype=int)
    votes = made(nothing, nothing, nothing, participants=1, proposals=1)
    with pytest.raises(ValueError, match="no times"):
        coordinated(votes)
    timed = made(nothing, nothing, nothing, participants=1, proposals=1, time=nothing)
    assert coordinated(timed) == ()
    with pytest.raises(ValueError, match="out of its range"):
        coordinated(timed, identical=2)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "name",
    ["brexit-consensus", "canadian-electoral-reform", "bg2050-volunteers", "vtaiwan.uberx"],
)
def test_real_conversations_raise_few_flags(shared_data, name):
    votes = read_export(shared_data / "consultations" / name / "votes.csv")
    flagged = {member for flag in coordinated(votes) for member in flag.members}
    # None at the defaults; a class or a meeting may well be flagged in another.
    assert len(flagged) <= 0.01 * len(votes.participants)
