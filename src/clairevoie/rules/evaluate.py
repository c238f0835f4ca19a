"""Evaluate the rules: one case with its full trace, or all cases of a table at once.

Both refuse the same cases for the same reason, before any kind of rules is asked: first a missing
input that the rules read and that has no default, then a value outside its domain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.case import read_case
from clairevoie.rules.columns import Array, ColumnResult, Columns
from clairevoie.rules.kinds import KINDS, KindTrace
from clairevoie.rules.model import Input, RuleSet, Value, Version
from clairevoie.rules.reads import inputs_read
from clairevoie.rules.trace import PROBLEMS, Problem, Reading, Trace

CHUNK = 1 << 15
"""Cases at a time: the columns of a chunk stay in the processor's cache. A kind may set its own."""

MISSING = PROBLEMS.index("missing_input")
OUTSIDE = PROBLEMS.index("out_of_domain")
NO_VERSION = PROBLEMS.index("no_version")


def kind_module(kind: str) -> Any:
    """Return the module of a kind: ``build``, ``trace``, ``columns``, ``cuts``."""
    return import_module(KINDS[kind])


def evaluate(
    rules: RuleSet, case: Mapping[str, object], *, day: date, version: str | None = None
) -> Trace:
    """Evaluate one case, with everything that was read, tested and computed.

    Args:
        rules: the rule set.
        case: by input name; see `clairevoie.rules.case.read_case`.
        day: date of the decision: it chooses the version.
        version: a version by identifier, instead of the one in force.

    Raises:
        RulesProblem: no such version, or none in force on that day. A case that the rules cannot
            answer is no exception: its trace has a ``problem``.
    """
    chosen = rules.in_force(day) if version is None else rules.version(version)
    values, readings = read_case(chosen, case)
    problem, names = _refusal(chosen, readings)
    if problem is not None:
        return Trace(
            rules=rules.id,
            version=chosen.id,
            kind=chosen.kind,
            day=day,
            readings=readings,
            steps=(),
            problem=problem,
            problem_names=names,
        )
    return _trace(rules, chosen, day, values, readings)


def _refusal(
    version: Version, readings: tuple[Reading, ...]
) -> tuple[Problem | None, tuple[str, ...]]:
    by_name = {reading.name: reading.status for reading in readings}
    read = inputs_read(version)
    absent = tuple(item.name for item in read if item.required and by_name[item.name] == "missing")
    if absent:
        return "missing_input", absent
    outside = tuple(item.name for item in read if by_name[item.name] == "out_of_domain")
    return ("out_of_domain", outside) if outside else (None, ())


def _trace(
    rules: RuleSet,
    version: Version,
    day: date,
    values: Mapping[str, Value],
    readings: tuple[Reading, ...],
) -> Trace:
    module = kind_module(version.kind)
    found: KindTrace
    if getattr(module, "NEEDS_DAY", False):
        found = module.trace(rules, version, values, day=day)
    else:
        found = module.trace(rules, version, values)
    return Trace(
        rules=rules.id,
        version=version.id,
        kind=version.kind,
        day=day,
        readings=readings,
        steps=found.steps,
        value=found.value,
        outcome=found.outcome,
        base=found.base,
        total=found.total,
        outputs=found.outputs,
        problem=found.problem,
        problem_names=found.problem_names,
    )


def evaluate_columns(
    rules: RuleSet,
    columns: Columns,
    *,
    version: Version,
    days: NDArray[np.datetime64] | None = None,
) -> ColumnResult:
    """Evaluate all cases with one version of the rules.

    Args:
        rules: the rule set.
        columns: the cases; see `clairevoie.rules.arrow.columns_of`.
        version: the version to apply to all of them.
        days: date of each case, for rules that need it (``openfisca``).
    """
    module = kind_module(version.kind)
    size = int(getattr(module, "CHUNK", CHUNK))
    needs_days = bool(getattr(module, "NEEDS_DAY", False))
    answer = _prepared(module, rules, version)
    read = inputs_read(version)
    result: ColumnResult | None = None
    for start in range(0, max(columns.count, 1), size):
        stop = min(start + size, columns.count)
        chunk, refused = _admitted(read, columns, start, stop)
        more = {"days": None if days is None else days[start:stop]} if needs_days else {}
        part: ColumnResult = answer(chunk, **more)
        if refused is not None:
            np.copyto(part.problem, refused, where=refused != 0)
        if part.outcome is not None and part.problem.any():
            part.outcome[part.problem != 0] = -1
        if result is None:
            result = part if stop == columns.count else _empty_like(part, columns.count)
        if result is not part:
            result = _put(result, part, start, stop)
    assert result is not None  # noqa: S101 - the loop runs at least once
    return result


def _prepared(module: Any, rules: RuleSet, version: Version) -> Callable[..., ColumnResult]:
    """What answers a chunk: made ready once by ``prepare`` where the kind has it."""
    if hasattr(module, "prepare"):
        made: Callable[..., ColumnResult] = module.prepare(rules, version)
        return made
    return partial(module.columns, rules, version)


def _empty_like(part: ColumnResult, count: int) -> ColumnResult:
    return replace(
        part,
        count=count,
        value=None if part.value is None else np.empty(count, dtype=part.value.dtype),
        outcome=None if part.outcome is None else np.empty(count, dtype=np.int8),
        problem=np.empty(count, dtype=np.uint8),
    )


def _put(whole: ColumnResult, part: ColumnResult, start: int, stop: int) -> ColumnResult:
    if whole.value is not None and part.value is not None:
        whole.value[start:stop] = part.value
    if whole.outcome is not None and part.outcome is not None:
        whole.outcome[start:stop] = part.outcome
    whole.problem[start:stop] = part.problem
    return whole


def _admitted(
    read: tuple[Input, ...], columns: Columns, start: int, stop: int
) -> tuple[Columns, NDArray[np.uint8] | None]:
    """Cut a chunk, put defaults in, and tell which rows are refused (``None``: none is)."""
    values: dict[str, Array] = {}
    missing: dict[str, NDArray[np.bool_]] = {}
    absent: NDArray[np.bool_] | None = None
    outside: NDArray[np.bool_] | None = None
    for item in read:
        array, gone, wrong = _cut(item, columns, start, stop)
        if gone is not None and item.default is not None:
            array = np.where(gone, column_value(item, item.default), array)
            gone = None
        elif gone is not None and item.required:
            absent = gone if absent is None else absent | gone
            gone = None
        elif gone is not None:
            missing[item.name] = gone
        if wrong is not None:
            outside = wrong if outside is None else outside | wrong
        values[item.name] = array
    refused: NDArray[np.uint8] | None = None
    if absent is not None or outside is not None:
        refused = np.zeros(stop - start, dtype=np.uint8)
        if outside is not None:
            refused[outside] = OUTSIDE
        if absent is not None:
            refused[absent] = MISSING
    return Columns(count=stop - start, values=values, missing=missing, invalid={}), refused


def _cut(
    item: Input, columns: Columns, start: int, stop: int
) -> tuple[Array, NDArray[np.bool_] | None, NDArray[np.bool_] | None]:
    """One input of a chunk: its values, where it is missing, where it is out of its domain."""
    count = stop - start
    whole = columns.values.get(item.name)
    if whole is None:
        empty = np.zeros(count, dtype=DTYPES[item.type])
        return empty, (np.ones(count, dtype=bool) if count else None), None
    array = whole[start:stop]
    gone = _slice(columns.missing.get(item.name), start, stop)
    wrong = _slice(columns.invalid.get(item.name), start, stop)
    bad = out_of_domain(item, array)
    if bad is not None:
        wrong = bad if wrong is None else wrong | bad
    if wrong is not None and gone is not None:
        wrong &= ~gone
        if not wrong.any():
            wrong = None
    return array, gone, wrong


def _slice(mask: NDArray[np.bool_] | None, start: int, stop: int) -> NDArray[np.bool_] | None:
    if mask is None:
        return None
    part = mask[start:stop]
    return part.copy() if part.any() else None


DTYPES: dict[str, str] = {
    "boolean": "bool",
    "integer": "int64",
    "decimal": "int64",
    "number": "float64",
    "category": "int16",
    "date": "datetime64[D]",
}


def column_value(item: Input, value: Value) -> Any:
    """Return one value of an input as its column holds it."""
    if item.type == "category":
        return np.int16(next(i for i, one in enumerate(item.categories) if one.value == value))
    if item.type == "date":
        return np.datetime64(value, "D")  # type: ignore[call-overload]
    if item.type == "number":
        return np.float64(value)  # type: ignore[arg-type]
    if item.type == "boolean":
        return np.bool_(value)
    from clairevoie.rules.conditions import scaled

    return np.int64(int(scaled(value, item.decimals)))


def out_of_domain(item: Input, array: Array) -> NDArray[np.bool_] | None:
    """Return where a column is outside the domain, ``None`` when nowhere.

    The smallest and the largest value answer for most columns, without a mask.
    """
    from clairevoie.rules.conditions import column_bounds, interval_mask
    from clairevoie.rules.content import Interval

    if not len(array) or item.type == "boolean":
        return None
    if item.type == "category":
        if array.min() >= 0 and array.max() < len(item.categories):
            return None
        return (array < 0) | (array >= len(item.categories))
    if item.type == "number" and item.minimum is None and item.maximum is None:
        bad = ~np.isfinite(array)
        return bad if bad.any() else None
    if item.minimum is None and item.maximum is None:
        return None
    domain = Interval(item.minimum, item.maximum, high_closed=True)
    low, high = column_bounds(domain, item)
    if (low is None or array.min() >= low) and (high is None or array.max() <= high):
        return None
    return ~interval_mask(domain, array, item)
