"""A measure over one cut, as intervals know it: fewer, where weights differ or persons repeat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clairevoie.audit.cells import Cells, Sums
from clairevoie.audit.clusters import REST
from clairevoie.audit.intervals import Effective, Floats, effective_counts
from clairevoie.audit.measures import Measure, summed
from clairevoie.audit.model import Plan
from clairevoie.audit.results import Key
from clairevoie.audit.spread import rest


@dataclass(frozen=True, slots=True)
class Counts:
    """A measure for the groups of a cut.

    Attributes:
        keys: of the groups.
        count, of: hits and size.
        seen, out_of: the same as intervals know them: less, when weights differ or when a person
            has several decisions.
        rest, out_of_rest: hits and size of all other groups as intervals know them.
    """

    keys: list[Key]
    count: Floats
    of: Floats
    seen: Floats
    out_of: Floats
    rest: Floats
    out_of_rest: Floats


def counts_of(plan: Plan, cut: Cells, measure: Measure) -> Counts:
    """Return a measure over the cells of a cut.

    Args:
        plan: the plan.
        cut: cells, as `Cells.cut` gives them.
        measure: what is measured.
    """
    count, of = summed(cut, measure.count), summed(cut, measure.of)
    if plan.unit == "cluster":
        sums = cut.clusters[cut.names]
        own = _by_cluster(count, of, sums, measure.name)
        others = rest(of)
        out = _by_cluster(np.minimum(rest(count), others), others, sums, measure.name, REST)
        return Counts(cut.keys(), count, of, own.count, own.of, out.count, out.of)
    seen, out_of = count, of
    if plan.weights:
        # Kish: weights that differ tell as much as fewer rows of equal weight.
        # What is taken away is part of what it is taken from, and so are the squares.
        squares = summed(cut, tuple((f"squares:{name}", sign) for name, sign in measure.of))
        effective = np.divide(of**2, squares, out=np.zeros(len(of)), where=squares > 0)
        share = np.divide(count, of, out=np.zeros(len(of)), where=of > 0)
        seen, out_of = share * effective, effective
    return Counts(cut.keys(), count, of, seen, out_of, *of_the_rest(count, of, out_of))


def _by_cluster(count: Floats, of: Floats, sums: Sums, name: str, prefix: str = "") -> Effective:
    return effective_counts(
        count,
        of,
        clusters=sums[f"{prefix}persons:{name}"],
        of_squares=sums[f"{prefix}nn:{name}"],
        count_squares=sums[f"{prefix}xx:{name}"],
        products=sums[f"{prefix}nx:{name}"],
    )


def of_the_rest(count: Floats, of: Floats, out_of: Floats) -> tuple[Floats, Floats]:
    """Return effective hits and size of all other groups, for each group (last axis).

    The rate of the rest is that of its own counts. Groups add up their variances: of several, n²
    over the sum of each one's n² by effective size is the effective size (Kish, for weights).
    """
    others = rest(of)
    hits = np.minimum(rest(count), others)
    if np.array_equal(of, out_of):
        return hits, others
    spent = rest(np.divide(of**2, out_of, out=np.zeros_like(of), where=out_of > 0))
    size = np.divide(others**2, spent, out=np.zeros_like(of), where=spent > 0)
    share = np.divide(hits, others, out=np.zeros_like(of), where=others > 0)
    return share * size, size


def in_one_cell_each(cells: Cells, cut: tuple[str, ...], measure: Measure) -> bool:
    """Tell whether nobody has decisions in two cells of a cut, so that their sums are apart."""
    name = f"persons:{measure.name}"
    found = cells.clusters[cut][name].sum() == cells.clusters[()][name].sum()
    return bool(found)
