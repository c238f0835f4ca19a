"""The opinion space as Polis computes it: who is admitted, two axes, a point for each participant.

Polis writes an agreement -1 and a disagreement 1 (``math/src/polismath/utils.clj``, ``agree?``);
the tables and axes here keep that sign, so that they can be laid beside what Polis publishes.

Sources: compdemocracy/polis, ``math/src/polismath/math/conversation.clj`` and ``pca.clj``;
C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw, C. Megill, « Polis: Scaling deliberation by mapping
high dimensional opinion spaces », Recerca 26 (2021).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ENOUGH_VOTES = 7
FEWEST_ADMITTED = 15
ITERATIONS = 100


def admit(cast: Ints, proposals: int, before: Bools | None = None) -> Bools:
    """Return who is put in groups, of shape (participants,).

    Those who cast 7 votes, or as many as there are proposals; whoever was admitted once stays. If
    that makes fewer than 15, those who voted most are added. Polis breaks ties between them by the
    order of a Clojure hash map; here the first in ``cast`` is taken.

    Args:
        cast: number of votes of each participant, moderated proposals included, of shape
            (participants,).
        proposals: how many have votes.
        before: who was admitted at the update before, of shape (participants,).

    Source:
        ``conversation.clj``, ``:in-conv``.
    """
    admitted = cast >= min(ENOUGH_VOTES, proposals)
    if before is not None:
        admitted |= before
    lacking = FEWEST_ADMITTED - int(admitted.sum())
    if lacking > 0:
        order = np.argsort(-cast, kind="stable")
        admitted[order[~admitted[order]][:lacking]] = True
    return admitted


def rating_table(person: Ints, proposal: Ints, value: Ints, shape: tuple[int, int]) -> Floats:
    """Return the votes with Polis's sign and NaN where there is none, of shape (people, proposals).

    Args:
        person, proposal: places in the table, of shape (votes,).
        value: 1 agree, -1 disagree, 0 pass, of shape (votes,).
        shape: of the table.
    """
    table = np.full(shape, np.nan)
    table[person, proposal] = -value
    return table


def without_moderated(table: Floats, out: Bools) -> Floats:
    """Return the table with a pass by everybody on each proposal moderated out.

    Those who did not vote on them pass too, which counts in `project`: their points come closer
    to the centre than their own votes would put them.

    Source:
        ``named_matrix.clj``, ``zero-out-columns``.
    """
    found: Floats = np.where(out[None, :], 0.0, table)
    return found


def principal_axes(
    table: Floats, *, start: Floats | None = None, iterations: int = ITERATIONS
) -> tuple[Floats, Floats]:
    """Return the mean vote on each proposal and two principal axes.

    A vote that was not cast is given the mean of its proposal. Each axis is found by power
    iteration, and taken out of the table before the next one is sought.

    Args:
        table: of shape (people, proposals); each column has a vote.
        start: where the iteration starts, of shape (2, proposals): the axes found before, 1 for a
            new proposal. None, or an axis of zeros: fixed numbers between 0 and 1, in place of the
            random ones that Polis draws.
        iterations: at most so many, after the first.

    Returns:
        The means, of shape (proposals,), and the axes, of shape (2, proposals) and of length 1.
        With one participant or one proposal there is no second axis, and Polis then puts everybody
        at the origin: both axes are zeros.

    Source:
        ``conversation.clj``, ``:mat``; ``pca.clj``, ``powerit-pca``.
    """
    centre: Floats = np.nanmean(table, axis=0)
    axes = np.zeros((2, table.shape[1]))
    if min(table.shape) < 2:
        return centre, axes
    left = np.where(np.isnan(table), centre, table) - centre
    for at in range(2):
        first = _no_direction(table.shape[1])
        if start is not None and start[at].any():
            first = start[at]
        axis = _power_iteration(left, first, iterations)
        axes[at] = axis
        left = left - np.outer(left @ axis, axis)
    return centre, axes


def _no_direction(proposals: int) -> Floats:
    """Return numbers spread over (0, 1) that no votes are likely to be at right angles to.

    Ones would be at right angles to two camps of which each agrees with one half of the proposals.
    """
    golden = (np.sqrt(5.0) - 1) / 2
    found: Floats = (np.arange(1, proposals + 1) * golden) % 1
    return found


def _power_iteration(left: Floats, start: Floats, iterations: int) -> Floats:
    """Return the first eigenvector of the covariance, or zeros if nothing varies.

    Source:
        ``pca.clj``, ``power-iteration``: stops when the eigenvalue does not move at all.
    """
    axis, last = start, 0.0
    for _ in range(iterations + 1):
        product = left.T @ (left @ axis)
        length = float(np.linalg.norm(product))
        axis = product / length if length > 0 else product
        if length == last:
            break
        last = length
    return axis


def project(table: Floats, centre: Floats, axes: Floats) -> Floats:
    """Return a point for each participant, of shape (people, 2).

    Only the votes that were cast are projected, then drawn away from the centre by
    sqrt(proposals / votes cast), so that those who voted little are not all in the middle.

    Source:
        ``pca.clj``, ``sparsity-aware-project-ptpt``; Small et al. 2021.
    """
    voted = ~np.isnan(table)
    away = np.sqrt(table.shape[1] / np.maximum(voted.sum(axis=1), 1))
    moved = np.where(voted, table - centre, 0.0)
    # Added one after the other: equal votes give equal points to the last digit, and these count
    # once among the first centres of the base clusters. A product of matrices does not ensure it.
    sums = [np.cumsum(moved * axis, axis=1)[:, -1] for axis in axes]
    found: Floats = np.column_stack(sums) * away[:, None]
    return found


def extremity(centre: Floats, axes: Floats) -> Floats:
    """Return how far from the centre each proposal is, of shape (proposals,).

    It is where somebody who had agreed with that proposal and voted on no other would stand.

    Source:
        ``pca.clj``, ``pca-project-cmnts``; ``conversation.clj``, ``with-proj-and-extremtiy``.
    """
    projected = (-1 - centre) * axes * np.sqrt(len(centre))
    found: Floats = np.linalg.norm(projected, axis=0)
    return found
