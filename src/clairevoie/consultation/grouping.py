"""Groups of participants who vote alike: one to five, the same whatever the order of anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from clairevoie.consultation.hollow import hollow
from clairevoie.consultation.space import (
    LEAST_VOTES,
    Floats,
    Ints,
    Plane,
    Space,
    Table,
    fit,
    places,
    solved,
    space_of,
    table_of,
)
from clairevoie.consultation.votes import Votes

MOST_GROUPS = 5
MIN_GROUP = 11
DRAWS = (2, 20)
"""Clouds that groups are held against, at least and at most."""
_DRAWN = 100_000
"""Votes drawn for them, or so."""
SURE = 2.0
"""Standard errors by which groups must be tighter than those of a single cloud."""
PARTED = 1.645
"""Standard errors by which fewer persons must be between two groups than in either: 5 % of chance
where there is no hollow."""
_CURVED = 0.9
"""The most of what lies under the votes on a proposal that the plane may tell."""
NEAR = 1e-9
_FIRST, _ROUNDS = 10, 300
_ANGLES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Points in k groups.

    Attributes:
        label: of each point, of shape (points,).
        centres: of shape (k, 2).
        square: of the distance of each point to its centre, of shape (points,).
    """

    label: Ints
    centres: Floats
    square: Floats

    @property
    def inside(self) -> float:
        """Sum of the squares."""
        return float(self.square.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """What groups were found from, for whoever draws participants again.

    Attributes:
        table, plane: the votes of those who are placed, and their plane.
        splits: of its points in 1, 2, … groups.
        gaps, errors: as in `Grouping`.
        spreads: what each point weighs in each split (`spreads_of`).
        min_group: the least size of a group.
    """

    table: Table
    plane: Plane
    splits: list[Split]
    gaps: Floats
    errors: Floats
    spreads: list[Floats]
    min_group: int


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Groups of participants.

    Attributes:
        groups: of each participant, from 0, -1 for none, of shape (participants,). The largest
            group is 0; of equal ones, the one farther along the first axis.
        sizes: of each group.
        gaps: for each number of groups from 1 to `MOST_GROUPS`, how much tighter they are than
            those of a single cloud would be (difference of logarithms); NaN where a group would be
            too small, or no hollow parts it from another.
        errors: their standard errors.
        space: where participants stand.
        pieces: what they were found from.
    """

    groups: Ints
    sizes: tuple[int, ...]
    gaps: Floats
    errors: Floats
    space: Space
    pieces: Pieces

    @property
    def k(self) -> int:
        """How many groups there are: 1 when one cloud is all there is."""
        return len(self.sizes)


def grouping(
    votes: Votes,
    *,
    most: int = MOST_GROUPS,
    min_group: int = MIN_GROUP,
    least: int = LEAST_VOTES,
) -> Grouping:
    """Return the groups of a consultation.

    Nothing depends on the order of participants, proposals or votes, nor on identifiers, and no
    seed is asked. A number of groups is taken when each pair has a hollow between (`hollow`), and
    when they are tighter, by two standard errors, than those of one cloud spread evenly; of
    several, the one that is tighter most, or a smaller one that is not surely less so. One cloud is
    one group.

    Args:
        votes: the votes.
        most: groups at most.
        min_group: no group has fewer participants.
        least: votes below which a participant is in no group; all, where there are fewer
            proposals.

    Raises:
        ValueError: ``most`` is not from 1 to `MOST_GROUPS`, or ``min_group`` is under 1.

    Source:
        R. Tibshirani, G. Walther, T. Hastie, « Estimating the number of clusters in a data set via
        the gap statistic », Journal of the Royal Statistical Society B 63 (2001), 411-423: of all
        clouds with one summit, the even one is the hardest to tell from groups. Standard errors:
        D. Pollard, « A central limit theorem for k-means clustering », Annals of Probability 10
        (1982).
    """
    if not 1 <= most <= MOST_GROUPS:
        raise ValueError(f"from 1 to {MOST_GROUPS} groups are looked for, not {most}")
    if min_group < 1:
        raise ValueError("a group has at least one participant")
    table = table_of(votes, least=least)
    plane = fit(table)
    points, around = solved(plane.inside, plane.along, plane.spread, plane.noise)
    splits = splits_of(points, most)
    parted = np.array([_parted(split, points, around, min_group) for split in splits], dtype=bool)
    gaps, errors = gaps_of(table, plane, splits, parted)
    spreads = spreads_of(splits)
    k = chosen(gaps, errors, spreads)
    groups = np.full(len(votes.participants), -1, dtype=np.int64)
    sizes: tuple[int, ...] = ()
    if len(points) >= min_group:
        label, sizes = ordered(splits[k - 1])
        groups[table.who] = label
    pieces = Pieces(table, plane, splits, gaps, errors, spreads, min_group)
    return Grouping(groups, sizes, gaps, errors, space_of(votes, table, plane), pieces)


def _parted(split: Split, points: Floats, around: Floats, min_group: int) -> bool:
    """Tell whether groups may be told: none too small, and a hollow between each pair."""
    sizes = np.bincount(split.label)
    if len(sizes) == 1 or sizes.min() < min_group:
        return False
    return hollow(split.label, split.centres, points, around) > PARTED


def ordered(split: Split) -> tuple[Ints, tuple[int, ...]]:
    """Return labels from the largest group on, and sizes."""
    k = len(split.centres)
    sizes = np.bincount(split.label, minlength=k)
    order = np.lexsort((-split.centres[:, 1], -split.centres[:, 0], -sizes))
    rank = np.empty(k, dtype=np.int64)
    rank[order] = np.arange(k)
    return rank[split.label], tuple(int(size) for size in sizes[order])


# --- how many -------------------------------------------------------------------------------------


def gaps_of(
    table: Table, plane: Plane, splits: list[Split], parted: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return, for each number of groups, how much tighter they are than those of one cloud.

    Args:
        table: the votes.
        plane: of these.
        splits: of its points, in 1, 2, … groups.
        parted: of which splits something is said, of shape (splits,).

    Returns:
        Gaps and their standard errors, of shape (`MOST_GROUPS`,).
    """
    gaps, errors = np.full(MOST_GROUPS, np.nan), np.full(MOST_GROUPS, np.nan)
    gaps[0], errors[0] = 0.0, 0.0
    if not parted.any():
        return gaps, errors
    mine, own = tightness(splits)
    chance = np.random.default_rng(digest_of(table))
    clouds = []
    draws = int(np.clip(_DRAWN // max(len(table.value), 1), *DRAWS))
    for _ in range(draws):
        cloud = replace(table, value=one_cloud(table, plane, chance))
        clouds.append(tightness(splits_of(places(fit(cloud)), len(splits))))
    for k in range(2, len(splits) + 1):
        drawn = [(found[k - 1], error[k - 1]) for found, error in clouds if len(found) >= k]
        if not parted[k - 1] or not drawn:
            continue
        expected, around = np.array(drawn).T
        gaps[k - 1] = expected.mean() - mine[k - 1]
        errors[k - 1] = np.sqrt(own[k - 1] ** 2 + (around**2).mean() / len(drawn))
    return gaps, errors


def tightness(splits: list[Split]) -> tuple[Floats, Floats]:
    """Return the logarithm of what each split leaves of the variance, and its standard error."""
    inside = np.array([split.inside for split in splits])
    found = np.log(np.maximum(inside, NEAR * inside[:1]) / inside[:1]) if inside.any() else inside
    errors = [each.std() / np.sqrt(len(each)) for each in spreads_of(splits)]
    return found, np.array(errors)


def spreads_of(splits: list[Split]) -> list[Floats]:
    """Return what each point weighs in the logarithm of what each split leaves of the variance."""
    whole = splits[0].square / splits[0].square.mean() if splits and splits[0].inside > 0 else None
    return [
        np.zeros(len(split.square))
        if whole is None or not split.inside > 0
        else split.square / split.square.mean() - whole
        for split in splits
    ]


def chosen(gaps: Floats, errors: Floats, spreads: list[Floats], *, sure_by: float = SURE) -> int:
    """Return how many groups there are.

    Args:
        gaps, errors: as in `Grouping`.
        spreads: as in `Pieces`.
        sure_by: standard errors by which groups must be tighter than those of one cloud.
    """
    with np.errstate(invalid="ignore"):
        sure = [k for k in range(2, len(spreads) + 1) if gaps[k - 1] > sure_by * errors[k - 1]]
    if not sure:
        return 1
    best = max(sure, key=lambda k: (gaps[k - 1], -k))
    for k in sure:
        apart = (spreads[k - 1] - spreads[best - 1]).std() / np.sqrt(len(spreads[0]))
        if k <= best and gaps[best - 1] - gaps[k - 1] <= SURE * apart:
            return k
    return best


def one_cloud(table: Table, plane: Plane, chance: np.random.Generator) -> Floats:
    """Return votes as a single cloud, spread evenly, would cast them on what each one voted on.

    Each proposal keeps its share of passes and its mean, and votes follow places as much as they
    do. Agreement follows a place along a curve (that of the normal law): nobody agrees more than
    always. Without this, the ends of a line of opinions look like camps.

    Args:
        table: who voted on what.
        plane: of its votes.
        chance: of the draws.

    Source:
        B. Muthén, « Contributions to factor analysis of dichotomous variables », Psychometrika 43
        (1978), 551-560, for the curve; its slope is that whose mean is the one of the plane, were
        places Gaussian.
    """
    from scipy.special import ndtr, ndtri  # type: ignore[import-untyped]

    cast = np.maximum(np.bincount(table.column, minlength=table.shape[1]), 1)
    passes = np.bincount(table.column, table.value == 0, table.shape[1]) / cast
    said = np.maximum(1 - passes, NEAR)
    # Where all agreed, half a vote did not: the normal law has no end.
    never = 0.5 / cast
    level = ndtri(np.clip((plane.centre / said + 1) / 2, never, 1 - never))
    steep = np.sqrt(2 * np.pi) * np.exp(level**2 / 2) / (2 * said)
    slope = plane.axes * steep[:, None]
    told = (slope**2 * plane.spread).sum(axis=1)
    kept = np.minimum(told, _CURVED)
    slope *= np.sqrt(kept / np.maximum(told, NEAR) / (1 - kept))[:, None]
    level /= np.sqrt(1 - kept)
    wide = np.sqrt(3 * plane.spread)
    stand = chance.uniform(-1, 1, size=(table.shape[0], 2)) * wide
    inside = (slope[table.column] * stand[table.row]).sum(axis=1)
    agree = ndtr(level[table.column] + inside) * said[table.column]
    draw = chance.random(len(inside))
    found: Floats = np.where(draw < agree, 1.0, np.where(draw < said[table.column], -1.0, 0.0))
    return found


def digest_of(table: Table) -> int:
    """Return a number that depends on the votes only: draws that it starts ask for no seed."""
    content = np.stack([table.row, table.column, table.value.astype(np.int64)])
    return int.from_bytes(blake2b(content.tobytes(), digest_size=8).digest(), "big")


# --- k means --------------------------------------------------------------------------------------


def splits_of(points: Floats, most: int) -> list[Split]:
    """Return the tightest splits of points in 1, 2, … groups; fewer where points are fewer.

    Starts depend on the points only: halves along several directions, then each group of the split
    before, halved along where it is widest.

    Args:
        points: of shape (points, 2).
        most: groups at most.

    Source:
        Halving where it is widest: T. Su, J. G. Dy, « In search of deterministic methods for
        initializing K-means and Gaussian mixture clustering », Intelligent Data Analysis 11
        (2007), 319-338.
    """
    if not len(points):
        return []
    middle = points.mean(axis=0)
    whole = Split(
        np.zeros(len(points), dtype=np.int64), middle[None], ((points - middle) ** 2).sum(axis=1)
    )
    found = [whole]
    distinct = len(np.unique(points, axis=0))
    for k in range(2, min(most, distinct) + 1):
        starts = [
            start
            for group in range(k - 1)
            if (start := _halved(points, found[-1], group)) is not None
        ]
        if k == 2:
            starts += [_apart(points, middle, turn) for turn in range(_ANGLES)]
        # All a few steps, and the tightest all the way.
        tries = [_settled(points, start, _FIRST) for start in starts]
        tightest = min(tries, key=lambda one: one.inside, default=None)
        if tightest is None:
            break
        best = _settled(points, tightest.centres, _ROUNDS)
        if len(np.unique(best.label)) < k:
            break
        found.append(best)
    return found


def _apart(points: Floats, middle: Floats, turn: int) -> Floats:
    """Return the middles of both halves of points, cut along a direction."""
    angle = np.pi * turn / _ANGLES
    above = (points - middle) @ [np.cos(angle), np.sin(angle)] > 0
    if above.all() or not above.any():
        return np.stack([middle, middle])
    return np.stack([points[above].mean(axis=0), points[~above].mean(axis=0)])


def _halved(points: Floats, split: Split, group: int) -> Floats | None:
    """Return the centres of a split of which one group is cut in two where it is widest."""
    mine = points[split.label == group]
    around = mine - mine.mean(axis=0)
    _powers, axes = np.linalg.eigh(around.T @ around)
    above = around @ axes[:, -1] > 0
    if above.all() or not above.any():
        return None
    halves = [mine[above].mean(axis=0), mine[~above].mean(axis=0)]
    return np.concatenate([np.delete(split.centres, group, axis=0), halves])


def _settled(points: Floats, centres: Floats, rounds: int) -> Split:
    """Return the split that k means settle on from given centres (Lloyd), in so many rounds.

    Source:
        S. P. Lloyd, « Least squares quantization in PCM », IEEE Transactions on Information Theory
        28 (1982), 129-137.
    """
    k = len(centres)
    label = np.full(len(points), -1, dtype=np.int64)
    across = np.ascontiguousarray(points.T)
    for _ in range(rounds):
        new = _nearest(across, centres)
        if np.array_equal(new, label):
            break
        label = new
        many = np.bincount(label, minlength=k)
        sums = np.stack([np.bincount(label, axis, k) for axis in across], axis=1)
        centres = np.where(many[:, None] > 0, sums / np.maximum(many, 1)[:, None], centres)
    return Split(label, centres, ((across - centres.T[:, label]) ** 2).sum(axis=0))


def _nearest(across: Floats, centres: Floats) -> Ints:
    """Return the nearest centre of each point; of equally near ones, the first.

    Args:
        across: the points, of shape (2, points).
        centres: of shape (k, 2).
    """
    # The square of the distance, less that of the point, which is the same for all centres.
    far = (centres**2).sum(axis=1)[:, None] - 2 * (centres @ across)
    found = np.zeros(across.shape[1], dtype=np.int64)
    best = far[0]
    # One pass a centre: an argmin over so few columns takes three times as long.
    for at in range(1, len(centres)):
        np.maximum(found, (far[at] < best) * np.int64(at), out=found)
        best = np.minimum(best, far[at])
    return found
