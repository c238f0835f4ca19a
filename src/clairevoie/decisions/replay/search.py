"""The state of a search: a sample, the changes kept so far, and what one more would count for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from clairevoie.decisions.replay.cases import Cases, Edit, Given, Where
from clairevoie.decisions.replay.comparing import ABSENT, Floats, Mask
from clairevoie.decisions.replay.model import Change, Settings
from clairevoie.decisions.replay.sweeps import best_run
from clairevoie.decisions.replay.wording import dated
from clairevoie.rules.model import RuleSet, Text, Version

DAY = timedelta(days=1)
WORTH_DATES = 1.02
"""A change is dated when that explains so many times more."""

Rewrite = Callable[[Version], Version]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change that may be kept, and what it counts for in the sample, in rows of the journal."""

    edit: Edit
    gain: float

    @property
    def plain(self) -> tuple[bool, bool, bool, float]:
        """Smallest for the change that is plainest to say, for changes that explain as much.

        A published rule that is not applied as such comes before a rule that nobody published,
        what always holds before what holds on some days, what is left out before another number.
        """
        change = self.edit.change
        return (
            change.kind == "addition",
            change.since is not None or change.until is not None,
            change.kind != "ignored" and bool(change.applied),
            -self.gain,
        )


class Search:
    """A sample of gaps and of conform decisions, under the changes kept so far.

    Attributes:
        cases: the rows.
        weight: how many rows of the journal each stands for.
        gaps: which rows are gaps to explain.
        given: what the rules give under the changes kept.
        number: rows of which the machine's number is reproduced (its answer, where it wrote none).
        answer: rows of which the machine's answer is the one that its own number gives.
        residual: the machine's score minus that of the rules, where its number is not reproduced.
        examined: how many changes have been evaluated.
    """

    def __init__(
        self, rules: RuleSet, cases: Cases, weight: Floats, gaps: Mask, settings: Settings
    ) -> None:
        self.rules, self.cases, self.weight, self.gaps = rules, cases, weight, gaps
        self.settings = settings
        self.edits: tuple[Edit, ...] = ()
        self.examined = 0
        self.need = max(settings.least_share * float(weight[gaps].sum()), settings.least_gaps)
        self.numbers = ~np.isnan(cases.machine)
        self.keep(())

    def keep(self, edits: Sequence[Edit]) -> None:
        """Go on from these changes."""
        self.edits = tuple(edits)
        self.given = self.cases.evaluate(self.edits)
        self.number, self.answer = self._fits(self.given)
        with np.errstate(invalid="ignore"):
            residual = self.cases.score - self.given.score
        self.residual = np.where(self.number, np.nan, residual)

    def _fits(self, given: Given) -> tuple[Mask, Mask]:
        cases = self.cases
        told = cases.outcome != ABSENT
        number = np.where(self.numbers, cases.same_value(given), cases.same_outcome(given))
        answer = (cases.outcome == given.drawn) | ~told
        return number & given.answered, answer

    def gains(self, edit: Edit) -> Floats:
        """Return what one more change counts for, row by row: explained, broken, or neither."""
        self.examined += 1
        threshold = edit.change.kind in {"threshold", "strict"}
        # Where every row has a number, answers only tell of thresholds.
        needed = threshold or not self.numbers.all()
        number, answer = self._fits(self.cases.evaluate((*self.edits, edit), answers=needed))
        if threshold:
            return np.asarray(self.weight * (answer.astype(float) - self.answer))
        return np.asarray(self.weight * (number.astype(float) - self.number))

    def candidates(self, edit: Edit) -> list[Candidate]:
        """Return a change as a candidate, held always or during the days that suit it best."""
        gains = self.gains(edit)
        whole = float(gains.sum())
        total, first, last = best_run(self.cases.days, gains)
        found = [Candidate(edit, whole)] if self._worth(gains, None, None) else []
        if first is not None and total > max(whole, 0.0) * WORTH_DATES:
            since, until = self._days(gains, first, last)
            if self._worth(gains, since, until):
                found.append(Candidate(with_days(edit, since, until, self.rules), total))
        return found

    def _worth(self, gains: Floats, since: date | None, until: date | None) -> bool:
        """Whether a change explains enough, and breaks little beside."""
        held = np.ones(len(gains), dtype=bool)
        if since is not None:
            held &= self.cases.days >= np.datetime64(since)
        if until is not None:
            held &= self.cases.days <= np.datetime64(until)
        explained = float(gains[held & (gains > 0)].sum())
        broken = -float(gains[held & (gains < 0)].sum())
        enough = explained - broken >= max(self.need, 1.0)
        return enough and broken <= self.settings.most_broken * explained

    def _days(self, gains: Floats, first: Any, last: Any) -> tuple[date | None, date | None]:
        """The plainest days around the first and the last row that gain."""
        days = self.cases.days
        lost = days[gains < 0]
        before, after = lost[lost < first], lost[lost > last]
        since = until = None
        if len(before):
            since = plain_start(before.max().astype(object), first.astype(object))
        if len(after):
            until = plain_end(last.astype(object), after.min().astype(object))
        return since, until


def plain_start(before: date, first: date) -> date:
    """Return a first day of a year or month after ``before`` and up to ``first``, or ``first``."""
    for start in (first.replace(month=1, day=1), first.replace(day=1)):
        if start > before:
            return start
    return first


def plain_end(last: date, after: date) -> date:
    """Return an end of year or of month from ``last`` on and before ``after``, else ``last``."""
    month = last.replace(day=1) + 31 * DAY
    for end in (last.replace(month=12, day=31), month.replace(day=1) - DAY):
        if last <= end < after:
            return end
    return last


def with_days(edit: Edit, since: date | None, until: date | None, rules: RuleSet) -> Edit:
    """Return a change that holds during some days, and says so."""
    change = edit.change
    in_force = tuple(
        item.id
        for item in rules.versions
        if item.id in change.versions
        and (until is None or item.start <= until)
        and (since is None or item.until is None or item.until >= since)
    )
    told = replace(
        change,
        sentence=dated(change.sentence, since, until),
        versions=in_force,
        since=since,
        until=until,
    )
    return replace(edit, change=told)


def rewriting(
    kind: str,
    anchor: str,
    sentence: Text,
    rewrite: Mapping[int, Rewrite],
    rules: RuleSet,
    *,
    published: str = "",
    applied: str = "",
) -> Edit:
    """Return a change that rewrites some versions."""
    versions = tuple(rules.versions[index].id for index in sorted(rewrite))
    change = Change(kind, anchor, tidy(sentence), versions, published=published, applied=applied)
    return Edit(change, dict(rewrite))


def adding(sentence: Text, where: Where, amount: float, rules: RuleSet, applied: str) -> Edit:
    """Return a change that adds an amount where a condition holds."""
    versions = tuple(version.id for version in rules.versions)
    name = where.fact.replace(":", "-")
    anchor = f"addition-{name}" if name else "addition"
    change = Change("addition", anchor, tidy(sentence), versions, applied=applied)
    return Edit(change, where=where, amount=amount)


def tidy(sentence: Text) -> Text:
    """Put the no-break spaces that French quotation marks and high signs need."""
    return {
        language: text.replace("« ", "«\u00a0").replace(" »", "\u00a0»").replace(" : ", "\u00a0: ")
        if language == "fr"
        else text
        for language, text in sentence.items()
    }
