"""What the rules answer for cases that differ from a person's by an input or two, many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from clairevoie.explanation.grids import Grid, Units
from clairevoie.explanation.wording import exact
from clairevoie.rules.columns import Array, ColumnResult, Columns
from clairevoie.rules.evaluate import (
    DTYPES,
    column_value,
    evaluate,
    evaluate_columns,
    kind_module,
)
from clairevoie.rules.model import Number, RuleSet, Value, Version
from clairevoie.rules.reads import inputs_read
from clairevoie.rules.trace import Trace

Keys = NDArray[np.int64]
Aim = Literal["outcome", "amount", "cutoff"]

NO_ANSWER = -2
LOWER, SAME, HIGHER = 0, 1, 2
"""Keys of an amount compared with the person's, and of points compared with the last admitted."""


@dataclass(frozen=True, slots=True)
class Variation:
    """Cases that differ from the person's by the values of some inputs.

    ``units`` has, for each grid, the places of its values; all arrays have the same length.
    """

    grids: tuple[Grid, ...]
    units: tuple[Units, ...]

    @property
    def count(self) -> int:
        """How many cases."""
        return len(self.units[0])


@dataclass(frozen=True, slots=True)
class Answers:
    """The key and the number of each case; numbers are scaled by ``10 ** decimals``."""

    keys: Keys
    values: Array | None
    decimals: int | None


def number_at(values: Array, decimals: int | None, index: int) -> Number:
    """Return one number of a column, exact unless the column is floating."""
    if decimals is None:
        return float(values[index])
    return Decimal(int(values[index])).scaleb(-decimals)


@dataclass(slots=True)
class Probe:
    """The rules and one person's case.

    A case has a *key*: what is compared with the person's answer. With outcomes it is the outcome's
    place in the rule set; else it says whether the amount is lower, the same or higher, or whether
    points are under, at or over those of the last admitted.

    Attributes:
        rules, version, day: the rules, and when they are applied.
        values: the person's values, defaults included.
        aim: what is compared.
        cutoff: points of the last admitted (``cutoff`` only).
        key: the person's.
        asked: how many cases the columnar evaluator was asked about.
    """

    rules: RuleSet
    version: Version
    day: date
    values: Mapping[str, Value]
    aim: Aim
    current: Number | None
    cutoff: Number | None = None
    key: int = field(init=False)
    asked: int = 0

    def __post_init__(self) -> None:
        self.key = self.scalar_key(self.values)

    def ask(self, variations: Sequence[Variation]) -> list[Answers]:
        """Evaluate variations, all at once."""
        counts = [variation.count for variation in variations]
        total = sum(counts)
        if not total:
            return [Answers(np.empty(0, np.int64), None, None) for _ in variations]
        columns = self._columns(variations, total)
        days = None
        if getattr(kind_module(self.version.kind), "NEEDS_DAY", False):
            days = np.full(total, np.datetime64(self.day, "D"))
        result = evaluate_columns(self.rules, columns, version=self.version, days=days)
        self.asked += total
        keys = self._keys(result)
        ends = np.cumsum(counts)
        return [
            Answers(
                keys[end - count : end],
                None if result.value is None else result.value[end - count : end],
                result.decimals,
            )
            for count, end in zip(counts, ends, strict=True)
        ]

    def scalar_key(self, values: Mapping[str, Value]) -> int:
        """Return the key of one case by the evaluator of one case."""
        case = {name: value for name, value in values.items() if value is not None}
        return self.trace_key(evaluate(self.rules, case, day=self.day, version=self.version.id))

    def trace_key(self, trace: Trace) -> int:
        """Return the key of a trace."""
        if trace.problem is not None:
            return NO_ANSWER
        if self.aim == "outcome":
            return next(
                (i for i, one in enumerate(self.rules.outcomes) if one.value == trace.outcome), -1
            )
        if isinstance(trace.value, bool) or not isinstance(trace.value, int | Decimal | float):
            return NO_ANSWER
        return _compared(trace.value, self.cutoff if self.aim == "cutoff" else self.current)

    def _keys(self, result: ColumnResult) -> Keys:
        if self.aim == "outcome":
            keys = np.full(result.count, -1, dtype=np.int64)
            if result.outcome is not None:
                keys[:] = result.outcome
        elif result.value is None:
            keys = np.full(result.count, NO_ANSWER, dtype=np.int64)
        else:
            reference = self.cutoff if self.aim == "cutoff" else self.current
            keys = _compared_columns(result.value, result.decimals, reference)
        keys[result.problem != 0] = NO_ANSWER
        return keys

    def _columns(self, variations: Sequence[Variation], total: int) -> Columns:
        arrays: dict[str, Array] = {}
        missing: dict[str, NDArray[np.bool_]] = {}
        varied = {grid.item.name for variation in variations for grid in variation.grids}
        for item in inputs_read(self.version):
            value = self.values.get(item.name)
            if value is not None:
                arrays[item.name] = _constant(column_value(item, value), total)
            elif item.name in varied:
                arrays[item.name] = _constant(np.zeros(1, dtype=DTYPES[item.type])[0], total)
                missing[item.name] = np.ones(total, dtype=bool)
        start = 0
        for variation in variations:
            stop = start + variation.count
            for grid, units in zip(variation.grids, variation.units, strict=True):
                name = grid.item.name
                arrays[name][start:stop] = grid.column(units)
                if name in missing:
                    missing[name][start:stop] = False
            start = stop
        return Columns(count=total, values=arrays, missing=missing, invalid={})


def _constant(value: Any, total: int) -> Array:
    return np.full(total, value, dtype=value.dtype)


def _compared(value: Number, reference: Number | None) -> int:
    if reference is None:
        return NO_ANSWER
    if isinstance(value, float) != isinstance(reference, float):
        value, reference = exact(value), exact(reference)
    return SAME if value == reference else HIGHER if value > reference else LOWER


def _compared_columns(values: Array, decimals: int | None, reference: Number | None) -> Keys:
    if reference is None:
        return np.full(len(values), NO_ANSWER, dtype=np.int64)
    limit: Any = float(reference)
    if decimals is not None:
        # Between two units of the column nothing is equal to the reference.
        scaled = exact(reference).scaleb(decimals)
        limit = int(scaled) if scaled == scaled.to_integral_value() else float(scaled)
    above = (values > limit).astype(np.int64)
    under = (values < limit).astype(np.int64)
    keys: Keys = above - under + SAME
    return keys
