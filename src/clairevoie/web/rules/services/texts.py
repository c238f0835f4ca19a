"""Texts of the rules as the page shows them, with the no-break spaces of French print."""

from __future__ import annotations

from clairevoie.explanation.speaking import typeset
from clairevoie.rules.model import Text, say


def shown(text: Text | None, language: str) -> str:
    """Return a text in the language of the page, "" without one."""
    return typeset(say(text, language), language) if text else ""
