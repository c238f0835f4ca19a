"""Rule sets and helpers that several tests of explanations use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from clairevoie.explanation.grids import Grid
from clairevoie.explanation.model import Explanation
from clairevoie.rules.model import RuleSet
from clairevoie.rules.reading import read_rules
from tests.rules.generators import as_text

DAY = date(2025, 6, 1)


def read(data: dict[str, Any]) -> RuleSet:
    """Read plain data as a rule set."""
    return read_rules(as_text(data).encode(), name="rules")


def open_to_change(rules: RuleSet, means: Any = "change") -> RuleSet:
    """The same rules, of which the person can change or contest every input."""
    versions = tuple(
        replace(version, inputs=tuple(replace(item, change=means) for item in version.inputs))
        for version in rules.versions
    )
    return replace(rules, versions=versions)


def rule_set(kind: str, content: dict[str, Any], inputs: list[dict[str, Any]]) -> dict[str, Any]:
    """Plain data of a rule set in French and English."""
    return {
        "clairevoie": "rules-1.0",
        "id": "exemple",
        "title": {"fr": "Exemple", "en": "Example"},
        "purpose": {"fr": "Montrer un exemple.", "en": "Show an example."},
        "body": "Ville d’exemple",
        "result": {"fr": "nombre de points", "en": "number of points"},
        "unit": {"fr": "points", "en": "points"},
        "outcomes": [
            {
                "value": "refuse",
                "label": {"fr": "place refusée", "en": "place refused"},
                "favourable": False,
            },
            {
                "value": "admis",
                "label": {"fr": "place attribuée", "en": "place granted"},
                "favourable": True,
            },
        ],
        "inputs": inputs,
        "versions": [{"id": "v1", "from": "2025-01-01", "kind": kind, kind: content}],
    }


ENFANTS: dict[str, Any] = {
    "name": "enfants",
    "type": "integer",
    "label": {"fr": "Enfants à charge", "en": "Dependent children"},
    "unit": {"fr": "enfants", "en": "children"},
    "domain": {"min": 0, "max": 15},
    "source": {"fr": "Déclaration de la famille", "en": "Declaration of the family"},
    "change": "contest",
}
QUOTIENT: dict[str, Any] = {
    "name": "quotient",
    "type": "decimal",
    "decimals": 2,
    "label": {"fr": "Quotient familial", "en": "Family quotient"},
    "unit": "€",
    "domain": {"min": 0, "max": 20000},
    "source": "CAF",
    "change": "contest",
}
SITUATION: dict[str, Any] = {
    "name": "situation",
    "type": "category",
    "label": {"fr": "Situation", "en": "Situation"},
    "domain": {
        "values": [
            {"value": "seul", "label": {"fr": "parent seul", "en": "single parent"}},
            {"value": "couple", "label": {"fr": "en couple", "en": "in a couple"}},
        ]
    },
    "change": "contest",
}
HABITE: dict[str, Any] = {
    "name": "habite",
    "type": "boolean",
    "label": {"fr": "Habite la commune", "en": "Lives in the town"},
    "change": "change",
}

TARIFF: dict[str, Any] = rule_set(
    "table",
    {
        "tables": [
            {
                "id": "tarif",
                "label": {"fr": "Tarif", "en": "Price"},
                "hit": "first",
                "outputs": [
                    {
                        "name": "tarif",
                        "label": {"fr": "Prix du repas", "en": "Price of the meal"},
                        "type": "decimal",
                        "decimals": 2,
                        "unit": "€",
                    }
                ],
                "rows": [
                    {
                        "id": "r1",
                        "when": {"quotient": "< 500", "situation": "seul"},
                        "then": {"tarif": Decimal("0.80")},
                        "basis": {"article": "Délibération 12, art. 1", "effect": "2025-01-01"},
                    },
                    {
                        "id": "r2",
                        "when": {"quotient": "[500..942)"},
                        "then": {"tarif": Decimal("1.60")},
                    },
                ],
                "default": {"tarif": 5},
            }
        ],
        "result": "tarif",
    },
    [QUOTIENT, SITUATION],
) | {"unit": "€", "result": {"fr": "prix du repas", "en": "price of the meal"}}

SCALE: dict[str, Any] = rule_set(
    "points",
    {
        "criteria": [
            {
                "id": "enfants",
                "label": {"fr": "Enfants", "en": "Children"},
                "input": "enfants",
                "per": 40,
                "cap": 100,
                "basis": {"article": "Délibération 12, art. 3", "url": "https://example.org/3"},
            },
            {
                "id": "qf",
                "label": {"fr": "Quotient", "en": "Quotient"},
                "input": "quotient",
                "bands": [{"in": "< 500", "points": 60}, {"in": "[500..942)", "points": 40}],
            },
            {
                "id": "situation",
                "label": {"fr": "Situation", "en": "Situation"},
                "input": "situation",
                "values": {"seul": 50, "couple": 0},
            },
            {
                "id": "commune",
                "label": {"fr": "Résidence", "en": "Residence"},
                "when": "habite",
                "points": 20,
            },
        ],
        "thresholds": [{"outcome": "refuse"}, {"outcome": "admis", "from": 200}],
    },
    [ENFANTS, QUOTIENT, SITUATION, HABITE],
)


def texts_of(explanation: Explanation) -> list[str]:
    """All sentences that an explanation holds."""
    found = [one.text for one in explanation.short]
    found += [explanation.participation.text, explanation.changes.text]
    found += [one.text for one in explanation.changes.alternatives]
    found += [one.text for one in explanation.operations]
    found += [line for one in explanation.not_applied for line in one.conditions]
    found += [one.text for one in explanation.parameters]
    found += list(explanation.reasons.facts)
    if explanation.shares is not None:
        found.append(explanation.shares.text)
    return [text for text in found if text]


def within(region: Any, grid: Grid, place: int) -> bool:
    """Whether a value of a grid is in a region of an explanation."""
    value: Any = grid.value(place)
    if region.values:
        return value in region.values
    return (region.low is None or value >= region.low) and (
        region.high is None or value <= region.high
    )
