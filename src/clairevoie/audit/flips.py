"""Change a protected or proxy input of every case, recompute, and count whose answer changes.

A flip is put to the published rules, not to the machine: it says what the rules make of a datum,
all else equal. Data that go with it in life (income with employment) stay as they are, unless the
flip changes them too. What the machine does beyond its rules is for the replay to find.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.cutoffs import Cutoffs
from clairevoie.audit.flip_tallies import (
    COMPARED,
    IMPOSSIBLE,
    NO_ANSWER_AFTER,
    NO_ANSWER_BEFORE,
    NOT_CONCERNED,
    FlipCut,
    FlippedInput,
    FlipResult,
    FlipTally,
)
from clairevoie.audit.flipping import (
    Flipped,
    cases_of,
    check_flips,
    flipped,
    inputs_of,
    known_as,
    rows_of,
)
from clairevoie.audit.grouping import Grouping, Places
from clairevoie.audit.model import Plan
from clairevoie.audit.recomputing import (
    Rows,
    by_version,
    check_fit,
    in_period,
    kept_rows,
    names_read,
)
from clairevoie.audit.shifts import Floats
from clairevoie.decisions.model import Journal
from clairevoie.decisions.opening import reading_problems
from clairevoie.decisions.replay.comparing import Said
from clairevoie.decisions.replay.facts import inputs_of as inputs_by_name
from clairevoie.decisions.replay.model import Read
from clairevoie.rules.columns import Array, ColumnResult
from clairevoie.rules.evaluate import evaluate_columns
from clairevoie.rules.model import Input, RuleSet
from clairevoie.rules.reads import inputs_read

if TYPE_CHECKING:
    import pyarrow as pa

Mask = NDArray[np.bool_]

MOST_EXACT = 2**62
"""Numbers beyond this are subtracted as floating ones: their difference may not fit."""


def flip(
    journal: Journal,
    rules: RuleSet,
    plan: Plan,
    source: Path | Read,
    *,
    within: Path | None = None,
    url: str = "",
    progress: Callable[[int], None] | None = None,
) -> tuple[FlipResult, ...]:
    """Make each flip of a plan on every case of the period, with the rules in force on its date.

    Decisions are counted, each for one: neither weights nor persons. Every case is changed alone.
    Where places go by rank, its new points are therefore compared with what its competition asks,
    all others staying as they are; equals at the last place have no outcome
    (`clairevoie.audit.cutoffs`). The journal is read once, twice where places go by rank; memory is
    bounded by a few batches, and by competitions where there are any.

    Args:
        journal: the declaration.
        rules: the published rules that it applies.
        plan: with ``flips``, and ``impossible`` combinations; its groups, intersections and period.
        source: the folder of the declaration; or a function that, given names of columns, gives
            the rows as Arrow batches, in the same order each time.
        within, url: as in `clairevoie.decisions.opening.open_journal`.
        progress: told how many rows have been read so far, all passes together.

    Returns:
        One result a flip, in the order of the plan.

    Raises:
        PlanProblem: the plan does not fit the journal or the rules.
        JournalProblem: the journal cannot be read.
    """
    if not plan.flips:
        return ()
    check_fit(journal, rules, plan)
    check_flips(plan, rules, journal)
    with reading_problems(journal):
        return _run(journal, rules, plan, source, within, url, progress)


def _run(
    journal: Journal,
    rules: RuleSet,
    plan: Plan,
    source: Path | Read,
    within: Path | None,
    url: str,
    progress: Callable[[int], None] | None,
) -> tuple[FlipResult, ...]:
    more = inputs_of(plan)
    names = names_read(journal, rules, more)
    known = inputs_by_name(rules)
    pass_ = _Pass(rules, plan, names, {name: known[name] for name in more})
    cutoffs = pass_.cutoffs
    columns = (*names.values(), *cutoffs.columns, *pass_.grouping.columns)
    rows = Rows(journal, rules, plan, source, names, within=within, url=url, progress=progress)
    if cutoffs.versions:
        for batch, said in rows.read(columns):
            pass_.rank(batch, said)
        cutoffs.settle()
    for batch, said in rows.read(columns):
        pass_.add(batch, said)
    return pass_.results()


# --- the pass -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """Cases of a batch that one version answers.

    ``lines`` is, for each cut, the line of each case; ``many`` how many lines there are so far;
    ``before`` their answers, ``None`` when no version is in force.
    """

    index: int
    batch: pa.RecordBatch
    days: Array
    lines: list[Places]
    many: list[int]
    before: ColumnResult | None


class _Pass:
    """The passes over a journal: every case as it is, then after each flip."""

    def __init__(
        self,
        rules: RuleSet,
        plan: Plan,
        names: Mapping[str, str],
        more: Mapping[str, Input],
    ) -> None:
        self.rules, self.plan, self.names, self.more = rules, plan, names, more
        self.cutoffs, self.grouping = Cutoffs(rules), Grouping(plan)
        self.outside = 0
        self.tallies = [FlipTally(len(rules.outcomes), len(self.grouping.cuts)) for _ in plan.flips]
        self.met: set[int] = set()

    def rank(self, batch: pa.RecordBatch, said: Said) -> None:
        """Add the points of a batch to what competitions ask for, the period left aside."""
        everyone = np.ones(batch.num_rows, dtype=bool)
        for index, part, _, days in by_version(self.rules, batch, said, everyone):
            if index in self.cutoffs.versions:
                version = self.rules.versions[index]
                columns = cases_of(part, version, self.names, {})
                result = evaluate_columns(self.rules, columns, version=version, days=days)
                self.cutoffs.add(index, part, result)

    def add(self, batch: pa.RecordBatch, said: Said) -> None:
        """Count what each flip makes of the cases of a batch."""
        kept = in_period(self.plan, said)
        self.outside += int(np.count_nonzero(~kept))
        if not kept.any():
            return
        lines = self.grouping.lines(kept_rows(batch, kept))
        place = np.cumsum(kept) - 1
        for index, part, rows, days in by_version(self.rules, batch, said, kept):
            self._version(index, part, days, [line[place[rows]] for line in lines])

    def _version(self, index: int, batch: pa.RecordBatch, days: Array, lines: list[Places]) -> None:
        # Days without rules: what would be flipped is known, and there is no answer to change.
        version = self.rules.versions[index]
        columns = cases_of(batch, version, self.names, self.more)
        items = known_as(version, self.more)
        many = [self.grouping.many(cut) for cut in range(len(lines))]
        before: ColumnResult | None = None
        if index >= 0:
            self.met.add(index)
            before = evaluate_columns(self.rules, columns, version=version, days=days)
        part = _Part(index, batch, days, lines, many, before)
        for one, tally in zip(self.plan.flips, self.tallies, strict=True):
            self._compare(part, flipped(one, columns, items, self.plan.impossible), tally)

    def _compare(self, part: _Part, found: Flipped, tally: FlipTally) -> None:
        """Count what one flip makes of some cases."""
        before = part.before
        status = np.where(found.concerned, NO_ANSWER_BEFORE, NOT_CONCERNED)
        status[found.impossible] = IMPOSSIBLE
        if before is None:
            tally.count(part.lines, part.many, status)
            return
        wanted = found.concerned & ~found.impossible & (before.problem == 0)
        places = np.flatnonzero(wanted)
        if not len(places):
            tally.count(part.lines, part.many, status)
            return
        version = self.rules.versions[part.index]
        after = evaluate_columns(
            self.rules, rows_of(found.columns, wanted), version=version, days=part.days[places]
        )
        answered = after.problem == 0
        status[places] = np.where(answered, COMPARED, NO_ANSWER_AFTER)
        tally.count(part.lines, part.many, status)
        lines = [line[places[answered]] for line in part.lines]
        alike = _taken(before, places)
        first, second = self._outcomes(part, alike, after, places)
        tally.move(lines, part.many, first[answered], second[answered])
        changes = _changes(alike, after, answered)
        if changes is not None:
            tally.shifts.add(lines, part.many, changes)

    def _outcomes(
        self, part: _Part, before: ColumnResult, after: ColumnResult, places: Places
    ) -> tuple[Array, Array]:
        """The outcomes of some cases, before and after; −1 for none."""
        import pyarrow as pa

        if part.index in self.cutoffs.versions:
            batch = part.batch
            if len(places) < batch.num_rows:
                batch = batch.take(pa.array(places))
            first, second = self.cutoffs.outcomes(part.index, batch, (before, after))
            return first, second
        none = np.full(len(places), -1, dtype=np.int8)
        first = none if before.outcome is None else before.outcome
        return first, none if after.outcome is None else after.outcome

    def results(self) -> tuple[FlipResult, ...]:
        """Return what was found."""
        known = inputs_by_name(self.rules)
        read = {item.name for index in self.met for item in inputs_read(self.rules.versions[index])}
        return tuple(
            FlipResult(
                name=one.name,
                label=one.label,
                inputs=tuple(_described(known[name]) for name in one.inputs),
                read=not read.isdisjoint(one.inputs),
                ranked=not self.met.isdisjoint(self.cutoffs.versions),
                outside=self.outside,
                total=tally.lines(self.rules, self.grouping, 0)[0],
                cuts=tuple(
                    FlipCut(cut, tally.lines(self.rules, self.grouping, index))
                    for index, cut in enumerate(self.grouping.cuts)
                    if index
                ),
            )
            for one, tally in zip(self.plan.flips, self.tallies, strict=True)
        )


def _described(item: Input) -> FlippedInput:
    return FlippedInput(item.name, item.label, item.protected)


def _taken(result: ColumnResult, places: Places) -> ColumnResult:
    return replace(
        result,
        count=len(places),
        value=None if result.value is None else result.value[places],
        outcome=None if result.outcome is None else result.outcome[places],
        problem=result.problem[places],
    )


def _changes(before: ColumnResult, after: ColumnResult, answered: Mask) -> Floats | None:
    """By how much the number of each answered case changes; ``None`` when rules give none."""
    if before.value is None or after.value is None:
        return None
    old, new = before.value[answered], after.value[answered]
    if before.decimals is None:
        return np.asarray(new - old, dtype=np.float64)
    ends = [int(end) for side in (old, new) if len(side) for end in (side.min(), side.max())]
    if max(map(abs, ends), default=0) >= MOST_EXACT:
        old, new = old.astype(np.float64), new.astype(np.float64)
    return np.asarray((new - old) / 10.0**before.decimals)
