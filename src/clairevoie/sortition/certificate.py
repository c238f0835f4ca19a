"""What a lottery gives, and that no other gives more: checked with exact fractions, no solver.

For any multipliers, Lagrange's bound holds: whoever checks needs no trust in whoever found them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clairevoie.sortition.leximin import Stage
from clairevoie.sortition.objectives import Bar, kept_types, without
from clairevoie.sortition.pool import Floats, Ints, Problem, panel_problem

PARTS = 10**12
"""Multipliers are rounded to parts of this: a bound stays a bound, whatever they are."""
_EXACT = 2**62
"""Whole numbers under this, and their sums in pairs, are exact in 64 bits."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of chances, and how far it could be raised.

    Attributes:
        chance: the lowest of the types that no level before settles.
        bound: no lottery over panels gives all of them more, if it gives to the types settled
            before at least what they have here.
        types: how many types it settles.
    """

    chance: Fraction
    bound: Fraction
    types: int

    @property
    def gap(self) -> Fraction:
        """How far the level could be raised at most."""
        return max(self.bound - self.chance, Fraction(0))


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked of a lottery.

    Attributes:
        problems: what does not hold, one sentence each; empty when all does.
        lowest, highest: chance of a volunteer.
        levels: from the lowest.
    """

    problems: tuple[str, ...]
    lowest: Fraction
    highest: Fraction
    levels: tuple[Level, ...]

    @property
    def gap(self) -> Fraction:
        """The largest gap of a level."""
        return max((each.gap for each in self.levels), default=Fraction(1))


def check(problem: Problem, panels: Ints, weights: Ints, stages: Sequence[Stage]) -> Checked:
    """Check a lottery: its panels, its probabilities, its chances, the bounds of its levels.

    Args:
        problem: which panel is drawn.
        panels: how many of each type, of shape (panels, types).
        weights: probabilities, whole numbers, of shape (panels,).
        stages: multipliers of each level.
    """
    problems = [
        f"Panel {place + 1} cannot be: {why}."
        for place, panel in enumerate(panels)
        if (why := panel_problem(problem, panel))
    ]
    total = sum(int(each) for each in weights)
    if total <= 0 or (weights < 0).any():
        problems.append("The probabilities are not all 0 or more, with a sum above 0.")
        return Checked(tuple(problems), Fraction(0), Fraction(0), ())
    seats = _seats(weights, panels)
    chance = [
        Fraction(there, total * int(many)) for there, many in zip(seats, problem.many, strict=True)
    ]
    return Checked(
        tuple(problems), min(chance), max(chance), tuple(_levels(problem, chance, stages))
    )


def unproved(problem: Problem, stages: Sequence[Stage]) -> str:
    """Return why levels do not settle each type once, or an empty text."""
    settled = [kind for stage in stages for kind in stage.types.tolist()]
    if sorted(settled) != list(range(len(problem.many))):
        return "The levels do not settle each type once: nothing is proved of the others."
    return ""


def ticket_problems(weights: Ints, tickets: Ints) -> list[str]:
    """Return what is wrong with the numbers of a lottery: each panel has its share, to one number.

    Args:
        weights: probabilities, whole numbers, of shape (panels,).
        tickets: which panel is each number, of shape (numbers,).
    """
    if not len(tickets):
        return ["The lottery has no numbers."]
    total, numbers = sum(int(each) for each in weights), len(tickets)
    counts = np.bincount(tickets, minlength=len(weights))
    return [
        f"Panel {place + 1} has {int(count)} numbers of {numbers} for a probability of "
        f"{int(weight) / max(total, 1):.3%}."
        for place, (count, weight) in enumerate(zip(counts, weights, strict=True))
        if abs(int(count) * total - int(weight) * numbers) >= max(total, 1)
    ]


def _seats(weights: Ints, panels: Ints) -> list[int]:
    """Return the seats of each type over all the lottery, exactly."""
    most_seats = int(panels.max(initial=0)) * sum(int(each) for each in weights)
    kind = np.int64 if most_seats < _EXACT else object
    return [int(each) for each in weights.astype(kind) @ panels.astype(kind)]


def _levels(problem: Problem, chance: list[Fraction], stages: Sequence[Stage]) -> list[Level]:
    settled = np.zeros(len(chance), dtype=bool)
    # From the highest chance to the lowest, so that the lowest that is open is at the end.
    order = sorted(range(len(chance)), key=chance.__getitem__, reverse=True)
    found = []
    for stage in stages:
        while settled[order[-1]]:
            order.pop()
        bound = _bound(problem, chance, stage, settled)
        found.append(Level(chance[order[-1]], bound, len(stage.types)))
        settled[stage.types] = True
        if settled.all():
            break
    return found


def _bound(
    problem: Problem, chance: list[Fraction], stage: Stage, settled: NDArray[np.bool_]
) -> Fraction:
    """Return the bound of Lagrange on the lowest chance of the types that are not settled.

    With multipliers a ≥ 0 of the types (of sum 1 over those not settled), b of the quotas and c of
    the size, the lowest chance is at most Σ b⁻ high - Σ b⁺ low + c size - Σ settled a chance
    + Σ max(0, a/many + b⁺ has - b⁻ has - c) many. All of it is reckoned in whole numbers, in parts
    of `PARTS`, and divided at the end by the sum of the a that are not settled.
    """
    share = [max(each, 0) for each in rounded(stage.share)]
    quota = rounded(stage.quota)
    size = rounded(np.array([stage.size]))[0]
    rest = sum(each for each, done in zip(share, settled.tolist(), strict=True) if not done)
    if not rest:
        return Fraction(1)
    bound = size * problem.size
    for each, low, high in zip(quota, problem.low.tolist(), problem.high.tolist(), strict=True):
        bound -= each * low if each > 0 else each * high
    # In 64 bits where they suffice, which is nearly always.
    largest = sum(abs(each) for each in quota) + abs(size)
    largest = largest * int(problem.many.max()) + max(share)
    kind = np.int64 if largest < _EXACT else object
    of_quotas = np.array(quota, dtype=kind) @ problem.has.astype(kind)
    more = np.array(share, dtype=kind) + problem.many.astype(kind) * (of_quotas - size)
    bound += sum(int(each) for each in more[more > 0].tolist())
    used = [at for at in np.flatnonzero(settled).tolist() if share[at]]
    taken = sum((share[at] * chance[at] for at in used), Fraction(0))
    return (bound - taken) / rest


def most(
    problem: Problem, worth: Sequence[Fraction], quota: Sequence[Fraction], size: Fraction
) -> Fraction:
    """Return a bound on what any panel is worth, whole or in fractions of seats (Lagrange).

    Args:
        problem: which panel is drawn.
        worth: of a seat of each type.
        quota: multipliers of the quotas: above 0 for the fewest seats, under 0 for the most. The
            bound holds whatever they are.
        size: multiplier of the size of the panel.
    """
    bound = size * problem.size
    for each, low, high in zip(quota, problem.low, problem.high, strict=True):
        bound -= each * int(low) if each > 0 else each * int(high)
    of_quota = _quota_of_type(problem)
    for at, many in enumerate(problem.many):
        more = worth[at] - size + sum(quota[row] for row in of_quota[at])
        if more > 0:
            bound += more * int(many)
    return bound


def proves_bar(problem: Problem, before: Collection[int], bar: Bar) -> bool:
    """Tell whether no whole panel can have a type, if none has those barred before.

    A panel in fractions has less than one seat of it: a whole one has none.
    """
    if bar.kind in before or not 0 <= bar.kind < len(problem.many):
        return False
    kept = kept_types(problem, before)
    worth = [Fraction(kind == bar.kind) for kind in kept.tolist()]
    quota = [parts(each) for each in bar.quota]
    return most(without(problem, before), worth, quota, parts(bar.size)) < 1


def _quota_of_type(problem: Problem) -> list[list[int]]:
    return [np.flatnonzero(column).tolist() for column in problem.has.T]


def parts(value: float) -> Fraction:
    """Return a multiplier as a fraction, as it is written."""
    return Fraction(round(value * PARTS), PARTS)


def rounded(values: Floats) -> list[int]:
    """Return multipliers as they are written: whole numbers, in parts of `PARTS`."""
    return [round(float(each) * PARTS) for each in values]
