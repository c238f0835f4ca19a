"""The register's own structure, in JSON and in YAML files: what is refused, and where."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from clairevoie.register.exchange import FORMATS, read_directory
from clairevoie.register.reports import Report
from clairevoie.register.statements import SystemRecord

BODY = {"id": "ville", "name": "Une ville", "kind": "local", "country": "FR"}
SOURCE = {"id": "rapport", "kind": "report", "title": "Un rapport", "date": "2025"}
STATEMENT = {"field": "name", "value": "Un calcul", "source": "rapport"}


def register(**changes: Any) -> dict[str, Any]:
    return {
        "format": "clairevoie/register",
        "version": "1.0",
        "bodies": [BODY],
        "sources": [SOURCE],
        "systems": [{"id": "calcul", "body": "ville", "statements": [STATEMENT]}],
    } | changes


def system(**changes: Any) -> dict[str, Any]:
    return register(systems=[{"id": "calcul", "statements": [STATEMENT | changes]}])


def read(content: Any) -> tuple[list[SystemRecord], Report]:
    report = Report()
    reader = FORMATS["clairevoie"].read
    assert reader is not None
    return list(reader(io.BytesIO(json.dumps(content).encode()), report)), report


def test_a_register_is_read() -> None:
    [record], report = read(register())

    assert report.ok
    assert record.body is not None
    assert record.body.name == "Une ville"
    assert record.sources[0].title == "Un rapport"
    assert record.statements[0].uid


@pytest.mark.parametrize(
    ("content", "code", "column"),
    [
        ([], "wrong_format", ""),
        ({"format": "autre", "version": "1.0", "systems": []}, "wrong_format", ""),
        (register(version="2.0"), "wrong_version", ""),
        ({"format": "clairevoie/register", "version": "1.0"}, "wrong_format", ""),
        (register(systems=[3]), "not_an_item", ""),
        (register(systems=[{"id": "É"}]), "bad_identifier", "id"),
        (register(systems=[{"id": "a", "body": "autre"}]), "unknown_body", "body"),
        (register(systems=[{"id": "a", "statements": {}}]), "not_an_item", "statements"),
        (register(systems=[{"id": "a", "nom": "x"}]), "unknown_attribute", "nom"),
        (register(systems=[{"id": "a"}, {"id": "a"}]), "duplicate", "id"),
        (system(field="nom"), "unknown_field", "field"),
        (system(value=""), "missing", "value"),
        (system(value=["a"]), "not_a_value", "value"),
        (system(field="cost", value="cher"), "not_a_number", "value"),
        (system(source="autre"), "unknown_source", "source"),
        (system(capacity="voisin"), "unknown_term", "capacity"),
        (system(date="2024-13-01"), "impossible_date", "date"),
        (system(language="français"), "not_a_code", "language"),
        (system(locator="x" * 201), "too_long", "locator"),
        (system(quote="a\x00"), "forbidden_character", "quote"),
        (system(supersedes="autre"), "unknown_statement", "supersedes"),
        (system(perod="2024"), "unknown_attribute", "perod"),
        (register(bodies=[BODY, BODY | {"name": "Autre"}]), "duplicate", "bodies.id"),
        (register(bodies=[BODY | {"kind": "commune"}]), "unknown_term", "bodies.kind"),
        (register(bodies=[BODY | {"country": "France"}]), "not_a_code", "bodies.country"),
        (register(sources=[SOURCE | {"title": ""}]), "missing", "sources.title"),
        (register(sources=[SOURCE | {"digest": "abc"}]), "not_a_digest", "sources.digest"),
        (register(sources=["rapport"]), "not_an_item", "sources."),
    ],
)
def test_what_is_wrong_is_refused_at_its_place(content: Any, code: str, column: str) -> None:
    _, report = read(content)

    assert (code, column) in {(item.code, item.column) for item in report.problems}
    assert report.text()


def test_a_mistyped_attribute_gets_a_suggestion() -> None:
    _, report = read(system(perod="2024"))

    assert "did you mean 'period'?" in report.text()


def test_a_refused_source_is_reported_once() -> None:
    _, report = read(register(sources=[SOURCE | {"kind": "livre"}]))

    assert [item.code for item in report.problems] == ["unknown_term"]


def test_the_others_are_given() -> None:
    good = {"id": "bon", "statements": [STATEMENT]}
    bad = {"id": "mauvais", "statements": [STATEMENT, STATEMENT | {"field": "cost"}]}
    found, report = read(register(systems=[bad, good]))

    assert [record.id for record in found] == ["bon"]
    assert (report.systems, report.refused) == (1, 1)


def test_numbers_and_booleans_are_read_as_text() -> None:
    [record], report = read(system(field="cost", value=34500000.50))

    assert report.ok
    assert record.first("cost") == "34500000.5"


def test_supersedes_uses_the_names_of_the_file() -> None:
    statements = [
        {"field": "cost", "value": "2", "supersedes": "premier"},
        {"field": "cost", "value": "1", "uid": "premier"},
    ]
    [record], report = read(register(systems=[{"id": "a", "statements": statements}]))
    new, old = record.statements

    assert report.ok
    assert new.supersedes == old.uid
    assert len(old.uid) == 32


def test_an_edited_statement_is_another_statement() -> None:
    [first], _ = read(system(value="Un calcul", uid="a" * 32))
    [second], _ = read(system(value="Un tri", uid="a" * 32))

    assert first.statements[0].uid != second.statements[0].uid


def test_what_is_said_twice_is_one_statement() -> None:
    content = register(systems=[{"id": "a", "statements": [STATEMENT, STATEMENT]}])
    [record], report = read(content)

    assert report.ok
    assert len(record.statements) == 1


def test_other_keys_of_the_file_are_losses() -> None:
    _, report = read({"note": "x"} | register())

    assert [loss.column for loss in report.losses] == ["note"]


# Directories of YAML


def write(folder: Path, **files: str) -> Path:
    defaults = {"bodies": f"- {json.dumps(BODY)}", "sources": f"- {json.dumps(SOURCE)}"}
    for name, text in (defaults | files).items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


SYSTEMS = """
- id: calcul
  body: ville
  statements:
    - {field: name, value: no, source: rapport}
    - field: contact
      value: 0123456789
    - field: start_date
      value: 2024-01-31
"""


def read_folder(folder: Path) -> tuple[list[SystemRecord], Report]:
    report = Report()
    return list(read_directory(folder, report)), report


def test_scalars_of_a_directory_stay_what_was_typed(tmp_path: Path) -> None:
    [record], report = read_folder(write(tmp_path, systems_a=SYSTEMS))

    assert report.ok
    assert [item.value for item in record.statements] == ["no", "0123456789", "2024-01-31"]


def test_a_mistake_in_a_directory_is_told_by_file_and_line(tmp_path: Path) -> None:
    _, report = read_folder(write(tmp_path, systems_a=SYSTEMS.replace("start_date", "cost")))
    [finding] = report.problems

    assert finding.column == "systems_a.yaml: value"
    assert finding.examples[0].row == 8


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- id: [", "broken_yaml"),
        ("id: a", "broken_yaml"),
        ("- id: a\n  id: b", "broken_yaml"),
        ("- {? [a] : b}", "broken_yaml"),
        ("- id: a\n  statements: [[[[[[[[[[x]]]]]]]]]]", "nested_value"),
        (
            "- &a [" + "x," * 3000 + "]\n- &b [" + "*a," * 3000 + "]",
            "nested_value",
        ),
    ],
)
def test_broken_yaml_is_refused(tmp_path: Path, text: str, code: str) -> None:
    _, report = read_folder(write(tmp_path, systems_a=text))

    assert [item.code for item in report.problems] == [code]


def test_a_directory_without_systems_is_refused(tmp_path: Path) -> None:
    _, report = read_folder(write(tmp_path))
    assert [item.code for item in report.problems] == ["empty_file"]

    _, report = read_folder(tmp_path / "absent")
    assert [item.code for item in report.problems] == ["empty_file"]


def test_the_demonstration_is_complete(demonstration: list[SystemRecord]) -> None:
    assert len(demonstration) > 20
    assert all(record.first("name") for record in demonstration)
    assert all(item.source for record in demonstration for item in record.statements)
