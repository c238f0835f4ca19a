"""Check a journal before anything is computed from it.

The journal goes by in batches. Inputs and dates are read by the very functions that evaluate the
rules (`clairevoie.rules.arrow`), so that what the check accepts, a replay can read, and nothing is
refused twice differently. References that come back and personal data in clear are looked for by
DuckDB. Memory stays bounded whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.decisions.findings import ColumnEmpty, JournalReport, Tally
from clairevoie.decisions.model import Journal
from clairevoie.rules.model import Input, InputType, RuleSet, Version

if TYPE_CHECKING:
    import ibis

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]
Days = NDArray[np.datetime64]


def check_journal(
    journal: Journal,
    table: ibis.Table,
    rules: RuleSet,
    *,
    today: date,
    done: Callable[[int], None] = lambda _count: None,
) -> JournalReport:
    """Check a journal against its declaration and the rules.

    Args:
        journal: the declaration.
        table: its rows (`clairevoie.decisions.opening.open_journal`, ``numbered=True`` is quicker).
        rules: the rules that the decisions apply.
        today: a decision after this day is a problem.
        done: told how many rows were read.

    Raises:
        JournalProblem: the rows cannot be read.
    """
    from clairevoie.decisions.clear import find_clear
    from clairevoie.decisions.duplicates import alike_references, find_duplicates
    from clairevoie.decisions.opening import local_table, reading_problems, table_batches

    with reading_problems(journal):
        tally = Tally()
        checked = _Checked(journal, rules, tally, today, frozenset(table.columns))
        local = local_table(_numbered(table, checked.columns))
        rows = 0
        for batch in table_batches(local):
            _check_batch(checked, batch)
            rows += batch.num_rows
            done(rows)
        for name in checked.absent:
            tally.add("absent_column", name, rows, [])
        for name in checked.undeclared:
            tally.add("absent_input", name, rows, [])
        find_duplicates(local, journal, tally)
        tally.add(
            "identifier_alike", journal.identifier, alike_references(local, journal.identifier), []
        )
        find_clear(local, journal, tally)
    return JournalReport(
        journal=journal.id,
        digest=journal.digest,
        rules=rules.id,
        rules_digest=rules.digest,
        rows=rows,
        columns=tuple(ColumnEmpty(name, checked.empty.get(name, 0)) for name in checked.columns),
        findings=tally.findings(),
    )


@dataclass(slots=True)
class _Checked:
    """What every batch is checked with."""

    journal: Journal
    rules: RuleSet
    tally: Tally
    today: date
    present: frozenset[str]
    inputs: tuple[tuple[str, Input, tuple[int, ...], bool], ...] = ()
    """Column, definition, versions (by index) that define it so, whether they need it."""
    columns: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    undeclared: tuple[str, ...] = ()
    empty: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found, absent, undeclared = _inputs(self.journal, self.rules, self.present)
        self.inputs, self.absent, self.undeclared = found, absent, undeclared
        named = [*self.journal.columns(), *(column for column, *_ in found)]
        self.columns = tuple(name for name in dict.fromkeys(named) if name in self.present)


def _inputs(
    journal: Journal, rules: RuleSet, present: frozenset[str]
) -> tuple[tuple[tuple[str, Input, tuple[int, ...], bool], ...], tuple[str, ...], tuple[str, ...]]:
    """The inputs to check, versions that define one alike together; those that are not there."""
    from clairevoie.rules.reads import inputs_read

    found: dict[tuple[Any, ...], tuple[str, Input, list[int], bool]] = {}
    absent: dict[str, None] = {}
    undeclared: dict[str, None] = {}
    for rank, version in enumerate(rules.versions):
        columns = journal.input_columns(item.name for item in version.inputs)
        for item in inputs_read(version):
            needed = item.required and item.default is None
            column = columns.get(item.name)
            if column is None or column not in present:
                if needed:
                    (undeclared if column is None else absent)[column or item.name] = None
                continue
            categories = tuple(one.value for one in item.categories)
            alike = (
                column,
                item.type,
                item.minimum,
                item.maximum,
                item.decimals,
                categories,
                needed,
            )
            found.setdefault(alike, (column, item, [], needed))[2].append(rank)
    inputs = tuple(
        (name, item, tuple(ranks), needed) for name, item, ranks, needed in found.values()
    )
    return inputs, tuple(absent), tuple(undeclared)


def _numbered(table: ibis.Table, columns: Sequence[str]) -> ibis.Table:
    import ibis

    from clairevoie.decisions.opening import ROW

    if ROW not in table.columns:
        table = table.mutate(**{ROW: ibis.row_number() + 1})
    return table.select(*columns, ROW)


def _check_batch(checked: _Checked, batch: Any) -> None:
    from clairevoie.decisions.opening import ROW

    rows: Rows = batch.column(ROW).to_numpy()
    journal, tally = checked.journal, checked.tally
    for name in checked.columns:
        gone = _blank(batch.column(name))
        checked.empty[name] = checked.empty.get(name, 0) + int(gone.sum())
        if name in {journal.identifier, journal.date, journal.decision, journal.rule_version}:
            tally.mark("missing", name, gone, rows)
    days, known = _check_dates(checked, batch, rows)
    versions = _check_versions(checked, batch, rows, days, known)
    _check_inputs(checked, batch, rows, versions)
    _check_outcomes(checked, batch, rows)
    _check_numbers(checked, batch, rows)


def _blank(column: Any) -> Mask:
    """Where a cell is null, an empty text or a floating NaN."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    gone = pc.is_null(column, nan_is_null=True)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        gone = pc.or_(gone, pc.equal(pc.utf8_trim_whitespace(column), "").fill_null(True))
    mask: Mask = gone.to_numpy(zero_copy_only=False)
    return mask


def _read(column: Any, kind: InputType) -> tuple[Any, Mask, Mask]:
    """Read a column as the rules would: values, where there is one, where it is unreadable."""
    from clairevoie.rules.arrow import read_column

    values, gone, wrong = read_column(column, Input("", kind, {}, {}, {}, {}))
    nowhere = np.zeros(len(values), dtype=bool)
    unreadable = nowhere if wrong is None else wrong
    return values, ~(unreadable if gone is None else unreadable | gone), unreadable


def _check_dates(checked: _Checked, batch: Any, rows: Rows) -> tuple[Days, Mask]:
    """Check the dates; return the days of the decisions and where they are known."""
    journal, tally = checked.journal, checked.tally
    read: dict[str, tuple[Days, Mask]] = {}
    for name in (journal.date, journal.decided_on, journal.received_on):
        if name and name not in read:
            values, known, wrong = _read(batch.column(name), "date")
            read[name] = values, known
            tally.mark("unreadable_date", name, wrong, rows)
            tally.mark("in_the_future", name, known & (values > np.datetime64(checked.today)), rows)
    if journal.received_on:
        received, came = read[journal.received_on]
        after = np.zeros(len(rows), dtype=bool)
        for name in filter(None, (journal.date, journal.decided_on)):
            decided, known = read[name]
            after |= came & known & (received > decided)
        tally.mark("received_after", journal.received_on, after, rows)
    return read[journal.date]


def _check_versions(
    checked: _Checked, batch: Any, rows: Rows, days: Days, known: Mask
) -> NDArray[np.int64]:
    """Check which version applies; return its index for each row, the last one when unknown."""
    import pyarrow as pa
    import pyarrow.compute as pc

    journal, tally, versions = checked.journal, checked.tally, checked.rules.versions
    found = _in_force(versions, days, known)
    if not journal.rule_version:
        tally.mark("no_version", journal.date, known & (found < 0), rows)
    else:
        column = batch.column(journal.rule_version)
        said = pc.utf8_trim_whitespace(column.cast(pa.string()))
        ids = pa.array([item.id for item in versions], pa.string())
        place = pc.index_in(said, ids).fill_null(-1).to_numpy().astype(np.int64)
        stated = ~_blank(column)
        tally.mark("unknown_version", journal.rule_version, stated & (place < 0), rows)
        starts, ends = _bounds(versions)
        named = known & (place >= 0)
        tally.mark("before_version", journal.date, named & (days < starts[place]), rows)
        tally.mark("after_version", journal.date, named & (days > ends[place]), rows)
        found = np.where(place >= 0, place, found)
    return np.where(found < 0, len(versions) - 1, found)


def _bounds(versions: Sequence[Version]) -> tuple[Days, Days]:
    starts = np.array([item.start for item in versions], dtype="datetime64[D]")
    ends = np.array([item.until or date.max for item in versions], dtype="datetime64[D]")
    return starts, ends


def _in_force(versions: Sequence[Version], days: Days, known: Mask) -> NDArray[np.int64]:
    """The index of the version in force on each day, −1 for none."""
    starts, ends = _bounds(versions)
    place: NDArray[np.int64] = np.searchsorted(starts, days, side="right").astype(np.int64) - 1
    fits = known & (place >= 0) & (days <= ends[np.maximum(place, 0)])
    return np.where(fits, place, -1)


def _check_inputs(checked: _Checked, batch: Any, rows: Rows, versions: NDArray[np.int64]) -> None:
    from clairevoie.rules.arrow import read_column
    from clairevoie.rules.evaluate import out_of_domain

    for column, item, ranks, needed in checked.inputs:
        every = len(ranks) == len(checked.rules.versions)
        here = np.ones(len(rows), dtype=bool) if every else np.isin(versions, ranks)
        values, gone, wrong = read_column(batch.column(column), item)
        there = here if gone is None else here & ~gone
        if gone is not None and needed:
            checked.tally.mark("missing_input", column, here & gone, rows)
        # A category that is not in the list is read as no category: outside the domain.
        code = "out_of_domain" if item.type == "category" else "unreadable_input"
        if wrong is not None:
            checked.tally.mark(code, column, there & wrong, rows)
            there &= ~wrong
        outside = out_of_domain(item, values)
        if outside is not None:
            checked.tally.mark("out_of_domain", column, there & outside, rows)


def _check_outcomes(checked: _Checked, batch: Any, rows: Rows) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    journal = checked.journal
    known = pa.array([item.value for item in checked.rules.outcomes], pa.string())
    for name in dict.fromkeys((journal.decision, journal.machine_outcome)):
        if name and len(known):
            column = batch.column(name)
            text = pc.utf8_trim_whitespace(column.cast(pa.string()))
            fits = pc.is_in(text, known).to_numpy(zero_copy_only=False)
            checked.tally.mark("not_an_outcome", name, ~fits & ~_blank(column), rows)


def _check_numbers(checked: _Checked, batch: Any, rows: Rows) -> None:
    journal: Journal = checked.journal
    bands = (item.column for item in journal.groups if item.bands)
    for name in dict.fromkeys((journal.machine_value, journal.machine_cutoff, *bands)):
        if name:
            wrong = _read(batch.column(name), "number")[2]
            checked.tally.mark("unreadable_number", name, wrong, rows)
    if journal.weight:
        weights, known, _ = _read(batch.column(journal.weight), "number")
        bad: Mask = ~(known & (weights > 0) & np.isfinite(weights))
        checked.tally.mark("bad_weight", journal.weight, bad, rows)
