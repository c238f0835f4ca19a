"""A whole audit, from a file to what may be published."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clairevoie.audit.model import PlanProblem
from clairevoie.audit.publishing import hidden_of
from clairevoie.audit.receiving import read_result, result_schema
from clairevoie.audit.running import Audit, audit
from clairevoie.audit.secrecy import hidden_figures
from clairevoie.audit.writing import cells_csv, exact_form, public_form
from clairevoie.decisions.demonstration import demonstration_rules
from clairevoie.decisions.model import Data, Journal
from clairevoie.decisions.schema import schema_problems
from clairevoie.rules.model import RuleSet
from tests.audit.plans import BY_PERSON, JOURNAL, PLAN, drawn, plan_of, settled
from tests.audit.test_histograms import DELAYS, files
from tests.decisions import replay_cases

AMOUNTS = """
amounts:
  - {name: paye, label: Payé, column: poids, unit: €}
chain:
  - {name: tous, label: Dossiers}
  - {name: vus, label: Contrôlés, when: [{column: controle, is: [true]}]}
"""
HERE: Journal = dataclasses.replace(JOURNAL, data=Data("parquet", "journal.parquet"))


def audited(rows: pa.Table, folder: Path, text: str = PLAN + DELAYS + AMOUNTS) -> Audit:
    pq.write_table(rows, folder / "journal.parquet")
    return audit(HERE, plan_of(text), folder)


def public(found: Audit, folder: Path) -> dict[str, Any]:
    hidden, _ = hidden_of(HERE, found.plan, folder, found.cells)
    return public_form(found, hidden)


def test_an_audit_of_a_file_measures_all_that_its_plan_asks(tmp_path: Path) -> None:
    found = audited(files(400, 3), tmp_path)
    form = exact_form(found)
    json.dumps(form, allow_nan=False)
    measures = {table["measure"] for table in form["tables"]}
    assert measures == {
        *("rate:controle", "rate:refus", "error", "precision", "true_positive"),
        *("false_positive", "false_negative", "step:tous", "step:vus"),
    }
    assert form["rows"] == 400
    assert [one["name"] for one in form["delays"]] == ["attente", "attente"]
    assert len(form["scores"]) == 2
    assert len(form["amounts"]) == 2
    assert len(form["journal"]["data_digest"]) == 64


def test_parts_are_told_as_they_begin(tmp_path: Path) -> None:
    pq.write_table(files(100, 3), tmp_path / "journal.parquet")
    said: list[str] = []
    audit(HERE, plan_of(PLAN + DELAYS), tmp_path, progress=said.append)
    assert said[0] == "opening"
    assert said[-1] == "comparing"


def test_the_mean_of_an_amount_and_its_quantiles(tmp_path: Path) -> None:
    rows = files(300, 5)
    form = exact_form(audited(rows, tmp_path))
    groups = next(one for one in form["amounts"] if one["cut"] == ["sexe"])["groups"]
    women = [row["poids"] for row in rows.to_pylist() if row["sexe"] == "f"]
    told = next(one for one in groups if one["key"] == ["f"])
    assert told["rows"] == len(women)
    assert told["mean"]["value"] == pytest.approx(sum(women) / len(women))
    assert told["mean"]["low"] < told["mean"]["value"] < told["mean"]["high"]
    assert told["quantiles"] == sorted(told["quantiles"])


def test_what_is_public_has_no_figure_on_a_few_people(tmp_path: Path) -> None:
    rows = files(400, 3)
    place = rows.column_names.index("sexe")
    sexe = ["x"] * 7 + ["f", "h"] * 196 + ["h"]
    people = rows.column_names.index("personne")
    rows = rows.set_column(place, "sexe", pa.array(sexe[:400]))
    rows = rows.set_column(people, "personne", pa.array([f"q{row}" for row in range(400)]))
    found = audited(rows, tmp_path)
    form = public(found, tmp_path)
    json.dumps(form, allow_nan=False)
    assert form["left_out"]["figures"] > 0
    for table in form["tables"]:
        for line in table["lines"]:
            if line["count"] is not None:
                for figure in (line["count"], line["of"], line["of"] - line["count"]):
                    assert figure == 0 or figure >= 11, (table["measure"], line)
        if table["cut"] == ["sexe"]:
            few = next(line for line in table["lines"] if line["key"] == ["x"])
            assert not few["count"]
            assert not few["of"]
            if few["of"] is None:
                assert few["rate"] is None
                assert table["gap"] is None
    assert "x,7" not in cells_csv(form)


def test_what_nothing_protects_is_not_published(tmp_path: Path) -> None:
    """Few rows have no amount, few dates are missing, in groups that are few themselves."""
    found = audited(files(400, 4), tmp_path)
    told = public(found, tmp_path)
    for kind in ("delays", "scores", "amounts"):
        assert exact_form(found)[kind]
        assert told[kind] == []
        assert told["left_out"][kind] == len(exact_form(found)[kind])


def test_nothing_that_rests_on_a_hidden_figure_is_told(tmp_path: Path) -> None:
    """Seven hits among rows without a group: bounds, shares, pooled rates would give them."""
    rows = drawn(2000)
    sexe = ["f", "h"] * 900 + [None] * 200
    hit = [row % 3 == 0 for row in range(1800)] + [row < 7 for row in range(200)]
    for name, values in (("sexe", sexe), ("controle", hit)):
        place = rows.column_names.index(name)
        rows = rows.set_column(place, name, pa.array(values, rows.schema.field(name).type))
    people = rows.column_names.index("personne")
    rows = rows.set_column(people, "personne", pa.array([f"q{row}" for row in range(2000)]))
    found = audited(rows, tmp_path, PLAN)
    told = public(found, tmp_path)
    table, exact = (
        next(
            one
            for one in form["tables"]
            if one["measure"] == "rate:controle" and one["cut"] == ["sexe"]
        )
        for form in (told, exact_form(found))
    )
    lines = {line["key"][0]: line for line in table["lines"]}
    assert lines[""]["count"] is None
    assert any(line["bounds"] for line in exact["lines"])
    assert not any(line["bounds"] for line in table["lines"])
    total = table["total"]["count"]
    for line in table["lines"]:
        assert total is not None or line["share_hit"] is None
    for each in told["tables"]:
        hidden = [line for line in each["lines"] if line["count"] is None]
        if hidden or each["total"]["count"] is None:
            assert not any(line["pooled"] for line in each["lines"])
            assert each["gap"] is None


def test_the_exact_form_and_the_public_one_have_one_shape(tmp_path: Path) -> None:
    found = audited(drawn(300), tmp_path, PLAN)
    exact, told = exact_form(found), public(found, tmp_path)
    assert exact.keys() == told.keys()
    for one, other in zip(exact["tables"], told["tables"], strict=True):
        assert one.keys() == other.keys()
        assert [line.keys() for line in one["lines"]] == [line.keys() for line in other["lines"]]
        assert [each.keys() for each in one["compared"]] == [
            each.keys() for each in other["compared"]
        ]


def test_a_weighted_journal_without_persons_is_not_published(tmp_path: Path) -> None:
    pq.write_table(drawn(100), tmp_path / "journal.parquet")
    nobody = dataclasses.replace(HERE, person=None)
    plan = plan_of(weights="true")
    found = audit(nobody, plan, tmp_path)
    with pytest.raises(PlanProblem, match="how many people"):
        hidden_of(nobody, plan, tmp_path, found.cells)


def test_a_plan_of_delays_only_has_no_tables(tmp_path: Path) -> None:
    text = PLAN[: PLAN.index("outcomes:")] + DELAYS[: DELAYS.index("score:")]
    found = audited(files(300, 3), tmp_path, text)
    assert found.tables == ()
    assert len(found.delays) == 2
    assert public(found, tmp_path)["tables"] == []


# --- the rules ------------------------------------------------------------------------------------

RULED = """
clairevoie: audit-1.0
id: essai
title: {fr: Essai}
question: {fr: Qui est refusé ?}
journal: aide
written: 2025-12-01
groups: [{name: sexe, column: sexe, label: Sexe}]
outcomes: [{name: seul, label: Seul, when: [{column: seul, is: [true]}]}]
"""
FLIPS = """
flips: [{name: seul, label: Parent seul, swap: {input: seul, values: [true, false]}}]
"""


def ruled(folder: Path, text: str, rules: RuleSet | None) -> Audit:
    rows = replay_cases.drawn(300) | {"reference": [f"R-{row}" for row in range(300)]}
    table = pa.table({name: pa.array(column) for name, column in rows.items()})
    pq.write_table(table, folder / "journal.parquet")
    journal = dataclasses.replace(
        replay_cases.JOURNAL,
        data=Data("parquet", "journal.parquet"),
        person=None,
        machine_value="",
        machine_outcome="",
        decision="",
    )
    return audit(journal, plan_of(text), folder, rules=rules)


def test_rules_flip_and_decompose_what_the_plan_asks(tmp_path: Path) -> None:
    found = ruled(tmp_path, RULED + FLIPS + "decompose: true\n", replay_cases.scale())
    assert found.decompositions is not None
    assert found.flips[0].total.concerned == 300
    form = json.loads(json.dumps(exact_form(found), allow_nan=False))
    assert schema_problems(form, result_schema()) == []
    assert form["flips"][0]["total"]["compared"] == 300
    assert form["decompositions"]["of"] == "points"
    parts = form["decompositions"]["found"][0]["parts"]
    gap = form["decompositions"]["found"][0]["gap"]
    assert sum(part["gap"] for part in parts) == pytest.approx(gap)
    told = public_form(found, hidden_figures(found.plan, found.cells))
    assert told["flips"] == []
    assert told["decompositions"] is None
    assert told["left_out"]["flips"] == told["left_out"]["decompositions"] == 1
    assert read_result(json.dumps(told).encode())


def test_rules_that_nothing_asks_for_are_left_aside(tmp_path: Path) -> None:
    found = ruled(tmp_path, RULED, replay_cases.scale())
    assert found.flips == ()
    assert found.decompositions is None


@pytest.mark.parametrize(("more", "place"), [(FLIPS, "flips"), ("decompose: true\n", "decompose")])
def test_a_plan_that_needs_rules_says_so(tmp_path: Path, more: str, place: str) -> None:
    with pytest.raises(PlanProblem, match="needs the published rules 'aide'") as problem:
        ruled(tmp_path, RULED + more, None)
    assert problem.value.places == (place,)


def test_other_rules_than_those_of_the_journal(tmp_path: Path) -> None:
    other = dataclasses.replace(replay_cases.scale(), id="autre")
    for more in (FLIPS, "decompose: true\n"):
        with pytest.raises(PlanProblem, match="applies the rules 'aide', not 'autre'"):
            ruled(tmp_path, RULED + more, other)


def test_rules_whose_totals_are_no_sums(tmp_path: Path) -> None:
    rules = dataclasses.replace(demonstration_rules("clairbourg-cantine"), id="aide")
    with pytest.raises(PlanProblem, match="can be decomposed; flip an input instead"):
        ruled(tmp_path, RULED + "decompose: true\n", rules)


# --- read again -----------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["decision", "cluster", "person"])
@pytest.mark.parametrize("compare", ["rest", "overall", "pairs"])
def test_what_is_published_is_taken(tmp_path: Path, unit: str, compare: str) -> None:
    random = "  random: [{column: lieu, is: [nord]}]\n"
    by_person = unit == "person"
    plan = BY_PERSON if by_person else f"{PLAN}{random}unit: {unit}\n"
    rows = settled(files(500, 2)) if by_person else files(500, 2)
    text = f"{plan}{DELAYS}{AMOUNTS}compare: {compare}\n"
    found = audited(rows, tmp_path, text + "draws: {number: 100}\n")
    form = json.loads(json.dumps(public(found, tmp_path)))
    assert read_result(json.dumps(form).encode()) == form
    exact = json.loads(json.dumps(exact_form(found)))
    assert schema_problems(exact, result_schema()) == []
