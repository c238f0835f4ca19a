"""Count the rows of a journal by cell: one Ibis aggregate, on DuckDB, Spark or another engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clairevoie.audit.cells import MISSING, Cells
from clairevoie.audit.clusters import check_one_group_each, cluster_sums, person_of
from clairevoie.audit.columns import band_keys, both, check_columns, day_of, holds, level
from clairevoie.audit.containment import asked_of
from clairevoie.audit.exact import number, places_for, steps
from clairevoie.audit.measures import every_measure
from clairevoie.audit.model import (
    MOST_LEVELS,
    Attribute,
    Plan,
    PlanProblem,
)
from clairevoie.decisions.engines import arrow_of, number_of
from clairevoie.decisions.model import Journal

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

MOST_CELLS = 200_000
"""More cells than this are not held: intersections of too many values."""
ROWS = "rows"


def count(journal: Journal, plan: Plan, table: ibis.Table) -> Cells:
    """Return the cells of a plan.

    Names of sums, for each outcome x of the plan: ``of:x`` (to whom it could happen), ``hit:x``;
    with a truth ``known`` and, of these, ``true``, ``said`` (the outcome that foresaw it) and
    ``both``; the same of rows drawn at random under ``random:``; for each step s of the chain
    ``step:s``. With weights each is a sum of weights (with a chain, ``weighted`` is that of all
    rows), and ``squares:`` + name the sum of their squares. By person, a person to whom something
    happened once is hit.

    Args:
        journal: the declaration.
        plan: the plan.
        table: the rows, as an Ibis table of any engine.

    Raises:
        PlanProblem: the plan does not fit the table, or the journal has no row in the period.
    """
    check_columns(plan, table)
    _check_roles(journal, plan)
    inside, outside = inside_period(journal, plan, table)
    named = flags_of(plan, inside)
    attributes = (*plan.groups, *plan.conditions)
    keys = {f"key_{index}": level(inside, item) for index, item in enumerate(attributes)}
    places: dict[str, int] = {}
    if plan.unit == "person":
        check_one_group_each(journal, plan, inside)
        counted = _by_person(journal, inside, named, keys)
    elif plan.weights:
        counted, places = _weighted(journal, inside, named, keys)
    else:
        counted = _by_row(inside, named, keys)
    result = arrow_of(counted.limit(MOST_CELLS + 1))
    if result.num_rows > MOST_CELLS:
        raise _too_many(inside, attributes, keys)
    found = cells_from(result, attributes, outside, places=places)
    for item in plan.outcomes:
        if found.total and not found.sums[f"of:{item.name}"].any():
            place, columns = f"outcomes.{item.name}", ", ".join(one.column for one in item.when)
            raise PlanProblem((place, f"could happen to nobody: {columns} is given in no row"))
    if not found.total:
        where = "the period" if plan.since or plan.until else "data"
        raise PlanProblem((where, f"no decision of the journal '{journal.id}' is in it"))
    if plan.unit == "cluster":
        sums = cluster_sums(journal, plan, inside, named, every_measure(plan), found)
        return replace(found, clusters=sums)
    return found


def _check_roles(journal: Journal, plan: Plan) -> None:
    if plan.unit != "decision" and journal.person is None:
        raise PlanProblem(("unit", "the journal does not say who is concerned: count decisions"))
    if plan.unit == "person" and plan.truth is not None:
        sentence = (
            "right or wrong is said of a decision, and one person may have both: with a truth, "
            "count decisions, or decisions with intervals that know of persons (unit: cluster)"
        )
        raise PlanProblem(("unit", sentence))
    if plan.weights and not journal.weight:
        raise PlanProblem(("weights", "the journal has no column of weights: take this line away"))
    if plan.weights and plan.unit != "decision":
        raise PlanProblem(("weights", "weights go with the unit 'decision' only"))
    if plan.journal != journal.id:
        raise PlanProblem(
            ("journal", f"the plan is for the journal '{plan.journal}', not for '{journal.id}'")
        )


def inside_period(journal: Journal, plan: Plan, table: ibis.Table) -> tuple[ibis.Table, int]:
    """Return the rows of the period of a plan, and how many others there are."""
    if plan.since is None and plan.until is None:
        return table, 0
    import ibis

    day = day_of(table, journal.date, "period")
    kept: Any = day.notnull()
    if plan.since is not None:
        kept = kept & (day >= ibis.literal(plan.since.isoformat()).cast("date"))
    if plan.until is not None:
        kept = kept & (day <= ibis.literal(plan.until.isoformat()).cast("date"))
    outside = number_of((~kept.fill_null(False)).sum())
    return table.filter(kept), outside


def flags_of(plan: Plan, table: ibis.Table) -> dict[str, Any]:
    """Return what is counted of each row, as true or false; ``None`` for all rows."""
    found: dict[str, Any] = {}
    for item in plan.outcomes:
        place = f"outcomes.{item.name}"
        among = holds(table, asked_of(item), place)
        found[f"of:{item.name}"] = among
        found[f"hit:{item.name}"] = both(among, holds(table, item.when, place))
    truth = plan.truth
    if truth is not None:
        known = holds(table, truth.known, "truth")
        true, said = holds(table, truth.when, "truth"), found[f"hit:{truth.predicted}"]
        samples = {"": known}
        if truth.random:
            samples["random:"] = both(known, holds(table, truth.random, "truth"))
        for prefix, rows in samples.items():
            found[f"{prefix}known"] = rows
            found[f"{prefix}true"] = both(rows, true)
            found[f"{prefix}said"] = both(rows, said)
            found[f"{prefix}both"] = both(both(rows, true), said)
    if plan.chain and plan.weights:
        found[plan.everybody] = None
    reached: Any = None
    for step in plan.chain:
        reached = both(reached, holds(table, step.when, f"chain.{step.name}"))
        found[f"step:{step.name}"] = reached
    return found


def _number(table: ibis.Table, flag: Any) -> Any:
    """Return how many rows are as a flag says."""
    return table.count() if flag is None else flag.sum()


def _by_row(table: ibis.Table, flags: Mapping[str, Any], keys: Mapping[str, Any]) -> ibis.Table:
    sums = {name: _number(table, flag) for name, flag in flags.items()}
    return table.group_by(**keys).aggregate(**{ROWS: table.count()}, **sums)


def _weighted(
    journal: Journal, table: ibis.Table, flags: Mapping[str, Any], keys: Mapping[str, Any]
) -> tuple[ibis.Table, dict[str, int]]:
    """Add weights and their squares, as whole numbers of steps; with the places of each sum."""
    column: Any = table[journal.weight]
    if not column.type().is_numeric():
        raise PlanProblem(("weights", f"the column '{journal.weight}' holds no numbers"))
    weight = column.cast("float64")
    fine = weight.notnull() & ~weight.isnan() & ~weight.isinf() & (weight > 0)
    [seen] = arrow_of(
        table.aggregate(
            wrong=(~fine.fill_null(False)).sum(),
            largest=fine.ifelse(weight, 0.0).max(),
        )
    ).to_pylist()
    if seen["wrong"]:
        sentence = (
            f"{int(seen['wrong']):,} rows have in '{journal.weight}' no weight above 0, or an "
            "infinite one: correct them"
        )
        raise PlanProblem(("weights", sentence))
    largest = float(seen["largest"] or 0)
    once, twice = places_for(largest), places_for(largest * largest)
    kinds = {"": (steps(weight, once), once), "squares:": (steps(weight * weight, twice), twice)}
    sums: dict[str, Any] = {ROWS: table.count()}
    places = {}
    for name, flag in flags.items():
        for prefix, (mine, scale) in kinds.items():
            kept = mine if flag is None else flag.ifelse(mine, 0)
            sums[prefix + name], places[prefix + name] = kept.sum(), scale
    return table.group_by(**keys).aggregate(**sums), places


def _by_person(
    journal: Journal, table: ibis.Table, flags: Mapping[str, Any], keys: Mapping[str, Any]
) -> ibis.Table:
    """Count persons: each once, hit if it happened once."""
    each = table.group_by(who=person_of(journal, table), **keys).aggregate(
        **{name: _number(table, flag) for name, flag in flags.items()}
    )
    sums: dict[str, Any] = {ROWS: each.count()}
    sums |= {name: (each[name] > 0).sum() for name in flags}
    return each.group_by(**{key: each[key] for key in keys}).aggregate(**sums)


def _too_many(
    table: ibis.Table, attributes: tuple[Attribute, ...], keys: Mapping[str, Any]
) -> PlanProblem:
    for item, key in zip(attributes, keys.values(), strict=True):
        many = number_of(table.select(key=key).key.nunique())
        if many > MOST_LEVELS:
            return _wide(item, many)
    return PlanProblem(
        ("groups", f"the groups and conditions make more than {MOST_CELLS:,} cells: take some away")
    )


def _wide(item: Attribute, many: int) -> PlanProblem:
    sentence = f"'{item.column}' has {many:,} values: give bands, or name a column of fewer"
    return PlanProblem((f"groups.{item.name}", sentence))


def cells_from(
    result: pa.Table,
    attributes: Sequence[Attribute],
    outside: int,
    more: Sequence[str] = (),
    known: Mapping[str, Sequence[Any]] | None = None,
    places: Mapping[str, int] | None = None,
) -> Cells:
    """Return the cells of an aggregate.

    Args:
        result: columns ``key_0``… for the attributes, ``rows``, and sums.
        attributes: groups and conditions.
        outside: rows out of the period.
        more: other columns that are keys: their values in order are levels.
        known: for some of these, all their values, those that no row has included.
        places: of the sums that are in steps of 2**-places, as `clairevoie.audit.exact` has them.

    Raises:
        PlanProblem: an attribute has too many values.
    """
    # Engines give cells in any order, which sums of numbers with decimals would depend on.
    named = [name for name in result.column_names if name.startswith("key_")]
    result = result.sort_by([(name, "ascending") for name in (*named, *more, ROWS)])
    levels, codes = [], []
    for index, item in enumerate(attributes):
        words = [
            MISSING if word is None else word.strip()
            for word in result.column(f"key_{index}").to_pylist()
        ]
        order = levels_in_order(item, set(words))
        if len(order) > MOST_LEVELS:
            raise _wide(item, len(order))
        spots = {key: place for place, key in enumerate(order)}
        levels.append(tuple(order))
        codes.append([spots[word] for word in words])
    for name in more:
        values = result.column(name).to_pylist()
        order = list((known or {}).get(name, sorted(set(values))))
        levels.append(tuple(str(value) for value in order))
        spots = {value: place for place, value in enumerate(order)}
        codes.append([spots[value] for value in values])
    rows = _column(result, ROWS).astype(np.int64)
    names = [
        name
        for name in result.column_names
        if name != ROWS and name not in more and not name.startswith("key_")
    ]
    found = Cells(
        names=(*(item.name for item in attributes), *more),
        levels=tuple(levels),
        codes=np.array(codes, dtype=np.intp).reshape(len(levels), len(rows)).T,
        rows=rows,
        sums={name: _column(result, name, (places or {}).get(name, 0)) for name in names},
        outside=outside,
    )
    # Two spellings may be one level.
    return found.cut(found.names)


def _column(result: pa.Table, name: str, places: int = 0) -> Any:
    values = result.column(name).to_pylist()
    if places:
        return np.array([number(value, places) for value in values], dtype=np.float64)
    return np.array([0 if value is None else float(value) for value in values], dtype=np.float64)


def levels_in_order(item: Attribute, present: set[str]) -> list[str]:
    """Return keys of an attribute in order: its bands or labels, others, the missing last."""
    if item.bands:
        known = band_keys(item.bands)
    elif item.labels:
        known = list(item.labels)
    else:
        known = []
    others = sorted(present - set(known) - {MISSING})
    return [*(key for key in known if key in present), *others, *({MISSING} & present)]
