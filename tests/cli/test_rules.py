"""`clairevoie rules …`: results on standard output, exit codes, plain sentences."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from clairevoie.cli import main
from clairevoie.rules.reading import read_rules

RULES = """
clairevoie: rules-1.0
id: creche
title: Places en crèche
result: points
unit: points
outcomes: [{value: refuse, label: Place refusée}, {value: admis, label: Place attribuée}]
bases: {acte: {article: "Délibération 1, art. 2", effect: 2025-01-01}}
inputs:
  - {name: enfants, type: integer, label: Enfants, unit: enfants, source: Dossier,
     domain: {min: 0, max: 9}}
  - {name: quotient, type: decimal, label: Quotient, source: CAF, domain: {min: 0}}
versions:
  - id: "2025"
    from: 2025-01-01
    publication: {title: Délibération 1, published: 2024-12-10}
    kind: points
    points:
      criteria:
        - {id: enfants, label: Enfants à charge, input: enfants, per: 40, cap: 100, basis: acte}
        - {id: qf, label: Ressources, input: quotient, bands: [{in: "< 500", points: 30},
            {in: ">= 500", points: 0}], basis: acte}
      thresholds: [{outcome: refuse}, {outcome: admis, from: 90, basis: acte}]
"""
GAP = """
clairevoie: rules-1.0
id: tarif
title: Tarif
inputs: [{name: age, type: integer, label: Âge, domain: {min: 0, max: 120}}]
versions:
  - id: v
    from: 2025-01-01
    kind: table
    table:
      result: prix
      tables:
        - id: prix
          outputs: [{name: prix, type: decimal}]
          rows: [{id: a, when: {age: "< 18"}, then: {prix: 1}}]
"""


class Run:
    """Runs the command in this process."""

    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.capfd = capfd
        self.monkeypatch = monkeypatch
        self.code = 0
        self.out = self.err = ""

    def __call__(self, *arguments: object) -> Run:
        self.monkeypatch.setattr(sys, "argv", ["clairevoie", "rules", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        self.code = int(caught.value.code or 0)
        self.out, self.err = self.capfd.readouterr()
        return self

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return Run(capfd, monkeypatch)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "creche.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


@pytest.fixture
def gap(tmp_path: Path) -> Path:
    path = tmp_path / "tarif.yaml"
    path.write_text(GAP, encoding="utf-8")
    return path


def test_rules_that_lack_nothing(run: Run, rules: Path) -> None:
    run("check", rules)
    assert (run.code, run.out) == (0, "errors: 0, warnings: 0, notes: 0\n")


def test_a_gap_is_an_error_with_its_example(run: Run, gap: Path) -> None:
    run("check", gap)
    assert run.code == 1
    assert "gap" not in run.err
    assert "No row of the table “prix” takes this case: Âge: 18." in run.out
    assert "Aucune ligne" in run("check", gap, "--language", "fr").out
    assert run("check", gap, "--json").json()["counts"]["gap_in_domain"] == 1


def test_warnings_are_refused_when_asked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(RULES.replace(", basis: acte}]", "}]"), encoding="utf-8")
    assert run("check", path).code == 0
    assert run("check", path, "--strict").code == 1


def test_a_file_with_problems_tells_them_all_with_their_lines(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "faux.yaml"
    path.write_text(
        RULES.replace("per: 40", "per: quarante").replace("input: quotient", "inptu: quotient"),
        encoding="utf-8",
    )
    run("check", path)
    assert run.code == 1
    assert run.out == ""
    assert "faux.yaml, line 20, versions.0.points.criteria.0.per: 'quarante' is not a number" in (
        run.err
    )
    assert "'inptu' (did you mean 'input'?)" in run.err


def test_one_case_with_its_trace(run: Run, rules: Path) -> None:
    arguments = ("evaluate", rules, "--case", "enfants=3", "--case", "quotient=499,99")
    run(*arguments, "--on", "2025-03-01")
    assert (run.code, run.err) == (0, "")
    assert "Enfants à charge: 100  = min ( 3 enfants × 40 points ; 100 points )" in run.out
    assert "Quotient 499.99 | < 500 | yes" in run.out
    assert "points: 130\nanswer: Place attribuée" in run.out
    trace = run(*arguments, "--on", "2025-03-01", "--json").json()
    assert (trace["value"], trace["outcome"], trace["version"]) == ("130", "admis", "2025")


def test_a_case_from_a_file_keeps_its_decimals(run: Run, rules: Path, tmp_path: Path) -> None:
    case = tmp_path / "cas.json"
    case.write_text('{"enfants": 1, "quotient": 0.10}')
    run("evaluate", rules, "--case", case, "--on", "2025-03-01", "--json")
    assert run.json()["readings"][1]["value"] == "0.10"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--case", "enfants=12", "--case", "quotient=3"), "“12” is above the maximum, 9"),
        (("--case", "enfants=deux", "--case", "quotient=3"), "“deux” is not a number"),
        (("--case", "enfants=2"), "Quotient: this datum is missing"),
        (("--case", "enfant=2"), "no input 'enfant' (they have: enfants, quotient)"),
        (("--case", "absent.json"), "neither name=value nor a JSON file"),
    ],
)
def test_a_case_that_cannot_be_answered(
    run: Run, rules: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    run("evaluate", rules, *arguments, "--on", "2025-03-01")
    assert run.code in {1, 2}
    assert sentence in run.err


def test_no_version_on_that_day(run: Run, rules: Path) -> None:
    run("evaluate", rules, "--case", "enfants=1", "--on", "2024-03-01")
    assert run.code == 1
    assert "was in force on 2024-03-01" in run.err
    assert run("evaluate", rules, "--case", "enfants=1", "--on", "hier").code == 2


def test_the_rules_are_shown_element_by_element(run: Run, rules: Path) -> None:
    run("show", rules, "--on", "2025-03-01")
    assert run.code == 0
    assert "criterion-qf" in run.out
    assert "Délibération 1, art. 2" in run.out
    data = run("show", rules, "--json").json()
    assert data["versions"][0]["points"]["criteria"][0]["per"] == "40"
    assert data["digest"] == read_rules(rules).digest


def test_the_schema_is_printed(run: Run) -> None:
    assert run("schema").json()["$id"] == "urn:clairevoie:schema:rules:1.0"


def test_another_format_is_converted_and_nothing_is_replaced(run: Run, tmp_path: Path) -> None:
    source, output = tmp_path / "score.json", tmp_path / "score.yaml"
    names = [{"name": "revenu", "coefficient": -0.002}]
    source.write_text(json.dumps({"intercept": 0.1, "terms": names}))
    listed = run("formats").out
    assert "logistic" in listed
    arguments = ("convert", source, "--from", "logistic", "--id", "score", "--start", "2025-01-01")
    run(*arguments, "-o", output)
    if run.code:
        assert "score.json" in run.err
        pytest.fail(run.err)
    assert read_rules(output).versions[0].kind == "additive"
    assert run(*arguments, "-o", output).code == 1
    assert "already there" in run.err
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_format_that_does_not_exist(run: Run, rules: Path, tmp_path: Path) -> None:
    output = tmp_path / "x.yaml"
    run("convert", rules, "--from", "pmml", "--id", "x", "--start", "2025-01-01", "-o", output)
    assert run.code == 1
    assert "there is no format 'pmml'" in run.err
    assert not output.exists()
