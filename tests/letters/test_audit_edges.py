"""What a report says where data are at their edges: nothing begun, nothing waited, much missing."""

from __future__ import annotations

import csv
import io
import json
from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clairevoie.audit.model import PlanProblem
from clairevoie.audit.publishing import hidden_of
from clairevoie.audit.receiving import read_result, result_schema
from clairevoie.audit.running import audit
from clairevoie.audit.writing import cells_csv, exact_form, public_form
from clairevoie.charts.drawing import Language
from clairevoie.decisions.model import Data
from clairevoie.decisions.schema import schema_problems
from clairevoie.letters.audit_html import page
from clairevoie.letters.audit_report import first_page
from clairevoie.register.cells import unprotect
from tests.audit.plans import JOURNAL, plan_of
from tests.letters.audit_forms import forms

HEAD = """
clairevoie: audit-1.0
id: essai
title: {fr: Essai}
question: {fr: Qui ?}
journal: essai
written: 2025-12-01
groups: [{name: sexe, column: sexe, label: Sexe}]
"""
WAIT = """
delays: [{name: a, label: Attente, from: debut, until: fin, observed: 2025-03-01, limit: 1}]
"""
CHECKED = """
outcomes: [{name: c, label: C, when: [{column: controle, is: [true]}]}]
"""
ROWS = 400


def result(folder: Path, text: str, **columns: Any) -> dict[str, Any]:
    """Return the exact result of rows of which half are women."""
    base = {
        "reference": [f"r{row}" for row in range(ROWS)],
        "jour": [date(2025, 1, 1)] * ROWS,
        "personne": [f"p{row}" for row in range(ROWS)],
        "poids": [2.0] * ROWS,
        "decision": ["x"] * ROWS,
        "sexe": ["f", "h"] * (ROWS // 2),
        "controle": [row % 3 == 0 for row in range(ROWS)],
    }
    pq.write_table(pa.table(base | columns), folder / "journal.parquet")
    journal = replace(JOURNAL, data=Data("parquet", "journal.parquet"))
    return exact_form(audit(journal, plan_of(HEAD + text), folder))


def test_delays_that_never_begin_are_told(tmp_path: Path) -> None:
    none = pa.nulls(ROWS, pa.date32())
    with pytest.raises(PlanProblem, match=r"^delays\.a: no decision has a day in 'debut': name"):
        result(tmp_path, WAIT, debut=none, fin=none)
    debut = pa.array([date(2026, 1, 1)] * 300 + [None] * 100, pa.date32())
    said = r"100 have no day in 'debut', 0 end .*, 300 begin after 2025-03-01\): correct these"
    with pytest.raises(PlanProblem, match=said):
        result(tmp_path, WAIT, debut=debut, fin=none)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_mean_over_no_days_is_not_told(tmp_path: Path, language: Language) -> None:
    days = [date(2025, 1, 1)] * ROWS
    text = page(result(tmp_path, WAIT, debut=days, fin=days), language=language)
    assert {"fr": "moyenne", "en": "on average"}[language] not in text
    assert {"fr": "la moitié attend 0", "en": "half wait 0"}[language] in text.replace(
        "\u00a0", " "
    )


def test_a_group_that_still_waits_waits_longest(tmp_path: Path) -> None:
    """Women have all ended after 5 days; of men none has, and 59 days were followed."""
    days = [date(2025, 1, 1)] * ROWS
    ends = pa.array([date(2025, 1, 6) if row % 2 == 0 else None for row in range(ROWS)])
    form = result(tmp_path, WAIT, debut=days, fin=ends)
    french = " ".join(first_page(form)).replace("\u00a0", " ")
    assert "plus de la moitié attend encore pour « h » (sexe)" in french
    assert "la moitié attend 5 jours au plus pour « f » (sexe)" in french
    assert "more than half still wait" in " ".join(first_page(form, language="en"))


def test_missing_rows_are_counted_where_they_are_weighted(tmp_path: Path) -> None:
    sexes = ["f"] * 200 + ["h"] * 150 + [None] * 50
    form = result(tmp_path, "weights: true\n" + CHECKED, sexe=sexes)
    assert form["missing"] == {"sexe": 50}
    text = page(form).replace("\u00a0", " ").replace("\u202f", " ")
    assert "Sexe : 50 (12,5 %) sans réponse" in text
    assert "leur nombre n’est pas publié" not in text


def test_missing_rows_are_in_the_exact_form_only() -> None:
    exact, public = forms()
    assert exact["missing"].keys() == {"sexe", "age"}
    assert schema_problems(exact, result_schema()) == []
    assert public["missing"] is None
    leaked = deepcopy(public) | {"missing": {"sexe": 3}}
    assert schema_problems(leaked, result_schema()) != []


def test_no_cell_of_the_csv_runs_in_a_spreadsheet(tmp_path: Path) -> None:
    names = ['=HYPERLINK("http://x")', "+33", "-x", "@sum", "\tx", "plain"]
    form = result(tmp_path, CHECKED, sexe=[names[row % 6] for row in range(ROWS)])
    rows = list(csv.DictReader(io.StringIO(cells_csv(form))))
    keys = [row["key"] for row in rows if row["key"]]
    assert all(not key.startswith(("=", "+", "-", "@", "\t")) for key in keys)
    told = [line["key"][0] for table in form["tables"] for line in table["lines"]]
    assert [unprotect(key) for key in keys] == told


@pytest.mark.parametrize(
    ("raw", "french", "english"),
    [
        ("48 h", "plus de 48 heures", "more than 48 hours"),
        ("1 mois", "plus d’un mois", "one month"),
    ],
)
def test_limits_are_told_in_words(tmp_path: Path, raw: str, french: str, english: str) -> None:
    starts = pa.array([np.datetime64("2025-01-01T10:00:00", "us")] * ROWS)
    ends = pa.array(starts.to_numpy() + np.timedelta64(1_000_000_000, "us") * np.arange(ROWS) * 10)
    text = WAIT.replace("limit: 1", f"limit: {raw}")
    form = result(tmp_path, text, debut=starts, fin=ends)
    assert schema_problems(form, result_schema()) == []
    assert french in page(form).replace("\u00a0", " ")
    assert english in page(form, language="en").replace("\u00a0", " ")
    assert ("Les jours se comptent d’une date à l’autre" in page(form)) == (raw == "48 h")


def test_what_is_longer_than_files_were_followed_is_not_at_most(tmp_path: Path) -> None:
    days = [date(2025, 1, 1)] * ROWS
    text = page(result(tmp_path, WAIT, debut=days, fin=pa.nulls(ROWS, pa.date32())))
    assert "la moitié attend plus longtemps que les dossiers n’ont été suivis\u00a0; les" in text
    assert "suivis au plus" not in text


@pytest.mark.parametrize("raw", ["30", "48 h", "1 month"])
def test_a_public_result_of_any_limit_is_received(tmp_path: Path, raw: str) -> None:
    starts = pa.array([np.datetime64("2025-01-01T10:00:00", "us")] * ROWS)
    ends = pa.array(starts.to_numpy() + np.timedelta64(4 * 86_400 * 10**6 + 1, "us"))
    sexes = ["f"] * 200 + ["h"] * 200
    ends = pa.array([end if row < 200 else None for row, end in enumerate(ends.to_pylist())])
    plan = plan_of(HEAD + WAIT.replace("limit: 1", f"limit: {raw}"))
    exact = result(
        tmp_path, WAIT.replace("limit: 1", f"limit: {raw}"), debut=starts, fin=ends, sexe=sexes
    )
    journal = replace(JOURNAL, data=Data("parquet", "journal.parquet"), digest="a" * 64)
    found = audit(journal, plan, tmp_path)
    hidden, _ = hidden_of(journal, plan, tmp_path, found.cells)
    form = public_form(found, hidden)
    assert read_result(json.dumps(form).encode())["delays"] == form["delays"]
    shares = [
        [wait["over"]["value"] for wait in one["delays"][0]["waits"]] for one in (exact, form)
    ]
    assert shares[0] == shares[1] == [{"30": 0.0, "48 h": 1.0, "1 month": 0.0}[raw], 1.0]
