"""One case and columns give exactly the same, whatever the expression and the values."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from clairevoie.rules.exact import Undefined
from clairevoie.rules.expressions import Expression, evaluate_case, evaluate_columns, parse, text
from clairevoie.rules.expressions.vector import ExpressionColumn
from clairevoie.rules.model import RulesProblem, Value
from clairevoie.rules.trace import PROBLEMS
from tests.rules.random_expressions import (
    INPUTS,
    NAMES,
    PARAMETERS,
    cases,
    columns_of_cases,
    texts,
)


def read(written: str) -> Expression | None:
    """The expression, ``None`` when it could have too many decimals."""
    try:
        return parse(written, names=NAMES)
    except RulesProblem as problem:
        if "decimals" not in str(problem):
            raise
        return None


def alone(expression: Expression, case: dict[str, Value]) -> tuple[str, Value]:
    try:
        value = evaluate_case(expression, case, parameters=PARAMETERS)
    except Undefined:
        return "undefined", None
    return ("missing_input", None) if value is None else ("ok", value)


def together(column: ExpressionColumn, index: int) -> tuple[str, Value]:
    problem = "ok" if column.problem is None else PROBLEMS[column.problem[index]]
    if problem != "ok":
        return problem, None
    value: Any
    if column.type == "number":
        units, decimals = column.scaled()
        value = Decimal(int(units[index]))
        with decimal.localcontext(decimal.Context(prec=900)):
            value = value.scaleb(-decimals)
    else:
        value = column.array()[index]
        value = column.categories[value] if column.type == "category" else bool(value)
    return "ok", value


@settings(max_examples=400)
@given(texts(), st.lists(cases(), min_size=1, max_size=6))
@example("if enfants = 0 then 0 else revenu / enfants", [{"revenu": Decimal(1), "enfants": 0}])
@example(
    "(part) * (part) * (part) * (enorme)", [{"part": Decimal("9e9")}, {"part": Decimal("0.1")}]
)
@example("-(enfants)", [{"enfants": -(2**63) + 1}, {"enfants": 1}])
def test_both_evaluators_agree(written: str, found: list[dict[str, Value]]) -> None:
    expression = read(written)
    if expression is None:
        return
    found = [{item.name: None for item in INPUTS} | case for case in found]
    column = evaluate_columns(expression, columns_of_cases(found), INPUTS, parameters=PARAMETERS)
    for index, case in enumerate(found):
        assert together(column, index) == alone(expression, case), (written, case)


@given(texts())
def test_the_canonical_text_reads_as_the_same_tree(written: str) -> None:
    expression = read(written)
    if expression is not None:
        again = parse(text(expression), names=NAMES)
        assert again.tree == expression.tree
        assert text(again) == text(expression)
        assert again.names == expression.names


@given(texts(), cases())
def test_the_decimals_foretold_are_never_exceeded(written: str, case: dict[str, Value]) -> None:
    expression = read(written)
    if expression is not None:
        _, value = alone(expression, case)
        if isinstance(value, Decimal):
            assert value.as_integer_ratio()[1] <= 10**expression.decimals
