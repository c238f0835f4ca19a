"""Proposing a mapping: how a table is written, and what its columns say."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from clairevoie.register.exchange import FORMATS
from clairevoie.register.mapping import parse_mapping
from clairevoie.register.reading import UnreadableError
from clairevoie.register.reports import Report
from clairevoie.register.sniff import Proposal, sniff
from clairevoie.register.sniff_layout import guess_delimiter
from clairevoie.register.statements import SystemRecord

TABLE = "\n".join(
    (
        "Registre municipal;;;;;;",
        "Mis à jour en 2026;;;;;;",
        "Numéro;Intitulé;Objectif;État;Courriel;Mise à jour;Adresses",
        "12;Calcul du quotient;Fixer le tarif, selon les revenus;en service;a@ville.example;"
        "12/31/2024;https://a.example | https://b.example",
        "13;Tri des demandes;Ordonner les demandes;suspendu;b@ville.example;01/02/2025;"
        "https://c.example",
        "14;Détection des fuites;Repérer les fuites d’eau;en service;c@ville.example;02/03/2025;",
        "",
    )
)


def propose(folder: Path, content: bytes | str, name: str = "table.csv") -> Proposal:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return sniff(path)


def fields(proposal: Proposal) -> dict[str, str]:
    return {item.column: item.field for item in proposal.columns if item.field}


def follow(path: Path, proposal: Proposal) -> tuple[list[SystemRecord], Report]:
    """Read a file with the mapping that was proposed for it."""
    report = Report()
    reader = FORMATS["table"].read
    assert reader is not None
    mapping = parse_mapping(proposal.as_yaml(), "proposal")
    return list(reader(path, report, mapping=mapping)), report


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "mac_roman"])
def test_encoding_delimiter_and_header_are_found(tmp_path: Path, encoding: str) -> None:
    proposal = propose(tmp_path, TABLE.encode(encoding))

    assert proposal.layout.delimiter == ";"
    assert proposal.layout.header_row == 3
    assert [item.column for item in proposal.columns][1] == "Intitulé"
    found, report = follow(tmp_path / "table.csv", proposal)
    assert report.ok, report.text()
    assert [record.id for record in found] == ["12", "13", "14"]
    assert found[2].first("purpose") == "Repérer les fuites d’eau"


def test_columns_are_recognised_by_heading_and_values(tmp_path: Path) -> None:
    proposal = propose(tmp_path, TABLE)

    assert proposal.identifier == "Numéro"
    assert fields(proposal) == {
        "Numéro": "local_id",
        "Intitulé": "name",
        "Objectif": "purpose",
        "État": "status",
        "Courriel": "contact",
        "Mise à jour": "updated",
        "Adresses": "website",
    }
    found, _ = follow(tmp_path / "table.csv", proposal)
    assert found[1].first("status") == "suspended"


def test_dates_with_the_month_first_are_noticed(tmp_path: Path) -> None:
    proposal = propose(tmp_path, "nom,updated\nA,12/31/2024\nB,01/02/2025\n")

    assert proposal.columns[1].date_format == "%m/%d/%Y"
    found, _ = follow(tmp_path / "table.csv", proposal)
    assert [record.first("updated") for record in found] == ["2024-12-31", "2025-01-02"]


def test_terms_that_need_translation_are_listed(tmp_path: Path) -> None:
    content = "Nom,Statut\nA,In gebruik\nB,ontwikkeling\nC,mystère\nD,In gebruik\n"
    proposal = propose(tmp_path, content)

    assert proposal.columns[1].values == {
        "In gebruik": "deployed",
        "ontwikkeling": "design",
        "mystère": "",
    }
    assert "choose a term" in proposal.as_yaml()


def test_a_field_that_takes_one_value_is_guessed_once(tmp_path: Path) -> None:
    proposal = propose(tmp_path, "nom,titre,objectif\nA,B,C\nD,E,F\n")

    assert sorted(fields(proposal).values()) == ["name", "purpose"]


def test_web_addresses_in_another_column_are_only_suggested(tmp_path: Path) -> None:
    text = propose(tmp_path, "nom,xyz\nA,https://a.example\nB,https://b.example\n").as_yaml()

    assert '# "xyz": website' in text


def test_names_are_guessed_when_no_heading_helps(tmp_path: Path) -> None:
    proposal = propose(tmp_path, "x1,x2\n1,Calcul du quotient\n2,Tri des demandes\n")

    assert fields(proposal) == {"x2": "name"}


def test_a_workbook_is_looked_at(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["Inventaire"], [], ["Nom", "Finalité"], ["A", "Calculer"], ["B", "Trier"]):
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    proposal = sniff(tmp_path / "table.xlsx")

    assert (proposal.layout.format, proposal.layout.header_row) == ("xlsx", 3)
    found, report = follow(tmp_path / "table.xlsx", proposal)
    assert report.ok
    assert [record.first("purpose") for record in found] == ["Calculer", "Trier"]


def test_the_list_of_a_json_file_is_found(tmp_path: Path) -> None:
    content = '{"meta": {"n": 2}, "data": {"rows": [{"title": "A", "doel": "x"}, {"title": "B"}]}}'
    proposal = propose(tmp_path, content, "table.json")

    assert proposal.layout.path == "data.rows"
    assert fields(proposal) == {"title": "name", "doel": "purpose"}


@pytest.mark.parametrize("content", [b"", b"\n\n", b"PK\x03\x04", b"{}", b"[1, 2]", b'{"a": ['])
def test_what_is_not_a_table_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableError):
        propose(tmp_path, content)


def test_hostile_headings_and_values_make_good_yaml(tmp_path: Path) -> None:
    content = 'nom,"a: [b\n# c","\u2028\x07",{x}\n"v\n# w","=1","{{",": -"\n'
    proposal = propose(tmp_path, content)

    assert parse_mapping(proposal.as_yaml(), "proposal").columns


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb\n1, 2\t3\n", "\t"),
        ("a|b|c\n1;2|3|4\n", "|"),
        ("nom\nA\n", ","),
    ],
)
def test_delimiters(text: str, delimiter: str) -> None:
    assert guess_delimiter(text) == delimiter


def test_a_proposal_is_plain_data(tmp_path: Path) -> None:
    said = propose(tmp_path, TABLE).as_dict()

    assert said["layout"]["header_row"] == 3
    assert said["columns"][0]["column"] == "Numéro"
    assert said["mapping"].startswith("# ")
