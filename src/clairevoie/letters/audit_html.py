"""The report of an audit as HTML: a fragment for a page of a site, or a page that needs nothing."""

from __future__ import annotations

from html import escape

from clairevoie.charts.drawing import STYLE, TOKENS, figure_html
from clairevoie.letters.audit_blocks import (
    Block,
    Code,
    Figure,
    Fold,
    Grid,
    Heading,
    Paragraph,
    Points,
    Report,
    Section,
    Terms,
)
from clairevoie.letters.audit_report import report_of
from clairevoie.letters.audit_words import Form, Language, phrase

MANY = 8
"""Columns from which the words of a table are smaller."""
_CONTENTS = {"fr": "Sommaire", "en": "Contents"}
_SKIP = {"fr": "Aller au contenu", "en": "Skip to content"}
_STYLE = """\
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word; }
header, main, footer { max-width: 54rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
main { padding-bottom: 4rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .75rem; text-wrap: balance; }
h2 { font-size: 1.5rem; line-height: 1.25; margin: 3rem 0 1rem; padding-top: 1.25rem;
  border-top: 1px solid var(--line); text-wrap: balance; }
h3 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
h4 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
h1, h2, h3, h4 { break-after: avoid; }
p, ul, dl { max-width: 42rem; margin: 0 0 1rem; }
li { margin-bottom: .4rem; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.question { font-size: 1.2rem; margin-bottom: .5rem; }
.about { color: var(--soft); }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
nav ul { columns: 16rem; padding-left: 1.2rem; }
dt { font-weight: 600; }
dd { margin: 0 0 .6rem; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .9em;
  overflow-wrap: anywhere; }
pre { background: var(--tint); padding: .75rem 1rem; overflow-x: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0 0 1rem; }
th[scope="row"] { min-width: 7rem; }
.many { font-size: .875rem; }
.many th, .many td { padding-right: .5rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td.amount, th.amount { text-align: right; }
summary { cursor: pointer; }
.fold { max-width: 42rem; border-bottom: 1px solid var(--line); }
.fold[open] { max-width: none; padding-bottom: 1rem; }
.fold > summary { padding: .5rem 0; }
@media print { body { font-size: 11pt; } details:not(.fold) { display: none; }
  .fold::details-content { content-visibility: visible; height: auto; }
  nav { display: none; } figure { break-inside: avoid; } }
"""


def fragment(
    form: Form, *, language: Language = "fr", level: int = 2, prefix: str = "audit"
) -> str:
    """Return the report of a result as safe HTML, without style or script.

    Args:
        form: the result, exact or public.
        language: of the report.
        level: of the headings of its sections.
        prefix: starts every identifier, so that two reports can stand on one page.
    """
    report = report_of(form, language=language, prefix=prefix)
    return _sections(report, level, prefix)


def page(form: Form, *, language: Language = "fr") -> str:
    """Return the report of a result as a page of its own: it asks nothing of any other address."""
    report = report_of(form, language=language)
    title = escape(f"{report.title} – {phrase('kind', language)}")
    contents = "".join(
        f'<li><a href="#audit-{section.key}">{escape(section.title)}</a></li>'
        for section in report.sections
    )
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{TOKENS}{_STYLE}{STYLE}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#audit-first">{_SKIP[language]}</a>\n'
        f"<header>\n<h1>{escape(report.title)}</h1>\n"
        f'<p class="question">{escape(report.question)}</p>\n'
        f'<p class="about">{escape(report.about)}</p>\n'
        f'<nav aria-label="{_CONTENTS[language]}"><ul>{contents}</ul></nav>\n</header>\n'
        f"<main>\n{_sections(report, 2, 'audit')}\n</main>\n</body>\n</html>\n"
    )


def _sections(report: Report, level: int, prefix: str) -> str:
    return "\n".join(
        _section(section, report.language, level, prefix) for section in report.sections
    )


def _section(section: Section, language: Language, level: int, prefix: str) -> str:
    name = f"{prefix}-{section.key}"
    body = "\n".join(_block(block, language, level) for block in section.blocks)
    return (
        f'<section aria-labelledby="{name}">\n'
        f'<h{level} id="{name}" tabindex="-1">{escape(section.title)}</h{level}>\n'
        f"{body}\n</section>"
    )


def _block(block: Block, language: Language, level: int) -> str:
    match block:
        case Paragraph():
            text = escape(block.text)
            return f"<p><strong>{text}</strong></p>" if block.strong else f"<p>{text}</p>"
        case Points():
            return f"<ul>{''.join(_point(*item) for item in block.items)}</ul>"
        case Figure():
            return figure_html(block.chart, language=language)
        case Grid():
            return _grid(block)
        case Terms():
            return _terms(block)
        case Code():
            return f'<pre tabindex="0"><code>{escape(block.text)}</code></pre>'
        case Heading():
            depth = min(6, level + block.depth)
            return f"<h{depth}>{escape(block.text)}</h{depth}>"
        case Fold():
            inside = "\n".join(_block(one, language, level) for one in block.blocks)
            return (
                f'<details class="fold"><summary>{escape(block.title)}</summary>\n'
                f"{inside}\n</details>"
            )


def _point(lead: str, text: str) -> str:
    start = f"<strong>{escape(lead)}</strong> " if lead else ""
    return f"<li>{start}{escape(text)}</li>"


def _terms(block: Terms) -> str:
    items = "".join(f"<dt>{escape(term)}</dt><dd>{_value(text)}</dd>" for term, text in block.items)
    return f"<dl>{items}</dl>"


def _value(text: str) -> str:
    """Return a value; a digest is set so that it can be cut at the end of a line."""
    digest = len(text) == 64 and " " not in text
    return f"<code>{escape(text)}</code>" if digest else escape(text)


def _grid(block: Grid) -> str:
    heads = "".join(
        f'<th scope="col"{_amount(rank)}>{escape(heading)}</th>'
        for rank, heading in enumerate(block.headings)
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f'<td class="amount">{escape(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in block.rows
    )
    title = escape(block.title)
    many = ' class="many"' if len(block.headings) > MANY else ""
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{title}"><table{many}>'
        f"<caption>{title}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
        "</table></div>"
    )


def _amount(rank: int) -> str:
    return ' class="amount"' if rank else ""
