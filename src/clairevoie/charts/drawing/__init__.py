"""Drawing of charts: SVG for a page or for print, and a figure with its data table.

A drawing is made twice for a page, in full for a wide one and in one column for a narrow one, so
that words keep their size; `STYLE` shows one of the two. Nothing else is needed: colours are the
site's custom properties, with light fall-backs, written as attributes, which a policy that forbids
inline styles lets through. For typst, theme ``print`` has literal colours and one width.
"""

from __future__ import annotations

from typing import Literal

from clairevoie.charts.dots import DotChart
from clairevoie.charts.drawing.chain import draw_funnel
from clairevoie.charts.drawing.curves import draw_survival, draw_sweep
from clairevoie.charts.drawing.opinions import draw_opinions
from clairevoie.charts.drawing.pen import BODY, Pen, Theme, clean, number
from clairevoie.charts.drawing.phrases import Language, phrase
from clairevoie.charts.drawing.rows import draw_dots, draw_multiples
from clairevoie.charts.drawing.tables import Chart, Table, table
from clairevoie.charts.multiples import Multiples
from clairevoie.charts.opinions import OpinionMap
from clairevoie.charts.survival import SurvivalChart
from clairevoie.charts.sweep import SweepChart

Size = Literal["wide", "narrow"]
WIDTHS: dict[Size, float] = {"wide": 720.0, "narrow": 340.0}
PRINT_WIDTH = 480.0
"""Points: the width of a drawing in print."""
MARGIN = 1.0

STYLE = """\
.cv { margin: 0 0 2rem; max-width: 52rem; container-type: inline-size; }
.cv figcaption { font-weight: 600; margin-bottom: .6rem; break-after: avoid; }
.cv svg { display: block; width: 42rem; max-width: 100%; height: auto; overflow: visible; }
.cv .cv-narrow { display: none; width: 22rem; }
@container (max-width: 38rem) { .cv .cv-wide { display: none; } .cv .cv-narrow { display: block; } }
"""
"""For every page that shows a figure."""

TOKENS = """\
:root { color-scheme: light dark; --paper: #fbfaf6; --ink: #1b211e; --soft: #4d5852;
  --line: #dbd9ce; --edge: #7c827b; --tint: #e5eee7; --accent: #1d5240; --focus: #1b4fd8;
  --warn: #7a4300; }
@media (prefers-color-scheme: dark) { :root { --paper: #121815; --ink: #e9ede8; --soft: #b0bbb3;
  --line: #333e38; --edge: #829088; --tint: #1f3229; --accent: #8fd0b1; --focus: #93bbff;
  --warn: #f3c47f; } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #333;
  --line: #999; --edge: #7c827b; --tint: #eee; --accent: #000; --focus: #1b4fd8; --warn: #000; } }
"""
"""The site's colours, for a page that does not have the site's stylesheet."""

__all__ = [
    "PRINT_WIDTH",
    "STYLE",
    "TOKENS",
    "WIDTHS",
    "Chart",
    "Language",
    "Size",
    "Table",
    "Theme",
    "alternative",
    "figure_html",
    "svg",
    "table",
]


def svg(chart: Chart, *, language: Language, theme: Theme = "page", size: Size = "wide") -> str:
    """Draw a chart as one SVG element that refers to nothing else.

    Args:
        chart: what to draw.
        language: of the few words that the drawing adds to the caller's.
        theme: ``page`` follows the colours and the font of the page it is put in; ``print`` has
            literal colours, the serif that comes with typst, and is `PRINT_WIDTH` points wide.
        size: ``narrow`` is for a telephone; on print, ``wide`` is meant.
    """
    width = WIDTHS[size]
    pen = Pen(theme)
    elements, height = _draw(pen, chart, width, language)
    name = f"{chart.key}-{theme}-{size}"
    box = f"{number(-MARGIN)} {number(-MARGIN)} {number(width + 2 * MARGIN)}"
    height += 2 * MARGIN
    if theme == "print":
        scale = PRINT_WIDTH / (width + 2 * MARGIN)
        measures = f'width="{number(PRINT_WIDTH)}pt" height="{number(height * scale)}pt"'
    else:
        measures = f'class="cv-{size}" width="{number(width)}" height="{number(height)}"'
        if size == "narrow":
            # Without the stylesheet, one of the two shows, not both.
            measures += ' display="none"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {measures} viewBox="{box} {number(height)}"'
        f' role="img" aria-labelledby="{name}-title" aria-describedby="{name}-about"'
        f' lang="{language}" font-family="{pen.font()}" font-size="{number(BODY)}"'
        f' fill="{pen.colour("ink")}">'
        f'<title id="{name}-title">{clean(chart.title)}</title>'
        f'<desc id="{name}-about">{clean(chart.description)}</desc>' + "".join(elements) + "</svg>"
    )


def figure_html(chart: Chart, *, language: Language) -> str:
    """Return a ``figure`` element: title, drawing for wide and narrow pages, data table folded."""
    found = table(chart, language=language)
    summary = phrase("table", language)
    head = "".join(
        f'<th scope="col"{"" if rank < found.names else _AMOUNT}>{clean(heading)}</th>'
        for rank, heading in enumerate(found.headings)
    )
    body = "".join(f"<tr>{_cells(row, found.names)}</tr>" for row in found.rows)
    label = f"{chart.key}-table"
    return (
        f'<figure class="cv" id="{chart.key}"><figcaption id="{label}">{clean(chart.title)}'
        "</figcaption>"
        + svg(chart, language=language)
        + svg(chart, language=language, size="narrow")
        + f"<details><summary>{clean(summary)}</summary>"
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{label}">'
        f'<table aria-labelledby="{label}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
        "</table></div></details></figure>"
    )


def alternative(chart: Chart) -> str:
    """Return the text that stands for the drawing where there can be one text only, as in typst."""
    return f"{chart.title}. {chart.description}".strip()


_AMOUNT = ' class="amount"'


def _cells(row: tuple[str, ...], names: int) -> str:
    return "".join(
        f'<th scope="row">{clean(cell)}</th>'
        if rank < names
        else f"<td{_AMOUNT}>{clean(cell)}</td>"
        for rank, cell in enumerate(row)
    )


def _draw(pen: Pen, chart: Chart, width: float, language: Language) -> tuple[list[str], float]:
    if isinstance(chart, DotChart):
        return draw_dots(pen, chart, width, language)
    if isinstance(chart, Multiples):
        return draw_multiples(pen, chart, width, language)
    if isinstance(chart, SweepChart):
        return draw_sweep(pen, chart, width)
    if isinstance(chart, SurvivalChart):
        return draw_survival(pen, chart, width, language)
    if isinstance(chart, OpinionMap):
        return draw_opinions(pen, chart, width)
    return draw_funnel(pen, chart, width)
