"""The last vote of a participant on a proposal counts, in whatever order rows come."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.consultation.votes import Proposal, Votes, votes_of

ROWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 3), st.sampled_from([-1, 0, 1]), st.integers(0, 9)),
    max_size=30,
)
PEOPLE, PROPOSALS = [f"p{at}" for at in range(5)], [f"c{at}" for at in range(4)]


def as_dict(votes: Votes) -> dict[tuple[int, int], int]:
    triples = zip(votes.person, votes.proposal, votes.value, strict=True)
    return {(int(person), int(proposal)): int(value) for person, proposal, value in triples}


def of_rows(rows: list[tuple[int, int, int, int]], *, timed: bool) -> Votes:
    columns = [[row[at] for row in rows] for at in range(4)]
    return votes_of(PEOPLE, PROPOSALS, *columns[:3], time=np.array(columns[3]) if timed else None)


@given(ROWS)
def test_without_times_the_last_row_counts(rows):
    votes = of_rows(rows, timed=False)
    assert as_dict(votes) == {row[:2]: row[2] for row in rows}
    assert list(as_dict(votes)) == sorted(as_dict(votes))
    assert votes.time is None


@given(ROWS, st.randoms())
def test_with_times_the_order_of_rows_does_not_matter(rows, random):
    once = list({(*row[0:2], row[3]): row for row in rows}.values())
    votes = of_rows(once, timed=True)
    latest: dict[tuple[int, int], tuple[int, int]] = {}
    for person, proposal, value, when in once:
        latest[person, proposal] = max(
            latest.get((person, proposal), (-1, 0)), (when, value), key=lambda item: item[0]
        )
    assert as_dict(votes) == {key: value for key, (_, value) in latest.items()}
    assert votes.time is not None
    assert votes.time.tolist() == [latest[key][0] for key in sorted(latest)]
    again = of_rows(random.sample(once, len(once)), timed=True)
    assert as_dict(again) == as_dict(votes)


def test_proposals_keep_what_is_known_of_them():
    proposal = Proposal("7", "Des arbres", author="p1", created=5, moderated=1)
    assert votes_of(["p1"], [proposal, "8"], [0], [1], [1]).proposals == (proposal, Proposal("8"))


@pytest.mark.parametrize(
    ("given_in", "says"),
    [
        ((["a", "a"], ["c"], [], [], []), "'a' is listed twice"),
        ((["a"], ["c"], [1], [0], [1]), "row 0: participant 1"),
        ((["a"], ["c"], [0], [-1], [1]), "row 0: proposal -1"),
        ((["a"], ["c"], [0], [0], [2]), "row 0: vote 2"),
        ((["a"], ["c"], [0, 0], [0], [1]), "same number of rows"),
    ],
)
def test_refuses_what_is_no_vote(given_in, says):
    with pytest.raises(ValueError, match=says):
        votes_of(*given_in)


@pytest.mark.parametrize("value", [0.7, -0.4, float("nan")])
@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_part_of_a_vote_is_no_vote(value: float) -> None:
    with pytest.raises(ValueError, match=r"row 1: vote .* is not a whole number"):
        votes_of(["a"], ["p", "q"], [0, 0], [0, 1], [1.0, value])
