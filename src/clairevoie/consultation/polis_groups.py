"""Groups as Polis makes them: base clusters, k-means on those, and how many groups are kept.

Everything here depends on the order in which participants came, as it does in Polis: the first
distinct points are the first centres.

Source: compdemocracy/polis, ``math/src/polismath/math/clusters.clj`` and ``conversation.clj``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BASE_CLUSTERS = 100
BASE_STEPS = 100
# Polis asks for 100 under a name (:cluster-iters) that its function does not read, so that the
# default of that function holds.
GROUP_STEPS = 20
MOST_GROUPS = 5
BUFFER = 4
SAME = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """A cluster of points.

    Attributes:
        id: number, kept from one update to the next.
        members: places of its points, of shape (members,).
        centre: of shape (2,).
    """

    id: int
    members: Ints
    centre: Floats


@dataclass(frozen=True, slots=True)
class Smoothing:
    """The memory by which k does not change at once.

    Attributes:
        last: the best k of this update.
        times: for how many updates in a row it has been the best.
        k: the one that is kept.
    """

    last: int
    times: int
    k: int


def first_clusters(points: Floats, k: int) -> tuple[Cluster, ...]:
    """Return clusters without members, centred on the first k distinct points.

    Source:
        ``clusters.clj``, ``init-clusters``.
    """
    _, places = np.unique(points, axis=0, return_index=True)
    nobody = np.empty(0, dtype=np.int64)
    return tuple(Cluster(at, nobody, points[place]) for at, place in enumerate(np.sort(places)[:k]))


def centred(centres: Floats) -> tuple[Cluster, ...]:
    """Return clusters without members, on given centres of shape (clusters, 2)."""
    nobody = np.empty(0, dtype=np.int64)
    return tuple(Cluster(at, nobody, centre) for at, centre in enumerate(centres))


def kmeans(
    points: Floats, start: tuple[Cluster, ...], *, steps: int, weights: Floats | None = None
) -> tuple[Cluster, ...]:
    """Return clusters in the order of their identifiers; one that loses all its members is dropped.

    Stops when no centre moved by 0.01 or more, centres being paired in sorted order. A point that
    is as near to two centres goes to the one with the highest identifier (to the last in the order
    of a Clojure hash map, which is another one above eight clusters).

    Args:
        points: of shape (points, 2).
        start: clusters whose centres are the first ones.
        steps: at most so many, after the first.
        weights: of each point in the centres, of shape (points,).

    Source:
        ``clusters.clj``, ``kmeans``, ``cluster-step``, ``same-clustering?``.
    """
    clusters = tuple(sorted(start, key=lambda cluster: cluster.id))
    for _ in range(steps + 1):
        nearest = _nearest(points, clusters)
        new = tuple(
            Cluster(cluster.id, members, _mean(points, members, weights))
            for at, cluster in enumerate(clusters)
            if len(members := np.flatnonzero(nearest == at))
        )
        same = _same(clusters, new)
        clusters = new
        if same:
            break
    return clusters


def _distances(points: Floats, others: Floats) -> Floats:
    found: Floats = np.hypot(
        points[:, None, 0] - others[None, :, 0], points[:, None, 1] - others[None, :, 1]
    )
    return found


def _nearest(points: Floats, clusters: tuple[Cluster, ...]) -> Ints:
    apart = _distances(points, np.array([cluster.centre for cluster in clusters]))
    # Clojure's min-key returns the last of the smallest.
    found: Ints = apart.shape[1] - 1 - np.argmin(apart[:, ::-1], axis=1)
    return found


def _mean(points: Floats, members: Ints, weights: Floats | None) -> Floats:
    found: Floats = np.average(
        points[members], axis=0, weights=None if weights is None else weights[members]
    )
    return found


def _same(before: tuple[Cluster, ...], after: tuple[Cluster, ...]) -> bool:
    one, other = (
        np.array(sorted(tuple(cluster.centre) for cluster in clusters))
        for clusters in (before, after)
    )
    many = min(len(one), len(other))
    return bool((np.linalg.norm(one[:many] - other[:many], axis=1) < SAME).all())


def restart(
    points: Floats, before: tuple[Cluster, ...], k: int, *, weights: Floats | None = None
) -> tuple[Cluster, ...]:
    """Return the clusters of the update before, ready for `kmeans` on the points of today.

    They are centred on where their members are now; those with one same centre become one; then,
    while there are fewer than k, the point that is farthest from every centre makes a new one.

    Source:
        ``clusters.clj``, ``clean-start-clusters``, ``uniqify-clusters``, ``most-distal``.
    """
    kept = _without_twins([_recentred(points, cluster, weights) for cluster in before])
    possible = min(k, len(np.unique(points, axis=0)))
    while True:
        kept = [_recentred(points, cluster, weights) for cluster in kept]
        if len(kept) >= possible:
            return tuple(kept)
        centres = np.array([cluster.centre for cluster in kept])
        apart = _distances(points, centres).min(axis=1)
        # Clojure's max-key returns the last of the largest.
        far = len(apart) - 1 - int(np.argmax(apart[::-1]))
        if apart[far] <= 0:
            return tuple(kept)
        kept = [
            replace(cluster, members=cluster.members[cluster.members != far]) for cluster in kept
        ]
        new = 1 + max(cluster.id for cluster in kept)
        kept.append(Cluster(new, np.array([far]), points[far]))


def _recentred(points: Floats, cluster: Cluster, weights: Floats | None) -> Cluster:
    return replace(cluster, centre=_mean(points, cluster.members, weights))


def _without_twins(clusters: list[Cluster]) -> list[Cluster]:
    kept: list[Cluster] = []
    for cluster in clusters:
        for at, other in enumerate(kept):
            if (other.centre == cluster.centre).all():
                larger = other if len(other.members) > len(cluster.members) else cluster
                members = np.concatenate([other.members, cluster.members])
                kept[at] = Cluster(larger.id, members, cluster.centre)
                break
        else:
            kept.append(cluster)
    return kept


def most_groups(bases: int) -> int:
    """Return the largest k tried: 2 and one more for 12 base clusters, up to 5.

    Source:
        ``conversation.clj``, ``max-k-fn``.
    """
    return min(MOST_GROUPS, 2 + bases // 12)


def silhouette(points: Floats, clusters: tuple[Cluster, ...]) -> float:
    """Return the mean over points of (b - a) / max(a, b); 0 for one that is alone in its cluster.

    a is the mean distance to the other points of its cluster, b the smallest of the mean distances
    to the points of another. Base clusters count once each, whatever their size.

    Raises:
        ValueError: there are fewer than two clusters (Polis stops with an error).

    Source:
        ``clusters.clj``, ``silhouette``; P. J. Rousseeuw, « Silhouettes: a graphical aid to the
        interpretation and validation of cluster analysis », Journal of Computational and Applied
        Mathematics 20 (1987), 53-65.
    """
    if len(clusters) < 2:
        raise ValueError("a silhouette needs two clusters at least")
    apart = _distances(points, points)
    sums = np.array([apart[:, cluster.members].sum(axis=1) for cluster in clusters])
    each = []
    for at, cluster in enumerate(clusters):
        if len(cluster.members) == 1:
            each.append(np.zeros(1))
            continue
        inside = sums[at, cluster.members] / (len(cluster.members) - 1)
        outside = np.min(
            [
                sums[where, cluster.members] / len(other.members)
                for where, other in enumerate(clusters)
                if where != at
            ],
            axis=0,
        )
        each.append((outside - inside) / np.maximum(inside, outside))
    return float(np.concatenate(each).mean())


def choose_k(silhouettes: Mapping[int, float], before: Smoothing | None = None) -> Smoothing:
    """Return the k that is kept: the best one, once it has been the best four times in a row.

    Until then the k kept before stays; at the first update the best is kept at once. Of two k that
    are as good, the larger.

    Args:
        silhouettes: of each k.
        before: what the update before returned.

    Source:
        ``conversation.clj``, ``:group-k-smoother``.
    """
    best = max(silhouettes, key=lambda k: (silhouettes[k], k))
    times = before.times + 1 if before is not None and before.last == best else 1
    return Smoothing(best, times, best if times >= BUFFER or before is None else before.k)
