"""`clairevoie explain`."""

from __future__ import annotations

import json
from importlib.resources import as_file, files

import pytest
from typer.testing import CliRunner

from clairevoie.cli import app
from clairevoie.cli.output import CommandProblem

runner = CliRunner()
CASE = "habite=oui; quotient=620,50; enfants=3; panier=non"


@pytest.fixture(scope="module")
def canteen():
    with as_file(files("clairevoie.rules") / "demonstration" / "canteen.yaml") as path:
        yield str(path)


def run(*arguments):
    return runner.invoke(app, ["explain", *arguments])


def test_a_case_is_explained_in_text(canteen):
    found = run(canteen, "--case", CASE, "--on", "2025-10-01")
    assert found.exit_code == 0, found.output
    assert "EN BREF" in found.output
    assert "2,48" in found.output
    assert "CE QUI CHANGERAIT LE RÉSULTAT" in found.output


def test_the_version_in_force_on_the_day_is_used(canteen):
    found = run(canteen, "--case", CASE, "--on", "2024-10-01", "--json", "--language", "en")
    content = json.loads(found.output)
    assert (content["version"], content["language"]) == ("2024-2025", "en")
    assert content["result"]["value"] == "2.98"


def test_a_case_may_be_a_json_file(canteen, tmp_path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps({"habite": False, "quotient": 1, "enfants": 1, "panier": False}))
    found = run(canteen, "--case", str(path), "--on", "2025-10-01", "--html")
    assert found.output.startswith('<div lang="fr">')
    assert "7,50" in found.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--case", "x=1", "--on", "2025-10-01"), "the rules have no input 'x'"),
        (("--case", "habite", "--on", "2025-10-01"), "no file 'habite'"),
        (("--case", "a=1;b", "--on", "2025-10-01"), "'b' is not name=value"),
        (("--case", CASE, "--on", "demain"), "'demain' is not a date"),
        (("--case", CASE, "--on", "2020-01-01"), "no version"),
        (("--case", CASE, "--on", "2025-10-01", "--language", "de"), "'de' is not a language"),
        (("--case", CASE, "--on", "2025-10-01", "--cutoff", "x"), "'x' is not a number"),
        (("--case", CASE, "--on", "2025-10-01", "--json", "--html"), "exclude each other"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(canteen, arguments, message):
    found = run(canteen, *arguments)
    assert isinstance(found.exception, CommandProblem)
    assert message in str(found.exception)
