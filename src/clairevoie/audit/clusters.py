"""Repeated decisions on the same person: what intervals must know of who is in each cell.

Decisions add up over cells; persons do not, for one may have decisions in several. What is needed
of them is therefore counted for each cut by itself, never summed from finer cells: otherwise a
condition more (the month) would make of each person as many, and of chance a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from clairevoie.audit.cells import Cells, Sums
from clairevoie.audit.columns import clean_level
from clairevoie.audit.figures import Cut
from clairevoie.audit.model import Plan, PlanProblem
from clairevoie.decisions.engines import arrow_of
from clairevoie.decisions.model import Journal

if TYPE_CHECKING:
    import ibis

    from clairevoie.audit.measures import Measure

ROWS = "rows"
SUMS = ("persons", "nn", "nx", "xx")
"""Of the persons i of a line with n decisions of which x are hits: how many, Σn², Σnx, Σx²."""
REST = "rest_"
"""Starts the same sums over all who have decisions out of the line, of these decisions."""


def person_of(journal: Journal, table: ibis.Table) -> Any:
    """Return who each row is about; a row that names nobody stands for a person alone.

    Raises:
        PlanProblem: the journal does not say who is concerned.
    """
    import ibis

    if journal.person is None:
        raise PlanProblem(("unit", "the journal does not say who is concerned: count decisions"))
    person = table[journal.person.column].cast("string")
    alone = ibis.literal("row ") + table[journal.identifier].cast("string")
    return person.notnull().ifelse(ibis.literal("who ") + person, alone)


def check_one_group_each(journal: Journal, plan: Plan, table: ibis.Table) -> None:
    """Refuse to count persons when some are in several groups: they would count in each.

    Raises:
        PlanProblem: so it is; or the journal does not say who is concerned.
    """
    attributes = (*plan.groups, *plan.conditions)
    if not attributes:
        return
    columns = {f"key_{rank}": clean_level(table, item) for rank, item in enumerate(attributes)}
    rows = table.select(who=person_of(journal, table), **columns)
    each = rows.group_by("who").aggregate(
        **{name: rows[name].max() != rows[name].min() for name in columns}
    )
    [found] = arrow_of(each.aggregate(**{name: each[name].sum() for name in columns})).to_pylist()
    problems = []
    for rank, item in enumerate(attributes):
        if many := int(found[f"key_{rank}"] or 0):
            kind = "groups" if rank < len(plan.groups) else "conditions"
            sentence = (
                f"{many:,} persons have several values of '{item.column}', and a person counts "
                "once: count decisions with intervals that know of persons (unit: cluster), or "
                "take it away"
            )
            problems.append((f"{kind}.{item.name}", sentence))
    if problems:
        raise PlanProblem(*problems)


def cluster_sums(
    journal: Journal,
    plan: Plan,
    table: ibis.Table,
    flags: Mapping[str, Any],
    measures: Sequence[Measure],
    cells: Cells,
) -> dict[Cut, Sums]:
    """Return, for each cut and each cut within conditions, what intervals need of persons.

    Args:
        journal, plan: the declaration and the plan.
        table: the rows of the period.
        flags: what is counted of each row, as `clairevoie.audit.counting.flags_of` has it.
        measures: that are taken.
        cells: that were counted.

    Returns:
        For each cut, `SUMS` and `REST` + `SUMS` of each measure (``nn:rate:refus``), each of shape
        (cells,), in the order of ``cells.cut(cut)``.

    Raises:
        PlanProblem: the journal does not say who is concerned, or an attribute has too many values.
    """
    attributes = {item.name: item for item in (*plan.groups, *plan.conditions)}
    columns = {f"key_{name}": clean_level(table, item) for name, item in attributes.items()}
    used = dict.fromkeys(name for one in measures for name in one.parts if name != ROWS)
    each = table.group_by(who=person_of(journal, table), **columns).aggregate(
        **{ROWS: table.count()},
        **{
            _spelt(name): table.count() if flags[name] is None else flags[name].sum()
            for name in used
        },
    )
    within = tuple(item.name for item in plan.conditions)
    cuts = dict.fromkeys(((), *plan.cuts, *((*cut, *within) for cut in plan.cuts)))
    found = {}
    for cut in cuts:
        rows = arrow_of(_of_cut(each, cut, measures)).to_pylist()
        found[cut] = _aligned(rows, cut, measures, cells.cut(cut))
    for sums in found.values():
        for name in sums:
            if name.startswith(REST):
                sums[name] += found[()][name.removeprefix(REST)]
    return found


def _spelt(name: str) -> str:
    """Return the name of a sum as a column may be called."""
    return name.replace(":", "__")


def _terms(table: Any, terms: Sequence[tuple[str, int]]) -> Any:
    found: Any = 0
    for name, sign in terms:
        found = table[_spelt(name)] * sign + found
    return found.sum().cast("int64")


def _of_cut(each: ibis.Table, cut: Cut, measures: Sequence[Measure]) -> ibis.Table:
    """Return the sums of each line of a cut; those of the rest less those of everybody."""
    names = [f"key_{name}" for name in cut]
    sums = {f"n{rank}": _terms(each, one.of) for rank, one in enumerate(measures)}
    sums |= {f"x{rank}": _terms(each, one.count) for rank, one in enumerate(measures)}
    person = each.group_by(["who", *names]).aggregate(**sums)
    person = person.mutate(
        **{f"all_{name}": person[name].sum().over(group_by="who") for name in sums}
    )
    found: dict[str, Any] = {}
    for rank in range(len(measures)):
        n, x = person[f"n{rank}"], person[f"x{rank}"]
        total, hits = person[f"all_n{rank}"], person[f"all_x{rank}"]
        n_out, x_out = total - n, hits - x
        columns = {
            "persons": (n > 0).cast("int64"),
            "nn": n * n,
            "nx": n * x,
            "xx": x * x,
            # Who has no decision in the line is in the sums over everybody as it should be.
            f"{REST}persons": (n_out > 0).cast("int64") - (total > 0).cast("int64"),
            f"{REST}nn": n_out * n_out - total * total,
            f"{REST}nx": n_out * x_out - total * hits,
            f"{REST}xx": x_out * x_out - hits * hits,
        }
        found |= {f"{name}_{rank}": value.sum() for name, value in columns.items()}
    return person.group_by(names).aggregate(**found) if cut else person.aggregate(**found)


def _aligned(
    rows: list[dict[str, Any]], cut: Cut, measures: Sequence[Measure], cells: Cells
) -> Sums:
    places = {key: place for place, key in enumerate(cells.keys())}
    found = {
        f"{name}:{one.name}": np.zeros(len(places))
        for one in measures
        for name in (*SUMS, *(REST + name for name in SUMS))
    }
    for row in rows:
        place = places[tuple(row[f"key_{name}"] for name in cut)]
        for rank, one in enumerate(measures):
            for name in (*SUMS, *(REST + name for name in SUMS)):
                found[f"{name}:{one.name}"][place] = float(row[f"{name}_{rank}"] or 0)
    return found
