"""What counts of one plan tell of each other in a journal, beyond what their filters say.

Two columns may say the same (an age, a band of it), so that one count contains another and no
filter shows it. The journal does: rows are of so many kinds, by the flags they have, and a sum or
difference of counts which is 0 or 1 for every kind is a set of rows, that anybody finds by
subtraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from clairevoie.audit.cells import Cells
from clairevoie.audit.containment import ROWS
from clairevoie.audit.counting import flags_of, inside_period
from clairevoie.audit.intervals import Floats
from clairevoie.audit.model import Plan
from clairevoie.audit.parts import Part, names_of, parts_of
from clairevoie.decisions.engines import arrow_of
from clairevoie.decisions.model import Journal

if TYPE_CHECKING:
    import ibis


def overlaps(journal: Journal, plan: Plan, table: ibis.Table, cells: Cells) -> tuple[Part, ...]:
    """Return the differences of two counts, or of one and two others, that are sets of rows.

    Those that the plan tells already (`parts_of`), or that are empty, are left out.

    Args:
        journal, plan, table: what was counted.
        cells: the counts: only differences that are negative in none of them are looked at.
    """
    names = tuple(name for name in names_of(plan, cells) if not name.startswith("amount:"))
    columns = np.stack(
        [cells.rows.astype(np.float64) if name == ROWS else cells.sums[name] for name in names]
    )
    known = {part.over(names).tobytes() for part in parts_of(plan, names, columns)}
    asked = [
        part
        for part in _differences(names)
        if part.over(names).tobytes() not in known
        and not (plan.weights and ROWS in dict(part.terms))
        and (part.over(names) @ columns).min(initial=0.0) >= -1e-6
    ]
    if not asked:
        return ()
    kinds = _kinds(journal, plan, table, names)
    seen = {(part.over(names) @ kinds).tobytes() for part in parts_of(plan, names, columns)}
    found = []
    for part in asked:
        values = part.over(names) @ kinds
        if values.tobytes() in seen or not set(np.unique(values)) <= {0.0, 1.0} or not values.any():
            continue
        if len(part.outside) == 1 and _through(names, kinds, part):
            continue
        seen.add(values.tobytes())
        found.append(part)
    return tuple(found)


def _through(names: tuple[str, ...], kinds: Floats, part: Part) -> bool:
    """Tell whether a third count is between two, so that two other parts make this one up."""
    outer, inner = (kinds[names.index(part.terms[place][0])] for place in (0, 1))
    return any(
        (inner <= one).all()
        and (one <= outer).all()
        and (inner < one).any()
        and (one < outer).any()
        for one in kinds
    )


def _differences(names: tuple[str, ...]) -> Iterator[Part]:
    for whole in names:
        others = [name for name in names if name not in {whole, ROWS}]
        for many in (1, 2):
            for gone in combinations(others, many):
                terms = ((whole, 1), *((name, -1) for name in gone))
                yield Part(terms, () if whole == ROWS else (whole,), gone)


def _kinds(journal: Journal, plan: Plan, table: ibis.Table, names: tuple[str, ...]) -> Floats:
    """Return which flags each kind of row has, of shape (names, kinds)."""
    import ibis

    inside, _ = inside_period(journal, plan, table)
    flags = flags_of(plan, inside)
    columns = {
        f"flag_{rank}": ibis.literal(True) if flags.get(name) is None else flags[name]
        for rank, name in enumerate(names)
    }
    rows = arrow_of(inside.select(**columns).distinct())
    return np.array(
        [
            np.asarray(rows.column(f"flag_{rank}").combine_chunks().to_pylist(), dtype=np.float64)
            for rank in range(len(names))
        ]
    )
