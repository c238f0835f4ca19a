"""One flip of many cases: which it concerns, what it makes of them, which of these cannot exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.model import Filter, Flip, Move, Plan, PlanProblem, When
from clairevoie.decisions.model import Journal
from clairevoie.rules.arrow import columns_of, read_column
from clairevoie.rules.columns import Array, Columns
from clairevoie.rules.conditions import ORDERED, equal_mask, interval_mask, literal, scaled
from clairevoie.rules.content import Interval
from clairevoie.rules.evaluate import DTYPES, column_value, out_of_domain
from clairevoie.rules.model import Input, RuleSet, Value, Version

if TYPE_CHECKING:
    import pyarrow as pa

Mask = NDArray[np.bool_]
Inputs = Mapping[str, Input]


@dataclass(frozen=True, slots=True)
class Flipped:
    """Cases after a flip.

    Attributes:
        columns: all the cases; those that the flip does not concern are as they were.
        concerned: those of which it changes at least one input, of shape (n,).
        impossible: of these, those that it takes to a combination that cannot exist.
    """

    columns: Columns
    concerned: Mask
    impossible: Mask


# --- what the plan asks, against the rules --------------------------------------------------------


def inputs_of(plan: Plan) -> tuple[str, ...]:
    """Return the inputs that the flips and the impossible combinations of a plan name."""
    named = [name for flip in plan.flips for name in flip.inputs]
    named += [one.column for when in plan.impossible for one in when]
    return tuple(dict.fromkeys(named))


def check_flips(plan: Plan, rules: RuleSet, journal: Journal) -> None:
    """Check that the flips of a plan can be made.

    Raises:
        PlanProblem: with every problem: an input that the rules or the journal do not have, a value
            out of its domain, a datum left out that the rules require.
    """
    found: list[tuple[str, str]] = []
    named = journal.input_columns(inputs_of(plan))
    for flip in plan.flips:
        for way in flip.ways:
            for move in way:
                place = f"flips.{flip.name}.{move.input}"
                if move.input not in named and _versions_with(rules, move.input):
                    text = f"the journal has no column for '{move.input}': it cannot be changed"
                    found.append((place, text))
                found += [(place, text) for text in _move_problems(rules, move)]
    for index, when in enumerate(plan.impossible):
        for one in when:
            place = f"impossible.{index}.{one.column}"
            if one.column not in named and _versions_with(rules, one.column):
                text = f"the journal has no column for '{one.column}': take this condition away"
                found.append((place, text))
            found += [(place, text) for text in _filter_problems(rules, one)]
    if found:
        raise PlanProblem(*dict.fromkeys(found))


def _versions_with(rules: RuleSet, name: str) -> list[Input]:
    """Return an input as each version has it, the latest version first."""
    return [
        item for version in reversed(rules.versions) for item in version.inputs if item.name == name
    ]


def _unknown(rules: RuleSet, name: str) -> str:
    return (
        f"'{name}' is none of the inputs of the rules '{rules.id}': they answer the same whatever "
        "it is; name one of their inputs, or replay the journal to see whether decisions follow it"
    )


def _move_problems(rules: RuleSet, move: Move) -> list[str]:
    items = _versions_with(rules, move.input)
    if not items:
        return [_unknown(rules, move.input)]
    found = []
    if move.to is None and all(item.required and item.default is None for item in items):
        found.append(f"'{move.input}' cannot be left out: the rules require it")
    values = move.source if move.to is None else (move.to, *move.source)
    return found + [text for value in values if (text := _value_problem(value, items))]


def _value_problem(text: str, items: Sequence[Input]) -> str:
    """Return why no version can be given a value, the latest version's reason; else nothing."""
    reasons = [refusal(text, item) for item in items]
    return reasons[0] if all(reasons) else ""


def refusal(text: str, item: Input) -> str:
    """Return why an input cannot be given a value, written as in a plan; nothing when it can."""
    try:
        value = literal(text, item)
    except ValueError as error:
        return str(error)
    if item.type in {"integer", "decimal"}:
        units = scaled(value, item.decimals)
        if units != units.to_integral_value():
            kept = f"at most {item.decimals} decimals" if item.decimals else "whole numbers only"
            return f"'{text}' cannot be a value of '{item.name}': it takes {kept}"
        if abs(units) >= 2**63:
            return f"'{text}' is too large for '{item.name}'"
    if out_of_domain(item, np.array([column_value(item, value)], dtype=DTYPES[item.type])) is None:
        return ""
    bounds = (("from", item.minimum), ("to", item.maximum))
    domain = " ".join(f"{word} {bound}" for word, bound in bounds if bound is not None)
    return f"'{text}' is outside the domain of '{item.name}' ({domain})"


def _filter_problems(rules: RuleSet, one: Filter) -> list[str]:
    items = _versions_with(rules, one.column)
    if not items:
        return [_unknown(rules, one.column)]
    found = [text for value in one.values if (text := _value_problem(value, items))]
    for bound in (one.low, one.high):
        if bound is None:
            continue
        item, is_number = items[0], isinstance(bound, Decimal)
        if item.type not in ORDERED or is_number == (item.type == "date"):
            wanted = "a day" if item.type == "date" else "a number"
            said = f"as it is {wanted}" if item.type in ORDERED else "as its values have no order"
            found.append(f"'{one.column}' cannot be compared with '{bound}', {said}")
    return found


# --- cases ----------------------------------------------------------------------------------------


def cases_of(
    batch: pa.RecordBatch, version: Version, names: Mapping[str, str], more: Inputs
) -> Columns:
    """Read the cases of a batch: the inputs that a version reads, and some more.

    Args:
        batch: the cases, one a row.
        version: the rules.
        names: the column of each input.
        more: other inputs to take, read or not; those that the version does not have are read as
            they are here.
    """
    own = {item.name for item in version.inputs}
    found = columns_of(batch, version, names, more=tuple(name for name in more if name in own))
    values, missing, invalid = dict(found.values), dict(found.missing), dict(found.invalid)
    present = set(batch.schema.names)
    for name, item in more.items():
        if name not in own and names.get(name) in present:
            array, gone, wrong = read_column(batch.column(names[name]), item)
            values[name] = array
            if gone is not None:
                missing[name] = gone
            if wrong is not None:
                invalid[name] = wrong
    return Columns(found.count, values, missing, invalid)


def known_as(version: Version, more: Inputs) -> dict[str, Input]:
    """Return inputs as a version has them, as they are given where it has them not."""
    own = {item.name: item for item in version.inputs}
    return {name: own.get(name, item) for name, item in more.items()}


def rows_of(columns: Columns, rows: Mask) -> Columns:
    """Return some cases."""
    if rows.all():
        return columns
    return Columns(
        count=int(np.count_nonzero(rows)),
        values={name: array[rows] for name, array in columns.values.items()},
        missing={name: mask[rows] for name, mask in columns.missing.items()},
        invalid={name: mask[rows] for name, mask in columns.invalid.items()},
    )


def flipped(flip: Flip, columns: Columns, items: Inputs, impossible: Sequence[When]) -> Flipped:
    """Flip cases.

    A case is concerned when it has the values that one way of the flip starts from, and is not yet
    as this way would make it. A missing value that the rules replace by a default is that default.

    Args:
        flip: what to change.
        columns: the cases; see `cases_of`.
        items: the inputs that flips and combinations name, as the version has them.
        impossible: the combinations that cannot exist.
    """
    concerned = np.zeros(columns.count, dtype=bool)
    changed = columns
    for way in flip.ways:
        here, differs = ~concerned, np.zeros(columns.count, dtype=bool)
        for move in way:
            item = items[move.input]
            if move.source:
                here &= _is_one_of(item, columns, move.source)
            differs |= ~_is_already(item, columns, move)
        here &= differs
        if here.any():
            for move in way:
                changed = _moved(items[move.input], changed, move, here)
            concerned |= here
    excluded = np.zeros(columns.count, dtype=bool)
    if concerned.any():
        for when in impossible:
            excluded |= holds(when, changed, items)
        excluded &= concerned
    return Flipped(changed, concerned, excluded)


def holds(when: When, columns: Columns, items: Inputs) -> Mask:
    """Return where all conditions on inputs hold; those on a missing value do not."""
    found = np.ones(columns.count, dtype=bool)
    for one in when:
        item = items[one.column]
        if one.values:
            found &= _is_one_of(item, columns, one.values)
        if one.low is not None or one.high is not None:
            array, there = _known(item, columns)
            found &= there & interval_mask(Interval(one.low, one.high), array, item)
        if one.given is not None:
            found &= _known(item, columns)[1] == one.given
    return found


def _known(item: Input, columns: Columns) -> tuple[Array, Mask]:
    """Return the values of an input, its default put in, and where there is one that is readable.

    A value of a category that is not of the domain is as good as none.
    """
    array = columns.values.get(item.name)
    if array is None:
        array, gone = np.zeros(columns.count, dtype=DTYPES[item.type]), np.array(True)
    else:
        gone = np.asarray(columns.missing.get(item.name, False))
    there = np.ones(columns.count, dtype=bool)
    if gone.any():
        if item.default is None:
            there &= ~gone
        else:
            array = np.where(gone, column_value(item, item.default), array)
    wrong = columns.invalid.get(item.name)
    if wrong is not None:
        there &= ~wrong
    return array, there


def _is_one_of(item: Input, columns: Columns, texts: Sequence[str]) -> Mask:
    array, there = _known(item, columns)
    found = np.zeros(columns.count, dtype=bool)
    for text in texts:
        value = _typed(item, text)
        if value is not None:
            found |= _equal(item, array, value)
    return found & there


def _typed(item: Input, text: str) -> Value:
    """Return a value as an input has it; ``None`` where this version cannot have it."""
    return None if refusal(text, item) else literal(text, item)


def _equal(item: Input, array: Array, value: Value) -> Mask:
    if item.type in {"boolean", "category"}:
        return np.asarray(array == column_value(item, value))
    return equal_mask(array, value, item)


def _is_already(item: Input, columns: Columns, move: Move) -> Mask:
    array, there = _known(item, columns)
    wanted = item.default if move.to is None else _typed(item, move.to)
    if wanted is not None:
        return _equal(item, array, wanted) & there
    if move.to is not None:
        return np.zeros(columns.count, dtype=bool)
    wrong = np.asarray(columns.invalid.get(item.name, False))
    return np.asarray(~there & ~wrong)


def _moved(item: Input, columns: Columns, move: Move, here: Mask) -> Columns:
    """Return the cases with an input changed where it is to be."""
    name, count = item.name, columns.count
    old = columns.values.get(name)
    array: Any = np.zeros(count, dtype=DTYPES[item.type]) if old is None else old.copy()
    gone = columns.missing.get(name, np.full(count, old is None))
    wrong = columns.invalid.get(name, np.zeros(count, dtype=bool)) & ~here
    if move.to is None:
        gone = gone | here
    else:
        gone = gone & ~here
        value = _typed(item, move.to)
        if value is None:
            wrong = wrong | here  # another version has this value, the one in force has not
        else:
            array[here] = column_value(item, value)
    missing, invalid = dict(columns.missing), dict(columns.invalid)
    for masks, mask in ((missing, gone), (invalid, wrong)):
        masks.pop(name, None)
        if mask.any():
            masks[name] = mask
    return Columns(count, {**columns.values, name: array}, missing, invalid)
