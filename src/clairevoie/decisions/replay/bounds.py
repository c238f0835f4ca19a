"""Thresholds and bounds of intervals that the gaps show elsewhere than where they are published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.decisions.replay.cases import Edit
from clairevoie.decisions.replay.comparing import ABSENT, Floats, Mask
from clairevoie.decisions.replay.edges import Edge, edges
from clairevoie.decisions.replay.search import Candidate, Rewrite, Search, rewriting
from clairevoie.decisions.replay.sweeps import best_cut, best_run, plainest_between, unpadded
from clairevoie.decisions.replay.wording import LANGUAGES, number_words
from clairevoie.rules.anchors import anchor_of
from clairevoie.rules.model import Number, Text, Threshold, Version, say
from clairevoie.rules.outcomes import outcome_code

QUANTILES = (0.0, 0.02, 0.1, 0.3)
FAR = Decimal(10) ** 9


def cuts(
    search: Search, key: Floats, gain: Floats, region: Mask, *, below: bool
) -> list[tuple[float, float]]:
    """Return where a bound would pay best, over all days and over the days that suit it.

    Args:
        search: the sample.
        key: what is compared with the bound, of shape (n,).
        gain: what each row counts for if the bound passes over it, of shape (n,).
        region: the rows that the bound may pass over.
        below: whether the bound rises over them, from the lowest, else comes down from the highest.

    Returns:
        For each, the last key passed over and the next one.
    """
    days = search.cases.days
    rows = np.flatnonzero(region & np.isfinite(key))
    good = rows[gain[rows] > 0]
    if search.weight[good].sum() < search.need:
        return []
    found = {_cut(key, gain, rows, below=below)}
    for quantile in QUANTILES:
        end = np.quantile(key[good], 1 - quantile if below else quantile)
        passed = rows[key[rows] <= end] if below else rows[key[rows] >= end]
        _, first, last = best_run(days[passed], gain[passed])
        if first is not None:
            held = rows[(days[rows] >= first) & (days[rows] <= last)]
            found.add(_cut(key, gain, held, below=below))
    return [(inside, outside) for inside, outside in found if not np.isnan(inside)]


def _cut(key: Floats, gain: Floats, rows: NDArray[np.intp], *, below: bool) -> tuple[float, float]:
    total, inside, outside = best_cut(key[rows], gain[rows], below=below)
    return (inside, outside) if total > 0 else (np.nan, np.nan)


def _between(inside: float, outside: float, *, below: bool, end: float) -> list[Decimal]:
    """The plainest place for a bound that passes over ``inside`` and not over ``outside``."""
    if below:
        top = outside if np.isfinite(outside) else end
        return [plainest_between(inside, top)]
    bottom = outside if np.isfinite(outside) else end
    return [plainest_between(bottom, inside)]


# --- thresholds -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Moved:
    """Rewrites the minimum of one threshold."""

    outcome: str
    minimum: Decimal

    def __call__(self, version: Version) -> Version:
        content = version.content
        floating = any(isinstance(item.minimum, float) for item in content.thresholds)
        minimum: Number = float(self.minimum) if floating else self.minimum
        moved = tuple(
            replace(item, minimum=minimum) if item.outcome == self.outcome else item
            for item in content.thresholds
        )
        return replace(version, content=replace(content, thresholds=moved))


def thresholds(search: Search) -> Iterator[Candidate]:
    """Give the thresholds that the answers show elsewhere."""
    grouped: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index in search.cases.rows:
        for item in search.rules.versions[index].content.thresholds[1:]:
            grouped[item.outcome, str(item.minimum)].append(index)
    for (outcome, _), versions in grouped.items():
        for below in (False, True):
            for inside, outside in _threshold_cuts(search, outcome, versions, below=below):
                yield from search.candidates(
                    _threshold_edit(search, outcome, versions, inside, outside, below=below)
                )


def _neighbours(version: Version, outcome: str) -> tuple[Threshold, Threshold, Threshold | None]:
    given = version.content.thresholds
    place = next(index for index, item in enumerate(given) if item.outcome == outcome)
    return given[place - 1], given[place], given[place + 1] if place + 1 < len(given) else None


def _threshold_cuts(
    search: Search, outcome: str, versions: list[int], *, below: bool
) -> list[tuple[float, float]]:
    cases = search.cases
    key = np.where(search.numbers, cases.machine, search.given.value)
    gain, region = np.zeros(cases.count), np.zeros(cases.count, dtype=bool)
    for index in versions:
        lower, mine, upper = _neighbours(search.rules.versions[index], outcome)
        rows = cases.rows[index]
        here = key[rows] >= float(mine.minimum or 0)
        if below:
            inside = here if upper is None else here & (key[rows] < float(upper.minimum or 0))
            wanted, now = lower.outcome, mine.outcome
        else:
            inside = ~here
            if lower.minimum is not None:
                inside &= key[rows] >= float(lower.minimum)
            wanted, now = mine.outcome, lower.outcome
        told = cases.outcome[rows]
        change = (told == outcome_code(search.rules, wanted)).astype(float)
        change -= told == outcome_code(search.rules, now)
        # Rows that the changes already kept explain are lost if the bound passes over them again.
        region[rows] = inside & (told != ABSENT)
        gain[rows] = change * search.weight[rows]
    return cuts(search, key, gain, region, below=below)


def _threshold_edit(
    search: Search, outcome: str, versions: list[int], inside: float, outside: float, *, below: bool
) -> Edit:
    _, mine, _ = _neighbours(search.rules.versions[versions[0]], outcome)
    published = Decimal(str(mine.minimum))
    strict = below and inside == float(published)
    end = inside + max(abs(inside), 1.0) * 0.01
    value = _between(
        inside, outside, below=below, end=end if below else inside - abs(inside) * 0.01
    )[0]
    known = search.rules.outcome(outcome)
    label: Text = known.label if known is not None and known.label else {"fr": outcome}
    sentence = {}
    for language in LANGUAGES:
        was, now = number_words(published, language), number_words(value, language)
        name = say(label, language)
        if language == "fr":
            sentence[language] = (
                f"Seuil de « {name} » : il faut plus de {was}, alors que {was} suffit d’après "
                "la publication."
                if strict
                else f"Seuil de « {name} » : {now} est appliqué, {was} est publié."
            )
        else:
            sentence[language] = (
                f"Threshold of “{name}”: more than {was} is required, where {was} is enough as "
                "published."
                if strict
                else f"Threshold of “{name}”: {now} is applied, {was} is published."
            )
    return rewriting(
        "strict" if strict else "threshold",
        anchor_of("threshold", outcome),
        sentence,
        dict.fromkeys(versions, _Moved(outcome, value)),
        search.rules,
        published=str(published),
        applied=f"> {published}" if strict else str(value),
    )


# --- bounds of intervals --------------------------------------------------------------------------


def intervals(search: Search) -> Iterator[Candidate]:
    """Give the bounds of intervals that the gaps show elsewhere."""
    grouped: dict[tuple[str, str, str], dict[int, Edge]] = defaultdict(dict)
    for index in search.cases.rows:
        for edge in edges(search.rules.versions[index]):
            if edge.item.type in {"integer", "decimal", "number"}:
                grouped[edge.anchor, edge.item.name, str(edge.published)][index] = edge
    for found in grouped.values():
        edge = next(iter(found.values()))
        fact = search.cases.facts.get(edge.item.name)
        if fact is None:
            continue
        for below in (True, False):
            end = _end(edge, below=below)
            region = _passed_over(fact.values, edge, below=below) & ~fact.missing
            if search.weight[region & ~search.number].sum() < search.need:
                continue
            full = search.gains(_edge_edit(search, found, end))
            for inside, outside in cuts(
                search, fact.values.astype(np.float64), full, region, below=below
            ):
                places = _between(inside, outside, below=below, end=float(end))
                # A bound that is itself in the interval passes over what equals it.
                places += [Decimal(repr(inside))]
                for place in dict.fromkeys(unpadded(one) for one in places):
                    yield from search.candidates(_edge_edit(search, found, place))


def _end(edge: Edge, *, below: bool) -> Decimal:
    """How far a bound may go: its neighbour, or beyond all values."""
    near = edge.high if below else edge.low
    if near is not None:
        return Decimal(str(near))
    return FAR if below else -FAR


def _passed_over(values: Any, edge: Edge, *, below: bool) -> Mask:
    low, high = (edge.published, edge.high) if below else (edge.low, edge.published)
    held = np.ones(len(values), dtype=bool)
    if low is not None:
        held &= values >= float(low)
    if high is not None:
        # A bound may be in the interval below it.
        held &= values <= float(high)
    return held


def _edge_edit(search: Search, found: Mapping[int, Edge], value: Decimal) -> Edit:
    edge = next(iter(found.values()))
    sentence = {}
    for language in LANGUAGES:
        name, item = say(edge.name, language), say(edge.item.label, language)
        was = number_words(Decimal(str(edge.published)), language)
        now = number_words(value, language)
        sentence[language] = (
            f"« {name} », limite selon « {item} » : {now} est appliqué, {was} est publié."
            if language == "fr"
            else f"“{name}”, bound on “{item}”: {now} is applied, {was} is published."
        )
    rewrite = {index: _replaced(search, index, item, value) for index, item in found.items()}
    return rewriting(
        "edge",
        edge.anchor,
        sentence,
        rewrite,
        search.rules,
        published=str(edge.published),
        applied=str(value),
    )


def _replaced(search: Search, index: int, edge: Edge, value: Decimal) -> Rewrite:
    original = search.rules.versions[index]
    wanted = (edge.anchor, edge.item.name, edge.published)

    def put(version: Version) -> Version:
        if version is original:
            return edge.put(value)
        for other in edges(version):
            if (other.anchor, other.item.name, other.published) == wanted:
                return other.put(value)
        return version

    return put
