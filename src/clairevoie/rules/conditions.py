"""Conditions on one name: written as in a published table, tested on a value or on a whole column.

| written | holds when |
| --- | --- |
| ``-`` | always |
| ``< 3``, ``<= 3``, ``> 3``, ``>= 3``, ``= 3``, ``!= 3`` | as it says |
| ``[a..b)``, ``]a..b]``, ``(a..b]`` | between the bounds, a bracket that faces them included |
| ``seul``, ``true``, ``2024-01-31``, ``3`` | equal |
| ``seul, couple`` or a YAML list | one of them |
| ``not(…)`` | none of them, and the value is there |
| ``missing``, ``< 3, missing`` | the value is missing (too) |

For a ``number`` (floating) input the bounds are floating too: both evaluators compare alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.building import code_of, date_of, decimal_of
from clairevoie.rules.columns import Array
from clairevoie.rules.content import Condition, Interval
from clairevoie.rules.model import Input, Value

Mask = NDArray[np.bool_]
ORDERED = frozenset(("integer", "decimal", "number", "date"))

_INTERVAL = re.compile(r"([\[\](])\s*(.*?)\s*\.\.\s*(.*?)\s*([\[\])])")
_COMPARED = re.compile(r"(<=|>=|!=|<|>|=|≤|≥|≠)\s*(.+)")
_NEGATED = re.compile(r"not\s*\((.*)\)\s*(,\s*missing)?")
_SAME = {"≤": "<=", "≥": ">=", "≠": "!="}


def literal(raw: Any, item: Input) -> Value:
    """Return a value of an input's type, as written in the rules.

    Raises:
        ValueError: it is not one; the message is a sentence.
    """
    text = code_of(raw).strip()
    if item.type == "boolean":
        if text not in {"true", "false"}:
            raise ValueError(f"'{text}' is not true or false, as '{item.name}' is")
        return text == "true"
    if item.type == "category":
        known = [category.value for category in item.categories]
        if text not in known:
            raise ValueError(
                f"'{text}' is not a category of '{item.name}' (they are: {', '.join(known)})"
            )
        return text
    if item.type == "date":
        try:
            return date_of(text)
        except ValueError:
            raise ValueError(f"'{text}' is not a date: write it 2024-01-31") from None
    if item.type == "number":
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f"'{text}' is not a number") from None
        if value - value != 0:
            raise ValueError(f"'{text}' is not a finite number")
        return value
    number = decimal_of(text)
    if item.type == "integer" and number == number.to_integral_value():
        return int(number)
    return number


def parse_condition(raw: Any, item: Input) -> Condition | None:
    """Return a condition on ``item`` as written; ``None`` for « - », which always holds.

    Raises:
        ValueError: it cannot be read; the message is a sentence.
    """
    listed = isinstance(raw, Sequence) and not isinstance(raw, str)
    parts = [code_of(one).strip() for one in raw] if listed else [code_of(raw).strip()]
    text = ", ".join(parts)
    if text in {"-", ""}:
        return None
    negated = None if listed else _NEGATED.fullmatch(text)
    if negated is not None:
        parts = _split(negated.group(1), item) + (["missing"] if negated.group(2) else [])
    elif not listed:
        parts = _split(text, item)
    found = _Parts()
    for part in parts:
        _add(part, item, found)
    return Condition(
        name=item.name,
        intervals=tuple(found.intervals),
        values=tuple(dict.fromkeys(found.values)),
        negated=negated is not None,
        missing=found.missing,
        text=text,
    )


def _split(text: str, item: Input) -> list[str]:
    """Split at commas, unless the whole text is a category that bears one."""
    if any(text == one.value for one in item.categories):
        return [text]
    parts = [part.strip() for part in text.split(",")]
    if "" in parts:
        raise ValueError(f"'{text}' has nothing before or after a comma")
    return parts


class _Parts:
    def __init__(self) -> None:
        self.intervals: list[Interval] = []
        self.values: list[Value] = []
        self.missing = False


def _add(part: str, item: Input, found: _Parts) -> None:
    if part == "missing":
        found.missing = True
        return
    interval = _INTERVAL.fullmatch(part)
    if interval is not None:
        found.intervals.append(_interval(interval, item))
        return
    compared = _COMPARED.fullmatch(part)
    if compared is None:
        found.values.append(literal(part, item))
        return
    sign = _SAME.get(compared.group(1), compared.group(1))
    bound = literal(compared.group(2), item)
    if sign == "=":
        found.values.append(bound)
        return
    if item.type not in ORDERED:
        raise ValueError(f"'{part}': '{item.name}' has no order; write the values it may take")
    if sign == "!=":
        found.intervals += [Interval(None, bound), Interval(bound, None, low_closed=False)]
    elif sign.startswith("<"):
        found.intervals.append(Interval(None, bound, high_closed=sign == "<="))
    else:
        found.intervals.append(Interval(bound, None, low_closed=sign == ">="))


def _interval(match: re.Match[str], item: Input) -> Interval:
    if item.type not in ORDERED:
        raise ValueError(
            f"'{match.group()}': '{item.name}' has no order; write the values it may take"
        )
    opening, low_text, high_text, closing = match.groups()
    low = literal(low_text, item) if low_text else None
    high = literal(high_text, item) if high_text else None
    low_closed, high_closed = opening == "[", closing == "]"
    if low is not None and high is not None:
        empty = _less(high, low) or (low == high and not (low_closed and high_closed))
        if empty:
            raise ValueError(
                f"'{match.group()}' holds for no value: its bounds are in the wrong order"
            )
    return Interval(low, high, low_closed, high_closed)


def parse_interval(raw: Any, item: Input) -> Interval:
    """Return one interval written as a condition (``< 500``, ``[500..942)``, ``3``).

    Raises:
        ValueError: it is not one interval; the message is a sentence.
    """
    condition = parse_condition(raw, item)
    if condition is None:
        return Interval()
    plain = not condition.negated and not condition.missing
    if plain and len(condition.intervals) == 1 and not condition.values:
        return condition.intervals[0]
    if plain and len(condition.values) == 1 and not condition.intervals:
        only = condition.values[0]
        return Interval(only, only, high_closed=True)
    raise ValueError(f"'{condition.text}' is not one interval such as [500..942)")


def interval_text(interval: Interval) -> str:
    """Return an interval as it is written in a rule set."""
    low, high = _written(interval.low), _written(interval.high)
    if low and low == high:
        return f"= {low}"
    if not low and not high:
        return "-"
    if not low:
        return f"{'<=' if interval.high_closed else '<'} {high}"
    if not high:
        return f"{'>=' if interval.low_closed else '>'} {low}"
    return _bracketed(interval)


def _bracketed(interval: Interval) -> str:
    opening = "[" if interval.low_closed else "("
    closing = "]" if interval.high_closed else ")"
    return f"{opening}{_written(interval.low)}..{_written(interval.high)}{closing}"


def written_condition(condition: Condition) -> str:
    """Return a condition in the words of the format, whatever its published text.

    A category that bears a comma among others can only be written as a YAML list.
    """
    parts = [_written(value) for value in condition.values]
    for one in condition.intervals:
        alone = one.low is not None and one.low == one.high
        parts.append(_bracketed(one) if alone else interval_text(one))
    text = ", ".join(parts)
    if condition.negated:
        text = f"not({text})"
    if condition.missing:
        text = f"{text}, missing" if text else "missing"
    return text or "-"


def _written(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else code_of(value)


def _less(left: Value, right: Value) -> bool:
    return cast("Decimal", left) < cast("Decimal", right)


def inside(interval: Interval, value: Value) -> bool:
    """Return whether a value (not missing) is in an interval."""
    low, high = interval.low, interval.high
    if low is not None and (_less(value, low) or (value == low and not interval.low_closed)):
        return False
    return high is None or _less(value, high) or (value == high and interval.high_closed)


def holds(condition: Condition, value: Value) -> bool:
    """Return whether a condition holds for a value."""
    if value is None:
        return condition.missing
    if not condition.intervals and not condition.values:
        return condition.negated
    found = value in condition.values or any(
        inside(interval, value) for interval in condition.intervals
    )
    return found != condition.negated


def holds_columns(condition: Condition, array: Array, missing: Mask | None, item: Input) -> Mask:
    """Return where a condition holds, for a column held as `clairevoie.rules.columns` says.

    Args:
        condition: the condition.
        array: values of ``item``, of shape (n,).
        missing: where the value is missing, ``None`` when it never is.
        item: the input (or the output of an earlier table, as an `Input`).
    """
    if condition.intervals or condition.values:
        found = _found(condition, array, item)
        if condition.negated:
            np.logical_not(found, out=found)
    else:
        found = np.full(len(array), condition.negated)
    if missing is None:
        return found
    if condition.missing:
        found |= missing
    else:
        found &= ~missing
    return found


def _found(condition: Condition, array: Array, item: Input) -> Mask:
    if item.type == "category":
        return _category_table(condition.values, item)[array]
    if item.type == "boolean":
        wanted = set(condition.values)
        if wanted == {True, False}:
            return np.ones(len(array), dtype=bool)
        return array.copy() if True in wanted else ~array
    found: Mask | None = None
    for value in condition.values:
        mask = equal_mask(array, value, item)
        found = mask if found is None else np.logical_or(found, mask, out=found)
    for interval in condition.intervals:
        mask = interval_mask(interval, array, item)
        found = mask if found is None else np.logical_or(found, mask, out=found)
    return np.zeros(len(array), dtype=bool) if found is None else found


def _category_table(values: Sequence[Value], item: Input) -> Mask:
    """Whether each category is one of ``values``, with a last place for −1 (an unknown one)."""
    wanted = set(values)
    return np.array([category.value in wanted for category in item.categories] + [False])


def scaled(value: Value, decimals: int) -> Decimal:
    """Return an exact number in units of the column (``× 10^decimals``), not rounded."""
    return Decimal(cast("Decimal", value)).scaleb(decimals)


def equal_mask(array: Array, value: Value, item: Input) -> Mask:
    """Return where a column of an ordered input equals a value."""
    if item.type == "date":
        return cast("Mask", array == np.datetime64(cast("date", value), "D"))
    if item.type == "number":
        return cast("Mask", array == float(cast("float", value)))
    units = scaled(value, item.decimals)
    if units != units.to_integral_value() or not -(2**63) <= units < 2**63:
        return np.zeros(len(array), dtype=bool)
    return cast("Mask", array == int(units))


def interval_mask(interval: Interval, array: Array, item: Input) -> Mask:
    """Return where a column of an ordered input is in an interval."""
    low, high = column_bounds(interval, item)
    if low is None and high is None:
        return np.ones(len(array), dtype=bool)
    if item.type == "number":
        return _float_mask(interval, array)
    if low is None:
        return cast("Mask", array <= high)
    if high is None:
        return cast("Mask", array >= low)
    return cast("Mask", np.logical_and(array >= low, array <= high))


def _float_mask(interval: Interval, array: Array) -> Mask:
    found = np.ones(len(array), dtype=bool)
    if interval.low is not None:
        low = float(cast("float", interval.low))
        found &= array >= low if interval.low_closed else array > low
    if interval.high is not None:
        high = float(cast("float", interval.high))
        found &= array <= high if interval.high_closed else array < high
    return found


def column_bounds(interval: Interval, item: Input) -> tuple[Any, Any]:
    """Return the bounds of an interval in the units of the column, both included.

    Integers, scaled decimals and dates are discrete, so that any interval has included bounds;
    for ``number`` the bounds are those of the interval, whatever their closure.
    """
    if item.type == "number":
        return interval.low, interval.high
    if item.type == "date":
        low, high = interval.low, interval.high
        day = np.timedelta64(1, "D")
        first = None if low is None else np.datetime64(cast("date", low), "D")
        last = None if high is None else np.datetime64(cast("date", high), "D")
        if first is not None and not interval.low_closed:
            first = first + day
        if last is not None and not interval.high_closed:
            last = last - day
        return first, last
    return (
        _discrete(interval.low, item.decimals, closed=interval.low_closed, up=True),
        _discrete(interval.high, item.decimals, closed=interval.high_closed, up=False),
    )


def _discrete(value: Value, decimals: int, *, closed: bool, up: bool) -> int | None:
    if value is None:
        return None
    units = scaled(value, decimals)
    whole = int(units.to_integral_value(ROUND_CEILING if up else ROUND_FLOOR))
    if not closed and whole == units:
        whole += 1 if up else -1
    return max(min(whole, 2**63 - 1), -(2**63))
