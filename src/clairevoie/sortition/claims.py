"""What a result says of itself, checked with exact fractions and without any solver.

The bounds are those of Lagrange, and what is curved is bounded by its tangents: they hold for any
multipliers, whoever found them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from clairevoie.sortition.certificate import PARTS, check, most, parts, proves_bar
from clairevoie.sortition.legacy import drawn
from clairevoie.sortition.objectives import Draws, Objective, Proof, kept_types, without
from clairevoie.sortition.pool import Floats, Ints, Problem

_MOST_DRAWN = 10_000
"""Panels drawn one by one that are drawn again."""
_MOST_POWER = 50_000
"""Volunteers up to whom a power of that many is computed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What was checked of a lottery that is not the leximin.

    Attributes:
        problems: what does not hold, one sentence each; empty when all does.
        lowest, highest: chance of a volunteer whom a panel can have.
        value: of the objective: the lowest chance, the geometric mean of chances, n/k · the highest
            + k/n / the lowest; the lowest chance for legacy.
        gap: how much better any lottery can be at most: of the lowest chance, or of the value as a
            share of it. None where nothing is proved.
        counted: volunteers whose chances count.
        barred: those whom no panel can have, which is proved.
        unproved: those whom no panel of the result has, without a proof that none can.
    """

    problems: tuple[str, ...]
    lowest: Fraction
    highest: Fraction
    value: float
    gap: Fraction | None
    counted: int
    barred: int
    unproved: int


def claim_of(
    problem: Problem,
    panels: Ints,
    weights: Ints,
    *,
    objective: Objective,
    proof: Proof | None,
    draws: Draws | None = None,
) -> Claim:
    """Check a lottery: its panels, its probabilities, its value, and how much better any can be.

    Args:
        problem: which panel is drawn.
        panels: how many of each type, of shape (panels, types).
        weights: probabilities, whole numbers, of shape (panels,).
        objective: any but the leximin, whose proof is in its stages.
        proof: multipliers; None for legacy.
        draws: how panels were drawn one by one, for legacy.
    """
    checked = check(problem, panels, weights, ())
    problems = list(checked.problems)
    total = sum(int(each) for each in weights)
    if total <= 0 or (weights < 0).any():
        return Claim(tuple(problems), Fraction(0), Fraction(0), 0.0, None, 0, 0, 0)
    seats = [int(each) for each in weights.astype(object) @ panels.astype(object)]
    bars = proof.bars if proof is not None else ()
    barred: list[int] = []
    for bar in bars:
        if not proves_bar(problem, barred, bar):
            problems.append(f"It is not proved that no panel can have type {bar.kind + 1}.")
        barred.append(bar.kind)
    kept = kept_types(problem, barred)
    rest = without(problem, barred)
    chance = [
        Fraction(seats[kind], total * int(many))
        for kind, many in zip(kept.tolist(), rest.many, strict=True)
    ]
    # Nothing proves that whom the heuristic did not draw cannot be drawn: their chance counts.
    counted = [each for each in chance if each or objective is Objective.LEGACY]
    if not any(counted):
        return Claim(tuple(problems), Fraction(0), Fraction(0), 0.0, None, 0, 0, 0)
    gap: Fraction | None = None
    value = float(min(counted))
    if objective is Objective.LEGACY:
        problems += _not_drawn(problem, panels, weights, proof, draws)
    elif proof is None:
        problems.append("There is no proof of the objective.")
    else:
        gap, value = _BOUNDS[objective](rest, chance, proof)
        if gap is None:
            problems.append("The multipliers of the proof prove nothing.")
    none = [int(many) for each, many in zip(chance, rest.many, strict=True) if not each]
    return Claim(
        tuple(problems),
        min(counted),
        max(counted),
        value,
        gap,
        int(rest.many.sum()) - sum(none),
        int(problem.many.sum() - rest.many.sum()),
        sum(none),
    )


def refusals(claim: Claim, objective: Objective, *, tight: bool, most: float) -> tuple[str, ...]:
    """Return why a result cannot be said to be the best, if it says so; nothing if it does not.

    Args:
        claim: what was checked.
        objective: what the lottery is said to be best at.
        tight: whether the result says that its proof is whole.
        most: gap from which nothing is proved.
    """
    if not tight:
        return ()
    if objective is Objective.LEGACY:
        return ("A lottery of panels drawn one by one claims to be the best at something.",)
    found = []
    if claim.unproved:
        found.append(
            f"The result leaves {claim.unproved} volunteers out, and does not prove that no panel "
            "can have them."
        )
    if claim.gap is None or claim.gap > most:
        found.append(f"The result claims the best {objective} lottery, and does not prove it.")
    return tuple(found)


def sentences(
    claim: Claim, objective: Objective, *, tight: bool, draws: Draws | None
) -> tuple[str, ...]:
    """Return what is proved, in a sentence; and who is left out, in another.

    Args:
        claim: what was checked; nothing is said to be proved where it has problems.
        objective: what the lottery is best at.
        tight: whether the result says that its proof is whole.
        draws: how panels were drawn one by one, for legacy.
    """
    if objective is Objective.LEGACY and draws is not None:
        about = 100 * 2 * math.sqrt(0.25 / draws.count)
        return (
            "Nothing is proved of this lottery: its chances are those of "
            f"{draws.count} panels drawn one by one by a heuristic, {draws.failed} attempts having "
            f"failed, known to {about:.1f} points; anybody draws the same from the seed "
            f"{draws.seed}.",
        )
    if claim.gap is None:
        return ("Nothing is proved of this lottery.",)
    said = {
        Objective.MAXIMIN: (
            f"the lowest chance, {claim.value:.2%}, cannot be raised by more than "
            f"{float(claim.gap):.1e}"
        ),
        Objective.NASH: (
            f"the geometric mean of the chances, {claim.value:.2%}, cannot be made higher by more "
            f"than {float(claim.gap):.1e} of it"
        ),
        Objective.GOLDILOCKS: (
            f"the highest chance over the mean one, plus the mean one over the lowest, "
            f"{claim.value:.4f}, cannot be made smaller by more than {float(claim.gap):.1e} of it"
        ),
    }[objective]
    found = [
        f"Proved: {said}."
        if tight
        else f"The result claims to be the best {objective} lottery over whole panels; what is "
        f"proved without a solver is that {said}."
    ]
    if claim.barred:
        found.append(
            f"{claim.barred} volunteers are left out: it is proved that no panel can have them."
        )
    if claim.unproved:
        found.append(
            f"{claim.unproved} volunteers are left out: no panel of the result has them, and it is "
            "not proved that none can."
        )
    return tuple(found)


# --- the objectives -------------------------------------------------------------------------------


def _maximin(
    problem: Problem, chance: list[Fraction], proof: Proof
) -> tuple[Fraction | None, float]:
    """Return how far the lowest chance could be raised, and the lowest chance.

    With shares a ≥ 0 of sum 1, the lowest chance is at most Σ a · chance.
    """
    share = _shares(proof.share, chance)
    lowest = min(each for each in chance if each)
    if not sum(share):
        return None, float(lowest)
    bound = _most(problem, share, proof) / sum(share)
    return max(bound - lowest, Fraction(0)), float(lowest)


def _nash(problem: Problem, chance: list[Fraction], proof: Proof) -> tuple[Fraction | None, float]:
    """Return how much higher the geometric mean of chances could be, and what it is.

    A geometric mean is at most the mean. So for weights w > 0 of n volunteers and any chances q
    beside those of the result p, the geometric mean of q / p is that of w q times that of
    1 / (w p), and is at most the mean of w q times that of 1 / (w p).
    """
    share = _shares(proof.share, chance)
    counted = [
        (a / int(many) * each, int(many), each)
        for a, each, many in zip(share, chance, problem.many, strict=True)
        if each
    ]
    people = sum(many for _ratio, many, _each in counted)
    mean = math.exp(math.fsum(many * math.log(each) for _ratio, many, each in counted) / people)
    if not all(ratio for ratio, _many, _each in counted):
        return None, mean
    above = _geometric_mean_above([(1 / ratio, many) for ratio, many, _each in counted])
    factor = _most(problem, share, proof) / people * above
    return max(factor - 1, Fraction(0)), mean


def _geometric_mean_above(times: list[tuple[Fraction, int]]) -> Fraction:
    """Return a number that a geometric mean is not above: of numbers above 0, each so many times.

    A root is guessed in floating numbers, and kept if its power is not under the product.
    """
    count = sum(many for _each, many in times)
    mean = sum((each * many for each, many in times), Fraction(0)) / count
    if count > _MOST_POWER:
        return mean
    root = math.fsum(many * math.log(each) for each, many in times) / count
    guess = math.ceil(math.exp(root) * (1 + 1e-9) * PARTS)
    product = math.prod(math.ceil(each * PARTS) ** many for each, many in times)
    return min(mean, Fraction(guess, PARTS)) if guess**count >= product else mean


def _goldilocks(
    problem: Problem, chance: list[Fraction], proof: Proof
) -> tuple[Fraction | None, float]:
    """Return how much smaller goldilocks could be, as a share of it, and what it is.

    With k seats and n volunteers who count, shares a ≥ 0, caps c ≥ 0 and a level l: the inverse of
    the lowest chance is at least its tangent, 2/l - lowest/l²; Σ a · chance ≥ Σ a · lowest, and
    Σ c · chance ≤ Σ c · highest. So with Σ c = n/k and Σ a = k/n / l², n/k · highest + k/n / lowest
    is at least 2 k/n / l - Σ (a - c) · chance.
    """
    counted = [each for each in chance if each]
    people = sum(int(many) for each, many in zip(chance, problem.many, strict=True) if each)
    mean = Fraction(problem.size, people)
    value = max(counted) / mean + mean / min(counted)
    share, cap = _shares(proof.share, chance), _shares(proof.cap, chance)
    level = parts(proof.level)
    if level <= 0 or not sum(share) or not sum(cap):
        return None, float(value)
    by_share, by_cap = mean / level**2 / sum(share), 1 / mean / sum(cap)
    net = [a * by_share - c * by_cap for a, c in zip(share, cap, strict=True)]
    bound = 2 * mean / level - _most(problem, net, proof)
    return max((value - bound) / value, Fraction(0)), float(value)


_BOUNDS: dict[
    Objective, Callable[[Problem, list[Fraction], Proof], tuple[Fraction | None, float]]
] = {
    Objective.MAXIMIN: _maximin,
    Objective.NASH: _nash,
    Objective.GOLDILOCKS: _goldilocks,
}


def _shares(values: Floats, chance: list[Fraction]) -> list[Fraction]:
    """Return shares as fractions, 0 or more; those of types that do not count are 0."""
    return [
        parts(max(float(each), 0.0)) if there else Fraction(0)
        for each, there in zip(values, chance, strict=True)
    ]


def _most(problem: Problem, share: list[Fraction], proof: Proof) -> Fraction:
    """Return a bound on Σ share · chance of any lottery."""
    worth = [each / int(many) for each, many in zip(share, problem.many, strict=True)]
    return most(problem, worth, [parts(each) for each in proof.quota], parts(proof.size))


def _not_drawn(
    problem: Problem, panels: Ints, weights: Ints, proof: Proof | None, draws: Draws | None
) -> list[str]:
    """Return why panels are not those that a seed draws one by one."""
    if proof is not None:
        return ["A lottery of panels drawn one by one has no proof: this one claims to have."]
    if draws is None or not draws.seed or not 1 <= draws.count <= _MOST_DRAWN:
        return ["It is not said from which seed the panels were drawn, or how many."]
    try:
        again, times, told = drawn(problem, seed=draws.seed, count=draws.count)
    except RuntimeError as error:
        return [f"The panels cannot be drawn again: {error}."]
    total = sum(int(each) for each in weights)
    if (again.tolist(), told) != (panels.tolist(), draws) or any(
        int(weight) * draws.count != int(time) * total
        for weight, time in zip(weights, times, strict=True)
    ):
        return ["The panels are not those that this seed draws."]
    return []
