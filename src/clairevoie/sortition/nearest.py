"""The combination of points that is nearest to a target, kept as points are added one by one."""

from __future__ import annotations

import numpy as np

from clairevoie.sortition.pool import Floats

_SAME = 1e-11
"""A point this near (square of the distance, for a length of 1) to the span of the others adds
nothing but noise."""
_EXACT = 1e-13
"""A weight that moves by less is not refined any more."""
_REFINED = 4
"""Most refinements of a solution."""
_DRIFT = 1e-3
"""The inverse is computed afresh where refining moves the weights by more, as a share."""
_FIRST = 64
_KEPT = ("_places", "_values", "_towards", "_weights", "_names")
"""What there is one of for each point with a weight."""


class Nearest:
    """Weights, 0 or more, of the points that come nearest to a target in squares.

    Only the points whose weight is above 0 are kept, with the inverse of their products. A point
    is worth adding where it goes in the direction of `rest`. As long as there is such a point the
    distance falls, and where the target is a combination of points it falls to nil. Unlike a
    linear program's multipliers, the direction does not jump from a corner to another.

    Source:
        C. L. Lawson, R. J. Hanson, Solving Least Squares Problems, 1974, chapter 23; P. Wolfe,
        « Finding the nearest point in a polytope », Mathematical Programming 11 (1976), 128-149.
    """

    def __init__(self, target: Floats, *, width: int) -> None:
        """Begin without a point.

        Args:
            target: of shape (dimensions,).
            width: most coordinates of a point that are not 0.
        """
        self.target = target
        self.count = 0
        # Of each point, which coordinates are not 0, and their values; filled up with zeros.
        self._places = np.zeros((_FIRST, width), dtype=np.int64)
        self._values = np.zeros((_FIRST, width))
        self._inverse = np.zeros((_FIRST, _FIRST))
        self._towards = np.zeros(_FIRST)
        self._weights = np.zeros(_FIRST)
        self._names = np.zeros(_FIRST, dtype=np.int64)
        self._added = 0

    @property
    def weights(self) -> Floats:
        """Of the points in `names`, all above 0."""
        return self._weights[: self.count]

    @property
    def names(self) -> np.ndarray:
        """Which points have a weight: 0 for the first that was given to `add`, and so on."""
        return self._names[: self.count]

    @property
    def rest(self) -> Floats:
        """What is between the combination and the target, of shape (dimensions,)."""
        return self._rest(self.weights)

    def add(self, point: Floats) -> bool:
        """Add a point, and take away those that it makes useless; tell whether it helps."""
        name = self._added
        self._added += 1
        n = self.count
        if n == len(self._weights):
            self._grow()
        products = self._products(point)
        across = self._inverse[:n, :n] @ products
        length = float(point @ point)
        height = length - float(products @ across)
        if height <= _SAME * length:
            return False
        inverse = self._inverse
        inverse[:n, :n] += np.outer(across, across / height)
        inverse[:n, n] = inverse[n, :n] = -across / height
        inverse[n, n] = 1.0 / height
        there = np.flatnonzero(point)
        self._places[n] = 0
        self._places[n, : len(there)] = there
        self._values[n] = 0.0
        self._values[n, : len(there)] = point[there]
        self._towards[n] = float(point @ self.target)
        self._weights[n] = 0.0
        self._names[n] = name
        self.count = n + 1
        self._settle()
        return True

    def _settle(self) -> None:
        """Go to the best weights; on the way there, leave the points whose weight falls to 0."""
        while self.count:
            best = self._solution()
            now = self.weights
            if (best > 0).all():
                now[:] = best
                return
            falling = np.flatnonzero(best <= 0)
            steps = now[falling] / np.maximum(now[falling] - best[falling], 1e-300)
            first = int(np.argmin(steps))
            now += float(steps[first]) * (best - now)
            np.clip(now, 0.0, None, out=now)
            self._leave(int(falling[first]))

    def _solution(self) -> Floats:
        """Return the weights of least squares, whatever their sign, refined."""
        found: Floats = self._inverse[: self.count, : self.count] @ self._towards[: self.count]
        for turn in range(_REFINED):
            more = self._inverse[: self.count, : self.count] @ self._products(self._rest(found))
            found = found + more
            moved = float(np.abs(more).max())
            if moved <= _EXACT:
                break
            if turn == 0 and moved > _DRIFT * float(np.abs(found).max()):
                self._invert()
        return found

    def _invert(self) -> None:
        """Compute the inverse afresh."""
        n = self.count
        points = np.zeros((n, len(self.target)))
        np.add.at(points, (np.arange(n)[:, None], self._places[:n]), self._values[:n])
        self._inverse[:n, :n] = np.linalg.pinv(points @ points.T, hermitian=True)

    def _rest(self, weights: Floats) -> Floats:
        """Return what is between a combination and the target, of shape (dimensions,)."""
        shares = self._values[: self.count] * weights[:, None]
        places = self._places[: self.count].ravel()
        there = np.bincount(places, weights=shares.ravel(), minlength=len(self.target))
        found: Floats = self.target - there
        return found

    def _products(self, vector: Floats) -> Floats:
        """Return the products of the points with a vector of shape (dimensions,)."""
        there = vector[self._places[: self.count]]
        found: Floats = np.einsum("ij,ij->i", self._values[: self.count], there)
        return found

    def _leave(self, place: int) -> None:
        last = self.count - 1
        for name in _KEPT:
            kept = getattr(self, name)
            kept[[place, last]] = kept[[last, place]]
        inverse = self._inverse[: last + 1, : last + 1]
        inverse[[place, last]] = inverse[[last, place]]
        inverse[:, [place, last]] = inverse[:, [last, place]]
        gone = inverse[:last, last].copy()
        inverse[:last, :last] -= np.outer(gone, gone / inverse[last, last])
        self.count = last

    def _grow(self) -> None:
        room, now = 2 * len(self._weights), self.count
        for name in _KEPT:
            old = getattr(self, name)
            new = np.zeros((room, *old.shape[1:]), dtype=old.dtype)
            new[:now] = old
            setattr(self, name, new)
        inverse = np.zeros((room, room))
        inverse[:now, :now] = self._inverse
        self._inverse = inverse
