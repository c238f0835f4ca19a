"""The groups, consensus and priorities that Polis would publish, computed as it computes them.

This is here so that results can be compared: the groups depend on the order of the participants.

Source: compdemocracy/polis, ``math/src/polismath/math/conversation.clj``, ``small-conv-update``;
C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw, C. Megill, « Polis: Scaling deliberation by mapping
high dimensional opinion spaces », Recerca 26 (2021).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clairevoie.consultation.findings import smoothed_product
from clairevoie.consultation.polis_groups import (
    BASE_CLUSTERS,
    BASE_STEPS,
    GROUP_STEPS,
    Cluster,
    Smoothing,
    centred,
    choose_k,
    first_clusters,
    kmeans,
    most_groups,
    restart,
    silhouette,
)
from clairevoie.consultation.polis_priorities import priorities
from clairevoie.consultation.polis_repness import Representing, Shared, majority, representative
from clairevoie.consultation.polis_space import (
    admit,
    extremity,
    principal_axes,
    project,
    rating_table,
    without_moderated,
)
from clairevoie.consultation.tallies import Tallies, tally, tally_by_group
from clairevoie.consultation.votes import Votes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PolisResult:
    """What one update of a conversation gives. Axes and points have Polis's sign (agree is -1).

    Attributes:
        participants: identifiers, in the order in which they came.
        proposals: identifiers.
        counted: proposals that have votes, of shape (proposals,); the others are unknown to Polis.
        out: proposals moderated out, those on participants themselves included, (proposals,).
        admitted: who is put in groups, of shape (participants,).
        centre: mean votes, of shape (proposals,); NaN where not counted, as in the two next.
        axes: principal axes, of shape (2, proposals).
        extremity: distance of each proposal to the centre, of shape (proposals,).
        points: of shape (participants, 2); NaN for who cast no vote.
        base_clusters: clusters of participants; members are places in ``participants``.
        clusterings: for each k tried, clusters of base clusters; members are places in
            ``base_clusters``.
        silhouettes: of each k that gave two groups at least.
        smoothing: the k that is kept, with its memory.
        groups: the group of each participant, of shape (participants,), -1 for who is not admitted.
        votes: of those in each group, of shape (groups, proposals).
        consensus: product over groups of (agreements + 1) / (votes + 2), of shape (proposals,);
            NaN where not counted.
        priorities: of shape (proposals,); NaN where not counted.
        representative: proposals that represent each group.
        agreed, refused: proposals on which a majority of all participants is sure.
    """

    participants: tuple[str, ...]
    proposals: tuple[str, ...]
    counted: Bools
    out: Bools
    admitted: Bools
    centre: Floats
    axes: Floats
    extremity: Floats
    points: Floats
    base_clusters: tuple[Cluster, ...]
    clusterings: Mapping[int, tuple[Cluster, ...]]
    silhouettes: Mapping[int, float]
    smoothing: Smoothing
    groups: Ints
    votes: Tallies
    consensus: Floats
    priorities: Floats
    representative: tuple[tuple[Representing, ...], ...]
    agreed: tuple[Shared, ...]
    refused: tuple[Shared, ...]


def conversation(
    votes: Votes,
    *,
    meta: Collection[str] = (),
    previous: PolisResult | None = None,
    admitted: Collection[str] | None = None,
    axes: ArrayLike | None = None,
    base_centres: ArrayLike | None = None,
    group_centres: ArrayLike | None = None,
) -> PolisResult:
    """Return what Polis computes from all votes, at once or after an update before.

    Polis updates a conversation every few seconds and starts from what it had, so that what it
    publishes depends on the whole history; what is in the last four arguments can be given when
    that history is not known. Three differences remain. The first axes start from fixed numbers and
    not from random ones. Above 10 000 participants Polis draws samples of them to find the axes;
    here all count. Priorities rest on the votes of this update, in Polis on those of the one
    before: the same once votes have stopped.

    Args:
        votes: the order of ``votes.participants`` is the one in which they came. Proposals whose
            ``moderated`` is -1 are moderated out, those that are ``meta`` too.
        meta: identifiers of other proposals on the participants themselves.
        previous: the update before. Its participants and proposals come first in ``votes``.
        admitted: identifiers of those put in groups, in place of the rule.
        axes: where the search of the axes starts, of shape (2, proposals).
        base_centres: first centres of the base clusters, of shape (clusters, 2).
        group_centres: first centres of the groups, of shape (groups, 2); their number is then k.

    Raises:
        ValueError: there is no vote, an identifier is not known, ``votes`` does not follow
            ``previous`` or a shape is wrong.
    """
    if not len(votes.person):
        raise ValueError("there is no vote: Polis computes nothing")
    names = tuple(proposal.id for proposal in votes.proposals)
    about_themselves = _among(meta, names, "proposal")
    about_themselves |= np.array([item.meta for item in votes.proposals], dtype=bool)
    out = about_themselves | np.array([item.moderated == -1 for item in votes.proposals])
    if previous is not None:
        _check_follows(previous, votes.participants, names)
    cast = np.bincount(votes.person, minlength=len(votes.participants))
    everybody = tally(votes)
    counted = everybody.cast > 0
    who, what = np.flatnonzero(cast), np.flatnonzero(counted)

    raw = rating_table(
        np.cumsum(cast > 0)[votes.person] - 1,
        np.cumsum(counted)[votes.proposal] - 1,
        votes.value.astype(np.int64),
        (len(who), len(what)),
    )
    table = without_moderated(raw, out[what])
    start = _start_of_axes(axes, previous, len(names))
    centre, found = principal_axes(table, start=None if start is None else start[:, what])
    points = np.full((len(votes.participants), 2), np.nan)
    points[who] = project(table, centre, found)

    if admitted is None:
        before = None if previous is None else previous.admitted
        inside = cast > 0
        inside[who] = admit(cast[who], len(what), _first(before, len(cast))[who])
    else:
        inside = _among(admitted, votes.participants, "participant") & (cast > 0)
    bases = _base_clusters(points, inside, previous, base_centres)
    clusterings = _clusterings(bases, previous, group_centres)
    silhouettes = {
        k: silhouette(_centres(bases), clusters)
        for k, clusters in clusterings.items()
        if len(clusters) > 1
    }
    smoothing = _smoothing(silhouettes, clusterings, previous)
    group_clusters = clusterings[smoothing.k]

    groups = np.full(len(votes.participants), -1, dtype=np.int64)
    for at, group in enumerate(group_clusters):
        for base in group.members:
            groups[bases[base].members] = at
    by_group = tally_by_group(votes, groups, len(group_clusters))
    agree, disagree, shown = (
        counts.sum(axis=0) for counts in (by_group.agree, by_group.disagree, by_group.cast)
    )
    far = _spread(extremity(centre, found), counted)
    agreed, refused = majority(everybody, counted & ~out)
    return PolisResult(
        votes.participants,
        names,
        counted,
        out,
        inside,
        _spread(centre, counted),
        np.array([_spread(axis, counted) for axis in found]),
        far,
        points,
        bases,
        clusterings,
        silhouettes,
        smoothing,
        groups,
        by_group,
        np.where(counted, smoothed_product(by_group.agree, by_group.cast), np.nan),
        np.where(
            counted,
            priorities(agree, shown - agree - disagree, shown, far, about_themselves),
            np.nan,
        ),
        representative(by_group, counted & ~out),
        agreed,
        refused,
    )


def _among(identifiers: Collection[str], known: Sequence[str], name: str) -> Bools:
    places = {identifier: at for at, identifier in enumerate(known)}
    found = np.zeros(len(known), dtype=bool)
    for identifier in identifiers:
        if identifier not in places:
            raise ValueError(f"{name} {identifier!r} is not among those of the votes")
        found[places[identifier]] = True
    return found


def _check_follows(
    previous: PolisResult, participants: Sequence[str], names: Sequence[str]
) -> None:
    for name, before, now in (
        ("participants", previous.participants, participants),
        ("proposals", previous.proposals, names),
    ):
        if tuple(now[: len(before)]) != before:
            raise ValueError(
                f"the {name} do not begin with those of the update before, in the same order: "
                "add the new ones at the end"
            )


def _first(before: Bools | None, many: int) -> Bools:
    found = np.zeros(many, dtype=bool)
    if before is not None:
        found[: len(before)] = before
    return found


def _start_of_axes(
    axes: ArrayLike | None, previous: PolisResult | None, proposals: int
) -> Floats | None:
    """Return axes with 1 for the proposals that they did not know, of shape (2, proposals)."""
    if axes is not None:
        given = np.asarray(axes, dtype=np.float64)
        if given.shape != (2, proposals):
            raise ValueError(f"axes of shape {given.shape}: (2, {proposals}) is needed")
        return given
    if previous is None:
        return None
    start = np.ones((2, proposals))
    start[:, : len(previous.proposals)] = np.nan_to_num(previous.axes, nan=1.0)
    return start


def _spread(values: Floats, counted: Bools) -> Floats:
    found = np.full(len(counted), np.nan)
    found[counted] = values
    return found


def _given(centres: ArrayLike, name: str) -> tuple[Cluster, ...]:
    given = np.asarray(centres, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != 2 or not len(given):
        raise ValueError(f"{name} of shape {given.shape}: (clusters, 2) is needed")
    return centred(given)


def _base_clusters(
    points: Floats, inside: Bools, previous: PolisResult | None, centres: ArrayLike | None
) -> tuple[Cluster, ...]:
    """Return clusters of participants, at most 100 at the first update.

    Source:
        ``conversation.clj``, ``:base-clusters``.
    """
    who = np.flatnonzero(inside)
    placed = points[who]
    if centres is not None:
        start = _given(centres, "base centres")
    elif previous is not None:
        rows = np.cumsum(inside) - 1
        kept = [
            Cluster(cluster.id, rows[cluster.members[inside[cluster.members]]], cluster.centre)
            for cluster in previous.base_clusters
        ]
        start = restart(placed, _with_members(kept, placed), BASE_CLUSTERS)
    else:
        start = first_clusters(placed, BASE_CLUSTERS)
    return tuple(
        Cluster(cluster.id, who[cluster.members], cluster.centre)
        for cluster in kmeans(placed, start, steps=BASE_STEPS)
    )


def _centres(clusters: Sequence[Cluster]) -> Floats:
    return np.array([cluster.centre for cluster in clusters])


def _with_members(clusters: Sequence[Cluster], points: Floats) -> tuple[Cluster, ...]:
    """Return the clusters that still have members, else one of all points.

    Source:
        ``clusters.clj``, ``safe-recenter-clusters``.
    """
    kept = tuple(cluster for cluster in clusters if len(cluster.members))
    if kept:
        return kept
    new = 1 + max((cluster.id for cluster in clusters), default=-1)
    return (Cluster(new, np.arange(len(points)), points.mean(axis=0)),)


def _clusterings(
    bases: tuple[Cluster, ...], previous: PolisResult | None, centres: ArrayLike | None
) -> dict[int, tuple[Cluster, ...]]:
    """Return clusters of base clusters, weighted by their sizes, for each k tried.

    Source:
        ``conversation.clj``, ``:group-clusterings``.
    """
    points = _centres(bases)
    weights = np.array([len(cluster.members) for cluster in bases], dtype=np.float64)
    starts: dict[int, tuple[Cluster, ...]] = {}
    if centres is not None:
        given = _given(centres, "group centres")
        starts[len(given)] = given
    else:
        for k in range(2, most_groups(len(bases)) + 1):
            if previous is not None and k in previous.clusterings:
                kept = _moved(previous.clusterings[k], previous.base_clusters, bases)
                starts[k] = restart(points, _with_members(kept, points), k, weights=weights)
            else:
                starts[k] = first_clusters(points, k)
    return {
        k: kmeans(points, start, steps=GROUP_STEPS, weights=weights) for k, start in starts.items()
    }


def _moved(
    clusters: Sequence[Cluster], before: Sequence[Cluster], now: Sequence[Cluster]
) -> list[Cluster]:
    """Return clusters whose members are places in ``now``, base clusters keeping their number."""
    places = {cluster.id: at for at, cluster in enumerate(now)}
    return [
        Cluster(
            cluster.id,
            np.array(
                [places[before[at].id] for at in cluster.members if before[at].id in places],
                dtype=np.int64,
            ),
            cluster.centre,
        )
        for cluster in clusters
    ]


def _smoothing(
    silhouettes: Mapping[int, float],
    clusterings: Mapping[int, tuple[Cluster, ...]],
    previous: PolisResult | None,
) -> Smoothing:
    if not silhouettes:
        # All are at one point, where Polis stops with an error: one group.
        only = min(clusterings)
        return Smoothing(only, 1, only)
    found = choose_k(silhouettes, None if previous is None else previous.smoothing)
    if found.k in clusterings:
        return found
    # Fewer base clusters than before: the k that was kept is not tried any more.
    return Smoothing(found.last, found.times, found.last)
