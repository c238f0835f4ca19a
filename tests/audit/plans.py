"""Plans and journals made for the tests of audits."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from clairevoie.audit.model import Plan
from clairevoie.audit.reading import read_plan
from clairevoie.decisions.model import Data, Group, Journal, Someone

PLAN = """
clairevoie: audit-1.0
id: essai
title: {fr: Essai}
question: {fr: Qui est contrôlé ?}
journal: essai
written: 2025-12-01
groups:
  - {name: sexe, column: sexe, label: Sexe, reference: h}
  - {name: age, column: age, label: Âge, bands: [25, 60]}
conditions:
  - {name: lieu, column: lieu, label: Lieu}
intersections: [[sexe, age]]
outcomes:
  - name: controle
    label: Contrôlé
    when: [{column: controle, is: [true]}]
    adverse: true
  - name: refus
    label: Refusé
    when: [{column: decision, is: [refus]}]
    among: [{column: decision, given: true}]
    adverse: true
truth:
  label: En erreur
  when: [{column: erreur, is: [1]}]
  known: [{column: erreur, given: true}]
  predicted: controle
"""

BY_PERSON = PLAN[: PLAN.index("truth:")] + "unit: person\n"
"""Right and wrong are said of decisions, so that persons are counted without."""

JOURNAL = Journal(
    id="essai",
    title={"fr": "Essai"},
    rules="essai",
    data=Data("parquet", "none.parquet"),
    identifier="reference",
    date="jour",
    inputs={},
    same_names=True,
    decision="decision",
    person=Someone("personne"),
    groups=(Group("sexe", "sexe", {"fr": "Sexe"}),),
    weight="poids",
)


def plan_of(text: str = PLAN, **changes: str) -> Plan:
    """The plan, with lines added: ``unit="person"``."""
    lines = "".join(f"{key}: {value}\n" for key, value in changes.items())
    return read_plan((text + lines).encode(), name="plan.yaml")


def drawn(count: int, seed: int = 1) -> pa.Table:
    """Rows drawn at random; some values are missing."""
    draw = np.random.default_rng(seed)

    def some(values: Any, gone: float = 0.05) -> list[Any]:
        return [None if draw.random() < gone else value for value in np.asarray(values).tolist()]

    return pa.table(
        {
            "reference": [f"R-{row}" for row in range(count)],
            "personne": pa.array(
                some([f"p{n}" for n in draw.integers(0, max(1, count // 3), count)])
            ),
            "jour": pa.array(
                np.datetime64("2025-01-01", "D") + draw.integers(0, 365, count), pa.date32()
            ),
            "sexe": pa.array(some(draw.choice(["f", "h"], count)), pa.string()),
            "age": pa.array(some(draw.integers(16, 90, count)), pa.int64()),
            "lieu": pa.array(some(draw.choice(["nord", "sud"], count), 0)),
            "controle": pa.array(some(draw.random(count) < 0.3), pa.bool_()),
            "decision": pa.array(some(draw.choice(["accord", "refus"], count), 0.2), pa.string()),
            "erreur": pa.array(some(draw.integers(0, 2, count), 0.5), pa.int64()),
            "poids": pa.array(draw.uniform(0.5, 4, count)),
        }
    )


def settled(rows: pa.Table) -> pa.Table:
    """The same rows, where each person keeps the sex, the age and the place of the first one."""
    first: dict[str, dict[str, Any]] = {}
    for row in rows.to_pylist():
        first.setdefault(row["personne"] or row["reference"], row)
    for name in ("sexe", "age", "lieu"):
        people = zip(rows["personne"].to_pylist(), rows["reference"].to_pylist(), strict=True)
        values = [first[who or alone][name] for who, alone in people]
        kind = rows.schema.field(name).type
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(values, kind))
    return rows


def table_of(rows: pa.Table) -> ibis.Table:
    """Rows as a table of the embedded engine."""
    return ibis.memtable(rows)
