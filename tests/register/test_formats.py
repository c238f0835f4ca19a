"""What is particular to one exchange format."""

from __future__ import annotations

import csv
import io
import json
import warnings
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from rdflib import DCAT, DCTERMS, RDF, Graph, Literal

from clairevoie.register.building import Provenance, flat_record
from clairevoie.register.catalogue import FIELDS, format_names
from clairevoie.register.exchange import FORMATS
from clairevoie.register.formats import dcat, etalab, nl, wide
from clairevoie.register.reports import Report
from clairevoie.register.statements import Body, SystemRecord
from tests.register.strategies import registers

BODY = Body("ville", "Ville de Grenoble", "Grenoble", "local", "FR", website="https://v.example/")


def record(*values: tuple[str, str], system: str = "calcul") -> SystemRecord:
    named = (("name", "Calcul"), *values)
    return flat_record(system, BODY, named, Provenance(language="fr"))


def write(key: str, *records: SystemRecord) -> tuple[bytes, Report]:
    stream, report = io.BytesIO(), Report()
    writer = FORMATS[key].write
    assert writer is not None
    writer(records, stream, report)
    return stream.getvalue(), report


def read(key: str, content: bytes) -> tuple[list[SystemRecord], Report]:
    report = Report()
    reader = FORMATS[key].read
    assert reader is not None
    return list(reader(io.BytesIO(content), report)), report


def losses(report: Report) -> dict[str, int]:
    return {loss.column: loss.count for loss in report.losses if loss.column}


# The Dutch standard


def description(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Parkeercontrole",
        "description_short": "Zoekt auto's.",
        "organization": "Gemeente Noorderhaaks",
        "category": ["Verkeer"],
        "status": "In gebruik",
        "contact_email": "algoritmes@noorderhaaks.example",
        "publication_category": "Impactvolle algoritmes",
        "lang": "nld",
    } | changes


def read_nl(**changes: Any) -> tuple[list[SystemRecord], Report]:
    return read("nl", json.dumps([description(**changes)]).encode())


def test_nl_states_every_property_that_the_catalogue_names() -> None:
    assert set(format_names("nl")) <= set(nl.BY_NAME)


def test_nl_reads_terms_lists_and_tags() -> None:
    [found], report = read_nl(
        lars="12345678",
        begin_date="2023-01",
        goal="<div>Doel</div><ul><li>een</li><li>twee &amp; drie</li></ul>",
        tags="Verkeer, Parkeren",
        lawful_basis_grouping=[{"title": "Wegenverkeerswet", "link": "https://wet.example/1"}],
        impacttoetsen_grouping=[
            {"title": "DPIA", "link": "https://dpia.example"},
            {"title": "IAMA"},
        ],
    )

    assert report.ok
    assert not report.warnings
    assert found.id == "nl-12345678"
    assert found.body is not None
    assert found.body.id == "gemeente-noorderhaaks"
    assert found.first("status") == "deployed"
    assert found.first("risk_class") == "impactful"
    assert found.first("domains") == "transport"
    assert found.first("purpose") == "Doel\n\n- een\n- twee & drie"
    assert found.values("keywords") == ("Verkeer", "Parkeren")
    assert found.values("legal_basis") == ("Wegenverkeerswet",)
    assert found.values("legal_links") == ("https://wet.example/1",)
    assert found.values("assessments") == ("DPIA", "IAMA")
    assert found.values("assessment_links") == ("https://dpia.example",)


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"status": "Bestaat"}, "unknown_term", "status"),
        ({"category": ["Koken"]}, "unknown_term", "domains"),
        ({"publication_category": "Z"}, "unknown_term", "risk_class"),
        ({"website": "noorderhaaks"}, "not_a_url", "website"),
        ({"name": ""}, "missing", ""),
        ({"goal": {"a": 1}}, "not_a_value", "goal"),
        ({"lawful_basis_grouping": "x"}, "not_a_value", "lawful_basis_grouping"),
    ],
)
def test_nl_refuses_what_cannot_be_stored(changes: Any, code: str, column: str) -> None:
    found, report = read_nl(**changes)

    assert found == []
    assert [(item.code, item.column) for item in report.problems] == [(code, column)]


def test_nl_warns_of_what_the_standard_does_not_allow() -> None:
    [_], report = read_nl(name="x" * 101, contact_email="", onbekend="x")

    assert {(item.code, item.column) for item in report.warnings} == {
        ("too_long", "name"),
        ("missing", "contact_email"),
    }
    assert losses(report) == {"onbekend": 1}


def test_nl_writes_within_the_lengths_of_the_standard() -> None:
    content, report = write(
        "nl",
        record(
            ("summary", "mot " * 200),
            ("purpose", "a & b < c\n\n" * 400),
            ("domains", "tax"),
            ("domains", "energy"),
            ("status", "study"),
            ("start_date", "2024-05-06"),
            ("keywords", "un, deux"),
            ("source_code", f"https://a.example/{'x' * 600}"),
            ("legal_links", "https://l.example"),
        ),
    )
    [item] = json.loads(content)

    for declared in nl.PROPERTIES:
        if declared.length and declared.name in item:
            assert len(item[declared.name]) <= declared.length
    assert item["description_short"].endswith("…")
    assert "&lt;" in item["goal"]
    assert item["begin_date"] == "2024-05"
    assert item["category"] == ["Overheidsfinanciën"]
    assert item["lang"] == "fra"
    assert "status" not in item
    assert "publiccode" not in item
    assert item["lawful_basis_grouping"] == [
        {"title": "https://l.example", "link": "https://l.example"}
    ]
    assert losses(report).keys() == {
        "summary",
        "purpose",
        "domains",
        "status",
        "start_date",
        "keywords",
        "source_code",
        "body",
    }
    assert {item.column for item in report.warnings} == {
        "status",
        "contact_email",
        "publication_category",
        "lang",
    }


# The British standard


def test_atrs_repeats_the_columns_of_a_group() -> None:
    content, _ = write(
        "atrs",
        record(
            ("data_used", "A"),
            ("data_used", "B"),
            ("data_description", "de A"),
            ("risks", "un"),
            ("status", "test"),
        ),
    )
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))

    assert header.count("source_data_name") == 2
    assert header.count("risk_name") == 1
    assert header.index("source_data_description") == header.index("source_data_name") + 1
    assert row[header.index("phase")] == "development"
    [found], report = read("atrs", content)
    assert report.ok
    assert found.id == "ville-de-grenoble-calcul"
    assert found.values("data_used") == ("A", "B")


def test_atrs_reads_stars_and_bars() -> None:
    content = (
        b"name,organisation,phase,description,source_data_name*,source_data_name*,autre\n"
        b"Tool,DfT,production,a | b,one,two,x\n"
    )
    [found], report = read("atrs", content)

    assert report.ok
    assert found.first("summary") == "a | b"
    assert found.values("data_used") == ("one", "two")
    assert losses(report) == {"autre": 1}


# Etalab's inventory


def test_etalab_uses_the_names_of_the_sheet() -> None:
    content, report = write(
        "etalab",
        record(("automation", "informs"), ("methods", "rules"), ("methods", "sensors")),
    )
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    said = dict(zip(header, row, strict=True))

    assert len(header) == len(set(header)) == len(etalab.ORDER)
    assert said["Nom de l'administration concernée"] == "Ville de Grenoble"
    assert said["Niveau d'automatisation de la décision"] == "Informe, sans décision"
    assert said["Type d'algorithme"] == "système de règles | Capteurs"
    assert losses(report) == {"id": 1, "body": 1}
    [found], _ = read("etalab", content)
    assert found.values("methods") == ("rules", "sensors")


def test_etalab_reads_the_sheet_as_people_type_it() -> None:
    header = "nom de l’algorithme,Finalité de l'algorithme,Type d'algorithme,Contact"
    header += ",Ressources connexes" * 2
    row = "Taxe,Calculer,Systeme de regles,a@b.fr,un,deux"
    [found], report = read("etalab", f"{header}\n{row}\n".encode())

    assert report.ok
    assert found.first("purpose") == "Calculer"
    assert found.first("methods") == "rules"
    assert found.values("documents") == ("un", "deux")


# Annex VIII, section C


def test_aiact_marks_its_numbering_as_to_be_checked() -> None:
    content, _ = write("aiact", record(("contact", "a@b.fr"), ("fria_summary", "Aucun risque.")))
    said = json.loads(content)

    assert said["points_to_check"] is True
    assert said["points"].keys() == format_names("aiact").keys()
    assert said["entries"] == [
        {
            "id": "calcul",
            "system_name": "Calcul",
            "deployer_name": "Ville de Grenoble",
            "deployer_contact": "a@b.fr",
            "fria_summary": "Aucun risque.",
        }
    ]


# DCAT


def graph(content: bytes) -> Graph:
    with warnings.catch_warnings():
        # rdflib's own JSON-LD parser still calls what rdflib deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        return Graph().parse(data=content, format="json-ld", publicID="https://registre.example/")


def test_dcat_is_a_catalogue_of_data_sets() -> None:
    content, report = write(
        "dcat",
        record(
            ("purpose", "Calculer."),
            ("domains", "tax"),
            ("domains", "housing"),
            ("contact", "a@b.fr"),
            ("source_code", "https://code.example/depot"),
            ("code_licence", "CeCILL"),
            ("start_date", "2024"),
            ("updated", "2024-05-06"),
        ),
    )
    found = graph(content)
    [catalogue] = found.subjects(RDF.type, DCAT.Catalog)
    [dataset] = found.objects(catalogue, DCAT.dataset)

    assert (dataset, RDF.type, DCAT.Dataset) in found
    assert found.value(dataset, DCTERMS.title) == Literal("Calcul", lang="fr")
    assert found.value(dataset, DCTERMS.description) == Literal("Calculer.", lang="fr")
    assert str(found.value(dataset, DCAT.theme)) == f"{dcat.THEMES}ECON"
    assert str(found.value(dataset, DCTERMS.issued)) == "2024"
    distribution = found.value(dataset, DCAT.distribution)
    assert str(found.value(distribution, DCAT.accessURL)) == "https://code.example/depot"
    assert found.value(catalogue, DCTERMS.publisher) is not None
    assert losses(report) == {"purpose": 1, "domains": 1, "body": 1}


def test_dcat_warns_when_there_is_nothing_to_describe_a_record() -> None:
    _, report = write("dcat", record())

    assert [item.column for item in report.warnings] == ["dct:description"]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(records=registers(named=True))
def test_dcat_is_always_json_ld(records: list[SystemRecord]) -> None:
    content, _ = write("dcat", *records)

    assert len(set(graph(content).subjects(RDF.type, DCAT.Dataset))) == len(records)


def test_dcat_gives_full_names_when_told_where_it_is_published() -> None:
    stream = io.BytesIO()
    catalogue = dcat.Catalogue(publisher="Observatoire", base_url="https://o.example/systems/")
    dcat.write([record()], stream, Report(), catalogue=catalogue)

    assert json.loads(stream.getvalue())["dcat:dataset"][0]["@id"] == (
        "https://o.example/systems/calcul"
    )


# Tables of records


def test_tables_run_nothing() -> None:
    dangerous = record(("summary", "=HYPERLINK(1)"), ("keywords", "@x"), ("contact", "+33 1"))
    content, _ = write("csv", dangerous)
    cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]

    assert {"'=HYPERLINK(1)", "'@x", "'+33 1"} <= set(cells)

    content, _ = write("xlsx", dangerous)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    written = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in written} == {"s"}
    assert "'=HYPERLINK(1)" in {cell.value for cell in written}


def test_a_table_may_be_filled_by_hand() -> None:
    content = "Nom,État,Mots-clés,Administration : type,Administration : nom,Sans titre\n"
    content += "Calcul,en service,a | b,Collectivité territoriale,Ville,x\n"
    [found], report = read("csv", content.encode())

    assert report.ok
    assert found.id == "ville-calcul"
    assert found.body is not None
    assert found.body.kind == "local"
    assert found.first("status") == "deployed"
    assert found.values("keywords") == ("a", "b")
    assert losses(report) == {"Sans titre": 1}


def test_a_table_that_a_french_spreadsheet_saved_is_read() -> None:
    content, _ = write("csv", record(("keywords", "un, deux"), ("keywords", "trois;")))
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    saved = io.StringIO()
    csv.writer(saved, delimiter=";").writerows(rows)
    [found], report = read("csv", saved.getvalue().encode())

    assert report.ok
    assert found.values("keywords") == ("un, deux", "trois;")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_heading_of_the_table_means_one_column(language: str) -> None:
    keys = [key for key, *_ in wide.HEADINGS] + [field.key for field in FIELDS]

    assert wide.read_header(wide.headings(language)) == keys


def test_a_table_without_names_is_refused() -> None:
    found, report = read("csv", b"Identifiant de la fiche,Contact\na,b\n")

    assert found == []
    assert [item.code for item in report.problems] == ["missing_column"]


def test_too_many_values_for_a_cell_are_a_loss() -> None:
    values = [("results", f"{rank} " + "x" * 15_000) for rank in range(10)]
    content, report = write("xlsx", record(*values))
    [found], _ = read("xlsx", content)

    assert losses(report)["results"] == 10 - len(found.values("results"))
    assert len(found.values("results")) == 2


# Tables of statements


def test_rows_of_a_system_must_follow_each_other() -> None:
    content = b"system,field,value\na,name,A\nb,name,B\na,purpose,x\n"
    found, report = read("statements-csv", content)

    assert [item.id for item in found] == ["a", "b"]
    [finding] = report.problems
    assert (finding.code, finding.examples[0].row) == ("duplicate", 4)


def test_a_table_of_statements_needs_three_columns_only() -> None:
    content = b"system,field,value,quote,remarque\na,name,A,'=x,y\na,cost,beaucoup,,\n"
    found, report = read("statements-csv", content)

    assert found == []
    [finding] = report.problems
    assert (finding.code, finding.column, finding.examples[0].row) == ("not_a_number", "value", 3)
    assert losses(report) == {"remarque": 1}


def test_a_system_has_one_body() -> None:
    content = b"system,field,value,body_id,body_name\na,name,A,v,Ville\na,unit,U,w,Autre\n"
    _, report = read("statements-csv", content)

    assert [item.code for item in report.problems] == ["two_bodies"]
