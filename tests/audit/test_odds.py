"""Equalised odds: the largest gap of either rate, between groups that have it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clairevoie.audit.cells import MISSING, Cells
from clairevoie.audit.model import Plan
from clairevoie.audit.odds import Odds, odds_of, with_intervals
from clairevoie.audit.receiving import ResultProblem, read_result
from clairevoie.audit.secrecy import hidden_figures
from clairevoie.audit.tables import tables_of
from clairevoie.audit.writing import exact_form, public_form
from tests.audit.plans import PLAN, plan_of
from tests.audit.results import as_json, audit_of

ONE = (
    PLAN.replace("  - {name: age, column: age, label: Âge, bands: [25, 60]}\n", "")
    .replace("conditions:\n  - {name: lieu, column: lieu, label: Lieu}\n", "")
    .replace("intersections: [[sexe, age]]\n", "")
)
# Of each group: rows known, true, said, both.
GROUPS = {"a": (500, 200, 120, 90), "b": (400, 100, 110, 30), "c": (300, 0, 33, 0)}


def cells_of(groups: dict[str, tuple[int, int, int, int]]) -> Cells:
    known, true, said, both = (np.array(each, float) for each in zip(*groups.values(), strict=True))
    rows = known.astype(np.int64)
    sums = {"known": known, "true": true, "said": said, "both": both}
    sums |= {"of:controle": known, "hit:controle": said, "of:refus": known, "hit:refus": said}
    codes = np.arange(len(groups))[:, np.newaxis]
    return Cells(("sexe",), (tuple(groups),), codes, rows, sums)


def plan(**changes: Any) -> Plan:
    return replace(plan_of(ONE), digest="d" * 64, draws=400, **changes)


def odds(groups: dict[str, tuple[int, int, int, int]], **changes: Any) -> Odds:
    (found,) = odds_of(plan(**changes), tables_of(plan(), cells_of(groups)))
    return found


def test_the_largest_gap_is_that_of_either_rate() -> None:
    # True positives: 90/200 and 30/100, none for c. False positives: 30/300, 80/300, 33/300.
    found = odds(GROUPS)
    assert found.value == pytest.approx(80 / 300 - 30 / 300)
    assert (found.measure, found.lowest, found.highest) == ("false_positive", ("a",), ("b",))
    assert found.without == {"true_positive": (("c",),), "false_positive": ()}
    alike = odds(GROUPS | {"b": (400, 100, 60, 30)})
    assert alike.value == pytest.approx(90 / 200 - 30 / 100)
    assert (alike.measure, alike.lowest, alike.highest) == ("true_positive", ("b",), ("a",))


def test_a_group_without_positives_is_not_at_zero() -> None:
    """Taken for 0, it would make a gap of 45 points."""
    found = odds({"a": (500, 200, 120, 90), "c": (300, 0, 33, 0)})
    assert found.value == pytest.approx(33 / 300 - 30 / 300)
    assert found.measure == "false_positive"


def test_with_one_group_there_is_no_difference() -> None:
    found = odds({"a": (500, 200, 120, 90)})
    assert found.without == {"true_positive": (), "false_positive": ()}
    assert {found.value, found.measure, found.low, found.expected, found.p} == {None}


def test_rows_without_a_group_take_no_part() -> None:
    groups = GROUPS | {MISSING: (50, 20, 50, 20)}
    assert odds(groups) == odds(GROUPS)


def test_it_has_its_interval_and_what_chance_gives() -> None:
    found = odds(GROUPS)
    assert None not in (found.value, found.low, found.high, found.expected, found.usual, found.p)
    assert found.low < found.value < found.high  # type: ignore[operator]
    assert found.expected < found.usual < found.value  # type: ignore[operator]
    assert found.p is not None
    assert found.p < 0.01
    alike = odds({"a": (500, 200, 120, 60), "b": (500, 200, 121, 61)})
    assert alike.low == 0
    assert alike.p is not None
    assert alike.p > 0.5


@pytest.mark.parametrize("changes", [{"weights": True}, {"unit": "cluster"}])
def test_weights_and_clusters_have_no_draws(changes: dict[str, Any]) -> None:
    found = odds(GROUPS, **changes)
    assert found.value == odds(GROUPS).value
    assert {found.low, found.high, found.expected, found.usual, found.p} == {None}


def test_draws_are_those_of_the_plan_and_of_nothing_else() -> None:
    cells = cells_of(GROUPS)
    once, again = (exact_form(audit_of(plan(), cells)) for _ in range(2))
    assert as_json(once) == as_json(again)
    tables = tables_of(plan(), cells)
    alone = with_intervals(plan(), tables[:1])
    assert alone[0].gap == with_intervals(plan(), tables)[0].gap
    assert alone[0].gap is not None
    assert alone[0].gap.low is not None


# --- what is published ----------------------------------------------------------------------------


def public(groups: dict[str, tuple[int, int, int, int]] = GROUPS) -> dict[str, Any]:
    cells = cells_of(groups)
    form = public_form(audit_of(plan(), cells), hidden_figures(plan(), cells))
    found: dict[str, Any] = json.loads(as_json(form))
    return found


def test_it_goes_with_any_figure_that_it_rests_on() -> None:
    assert public()["odds"][0]["value"] == pytest.approx(80 / 300 - 30 / 300)
    few = public(GROUPS | {"c": (300, 0, 4, 0)})
    assert any(
        line["count"] is None
        for table in few["tables"]
        if table["measure"] == "false_positive"
        for line in table["lines"]
    )
    assert few["odds"] == []
    assert len(exact_form(audit_of(plan(), cells_of(GROUPS | {"c": (300, 0, 4, 0)})))["odds"]) == 1


def test_it_is_read_again() -> None:
    form = public()
    assert read_result(as_json(form)) == form
    for table in form["tables"]:
        if table["gap"]:
            del table["gap"]["low"], table["gap"]["high"]
    del form["odds"]
    assert read_result(as_json(form)) == form


def gap(form: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = form["tables"][0]["gap"]
    return found


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda form: form["odds"][0].update(value=0.1), "between the groups that it names"),
        (lambda form: form["odds"][0].update(lowest=["c"]), "between the groups that it names"),
        (lambda form: form["odds"][0].update(lowest=["z"]), "between the groups that it names"),
        (lambda form: form["odds"][0].update(measure="true_positive"), "between the groups"),
        (lambda form: form["odds"][0].update(value=None), "not the largest gap"),
        (lambda form: form["odds"][0].update(low=0.16), "not that of the counts"),
        (lambda form: form["odds"][0].update(high=0.2), "not that of the counts"),
        (lambda form: form["odds"][0].update(low=None), "rests on what is not given"),
        (lambda form: form["odds"][0]["without"].update(true_positive=[]), "'without'"),
        (lambda form: form["odds"].append(form["odds"][0]), "twice"),
        (lambda form: form["odds"][0].update(random=True), "not given"),
        (lambda form: gap(form).update(high=0.9), "not that of the counts"),
        (lambda form: gap(form).update(low=0.0, high=0.0), "not that of the counts"),
        (lambda form: gap(form).update(low=None), "rests on what is not given"),
    ],
)
def test_what_was_touched_is_refused(change: Callable[[dict[str, Any]], object], text: str) -> None:
    form = public()
    change(form)
    with pytest.raises(ResultProblem, match=text):
        read_result(as_json(form))


def test_with_a_hidden_figure_it_is_refused() -> None:
    form = public(GROUPS | {"c": (300, 0, 4, 0)})
    form["odds"] = public()["odds"]
    with pytest.raises(ResultProblem, match="not given"):
        read_result(as_json(form))
