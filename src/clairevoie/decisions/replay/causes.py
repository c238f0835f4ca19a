"""The cause of each gap: the first that fits, in the order of `CAUSES`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from clairevoie.decisions.replay.comparing import (
    ABSENT,
    Compared,
    MachineValue,
    Mask,
    Rows,
    Said,
    answers,
    result_floats,
    same_value,
)
from clairevoie.decisions.replay.model import CAUSES
from clairevoie.rules.columns import ColumnResult
from clairevoie.rules.content import Rounding, RoundingMode
from clairevoie.rules.evaluate import MISSING, OUTSIDE
from clairevoie.rules.model import RuleSet, Threshold, Version
from clairevoie.rules.outcomes import outcome_columns

if TYPE_CHECKING:
    import pyarrow as pa

NO_MATCH = -1
CODE = {cause: index for index, cause in enumerate(CAUSES)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the machine's own output in each gap: its number, its answer, or both.

    Attributes:
        value: the number; ``None`` when the journal has none, or it is given in no row.
        value_given: where it is given.
        outcome: code of the answer: the machine's proposal; the final decision where the journal
            has no output of the machine at all. ``None`` when there is neither.
        outcome_given: where it is given.
    """

    value: MachineValue | None
    value_given: Mask
    outcome: NDArray[np.int16] | None
    outcome_given: Mask

    def agrees(self, result: ColumnResult, tolerance: float) -> Mask:
        """Return where a result of the rules gives what the machine wrote, where it wrote."""
        same = np.ones(result.count, dtype=bool)
        if self.value is not None and result.value is not None:
            found = same_value(self.value, result, tolerance)
            same &= ~self.value_given if found is None else found | ~self.value_given
        if self.outcome is not None and result.outcome is not None:
            same &= (self.outcome == result.outcome) | ~self.outcome_given
        there = self.value_given | self.outcome_given
        return np.asarray(same & there & (result.problem == 0))


def evidence_of(said: Said, rules: RuleSet, written: NDArray[np.int8] | None = None) -> Evidence:
    """Return the evidence that a batch gives of what the machine did.

    Args:
        said: what the journal says.
        rules: the rules.
        written: outcomes that rank the machine's own points: where they are its answer, the answer
            says nothing more than the points.
    """
    none = np.zeros(said.count, dtype=bool)
    value_given = none
    if said.value is not None:
        there = said.value.given
        value_given = np.ones(said.count, dtype=bool) if there is None else there
    outcome = said.proposal
    if outcome is None and said.value is None:
        outcome = said.decision
    outcome_given = none if outcome is None else outcome != ABSENT
    if outcome is not None and written is not None:
        outcome_given &= outcome != written
    return Evidence(
        value=said.value,
        value_given=value_given,
        outcome=outcome if rules.outcomes else None,
        outcome_given=outcome_given,
    )


def classify(
    rules: RuleSet,
    batch: pa.RecordBatch,
    names: Mapping[str, str],
    said: Said,
    compared: Compared,
    evidence: Evidence,
    *,
    tolerance: float,
    decimals: int | None,
    variants: Mapping[int, Sequence[Version]],
    declared: NDArray[np.int16] | None = None,
) -> tuple[NDArray[np.uint8], NDArray[np.int16]]:
    """Return the cause of each gap, and for those of another version, its index.

    Args:
        rules: the rules.
        batch: the gaps, one a row.
        names: for each input, its column.
        said: what the journal says of these rows.
        compared: these rows, compared.
        evidence: what they show of the machine.
        tolerance: see `clairevoie.decisions.replay.model.Settings`.
        decimals: how many the journal writes the machine's number with, ``None`` for many.
        variants: for each version by index, what `rounding_variants` gives.
        declared: the version that each row says was applied (`declared_versions`): where it is not
            the one in force, it is tried before the others.

    Returns:
        Index in `CAUSES`, of shape (n,); index in ``rules.versions``, −1 elsewhere.
    """
    machine, given = compared.machine()
    cause = np.full(said.count, CODE["unexplained"], dtype=np.uint8)
    matched = np.full(said.count, NO_MATCH, dtype=np.int16)
    settled = machine & given
    cause[settled] = CODE["overridden"]
    if compared.value is not None:
        displaced = compared.value & evidence.value_given & ~evidence.outcome_given & ~machine
        cause[displaced] = CODE["displaced"]
        settled |= displaced
    open_rows = np.flatnonzero(~settled)
    if not len(open_rows):
        return cause, matched
    part, here, mine = _taken(batch, said, compared, evidence, open_rows)
    ways = _Rounded(tolerance, decimals, variants)
    rounded = _rounded(rules, part, names, here, mine, ways)
    cause[open_rows[rounded]] = CODE["rounding"]
    problem = mine.problem
    cause[open_rows[problem != 0]] = CODE["no_answer"]
    cause[open_rows[problem == OUTSIDE]] = CODE["out_of_domain"]
    cause[open_rows[problem == MISSING]] = CODE["missing_input"]
    first = None if declared is None else declared[open_rows]
    for index, found in _other_versions(rules, part, names, here, mine, tolerance, first):
        free = found & (matched[open_rows] == NO_MATCH)
        matched[open_rows[free]] = index
        cause[open_rows[free]] = CODE["other_version"]
    return cause, matched


@dataclass(frozen=True, slots=True)
class _Open:
    """Gaps that the machine's own output has, with their days."""

    evidence: Evidence
    days: NDArray[Any]


@dataclass(frozen=True, slots=True)
class _Mine:
    version: NDArray[np.int16]
    problem: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Rounded:
    tolerance: float
    decimals: int | None
    variants: Mapping[int, Sequence[Version]]


def _taken(
    batch: pa.RecordBatch, said: Said, compared: Compared, evidence: Evidence, rows: Rows
) -> tuple[pa.RecordBatch, _Open, _Mine]:
    import pyarrow as pa

    narrowed = take_evidence(evidence, rows)
    part = batch.take(pa.array(rows))
    mine = _Mine(compared.version[rows], compared.problem[rows])
    return part, _Open(narrowed, said.days[rows]), mine


def take_evidence(evidence: Evidence, rows: Rows) -> Evidence:
    """Return the evidence of some rows."""
    return Evidence(
        value=None if evidence.value is None else evidence.value.rows(rows),
        value_given=evidence.value_given[rows],
        outcome=None if evidence.outcome is None else evidence.outcome[rows],
        outcome_given=evidence.outcome_given[rows],
    )


def _other_versions(
    rules: RuleSet,
    part: pa.RecordBatch,
    names: Mapping[str, str],
    here: _Open,
    mine: _Mine,
    tolerance: float,
    declared: NDArray[np.int16] | None,
) -> Iterator[tuple[int, Mask]]:
    """Each version with where it, and not the one in force, gives what the machine wrote.

    What a row declares comes first, then the versions nearest in time: a decision made late or
    early is the usual case.
    """
    if declared is not None:
        said = (declared >= 0) & (declared != mine.version)
        for index in np.unique(declared[said]).tolist():
            rows = np.flatnonzero(said & (declared == index))
            evidence, days = take_evidence(here.evidence, rows), here.days[rows]
            result = answers(rules, rules.versions[index], part.take(_arrow(rows)), names, days)
            found = np.zeros(part.num_rows, dtype=bool)
            found[rows] = evidence.agrees(result, tolerance)
            yield index, found
    if len(rules.versions) < 2:
        return
    order = sorted(
        range(len(rules.versions)),
        key=lambda index: (float(np.abs(mine.version - index).mean()), -index),
    )
    for index in order:
        other = mine.version != index
        if not other.any():
            continue
        result = answers(rules, rules.versions[index], part, names, here.days)
        yield index, here.evidence.agrees(result, tolerance) & other


# --- rounding -------------------------------------------------------------------------------------


def _rounded(
    rules: RuleSet,
    part: pa.RecordBatch,
    names: Mapping[str, str],
    here: _Open,
    mine: _Mine,
    ways: _Rounded,
) -> Mask:
    found = np.zeros(part.num_rows, dtype=bool)
    if here.evidence.value is None:
        return found
    for index in np.unique(mine.version[mine.version >= 0]).tolist():
        rows = np.flatnonzero((mine.version == index) & (mine.problem == 0))
        if not len(rows):
            continue
        version = rules.versions[index]
        batch, evidence = part.take(_arrow(rows)), take_evidence(here.evidence, rows)
        result = answers(rules, version, batch, names, here.days[rows])
        fine = _under_one_unit(rules, version, evidence, result, ways.decimals)
        for variant in ways.variants.get(index, ()):
            again = answers(rules, variant, batch, names, here.days[rows])
            fine |= evidence.agrees(again, ways.tolerance)
        same = (
            None if evidence.value is None else same_value(evidence.value, result, ways.tolerance)
        )
        found[rows] = fine if same is None else fine & ~same
    return found


def _arrow(rows: Rows) -> pa.Array:
    import pyarrow as pa

    return pa.array(rows)


def _under_one_unit(
    rules: RuleSet,
    version: Version,
    evidence: Evidence,
    result: ColumnResult,
    decimals: int | None,
) -> Mask:
    """Where the numbers differ by less than one unit of the last decimal of either side."""
    unit = last_unit(version, result, decimals)
    if unit is None or evidence.value is None or result.value is None:
        return np.zeros(result.count, dtype=bool)
    machine = evidence.value.floats
    with np.errstate(invalid="ignore"):
        fine = np.asarray(np.abs(machine - result_floats(result)) < unit * (1 - 1e-9))
    fine &= evidence.value_given
    if evidence.outcome is None or result.outcome is None:
        return fine
    same = (evidence.outcome == result.outcome) | ~evidence.outcome_given
    drawn = outcome_columns(rules, np.nan_to_num(machine), None, thresholds_of(version))
    if drawn is not None:
        # Or the machine drew its answer from the number as it had rounded it.
        same |= evidence.outcome == drawn
    return np.asarray(fine & same)


def last_unit(version: Version, result: ColumnResult, decimals: int | None) -> float | None:
    """Return one unit of the last decimal, of the rules or of the journal, the larger one."""
    units = [] if decimals is None else [10.0**-decimals]
    if result.decimals is not None:
        units.append(10.0**-result.decimals)
    rounding = getattr(version.content, "rounding", None)
    if isinstance(rounding, Rounding):
        units.append(float(rounding.to))
    return max(units, default=None)


def thresholds_of(version: Version) -> tuple[Threshold, ...]:
    """Return the thresholds that draw the answer from the number."""
    return version.content.thresholds


def rounding_variants(version: Version) -> dict[RoundingMode, Version]:
    """Return the version with every rounding made another way, by mode; empty when none is made."""
    if not any(True for _ in _roundings(version.content)):
        return {}
    modes: tuple[RoundingMode, ...] = get_args(RoundingMode)
    variants = {mode: replace(version, content=with_mode(version.content, mode)) for mode in modes}
    return {mode: item for mode, item in variants.items() if item != version}


def _roundings(part: Any) -> Iterator[Rounding]:
    if isinstance(part, Rounding):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _roundings(item)
    elif is_dataclass(part):
        for each in fields(part):
            yield from _roundings(getattr(part, each.name))


def with_mode(part: Any, mode: RoundingMode) -> Any:
    """Return a part of the rules with every rounding in it made one way."""
    if isinstance(part, Rounding):
        return replace(part, mode=mode)
    if isinstance(part, tuple):
        return tuple(with_mode(item, mode) for item in part)
    if not is_dataclass(part) or isinstance(part, type) or not any(True for _ in _roundings(part)):
        return part
    changed: dict[str, Any] = {
        each.name: with_mode(getattr(part, each.name), mode)
        for each in fields(part)
        if isinstance(getattr(part, each.name), tuple | Rounding)
    }
    return replace(part, **changed)
