"""Charts as plain values: what to draw and where, for a template to write as SVG.

Geometry across is in percent, so that a chart follows the width of the page while its words keep
their size; geometry down is in pixels. Every chart has a title, a description that says what it
shows, and its rows, which are also its data table.
"""

from __future__ import annotations

from clairevoie.charts.bars import Bar, BarChart, Datum, bar_chart
from clairevoie.charts.signed import SignedBar, SignedChart, signed_chart
from clairevoie.charts.strips import (
    Histogram,
    HistogramBar,
    Segment,
    Strip,
    completeness_strip,
    histogram,
)

__all__ = [
    "Bar",
    "BarChart",
    "Datum",
    "Histogram",
    "HistogramBar",
    "Segment",
    "SignedBar",
    "SignedChart",
    "Strip",
    "bar_chart",
    "completeness_strip",
    "histogram",
    "signed_chart",
]
