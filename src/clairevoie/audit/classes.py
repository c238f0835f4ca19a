"""Delays, scores and amounts of a journal in classes coarse enough to be published.

A class is an interval of days, a band of scores, or « has an amount ». Limits are chosen before
looking (a fixed list of days, the deciles and thresholds of the score), then taken away until every
class of every group has nobody, or as many persons as the plan's secrecy asks for: files that ended
and files still open each, both together after the last limit. A group of which even that is not so
is left out, with its table. Limits are the same for all tables of a delay or of a score, so that
one tells nothing beside another.

Of a class made of several, persons are not counted again: a number that is no larger is held
against the least (`at_least`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.cells import Cells
from clairevoie.audit.columns import clean_level
from clairevoie.audit.counting import inside_period
from clairevoie.audit.histograms import delay_columns
from clairevoie.audit.limits import ends_of_classes, reached
from clairevoie.audit.model import Amount, Delay, Plan, Score
from clairevoie.decisions.engines import arrow_of
from clairevoie.decisions.model import Journal

if TYPE_CHECKING:
    import ibis

Counts = NDArray[np.int64]

DAYS = (
    *(0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 75, 90, 120, 150, 180, 240, 300, 365),
    *(455, 545, 730, 1095, 1460, 1825, 3650),
)
"""Last days of classes, the same for all audits: they say nothing of a journal."""
ROOM = 4
"""A group of fewer than so many times the least leaves too few classes: its table is left out."""


@dataclass(frozen=True, slots=True)
class Classed:
    """Rows of a journal in classes.

    Attributes:
        groups: those whose tables may be published.
        limits: between classes, rising: last days, or first scores; one less than classes.
        cells: rows of each kind and class in each cell of the groups, (kinds, classes, cells).
            Kinds are ended and still open for a delay, together in its last class; else there is
            one.
        lines: for each group, rows of each level, kind and class, (levels, kinds, classes).
        others: for each group, rows of each level that are in no class, (levels,).
    """

    groups: tuple[str, ...]
    limits: tuple[float, ...]
    cells: Counts
    lines: Mapping[str, Counts]
    others: Mapping[str, Counts]


def delay_classes(
    journal: Journal, plan: Plan, table: ibis.Table, delay: Delay, cells: Cells
) -> Classed:
    """Return the files of a delay, ended and still open, in classes of days.

    Args:
        journal, plan, table: what is audited.
        delay: of the plan.
        cells: of the groups of the plan, in their order.
    """
    inside, _ = inside_period(journal, plan, table)
    limit = delay.limit
    ends = ends_of_classes(limit, DAYS)
    columns = delay_columns(inside, delay)
    classes = len(ends) + 1
    above = [columns["days"] > end for end in ends]
    kept = None if limit is None else ends.index(limit.last)
    if limit is not None and kept is not None and limit.unit != "day":
        above[kept] = columns["step"] > reached(limit)
    place = _place(above)
    where = columns["closed"].ifelse(place, place + classes)
    fine = columns["state"] == "fine"
    found = _counted(journal, plan, inside, fine, where, (2, classes), cells)
    return _merged(plan, found, ends, kept)


def score_classes(
    journal: Journal,
    plan: Plan,
    table: ibis.Table,
    score: Score,
    edges: Sequence[float],
    cells: Cells,
) -> Classed:
    """Return the rows that have a score in bands.

    Args:
        journal, plan, table, cells: as for `delay_classes`.
        score: of the plan.
        edges: limits of the bands, rising (`clairevoie.audit.histograms.ScoreCounts`).
    """
    inside, _ = inside_period(journal, plan, table)
    value: Any = inside[score.column].cast("float64")
    fine = value.notnull() & ~value.isnan()
    where = _place([value >= edge for edge in edges])
    found = _counted(journal, plan, inside, fine, where, (1, len(edges) + 1), cells)
    force = None if score.in_force is None else float(score.in_force)
    kept = None if force is None else list(edges).index(force)
    return _merged(plan, found, edges, kept)


def amount_classes(
    journal: Journal, plan: Plan, table: ibis.Table, amount: Amount, cells: Cells
) -> Classed:
    """Return the rows that have an amount: one class."""
    import ibis

    inside, _ = inside_period(journal, plan, table)
    value: Any = inside[amount.column].cast("float64")
    fine = value.notnull() & ~value.isnan()
    where = ibis.literal(0).cast("int64")
    found = _counted(journal, plan, inside, fine, where, (1, 1), cells)
    return _merged(plan, found, (), None)


# --- counting -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fine:
    """Rows in the finest classes, and the persons that they are on; ``most`` as in `On`."""

    cells: Counts
    lines: Mapping[str, Counts]
    others: Mapping[str, Counts]
    persons: Mapping[str, Counts]
    other_persons: Mapping[str, Counts]
    most: Mapping[str, Counts]


def _place(above: Sequence[Any]) -> Any:
    import ibis

    found: Any = ibis.literal(0).cast("int64")
    for one in above:
        found = found + one.cast("int32")
    return found


def _counted(
    journal: Journal,
    plan: Plan,
    inside: ibis.Table,
    fine: Any,
    where: Any,
    shape: tuple[int, int],
    cells: Cells,
) -> _Fine:
    """Count rows, and the persons that they are on, by class."""
    import ibis

    size = shape[0] * shape[1]
    keys = {f"key_{axis}": clean_level(inside, item) for axis, item in enumerate(plan.groups)}
    none = ibis.literal(size).cast("int64")
    columns = keys | {"place": fine.fill_null(False).ifelse(where, none)}
    if journal.person is not None:
        columns["who"] = who(journal, inside)
    rows = inside.select(**columns)
    counted = arrow_of(rows.group_by(*keys, "place").aggregate(many=rows.count())).to_pylist()
    known = {key: place for place, key in enumerate(cells.keys())}
    by_cell = np.zeros((size + 1, len(cells.rows)), dtype=np.int64)
    for one in counted:
        by_cell[one["place"], known[tuple(one[key] for key in keys)]] += one["many"]
    lines, persons, most = {}, {}, {}
    for axis, item in enumerate(plan.groups):
        found = np.zeros((len(cells.levels[axis]), size + 1), dtype=np.int64)
        np.add.at(found, cells.codes[:, axis], by_cell.T)
        lines[item.name] = persons[item.name] = found
        most[item.name] = np.ones(len(found), dtype=np.int64)
        if journal.person is not None:
            levels = cells.levels[axis]
            persons[item.name] = _persons(rows, f"key_{axis}", levels, size + 1)
            most[item.name] = _most(rows, f"key_{axis}", levels)
    return _Fine(
        by_cell[:size].reshape(*shape, -1),
        {name: found[:, :size].reshape(-1, *shape) for name, found in lines.items()},
        {name: found[:, size] for name, found in lines.items()},
        {name: found[:, :size].reshape(-1, *shape) for name, found in persons.items()},
        {name: found[:, size] for name, found in persons.items()},
        most,
    )


def who(journal: Journal, table: ibis.Table) -> Any:
    """Return who each row is on; one that gives no person stands for a person alone."""
    import ibis

    alone = ibis.literal("row ") + table[journal.identifier].cast("string")
    if journal.person is None:
        return alone
    person = table[journal.person.column].cast("string")
    return person.notnull().ifelse(ibis.literal("who ") + person, alone)


def _persons(rows: Any, key: str, levels: Sequence[str], size: int) -> Counts:
    found = np.zeros((len(levels), size), dtype=np.int64)
    counted = rows.group_by(key=rows[key], place=rows["place"]).aggregate(many=rows.who.nunique())
    for one in arrow_of(counted).to_pylist():
        found[levels.index(one["key"]), one["place"]] = one["many"]
    return found


def _most(rows: Any, key: str, levels: Sequence[str]) -> Counts:
    found = np.ones(len(levels), dtype=np.int64)
    each = rows.group_by(key=rows[key], who=rows["who"]).aggregate(many=rows.count())
    largest = each.group_by("key").aggregate(many=each.many.max())
    for one in arrow_of(largest).to_pylist():
        found[levels.index(one["key"])] = one["many"]
    return found


# --- coarser --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class On:
    """How many persons classes are on, at least.

    Attributes:
        rows, persons: of each line, kind and fine class.
        most: rows of the person who has most of them, by line.
        least: the smallest number of persons that is published.
    """

    rows: Counts
    persons: Counts
    most: Counts
    least: int

    @property
    def classes(self) -> int:
        """Return how many fine classes there are."""
        return int(self.rows.shape[-1])

    def fine(self, low: int, high: int) -> bool:
        """Return whether, of some classes together, each kind is on nobody or on enough."""
        rows, persons = self.rows[..., low:high], self.persons[..., low:high]
        return not self._few(rows, persons, self.most[:, None])

    def fine_together(self, low: int, high: int) -> bool:
        """Return whether some classes, all kinds together, are on nobody or on enough."""
        rows, persons = (
            found[..., low:high].reshape(len(found), -1) for found in (self.rows, self.persons)
        )
        return not self._few(rows, persons, self.most)

    def _few(self, rows: Counts, persons: Counts, most: Counts) -> bool:
        on = at_least(rows, persons, most)
        return bool(((on > 0) & (on < self.least)).any())


def at_least(rows: Counts, persons: Counts, most: Counts) -> Counts:
    """Return how many persons some classes together are on, at least: the last axis goes.

    They are as many as in the class that has most of them, and as the rows would make if each
    person had as many as the one who has most.
    """
    found: Counts = np.maximum(persons.max(axis=-1), -(-rows.sum(axis=-1) // most))
    return found


def _merged(plan: Plan, fine: _Fine, limits: Sequence[float], kept: int | None) -> Classed:
    """Take limits away until nothing is on a few; ``kept`` is the last one to go."""
    least = plan.least
    groups = tuple(
        name
        for name, rows in fine.lines.items()
        if not _few(fine.other_persons[name], least).any()
        and (
            at_least(
                rows.reshape(len(rows), -1),
                fine.persons[name].reshape(len(rows), -1),
                fine.most[name],
            )
            >= ROOM * least
        ).all()
    )
    ends: list[int] = []
    if groups:
        rows, persons, most = (
            np.concatenate([found[name] for name in groups])
            for found in (fine.lines, fine.persons, fine.most)
        )
        ends = ends_of(On(rows, persons, most, least), kept)
    return Classed(
        groups,
        tuple(float(limits[end - 1]) for end in ends),
        _summed(fine.cells.transpose(2, 0, 1), ends).transpose(1, 2, 0),
        {name: _summed(found, ends) for name, found in fine.lines.items()},
        fine.others,
    )


def _summed(rows: Counts, ends: Sequence[int]) -> Counts:
    """Return rows in classes, of shape (…, kinds, classes); all kinds of the last one together."""
    bounds = [0, *ends, rows.shape[-1]]
    found = np.stack([rows[..., low:high].sum(axis=-1) for low, high in pairwise(bounds)], axis=-1)
    found[..., 0, -1] = found[..., -1].sum(axis=-1)
    found[..., 1:, -1] = 0
    return found


def _few(on: Counts, least: int) -> NDArray[np.bool_]:
    few: NDArray[np.bool_] = (on > 0) & (on < least)
    return few


def ends_of(on: On, kept: int | None) -> list[int]:
    """Return where classes end, as places: after so many fine ones; the last end is not one.

    Args:
        on: the persons of fine classes.
        kept: the fine class whose end is the last to go; ``None`` for none.
    """
    if kept is not None:
        end = kept + 1
        if on.fine(0, end) and on.fine_together(end, on.classes):
            return [*_cut(on, 0, end, on.fine), end, *_cut(on, end, on.classes, on.fine_together)]
    return _cut(on, 0, on.classes, on.fine_together)


def _cut(on: On, first: int, after: int, last: Callable[[int, int], bool]) -> list[int]:
    """Return the inner ends of classes that are each on nobody, or on enough."""
    ends, start = [], first
    for end in range(first + 1, after):
        if on.fine(start, end):
            ends.append(end)
            start = end
    while ends and not last(ends[-1], after):
        ends.pop()
    return ends
