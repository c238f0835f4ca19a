"""A row of a journal, explained by the published rules in force on its date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from clairevoie.decisions.model import Journal
from clairevoie.explanation.model import Facts
from clairevoie.rules.case import read_value
from clairevoie.rules.model import Input, Number, RuleSet, Version
from clairevoie.web.explanation.services.asking import Opened
from clairevoie.web.register.models import System
from clairevoie.web.rules.models import RulesEdition
from clairevoie.web.rules.services.degree import declared_degree
from clairevoie.web.rules.services.reading import published, rule_set
from clairevoie.web.rules.services.simulating import Explained, explained
from clairevoie.web.rules.services.versions import version_on

_DAY = Input("date", "date", {}, {}, {}, {})
_NUMBER = Input("number", "decimal", {}, {}, {}, {}, decimals=12)


@dataclass(frozen=True, slots=True)
class Told:
    """One decision explained.

    Attributes:
        explained: the explanation; ``None`` where none can be given, and ``problem`` says why.
        problem: ``no_row``, ``no_date`` or ``no_version``; empty when all is well.
        recorded_version: the version that the journal says was applied, where it is another one
            than that in force on the day of the decision.
    """

    edition: RulesEdition
    rules: RuleSet
    day: date | None
    version: Version | None
    explained: Explained | None
    problem: Literal["", "no_row", "no_date", "no_version"] = ""
    recorded_version: str = ""


def tell(opened: Opened, *, language: str) -> Told:
    """Explain the decision that a right code opened."""
    edition = published(opened.journal.rules_slug)
    rules = rule_set(edition)
    declared, row = opened.journal.declaration, opened.row
    if row is None:
        return Told(edition, rules, None, None, None, "no_row")
    day = _day(row.get(declared.date))
    if day is None:
        return Told(edition, rules, None, None, None, "no_date")
    version = version_on(rules, day)
    if version is None:
        return Told(edition, rules, day, None, None, "no_version")
    columns = declared.input_columns(item.name for item in version.inputs)
    recorded = str(row.get(declared.rule_version) or "") if declared.rule_version else ""
    return Told(
        edition,
        rules,
        day,
        version,
        explained(
            rules,
            {name: row.get(column) for name, column in columns.items()},
            day=day,
            language=language,
            facts=facts_of(declared, row, edition.rules.system),
        ),
        recorded_version=recorded if recorded != version.id else "",
    )


def facts_of(journal: Journal, row: Mapping[str, Any], system: System | None) -> Facts:
    """Return what the journal says of a decision beside the data that the rules read."""
    decided_by = str(row.get(journal.decided_by.column) or "") if journal.decided_by else ""
    degree = declared_degree(system)
    return Facts(
        degree=degree,
        degree_from="" if degree == "unknown" else "declared",
        machine_value=_number(row.get(journal.machine_value)),
        machine_outcome=_text(row.get(journal.machine_outcome)),
        cutoff=_number(row.get(journal.machine_cutoff)),
        decision=_text(row.get(journal.decision)),
        decided_by=decided_by,
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
