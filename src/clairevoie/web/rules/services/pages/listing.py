"""The list of published rules: one line each, from what was summed up when they were published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clairevoie.web.rules.models import RulesEdition
from clairevoie.web.rules.services.pages.rule_set import kind_in_words, period_in_words
from clairevoie.web.rules.services.reading import rules_of_system
from clairevoie.web.rules.services.texts import shown


@dataclass(frozen=True, slots=True)
class RulesLine:
    """A rule set in a list."""

    title: str
    purpose: str
    body: str
    kind: str
    period: str
    versions: int
    fictitious: bool
    url: str
    simulate_url: str


def system_rules(system_id: int, today: date, language: str) -> tuple[RulesLine, ...]:
    """Return the published rules of a system of the register; one query."""
    return tuple(rules_line(each, today, language) for each in rules_of_system(system_id))


def rules_line(edition: RulesEdition, today: date, language: str) -> RulesLine:
    """Return the line of a rule set; its file is not read."""
    summary: dict[str, Any] = edition.summary
    entry = edition.rules
    versions = summary["versions"]
    current = next((each for each in reversed(versions) if _covers(each, today)), None)
    latest = current or versions[-1]
    start, until = _dates(latest)
    period = period_in_words(start, until, language)
    return RulesLine(
        title=shown(summary["title"], language),
        purpose=shown(summary["purpose"], language),
        body=entry.body.name if entry.body else str(summary["body"]),
        kind=kind_in_words(latest["kind"]),
        period=period if current else _("no longer in force"),
        versions=len(versions),
        fictitious=bool(summary["fictitious"]),
        url=reverse("rules:rule_set", args=[entry.slug]),
        simulate_url=reverse("rules:simulate", args=[entry.slug]),
    )


def _dates(version: dict[str, Any]) -> tuple[date, date | None]:
    until = version["until"]
    return date.fromisoformat(version["from"]), date.fromisoformat(until) if until else None


def _covers(version: dict[str, Any], day: date) -> bool:
    start, until = _dates(version)
    return start <= day and (until is None or day <= until)
