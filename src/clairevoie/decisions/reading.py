"""Read the declaration of a journal: a YAML file, checked against its JSON Schema."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from clairevoie.decisions.model import Data, Group, Journal, JournalProblem, Someone
from clairevoie.decisions.schema import schema_problems
from clairevoie.rules.building import text_of
from clairevoie.rules.model import RulesProblem
from clairevoie.rules.source import Place, Source, file_text

MOST_MB = 1
KINDS = ("parquet", "csv", "table")


def read_journal(given: Path | str | bytes, *, name: str = "") -> Journal:
    """Read the declaration of a journal.

    Args:
        given: path of a YAML file, or its bytes.
        name: how the file is called in sentences; the path's own name when left out.

    Raises:
        JournalProblem: with every problem found and its place.
    """
    try:
        text, content, name = file_text(given, name, most=MOST_MB, what="declaration")
        source = Source(text, name)
    except RulesProblem as error:
        raise JournalProblem(*zip(error.places, error.sentences, strict=True)) from None
    refused = schema_problems(source.data) or _meaning_problems(source.data)
    if refused:
        raise JournalProblem(*((source.where(place), sentence) for place, sentence in refused))
    return _built(source.data, hashlib.sha256(content).hexdigest())


def _meaning_problems(raw: Mapping[str, Any]) -> list[tuple[Place, str]]:
    found: list[tuple[Place, str]] = []
    kinds = [kind for kind in KINDS if kind in raw["data"]]
    if len(kinds) != 1:
        found.append((("data",), "give one of 'parquet', 'csv' and 'table', and only one"))
    for name, group in (raw["columns"].get("groups") or {}).items():
        bands = group.get("bands", ())
        if any(low >= high for low, high in pairwise(bands)):
            place = ("columns", "groups", name, "bands")
            found.append((place, "the bands do not rise: write each once, the lowest first"))
    return found


def _built(raw: Mapping[str, Any], digest: str) -> Journal:
    columns = raw["columns"]
    inputs, machine = columns["inputs"], columns.get("machine", {})
    return Journal(
        id=raw["id"],
        title=text_of(raw["title"]),
        rules=raw["rules"],
        data=_data(raw["data"]),
        identifier=columns["identifier"],
        date=columns["date"],
        inputs={} if inputs == "same" else dict(inputs),
        same_names=inputs == "same",
        machine_value=machine.get("value", ""),
        machine_outcome=machine.get("outcome", ""),
        machine_cutoff=machine.get("cutoff", ""),
        decision=columns.get("decision", ""),
        person=_someone(columns.get("person")),
        decided_by=_someone(columns.get("decided_by")),
        decided_on=columns.get("decided_on", ""),
        received_on=columns.get("received_on", ""),
        outcome=columns.get("outcome", ""),
        groups=tuple(_group(name, item) for name, item in columns.get("groups", {}).items()),
        rule_version=columns.get("rule_version", ""),
        weight=columns.get("weight", ""),
        digest=digest,
    )


def _data(raw: Mapping[str, Any]) -> Data:
    kind = next(kind for kind in KINDS if kind in raw)
    if kind == "table":
        return Data(kind="table", table=raw["table"], url=raw.get("url", ""))
    if kind == "parquet":
        return Data(kind="parquet", path=raw["parquet"])
    return Data(
        kind="csv",
        path=raw["csv"],
        delimiter=raw.get("delimiter", ","),
        encoding=raw.get("encoding", "utf-8"),
    )


def _someone(raw: Any) -> Someone | None:
    if raw is None:
        return None
    if isinstance(raw, str):
        return Someone(raw)
    return Someone(raw["column"], raw.get("pseudonym", True))


def _group(name: str, raw: Mapping[str, Any]) -> Group:
    bands = tuple(Decimal(item) for item in raw.get("bands", ()))
    return Group(name=name, column=raw["column"], label=text_of(raw["label"]), bands=bands)
