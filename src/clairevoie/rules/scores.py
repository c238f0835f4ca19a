"""From a model's score to its answer: link, scale, rounding; and back, from a threshold to a score.

The same operations in the same order for one case and for columns, so that both give the same
number to the last bit.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.columns import ColumnResult
from clairevoie.rules.content import Additive, Link, Rounding, RoundingMode, Trees
from clairevoie.rules.kinds import KindTrace
from clairevoie.rules.model import Number, RuleSet, Text
from clairevoie.rules.outcomes import outcome_columns, outcome_of, outcome_values, threshold_steps
from clairevoie.rules.trace import PROBLEMS, Operation, Quantity, TraceStep

Floats = NDArray[np.float64]
Model = Additive | Trees

UNDEFINED = PROBLEMS.index("undefined")
WHOLE = float(1 << 52)
"""From here on a floating number has no decimals: there is nothing to round."""
LARGEST = 1.7976931348623157e308

SCORE: Text = {"fr": "Score", "en": "Score"}
LINK: Text = {"fr": "Passage du score au résultat", "en": "From the score to the result"}
SCALE: Text = {"fr": "Mise à l’échelle", "en": "Scale"}
ROUNDING: Text = {"fr": "Arrondi", "en": "Rounding"}


def scale_of(model: Model) -> tuple[float, float, Rounding | None]:
    """Return the factor, the offset and the rounding that come after the link."""
    if isinstance(model, Additive):
        return model.factor, model.offset, model.rounding
    return 1.0, 0.0, None


def inverse_link(link: Link, score: Floats) -> Floats:
    """Return ``link⁻¹(score)``: the score itself, its logistic function, or its exponential."""
    if link == "identity":
        return score
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        found: Floats = np.exp(score) if link == "log" else np.negative(score)
        if link == "log":
            return found
        np.exp(found, out=found)
        found += 1.0
        return np.divide(1.0, found, out=found)


def round_floats(value: Floats, rounding: Rounding) -> Floats:
    """Round floating numbers; halves and directions as `decimal` has them, away from or to zero."""
    inverse = 1 / rounding.to
    whole = inverse == inverse.to_integral_value()
    step = float(inverse) if whole else float(rounding.to)
    with np.errstate(over="ignore", invalid="ignore"):
        quotient = np.abs(value) * step if whole else np.abs(value) / step
        down = np.floor(quotient)
        rest = quotient - down
        down += _up(rounding.mode, rest, down)
        rounded = np.copysign(down / step if whole else down * step, value)
        return np.where(quotient < WHOLE, rounded, value)


def _up(mode: RoundingMode, rest: Floats, down: Floats) -> NDArray[np.bool_]:
    if mode == "down":
        return np.zeros(len(rest), dtype=bool)
    if mode == "up":
        return rest > 0
    half = rest == 0.5
    if mode == "half_even":
        half &= np.mod(down, 2) == 1
    found: NDArray[np.bool_] = (rest > 0.5) | half
    return found


def answers(model: Model, score: Floats) -> Floats:
    """Return the results that scores give: link, scale, rounding."""
    factor, offset, rounding = scale_of(model)
    value = inverse_link(model.link, score)
    with np.errstate(over="ignore", invalid="ignore"):
        if factor != 1:
            value = value * factor
        if offset != 0:
            value = value + offset
    return value if rounding is None else round_floats(value, rounding)


def answer_columns(
    rules: RuleSet, model: Model, score: Floats, problem: NDArray[np.uint8]
) -> ColumnResult:
    """Return the answers of all cases; ``problem`` is completed and given back with them."""
    value = answers(model, score)
    undefined = ~np.isfinite(value)
    if undefined.any():
        problem[undefined & (problem == 0)] = UNDEFINED
    return ColumnResult(
        count=len(score),
        value=value,
        decimals=None,
        outcome=outcome_columns(rules, value, None, model.thresholds),
        outcomes=outcome_values(rules),
        problem=problem,
    )


def answer_case(
    rules: RuleSet, model: Model, score: float, base: Number, steps: tuple[TraceStep, ...]
) -> KindTrace:
    """Return the answer of one case, with the steps that follow the score."""
    factor, offset, rounding = scale_of(model)
    last, value = Quantity(score, label=SCORE), score
    more: list[TraceStep] = []

    def step(kind: str, label: Text, tokens: tuple[Quantity | str, ...], result: float) -> Quantity:
        quantity = Quantity(result, label=rules.result, unit=rules.unit)
        operation = Operation(tokens, quantity)
        more.append(
            TraceStep(kind, kind, label, applied=True, value=result, operation=operation)  # type: ignore[arg-type]
        )
        return quantity

    if model.link != "identity":
        value = float(inverse_link(model.link, np.array([score]))[0])
        before: tuple[Quantity | str, ...] = (
            ("1", "÷", "(", "1", "+", "exp", "(", "−", last, ")", ")")
            if model.link == "logit"
            else ("exp", "(", last, ")")
        )
        last = step("link", LINK, before, value)
    if factor != 1 or offset != 0:
        value = value * factor + offset
        last = step("scale", SCALE, (last, "×", Quantity(factor), "+", Quantity(offset)), value)
    if rounding is not None:
        value = float(round_floats(np.array([value]), rounding)[0])
        step("rounding", ROUNDING, (last, "≈", Quantity(rounding.to)), value)
    if value - value != 0:
        return KindTrace(
            steps=(*steps, *more), base=base, total=score, problem="undefined", problem_names=()
        )
    return KindTrace(
        steps=(*steps, *more, *threshold_steps(rules, value, model.thresholds)),
        value=value,
        outcome=outcome_of(value, model.thresholds),
        base=base,
        total=score,
    )


# --- from a threshold to a score ------------------------------------------------------------------


def crossings(model: Model) -> tuple[float, ...]:
    """Return the scores where the outcome changes, rising.

    Each is the smallest floating number on the upper side: below it one outcome, from it on
    another. Found by bisection on the very function that `answers` computes, so that link, scale
    and rounding are all in it. Infinite where no score reaches the threshold, or all do.
    """
    rising = scale_of(model)[0] >= 0
    found = []
    for threshold in model.thresholds:
        if threshold.minimum is None:
            continue
        minimum = float(cast("Decimal", threshold.minimum))

        def upper(score: float, minimum: float = minimum) -> bool:
            return bool((answers(model, np.array([score]))[0] >= minimum) == rising)

        found.append(first_float(upper, near=_approximate(model, minimum)))
    return tuple(sorted(found))


def _approximate(model: Model, minimum: float) -> float:
    """The score of a result, to rounding: where to start looking."""
    factor, offset, _ = scale_of(model)
    value = (minimum - offset) / factor if factor else 0.0
    if model.link == "identity":
        return value
    if value <= 0 or (model.link == "logit" and value >= 1):
        return 0.0
    return math.log(value / (1 - value) if model.link == "logit" else value)


def first_float(upper: Callable[[float], bool], *, near: float = 0.0) -> float:
    """Return the first floating number for which a rising test holds.

    Args:
        upper: false up to some number, true from there on.
        near: where to look first.

    Returns:
        ``-inf`` when it always holds, ``inf`` when it never does.
    """
    if upper(-LARGEST):
        return float("-inf")
    if not upper(LARGEST):
        return float("inf")
    low, high = rank_of(-LARGEST), rank_of(LARGEST)
    width = 4
    while low < rank_of(near) - width and rank_of(near) + width < high:
        if not upper(from_rank(rank_of(near) - width)) and upper(from_rank(rank_of(near) + width)):
            low, high = rank_of(near) - width, rank_of(near) + width
            break
        width *= 16
    return from_rank(first_whole(lambda rank: upper(from_rank(rank)), low, high))


def first_whole(upper: Callable[[int], bool], low: int, high: int) -> int:
    """Return the first whole number above ``low`` that a rising test takes; it takes ``high``."""
    while high - low > 1:
        middle = (low + high) // 2
        if upper(middle):
            high = middle
        else:
            low = middle
    return high


def rank_of(value: float) -> int:
    """Return a whole number that orders floating numbers as they are, neighbours one apart."""
    bits: int = struct.unpack("<q", struct.pack("<d", value + 0.0))[0]
    return bits if bits >= 0 else -(bits & 0x7FFF_FFFF_FFFF_FFFF)


def from_rank(rank: int) -> float:
    """Return the floating number of a rank."""
    bits = rank if rank >= 0 else -rank | (1 << 63)
    found: float = struct.unpack("<d", struct.pack("<Q", bits))[0]
    return found
