"""Changes of the published rules that the gaps suggest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np

from clairevoie.decisions.replay.causes import rounding_variants, with_mode
from clairevoie.decisions.replay.comparing import Floats
from clairevoie.decisions.replay.removals import Removal, removals
from clairevoie.decisions.replay.search import Candidate, Rewrite, Search, rewriting
from clairevoie.decisions.replay.slots import Slot, cell_mask, slots
from clairevoie.decisions.replay.sweeps import best_cut, modes, plainest, plainest_between
from clairevoie.decisions.replay.wording import LANGUAGES, capital, number_words, value_words
from clairevoie.rules.content import RoundingMode
from clairevoie.rules.model import Input, Text, Value, Version, say

MODES = 4
"""Values tried for each number of the rules."""
ROUNDING_WORDS: Mapping[str, Text] = {
    "half_up": {"fr": "au plus proche", "en": "to the nearest"},
    "half_even": {"fr": "au plus proche, les demis au chiffre pair", "en": "halves to even"},
    "down": {"fr": "par défaut", "en": "down"},
    "up": {"fr": "par excès", "en": "up"},
}


# --- numbers --------------------------------------------------------------------------------------


def numbers(search: Search) -> Iterator[Candidate]:
    """Give the numbers of the rules that the gaps show with another value."""
    grouped: dict[tuple[str, str, str], dict[int, Slot]] = defaultdict(dict)
    for index in search.cases.rows:
        for slot in slots(search.rules.versions[index]):
            grouped[slot.anchor, slot.part, str(slot.published)][index] = slot
    for found in grouped.values():
        if not _seen(search, found):
            continue
        tried: set[str] = set()
        for value in _values(search, found):
            text = str(value)
            if text not in tried and value != next(iter(found.values())).published:
                tried.add(text)
                yield from search.candidates(_renumbered(search, found, value))


def _seen(search: Search, found: Mapping[int, Slot]) -> bool:
    """Whether enough gaps are in the cell that a number is of: most are soon left out."""
    weight = 0.0
    for index, slot in found.items():
        mask = cell_mask(search.rules.versions[index], search.cases.columns[index], slot)
        if mask is None:
            return True
        rows = search.cases.rows[index]
        weight += float(search.weight[rows][mask & ~search.number[rows]].sum())
    return weight >= search.need


def _renumbered(search: Search, found: Mapping[int, Slot], value: Decimal) -> Any:
    slot = next(iter(found.values()))
    published = _exact(slot.published)
    applied = float(value) if isinstance(slot.published, float) else value
    sentence = {}
    for language in LANGUAGES:
        name = say(slot.name, language)
        now, was = number_words(applied, language), number_words(slot.published, language)
        sentence[language] = (
            f"{capital(name)} : {now} est appliqué, {was} est publié."
            if language == "fr"
            else f"{capital(name)}: {now} is applied, {was} is published."
        )
    rewrite = {index: _late(index, slot, value, search) for index, slot in found.items()}
    return rewriting(
        "cap" if slot.cap else "parameter",
        slot.anchor,
        sentence,
        rewrite,
        search.rules,
        published=str(published),
        applied=str(value),
    )


def _late(index: int, slot: Slot, value: Any, search: Search) -> Rewrite:
    """Put a value in a version that other changes may have rewritten already."""
    part, anchor = slot.part, slot.anchor
    original = search.rules.versions[index]

    def put(version: Version) -> Version:
        if version is original:
            return slot.put(value)
        for other in slots(version):
            if other.anchor == anchor and other.part == part:
                return other.put(value)
        return version

    return put


def _exact(value: Decimal | float) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _values(search: Search, found: Mapping[int, Slot]) -> list[Decimal]:
    """Values of a number that would explain gaps, from how the result moves with it."""
    slot = next(iter(found.values()))
    published = float(slot.published)
    step = max(abs(published) * 0.25, 1.0) if isinstance(slot.published, Decimal) else 0.25
    if abs(published) < 0.1 and isinstance(slot.published, Decimal) and published:
        step = abs(published) * 0.25
    values: list[Decimal] = []
    for size in (step, -step) if slot.cap else (step,):
        slope = _slope(search, found, published, size)
        for delta in _deltas(search, slope):
            value = published + delta
            values.append(plainest(value))
            values += _refined(search, found, published, value)
    return values


def _slope(search: Search, found: Mapping[int, Slot], published: float, size: float) -> Floats:
    """How the score, or what comes after it, moves with the number, row by row."""
    moved = search.cases.evaluate(
        (*search.edits, _renumbered(search, found, plainest(published + size))), answers=False
    )
    with np.errstate(invalid="ignore"):
        change = moved.score - search.given.score
        if not np.nan_to_num(change).any():
            change = moved.value - search.given.value
    return np.where(np.abs(change) > 1e-12, change / size, np.nan)


def _deltas(search: Search, slope: Floats) -> list[float]:
    with np.errstate(invalid="ignore", divide="ignore"):
        wanted = search.residual / slope
    rows = np.isfinite(wanted) & (wanted != 0)
    if search.weight[rows].sum() >= search.need:
        return modes(wanted[rows], search.weight[rows], most=MODES)
    if search.numbers.any():
        return []
    return flips(search, slope)


def _refined(
    search: Search, found: Mapping[int, Slot], published: float, value: float
) -> list[Decimal]:
    """Where roundings scatter the estimates: the plain numbers about their middle."""
    if not isinstance(next(iter(found.values())).published, Decimal):
        return []
    slope = _slope(search, found, published, value - published)
    with np.errstate(invalid="ignore", divide="ignore"):
        wanted = search.residual / slope
    near = wanted[
        np.isfinite(wanted) & (np.abs(wanted - (value - published)) < abs(value - published))
    ]
    if not len(near):
        return []
    middle = published + float(np.median(near))
    return [plainest(float(f"{middle:.{digits}g}")) for digits in (1, 2, 3, 4)]


def flips(search: Search, slope: Floats) -> list[float]:
    """Amounts that would turn the answers as the machine's are, where it wrote no number."""
    found: list[float] = []
    cases = search.cases
    for index, rows in cases.rows.items():
        thresholds = search.rules.versions[index].content.thresholds
        for lower, upper in pairwise(thresholds):
            limit = float(upper.minimum or 0)
            need = (limit - search.given.value[rows]) / slope[rows]
            answers = [item.value for item in search.rules.outcomes]
            high, low = answers.index(upper.outcome), answers.index(lower.outcome)
            wants = np.where(cases.outcome[rows] == high, 1.0, -1.0)
            told = np.isin(cases.outcome[rows], (low, high)) & np.isfinite(need)
            for sign in (1.0, -1.0):
                there = told & (need * sign > 0)
                found += _best_amount(
                    np.abs(need[there]), (wants * sign * search.weight[rows])[there], sign, search
                )
    return found


def _best_amount(need: Floats, gain: Floats, sign: float, search: Search) -> list[float]:
    if not len(need):
        return []
    total, inside, outside = best_cut(need, gain, below=True)
    if total < search.need:
        return []
    end = outside if np.isfinite(outside) else inside * 1.5
    return [sign * float(plainest_between(inside, end))]


# --- criteria, caps and conditions left out -------------------------------------------------------


def left_out(search: Search) -> Iterator[Candidate]:
    """Give what the gaps show as not applied."""
    grouped: dict[tuple[str, str, str], dict[int, Removal]] = defaultdict(dict)
    for index in search.cases.rows:
        for item in removals(search.rules.versions[index]):
            grouped[item.kind, item.anchor, item.part][index] = item
    for (kind, anchor, part), found in grouped.items():
        rewrite = {
            index: _removed(kind, anchor, part, item, search.rules.versions[index])
            for index, item in found.items()
        }
        sentence = next(iter(found.values())).sentence
        yield from search.candidates(rewriting(kind, anchor, sentence, rewrite, search.rules))


def _removed(kind: str, anchor: str, part: str, item: Removal, original: Version) -> Rewrite:
    def remove(version: Version) -> Version:
        if version is original:
            return item.version
        for other in removals(version):
            if (other.kind, other.anchor, other.part) == (kind, anchor, part):
                return other.version
        return version

    return remove


# --- roundings ------------------------------------------------------------------------------------


def roundings(search: Search) -> Iterator[Candidate]:
    """Give other ways of rounding."""
    found: dict[RoundingMode, dict[int, Rewrite]] = defaultdict(dict)
    for index in search.cases.rows:
        for mode in rounding_variants(search.rules.versions[index]):
            found[mode][index] = _Mode(mode)
    for mode, rewrite in found.items():
        words = ROUNDING_WORDS[mode]
        sentence = {
            "fr": f"Les arrondis sont faits {words['fr']}, ce qui n’est pas publié.",
            "en": f"Roundings are made {words['en']}, which is not what is published.",
        }
        yield from search.candidates(
            rewriting("rounding", "model", sentence, rewrite, search.rules, applied=mode)
        )


@dataclass(frozen=True, slots=True)
class _Mode:
    mode: RoundingMode

    def __call__(self, version: Version) -> Version:
        return replace(version, content=with_mode(version.content, self.mode))


# --- missing inputs -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Default:
    name: str
    value: Value

    def __call__(self, version: Version) -> Version:
        inputs = tuple(
            replace(item, default=self.value) if item.name == self.name else item
            for item in version.inputs
        )
        return replace(version, inputs=inputs)


def defaults(search: Search) -> Iterator[Candidate]:
    """Give values that the code may put in place of a missing input."""
    for name, fact in search.cases.facts.items():
        rows = fact.missing & search.gaps & ~search.given.answered
        if search.weight[rows].sum() < max(search.need, 1.0):
            continue
        versions = {
            index: item
            for index in search.cases.rows
            for item in search.rules.versions[index].inputs
            if item.name == name and item.default is None
        }
        if not versions:
            continue
        item = next(iter(versions.values()))
        for value in _usual_values(search, item):
            yield from search.candidates(_defaulted(search, item, value, versions))


def _usual_values(search: Search, item: Input) -> list[Value]:
    """What a program puts in place of nothing: nil, a bound, false, one of the categories."""
    if item.type == "boolean":
        return [False, True]
    if item.type == "category":
        return [category.value for category in item.categories]
    if item.type == "date":
        return []
    bounds = [bound for bound in (item.minimum, item.maximum) if isinstance(bound, Decimal)]
    fact = search.cases.facts[item.name]
    known = fact.values[~fact.missing]
    usual = [plainest(float(np.median(known)))] if len(known) else []
    kind: Any = {"integer": int, "number": float}.get(item.type, Decimal)
    return list(dict.fromkeys(kind(value) for value in (Decimal(0), *bounds, *usual)))


def _defaulted(search: Search, item: Input, value: Value, versions: Mapping[int, Input]) -> Any:
    words = value_words(value, item)
    sentence = {
        "fr": f"Quand « {say(item.label, 'fr')} » manque, {words['fr']} en tient lieu.",
        "en": f"When “{say(item.label, 'en')}” is missing, {words['en']} stands for it.",
    }
    return rewriting(
        "default",
        f"input-{item.name}",
        sentence,
        dict.fromkeys(versions, _Default(item.name, value)),
        search.rules,
        applied=str(value),
    )
