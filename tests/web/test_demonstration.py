"""The demonstration and the real registers, through the public path."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from clairevoie.cli.site import load_demonstration, load_registers
from clairevoie.register.exchange import FORMATS
from clairevoie.register.reports import Report
from clairevoie.register.statements import SystemRecord
from clairevoie.web.register.models import SearchEntry, Statement, System
from clairevoie.web.register.services.search import SearchQuery, search

NAMED_IN_THE_DOCUMENTS = (
    "CAF",
    "CFVR",
    "Foncier innovant",
    "Match FT",
    "Chat Doc",
    "Albert",
    "Noisy-le-Grand",
    "PLU",
    "Amazon",
    "Onclusive",
    "Renault",
    "DelibIA",
    "Parcoursup",
    "Odap",
)


@pytest.fixture(scope="module")
def records() -> list[SystemRecord]:
    report = Report()
    read = FORMATS["clairevoie"].read
    assert read is not None
    with resources.as_file(resources.files("clairevoie.register") / "demonstration") as folder:
        found = list(read(folder, report))
    assert report.ok, report.text()
    return found


def test_every_statement_has_a_source_a_passage_and_a_voice(records: list[SystemRecord]) -> None:
    for record in records:
        for statement in record.statements:
            where = f"{record.id}: {statement.field}"
            assert statement.source, where
            assert statement.speaker, where
            if statement.field not in {"name", "summary"}:
                assert len(statement.quote) > 10, where


def test_every_system_has_a_name_a_summary_and_a_body(records: list[SystemRecord]) -> None:
    for record in records:
        assert record.first("name"), record.id
        assert record.first("summary"), record.id
        assert record.body, record.id


def test_the_systems_that_the_documents_name_are_there(records: list[SystemRecord]) -> None:
    everything = " ".join(
        statement.value for record in records for statement in record.statements
    ).lower()
    for name in NAMED_IN_THE_DOCUMENTS:
        assert name.lower() in everything, name


def test_contradictions_are_kept(records: list[SystemRecord]) -> None:
    capacities = {statement.capacity for record in records for statement in record.statements}
    assert {"administration", "union", "association", "researcher"} <= capacities


def test_french_typography(records: list[SystemRecord]) -> None:
    for record in records:
        for statement in record.statements:
            if statement.value.startswith("http"):
                continue
            assert not re.search(r" [:;?!»]|« ", statement.value), (record.id, statement.value)


@pytest.mark.django_db
def test_the_demonstration_loads_and_loads_again(records: list[SystemRecord]) -> None:
    first, again = load_demonstration(), load_demonstration()

    assert first["systems_added"] == len(records)
    assert again["statements_added"] == 0
    assert search(SearchQuery("fraude")).total > 0
    assert SearchEntry.objects.filter(divergences__gt=0).exists()


@pytest.mark.django_db
@pytest.mark.shared_data
def test_three_real_registers_are_imported(shared_data: Path) -> None:
    done = load_registers(shared_data / "registers")

    added = {name: counts["systems_added"] for name, counts in done.items()}
    assert added == {
        "nl_algoritmeregister_2026-08.json": 1530,
        "uk_atrs_2026-07.csv": 136,
        "fr_etalab_algorithmes_publics.csv": 14,
    }
    assert System.objects.count() == 1680
    assert System.objects.exclude(body=None).values("body").distinct().count() > 336
    dutch = Statement.objects.filter(system__slug="nl-11243654")
    assert dutch.get(field="status").value == "deployed"
    assert search(SearchQuery("Gezichtsvergelijking")).total > 0
    again = load_registers(shared_data / "registers")
    assert all(counts["statements_added"] == 0 for counts in again.values())
