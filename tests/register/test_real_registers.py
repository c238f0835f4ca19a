"""The real registers, read through the shipped mappings. The files stay where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from clairevoie.register.catalogue import VOCABULARIES, format_names
from clairevoie.register.exchange import FORMATS
from clairevoie.register.formats import atrs, etalab, nl
from clairevoie.register.mapping import load_mapping, parse_mapping
from clairevoie.register.reports import Report
from clairevoie.register.sniff import sniff
from clairevoie.register.statements import SystemRecord

pytestmark = pytest.mark.shared_data

NL, UK, FR = (
    ("nl_algoritmeregister_2026-08.json", "nl_algoritmeregister"),
    ("uk_atrs_2026-07.csv", "uk_atrs_index"),
    ("fr_etalab_algorithmes_publics.csv", "fr_etalab_algorithmes_publics"),
)


def read(path: Path, mapping: str) -> tuple[list[SystemRecord], Report]:
    report = Report()
    reader = FORMATS["table"].read
    assert reader is not None
    return list(reader(path, report, mapping=load_mapping(mapping))), report


@pytest.fixture
def registers(shared_data: Path) -> Path:
    return shared_data / "registers"


@pytest.mark.parametrize(
    ("register", "systems", "bodies"), [(NL, 1530, 336), (UK, 136, 73), (FR, 14, 7)]
)
def test_every_record_is_read(
    registers: Path, register: tuple[str, str], systems: int, bodies: int
) -> None:
    found, report = read(registers / register[0], register[1])

    assert report.ok, report.text()
    assert not report.warnings
    assert len(found) == len({record.id for record in found}) == systems
    assert len({record.body.id for record in found if record.body}) == bodies
    assert all(
        record.first("name") and record.first("responsible_body") for record in found if record.body
    )
    assert all(item.source and item.uid for record in found for item in record.statements)


def test_the_dutch_register_says_what_its_file_says(registers: Path) -> None:
    found, report = read(registers / NL[0], NL[1])
    record = next(item for item in found if item.id == "nl-11234933")

    assert record.body is not None
    assert (record.body.name, record.body.kind) == ("Gemeente Delft", "local")
    assert record.first("status") == "deployed"
    assert record.values("assessments_description") == ()
    assert {item.date for item in record.statements} == {"2024-02-06"}
    assert [loss.column for loss in report.losses] == ["toegevoegd"]
    answers = [item.first("assessments_description") for item in found]
    assert answers.count("Impactassessment: ja") == 623
    assert answers.count("Impactassessment: nee") == 22


def test_british_records_without_a_body_stand_without_one(registers: Path) -> None:
    found, _ = read(registers / UK[0], UK[1])
    record = next(item for item in found if item.id == "uk-trustid")

    assert record.body is None
    assert record.values("responsible_body") == ()
    assert record.first("updated") == "2025-11-27"


def test_the_french_list_says_no_licence_where_none_was_found(registers: Path) -> None:
    found, report = read(registers / FR[0], FR[1])
    of_name = {record.first("name"): record for record in found}

    assert of_name["Calcul des Allocations Familiales"].values("code_licence") == ()
    assert len(of_name["Opale"].values("source_code")) == 2
    assert {loss.column for loss in report.losses} == {
        "producteur_url",
        "publication",
        "infos_complementaires",
    }


@pytest.mark.parametrize("register", [NL, UK, FR])
def test_a_mapping_is_proposed_that_reads_every_record(
    registers: Path, register: tuple[str, str]
) -> None:
    path = registers / register[0]
    proposal = sniff(path)
    mapping = parse_mapping(proposal.as_yaml(), "proposal")
    report = Report()
    reader = FORMATS["table"].read
    assert reader is not None
    found = list(reader(path, report, mapping=mapping))
    shipped, _ = read(*(path, register[1]))

    assert report.ok, report.text()
    assert len(found) == len(shipped)
    assert [record.first("name") for record in found] == [
        record.first("name") for record in shipped
    ]


def test_a_proposal_for_the_dutch_register(registers: Path) -> None:
    proposal = sniff(registers / NL[0])
    guessed = {item.column: item.field for item in proposal.columns}

    assert proposal.layout.path == "algoritmes"
    assert proposal.identifier == "id"
    assert guessed == {
        "doel": "purpose",
        "geregistreerd": "updated",
        "id": "local_id",
        "impactassessment": "assessments_description",
        "juridische_basis": "legal_basis",
        "organisatie": "responsible_body",
        "status": "status",
        "title": "name",
        "toegevoegd": "",
        "url": "original_record",
    }


def test_the_dutch_standard_is_restated_faithfully(registers: Path) -> None:
    import json

    said = json.loads((registers / "nl_publicatiestandaard_1.0.json").read_text())["properties"]

    assert list(nl.BY_NAME) == list(said)
    for name, declared in said.items():
        ours = nl.BY_NAME[name]
        assert ours.length == declared.get("max_length", 0), name
        assert ours.required == (declared.get("required") is True), name
        assert ours.html == ("allowed_html_tags" in declared), name
    for key, name in (
        ("category", "domains"),
        ("status", "status"),
        ("publication_category", "risk_class"),
    ):
        ours_named = {term.names["nl"] for term in VOCABULARIES[name].terms if "nl" in term.names}
        assert ours_named == set(said[key]["permitted_values"])
    for name, length in nl.TITLE_LENGTHS.items():
        assert said[name]["items"]["title"]["max_length"] == length


def test_the_british_standard_is_restated_faithfully(registers: Path) -> None:
    import csv

    with (registers / "uk_atrs_1.1_fields.csv").open(newline="") as stream:
        said = [row["attribute"] for row in csv.DictReader(stream)]

    assert [name for group in atrs.GROUPS for name in group] == [
        name.removesuffix("*") for name in said
    ]
    assert {name.removesuffix("*") for name in said if name.endswith("*")} == atrs.STARRED


def test_the_names_of_etalab_s_sheet_are_restated_faithfully(registers: Path) -> None:
    sheet = (registers / "fr_etalab_fiche_inventaire.md").read_text()

    for name in format_names("etalab"):
        assert name.removesuffix(" (fonctionnement)") in sheet
    assert set(etalab.ORDER) == set(format_names("etalab").values())
