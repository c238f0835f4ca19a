"""Results of audits, exact and public, for the tests of their report."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clairevoie.audit.publishing import hidden_of
from clairevoie.audit.running import audit
from clairevoie.audit.writing import exact_form, public_form
from clairevoie.decisions.model import Data
from tests.audit.plans import JOURNAL, PLAN, drawn, plan_of, settled

LABELS = PLAN.replace(
    "label: Sexe, reference: h",
    "label: Sexe, ground: sexe, reference: h, labels: {f: Femmes, h: <b>Hommes</b>}",
).replace("label: Âge, bands: [25, 60]", 'label: Âge, bands: [25, 60], reference: "[25..60)"')
MORE = """
chain:
  - {name: eligible, label: Dossiers éligibles, when: [{column: decision, given: true}]}
  - {name: signale, label: Signalés, by: machine, when: [{column: score, from: 0.5}]}
  - {name: retenu, label: Retenus par un agent, by: agent, when: [{column: controle, is: [true]}]}
score: {column: score, label: Score de risque, higher_is: adverse, in_force: 0.5}
delays:
  - name: attente
    label: Attente d’une réponse
    from: jour
    until: fin
    observed: 2026-03-01
    limit: 60
amounts:
  - {name: indu, label: Indu réclamé, column: indu, unit: €}
"""


def rows(count: int) -> pa.Table:
    """Women have higher scores, are controlled more often, and wait longer."""
    table = drawn(count, seed=3)
    draw = np.random.default_rng(4)
    woman = np.array([sex == "f" for sex in table["sexe"].to_pylist()])
    score = np.round(np.clip(draw.beta(2, 3, count) + 0.1 * woman, 0, 1), 3)
    day = np.array(table["jour"].to_pylist(), dtype="datetime64[D]")
    end = day + draw.exponential(30 + 20 * woman, count).astype(int)
    end[end > np.datetime64("2026-03-01")] = np.datetime64("NaT")
    amount = [None if draw.random() < 0.7 else round(draw.gamma(2, 300), 2) for _ in range(count)]
    place = table.column_names.index("controle")
    return (
        table.set_column(
            place, "controle", pa.array(draw.random(count) < 0.1 + 0.5 * (score > 0.5))
        )
        .append_column("score", pa.array(score))
        .append_column("fin", pa.array(end, pa.date32()))
        .append_column("indu", pa.array(amount, pa.float64()))
    )


@cache
def forms(count: int = 4000, **changes: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an exact result and the public one of the same audit."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        by_person = changes.get("unit") == "person"
        table = settled(rows(count)) if by_person else rows(count)
        pq.write_table(table, folder / "journal.parquet")
        journal = replace(JOURNAL, data=Data("parquet", "journal.parquet"), digest="a" * 64)
        # Right and wrong are said of decisions, not of persons.
        text = LABELS[: LABELS.index("truth:")] if by_person else LABELS
        plan = plan_of(text + MORE, **changes)
        found = audit(journal, plan, folder)
        hidden, _ = hidden_of(journal, plan, folder, found.cells)
    return exact_form(found), public_form(found, hidden)
