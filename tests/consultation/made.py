"""Made-up votes, and the same votes in another order and under other names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from clairevoie.consultation.votes import Proposal, Votes


def made(
    person: NDArray,
    proposal: NDArray,
    value: NDArray,
    *,
    participants: int,
    proposals: int,
    time: NDArray | None = None,
) -> Votes:
    order = np.lexsort((proposal, person))
    return Votes(
        tuple(f"p{at}" for at in range(participants)),
        tuple(Proposal(str(at), f"Proposition {at}") for at in range(proposals)),
        person[order].astype(np.int32),
        proposal[order].astype(np.int32),
        value[order].astype(np.int8),
        None if time is None else time[order].astype(np.int64),
    )


@st.composite
def some_votes(
    draw: st.DrawFn, people: int = 40, proposals: int = 8, *, timed: bool = False
) -> Votes:
    """Votes of a few persons, with pairs of proposals that are much alike."""
    rows = draw(st.integers(1, people))
    wide = draw(st.integers(1, proposals))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dense = draw(st.sampled_from([0.3, 0.7, 1.0]))
    camps = chance.integers(0, draw(st.integers(1, 3)), rows)
    leaning = chance.random((3, wide))
    table = (chance.random((rows, wide)) < leaning[camps]).astype(int) * 2 - 1
    table[chance.random((rows, wide)) < 0.1] = 0
    person, proposal = np.nonzero(chance.random((rows, wide)) < dense)
    time = chance.integers(0, 3_600_000, len(person)) if timed else None
    value = table[person, proposal]
    return made(person, proposal, value, participants=rows, proposals=wide, time=time)


@dataclass(frozen=True)
class Renamed:
    """The same votes elsewhere: ``person[i]`` is the new place of participant i."""

    votes: Votes
    person: NDArray
    proposal: NDArray


def renamed(votes: Votes, seed: int) -> Renamed:
    """Participants and proposals in another order, with other identifiers, and one more person.

    The person added voted nothing.
    """
    chance = np.random.default_rng(seed)
    many, wide = len(votes.participants) + 1, len(votes.proposals)
    person, proposal = chance.permutation(many), chance.permutation(wide)
    back = np.argsort(proposal)
    people, places = person[votes.person], proposal[votes.proposal]
    order = np.lexsort((places, people))
    other = Votes(
        tuple(f"autre{at}" for at in range(many)),
        tuple(Proposal(f"x{at}", votes.proposals[back[at]].text) for at in range(wide)),
        people[order].astype(np.int32),
        places[order].astype(np.int32),
        votes.value[order],
        None if votes.time is None else votes.time[order],
    )
    return Renamed(other, person, proposal)


def in_groups(votes: Votes, seed: int, many: int) -> NDArray[np.int64]:
    """A group for each participant, some in none."""
    return np.random.default_rng(seed).integers(-1, many, len(votes.participants))


def read_export(path: Path) -> Votes:
    """The last votes of a Polis export."""
    table = np.genfromtxt(path, delimiter=",", skip_header=1, usecols=(0, 2, 3, 4), dtype=np.int64)
    table = table[np.lexsort((table[:, 0], table[:, 1], table[:, 2]))]
    last = np.append((np.diff(table[:, 1:3], axis=0) != 0).any(axis=1), True)
    time, proposal, person, value = table[last].T
    people, who = np.unique(person, return_inverse=True)
    return made(
        who, proposal, value, participants=len(people), proposals=proposal.max() + 1, time=time
    )
