"""Charts as plain values: what to draw and where, for a template to write as SVG.

Geometry across is in percent, so that a chart follows the width of the page while its words keep
their size; geometry down is in pixels. Every chart has a title, a description that says what it
shows, and its rows, which are also its data table.
"""

from __future__ import annotations

from clairevoie.charts.bars import Bar, BarChart, Datum, bar_chart
from clairevoie.charts.dots import Band, DotChart, DotRow, Verdict, dot_chart
from clairevoie.charts.funnel import FunnelChart, FunnelStep, Share, funnel_chart
from clairevoie.charts.multiples import Multiples, multiples
from clairevoie.charts.opinions import Cloud, Landmark, OpinionMap, opinion_map
from clairevoie.charts.scales import Axis, Mark, Tick, linear_axis, log_axis
from clairevoie.charts.signed import SignedBar, SignedChart, signed_chart
from clairevoie.charts.strips import (
    Histogram,
    HistogramBar,
    Segment,
    Strip,
    completeness_strip,
    histogram,
)
from clairevoie.charts.survival import Curve, Reading, Step, SurvivalChart, survival_chart
from clairevoie.charts.sweep import SweepChart, SweepLine, SweepPoint, sweep_chart

__all__ = [
    "Axis",
    "Band",
    "Bar",
    "BarChart",
    "Cloud",
    "Curve",
    "Datum",
    "DotChart",
    "DotRow",
    "FunnelChart",
    "FunnelStep",
    "Histogram",
    "HistogramBar",
    "Landmark",
    "Mark",
    "Multiples",
    "OpinionMap",
    "Reading",
    "Segment",
    "Share",
    "SignedBar",
    "SignedChart",
    "Step",
    "Strip",
    "SurvivalChart",
    "SweepChart",
    "SweepLine",
    "SweepPoint",
    "Tick",
    "Verdict",
    "bar_chart",
    "completeness_strip",
    "dot_chart",
    "funnel_chart",
    "histogram",
    "linear_axis",
    "log_axis",
    "multiples",
    "opinion_map",
    "signed_chart",
    "survival_chart",
    "sweep_chart",
]
