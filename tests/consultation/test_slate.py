"""A slate represents everybody: exact, the same in any order, and the same as abcvoting's."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.consultation.slate import (
    Unheard,
    equal_shares,
    represented,
    slate,
    supporters_of,
    unheard,
)
from clairevoie.consultation.votes import Votes
from tests.consultation.made import made, read_export, renamed, some_votes

ANSWERS = json.loads((Path(__file__).parent / "abcvoting_answers.json").read_text())["cases"]


def supporters(voters: list[list[int]], proposals: int) -> list[np.ndarray]:
    pairs = [(who, what) for who, voter in enumerate(voters) for what in voter]
    person, proposal = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return supporters_of(person, proposal, proposals)


def agreeing(voters: list[list[int]], proposals: int) -> Votes:
    """Everybody votes on everything: agreement with what is listed, disagreement with the rest."""
    table = np.full((len(voters), proposals), -1)
    for who, voter in enumerate(voters):
        table[who, voter] = 1
    person, proposal = np.indices(table.shape).reshape(2, -1)
    return made(person, proposal, table.ravel(), participants=len(voters), proposals=proposals)


@pytest.mark.parametrize("case", ANSWERS, ids=range(len(ANSWERS)))
def test_same_as_abcvoting(case):
    wide = case["proposals"]
    who, many = supporters(case["voters"], wide), len(case["voters"])
    bought, added = equal_shares(who, many, case["size"], np.arange(wide))
    assert sorted(bought + added) == case["equal_shares"]
    worst = unheard(who, many, case["other"], case["size"], np.arange(wide))
    assert (worst is None) == case["other_ejr_plus"]


# D. Peters, P. Skowron, « Proportionality and the limits of welfarism », EC 2020: a party of
# three quarters and one of one quarter, four places; the plain list gives all to the first.
def test_minority_has_its_share():
    found = slate(agreeing([[0, 1, 2, 3]] * 30 + [[4, 5]] * 10, 6), 4)
    chosen = [choice.proposal for choice in found.choices]
    assert sum(place < 4 for place in chosen) == 3
    assert sum(place >= 4 for place in chosen) == 1
    assert (found.represented, found.plain_represented, found.voters) == (40, 30, 40)
    assert sorted(found.plain) == [0, 1, 2, 3]
    assert found.unheard is None
    assert found.plain_unheard is not None
    assert (found.plain_unheard.persons, found.plain_unheard.deserved) == (10, 1)


def test_refused_a_slate_of_nothing_and_a_wrong_choice():
    votes = agreeing([[0]], 2)
    with pytest.raises(ValueError, match="at least 1"):
        slate(votes, 0)
    with pytest.raises(ValueError, match="shape"):
        slate(votes, 1, among=np.ones(3, dtype=bool))


def test_only_what_may_be_chosen_counts():
    votes = agreeing([[0, 1]] * 5, 2)
    found = slate(votes, 2, among=np.array([False, True]))
    assert [choice.proposal for choice in found.choices] == [1]
    assert found.plain == (1,)


def test_nobody_votes():
    nothing = np.zeros(0, dtype=int)
    found = slate(made(nothing, nothing, nothing, participants=3, proposals=2), 2)
    assert found.choices == ()
    assert (found.voters, found.represented, found.unheard) == (0, 0, None)


@given(some_votes(), st.integers(1, 8))
def test_invariants(votes, asked):
    found = slate(votes, asked)
    chosen = [choice.proposal for choice in found.choices]
    agreed = np.unique(votes.proposal[votes.value == 1])
    assert len(set(chosen)) == len(chosen) == min(asked, len(agreed))
    assert set(chosen) <= set(agreed.tolist())
    assert found.unheard is None
    assert 0 <= found.represented <= found.voters <= len(votes.participants)
    # The bought come before those that complete.
    completed = [choice.completed for choice in found.choices]
    assert completed == sorted(completed)


@given(some_votes(), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_no_order_and_no_name_matters(votes, asked, seed):
    found, other = slate(votes, asked), renamed(votes, seed)
    again = slate(other.votes, asked)
    assert [int(other.proposal[c.proposal]) for c in found.choices] == [
        choice.proposal for choice in again.choices
    ]
    assert [int(other.proposal[place]) for place in found.plain] == list(again.plain)
    assert (found.represented, found.plain_represented, found.voters) == (
        again.represented,
        again.plain_represented,
        again.voters,
    )
    assert moved(found.plain_unheard, other.proposal) == again.plain_unheard


def moved(worst: Unheard | None, proposal: np.ndarray) -> Unheard | None:
    if worst is None:
        return None
    return Unheard(int(proposal[worst.proposal]), worst.persons, worst.deserved)


def test_proposals_that_nothing_tells_apart_are_named():
    votes = agreeing([[0, 1], [2]], 3)
    same = tuple(type(item)(item.id, "Une même phrase") for item in votes.proposals)
    twin = Votes(votes.participants, same, votes.person, votes.proposal, votes.value)
    first = slate(twin, 1).choices[0]
    assert {first.proposal, *first.instead} == {0, 1}


@st.composite
def approvals(draw: st.DrawFn) -> tuple[list[list[int]], int, int]:
    wide = draw(st.integers(1, 5))
    voter = st.sets(st.integers(0, wide - 1)).map(sorted)
    return draw(st.lists(voter, min_size=1, max_size=9)), wide, draw(st.integers(1, wide))


@given(approvals())
def test_same_as_the_rule_written_out(case):
    voters, wide, asked = case
    who = supporters(voters, wide)
    bought, added = equal_shares(who, len(voters), asked, np.arange(wide))
    assert (bought, added) == written_out(voters, wide, asked)


Money = list[Fraction]


def written_out(voters: list[list[int]], wide: int, asked: int) -> tuple[list[int], list[int]]:
    """The two rules as the papers word them, on fractions, without any short cut."""
    money = [Fraction(asked, len(voters))] * len(voters)
    payers = [[who for who, voter in enumerate(voters) if what in voter] for what in range(wide)]
    bought: list[int] = []
    while len(bought) < asked:
        left = set(range(wide)) - set(bought)
        able = [what for what in left if sum(money[who] for who in payers[what]) >= 1]
        if not able:
            break
        price, what = min((price_of([money[who] for who in payers[what]]), what) for what in able)
        for who in payers[what]:
            money[who] -= min(money[who], price)
        bought.append(what)
    added: list[int] = []
    while len(bought) + len(added) < asked:
        left = {what for what in range(wide) if payers[what]} - set(bought + added)
        if not left:
            break
        moment, what = min((moment_of([money[who] for who in payers[what]]), what) for what in left)
        for who in payers[what]:
            money[who] = -moment
        added.append(what)
    return bought, added


def price_of(money: Money) -> Fraction:
    """The price is what is left to pay, by equal parts, after some of the poorest gave all."""
    prices = [
        (1 - sum(sorted(money)[:poor])) / Fraction(len(money) - poor) for poor in range(len(money))
    ]
    return min(price for price in prices if sum(min(has, price) for has in money) == 1)


def moment_of(money: Money) -> Fraction:
    return (1 - sum(money, Fraction(0))) / len(money)


@settings(max_examples=40)
@given(approvals(), st.data())
def test_unheard_is_the_definition(case, data):
    voters, wide, asked = case
    chosen = data.draw(st.sets(st.integers(0, wide - 1), max_size=asked))
    who = supporters(voters, wide)
    found = unheard(who, len(voters), sorted(chosen), asked, np.arange(wide))
    assert (found is None) == (not any_group_unheard(voters, wide, chosen, asked))


def any_group_unheard(voters: list[list[int]], wide: int, chosen: set[int], asked: int) -> bool:
    """EJR+ by its definition, over every group of voters."""
    for size in range(1, len(voters) + 1):
        for group in combinations(voters, size):
            common = set(range(wide)).intersection(*map(set, group)) - chosen
            deserved = size * asked // len(voters)
            most = max(len(set(voter) & chosen) for voter in group)
            if common and deserved > most:
                return True
    return False


def test_represented_counts_persons_once():
    who = supporters([[0, 1], [1], []], 2)
    assert represented(who, 3, [0, 1]) == 2


@pytest.mark.shared_data
def test_real_conversation_leaves_nobody_out(shared_data):
    votes = read_export(shared_data / "consultations" / "canadian-electoral-reform" / "votes.csv")
    found = slate(votes, 5)
    assert found.unheard is None
    assert found.represented >= found.plain_represented
