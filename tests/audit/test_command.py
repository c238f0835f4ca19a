"""`clairevoie audit`, run as a person runs it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.audit.plans import PLAN, drawn

JOURNAL = """
clairevoie: journal-1.0
id: essai
title: {fr: Décisions}
rules: essai
data: {parquet: data.parquet}
columns:
  identifier: reference
  date: jour
  person: {column: personne, pseudonym: true}
  inputs: same
  decision: decision
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = drawn(4000)
    # One man in ten is controlled, and two women in three.
    sexe = rows.column("sexe").to_pylist()
    hit = [row % 3 > 0 if sex == "f" else row % 10 == 0 for row, sex in enumerate(sexe)]
    place = rows.column_names.index("controle")
    rows = rows.set_column(place, "controle", pa.array(hit))
    pq.write_table(rows, tmp_path / "data.parquet")
    (tmp_path / "journal.yaml").write_text(JOURNAL)
    (tmp_path / "plan.yaml").write_text(PLAN.replace("intersections: [[sexe, age]]\n", ""))
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clairevoie", "audit", *words],
        cwd=folder,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def test_findings_are_told_and_written(folder: Path) -> None:
    done = run(folder, "journal.yaml", "plan.yaml", "-o", "found")
    assert done.returncode == 0, done.stderr
    assert "4,000 decisions in the period" in done.stdout
    assert "Contrôlé – f: higher than the others" in done.stdout
    assert "cannot tell from" in done.stdout
    form = json.loads((folder / "found" / "result.json").read_text())
    assert form["form"] == "public"
    assert (folder / "found" / "cells.csv").read_text().startswith("measure,cut,key,count,of")
    names = ("cells.csv", "report.html", "report.pdf", "result.json")
    assert tuple(sorted(one.name for one in (folder / "found").iterdir())) == names
    again = run(folder, "journal.yaml", "plan.yaml", "-o", "again")
    assert again.returncode == 0
    for name in names:
        assert (folder / "again" / name).read_bytes() == (folder / "found" / name).read_bytes()


def test_what_is_public_already_is_set_beside_and_said(folder: Path) -> None:
    asked = ("journal.yaml", "plan.yaml", "-o")
    assert run(folder, *asked, "first").returncode == 0
    plan = (folder / "plan.yaml").read_text()
    for name, bands in (("second", "[40, 60]"), ("near", "[26, 60]")):
        again = plan.replace("id: essai", "id: deuxieme", 1).replace("[25, 60]", bands)
        (folder / f"{name}.yaml").write_text(again)
    alone = run(folder, "journal.yaml", "second.yaml", "-o", "alone")
    assert alone.returncode == 0
    beside = ("--beside", "first/result.json")
    done = run(folder, "journal.yaml", "second.yaml", "-o", "second", *beside)
    assert done.returncode == 0, done.stderr
    content = (folder / "first" / "result.json").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    form = json.loads((folder / "second" / "result.json").read_text())
    assert form["beside"] == [{"plan": "essai", "digest": digest}]
    page = (folder / "second" / "report.html").read_text()
    assert "-o resultat --beside essai.json" in page
    assert digest in page
    assert "étaient déjà publiés" not in (folder / "alone" / "report.html").read_text()
    near = run(folder, "journal.yaml", "near.yaml", "-o", "near", *beside)
    assert "together single out fewer than 11 people" in near.stderr
    # What cannot be set beside is said, and nothing is written.
    (folder / "touched.json").write_bytes(content.replace(b'"public"', b'"administration"', 1))
    refused = run(folder, "journal.yaml", "second.yaml", "-o", "third", "--beside", "touched.json")
    assert refused.returncode == 1
    assert "touched.json" in refused.stderr
    assert not (folder / "third").exists()


def test_what_is_there_is_not_replaced(folder: Path) -> None:
    (folder / "found").mkdir()
    (folder / "found" / "mine.txt").write_text("mine")
    done = run(folder, "journal.yaml", "plan.yaml", "-o", "found")
    assert done.returncode == 1
    assert "found is not empty: choose another folder." in done.stderr
    assert [one.name for one in (folder / "found").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("column: lieu", "column: commune", "the journal has no column 'commune'"),
        ("column: lieu", "column: reference", "has 4,000 values: give bands"),
        ("journal: essai", "journal: autre", "not for 'essai'"),
        ("written:", "ecrit:", "'written' is missing"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused_in_a_sentence(
    folder: Path, old: str, new: str, said: str
) -> None:
    (folder / "plan.yaml").write_text(PLAN.replace(old, new))
    done = run(folder, "journal.yaml", "plan.yaml", "-o", "found")
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "found").exists()


def test_all_figures_are_for_whoever_may_see_the_journal(folder: Path) -> None:
    done = run(folder, "journal.yaml", "plan.yaml", "--exact", "--json")
    form = json.loads(done.stdout)
    assert form["form"] == "administration"
    assert form["left_out"]["figures"] == 0


def test_a_decision_that_is_twice_is_said_and_nothing_is_written(folder: Path) -> None:
    rows = pq.read_table(folder / "data.parquet")
    pq.write_table(pa.concat_tables([rows, rows.slice(0, 3)]), folder / "data.parquet")
    done = run(folder, "journal.yaml", "plan.yaml", "-o", "found")
    assert done.returncode == 1
    assert "3 identifiers of the column 'reference' are on several rows" in done.stderr
    assert not (folder / "found").exists()
