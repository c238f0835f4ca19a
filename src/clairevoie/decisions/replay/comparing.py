"""Decisions of a batch against the answers of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.decisions.model import Journal
from clairevoie.rules.arrow import columns_of, read_column
from clairevoie.rules.columns import Array, ColumnResult, Columns
from clairevoie.rules.evaluate import NO_VERSION, evaluate_columns
from clairevoie.rules.model import Category, Input, RuleSet, Version

if TYPE_CHECKING:
    import pyarrow as pa

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
Floats = NDArray[np.float64]

ABSENT = -1
"""Code of an outcome that is not given."""
UNKNOWN = -2
"""Code of an outcome that is given and is none of the rules'."""
UNDECIDED = -3
"""Code of the outcome of a case that the rules rank, and do not separate from the next."""
JOURNAL_DECIMALS = 6
"""A column whose numbers have more decimals than this is not taken as rounded."""

_DAY = Input("day", "date", {}, {}, {}, {})
_FLOAT = Input("value", "number", {}, {}, {}, {})


def decimal_input(decimals: int) -> Input:
    """Return a stand-in by which a column is read as exact decimals."""
    return Input("value", "decimal", {}, {}, {}, {}, decimals=decimals)


class Said:
    """What the journal says of the decisions of a batch: days, the machine's output, the decision.

    Attributes:
        days: of shape (n,), ``datetime64[D]``; anything where ``undated``.
        undated: where there is no day that can be read, ``None``: nowhere.
        proposal, decision: codes of outcomes, `ABSENT` or `UNKNOWN`; ``None`` when the journal has
            no such column.
    """

    def __init__(self, journal: Journal, rules: RuleSet, batch: pa.RecordBatch) -> None:
        self.count = batch.num_rows
        days, gone, wrong = read_column(batch.column(journal.date), _DAY)
        self.days = days
        self.undated = _either(gone, wrong)
        name = journal.machine_value
        self.value = MachineValue(batch.column(name)) if name else None
        self.proposal = _outcomes(journal.machine_outcome, rules, batch)
        self.decision = _outcomes(journal.decision, rules, batch)


def _either(one: Mask | None, other: Mask | None) -> Mask | None:
    if one is None or other is None:
        return other if one is None else one
    return one | other


def _outcomes(name: str, rules: RuleSet, batch: pa.RecordBatch) -> NDArray[np.int16] | None:
    if not name or not rules.outcomes:
        return None
    words = tuple(Category(item.value, {}) for item in rules.outcomes)
    codes, gone, wrong = read_column(
        batch.column(name), Input(name, "category", {}, {}, {}, {}, categories=words)
    )
    if wrong is not None:
        codes = np.where(wrong, np.int16(UNKNOWN), codes)
    if gone is not None:
        codes = np.where(gone, np.int16(ABSENT), codes)
    return codes


class MachineValue:
    """The number that the machine wrote, as exact decimals or as floating numbers."""

    def __init__(self, column: Any) -> None:
        self._column = column
        self._exact: dict[int, tuple[Array, Mask | None]] = {}

    @cached_property
    def floating(self) -> bool:
        """Whether the journal holds floating numbers, which cannot be exact."""
        import pyarrow as pa

        return bool(pa.types.is_floating(self._column.type))

    @cached_property
    def floats(self) -> Floats:
        """The numbers as floating ones; NaN where there is none, or none that can be read."""
        values, gone, wrong = read_column(self._column, _FLOAT)
        absent = _either(gone, wrong)
        return values if absent is None else np.where(absent, np.nan, values)

    @cached_property
    def given(self) -> Mask | None:
        """Where a number is given, ``None``: everywhere."""
        import pyarrow as pa

        kind = self._column.type
        if self._column.null_count == 0 and (
            pa.types.is_integer(kind) or pa.types.is_decimal(kind)
        ):
            return None
        _, gone, _ = read_column(self._column, _FLOAT)
        return None if gone is None else ~gone

    def exact(self, decimals: int) -> tuple[Array, Mask | None]:
        """Return whole units of the last decimal, and where the number is not whole in them."""
        if decimals not in self._exact:
            values, _, wrong = read_column(self._column, decimal_input(decimals))
            self._exact[decimals] = values, wrong
        return self._exact[decimals]

    def rows(self, rows: Rows) -> MachineValue:
        """Return the numbers of some rows."""
        return MachineValue(self._column.take(_indices(rows)))

    def decimals(self) -> int | None:
        """Return the decimals that the column is written with, ``None`` beyond a few."""
        import pyarrow as pa

        kind = self._column.type
        if pa.types.is_decimal(kind) and kind.scale <= JOURNAL_DECIMALS:
            return int(kind.scale)
        for decimals in range(JOURNAL_DECIMALS + 1):
            if self.exact(decimals)[1] is None:
                return decimals
        return None


def result_floats(result: ColumnResult) -> Floats:
    """Return the numbers of a result as floating ones; NaN where there is no answer."""
    if result.value is None:
        return np.full(result.count, np.nan)
    value = result.value.astype(np.float64)
    if result.decimals:
        value = value / 10.0**result.decimals
    value[result.problem != 0] = np.nan
    return value


def same_value(value: MachineValue, result: ColumnResult, tolerance: float) -> Mask | None:
    """Return where the machine's number is that of the rules; ``None`` when rules give none."""
    if result.value is None:
        return None
    if result.decimals is None:
        found = close(value.floats, result.value, tolerance)
    else:
        units, wrong = value.exact(result.decimals)
        found = units == result.value
        if wrong is not None:
            found &= ~wrong
            if value.floating:
                found |= wrong & close(value.floats, result_floats(result), tolerance)
    if result.problem.any():
        found &= result.problem == 0
    return found


def close(one: Floats, other: Floats, tolerance: float) -> Mask:
    """Return where two floating numbers are within ``tolerance × max(1, |other|)``."""
    with np.errstate(invalid="ignore", over="ignore"):
        gap = np.subtract(one, other)
        np.abs(gap, out=gap)
        room = np.abs(other)
        np.maximum(room, 1.0, out=room)
        room *= tolerance
        return np.asarray(gap <= room)


@dataclass(frozen=True, slots=True)
class Compared:
    """The decisions of a batch compared, each array of shape (n,).

    ``value``, ``proposal`` and ``decision`` say where the journal agrees with the rules; ``None``
    when there is nothing to compare; ``…_given`` where there is something, ``None``: everywhere.
    """

    version: NDArray[np.int16]
    """Index of the version in force; −1 for none."""
    outcome: NDArray[np.int8] | None
    problem: NDArray[np.uint8]
    value: Mask | None
    value_given: Mask | None
    proposal: Mask | None
    proposal_given: Mask | None
    decision: Mask | None
    decision_given: Mask | None

    def given(self) -> Mask | None:
        """Return where anything is compared; ``None``: everywhere."""
        found: Mask | None = np.zeros(len(self.version), dtype=bool)
        for agrees, given in self._parts():
            if agrees is not None:
                found = None if found is None or given is None else found | given
        return found

    def conform(self) -> Mask:
        """Return where everything that is given agrees."""
        found: Mask | None = None
        for agrees, given in self._parts():
            if agrees is not None:
                fine = agrees if given is None else agrees | ~given
                found = fine if found is None else found & fine
        return np.ones(len(self.version), dtype=bool) if found is None else found

    def machine(self) -> tuple[Mask, Mask]:
        """Return where the machine's own output agrees, and where it is given at all."""
        count = len(self.version)
        agrees, given = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
        for one, there in self._parts()[:2]:
            if one is not None:
                agrees &= one if there is None else one | ~there
                given |= True if there is None else there
        return agrees, given

    def take(self, rows: Rows) -> Compared:
        """Return some rows."""
        taken: dict[str, Any] = {}
        for each in fields(self):
            array = getattr(self, each.name)
            taken[each.name] = None if array is None else array[rows]
        return Compared(**taken)

    def _parts(self) -> tuple[tuple[Mask | None, Mask | None], ...]:
        return (
            (self.value, self.value_given),
            (self.proposal, self.proposal_given),
            (self.decision, self.decision_given),
        )


def versions_in_force(rules: RuleSet, said: Said) -> NDArray[np.int16]:
    """Return the index of the version in force on each day; −1 for none."""
    starts = np.array([item.start for item in rules.versions], dtype="datetime64[D]")
    ends = [
        np.datetime64("9999-12-31") if item.until is None else item.until for item in rules.versions
    ]
    last = np.array(ends, dtype="datetime64[D]")
    if said.count and said.undated is None:
        # Journals are mostly in order of date: one version answers for the whole batch.
        first, final = said.days.min(), said.days.max()
        index = int(np.searchsorted(starts, first, side="right")) - 1
        if index >= 0 and final <= last[index]:
            return np.full(said.count, index, dtype=np.int16)
    found = np.searchsorted(starts, said.days, side="right").astype(np.int16) - np.int16(1)
    found[said.days > last[np.maximum(found, 0)]] = -1
    if said.undated is not None:
        found[said.undated] = -1
    return found


def declared_versions(
    journal: Journal, rules: RuleSet, batch: pa.RecordBatch
) -> NDArray[np.int16] | None:
    """Return the version that each row says was applied, as an index.

    Returns:
        `ABSENT` where it says none, `UNKNOWN` where it is none of the rules'; ``None`` when the
        journal has no such column.
    """
    import pyarrow as pa

    if not journal.rule_version:
        return None
    column = batch.column(journal.rule_version)
    if not (pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)):
        column = column.cast(pa.string())
    ids = tuple(Category(item.id, {}) for item in rules.versions)
    codes, gone, wrong = read_column(
        column, Input("version", "category", {}, {}, {}, {}, categories=ids)
    )
    found = np.asarray(codes, dtype=np.int16)
    if wrong is not None:
        found = np.where(wrong, np.int16(UNKNOWN), found)
    return found if gone is None else np.where(gone, np.int16(ABSENT), found)


def answers_in_force(
    rules: RuleSet,
    batch: pa.RecordBatch,
    names: Mapping[str, str],
    days: Array,
    version: NDArray[np.int16],
) -> list[tuple[Rows | None, Version | None, ColumnResult]]:
    """Evaluate a batch, each row with the version in force.

    Returns:
        For each version there, the rows (``None``: all of them), and their answers. Rows without
        a version come with the problem ``no_version``.
    """
    present = np.unique(version)
    found: list[tuple[Rows | None, Version | None, ColumnResult]] = []
    for index in present.tolist():
        rows = None if len(present) == 1 else np.flatnonzero(version == index)
        count = batch.num_rows if rows is None else len(rows)
        if index < 0:
            found.append((rows, None, _unanswered(count)))
            continue
        chosen = rules.versions[index]
        part = batch if rows is None else batch.take(_indices(rows))
        when = days if rows is None else days[rows]
        found.append((rows, chosen, answers(rules, chosen, part, names, when)))
    return found


def answers(
    rules: RuleSet, version: Version, batch: pa.RecordBatch, names: Mapping[str, str], days: Array
) -> ColumnResult:
    """Evaluate a batch with one version."""
    columns: Columns = columns_of(batch, version, names)
    return evaluate_columns(rules, columns, version=version, days=days)


def _indices(rows: Rows) -> pa.Array:
    import pyarrow as pa

    return pa.array(rows)


def _unanswered(count: int) -> ColumnResult:
    return ColumnResult(
        count=count,
        value=np.zeros(count, dtype=np.int64),
        decimals=0,
        outcome=np.full(count, -1, dtype=np.int8),
        outcomes=(),
        problem=np.full(count, NO_VERSION, dtype=np.uint8),
    )


def compare(
    said: Said,
    version: NDArray[np.int16],
    parts: Sequence[tuple[Rows | None, Version | None, ColumnResult]],
    *,
    tolerance: float,
    ranked: NDArray[np.int8] | None = None,
) -> Compared:
    """Compare what the journal says with the answers of the rules.

    Args:
        said: the journal's side.
        version: the version in force, by index.
        parts: what `answers_in_force` gives.
        tolerance: see `clairevoie.decisions.replay.model.Settings`.
        ranked: outcomes that come from a ranking; `UNKNOWN` where there is none.
    """
    # Where a version gives no number there is nothing to disagree with.
    value = Filled(said.count, np.dtype(bool), True)
    problem = Filled(said.count, np.dtype(np.uint8))
    outcome = Filled(said.count, np.dtype(np.int8), ABSENT)
    for rows, _, result in parts:
        problem.put(rows, result.problem)
        outcome.put(rows, result.outcome)
        if said.value is not None:
            machine = said.value if rows is None else said.value.rows(rows)
            value.put(rows, same_value(machine, result, tolerance))
    answered = outcome.array
    if ranked is not None:
        answered = np.full(said.count, ABSENT, dtype=np.int8) if answered is None else answered
        answered = np.where(ranked != UNKNOWN, ranked, answered)
    return Compared(
        version=version,
        outcome=answered,
        problem=np.zeros(0, dtype=np.uint8) if problem.array is None else problem.array,
        value=value.array,
        value_given=None if said.value is None or value.array is None else said.value.given,
        **_agreements(said, answered),
    )


def _agreements(said: Said, outcome: NDArray[np.int8] | None) -> dict[str, Mask | None]:
    found: dict[str, Mask | None] = {}
    for name, codes in (("proposal", said.proposal), ("decision", said.decision)):
        found[name] = found[f"{name}_given"] = None
        if codes is None or outcome is None:
            continue
        there = _compared(codes, outcome)
        found[name] = (codes == outcome) & there
        found[f"{name}_given"] = None if there.all() else there
    return found


def _compared(codes: NDArray[np.int16], outcome: NDArray[np.int8]) -> Mask:
    found: Mask = codes != ABSENT
    if (outcome == UNDECIDED).any():
        found &= outcome != UNDECIDED
    return found


class Filled:
    """An array filled part by part; ``None`` as long as nothing was put."""

    def __init__(self, count: int, dtype: Any, start: int | bool = 0) -> None:
        self.array: Any = None
        self._count, self._dtype, self._start = count, dtype, start

    def put(self, rows: Rows | None, part: Array | None) -> None:
        """Put a part; without rows it is the whole."""
        if part is None:
            return
        if rows is None:
            self.array = part
            return
        if self.array is None:
            self.array = np.full(self._count, self._start, dtype=self._dtype)
        self.array[rows] = part
