"""`clairevoie decisions replay`, run as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.decisions.replay_cases import SCALE, by_rules, drawn, scale, table_of

JOURNAL = """
clairevoie: journal-1.0
id: aide
title: {fr: Décisions}
rules: RULES
data: {parquet: data.parquet}
columns:
  identifier: reference
  date: jour
  person: {column: personne, pseudonym: true}
  inputs: same
  machine: {value: points, outcome: proposition}
  decision: decision
  groups: {sexe: {column: sexe, label: {fr: Sexe, en: Sex}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cases = drawn(600)
    points, words = by_rules(scale(), cases, "2025")
    points = points + 5 * (cases["sexe"] == "f")
    decision = words.copy()
    decision[7] = "refus" if words[7] == "accord" else "accord"
    pq.write_table(table_of(cases, points, words, decision), tmp_path / "data.parquet")
    (tmp_path / "rules.yaml").write_text(SCALE)
    (tmp_path / "journal.yaml").write_text(JOURNAL.replace("RULES", "aide"))
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clairevoie", "decisions", "replay", *words],
        cwd=folder,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_report_as_text_and_in_a_file(folder: Path) -> None:
    done = run(
        folder, "journal.yaml", "--rules", "rules.yaml", "--out", "r.json", "--today", "2026-01-31"
    )
    assert done.returncode == 0, done.stderr
    assert "600 decisions compared" in done.stdout
    assert "Unpublished criterion: +5\u00a0points when “Sex” is “f”." in done.stdout
    assert "Some of them, for the administration only:" in done.stdout
    written = json.loads((folder / "r.json").read_text())
    assert written["form"] == "administration"
    assert len(written["inputs"]["data_digest"]) == 64
    assert not list(folder.glob(".r.json*"))


def test_what_may_be_published_has_no_identifier(folder: Path) -> None:
    done = run(folder, "journal.yaml", "--rules", "rules.yaml", "--publishable", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["form"] == "public"
    assert "R-0000" not in done.stdout
    text = run(folder, "journal.yaml", "--rules", "rules.yaml", "--publishable").stdout
    assert "R-0000" not in text
    assert "? is a figure on fewer than 11 people" in text


def test_what_cannot_be_done_is_said_in_a_sentence(folder: Path) -> None:
    (folder / "other.yaml").write_text(JOURNAL.replace("RULES", "autres"))
    done = run(folder, "other.yaml", "--rules", "rules.yaml")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the journal applies 'autres'" in done.stderr
    done = run(
        folder, "journal.yaml", "--rules", "rules.yaml", "--publishable", "--threshold", "99"
    )
    assert done.returncode == 2
    assert "between 1 and 50" in done.stderr
    done = run(folder, "journal.yaml", "--rules", "rules.yaml", "--out", "absent/r.json")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
