"""6 129 real controls by the Swedish social insurance agency, 2017: what was published is found.

Source of the data: Lighthouse Reports, suspicion_machines_sweden. Each attribute has a sheet of its
own, and rows are not linked from one sheet to another. A file was drawn at random, or selected by
the model (high risk, very high risk, or a follow-up of it).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from clairevoie.audit.counting import count
from clairevoie.audit.results import Line, Table
from clairevoie.audit.tables import tables_of
from tests.audit.plans import JOURNAL, plan_of

pytestmark = pytest.mark.shared_data

PLAN = """
clairevoie: audit-1.0
id: vab
title: {en: Controls of temporary parental benefit}
question: {en: Whom did the model select?}
journal: essai
written: 2026-01-05
groups: [GROUP]
outcomes:
  - name: model
    label: {en: selected by the model}
    when: [{column: method, is: [High Risk, High High Risk, Follow-up Control]}]
    adverse: true
  - {name: random, label: {en: drawn at random}, when: [{column: method, is: [Random]}]}
truth:
  label: {en: found in error}
  when: [{column: result, is: [Errors Found]}]
  known: [{column: result, given: true}]
  predicted: model
  random: [{column: method, is: [Random]}]
"""
SHEETS = {
    "Gender 1 Decimal": ("Gender", "{name: g, column: group, label: Gender}"),
    "Income 1 Decimal": (
        "Income",
        "{name: g, column: group, label: Income, bands: [200000, 300000]}",
    ),
    "Education 1 Decimal": ("Education", "{name: g, column: group, label: Education, bands: [4]}"),
    "Foreign 1 Decimal": ("Foreign Background", "{name: g, column: group, label: Background}"),
}


def rows_of(folder: Path, sheet: str) -> list[tuple[Any, ...]]:
    import openpyxl

    book = openpyxl.load_workbook(folder / "decisions/sweden/data_english.xlsx", read_only=True)
    head, *rows = book[sheet].iter_rows(values_only=True)
    place = head.index(SHEETS[sheet][0])
    return [(row[0], row[1], None if row[place] == " " else row[place]) for row in rows]


def tables(folder: Path, sheet: str) -> dict[str, Table]:
    rows = rows_of(folder, sheet)
    method, result, group = (list(column) for column in zip(*rows, strict=True))
    table = pa.table({"method": method, "result": result, "group": group})
    plan = plan_of(PLAN.replace("GROUP", SHEETS[sheet][1]))
    cells = count(JOURNAL, plan, ibis.memtable(table))
    return {one.measure: one for one in tables_of(plan, cells)}


def line(table: Table, key: str) -> Line:
    return next(one for one in table.lines if one.key == (key,))


def test_women_are_selected_more_often_and_are_no_more_in_error(shared_data: Path) -> None:
    found = tables(shared_data, "Gender 1 Decimal")
    women = line(found["rate:random"], "K")
    assert women.share_hit == pytest.approx(0.561, abs=0.0005)
    assert line(found["rate:model"], "K").share_hit == pytest.approx(0.675, abs=0.0005)
    (one,) = found["rate:model"].compared
    assert (one.key, one.verdict) == (("K",), "higher")
    error = found["random:error"]
    assert line(error, "K").rate.value == pytest.approx(0.288, abs=0.0005)
    assert line(error, "M").rate.value == pytest.approx(0.289, abs=0.0005)
    # 1 047 files drawn at random do not rule out a difference of two points: nothing is said of it.
    (same,) = error.compared
    assert same.verdict == "cannot_tell"
    assert same.difference.low is not None
    assert same.difference.low < -0.02


def test_a_foreign_background_is_selected_more_often(shared_data: Path) -> None:
    found = tables(shared_data, "Foreign 1 Decimal")
    assert line(found["rate:random"], "1").share_hit == pytest.approx(248 / 1047)
    assert line(found["rate:model"], "1").share_hit == pytest.approx(2192 / 5082)
    assert {one.verdict for one in found["rate:model"].compared} <= {"higher", "lower"}
    # In the random sample more of them are in error: the model's choice is not explained by that
    # alone, and the audit says neither that it is nor that it is not.
    error = line(found["random:error"], "1").rate
    assert error.value == pytest.approx(85 / 248)


@pytest.mark.parametrize("sheet", list(SHEETS))
def test_counts_are_those_of_the_sheet(shared_data: Path, sheet: str) -> None:
    rows = rows_of(shared_data, sheet)
    found = tables(shared_data, sheet)
    selected = sum(method != "Random" for method, _, _ in rows)
    drawn = [row for row in rows if row[0] == "Random"]
    assert found["rate:model"].total.count == selected
    assert found["random:error"].total.of == len(drawn)
    assert found["random:error"].total.count == sum(row[1] == "Errors Found" for row in drawn)
    for one in found["rate:model"].lines:
        assert one.rate.low is not None
        assert one.rate.high is not None
        assert one.rate.value is not None
        assert one.rate.low < one.rate.value < one.rate.high


@pytest.mark.parametrize("sheet", ["Income 1 Decimal", "Education 1 Decimal"])
def test_low_incomes_and_short_studies_are_selected_more_often(
    shared_data: Path, sheet: str
) -> None:
    found = tables(shared_data, sheet)["rate:model"]
    low = found.lines[0]
    verdict = next(one for one in found.compared if one.key == low.key)
    assert verdict.verdict == "higher"
