"""What the report of an audit is made of: blocks that a page and a print both know how to set."""

from __future__ import annotations

from dataclasses import dataclass

from clairevoie.charts.drawing import Chart, Language


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a strong one is what must not be missed."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list; each point starts with a few words that stand out, which may be empty."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its data table."""

    chart: Chart


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first column names the row."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Words with what they mean, or names with their values."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """What is typed, as it is typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section: of a measure (1), of a cut of it (2)."""

    text: str
    depth: int = 1


Leaf = Paragraph | Points | Figure | Grid | Terms | Code | Heading


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks that a page shows when asked; ``title`` says what they come to."""

    title: str
    blocks: tuple[Block, ...]


Block = Leaf | Fold


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report; ``key`` identifies it on its page."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report.

    Attributes:
        title: of the audit.
        question: that it answers.
        about: what it is, in one line: who may see it, the journal, the day of the plan.
        written: the day of the plan, the only day that a report knows.
        sections: the first is the first page.
    """

    language: Language
    title: str
    question: str
    about: str
    written: str
    sections: tuple[Section, ...]
