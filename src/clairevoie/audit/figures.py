"""Figures of an audit: which there are, and which are not published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clairevoie.audit.results import AmountTable, DelayTable, ScoreTable

DOMINANT = 0.85
"""Share of an amount from which one unit is told by it."""
Cut = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that an audit may publish.

    Attributes:
        cut: names of groups; none for all together.
        keys: the level of each.
        name: of the sum (``hit:refus``), ``rows``, or that of a part (`audit.parts`).
    """

    cut: Cut
    keys: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class Amount:
    """The amount of a figure, and that of the unit which has most of it; neither is negative.

    Both come of one query a cut: ``each = rows.group_by("who", *keys).aggregate(its=amount.sum())``
    then ``each.group_by(*keys).aggregate(total=each.its.sum(), largest=each.its.max())``.
    """

    total: float
    largest: float

    @property
    def dominated(self) -> bool:
        """Whether one unit is told by the amount."""
        return self.largest >= DOMINANT * self.total > 0

    @property
    def need(self) -> float:
        """How much larger the total must be held possible to be for nobody to dominate it.

        Source: the upper protection level of the dominance rule, Hundepool et al. 2012, chapter 4.
        """
        return self.largest / DOMINANT - self.total


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of an earlier audit: the sum of a name over some of the present cells.

    Attributes:
        levels: for each group that limits the sum, the present levels that it covers.
        name: of the sum, in the present plan.
        shown: whether it is public; else it was hidden, and is as secret as any still.
    """

    levels: Mapping[str, frozenset[str]]
    name: str
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is not published.

    Attributes:
        figures: hidden.
        first: those of them that are on too few, or dominated.
        exposed: small figures that nothing protects any more: what is public already tells them.
        delays, scores, amounts: tables that are published, of coarse classes
            (`clairevoie.audit.classed`); the others are not.
    """

    figures: frozenset[Figure] = frozenset()
    first: frozenset[Figure] = frozenset()
    exposed: tuple[Figure, ...] = ()
    delays: tuple[DelayTable, ...] = ()
    scores: tuple[ScoreTable, ...] = ()
    amounts: tuple[AmountTable, ...] = ()

    def shows(self, cut: Sequence[str], keys: Sequence[str], *names: str) -> bool:
        """Return whether all figures of a line that something is made of are published."""
        where = (tuple(cut), tuple(keys))
        return not any(Figure(*where, name) in self.figures for name in names)
