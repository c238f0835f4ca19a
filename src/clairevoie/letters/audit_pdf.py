"""The report of an audit as a tagged PDF (PDF/UA-1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from clairevoie.charts import DotChart, FunnelChart, Multiples
from clairevoie.charts.drawing import alternative, svg
from clairevoie.charts.drawing import table as table_of
from clairevoie.letters.audit_blocks import (
    Block,
    Code,
    Figure,
    Fold,
    Grid,
    Heading,
    Leaf,
    Paragraph,
    Points,
)
from clairevoie.letters.audit_report import report_of
from clairevoie.letters.audit_words import Form, Language, phrase, semicolons
from clairevoie.letters.engine import render

_PAGE = {"fr": "page {page} sur {pages}", "en": "page {page} of {pages}"}
_UNPRINTABLE = {
    "fr": "Un carré □ remplace un caractère qui ne peut pas être imprimé.",
    "en": "A square □ stands for a character that cannot be printed.",
}


def document(form: Form, *, language: Language = "fr") -> bytes:
    """Return the report of a result as a PDF, always the same bytes for the same result.

    Args:
        form: the result, exact or public.
        language: of the report.

    Raises:
        LetterProblem: the report is too long for a document.
    """
    report = report_of(form, language=language)
    images: dict[str, str] = {}
    sections = [
        {
            "title": section.title,
            "blocks": [_block(one, language, images) for one in _unfolded(section.blocks)],
        }
        for section in report.sections
    ]
    data = {
        "language": language,
        "title": report.title,
        "author": phrase("author", language),
        "date": report.written,
        "question": report.question,
        "about": report.about,
        "kind": phrase("kind", language),
        "words": {"page": _PAGE[language]},
        "unprintable": _UNPRINTABLE[language],
        "sections": sections,
    }
    return render("audit", data, images=images)


def _unfolded(blocks: Iterable[Block]) -> Iterator[Leaf]:
    """Yield the blocks, those of a fold after its title: nothing opens on paper."""
    for block in blocks:
        if isinstance(block, Fold):
            yield Heading(block.title, 2)
            yield from _unfolded(block.blocks)
        else:
            yield block


def _block(block: Leaf, language: Language, images: dict[str, str]) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": block.text, "strong": block.strong}
        case Points():
            return {"kind": "points", "items": [list(item) for item in block.items]}
        case Figure():
            return _figure(block, language, images)
        case Grid():
            return {
                "kind": "grid",
                "title": block.title,
                "headings": list(block.headings),
                "rows": [list(row) for row in block.rows],
            }
        case Code():
            return {"kind": "code", "text": block.text}
        case Heading():
            return {"kind": "heading", "text": block.text, "depth": block.depth}
        case _:
            return {"kind": "terms", "items": [list(item) for item in block.items]}


def _figure(block: Figure, language: Language, images: dict[str, str]) -> dict[str, Any]:
    """Return a chart, its data table, or both: a drawing that says every figure needs no table.

    Small multiples are too tall for a page; their table says as much in less.
    """
    chart = block.chart
    found = table_of(chart, language=language)
    lines = [", ".join(cell for cell in row if cell) for row in found.rows]
    told = isinstance(chart, DotChart | FunnelChart)
    drawn = not isinstance(chart, Multiples)
    if drawn:
        images[chart.key] = svg(chart, language=language, theme="print")
    return {
        "kind": "figure",
        "name": chart.key if drawn else "",
        "title": chart.title,
        "alt": f"{alternative(chart)} {semicolons(lines, language)}"
        if told
        else alternative(chart),
        "headings": list(found.headings),
        "rows": [] if told else [list(row) for row in found.rows],
        "names": found.names,
    }
