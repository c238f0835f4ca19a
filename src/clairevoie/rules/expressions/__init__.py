"""The expressions of published rules: a small language, exact, checked when the file is read.

``docs/reference/expressions.md`` describes it. Whatever evaluates an expression — one case, a
column, a range of values — gives the same answer:

- a value that is missing makes what needs it missing; ``missing(x)``, the branch of an ``if`` that
  is not taken and a logical operation that its other part decides do not need it;
- a division by zero, a number of 10³⁰ or more, a value that a table of the rules does not have make
  what needs them undefined, in the same way. When both happen, the first one met in the text tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clairevoie.rules.expressions.tree import Expression, Known

if TYPE_CHECKING:
    from clairevoie.rules.columns import Columns
    from clairevoie.rules.content import Parameter
    from clairevoie.rules.expressions.ranges import Enclosure, Range
    from clairevoie.rules.expressions.telling import Told
    from clairevoie.rules.expressions.vector import ExpressionColumn
    from clairevoie.rules.model import Input, Text, Value

__all__ = [
    "Expression",
    "Known",
    "evaluate_case",
    "evaluate_columns",
    "evaluate_interval",
    "parse",
    "text",
    "trace_expression",
]


def parse(text: str, *, names: Mapping[str, str | Known]) -> Expression:
    """Read an expression and check it.

    Args:
        text: the expression.
        names: what it may read: for each name the type of an input (``integer``, ``decimal``,
            ``boolean``, ``category``, ``date``), ``parameter``, a kind of table (``rates``,
            ``amounts``, ``values``), or a `Known`, which says more (the categories, so that a
            category written wrong is refused). A ``number`` (floating) cannot be read: expressions
            are exact.

    Raises:
        RulesProblem: with one sentence, which says the column.
    """
    from clairevoie.rules.expressions.parsing import parse as read

    return read(text, names=names)


def text(expression: Expression) -> str:
    """Return an expression in its one canonical form: reading it gives the same tree."""
    from clairevoie.rules.expressions.writing import text_of

    return text_of(expression.tree)


def evaluate_case(
    expression: Expression,
    values: Mapping[str, Value],
    *,
    parameters: Mapping[str, Parameter] | None = None,
) -> Value:
    """Return the value of an expression for one case: a number is a `Decimal`.

    Args:
        expression: the expression.
        values: by name; ``None`` is missing.
        parameters: numbers and tables of the rules, by name.

    Returns:
        The value; ``None`` when it needs a value that is missing.

    Raises:
        Undefined: (`clairevoie.rules.exact.Undefined`, an ``ArithmeticError``) it has none: a
            division by zero, a number beyond 10³⁰, a value that a table of the rules does not have.
    """
    from clairevoie.rules.expressions.scalar import Case, Missing

    try:
        return Case(values, parameters or {}).value(expression.tree)
    except Missing:
        return None


def evaluate_columns(
    expression: Expression,
    columns: Columns,
    inputs: Sequence[Input],
    *,
    parameters: Mapping[str, Parameter] | None = None,
) -> ExpressionColumn:
    """Return the values of an expression for all cases of a chunk; see `ExpressionColumn`.

    Args:
        expression: the expression.
        columns: the cases. An input that they do not have is missing in all of them.
        inputs: the inputs of the version.
        parameters: numbers and tables of the rules, by name.
    """
    from clairevoie.rules.expressions.vector import Chunk, input_columns

    chunk = Chunk(columns.count, input_columns(columns, inputs), parameters or {})
    return chunk.column(expression.tree)


def evaluate_interval(
    expression: Expression,
    ranges: Mapping[str, Value | Range],
    *,
    parameters: Mapping[str, Parameter] | None = None,
) -> Enclosure:
    """Return what an expression can give when names take any value of a range.

    The enclosure is rigorous: no value of the ranges gives anything outside it. It may be wider
    than what can really be reached when a name is read several times; narrower ranges narrow it.

    Args:
        expression: the expression.
        ranges: for each name a value (``None`` is missing) or a `Range`.
        parameters: numbers and tables of the rules, by name.
    """
    from clairevoie.rules.expressions.ranges import Ranges, enclosure_of

    known = {name: enclosure_of(given) for name, given in ranges.items()}
    return Ranges(known, parameters or {}).enclosure(expression.tree)


def trace_expression(
    expression: Expression,
    values: Mapping[str, Value],
    *,
    labels: Mapping[str, Text] | None = None,
    units: Mapping[str, Text] | None = None,
    parameters: Mapping[str, Parameter] | None = None,
) -> Told:
    """Return how an expression is computed for one case, with its numbers.

    Args:
        expression: the expression.
        values: by name; ``None`` is missing.
        labels, units: of inputs and steps, by name; parameters have their own.
        parameters: numbers and tables of the rules, by name.
    """
    from clairevoie.rules.expressions.scalar import Case
    from clairevoie.rules.expressions.telling import Teller

    return Teller(Case(values, parameters or {}), labels or {}, units or {}).tell(expression.tree)
