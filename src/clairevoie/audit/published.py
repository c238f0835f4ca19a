"""A result that was published, as what it was made from: its plan, and the figures that it shows.

It is what a later audit of the same journal is held against (`audit.differencing`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from clairevoie.audit.containment import ROWS
from clairevoie.audit.differencing import Earlier
from clairevoie.audit.figures import Figure
from clairevoie.audit.limits import limit_of
from clairevoie.audit.measures import every_measure
from clairevoie.audit.model import (
    Amount,
    Attribute,
    Delay,
    Filter,
    Flip,
    Move,
    Outcome,
    Plan,
    Score,
    Step,
    Truth,
    When,
)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def earlier_of(form: Mapping[str, Any], digest: str = "") -> Earlier:
    """Return a public result as an earlier audit (`clairevoie.audit.publishing.hidden_of`).

    Args:
        form: a result that `clairevoie.audit.receiving.read_result` accepts.
        digest: SHA-256 of its file.
    """
    plan = plan_of(form["plan"])
    return Earlier(plan, figures_of(plan, form), digest, _levels(form))


def _levels(form: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Return the levels of each group that stand in tables, hidden or not."""
    found: dict[str, frozenset[str]] = {}
    for table in form["tables"]:
        for place, name in enumerate(table["cut"]):
            keys = frozenset(line["key"][place] for line in table["lines"])
            found[name] = found.get(name, frozenset()) | keys
    return found


def figures_of(plan: Plan, form: Mapping[str, Any]) -> dict[Figure, float]:
    """Return the sums that the tables of a result show.

    Measures whose count is no sum (``said`` less ``both``) are left out: the others of the truth
    show what they are made of.
    """
    terms = {one.name: (one.count, one.of) for one in every_measure(plan)}
    found: dict[Figure, float] = {}
    if form["rows"] is not None:
        found[Figure((), (), ROWS)] = float(form["rows"])
    for table in form["tables"]:
        for cut, line in (
            ((), {**table["total"], "key": ()}),
            *((tuple(table["cut"]), line) for line in table["lines"]),
        ):
            for sums, value in zip(
                terms[table["measure"]], (line["count"], line["of"]), strict=True
            ):
                if len(sums) == 1 and value is not None:
                    found[Figure(cut, tuple(line["key"]), sums[0][0])] = float(value)
    return found


# --- the plan -------------------------------------------------------------------------------------


def plan_of(raw: Mapping[str, Any]) -> Plan:
    """Return the plan of a result, from its plain form.

    Args:
        raw: ``form["plan"]``; its levels are of the journal, and left out.

    Raises:
        ValueError: a day is none of the calendar.
    """
    return Plan(
        id=raw["id"],
        title=raw["title"],
        question=raw["question"],
        journal=raw["journal"],
        written=date.fromisoformat(raw["written"]),
        groups=tuple(_attribute(item) for item in raw["groups"]),
        outcomes=tuple(
            Outcome(
                item["name"],
                item["label"],
                _when(item["when"]),
                _when(item["among"]),
                item["adverse"],
            )
            for item in raw["outcomes"]
        ),
        since=_day(raw["since"]),
        until=_day(raw["until"]),
        truth=_truth(raw["truth"]),
        score=_score(raw["score"]),
        delays=tuple(
            Delay(
                item["name"],
                item["label"],
                item["since"],
                item["until"],
                date.fromisoformat(item["observed"]),
                None if item["limit"] is None else limit_of(item["limit"]),
            )
            for item in raw["delays"]
        ),
        amounts=tuple(
            Amount(item["name"], item["label"], item["column"], item["unit"])
            for item in raw["amounts"]
        ),
        chain=tuple(
            Step(item["name"], item["label"], _when(item["when"]), item["by"])
            for item in raw["chain"]
        ),
        intersections=tuple(tuple(item) for item in raw["intersections"]),
        compare=raw["compare"],
        conditions=tuple(_attribute(item) for item in raw["conditions"]),
        unit=raw["unit"],
        weights=raw["weights"],
        delta=Decimal(raw["delta"]),
        level=Decimal(raw["level"]),
        correction=raw["correction"],
        secrecy=raw["secrecy"],
        least=raw["least"],
        flips=tuple(_flip(item) for item in raw["flips"]),
        impossible=tuple(_when(item) for item in raw["impossible"]),
        decompose=raw["decompose"],
        draws=raw["draws"],
        seed=raw["seed"],
        digest=raw["digest"],
    )


def _day(raw: str | None) -> date | None:
    return None if raw is None else date.fromisoformat(raw)


def _attribute(raw: Mapping[str, Any]) -> Attribute:
    return Attribute(
        name=raw["name"],
        column=raw["column"],
        label=raw["label"],
        bands=tuple(Decimal(item) for item in raw["bands"]),
        labels=raw["labels"],
        ground=raw["ground"],
        reference=raw["reference"],
    )


def _when(raw: Sequence[Mapping[str, Any]]) -> When:
    return tuple(
        Filter(
            item["column"],
            tuple(item["values"]),
            _bound(item["low"]),
            _bound(item["high"]),
            item["given"],
        )
        for item in raw
    )


def _bound(raw: str | None) -> Decimal | date | None:
    if raw is None:
        return None
    return date.fromisoformat(raw) if _DAY.fullmatch(raw) else Decimal(raw)


def _truth(raw: Mapping[str, Any] | None) -> Truth | None:
    if raw is None:
        return None
    return Truth(
        raw["label"],
        _when(raw["when"]),
        _when(raw["known"]),
        raw["predicted"],
        _when(raw["random"]),
    )


def _score(raw: Mapping[str, Any] | None) -> Score | None:
    if raw is None:
        return None
    return Score(
        raw["column"],
        raw["label"],
        tuple(Decimal(item) for item in raw["thresholds"]),
        None if raw["in_force"] is None else Decimal(raw["in_force"]),
        raw["higher_is"],
    )


def _flip(raw: Mapping[str, Any]) -> Flip:
    return Flip(
        raw["name"],
        raw["label"],
        tuple(
            tuple(Move(move["input"], move["to"], tuple(move["source"])) for move in way)
            for way in raw["ways"]
        ),
    )
