"""Intersections of groups: rates of small cells drawn towards what their attributes foresee.

The rate of five people is nearly noise, and among hundreds of intersections some noise always looks
like a scandal. A cell is first foreseen from its attributes one by one (main effects), then keeps
as much of its own rate as its number allows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clairevoie.audit.intervals import Floats, checked, rate, wilson

# What a cell borrows is worth one decision at least, and all of them at most: below, priors say
# that rates are 0 or 1 and nothing between.
_LEAST = 1.0
# Rounds of fitting main effects and precision in turn; few are needed.
_ROUNDS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Rates of cells after partial pooling; arrays of shape (cells,).

    Attributes:
        raw: own rates, NaN where a cell is empty.
        prior: rates foreseen from the attributes.
        rate: between the two.
        low, high: Wilson's bounds on the decisions of the cell and those that its prior is worth;
            fewer where what is foreseen is itself unsure. Quantiles of the beta law would be as
            good as [0, 0] for a cell of three where nobody is hit.
        kept: weight of the cell's own rate, 0 (empty) to nearly 1.
        pulled: ``rate`` minus ``raw``, NaN where a cell is empty.
        worth: how many decisions the prior is worth, the same for all cells.
    """

    raw: Floats
    prior: Floats
    rate: Floats
    low: Floats
    high: Floats
    kept: Floats
    pulled: Floats
    worth: float


def partial_pooling(
    count: ArrayLike, of: ArrayLike, codes: ArrayLike | None = None, level: float = 0.95
) -> Pooled:
    """Return rates of cells shrunk towards those that their attributes foresee.

    Priors are beta distributions whose means follow a logistic model with the main effects of the
    attributes, and whose precision is common to all cells and estimated from them by maximum
    likelihood, adjusted so that it is never infinite: with few cells, plain maximum likelihood
    often finds no difference between them at all, and would pool them wholly.

    Args:
        count, of: (cells,).
        codes: whole numbers that say the level of each attribute, (cells, attributes); without,
            all cells are foreseen alike.
        level: of the bounds.

    Raises:
        ValueError: shapes do not agree, all cells are empty, see `intervals.checked` and
            `intervals.quantile`.

    Source:
        B. Efron, C. Morris, « Data analysis using Stein's estimator and its generalizations »,
        Journal of the American Statistical Association 70 (1975), 311-319; D. A. Williams,
        « Extra-binomial variation in logistic linear models », Applied Statistics 31 (1982),
        144-148; C. N. Morris, R. Tang, « Estimating random effects via adjustment for density
        maximization », Statistical Science 26 (2011), 271-287. That nobody of an attribute is hit
        does not make its prior 0: C. C. Clogg and others, « Multiple imputation of industry and
        occupation codes in census public-use samples using Bayesian logistic regression »,
        Journal of the American Statistical Association 86 (1991), 68-78.
    """
    counts, totals = checked(count, of)
    if counts.ndim != 1 or not totals.sum() > 0:
        raise ValueError("partial pooling takes one list of cells, not all empty")
    design = _main_effects(codes, len(counts))
    worth, effects = float(totals.sum()), np.zeros(design.shape[1])
    for _ in range(_ROUNDS):
        effects, covariance = _fit(counts, totals, design, worth, effects)
        mean = _rates(design, effects)
        before, worth = worth, _worth(counts, totals, mean)
        if abs(np.log(worth / before)) < 1e-4:
            break
    above, below = counts + worth * mean, totals - counts + worth * (1 - mean)
    raw, kept = rate(counts, totals), totals / (totals + worth)
    shrunk = above / (above + below)
    # The effects are estimated: what they are unsure of goes into cells as far as these borrow.
    unsure = np.einsum("ij,jk,ik->i", design, covariance, design) * (mean * (1 - mean)) ** 2
    spread = shrunk * (1 - shrunk)
    number = spread / (spread / (totals + worth) + (1 - kept) ** 2 * unsure)
    bounds = wilson(shrunk * number, number, level)
    return Pooled(
        raw=raw,
        prior=mean,
        rate=shrunk,
        low=bounds.low,
        high=bounds.high,
        kept=kept,
        pulled=shrunk - raw,
        worth=float(worth),
    )


def _main_effects(codes: ArrayLike | None, cells: int) -> Floats:
    """Return the design of a model of main effects: a constant, and every level of attributes.

    No level is left out as reference: what a level without decisions is foreseen to be must not
    depend on the order of the others.
    """
    columns = [np.ones((cells, 1))]
    if codes is not None:
        given = np.asarray(codes)
        if given.ndim != 2 or given.shape[0] != cells:
            raise ValueError(f"codes of shape {given.shape} do not go with {cells} cells")
        for attribute in given.T:
            levels, place = np.unique(attribute, return_inverse=True)
            columns.append(np.eye(len(levels))[place.ravel()])
    return np.concatenate(columns, axis=1)


def _rates(design: Floats, effects: Floats) -> Floats:
    """Return the rates of a logistic model, within what the beta functions can take."""
    logits = np.clip(design @ effects, -30.0, 30.0)
    shares: Floats = 1 / (1 + np.exp(-logits))
    return np.clip(shares, 1e-12, 1 - 1e-12)


def _fit(
    counts: Floats, totals: Floats, design: Floats, worth: float, start: Floats
) -> tuple[Floats, Floats]:
    """Return main effects, and their covariance, by logistic regression of cells by precision.

    A large cell does not weigh by its number: beyond what the prior is worth, it is one cell. As
    many decisions at the overall rate as there are effects are shared among the cells (Clogg).
    """
    filled = totals > 0
    x, hits, n = design[filled], counts[filled], totals[filled]
    # Each attribute has an effect fewer than levels: together they are the constant.
    extra = (design.shape[1] - design[0].sum() + 1) / len(n)
    overall = (hits.sum() + 0.5) / (n.sum() + 1)
    share = (hits + extra * overall) / (n + extra)
    weight = (n + extra) * (1 + 1 / worth) / (1 + n / worth)
    # A ridge too light to be seen, on all but the constant, makes the effects of an attribute sum
    # to 0, and holds levels that no filled cell has at that mean, unsure.
    held = np.r_[0.0, np.ones(design.shape[1] - 1)]
    effects = start
    for _ in range(100):
        mean = _rates(x, effects)
        information = (x.T * (weight * mean * (1 - mean))) @ x
        ridge = 1e-9 * np.trace(information) * held
        information += np.diag(ridge)
        step = np.linalg.solve(information, x.T @ (weight * (share - mean)) - ridge * effects)
        # Steps of more than 2 on the logit scale are where the regression runs away.
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        effects = effects + step
        if np.abs(step).max() < 1e-9:
            break
    return effects, np.linalg.inv(information)


def _worth(counts: Floats, totals: Floats, mean: Floats) -> float:
    """Return the precision of the priors: adjusted maximum likelihood of beta-binomial counts."""
    filled = totals > 0
    hits, n, m = counts[filled], totals[filled], mean[filled]

    def loss(log: float) -> float:
        worth = np.exp(log)
        likelihood = _rising(worth * m, hits) + _rising(worth * (1 - m), n - hits)
        # The adjustment: likelihood times the variance of the priors, 1 / (worth + 1).
        return float(np.log1p(worth) - (likelihood - _rising(worth, n)).sum())

    # A finer and finer look costs less than the import of an optimiser, and keeps off lesser peaks.
    low, high = np.log(_LEAST), np.log(max(float(n.sum()), 2 * _LEAST))
    for _ in range(6):
        grid = np.linspace(low, high, 20)
        best = int(np.argmin([loss(log) for log in grid]))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    return float(np.exp(grid[best]))


def _rising(start: Floats | NDArray[np.float64] | float, steps: Floats) -> Floats:
    """Return log Γ(start + steps) - log Γ(start), without its cancellation for large starts."""
    from scipy.special import gammaln  # type: ignore[import-untyped]

    a = np.broadcast_to(np.asarray(start, dtype=np.float64), steps.shape)
    plain: Floats = gammaln(a + steps) - gammaln(a)
    # Stirling's series of both, with the large terms taken off each other by hand.
    b = a + steps
    stirling = (a - 0.5) * np.log1p(steps / a) + steps * np.log(b) - steps + (1 / b - 1 / a) / 12
    return np.where(a > 1e4, stirling, plain)
