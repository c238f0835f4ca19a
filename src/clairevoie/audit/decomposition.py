"""Which part of the rules carries the difference of two groups, exactly.

Where a total is a sum of contributions (points, additive models, trees), so is its mean over a
group, and the difference of two means is the sum of the differences of mean contributions
(Oaxaca and Blinder's decomposition with one set of coefficients: the published ones; nothing is
estimated and nothing is left over). What the steps are: `clairevoie.audit.contributing`.

It explains the total, not the outcome: a threshold is no sum, and the share of a criterion in the
difference of two rates of refusal is not defined. For that, flip the input (`audit.flips`). And it
says where the difference goes through, not whether it should: a criterion may carry a difference
of need that the law means to answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.cells import MISSING
from clairevoie.audit.contributing import Contributed, contributed, steps_of
from clairevoie.audit.flip_tallies import FlippedInput
from clairevoie.audit.flipping import cases_of
from clairevoie.audit.grouping import Grouping, Key, Places
from clairevoie.audit.model import Plan
from clairevoie.audit.recomputing import (
    Rows,
    by_version,
    check_fit,
    in_period,
    kept_rows,
    names_read,
)
from clairevoie.decisions.model import Journal
from clairevoie.decisions.opening import reading_problems
from clairevoie.decisions.replay.facts import inputs_of as inputs_by_name
from clairevoie.decisions.replay.model import Read
from clairevoie.rules.content import Additive, PointsScale, Trees
from clairevoie.rules.contributions.tree_values import has_covers
from clairevoie.rules.model import RuleSet, RulesProblem, Text

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """What one step of the rules carries of a difference.

    Attributes:
        id, label: of the criterion, the bound, the term, the input.
        inputs: what it reads, each with the ground that it is or stands for.
        mean, against: mean contribution in the group, and in what it is compared with.
        gap: their difference.
        share: of the whole difference; ``None`` where there is none. Shares may be negative, or
            above 1: a step may draw the other way.
    """

    id: str
    label: Text
    inputs: tuple[FlippedInput, ...]
    mean: float
    against: float
    gap: float
    share: float | None


@dataclass(frozen=True, slots=True)
class Decomposition:
    """The difference of the mean totals of two groups, part by part.

    Attributes:
        names: groups of the plan that the keys are of.
        key: the group.
        other: the group that it is compared with; ``None`` for the rest, or for all.
        cases, other_cases: those that the rules answer.
        mean, other_mean: of the totals.
        gap: their difference; the sum of the gaps of the parts, to 1e-9 of the totals.
        parts: the largest gap first.
    """

    names: tuple[str, ...]
    key: Key
    other: Key | None
    cases: int
    other_cases: int
    mean: float
    other_mean: float
    gap: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Decompositions:
    """What a plan decomposes.

    Attributes:
        of: ``points``, or ``score``: the score of a model before its link.
        outside: rows out of the period.
        unanswered: rows of the period that the rules do not answer: in no mean.
        found: one for each comparison of the plan.
    """

    of: str
    outside: int
    unanswered: int
    found: tuple[Decomposition, ...]


def decompose(
    journal: Journal,
    rules: RuleSet,
    plan: Plan,
    source: Path | Read,
    *,
    within: Path | None = None,
    url: str = "",
    progress: Callable[[int], None] | None = None,
) -> Decompositions:
    """Decompose the differences of mean totals between the groups of a plan.

    Groups, intersections, what they are compared with and the period are the plan's. Decisions are
    counted, each for one: neither weights nor conditions. Totals are those that the published rules
    give, in the version in force on each date; where several versions are, a step that one of them
    does not have adds nothing to its cases.

    Args:
        journal, rules, plan, source, within, url, progress: as for `clairevoie.audit.flips.flip`.

    Raises:
        PlanProblem: the plan does not fit the journal or the rules.
        RulesProblem: the rules are of a kind whose totals are no sums.
        JournalProblem: the journal cannot be read.
    """
    check_fit(journal, rules, plan)
    of = _unit(rules)
    names = names_read(journal, rules)
    grouping = Grouping(plan)
    sums = _Sums(len(grouping.cuts))
    rows = Rows(journal, rules, plan, source, names, within=within, url=url, progress=progress)
    outside = unanswered = 0
    with reading_problems(journal):
        for batch, said in rows.read((*names.values(), *grouping.columns)):
            kept = in_period(plan, said)
            outside += int(np.count_nonzero(~kept))
            if not kept.any():
                continue
            lines = grouping.lines(kept_rows(batch, kept))
            place = np.cumsum(kept) - 1
            for index, part, here, days in by_version(rules, batch, said, kept):
                if index < 0:
                    unanswered += len(here)
                    continue
                version = rules.versions[index]
                found = contributed(rules, version, cases_of(part, version, names, {}), days)
                fine = found.answered
                unanswered += int(np.count_nonzero(~fine))
                mine = [line[place[here[fine]]] for line in lines]
                sums.add([grouping.many(cut) for cut in range(len(lines))], mine, found)
    return Decompositions(of, outside, unanswered, _found(plan, rules, grouping, sums))


def _unit(rules: RuleSet) -> str:
    """Return what the totals of all versions are.

    Raises:
        RulesProblem: they are no sums, or of two natures.
    """
    found = set()
    for version in rules.versions:
        content = version.content
        if isinstance(content, Additive) or (isinstance(content, Trees) and has_covers(content)):
            found.add("score")
        elif isinstance(content, PointsScale):
            found.add("points")
        else:
            why = "trees without 'cover'" if isinstance(content, Trees) else f"kind {version.kind}"
            text = (
                f"the version '{version.id}' is of {why}: only points, additive models and trees "
                "with 'cover' are sums that can be decomposed; flip an input instead"
            )
            raise RulesProblem(("versions", text))
    if len(found) > 1:
        text = "some versions give points and others a score: audit their periods apart"
        raise RulesProblem(("versions", text))
    return found.pop()


# --- sums, and what is made of them ---------------------------------------------------------------


class _Sums:
    """Sums of contributions by cut, line and step, as batches come."""

    def __init__(self, cuts: int) -> None:
        self.steps: dict[str, int] = {}
        self._cases = [np.zeros(0) for _ in range(cuts)]
        self._totals = [np.zeros(0) for _ in range(cuts)]
        self._parts = [np.zeros((0, 0)) for _ in range(cuts)]

    def add(self, many: Sequence[int], lines: Sequence[Places], found: Contributed) -> None:
        """Add the cases that are answered; ``lines`` has theirs only, for each cut."""
        places = [self.steps.setdefault(name, len(self.steps)) for name in found.ids]
        total = found.total[found.answered]
        values = found.values[:, found.answered]
        for cut, (line, count) in enumerate(zip(lines, many, strict=True)):
            self._cases[cut] = _grown(self._cases[cut], count) + np.bincount(line, minlength=count)
            self._totals[cut] = _grown(self._totals[cut], count) + np.bincount(
                line, weights=total, minlength=count
            )
            parts = _grown(self._parts[cut], count, len(self.steps))
            for place, row in zip(places, values, strict=True):
                parts[:, place] += np.bincount(line, weights=row, minlength=count)
            self._parts[cut] = parts

    def side(self, cut: int, line: int) -> _Side:
        """Return the sums of a line."""
        shape = (line + 1, len(self.steps))
        return _Side(
            float(_grown(self._cases[cut], line + 1)[line]),
            float(_grown(self._totals[cut], line + 1)[line]),
            _grown(self._parts[cut], *shape)[line],
        )


def _grown(held: Floats, *shape: int) -> Floats:
    """The sums, with zeros for the groups and steps that are new."""
    return np.pad(
        held, [(0, max(0, new - old)) for new, old in zip(shape, held.shape, strict=True)]
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """Sums of one side of a comparison."""

    cases: float
    total: float
    parts: Floats

    def without(self, other: _Side) -> _Side:
        """Return the sums of the others."""
        return _Side(self.cases - other.cases, self.total - other.total, self.parts - other.parts)


def _found(
    plan: Plan, rules: RuleSet, grouping: Grouping, sums: _Sums
) -> tuple[Decomposition, ...]:
    known = inputs_by_name(rules)
    steps: dict[str, tuple[Text, tuple[str, ...]]] = {}
    for version in rules.versions:
        steps |= steps_of(version)
    described = [
        (
            name,
            steps[name][0],
            tuple(
                FlippedInput(one, known[one].label, known[one].protected) for one in steps[name][1]
            ),
        )
        for name in sums.steps
    ]
    everybody = sums.side(0, 0)
    found = []
    for cut, names in enumerate(grouping.cuts):
        sides = [(key, sums.side(cut, line)) for key, line in grouping.keys(cut) if names]
        sides = [(key, side) for key, side in sides if side.cases]
        for key, side, other, against in _pairs(plan, names, sides, everybody):
            if against.cases:
                found.append(_decomposed(names, key, side, other, against, described))
    return tuple(found)


def _pairs(
    plan: Plan, names: tuple[str, ...], sides: Sequence[tuple[Key, _Side]], everybody: _Side
) -> list[tuple[Key, _Side, Key | None, _Side]]:
    """Return who stands beside whom, as `clairevoie.audit.tables` compares rates."""
    if plan.compare == "pairs":
        known = [item for item in sides if MISSING not in item[0]]
        return [(*one, *other) for one, other in combinations(known, 2)]
    if plan.compare == "reference":
        reference = tuple(plan.group(name).reference for name in names)
        others = [item for item in sides if item[0] == reference]
        return [(*one, *other) for other in others for one in sides if one[0] != reference]
    if plan.compare == "overall":
        return [(key, side, None, everybody) for key, side in sides]
    if len(sides) == 2:
        return [(*sides[0], *sides[1])]
    return [(key, side, None, everybody.without(side)) for key, side in sides]


def _decomposed(
    names: tuple[str, ...],
    key: Key,
    side: _Side,
    other: Key | None,
    against: _Side,
    described: Sequence[tuple[str, Text, tuple[FlippedInput, ...]]],
) -> Decomposition:
    mean, other_mean = side.total / side.cases, against.total / against.cases
    gap = mean - other_mean
    means, others = side.parts / side.cases, against.parts / against.cases
    parts = [
        Part(name, label, inputs, one, two, one - two, (one - two) / gap if gap else None)
        for (name, label, inputs), one, two in zip(
            described, means.tolist(), others.tolist(), strict=True
        )
    ]
    parts.sort(key=lambda part: (-abs(part.gap), part.id))
    return Decomposition(
        names, key, other, int(side.cases), int(against.cases), mean, other_mean, gap, tuple(parts)
    )
