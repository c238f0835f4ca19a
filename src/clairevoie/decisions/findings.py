"""What a check of a journal says: counts and numbers of rows, never a value of the journal."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Severity = Literal["problem", "warning"]
EXAMPLES = 5
"""Numbers of rows given as examples of each finding."""

WARNINGS = frozenset(
    (
        "after_version",
        "declared_in_clear",
        "identifier_alike",
        "agent_short_number",
        "person_short_number",
    )
)

SENTENCES = {
    "absent_column": "the journal has no such column, and the rules read it",
    "absent_input": "the declaration gives no column for this input, and the rules need it",
    "missing": "is empty",
    "missing_input": "is empty, and the rules need it",
    "unreadable_date": "is not a date (2025-01-31 or 31/01/2025)",
    "unreadable_number": "is not a number",
    "unreadable_input": "cannot be read as the rules want it",
    "out_of_domain": "is outside what the rules accept",
    "not_an_outcome": "is not an outcome of the rules",
    "bad_weight": "is not a weight: a number above 0",
    "in_the_future": "is after the day of the check",
    "received_after": "the request came after the decision",
    "unknown_version": "is not a version of the rules",
    "before_version": "the decision is before the version of the rules that it is said to apply",
    "after_version": "the decision is after the end of the version that it is said to apply",
    "no_version": "no version of the rules was in force on that day",
    "duplicate": "the same reference is on several rows",
    "identifier_alike": "differs from another reference by spaces, capitals or dashes only",
    "several_decisions": "one reference has different decisions on one day",
    "declared_in_clear": "is declared as clear: whoever opens the file sees who it is",
    "identifier_email": "holds e-mail addresses: a reference must not say who the person is",
    "identifier_nir": "holds social security numbers: a reference must not say who the person is",
    "person_email": "holds e-mail addresses where a pseudonym is declared",
    "person_nir": "holds social security numbers where a pseudonym is declared",
    "person_phone": "holds telephone numbers where a pseudonym is declared",
    "person_date": "holds dates, of birth perhaps, where a pseudonym is declared",
    "person_name": "holds what looks like names where a pseudonym is declared",
    "person_short_number": "holds short numbers: trying them all gives the persons back",
    "agent_email": "holds e-mail addresses of agents where a pseudonym is declared",
    "agent_nir": "holds social security numbers of agents where a pseudonym is declared",
    "agent_phone": "holds telephone numbers of agents where a pseudonym is declared",
    "agent_date": "holds dates, of birth perhaps, where a pseudonym of agents is declared",
    "agent_name": "holds what looks like names of agents where a pseudonym is declared",
    "agent_short_number": "holds short numbers: trying them all gives the agents back",
}


@dataclass(frozen=True, slots=True)
class JournalFinding:
    """One kind of fault in one column.

    Attributes:
        code: a key of `SENTENCES`.
        severity: a ``problem`` must be corrected, a ``warning`` looked at.
        column: of the journal; the input's name when there is no column.
        count: rows (for ``duplicate``, ``several_decisions`` and ``identifier_alike``: references).
        rows: numbers of the first such rows, from 1, headings not counted.
    """

    code: str
    severity: Severity
    column: str
    count: int
    rows: tuple[int, ...]

    @property
    def sentence(self) -> str:
        """What is wrong."""
        return SENTENCES[self.code]

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON object."""
        return asdict(self) | {"sentence": self.sentence}


@dataclass(frozen=True, slots=True)
class ColumnEmpty:
    """How many cells of a declared column are empty."""

    column: str
    missing: int


@dataclass(frozen=True, slots=True)
class JournalReport:
    """What a check found in a journal.

    Attributes:
        journal, digest: id and digest of the declaration.
        rules, rules_digest: the same of the rule set.
        rows: how many rows were read.
        columns: the columns that the declaration names, with their empty cells.
        findings: problems first.
    """

    journal: str
    digest: str
    rules: str
    rules_digest: str
    rows: int
    columns: tuple[ColumnEmpty, ...]
    findings: tuple[JournalFinding, ...]

    @property
    def ok(self) -> bool:
        """Whether there is no problem (there may be warnings)."""
        return all(item.severity != "problem" for item in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {
            "journal": self.journal,
            "digest": self.digest,
            "rules": self.rules,
            "rules_digest": self.rules_digest,
            "rows": self.rows,
            "ok": self.ok,
            "columns": [asdict(item) for item in self.columns],
            "findings": [item.as_dict() for item in self.findings],
        }

    def text(self) -> str:
        """Return the report as lines of text."""
        lines = [f"{self.journal}: {self.rows} rows read."]
        for item in self.findings:
            rows = ", ".join(str(row) for row in item.rows)
            where = f" (row {rows})" if len(item.rows) == 1 else f" (rows {rows})" if rows else ""
            more = ", …" if item.count > len(item.rows) > 0 else ""
            where = where.replace(")", f"{more})")
            lines.append(f"{item.severity}: {item.column}: {item.sentence}: {item.count}{where}")
        lines.append("No problem." if self.ok else "Correct the problems, then check again.")
        return "\n".join(lines)


@dataclass(slots=True)
class Tally:
    """Counts faults while a journal goes by, and keeps the first rows of each kind."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    examples: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def mark(
        self, code: str, column: str, mask: NDArray[np.bool_] | None, rows: NDArray[np.int64]
    ) -> None:
        """Count the rows where a mask is true.

        Args:
            code: a key of `SENTENCES`.
            column: of the journal.
            mask: one boolean a row of the batch, ``None`` for nowhere.
            rows: the number of each row of the batch.
        """
        if mask is None:
            return
        count = int(mask.sum())
        if count:
            kept = self.examples.get((code, column), [])
            found = [] if len(kept) >= EXAMPLES else rows[mask.nonzero()[0][:EXAMPLES]].tolist()
            self.add(code, column, count, found)

    def add(self, code: str, column: str, count: int, rows: list[int]) -> None:
        """Add a count, with the numbers of some rows."""
        if not count:
            return
        place = (code, column)
        self.counts[place] = self.counts.get(place, 0) + count
        self.examples[place] = sorted({*self.examples.get(place, []), *rows})[:EXAMPLES]

    def findings(self) -> tuple[JournalFinding, ...]:
        """Return the findings, problems first, then in the order of `SENTENCES`."""
        order = list(SENTENCES)
        found = [
            JournalFinding(
                code=code,
                severity="warning" if code in WARNINGS else "problem",
                column=column,
                count=count,
                rows=tuple(self.examples[code, column]),
            )
            for (code, column), count in self.counts.items()
        ]
        return tuple(
            sorted(found, key=lambda f: (f.severity != "problem", order.index(f.code), f.column))
        )
