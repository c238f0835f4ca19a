"""Axes: round marks that cover the data, and the place of a value between them, in percent."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from math import ceil, floor, isfinite, log10

LARGEST = 1e150
"""Beyond it the span of an axis is not a number that can be divided."""

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
# Marks at each of these in every ten, then at 1 in every so many tens.
_LOG_STEPS = ((1, (1, 2, 5)), (1, (1, 3)), (1, (1,)), (2, (1,)), (5, (1,)), (10, (1,)), (50, (1,)))


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis, with what is written at it."""

    value: float
    written: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across a chart at a value: an overall rate, a threshold in force, a legal limit."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from its first mark to its last.

    Attributes:
        ticks: at least two, rising.
        title: what is measured, with its unit; may be empty.
        log: equal ratios are equal lengths.
    """

    ticks: tuple[Tick, ...]
    title: str = ""
    log: bool = False

    @property
    def low(self) -> float:
        """The value at the start."""
        return self.ticks[0].value

    @property
    def high(self) -> float:
        """The value at the end."""
        return self.ticks[-1].value

    def holds(self, value: float) -> bool:
        """Tell whether a value has a place on the axis."""
        return self.low <= value <= self.high

    def place(self, value: float) -> float:
        """Return the place of a value from 0 to 100; one beyond an end is put at that end."""
        low, high, found = self.low, self.high, min(max(value, self.low), self.high)
        if self.log:
            low, high, found = log10(low), log10(high), log10(found)
        return 100 * min(max((found - low) / (high - low), 0.0), 1.0)


def linear_axis(
    low: float, high: float, write: Callable[[float], str], *, title: str = "", most: int = 6
) -> Axis:
    """Return an axis with round marks that holds every value between two.

    Args:
        low: the smallest value to show.
        high: the largest one.
        write: how a mark is written; where two would be written alike, there are fewer marks.
        title: what is measured.
        most: how many marks at most, at least 2.

    Raises:
        ValueError: a value is not finite, or is beyond `LARGEST`.
    """
    return _axis(lambda count: nice_ticks(low, high, most=count), write, title, most, log=False)


def log_axis(
    low: float, high: float, write: Callable[[float], str], *, title: str = "", most: int = 6
) -> Axis:
    """Return an axis of ratios with round marks, among them 1 where it is within.

    Args:
        low: the smallest value to show, more than 0.
        high: the largest one.
        write: how a mark is written.
        title: what is measured.
        most: how many marks at most, at least 3.

    Raises:
        ValueError: a value is not positive, not finite, or is beyond `LARGEST`.
    """
    return _axis(lambda count: nice_ratios(low, high, most=count), write, title, most, log=True)


def nice_ticks(low: float, high: float, *, most: int = 6) -> tuple[float, ...]:
    """Return the fewest-digits marks (1, 2 or 5 times a power of ten apart) that cover two values.

    Raises:
        ValueError: a value is not finite or beyond `LARGEST`, or ``most`` is under 2.
    """
    low, high = _span(low, high)
    if most < 2:
        raise ValueError("an axis has at least 2 marks")
    largest = max(abs(low), abs(high))
    if largest < 1 / LARGEST:
        low, high = (-1.0 if low < 0 else 0.0), 1.0
    elif high - low <= 1e-9 * largest:
        low, high = low - largest / 10, high + largest / 10
    # Exact decimals: 0.3 / 0.1 is not 2.999… here, and a mark at 0.3 is 0.3.
    bottom, top = Decimal(repr(low)), Decimal(repr(high))
    exponent = floor(log10(high - low)) - 2
    while True:
        for factor in (1, 2, 5):
            step = Decimal(factor).scaleb(exponent)
            first = (bottom / step).to_integral_value(ROUND_FLOOR)
            last = (top / step).to_integral_value(ROUND_CEILING)
            if last - first < most:
                return tuple(float((first + rank) * step) for rank in range(int(last - first) + 1))
            # Around 0, two marks cannot cover both sides: the step grows for ever.
            if most == 2 and bottom < 0 < top and step >= max(-bottom, top):
                return (float(-step), float(step))
        exponent += 1


def nice_ratios(low: float, high: float, *, most: int = 6) -> tuple[float, ...]:
    """Return round marks that cover two positive values, for an axis of ratios.

    Raises:
        ValueError: a value is not positive and finite, is beyond `LARGEST`, or ``most`` under 3.
    """
    low, high = _span(low, high)
    if most < 3:
        raise ValueError("an axis of ratios has at least 3 marks")
    if low < 1 / LARGEST:
        raise ValueError("an axis of ratios holds positive values only")
    for tens, factors in _LOG_STEPS:
        start = tens * (floor(log10(low)) // tens) - tens
        end = tens * (ceil(log10(high) / tens)) + tens
        marks = [
            float(Decimal(factor).scaleb(exponent))
            for exponent in range(start, end + 1, tens)
            for factor in factors
        ]
        first = max(rank for rank, mark in enumerate(marks) if mark <= low)
        last = min(rank for rank, mark in enumerate(marks) if mark >= high)
        last = max(last, first + 1)
        if last - first < most:
            return tuple(marks[first : last + 1])
    bottom, top = floor(log10(low)), ceil(log10(high))
    return (float(Decimal(1).scaleb(bottom)), float(Decimal(1).scaleb(top)))


def check_key(key: str) -> None:
    """Refuse a key that could not be part of an identifier.

    Raises:
        ValueError: it has something else than ASCII letters, digits and hyphens.
    """
    if not _KEY.fullmatch(key):
        raise ValueError(
            f"{key!r} cannot name a chart: use letters, digits and hyphens, a letter first"
        )


def check_interval(
    label: str, value: float, low: float | None, high: float | None, axis: Axis
) -> None:
    """Refuse a value that the axis does not hold, or an interval that does not hold the value.

    An interval may go beyond the axis, or be infinite; half of an interval is refused.

    Raises:
        ValueError: so it is.
    """
    if not (isfinite(value) and axis.holds(value)):
        raise ValueError(f"'{label}' ({value}) is outside the axis, {axis.low} to {axis.high}")
    if (low is None) != (high is None):
        raise ValueError(f"'{label}' has half of an interval")
    if low is not None and high is not None and not low <= value <= high:
        raise ValueError(f"'{label}' ({value}) is outside its own interval, {low} to {high}")


def check_rising(label: str, values: Sequence[float]) -> None:
    """Refuse values that do not rise.

    Raises:
        ValueError: one is not more than the one before.
    """
    if any(not left < right for left, right in pairwise(values)):
        raise ValueError(f"'{label}' does not go from left to right")


def _axis(
    marks: Callable[[int], tuple[float, ...]],
    write: Callable[[float], str],
    title: str,
    most: int,
    *,
    log: bool,
) -> Axis:
    fewest = 3 if log else 2
    for count in range(most, fewest - 1, -1):
        ticks = tuple(Tick(value, write(value)) for value in marks(count))
        if len({tick.written for tick in ticks}) == len(ticks):
            break
    return Axis(ticks, title, log)


def _span(low: float, high: float) -> tuple[float, float]:
    if not (isfinite(low) and isfinite(high) and max(abs(low), abs(high)) <= LARGEST):
        raise ValueError("an axis goes from one finite number to another")
    return (low, high) if low <= high else (high, low)
