"""What represents each group, and what everybody agrees on, as Polis selects them.

Source: compdemocracy/polis, ``math/src/polismath/math/repness.clj`` and ``stats.clj``; Small et
al. 2021, « Polis: Scaling deliberation by mapping high dimensional opinion spaces ».
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clairevoie.consultation.tallies import Tallies

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SIGNIFICANT = 1.2816
MOST = 5


@dataclass(frozen=True, slots=True, eq=False)
class GroupStatistics:
    """Statistics of each proposal in each group, of shape (groups, proposals).

    Attributes:
        agree, disagree, cast: how many, as in ``na``, ``nd`` and ``ns``.
        agreement, disagreement: smoothed shares, ``pa`` and ``pd``.
        agreement_test, disagreement_test: against one half, ``pat`` and ``pdt``.
        agreement_ratio, disagreement_ratio: share over that of the other groups, ``ra`` and ``rd``.
        agreement_ratio_test, disagreement_ratio_test: of the difference, ``rat`` and ``rdt``.
    """

    agree: Ints
    disagree: Ints
    cast: Ints
    agreement: Floats
    disagreement: Floats
    agreement_test: Floats
    disagreement_test: Floats
    agreement_ratio: Floats
    disagreement_ratio: Floats
    agreement_ratio_test: Floats
    disagreement_ratio_test: Floats


@dataclass(frozen=True, slots=True)
class Representing:
    """A proposal that represents a group.

    Attributes:
        proposal: its place.
        agrees: the group is represented by its agreement, else by its disagreement.
        successes: how many of the group voted so.
        trials: how many of the group voted.
        share: smoothed share of those who voted so, ``p-success``.
        share_test: of that share against one half, ``p-test``.
        repness: that share over the share in the other groups.
        repness_test: of the difference, in single precision as Polis keeps it.
        best_agree: Polis puts it first as what the group agrees with most.
    """

    proposal: int
    agrees: bool
    successes: int
    trials: int
    share: float
    share_test: float
    repness: float
    repness_test: float
    best_agree: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """A proposal on which a majority of all participants is sure.

    Attributes:
        proposal: its place.
        successes: how many voted so.
        trials: how many voted.
        share: smoothed share of those who voted so.
        share_test: of that share against one half.
    """

    proposal: int
    successes: int
    trials: int
    share: float
    share_test: float


def proportion_test(successes: Ints, trials: Ints) -> Floats:
    """Return the z statistic of a share against one half, one success and one trial added.

    Source:
        ``stats.clj``, ``prop-test``: 2 sqrt(n + 1) ((s + 1) / (n + 1) - 1/2).
    """
    found: Floats = 2 * np.sqrt(trials + 1) * ((successes + 1) / (trials + 1) - 0.5)
    return found


def two_proportions_test(
    inside: Ints, outside: Ints, cast_inside: Ints, cast_outside: Ints
) -> Floats:
    """Return the z statistic of the difference of two shares, one added to all four counts.

    It is 0 where both shares are 1 with what was added.

    Source:
        ``stats.clj``, ``two-prop-test``.
    """
    one, other, of, rest = (
        np.asarray(counts) + 1 for counts in (inside, outside, cast_inside, cast_outside)
    )
    whole = one + other == of + rest
    pooled = np.where(whole, 0.5, (one + other) / (of + rest))
    spread = np.sqrt(pooled * (1 - pooled) * (1 / of + 1 / rest))
    return np.where(whole, 0.0, (one / of - other / rest) / spread)


def group_statistics(votes: Tallies) -> GroupStatistics:
    """Return the statistics of each group beside all the other groups together.

    Args:
        votes: of shape (groups, proposals).

    Source:
        ``repness.clj``, ``comment-stats`` and ``add-comparitive-stats``.
    """
    cast = votes.cast
    other_cast = cast.sum(axis=0) - cast
    columns = []
    for counts in (votes.agree, votes.disagree):
        others = counts.sum(axis=0) - counts
        smoothed = (counts + 1) / (cast + 2)
        columns.append(
            (
                smoothed,
                proportion_test(counts, cast),
                smoothed / ((others + 1) / (other_cast + 2)),
                two_proportions_test(counts, others, cast, other_cast),
            )
        )
    pairs = [column for both in zip(*columns, strict=True) for column in both]
    return GroupStatistics(votes.agree, votes.disagree, cast, *pairs)


def representative(votes: Tallies, kept: Bools) -> tuple[tuple[Representing, ...], ...]:
    """Return up to five proposals that represent each group, those agreed with first.

    A proposal is enough when both its share and the difference with the other groups are sure at
    90 %, one-sided. Of those the five with the largest product of repness, its test, the share and
    its test are kept, after the one that the group agrees with most (`Representing.best_agree`). If
    none is enough there is only that one, else the one that differs most.

    Args:
        votes: of shape (groups, proposals).
        kept: the proposals that are not moderated out, of shape (proposals,).

    Source:
        ``repness.clj``, ``select-rep-comments``.
    """
    statistics = group_statistics(votes)
    places = np.flatnonzero(kept).tolist()
    return tuple(_selected(statistics, group, places) for group in range(len(votes.cast)))


def _selected(
    statistics: GroupStatistics, group: int, places: list[int]
) -> tuple[Representing, ...]:
    enough: list[Representing] = []
    best: Representing | None = None
    best_agree: int | None = None
    for place in places:
        item = _finalized(statistics, group, place)
        if _passes(statistics, group, place):
            enough.append(item)
        ratio_test = max(
            statistics.agreement_ratio_test[group, place],
            statistics.disagreement_ratio_test[group, place],
        )
        if not enough and (best is None or ratio_test > best.repness_test):
            best = item
        if _agrees_better(statistics, group, place, best_agree):
            best_agree = place
    head: list[Representing] = []
    if best_agree is not None:
        head = [_finalized(statistics, group, best_agree, best_agree=True)]
    if not enough:
        return tuple(head or ([] if best is None else [best]))
    others = [item for item in enough if item.proposal != best_agree]
    others.sort(key=lambda item: -item.repness * item.repness_test * item.share * item.share_test)
    return tuple(sorted((head + others)[:MOST], key=lambda item: not item.agrees))


def _finalized(
    statistics: GroupStatistics, group: int, place: int, *, best_agree: bool = False
) -> Representing:
    """Return the side, agreement or disagreement, that represents the group more.

    Source:
        ``repness.clj``, ``finalize-cmt-stats``.
    """
    at = group, place
    agrees = bool(statistics.agreement_ratio_test[at] > statistics.disagreement_ratio_test[at])
    successes, share, test, ratio, ratio_test = (
        (
            statistics.agree,
            statistics.agreement,
            statistics.agreement_test,
            statistics.agreement_ratio,
            statistics.agreement_ratio_test,
        )
        if agrees
        else (
            statistics.disagree,
            statistics.disagreement,
            statistics.disagreement_test,
            statistics.disagreement_ratio,
            statistics.disagreement_ratio_test,
        )
    )
    return Representing(
        place,
        agrees,
        int(successes[at]),
        int(statistics.cast[at]),
        float(share[at]),
        float(test[at]),
        float(ratio[at]),
        float(np.float32(ratio_test[at])),
        best_agree,
    )


def _passes(statistics: GroupStatistics, group: int, place: int) -> bool:
    """Source: ``repness.clj``, ``passes-by-test?``."""
    at = group, place
    return bool(
        min(statistics.agreement_ratio_test[at], statistics.agreement_test[at]) > SIGNIFICANT
        or min(statistics.disagreement_ratio_test[at], statistics.disagreement_test[at])
        > SIGNIFICANT
    )


def _agrees_better(statistics: GroupStatistics, group: int, place: int, best: int | None) -> bool:
    """Source: ``repness.clj``, ``beats-best-agr?``."""
    at = group, place
    share, test = statistics.agreement, statistics.agreement_test
    ratio, ratio_test = statistics.agreement_ratio, statistics.agreement_ratio_test
    if statistics.agree[at] == 0 and statistics.disagree[at] == 0:
        return False
    if best is None:
        return bool(test[at] > SIGNIFICANT or (ratio[at] > 1 and share[at] > 0.5))
    than = group, best
    here, there = share[at] * test[at], share[than] * test[than]
    if ratio[than] > 1:
        here, there = (
            ratio[at] * ratio_test[at] * share[at] * test[at],
            ratio[than] * ratio_test[than] * share[than] * test[than],
        )
    return bool(here > there)


def majority(votes: Tallies, kept: Bools) -> tuple[tuple[Shared, ...], tuple[Shared, ...]]:
    """Return up to five proposals that all participants agree with, and up to five they refuse.

    A majority is needed, sure at 90 %, one-sided; the order is that of share times test.

    Args:
        votes: of everybody, admitted or not, of shape (proposals,).
        kept: the proposals that are not moderated out, of shape (proposals,).

    Source:
        ``repness.clj``, ``select-consensus-comments``.
    """
    lists = []
    for counts in (votes.agree, votes.disagree):
        shares = (counts + 1) / (votes.cast + 2)
        tests = proportion_test(counts, votes.cast)
        places = np.flatnonzero(kept & (shares > 0.5) & (tests > SIGNIFICANT))
        order = places[np.argsort(-(shares * tests)[places], kind="stable")][:MOST]
        lists.append(
            tuple(
                Shared(
                    at,
                    int(counts[at]),
                    int(votes.cast[at]),
                    float(shares[at]),
                    float(tests[at]),
                )
                for at in order.tolist()
            )
        )
    return lists[0], lists[1]
