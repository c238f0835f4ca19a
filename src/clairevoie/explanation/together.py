"""Whether two inputs act together in the rules: what can be known before anything is evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any, cast

from clairevoie.explanation.probing import HIGHER, LOWER, NO_ANSWER, Probe
from clairevoie.explanation.scanning import Line
from clairevoie.explanation.wording import exact
from clairevoie.rules.content import (
    Additive,
    Content,
    Criterion,
    DecisionTables,
    Formula,
    PointsScale,
    Trees,
)
from clairevoie.rules.expressions.ranges import Range
from clairevoie.rules.model import Number, Value
from clairevoie.rules.outcomes import outcome_of

if TYPE_CHECKING:
    from clairevoie.rules.expressions.ranges import Enclosure

MOST_CHOICES = 36
"""Beyond so many combinations of values without order, nothing is proved beforehand."""


def apart(content: Content, name: str, other: str) -> bool:
    """Return whether the cuts of one input are the same whatever the value of another.

    So it is for tables and trees, whose cuts are those of their conditions; for additive models,
    where a frontier between two edges is closed in on; and for scales where no criterion reads
    both, as long as a bound on several criteria cannot turn a rise into a fall.
    """
    if isinstance(content, DecisionTables | Trees | Additive):
        return True
    if not isinstance(content, PointsScale):
        return False
    reading = [criterion for criterion in content.criteria if name in names_of(criterion)]
    if any(other in names_of(criterion) for criterion in reading):
        return False
    return len(reading) <= 1 or not _bounded_together(content)


def names_of(criterion: Criterion) -> frozenset[str]:
    """Return the inputs that a criterion reads."""
    found = {criterion.name} - {""}
    for expression in (criterion.when, criterion.expression):
        if expression is not None:
            found |= set(expression.names)
    return frozenset(found)


def _bounded_together(scale: PointsScale) -> bool:
    bounds = [scale.cap, scale.floor]
    for group in scale.groups:
        bounds += [group.cap, group.floor]
    return any(bound is not None for bound in bounds)


class Reach:
    """Which answers two inputs may give together, as far as it is known from each one's line.

    In a scale without bounds on several criteria, where no criterion reads two inputs, what two
    inputs add is what each adds alone: the extremes met on their lines bound the total.
    """

    def __init__(self, probe: Probe, lines: Sequence[Line], keys: frozenset[int]) -> None:
        self.probe = probe
        self.keys = keys
        self.ends: dict[str, tuple[Decimal, Decimal] | None] = {}
        content = probe.version.content
        if isinstance(content, PointsScale) and separable(content) and probe.current is not None:
            self.ends = {line.grid.item.name: _extremes(line) for line in lines}

    def possible(self, one: Line, other: Line) -> bool:
        """Return false when two inputs together provably give none of the keys."""
        if isinstance(self.probe.version.content, Formula):
            return self._formula(one, other)
        first, second = (self.ends.get(line.grid.item.name) for line in (one, other))
        if first is None or second is None or self.probe.current is None:
            return True
        current = exact(self.probe.current)
        return self._between(first[0] + second[0] - current, first[1] + second[1] - current)

    def _formula(self, one: Line, other: Line) -> bool:
        """Bound the result over the whole domains of both inputs, by interval arithmetic."""
        from clairevoie.rules.formula_ranges import enclosures

        choices = [_ranges(line) for line in (one, other)]
        if len(choices[0]) * len(choices[1]) > MOST_CHOICES:
            return True
        names = [line.grid.item.name for line in (one, other)]
        for pair in product(*choices):
            ranges = {**self.probe.values, **dict(zip(names, pair, strict=True))}
            if self._enclosed(enclosures(self.probe.version, ranges)):
                return True
        return False

    def _enclosed(self, steps: Mapping[str, Enclosure]) -> bool:
        formula = cast("Formula", self.probe.version.content)
        if formula.decision:
            said = {_said(value) for value in steps[formula.decision].values}
            return any(self.probe.rules.outcomes[key].value in said for key in self.keys)
        low, high = steps[formula.result].low, steps[formula.result].high
        if not isinstance(low, Decimal) or not isinstance(high, Decimal):
            return False
        return self._between(low, high)

    def _between(self, low: Decimal, high: Decimal) -> bool:
        """Return whether numbers between two ends may give one of the keys."""
        probe = self.probe
        if probe.aim != "outcome":
            compared = probe.current if probe.cutoff is None else probe.cutoff
            reference = exact(cast("Number", compared))
            above = HIGHER in self.keys and high > reference
            return above or (LOWER in self.keys and low < reference)
        thresholds = cast("PointsScale | Formula", probe.version.content).thresholds
        levels = [exact(item.minimum) for item in thresholds if item.minimum is not None]
        met = {outcome_of(level, thresholds) for level in levels if low <= level <= high}
        met.add(outcome_of(low, thresholds))
        return any(probe.rules.outcomes[key].value in met for key in self.keys)


def _ranges(line: Line) -> list[Any]:
    """All the values of an input without order; one range for another."""
    grid = line.grid
    if not grid.ordered:
        return [grid.value(place) for place in range(grid.low, grid.high + 1)]
    return [Range(cast("Any", grid.value(grid.low)), cast("Any", grid.value(grid.high)))]


def _said(value: Value) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def separable(scale: PointsScale) -> bool:
    """Return whether the total is a sum of what each input gives alone."""
    return not _bounded_together(scale) and all(
        len(names_of(criterion)) <= 1 for criterion in scale.criteria
    )


def _extremes(line: Line) -> tuple[Decimal, Decimal] | None:
    """The smallest and largest totals along a line; nothing when a value there has no answer."""
    if NO_ANSWER in line.keys:
        return None
    runs = line.runs()
    lows = [exact(run.lowest) for run in runs if run.lowest is not None]
    highs = [exact(run.highest) for run in runs if run.highest is not None]
    return (min(lows), max(highs)) if lows and highs else None
