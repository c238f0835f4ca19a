"""The composition at each step of a chain, drawn from the first step down to the last."""

from __future__ import annotations

from clairevoie.charts.drawing.frame import GAP, Span, grid, interval, marks_below, sample
from clairevoie.charts.drawing.lettering import width_of
from clairevoie.charts.drawing.pen import BODY, LEADING, SMALL, STROKES, Pen
from clairevoie.charts.drawing.rows import SIDE_BY_SIDE
from clairevoie.charts.funnel import FunnelChart, FunnelStep

LINE = 22.0
"""Between the dots of two groups at one step."""
MARK = 20.0
"""Room for a group's mark, before its words."""
MOST_SAID = 0.45
"""The part of a narrow drawing that words may take beside the dots."""

Way = list[tuple[float, float]]


def draw_funnel(pen: Pen, chart: FunnelChart, width: float) -> tuple[list[str], float]:
    """Return the elements of a chart, ``width`` wide, and its height.

    Beside the dots are the shares with their intervals in words; in one column, the shares only.
    """
    beside = width >= SIDE_BY_SIDE
    room = 0.44 * width - GAP if beside else MOST_SAID * width
    named = _room_for(chart, named=True, intervals=beside) <= room
    said = min(_room_for(chart, named=named, intervals=beside), room)
    start, end = (0.22 * width, 0.56 * width) if beside else (said + GAP, width)
    span = Span(start, end, (0.0, width))
    key, top = ([], 0.0) if named else _key(pen, chart, width)
    words: list[str] = []
    dots: list[str] = []
    ways: list[list[Way]] = [[[]] for _group in chart.groups]
    y = top
    for step in chart.steps:
        heading, text_y = _heading(pen, step, y + 8, start - GAP if beside else width, beside)
        words += heading
        said_x, said_y = (end + GAP, y + 8) if beside else (0.0, text_y + 2)
        for rank, share in enumerate(step.shares):
            stroke = STROKES[rank]
            line_y = said_y + rank * LINE + LINE / 2
            strong = f"{chart.groups[rank]} {share.written}" if named else share.written
            soft = share.interval_written if beside else ""
            words.append(pen.shape(stroke.shape, said_x + 7, line_y, stroke.colour))
            words.append(pen.pair(said_x + MARK, line_y + 5, strong, soft))
            if share.value is None:
                ways[rank].append([])
                continue
            x = span.at(chart.axis, share.value)
            ends = (share.low, share.high)
            dots += interval(pen, chart.axis, span, ends, line_y, stroke.colour)
            dots.append(pen.shape(stroke.shape, x, line_y, stroke.colour))
            ways[rank][-1].append((x, line_y))
        y = max(text_y, said_y + LINE * len(step.shares)) + 8
        words.append(pen.line((0, y), (width, y), "line"))
    links = [
        pen.path(way, STROKES[rank], width=1.5)
        for rank, parts in enumerate(ways)
        for way in parts
        if len(way) > 1
    ]
    behind = grid(pen, chart.axis, span, top, y)
    below, y = marks_below(pen, chart.axis, span, y)
    return [*behind, *key, *links, *words, *dots, *below], y + 6


def _heading(
    pen: Pen, step: FunnelStep, y: float, width: float, beside: bool
) -> tuple[list[str], float]:
    made, y = pen.paragraph(0, y, step.label, width, bold=True, halo=not beside)
    said = [text for text in (step.written, step.by) if text]
    for text in said if beside else [" · ".join(said)]:
        more, y = pen.paragraph(0, y, text, width, size=SMALL, fill="soft", halo=not beside)
        made += more
    return made, y


def _room_for(chart: FunnelChart, *, named: bool, intervals: bool) -> float:
    """Return how wide the words beside the dots are, with or without names and intervals."""
    return max(
        (
            MARK
            + width_of(f"{group} {share.written} " if named else share.written, BODY, bold=True)
            + (width_of(share.interval_written, SMALL) if intervals else 0)
            for step in chart.steps
            for group, share in zip(chart.groups, step.shares, strict=True)
        ),
        default=0.0,
    )


def _key(pen: Pen, chart: FunnelChart, width: float) -> tuple[list[str], float]:
    made: list[str] = []
    y = 0.0
    for rank, group in enumerate(chart.groups):
        stroke = STROKES[rank]
        made += sample(pen, stroke.shape, stroke.colour, stroke.dash, 0, y + LEADING / 2)
        lines, y = pen.paragraph(44, y, group, width - 44, size=SMALL)
        made += lines
        y += 4
    return made, y + 6
