"""Proposing a mapping for a table that nobody described: a draft to read, correct and keep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clairevoie.register.mapping import FORMAT, VERSION
from clairevoie.register.reading import TableLayout, opened
from clairevoie.register.sniff_columns import ColumnGuess, guess_columns, identifier_column
from clairevoie.register.sniff_layout import look

LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a file seems to be written, and what its columns seem to say.

    Attributes:
        file: name of the file.
        layout: how the table is written.
        columns: a guess for each column, in the order of the file.
        identifier: heading of the column that identifies each row; "" when there is none.
        rows_seen: rows that were looked at.
        notes: what was noticed on the way.
    """

    file: str
    layout: TableLayout
    columns: tuple[ColumnGuess, ...]
    identifier: str
    rows_seen: int
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the proposal as plain data for JSON."""
        return {**asdict(self), "mapping": self.as_yaml()}

    def column_of(self, field: str) -> str:
        """Return the heading of the column guessed for a field, or ""."""
        return next((item.column for item in self.columns if item.field == field), "")

    def as_yaml(self) -> str:
        """Return the mapping as YAML, with the reason for each guess in a comment."""
        return "\n".join(_lines(self)) + "\n"


def sniff(path: str | Path) -> Proposal:
    """Look at the beginning of a file and propose a mapping.

    Raises:
        UnreadableError: the file is empty, or is not a table.
        OSError: the file cannot be opened.
    """
    with opened(path) as stream:
        table = look(stream)
    return Proposal(
        file=Path(path).name,
        layout=table.layout,
        columns=tuple(guess_columns(table.header, table.rows)),
        identifier=identifier_column(table.header, table.rows),
        rows_seen=len(table.rows),
        notes=table.notes,
    )


def _quoted(text: str) -> str:
    """Return a YAML scalar that stands for ``text`` whatever it holds."""
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join("".join(char for char in text if char.isprintable()).split())


def _lines(proposal: Proposal) -> Iterator[str]:
    yield f"# A proposal for {_comment(proposal.file)}: read every line and correct it."
    yield f"# {proposal.rows_seen} rows were looked at. A line that begins with # is not used;"
    yield "# a column without a line is listed as not carried over, never dropped in silence."
    yield from (f"# {_comment(note)}" for note in proposal.notes)
    yield f"mapping: {FORMAT}"
    yield f'version: "{VERSION}"'
    yield f"title: {_quoted(proposal.file)}"
    yield ""
    yield from _file_lines(proposal.layout)
    yield ""
    yield from _system_lines(proposal)
    yield from _source_lines(proposal)
    yield "columns:"
    for guess in proposal.columns:
        yield from _column_lines(guess)


def _file_lines(layout: TableLayout) -> Iterator[str]:
    yield "file:"
    yield f"  format: {layout.format}"
    if layout.encoding:
        yield f"  encoding: {layout.encoding}"
    if layout.format == "csv":
        yield f"  delimiter: {_quoted(layout.delimiter)}"
    if layout.header_row != 1:
        yield f"  header_row: {layout.header_row}"
    if layout.path:
        yield f"  path: {_quoted(layout.path)}"


def _system_lines(proposal: Proposal) -> Iterator[str]:
    yield "# What names a system for good: a prefix of your own, and one or more columns."
    yield "system:"
    yield '  prefix: ""'
    if proposal.identifier:
        yield f"  columns: [{_quoted(proposal.identifier)}]"
    else:
        yield "  # No column identifies each row: a system is named after its body and its name."
        yield "  columns: []"
    yield ""
    body = proposal.column_of("responsible_body")
    if body:
        yield "body:"
        yield f"  name: {{column: {_quoted(body)}}}"
        yield "  # country: FR"
        yield "  # kind: local"
    else:
        yield "# No column seems to name the public body. If it is the same everywhere:"
        yield "# body: {name: …, country: FR, kind: local}"
    yield ""


def _source_lines(proposal: Proposal) -> Iterator[str]:
    yield "# The document that this file is: complete it."
    yield "source:"
    yield "  kind: dataset"
    yield f"  title: {_quoted(proposal.file)}"
    yield "  # publisher: …"
    yield "  # url: https://…"
    yield "  # date: YYYY-MM-DD"
    yield ""
    yield "statement:"
    body = proposal.column_of("responsible_body")
    yield "  capacity: administration"
    if body:
        yield f"  speaker: {{column: {_quoted(body)}}}"
    dated = proposal.column_of("updated")
    if dated:
        yield f"  # date: {{column: {_quoted(dated)}}}"
    yield "  # language: fr"
    yield ""


def _column_lines(guess: ColumnGuess) -> Iterator[str]:
    name = _quoted(guess.column)
    example = f" Example: {_comment(guess.sample)}" if guess.sample else ""
    why = _comment(guess.reason)
    if not guess.column:
        return
    if not guess.field:
        yield f"  # {name}: …  # {why}.{example}"
        return
    sure = f"{guess.confidence:.0%}: {why}.{example}"
    if guess.confidence < LEAST and guess.field != "name":
        yield f"  # {name}: {guess.field}  # {sure}"
        return
    details = []
    if guess.split:
        details.append(f"    split: {_quoted(guess.split)}")
    if guess.date_format:
        details.append(f"    date_format: {_quoted(guess.date_format)}")
    if guess.values is not None:
        details.append("    values:")
        for raw, code in guess.values.items():
            ask = "" if code else "  # choose a term, or leave empty if it says nothing"
            details.append(f"      {_quoted(raw)}: {_quoted(code)}{ask}")
    if not details:
        yield f"  {name}: {guess.field}  # {sure}"
        return
    yield f"  {name}:  # {sure}"
    yield f"    field: {guess.field}"
    yield from details
