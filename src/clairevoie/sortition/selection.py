"""The lottery that is fairest to volunteers, and what proves it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from clairevoie.sortition.claims import Claim, claim_of
from clairevoie.sortition.fractions_of_seats import bars_of, best
from clairevoie.sortition.legacy import drawn
from clairevoie.sortition.leximin import Stage, leximin
from clairevoie.sortition.objectives import Bar, Draws, Objective, Proof, kept_types, without
from clairevoie.sortition.pool import Ints, Problem
from clairevoie.sortition.portfolio import Columns, Portfolio, portfolio_of
from clairevoie.sortition.staged import staged
from clairevoie.sortition.whole_panels import generated, possible

CLOSE = 1e-8
"""A lottery this near to the chances of the relaxation has them."""
PROVED = 1e-6
"""A lottery that is proved to be this near to the best is said to be the best."""
WHOLE = 10**12
"""Probabilities are given as whole numbers of this sum."""


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """A lottery over whole panels.

    Attributes:
        problem: which panel is drawn.
        panels: how many of each type, of shape (panels, types).
        weights: probabilities, whole numbers of sum `WHOLE`, of shape (panels,).
        stages: what proves that the chances cannot be raised. All of them where fractions of seats
            promise no more than whole panels give; else the first alone, whose bound is then the
            one of fractions. Empty for other objectives than the leximin.
        tight: whether fractions of seats promise no more.
        objective: what the lottery is best at.
        proof: multipliers that prove it, for maximin, nash and goldilocks.
        draws: how the panels were drawn one by one, for legacy.
    """

    problem: Problem
    panels: Ints
    weights: Ints
    stages: tuple[Stage, ...]
    tight: bool
    objective: Objective = Objective.LEXIMIN
    proof: Proof | None = None
    draws: Draws | None = None

    @property
    def seats(self) -> Ints:
        """Seats of each type over all the lottery, in parts of `WHOLE`, of shape (types,)."""
        found: Ints = self.weights @ self.panels
        return found


def select(
    problem: Problem, objective: Objective | str = Objective.LEXIMIN, *, seed: str = ""
) -> Selection:
    """Return the lottery that is best at the objective, and what proves it.

    Args:
        problem: which panel is drawn.
        objective: see `Objective`; by default the leximin.
        seed: a published text from which all that is random comes, for legacy alone.

    Raises:
        NoPanelError: the quotas cannot be met.
        ValueError: there is no such objective; or no seed, for legacy.
        RuntimeError: too many panels are needed; or legacy finds none.
    """
    objective = Objective(objective)
    if objective is Objective.LEGACY:
        panels, times, draws = drawn(problem, seed=seed)
        weights = times * (WHOLE // draws.count)
        return Selection(problem, panels, weights, (), False, objective, draws=draws)
    if objective is not Objective.LEXIMIN:
        return _best(problem, objective)
    relaxed = leximin(problem)
    found = portfolio_of(problem, relaxed.chance)
    tight = found.residual <= CLOSE
    stages = relaxed.stages
    if not tight:
        found = staged(problem, list(found.panels))
        stages = stages[:1]
    return Selection(problem, found.panels, in_parts(found), stages, tight)


def claim(selection: Selection) -> Claim:
    """Return what is checked of a lottery that is not the leximin."""
    return claim_of(
        selection.problem,
        selection.panels,
        selection.weights,
        objective=selection.objective,
        proof=selection.proof,
        draws=selection.draws,
    )


def _best(problem: Problem, objective: Objective) -> Selection:
    """Return the best lottery for maximin, nash or goldilocks."""
    bars = bars_of(problem)
    rest = without(problem, [bar.kind for bar in bars])
    counted = np.ones(len(rest.many), dtype=bool)
    relaxed = best(rest, objective, counted)
    portfolio = portfolio_of(rest, relaxed.chance)
    found = _with_proof(problem, objective, bars, relaxed.proof, portfolio)
    if found.tight:
        return found
    # Fractions of seats promise too much: the best is looked for over whole panels.
    columns = Columns(rest, list(portfolio.panels))
    counted = possible(rest, columns)
    if not counted.all():
        relaxed = best(rest, objective, counted)
    portfolio = generated(columns, objective, counted)
    return _with_proof(problem, objective, bars, relaxed.proof, portfolio)


def _with_proof(
    problem: Problem,
    objective: Objective,
    bars: tuple[Bar, ...],
    proof: Proof,
    portfolio: Portfolio,
) -> Selection:
    """Return a lottery over panels without the types that are barred; what is proved is checked."""
    kept = kept_types(problem, [bar.kind for bar in bars])
    panels = np.zeros((len(portfolio.panels), len(problem.many)), dtype=np.int64)
    panels[:, kept] = portfolio.panels
    found = Selection(
        problem, panels, in_parts(portfolio), (), False, objective, replace(proof, bars=bars)
    )
    checked = claim(found)
    tight = not checked.unproved and checked.gap is not None and checked.gap <= PROVED
    return replace(found, tight=tight)


def in_parts(found: Portfolio) -> Ints:
    """Return probabilities as whole numbers of sum `WHOLE`; the largest takes what is left."""
    parts = np.floor(found.weights * WHOLE).astype(np.int64)
    parts[int(np.argmax(parts))] += WHOLE - int(parts.sum())
    return parts
