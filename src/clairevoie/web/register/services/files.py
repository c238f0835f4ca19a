"""Archived copies of sources: kept by their SHA-256, given back as attachments only.

A copy is public when a visible statement cites a source that has its digest; until then, and once a
moderator has hidden every such statement, nobody can fetch it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.web.accounts.permissions import InvalidInput
from clairevoie.web.register.models import Source, Statement
from clairevoie.web.register.services.reading import hidden_ids

MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
PARTIAL = ".partial-"
ABANDONED_AFTER = timedelta(days=2)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[!?a-zA-Z]")
_ZIP_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A copy on disk."""

    digest: str
    suffix: str
    path: Path

    @property
    def media_type(self) -> str:
        """What the file is, as found in its content."""
        return MEDIA_TYPES[self.suffix]


def _folder(digest: str) -> Path:
    return Path(settings.FILES_ROOT) / digest[:2] / digest[2:4]


def find(digest: str) -> StoredFile | None:
    """Return the stored copy with this digest, public or not, or None."""
    if not _DIGEST.fullmatch(digest):
        return None
    for suffix in MEDIA_TYPES:
        path = _folder(digest) / f"{digest}{suffix}"
        if path.is_file():
            return StoredFile(digest, suffix, path)
    return None


def is_public(digest: str) -> bool:
    """Tell whether a visible statement cites a source archived under this digest."""
    cited = dict(Statement.objects.filter(source__digest=digest).values_list("pk", "system_id"))
    return bool(cited.keys() - hidden_ids(cited.values())) if cited else False


def address(digest: str) -> str:
    """Return where a copy can be fetched, on the files' own host if there is one."""
    return f"{settings.FILES_URL}{reverse('files:copy', kwargs={'digest': digest})}"


def _zip_suffix(file: BinaryIO) -> str:
    """Tell an ODT or DOCX text, without macros, from any other archive."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries[:_ZIP_ENTRIES]}
            if len(entries) > _ZIP_ENTRIES:
                return ""
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return ""
            if any(name.startswith("Basic/") for name in names):
                return ""
            if {"[Content_Types].xml", "word/document.xml"} <= names:
                return ".docx"
            first = entries[0] if entries else None
            if first and first.filename == "mimetype" and first.file_size < 100:
                kind = archive.read(first).decode("ascii", "replace").strip()
                return ".odt" if kind == MEDIA_TYPES[".odt"] else ""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return ""
    return ""


def _text_suffix(file: BinaryIO, name: str) -> str:
    """Tell plain text from anything else; only then does the name say whether it is a table."""
    file.seek(0)
    if _MARKUP.match(file.read(1024)):
        return ""
    file.seek(0)
    while piece := file.read(1 << 20):
        if _CONTROL.search(piece):
            return ""
    return ".csv" if name.lower().endswith(".csv") else ".txt"


def suffix_of(file: BinaryIO, name: str) -> str:
    """Return the suffix of what a file really is, or "" when it is none of `MEDIA_TYPES`."""
    file.seek(0)
    head = file.read(16)
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if head.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if head.startswith(b"PK\x03\x04"):
        return _zip_suffix(file)
    return _text_suffix(file, name)


@contextlib.contextmanager
def _partial_file() -> Iterator[tuple[BinaryIO, Path]]:
    """Open a file that is gone at the end, unless it was moved to its place."""
    root = Path(settings.FILES_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=PARTIAL, dir=root)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def too_large_sentence() -> str:
    """Return what to say of a file above the limit."""
    return _("This file is too large: at most %(size)s MB.") % {
        "size": settings.FILE_UPLOAD_LIMIT // 1_000_000
    }


def store_chunks(chunks: Iterable[bytes], *, name: str = "") -> StoredFile:
    """Keep what the chunks hold, whole and on disk, or nothing at all.

    Raises:
        InvalidInput: it is empty, too large, or none of the kinds of document that are kept.
    """
    digest = hashlib.sha256()
    size = 0
    with _partial_file() as (file, partial):
        for chunk in chunks:
            size += len(chunk)
            if size > settings.FILE_UPLOAD_LIMIT:
                raise InvalidInput({"copy": too_large_sentence()})
            digest.update(chunk)
            file.write(chunk)
        if size == 0:
            raise InvalidInput({"copy": _("This file is empty.")})
        suffix = suffix_of(file, name)
        if not suffix:
            raise InvalidInput(
                {
                    "copy": _(
                        "This is not a document that we keep: PDF, PNG, JPEG, plain text, CSV, "
                        "ODT or DOCX without macros."
                    )
                }
            )
        found = find(digest.hexdigest())
        if found:
            # Another upload of the same content: young again for `clear_abandoned`.
            os.utime(found.path)
            return found
        file.flush()
        os.fsync(file.fileno())
        folder = _folder(digest.hexdigest())
        folder.mkdir(parents=True, exist_ok=True)
        place = folder / f"{digest.hexdigest()}{suffix}"
        partial.replace(place)
        for parent in (folder, folder.parent, folder.parent.parent):
            _sync(parent)
    return StoredFile(digest.hexdigest(), suffix, place)


def store(upload: UploadedFile[Any]) -> StoredFile:
    """Keep an uploaded copy; see `store_chunks`.

    Raises:
        InvalidInput: it cannot be kept.
    """
    return store_chunks(upload.chunks(), name=upload.name or "")


def clear_abandoned(*, now: datetime | None = None) -> int:
    """Delete the copies that no source cites after two days, and what a crash left half written.

    Return how many files went.
    """
    root = Path(settings.FILES_ROOT)
    before = ((now or timezone.now()) - ABANDONED_AFTER).astimezone(UTC).timestamp()
    old = [path for path in root.rglob("*") if path.is_file() and path.stat().st_mtime < before]
    digests = {path.stem for path in old}
    cited = set(Source.objects.filter(digest__in=digests).values_list("digest", flat=True))
    gone = [path for path in old if path.name.startswith(PARTIAL) or path.stem not in cited]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
