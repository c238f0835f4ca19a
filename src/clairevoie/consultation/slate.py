"""A slate: n proposals that together represent everybody, not n times the same majority.

The rule is the method of equal shares. Every participant gets the same money, n proposals cost all
of it, and a proposal is bought by those who agree with it, each paying as little as possible. What
is left is completed by Phragmén's sequential rule: everybody earns money at the same speed.

The computation is exact (fractions); floating numbers only leave out what is far from winning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clairevoie.consultation.marks import marks
from clairevoie.consultation.votes import Votes

Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

# Prices closer than this are compared again, exactly.
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Choice:
    """A proposal of the slate.

    Attributes:
        proposal: its place in `Votes.proposals`.
        completed: False when bought with the shares, True when added by the completion.
        instead: places of the proposals that could as well have stood here: nothing in texts and
            votes tells them from this one.
    """

    proposal: int
    completed: bool
    instead: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unheard:
    """Persons who deserve more than a slate gives them: EJR+ does not hold.

    Attributes:
        proposal: not on the slate, and all of them agree with it.
        persons: how many they are.
        deserved: how many proposals so many persons deserve; each of them agrees with fewer.

    It speaks of at least voters / asked persons: below 11 it is not for publication.
    """

    proposal: int
    persons: int
    deserved: int


@dataclass(frozen=True, slots=True)
class Slate:
    """Proposals that represent everybody, beside the plain list of the most agreed with.

    Attributes:
        choices: in the order of choice; fewer than asked when nobody agrees with any other.
        asked: how many were asked for.
        voters: participants with at least one vote, on whatever proposal.
        represented: voters who agree with at least one choice.
        unheard: where EJR+ fails; None as it should be, always, by the theorem of the rule.
        plain: places of as many proposals, those that most persons agree with.
        plain_represented: voters who agree with at least one of these.
        plain_unheard: where EJR+ fails for these, if it does.
    """

    choices: tuple[Choice, ...]
    asked: int
    voters: int
    represented: int
    unheard: Unheard | None
    plain: tuple[int, ...]
    plain_represented: int
    plain_unheard: Unheard | None


def slate(votes: Votes, asked: int, *, among: Bools | None = None) -> Slate:
    """Return proposals that represent everybody, and how well.

    A pass and a vote not cast both count as no agreement: a proposal shown to few persons is at a
    disadvantage. Ties go to the proposal that more persons agree with, then to the one fewer
    disagree with, then by a digest of texts and votes.

    Args:
        votes: who agrees with what.
        asked: how many proposals, at least 1.
        among: of shape (proposals,), which may be chosen; all when None.

    Raises:
        ValueError: fewer than one proposal is asked for, or ``among`` has another shape.

    Source:
        D. Peters, P. Skowron, « Proportionality and the limits of welfarism », EC 2020 (method of
        equal shares). M. Brill, J. Peters, « Robust and verifiable proportionality axioms for
        multiwinner voting », EC 2023 (EJR+, that this rule satisfies, and its check).
    """
    if asked < 1:
        raise ValueError(f"a slate of {asked} proposals: ask for at least 1")
    able = np.ones(len(votes.proposals), bool) if among is None else np.asarray(among, bool)
    if able.shape != (len(votes.proposals),):
        raise ValueError(f"`among` has shape {able.shape}, not ({len(votes.proposals)},)")
    kept = able[votes.proposal]
    person, proposal = votes.person[kept].astype(np.intp), votes.proposal[kept].astype(np.intp)
    value = votes.value[kept]
    # Whoever voted counts, were it on proposals that cannot be chosen: no subtraction tells them.
    people = np.unique(votes.person)
    person = np.searchsorted(people, person)
    supporters = supporters_of(person[value == 1], proposal[value == 1], len(able))
    against = np.bincount(proposal[value == -1], minlength=len(able))
    agreeing = np.array([len(who) for who in supporters], dtype=np.intp)
    _, digests = marks(votes)
    order = np.lexsort((np.arange(len(able)), digests, against, -agreeing))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    bought, completed = equal_shares(supporters, len(people), asked, rank)
    choices = tuple(
        Choice(place, at >= len(bought), _twins(place, digests, (*bought, *completed)))
        for at, place in enumerate((*bought, *completed))
    )
    chosen = [*bought, *completed]
    plain = [int(place) for place in order if agreeing[place]][:asked]
    return Slate(
        choices,
        asked,
        len(people),
        represented(supporters, len(people), chosen),
        unheard(supporters, len(people), chosen, asked, rank),
        tuple(plain),
        represented(supporters, len(people), plain),
        unheard(supporters, len(people), plain, asked, rank),
    )


def _twins(place: int, digests: NDArray[np.uint64], chosen: Sequence[int]) -> tuple[int, ...]:
    same = np.flatnonzero(digests == digests[place])
    return tuple(int(other) for other in same if other not in chosen)


def supporters_of(person: Ints, proposal: Ints, proposals: int) -> list[Ints]:
    """Return, for each proposal, the places of the persons who agree with it, ascending."""
    order = np.lexsort((person, proposal))
    ends = np.cumsum(np.bincount(proposal, minlength=proposals))
    return np.split(person[order], ends[:-1]) if proposals else []


def represented(supporters: Sequence[Ints], voters: int, chosen: Sequence[int]) -> int:
    """Return how many voters agree with at least one of the chosen proposals."""
    heard = np.zeros(voters, dtype=bool)
    for place in chosen:
        heard[supporters[place]] = True
    return int(heard.sum())


def unheard(
    supporters: Sequence[Ints], voters: int, chosen: Sequence[int], asked: int, rank: Ints
) -> Unheard | None:
    """Return where EJR+ fails for the chosen proposals; None where it holds. Exact.

    EJR+ fails when l × voters / asked persons agree with one proposal that is not chosen, and each
    of them agrees with fewer than l of those chosen. The worst case is returned: most deserved,
    then most persons, then lowest rank.

    Source:
        M. Brill, J. Peters, EC 2023, proposition on verification in polynomial time.
    """
    has = np.zeros(voters, dtype=np.intp)
    for place in chosen:
        has[supporters[place]] += 1
    found: list[tuple[int, int, int, int]] = []
    deserved = np.arange(1, asked + 1)
    for place in sorted(set(range(len(supporters))) - set(chosen)):
        fewer = np.cumsum(np.bincount(has[supporters[place]], minlength=asked))[:asked]
        fails = np.flatnonzero((fewer > 0) & (fewer * asked >= deserved * voters))
        if len(fails):
            most = int(fails[-1])
            found.append((most + 1, int(fewer[most]), -int(rank[place]), place))
    if not found:
        return None
    most, persons, _, place = max(found)
    return Unheard(place, persons, most)


def equal_shares(
    supporters: Sequence[Ints], voters: int, asked: int, rank: Ints
) -> tuple[list[int], list[int]]:
    """Return what is bought with equal shares, then what completes it, each in its order.

    Args:
        supporters: for each proposal, the places of the persons who agree with it.
        voters: how many persons have a share.
        asked: how many proposals.
        rank: of shape (proposals,), the lower wins a tie.
    """
    if not voters:
        return [], []
    purses = _Purses(voters, Fraction(asked, voters))
    bought = _buy(supporters, asked, rank, purses)
    return bought, _complete(supporters, asked, rank, purses, bought)


class _Purses:
    """What each person has left. Persons with equal money share one exact number."""

    def __init__(self, persons: int, money: Fraction) -> None:
        self.kind = np.zeros(persons, dtype=np.intp)
        self.exact = [money]
        self.close = np.array([float(money)])
        self.number = {money: 0}

    def ascending(self, who: Ints) -> tuple[list[Fraction], list[int]]:
        """Return the different amounts that these persons have, and how many have each."""
        kinds, counts = np.unique(self.kind[who], return_counts=True)
        pairs = sorted(
            (self.exact[k], int(c)) for k, c in zip(kinds.tolist(), counts.tolist(), strict=True)
        )
        return [amount for amount, _ in pairs], [count for _, count in pairs]

    def set(self, who: Ints, new: dict[Fraction, Fraction]) -> None:
        """Give these persons the new amount of each amount."""
        kinds, places = np.unique(self.kind[who], return_inverse=True)
        numbers = []
        for kind in kinds.tolist():
            amount = new[self.exact[kind]]
            if amount not in self.number:
                self.number[amount] = len(self.exact)
                self.exact.append(amount)
            numbers.append(self.number[amount])
        added = [float(amount) for amount in self.exact[len(self.close) :]]
        self.close = np.concatenate([self.close, added])
        self.kind[who] = np.array(numbers, dtype=np.intp)[places]


def _buy(supporters: Sequence[Ints], asked: int, rank: Ints, purses: _Purses) -> list[int]:
    bought: list[int] = []
    # The price a person pays at most never falls from a round to the next: a price once computed
    # is a lower bound later, and most proposals are never looked at again.
    least = {place: 1 / len(who) for place, who in enumerate(supporters) if len(who)}
    while least and len(bought) < asked:
        best = np.inf
        for place in sorted(least, key=least.__getitem__):
            if least[place] > best * (1 + _CLOSE):
                break
            price = _near_price(np.sort(purses.close[purses.kind[supporters[place]]]))
            if price is None:
                del least[place]
                continue
            least[place] = price
            best = min(best, price)
        exact = {
            place: _price(*purses.ascending(supporters[place]))
            for place, price in least.items()
            if price <= best * (1 + _CLOSE)
        }
        known = {place: price for place, price in exact.items() if price is not None}
        for place in exact.keys() - known.keys():
            del least[place]
        if not known:
            continue
        winner = min(known, key=lambda place: (known[place], rank[place]))
        price_paid = known[winner]
        amounts, _ = purses.ascending(supporters[winner])
        purses.set(supporters[winner], {has: max(has - price_paid, Fraction(0)) for has in amounts})
        del least[winner]
        bought.append(winner)
    return bought


def _near_price(amounts: NDArray[np.float64]) -> float | None:
    """Return what each pays at most for the sum to be 1, None when it is clearly out of reach."""
    before = np.concatenate([[0.0], np.cumsum(amounts)])
    if before[-1] < 1 - _CLOSE:
        return None
    prices = (1 - before[:-1]) / np.arange(len(amounts), 0, -1)
    enough = np.flatnonzero(prices <= amounts * (1 + _CLOSE))
    return float(prices[enough[0]]) if len(enough) else float(amounts[-1])


def _price(amounts: list[Fraction], counts: list[int]) -> Fraction | None:
    """Return the same, exactly; None when these persons cannot pay 1."""
    paid, payers = Fraction(0), sum(counts)
    for amount, count in zip(amounts, counts, strict=True):
        price = (1 - paid) / payers
        if price <= amount:
            return price
        paid += amount * count
        payers -= count
    return None


def _complete(
    supporters: Sequence[Ints], asked: int, rank: Ints, purses: _Purses, bought: Sequence[int]
) -> list[int]:
    added: list[int] = []
    # A person has the money of the purse plus what everybody has earned since. The moment at which
    # a proposal can be paid only gets later: the last one computed is a lower bound.
    left = [place for place, who in enumerate(supporters) if len(who) and place not in bought]
    moments = dict.fromkeys(left, -np.inf)
    while moments and len(bought) + len(added) < asked:
        best = np.inf
        for place in sorted(moments, key=moments.__getitem__):
            if moments[place] > best + _CLOSE:
                break
            who = supporters[place]
            moments[place] = (1 - float(np.sort(purses.close[purses.kind[who]]).sum())) / len(who)
            best = min(best, moments[place])
        exact = {
            place: _moment(*purses.ascending(supporters[place]))
            for place, moment in moments.items()
            if moment <= best + _CLOSE
        }
        winner = min(exact, key=lambda place: (exact[place], rank[place]))
        amounts, _ = purses.ascending(supporters[winner])
        purses.set(supporters[winner], dict.fromkeys(amounts, -exact[winner]))
        del moments[winner]
        added.append(winner)
    return added


def _moment(amounts: list[Fraction], counts: list[int]) -> Fraction:
    """Return how much everybody must earn for these persons to have 1 together, exactly."""
    has = sum((a * c for a, c in zip(amounts, counts, strict=True)), Fraction(0))
    return (1 - has) / sum(counts)
