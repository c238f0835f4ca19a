"""Amsterdam's published *Slimme Check* model gives the scores that were published with it."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clairevoie.rules.columns import Columns
from clairevoie.rules.content import Additive, Bins, Levels, Term
from clairevoie.rules.contributions.columns import contributions
from clairevoie.rules.evaluate import evaluate, evaluate_columns
from clairevoie.rules.model import Input, RuleSet, Value, Version

pytestmark = pytest.mark.shared_data

DAY = date(2022, 6, 1)
IMPUTED = "sum_inkomen_bruto_was_mean_imputed"
PUBLISHED = {"sum_inkomen_bruto_value": "sum_inkomen_bruto"}
"""The column of an input, where its name is another."""


def slimme_check(folder: Path) -> RuleSet:
    """The rule set of the model file; its first value is that of a missing datum."""
    raw = json.loads((folder / "model_prepilot.json").read_text())
    terms, inputs = [], []
    for one in raw["terms"]:
        name = one["feature"]
        if one["type"] == "continuous":
            shape: Any = Bins(tuple(one["edges"]), tuple(one["values"][1:]), one["values"][0])
            inputs.append(Input(name, "number", {"nl": name}, {}, {}, {}, required=False))
        else:
            levels: dict[Value, float] = {
                int(float(level)): one["values"][place] for level, place in one["mapping"].items()
            }
            shape = Levels(levels, missing=one["values"][0])
            low, high = Decimal(0), Decimal(1)
            inputs.append(
                Input(name, "integer", {"nl": name}, {}, {}, {}, low, high, required=False)
            )
        terms.append(Term(name, {"nl": name}, (name,), shape))
    content = Additive(raw["intercept"], tuple(terms), raw["link"])
    version = Version("prepilot", date(2022, 5, 23), None, "additive", content, tuple(inputs))
    return RuleSet("slimme-check", {"nl": "Slimme Check"}, {}, "", "", {}, {}, (), (version,))


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "decisions" / "amsterdam"


@pytest.fixture(scope="module")
def rules(folder: Path) -> RuleSet:
    return slimme_check(folder)


@pytest.fixture(scope="module")
def published(folder: Path) -> list[dict[str, str]]:
    with (folder / "published_scores_prepilot.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def read(rules: RuleSet, row: Mapping[str, str]) -> dict[str, object]:
    """A published row as a case; the income is given in all of them."""
    names = [item.name for item in rules.versions[0].inputs]
    return {name: 0 if name == IMPUTED else row[PUBLISHED.get(name, name)] for name in names}


def columns(rules: RuleSet, published: list[dict[str, str]]) -> Columns:
    values = {}
    for item in rules.versions[0].inputs:
        column = [float(read(rules, row)[item.name]) for row in published]  # type: ignore[arg-type]
        kind = np.float64 if item.type == "number" else np.int64
        values[item.name] = np.array(column, kind)
    return Columns(len(published), values, {}, {})


def scores(published: list[dict[str, str]]) -> np.ndarray[Any, Any]:
    return np.array([float(row["original_model_score"]) for row in published])


def test_the_published_scores_in_columns(rules: RuleSet, published: list[dict[str, str]]) -> None:
    assert len(published) == 16_384
    found = evaluate_columns(rules, columns(rules, published), version=rules.versions[0])
    assert not found.problem.any()
    assert found.value is not None
    np.testing.assert_allclose(found.value, scores(published), rtol=0, atol=1e-12)


def test_the_published_scores_one_by_one(rules: RuleSet, published: list[dict[str, str]]) -> None:
    for row, score in zip(published, scores(published), strict=True):
        trace = evaluate(rules, read(rules, row), day=DAY)
        assert trace.problem is None
        assert abs(float(trace.value) - score) <= 1e-12  # type: ignore[arg-type]


def test_contributions_add_up(rules: RuleSet, published: list[dict[str, str]]) -> None:
    found = contributions(rules.versions[0], columns(rules, published))
    logit = np.log(scores(published) / (1 - scores(published)))
    np.testing.assert_allclose(found.base + found.values.sum(axis=0), logit, rtol=0, atol=1e-9)


def test_one_case_is_explained(rules: RuleSet, published: list[dict[str, str]]) -> None:
    trace = evaluate(rules, read(rules, published[0]), day=DAY)
    terms = [step for step in trace.steps if step.kind == "term"]
    assert len(terms) == 15
    added = sum(float(step.contribution) for step in trace.steps if step.contribution is not None)
    assert float(trace.base) + added == pytest.approx(trace.total, abs=1e-9)
    assert 1 / (1 + np.exp(-float(trace.base) - added)) == pytest.approx(trace.value, abs=1e-9)
    wealth = next(step for step in terms if step.id == "total_vermogen")
    assert wealth.tested[0].value == 3000.0
    assert wealth.tested[0].text.startswith("[")


def test_a_missing_datum_has_its_own_contribution(
    rules: RuleSet, published: list[dict[str, str]]
) -> None:
    case = read(rules, published[0]) | {"total_vermogen": None, IMPUTED: None}
    trace = evaluate(rules, case, day=DAY)
    content = rules.versions[0].content
    assert isinstance(content, Additive)
    missing = {
        term.id: term.shape.missing for term in content.terms if isinstance(term.shape, Bins)
    }
    found = {step.id: step.value for step in trace.steps if step.kind == "term"}
    assert found["total_vermogen"] == missing["total_vermogen"]
