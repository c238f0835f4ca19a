"""`clairevoie register …`: results on standard output, exit codes, plain sentences."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clairevoie.cli import main
from clairevoie.register.catalogue import FIELDS
from clairevoie.register.exchange import FORMATS
from clairevoie.register.reference import fields_markdown

GOOD = "Nom,État,Mots-clés\nCalcul,en service,a | b\nTri,suspendu,\n"
BAD = "Nom,État\nCalcul,en service\nTri,perdu\n"


class Run:
    """Runs the command in this process."""

    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.capfd = capfd
        self.monkeypatch = monkeypatch
        self.code = 0
        self.out = self.err = ""

    def __call__(self, *arguments: object) -> Run:
        self.monkeypatch.setattr(sys, "argv", ["clairevoie", *map(str, arguments)])
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
def good(tmp_path: Path) -> Path:
    path = tmp_path / "bon.csv"
    path.write_text(GOOD)
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "mauvais.csv"
    path.write_text(BAD)
    return path


def test_fields(run: Run) -> None:
    assert len(run("register", "fields").out.splitlines()) == len(FIELDS)
    assert [item["key"] for item in run("register", "fields", "--json").json()["fields"]] == [
        item.key for item in FIELDS
    ]


def test_the_reference_page_of_fields_is_up_to_date(run: Run, project_root: Path) -> None:
    page = (project_root / "docs" / "reference" / "fields.md").read_text()

    assert page == fields_markdown(), "run: clairevoie register fields --markdown"
    assert run("register", "fields", "--markdown").out == page


def test_formats_and_schemas(run: Run) -> None:
    assert [item["key"] for item in run("register", "formats", "--json").json()["formats"]] == [
        *FORMATS
    ]
    assert "nl_algoritmeregister" in run("register", "formats").out
    assert run("register", "schema", "--json").json()["title"] == "Clairevoie register"
    assert run("register", "schema", "--mapping").json()["title"] == "Clairevoie column mapping"


def test_check_accepts(run: Run, good: Path) -> None:
    found = run("register", "check", good)

    assert (found.code, found.err) == (0, "")
    assert found.out.startswith("2 rows read, 2 systems")
    assert run("register", "check", good, "--json").json()["ok"] is True


def test_check_refuses_by_row_and_column(run: Run, bad: Path) -> None:
    found = run("register", "check", bad)

    assert found.code == 1
    assert "Row 3, column 'status': 'perdu' is not a term of the vocabulary." in found.out
    said = run("register", "check", bad, "--json")
    assert said.code == 1
    assert said.json()["problems"][0]["code"] == "unknown_term"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("check", "absent.csv"), 2, "absent.csv"),
        (("check", "{good}", "--format", "odt"), 2, "'odt' is not a format: choose one of"),
        (("check", "{good}", "--format", "table"), 2, "needs a --mapping"),
        (("check", "{good}", "--mapping", "absent"), 2, "uk_atrs_index"),
        (("check", "{good}", "--mapping", "{good}"), 1, "cannot be used"),
        (("check", "{text}"), 1, "register sniff"),
        (("check", "{folder}", "--format", "csv"), 2, "cannot be read"),
        (("check", "{folder}"), 1, "there is no file bodies.yaml"),
        (("convert", "{good}", "--to", "table", "-o", "x"), 2, "read, not written"),
        (("convert", "{good}", "--to", "nl", "-o", "-", "--json"), 2, "--output"),
        (("convert", "{good}", "--to", "nl", "-o", "/absent/x"), 2, "cannot be written"),
        (("convert", "{good}", "--to", "csv", "-o", "x", "--language", "de"), 2, "fr or en"),
        (("convert", "{good}", "--to", "nl", "-o", "x", "--date", "hier"), 2, "is not a date"),
        (("indicators", "{good}", "--today", "hier"), 2, "YYYY-MM-DD"),
        (("completeness", "{bad}"), 1, "has problems"),
        (("sniff", "{empty}"), 1, "the file is empty"),
        (("fields", "--jsn"), 2, "--jsn"),
    ],
)
def test_refusals_are_a_sentence_and_a_code(
    run: Run, good: Path, bad: Path, tmp_path: Path, arguments: Any, code: int, sentence: str
) -> None:
    (tmp_path / "texte.txt").write_text("Bonjour, ceci est une lettre.\n")
    (tmp_path / "vide.csv").touch()
    places = {
        "folder": tmp_path,
        "good": good,
        "bad": bad,
        "text": tmp_path / "texte.txt",
        "empty": tmp_path / "vide.csv",
    }
    found = run("register", *(text.format(**places) for text in arguments))

    assert found.code == code
    assert sentence in found.err + found.out
    assert "Traceback" not in found.err


def test_sniff_proposes_a_mapping_that_check_uses(run: Run, good: Path, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(run("register", "sniff", good).out)

    assert run("register", "check", good, "--mapping", tmp_path / "m.yaml").code == 0
    assert run("register", "sniff", good, "--json").json()["columns"][0]["field"] == "name"


def test_convert_there_and_back(run: Run, good: Path, tmp_path: Path) -> None:
    own, table = tmp_path / "a.json", tmp_path / "b.csv"
    told = run(
        "register", "convert", good, "--to", "clairevoie", "-o", own,
        "--speaker", "Ville", "--date", "2026-01-02",
    )  # fmt: skip

    assert told.code == 0
    statement = json.loads(own.read_text())["systems"][0]["statements"][0]
    assert (statement["speaker"], statement["date"]) == ("Ville", "2026-01-02")
    found = run(
        "register", "convert", own, "--to", "csv", "-o", table, "--language", "en", "--json"
    )
    assert found.json()["written"] is True
    assert found.json()["wrote"]["losses"]
    assert table.read_text(encoding="utf-8-sig").startswith("Record identifier,")
    assert run("register", "check", table, "--json").json()["systems"] == 2


def test_convert_writes_nothing_when_something_is_refused(
    run: Run, bad: Path, tmp_path: Path
) -> None:
    target = tmp_path / "a.json"
    target.write_text("avant")
    found = run("register", "convert", bad, "--to", "clairevoie", "-o", target)

    assert found.code == 1
    assert target.read_text() == "avant"
    assert "was not written" in found.err
    assert run("register", "convert", bad, "--to", "nl", "-o", target, "--keep-good").code == 0
    assert len(json.loads(target.read_text())) == 1


def test_convert_to_standard_output(run: Run, good: Path) -> None:
    found = run("register", "convert", good, "--to", "nl", "-o", "-")

    assert [item["name"] for item in found.json()] == ["Calcul", "Tri"]
    assert "2 rows read" in found.err


def test_completeness_and_indicators(run: Run, demonstration_path: Path) -> None:
    said = run("register", "completeness", demonstration_path, "--json").json()
    assert len(said["systems"]) > 20
    assert {item["group"] for item in said["groups"]} >= {"identity", "rights"}
    assert " %" in run("register", "completeness", demonstration_path).out

    found = run("register", "indicators", demonstration_path, "--json", "--today", "2026-01-01")
    assert found.json()["total"] == len(said["systems"])
    assert "Budget known" in run("register", "indicators", demonstration_path).out


def test_diff(run: Run, good: Path, tmp_path: Path) -> None:
    later = tmp_path / "plus-tard.csv"
    later.write_text(GOOD.replace("suspendu", "retiré") + "Neuf,idée,\n")

    assert "0 systems changed" in run("register", "diff", good, good).out
    found = run("register", "diff", good, later)
    assert "~ status: suspended → withdrawn" in found.out
    assert "neuf (new)" in found.out
    assert run("register", "diff", good, later, "--json").json()["new_systems"] == 1


@pytest.mark.parametrize("key", [key for key, item in FORMATS.items() if item.write])
def test_what_is_written_is_recognised(
    run: Run, key: str, demonstration_path: Path, tmp_path: Path
) -> None:
    target = tmp_path / f"a.{FORMATS[key].extension}"
    run("register", "convert", demonstration_path, "--to", key, "-o", target)
    found = run("register", "check", target, "--json")

    assert found.code == 0
    assert found.json()["systems"] > 20


def test_help_does_not_import_what_it_does_not_need() -> None:
    code = (
        "import sys, clairevoie.cli, contextlib, io\n"
        "sys.argv = ['clairevoie', '--help']\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        "    clairevoie.cli.main()\n"
        "print([name for name in ('django', 'numpy', 'openpyxl', 'jsonschema', 'ijson', 'yaml',\n"
        "       'charset_normalizer', 'clairevoie.register.catalogue') if name in sys.modules])\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
