"""Lines against an axis: threshold sweeps and survival curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from clairevoie.charts.drawing.frame import (
    GAP,
    PAD,
    Span,
    grid,
    mark_down,
    marks_below,
    sample,
    shown,
)
from clairevoie.charts.drawing.lettering import spread, width_of, wrap
from clairevoie.charts.drawing.pen import LEADING, LETTERS, SMALL, STROKES, Pen, route
from clairevoie.charts.drawing.phrases import Language, phrase
from clairevoie.charts.drawing.rows import SIDE_BY_SIDE
from clairevoie.charts.scales import Axis, Mark
from clairevoie.charts.survival import Curve, SurvivalChart
from clairevoie.charts.sweep import SweepChart, SweepLine

Points = list[tuple[float, float]]
NAMES, ASIDE, LETTER = 176.0, 22.0, 11.0
"""The widths of the names of lines, of the way to them, and of a letter in their place."""
MARKED = 12
"""A line of more points than this has its mark on some of them only."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where the lines are: an axis across, an axis up, and the box between them."""

    across: Axis
    up: Axis
    span: Span
    top: float
    bottom: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a pair of values is."""
        height = self.bottom - self.top
        return self.span.at(self.across, x), self.bottom - self.up.place(y) / 100 * height


@dataclass(frozen=True, slots=True)
class _Named:
    """A line to be named: its label, what is said of it, and its points, if it is drawn."""

    label: str
    written: str
    points: Points

    def wish(self) -> float:
        """Return where the name would best be: at the end, lines that meet there in their order."""
        return self.points[-1][1] + sum(y for _x, y in self.points) / len(self.points) / 1000


def draw_sweep(pen: Pen, chart: SweepChart, width: float) -> tuple[list[str], float]:
    """Return the elements of a chart, ``width`` wide, and its height."""
    field, frame = _field(pen, chart.across, chart.up, chart.in_force, width)
    drawn: list[str] = []
    named = []
    for line, stroke in zip(chart.lines, STROKES, strict=False):
        parts = _parts(field, line)
        drawn += [pen.path(part, stroke) for part in parts if len(part) > 1]
        points = [point for part in parts for point in part]
        every = -(-len(points) // MARKED) if points else 1
        # Counted from the end, so that the last point always has its mark.
        drawn += [pen.shape(stroke.shape, x, y, stroke.colour) for x, y in points[::-1][::every]]
        hidden = "" if points else next((point.written for point in line.points), "")
        named.append(_Named(line.label, hidden, points))
    below, y = marks_below(pen, chart.across, field.span, field.bottom + 4)
    names, y = _names(pen, named, field, width, y)
    return [*frame, *drawn, *below, *names], y + 6


def draw_survival(
    pen: Pen, chart: SurvivalChart, width: float, language: Language
) -> tuple[list[str], float]:
    """Return the elements of a chart, ``width`` wide, and its height."""
    field, frame = _field(pen, chart.across, chart.up, chart.limit, width)
    bands: list[str] = []
    drawn: list[str] = []
    named = []
    for curve, stroke in zip(chart.curves, STROKES, strict=False):
        points: Points = []
        if curve.steps:
            points = _stairs(field, [(step.time, step.share) for step in curve.steps], curve.until)
            bands += [pen.area(band, stroke.colour) for band in _bands(field, curve)]
            drawn.append(pen.path(points, stroke))
            drawn.append(pen.shape(stroke.shape, *points[-1], stroke.colour))
        named.append(_Named(curve.label, curve.written, points))
    below, y = marks_below(pen, chart.across, field.span, field.bottom + 4)
    names, y = _names(pen, named, field, width, y)
    risk, y = _at_risk(pen, chart, field, width, y, language)
    return [*frame, *bands, *drawn, *below, *names, *risk], y + 6


def _field(
    pen: Pen, across: Axis, up: Axis, mark: Mark | None, width: float
) -> tuple[Field, list[str]]:
    """Return the box of the lines, and what is drawn behind them."""
    beside = width >= SIDE_BY_SIDE
    left = max(width_of(tick.written, SMALL) for tick in up.ticks) + 2
    end = width - NAMES - ASIDE if beside else width - LETTER - ASIDE + PAD
    span = Span(left, end, (0.0, width))
    made, top = pen.paragraph(0, 0, up.title, width, size=SMALL, fill="soft")
    line_x = None
    if mark is not None:
        label, top, line_x = mark_down(pen, mark, across, Span(left, end, (left, end)), top + 2)
        made += label
    top += GAP
    field = Field(across, up, span, top, top + (320 if beside else 260))
    made += grid(pen, across, span, field.top, field.bottom)
    for tick in up.ticks:
        y = field.point(across.low, tick.value)[1]
        made.append(pen.line((left, y), (end, y), "line"))
        made.append(pen.words(left - 4, y + 5, tick.written, size=SMALL, fill="soft", anchor="end"))
    made.append(pen.line((left, field.bottom), (end, field.bottom), "edge"))
    if line_x is not None:
        made.append(
            pen.line((line_x, top - 4), (line_x, field.bottom), "ink", width=1.5, dash="5 3")
        )
    return field, made


def _names(
    pen: Pen, named: Sequence[_Named], field: Field, width: float, y: float
) -> tuple[list[str], float]:
    """Return the names of lines, at their ends or, where there is no room, in a key under them."""
    if width < SIDE_BY_SIDE:
        return _key(pen, named, field, width, y)
    x = field.span.end + ASIDE
    texts = [_lines(item, width - x) for item in named]
    heights = [
        len(text) * LEADING + 6 for text, item in zip(texts, named, strict=True) if item.points
    ]
    made, middles = _leaders(pen, named, heights, x, max(field.bottom, sum(heights)))
    for rank, middle in middles.items():
        made += _stack(pen, texts[rank], x, middle - len(texts[rank]) * LEADING / 2)
    bottom = max(y, sum(heights))
    for item in named:
        if not item.points:
            said = ", ".join(text for text in (item.label, item.written) if text)
            lines, bottom = pen.paragraph(0, bottom + 4, said, width, size=SMALL, fill="soft")
            made += lines
    return made, bottom


def _leaders(
    pen: Pen, named: Sequence[_Named], heights: list[float], x: float, low: float
) -> tuple[list[str], dict[int, float]]:
    """Return thin lines from the ends of lines to their names, and the names' middles by rank."""
    drawn = [rank for rank, item in enumerate(named) if item.points]
    middles = spread([named[rank].wish() for rank in drawn], heights, 0.0, low)
    made = []
    for rank, middle in zip(drawn, middles, strict=True):
        end_x, end_y = named[rank].points[-1]
        way = [(end_x + 7, end_y), (x - 9, middle), (x - 4, middle)]
        made.append(
            f'<path d="{route(way)}" fill="none" stroke="{pen.colour(STROKES[rank].colour)}"/>'
        )
    return made, dict(zip(drawn, middles, strict=True))


def _key(
    pen: Pen, named: Sequence[_Named], field: Field, width: float, y: float
) -> tuple[list[str], float]:
    heights = [LEADING - 2.0 for item in named if item.points]
    x = width - LETTER
    made, middles = _leaders(pen, named, heights, x, field.bottom + 8)
    for rank, middle in middles.items():
        made.append(pen.words(x, middle + 5, LETTERS[rank], size=SMALL, bold=True))
    y += 6
    for rank, item in enumerate(named):
        stroke = STROKES[rank]
        made += sample(pen, stroke.shape, stroke.colour, stroke.dash, 20, y + LEADING / 2)
        made.append(pen.words(0, y + 15, LETTERS[rank], size=SMALL, bold=True))
        lines = _lines(item, width - 64)
        made += _stack(pen, lines, 64, y)
        y += max(len(lines), 1) * LEADING + 4
    return made, y


def _lines(item: _Named, width: float) -> list[tuple[str, bool]]:
    label = [(line, True) for line in wrap(item.label, width, SMALL, bold=True)]
    return label + [(line, False) for line in wrap(item.written, width, SMALL)]


def _stack(pen: Pen, lines: Sequence[tuple[str, bool]], x: float, top: float) -> list[str]:
    return [
        pen.words(x, top + rank * LEADING + SMALL, line, size=SMALL, bold=bold)
        for rank, (line, bold) in enumerate(lines)
    ]


def _parts(field: Field, line: SweepLine) -> list[Points]:
    parts: list[Points] = [[]]
    for point in line.points:
        if point.value is None:
            parts.append([])
        else:
            parts[-1].append(field.point(point.at, point.value))
    return [part for part in parts if part]


def _stairs(field: Field, steps: Sequence[tuple[float, float]], until: float) -> Points:
    """Return the corners of a stairway that is level from each step to the next."""
    points = [field.point(*steps[0])]
    for (_before, level), (time, share) in pairwise(steps):
        points += [field.point(time, level), field.point(time, share)]
    if until > steps[-1][0]:
        points.append(field.point(until, steps[-1][1]))
    return points


def _bands(field: Field, curve: Curve) -> list[Points]:
    """Return the outlines of the intervals, one for each run of steps that have one."""
    found: list[Points] = []
    run: list[tuple[float, float, float]] = []
    for rank, step in enumerate(curve.steps):
        if step.low is not None and step.high is not None:
            run.append((step.time, step.low, step.high))
        last = rank + 1 == len(curve.steps)
        if run and (last or step.low is None):
            until = curve.until if last and step.low is not None else step.time
            upper = _stairs(field, [(time, high) for time, _low, high in run], until)
            lower = _stairs(field, [(time, low) for time, low, _high in run], until)
            found.append(upper + lower[::-1])
            run = []
    return found


def _at_risk(
    pen: Pen, chart: SurvivalChart, field: Field, width: float, y: float, language: Language
) -> tuple[list[str], float]:
    """Return how many are still followed, under the times at which it is said."""
    if not any(reading.at_risk_written for curve in chart.curves for reading in curve.readings):
        return [], y
    beside = width >= SIDE_BY_SIDE
    places = dict(shown(chart.across, field.span, chart.times))
    made, y = pen.paragraph(0, y + GAP, phrase("at_risk", language), width, size=SMALL, bold=True)
    for rank, curve in enumerate(chart.curves):
        if not any(reading.at_risk_written for reading in curve.readings):
            continue
        y += 2
        if beside:
            x = field.span.end + ASIDE
            lines, bottom = pen.paragraph(x, y, curve.label, width - x, size=SMALL)
            bottom = max(bottom, y + LEADING)
        else:
            name = f"{LETTERS[rank]} · {curve.label}"
            lines, y = pen.paragraph(0, y, name, width, size=SMALL, fill="soft")
            bottom = y + LEADING
        made += lines
        for tick, reading in zip(chart.times, curve.readings, strict=True):
            if tick in places and reading.at_risk_written:
                x = places[tick]
                made.append(
                    pen.words(x, y + SMALL, reading.at_risk_written, size=SMALL, anchor="middle")
                )
        y = bottom
    return made, y
