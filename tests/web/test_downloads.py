"""Files to take away: exactly what the list shows, in every format, and the feed."""

import csv
import gc
import io
import json
import sys
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook
from rdflib import Dataset, URIRef

from clairevoie.register.exchange import FORMATS
from clairevoie.register.reports import Report
from clairevoie.register.statements import SystemRecord
from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.register.models import Statement, System
from clairevoie.web.register.services import columns, exporting
from clairevoie.web.register.services.exporting import losses, written
from clairevoie.web.register.services.loss_words import SENTENCES
from clairevoie.web.register.services.records import BATCH, system_records
from clairevoie.web.register.services.search import SearchQuery, all_ids
from clairevoie.web.register.services.statements import moderate
from clairevoie.web.register.views.downloads import EXTENSIONS
from tests.builders import BODY, SOURCE, record, said, store
from tests.conftest import QueriesSnapshot

pytestmark = pytest.mark.django_db
DCAT = "http://www.w3.org/ns/dcat#"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _register(db: None) -> None:
    columns.forget()
    store(
        record(
            "calcul-impot",
            said("calcul-impot", "status", "deployed", period="2020"),
            said("calcul-impot", "cost", "1000", period="2023"),
            said("calcul-impot", "cost", "2000", period="2023", speaker="Solidaires"),
            said("calcul-impot", "domains", "tax"),
            summary="Calcule l’impôt sur le revenu.",
            purpose="=HYPERLINK('https://exemple.fr')",
        ),
        record("foncier", said("foncier", "purpose", "Texte illicite.", speaker="Quelqu’un")),
        record("sans-administration", said("sans-administration", "status", "idea"), body=None),
    )
    moderate(
        actor=COMMAND,
        statement=Statement.objects.get(value="Texte illicite."),
        hidden=True,
        reason="Diffamation.",
    )


def download(client: Client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200, path
    return content_of(response)


def content_of(response: Any) -> bytes:
    assert response.streaming
    return b"".join(response.streaming_content)


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def names(client: Client, query: str) -> list[str]:
    content = download(client, f"/systemes/export.csv?{query}")
    return [row["Identifiant de la fiche"] for row in csv_rows(content)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tri=name", ["calcul-impot", "foncier", "sans-administration"]),
        ("q=impot", ["calcul-impot"]),
        ("status=deployed&status=idea&tri=name", ["calcul-impot", "sans-administration"]),
        ("tri=name&page=3", ["calcul-impot", "foncier", "sans-administration"]),
        ("q=rien+de+tel", []),
        ("divergence=yes&unknown=1", ["calcul-impot"]),
    ],
)
def test_the_file_holds_exactly_what_the_list_shows(
    client: Client, query: str, found: list[str]
) -> None:
    assert names(client, query) == found


def test_every_result_is_there_in_the_order_of_the_list(client: Client) -> None:
    store(*(record(f"lot-{number}") for number in range(2 * BATCH + 7)))
    for sort in ("relevance", "name", "recent", "complete"):
        expected = [
            System.objects.get(pk=pk).slug if number < 3 else pk
            for number, pk in enumerate(all_ids(SearchQuery(sort=sort)))
        ]
        found = names(client, f"tri={sort}")
        assert found[:3] == expected[:3]
        assert len(found) == len(expected) == 2 * BATCH + 10
        assert len(set(found)) == len(found)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_every_format_is_written_without_what_is_hidden(client: Client, extension: str) -> None:
    response = client.get(f"/systemes/export.{extension}")
    kind = FORMATS[EXTENSIONS[extension]]
    assert response["Content-Type"].startswith(kind.media_type)
    assert response["Content-Disposition"].startswith('attachment; filename="clairevoie-')
    assert response["Content-Disposition"].endswith(f'.{kind.extension}"')
    assert response["X-Content-Type-Options"] == "nosniff"
    content = content_of(response)
    if kind.extension == "xlsx":
        book = load_workbook(io.BytesIO(content), read_only=True)
        text = str([list(row) for row in book.worksheets[0].values])
    else:
        text = content.decode("utf-8-sig")
    assert "Calcul impot" in text
    assert "illicite" not in text
    assert "Quelqu" not in text


def test_own_json_reads_back_as_it_was(client: Client) -> None:
    content = download(client, "/systemes/export.json?tri=name")
    report = Report()
    read = FORMATS["clairevoie"].read
    assert read is not None
    records = list(read(io.BytesIO(content), report))
    assert report.ok
    assert [item.id for item in records] == ["calcul-impot", "foncier", "sans-administration"]
    assert records[0].body == BODY
    assert records[0].sources[0].title == SOURCE.title
    stored = {item.uid.hex for item in Statement.objects.filter(system__slug="calcul-impot")}
    assert {item.uid for item in records[0].statements} == stored


def test_a_statement_that_replaced_a_hidden_one_replaces_what_that_one_had() -> None:
    store(record("foncier", summary="Un premier résumé."))
    store(record("foncier", summary="Un deuxième résumé."))
    store(record("foncier", summary="Un troisième résumé."))
    middle = Statement.objects.get(value="Un deuxième résumé.")
    moderate(actor=COMMAND, statement=middle, hidden=True, reason="Illicite.")
    (found,) = system_records([System.objects.get(slug="foncier").pk])
    first, last = (item for item in found.statements if item.field == "summary")
    assert (first.supersedes, last.supersedes) == ("", first.uid)


def test_formulas_are_made_harmless(client: Client) -> None:
    (row,) = csv_rows(download(client, "/systemes/export.csv?q=impot"))
    (cell,) = [text for text in row.values() if "HYPERLINK" in text]
    assert cell.startswith("'=")
    book = load_workbook(io.BytesIO(download(client, "/systemes/export.xlsx?q=impot")))
    cells = [cell for line in book.worksheets[0].iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_one_record_is_a_file(client: Client) -> None:
    content = download(client, "/systemes/calcul-impot/export.json")
    assert [item["id"] for item in json.loads(content)["systems"]] == ["calcul-impot"]
    response = client.get("/systemes/calcul-impot/export.csv")
    assert 'filename="calcul-impot-' in response["Content-Disposition"]
    assert client.get("/systemes/inconnu/export.csv").status_code == 404
    assert client.get("/systemes/calcul-impot/export.exe").status_code == 404


@pytest.mark.parametrize("extension", ["exe", "table", "clairevoie", "CSV"])
def test_a_format_that_is_not_written_is_not_found(client: Client, extension: str) -> None:
    assert client.get(f"/systemes/export.{extension}").status_code == 404


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_the_whole_catalogue_is_dcat(client: Client) -> None:
    for path in ("/catalogue.jsonld", "/en/catalogue.jsonld"):
        graph = Dataset().parse(data=download(client, path), format="json-ld")
        datasets = {str(thing) for thing in graph.objects(None, URIRef(f"{DCAT}dataset"))}
        assert datasets == {
            f"http://testserver/systemes/{slug}"
            for slug in ("calcul-impot", "foncier", "sans-administration")
        }


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_what_a_format_leaves_out_is_announced(client: Client, extension: str) -> None:
    response = client.get(f"/systemes/export.{extension}?q=impot")
    link = response["Link"].partition(">")[0].removeprefix("<")
    content_of(response)
    assert link == f"/systemes/export.{extension}?q=impot&pertes=1"
    page = client.get(link)
    assert page.status_code == 200
    report = losses(EXTENSIONS[extension], all_ids(SearchQuery(text="impot")), language="fr")
    assert page.content.decode().count("<tr>") == (len(report.losses) + 1 if report.losses else 0)
    messages = [item.message for item in report.losses]
    messages += [item.examples[0].message for item in report.warnings]
    assert set(messages) <= set(SENTENCES)


def test_losses_are_said_in_french() -> None:
    with translation.override("fr"):
        assert not [text for text in SENTENCES if translation.gettext(text) == text]


def test_the_page_of_formats_offers_each(client: Client) -> None:
    page = client.get("/telecharger/?q=impot&page=2").content.decode()
    for extension in EXTENSIONS:
        assert f'href="/systemes/export.{extension}?q=impot"' in page


def test_exports_cost_a_constant_number_of_queries(
    client: Client, assert_queries_snapshot: QueriesSnapshot
) -> None:
    client.get("/systemes/")
    with assert_queries_snapshot():
        download(client, "/systemes/export.json")


class Broken(Exception):
    pass


def _batches(count: int, size: int = 50) -> Iterator[list[SystemRecord]]:
    for number in range(count):
        yield [record(f"s-{number}-{rank}", summary="x" * 2000) for rank in range(size)]


def test_a_reader_that_goes_away_stops_the_writer() -> None:
    before = threading.active_count()
    taken: list[int] = []

    def counted() -> Iterator[list[SystemRecord]]:
        for number, batch in enumerate(_batches(1000)):
            taken.append(number)
            yield batch

    stream = written(exporting.writer_of("csv"), counted(), language="fr")
    assert next(stream)
    assert isinstance(stream, Generator)
    stream.close()
    assert threading.active_count() == before
    assert len(taken) < 20


@pytest.mark.parametrize("key", ["xlsx", "statements-xlsx"])
def test_a_workbook_that_is_given_up_leaves_nothing(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: found.append(repr(one.exc_value)))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def broken() -> Iterator[list[SystemRecord]]:
        yield from _batches(3)
        raise Broken

    with pytest.raises(Broken):
        list(written(exporting.writer_of(key), broken(), language="fr"))
    stream = written(exporting.writer_of(key), _batches(3), language="fr")
    assert next(stream)
    del stream
    gc.collect()
    assert found == []
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_fails_fails_the_answer() -> None:
    before = threading.active_count()

    def breaks(records, stream, report, *, language="fr"):
        stream.write(b"some")
        next(iter(records))
        raise Broken

    stream = written(breaks, _batches(5), language="fr")
    with pytest.raises(Broken):
        list(stream)
    assert threading.active_count() == before


def test_records_that_fail_fail_the_answer() -> None:
    before = threading.active_count()

    def breaks() -> Iterator[list[SystemRecord]]:
        yield from _batches(1)
        raise Broken

    with pytest.raises(Broken):
        list(written(exporting.writer_of("clairevoie"), breaks(), language="fr"))
    assert threading.active_count() == before


def test_nothing_is_lost_between_the_threads() -> None:
    pieces = list(written(exporting.writer_of("clairevoie"), _batches(40), language="fr"))
    assert max(map(len, pieces)) < 3 * exporting.WAITING_LIMIT
    assert len(json.loads(b"".join(pieces))["systems"]) == 2000


def feed(client: Client, path: str) -> ElementTree.Element:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)


def entry_ids(client: Client, path: str) -> list[str]:
    return [node.findtext(f"{ATOM}id") or "" for node in feed(client, path).iter(f"{ATOM}entry")]


def test_the_feed_holds_what_the_list_shows_newest_change_first(client: Client) -> None:
    first = entry_ids(client, "/systemes/flux.atom")
    assert first[0] == "tag:testserver,2026:systemes/foncier"
    assert len(first) == 3
    store(record("sans-administration", need="Un besoin."))
    assert entry_ids(client, "/systemes/flux.atom")[0].endswith("/sans-administration")
    assert [item[-12:] for item in entry_ids(client, "/systemes/flux.atom?q=impot")] == [
        "calcul-impot"
    ]


def test_a_feed_says_who_when_and_where(client: Client) -> None:
    root = feed(client, "/systemes/flux.atom?q=impot&status=deployed&page=4")
    assert (
        root.findtext(f"{ATOM}title") == "Clairevoie\u00a0: systèmes contenant «\u00a0impot\u00a0»"
    )
    links = {node.get("rel"): node.get("href") for node in root.findall(f"{ATOM}link")}
    assert links["self"] == "http://testserver/systemes/flux.atom?q=impot&status=deployed"
    assert links["alternate"] == "http://testserver/systemes/?q=impot&status=deployed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Clairevoie"
    (entry,) = root.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Calcul impot"
    assert entry.findtext(f"{ATOM}updated")
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Clairevoie"
    (link,) = entry.findall(f"{ATOM}link")
    assert link.get("href") == "http://testserver/systemes/calcul-impot/"
    english = feed(client, "/en/systemes/flux.atom?q=impot")
    assert english.findtext(f"{ATOM}entry/{ATOM}id") == entry.findtext(f"{ATOM}id")


def test_a_feed_has_fifty_entries(client: Client) -> None:
    store(*(record(f"lot-{number}") for number in range(60)))
    assert len(entry_ids(client, "/systemes/flux.atom")) == 50


def test_a_feed_costs_a_constant_number_of_queries(
    client: Client, assert_queries_snapshot: QueriesSnapshot
) -> None:
    client.get("/systemes/flux.atom")
    with assert_queries_snapshot():
        client.get("/systemes/flux.atom")
