"""Which tables of delays, scores and amounts are published, beside what is shown of the cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clairevoie.audit.amounts import amount_tables
from clairevoie.audit.cells import Cells
from clairevoie.audit.classed import amount_form, delay_table, score_table
from clairevoie.audit.classes import (
    Classed,
    amount_classes,
    delay_classes,
    score_classes,
    who,
)
from clairevoie.audit.columns import clean_level
from clairevoie.audit.containment import ROWS
from clairevoie.audit.counting import inside_period
from clairevoie.audit.differencing import Differences
from clairevoie.audit.figures import Amount, Figure, Hidden
from clairevoie.audit.histograms import count_delays, count_score
from clairevoie.audit.intervals import Floats
from clairevoie.audit.model import Amount as AmountOf
from clairevoie.audit.model import Plan
from clairevoie.audit.parts import More, Part
from clairevoie.audit.results import AmountTable, DelayTable, Key, ScoreTable
from clairevoie.audit.secrecy import hidden_beside
from clairevoie.decisions.engines import arrow_of
from clairevoie.decisions.model import Journal

if TYPE_CHECKING:
    import ibis


def with_tables(
    journal: Journal,
    plan: Plan,
    table: ibis.Table,
    cells: Cells,
    hidden: Hidden,
    persons: Mapping[Figure, int] | None,
    beside: Differences,
    overlapping: Sequence[Part] = (),
) -> Hidden:
    """Return what is hidden of an audit, with its tables of coarse classes.

    A table is published with all its groups, or not at all. It is not with weights, nor by person:
    what stands beside it then counts something else.

    Args:
        journal, plan, table, cells: what was counted.
        hidden: of the cells.
        persons, beside, overlapping: that it was found with
            (`clairevoie.audit.secrecy.hidden_figures`).
    """
    if plan.secrecy == "none" or plan.weights or plan.unit == "person":
        return hidden
    groups = cells.cut([item.name for item in plan.groups])
    found = list(_classed(journal, plan, table, groups))
    columns = {name: column for one in found for name, column in one.columns().items()}
    if not columns:
        return hidden
    more = More(
        {name: one.classed.groups for one in found for name in one.columns()},
        tuple(part for one in found for part in one.parts()),
    )
    gone = hidden_beside(
        plan,
        cells,
        hidden,
        more,
        columns,
        persons=persons,
        told=beside.told,
        close=beside.close,
        overlapping=overlapping,
    )
    shown = [
        (one, name)
        for one in found
        for name in one.classed.groups
        if not any(each.cut == (name,) and each.name in one.columns() for each in gone)
    ]
    made = _Tables(journal, plan, table, groups)
    return replace(
        hidden,
        delays=tuple(made.delays(shown)),
        scores=tuple(made.scores(shown)),
        amounts=tuple(made.amounts(shown)),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """The classes of a delay, of the score (no name) or of an amount."""

    kind: str
    name: str
    classed: Classed

    def columns(self) -> dict[str, Floats]:
        """Return counts by cell of each class that has anybody."""
        if not self.classed.groups:
            return {}
        return {
            f"{self.kind}:{self.name}:{kind}:{place}": column.astype(np.float64)
            for kind, classes in enumerate(self.classed.cells)
            for place, column in enumerate(classes)
            if column.any()
        }

    def parts(self) -> list[Part]:
        """Return each class, and the rows that are in none."""
        names = tuple(self.columns())
        if not names:
            return []
        rest = Part(((ROWS, 1), *((name, -1) for name in names)), (), names)
        return [*(Part(((name, 1),), (name,)) for name in names), rest]


def _classed(journal: Journal, plan: Plan, table: ibis.Table, groups: Cells) -> list[_Found]:
    found = [
        _Found("delay", item.name, delay_classes(journal, plan, table, item, groups))
        for item in plan.delays
    ]
    if plan.score is not None:
        edges = count_score(journal, plan, table, plan.score).edges.tolist()
        classed = score_classes(journal, plan, table, plan.score, edges, groups)
        found.append(_Found("score", "", classed))
    found += [
        _Found("amount", item.name, amount_classes(journal, plan, table, item, groups))
        for item in plan.amounts
    ]
    return found


@dataclass(frozen=True, slots=True)
class _Tables:
    """Makes the tables that are published, in the order of the plan."""

    journal: Journal
    plan: Plan
    table: ibis.Table
    groups: Cells

    def _keys(self, name: str) -> list[Key]:
        return [(key,) for key in self.groups.levels[self.groups.names.index(name)]]

    def delays(self, shown: list[tuple[_Found, str]]) -> list[DelayTable]:
        """Return the tables of delays."""
        found = []
        for item in self.plan.delays:
            mine = [
                (one, name) for one, name in shown if (one.kind, one.name) == ("delay", item.name)
            ]
            if not mine:
                continue
            counts = count_delays(self.journal, self.plan, self.table, item)
            # By their reasons, rows left out may be on a few, even where together they are not.
            left = (counts.unknown, counts.impossible, counts.after)
            told = all(
                not many or (many >= self.plan.least and self.journal.person is None)
                for many in left
            )
            for one, name in mine:
                made = delay_table(
                    self.plan,
                    item,
                    name,
                    one.classed,
                    self._keys(name),
                    left if told else (None, None, None),
                )
                if made is not None:
                    found.append(made)
        return found

    def scores(self, shown: list[tuple[_Found, str]]) -> list[ScoreTable]:
        """Return the tables of the score."""
        score = self.plan.score
        mine = [(one, name) for one, name in shown if one.kind == "score"]
        if score is None or not mine:
            return []
        deciles = count_score(self.journal, self.plan, self.table, score).deciles
        made = [
            score_table(self.plan, score, name, one.classed, self._keys(name), deciles)
            for one, name in mine
        ]
        return [one for one in made if one is not None]

    def amounts(self, shown: list[tuple[_Found, str]]) -> list[AmountTable]:
        """Return the tables of amounts that no unit dominates."""
        found = []
        for item in self.plan.amounts:
            mine = {name for one, name in shown if (one.kind, one.name) == ("amount", item.name)}
            if not mine:
                continue
            for made in amount_tables(self.journal, self.plan, self.table, item):
                name = made.cut[0]
                if name in mine:
                    units = self._units(item, name)
                    if not any(amount.dominated for amount, _ in units.values()):
                        on = {key: many for key, (_, many) in units.items()}
                        found.append(amount_form(made, self.plan.least, on))
        return found

    def _units(self, item: AmountOf, name: str) -> dict[Key, tuple[Amount, int]]:
        """Return, for each level, its amount with that of its largest unit, and how many there are.

        Amounts are without their sign: one that is paid back tells as much.
        """
        inside, _ = inside_period(self.journal, self.plan, self.table)
        value: Any = inside[item.column].cast("float64")
        rows = inside.select(
            key=clean_level(inside, self.plan.group(name)),
            who=who(self.journal, inside),
            value=value.abs(),
        )
        rows = rows.filter(rows.value.notnull() & ~rows.value.isnan())
        each = rows
        if self.journal.person is not None:
            each = rows.group_by("key", "who").aggregate(value=rows.value.sum())
        units = each.group_by("key").aggregate(
            total=each.value.sum(), largest=each.value.max(), units=each.count()
        )
        return {
            (one["key"],): (Amount(one["total"], one["largest"]), int(one["units"]))
            for one in arrow_of(units).to_pylist()
        }
