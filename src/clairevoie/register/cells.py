"""Cells of spreadsheets: kept from being run as formulas, and holding several values when needed.

A cell that a spreadsheet would run (it begins with = + - @, a tab or a carriage return, possibly
after spaces or quotation marks) is written with an apostrophe before it. `unprotect` takes that
apostrophe away, so that a file written here reads back as it was. A plain number, such as -3, is
left alone.
"""

from __future__ import annotations

import re

SEPARATOR = " | "

_RUNS = re.compile(
    "[\\s'\"«»“”‘’\u200b\u200e\u200f\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\\s'\"]*[\t\r]"
)
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


def runs_as_formula(text: str) -> bool:
    """Tell whether a spreadsheet may take a cell for a formula."""
    return _RUNS.match(text) is not None and _NUMBER.fullmatch(text) is None


def protect(text: str) -> str:
    """Return the text with an apostrophe before it when a spreadsheet would run it."""
    return f"'{text}" if runs_as_formula(text) else text


def unprotect(text: str) -> str:
    """Take away the apostrophe that `protect` added."""
    return text[1:] if text.startswith("'") and runs_as_formula(text[1:]) else text


def join_values(values: list[str]) -> str:
    r"""Return several values in one cell, separated by " | "; a bar inside a value becomes \|."""
    return SEPARATOR.join(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)


def split_values(text: str) -> list[str]:
    """Return the values that `join_values` put in one cell."""
    if "|" not in text and "\\" not in text:
        return [text] if text else []
    values: list[str] = []
    current: list[str] = []
    position = 0
    while position < len(text):
        char = text[position]
        if char == "\\" and text[position + 1 : position + 2] in {"\\", "|"}:
            current.append(text[position + 1])
            position += 2
        elif char == "|":
            values.append("".join(current))
            current = []
            position += 1
        else:
            current.append(char)
            position += 1
    values.append("".join(current))
    return [value.strip() for value in values if value.strip()]
