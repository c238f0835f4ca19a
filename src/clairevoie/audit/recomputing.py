"""The rows of a journal for what is recomputed from the rules: flips, decompositions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.model import Plan, PlanProblem
from clairevoie.decisions.model import Journal
from clairevoie.decisions.opening import batches
from clairevoie.decisions.replay.comparing import Said, versions_in_force
from clairevoie.decisions.replay.model import Read
from clairevoie.rules.columns import Array
from clairevoie.rules.model import RuleSet
from clairevoie.rules.reads import inputs_read

if TYPE_CHECKING:
    import pyarrow as pa

Mask = NDArray[np.bool_]


def check_fit(journal: Journal, rules: RuleSet, plan: Plan) -> None:
    """Check that a plan, a journal and rules belong together.

    Raises:
        PlanProblem: they do not.
    """
    if plan.journal != journal.id:
        text = f"the plan is for the journal '{plan.journal}', not for '{journal.id}'"
        raise PlanProblem(("journal", text))
    if journal.rules != rules.id:
        text = f"the journal applies the rules '{journal.rules}', not '{rules.id}': give those"
        raise PlanProblem(("journal", text))


def names_read(journal: Journal, rules: RuleSet, more: Iterable[str] = ()) -> dict[str, str]:
    """Return the column of each input that a version of the rules reads, and of some others."""
    read = [item.name for version in rules.versions for item in inputs_read(version)]
    return journal.input_columns(dict.fromkeys((*read, *more)))


class Rows:
    """Reads the journal, and tells how many rows have been read, all passes together.

    Args:
        journal, rules, plan: what goes together.
        source: as for `clairevoie.audit.flips.flip`.
        names: the column of each input that is read.
        within, url: as in `clairevoie.decisions.opening.open_journal`.
        progress: told how many rows have been read.
    """

    def __init__(
        self,
        journal: Journal,
        rules: RuleSet,
        plan: Plan,
        source: Path | Read,
        names: Mapping[str, str],
        *,
        within: Path | None,
        url: str,
        progress: Callable[[int], None] | None,
    ) -> None:
        # What the machine and the agents said is not read: only the day is.
        self._days = replace(journal, machine_value="", machine_outcome="", decision="")
        self._rules, self._progress, self._count = rules, progress, 0
        words = _words(journal, rules, plan, names)
        self._read: Read = (
            (lambda columns: batches(journal, source, columns, within=within, url=url, words=words))
            if isinstance(source, Path)
            else source
        )

    def read(self, columns: Sequence[str]) -> Iterator[tuple[pa.RecordBatch, Said]]:
        """Yield batches of some columns, and the day of each row."""
        wanted = tuple(dict.fromkeys((self._days.date, *columns)))
        for batch in self._read(wanted):
            if batch.num_rows:
                yield batch, Said(self._days, self._rules, batch)
            self._count += batch.num_rows
            if self._progress is not None:
                self._progress(self._count)


def _words(
    journal: Journal, rules: RuleSet, plan: Plan, names: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the columns of few different words, which are read quicker as a dictionary."""
    kinds = {
        item.name
        for version in rules.versions
        for item in version.inputs
        if item.type == "category"
    }
    found = [column for name, column in names.items() if name in kinds]
    found += [item.column for item in plan.groups if not item.bands]
    return tuple(sorted(set(found) - {journal.date}))


def in_period(plan: Plan, said: Said) -> Mask:
    """Return the rows of the period of a plan; without a period, all of them."""
    found = np.ones(said.count, dtype=bool)
    if plan.since is None and plan.until is None:
        return found
    if said.undated is not None:
        found &= ~said.undated
    if plan.since is not None:
        found &= said.days >= np.datetime64(plan.since)
    if plan.until is not None:
        found &= said.days <= np.datetime64(plan.until)
    return found


def kept_rows(batch: pa.RecordBatch, kept: Mask) -> pa.RecordBatch:
    """Return some rows of a batch."""
    import pyarrow as pa

    return batch if kept.all() else batch.filter(pa.array(kept))


def by_version(
    rules: RuleSet, batch: pa.RecordBatch, said: Said, kept: Mask
) -> Iterator[tuple[int, pa.RecordBatch, NDArray[np.intp], Array]]:
    """Yield what each version of the rules answers, of some rows that are kept.

    Yields:
        The index of the version in force (−1: none is), its rows as an Arrow batch, their places in
        the whole batch, and their days.
    """
    import pyarrow as pa

    version = versions_in_force(rules, said)
    for index in np.unique(version[kept]).tolist():
        rows = np.flatnonzero(kept & (version == index))
        part = batch if len(rows) == batch.num_rows else batch.take(pa.array(rows))
        yield index, part, rows, said.days[rows]
