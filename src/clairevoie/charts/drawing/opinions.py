"""Opinion map: areas of groups, their letters, a few numbered proposals, and the key under them."""

from __future__ import annotations

from collections.abc import Callable

from clairevoie.charts.drawing.frame import GAP
from clairevoie.charts.drawing.lettering import width_of, wrap
from clairevoie.charts.drawing.pen import BODY, LEADING, LETTERS, SMALL, STROKES, Pen
from clairevoie.charts.opinions import OpinionMap, Place

EDGE = 26.0
"""Room around the map for a letter, or for the number of a proposal."""
TALL = (150.0, 400.0)
LETTER = 22.0
KEY = 34.0
ROOM = 1.15
"""Widths of letters are estimates."""


def draw_opinions(pen: Pen, chart: OpinionMap, width: float) -> tuple[list[str], float]:
    """Return the elements of a map, ``width`` wide, and its height."""
    made, top = pen.paragraph(0, 0, chart.note, width, size=SMALL, fill="soft")
    top += GAP if chart.note else 0
    at, bottom = _plane(chart, width, top)
    for group, stroke in zip(chart.groups, STROKES, strict=False):
        if len(group.outline) > 2:
            way = [at(place) for place in group.outline]
            made.append(pen.area(way, stroke.colour))
            made.append(pen.path([*way, way[0]], stroke, width=1.5))
    for proposal in chart.proposals:
        x, y = at(proposal.place)
        made.append(pen.shape("diamond", x, y, "soft", radius=3.5))
        # The number stands on the inner side, where there is room for it.
        right = x <= width / 2
        made.append(
            pen.words(
                x + (7 if right else -7),
                y + 5,
                proposal.number,
                size=SMALL,
                fill="soft",
                anchor="start" if right else "end",
                halo=True,
            )
        )
    for letter, group, stroke in zip(LETTERS, chart.groups, STROKES, strict=False):
        x, y = at(group.centre)
        made.append(
            pen.words(
                x,
                y + LETTER / 3,
                letter,
                size=LETTER,
                bold=True,
                fill=stroke.colour,
                anchor="middle",
                halo=True,
            )
        )
    made.append(pen.line((0, bottom), (width, bottom), "line"))
    names, y = _key(pen, chart, width, bottom + 8)
    return made + names, y + 6


def _plane(chart: OpinionMap, width: float, top: float) -> tuple[Callable[[Place], Place], float]:
    """Return where places are drawn, one unit as long across as down, and where the map ends."""
    places = [place for group in chart.groups for place in (group.centre, *group.outline)]
    places += [proposal.place for proposal in chart.proposals]
    if not places:
        return (lambda _place: (width / 2, top)), top
    left, right = (pick(place[0] for place in places) for pick in (min, max))
    low, high = (pick(place[1] for place in places) for pick in (min, max))
    # Halved before they are subtracted: the difference of two large numbers may be infinite.
    across, up = right / 2 - left / 2, high / 2 - low / 2
    room = width - 2 * EDGE
    tallest = TALL[1] - 2 * EDGE
    # Both in half units; a map of one place has any scale.
    unit = min(
        room / across / 2 if across > 0 else float("inf"),
        tallest / up / 2 if up > 0 else float("inf"),
    )
    if unit == float("inf"):
        unit = 0.0
    height = max(TALL[0], 2 * up * unit + 2 * EDGE)
    middle = (left / 2 + right / 2, low / 2 + high / 2)

    def at(place: Place) -> Place:
        x = width / 2 + (place[0] / 2 - middle[0] / 2) * 2 * unit
        y = top + height / 2 - (place[1] / 2 - middle[1] / 2) * 2 * unit
        return (
            min(max(x, EDGE / 2), width - EDGE / 2),
            min(max(y, top + EDGE / 2), top + height - EDGE / 2),
        )

    return at, top + height


def _key(pen: Pen, chart: OpinionMap, width: float, y: float) -> tuple[list[str], float]:
    made = []
    for letter, group, stroke in zip(LETTERS, chart.groups, STROKES, strict=False):
        said = ", ".join(text for text in (group.written, group.share_written) if text)
        made.append(
            pen.words(KEY / 2, y + BODY, letter, bold=True, fill=stroke.colour, anchor="middle")
        )
        room = (width - KEY) / ROOM
        *label, last = wrap(group.label, room, BODY, bold=True, most=2) or [""]
        for line in label:
            made.append(pen.words(KEY, y + BODY, line, bold=True))
            y += LEADING
        # On the same line where there is room, else on the next. One text: fonts differ in width.
        together = width_of(last, BODY, bold=True) + width_of(said, SMALL)
        if together <= room:
            made.append(pen.pair(KEY, y + BODY, last, said))
            y += LEADING
        else:
            made.append(pen.words(KEY, y + BODY, last, bold=True))
            lines, y = pen.paragraph(KEY, y + LEADING, said, width - KEY, size=SMALL, fill="soft")
            made += lines
        y += 4
    return made, y
