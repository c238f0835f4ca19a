"""What the check finds, and that it finds all of it in tables."""

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.checking import check
from clairevoie.rules.checking import tables as checking_tables
from clairevoie.rules.checking.findings import SENTENCES
from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.model import RuleSet, Value
from clairevoie.rules.points_ranges import bound_total, domain_enclosure
from clairevoie.rules.reading import read_rules
from tests.rules.generators import DAY, cases, points, rule_set, rules_of, tables

SMALL: list[dict[str, Any]] = [
    {"name": "x0", "type": "integer", "domain": {"min": 0, "max": 6}},
    {"name": "x1", "type": "category", "domain": {"values": ["seul", "couple"]}},
    {"name": "x2", "type": "boolean", "required": False},
]
EVERY_CASE: list[dict[str, Value]] = [
    {"x0": one, "x1": two, "x2": three}
    for one, two, three in product(range(7), ("seul", "couple"), (True, False, None))
]


def sentences(rules: RuleSet, code: str, language: str = "en") -> list[str]:
    return [one.sentence for one in check(rules, language).findings if one.code == code]


def codes(rules: RuleSet) -> set[str]:
    return set(check(rules).counts())


def table_rules(rows: str, **more: str) -> RuleSet:
    hit = more.get("hit", "first")
    default = more.get("default", "")
    text = f"""
clairevoie: rules-1.0
id: tarif
title: Tarif
inputs:
  - {{name: quotient, type: decimal, decimals: 2, label: Quotient, domain: {{min: 0}}}}
  - name: situation
    type: category
    domain: {{values: [{{value: seul, label: Parent seul}}, {{value: couple, label: Couple}}]}}
versions:
  - id: v
    from: 2025-01-01
    kind: table
    table:
      result: prix
      tables:
        - id: prix
          hit: {hit}
          outputs: [{{name: prix, type: decimal}}]
          {default}
          rows: [{rows}]
"""
    return read_rules(text.encode(), name="tarif.yaml")


def test_a_gap_is_told_with_a_case_that_no_row_takes() -> None:
    rules = table_rules(
        "{id: a, when: {quotient: '< 500'}, then: {prix: 1}},"
        "{id: b, when: {quotient: '[500..942)', situation: seul}, then: {prix: 2}},"
        "{id: c, when: {quotient: '>= 942'}, then: {prix: 3}}"
    )
    (found,) = [one for one in check(rules, "fr").findings if one.code == "gap_in_domain"]
    assert found.example == {"quotient": Decimal("500.00"), "situation": "couple"}
    assert "Quotient : 500 ; situation : Couple" in found.sentence
    assert found.severity == "error"
    assert evaluate(rules, dict(found.example), day=DAY).problem == "no_row"


def test_a_default_takes_the_gaps_and_is_told_when_it_is_of_no_use() -> None:
    part = "{id: a, when: {quotient: '< 500'}, then: {prix: 1}}"
    whole = part + ", {id: b, when: {quotient: '>= 500'}, then: {prix: 2}}"
    default = "default: {prix: 9}"
    assert not codes(table_rules(part, default=default)) & {"gap_in_domain", "unreachable_default"}
    assert "unreachable_default" in codes(table_rules(whole, default=default))


def test_rows_that_never_apply_are_told_with_the_reason() -> None:
    rules = table_rules(
        "{id: a, when: {quotient: '< 500'}, then: {prix: 1}},"
        "{id: b, when: {quotient: '>= 500'}, then: {prix: 2}},"
        "{id: c, when: {quotient: '[400..600]'}, then: {prix: 3}},"
        "{id: d, when: {quotient: '< 0'}, then: {prix: 4}}"
    )
    assert sentences(rules, "unreachable_row") == [
        "The row “c” never applies: the rows before it take all its cases.",
        "The row “d” never applies: its conditions are outside the domain of the data.",
    ]


def test_overlapping_rows_matter_only_where_one_may_hold() -> None:
    rows = (
        "{id: a, when: {quotient: '<= 500'}, then: {prix: 1}},"
        "{id: b, when: {quotient: '>= 500'}, then: {prix: 2}}"
    )
    assert "overlapping_rows" not in codes(table_rules(rows))
    rules = table_rules(rows, hit="unique")
    (found,) = [one for one in check(rules).findings if one.code == "overlapping_rows"]
    assert found.example == {"quotient": Decimal("500.00")}
    case = {**found.example, "situation": "seul"}
    assert evaluate(rules, case, day=DAY).problem == "several_rows"


def test_a_table_too_large_is_said_to_be_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking_tables, "MAX_WORK", 0)
    rules = table_rules("{id: a, when: {quotient: '< 500'}, then: {prix: 1}}")
    assert "undecided_table" in codes(rules)
    assert "gap_in_domain" not in codes(rules)


@given(st.data())
def test_nothing_is_forgotten_and_nothing_invented_in_tables(data: st.DataObject) -> None:
    """Against every case of a small domain: rows that apply, overlaps, cases without a row."""
    rules = rules_of(data.draw(tables(SMALL)))
    found = check(rules, "en").findings
    traces = [evaluate(rules, case, day=DAY) for case in EVERY_CASE]
    content: Any = rules.versions[0].content
    for table in content.tables:
        applied = {
            step.id
            for trace in traces
            for step in trace.steps
            if step.kind == "row"
            and step.parent == table.id
            # In a table of single hits, a row that holds with another counts as reached.
            and (step.applied or (table.hit != "first" and all(one.holds for one in step.tested)))
        }
        told = {
            one.anchor.removeprefix(f"row-{table.id}-")
            for one in found
            if one.code == "unreachable_row" and one.anchor.startswith(f"row-{table.id}-")
        }
        assert told == {row.id for row in table.rows} - applied
        for problem, code, prefix in (
            ("no_row", "gap_in_domain", f"table-{table.id}"),
            ("several_rows", "overlapping_rows", f"row-{table.id}-"),
        ):
            happens = any(
                trace.problem == problem and trace.problem_names == (table.id,) for trace in traces
            )
            findings = [one for one in found if one.code == code and one.anchor.startswith(prefix)]
            assert bool(findings) == happens
            for one in findings:
                assert_example(rules, one.example, problem, table.id)


def assert_example(rules: RuleSet, example: Any, problem: str, table: str) -> None:
    """The example of a finding is a case that has the problem."""
    case = {"x0": 0, "x1": "seul", "x2": None, **example}
    trace = evaluate(rules, case, day=DAY)
    assert (trace.problem, trace.problem_names) == (problem, (table,))


@given(st.data())
def test_the_bounds_of_a_scale_hold_for_every_case(data: st.DataObject) -> None:
    rules = rules_of(data.draw(points()))
    version = rules.versions[0]
    found = bound_total(version, {item.name: domain_enclosure(item) for item in version.inputs})
    for case in data.draw(cases(version)):
        trace = evaluate(rules, case, day=DAY)
        if trace.problem == "undefined":
            assert found.undefined
        elif trace.problem is None:
            value: Any = trace.value
            assert found.low <= value <= found.high


def test_a_threshold_that_no_case_reaches_is_told_with_the_bounds() -> None:
    data = rule_set(
        "points",
        {
            "criteria": [{"id": "a", "input": "x0", "per": 10, "cap": 40}],
            "thresholds": [{"outcome": "refuse"}, {"outcome": "admis", "from": 50}],
        },
        SMALL[:1],
    )
    (told,) = sentences(rules_of(data), "unreachable_threshold")
    assert "“admis”" in told
    assert "from 0 to 40" in told
    data["versions"][0]["points"]["thresholds"][1]["from"] = 40
    assert not sentences(rules_of(data), "unreachable_threshold")


def test_bands_outside_the_domain_and_gaps_between_them() -> None:
    bands = [
        {"in": "[0..2)", "points": 1},
        {"in": "[4..6]", "points": 2},
        {"in": "> 8", "points": 3},
    ]
    rules = rules_of(
        rule_set("points", {"criteria": [{"id": "a", "input": "x0", "bands": bands}]}, SMALL[:1])
    )
    assert sentences(rules, "unreachable_band")
    (gap,) = [one for one in check(rules).findings if one.code == "gap_in_bands"]
    assert gap.example == {"x0": 2}


def test_a_condition_that_is_never_true() -> None:
    criteria = [
        {"id": "jamais", "when": "x0 > 9", "points": 1},
        {"id": "parfois", "when": "x0 > 5", "points": 1},
    ]
    rules = rules_of(rule_set("points", {"criteria": criteria}, SMALL[:1]))
    found = [one.anchor for one in check(rules).findings if one.code == "unreachable_criterion"]
    assert found == ["criterion-jamais"]


LAW = """
clairevoie: rules-1.0
id: droit
title: Droit
outcomes: [{value: non}, {value: oui}, {value: jamais}]
bases:
  datee: {article: "Délibération 1", effect: 2024-01-01}
  nue: {article: "Délibération 2", to_check: true}
  tardive: {article: "Délibération 3", effect: 2026-01-01}
inputs:
  - {name: a, type: integer, source: Fichier, protected: âge}
  - {name: b, type: integer}
  - {name: c, type: integer}
versions:
  - id: "1"
    from: 2024-01-01
    until: 2024-12-31
    kind: points
    points: {criteria: [{id: a, input: a, per: 1, basis: datee}]}
  - id: "2"
    from: 2025-02-01
    publication: {title: Acte}
    kind: points
    points:
      criteria:
        - {id: a, input: a, per: 1, basis: nue}
        - {id: b, input: b, per: 1}
        - {id: c, input: a, basis: tardive, per: 1}
      thresholds: [{outcome: non}, {outcome: oui, from: 3, basis: datee}]
"""


def test_what_the_law_wants_is_asked_for() -> None:
    rules = read_rules(LAW.encode())
    found = {(one.code, one.place) for one in check(rules).findings}
    expected = {
        ("gap_between_versions", ""),
        ("publication_missing", "1"),
        ("publication_undated", "2"),
        ("without_legal_basis", "2/criterion-b"),
        ("undated", "2/criterion-a"),
        ("basis_to_check", "2/criterion-a"),
        ("basis_not_in_force", "2/criterion-c"),
        ("source_missing", "2/input-b"),
        ("protected_criterion", "2/input-a"),
        ("unused_input", "2/input-c"),
        ("unused_outcome", ""),
    }
    assert expected <= found
    assert ("without_legal_basis", "2/criterion-a") not in found
    (gap,) = sentences(rules, "gap_between_versions", "fr")
    assert "du 01/01/2025 au 31/01/2025" in gap


def test_the_gravest_first_and_every_sentence_in_both_languages() -> None:
    rules = read_rules(LAW.encode())
    report = check(rules, "fr")
    order = [("error", "warning", "note").index(one.severity) for one in report.findings]
    assert order == sorted(order)
    assert [one.code for one in report.findings] == [
        one.code for one in check(rules, "en").findings
    ]
    for _, french, english in SENTENCES.values():
        assert french.endswith(".")
        assert english.endswith(".")


def test_the_report_becomes_json() -> None:
    rules = table_rules("{id: a, when: {quotient: '< 500'}, then: {prix: 1}}")
    data = check(rules).as_dict()
    (gap,) = [one for one in data["findings"] if one["code"] == "gap_in_domain"]
    assert gap["example"] == {"quotient": "500.00"}
    assert data["counts"]["gap_in_domain"] == 1


def test_dates_are_examples_too() -> None:
    given = [{"name": "x0", "type": "date", "domain": {"min": "2024-01-01", "max": "2024-12-31"}}]
    table = {
        "id": "t",
        "outputs": [{"name": "y", "type": "decimal"}],
        "rows": [{"id": "a", "when": {"x0": "< 2024-06-01"}, "then": {"y": 1}}],
    }
    rules = rules_of(rule_set("table", {"tables": [table], "result": "y"}, given))
    (gap,) = [one for one in check(rules).findings if one.code == "gap_in_domain"]
    assert gap.example == {"x0": date(2024, 6, 1)}
