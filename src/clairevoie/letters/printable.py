"""Text that the letters' fonts can print.

Fonts are those that come with typst, so that a letter is the same on every machine. They cover
Latin, Greek, Cyrillic, Hebrew and Arabic letters; PDF/UA-1 refuses a character without a glyph. A
character outside of what is listed here becomes `SQUARE`, and the letter says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

SQUARE = "\u25a1"
"""White square: stands for a character that cannot be printed."""

SOFT_BREAK = "\u200b"
LONGEST_RUN = 24
"""Letters in a row after which a word may be cut anywhere (the longest French word has 25)."""

# Every character of these ranges has a glyph in the fonts that come with typst, alone and under a
# combining accent: tests/letters/test_printable.py prints them all.
_RANGES = (
    (0x0020, 0x007E),
    (0x00A0, 0x00AC),
    (0x00AE, 0x024F),
    (0x0300, 0x030C),
    (0x0370, 0x0377),
    (0x037A, 0x037F),
    (0x0384, 0x038A),
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x03FF),
    (0x0400, 0x045F),
    (0x05D0, 0x05EA),
    (0x0621, 0x063A),
    (0x0641, 0x064A),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2015),
    (0x2018, 0x201E),
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x202F, 0x202F),
    (0x2030, 0x2033),
    (0x2039, 0x203A),
    (0x20AC, 0x20AC),
    (0x2116, 0x2116),
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2200, 0x2200),
    (0x2208, 0x2209),
    (0x2211, 0x2212),
    (0x221A, 0x221A),
    (0x221E, 0x221E),
    (0x2248, 0x2248),
    (0x2260, 0x2260),
    (0x2264, 0x2265),
    (0x25A0, 0x25A1),
    (0xFB00, 0xFB04),
)
_ALLOWED = "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in _RANGES)
_UNPRINTABLE = re.compile(f"[^{_ALLOWED}]")
_SPACES = re.compile("[ \t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+")
# They change how neighbours are drawn or ordered, and are not seen themselves.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
# French typography: the space before these marks, inside guillemets, after these abbreviations and
# after the number of a house does not break.
_BEFORE = re.compile(" (?=[:;?!»%€])")
_OPENING = re.compile("(?<=«) ")
_ABBREVIATED = re.compile(
    r"(?<=\bart\.) |(?<=\b[LRD]\.) (?=[0-9])|(?<=\bR\*\.) (?=[0-9])|(?<=n°) |(?<=\bno\.) "
)
_HOUSE = re.compile(r"(?<=[0-9]) (?=(?:rue|place|avenue|boulevard|chemin|quai|cours|allée)\b)")
_STUCK = re.compile("[^ ]{40,}")
_NO_BREAK = re.compile("[\u00a0\u202f]")
_RUN = re.compile(f"[^\\s\u200b]{{{LONGEST_RUN},}}")


def printable(text: str) -> str:
    """Return one line of text that can be printed: what cannot is a `SQUARE`.

    Spaces are single, except no-break ones; invisible characters that could change the order of
    what is read are taken away; a word of `LONGEST_RUN` characters or more may be cut, and words
    that no-break spaces join break where that would make too long a line.
    """
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    text = _UNPRINTABLE.sub(SQUARE, _SPACES.sub(" ", text).strip(" "))
    text = _STUCK.sub(lambda match: _NO_BREAK.sub(" ", match.group()), text)
    return _RUN.sub(_cuttable, text)


def no_break(text: str, *, language: str) -> str:
    """Return a text whose marks and abbreviations keep to their word at the end of a line.

    >>> no_break("« Oui » : art. L. 311-3-1", language="fr")
    '«\\xa0Oui\\xa0»\\xa0: art.\\xa0L.\\xa0311-3-1'
    >>> no_break("12 rue des Essais", language="fr")
    '12\\xa0rue des Essais'
    """
    if language == "fr":
        text = _OPENING.sub("\u00a0", _BEFORE.sub("\u00a0", text))
        text = _HOUSE.sub("\u00a0", text)
    return _ABBREVIATED.sub("\u00a0", text)


def printable_tree(value: Any, *, language: str) -> Any:
    """Return ``value`` (what JSON holds) with every text made `printable`, keys left alone."""
    if isinstance(value, str):
        return printable(no_break(value, language=language))
    if isinstance(value, Mapping):
        return {key: printable_tree(item, language=language) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [printable_tree(item, language=language) for item in value]
    return value


def has_square(value: Any) -> bool:
    """Say whether a text of ``value`` holds a `SQUARE`."""
    if isinstance(value, str):
        return SQUARE in value
    if isinstance(value, Mapping):
        return any(has_square(item) for item in value.values())
    if isinstance(value, Sequence):
        return any(has_square(item) for item in value)
    return False


def _cuttable(match: re.Match[str]) -> str:
    """Let a long run be cut after each mark of an address, else after every eighth character."""
    run = match.group()
    pieces = re.findall(r"[^/.@?&=_-]{1,8}[/.@?&=_-]*|[/.@?&=_-]+", run)
    return SOFT_BREAK.join(pieces)
