"""Column mappings: what they can say, and how their mistakes are told."""

from __future__ import annotations

import io
import json

import jsonschema
import pytest

from clairevoie.register.exchange import FORMATS
from clairevoie.register.formats.mapping_schema import mapping_schema
from clairevoie.register.mapping import (
    MappingError,
    load_mapping,
    parse_mapping,
    shipped_mappings,
)
from clairevoie.register.reports import Report
from clairevoie.register.statements import SystemRecord, statement_uid

START = 'mapping: clairevoie/mapping\nversion: "1.0"\n'


def read(text: str, content: str) -> tuple[list[SystemRecord], Report]:
    report = Report()
    reader = FORMATS["table"].read
    assert reader is not None
    found = reader(io.BytesIO(content.encode()), report, mapping=parse_mapping(text, "essai"))
    return list(found), report


def test_shipped_mappings_are_good() -> None:
    assert set(shipped_mappings()) == {
        "fr_etalab_algorithmes_publics",
        "nl_algoritmeregister",
        "uk_atrs_index",
    }
    for name in shipped_mappings():
        assert load_mapping(name).title


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(mapping_schema())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("- a", "is a list"),
        ("a: [", "line 2"),
        ("a: 1\na: 2", "written twice"),
        ("version: '1.0'\ncolumns: {a: name}", "'mapping' is missing"),
        (START, "'columns' is missing"),
        (START + "columns: {}", "is empty"),
        (START + "colums: {a: name}\ncolumns: {a: name}", "did you mean 'columns'?"),
        (START + "columns: {a: nam}", "did you mean 'name'?"),
        (START + "columns: {a: name, b: {field: name, splt: x}}", "did you mean 'split'?"),
        (START + "columns: {a: name, b: {split: x}}", "'field' is missing"),
        (START + "columns: {a: name, b: }", "b"),
        (START + "columns: {b: summary}", "no column gives the field 'name'"),
        (START + "columns: {a: name, b: {ignore: ''}}", "empty"),
        (START + "columns: {a: name, b: []}", "empty"),
        (
            START + "columns: {a: name, b: {field: status, values: {x: deploye}}}",
            "did you mean 'deployed'?",
        ),
        (START + "columns: {a: name, b: {field: summary, date_format: x}}", "is not a date"),
        (START + "columns: {a: name, b: {field: summary, text: x}}", "{value}"),
        (START + "columns: {a: name}\nconstants: {status: oui}", "is not a term"),
        (START + "columns: {a: name}\nconstants: {statut: deployed}", "did you mean 'status'?"),
        (START + "columns: {a: name}\nfile: {format: ods}", "csv, tsv, xlsx, json"),
        (START + "columns: {a: name}\nfile: {header_row: zéro}", "whole number"),
        (START + "columns: {a: name}\nsource: {title: x}", "kind"),
        (START + "columns: {a: name}\nsource: {kind: livre, title: x}", "'livre' is not one of"),
        (START + "columns: {a: name}\nbody: {country: FR}", "where its name comes from"),
        (START + "columns: {a: name}\nbody: {name: {colum: a}}", "did you mean 'column'?"),
        (START + "columns: {a: name}\nstatement: {capacity: voisin}", "'voisin' is not one of"),
        (START + "columns: {a: name}\nsystem: {prefix: É}", "prefix"),
    ],
)
def test_mistakes_are_told_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(text, "essai.yaml")

    assert any(said in problem for problem in caught.value.problems), caught.value.problems
    assert "essai.yaml" in str(caught.value)


def test_every_mistake_is_told() -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(START + "columns: {a: nam, b: sumary}", "essai")

    assert len(caught.value.problems) == 3


def test_what_a_mapping_can_say() -> None:
    text = (
        START
        + """
file: {format: tsv, header_row: 2}
system: {prefix: ville-, columns: [lien], after_last: /}
body:
  name: {column: organisme}
  country: FR
  kind_when_name_starts: {"Commune de ": local}
source:
  kind: document_request
  title: Réponse
  url: {column: lien}
statement:
  speaker: {column: organisme, values: {Commune de Lyon: Mairie de Lyon}}
  capacity: administration
  date: {column: le}
  locator: {column: lien}
  language: fr
columns:
  nom: name
  état:
    field: status
    values: {En production: deployed, "?": ""}
    period: {column: depuis}
  sites: {field: website, split: ";"}
  le: {field: updated, date_format: "%m/%d/%Y"}
  notice: {field: documents, text: "Notice : {value}", language: en}
  résumé: [{field: summary, html: true}, {field: context, optional: true}]
  notes: {ignore: notes internes}
constants: {domains: housing}
""".replace("date: {column: le}", "date: {column: depuis}")
    )
    content = (
        "Export du 1er janvier\n"
        "nom\torganisme\tlien\tétat\tdepuis\tsites\tle\tnotice\trésumé\tnotes\n"
        "Tri\tCommune de Lyon\thttps://lyon.example/fiches/tri-1/\tEn production\t2023-05"
        "\thttps://a.example; https://b.example\t12/31/2024\thttps://n.example"
        "\t<p>Il trie.</p><p>Vite.</p>\tvoir\n"
        "Calcul\tAgence\thttps://lyon.example/fiches/calcul\t?\t\t\t\t\t\t\n"
    )
    [first, second], report = read(text, content)

    assert report.ok, report.text()
    assert first.id == "ville-tri-1"
    assert first.body is not None
    assert (first.body.kind, first.body.country) == ("local", "FR")
    assert second.body is not None
    assert second.body.kind == "other"
    said = {(item.field, item.value): item for item in first.statements}
    assert said["status", "deployed"].period == "2023-05"
    assert ("website", "https://b.example") in said
    assert ("updated", "2024-12-31") in said
    assert said["documents", "Notice : https://n.example"].language == "en"
    assert said["summary", "Il trie.\n\nVite."].language == "fr"
    assert ("domains", "housing") in said
    source = first.sources[0]
    assert source.url == "https://lyon.example/fiches/tri-1/"
    for item in first.statements:
        assert (item.speaker, item.date) == ("Mairie de Lyon", "2023-05")
        assert item.uid == statement_uid(item, source.uid().hex)
    assert second.values("status") == ()
    assert [(loss.column, loss.message) for loss in report.losses] == [("notes", "notes internes")]


def test_a_system_without_identifier_is_named_after_its_body_and_its_name() -> None:
    text = START + "body: {name: {column: qui}}\ncolumns: {quoi: name}\n"
    content = "quoi,qui\nTaxe de séjour,Nice\nTaxe de séjour,Lyon\nTaxe de séjour,\n"
    found, report = read(text, content)

    assert report.ok
    assert [item.id for item in found] == [
        "nice-taxe-de-sejour",
        "lyon-taxe-de-sejour",
        "taxe-de-sejour",
    ]
    assert found[2].body is None


def test_names_of_one_body_written_in_two_ways_are_one_body() -> None:
    text = START + "body: {name: {column: qui}}\ncolumns: {quoi: name, qui: responsible_body}\n"
    found, _ = read(text, "quoi,qui\nA,Région Île-de-France\nB,Region Ile de France\n")

    assert found[0].body == found[1].body
    assert found[1].first("responsible_body") == "Region Ile de France"


def test_a_date_that_cannot_be_is_refused_at_its_column() -> None:
    text = START + "statement: {date: {column: le}}\ncolumns: {quoi: name}\n"
    _, report = read(text, "quoi,le\nA,2024-02-31\n")

    assert [(item.code, item.column) for item in report.problems] == [("impossible_date", "le")]


def test_a_place_in_the_source_that_is_too_long_is_a_loss() -> None:
    text = START + "statement: {locator: {column: lien}}\ncolumns: {quoi: name}\n"
    [record], report = read(text, f"quoi,lien\nA,https://a.example/{'x' * 300}\n")

    assert report.ok
    assert record.statements[0].locator == ""
    assert [loss.column for loss in report.losses] == ["lien"]


def test_a_json_mapping_is_a_yaml_mapping() -> None:
    text = json.dumps(
        {"mapping": "clairevoie/mapping", "version": "1.0", "columns": {"quoi": "name"}}
    )

    assert parse_mapping(text, "essai").columns["quoi"][0].field == "name"
