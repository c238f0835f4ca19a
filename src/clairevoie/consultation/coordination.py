"""Groups of near-identical voters who arrive together: flagged for a moderator, never removed.

People who think alike vote alike, and that is no fault. What is flagged is more: votes nearly the
same, far beyond what the votes' own frequencies give, and cast at the same moment, while honest
likeness does not depend on the moment of arrival. The comparison is made within the consultation:
of the persons who vote like this one, how many arrived with them, and how many would by chance.

A flag is a question, not a verdict: a class, or members who answer one letter, arrive together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.consultation.votes import Votes

Floats = NDArray[np.float64]
Single = NDArray[np.float32]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

MINUTE = 60_000
# Persons compared at once with all others: bounds the memory, not the result.
_AT_ONCE = 128


@dataclass(frozen=True, slots=True)
class Flag:
    """Participants who vote the same and arrive together, with the evidence.

    Attributes:
        members: their places in `Votes.participants`, ascending.
        first, last: arrival of the first and of the last, milliseconds since 1970.
        pairs: pairs of members who arrive together and vote nearly the same.
        shared: proposals on which such a pair both voted, mean.
        same: of these, on how many they voted the same, mean.
        expected: on how many they would if each voted on its own, by the frequency of each answer
            to each proposal, mean.
        together: how many persons vote nearly as a member does and arrive with that member, mean.
        if_own_votes: how many would if each voted on its own, mean.
        votes_chance: highest of the members' corrected probabilities of so many, voting so.
        if_any_time: how many would if arrival had nothing to do with votes, mean.
        arrival_chance: highest of the members' corrected probabilities of so many, arriving so.
    """

    members: tuple[int, ...]
    first: int
    last: int
    pairs: int
    shared: float
    same: float
    expected: float
    together: float
    if_own_votes: float
    votes_chance: float
    if_any_time: float
    arrival_chance: float


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """Votes as one row a participant who voted, in order of arrival.

    Attributes:
        person: place of each in `Votes.participants`, (persons,).
        arrival: when, (persons,).
        answers: 1 for each vote cast, sparse, (persons, 3 × proposals): disagree, pass, agree.
        frequency: of each answer to each proposal, (3, proposals).
    """

    person: Ints
    arrival: NDArray[np.int64]
    answers: Any
    frequency: Floats


@dataclass(frozen=True, slots=True)
class _Rule:
    window: int
    shared: int
    identical: float


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """Some persons (rows) against some others (columns): proposals shared, and voted the same."""

    shared: Single
    same: Single
    comparable: Bools
    alike: Bools
    together: Bools


def coordinated(
    votes: Votes,
    *,
    window: int = 10 * MINUTE,
    shared: int = 10,
    identical: float = 0.9,
    least: int = 3,
    chance: float = 0.001,
) -> tuple[Flag, ...]:
    """Return the groups of near-identical voters who arrive together, the earliest first.

    Two tests of each participant, both corrected (times the number of participants), and both must
    hold. Votes: that so many of those who arrived together vote nearly the same, if each of them
    voted on its own with the frequencies of the consultation (a bound, of Hoeffding for a pair and
    of Chernoff for their number). Arrival: that so many of those alike arrived together, if
    arrival had nothing to do with votes (hypergeometric), out of all persons with as many shared
    proposals.

    Args:
        votes: with their times; arrival is the earliest time of a participant.
        window: two persons arrive together when no further apart, in milliseconds.
        shared: fewest proposals on which a pair must both have voted.
        identical: lowest share of these on which they voted the same.
        least: fewest persons of a flag.
        chance: corrected probability under which each test counts.

    Raises:
        ValueError: the votes have no times, or a setting has no meaning.

    Source:
        W. Hoeffding, « Probability inequalities for sums of bounded random variables », Journal of
        the American Statistical Association 58 (1963), 13-30, theorem 1.
    """
    if votes.time is None:
        raise ValueError("these votes have no times: nobody can be seen to arrive together")
    if window < 0 or shared < 1 or not 0 < identical <= 1 or least < 2 or not 0 < chance < 1:
        raise ValueError("a setting of the detection is out of its range")
    ready, rule = _prepared(votes, votes.time), _Rule(window, shared, identical)
    first, second = _links(ready, rule)
    total = len(ready.person)
    mates = np.bincount(np.concatenate([first, second]), minlength=total)
    evidence = _evidence(ready, rule, np.flatnonzero(mates > 0))
    kept = (evidence[:, _VOTES] < chance) & (evidence[:, _ARRIVAL] < chance)
    strong = kept[first] & kept[second]
    first, second = first[strong], second[strong]
    flags = [
        _flag(ready, rows, int(np.isin(first, rows).sum()), evidence)
        for rows in _connected(first, second, total)
        if len(rows) >= least
    ]
    return tuple(sorted(flags, key=lambda flag: (flag.first, flag.last, flag.members)))


def without(votes: Votes, flags: Iterable[Flag]) -> Votes:
    """Return the votes of everybody but the flagged; participants keep their places.

    For results shown with and without them: the votes themselves are never removed. Both may be
    published where `publishable_both` says so.
    """
    kept = ~_flagged(votes, flags)[votes.person]
    return Votes(
        votes.participants,
        votes.proposals,
        votes.person[kept],
        votes.proposal[kept],
        votes.value[kept],
        None if votes.time is None else votes.time[kept],
    )


def publishable_both(votes: Votes, flags: Iterable[Flag], *, least: int = 11) -> Bools:
    """Return where results with and without the flagged may both be published, (proposals,).

    Their difference is the votes of the flagged: on each proposal nobody, or ``least`` persons.
    """
    theirs = votes.proposal[_flagged(votes, flags)[votes.person]]
    counts = np.bincount(theirs, minlength=len(votes.proposals))
    shown: Bools = (counts == 0) | (counts >= least)
    return shown


def _flagged(votes: Votes, flags: Iterable[Flag]) -> Bools:
    flagged = np.zeros(len(votes.participants), dtype=bool)
    for flag in flags:
        flagged[list(flag.members)] = True
    return flagged


# Columns of the evidence on each person.
_SHARED, _SAME, _EXPECTED, _TOGETHER, _IF_OWN, _VOTES, _IF_ANY, _ARRIVAL = range(8)


def _prepared(votes: Votes, time: NDArray[np.int64]) -> _Prepared:
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

    people, row = np.unique(votes.person, return_inverse=True)
    arrival = np.full(len(people), np.iinfo(np.int64).max)
    np.minimum.at(arrival, row, time)
    order = np.argsort(arrival, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    wide = len(votes.proposals)
    column = (votes.value.astype(np.intp) + 1) * wide + votes.proposal
    answers = csr_array(
        (np.ones(len(row), np.float32), (place[row], column)), shape=(len(people), 3 * wide)
    )
    counts = np.bincount(column, minlength=3 * wide).reshape(3, wide)
    # One vote of each answer is added: nothing is ever impossible.
    frequency = (counts + 1) / (counts.sum(axis=0) + 3)
    return _Prepared(people[order].astype(np.intp), arrival[order], answers, frequency)


def _compare(ready: _Prepared, rule: _Rule, rows: Ints, columns: slice) -> _Compared:
    answers: Single = ready.answers[rows].toarray()
    others = ready.answers[columns]
    voted = answers.reshape(len(rows), 3, -1).sum(axis=1)
    same: Single = (others @ answers.T).T
    shared: Single = (others @ np.tile(voted, (1, 3)).T).T
    there = ready.arrival[columns]
    apart = np.abs(there[None, :] - ready.arrival[rows][:, None])
    oneself = np.arange(len(ready.person))[columns][None, :] == rows[:, None]
    comparable = (shared >= rule.shared) & ~oneself
    alike = comparable & (same >= np.float32(rule.identical) * shared - np.float32(1e-3))
    return _Compared(shared, same, comparable, alike, comparable & (apart <= rule.window))


def _links(ready: _Prepared, rule: _Rule) -> tuple[Ints, Ints]:
    """Return the pairs of rows who arrive together and vote nearly the same, each pair once."""
    found = [np.zeros((0, 2), dtype=np.intp)]
    total = len(ready.person)
    for start in range(0, total, _AT_ONCE):
        rows = np.arange(start, min(start + _AT_ONCE, total))
        latest = ready.arrival[rows[-1]] + rule.window
        stop = int(np.searchsorted(ready.arrival, latest, side="right"))
        compared = _compare(ready, rule, rows, slice(start, stop))
        pairs = np.argwhere(np.triu(compared.alike & compared.together, 1))
        found.append(pairs + start)
    links = np.concatenate(found)
    return links[:, 0], links[:, 1]


def _evidence(ready: _Prepared, rule: _Rule, suspects: Ints) -> Floats:
    """Return the evidence on each suspect, of shape (persons, 8), NaN for the others."""
    from scipy.stats import hypergeom  # type: ignore[import-untyped]

    found = np.full((len(ready.person), 8), np.nan)
    for start in range(0, len(suspects), _AT_ONCE):
        rows = suspects[start : start + _AT_ONCE]
        compared = _compare(ready, rule, rows, slice(0, len(ready.person)))
        both = compared.alike & compared.together
        for at, row in enumerate(rows.tolist()):
            mates, near = np.flatnonzero(both[at]), np.flatnonzero(compared.together[at])
            shared = compared.shared[at].astype(np.float64)
            usual = _usual(ready, row, near)
            own = float(np.sort(_pair_chance(shared[near], usual, rule.identical)).sum())
            among, like = int(compared.comparable[at].sum()), int(compared.alike[at].sum())
            arrival = float(hypergeom.sf(len(mates) - 1, among, like, len(near)))
            found[row] = (
                shared[mates].mean(),
                compared.same[at, mates].astype(np.float64).mean(),
                np.sort(usual[np.isin(near, mates)]).mean(),
                len(mates),
                own,
                min(1.0, _crowd_chance(len(mates), own) * len(ready.person)),
                like * len(near) / max(among, 1),
                min(1.0, arrival * len(ready.person)),
            )
    return found


def _usual(ready: _Prepared, row: int, others: Ints) -> Floats:
    """Return on how many proposals the others would vote as this person, each on its own."""
    wide = ready.frequency.shape[1]
    mine = ready.answers[[row]].toarray().reshape(3, wide)
    likely = (mine * ready.frequency).sum(axis=0)
    found: Floats = np.asarray(ready.answers[others] @ np.tile(likely, 3), dtype=np.float64)
    return found


def _pair_chance(shared: Floats, usual: Floats, identical: float) -> Floats:
    """Return a bound on the probability of nearly the same votes (Hoeffding, theorem 1)."""
    needed = np.ceil(identical * shared - 1e-3) / shared
    likely = np.clip(usual / shared, 1e-12, 1 - 1e-12)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(needed < 1, (1 - needed) * np.log((1 - needed) / (1 - likely)), 0.0)
    bound = np.exp(-shared * (needed * np.log(needed / likely) + rest))
    return np.where(needed > likely, bound, 1.0)


def _crowd_chance(count: int, expected: float) -> float:
    """Return a bound on the probability of at least so many (Chernoff, sum of independent 0/1)."""
    if count <= expected:
        return 1.0
    return exp(count - expected - count * log(count / expected))


def _connected(first: Ints, second: Ints, total: int) -> list[Ints]:
    """Return the rows that pairs hold together, group by group."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

    graph = coo_array((np.ones(len(first)), (first, second)), (total, total))
    _, label = connected_components(graph, directed=False)
    rows = np.unique(np.concatenate([first, second]))
    return [rows[label[rows] == one] for one in np.unique(label[rows])]


def _flag(ready: _Prepared, rows: Ints, pairs: int, evidence: Floats) -> Flag:
    # Sorted, so that the order of participants does not change the last digit of a mean.
    own = np.sort(evidence[rows], axis=0)
    mean = [float(value) for value in own.mean(axis=0)]
    highest = own[-1]
    return Flag(
        tuple(sorted(ready.person[rows].tolist())),
        int(ready.arrival[rows].min()),
        int(ready.arrival[rows].max()),
        pairs,
        mean[_SHARED],
        mean[_SAME],
        mean[_EXPECTED],
        mean[_TOGETHER],
        mean[_IF_OWN],
        float(highest[_VOTES]),
        mean[_IF_ANY],
        float(highest[_ARRIVAL]),
    )
