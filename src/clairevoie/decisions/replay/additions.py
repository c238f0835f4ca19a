"""Criteria that nobody published: an amount added to the score where a condition holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from clairevoie.decisions.replay.cases import Edit, Fact, Where
from clairevoie.decisions.replay.comparing import Floats, Mask
from clairevoie.decisions.replay.facts import GROUP, inputs_of
from clairevoie.decisions.replay.proposing import flips
from clairevoie.decisions.replay.search import Candidate, Search, adding
from clairevoie.decisions.replay.sweeps import best_run, modes, plainest, plainest_between
from clairevoie.decisions.replay.wording import (
    LANGUAGES,
    both,
    interval_words,
    number_words,
    value_words,
)
from clairevoie.rules.content import Interval
from clairevoie.rules.model import Text, say

if TYPE_CHECKING:
    from clairevoie.decisions.model import Journal

AMOUNTS = 8
"""Amounts that are tried."""
TRIED = 6
"""Conditions evaluated in full for each amount, the most promising ones."""
NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class _Promise:
    where: Where
    gain: float


def additions(search: Search, journal: Journal) -> Iterator[Candidate]:
    """Give the amounts that the gaps show added, and where."""
    for amount in _amounts(search):
        with np.errstate(invalid="ignore"):
            short = np.abs(search.residual - amount) <= NEAR * max(1.0, abs(amount))
        promises: list[_Promise] = []
        gain = search.weight * (short.astype(float) - search.number)
        for where in _conditions(search, gain):
            held = where.holds(search.cases)
            promised = _promise(search, gain, held)
            if promised >= search.need:
                promises.append(_Promise(where, promised))
        promises.sort(key=lambda one: -one.gain)
        for promise in promises[:TRIED]:
            yield from search.candidates(_edit(search, journal, promise.where, amount))
    if not search.numbers.any():
        yield from _by_answers(search, journal)


def _amounts(search: Search) -> list[float]:
    rows = search.gaps & np.isfinite(search.residual)
    if search.weight[rows].sum() < search.need:
        return []
    return modes(search.residual[rows], search.weight[rows], most=AMOUNTS)


def _by_answers(search: Search, journal: Journal) -> Iterator[Candidate]:
    """Where the machine wrote no number: the amount that turns most answers, by condition."""
    for where in _levels(search):
        held = where.holds(search.cases)
        slope = np.where(held, 1.0, np.nan)
        for amount in flips(search, slope):
            yield from search.candidates(_edit(search, journal, where, amount))


def _promise(search: Search, gain: Floats, held: Mask) -> float:
    return max(float(gain[held].sum()), best_run(search.cases.days[held], gain[held])[0])


def _conditions(search: Search, gain: Floats) -> Iterator[Where]:
    yield from _levels(search)
    for fact in search.cases.facts.values():
        if not fact.levels:
            yield from _spans(search, fact, gain)


def _levels(search: Search) -> Iterator[Where]:
    yield Where()
    for fact in search.cases.facts.values():
        if fact.missing.any():
            yield Where(fact.name, missing=True)
        for code in np.unique(fact.values[~fact.missing]).tolist() if fact.levels else ():
            if fact.levels[code] != "" or not fact.name.startswith(GROUP):
                yield Where(fact.name, level=fact.levels[code])


def _spans(search: Search, fact: Fact, gain: Floats) -> Iterator[Where]:
    """The intervals of a number over which the amount pays best, over all days and over some."""
    days = search.cases.days
    there = np.flatnonzero(~fact.missing)
    good = there[gain[there] > 0]
    if search.weight[good].sum() < search.need:
        return
    values = fact.values.astype(np.float64)
    spans = [best_run(values[there], gain[there])[1:]]
    for share in (0.0, 0.05, 0.25):
        low, high = np.quantile(values[good], (share, 1 - share))
        rows = there[(values[there] >= low) & (values[there] <= high)]
        _, first, last = best_run(days[rows], gain[rows])
        if first is not None:
            held = there[(days[there] >= first) & (days[there] <= last)]
            spans.append(best_run(values[held], gain[held])[1:])
    for low, high in dict.fromkeys(span for span in spans if span[0] is not None):
        yield _span(fact, values, there, float(low), float(high), gain)


def _span(fact: Fact, values: Floats, there: Any, low: float, high: float, gain: Floats) -> Where:
    """The plainest bounds around an interval: none where nothing that would be lost is beyond."""
    lost = values[there][gain[there] < 0]
    under, over = lost[lost < low], lost[lost > high]
    start = float(plainest_between(float(under.max()), low)) if len(under) else -np.inf
    end = float(plainest_between(high, float(over.min()))) if len(over) else np.inf
    return Where(fact.name, low=start, high=end)


def _edit(search: Search, journal: Journal, where: Where, amount: float) -> Edit:
    exact = plainest(amount)
    condition = _condition_words(search, journal, where)
    sentence = {}
    for language in LANGUAGES:
        sign = "+" if exact > 0 else ""
        number = sign + number_words(exact, language)
        unit = say(search.rules.unit, language)
        number = f"{number}\u00a0{unit}" if unit and _in_units(search) else number
        if language == "fr":
            when = f" lorsque {condition['fr']}" if condition else " pour tous"
            sentence[language] = f"Critère non publié : {number}{when}."
        else:
            when = f" when {condition['en']}" if condition else " for all"
            sentence[language] = f"Unpublished criterion: {number}{when}."
    return adding(sentence, where, float(exact), search.rules, str(exact))


def _in_units(search: Search) -> bool:
    """Whether the amount is in the unit of the result: it is not when a link comes after."""
    links = {getattr(item.content, "link", "identity") for item in search.rules.versions}
    return links == {"identity"}


def _condition_words(search: Search, journal: Journal, where: Where) -> Text | None:
    if not where.fact:
        return None
    if where.fact.startswith(GROUP):
        name = where.fact.removeprefix(GROUP)
        group = next(item for item in journal.groups if item.name == name)
        label, item = group.label, None
    else:
        item = inputs_of(search.rules)[where.fact]
        label = item.label
    found = {}
    for language in LANGUAGES:
        name = say(label, language)
        name = f"« {name} »" if language == "fr" else f"“{name}”"
        if where.missing:
            found[language] = f"{name} manque" if language == "fr" else f"{name} is missing"
        elif where.level is not None:
            words = (
                value_words(where.level, item)
                if item is not None
                else both(where.level, where.level)
            )
            link = "vaut" if language == "fr" else "is"
            quoted = (
                f"« {say(words, language)} »" if language == "fr" else f"“{say(words, language)}”"
            )
            found[language] = f"{name} {link} {quoted}"
        else:
            low = None if where.low == -np.inf else Decimal(repr(where.low))
            high = None if where.high == np.inf else Decimal(repr(where.high))
            link = "est" if language == "fr" else "is"
            found[language] = (
                f"{name} {link} {say(interval_words(Interval(low, high), item), language)}"
            )
    return found
