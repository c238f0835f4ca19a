"""Formulas: named steps computed in order, from inputs, parameters and earlier steps; all exact.

A step that has no value (it needs a missing input, or divides by zero) is a problem only if the
result needs it. The result has at most 10 decimals and fits a column: one beyond 9.2 × 10¹⁸ units
of its last decimal is undefined, for one case as in columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from clairevoie.rules.building import Builder, code_of
from clairevoie.rules.columns import ColumnResult, Columns
from clairevoie.rules.content import Bracket, Formula, Parameter, Step
from clairevoie.rules.exact import Undefined, decimals_of, rounded
from clairevoie.rules.expressions.scalar import Case, Missing
from clairevoie.rules.expressions.telling import Teller
from clairevoie.rules.expressions.tokens import WORDS
from clairevoie.rules.expressions.tree import Known
from clairevoie.rules.kinds import KindTrace
from clairevoie.rules.model import RuleSet, Text, Value, Version
from clairevoie.rules.outcomes import outcome_of, threshold_steps
from clairevoie.rules.trace import Problem, Quantity, TraceStep

MAX_RESULT_DECIMALS = 10
LARGEST = 2**63 - 1
WAYS = ("value", "brackets", "values")


# --- reading --------------------------------------------------------------------------------------


def build(data: Mapping[str, Any], build: Builder) -> Formula:
    """Build a formula from the plain values of a file."""
    known: dict[str, str | Known] = dict(build.names)
    parameters = []
    for index, raw in enumerate(data.get("parameters") or ()):
        parameter = _parameter(raw, f"parameters.{index}", build)
        _check_name(parameter.id, f"parameters.{index}.id", known, build)
        known[parameter.id] = _known_parameter(parameter)
        parameters.append(parameter)
    steps: list[Step] = []
    later = [code_of(raw["id"]) for raw in data["steps"]]
    for index, raw in enumerate(data["steps"]):
        place = f"steps.{index}"
        _check_order(raw, place, later[index:], known, build)
        step = _step(raw, place, known, build)
        _check_name(step.id, f"{place}.id", known, build)
        known[step.id] = Known(
            _KINDS[step.expression.type],
            decimals=decimals_of_step(step),
            categories=step.expression.categories,
            optional=False,
        )
        steps.append(step)
    formula = Formula(
        parameters=tuple(parameters),
        steps=tuple(steps),
        result=code_of(data["result"]),
        thresholds=build.thresholds(data),
        decision=build.code(data, "decision"),
    )
    _check_result(formula, build)
    _check_decision(formula, build)
    return formula


_KINDS = {"number": "decimal", "boolean": "boolean", "category": "category", "date": "date"}


def _parameter(raw: Mapping[str, Any], place: str, build: Builder) -> Parameter:
    name = code_of(raw["id"])
    given = [way for way in WAYS if raw.get(way) is not None]
    if len(given) != 1:
        build.problem(place, f"a parameter has one, and only one, of: {', '.join(WAYS)}")
    brackets, amounts = _brackets(raw.get("brackets") or (), f"{place}.brackets", build)
    values = raw.get("values")
    return Parameter(
        id=name,
        label=build.text(raw, "label", name),
        unit=build.text(raw, "unit"),
        value=build.decimal(raw, "value", place),
        brackets=brackets,
        values=None
        if values is None
        else {
            code_of(key): build.exact(number, f"{place}.values.{key}")
            for key, number in values.items()
        },
        basis=build.basis(raw, place),
        amounts=amounts,
    )


def _brackets(raws: Any, place: str, build: Builder) -> tuple[tuple[Bracket, ...], bool]:
    found: list[Bracket] = []
    ways = {way for raw in raws for way in ("rate", "amount") if raw.get(way) is not None}
    for index, raw in enumerate(raws):
        where = f"{place}.{index}"
        low = build.exact(raw["from"], f"{where}.from")
        if found and low <= found[-1].low:
            build.problem(where, "brackets must rise: put the smallest 'from' first")
        if (raw.get("rate") is None) == (raw.get("amount") is None) or len(ways) > 1:
            build.problem(where, "each bracket has a 'rate', or each has an 'amount'")
        value = build.decimal(raw, "rate", where)
        if value is None:
            value = build.decimal(raw, "amount", where)
        found.append(Bracket(low, value or Decimal(0)))
    return tuple(found), ways == {"amount"}


def _known_parameter(parameter: Parameter) -> Known:
    if parameter.brackets:
        numbers = [one for part in parameter.brackets for one in (part.low, part.value)]
        kind = "amounts" if parameter.amounts else "rates"
        return Known(kind, max(decimals_of(one) for one in numbers), optional=False)
    if parameter.values is not None:
        decimals = max((decimals_of(one) for one in parameter.values.values()), default=0)
        keys = tuple(str(key) for key in parameter.values)
        return Known("values", decimals, keys=keys, optional=False)
    return Known("parameter", decimals_of(parameter.value or Decimal(0)), optional=False)


def _check_name(name: str, place: str, known: Mapping[str, object], build: Builder) -> None:
    if name in WORDS:
        build.problem(place, f"'{name}' is a word of the expressions: choose another name")
    elif name in known:
        build.problem(place, f"'{name}' is already an input, a parameter or a step: rename one")


def _check_order(
    raw: Mapping[str, Any],
    place: str,
    later: list[str],
    known: Mapping[str, object],
    build: Builder,
) -> None:
    """Tell a step that reads a later one (or itself) so, rather than that there is no such name."""
    import re

    words = re.findall(r"[a-z_][a-z0-9_]*", code_of(raw["expression"]))
    for name in dict.fromkeys(words):
        if name in later and name not in known:
            what = "itself" if name == later[0] else f"'{name}', which comes after it"
            build.problem(f"{place}.expression", f"this step reads {what}: put the steps in order")


def _step(
    raw: Mapping[str, Any], place: str, known: Mapping[str, str | Known], build: Builder
) -> Step:
    name = code_of(raw["id"])
    expression = build.expression(raw["expression"], f"{place}.expression", names=known)
    rounding = build.rounding(raw, place)
    if rounding is not None and expression.type != "number":
        build.problem(f"{place}.round", "only a number can be rounded")
        rounding = None
    return Step(
        id=name,
        label=build.text(raw, "label", name),
        expression=expression,
        unit=build.text(raw, "unit"),
        rounding=rounding,
        basis=build.basis(raw, place),
    )


def decimals_of_step(step: Step) -> int:
    """Return the most decimals that the value of a step can have."""
    if step.rounding is None:
        return step.expression.decimals
    return decimals_of(step.rounding.to)


def _check_result(formula: Formula, build: Builder) -> None:
    step = _find(formula, formula.result)
    if step is None:
        known = ", ".join(one.id for one in formula.steps)
        build.problem("result", f"there is no step '{formula.result}' (the steps are: {known})")
    elif step.expression.type == "date":
        build.problem("result", "the result is a number (or the decision), not a date")
    elif step.expression.type == "number" and decimals_of_step(step) > MAX_RESULT_DECIMALS:
        build.problem(
            "result",
            f"the result could have {decimals_of_step(step)} decimals: round it "
            "('round: {to: 0.01}')",
        )
    elif step.expression.type != "number" and formula.decision != formula.result:
        build.problem("result", "the result is a number: name this step in 'decision' too")
    elif step.expression.type != "number" and formula.thresholds:
        build.problem("thresholds", "thresholds need a number as the result")


def _check_decision(formula: Formula, build: Builder) -> None:
    if not formula.decision:
        return
    if formula.thresholds:
        build.problem("thresholds", "a decision comes from thresholds or from 'decision', not both")
    step = _find(formula, formula.decision)
    if step is None:
        build.problem("decision", f"there is no step '{formula.decision}'")
        return
    answers: tuple[str, ...] = ("true", "false")
    if step.expression.type == "category":
        answers = step.expression.categories or ()
    elif step.expression.type != "boolean":
        build.problem("decision", "the decision is a step that is true or false, or a category")
        return
    for answer in answers:
        build.outcome(answer, "decision")


def _find(formula: Formula, name: str) -> Step | None:
    return next((step for step in formula.steps if step.id == name), None)


def needed_steps(formula: Formula) -> tuple[Step, ...]:
    """Return the steps that the result and the decision need, in order."""
    wanted = {formula.result, formula.decision}
    found: list[Step] = []
    for step in reversed(formula.steps):
        if step.id in wanted:
            found.append(step)
            wanted |= set(step.expression.names)
    return tuple(reversed(found))


def parameters_of(formula: Formula) -> dict[str, Parameter]:
    """Return the parameters by name."""
    return {parameter.id: parameter for parameter in formula.parameters}


# --- one case -------------------------------------------------------------------------------------


def trace(rules: RuleSet, version: Version, values: Mapping[str, Value]) -> KindTrace:
    """Evaluate one case: every step with its operation, the conditions that it met or not."""
    formula = cast("Formula", version.content)
    computing = _Computing(formula, version, values)
    steps: list[TraceStep] = []
    for step in formula.steps:
        steps += computing.step(step)
    outputs = {step.id: computing.values.get(step.id) for step in formula.steps}
    problem, names = computing.problem_of(formula.result, formula.decision)
    if problem is not None:
        return KindTrace(tuple(steps), outputs=outputs, problem=problem, problem_names=names)
    value = outputs[formula.result]
    number = value if isinstance(value, Decimal) else None
    outcome: str | None = None
    if formula.decision:
        outcome = outcome_text(outputs[formula.decision])
    elif number is not None and formula.thresholds:
        outcome = outcome_of(number, formula.thresholds)
        steps += threshold_steps(rules, number, formula.thresholds)
    return KindTrace(
        steps=tuple(steps),
        value=number,
        outcome=outcome,
        base=Decimal(0),
        total=number,
        outputs=outputs,
    )


def outcome_text(value: Value) -> str:
    """Return the outcome that a decision is: ``true``, ``false``, a category."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class _Computing:
    """Computes the steps of one case, in order; keeps why a step has no value."""

    def __init__(self, formula: Formula, version: Version, values: Mapping[str, Value]) -> None:
        self.formula = formula
        self.values: dict[str, Value] = dict(values)
        self.problems: dict[str, Missing | Undefined] = {}
        self.origins: dict[int, str] = {}
        self.case = Case(self.values, parameters_of(formula), self.problems)
        self.labels: dict[str, Text] = {item.name: item.label for item in version.inputs}
        self.units: dict[str, Text] = {item.name: item.unit for item in version.inputs}

    def step(self, step: Step) -> tuple[TraceStep, ...]:
        """Compute one step; return it, with its sub-results."""
        teller = Teller(self.case, self.labels, self.units)
        told = teller.tell(step.expression.tree)
        value = told.value
        try:
            self.case.value(step.expression.tree)
            if step.rounding is not None:
                value = rounded(cast("Decimal", value), step.rounding)
            if step.id == self.formula.result:
                _check_fits(value, decimals_of_step(step))
        except (Missing, Undefined) as error:
            value = None
            self.problems[step.id] = error
            self.origins.setdefault(id(error), step.id)
        else:
            self.values[step.id] = value
        self.labels[step.id], self.units[step.id] = step.label, step.unit
        operation = told.operation if value is not None else None
        if operation is not None:
            result = Quantity(told.value, step.id, step.label, step.unit)
            operation = replace(operation, result=result)
        head = TraceStep(
            id=step.id,
            kind="step",
            label=step.label,
            applied=value is not None,
            value=value,
            tested=told.tested,
            operation=operation,
            contribution=self._contribution(step, value),
            basis=step.basis,
        )
        parts = [replace(part, id=f"{step.id}-{part.id}", parent=step.id) for part in told.parts]
        return (*parts, head)

    def _contribution(self, step: Step, value: Value) -> Decimal | None:
        """The result is all of the total: operations, not shares, explain a formula."""
        if step.id != self.formula.result or not isinstance(value, Decimal):
            return None
        return value

    def problem_of(self, *names: str) -> tuple[Problem | None, tuple[str, ...]]:
        """Return why one of the steps has no value, and on which input or in which step."""
        for name in names:
            error = self.problems.get(name)
            if isinstance(error, Missing):
                return "missing_input", (error.name,)
            if error is not None:
                return "undefined", (self.origins[id(error)],)
        return None, ()


def _check_fits(value: Value, decimals: int) -> None:
    if isinstance(value, Decimal) and abs(value) * 10**decimals > LARGEST:
        raise Undefined("a result too large for its column")


# --- columns --------------------------------------------------------------------------------------


def columns(rules: RuleSet, version: Version, columns: Columns) -> ColumnResult:
    """Evaluate all cases of a chunk."""
    return cast("ColumnResult", prepare(rules, version)(columns))


def prepare(rules: RuleSet, version: Version) -> Any:
    """Return the formula made ready for columns: see `clairevoie.rules.formula_columns`."""
    from clairevoie.rules.formula_columns import Prepared

    return Prepared(rules, version)


# --- where the answer may change ------------------------------------------------------------------


def cuts(version: Version, name: str, values: Mapping[str, Value]) -> tuple[Value, ...]:
    """Return the values of an input from which another branch, bound, bracket or outcome applies.

    See `clairevoie.rules.formula_ranges`.
    """
    from clairevoie.rules.formula_ranges import cuts_of

    return cuts_of(version, name, values)
