"""What an audit’s report says of the published rules: one input changed, what carries a gap."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq

from clairevoie.audit.reading import read_plan
from clairevoie.audit.running import audit
from clairevoie.audit.writing import exact_form
from clairevoie.decisions.demonstration import (
    declaration_text,
    demonstration_rules,
    make_journal,
)
from clairevoie.decisions.reading import read_journal
from clairevoie.letters.audit_blocks import Grid, Paragraph
from clairevoie.letters.audit_html import page
from clairevoie.letters.audit_pdf import document
from clairevoie.letters.audit_report import first_page, report_of
from clairevoie.letters.audit_rules import decompositions, flips

NAME = "exemple-score-controle"
PLAN = """
clairevoie: audit-1.0
id: essai
title: {fr: Essai, en: Trial}
question: {fr: Que changent les règles ?, en: What do the rules change?}
journal: exemple-score-controle
written: 2025-01-06
groups:
  - name: seul
    column: parent_seul
    label: {fr: Parent seul, en: Single parent}
    labels: {"true": {fr: Parents seuls}, "false": {fr: Autres}}
chain: [{name: tous, label: Tous}]
decompose: true
flips:
  - name: parent
    label: {fr: Parent seul ou non, en: Single parent or not}
    swap: {input: parent_seul, values: [true, false]}
"""


@cache
def form() -> dict[str, Any]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        pq.write_table(make_journal(NAME, rows=3000), folder / "control_score.parquet")
        declared = read_journal(declaration_text(NAME), name="journal.yaml")
        plan = read_plan(PLAN.encode(), name="plan.yaml")
        return exact_form(audit(declared, plan, folder, rules=demonstration_rules(NAME)))


def number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")


def test_a_flip_is_told_with_the_numbers_of_the_rules() -> None:
    section = flips(form(), "fr")
    assert section is not None
    told = " ".join(one.text for one in section.blocks if isinstance(one, Paragraph))
    total = form()["flips"][0]["total"]
    assert total["worse"] > total["better"] > 0
    assert (
        f"On change «\u00a0Parent seul\u00a0» dans {number(total['concerned'])} décisions" in told
    )
    assert "situation de famille" in told
    moved = total["compared"] - total["unchanged"]
    assert f"{number(moved)} décisions sur {number(total['compared'])}" in told
    assert f"moins favorable pour {number(total['worse'])}" in told
    # Answers have no names for everybody: none is shown where sides say it all.
    assert "pas_de_controle" not in told
    (grid,) = (one for one in section.blocks if isinstance(one, Grid))
    alone = next(row for row in grid.rows if row[0] == "Parents seuls")
    assert alone[2] == "0"
    assert any(one.startswith("Parent seul ou non") for one in first_page(form()))


def test_an_input_that_no_rule_reads_changes_nothing() -> None:
    changed = deepcopy(form())
    changed["flips"][0]["read"] = False
    section = flips(changed, "fr")
    assert section is not None
    assert "aucune réponse ne peut changer" in str(section)
    assert not any(isinstance(one, Grid) for one in section.blocks)


def test_the_steps_add_up_to_the_gap() -> None:
    section = decompositions(form(), "fr")
    assert section is not None
    for one in form()["decompositions"]["found"]:
        parts = sum(part["gap"] for part in one["parts"])
        assert abs(parts - one["gap"]) < 1e-9
    grids = [one for one in section.blocks if isinstance(one, Grid)]
    assert grids
    # What carries most comes first.
    most = max(form()["decompositions"]["found"][0]["parts"], key=lambda part: abs(part["gap"]))
    assert grids[0].rows[0][0] == most["label"]["fr"]


def test_both_are_in_the_page_and_in_print() -> None:
    keys = [section.key for section in report_of(form(), language="en").sections]
    assert keys.index("flips") < keys.index("decomposed") < keys.index("hidden")
    assert "La même personne, une chose changée" in page(form())
    assert document(form()).startswith(b"%PDF")


def test_a_plan_without_rules_has_neither() -> None:
    bare = form() | {"flips": [], "decompositions": None}
    assert flips(bare, "fr") is None
    assert decompositions(bare, "fr") is None
