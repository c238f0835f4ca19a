"""The published rules applied to one case, explained; nothing of it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clairevoie.charts import Datum, SignedChart, signed_chart
from clairevoie.explanation.explaining import NO_FACTS, explain
from clairevoie.explanation.html import html_fragment
from clairevoie.explanation.model import Explanation, Facts, Shares
from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.model import RuleSet

SHOWN_APART = ("fictitious", "short", "changes", "shares")
BARS = 15
"""How many contributions the chart shows; the table has them all."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One case explained.

    Attributes:
        chart: its contributions, ``None`` where none can be drawn.
        left_out: how many of them the chart leaves out.
        detail: the four elements of R. 311-3-1-2, as HTML.
    """

    explanation: Explanation
    chart: SignedChart | None
    left_out: int
    detail: SafeString


def explained(
    rules: RuleSet,
    case: Mapping[str, object],
    *,
    day: date,
    language: str,
    version: str | None = None,
    facts: Facts = NO_FACTS,
) -> Explained:
    """Evaluate one case and explain it in a language.

    Raises:
        RulesProblem: no version was in force on that day.
    """
    trace = evaluate(rules, case, day=day, version=version)
    found = explain(rules, trace, facts=facts, language=language)
    shown = [item for item in found.shares.items if item.value] if found.shares else []
    return Explained(
        found,
        _chart(found.shares, language) if found.shares and len(shown) > 1 else None,
        max(0, len(shown) - BARS),
        SafeString(html_fragment(found, level=3, prefix="detail", left_out=SHOWN_APART)),
    )


def _chart(shares: Shares, language: str) -> SignedChart:
    shown = [item for item in shares.items if item.value][:BARS]
    return signed_chart(
        "contributions",
        _("What each rule adds or takes"),
        [Datum(item.label, float(item.value), item.text) for item in shown],
        description=shares.text,
    )
