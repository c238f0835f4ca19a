"""How stable groups are: drawn again from the participants, are they the same?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations
from typing import Any

import numpy as np

from clairevoie.consultation.grouping import (
    MOST_GROUPS,
    NEAR,
    Grouping,
    Pieces,
    Split,
    chosen,
    digest_of,
)
from clairevoie.consultation.shares import share
from clairevoie.consultation.space import Floats, Ints, Table, solved
from clairevoie.consultation.tallies import tally_by_group
from clairevoie.consultation.votes import Votes

REPLICATES = 200
STABLE = 0.75
"""Least share of the replicates that find as many groups, and least likeness of each group."""
AGAIN = 1.0
"""Standard errors by which groups of a replicate must be tighter than those of one cloud. Fewer
than for those of all: the draws have the same chance in them, that would be counted twice."""
_AT_ONCE = 2_000_000
"""Points of several replicates that are held at a time."""
_STEPS = 5


class State(StrEnum):
    """Whether groups may be told."""

    STABLE = "stable"
    NOT_STABLE = "not_stable"
    ONE = "one"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True, eq=False)
class Certainty:
    """What drawing participants again tells of groups.

    Attributes:
        state: ``stable``; ``not_stable`` (no stable groups: votes are read all together); ``one``:
            nothing tells the votes from those of one cloud, nor would it with other participants;
            ``too_few`` participants for a group.
        replicates: how often participants were drawn.
        numbers: share of the replicates that find 1, 2, … groups, of shape (`MOST_GROUPS`,).
        likeness: of each group, mean share that it has in common with itself found again (Jaccard).
        stability: of each participant, share of the replicates that put him in the same group, of
            shape (participants,); NaN for those in none.
        low, high: bounds of the share of each group that agrees with each proposal, out of its
            votes, of shape (groups, proposals): the groups drawn again with their members, and no
            narrower than Wilson's interval; NaN where hardly any replicate has a vote.
        level: of these.
    """

    state: State
    replicates: int
    numbers: Floats
    likeness: tuple[float, ...]
    stability: Floats
    low: Floats
    high: Floats
    level: float


def certainty(
    votes: Votes,
    found: Grouping,
    *,
    replicates: int = REPLICATES,
    level: float = 0.95,
) -> Certainty:
    """Draw participants again, with replacement, and look for groups each time.

    Draws depend on the votes only: no seed is asked, and nothing depends on any order. Each time,
    the axes are found again, starting from those of all; means of proposals, how much the votes of
    a participant tell of where they stand, and between which groups there is a hollow stay those of
    all. Groups are stable when three
    replicates out of four find as many, and each group has on average three quarters in common with
    itself found again.

    Args:
        votes: the votes.
        found: their groups.
        replicates: how often to draw.
        level: of the bounds of agreement.

    Raises:
        ValueError: fewer than 20 replicates, or a level that is not between 0 and 1.

    Source:
        C. Hennig, « Cluster-wise assessment of cluster stability », Computational Statistics & Data
        Analysis 52 (2007), 258-271: a mean Jaccard of 0.75 or more is a stable cluster. Percentile
        bounds: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    if replicates < 20:
        raise ValueError("at least 20 replicates are drawn")
    if not 0 < level < 1:
        raise ValueError("a level is between 0 and 1")
    pieces = found.pieces
    table, many = pieces.table, max(found.k, 1)
    people = table.shape[0]
    numbers = np.zeros(MOST_GROUPS)
    shape = (many if found.k > 1 else 0, len(votes.proposals))
    nothing = np.full(shape, np.nan)
    stability = np.full(len(votes.participants), np.nan)
    if found.k == 0:
        return Certainty(State.TOO_FEW, 0, numbers, (), stability, nothing, nothing, level)
    if not np.isfinite(pieces.gaps[1:]).any():
        # No number of groups can be found, whoever is drawn: one it is each time.
        numbers[0] = 1.0
        return Certainty(State.ONE, replicates, numbers, (), stability, nothing, nothing, level)
    chance = np.random.default_rng(digest_of(table) ^ 1)
    engine = _Engine(pieces)
    same = np.zeros(people)
    alike: list[Floats] = []
    agreed: list[Floats] = []
    tight: list[Floats] = []
    smallest: list[Floats] = []
    left = replicates
    while left:
        now = min(left, max(1, _AT_ONCE // max(people, 1)))
        left -= now
        weights = chance.multinomial(people, np.full(people, 1 / people), size=now).astype(float)
        points = engine.points(weights)
        found_tight, sizes, label = engine.groups(points, weights, many)
        tight.append(found_tight)
        smallest.append(sizes)
        if found.k > 1:
            matched, likeness = _matched(label, pieces.splits[many - 1].label, many)
            same += (matched == pieces.splits[many - 1].label).sum(axis=0)
            alike.append(likeness)
            agreed.append(_agreement(table, weights, matched, many))
    ks = _numbers(pieces, np.concatenate(tight), np.concatenate(smallest))
    numbers = np.bincount(ks - 1, minlength=MOST_GROUPS) / replicates
    if found.k == 1:
        state = State.ONE if numbers[0] >= STABLE else State.NOT_STABLE
        return Certainty(state, replicates, numbers, (), stability, nothing, nothing, level)
    # Groups are told in their own order, the largest first.
    order = _order(pieces, found, many)
    likeness = np.concatenate(alike).mean(axis=0)[order]
    stability[table.who] = same / replicates
    low, high = _bounds(np.concatenate(agreed)[:, order], level)
    steady = numbers[found.k - 1] >= STABLE and likeness.min() >= STABLE
    lows, highs = nothing.copy(), nothing.copy()
    lows[:, table.what], highs[:, table.what] = low, high
    # Of a group that all agrees, all draws do: Wilson's interval says how little that is with few.
    counts = tally_by_group(votes, found.groups, many)
    few = share(counts.agree, counts.cast, level=level)
    lows, highs = np.minimum(lows, few.low), np.maximum(highs, few.high)
    return Certainty(
        State.STABLE if steady else State.NOT_STABLE,
        replicates,
        numbers,
        tuple(float(one) for one in likeness),
        stability,
        lows,
        highs,
        level,
    )


def _order(pieces: Pieces, found: Grouping, many: int) -> Ints:
    """Return the label of the split that each group is."""
    label = pieces.splits[many - 1].label
    group = found.groups[pieces.table.who]
    order = np.zeros(many, dtype=np.int64)
    order[group] = label
    return order


class _Engine:
    """What replicates share."""

    def __init__(self, pieces: Pieces) -> None:
        from scipy import sparse  # type: ignore[import-untyped]

        table, plane = pieces.table, pieces.plane
        self.pieces = pieces
        self.matrix = sparse.csr_array(
            (table.value - plane.centre[table.column], table.column, table.start),
            shape=table.shape,
        )
        self.turned = self.matrix.T.tocsr()
        self.inside, self.along = plane.inside, plane.along

    def points(self, weights: Floats) -> Floats:
        """Return where everybody stands in each replicate, of shape (replicates, rows, 2)."""
        plane, (rows, _columns) = self.pieces.plane, self.pieces.table.shape
        many = len(weights)
        along = np.broadcast_to(self.along, (many, rows, 2))
        axes = np.broadcast_to(plane.axes, (many, *plane.axes.shape))
        for _ in range(2):
            pulled = (weights[:, :, None] * along).transpose(1, 0, 2).reshape(rows, -1)
            axes = (self.turned @ pulled).reshape(-1, many, 2).transpose(1, 0, 2)
            axes = _upright(axes, plane.axes)
            flat = np.ascontiguousarray(axes.transpose(1, 0, 2)).reshape(-1, 2 * many)
            along = (self.matrix @ flat).reshape(rows, many, 2).transpose(1, 0, 2)
        inside = np.broadcast_to(self.inside, (many, rows, 3)).reshape(-1, 3)
        place, _around = solved(inside, along.reshape(-1, 2), plane.spread, plane.noise)
        return place.reshape(many, rows, 2)

    def groups(self, points: Floats, weights: Floats, many: int) -> tuple[Floats, Floats, Ints]:
        """Return, by replicate, the tightness and smallest group of each split, and labels.

        Labels are those of ``many`` groups. Tightness is a logarithm, as in `tightness`, and NaN
        for splits that there are not, whose smallest group is infinite.
        """
        label = np.zeros(points.shape[:2], dtype=np.int64)
        inside = np.full((len(points), MOST_GROUPS), np.nan)
        smallest = np.full((len(points), MOST_GROUPS), np.inf)
        for split in self.pieces.splits:
            k = len(split.centres)
            mine, left, sizes = _settled(points, weights, split)
            inside[:, k - 1], smallest[:, k - 1] = left, sizes
            if k == many:
                label = mine
        with np.errstate(divide="ignore", invalid="ignore"):
            whole = inside[:, :1]
            return np.log(np.maximum(inside, NEAR * whole) / whole), smallest, label


def _numbers(pieces: Pieces, tight: Floats, smallest: Floats) -> Ints:
    """Return how many groups each replicate finds.

    Whoever is drawn twice draws the axes towards them, and that alone makes all splits looser.
    What the draws do on average is therefore taken off: only their spread tells how sure a number
    is.

    Args:
        pieces: what groups were found from.
        tight, smallest: as `_Engine.groups` gives them.

    Source:
        Efron and Tibshirani, as for `certainty`, chapter 10, for the bias that is taken off.
    """
    gaps = pieces.gaps + tight.mean(axis=0) - tight
    gaps[:, 0] = 0.0
    gaps[smallest < pieces.min_group] = np.nan
    return np.array(
        [chosen(one, pieces.errors, pieces.spreads, sure_by=AGAIN) for one in gaps], dtype=np.int64
    )


def _upright(axes: Floats, near: Floats) -> Floats:
    """Return the right-angled axes of unit length that span the same planes, nearest to given ones.

    Source:
        P. H. Schönemann, « A generalized solution of the orthogonal Procrustes problem »,
        Psychometrika 31 (1966), 1-10.
    """
    if len(near) < near.shape[1]:  # one proposal: there is one axis only
        return np.broadcast_to(near, axes.shape)
    basis, _ = np.linalg.qr(axes)
    left, _values, right = np.linalg.svd(basis.transpose(0, 2, 1) @ near)
    found: Floats = basis @ (left @ right)
    return found


def _settled(points: Floats, weights: Floats, split: Split) -> tuple[Ints, Floats, Floats]:
    """Return labels, what is left of the variance and the smallest group, from given centres."""
    many, rows, _ = points.shape
    k = len(split.centres)
    centres = np.broadcast_to(split.centres, (many, k, 2))
    squares = (points**2).sum(axis=2)
    start = k * np.arange(many)[:, None]
    label = np.zeros((many, rows), dtype=np.int64)
    for _ in range(_STEPS if k > 1 else 1):
        far = (centres**2).sum(axis=2)[:, None, :] - 2 * points @ centres.transpose(0, 2, 1)
        label = far.argmin(axis=2)
        place = (start + label).ravel()
        sizes = np.bincount(place, weights.ravel(), many * k)
        sums = np.stack(
            [
                np.bincount(place, (weights * points[:, :, axis]).ravel(), many * k)
                for axis in (0, 1)
            ],
            axis=1,
        )
        middles = sums / np.maximum(sizes, 1e-9)[:, None]
        centres = np.where(sizes[:, None] > 0, middles, centres.reshape(-1, 2)).reshape(many, k, 2)
    # Of points that are in their groups, what is left is what is there less what the middles have.
    left = (weights * squares).sum(axis=1) - (
        sizes.reshape(many, k) * (centres**2).sum(axis=2)
    ).sum(axis=1)
    return label, np.maximum(left, 0.0), sizes.reshape(many, k).min(axis=1)


def _matched(label: Ints, base: Ints, k: int) -> tuple[Ints, Floats]:
    """Return labels named as those of all that they have most in common with, and likeness."""
    many = len(label)
    place = (np.arange(many)[:, None] * k + base[None, :]) * k + label
    common = np.bincount(place.ravel(), minlength=many * k * k).reshape(many, k, k)
    ways = np.array(list(permutations(range(k))))
    together = common[:, np.arange(k), ways].sum(axis=2)
    best = ways[together.argmax(axis=1)]
    names = np.argsort(best, axis=1)
    matched = np.take_along_axis(names, label, axis=1)
    shared = np.take_along_axis(common, best[:, :, None], axis=2)[:, :, 0]
    sizes = common.sum(axis=1)
    other = np.take_along_axis(sizes, best, axis=1)
    return matched, shared / np.maximum(common.sum(axis=2) + other - shared, 1)


def _agreement(table: Table, weights: Floats, label: Ints, k: int) -> Floats:
    """Return the share of each group that agrees, of shape (replicates, groups, proposals)."""
    from scipy import sparse

    rows, columns = table.shape
    many = len(label)
    member = np.zeros((rows, many * k))
    member[np.arange(rows)[None, :], np.arange(many)[:, None] * k + label] = weights
    agree: Any = sparse.csr_array(
        ((table.value > 0).astype(float), table.column, table.start), shape=table.shape
    )
    cast: Any = sparse.csr_array(
        (np.ones(len(table.value)), table.column, table.start), shape=table.shape
    )
    yes, of = (one.T.tocsr() @ member for one in (agree, cast))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = (yes / of).reshape(columns, many, k).transpose(1, 2, 0)
    return found


def _bounds(shares: Floats, level: float) -> tuple[Floats, Floats]:
    """Return percentile bounds over replicates; NaN where half of them have no vote."""
    tail = (1 - level) / 2
    shown = np.isfinite(shares).mean(axis=0) >= 0.5
    filled = np.where(np.isfinite(shares), shares, np.nan)
    low, high = np.full(shown.shape, np.nan), np.full(shown.shape, np.nan)
    if shown.any():
        low[shown], high[shown] = np.nanquantile(filled[:, shown], [tail, 1 - tail], axis=0)
    return low, high
