"""The data table that goes with each chart."""

from __future__ import annotations

from dataclasses import dataclass

from clairevoie.charts.dots import DotChart
from clairevoie.charts.drawing.pen import LETTERS
from clairevoie.charts.drawing.phrases import Language, phrase
from clairevoie.charts.drawing.rows import verdict_of
from clairevoie.charts.funnel import FunnelChart
from clairevoie.charts.multiples import Multiples
from clairevoie.charts.opinions import OpinionMap
from clairevoie.charts.survival import SurvivalChart
from clairevoie.charts.sweep import SweepChart

Chart = DotChart | Multiples | SweepChart | SurvivalChart | FunnelChart | OpinionMap


@dataclass(frozen=True, slots=True)
class Table:
    """What a chart shows, in words.

    Attributes:
        headings: of the columns.
        rows: as many cells each as there are headings; empty where nothing is said.
        names: how many columns on the left name the row.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int = 1


def table(chart: Chart, *, language: Language) -> Table:
    """Return the data table of a chart, without the columns in which nothing is said."""
    if isinstance(chart, DotChart):
        return _filled(_dots(chart, language))
    if isinstance(chart, Multiples):
        return _filled(_multiples(chart, language))
    if isinstance(chart, SweepChart):
        return _sweep(chart, language)
    if isinstance(chart, SurvivalChart):
        return _filled(_survival(chart, language))
    if isinstance(chart, OpinionMap):
        return _filled(_opinions(chart, language))
    return _filled(_funnel(chart, language))


def _dots(chart: DotChart, language: Language) -> Table:
    return Table(
        (
            chart.group_heading or phrase("group", language),
            chart.size_heading or phrase("size", language),
            chart.value_heading or phrase("value", language),
            chart.interval_heading or phrase("interval", language),
            phrase("finding", language),
        ),
        tuple(
            (
                row.label,
                row.size_written,
                row.written,
                row.interval_written,
                verdict_of(row, language),
            )
            for row in chart.rows
        ),
    )


def _multiples(chart: Multiples, language: Language) -> Table:
    heading = chart.panel_heading or phrase("panel", language)
    headings = _dots(chart.panels[0], language).headings
    rows = [(panel.title, *row) for panel in chart.panels for row in _dots(panel, language).rows]
    return Table((heading, *headings), tuple(rows), names=2)


def _sweep(chart: SweepChart, language: Language) -> Table:
    thresholds = {point.at: point.at_written for line in chart.lines for point in line.points}
    said = [{point.at: point.written for point in line.points} for line in chart.lines]
    return Table(
        (
            chart.across.title or phrase("threshold", language),
            *(line.label for line in chart.lines),
        ),
        tuple((thresholds[at], *(line.get(at, "") for line in said)) for at in sorted(thresholds)),
    )


def _survival(chart: SurvivalChart, language: Language) -> Table:
    return Table(
        (
            phrase("group", language),
            chart.across.title or phrase("time", language),
            chart.up.title or phrase("waiting", language),
            phrase("interval", language),
            phrase("at_risk", language),
        ),
        tuple(
            (
                curve.label,
                tick.written,
                reading.written,
                reading.interval_written,
                reading.at_risk_written,
            )
            for curve in chart.curves
            for tick, reading in zip(chart.times, curve.readings, strict=True)
        ),
        names=2,
    )


def _funnel(chart: FunnelChart, language: Language) -> Table:
    return Table(
        (
            chart.step_heading or phrase("step", language),
            phrase("group", language),
            phrase("by", language),
            phrase("count", language),
            chart.axis.title or phrase("share", language),
            chart.interval_heading or phrase("interval", language),
        ),
        tuple(
            (
                step.label if not step.written else f"{step.label} ({step.written})",
                group,
                step.by,
                share.count_written,
                share.written,
                share.interval_written,
            )
            for step in chart.steps
            for group, share in zip(chart.groups, step.shares, strict=True)
        ),
        names=2,
    )


def _opinions(chart: OpinionMap, language: Language) -> Table:
    groups = [
        (f"{letter} – {group.label}", group.written, group.share_written)
        for letter, group in zip(LETTERS, chart.groups, strict=False)
    ]
    proposals = [(f"{one.number} – {one.text}", "", "") for one in chart.proposals]
    return Table(
        (phrase("on_map", language), phrase("size", language), phrase("share", language)),
        (*groups, *proposals),
    )


def _filled(found: Table) -> Table:
    kept = [
        column
        for column in range(len(found.headings))
        if column < found.names or any(row[column] for row in found.rows)
    ]
    return Table(
        tuple(found.headings[column] for column in kept),
        tuple(tuple(row[column] for column in kept) for row in found.rows),
        found.names,
    )
