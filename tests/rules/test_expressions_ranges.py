"""Enclosures contain everything that the values of their ranges give."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.rules.expressions import evaluate_interval
from clairevoie.rules.expressions.ranges import Range
from clairevoie.rules.model import Value
from tests.rules.random_expressions import INPUTS, PARAMETERS, cases, texts
from tests.rules.test_expressions_agreement import alone, read

ORDERED = {item.name for item in INPUTS if item.type in {"decimal", "integer", "date"}}


@settings(max_examples=300)
@given(texts(), cases(), cases(), st.sets(st.sampled_from(sorted(ORDERED))), st.data())
def test_an_enclosure_contains_every_value(
    written: str,
    first: dict[str, Value],
    second: dict[str, Value],
    wide: set[str],
    data: st.DataObject,
) -> None:
    expression = read(written)
    if expression is None:
        return
    ranges: dict[str, Any] = dict(first)
    inner: list[dict[str, Value]] = [dict(first)]
    for name in wide:
        ends: list[Any] = [first[name], second[name]]
        if None not in ends:
            ranges[name] = Range(min(ends), max(ends))
            inner.append(inner[-1] | {name: second[name]})
    found = evaluate_interval(expression, ranges, parameters=PARAMETERS)
    given_by = [alone(expression, case) for case in inner]
    for problem, value in given_by:
        if problem == "ok":
            assert found.includes(value), (written, ranges, value, found)
        else:
            assert problem in found.problems, (written, ranges, found)


@settings(max_examples=200)
@given(texts(), cases())
def test_the_enclosure_of_one_case_is_its_value(written: str, case: dict[str, Value]) -> None:
    expression = read(written)
    if expression is None:
        return
    found = evaluate_interval(expression, case, parameters=PARAMETERS)
    problem, value = alone(expression, case)
    if problem == "ok":
        assert not found.problems
        assert found.values == {value} if found.low is None else found.low == found.high == value
    else:
        assert not found.has_value
        assert problem in found.problems
