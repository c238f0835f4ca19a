"""Rules and journals made for the tests of replay: decisions that follow rules, and departures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from clairevoie.decisions.model import Data, Group, Journal, Someone
from clairevoie.decisions.replay import replay
from clairevoie.decisions.replay.model import Read, ReplayReport, Settings
from clairevoie.rules.arrow import columns_of
from clairevoie.rules.evaluate import evaluate_columns
from clairevoie.rules.model import RuleSet
from clairevoie.rules.reading import read_rules

DAY = date(2026, 1, 31)
Array = np.ndarray[Any, Any]

SCALE = """
clairevoie: rules-1.0
id: aide
title: {fr: Aide fictive}
purpose: {fr: Classer.}
result: {fr: points}
unit: {fr: points, en: points}
fictitious: true
outcomes:
  - {value: refus, label: Refus, favourable: false}
  - {value: accord, label: Accord, favourable: true}
inputs:
  - {name: enfants, type: integer, label: Enfants, question: Combien, domain: {min: 0, max: 9}}
  - {name: revenu, type: integer, label: Revenu, question: Lequel, domain: {min: 0, max: 5000}}
  - {name: seul, type: boolean, label: Parent seul, question: Seul}
  - name: logement
    type: category
    label: Logement
    question: Lequel
    domain: {values: [{value: social}, {value: prive}, {value: aucun}]}
versions:
  - id: "2024"
    from: 2024-01-01
    until: 2024-12-31
    kind: points
    points:
      criteria:
        - {id: enfants, label: Enfants, input: enfants, per: 20, cap: 60}
        - {id: seul, label: Parent seul, input: seul, values: {true: 30, false: 0}}
      thresholds: [{outcome: refus}, {outcome: accord, from: 60}]
  - id: "2025"
    from: 2025-01-01
    kind: points
    points:
      criteria:
        - {id: enfants, label: Enfants, input: enfants, per: 17, cap: 51}
        - {id: seul, label: Parent seul, input: seul, values: {true: 33, false: 0}}
        - id: revenu
          label: Revenu
          input: revenu
          bands: [{in: "< 800", points: 41}, {in: "[800..1500)", points: 23}]
        - id: logement
          label: Logement
          input: logement
          values: {social: 0, prive: 11, aucun: 37}
      total: {cap: 150}
      thresholds: [{outcome: refus}, {outcome: accord, from: 75}]
"""


def scale() -> RuleSet:
    return read_rules(SCALE.encode())


JOURNAL = Journal(
    id="aide",
    title={"fr": "Décisions"},
    rules="aide",
    data=Data("parquet", "none.parquet"),
    identifier="reference",
    date="jour",
    inputs={},
    same_names=True,
    machine_value="points",
    machine_outcome="proposition",
    decision="decision",
    person=Someone("personne"),
    groups=(Group("sexe", "sexe", {"fr": "Sexe", "en": "Sex"}),),
    digest="0" * 64,
)


def drawn(count: int, seed: int = 1, *, year: int = 2025) -> dict[str, Array]:
    """Cases of one year, as columns."""
    draw = np.random.default_rng(seed)
    start = np.datetime64(f"{year}-01-01")
    return {
        "jour": start + np.sort(draw.integers(0, 365, count)),
        "enfants": draw.integers(0, 6, count),
        "revenu": draw.integers(0, 3000, count),
        "seul": draw.random(count) < 0.3,
        "logement": draw.choice(np.array(["social", "prive", "aucun"], dtype=object), count),
        "sexe": draw.choice(np.array(["f", "h"], dtype=object), count),
    }


def by_rules(rules: RuleSet, cases: dict[str, Array], version: str) -> tuple[Array, Array]:
    """What a version gives: numbers and words."""
    chosen = rules.version(version)
    table = pa.table({name: pa.array(column) for name, column in cases.items()})
    result = evaluate_columns(rules, columns_of(table, chosen), version=chosen)
    assert result.value is not None
    assert result.outcome is not None
    return result.value, np.array(result.outcomes, dtype=object)[result.outcome]


def table_of(cases: dict[str, Array], points: Array, proposal: Array, decision: Array) -> pa.Table:
    count = len(points)
    return pa.table(
        {
            "reference": [f"R-{index:06d}" for index in range(count)],
            "personne": [f"p{index}" for index in range(count)],
            **{name: pa.array(column) for name, column in cases.items()},
            "points": pa.array(points),
            "proposition": pa.array(proposal),
            "decision": pa.array(decision),
        }
    )


def followed(count: int, seed: int = 1) -> tuple[dict[str, Array], Array, Array]:
    """Cases of 2025 with what the rules give."""
    cases = drawn(count, seed)
    points, words = by_rules(scale(), cases, "2025")
    return cases, points, words


def reading(table: pa.Table, size: int = 1000) -> Read:
    def read(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        yield from table.select(list(columns)).combine_chunks().to_batches(max_chunksize=size)

    return read


def replayed(
    table: pa.Table,
    *,
    rules: RuleSet | None = None,
    journal: Journal = JOURNAL,
    size: int = 1000,
    progress: Callable[[int], None] | None = None,
    **settings: Any,
) -> ReplayReport:
    return replay(
        journal,
        rules or scale(),
        reading(table, size),
        day=DAY,
        settings=Settings(**settings),
        progress=progress,
    )
