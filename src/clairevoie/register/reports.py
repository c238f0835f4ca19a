"""What happened while a file was read or written: problems, warnings and losses, by row and column.

A *problem* is a value or a row that the register refuses. A *warning* is something to look at that
does not prevent anything. A *loss* is something that a file says and that the register does not
take, or that a record says and that a format cannot carry.

A report's size is bounded whatever the file: kinds of problems are counted, and only the first
`EXAMPLES_KEPT` of each are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

EXAMPLES_KEPT = 20
KINDS_KEPT = 400
NAME_KEPT = 120


@dataclass(frozen=True, slots=True)
class Example:
    """One occurrence: where, and one plain sentence. ``row`` counts as a spreadsheet does."""

    message: str
    row: int | None = None
    system: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """All occurrences of one kind of problem, or warning, in one column.

    ``count`` is exact; ``examples`` are the first ones.
    """

    code: str
    column: str
    count: int
    examples: tuple[Example, ...]

    def sentences(self) -> Iterator[str]:
        """Yield one sentence an example, saying where and what."""
        for example in self.examples:
            yield f"{_place(example.row, self.column, example.system)}{example.message}"


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that was not carried over, and how many times."""

    column: str
    message: str
    count: int


@dataclass(slots=True)
class _Tally:
    count: int
    examples: list[Example]


class _Findings:
    """Counts by (code, column) with the first examples of each; never grows beyond its bounds."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, str], _Tally] = {}
        self.count = 0

    def add(self, code: str, column: str, example: Example) -> None:
        self.count += 1
        tally = self._tallies.get((code, column))
        if tally is None:
            if len(self._tallies) >= KINDS_KEPT:
                code, column = "more_kinds", ""
                tally = self._tallies.get((code, column))
            if tally is None:
                tally = self._tallies[code, column] = _Tally(0, [])
        tally.count += 1
        if len(tally.examples) < EXAMPLES_KEPT:
            tally.examples.append(example)

    def items(self) -> tuple[Finding, ...]:
        return tuple(
            Finding(code, column, tally.count, tuple(tally.examples))
            for (code, column), tally in self._tallies.items()
        )


class Report:
    """Collects what a reader or a writer has to say.

    Attributes:
        rows: rows (or systems of a JSON file) read so far.
        systems: systems given or written so far.
        statements: statements given or written so far.
        refused: systems left out because of a problem.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.systems = 0
        self.statements = 0
        self.refused = 0
        self._problems = _Findings()
        self._warnings = _Findings()
        self._losses: dict[tuple[str, str], int] = {}

    @property
    def ok(self) -> bool:
        """Tell whether nothing was refused."""
        return self._problems.count == 0

    @property
    def problem_count(self) -> int:
        """How many problems there are, beyond the examples that were kept."""
        return self._problems.count

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What was refused, in the order of first occurrence."""
        return self._problems.items()

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What should be looked at, in the order of first occurrence."""
        return self._warnings.items()

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What was not carried over, in the order of first occurrence."""
        return tuple(
            Loss(column, message, count) for (column, message), count in self._losses.items()
        )

    def problem(
        self,
        code: str,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
        system: str = "",
    ) -> None:
        """Record a refusal. ``message`` is one sentence: what is wrong and what to do."""
        self._problems.add(code, _short(column), Example(message, row, _short(system)))

    def warning(
        self,
        code: str,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
        system: str = "",
    ) -> None:
        """Record something to look at. ``message`` is one sentence."""
        self._warnings.add(code, _short(column), Example(message, row, _short(system)))

    def loss(self, column: str, message: str, count: int = 1) -> None:
        """Record that ``count`` values under ``column`` were not carried over, and why."""
        if not count:
            return
        key = (_short(column), message)
        if key not in self._losses and len(self._losses) >= KINDS_KEPT:
            key = ("", "other columns or values that were not carried over")
        self._losses[key] = self._losses.get(key, 0) + count

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data for JSON."""
        return {
            "ok": self.ok,
            "rows": self.rows,
            "systems": self.systems,
            "statements": self.statements,
            "refused": self.refused,
            "problems": [asdict(item) for item in self.problems],
            "warnings": [asdict(item) for item in self.warnings],
            "losses": [asdict(item) for item in self.losses],
        }

    def text(self) -> str:
        """Return the report as text: totals, then one line an example, problems first."""
        lines = [
            f"{_counted(self.rows, 'row')} read, {_counted(self.systems, 'system')} and "
            f"{_counted(self.statements, 'statement')} accepted, {self.refused} refused."
        ]
        lines += _section("Problems", self.problems)
        lines += _section("Warnings", self.warnings)
        if self._losses:
            lines += ["", "Not carried over:"]
            for loss in self.losses:
                where = f"'{loss.column}': " if loss.column else ""
                lines.append(f"  {where}{loss.message} ({loss.count}).")
        return "\n".join(lines)


def _short(name: str | None) -> str:
    name = name or ""
    return name if len(name) <= NAME_KEPT else f"{name[:NAME_KEPT]}…"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _place(row: int | None, column: str, system: str) -> str:
    parts = []
    if row is not None:
        parts.append(f"row {row}")
    if column:
        parts.append(f"column '{column}'")
    if system:
        parts.append(f"system '{system}'")
    if not parts:
        return ""
    place = ", ".join(parts)
    return f"{place[0].upper()}{place[1:]}: "


def _section(title: str, findings: Iterable[Finding]) -> list[str]:
    lines: list[str] = []
    for item in findings:
        lines += [f"  {sentence}." for sentence in item.sentences()]
        rest = item.count - len(item.examples)
        if rest:
            where = f" in column '{item.column}'" if item.column else ""
            lines.append(f"  … and {rest} more of the same kind{where} ({item.code}).")
    return ["", f"{title}:", *lines] if lines else []
