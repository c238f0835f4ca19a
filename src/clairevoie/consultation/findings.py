"""What a consultation says: agreed, divisive, not known yet, and how sure each of these is.

Groups are made from the same votes that are then compared between them. Their differences describe
the groups, they do not prove that groups exist: that is the business of their stability.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clairevoie.consultation.marks import Marks, marks
from clairevoie.consultation.shares import Floats, Interval, difference, share
from clairevoie.consultation.tallies import Bools, Tallies, publishable, tally, tally_by_group
from clairevoie.consultation.votes import Votes

# An interval around one half is a split when no wider than this, else too few votes to tell.
SPLIT = 0.2


class Verdict(StrEnum):
    """What the votes on a proposal allow to say."""

    AGREED = "agreed"
    """The interval of agreement is above one half."""
    REFUSED = "refused"
    """The interval of disagreement is above one half."""
    SPLIT = "split"
    """Neither majority is there, and there are enough votes to say so."""
    TOO_FEW = "too few"
    """Not enough votes to tell."""


@dataclass(frozen=True, slots=True, eq=False)
class Opinions:
    """Votes and shares on each proposal, of shape (proposals,) or (groups, proposals).

    Attributes:
        shown: what may be published; elsewhere counts are 0, shares NaN and verdicts TOO_FEW.
        tallies: counts.
        agreement, disagreement: shares of the votes cast, passes included, with their intervals.
        verdicts: of the same shape, values of `Verdict`.
    """

    shown: Bools
    tallies: Tallies
    agreement: Interval
    disagreement: Interval
    verdicts: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number with its interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Representative:
    """A proposal that tells a group from everybody else.

    Attributes:
        proposal: its place.
        agrees: True when the group agrees with it more than the others, False when it disagrees.
        inside, outside: share of the group, and of everybody else, who vote so.
        gap: inside minus outside.
    """

    proposal: int
    agrees: bool
    inside: Bounds
    outside: Bounds
    gap: Bounds


@dataclass(frozen=True, slots=True)
class Division:
    """A proposal on which two groups part.

    Attributes:
        proposal: its place.
        more, less: the groups that agree with it most and least.
        gap: difference of their shares of agreement.
    """

    proposal: int
    more: int
    less: int
    gap: Bounds


@dataclass(frozen=True, slots=True, eq=False)
class Consensus:
    """Agreement of every group at once.

    Attributes:
        agreement, disagreement: product over the groups of (votes so + 1) / (votes cast + 2), of
            shape (proposals,), NaN where a group may not be shown. The bounds come from the
            bootstrap, NaN without one.
        agreed, refused: places of the proposals with the verdict in every group, the highest lower
            bound first (the estimate, without bootstrap).
    """

    agreement: Interval
    disagreement: Interval
    agreed: tuple[int, ...]
    refused: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What the votes say.

    Attributes:
        everybody: of shape (proposals,).
        groups: of shape (groups, proposals), in the numbering given.
        sizes: persons of each group, None when there are fewer than ``least``.
        representative: for each group, clearest first; empty when there are fewer than two groups.
        consensus: of all groups; of everybody when there are fewer than two.
        divisions: clearest first.
        too_few: places of the proposals on which everybody together voted too little to tell,
            fewest votes first.
        least: fewest persons that a figure speaks of.
        level: confidence of the intervals.
    """

    everybody: Opinions
    groups: Opinions
    sizes: tuple[int | None, ...]
    representative: tuple[tuple[Representative, ...], ...]
    consensus: Consensus
    divisions: tuple[Division, ...]
    too_few: tuple[int, ...]
    least: int
    level: float


def findings(
    votes: Votes,
    groups: ArrayLike | None = None,
    *,
    weights: ArrayLike | None = None,
    least: int = 11,
    most: int = 5,
    level: float = 0.95,
) -> Findings:
    """Return what the votes say, with and between groups.

    A proposal represents a group, or divides two, when the interval of the difference leaves 0 out
    at a level corrected (Bonferroni) for all the comparisons made, and, for the first, when the
    share inside is above one half. The intervals returned are at ``level``.

    Args:
        votes: the votes.
        groups: the group of each participant, numbered from 0, of shape (participants,); -1 is in
            none. None when there are no stable groups.
        weights: bootstrap, how many times each participant is drawn, of shape (replicates,
            participants). The groups stay as they are.
        least: fewest persons that a figure may speak of.
        most: most representative proposals, and divisions, returned.
        level: confidence.

    Raises:
        ValueError: ``groups`` or ``weights`` do not have one value a participant, a group is below
            -1, or ``least`` is below 1.

    Source:
        C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw, C. Megill, « Polis: scaling deliberation by
        mapping high dimensional opinion spaces », RECERCA 26 (2021), group-aware consensus.
    """
    if least < 1:
        raise ValueError(f"secrecy below {least} persons: at least 1 is needed")
    placed = _checked_groups(groups, len(votes.participants))
    many = int(placed.max(initial=-1)) + 1
    total, parts = tally(votes), tally_by_group(votes, placed, many)
    shown = publishable(parts.cast, total.cast, least=least)
    sizes = np.bincount(placed[placed >= 0], minlength=many)
    everybody = _opinions(total, total.cast >= least, level)
    opinions = _opinions(parts, shown, level)
    _, digests = marks(votes)
    return Findings(
        everybody,
        opinions,
        tuple(int(size) if size >= least else None for size in sizes),
        _representatives(opinions, total, digests, most=most, level=level, least=least),
        _consensus(votes, placed, opinions if many > 1 else everybody, weights, level, digests),
        _divisions(opinions, digests, most, level),
        _too_few(everybody, total, digests),
        least,
        level,
    )


def _checked_groups(groups: ArrayLike | None, participants: int) -> NDArray[np.int64]:
    if groups is None:
        return np.full(participants, -1, dtype=np.int64)
    placed = np.asarray(groups)
    if placed.shape != (participants,) or not np.issubdtype(placed.dtype, np.integer):
        raise ValueError(
            f"groups of shape {placed.shape} and type {placed.dtype}: "
            f"one whole number is needed for each of the {participants} participants"
        )
    if placed.min(initial=0) < -1:
        raise ValueError("a group is below -1: number them from 0, and -1 for none")
    return placed.astype(np.int64)


def _opinions(tallies: Tallies, shown: Bools, level: float) -> Opinions:
    kept = tallies.where(shown)
    agreement = share(kept.agree, kept.cast, level=level)
    disagreement = share(kept.disagree, kept.cast, level=level)
    verdicts = np.full(shown.shape, Verdict.TOO_FEW, dtype=object)
    narrow = (agreement.high - agreement.low <= SPLIT) & (
        disagreement.high - disagreement.low <= SPLIT
    )
    verdicts[narrow] = Verdict.SPLIT
    verdicts[agreement.low > 0.5] = Verdict.AGREED
    verdicts[disagreement.low > 0.5] = Verdict.REFUSED
    return Opinions(shown, kept, agreement, disagreement, verdicts)


def _too_few(everybody: Opinions, total: Tallies, digests: Marks) -> tuple[int, ...]:
    places = np.flatnonzero(everybody.verdicts == Verdict.TOO_FEW)
    # Hidden counts must not show in the order either.
    cast = np.where(everybody.shown, total.cast, 0)[places]
    return tuple(places[np.lexsort((digests[places], cast))].tolist())


def _stricter(level: float, comparisons: int) -> float:
    return 1 - (1 - level) / max(comparisons, 1)


def _representatives(
    opinions: Opinions, total: Tallies, digests: Marks, *, most: int, level: float, least: int
) -> tuple[tuple[Representative, ...], ...]:
    inside = opinions.tallies
    elsewhere = total.cast - inside.cast
    compared = opinions.shown & (elsewhere >= least)
    strict = _stricter(level, 2 * int(compared.sum()))
    outcomes = []
    for agrees, votes_so, all_so in (
        (True, inside.agree, total.agree),
        (False, inside.disagree, total.disagree),
    ):
        rest = np.where(compared, all_so - votes_so, 0), np.where(compared, elsewhere, 0)
        usual = share(votes_so, inside.cast, level=level), share(*rest, level=level)
        sure = difference(share(votes_so, inside.cast, level=strict), share(*rest, level=strict))
        outcomes.append((agrees, usual, difference(*usual), sure.low))
    found = []
    # One group has no others: those in no group are not an opinion.
    for group in range(len(inside.cast)) if len(inside.cast) > 1 else ():
        listed = []
        for agrees, (within, without), gap, low in outcomes:
            clear = (low[group] > 0) & (within.estimate[group] > 0.5)
            for place in np.flatnonzero(clear):
                item = Representative(
                    int(place),
                    agrees,
                    *(_bounds(one, group, place) for one in (within, without, gap)),
                )
                # A share above one half either way: a proposal is never listed twice.
                listed.append((-float(low[group, place]), int(digests[place]), item))
        listed.sort(key=lambda entry: entry[:2])
        found.append(tuple(item for *_, item in listed[:most]))
    return tuple(found)


def _divisions(opinions: Opinions, digests: Marks, most: int, level: float) -> tuple[Division, ...]:
    pairs = list(combinations(range(len(opinions.shown)), 2))
    both = [opinions.shown[first] & opinions.shown[second] for first, second in pairs]
    strict = share(
        opinions.tallies.agree,
        opinions.tallies.cast,
        level=_stricter(level, sum(int(each.sum()) for each in both)),
    )
    best: dict[int, tuple[float, int, int]] = {}
    for first, second in pairs:
        apart = difference(_row(strict, first), _row(strict, second))
        for more, less, low in ((first, second, apart.low), (second, first, -apart.high)):
            for place in np.flatnonzero(low > 0).tolist():
                best[place] = max(best.get(place, (0.0, 0, 0)), (float(low[place]), more, less))
    ordered = sorted(best, key=lambda place: (-best[place][0], int(digests[place])))
    found = []
    for place in ordered[:most]:
        _, more, less = best[place]
        gap = difference(_row(opinions.agreement, more), _row(opinions.agreement, less))
        found.append(Division(place, more, less, _bounds(gap, place)))
    return tuple(found)


def _row(interval: Interval, at: int) -> Interval:
    return Interval(interval.estimate[at], interval.low[at], interval.high[at])


def _bounds(interval: Interval, *at: int) -> Bounds:
    return Bounds(float(interval.estimate[at]), float(interval.low[at]), float(interval.high[at]))


def _consensus(
    votes: Votes,
    placed: NDArray[np.int64],
    opinions: Opinions,
    weights: ArrayLike | None,
    level: float,
    digests: Marks,
) -> Consensus:
    shown, tallies, verdicts = (
        np.atleast_2d(item) for item in (opinions.shown, opinions.tallies.cast, opinions.verdicts)
    )
    known: Bools = np.logical_and.reduce(shown, axis=0)
    agree = np.atleast_2d(opinions.tallies.agree)
    disagree = np.atleast_2d(opinions.tallies.disagree)
    members = placed if len(shown) > 1 else np.zeros_like(placed)
    drawn = (
        None if weights is None else _replicates(votes, members, len(shown), known, weights, level)
    )
    intervals = []
    for at, counts in enumerate((agree, disagree)):
        estimate = np.where(known, smoothed_product(counts, tallies), np.nan)
        nothing = np.full(estimate.shape, np.nan)
        low, high = (nothing, nothing) if drawn is None else drawn[at]
        intervals.append(Interval(estimate, low, high))
    lists = []
    for interval, verdict in zip(intervals, (Verdict.AGREED, Verdict.REFUSED), strict=True):
        places = np.flatnonzero(known & (verdicts == verdict).all(axis=0))
        height = interval.estimate if drawn is None else interval.low
        order = np.lexsort((digests[places], -interval.estimate[places], -height[places]))
        lists.append(tuple(places[order].tolist()))
    return Consensus(intervals[0], intervals[1], lists[0], lists[1])


def smoothed_product(counts: ArrayLike, cast: ArrayLike) -> Floats:
    """Return the product over groups of (count + 1) / (cast + 2), of shape (…, proposals).

    Args:
        counts, cast: of shape (…, groups, proposals).
    """
    each = (np.asarray(counts, dtype=np.float64) + 1) / (np.asarray(cast) + 2)
    # Sorted, so that the numbering of the groups does not change the last digit.
    found: Floats = np.prod(np.sort(each, axis=-2), axis=-2)
    return found


def _replicates(
    votes: Votes,
    members: NDArray[np.int64],
    many: int,
    known: Bools,
    weights: ArrayLike,
    level: float,
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return the bounds of the consensus, for agreement and for disagreement."""
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

    drawn = np.asarray(weights, dtype=np.float64)
    if drawn.ndim != 2 or drawn.shape[1] != len(votes.participants):
        raise ValueError(
            f"weights of shape {drawn.shape}: (replicates, {len(votes.participants)}) is needed"
        )
    group = members[votes.person]
    kept = (group >= 0) & known[votes.proposal]
    group, person = group[kept], votes.person[kept]
    value = votes.value[kept]
    column = np.cumsum(known)[votes.proposal[kept]] - 1
    wide = int(known.sum())
    drawn_columns = np.ascontiguousarray(drawn.T)

    def counted(where: Bools) -> Floats:
        cells = (group * wide + column)[where]
        shape = (many * wide, len(votes.participants))
        once = csr_array((np.ones(len(cells)), (cells, person[where])), shape=shape)
        found: Floats = (once @ drawn_columns).reshape(many, wide, len(drawn)).transpose(2, 0, 1)
        return found

    cast = counted(np.ones(len(group), dtype=bool))
    bounds = []
    for wanted in (1, -1):
        product = smoothed_product(counted(value == wanted), cast)
        low = np.full(known.shape, np.nan)
        high = low.copy()
        if len(drawn):
            low[known], high[known] = np.quantile(
                product, [(1 - level) / 2, (1 + level) / 2], axis=0
            )
        bounds.append((low, high))
    return bounds[0], bounds[1]
