"""The two evaluators agree: a case with its trace, and the same case in a column."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules import evaluate as evaluating
from clairevoie.rules import table_columns
from clairevoie.rules.arrow import columns_of
from clairevoie.rules.columns import ColumnResult
from clairevoie.rules.evaluate import evaluate, evaluate_columns
from clairevoie.rules.model import RuleSet, Value
from clairevoie.rules.trace import PROBLEMS, Trace
from tests.rules.generators import DAY, cases, points, rules_of, table_of, tables


def assert_same(trace: Trace, result: ColumnResult, row: int) -> None:
    """One case and the same row of a column give the same answer, to the last digit."""
    assert PROBLEMS[result.problem[row]] == (trace.problem or "ok")
    outcome = None
    if result.outcome is not None and result.outcome[row] >= 0:
        outcome = result.outcomes[result.outcome[row]]
    assert outcome == trace.outcome
    if trace.problem is None and result.value is not None:
        assert result.decimals is not None
        assert Decimal(int(result.value[row])).scaleb(-result.decimals) == trace.value
    elif trace.problem is None:
        assert trace.value is None


def assert_agree(rules: RuleSet, given: list[dict[str, Value]]) -> None:
    version = rules.versions[0]
    result = evaluate_columns(rules, columns_of(table_of(version, given), version), version=version)
    assert result.count == len(given) == len(result.problem)
    for row, case in enumerate(given):
        assert_same(evaluate(rules, case, day=DAY), result, row)


@given(st.data())
@pytest.mark.parametrize("kind", [points(), tables()], ids=["points", "table"])
def test_a_case_and_a_column_agree(kind: Any, data: st.DataObject) -> None:
    rules = rules_of(data.draw(kind))
    assert_agree(rules, data.draw(cases(rules.versions[0])))


@given(st.data())
def test_tables_agree_row_by_row_too(data: st.DataObject) -> None:
    """As above, where the combinations are too many to be answered beforehand."""
    rules = rules_of(data.draw(tables()))
    given = data.draw(cases(rules.versions[0]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_columns, "MAX_COMBINATIONS", 0)
        assert_agree(rules, given)


@given(st.data())
@pytest.mark.parametrize("kind", [points(), tables()], ids=["points", "table"])
def test_chunks_do_not_show(kind: Any, data: st.DataObject) -> None:
    rules = rules_of(data.draw(kind))
    given = data.draw(cases(rules.versions[0]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluating, "CHUNK", 3)
        assert_agree(rules, given)
