"""A formula over columns: its steps in order, chunk by chunk, exactly."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules import exact
from clairevoie.rules.columns import Array, ColumnResult, Columns
from clairevoie.rules.content import Formula, Step
from clairevoie.rules.expressions.vector import (
    UNDEFINED,
    Chunk,
    ExpressionColumn,
    first_problem,
    input_columns,
)
from clairevoie.rules.kinds.formula import (
    LARGEST,
    decimals_of_step,
    needed_steps,
    outcome_text,
    parameters_of,
)
from clairevoie.rules.model import RuleSet, Version
from clairevoie.rules.outcomes import outcome_code, outcome_columns, outcome_values

Codes = NDArray[np.uint8]


class Prepared:
    """A formula made ready for columns: the steps that its answer needs, the inputs they read."""

    def __init__(self, rules: RuleSet, version: Version) -> None:
        self.rules = rules
        self.formula = cast("Formula", version.content)
        self.steps = needed_steps(self.formula)
        self.parameters = parameters_of(self.formula)
        read = {name for step in self.steps for name in step.expression.names}
        self.inputs = tuple(item for item in version.inputs if item.name in read)

    def __call__(self, columns: Columns) -> ColumnResult:
        """Evaluate all cases of a chunk."""
        names = input_columns(columns, self.inputs)
        chunk = Chunk(columns.count, names, self.parameters)
        for step in self.steps:
            names[step.id] = _column(chunk, step)
        answers = [names[self.formula.result]]
        if self.formula.decision:
            answers.append(names[self.formula.decision])
        value, decimals, problem = self._value(answers[0], first_problem(*answers), columns.count)
        return ColumnResult(
            count=columns.count,
            value=value,
            decimals=decimals,
            outcome=self._outcome(answers, value, decimals, problem),
            outcomes=outcome_values(self.rules),
            problem=problem,
        )

    def _value(
        self, column: ExpressionColumn, problem: Codes | None, count: int
    ) -> tuple[Array | None, int | None, Codes]:
        codes = np.zeros(count, dtype=np.uint8) if problem is None else problem.copy()
        if column.type != "number":
            return None, None, codes
        result = next(step for step in self.steps if step.id == self.formula.result)
        decimals = decimals_of_step(result)
        units, _ = column.scaled(decimals)
        if units.dtype == object:
            over = (units > LARGEST) | (units < -LARGEST)
            codes[over & (codes == 0)] = UNDEFINED
            units = np.where(over, 0, units).astype(np.int64)
        return units, decimals, codes

    def _outcome(
        self,
        answers: list[ExpressionColumn],
        value: Array | None,
        decimals: int | None,
        problem: Codes,
    ) -> NDArray[np.int8] | None:
        found: NDArray[np.int8] | None = None
        if self.formula.decision:
            decision = answers[1]
            kept = decision.categories if decision.type == "category" else (False, True)
            codes = [outcome_code(self.rules, outcome_text(one)) for one in kept]
            table = np.array([*codes, -1], dtype=np.int8)
            found = table[decision.array().astype(np.intp)]
        elif value is not None:
            found = outcome_columns(self.rules, value, decimals, self.formula.thresholds)
        if found is not None and problem.any():
            found[problem != 0] = -1
        return found


def _column(chunk: Chunk, step: Step) -> ExpressionColumn:
    found = chunk.column(step.expression.tree)
    if step.rounding is None:
        return found
    rounded = exact.round_columns(found.values, step.rounding.to, step.rounding.mode)
    return chunk.numeric(rounded, found.problem)
