"""A row of a journal, explained by the published rules in force on its date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from clairevoie.letters.from_journal import (
    case_of_row,
    day_of_row,
    facts_of_row,
    version_of_row,
)
from clairevoie.rules.model import RuleSet, Version
from clairevoie.web.explanation.services.asking import Opened
from clairevoie.web.rules.models import RulesEdition
from clairevoie.web.rules.services.degree import declared_degree
from clairevoie.web.rules.services.reading import published, rule_set
from clairevoie.web.rules.services.simulating import Explained, explained
from clairevoie.web.rules.services.versions import version_on


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
    day = day_of_row(declared, row)
    if day is None:
        return Told(edition, rules, None, None, None, "no_date")
    version = version_on(rules, day)
    if version is None:
        return Told(edition, rules, day, None, None, "no_version")
    recorded = version_of_row(declared, row)
    return Told(
        edition,
        rules,
        day,
        version,
        explained(
            rules,
            case_of_row(declared, row, version),
            day=day,
            language=language,
            facts=facts_of_row(declared, row, degree=declared_degree(edition.rules.system)),
        ),
        recorded_version=recorded if recorded != version.id else "",
    )
