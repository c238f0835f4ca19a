"""`clairevoie explain` on a row of a journal, and the letter that an administration signs."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clairevoie.cli import app
from clairevoie.cli.output import CommandProblem
from tests.letters.pdf import opened, text_of

runner = CliRunner()
CASE = "habite=oui; quotient=620,50; enfants=3; panier=non"
JOURNAL = """\
clairevoie: journal-1.0
id: cantine
title: Cantine
rules: clairbourg-cantine
data: {csv: decisions.csv}
columns:
  identifier: reference
  date: date_decision
  inputs: same
  machine: {value: tarif}
"""
ROWS = """\
reference,date_decision,habite,quotient,enfants,panier,tarif
CA-1,2025-10-01,true,620.50,3,false,2.48
CA-2,2025-10-01,true,620.50,3,false,9.99
CA-3,,true,620.50,3,false,9.99
"""
SHEET = """\
clairevoie: letter-1.0
day: 2025-11-03
place: Valmont-sur-Ise
administration:
  name: Commune de Valmont-sur-Ise
  service: Service de la restauration scolaire
  address: [1 place de la Mairie, 99999 Valmont-sur-Ise]
agent: {name: Camille Exemple, capacity: responsable de la régie, phone: 00 00 00 00 00}
recipient: {name: Madame Dominique Modèle, address: [12 rue des Essais, 99999 Valmont-sur-Ise]}
decision:
  reference: ca-2
  notified: 2025-10-06
  subject: le tarif de la cantine
court: Tribunal administratif de Valmont, 2 rue du Palais, 99999 Valmont
"""


@pytest.fixture(scope="module")
def canteen() -> Any:
    with as_file(files("clairevoie.rules") / "demonstration" / "canteen.yaml") as path:
        yield str(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "journal.yaml").write_text(JOURNAL, encoding="utf-8")
    (tmp_path / "decisions.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "letter.yaml").write_text(SHEET, encoding="utf-8")
    return tmp_path


def run(*arguments: object) -> Any:
    return runner.invoke(app, ["explain", *map(str, arguments)])


def bare(text: str) -> str:
    for sign in ("\u200b", "-", "\u2010"):
        text = text.replace(sign, "")
    return "".join(text.split())


def test_a_row_of_a_journal_is_explained(canteen: str, folder: Path) -> None:
    found = run(canteen, "--journal", folder / "journal.yaml", "--reference", "ca-1")
    assert found.exit_code == 0, found.output
    assert "2,48" in found.output


def test_the_letter_of_a_decision_has_its_author_and_what_was_recorded(
    canteen: str, folder: Path
) -> None:
    out = folder / "letter.pdf"
    found = run(
        canteen, "--journal", folder / "journal.yaml", "--reference", "CA-2",
        "--letter", folder / "letter.yaml", "--out", out, "--degree", "automated",
    )  # fmt: skip
    assert found.exit_code == 0, found.exception
    assert "to be signed" in found.output
    said = bare(text_of(out.read_bytes()))
    for expected in (
        "Camille Exemple",
        "responsable de la régie",
        "Service de la restauration scolaire",
        "Madame Dominique Modèle",
        "Elle concerne le tarif de la cantine.",
        "9,99",
        "n’est pas celui que donnent les règles publiées",
        "entièrement automatisée",
        "pour une décision reçue le 6 octobre 2025",
        "6 décembre 2025",
        "Je vous prie d’agréer",
    ):
        assert bare(expected) in said, expected
    assert bare("C’est ce que déclare l’administration") not in said
    outcome = said[said.index(bare("Ce qui a été décidé")) :][:80]
    assert "9,99" in outcome
    assert "2,48" not in outcome
    assert opened(out.read_bytes()).Root.MarkInfo.Marked
    assert not list(folder.glob("*.part"))


def test_a_typed_case_makes_a_letter_when_the_sheet_says_the_decision(
    canteen: str, folder: Path
) -> None:
    sheet, out = folder / "letter.yaml", folder / "letter.pdf"
    typed = (canteen, "--case", CASE, "--on", "2025-10-01", "--letter", sheet, "--out", out)
    refused = run(*typed)
    assert "letter.yaml: nothing says what was decided" in str(refused.exception)
    assert not out.exists()
    sheet.write_text(SHEET.replace("  subject:", "  text: Le repas est à 2,48 €.\n  subject:"))
    assert run(*typed).exit_code == 0
    assert bare("Le repas est à 2,48 €.") in bare(text_of(out.read_bytes()))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("day: 2025-11-03", "day: 2025-02-30", "letter.yaml, line 2, day: '2025-02-30' is not"),
        ("  service: Service de la restauration scolaire\n", "", "'service' is missing"),
        ("agent:", "clerk:", "'clerk' is not known"),
        ("reference: ca-2", "reference: ca-7", "is for decision 'ca-7'"),
        ("notified: 2025-10-06", "notified: 2025-12-06", "received on 2025-12-06"),
        ("court: Tribunal", "rules_url: example\ncourt: Tribunal", "rules_url"),
    ],
)
def test_a_sheet_that_cannot_be_used_is_said_in_one_sentence(
    canteen: str, folder: Path, old: str, new: str, message: str
) -> None:
    (folder / "letter.yaml").write_text(SHEET.replace(old, new), encoding="utf-8")
    found = run(
        canteen, "--journal", folder / "journal.yaml", "--reference", "CA-2",
        "--letter", folder / "letter.yaml", "--out", folder / "letter.pdf",
    )  # fmt: skip
    assert isinstance(found.exception, CommandProblem)
    assert message in str(found.exception)
    assert not (folder / "letter.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "say what to explain"),
        (("--case", CASE), "say what to explain"),
        (("--journal", "JOURNAL"), "--journal goes with --reference"),
        (("--journal", "JOURNAL", "--reference", "CA-1", "--case", CASE), "--journal goes with"),
        (("--journal", "JOURNAL", "--reference", "CA-9"), "no decision 'CA-9'"),
        (("--journal", "JOURNAL", "--reference", "CA-3"), "has no date"),
        (
            ("--case", CASE, "--on", "2025-10-01", "--out", "a.pdf"),
            "--letter and --out go together",
        ),
        (("--case", CASE, "--on", "2025-10-01", "--degree", "full"), "'full' is not one of"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    canteen: str, folder: Path, arguments: tuple[str, ...], message: str
) -> None:
    shown = [str(folder / "journal.yaml") if one == "JOURNAL" else one for one in arguments]
    found = run(canteen, *shown)
    assert isinstance(found.exception, CommandProblem)
    assert message in str(found.exception)
