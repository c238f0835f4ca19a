"""Rows of a journal under changed rules: what the rules would give if the code did so.

A change either rewrites the rules (a number, a bound, a criterion left out) or adds an amount, to
the score, where a condition holds. Each may hold during some days only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.decisions.replay.causes import evidence_of
from clairevoie.decisions.replay.comparing import (
    ABSENT,
    Floats,
    Mask,
    Rows,
    Said,
    close,
    result_floats,
    versions_in_force,
)
from clairevoie.decisions.replay.model import Change
from clairevoie.rules.arrow import columns_of
from clairevoie.rules.columns import Array, Columns
from clairevoie.rules.content import Additive, PointsScale, Trees
from clairevoie.rules.evaluate import evaluate_columns
from clairevoie.rules.model import RuleSet, Version
from clairevoie.rules.outcomes import outcome_columns
from clairevoie.rules.scores import answers as values_of

if TYPE_CHECKING:
    import pyarrow as pa

    from clairevoie.decisions.model import Journal

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fact:
    """What a condition may be about: an input, or a group of the journal.

    Attributes:
        name: of the input or group.
        values: ``float64`` for numbers, else codes of ``levels``; −1 where missing.
        levels: the words of the codes; empty for numbers.
    """

    name: str
    values: Floats | NDArray[np.int64]
    missing: Mask
    levels: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one fact: one of its levels, an interval, a missing value; or none at all."""

    fact: str = ""
    level: Any = None
    low: float = -np.inf
    high: float = np.inf
    missing: bool = False

    def holds(self, cases: Cases) -> Mask:
        """Return where it holds."""
        if not self.fact:
            return np.ones(cases.count, dtype=bool)
        fact = cases.facts[self.fact]
        if self.missing:
            return fact.missing
        if fact.levels or self.level is not None:
            wanted = [i for i, word in enumerate(fact.levels) if word == self.level]
            return np.isin(fact.values, wanted) & ~fact.missing
        return np.asarray((fact.values >= self.low) & (fact.values < self.high) & ~fact.missing)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that can be evaluated.

    Attributes:
        change: how it is told.
        rewrite: by index of version, the version so changed.
        where, amount: what is added to the score, and where; ``None`` for a rewriting.
    """

    change: Change
    rewrite: Mapping[int, Callable[[Version], Version]] = field(default_factory=dict)
    where: Where | None = None
    amount: float = 0.0

    def during(self, days: Array) -> Mask:
        """Return the rows of the days during which it holds."""
        held = np.ones(len(days), dtype=bool)
        if self.change.since is not None:
            held &= days >= np.datetime64(self.change.since)
        if self.change.until is not None:
            held &= days <= np.datetime64(self.change.until)
        return held


@dataclass(frozen=True, slots=True)
class Given:
    """What changed rules give to rows.

    Attributes:
        score: before caps of the total, link and rounding; NaN where there is no answer.
        value: NaN where there is no answer or no number.
        outcome: code; `ABSENT` for none.
        drawn: the outcome that the machine's own number gives (that of ``value`` without one): it
            tells a gap of the thresholds from a gap of the number.
        answered: where the rules answer.
    """

    score: Floats
    value: Floats
    outcome: Codes
    drawn: Codes
    answered: Mask


class Cases:
    """Rows of a journal, ready to be evaluated under changed rules.

    Attributes:
        count: how many rows.
        days: of shape (n,).
        version: index of the version in force; −1 for none.
        machine: the machine's number, NaN where there is none.
        score: the machine's number as a score (before link); NaN where there is none.
        outcome: the machine's answer; `ABSENT` where there is none, or it says nothing.
        facts: what conditions may be about, by name.
    """

    def __init__(
        self,
        journal: Journal,
        rules: RuleSet,
        batch: pa.RecordBatch,
        names: Mapping[str, str],
        *,
        ranked: Sequence[int] = (),
        tolerance: float,
    ) -> None:
        self.rules, self.tolerance = rules, tolerance
        self.count = batch.num_rows
        said = Said(journal, rules, batch)
        self.days = said.days
        self.version = versions_in_force(rules, said)
        evidence = evidence_of(said, rules)
        nothing = np.full(self.count, np.nan)
        self.machine = nothing if said.value is None else said.value.floats
        outcome = evidence.outcome
        self.outcome = np.full(self.count, ABSENT) if outcome is None else outcome.astype(np.int64)
        # Places go by rank: an answer that depends on the other rows says nothing of one row.
        self.outcome[np.isin(self.version, list(ranked))] = ABSENT
        self.rows: dict[int, Rows] = {}
        self.columns: dict[int, Columns] = {}
        self.score = nothing.copy()
        for index in np.unique(self.version[self.version >= 0]).tolist():
            rows = np.flatnonzero(self.version == index)
            self.rows[index] = rows
            part = batch if len(rows) == self.count else batch.take(_arrow(rows))
            version = rules.versions[index]
            self.columns[index] = columns_of(part, version, names)
            self.score[rows] = score_of(version, self.machine[rows])
        self.facts: dict[str, Fact] = {}

    def evaluate(self, edits: Sequence[Edit] = (), *, answers: bool = True) -> Given:
        """Return what the rules give, so changed; without answers, the numbers only."""
        found = Given(
            np.full(self.count, np.nan),
            np.full(self.count, np.nan),
            np.full(self.count, ABSENT),
            np.full(self.count, ABSENT),
            np.zeros(self.count, dtype=bool),
        )
        active = np.zeros(self.count, dtype=np.int64)
        for index, edit in enumerate(edits):
            active |= edit.during(self.days).astype(np.int64) << index
        for index, rows in self.rows.items():
            sets = active[rows]
            for code in np.unique(sets).tolist():
                mine = [edit for place, edit in enumerate(edits) if code >> place & 1]
                here = slice(None) if (sets == code).all() else np.flatnonzero(sets == code)
                self._fill(found, index, rows[here], here, mine, answers=answers)
        return found

    def _fill(
        self,
        found: Given,
        index: int,
        rows: Rows,
        here: Any,
        edits: Sequence[Edit],
        *,
        answers: bool,
    ) -> None:
        version = self.rules.versions[index]
        for edit in edits:
            if index in edit.rewrite:
                version = edit.rewrite[index](version)
        columns = _part(self.columns[index], here)
        bare = stripped(version)
        days = self.days[rows]
        result = evaluate_columns(self.rules, columns, version=bare, days=days)
        score = result_floats(result)
        for edit in edits:
            if edit.where is not None:
                score[edit.where.holds(self)[rows]] += edit.amount
        fine = result.problem == 0
        value = finished(version, score)
        found.score[rows], found.value[rows], found.answered[rows] = score, value, fine
        if not answers:
            return
        found.outcome[rows] = self._outcome(version, value, result.outcome, fine)
        told = np.where(np.isnan(self.machine[rows]), value, self.machine[rows])
        found.drawn[rows] = self._outcome(version, told, result.outcome, fine)

    def _outcome(
        self, version: Version, value: Floats, outcome: NDArray[np.int8] | None, fine: Mask
    ) -> Codes:
        thresholds = version.content.thresholds
        if thresholds:
            outcome = outcome_columns(self.rules, np.nan_to_num(value), None, thresholds)
        nothing = np.full(len(value), ABSENT)
        return nothing if outcome is None else np.where(fine, outcome, nothing)

    def same_value(self, given: Given) -> Mask:
        """Return where the machine's number is the one given."""
        return close(self.machine, given.value, self.tolerance) & given.answered

    def same_outcome(self, given: Given) -> Mask:
        """Return where the machine's answer is the one given, or it has none."""
        return np.asarray((self.outcome == given.outcome) | (self.outcome == ABSENT))

    def reproduced(self, given: Given) -> Mask:
        """Return where what is given is all that the machine wrote."""
        has_value = ~np.isnan(self.machine)
        both = (self.same_value(given) | ~has_value) & self.same_outcome(given)
        there = has_value | (self.outcome != ABSENT)
        return np.asarray(both & given.answered & there)


def _part(columns: Columns, here: Any) -> Columns:
    if isinstance(here, slice):
        return columns
    values = {name: array[here] for name, array in columns.values.items()}
    missing = {name: mask[here] for name, mask in columns.missing.items()}
    invalid = {name: mask[here] for name, mask in columns.invalid.items()}
    return Columns(len(here), values, missing, invalid)


def _arrow(rows: Rows) -> pa.Array:
    import pyarrow as pa

    return pa.array(rows)


def stripped(version: Version) -> Version:
    """Return the version up to its score: no cap of the total, link, rounding nor threshold."""
    content = version.content
    if isinstance(content, PointsScale):
        bare: Any = replace(content, cap=None, floor=None, thresholds=(), ranking=None)
    elif isinstance(content, Additive):
        bare = replace(
            content, link="identity", factor=1.0, offset=0.0, rounding=None, thresholds=()
        )
    elif isinstance(content, Trees):
        bare = replace(content, link="identity", thresholds=())
    else:
        return version
    return replace(version, content=bare)


def finished(version: Version, score: Floats) -> Floats:
    """Return the numbers that scores give."""
    content = version.content
    if isinstance(content, PointsScale):
        low = -np.inf if content.floor is None else float(content.floor)
        high = np.inf if content.cap is None else float(content.cap)
        return np.asarray(np.maximum(np.minimum(score, high), low))
    if isinstance(content, Additive | Trees):
        return values_of(content, score)
    return score


def score_of(version: Version, value: Floats) -> Floats:
    """Return the scores that give numbers, rounding left aside; NaN where none does."""
    content = version.content
    if not isinstance(content, Additive | Trees):
        return value
    found = value
    if isinstance(content, Additive):
        found = (value - content.offset) / content.factor
    with np.errstate(invalid="ignore", divide="ignore"):
        if content.link == "logit":
            found = np.log(found / (1 - found))
        elif content.link == "log":
            found = np.log(found)
    return np.where(np.isfinite(found), found, np.nan)
