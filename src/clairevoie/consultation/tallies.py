"""How many voted what, in all and in each group, and which of it may be published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clairevoie.consultation.votes import Votes

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """Votes on each proposal, of shape (proposals,) or (groups, proposals).

    Attributes:
        agree, disagree: how many.
        cast: how many voted, those who passed included.
    """

    agree: Ints
    disagree: Ints
    cast: Ints

    def where(self, shown: Bools) -> Tallies:
        """Return the same with 0 for what is not shown."""
        kept = (np.where(shown, item, 0) for item in (self.agree, self.disagree, self.cast))
        return Tallies(*kept)


def tally(votes: Votes) -> Tallies:
    """Return the votes on each proposal, of shape (proposals,)."""
    everybody = np.zeros(len(votes.participants), dtype=np.int64)
    found = tally_by_group(votes, everybody, 1)
    return Tallies(found.agree[0], found.disagree[0], found.cast[0])


def tally_by_group(votes: Votes, groups: NDArray[np.integer], many: int) -> Tallies:
    """Return the votes of each group on each proposal, of shape (many, proposals).

    Args:
        votes: the votes.
        groups: the group of each participant, of shape (participants,), -1 for none.
        many: how many groups.
    """
    group = groups.astype(np.int64)[votes.person]
    inside = group >= 0
    cell = group * len(votes.proposals) + votes.proposal
    size = many * len(votes.proposals)

    def counted(kept: Bools) -> Ints:
        counts = np.bincount(cell[kept], minlength=size)
        return counts.reshape(many, len(votes.proposals))

    return Tallies(
        counted(inside & (votes.value == 1)), counted(inside & (votes.value == -1)), counted(inside)
    )


def publishable(groups: Ints, everybody: Ints, *, least: int) -> Bools:
    """Return which counts of groups may be shown, of shape (groups, proposals).

    A group with fewer than ``least`` votes on a proposal is hidden there. So is what one
    subtraction gives back: everybody minus the groups shown is nobody, or at least ``least``
    persons; else the smallest groups shown are hidden too.

    Args:
        groups: votes cast in each group, of shape (groups, proposals).
        everybody: votes cast in all, those of persons in no group included, (proposals,).
        least: fewest persons that a published figure may speak of.
    """
    shown = groups >= least
    for _ in range(len(groups)):
        rest = everybody - np.where(shown, groups, 0).sum(axis=0)
        bare = (rest > 0) & (rest < least) & shown.any(axis=0)
        if not bare.any():
            break
        size = np.where(shown, groups, np.iinfo(np.int64).max)
        # Of groups of one size all are hidden, so that no order chooses between them.
        shown &= ~(bare & (size == size.min(axis=0)))
    return shown
