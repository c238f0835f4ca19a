"""Is there a hollow between groups: fewer persons between two of them than in either?

Opinions spread evenly along a line are always cut in two tighter halves, and a bent line in more;
no measure of tightness alone tells these from camps. Where there are camps, few stand between.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from clairevoie.consultation.space import Floats, Ints

KNOWN = 0.35
"""Part of the distance of two groups under which the standard deviation of a place must be."""
_BAND = 1 / 3


def hollow(label: Ints, centres: Floats, place: Floats, around: Floats) -> float:
    """Return how hollow it is between groups, in standard errors: the least of their pairs.

    Between two groups, persons are counted in three bands of one width, around either centre and
    halfway. If opinions gather around one point only, the band halfway holds at least as many as
    the poorer of the others, wherever that point is. Only those are counted whose votes place them
    well enough to say on which side they are; how well depends on what they voted on, not on how.

    Args:
        label: of each point, of shape (points,).
        centres: of the groups, of shape (k, 2), k at least 2.
        place: of the points, of shape (points, 2).
        around: their covariances (11, 12, 22), of shape (points, 3).
    """
    found = []
    for one, other in combinations(range(len(centres)), 2):
        way = centres[other] - centres[one]
        square = float(way @ way)
        blur = around @ [way[0] ** 2, 2 * way[0] * way[1], way[1] ** 2]
        kept = ((label == one) | (label == other)) & (blur <= (KNOWN * square) ** 2)
        along = (place[kept] - centres[one]) @ way / max(square, 1e-300)
        first, between, last = (
            int((np.abs(along - at) <= _BAND / 2).sum()) for at in (0.0, 0.5, 1.0)
        )
        side = min(first, last)
        found.append((side - between) / np.sqrt(max(side + between, 1)))
    return float(min(found))
