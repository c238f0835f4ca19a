"""The file of a journal, as it is received: read through first, refused in a sentence, or put."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, InvalidInput
from clairevoie.web.decisions.models import Journal
from clairevoie.web.decisions.services.journals import declare_journal, folder_of
from clairevoie.web.decisions.services.receiving import receive_data
from clairevoie.web.register.models import PublicBody
from tests.builders import BODY, stored
from tests.people import member, organisation, signed_in
from tests.web.explanation.samples import DECLARATION, HEADER, ROWS, SLUG
from tests.web.rules.samples import published

pytestmark = pytest.mark.django_db
CSV = "{csv: decisions.csv}"
JOURNAL = f"/contribuer/journaux/{SLUG}/"


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.JOURNALS_ROOT = tmp_path / "data" / "journals"
    settings.KEYS_ROOT = tmp_path / "keys"
    stored("creches")
    published()


def declared(data: str = CSV) -> Journal:
    declaration = DECLARATION.replace(CSV, data)
    return declare_journal(actor=COMMAND, declaration=declaration.encode()).journal


def columns(rows: int = 3, **more: pa.Array) -> pa.Table:
    names = HEADER.split(",")
    cells = [line.split(",") for line in ROWS[:1] * rows]
    table = {name: pa.array([row[place] for row in cells]) for place, name in enumerate(names)}
    return pa.table(table | more)


def received(journal: Journal, table: pa.Table, tmp_path: Path) -> str:
    path = tmp_path / "sent.parquet"
    pq.write_table(table, path, store_schema=False, dictionary_pagesize_limit=1 << 22)
    return receive_data(actor=COMMAND, journal=journal, chunks=[path.read_bytes()])


def test_a_parquet_file_is_put_in_place(tmp_path: Path) -> None:
    journal = declared("{parquet: decisions.parquet}")
    received(journal, columns(), tmp_path)
    assert [path.name for path in folder_of(journal).iterdir()] == ["decisions.parquet"]


def test_a_file_that_swells_leaves_the_one_before(tmp_path: Path) -> None:
    """A few kilobytes that are two hundred gigabytes once read."""
    journal = declared("{parquet: decisions.parquet}")
    digest = received(journal, columns(), tmp_path)
    rows = 200_000
    places = pa.array([0] * rows, pa.int32())
    swollen = pa.DictionaryArray.from_arrays(places, pa.array(["S" * 1_000_000]))
    with pytest.raises(InvalidInput) as caught:
        received(journal, columns(rows, decision=swollen), tmp_path)
    assert "too long once read (over 200 MB" in caught.value.errors["data"]
    assert [path.name for path in folder_of(journal).iterdir()] == ["decisions.parquet"]
    assert digest == received(journal, columns(), tmp_path)


@pytest.mark.parametrize(
    ("data", "content", "sentence"),
    [
        (CSV, f"{HEADER},{'x' * 200_000}\n", "line 1: holds a cell that is too long"),
        (CSV, "\n".join(ROWS), "line 1: does not hold the declared headings"),
        (CSV, "", "line 1: is empty"),
        ("{parquet: decisions.parquet}", "\n".join((HEADER, *ROWS)), "cannot be read as Parquet"),
        ("{parquet: decisions.parquet}", "PAR1PAR1", "cannot be read as Parquet"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_on_its_page(
    data: str, content: str, sentence: str
) -> None:
    journal = declared(data)
    client = _administration()
    file = SimpleUploadedFile("sent", content.encode())
    page = client.post(JOURNAL, {"file": file})
    if content:
        assert page.status_code == 200
        html = page.content.decode()
        assert sentence in html
        assert "CR-0001" not in html
        assert "Error" not in html
    assert not list(folder_of(journal).glob("decisions*"))


def test_an_encoding_that_is_not_one_of_text_is_refused_with_the_declaration() -> None:
    with pytest.raises(InvalidInput) as caught:
        declared("{csv: decisions.csv, encoding: hex}")
    assert "data.encoding: 'hex' is no encoding" in caught.value.errors["declaration"]
    assert not Journal.objects.exists()


def _administration() -> Client:
    body = PublicBody.objects.get(slug=BODY.id)
    return signed_in(
        member(Role.PUBLISHER, organisation("Ville", "administration", body=body)).user
    )
