"""From one row of a journal to what its explanation starts from: the data, the day, the facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from clairevoie.decisions.model import Journal
from clairevoie.explanation.model import Degree, Facts
from clairevoie.rules.case import read_value
from clairevoie.rules.model import Input, Number, Version

Row = Mapping[str, Any]

_DAY = Input("date", "date", {}, {}, {}, {})
_NUMBER = Input("number", "decimal", {}, {}, {}, {}, decimals=12)


def day_of_row(journal: Journal, row: Row) -> date | None:
    """Return the day of the decision, which chooses the rules; ``None`` when the row has none."""
    return _day(row.get(journal.date))


def case_of_row(journal: Journal, row: Row, version: Version) -> dict[str, Any]:
    """Return the data that a version of the rules reads, by the name of the input."""
    columns = journal.input_columns(item.name for item in version.inputs)
    return {name: row.get(column) for name, column in columns.items()}


def version_of_row(journal: Journal, row: Row) -> str:
    """Return the version of the rules that the journal says was applied; empty when it does not."""
    return str(row.get(journal.rule_version) or "") if journal.rule_version else ""


def facts_of_row(journal: Journal, row: Row, *, degree: Degree = "unknown") -> Facts:
    """Return what the journal says of a decision beside the data that the rules read.

    Args:
        journal: its declaration.
        row: every column by name.
        degree: what the administration declared of the part of the machine.
    """
    return Facts(
        degree=degree,
        degree_from="" if degree == "unknown" else "declared",
        machine_value=_number(row.get(journal.machine_value)),
        machine_outcome=_text(row.get(journal.machine_outcome)),
        cutoff=_number(row.get(journal.machine_cutoff)),
        decision=_text(row.get(journal.decision)),
        decided_by=(_text(row.get(journal.decided_by.column)) or "") if journal.decided_by else "",
        decided_on=_day(row.get(journal.decided_on)),
        received_on=_day(row.get(journal.received_on)),
    )


def _day(raw: object) -> date | None:
    value, _problem = read_value(_DAY, raw)
    return value if isinstance(value, date) else None


def _number(raw: object) -> Number | None:
    value, _problem = read_value(_NUMBER, raw)
    return value if isinstance(value, Decimal) else None


def _text(raw: object) -> str | None:
    return None if raw is None or raw == "" else str(raw)
