"""The commands of decision journals, run as a person runs them."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from clairevoie.decisions.codes import verify_code
from clairevoie.decisions.keys import read_keys
from tests.decisions.samples import JOURNAL, RULES, good_rows, write_journal

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "journal.yaml").write_text(JOURNAL, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    write_journal("parquet", tmp_path / "data", good_rows(30))
    variables = os.environ | {"CLAIREVOIE_KEYS": str(tmp_path / "keys")}

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "clairevoie", "decisions", *words],
            env=variables,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return command


def test_check_says_what_is_wrong_with_an_exit_code(run: Run, tmp_path: Path) -> None:
    given = ("check", "data/journal.yaml", "--rules", "rules.yaml", "--today", "2026-03-01")
    good = run(*given)
    assert (good.returncode, good.stderr) == (0, "")
    assert "No problem." in good.stdout
    rows = good_rows(30)
    rows[4] |= {"personne": "Jeanne Martin"}
    write_journal("parquet", tmp_path / "data", rows)
    bad = run(*given, "--json")
    report = json.loads(bad.stdout)
    assert bad.returncode == 1
    assert [(item["code"], item["rows"]) for item in report["findings"]] == [("person_name", [5])]
    assert "Jeanne" not in bad.stdout + bad.stderr


def test_rules_of_another_journal_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES.replace("ville-creches", "autre"), encoding="utf-8")
    done = run("check", "data/journal.yaml", "--rules", "rules.yaml")
    assert done.returncode == 1
    assert "the journal applies 'ville-creches'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_declaration_is_told_with_its_line(run: Run, tmp_path: Path) -> None:
    wrong = JOURNAL.replace("decision: decision", "verdict: decision")
    (tmp_path / "data" / "journal.yaml").write_text(wrong, encoding="utf-8")
    done = run("index", "data/journal.yaml")
    assert done.returncode == 1
    assert "journal.yaml, line 7, columns: 'verdict' is not known here" in done.stderr


def test_keys_then_codes_then_retired(run: Run, tmp_path: Path) -> None:
    assert "make one with" in run("codes", "data/journal.yaml").stderr
    made = run("keys", "new", "data/journal.yaml", "--purpose", "codes", "--expires", "2099-12-31")
    assert made.returncode == 0, made.stderr
    printed = run("codes", "data/journal.yaml")
    lines = list(csv.reader(io.StringIO(printed.stdout), delimiter=";"))
    keys = read_keys(tmp_path / "keys", journal="creches-2025", purpose="codes")
    assert len(lines) == 31
    day = keys[0].created
    assert all(verify_code(keys, line[0], line[1], day=day) for line in lines[1:])
    assert keys[0].secret.hex() not in made.stdout + printed.stdout
    written = run("codes", "data/journal.yaml", "--out", "codes.csv")
    assert "valid until 2099-12-31" in written.stdout
    assert (tmp_path / "codes.csv").read_text(encoding="utf-8") == printed.stdout
    retired = run("keys", "retire", "data/journal.yaml", keys[0].id)
    assert retired.returncode == 0, retired.stderr
    assert run("codes", "data/journal.yaml").returncode == 1
    listed = json.loads(run("keys", "list", "data/journal.yaml", "--json").stdout)["keys"]
    assert [(item["id"], item["valid"]) for item in listed] == [(keys[0].id, False)]
    assert "secret" not in listed[0]


def test_pseudonyms_then_rotation(run: Run, tmp_path: Path) -> None:
    new = ("keys", "new", "data/journal.yaml", "--purpose", "pseudonyms")
    assert run(*new).returncode == 0
    first = run("pseudonymise", "data/journal.yaml", "-o", "data/first.parquet", "--json")
    assert json.loads(first.stdout)["rows"] == 30
    assert "which follows" in run(*new).stdout
    moved = JOURNAL.replace("journal.parquet", "first.parquet")
    (tmp_path / "data" / "first.yaml").write_text(moved, encoding="utf-8")
    again = run("pseudonymise", "data/first.yaml", "-o", "data/second.parquet")
    assert again.returncode == 1
    assert "already holds pseudonyms" in again.stderr
    rotated = run("pseudonymise", "data/first.yaml", "-o", "data/second.parquet", "--rotate")
    assert rotated.returncode == 0, rotated.stderr
    later = run("pseudonymise", "data/journal.yaml", "-o", "data/later.parquet")
    assert later.returncode == 0, later.stderr
    columns = [
        pq.read_table(tmp_path / "data" / name).column("personne").to_pylist()
        for name in ("first.parquet", "second.parquet", "later.parquet")
    ]
    assert columns[1] == columns[2] != columns[0]


def test_keys_in_the_folder_of_the_data_are_refused(run: Run) -> None:
    done = run("keys", "new", "data/journal.yaml", "--purpose", "codes", "--keys", "data/keys")
    assert done.returncode == 1
    assert "outside the folder of the data" in done.stderr


def test_index_is_made_beside_the_journal(run: Run, tmp_path: Path) -> None:
    done = run("index", "data/journal.yaml", "--json")
    assert json.loads(done.stdout)["count"] == 30
    assert (tmp_path / "data" / "journal.parquet.index").is_file()


@pytest.mark.parametrize(
    "words",
    [
        ("keys", "new", "data/journal.yaml", "--purpose", "cooking"),
        ("check", "data/journal.yaml", "--rules", "rules.yaml", "--today", "hier"),
        ("check", "data/journal.yaml"),
        ("check", "data/absent.yaml", "--rules", "rules.yaml"),
    ],
)
def test_wrong_usage_has_its_own_exit_code(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
