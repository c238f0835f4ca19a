"""The report of an audit as a page and as a document: both from the result, and from nothing else.

A document is set once, then kept in ``published/``: its name is the digest of the result, the
version of what set it, and its language.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

import clairevoie
from clairevoie.web.audit.models import PublishedAudit


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report: safe HTML, headings from the second level, and its sections (anchor, title)."""

    html: SafeString
    sections: tuple[tuple[str, str], ...]


def report_page(form: Mapping[str, Any], language: str) -> ReportPage:
    """Return the report of a result, exact or public."""
    from clairevoie.letters.audit_html import fragment
    from clairevoie.letters.audit_report import report_of

    spoken = _spoken(language)
    sections = report_of(dict(form), language=spoken).sections
    return ReportPage(
        html=mark_safe(fragment(dict(form), language=spoken)),
        sections=tuple((f"audit-{each.key}", each.title) for each in sections),
    )


@lru_cache(maxsize=32)
def published_page(content: str, language: str) -> ReportPage:
    """Return the report of a published result."""
    return report_page(json.loads(content), language)


def _spoken(language: str) -> Literal["fr", "en"]:
    return "en" if language == "en" else "fr"


def published_pdf(audit: PublishedAudit, language: str) -> bytes:
    """Return the report of a published audit as a tagged PDF.

    Raises:
        LetterProblem: it cannot be set.
    """
    from clairevoie.letters.audit_pdf import document

    folder = Path(settings.PUBLISHED_ROOT) / "audits"
    path = folder / f"{audit.digest}-{clairevoie.__version__}-{language}.pdf"
    if path.is_file():
        return path.read_bytes()
    pdf = document(json.loads(audit.content), language=_spoken(language))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as part:
        part.write(pdf)
    Path(part.name).replace(path)
    return pdf


def forget_documents(audit: PublishedAudit) -> None:
    """Delete the documents that were kept of an audit."""
    for path in (Path(settings.PUBLISHED_ROOT) / "audits").glob(f"{audit.digest}-*.pdf"):
        path.unlink(missing_ok=True)
