"""Read a letter sheet: the YAML file in which an administration says who writes, to whom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from clairevoie.decisions.schema import schema_problems
from clairevoie.letters.engine import LetterProblem
from clairevoie.letters.from_explanation import Occasion
from clairevoie.letters.model import Administration, Agent, Recipient, Request
from clairevoie.obligations.limits import Distance
from clairevoie.rules.model import RulesProblem
from clairevoie.rules.source import Place, Source, file_text

FILE = "letter-1.0.schema.json"
MOST_MB = 1
_DAYS = (
    ("day",),
    ("received",),
    ("decision", "date"),
    ("decision", "notified"),
    ("request", "received"),
)
_DISTANCES = {
    "none": Distance.NONE,
    "overseas": Distance.OVERSEAS,
    "abroad": Distance.ABROAD,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was read; ``decided`` is ``None`` when it does not say when."""

    reference: str
    decided: date | None
    content: Mapping[str, Any]

    def occasion(self, decided: date) -> Occasion:
        """Return what the letter says beside the explanation of a decision of that day."""
        raw = self.content
        body, decision, request = raw["administration"], raw["decision"], raw.get("request")
        return Occasion(
            day=date.fromisoformat(raw["day"]),
            received=_day(raw.get("received")),
            place=raw.get("place", ""),
            letter_reference=raw.get("reference", ""),
            administration=Administration(**{**body, "address": tuple(body["address"])}),
            agent=Agent(**raw["agent"]),
            recipient=Recipient(
                **{**raw["recipient"], "address": tuple(raw["recipient"]["address"])}
            ),
            reference=self.reference,
            decided=decided,
            notified=_day(decision.get("notified")),
            subject=decision.get("subject", ""),
            decision=decision.get("text", ""),
            request=None
            if request is None
            else Request(date.fromisoformat(request["received"]), request.get("reference", "")),
            court=raw["court"],
            distance=_DISTANCES[raw.get("distance", "none")],
            rules_url=raw.get("rules_url", ""),
        )


def letter_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a letter sheet."""
    text = files(__package__).joinpath("schemas", FILE).read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def read_sheet(path: Path) -> Sheet:
    """Read a letter sheet.

    Raises:
        LetterProblem: every problem found, a line each: file, line, path in the file, what to do.
    """
    try:
        text, _, name = file_text(path, "", most=MOST_MB, what="letter sheet")
        source = Source(text, name)
    except RulesProblem as problem:
        raise LetterProblem(str(problem)) from None
    refused = schema_problems(source.data, letter_schema()) or _impossible_days(source.data)
    if refused:
        lines = [f"{source.where(place)}: {sentence}" for place, sentence in refused]
        raise LetterProblem("\n".join(lines))
    decision = source.data["decision"]
    return Sheet(decision["reference"], _day(decision.get("date")), source.data)


def _impossible_days(raw: Mapping[str, Any]) -> list[tuple[Place, str]]:
    found: list[tuple[Place, str]] = []
    for place in _DAYS:
        value: Any = raw
        for part in place:
            value = (value or {}).get(part)
        try:
            _day(value)
        except ValueError:
            found.append((place, f"'{value}' is not a day of the calendar: correct it"))
    return found


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
