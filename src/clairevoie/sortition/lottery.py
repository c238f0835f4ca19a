"""A lottery of equally likely panels: the draw is then one number, for example of three dice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clairevoie.sortition.pool import Floats, Ints, Problem
from clairevoie.sortition.selection import WHOLE, Selection

PANELS = 1000
_TURNS = 20
"""Of exchanges; each weighs more the types that lost most in the one before."""
_PAIRED = 100
"""Panels of each side among which an exchange is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Lottery:
    """Equally likely panels, numbered from 0.

    Attributes:
        tickets: which panel of the selection each number is, of shape (numbers,).
        loss: the most that a volunteer's chance loses by rounding.
        gain: the most that it gains.
    """

    tickets: Ints
    loss: float
    gain: float


def lottery_of(selection: Selection, *, numbers: int = PANELS) -> Lottery:
    """Return a lottery of so many equally likely panels, close to the one selected.

    Each panel has its probability rounded down, then those are taken one more time that bring the
    chances nearest to what they should be, then pairs are exchanged as long as that helps: first
    all types weigh the same, then those that lose most weigh more each time.

    Args:
        selection: the lottery to be rounded.
        numbers: how many tickets there are.

    Raises:
        ValueError: fewer than one number.
    """
    if numbers < 1:
        raise ValueError("a lottery has at least one number")
    problem = selection.problem
    shares = selection.panels / problem.many
    wanted = selection.weights / WHOLE * numbers
    copies = np.floor(wanted + 1e-9).astype(np.int64)
    # What each type lacks, in tickets of one volunteer.
    lack = (wanted - copies) @ shares
    for _more in range(numbers - int(copies.sum())):
        # The largest sum of squares that one more ticket takes away.
        gains = 2 * shares @ lack - (shares**2).sum(axis=1)
        gains[copies >= np.ceil(wanted - 1e-9)] = -np.inf
        panel = int(np.argmax(gains))
        copies[panel] += 1
        lack -= shares[panel]
    copies, lack = _exchanged(shares, copies, lack, wanted)
    order = np.repeat(np.arange(len(copies)), copies)
    most, least = float(lack.max()), float(lack.min())
    return Lottery(order, max(most, 0.0) / numbers, max(-least, 0.0) / numbers)


def _exchanged(shares: Floats, copies: Ints, lack: Floats, wanted: Floats) -> tuple[Ints, Floats]:
    """Exchange tickets of panels for others as long as what is lacked falls.

    The sum of squares first; then that where the types that lose most weigh more, several times.
    """
    down = np.floor(wanted + 1e-9).astype(np.int64)
    some = np.flatnonzero(np.ceil(wanted - 1e-9) > down)
    taken = (copies > down)[some]
    weigh = np.ones(len(lack))
    best, least = copies, lack
    for turn in range(_TURNS):
        taken, lack = _falling(shares[some], taken, lack, weigh)
        worst = float(lack.max())
        if turn == 0 or worst < float(least.max()) - 1e-12:
            best, least = down.copy(), lack
            best[some] += taken
        if worst <= 0:
            break
        weigh *= 1 + (np.maximum(lack, 0) / worst) ** 3
        weigh /= weigh.mean()
    return best, least


def _falling(
    shares: Floats, taken: NDArray[np.bool_], lack: Floats, weigh: Floats
) -> tuple[NDArray[np.bool_], Floats]:
    """Exchange panels taken once more for others as long as the weighed sum of squares falls.

    Args:
        shares: of a volunteer of each type in each panel, of shape (panels, types).
        taken: which panels are taken once more, of shape (panels,).
        lack: of each type, of shape (types,).
        weigh: of each type, of shape (types,).
    """
    taken = taken.copy()
    products = shares * weigh @ shares.T
    squares = products.diagonal()
    towards = 2 * (shares @ (weigh * lack))
    for _step in range(10 * len(taken)):
        out, come = np.flatnonzero(taken), np.flatnonzero(~taken)
        if not (len(out) and len(come)):
            break
        # The sum changes by this without a panel, and with one; both, less twice their product.
        without, more = towards + squares, squares - towards
        out = out[np.argsort(without[out], kind="stable")[:_PAIRED]]
        come = come[np.argsort(more[come], kind="stable")[:_PAIRED]]
        change = without[out][:, None] + more[come][None, :] - 2 * products[np.ix_(out, come)]
        first, second = np.unravel_index(int(np.argmin(change)), change.shape)
        i, j = int(out[first]), int(come[second])
        if change[first, second] >= -1e-12:
            break
        taken[i], taken[j] = False, True
        lack = lack + shares[i] - shares[j]
        towards += 2 * (products[i] - products[j])
    return taken, lack


def members(selection: Selection, lottery: Lottery, number: int) -> tuple[str, ...]:
    """Return the volunteers of a number, as `every_panel` has them.

    Args:
        selection: of which panels there are.
        lottery: which panel is each number.
        number: from 0.

    Raises:
        ValueError: there is no such number.
    """
    if not 0 <= number < len(lottery.tickets):
        raise ValueError(
            f"{number} is none of the numbers 0 to {len(lottery.tickets) - 1} of this lottery"
        )
    persons = selection.problem.persons
    return tuple(sorted(persons[at] for at in every_panel(selection, lottery)[number]))


def every_panel(selection: Selection, lottery: Lottery) -> tuple[tuple[int, ...], ...]:
    """Return the volunteers of each number, as places in ``problem.persons``.

    Volunteers of a type take its seats in turn over all the numbers, so that none has more than
    one number more than another. Their order is that of the SHA-256 of their identifiers.
    """
    found: list[list[int]] = [[] for _ticket in lottery.tickets]
    panels = selection.panels[lottery.tickets]
    for kind, persons in enumerate(_in_turn(selection.problem)):
        at = 0
        for number in np.flatnonzero(panels[:, kind]).tolist():
            seats = int(panels[number, kind])
            found[number] += [persons[(at + seat) % len(persons)] for seat in range(seats)]
            at += seats
    return tuple(tuple(each) for each in found)


def chances_of(selection: Selection, lottery: Lottery) -> dict[str, int]:
    """Return how many numbers each volunteer has."""
    problem = selection.problem
    seats = selection.panels[lottery.tickets].sum(axis=0)
    found = {}
    for kind, persons in enumerate(_in_turn(problem)):
        each, more = divmod(int(seats[kind]), len(persons))
        for rank, person in enumerate(persons):
            found[problem.persons[person]] = each + (rank < more)
    return found


def numbers_of_each(selection: Selection, lottery: Lottery) -> tuple[int, int]:
    """Return the fewest and the most numbers that a volunteer has, without knowing who is who."""
    seats = selection.panels[lottery.tickets].sum(axis=0)
    many = selection.problem.many
    return int((seats // many).min()), int((-(-seats // many)).max())


def _in_turn(problem: Problem) -> list[list[int]]:
    """Return the volunteers of each type, in the order in which they take its seats."""
    digests = [hashlib.sha256(one.encode()).digest() for one in problem.persons]
    found: list[list[int]] = [[] for _kind in problem.many]
    for person in sorted(range(len(digests)), key=digests.__getitem__):
        found[int(problem.kind[person])].append(person)
    return found
