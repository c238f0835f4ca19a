"""Read a published rule set: a YAML file, checked against the JSON Schema, then built."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from clairevoie.rules.building import NAME, Builder, code_of, text_of
from clairevoie.rules.kinds import KINDS
from clairevoie.rules.model import (
    Basis,
    Category,
    Input,
    Outcome,
    Publication,
    RuleSet,
    RulesProblem,
    Version,
)
from clairevoie.rules.source import Place, Source, file_text

MOST_MB = 64


def read_rules(given: Path | str | bytes, *, name: str = "") -> RuleSet:
    """Read a rule set.

    Args:
        given: path of a YAML file, or its bytes.
        name: how the file is called in sentences; the path's own name when left out.

    Raises:
        RulesProblem: with every problem found and its place.
    """
    from clairevoie.rules.schema import schema_problems

    text, content, name = file_text(given, name, most=MOST_MB, what="rule set")
    source = Source(text, name)
    refused = schema_problems(source.data)
    if refused:
        raise RulesProblem(*((source.where(place), sentence) for place, sentence in refused))
    reader = _Reader()
    rules = reader.rule_set(source.data)
    if reader.problems:
        raise RulesProblem(
            *((source.where(_path(place)), sentence) for place, sentence in reader.problems)
        )
    return replace(rules, digest=hashlib.sha256(content).hexdigest())


def _path(place: str) -> Place:
    return tuple(int(part) if part.isdigit() else part for part in place.split("."))


class _Reader:
    """Builds the parts that all kinds share; the kinds build their content with a `Builder`."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, str]] = []

    def rule_set(self, data: Mapping[str, Any]) -> RuleSet:
        start = Builder(inputs=(), outcomes=(), bases={})
        bases = {
            key: start.written_basis(raw, f"bases.{key}")
            for key, raw in (data.get("bases") or {}).items()
        }
        self.problems += start.problems
        outcomes = tuple(
            Outcome(
                value=code_of(raw["value"]),
                label=start.text(raw, "label", code_of(raw["value"])),
                favourable=raw.get("favourable"),
            )
            for raw in data.get("outcomes") or ()
        )
        self._twice([item.value for item in outcomes], "outcomes", "the outcome")
        common = self._inputs(data.get("inputs") or (), "inputs")
        versions = tuple(
            self._version(raw, f"versions.{index}", common, outcomes, bases)
            for index, raw in enumerate(data["versions"])
        )
        self._twice([item.id for item in versions], "versions", "the version")
        return RuleSet(
            id=code_of(data["id"]),
            title=text_of(data["title"]),
            purpose=text_of(data.get("purpose")),
            system=code_of(data.get("system") or ""),
            body=code_of(data.get("body") or ""),
            result=text_of(data.get("result")),
            unit=text_of(data.get("unit")),
            outcomes=outcomes,
            versions=self._in_order(versions),
            fictitious=bool(data.get("fictitious", False)),
            better=data.get("better", ""),
        )

    def _twice(self, names: Sequence[str], place: str, what: str) -> None:
        for index, item in enumerate(names):
            if item in names[:index]:
                self.problems.append(
                    (f"{place}.{index}", f"{what} '{item}' is there twice: keep one")
                )

    def _in_order(self, versions: tuple[Version, ...]) -> tuple[Version, ...]:
        ordered = tuple(sorted(versions, key=lambda item: item.start))
        for before, after in pairwise(ordered):
            if before.until is None or before.until >= after.start:
                self.problems.append(
                    (
                        f"versions.{versions.index(before)}",
                        f"the version '{before.id}' overlaps '{after.id}': end it with "
                        f"'until', before {after.start.isoformat()}",
                    )
                )
        return ordered

    def _inputs(self, raws: Sequence[Mapping[str, Any]], place: str) -> dict[str, Input]:
        found: dict[str, Input] = {}
        for index, raw in enumerate(raws):
            item = self._input(raw, f"{place}.{index}")
            if item.name in found:
                self.problems.append(
                    (f"{place}.{index}", f"the input '{item.name}' is there twice: keep one")
                )
            found[item.name] = item
        return found

    def _input(self, raw: Mapping[str, Any], place: str) -> Input:
        build = Builder(inputs=(), outcomes=(), bases={}, prefix=place)
        name, kind = code_of(raw["name"]), raw["type"]
        if NAME.fullmatch(name) is None:
            build.problem("name", f"'{name}' is not a name: small letters, digits and _ only")
        domain = raw.get("domain") or {}
        decimals = int(raw.get("decimals", 2)) if kind == "decimal" else 0
        label = build.text(raw, "label", name)
        item = Input(
            name=name,
            type=kind,
            label=label,
            question=text_of(raw["question"]) if raw.get("question") else label,
            help=text_of(raw.get("help")),
            unit=text_of(raw.get("unit")),
            minimum=_bound(build, domain, "min", kind),
            maximum=_bound(build, domain, "max", kind),
            decimals=decimals,
            categories=tuple(
                Category(
                    value=code_of(one["value"] if isinstance(one, Mapping) else one),
                    label=(
                        build.text(one, "label", code_of(one["value"]))
                        if isinstance(one, Mapping)
                        else text_of(one)
                    ),
                )
                for one in domain.get("values") or ()
            ),
            source=text_of(raw["source"]) if raw.get("source") else None,
            change=raw.get("change", "none"),
            protected=code_of(raw.get("protected") or ""),
            required=bool(raw.get("required", True)),
        )
        _check_domain(build, domain, item)
        if raw.get("default") is not None:
            item = replace(item, default=build.value(raw["default"], item, "default"))
            _check_default(build, item)
        self.problems += build.problems
        return item

    def _version(
        self,
        raw: Mapping[str, Any],
        place: str,
        common: Mapping[str, Input],
        outcomes: Sequence[Outcome],
        bases: Mapping[str, Basis],
    ) -> Version:
        inputs = {**common, **self._inputs(raw.get("inputs") or (), f"{place}.inputs")}
        kind = raw["kind"]
        build = Builder(
            inputs=tuple(inputs.values()),
            outcomes=outcomes,
            bases=bases,
            prefix=f"{place}.{kind}",
        )
        dates = Builder(inputs=(), outcomes=(), bases={}, prefix=place)
        start = dates.date(raw, "from", "") or date.min
        until = dates.date(raw, "until", "")
        if until is not None and until < start:
            dates.problem("until", "a version cannot end before it starts")
        publication = raw.get("publication")
        content = import_module(KINDS[kind]).build(raw[kind], build)
        found = Version(
            id=code_of(raw["id"]),
            start=start,
            until=until,
            kind=kind,
            content=content,
            inputs=tuple(inputs.values()),
            publication=None
            if publication is None
            else Publication(
                title=code_of(publication["title"]),
                url=code_of(publication.get("url") or ""),
                published=dates.date(publication, "published", "publication"),
            ),
            note=text_of(raw["note"]) if raw.get("note") else None,
        )
        self.problems += [*dates.problems, *build.problems]
        return found


def _bound(build: Builder, domain: Mapping[str, Any], key: str, kind: str) -> Decimal | date | None:
    if domain.get(key) is None or kind in {"boolean", "category"}:
        return None
    if kind == "date":
        return build.date(domain, key, "domain")
    return build.decimal(domain, key, "domain")


def _check_domain(build: Builder, domain: Mapping[str, Any], item: Input) -> None:
    if item.type == "category":
        values = [category.value for category in item.categories]
        if not values:
            build.problem("domain", f"the category '{item.name}' needs its 'values'")
        for index, value in enumerate(values):
            if value in values[:index]:
                build.problem(f"domain.values.{index}", f"'{value}' is there twice: keep one")
            if value in {"", "-", "missing"} or value.strip() != value:
                build.problem(
                    f"domain.values.{index}",
                    f"'{value}' means something else in a condition: take another name",
                )
    elif "values" in domain:
        build.problem("domain.values", f"'values' are for a category; '{item.name}' is {item.type}")
    if item.type in {"boolean", "category"} and ("min" in domain or "max" in domain):
        build.problem("domain", f"'min' and 'max' mean nothing for '{item.name}' ({item.type})")
    low, high = cast("Any", item.minimum), cast("Any", item.maximum)
    if low is not None and high is not None and low > high:
        build.problem("domain", "'min' is above 'max'")


def _check_default(build: Builder, item: Input) -> None:
    from clairevoie.rules.case import domain_problem

    if item.default is not None:
        problem = domain_problem(item, item.default)
        if problem is not None:
            build.problem("default", problem.sentence)
