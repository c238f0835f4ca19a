"""Rates, differences and ratios are those of fairlearn's `MetricFrame` on the same rows."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.audit.counting import count
from clairevoie.audit.odds import odds_of
from clairevoie.audit.results import Table
from clairevoie.audit.tables import tables_of
from tests.audit.plans import JOURNAL, drawn, plan_of, table_of

fairlearn = pytest.importorskip("fairlearn.metrics", reason="fairlearn is not installed")

PLAN = """
clairevoie: audit-1.0
id: essai
title: Essai
question: Qui ?
journal: essai
written: 2025-12-01
compare: pairs
groups: [{name: lieu, column: lieu, label: Lieu}]
outcomes: [{name: controle, label: Contrôlé, when: [{column: controle, is: [true]}]}]
truth:
  label: En erreur
  when: [{column: erreur, is: [1]}]
  known: [{column: erreur, given: true}]
  predicted: controle
"""
MEASURES = {
    "rate:controle": fairlearn.selection_rate,
    "true_positive": fairlearn.true_positive_rate,
    "false_positive": fairlearn.false_positive_rate,
    "false_negative": fairlearn.false_negative_rate,
}


@settings(max_examples=20)
@given(st.integers(200, 600), st.integers(0, 2**16))
def test_rates_differences_and_ratios_are_those_of_fairlearn(many: int, seed: int) -> None:
    rows = drawn(many, seed)
    # fairlearn has no missing values: rows that have some are left out of both.
    known = np.array(
        [
            erreur is not None and controle is not None
            for erreur, controle in zip(
                rows.column("erreur").to_pylist(), rows.column("controle").to_pylist(), strict=True
            )
        ]
    )
    rows = rows.filter(known)
    tables = {one.measure: one for one in tables_of(*_counted(rows))}
    true, said = (np.array(rows.column(name).to_pylist(), int) for name in ("erreur", "controle"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = fairlearn.MetricFrame(
            metrics=MEASURES,
            y_true=true,
            y_pred=said,
            sensitive_features=np.array(rows.column("lieu").to_pylist()),
        )
        by_group, overall = frame.by_group, frame.overall
        differences, ratios = frame.difference(), frame.ratio()
    for name in MEASURES:
        _same(tables[name], by_group[name], overall[name], differences[name], ratios[name])


@settings(max_examples=20)
@given(st.integers(200, 600), st.integers(0, 2**16))
def test_the_equalised_odds_difference_is_that_of_fairlearn(many: int, seed: int) -> None:
    rows = drawn(many, seed)
    # fairlearn has no missing values, and gives a group without positives a rate of 0.
    kept = pc.and_(rows["erreur"].is_valid(), rows["controle"].is_valid())
    rows = rows.filter(pc.and_(kept, rows["sexe"].is_valid()))
    plan = plan_of(PLAN.replace("lieu", "sexe"))
    (one,) = odds_of(plan, tables_of(plan, count(JOURNAL, plan, table_of(rows))))
    true, said = (np.array(rows.column(name).to_pylist(), int) for name in ("erreur", "controle"))
    theirs = fairlearn.equalized_odds_difference(
        true, said, sensitive_features=np.array(rows.column("sexe").to_pylist()), agg="worst_case"
    )
    assert one.value == pytest.approx(theirs, abs=1e-12)


def _counted(rows: Any) -> tuple[Any, Any]:
    plan = plan_of(PLAN)
    return plan, count(JOURNAL, plan, table_of(rows))


def _same(table: Table, by_group: Any, overall: float, difference: float, ratio: float) -> None:
    assert table.total.rate.value == pytest.approx(overall, abs=1e-12)
    for line in table.lines:
        assert line.rate.value == pytest.approx(by_group[line.key[0]], abs=1e-12)
    (one,) = table.compared
    assert one.difference.value is not None
    assert abs(one.difference.value) == pytest.approx(difference, abs=1e-12)
    if one.ratio.value:
        # fairlearn's ratio is that of the smaller rate to the larger one.
        told = min(one.ratio.value, 1 / one.ratio.value)
        assert told == pytest.approx(ratio, rel=1e-12)
