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
from clairevoie.audit.containment import ROWS
from clairevoie.audit.figures import Cut
from clairevoie.audit.intervals import Floats
from clairevoie.audit.model import Plan, PlanProblem
from clairevoie.decisions.engines import arrow_of
from clairevoie.decisions.model import Journal

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

    from clairevoie.audit.measures import Measure

SUMS = ("persons", "nn", "nx", "xx")
"""Of the persons i of a line with n decisions of which x are hits: how many, Σn², Σnx, Σx²."""
AT_ONCE = 4_000_000
"""About so many decisions are held at a time."""
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
    import ibis

    names = [item.name for item in (*plan.groups, *plan.conditions)]
    used = dict.fromkeys(name for one in measures for name in one.parts if name != ROWS)
    rows = table.select(
        who=person_of(journal, table),
        **{f"key_{name}": clean_level(table, plan.group(name)) for name in names},
        **{
            _spelt(name): ibis.literal(True) if flags[name] is None else flags[name]
            for name in used
        },
    )
    within = tuple(item.name for item in plan.conditions)
    cuts = dict.fromkeys(((), *plan.cuts, *((*cut, *within) for cut in plan.cuts)))
    lines = {cut: cells.cut(cut) for cut in cuts}
    found = {
        cut: {
            f"{name}:{one.name}": np.zeros(len(lines[cut].rows))
            for one in measures
            for name in (*SUMS, *(REST + name for name in SUMS))
        }
        for cut in cuts
    }
    # All the decisions of a person come together: sums over some persons, then others, add up.
    parts = -(-cells.total // AT_ONCE)
    for part in range(parts):
        mine = (
            rows if parts == 1 else rows.filter((rows.who.hash() % parts + parts) % parts == part)
        )
        each = mine.group_by(["who", *(f"key_{name}" for name in names)]).aggregate(
            **{ROWS: mine.count()}, **{_spelt(name): mine[_spelt(name)].sum() for name in used}
        )
        _add(found, arrow_of(each), lines, measures)
    for sums in found.values():
        for name in sums:
            if name.startswith(REST):
                sums[name] += found[()][name.removeprefix(REST)]
    return found


def _spelt(name: str) -> str:
    """Return the name of a sum as a column may be called."""
    return name.replace(":", "__")


def _add(
    found: Mapping[Cut, Sums],
    each: pa.Table,
    lines: Mapping[Cut, Cells],
    measures: Sequence[Measure],
) -> None:
    """Add the sums of some persons; those of the rest less those of everybody.

    Args:
        found: for each cut, the sums to add to.
        each: decisions by person and by combination of groups, with their counts.
        lines: for each cut, its cells.
        measures: that are taken.
    """
    import pyarrow.compute as pc

    def numbers(name: str) -> Floats:
        values: Floats = np.asarray(each.column(_spelt(name)).cast("float64"))
        return values

    who = np.asarray(pc.dictionary_encode(each.column("who").combine_chunks()).indices)
    who = who.astype(np.int64)
    counts = [
        tuple(
            np.sum([sign * numbers(name) for name, sign in terms], axis=0)
            for terms in (one.of, one.count)
        )
        for one in measures
    ]
    keys = {}
    for name in dict.fromkeys(name for cut in found for name in cut):
        encoded = pc.dictionary_encode(each.column(f"key_{name}").combine_chunks())
        keys[name] = encoded.dictionary.to_pylist(), np.asarray(encoded.indices)
    for cut, sums in found.items():
        cells = lines[cut]
        shape = tuple(len(levels) for levels in cells.levels)
        place = np.zeros(len(who), dtype=np.int64)
        for name, levels in zip(cut, cells.levels, strict=True):
            words, which = keys[name]
            place = place * len(levels) + np.array([levels.index(one) for one in words])[which]
        own = np.zeros(int(np.prod(shape, dtype=np.int64)), dtype=np.int64)
        codes = np.ravel_multi_index(tuple(cells.codes.T), shape) if shape else [0]
        own[codes] = np.arange(len(cells.rows))
        many = len(cells.rows)
        pairs, row = np.unique(who * many + own[place], return_inverse=True)
        person, line = pairs // many, pairs % many
        for one, (of, count) in zip(measures, counts, strict=True):
            n, x = np.bincount(row, of), np.bincount(row, count)
            total, hits = np.bincount(who, of)[person], np.bincount(who, count)[person]
            n_out, x_out = total - n, hits - x
            for name, values in (
                ("persons", n > 0),
                ("nn", n * n),
                ("nx", n * x),
                ("xx", x * x),
                # Who has no decision in the line is in the sums over everybody as it should be.
                (f"{REST}persons", (n_out > 0) * 1.0 - (total > 0)),
                (f"{REST}nn", n_out * n_out - total * total),
                (f"{REST}nx", n_out * x_out - total * hits),
                (f"{REST}xx", x_out * x_out - hits * hits),
            ):
                sums[f"{name}:{one.name}"] += np.bincount(line, values, minlength=many)
