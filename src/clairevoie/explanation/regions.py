"""What would change the answer: every region of values of an input, or of two, that does.

Only inputs that the person can change or contest are looked at. Single inputs come first; two
together are searched only when no single one is enough. Whatever is found is checked again by the
evaluator of one case, on both sides of each frontier, one step of the input apart: what fails the
check is left out, and the search says that it is not complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from clairevoie.explanation.grids import Grid
from clairevoie.explanation.pairing import Box, boxes
from clairevoie.explanation.probing import HIGHER, LOWER, NO_ANSWER, Aim, Probe
from clairevoie.explanation.scanning import FEW, Line, line_of, walk, wanted
from clairevoie.rules.content import PointsScale
from clairevoie.rules.model import Input, Number, RuleSet, Value, Version
from clairevoie.rules.reads import inputs_read
from clairevoie.rules.trace import Trace

PAIRS_KEPT = 12
"""Regions of two inputs that are kept; the search says how many more there are."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Values of one input: places ``first`` to ``last`` of its grid, or those of ``places``."""

    grid: Grid
    first: int
    last: int
    places: tuple[int, ...] = ()

    @property
    def low(self) -> Value:
        """The smallest value, ``None`` where only the domain bounds it from below."""
        open_below = self.first == self.grid.low and self.first != self.last
        return None if open_below else self.grid.value(self.first)

    @property
    def high(self) -> Value:
        """The largest value, ``None`` where only the domain bounds it from above."""
        open_above = self.last == self.grid.high and self.first != self.last
        return None if open_above else self.grid.value(self.last)

    @property
    def values(self) -> tuple[Value, ...]:
        """The values, for an input without order."""
        return tuple(self.grid.value(place) for place in self.places)


@dataclass(frozen=True, slots=True)
class Found:
    """Values that together give another answer: its key, and the numbers it ranges over."""

    spots: tuple[Spot, ...]
    key: int
    lowest: Number | None
    highest: Number | None


@dataclass(frozen=True, slots=True)
class Stepped:
    """An input searched by steps: a change undone within one step may be missed."""

    item: Input
    step: Decimal


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, and how well it was looked for.

    Attributes:
        aim: what was compared; ``None`` when nothing could be.
        key: the person's key.
        looked_at: the inputs that were.
        found: single inputs first, then pairs, each in the order of the rules.
        omitted: regions of two inputs beyond those kept.
        paired: whether pairs were searched, no single input being enough.
        complete: whether nothing can have been missed.
        stepped: the inputs that were searched by steps: floating numbers, and all those of a
            country package, which does not say where its formulas change.
        asked: how many cases were evaluated.
        skipped: nothing was looked for, because nobody asked for it.
    """

    aim: Aim | None
    key: int
    looked_at: tuple[Input, ...]
    found: tuple[Found, ...] = ()
    omitted: int = 0
    paired: bool = False
    complete: bool = True
    stepped: tuple[Stepped, ...] = ()
    asked: int = 0
    skipped: bool = False


NOT_SEARCHED = Search(None, NO_ANSWER, (), skipped=True)
"""For an explanation that does without what would change the answer, or tells it later."""


def aim_of(trace: Trace, cutoff: Number | None) -> Aim | None:
    """Return what of an answer can be compared: the outcome, points with a cutoff, an amount."""
    if trace.problem is not None:
        return None
    if trace.outcome is not None:
        return "outcome"
    if _number(trace.value) is None:
        return None
    return "amount" if cutoff is None else "cutoff"


def _number(value: Value) -> Number | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return value


def search(rules: RuleSet, trace: Trace, *, cutoff: Number | None = None) -> Search:
    """Find what would change the answer of one case.

    Args:
        rules: the rule set.
        trace: the case, evaluated.
        cutoff: for a ranking, the points of the last one admitted.
    """
    version = rules.version(trace.version)
    items = tuple(item for item in inputs_read(version) if item.change != "none")
    aim = aim_of(trace, cutoff)
    if aim is None or not items:
        return Search(None, NO_ANSWER, items)
    values = {reading.name: reading.value for reading in trace.readings}
    probe = Probe(rules, version, trace.day, values, aim, _number(trace.value), cutoff)
    lines = [line_of(probe, item) for item in items]
    walk(probe, lines)
    singles = [one for line in lines for one in _along(line, probe)]
    checked = [_ranged(probe, one) for one in singles if _holds(probe, one)]
    complete = len(checked) == len(singles)
    complete = complete and all(line.cuts is None or line.cuts.whole for line in lines)
    omitted = 0
    keys = sufficient(rules, version.content, probe)
    paired = bool(keys) and not any(one.key in keys for one in checked)
    if paired:
        found, whole = boxes(probe, lines, keys)
        together = sorted(map(_of_box, found), key=_contested)
        pairs = [one for one in together[:PAIRS_KEPT] if _holds(probe, one)]
        omitted = max(0, len(found) - PAIRS_KEPT)
        complete = complete and whole and len(pairs) == len(together[:PAIRS_KEPT])
        checked += pairs
    stepped = tuple(_steps(version, lines))
    complete = complete and version.kind != "openfisca"
    return Search(
        aim,
        probe.key,
        items,
        found=tuple(checked),
        omitted=omitted,
        paired=paired,
        complete=complete,
        stepped=stepped,
        asked=probe.asked,
    )


def _steps(version: Version, lines: Sequence[Line]) -> Iterator[Stepped]:
    for line in lines:
        item = line.grid.item
        if version.kind == "openfisca" and line.grid.ordered:
            from clairevoie.rules.kinds.openfisca import search_of

            if (apart := search_of(version, item.name).apart) > line.grid.step:
                yield Stepped(item, apart)
        elif item.type == "number":
            yield Stepped(item, line.grid.step)


def sufficient(rules: RuleSet, content: object, probe: Probe) -> frozenset[int]:
    """Return the keys that would do for the person; empty when the answer already does.

    A favourable outcome where the rules say which are; else any other answer. In a ranking, more
    points (than the last admitted, when they are known).
    """
    if probe.aim == "outcome":
        favours = [one.favourable for one in rules.outcomes]
        if 0 <= probe.key < len(favours) and favours[probe.key] is True:
            return frozenset()
        good = frozenset(index for index, one in enumerate(favours) if one is True)
        return good or frozenset(range(len(favours))) - {probe.key}
    if probe.aim == "cutoff":
        return frozenset() if probe.key == HIGHER else frozenset((HIGHER,))
    if isinstance(content, PointsScale) and content.ranking is not None:
        return frozenset((HIGHER,))
    return frozenset((LOWER, HIGHER))


def _along(line: Line, probe: Probe) -> Iterator[Found]:
    """Yield the values along one input that answer otherwise; alike ones together."""
    runs = [run for run in line.runs() if wanted(run, probe.key)]
    if line.grid.ordered:
        for run in runs:
            yield Found((Spot(line.grid, run.first, run.last),), run.key, run.lowest, run.highest)
        return
    alike: dict[tuple[int, Number | None], list[int]] = {}
    for index, key in enumerate(line.keys):
        if key not in {probe.key, NO_ANSWER}:
            apart = line.number(index) if probe.aim == "amount" else None
            alike.setdefault((int(key), apart), []).append(index)
    for (key, _), indexes in alike.items():
        places = tuple(int(line.units[index]) for index in indexes)
        numbers = [one for one in map(line.number, indexes) if one is not None]
        spot = Spot(line.grid, places[0], places[-1], places)
        yield Found((spot,), key, min(numbers, default=None), max(numbers, default=None))


def _contested(found: Found) -> int:
    """How many of the inputs can only be contested: those that can be changed come first."""
    return sum(spot.grid.item.change == "contest" for spot in found.spots)


def _of_box(box: Box) -> Found:
    held = Spot(box.held, box.places[0], box.places[-1], () if box.held.ordered else box.places)
    walked = Spot(box.walked, box.run.first, box.run.last)
    if not box.walked.ordered:
        places = tuple(range(box.run.first, box.run.last + 1))
        walked = Spot(box.walked, box.run.first, box.run.last, places)
    return Found((held, walked), box.run.key, box.run.lowest, box.run.highest)


def _ranged(probe: Probe, found: Found) -> Found:
    """Keep the extreme numbers of a region of a formula only where they are proved to be.

    Between two frontiers a formula may rise and fall again (a product of two steps): its bounds
    over the whole region, by interval arithmetic, must be what was met. Few values are all met.
    """
    spot = found.spots[0]
    few = not spot.grid.ordered or spot.grid.size <= FEW
    if probe.aim == "outcome" or probe.version.kind != "formula" or few:
        return found
    from clairevoie.rules.expressions.ranges import Range
    from clairevoie.rules.formula_ranges import bound_result

    ends: Any = Range(spot.grid.value(spot.first), spot.grid.value(spot.last))  # type: ignore[arg-type]
    bounds = bound_result(probe.version, {**probe.values, spot.grid.item.name: ends})
    if (bounds.low, bounds.high) == (found.lowest, found.highest):
        return found
    return replace(found, lowest=None, highest=None)


# --- the check, one case at a time ----------------------------------------------------------------


def _holds(probe: Probe, found: Found) -> bool:
    """Return whether the evaluator of one case agrees, inside and just outside each frontier.

    A country package has one evaluator only, which has answered on both sides already.
    """
    if probe.version.kind == "openfisca":
        return True
    corners = [_ends(spot) for spot in found.spots]
    for inside in _corners(corners):
        if probe.scalar_key(_case(probe, found.spots, inside)) != found.key:
            return False
    if len(found.spots) > 1:
        return True
    return all(
        probe.scalar_key(_case(probe, found.spots, (place,))) != found.key
        for place in _outside(found.spots[0], probe.aim)
    )


def _ends(spot: Spot) -> tuple[int, ...]:
    return spot.places or tuple({spot.first, spot.last})


def _outside(spot: Spot, aim: Aim) -> tuple[int, ...]:
    if not spot.grid.ordered:
        if aim == "amount":
            return ()  # other values may be as low or as high, with another amount
        return tuple(
            place for place in range(spot.grid.low, spot.grid.high + 1) if place not in spot.places
        )
    return tuple(
        place
        for place in (spot.first - 1, spot.last + 1)
        if spot.grid.low <= place <= spot.grid.high
    )


def _corners(ends: Sequence[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    if not ends:
        yield ()
        return
    for place in ends[0]:
        for rest in _corners(ends[1:]):
            yield (place, *rest)


def _case(probe: Probe, spots: Sequence[Spot], places: Sequence[int]) -> Mapping[str, Value]:
    changed = {
        spot.grid.item.name: spot.grid.value(place)
        for spot, place in zip(spots, places, strict=True)
    }
    return {**probe.values, **changed}
