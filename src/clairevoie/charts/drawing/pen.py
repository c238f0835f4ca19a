"""SVG elements as texts: lines, words, marks, in the colours of a page or of print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from clairevoie.charts.drawing.lettering import wrap

Theme = Literal["page", "print"]
Anchor = Literal["start", "middle", "end"]
Shape = Literal["disc", "ring", "up", "down", "square", "diamond"]

BODY, SMALL = 15.0, 14.0
LETTERS = "ABCDEF"
"""Stand for groups where their names have no room."""
LEADING = 19.0

COLOURS = {
    "paper": "#fbfaf6",
    "ink": "#1b211e",
    "soft": "#4d5852",
    "line": "#dbd9ce",
    "edge": "#7c827b",
    "tint": "#e5eee7",
    "accent": "#1d5240",
    "focus": "#1b4fd8",
    "warn": "#7a4300",
}
"""The site's custom properties that drawings use, with their light values."""

# What XML cannot hold, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Stroke:
    """How one group is drawn: a colour, and a dash and a shape that tell it without the colour."""

    colour: str
    dash: str
    shape: Shape


STROKES = (
    Stroke("accent", "", "disc"),
    Stroke("focus", "8 4", "square"),
    Stroke("warn", "2 3", "diamond"),
    Stroke("ink", "11 3 2 3", "up"),
    Stroke("soft", "16 5", "ring"),
    Stroke("accent", "5 3 1 3 1 3", "down"),
)


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes elements; numbers are in the unit of the drawing, y goes down."""

    theme: Theme

    def colour(self, name: str) -> str:
        """Return one of `COLOURS` as it is written in an attribute."""
        if self.theme == "print":
            return "#ffffff" if name == "paper" else COLOURS[name]
        return f"var(--{name},{COLOURS[name]})"

    def font(self) -> str:
        """Return the font family: the page's own, or the one that comes with typst."""
        if self.theme == "print":
            return "Libertinus Serif"
        return "var(--sans,system-ui,sans-serif)"

    def words(
        self,
        x: float,
        y: float,
        content: str,
        *,
        size: float = BODY,
        bold: bool = False,
        fill: str = "ink",
        anchor: Anchor = "start",
        halo: bool = False,
    ) -> str:
        """Return one line of text; ``y`` is its baseline, ``halo`` keeps it clear of lines."""
        attributes = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}"'
        if bold:
            attributes += ' font-weight="600"'
        if fill != "ink":
            attributes += f' fill="{self.colour(fill)}"'
        if anchor != "start":
            attributes += f' text-anchor="{anchor}"'
        if halo:
            attributes += (
                f' stroke="{self.colour("paper")}" stroke-width="4" stroke-linejoin="round"'
                ' paint-order="stroke"'
            )
        return f"<text {attributes}>{clean(content)}</text>"

    def pair(self, x: float, y: float, strong: str, soft: str) -> str:
        """Return on one line what counts, then what goes with it."""
        return (
            f'<text x="{number(x)}" y="{number(y)}" font-size="{number(SMALL)}"'
            f' fill="{self.colour("soft")}"><tspan font-size="{number(BODY)}" font-weight="600"'
            f' fill="{self.colour("ink")}">{clean(strong)}</tspan> {clean(soft)}</text>'
        )

    def paragraph(
        self,
        x: float,
        y: float,
        content: str,
        width: float,
        *,
        size: float = BODY,
        bold: bool = False,
        fill: str = "ink",
        halo: bool = False,
        most: int = 5,
    ) -> tuple[list[str], float]:
        """Return a text on as many lines as it takes, from the top ``y``, and where it ends."""
        made = []
        for line in wrap(content, width, size, bold=bold, most=most):
            made.append(self.words(x, y + size, line, size=size, bold=bold, fill=fill, halo=halo))
            y += LEADING
        return made, y

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        colour: str,
        *,
        width: float = 1.0,
        dash: str = "",
    ) -> str:
        """Return a straight line."""
        (x1, y1), (x2, y2) = start, end
        return (
            f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
            f' stroke="{self.colour(colour)}" stroke-width="{number(width)}"{_dashed(dash)}/>'
        )

    def path(
        self, points: Sequence[tuple[float, float]], stroke: Stroke, *, width: float = 2.5
    ) -> str:
        """Return a broken line through points, in the way of a group."""
        return (
            f'<path d="{route(points)}" fill="none" stroke="{self.colour(stroke.colour)}"'
            f' stroke-width="{number(width)}" stroke-linejoin="round"{_dashed(stroke.dash)}/>'
        )

    def area(self, points: Sequence[tuple[float, float]], colour: str) -> str:
        """Return a see-through area."""
        return (
            f'<path d="{route(points)}Z" fill="{self.colour(colour)}" fill-opacity=".13"'
            f' stroke="{self.colour(colour)}" stroke-opacity=".5" stroke-width=".75"/>'
        )

    def rectangle(self, x: float, y: float, width: float, height: float, colour: str) -> str:
        """Return a plain rectangle."""
        return (
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}"'
            f' height="{number(height)}" fill="{self.colour(colour)}"/>'
        )

    def shape(self, shape: Shape, x: float, y: float, colour: str, *, radius: float = 6.0) -> str:
        """Return a mark centred on a point, with an edge in the paper's colour."""
        fill, edge, width = self.colour(colour), self.colour("paper"), 1.5
        if shape == "ring":
            fill, edge, width = edge, fill, 2.5
        paint = f'fill="{fill}" stroke="{edge}" stroke-width="{number(width)}"'
        if shape in {"disc", "ring"}:
            round_one = radius - (1 if shape == "ring" else 0)
            return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(round_one)}" {paint}/>'
        r = radius
        corners = {
            "up": ((0, -1.15), (1.1, 0.8), (-1.1, 0.8)),
            "down": ((0, 1.15), (1.1, -0.8), (-1.1, -0.8)),
            "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
            "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
        }[shape]
        points = [(x + across * r, y + down * r) for across, down in corners]
        return f'<path d="{route(points)}Z" {paint} stroke-linejoin="round"/>'


def clean(content: str) -> str:
    """Return a text that XML and HTML hold, in an element or between double quotes."""
    return escape(_FORBIDDEN.sub("\ufffd", content), quote=True)


def number(value: float) -> str:
    """Write a length, to a hundredth."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def route(points: Sequence[tuple[float, float]]) -> str:
    """Write the way through points for a path."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _dashed(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""
