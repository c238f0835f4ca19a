"""CSV files of decisions: their encoding, their line of headings.

What the first line holds may be a row of somebody's data, when the headings were forgotten: nothing
of it is ever told but names that the declaration gives.
"""

from __future__ import annotations

import codecs
import csv
import shutil
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from clairevoie.decisions.model import JournalProblem

MAX_HEADER = 1 << 20
MAX_COLUMNS = 1000
"""A file with more columns than this is no journal, and would only keep engines busy."""
NOT_FOR_FILES = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
"""Text encodings in Python's eyes that no file of data is written in."""
NATIVE_ENCODINGS = {"utf-8": "utf-8", "iso8859-1": "latin-1", "utf-16": "utf-16"}
"""Python's name of an encoding → DuckDB's, for those that it reads without an extension."""


def python_encoding(name: str) -> str:
    """Return Python's name of an encoding of text.

    Raises:
        JournalProblem: there is no such encoding, or it is none of text (``hex``, ``base64``).
    """
    try:
        found = codecs.lookup(name).name
        "a".encode(found)
    except (LookupError, UnicodeError, ValueError):
        found = ""
    if not found or found.replace("_", "-") in NOT_FOR_FILES:
        raise JournalProblem(
            (
                "data.encoding",
                f"'{name}' is no encoding of a text file: write utf-8, cp1252 or latin-1",
            )
        )
    return found


def csv_header(
    path: Path, delimiter: str, encoding: str, declared: Collection[str] = ()
) -> list[str]:
    """Return the headings of a CSV file.

    Args:
        path: the file.
        delimiter: between two headings.
        encoding: Python's name (`python_encoding`).
        declared: names that the declaration gives: the only ones that a sentence may hold.

    Raises:
        JournalProblem: the first line is not one of headings, or lacks declared ones.
    """
    signed = {"utf-8": "utf-8-sig"}.get(encoding, encoding)
    with path.open(encoding=signed, newline="") as stream:
        line = stream.readline(MAX_HEADER)
    try:
        names = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        raise _not_headings(path, "holds a cell that is too long for a heading") from None
    if len(line) == MAX_HEADER or len(names) > MAX_COLUMNS:
        raise _not_headings(path, f"is too long, or has more than {MAX_COLUMNS} columns")
    if not names:
        raise _not_headings(path, "is empty")
    if "\0" in line:
        raise _not_headings(path, "holds a null character")
    _check_declared(path, declared, names)
    # DuckDB takes two names as one when capitals alone tell them apart.
    folded = [name.lower() for name in names]
    counts = Counter(folded)
    twice = [place for place, name in enumerate(folded) if counts[name] > 1]
    if twice:
        first = twice[0]
        again = folded.index(folded[first], first + 1)
        called = f", '{names[first]}'," if names[first] in declared else ""
        raise _not_headings(
            path, f"has one heading{called} twice, in columns {first + 1} and {again + 1}"
        )
    return names


def _check_declared(path: Path, declared: Collection[str], names: Collection[str]) -> None:
    """Refuse a first line that lacks declared columns, with their names, never what was found."""
    absent = [name for name in declared if name not in set(names)]
    if absent:
        listed = ", ".join(f"'{name}'" for name in absent)
        raise JournalProblem(
            (
                f"{path.name}, line 1",
                f"does not hold the declared headings: no column {listed}; check that the first "
                "line is one of headings, the delimiter, and the names in the declaration",
            )
        )


def _not_headings(path: Path, reason: str) -> JournalProblem:
    return JournalProblem(
        (f"{path.name}, line 1", f"{reason}: make it a line of headings, one a column")
    )


def as_utf8(path: Path, encoding: str, target: Path) -> Path:
    """Copy a file to UTF-8, for an engine that does not read its encoding."""
    with (
        path.open(encoding=encoding, newline="") as given,
        target.open("w", encoding="utf-8", newline="") as written,
    ):
        shutil.copyfileobj(given, written, 1 << 20)
    return target
