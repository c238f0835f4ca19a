"""The combination of points that is nearest to a target, kept as points are added one by one."""

from __future__ import annotations

import numpy as np

from clairevoie.sortition.pool import Floats

_SAME = 1e-12
"""A point this near (square of the distance, for a length of 1) to the span of the others adds
nothing but noise."""
_DRIFT = 1e-9
"""The inverse is computed afresh once refining its solution moves it by more than this."""
_FIRST = 64


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

    def __init__(self, target: Floats) -> None:
        """Begin without a point; ``target`` has shape (dimensions,)."""
        self.target = target
        self.count = 0
        self._points = np.zeros((_FIRST, len(target)))
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
        found: Floats = self.target - self.weights @ self._points[: self.count]
        return found

    def add(self, point: Floats) -> bool:
        """Add a point, and take away those that it makes useless; tell whether it helps."""
        name = self._added
        self._added += 1
        n = self.count
        if n == len(self._weights):
            self._grow()
        products = self._points[:n] @ point
        across = self._inverse[:n, :n] @ products
        length = float(point @ point)
        height = length - float(products @ across)
        if height <= _SAME * length:
            return False
        inverse = self._inverse
        inverse[:n, :n] += np.outer(across, across / height)
        inverse[:n, n] = inverse[n, :n] = -across / height
        inverse[n, n] = 1.0 / height
        self._points[n] = point
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
        """Return the weights of least squares, whatever their sign, refined once."""
        n = self.count
        points, inverse = self._points[:n], self._inverse[:n, :n]
        for again in (False, True):
            found: Floats = inverse @ self._towards[:n]
            more = inverse @ (points @ (self.target - found @ points))
            if again or float(np.abs(more).max()) <= _DRIFT:
                break
            inverse[:] = np.linalg.pinv(points @ points.T, hermitian=True)
        return found + more

    def _leave(self, place: int) -> None:
        last = self.count - 1
        for kept in (self._points, self._towards, self._weights, self._names, self._inverse):
            kept[[place, last]] = kept[[last, place]]
        inverse = self._inverse[: last + 1, : last + 1]
        inverse[:, [place, last]] = inverse[:, [last, place]]
        gone = inverse[:last, last].copy()
        inverse[:last, :last] -= np.outer(gone, gone / inverse[last, last])
        self.count = last

    def _grow(self) -> None:
        room, now = 2 * len(self._weights), self.count
        for name in ("_points", "_towards", "_weights", "_names"):
            old = getattr(self, name)
            new = np.zeros((room, *old.shape[1:]), dtype=old.dtype)
            new[:now] = old
            setattr(self, name, new)
        inverse = np.zeros((room, room))
        inverse[:now, :now] = self._inverse
        self._inverse = inverse
