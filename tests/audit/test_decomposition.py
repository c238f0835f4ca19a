"""Differences of mean totals are the sum of what each step of the rules carries of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.audit.contributing import GROUP, START, TOTAL, contributed, steps_of
from clairevoie.audit.decomposition import Decompositions, decompose
from clairevoie.audit.flipping import cases_of
from clairevoie.audit.model import Plan
from clairevoie.decisions.demonstration import demonstration_rules, write_journal
from clairevoie.decisions.reading import read_journal
from clairevoie.rules.columns import Columns
from clairevoie.rules.content import Additive, Linear, Term
from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.model import RuleSet, RulesProblem, Value, Version
from tests.audit.flip_cases import DAY, journal_of, journal_table, plan_of, reading
from tests.decisions.replay_cases import drawn, scale
from tests.rules import models
from tests.rules.generators import cases, points, rules_of, table_of

DAYS = np.array([DAY], dtype="datetime64[D]")


def decomposed(table: pa.Table, rules: RuleSet, plan: Plan, size: int = 1000) -> Decompositions:
    return decompose(journal_of(rules), rules, plan, reading(table, size))


def people(count: int, seed: int = 1, *, year: int = 2025) -> pa.Table:
    columns = drawn(count, seed, year=year)
    columns["groupe"] = columns.pop("sexe")
    return pa.table({name: pa.array(column) for name, column in columns.items()})


# --- contributions --------------------------------------------------------------------------------


def by_trace(rules: RuleSet, version: Version, case: dict[str, Value]) -> dict[str, float] | None:
    """What the one-case evaluator says that each step adds; ``None`` without an answer."""
    trace = evaluate(rules, case, day=DAY, version=version.id)
    if trace.problem is not None:
        return None
    before = {"group": GROUP, "total": ":", "criterion": ""}
    return {
        before[step.kind] + step.id: float(step.contribution)
        for step in trace.steps
        if step.contribution is not None
    } | {"": float(trace.total)}  # type: ignore[arg-type]


@given(st.data())
def test_points_are_those_of_the_trace_step_by_step(data: st.DataObject) -> None:
    rules = rules_of(data.draw(points()))
    version = rules.versions[0]
    some = data.draw(cases(version))
    columns = cases_of(table_of(version, some).combine_chunks(), version, _own(version), {})
    found = contributed(rules, version, columns, np.repeat(DAYS, len(some)))
    assert set(found.ids) <= set(steps_of(version))
    for row, case in enumerate(some):
        wanted = by_trace(rules, version, case)
        assert found.answered[row] == (wanted is not None)
        if wanted is not None:
            assert found.total[row] == wanted.pop("")
            assert dict(zip(found.ids, found.values[:, row], strict=True)) == pytest.approx(
                wanted, abs=1e-9
            )
            assert found.values[:, row].sum() == pytest.approx(found.total[row], abs=1e-9)


def _own(version: Version) -> dict[str, str]:
    return {item.name: item.name for item in version.inputs}


@given(st.one_of(models.additives(), models.forests()), st.lists(models.cases(), min_size=1))
def test_a_score_is_the_sum_of_what_models_add_up(model: Any, some: list[dict[str, Value]]) -> None:
    rules = models.rule_set(model)
    version = rules.versions[0]
    columns = models.columns_of_cases(models.INPUTS, some)
    found = contributed(rules, version, columns, np.repeat(DAYS, len(some)))
    assert found.ids[0] == START
    assert set(found.ids) <= set(steps_of(version))
    for row, case in enumerate(some):
        trace = evaluate(rules, case, day=models.DAY)
        assert found.answered[row] == (trace.problem is None)
        if trace.problem is None:
            room = 1e-9 * max(1.0, np.abs(found.values[:, row]).max())
            assert abs(found.values[:, row].sum() - found.total[row]) <= room
            assert abs(float(trace.total or 0) - found.total[row]) <= room


def test_an_input_that_is_not_given_counts_by_its_default() -> None:
    model = Additive(
        intercept=1.0,
        terms=(
            Term("t", {"fr": "t"}, ("count",), Linear(2.0)),
            Term("u", {"fr": "u"}, ("age",), Linear(3.0)),
        ),
    )
    items = [
        replace(item, default=5) if item.name in {"count", "age"} else item
        for item in models.INPUTS
    ]
    rules = models.rule_set(model, items)
    nothing = Columns(2, {"count": np.array([0, 4])}, {"count": np.array([True, False])}, {})
    found = contributed(rules, rules.versions[0], nothing, np.repeat(DAYS, 2))
    assert found.values.tolist() == [[1, 1], [10, 8], [15, 15]]
    assert found.total.tolist() == [26, 24]
    assert found.answered.all()


# --- differences ----------------------------------------------------------------------------------


@given(st.data())
def test_parts_add_up_to_the_difference(data: st.DataObject) -> None:
    rules = rules_of(data.draw(points()))
    version = rules.versions[0]
    some = data.draw(cases(version, size=20))
    groups = [data.draw(st.sampled_from(("a", "b", "c", None))) for _ in some]
    compare = data.draw(st.sampled_from(("rest", "overall", "pairs")))
    table = journal_table(table_of(version, some), groups)
    found = decomposed(table, rules, plan_of(compare=compare), data.draw(st.integers(1, 25)))
    totals: dict[str, list[float]] = {}
    for case, group in zip(some, groups, strict=True):
        trace = evaluate(rules, case, day=DAY)
        if trace.problem is None:
            totals.setdefault(group or "", []).append(float(trace.total))  # type: ignore[arg-type]
    assert found.unanswered == len(some) - sum(map(len, totals.values()))
    assert found.of == "points"
    everybody = [one for mine in totals.values() for one in mine]
    for one in found.found:
        (key,) = one.key
        if one.other is not None:
            other = totals[one.other[0]]
        elif compare == "overall":
            other = everybody
        else:
            other = [one for group, mine in totals.items() if group != key for one in mine]
        assert (one.cases, one.other_cases) == (len(totals[key]), len(other))
        assert one.mean == pytest.approx(np.mean(totals[key]), abs=1e-9)
        assert one.gap == pytest.approx(np.mean(totals[key]) - np.mean(other), abs=1e-9)
        assert sum(part.gap for part in one.parts) == pytest.approx(one.gap, abs=1e-9)
        sizes = [abs(part.gap) for part in one.parts]
        assert sizes == sorted(sizes, reverse=True)
        if abs(one.gap) > 1e-6:
            shares = [part.share for part in one.parts]
            assert sum(share or 0 for share in shares) == pytest.approx(1, abs=1e-6)
    many = {"rest": {0: 0, 1: 0, 2: 1}.get(len(totals), len(totals)), "overall": len(totals)}
    known = len(totals.keys() - {""})
    assert len(found.found) == many.get(compare, known * (known - 1) // 2)


def test_the_criterion_that_was_made_to_differ_carries_the_difference() -> None:
    """Women of this journal have two children more: 17 points each, 51 at most."""
    table = people(4000)
    women = np.array(table["groupe"].to_pylist()) == "f"
    children = np.where(women, 2, 0)
    table = table.set_column(table.schema.get_field_index("enfants"), "enfants", pa.array(children))
    groups = [{"name": "sexe", "column": "groupe", "label": "Sexe", "reference": "h"}]
    found = decomposed(table, scale(), plan_of(groups=groups, compare="reference"), 300)
    (one,) = found.found
    assert (one.key, one.other) == (("f",), ("h",))
    first = one.parts[0]
    assert (first.id, first.label["fr"], first.gap) == ("enfants", "Enfants", 34.0)
    assert first.share == pytest.approx(34 / one.gap)
    assert [item.name for item in first.inputs] == ["enfants"]
    assert TOTAL in [part.id for part in one.parts]


def test_versions_add_up_and_periods_are_kept() -> None:
    both = pa.concat_tables([people(300, year=2024), people(300, 2), people(50, year=2023)])
    found = decomposed(both, scale(), plan_of(), 100)
    assert found.unanswered == 50
    (one,) = found.found
    assert one.cases + one.other_cases == 600
    assert sum(part.gap for part in one.parts) == pytest.approx(one.gap, abs=1e-9)
    later = decomposed(both, scale(), plan_of(period={"from": "2025-01-01"}))
    assert (later.outside, later.unanswered) == (350, 0)
    assert later == replace(decomposed(people(300, 2), scale(), plan_of()), outside=350)


def test_two_intersections_and_a_group_alone() -> None:
    groups = [
        {"name": "groupe", "column": "groupe", "label": "Groupe"},
        {"name": "seul", "column": "seul", "label": "Seul"},
    ]
    plan = plan_of(groups=groups, intersections=[["groupe", "seul"]])
    found = decomposed(people(400), scale(), plan)
    assert [one.names for one in found.found].count(("groupe", "seul")) == 4
    only = decomposed(people(1), scale(), plan_of())
    assert only.found == ()


def test_what_is_no_sum_is_not_decomposed() -> None:
    rules = demonstration_rules("clairbourg-cantine")
    with pytest.raises(RulesProblem, match="can be decomposed; flip an input instead"):
        decomposed(people(5), rules, plan_of())
    mixed = scale()
    model = models.rule_set(Additive(0.0, ())).versions[0]
    later = replace(model, id="2026", start=DAY.replace(year=2026))
    with pytest.raises(RulesProblem, match="some versions give points and others a score"):
        decomposed(people(5), replace(mixed, versions=(*mixed.versions, later)), plan_of())


def test_the_fictitious_score_carries_nothing_by_birth(tmp_path: Path) -> None:
    """The unpublished 0.40 of birth is no step of the rules: no part of a gap can be it."""
    identifier = "exemple-score-controle"
    rules = demonstration_rules(identifier)
    journal = read_journal(write_journal(identifier, tmp_path))
    groups = [{"name": "naissance", "column": "naissance", "label": "Naissance"}]
    plan = plan_of(journal=identifier, groups=groups)
    found = decompose(journal, rules, plan, tmp_path)
    assert found.of == "score"
    assert len(found.found) == 3
    grounds = {item.protected for part in found.found[0].parts for item in part.inputs}
    assert {"handicap", "situation de famille", "lieu de résidence"} <= grounds
    for one in found.found:
        assert abs(one.gap) < 0.02
        assert sum(part.gap for part in one.parts) == pytest.approx(one.gap, abs=1e-9)
