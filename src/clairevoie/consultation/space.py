"""Opinion space: participants on a plane, so that those who vote alike are close.

The plane is that of the two principal components of the votes. Nobody votes on everything: a vote
that was not cast tells nothing, neither of the axes nor of where its participant stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.consultation.arrangement import arranged
from clairevoie.consultation.marks import Marks, marks
from clairevoie.consultation.votes import Votes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

AXES = 2
LEAST_VOTES = 7
"""Votes below which a participant is not placed, as in Polis; all, where there are fewer."""
_SMALL = 4_000
"""Proposals up to which the axes are found from the whole matrix of their products."""
_NEAR = 1e-9
_ROUNDS, _SAME = 50, 1e-3
_FLOOR = 0.05
"""The least share of the variance of votes that is taken for noise: nobody votes by two axes."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Votes of those who are placed, in an order that depends on nothing but the votes.

    Attributes:
        who: place of each row in ``votes.participants``, of shape (rows,).
        what: place of each column in ``votes.proposals``, of shape (columns,).
        row, column: of each vote, sorted by row, of shape (votes,).
        value: 1, 0 or -1, of shape (votes,).
        start: where the votes of each row start, of shape (rows + 1,).
    """

    who: Ints
    what: Ints
    row: Ints
    column: Ints
    value: Floats
    start: Ints

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.who), len(self.what)


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Where participants and proposals stand.

    Attributes:
        place: of each participant, of shape (participants, 2); NaN for those who are not placed.
        direction: of each proposal, of shape (proposals, 2): where those who agree with it are;
            0 for those on which nobody placed has voted.
        centre: mean vote on each proposal, of shape (proposals,); NaN where there is none.
        spread: variance along each axis, of shape (2,).
        noise: variance of a vote around what the plane foresees.
    """

    place: Floats
    direction: Floats
    centre: Floats
    spread: Floats
    noise: float


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """What `fit` finds, in the order of a table: see `Space`.

    Attributes:
        centre, axes, spread, noise: of the votes.
        inside, along: sums over the votes of each row of the table (`sums_of`).
    """

    centre: Floats
    axes: Floats
    spread: Floats
    noise: float
    inside: Floats
    along: Floats


def table_of(votes: Votes, *, least: int = LEAST_VOTES) -> Table:
    """Return the votes of those who cast enough of them, in their own order.

    Args:
        votes: the votes.
        least: votes below which a participant is not placed.
    """
    cast = np.bincount(votes.person, minlength=len(votes.participants))
    voted = np.bincount(votes.proposal, minlength=len(votes.proposals)) > 0
    enough = cast >= max(1, min(least, int(voted.sum())))
    kept = enough[votes.person]
    who = np.flatnonzero(enough)
    what = np.flatnonzero(np.bincount(votes.proposal[kept], minlength=len(votes.proposals)) > 0)
    row = _places(who, len(votes.participants))[votes.person[kept]]
    column = _places(what, len(votes.proposals))[votes.proposal[kept]]
    value = votes.value[kept]

    def hints() -> tuple[Marks, Marks]:
        people, proposals = marks(votes)
        return people[who], proposals[what]

    shape = (len(who), len(what))
    rows, columns = arranged(row, column, value.astype(np.int64), shape, hints=hints)
    who, what = who[rows], what[columns]
    row, column = _places(rows, len(rows))[row], _places(columns, len(columns))[column]
    # A vote is alone in its cell: any sort of the cells gives the one order.
    order = np.argsort(row * len(what) + column)
    row = row[order]
    return Table(
        who,
        what,
        row,
        column[order],
        value[order].astype(np.float64),
        np.searchsorted(row, np.arange(len(who) + 1)),
    )


def _places(kept: Ints, many: int) -> Ints:
    found = np.full(many, -1, dtype=np.int64)
    found[kept] = np.arange(len(kept))
    return found


def space(votes: Votes, *, least: int = LEAST_VOTES) -> Space:
    """Place participants on a plane; the order and the names of anything change nothing.

    A participant who voted nothing changes nothing either. Two participants with the same votes are
    at the same place.

    Args:
        votes: the votes.
        least: votes below which a participant is not placed; all, where there are fewer proposals.
    """
    table = table_of(votes, least=least)
    return space_of(votes, table, fit(table))


def space_of(votes: Votes, table: Table, plane: Plane) -> Space:
    """Return the space of votes, of which table and plane are made; see `space`."""
    place = np.full((len(votes.participants), AXES), np.nan)
    place[table.who] = places(plane)
    direction = np.zeros((len(votes.proposals), AXES))
    direction[table.what] = plane.axes
    centre = np.full(len(votes.proposals), np.nan)
    centre[table.what] = plane.centre
    return Space(place, direction, centre, plane.spread, plane.noise)


def fit(table: Table) -> Plane:
    """Return the plane of a table.

    Votes are taken from the mean of their proposal; those not cast are then at 0. The axes are the
    principal components; the variances along them, and that of noise, are the likeliest given the
    votes that were cast.

    Source:
        M. E. Tipping, C. M. Bishop, « Probabilistic principal component analysis », Journal of the
        Royal Statistical Society B 61 (1999), 611-622, for the model.
    """
    rows, columns = table.shape
    cast = np.bincount(table.column, minlength=columns)
    sums = np.bincount(table.column, table.value, columns)
    centre = np.divide(sums, cast, out=np.zeros(columns), where=cast > 0)
    if not rows or not columns:
        axes = np.zeros((columns, AXES))
        return Plane(centre, axes, np.zeros(AXES), 0.0, *sums_of(table, centre, axes))
    matrix = _matrix(table, centre)
    axes, powers = _principal(matrix)
    inside, along = sums_of(table, centre, axes)
    whole = float((matrix.data**2).sum())
    spread, noise = _variances(inside, along, whole, len(table.value), powers > 0)
    return Plane(centre, axes, spread, noise, inside, along)


def places(plane: Plane) -> Floats:
    """Return where each row of the table of a plane stands, of shape (rows, 2).

    What best foresees the votes that were cast, and these only; the fewer they are, the nearer to
    the middle: few votes tell little.

    Source:
        Tipping and Bishop, as for `fit`: the mean of the places that the votes leave possible.
    """
    return solved(plane.inside, plane.along, plane.spread, plane.noise)[0]


def sums_of(table: Table, centre: Floats, axes: Floats) -> tuple[Floats, Floats]:
    """Return sums over the votes of each row: products of axes (11, 12, 22), and votes along them.

    Args:
        table: the votes.
        centre, axes: of a plane.

    Returns:
        Arrays of shapes (rows, 3) and (rows, 2).
    """
    around = table.value - centre[table.column]
    first, second = (np.ascontiguousarray(axis)[table.column] for axis in axes.T)
    inside = (first * first, first * second, second * second)
    return _by_row(table, inside), _by_row(table, (first * around, second * around))


def solved(inside: Floats, along: Floats, spread: Floats, noise: float) -> tuple[Floats, Floats]:
    """Return places, and how far from them each row may be.

    Args:
        inside: of products of the axes (11, 12, 22), of shape (rows, 3).
        along: of the votes along the axes, of shape (rows, 2).
        spread: variance along each axis; nobody stands out along one of 0.
        noise: variance of a vote around them.

    Returns:
        Places and their covariances (11, 12, 22), of shapes (rows, 2) and (rows, 3).
    """
    # The inverse of (G + noise / spread), written so that no axis needs any variance.
    first, second = spread
    one, both, two = inside.T
    size = (one * first + noise) * (two * second + noise) - both**2 * first * second
    with np.errstate(invalid="ignore", divide="ignore"):
        a = np.where(size > 0, first * (two * second + noise) / size, 0.0)
        b = np.where(size > 0, -both * first * second / size, 0.0)
        c = np.where(size > 0, second * (one * first + noise) / size, 0.0)
    x = a * along[:, 0] + b * along[:, 1]
    y = b * along[:, 0] + c * along[:, 1]
    return np.stack([x, y], axis=1), noise * np.stack([a, b, c], axis=1)


def _by_row(table: Table, columns: tuple[Floats, ...]) -> Floats:
    """Return sums over the votes of each row, of shape (rows, columns)."""
    return np.stack([np.bincount(table.row, each, table.shape[0]) for each in columns], axis=1)


def _matrix(table: Table, centre: Floats) -> Any:
    """Return votes less the mean of their proposal, as a sparse matrix."""
    from scipy import sparse  # type: ignore[import-untyped]

    return sparse.csr_array(
        (table.value - centre[table.column], table.column, table.start), shape=table.shape
    )


def _principal(matrix: Any) -> tuple[Floats, Floats]:
    """Return the two principal axes, of shape (columns, 2), and the sums of squares along them."""
    columns = matrix.shape[1]
    turned = matrix.T.tocsr()
    if columns <= _SMALL:
        from scipy.linalg import eigh  # type: ignore[import-untyped]

        products = (turned @ matrix).toarray()
        powers, axes = eigh(products, subset_by_index=[max(columns - AXES, 0), columns - 1])
        powers, axes = powers[::-1], axes[:, ::-1]
    else:
        # It may start again from chance, but only where votes are all made from a few.
        from scipy.sparse.linalg import LinearOperator, eigsh  # type: ignore[import-untyped]

        squared = LinearOperator(
            (columns, columns), matvec=lambda axis: turned @ (matrix @ axis), dtype=float
        )
        # Where it starts from changes nothing but the last digits; columns come in their own order.
        start = np.sqrt(np.asarray(turned.multiply(turned).sum(axis=1)).ravel()) + 1e-9
        powers, axes = eigsh(squared, k=AXES, v0=start)
        order = np.argsort(powers)[::-1]
        powers, axes = powers[order], axes[:, order]
    if columns < AXES:
        powers, axes = np.pad(powers, (0, 1)), np.pad(axes, ((0, 0), (0, 1)))
    powers = np.maximum(powers, 0.0)
    powers[powers <= _NEAR * max(powers[0], 1.0)] = 0.0
    # Which way an axis points is free: to the side on which proposals go farther.
    side = (axes**3).sum(axis=0)
    first = axes[np.abs(axes).argmax(axis=0), np.arange(AXES)]
    way = np.where(np.abs(side) > _NEAR, side, first)
    # Along an axis without any variance there is nothing to say, nor a direction.
    return axes * np.where(powers > 0, np.where(way < 0, -1.0, 1.0), 0.0), powers


def _variances(
    inside: Floats, along: Floats, whole: float, cast: int, real: Any
) -> tuple[Floats, float]:
    """Return the variances of places along given axes, and that of noise: the likeliest.

    Args:
        inside, along: sums over the votes of each row, as `sums_of` gives them.
        whole: sum of the squares of the votes.
        cast: how many these are.
        real: which axes have any variance.

    Source:
        A. P. Dempster, N. M. Laird, D. B. Rubin, « Maximum likelihood from incomplete data via the
        EM algorithm », Journal of the Royal Statistical Society B 39 (1977), 1-38.
    """
    noise = whole / cast / 2
    if not noise > 0:
        return np.zeros(AXES), 0.0
    spread = np.where(real, 1.0, 0.0)
    twice = inside * [1.0, 2.0, 1.0]
    for _ in range(_ROUNDS):
        place, around = solved(inside, along, spread, noise)
        var = (place**2 + around[:, [0, 2]]).mean(axis=0)
        second = np.stack([place[:, 0] ** 2, place[:, 0] * place[:, 1], place[:, 1] ** 2], axis=1)
        left = whole + float((twice * (second + around)).sum() - 2 * (place * along).sum())
        new = max(left / cast, _FLOOR * whole / cast)
        done = np.allclose(var, spread, rtol=_SAME) and abs(new - noise) <= _SAME * noise
        spread, noise = np.where(real, var, 0.0), new
        if done:
            break
    return spread, noise
