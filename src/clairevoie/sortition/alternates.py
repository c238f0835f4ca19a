"""Alternates: an order of all who were not drawn, made at the draw, in which seats are taken up."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from clairevoie.sortition.conflicts import can_be_met
from clairevoie.sortition.filling import seats_left
from clairevoie.sortition.pool import PoolProblem, Problem


def order_of_alternates(
    numbers: Collection[int], panel: Collection[int], *, given: str, result: str
) -> tuple[int, ...]:
    """Return who was not drawn, in the order in which they are asked, by public number.

    It is that of the SHA-256 of what was drawn, the digest of the result and the public number, on
    a line each: fixed by the draw, and anybody makes it again. Not of identifiers: whoever guesses
    them could tell from the order which number is whose.

    Args:
        numbers: public numbers of all volunteers.
        panel: those of who was drawn.
        given: the digits or the signature of the draw, as the proof has them.
        result: SHA-256 of the result, in hexadecimal.
    """

    def place(number: int) -> bytes:
        return hashlib.sha256(f"{given}\n{result}\n{number}".encode()).digest()

    return tuple(sorted(set(numbers) - set(panel), key=place))


def alternates_for(
    problem: Problem, *, staying: Collection[str], order: Sequence[str]
) -> tuple[str, ...]:
    """Return who takes the seats that are free: the first in order with whom quotas can be met.

    The first alternate with whom a panel that meets the quotas still exists takes the first seat,
    and so on until the panel is whole.

    Args:
        problem: the whole panel.
        staying: who is on it and stays.
        order: alternates in their order, without who left or declined.

    Raises:
        PoolProblem: no choice of alternates meets the quotas.
    """
    panel, joining = list(staying), []
    able = set(order)
    elsewhere = [one for one in problem.persons if one not in able and one not in set(staying)]
    for one in order:
        if len(panel) == problem.size:
            break
        if _possible(problem, [*panel, one], elsewhere):
            panel.append(one)
            joining.append(one)
    if len(panel) < problem.size:
        raise PoolProblem(
            [
                f"No alternates fill the {problem.size - len(staying)} free seats and keep the "
                "quotas: draw the seats again among all volunteers, or change the quotas."
            ]
        )
    return tuple(joining)


def _possible(problem: Problem, panel: Sequence[str], elsewhere: Sequence[str]) -> bool:
    """Tell whether a panel that meets the quotas has all of these."""
    if len(panel) == problem.size:
        place = {person: at for at, person in enumerate(problem.persons)}
        seats = sum(problem.has[:, problem.kind[place[one]]] for one in panel)
        return bool(((seats >= problem.low) & (seats <= problem.high)).all())
    try:
        return can_be_met(seats_left(problem, chosen=panel, excluded=elsewhere))
    except PoolProblem:
        return False
