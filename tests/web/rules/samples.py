"""A small rule set, and how to publish it in a line."""

from pathlib import Path

from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.rules.models import RulesEdition
from clairevoie.web.rules.services.publishing import publish_rules

SLUG = "places"
RULES = (Path(__file__).parent / "places.yaml").read_text(encoding="utf-8")
CASE = {
    "enfants": "3",
    "situation": "seul",
    "quotient": "641,20",
    "naissance": "",
    "travaille": "true",
    "date-du-cas": "2025-03-01",
}
"""Answers as typed: 120 + 50 + 40 + 0 + 10 = 220 points, a place granted."""


def published(text: str = RULES) -> RulesEdition:
    """Publish rules as the command line does."""
    return publish_rules(actor=COMMAND, content=text.encode())
