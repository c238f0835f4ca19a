"""A rule set is read exactly, refused with every reason, and written back the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.content import PointsScale
from clairevoie.rules.model import RulesProblem
from clairevoie.rules.reading import read_rules
from clairevoie.rules.schema import schema_text
from clairevoie.rules.source import Source, plain_value
from clairevoie.rules.writing import rules_text
from tests.rules.generators import as_text, points, rule_set, rules_of, tables

DEMONSTRATION = sorted(
    Path(str(files("clairevoie.rules") / "demonstration")).glob("*.yaml"), key=lambda one: one.name
)
X = {"name": "x", "type": "integer"}
PLAIN = rule_set("points", {"criteria": [{"id": "a", "input": "x", "per": 1}]}, [X])


def changed(**more: Any) -> dict[str, Any]:
    return {**json.loads(as_text(PLAIN)), **more}


def problem(data: dict[str, Any]) -> RulesProblem:
    with pytest.raises(RulesProblem) as caught:
        rules_of(data)
    return caught.value


# --- exactness ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Decimal("0.1")),
        ("1e-3", Decimal("0.001")),
        ("12", 12),
        ("-3", -3),
        ("true", True),
        ("~", None),
        ("no", "no"),
        ("yes", "yes"),
        ("01", "01"),
        ("2024-01-31", "2024-01-31"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1:30", "1:30"),
        (".", "."),
        (".5", Decimal("0.5")),
        ("inf", "inf"),
    ],
)
def test_a_word_without_quotes_is_a_number_only_when_it_is_plainly_one(
    text: str, value: Any
) -> None:
    found = plain_value(text)
    assert found == value
    assert type(found) is type(value)
    assert Source(f"a: {text}").data == {"a": value}


def test_numbers_never_go_through_floats() -> None:
    data = changed()
    data["versions"][0]["points"]["criteria"][0]["per"] = Decimal("0.123456789012")
    content: Any = rules_of(data).versions[0].content
    assert content.criteria[0].per == Decimal("0.123456789012")


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    content = as_text(PLAIN).encode()
    path = tmp_path / "r.yaml"
    path.write_bytes(content)
    assert read_rules(path).digest == hashlib.sha256(content).hexdigest()
    assert read_rules(content) == read_rules(path)


def test_bases_are_named_once_or_written_in_place() -> None:
    data = changed(bases={"acte": {"article": "Délibération 1", "effect": "2025-01-01"}})
    criteria = data["versions"][0]["points"]["criteria"]
    criteria[0]["basis"] = "acte"
    criteria.append({"id": "b", "points": 1, "basis": {"article": "Loi 2", "to_check": True}})
    content: Any = rules_of(data).versions[0].content
    assert content.criteria[0].basis.effect == date(2025, 1, 1)
    assert content.criteria[1].basis.to_check


def test_a_version_replaces_and_adds_inputs() -> None:
    data = changed()
    data["versions"][0]["inputs"] = [
        {"name": "x", "type": "integer", "domain": {"max": 3}},
        {"name": "y", "type": "boolean"},
    ]
    (version,) = rules_of(data).versions
    assert [item.name for item in version.inputs] == ["x", "y"]
    assert version.input("x").maximum == 3


def test_versions_are_put_in_order_and_the_one_in_force_is_found() -> None:
    data = changed()
    first = data["versions"][0]
    data["versions"] = [
        {**first, "id": "b", "from": "2026-01-01"},
        {**first, "id": "a", "until": "2025-12-31"},
    ]
    rules = rules_of(data)
    assert [version.id for version in rules.versions] == ["a", "b"]
    assert rules.in_force(date(2025, 12, 31)).id == "a"
    assert rules.in_force(date(2026, 1, 1)).id == "b"
    with pytest.raises(RulesProblem, match="no version"):
        rules.in_force(date(2024, 12, 31))


# --- refusals -------------------------------------------------------------------------------------


def test_all_problems_are_told_at_once_with_file_line_and_path() -> None:
    text = """clairevoie: rules-1.0
id: a
title: A
inputs:
  - {name: x, type: integer, domain: {min: 5, max: 1}}
versions:
  - id: v
    from: 2025-01-01
    until: 2024-01-01
    kind: points
    points:
      criteria:
        - {id: a, input: y, per: 1}
        - {id: a, points: 1, basis: absente}
      thresholds: [{outcome: admis}]
"""
    with pytest.raises(RulesProblem) as caught:
        read_rules(text.encode(), name="a.yaml")
    assert caught.value.places == (
        "a.yaml, line 5, inputs.0.domain",
        "a.yaml, line 9, versions.0.until",
        "a.yaml, line 13, versions.0.points.criteria.0.input",
        "a.yaml, line 14, versions.0.points.criteria.1.basis",
        "a.yaml, line 14, versions.0.points.criteria.1.id",
        "a.yaml, line 15, versions.0.points.thresholds.0.outcome",
    )
    assert "there is no input 'y' (the inputs are: x)" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"clairevoie": "rules-2.0"}, "'rules-2.0' must be 'rules-1.0'"),
        ({"titel": "x"}, "'titel' (did you mean 'title'?) is not a key"),
        ({"id": "Pas Un Slug"}, "is not well written"),
        ({"title": 3}, "'3' is not a text or a mapping"),
        ({"versions": []}, "too short"),
        ({"inputs": [{"name": "x", "type": "entier"}]}, "'entier' is not one of: boolean, integer"),
        ({"inputs": [X, X]}, "the input 'x' is there twice"),
        ({"inputs": [{**X, "default": "deux"}]}, "'deux' is not a number"),
        ({"inputs": [{**X, "domain": {"max": 3}, "default": 4}]}, "above the maximum"),
        ({"inputs": [{**X, "domain": {"values": ["a"]}}]}, "'values' are for a category"),
        ({"inputs": [{"name": "x", "type": "category"}]}, "needs its 'values'"),
        (
            {"inputs": [{"name": "x", "type": "category", "domain": {"values": ["a", "a"]}}]},
            "'a' is there twice",
        ),
        ({"outcomes": [{"value": "a"}, {"value": "a"}]}, "the outcome 'a' is there twice"),
        ({"bases": {"b": {"article": "A", "effect": "2025-02-30"}}}, "is not a date"),
    ],
)
def test_what_a_file_says_wrong_is_told_in_a_sentence(
    change: dict[str, Any], sentence: str
) -> None:
    assert sentence in str(problem(changed(**change)))


def test_content_of_another_kind_is_refused() -> None:
    data = changed()
    data["versions"][0]["table"] = {"tables": []}
    assert "'table' does not go with the kind of this version" in str(problem(data))


def test_versions_that_overlap_are_refused() -> None:
    data = changed()
    data["versions"].append({**data["versions"][0], "id": "v2", "from": "2026-01-01"})
    assert "the version 'v1' overlaps 'v2'" in str(problem(data))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a: [", "not readable as YAML"),
        (b"a: 1\na: 2", "line 2: 'a' is written twice"),
        (b"- a", "a rule set is a mapping"),
        (b"", "a rule set is a mapping"),
        (b"a: \xff", "not UTF-8"),
        (b"? [a]\n: 1", "cannot be a name"),
        (b"a: &a [*a]", "nests beyond reason"),
        (b"[" * 60 + b"]" * 60, "nests beyond reason"),
        (b"[" * 1_000_000, "nests beyond reason"),
        (b"- " * 200_000, "nests beyond reason"),
        (b"{a: " * 200_000, "nests beyond reason"),
        (b"a: *b", "'*b' names nothing above it"),
        (b"a: 1\n---\nb: 1", "several documents"),
        (b"a: !!python/object/apply:os.system [ls]", "'a' is not a key"),
    ],
)
def test_what_is_not_a_rule_set_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(RulesProblem) as caught:
        read_rules(content, name="x.yaml")
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("x.yaml")


def test_aliases_that_repeat_without_end_are_stopped() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for index in range(1, 9):
        alias = ", ".join([f"*a{index - 1}"] * 10)
        lines.append(f"a{index}: &a{index} [{alias}]")
    with pytest.raises(RulesProblem, match="repeats or nests beyond reason"):
        read_rules("\n".join(lines).encode())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RulesProblem, match=r"absent\.yaml: cannot be read"):
        read_rules(tmp_path / "absent.yaml")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with pytest.raises(RulesProblem):
        read_rules(content)


# --- schema and writing ---------------------------------------------------------------------------


def test_the_schema_is_one_and_lets_nothing_unknown_in() -> None:
    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)

    def closed(part: Any) -> None:
        if isinstance(part, dict):
            if "properties" in part and "type" in part:
                assert "additionalProperties" in part, part
            for one in part.values():
                closed(one)
        elif isinstance(part, list):
            for one in part:
                closed(one)

    closed({"defs": schema["$defs"], "properties": schema["properties"]})
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("path", DEMONSTRATION, ids=lambda path: path.stem)
def test_the_demonstration_reads_and_is_written_back_the_same(path: Path) -> None:
    rules = read_rules(path)
    again = read_rules(rules_text(rules).encode(), name="again")
    assert replace(again, digest="") == replace(rules, digest="")


def test_there_is_a_demonstration() -> None:
    kinds = {version.kind for path in DEMONSTRATION for version in read_rules(path).versions}
    assert {"points", "formula", "additive"} <= kinds


@given(st.data())
@pytest.mark.parametrize("kind", [points(), tables()], ids=["points", "table"])
def test_what_is_written_reads_back_the_same(kind: Any, data: st.DataObject) -> None:
    rules = rules_of(data.draw(kind))
    again = read_rules(rules_text(rules).encode(), name="again")
    assert replace(again, digest="") == replace(rules, digest="")


@given(st.text(min_size=1, max_size=30).filter(str.strip))
def test_any_text_survives_writing(text: str) -> None:
    rules = rules_of(changed())
    named = replace(rules, title={"fr": text})
    try:
        written = rules_text(named).encode()
    except UnicodeEncodeError:
        return
    assert read_rules(written).title == {"fr": text}


def test_a_ranking_is_read() -> None:
    data = changed(outcomes=[{"value": "admis"}])
    data["versions"][0]["points"]["ranking"] = {
        "ties": [{"input": "x", "first": "largest"}],
        "within": ["section"],
        "places": "places",
        "admitted": "admis",
    }
    content = rules_of(data).versions[0].content
    assert isinstance(content, PointsScale)
    assert content.ranking is not None
    assert content.ranking.ties[0].first == "largest"
    data["versions"][0]["points"]["ranking"]["refused"] = "refuse"
    assert "'refuse' is not one of the outcomes" in str(problem(data))
