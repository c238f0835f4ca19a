"""Words in a drawing: how wide they are, about, and how they are cut into lines.

SVG does not wrap text, and the reader's font is not known here. Widths are those of Arial, raised
a little: the usual sans serifs of screens are hardly wider.
"""

from __future__ import annotations

import unicodedata

_WIDTHS = {
    character: width
    for width, characters in (
        (0.20, "\u202f\u2009"),
        (0.23, "ijl'’‘|"),
        (0.29, " \u00a0.,:;!/\\fItr[]()·-"),
        (0.36, '"“”*°«»'),
        (0.51, "ckszvxyJ"),
        (0.68, "ABEKPSVXY&"),
        (0.73, "CDHNRUw"),
        (0.80, "GOQ"),
        (0.85, "mM"),
        (0.90, "%"),
        (0.95, "W…—œŒæÆ"),
    )
    for character in characters
}
_USUAL, _WIDE, _MARGIN, _BOLD = 0.56, 1.0, 1.06, 1.07
_LATIN = 0x250


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return about how wide a text is at most, in the unit of ``size``."""
    total = 0.0
    for character in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(character):
            usual = _USUAL if ord(character) < _LATIN else _WIDE
            total += _WIDTHS.get(character, usual)
    return total * size * _MARGIN * (_BOLD if bold else 1)


def wrap(text: str, width: float, size: float, *, bold: bool = False, most: int = 5) -> list[str]:
    """Cut a text into lines no wider than ``width``, at its spaces.

    A word wider than a line is cut where the line ends; no-break spaces hold. What would not fit in
    ``most`` lines ends in «…»: the data table has it in full.
    """
    lines: list[str] = []
    line = ""
    for word in _short_enough(text, width, size, bold=bold):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, size, bold=bold) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    if line:
        lines.append(line)
    if len(lines) > most:
        last = lines[most - 1]
        while last and width_of(last + "…", size, bold=bold) > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return lines


def _short_enough(text: str, width: float, size: float, *, bold: bool) -> list[str]:
    pieces: list[str] = []
    # Not str.split(): it would cut at no-break spaces too.
    for word in text.replace("\n", " ").replace("\t", " ").split(" "):
        piece = ""
        for character in word:
            if piece and width_of(piece + character, size, bold=bold) > width:
                pieces.append(piece)
                piece = ""
            piece += character
        if piece:
            pieces.append(piece)
    return pieces


def spread(wanted: list[float], heights: list[float], low: float, high: float) -> list[float]:
    """Move the middles of labels as little as can be, so that none covers another.

    Args:
        wanted: where each label's middle would best be; in any order.
        heights: how tall each is.
        low: where labels may start.
        high: where they end; they go beyond when there is not room enough for all.

    Returns:
        The middles, in the order given; labels keep the order of their wishes.
    """
    order = sorted(range(len(wanted)), key=lambda rank: wanted[rank])
    # Blocks of labels that touch: [ranks, height, where its top would best be].
    blocks: list[tuple[list[int], float, float]] = []
    for rank in order:
        block = ([rank], heights[rank], wanted[rank] - heights[rank] / 2)
        block = _inside(block, low, high)
        while blocks and blocks[-1][2] + blocks[-1][1] > block[2]:
            block = _inside(_joined(blocks.pop(), block), low, high)
        blocks.append(block)
    placed = [0.0] * len(wanted)
    for ranks, _height, top in blocks:
        y = top
        for rank in ranks:
            placed[rank] = y + heights[rank] / 2
            y += heights[rank]
    return placed


def _joined(
    above: tuple[list[int], float, float], below: tuple[list[int], float, float]
) -> tuple[list[int], float, float]:
    count, more = len(above[0]), len(below[0])
    top = (above[2] * count + (below[2] - above[1]) * more) / (count + more)
    return ([*above[0], *below[0]], above[1] + below[1], top)


def _inside(
    block: tuple[list[int], float, float], low: float, high: float
) -> tuple[list[int], float, float]:
    ranks, height, top = block
    return (ranks, height, max(min(top, high - height), low))
