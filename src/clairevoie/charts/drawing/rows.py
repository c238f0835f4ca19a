"""Dots with intervals, alone or as small multiples, drawn row under row."""

from __future__ import annotations

from clairevoie.charts.dots import DotChart, DotRow
from clairevoie.charts.drawing.frame import GAP, Span, grid, interval, mark_down, marks_below
from clairevoie.charts.drawing.lettering import width_of
from clairevoie.charts.drawing.pen import BODY, LEADING, SMALL, Pen, Shape
from clairevoie.charts.drawing.phrases import Language, phrase
from clairevoie.charts.multiples import Multiples

SIDE_BY_SIDE = 560.0
"""Narrower than this, the words of a row are above its dot, not beside it."""
STRIP = 24.0
GUTTER = 48.0

_LOOKS: dict[str, tuple[Shape, str]] = {
    "higher": ("up", "warn"),
    "lower": ("down", "focus"),
    "no_difference": ("disc", "accent"),
    "cannot_tell": ("ring", "soft"),
}


def draw_dots(
    pen: Pen, chart: DotChart, width: float, language: Language
) -> tuple[list[str], float]:
    """Return the elements of a chart, ``width`` wide, and its height."""
    beside = width >= SIDE_BY_SIDE
    if beside:
        span = Span(0.28 * width, 0.68 * width, (0.15 * width, 0.85 * width))
    else:
        span = Span(0.0, width, (0.0, width))
    head: list[str] = []
    top, reference = 0.0, None
    if chart.reference is not None:
        head, top, reference = mark_down(pen, chart.reference, chart.axis, span, 0.0)
        top += 4
    data: list[str] = []
    strips: list[tuple[float, float]] = []
    y = top
    for row in chart.rows:
        made, ends = _row(pen, chart, row, span, y, width=width, language=language)
        data += made
        if not beside and row.value is not None:
            strips.append((ends - STRIP - 2, ends))
        y = ends
        data.append(pen.line((0, y), (width, y), "line"))
    behind: list[str] = []
    # In one column nothing is drawn behind the words: lines across are at the dots only.
    for start, end in [(top, y)] if beside else strips:
        behind += _behind(pen, chart, span, start, end, reference)
    below, y = marks_below(pen, chart.axis, span, y)
    if chart.band is not None and chart.band.label:
        y += 6
        below.append(pen.rectangle(0, y + 3, 26, 14, "tint"))
        below += [pen.line((x, y + 3), (x, y + 17), "edge", dash="2 2") for x in (0, 26)]
        made, y = pen.paragraph(36, y, chart.band.label, width - 36, size=SMALL, fill="soft")
        below += made
    return [*behind, *head, *data, *below], y + 6


def draw_multiples(
    pen: Pen, chart: Multiples, width: float, language: Language
) -> tuple[list[str], float]:
    """Return the elements of small multiples, in as many columns as there is room for."""
    columns = 2 if width >= SIDE_BY_SIDE and len(chart.panels) > 1 else 1
    wide = (width - GUTTER * (columns - 1)) / columns
    elements: list[str] = []
    y = 0.0
    for first in range(0, len(chart.panels), columns):
        tallest = 0.0
        for rank, panel in enumerate(chart.panels[first : first + columns]):
            made, down = pen.paragraph(0, 0, panel.title, wide, bold=True)
            made.append(pen.line((0, down + 5), (wide, down + 5), "ink", width=1.5))
            drawn, height = draw_dots(pen, panel, wide, language)
            x = rank * (wide + GUTTER)
            elements += [
                f'<g transform="translate({x:g} {y:g})">',
                *made,
                f'<g transform="translate(0 {down + 12:g})">',
                *drawn,
                "</g></g>",
            ]
            tallest = max(tallest, down + 12 + height)
        y += tallest + 2 * GAP
    return elements, y - 2 * GAP


def look_of(chart: DotChart, row: DotRow) -> tuple[Shape, str]:
    """Return the shape and the colour of a row's dot; a diamond among verdicts has none."""
    if row.verdict is not None:
        return _LOOKS[row.verdict]
    return ("diamond" if any(other.verdict for other in chart.rows) else "disc"), "accent"


def verdict_of(row: DotRow, language: Language) -> str:
    """Return what is said of a row, in words; empty when nothing is."""
    if row.verdict_written or row.verdict is None:
        return row.verdict_written
    return phrase(row.verdict, language)


def _row(
    pen: Pen,
    chart: DotChart,
    row: DotRow,
    span: Span,
    y: float,
    *,
    width: float,
    language: Language,
) -> tuple[list[str], float]:
    beside = width >= SIDE_BY_SIDE
    y += 8
    said_x, said_y = 0.0, y
    label, left_y = pen.paragraph(
        0, y, row.label, span.start - GAP if beside else width, bold=not beside
    )
    if row.size_written:
        made, left_y = pen.paragraph(
            0, left_y, row.size_written, span.start - GAP if beside else width,
            size=SMALL, fill="soft",
        )  # fmt: skip
        label += made
    if beside:
        said_x = span.end + GAP
    else:
        said_y = left_y
    said, right_y = _said(pen, row, said_x, said_y, width - said_x, language)
    bottom = max(left_y, right_y)
    dot_y = y + LEADING / 2 + 1
    if not beside:
        dot_y = bottom + 6 + STRIP / 2
        bottom += STRIP if row.value is not None else 0
    made = [*label, *said]
    if row.value is not None:
        shape, colour = look_of(chart, row)
        made += interval(pen, chart.axis, span, (row.low, row.high), dot_y, colour)
        made.append(pen.shape(shape, span.at(chart.axis, row.value), dot_y, colour, radius=7))
    return made, bottom + (8 if beside or row.value is None else 6)


def _said(
    pen: Pen, row: DotRow, x: float, y: float, width: float, language: Language
) -> tuple[list[str], float]:
    if row.value is None:
        return pen.paragraph(x, y, row.written, width, fill="soft")
    wide = width_of(row.written, BODY, bold=True)
    if row.interval_written and wide + 8 + width_of(row.interval_written, SMALL) <= width:
        made = [pen.pair(x, y + BODY, row.written, row.interval_written)]
        y += LEADING
    else:
        made, y = pen.paragraph(x, y, row.written, width, bold=True)
        more, y = pen.paragraph(x, y, row.interval_written, width, size=SMALL, fill="soft")
        made += more
    verdict, y = pen.paragraph(x, y, verdict_of(row, language), width, size=SMALL)
    return [*made, *verdict], y


def _behind(
    pen: Pen, chart: DotChart, span: Span, top: float, bottom: float, reference: float | None
) -> list[str]:
    made = []
    if chart.band is not None:
        low, high = (span.at(chart.axis, end) for end in (chart.band.low, chart.band.high))
        made.append(pen.rectangle(low, top, high - low, bottom - top, "tint"))
        made += [pen.line((x, top), (x, bottom), "edge", dash="2 2") for x in (low, high)]
    made += grid(pen, chart.axis, span, top, bottom)
    if reference is not None:
        made.append(pen.line((reference, top), (reference, bottom), "ink", width=1.5, dash="5 3"))
    return made
