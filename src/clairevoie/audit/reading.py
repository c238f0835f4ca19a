"""Read the plan of an audit: a YAML file, checked against its JSON Schema, then for its meaning."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from clairevoie.audit.grounds import ground_of, near
from clairevoie.audit.limits import limit_of
from clairevoie.audit.model import (
    Amount,
    Attribute,
    Delay,
    Filter,
    Flip,
    Move,
    Outcome,
    Plan,
    PlanProblem,
    Score,
    Step,
    Truth,
    When,
)
from clairevoie.decisions.schema import schema_problems
from clairevoie.rules.building import code_of, date_of, text_of
from clairevoie.rules.model import RulesProblem
from clairevoie.rules.source import Place, Source, file_text

MOST_MB = 1
SCHEMA = "plan-1.0.schema.json"

Found = Iterator[tuple[Place, str]]


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a plan."""
    text = files("clairevoie.audit").joinpath("schemas", SCHEMA).read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def read_plan(given: Path | str | bytes, *, name: str = "") -> Plan:
    """Read a plan.

    Args:
        given: path of a YAML file, or its bytes.
        name: how the file is called in sentences; the path's own name when left out.

    Raises:
        PlanProblem: with every problem found and its place.
    """
    try:
        text, content, name = file_text(given, name, most=MOST_MB, what="plan")
        source = Source(text, name)
    except RulesProblem as error:
        raise PlanProblem(*zip(error.places, error.sentences, strict=True)) from None
    refused = schema_problems(source.data, plan_schema()) or list(_meaning_problems(source.data))
    if refused:
        raise PlanProblem(*((source.where(place), sentence) for place, sentence in refused))
    return _built(source.data, hashlib.sha256(content).hexdigest())


# --- what the schema cannot say -------------------------------------------------------------------


def _meaning_problems(raw: Mapping[str, Any]) -> Found:
    yield from _named_once(raw)
    yield from _band_problems(raw)
    yield from _ground_problems(raw)
    yield from _day_problems(raw, ())
    yield from _bound_problems(raw, ())
    names = {item["name"] for item in raw["groups"]}
    for index, crossed in enumerate(raw.get("intersections", ())):
        for name in crossed:
            if name not in names:
                yield ("intersections", index), f"'{name}' is none of the groups of the plan"
    for index, item in enumerate(raw.get("delays", ())):
        try:
            limit_of(item.get("limit", 0))
        except ValueError as error:
            yield ("delays", index, "limit"), str(error)
    yield from _truth_problems(raw)
    yield from _flip_problems(raw)
    if raw.get("compare") == "reference":
        for index, item in enumerate(raw["groups"]):
            if "reference" not in item:
                place = ("groups", index)
                yield place, "say which value is the reference, or compare with 'rest'"
    measured = ("outcomes", "truth", "score", "delays", "amounts", "chain", "flips", "decompose")
    if not any(raw.get(key) for key in measured):
        yield (), f"nothing is measured: give one of {', '.join(measured)}"


def _named_once(raw: Mapping[str, Any]) -> Found:
    for kinds in (
        ("groups", "conditions"),
        ("outcomes",),
        ("delays", "amounts"),
        ("chain",),
        ("flips",),
    ):
        seen: set[str] = set()
        for kind in kinds:
            for index, item in enumerate(raw.get(kind, ())):
                if item["name"] in seen:
                    yield (kind, index, "name"), f"'{item['name']}' is used twice: choose another"
                seen.add(item["name"])


def _band_problems(raw: Mapping[str, Any]) -> Found:
    for kind in ("groups", "conditions"):
        for index, item in enumerate(raw.get(kind, ())):
            if _falls(item.get("bands", ())):
                place = (kind, index, "bands")
                yield place, "the bands do not rise: write each once, the lowest first"
    if _falls(raw.get("score", {}).get("thresholds", ())):
        yield ("score", "thresholds"), "the thresholds do not rise: write each once"


def _ground_problems(raw: Mapping[str, Any]) -> Found:
    for kind in ("groups", "conditions"):
        for index, item in enumerate(raw.get(kind, ())):
            word = item.get("ground")
            if word is not None and ground_of(word) is None:
                names = ", ".join(f"'{name}'" for name in near(word))
                said = (
                    f"'{word}' is no ground of article 1 of loi n° 2008-496: write one of {names}"
                )
                yield (kind, index, "ground"), said


def _falls(numbers: Sequence[Any]) -> bool:
    return any(low >= high for low, high in pairwise(numbers))


def _day_problems(raw: Any, place: Place) -> Found:
    days = {"written", "observed"} | ({"from", "until"} if place == ("period",) else set())
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            if key in days and isinstance(value, str):
                try:
                    date_of(value)
                except ValueError:
                    yield (*place, key), "is no day of the calendar: write it 2025-01-31"
            else:
                yield from _day_problems(value, (*place, key))
        if place == ("period",) and {"from", "until"} <= set(raw) and raw["from"] > raw["until"]:
            yield place, "ends before it begins"
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from _day_problems(value, (*place, index))


def _bound_problems(raw: Any, place: Place) -> Found:
    """A bound of a condition is a number, or a day: nothing else has an order."""
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            if key in {"from", "under"} and isinstance(value, str) and {"column", "input"} & {*raw}:
                try:
                    date_of(value)
                except ValueError:
                    said = f"'{value}' is no bound: write a number, or a day as in 2025-01-31"
                    yield (*place, key), said
            else:
                yield from _bound_problems(value, (*place, key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from _bound_problems(value, (*place, index))


def _truth_problems(raw: Mapping[str, Any]) -> Found:
    truth = raw.get("truth")
    if truth is None:
        return
    names = [item["name"] for item in raw.get("outcomes", ())]
    if truth["predicted"] not in names:
        yield ("truth", "predicted"), f"'{truth['predicted']}' is none of the outcomes"


def _flip_problems(raw: Mapping[str, Any]) -> Found:
    for index, item in enumerate(raw.get("flips", ())):
        place: Place = ("flips", index)
        if ("set" in item) == ("swap" in item):
            yield place, "give one of 'set' (inputs and their new values) and 'swap' (two values)"
        if "swap" in item and len({code_of(one) for one in item["swap"]["values"]}) < 2:
            yield (*place, "swap", "values"), "changes nothing: give two different values"
        seen: set[str] = set()
        for step, move in enumerate(item.get("set", ())):
            at = (*place, "set", step)
            if ("to" in move) == ("given" in move):
                yield at, "give one of 'to' (the new value) and 'given: false' (no value)"
            if "to" in move and code_of(move["to"]) in map(code_of, move.get("from", ())):
                said = f"'{code_of(move['to'])}' to itself changes nothing: take it out of 'from'"
                yield (*at, "from"), said
            if move["input"] in seen:
                yield (*at, "input"), f"'{move['input']}' is changed twice: keep one"
            seen.add(move["input"])


# --- from plain values ----------------------------------------------------------------------------


def _built(raw: Mapping[str, Any], digest: str) -> Plan:
    period, secrecy = raw.get("period", {}), raw.get("secrecy", {})
    draws = raw.get("draws", {})
    return Plan(
        id=raw["id"],
        title=text_of(raw["title"]),
        question=text_of(raw["question"]),
        journal=raw["journal"],
        written=date_of(raw["written"]),
        since=_day(period.get("from")),
        until=_day(period.get("until")),
        groups=tuple(_attribute(item) for item in raw["groups"]),
        intersections=tuple(tuple(item) for item in raw.get("intersections", ())),
        compare=raw.get("compare", "rest"),
        conditions=tuple(_attribute(item) for item in raw.get("conditions", ())),
        outcomes=tuple(_outcome(item) for item in raw.get("outcomes", ())),
        truth=_truth(raw.get("truth")),
        score=_score(raw.get("score")),
        delays=tuple(_delay(item) for item in raw.get("delays", ())),
        amounts=tuple(
            Amount(item["name"], text_of(item["label"]), item["column"], text_of(item["unit"]))
            for item in raw.get("amounts", ())
        ),
        chain=tuple(
            Step(
                item["name"],
                text_of(item["label"]),
                _when(item.get("when", ())),
                item.get("by", ""),
            )
            for item in raw.get("chain", ())
        ),
        unit=raw.get("unit", "decision"),
        weights=raw.get("weights", False),
        delta=Decimal(raw.get("delta", "0.02")),
        level=Decimal(raw.get("level", "0.95")),
        correction=raw.get("correction", "holm"),
        secrecy=secrecy.get("preset", "persons"),
        least=secrecy.get("least", 3 if secrecy.get("preset") == "business" else 11),
        flips=tuple(_flip(item) for item in raw.get("flips", ())),
        impossible=tuple(_when(item, "input") for item in raw.get("impossible", ())),
        decompose=raw.get("decompose", False),
        draws=draws.get("number", 2000),
        seed=draws.get("seed", 1),
        digest=digest,
    )


def _day(raw: Any) -> date | None:
    return None if raw is None else date_of(raw)


def _attribute(raw: Mapping[str, Any]) -> Attribute:
    labels, ground = raw.get("labels"), ground_of(raw.get("ground", ""))
    return Attribute(
        name=raw["name"],
        column=raw["column"],
        label=text_of(raw["label"]),
        bands=tuple(Decimal(item) for item in raw.get("bands", ())),
        labels=None if labels is None else {key: text_of(one) for key, one in labels.items()},
        ground="" if ground is None else ground.french,
        reference=code_of(raw["reference"]) if "reference" in raw else "",
    )


def _flip(raw: Mapping[str, Any]) -> Flip:
    swap, label = raw.get("swap"), text_of(raw["label"])
    if swap is not None:
        one, other = (code_of(value) for value in swap["values"])
        there, back = Move(swap["input"], other, (one,)), Move(swap["input"], one, (other,))
        return Flip(raw["name"], label, ((there,), (back,)))
    moves = tuple(
        Move(
            input=item["input"],
            to=code_of(item["to"]) if "to" in item else None,
            source=tuple(code_of(one) for one in item.get("from", ())),
        )
        for item in raw["set"]
    )
    return Flip(raw["name"], label, (moves,))


def _when(raw: Sequence[Mapping[str, Any]], named: str = "column") -> When:
    return tuple(
        Filter(
            column=item[named],
            values=tuple(code_of(one) for one in item.get("is", ())),
            low=_bound(item.get("from")),
            high=_bound(item.get("under")),
            given=item.get("given"),
        )
        for item in raw
    )


def _bound(raw: Any) -> Decimal | date | None:
    if raw is None:
        return None
    return date_of(raw) if isinstance(raw, str) else Decimal(raw)


def _outcome(raw: Mapping[str, Any]) -> Outcome:
    return Outcome(
        name=raw["name"],
        label=text_of(raw["label"]),
        when=_when(raw["when"]),
        among=_when(raw.get("among", ())),
        adverse=raw.get("adverse"),
    )


def _truth(raw: Mapping[str, Any] | None) -> Truth | None:
    if raw is None:
        return None
    return Truth(
        label=text_of(raw["label"]),
        when=_when(raw["when"]),
        known=_when(raw["known"]),
        predicted=raw["predicted"],
        random=_when(raw.get("random", ())),
    )


def _score(raw: Mapping[str, Any] | None) -> Score | None:
    if raw is None:
        return None
    return Score(
        column=raw["column"],
        label=text_of(raw["label"]),
        thresholds=tuple(Decimal(item) for item in raw.get("thresholds", ())),
        in_force=Decimal(raw["in_force"]) if "in_force" in raw else None,
        higher_is=raw.get("higher_is", ""),
    )


def _delay(raw: Mapping[str, Any]) -> Delay:
    return Delay(
        name=raw["name"],
        label=text_of(raw["label"]),
        since=raw["from"],
        until=raw["until"],
        observed=date_of(raw["observed"]),
        limit=limit_of(raw["limit"]) if "limit" in raw else None,
    )
