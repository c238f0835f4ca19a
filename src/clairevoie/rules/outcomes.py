"""Thresholds: from a number to an outcome, for one case and for a column."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.columns import Array
from clairevoie.rules.model import Number, RuleSet, Text, Threshold
from clairevoie.rules.trace import Operation, Quantity, TraceStep


def outcome_of(value: Number, thresholds: Sequence[Threshold]) -> str | None:
    """Return the outcome of the last threshold whose minimum is at most ``value``.

    ``None`` when there are no thresholds.
    """
    found: str | None = None
    for threshold in thresholds:
        if threshold.minimum is None or value >= threshold.minimum:
            found = threshold.outcome or None
    return found


def outcome_columns(
    rules: RuleSet, value: Array, decimals: int | None, thresholds: Sequence[Threshold]
) -> NDArray[np.int8] | None:
    """Return the outcome of each value, as an index in the rule set's outcomes; −1 for none.

    Args:
        rules: the rule set whose outcomes are meant.
        value: ``int64`` scaled by ``10 ** decimals``, or floating when ``decimals`` is ``None``.
        decimals: see ``value``.
        thresholds: in rising order; ``None`` is returned when there are none.
    """
    if not thresholds:
        return None
    codes = np.array([outcome_code(rules, item.outcome) for item in thresholds], dtype=np.int8)
    found = np.full(len(value), codes[0], dtype=np.int8)
    for threshold, code in zip(thresholds[1:], codes[1:], strict=True):
        found[value >= _units(threshold, decimals)] = code
    return found


def _units(threshold: Threshold, decimals: int | None) -> Any:
    minimum = threshold.minimum
    if decimals is None:
        return float(minimum or 0)
    units = Decimal(minimum or 0).scaleb(decimals).to_integral_value(ROUND_CEILING)
    return min(int(units), 2**63 - 1)


def outcome_code(rules: RuleSet, value: str) -> int:
    """Return the index of an outcome in the rule set's, −1 when it is not there."""
    for index, item in enumerate(rules.outcomes):
        if item.value == value:
            return index
    return -1


def outcome_values(rules: RuleSet) -> tuple[str, ...]:
    """Return the outcomes' values, in the order of the rule set."""
    return tuple(item.value for item in rules.outcomes)


def threshold_steps(
    rules: RuleSet, value: Number, thresholds: Sequence[Threshold]
) -> tuple[TraceStep, ...]:
    """Return one step a threshold: whether the number reaches it; the one that answers applies."""
    answer = outcome_of(value, thresholds)
    steps = []
    for threshold in thresholds:
        outcome = rules.outcome(threshold.outcome)
        label: Text = outcome.label if outcome is not None else {"fr": threshold.outcome}
        operation = None
        if threshold.minimum is not None:
            reached = value >= threshold.minimum
            operation = Operation(
                (
                    Quantity(value, label=rules.result, unit=rules.unit),
                    "≥",
                    Quantity(threshold.minimum),
                ),
                Quantity(reached),
            )
        steps.append(
            TraceStep(
                id=f"threshold-{threshold.outcome}",
                kind="threshold",
                label=label,
                applied=threshold.outcome == answer,
                value=threshold.minimum,
                operation=operation,
                basis=threshold.basis,
            )
        )
    return tuple(steps)
