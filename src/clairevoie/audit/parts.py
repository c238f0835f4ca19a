"""What the sums of a plan are parts of: names that are published, and what one has beside another.

A part is a set of rows: those of some flags and of none of some others. Its count is a combination
of sums (those hit, and those to whom it could happen less those hit); it is never negative, and it
is as secret as any figure, since whoever has the sums has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.cells import Cells
from clairevoie.audit.containment import ROWS, containing, filters_of
from clairevoie.audit.model import Plan

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class More:
    """Counts that are published beside those of the cells: delays, scores, amounts in classes.

    Attributes:
        shown: for each name, the groups whose tables show it.
        parts: of these names.
    """

    shown: Mapping[str, tuple[str, ...]]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A set of rows.

    Attributes:
        terms: names of sums, each with its factor (1 or -1).
        inside: flags that all its rows have; none for all rows.
        outside: flags that none of its rows has.
    """

    terms: tuple[tuple[str, int], ...]
    inside: tuple[str, ...]
    outside: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``hit:refus``, or ``of:refus - hit:refus``."""
        words = [f"{'-' if factor < 0 else '+'} {name}" for name, factor in self.terms]
        return " ".join(words).removeprefix("+ ")

    @property
    def single(self) -> bool:
        """Whether it is a sum that is published."""
        return len(self.terms) == 1

    def over(self, names: tuple[str, ...]) -> Floats:
        """Return its factors, of shape (names,)."""
        found = np.zeros(len(names))
        for name, factor in self.terms:
            found[names.index(name)] = factor
        return found


def names_of(plan: Plan, cells: Cells) -> tuple[str, ...]:
    """Return the sums that are published of a plan: rows first, each after what it is a part of."""
    amounts = [f"amount:{item.name}" for item in plan.amounts]
    return (*sum_names(plan), *(name for name in amounts if name in cells.sums))


def sum_names(plan: Plan) -> tuple[str, ...]:
    """Return the counts of a plan, rows first, each after what it is a part of."""
    found = [ROWS]
    for item in plan.outcomes:
        found += [f"of:{item.name}", f"hit:{item.name}"]
    if plan.truth is not None:
        for prefix in ("", "random:") if plan.truth.random else ("",):
            found += [f"{prefix}{name}" for name in ("known", "true", "said", "both")]
    if plan.chain and plan.weights:
        found.append(plan.everybody)
    found += [f"step:{item.name}" for item in plan.chain]
    return tuple(found)


def parts_of(
    plan: Plan, names: tuple[str, ...], columns: Floats, more: Sequence[Part] = ()
) -> tuple[Part, ...]:
    """Return the parts of a plan that are negative in no cell: by person, some need not be sets.

    Args:
        plan: the plan.
        names: its sums.
        columns: their values, of shape (names, cells).
        more: parts that only the journal tells (`clairevoie.audit.overlaps`).
    """
    found = [
        *(_alone(name) for name in names),
        *_of_outcomes(plan),
        *_of_truth(plan),
        *_of_chain(plan),
        *_contained(plan),
        *more,
    ]
    found = list({part.terms: part for part in found}.values())
    if plan.weights:
        # Rows are not weighted: nothing is taken from them.
        found = [part for part in found if part.single or ROWS not in dict(part.terms)]
    return tuple(
        part
        for part in found
        if part.single or (part.over(names) @ columns).min(initial=0.0) >= -1e-6
    )


def _alone(name: str) -> Part:
    return Part(((name, 1),), () if name == ROWS else (name,))


def _less(whole: str, *gone: str) -> Part:
    return Part(
        ((whole, 1), *((name, -1) for name in gone)), () if whole == ROWS else (whole,), gone
    )


def _of_outcomes(plan: Plan) -> Iterator[Part]:
    for item in plan.outcomes:
        yield _less(f"of:{item.name}", f"hit:{item.name}")
        yield _less(ROWS, f"of:{item.name}")


def _of_truth(plan: Plan) -> Iterator[Part]:
    if plan.truth is None:
        return
    hit = f"hit:{plan.truth.predicted}"
    yield _less(ROWS, "known")
    yield from _confusion("")
    # Those said are hit and known: what remains is hit, not known; or neither.
    yield Part(((hit, 1), ("said", -1)), (hit,), ("known",))
    yield Part(((ROWS, 1), (hit, -1), ("known", -1), ("said", 1)), (), (hit, "known"))
    if not plan.truth.random:
        return
    yield from _confusion("random:")
    yield _less("known", "random:known")
    for name in ("true", "said", "both"):
        yield Part(((name, 1), (f"random:{name}", -1)), (name,), ("random:known",))
    for name in ("true", "said"):
        terms = ((name, 1), ("both", -1), (f"random:{name}", -1), ("random:both", 1))
        yield Part(terms, (name,), ("both", "random:known"))
    neither = (
        *(("known", 1), ("true", -1), ("said", -1), ("both", 1)),
        *(("random:known", -1), ("random:true", 1), ("random:said", 1), ("random:both", -1)),
    )
    yield Part(neither, ("known",), ("true", "said", "random:known"))


def _confusion(prefix: str) -> Iterator[Part]:
    known, true, said, both = (f"{prefix}{name}" for name in ("known", "true", "said", "both"))
    yield _less(known, true)
    yield _less(known, said)
    yield _less(true, both)
    yield _less(said, both)
    yield Part(((known, 1), (true, -1), (said, -1), (both, 1)), (known,), (true, said))


def _of_chain(plan: Plan) -> Iterator[Part]:
    before = plan.everybody
    for item in plan.chain:
        yield _less(before, f"step:{item.name}")
        before = f"step:{item.name}"


def _contained(plan: Plan) -> Iterator[Part]:
    """Yield what is between a count and one that it contains by their filters."""
    for outer, inner in containing(filters_of(plan)):
        yield _less(outer, inner)


def substitutions(columns: Floats) -> tuple[list[int], Floats]:
    """Return the names from which the others follow in every cell, and how they follow.

    An attacker who reads the plan knows that those refused are those not accepted: hiding the one
    and showing the other hides nothing. Such an identity is taken for known when it holds in all
    cells; one that holds by chance is too, which only hides more.

    Args:
        columns: values of each name, of shape (names, cells).

    Returns:
        The names that are kept, and the factors of each name over them, of shape (names, kept).
    """
    kept: list[int] = []
    found: list[dict[int, int]] = []
    for index, column in enumerate(columns):
        terms = _identity(column, columns, kept) if column.any() else None
        if terms is None:
            kept.append(index)
            terms = {index: 1}
        found.append(terms)
    factors = np.zeros((len(columns), len(kept)))
    for index, terms in enumerate(found):
        for name, factor in terms.items():
            factors[index, kept.index(name)] = factor
    return kept, factors


def followed_by(columns: Floats, kept: Sequence[int], factors: Floats) -> tuple[list[int], Floats]:
    """Add names to those from which the others follow, as `substitutions` finds them.

    Args:
        columns: values of all names, the new ones last, of shape (names, cells).
        kept, factors: of the first names.
    """
    kept, rows = list(kept), [list(row) for row in factors]
    for index in range(len(rows), len(columns)):
        column = columns[index]
        terms = _identity(column, columns, kept) if column.any() else None
        if terms is None:
            kept.append(index)
            terms = {index: 1}
        rows.append([float(terms.get(name, 0)) for name in kept])
    return kept, np.array([row + [0.0] * (len(kept) - len(row)) for row in rows])


def _identity(column: Floats, columns: Floats, kept: list[int]) -> dict[int, int] | None:
    """Return a column as a sum and difference of kept ones; ``None`` if it is not."""
    if not kept:
        return None
    near = 1e-9 * max(1.0, float(np.abs(column).max()))
    basis = columns[kept].T
    exact, *_ = np.linalg.lstsq(basis, column, rcond=None)
    whole = np.rint(exact)
    if np.abs(whole).max() == 1 and np.abs(basis @ whole - column).max() <= near:
        return {name: int(factor) for name, factor in zip(kept, whole, strict=True) if factor}
    # With few cells there are many such combinations, and this is not the shortest.
    for size in (1, 2):
        for names in combinations(kept, size):
            for factors in product((1, -1), repeat=size):
                if np.abs(np.array(factors) @ columns[list(names)] - column).max() <= near:
                    return dict(zip(names, factors, strict=True))
    return None
