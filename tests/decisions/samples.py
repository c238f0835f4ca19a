"""A small rule set, a journal that applies it, and the same rows as Parquet, CSV and SQLite."""

from __future__ import annotations

import csv
import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from clairevoie.decisions.keys import Key, new_key
from clairevoie.decisions.model import Journal
from clairevoie.decisions.reading import read_journal
from clairevoie.rules.model import RuleSet
from clairevoie.rules.reading import read_rules

TODAY = date(2026, 3, 1)

RULES = """
clairevoie: rules-1.0
id: ville-creches
title: {fr: Places en crèche}
purpose: {fr: Classer les demandes.}
result: {fr: points}
fictitious: true
outcomes: [{value: refuse, label: Refus}, {value: admis, label: Admis}]
inputs:
  - {name: enfants, type: integer, label: Enfants, question: Combien, domain: {min: 0, max: 9}}
  - {name: quotient, type: decimal, decimals: 2, label: QF, question: Lequel, domain: {min: 0}}
  - name: situation
    type: category
    label: Situation
    question: Laquelle
    domain: {values: [{value: seul, label: Seul}, {value: couple, label: Couple}]}
versions:
  - id: "2024"
    from: 2024-01-01
    until: 2024-12-31
    kind: points
    points: &points
      criteria:
        - {id: enfants, label: Enfants, input: enfants, per: 40}
        - {id: seul, label: Seul, when: "situation = 'seul'", points: 50}
        - {id: qf, label: Quotient, input: quotient, bands: [{in: "< 500", points: 60}]}
      thresholds: [{outcome: refuse}, {outcome: admis, from: 100}]
  - id: "2025"
    from: 2025-01-01
    kind: points
    points: *points
"""

JOURNAL = """
clairevoie: journal-1.0
id: creches-2025
title: {fr: Décisions}
rules: ville-creches
data: {parquet: journal.parquet}
columns:
  identifier: reference
  date: decide
  person: {column: personne, pseudonym: true}
  inputs: {enfants: nb, quotient: qf, situation: situation}
  machine: {value: points, outcome: proposition}
  decision: decision
  decided_by: agent
  received_on: demande
  groups: {age: {column: age, label: Âge, bands: [25, 60]}}
  rule_version: version
  weight: poids
"""

DATA = {
    "parquet": "{parquet: journal.parquet}",
    "csv": "{csv: journal.csv, delimiter: ';'}",
    "table": "{table: decisions, url: 'sqlite://journal.db'}",
}
SCHEMA = pa.schema(
    [
        ("reference", pa.string()),
        ("decide", pa.date32()),
        ("personne", pa.string()),
        ("nb", pa.int64()),
        ("qf", pa.decimal128(12, 2)),
        ("situation", pa.string()),
        ("points", pa.float64()),
        ("proposition", pa.string()),
        ("decision", pa.string()),
        ("agent", pa.string()),
        ("demande", pa.date32()),
        ("age", pa.int64()),
        ("version", pa.string()),
        ("poids", pa.float64()),
    ]
)
"""Types of the columns; a test that plants something else writes the column as text."""


def sample_rules() -> RuleSet:
    return read_rules(RULES.encode(), name="rules.yaml")


def sample_journal(kind: str = "parquet") -> Journal:
    text = JOURNAL.replace("{parquet: journal.parquet}", DATA[kind])
    return read_journal(text.encode(), name="journal.yaml")


def sample_key(
    number: int = 1, purpose: Any = "pseudonyms", journal: str = "creches-2025", **more: Any
) -> Key:
    return new_key(
        journal=journal,
        purpose=purpose,
        secret=bytes([number]) * 32,
        created=date(2025, 1, 1),
        **more,
    )


def good_rows(count: int = 30) -> list[dict[str, Any]]:
    """Rows in which nothing is wrong."""
    return [
        {
            "reference": f"CR-{number:05d}",
            "decide": date(2025, 1 + number % 12, 1 + number % 28),
            "personne": f"{number * 2654435761 % 2**64:016x}" + f"{number:016x}",
            "nb": number % 5,
            "qf": Decimal(number * 37 % 2000) + Decimal("0.50"),
            "situation": "seul" if number % 3 else "couple",
            "points": 40.0 * (number % 5),
            "proposition": "admis" if number % 2 else "refuse",
            "decision": "admis" if number % 2 else "refuse",
            "agent": f"a{number % 4}f3c5d7e9b2a4c6d8{number % 4}",
            "demande": date(2024, 6, 1 + number % 28),
            "age": 20 + number % 50,
            "version": "2025",
            "poids": 1.0 + number % 3,
        }
        for number in range(count)
    ]


def write_journal(kind: str, folder: Path, rows: list[dict[str, Any]]) -> Journal:
    """Write rows in one of the three forms, and return the declaration that points to them."""
    if kind == "parquet":
        pq.write_table(as_table(rows), folder / "journal.parquet", row_group_size=7)
    elif kind == "csv":
        with (folder / "journal.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, SCHEMA.names, delimiter=";")
            writer.writeheader()
            writer.writerows({k: _written(v) for k, v in row.items()} for row in rows)
    else:
        connection = sqlite3.connect(folder / "journal.db")
        types = ", ".join(
            f'"{name}" {_sqlite_type(SCHEMA.field(name).type)}' for name in SCHEMA.names
        )
        connection.execute(f"CREATE TABLE decisions ({types})")
        marks = ", ".join("?" * len(SCHEMA.names))
        connection.executemany(
            f"INSERT INTO decisions VALUES ({marks})",
            [[_written(row[name]) for name in SCHEMA.names] for row in rows],
        )
        connection.commit()
        connection.close()
    return sample_journal(kind)


def as_table(rows: list[dict[str, Any]]) -> pa.Table:
    columns = {}
    for field in SCHEMA:
        values = [row[field.name] for row in rows]
        odd = any(isinstance(value, str) for value in values) and field.type != pa.string()
        columns[field.name] = (
            pa.array([_written(value) for value in values], pa.string())
            if odd
            else pa.array(values, field.type)
        )
    return pa.table(columns)


def _written(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else str(value)


def _sqlite_type(kind: pa.DataType) -> str:
    return {"int64": "INTEGER", "double": "REAL", "date32[day]": "DATE"}.get(str(kind), "TEXT")
