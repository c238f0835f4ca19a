"""Archived copies: kept whole or not at all, given back as attachments, from nowhere else."""

import io
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from clairevoie.register.statements import Source
from clairevoie.web.accounts.permissions import COMMAND, InvalidInput
from clairevoie.web.register.models import Statement, System
from clairevoie.web.register.services import files
from clairevoie.web.register.services.statements import add_statement, moderate
from tests.builders import stored

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


@pytest.fixture
def root(settings, tmp_path: Path) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


def archive(*names: str, first: str = "", macros: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        if first:
            made.writestr("mimetype", first)
        for name in names:
            made.writestr(name, "x")
        if macros:
            made.writestr("word/vbaProject.bin", "x")
    return buffer.getvalue()


ODT = archive("content.xml", first="application/vnd.oasis.opendocument.text")
DOCX = archive("[Content_Types].xml", "word/document.xml")
KEPT = [
    (b"%PDF-1.4\n...", "x", ".pdf"),
    (PNG, "page.html", ".png"),
    (b"\xff\xd8\xff\xe0" + b"\x00" * 20, "x.exe", ".jpg"),
    ("Une note, en français.".encode(), "note.pdf", ".txt"),
    ("Une note.".encode("cp1252"), "", ".txt"),
    ("nom;coût\nCFVR;34".encode(), "table.CSV", ".csv"),
    (ODT, "x", ".odt"),
    (DOCX, "x.zip", ".docx"),
]
REFUSED = [
    b"",
    b"<!DOCTYPE html><script>",
    b"\xef\xbb\xbf  <svg xmlns=",
    b"<?xml version='1.0'?>",
    b"GIF89a\x01\x00",
    b"\x7fELF\x00",
    b"PK\x03\x04 broken",
    archive("a.txt"),
    archive("x", first="application/vnd.oasis.opendocument.spreadsheet"),
    archive("[Content_Types].xml", "word/document.xml", macros=True),
    archive("Basic/x.xml", first="application/vnd.oasis.opendocument.text"),
]


def everything(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("content", "name", "suffix"), KEPT)
def test_what_a_file_is_comes_from_its_content(
    root: Path, content: bytes, name: str, suffix: str
) -> None:
    made = files.store_chunks([content[:3], content[3:]], name=name)
    assert made.suffix == suffix
    assert made.path.read_bytes() == content
    assert made.path.relative_to(root).parts[:2] == (made.digest[:2], made.digest[2:4])
    assert files.store_chunks([content], name=name) == made
    assert everything(root) == [made.path]


@pytest.mark.parametrize("content", REFUSED)
def test_nothing_else_is_kept(root: Path, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        files.store_chunks([content], name="rapport.pdf")
    assert set(refused.value.errors) == {"copy"}
    assert everything(root) == []


def test_a_file_too_large_leaves_nothing(root: Path, settings) -> None:
    settings.FILE_UPLOAD_LIMIT = 1000
    with pytest.raises(InvalidInput):
        files.store_chunks([b"%PDF-", b"x" * 996])
    assert everything(root) == []


def test_an_interrupted_upload_leaves_nothing(root: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"%PDF-1.4 first half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        files.store_chunks(broken())
    assert everything(root) == []


@pytest.mark.parametrize("digest", ["", "x", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64])
def test_only_digests_are_looked_for(root: Path, digest: str) -> None:
    assert files.find(digest) is None


def cited(digest: str) -> Statement:
    system = System.objects.filter(slug="cfvr").first() or stored("cfvr")
    return add_statement(
        actor=COMMAND,
        system=system,
        field="purpose",
        value="Cibler.",
        speaker="DGFiP",
        capacity="administration",
        source=Source("", "report", "Rapport", digest=digest),
    )


@pytest.mark.django_db
def test_a_copy_is_public_while_a_visible_statement_cites_it(root: Path) -> None:
    made = files.store_chunks([b"%PDF-1.4 contents"])
    path = f"/fichiers/{made.digest}"
    client = Client()
    assert client.get(path).status_code == 404
    said = cited(made.digest)
    assert said.source is not None
    assert path in client.get(f"/sources/{said.source.uid}/").content.decode()
    answer: Any = client.get(path)
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 contents"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    moderate(actor=COMMAND, statement=said, hidden=True, reason="Données personnelles.")
    assert client.get(path).status_code == 404
    moderate(actor=COMMAND, statement=said, hidden=False, reason="Anonymisé.")
    answer = client.get(path)
    assert answer.status_code == 200
    answer.close()
    assert client.post(path).status_code == 405
    assert files.address(made.digest) == path


@pytest.mark.django_db
@override_settings(
    FILES_URL="https://fichiers.test",
    FILES_HOST="fichiers.test",
    ALLOWED_HOSTS=["testserver", "fichiers.test"],
)
def test_files_may_have_a_host_of_their_own(root: Path) -> None:
    made = files.store_chunks([b"%PDF-1.4 contents"])
    cited(made.digest)
    path = f"/fichiers/{made.digest}"
    client = Client()
    assert files.address(made.digest) == f"https://fichiers.test{path}"
    assert client.get(path).status_code == 404
    answer = client.get(path, headers={"host": "fichiers.test"})
    assert answer.status_code == 200
    answer.close()
    for page in ("/", "/connexion/", "/systemes/cfvr/", "/api/v1/systems"):
        assert client.get(page, headers={"host": "fichiers.test"}).status_code == 404


@pytest.mark.django_db
def test_abandoned_copies_are_cleared(root: Path) -> None:
    kept = files.store_chunks([b"%PDF-1.4 cited"])
    cited(kept.digest)
    lost = files.store_chunks([b"%PDF-1.4 abandoned"])
    partial = root / f"{files.PARTIAL}half"
    partial.write_bytes(b"%PDF")
    young = files.store_chunks([b"%PDF-1.4 young"])
    old = time.time() - 3 * 24 * 3600
    for path in (kept.path, lost.path, partial):
        os.utime(path, (old, old))
    assert files.clear_abandoned() == 2
    assert sorted(everything(root)) == sorted([kept.path, young.path])
