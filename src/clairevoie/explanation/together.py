"""Whether two inputs act together in the rules: what can be known before anything is evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import cast

from clairevoie.explanation.probing import HIGHER, LOWER, NO_ANSWER, Probe
from clairevoie.explanation.scanning import Line
from clairevoie.explanation.wording import exact
from clairevoie.rules.content import (
    Additive,
    Content,
    Criterion,
    DecisionTables,
    PointsScale,
    Trees,
)
from clairevoie.rules.model import Number
from clairevoie.rules.outcomes import outcome_of


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
        first, second = (self.ends.get(line.grid.item.name) for line in (one, other))
        if first is None or second is None or self.probe.current is None:
            return True
        current = exact(self.probe.current)
        return self._possible(first[0] + second[0] - current, first[1] + second[1] - current)

    def _possible(self, low: Decimal, high: Decimal) -> bool:
        probe = self.probe
        if probe.aim != "outcome":
            reference = exact(
                cast("Number", probe.current if probe.cutoff is None else probe.cutoff)
            )
            return (HIGHER in self.keys and high > reference) or (
                LOWER in self.keys and low < reference
            )
        thresholds = cast("PointsScale", probe.version.content).thresholds
        levels = [exact(item.minimum) for item in thresholds if item.minimum is not None]
        met = {outcome_of(level, thresholds) for level in levels if low <= level <= high}
        met.add(outcome_of(low, thresholds))
        return any(probe.rules.outcomes[key].value in met for key in self.keys)


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
