"""The changes of the rules that would explain the gaps: found, named, the fewest; or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.decisions.demonstration import declaration_text, demonstration_rules, make_journal
from clairevoie.decisions.reading import read_journal
from clairevoie.decisions.replay.model import Change, Explanation
from clairevoie.decisions.replay.sweeps import (
    best_cut,
    best_run,
    modes,
    plainest,
    plainest_between,
)
from clairevoie.rules.arrow import columns_of
from clairevoie.rules.evaluate import evaluate_columns
from clairevoie.rules.model import RuleSet
from clairevoie.rules.reading import read_rules
from tests.decisions.replay_cases import (
    JOURNAL,
    SCALE,
    Array,
    by_rules,
    drawn,
    replayed,
    scale,
    table_of,
)

ROWS = 3000


def explained(table: pa.Table, **more: Any) -> Explanation:
    found = replayed(table, **more).explanation
    assert found is not None
    return found


def named(found: Explanation) -> list[Change]:
    return [effect.change for effect in found.effects]


def departing(
    text: str, *, since: str = "", seed: int = 5
) -> tuple[dict[str, Array], Array, Array]:
    """Cases of 2025 with what other rules give, from a day on."""
    cases = drawn(ROWS, seed)
    points, words = by_rules(scale(), cases, "2025")
    other_points, other_words = by_rules(read_rules(text.encode()), cases, "2025")
    late = cases["jour"] >= np.datetime64(since or "2025-01-01")
    return cases, np.where(late, other_points, points), np.where(late, other_words, words)


def changed(old: str, new: str) -> str:
    """The scale with one thing changed in its version of 2025."""
    head, version = SCALE.split('  - id: "2025"')
    assert version.count(old) == 1
    return head + '  - id: "2025"' + version.replace(old, new)


# --- the demonstration ----------------------------------------------------------------------------


def test_the_three_planted_departures_of_the_demonstration_are_named() -> None:
    identifier = "exemple-score-controle"
    journal = read_journal(declaration_text(identifier))
    rules = demonstration_rules(identifier)
    report = replayed(make_journal(identifier), rules=rules, journal=journal, size=9000)
    found = report.explanation
    assert found is not None
    by_anchor = {effect.change.anchor: effect for effect in found.effects}
    weight = by_anchor["term-demenagements"].change
    assert (weight.kind, weight.published, weight.applied) == ("parameter", "0.55", "0.85")
    assert (weight.since, weight.until) == (None, None)
    added = by_anchor["addition-group-naissance"].change
    assert (added.kind, added.applied, added.since) == ("addition", "0.4", date(2024, 7, 1))
    assert added.sentence["fr"].startswith(
        "Depuis le 1er juillet 2024, critère non publié\u00a0: +0,4 lorsque «\u00a0Lieu de "
        "naissance\u00a0» vaut «\u00a0hors"
    )
    moved = by_anchor["threshold-controle"].change
    assert (moved.kind, moved.published, moved.applied) == ("threshold", "0.6", "0.55")
    assert moved.since == date(2024, 10, 1)
    nil = by_anchor["input-revenu"].change
    assert (nil.kind, nil.applied) == ("default", "0")
    assert len(found.effects) == 4
    assert found.explained == found.gaps
    assert found.broken == 0


def test_truncated_prices_of_the_demonstration_are_named() -> None:
    identifier = "clairbourg-cantine"
    journal = read_journal(declaration_text(identifier))
    found = explained(
        make_journal(identifier), rules=demonstration_rules(identifier), journal=journal
    )
    (change,) = named(found)
    assert (change.kind, change.applied, change.until) == ("rounding", "down", date(2024, 12, 31))


# --- one departure of each kind -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "kind", "anchor", "applied"),
    [
        ("per: 17, cap: 51", "per: 18, cap: 51", "parameter", "criterion-enfants", "18"),
        ("values: {true: 33", "values: {true: 21", "parameter", "criterion-seul", "21"),
        ("points: 41", "points: 47", "parameter", "criterion-revenu", "47"),
        ("aucun: 37", "aucun: 0", "parameter", "criterion-logement", "0"),
        (", cap: 51", "", "cap", "criterion-enfants", ""),
        (", cap: 51", ", cap: 68", "cap", "criterion-enfants", "68"),
        ("total: {cap: 150}", "total: {cap: 120}", "cap", "total", "120"),
        ("from: 75}", "from: 83}", "threshold", "threshold-accord", None),
        ("[800..1500)", "[800..1200)", "edge", "criterion-revenu", None),
    ],
)
@pytest.mark.parametrize("since", ["", "2025-05-01"])
def test_one_departure_is_named(
    old: str, new: str, kind: str, anchor: str, applied: str | None, since: str
) -> None:
    cases, points, words = departing(changed(old, new), since=since)
    found = explained(table_of(cases, points, words, words))
    (change,) = named(found)
    assert (change.kind, change.anchor) == (kind, anchor)
    if applied is not None:
        assert change.applied == applied
    assert change.since == (date.fromisoformat(since) if since else None)
    assert change.until is None
    assert found.gaps > 0
    assert (found.explained, found.broken) == (found.gaps, 0)


def test_a_criterion_left_out_is_named() -> None:
    text = changed(
        "        - {id: seul, label: Parent seul, input: seul, values: {true: 33, false: 0}}\n", ""
    )
    cases, points, words = departing(text)
    (change,) = named(explained(table_of(cases, points, words, words)))
    assert change.anchor == "criterion-seul"
    assert (change.kind, change.applied) in {("parameter", "0"), ("ignored", "")}


def test_a_strict_threshold_is_named() -> None:
    """Points are such that many have exactly 50: enough as published, not enough in the code."""
    published = _flat([50, 20, 5])
    draw = np.random.default_rng(3)
    cases: dict[str, Array] = {f"c{place}": draw.random(900) < 0.4 for place in range(3)}
    cases["jour"] = np.full(900, np.datetime64("2025-02-01"))
    cases["sexe"] = np.full(900, "f", dtype=object)
    points, _ = by_rules(published, cases, "2025")
    words = np.where(points > 50, "accord", "refus").astype(object)
    found = explained(table_of(cases, points, words, words), rules=published)
    (change,) = named(found)
    assert (change.kind, change.anchor, change.applied) == ("strict", "threshold-accord", "> 50")
    assert "more than 50" in change.sentence["en"]
    assert found.explained == found.gaps == int((points == 50).sum())


def test_a_value_put_in_place_of_a_missing_one_is_named() -> None:
    cases = drawn(ROWS)
    lost = np.arange(ROWS) % 20 == 0
    filled = cases | {"revenu": np.where(lost, 0, cases["revenu"])}
    points, words = by_rules(scale(), filled, "2025")
    table = table_of(cases, points, words, words)
    column = pa.array(cases["revenu"], mask=lost)
    table = table.set_column(table.column_names.index("revenu"), "revenu", column)
    found = explained(table)
    (change,) = named(found)
    assert (change.kind, change.anchor, change.applied) == ("default", "input-revenu", "0")
    assert found.explained == found.gaps == int(lost.sum())


@pytest.mark.parametrize(
    ("where", "anchor"),
    [
        (lambda cases: cases["sexe"] == "f", "addition-group-sexe"),
        (lambda cases: cases["logement"] == "social", "criterion-logement"),
        (lambda cases: (cases["revenu"] >= 1000) & (cases["revenu"] < 1300), "addition-revenu"),
    ],
)
def test_an_unpublished_criterion_is_named(
    where: Callable[[dict[str, Array]], Array], anchor: str
) -> None:
    cases = drawn(ROWS)
    points, _ = by_rules(scale(), cases, "2025")
    held = where(cases) & (cases["jour"] >= np.datetime64("2025-03-01"))
    points = np.minimum(points + 5 * held, 150)
    words = np.where(points >= 75, "accord", "refus").astype(object)
    found = explained(table_of(cases, points, words, words))
    (change,) = named(found)
    assert (change.anchor, change.since) == (anchor, date(2025, 3, 1))
    assert found.explained == found.gaps
    assert found.broken == 0


TABLE = """
clairevoie: rules-1.0
id: aide
title: {fr: Tarif}
purpose: {fr: Fixer.}
result: {fr: tarif}
unit: {fr: €, en: €}
inputs:
  - {name: revenu, type: integer, label: Revenu, question: q, domain: {min: 0, max: 5000}}
  - {name: seul, type: boolean, label: Seul, question: q}
versions:
  - id: "2025"
    from: 2025-01-01
    kind: table
    table:
      result: tarif
      tables:
        - id: tarif
          label: Tarif
          hit: first
          inputs: [revenu, seul]
          outputs: [{name: tarif, label: Tarif, type: decimal, decimals: 2}]
          rows:
            - {id: r1, when: {revenu: "< 500", seul: "true"}, then: {tarif: 0.80}}
            - {id: r2, when: {revenu: "< 900"}, then: {tarif: 1.60}}
            - {id: r3, when: {revenu: "[900..1500)"}, then: {tarif: 3.00}}
          default: {tarif: 5.00}
"""
FIRST_ROW = '            - {id: r1, when: {revenu: "< 500", seul: "true"}, then: {tarif: 0.80}}\n'


@pytest.mark.parametrize(
    ("old", "new", "anchor", "french"),
    [
        (
            "tarif: 1.60",
            "tarif: 1.75",
            "row-tarif-r2",
            "Tarif, ligne r2\u00a0: 1,75 est appliqué, 1,6 est publié.",
        ),
        (
            "1500)",
            "1400)",
            "table-tarif",
            "«\u00a0Tarif\u00a0», limite selon «\u00a0Revenu\u00a0»\u00a0: "
            "1\u202f400 est appliqué, 1\u202f500 est publié.",
        ),
        (
            FIRST_ROW,
            "",
            "row-tarif-r1",
            "La ligne r1 de «\u00a0Tarif\u00a0» n’est pas appliquée.",
        ),
        (
            "5.00",
            "5.20",
            "default-tarif",
            "Tarif, par défaut\u00a0: 5,2 est appliqué, 5 est publié.",
        ),
    ],
)
def test_a_departure_from_a_table_is_named(old: str, new: str, anchor: str, french: str) -> None:
    assert TABLE.count(old) == 1
    cases = drawn(ROWS)
    applied = read_rules(TABLE.replace(old, new).encode())
    table = pa.table({name: pa.array(column) for name, column in cases.items()})
    result = evaluate_columns(
        applied, columns_of(table, applied.versions[0]), version=applied.versions[0]
    )
    assert result.value is not None
    written = result.value / 100
    words = np.full(ROWS, "", dtype=object)
    journal = replace(JOURNAL, machine_outcome="", decision="")
    found = explained(
        table_of(cases, written, words, words),
        rules=read_rules(TABLE.encode()),
        journal=journal,
    )
    (change,) = named(found)
    assert (change.anchor, change.sentence["fr"]) == (anchor, french)
    assert found.explained == found.gaps > 0
    assert found.broken == 0


# --- with what decisions really are ---------------------------------------------------------------


def test_departures_are_found_among_overrides_late_versions_and_errors() -> None:
    cases, points, _ = departing(changed("points: 41", "points: 47"))
    draw = np.random.default_rng(4)
    points = points + 6 * ((cases["sexe"] == "h") & (cases["jour"] >= np.datetime64("2025-07-01")))
    points = np.minimum(points, 150)
    late = draw.random(ROWS) < 0.03
    points = np.where(late, by_rules(scale(), cases, "2024")[0], points)
    wrong = draw.random(ROWS) < 0.01
    points = points + wrong * draw.integers(200, 900, ROWS)
    words = np.where(points >= 75, "accord", "refus").astype(object)
    decision = words.copy()
    set_aside = draw.random(ROWS) < 0.04
    decision[set_aside] = np.where(words[set_aside] == "accord", "refus", "accord")
    found = explained(table_of(cases, points, words, decision))
    assert {(one.kind, one.anchor, one.applied) for one in named(found)} == {
        ("parameter", "criterion-revenu", "47"),
        ("addition", "addition-group-sexe", "6"),
    }
    assert found.explained >= 0.85 * found.gaps
    assert found.broken <= 0.02 * found.explained


def test_errors_without_a_pattern_are_said_to_have_none() -> None:
    cases = drawn(ROWS)
    points, words = by_rules(scale(), cases, "2025")
    draw = np.random.default_rng(9)
    wrong = draw.random(ROWS) < 0.05
    points = points + wrong * draw.integers(1, 2000, ROWS)
    found = explained(table_of(cases, points, words, words))
    assert found.effects == ()
    assert "None of the changes" in found.note["en"]


def test_overrides_alone_ask_for_no_change() -> None:
    cases = drawn(ROWS)
    points, words = by_rules(scale(), cases, "2025")
    decision = words.copy()
    decision[::20] = "refus"
    found = explained(table_of(cases, points, words, decision))
    assert (found.effects, found.gaps) == ((), 0)


def test_a_threshold_is_found_from_decisions_alone() -> None:
    """No number, no proposal: only what was decided, 3 % of it otherwise than the program."""
    cases, _, words = departing(changed("from: 75}", "from: 92}"), since="2025-04-01")
    draw = np.random.default_rng(2)
    set_aside = draw.random(ROWS) < 0.03
    words = np.where(set_aside, np.where(words == "accord", "refus", "accord"), words)
    journal = replace(JOURNAL, machine_value="", machine_outcome="")
    table = table_of(cases, np.zeros(ROWS), words, words)
    # The version of 2024 would explain half of two answers by chance: the rules have one version.
    rules = scale()
    rules = replace(rules, versions=rules.versions[1:])
    found = explained(table, journal=journal, rules=rules)
    (change,) = named(found)
    assert (change.anchor, change.since) == ("threshold-accord", date(2025, 4, 1))
    assert 88 <= Decimal(change.applied) <= 95


# --- random scales, random departures -------------------------------------------------------------


@st.composite
def departures(draw: st.DrawFn) -> tuple[RuleSet, RuleSet, str]:
    """A random scale, the same with another number of points, and what was changed."""
    count = draw(st.integers(2, 5))
    points = draw(st.lists(st.integers(5, 60), min_size=count, max_size=count, unique=True))
    place = draw(st.integers(0, count - 1))
    other = draw(st.integers(1, 90).filter(lambda value: value != points[place]))
    return _flat(points), _flat([*points[:place], other, *points[place + 1 :]]), f"c{place}"


def _flat(points: list[int]) -> RuleSet:
    names = [f"c{place}" for place in range(len(points))]
    inputs = "\n".join(
        f"  - {{name: {name}, type: boolean, label: {name}, question: q}}" for name in names
    )
    lines = ", ".join(
        f"{{id: {name}, label: {name}, input: {name}, values: {{true: {value}, false: 0}}}}"
        for name, value in zip(names, points, strict=True)
    )
    text = f"""
clairevoie: rules-1.0
id: aide
title: {{fr: Aide}}
purpose: {{fr: Classer.}}
result: {{fr: points}}
outcomes: [{{value: refus, label: R}}, {{value: accord, label: A}}]
inputs:
{inputs}
versions:
  - id: "2025"
    from: 2025-01-01
    kind: points
    points: {{criteria: [{lines}], thresholds: [{{outcome: refus}}, {{outcome: accord, from: 50}}]}}
"""
    return read_rules(text.encode())


@settings(max_examples=25)
@given(departures(), st.integers(0, 1000))
def test_another_number_of_points_is_always_found(
    planted: tuple[RuleSet, RuleSet, str], seed: int
) -> None:
    published, applied, name = planted
    draw = np.random.default_rng(seed)
    names = [item.name for item in published.versions[0].inputs]
    cases: dict[str, Array] = {one: draw.random(600) < 0.4 for one in names}
    cases["jour"] = np.full(600, np.datetime64("2025-02-01"))
    cases["sexe"] = draw.choice(np.array(["f", "h"], dtype=object), 600)
    points, words = by_rules(applied, cases, "2025")
    found = explained(table_of(cases, points, words, words), rules=published)
    (change,) = named(found)
    assert change.anchor == f"criterion-{name}"
    assert found.explained == found.gaps == int(cases[name].sum())
    conform, answers = by_rules(published, cases, "2025")
    assert explained(table_of(cases, conform, answers, answers), rules=published).effects == ()


# --- where a change pays best ---------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(-5, 5)), min_size=1, max_size=30))
def test_best_run_is_the_best_of_all_intervals(rows: list[tuple[int, int]]) -> None:
    key = np.array([row[0] for row in rows])
    gain = np.array([float(row[1]) for row in rows])
    total, first, last = best_run(key, gain)
    every = [gain[(key >= low) & (key <= high)].sum() for low in range(9) for high in range(low, 9)]
    assert total == max(0.0, *every)
    if first is not None:
        assert gain[(key >= first) & (key <= last)].sum() == total


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(-5, 5)), min_size=1, max_size=30),
    st.booleans(),
)
def test_best_cut_is_the_best_of_all_cuts(rows: list[tuple[int, int]], below: bool) -> None:
    key = np.array([float(row[0]) for row in rows])
    gain = np.array([float(row[1]) for row in rows])
    total, inside, outside = best_cut(key, gain, below=below)
    sides = [key <= cut if below else key >= cut for cut in np.unique(key)]
    assert total == max(gain[side].sum() for side in sides)
    assert gain[key <= inside if below else key >= inside].sum() == total
    assert (outside > inside) if below else (outside < inside)


@given(st.decimals(-1000, 1000, places=4), st.floats(-1e-13, 1e-13))
def test_the_plainest_number_is_the_one_that_was_meant(meant: Decimal, noise: float) -> None:
    assert plainest(float(meant) * (1 + noise)) == meant


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_the_plainest_number_between_two_is_between_them(low: float, width: float) -> None:
    high = low + width
    found = plainest_between(low, high)
    assert Decimal(low) < found <= Decimal(repr(high))


def test_modes_are_the_values_that_occur_most() -> None:
    values = np.array([0.4] * 5 + [0.7] * 3 + [0.1, 0.2, np.nan])
    assert modes(values, np.ones(len(values)), most=4)[:2] == [0.4, 0.7]
