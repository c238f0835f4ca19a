"""One case evaluated with its full trace: everything read, every condition, every operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from clairevoie.rules.model import Basis, Kind, Number, Text, Value

StepKind = Literal[
    "criterion",
    "group",
    "total",
    "table",
    "row",
    "default",
    "step",
    "term",
    "intercept",
    "link",
    "scale",
    "tree",
    "variable",
    "rounding",
    "threshold",
]
Problem = Literal[
    "missing_input", "out_of_domain", "no_version", "no_row", "several_rows", "undefined"
]
PROBLEMS: tuple[Problem | Literal["ok"], ...] = (
    "ok",
    "missing_input",
    "out_of_domain",
    "no_version",
    "no_row",
    "several_rows",
    "undefined",
)
"""Index in this tuple is the code of a problem in columns.

``undefined`` is a division by zero or an overflow.
"""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a value with its name and unit, as it stands in an operation.

    ``name`` is an input's, a parameter's or a step's; empty for a number of the rules themselves.
    """

    value: Value
    name: str = ""
    label: Text | None = None
    unit: Text | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation with the person's numbers: 3 enfants × 40 points = 120 points.

    ``tokens`` are quantities and signs (``+ − × ÷ ( ) min max ≤ ; =``…) in reading order, without
    the result.
    """

    tokens: tuple[Quantity | str, ...]
    result: Quantity


@dataclass(frozen=True, slots=True)
class Tested:
    """A condition as it was tested: what was read, what was wanted, whether it held."""

    name: str
    label: Text
    value: Value
    unit: Text
    text: str
    """The condition as published, in its own words or as ``nombre < 3``."""
    holds: bool


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One criterion, row, step, term… of the rules, whether it applied or not.

    Attributes:
        parent: id of the table or group it belongs to.
        applied: false for a criterion whose condition failed, a row that did not hold…
        tested: the conditions, those that failed too.
        operation: what was computed, ``None`` where nothing was.
        value: what it gives.
        contribution: what it adds to the result's scale (the score before the link for models);
            over all the steps of a trace these sum to ``Trace.total`` minus ``Trace.base``.
        before, after: for caps, floors and rounding.
    """

    id: str
    kind: StepKind
    label: Text
    applied: bool
    value: Value = None
    parent: str = ""
    tested: tuple[Tested, ...] = ()
    operation: Operation | None = None
    contribution: Number | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """An input as it was read. ``status`` says whether it was given."""

    name: str
    value: Value
    status: Literal["given", "default", "missing", "out_of_domain"] = "given"


@dataclass(frozen=True, slots=True)
class Trace:
    """One case, evaluated.

    Attributes:
        base: what contributions start from (0 for a scale, the baseline of a model).
        total: the number that contributions add up to (before the link).
        value: the result (after link, scale and rounding); ``None`` where the rules give no number.
        outcome: value of the `Outcome`, ``None`` where there is none.
        outputs: all outputs of tables, all steps of a formula, by name.
        problem: why there is no answer, ``None`` when there is one; ``problem_names`` says on which
            inputs, or in which table.
    """

    rules: str
    version: str
    kind: Kind
    day: date
    readings: tuple[Reading, ...]
    steps: tuple[TraceStep, ...]
    value: Value = None
    outcome: str | None = None
    base: Number = 0
    total: Number | None = None
    outputs: Mapping[str, Value] | None = None
    problem: Problem | None = None
    problem_names: tuple[str, ...] = ()
