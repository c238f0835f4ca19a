"""Outcomes that come from a ranking: the rank is over a whole competition, so over the journal.

Only what ranking needs is kept: points, ties, competition, places; one byte a row comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.decisions.model import Journal, JournalProblem
from clairevoie.decisions.replay.comparing import (
    UNDECIDED,
    UNKNOWN,
    MachineValue,
    Rows,
    Said,
    answers,
    decimal_input,
    versions_in_force,
)
from clairevoie.rules.arrow import columns_of, read_column
from clairevoie.rules.columns import Array, ColumnResult, Columns
from clairevoie.rules.content import PointsScale, Ranking
from clairevoie.rules.model import RuleSet, Version
from clairevoie.rules.ranking import TIED, rank, tie_inputs

if TYPE_CHECKING:
    import pyarrow as pa

Codes = NDArray[np.int8]


def rankings(rules: RuleSet) -> dict[int, Ranking]:
    """Return the versions, by index, whose places go by rank and say what the ranked are given."""
    found: dict[int, Ranking] = {}
    for index, version in enumerate(rules.versions):
        ranking = version.content.ranking if isinstance(version.content, PointsScale) else None
        if ranking is not None and ranking.places and (ranking.admitted or ranking.refused):
            found[index] = ranking
    return found


def ranking_columns(rankings: Mapping[int, Ranking]) -> tuple[str, ...]:
    """Return the columns of the journal that rankings name."""
    named = [name for item in rankings.values() for name in (*item.within, item.places)]
    return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Cases to rank, one array a thing that ranking needs, all of shape (n,)."""

    rows: Array
    competition: Array
    places: Array
    points: Array
    written: Array
    ties: tuple[Array, ...]
    untied: tuple[Array, ...]
    """Where each tie-break is missing."""

    def arrays(self) -> tuple[Array, ...]:
        """Return them all, in order."""
        first = (self.rows, self.competition, self.places, self.points, self.written)
        return (*first, *self.ties, *self.untied)


class Competition:
    """The cases that one version ranks, as batches come."""

    def __init__(self, rules: RuleSet, version: Version, ranking: Ranking) -> None:
        self.rules, self.version, self.ranking = rules, version, ranking
        self._keys: dict[tuple[Any, ...], int] = {}
        self._parts: list[tuple[Array, ...]] = []
        self._unplaced: list[Array] = []
        self._decimals = 0

    def add(
        self,
        batch: pa.RecordBatch,
        names: Mapping[str, str],
        result: ColumnResult,
        rows: Array,
        machine: MachineValue | None,
    ) -> None:
        """Add cases.

        Args:
            batch: the cases, one a row.
            names: for each input, its column.
            result: their points.
            rows: their numbers in the journal.
            machine: the points that the machine wrote.
        """
        places, gone, wrong = read_column(batch.column(self.ranking.places), decimal_input(0))
        answered = result.problem == 0
        fine = answered.copy()
        for absent in (gone, wrong):
            if absent is not None:
                fine &= ~absent
        self._unplaced.append(rows[answered & ~fine])
        self._decimals = result.decimals or 0
        points = np.zeros(result.count, dtype=np.int64) if result.value is None else result.value
        written = points
        if machine is not None and machine.given is None:
            written = machine.exact(self._decimals)[0]
        ties, untied = self._ties(batch, names)
        found = _Ranked(
            rows, self._competitions(batch), places, points, written, tuple(ties), tuple(untied)
        )
        self._parts.append(tuple(array[fine] for array in found.arrays()))

    def _competitions(self, batch: pa.RecordBatch) -> NDArray[np.int64]:
        import pyarrow.compute as pc

        found = np.zeros(batch.num_rows, dtype=np.int64)
        words: list[list[Any]] = []
        for name in self.ranking.within:
            column = pc.dictionary_encode(batch.column(name))
            words.append([*column.dictionary.to_pylist(), None])
            indices = column.indices.fill_null(len(words[-1]) - 1).to_numpy(zero_copy_only=False)
            found = found * len(words[-1]) + indices
        unique, inverse = np.unique(found, return_inverse=True)
        numbers = []
        for code in unique.tolist():
            key, rest = [], code
            for known in reversed(words):
                rest, place = divmod(rest, len(known))
                key.append(known[place])
            numbers.append(self._keys.setdefault(tuple(key), len(self._keys)))
        return np.array(numbers, dtype=np.int64)[inverse]

    def _ties(
        self, batch: pa.RecordBatch, names: Mapping[str, str]
    ) -> tuple[list[Array], list[Array]]:
        wanted = tie_inputs(self.version)
        columns = columns_of(batch, self.version, names, more=wanted)
        none = np.zeros(batch.num_rows, dtype=bool)
        ties, untied = [], []
        for name in wanted:
            ties.append(columns.values.get(name, np.zeros(batch.num_rows, dtype=np.int64)))
            gone = columns.missing.get(name, none) | columns.invalid.get(name, none)
            untied.append(gone if name in columns.values else ~none)
        return ties, untied

    def settle(self, outcome: Codes, displaced: Codes) -> None:
        """Write the outcome of each case, by its number in the journal.

        Args:
            outcome: by the points of the rules.
            displaced: by the points that the machine wrote.

        Raises:
            JournalProblem: a competition is said to have two numbers of places.
        """
        if not self._parts:
            return
        rows, competition, places, points, written, *rest = (
            np.concatenate([part[index] for part in self._parts])
            for index in range(len(self._parts[0]))
        )
        self._check_places(competition, places)
        wanted = tie_inputs(self.version)
        columns = Columns(
            len(rows),
            dict(zip(wanted, rest[: len(wanted)], strict=True)),
            dict(zip(wanted, rest[len(wanted) :], strict=True)),
            {},
        )
        # One number says which competition: the other columns that separate them add nothing.
        groups = dict.fromkeys(self.ranking.within, competition)
        for value, target in ((points, outcome), (written, displaced)):
            found = rank(
                self.rules,
                self.version,
                self._result(value),
                columns,
                groups=groups,
                places=places,
            )
            target[rows] = np.where(found.status == TIED, UNDECIDED, found.outcome)
        for each in self._unplaced:
            outcome[each] = displaced[each] = UNDECIDED

    def _result(self, points: Array) -> ColumnResult:
        nothing = np.zeros(len(points), dtype=np.uint8)
        return ColumnResult(len(points), points, self._decimals, None, (), nothing)

    def _check_places(self, competition: Array, places: Array) -> None:
        order = np.argsort(competition, kind="stable")
        same = competition[order][1:] == competition[order][:-1]
        if (places[order][1:] != places[order][:-1])[same].any():
            name = self.ranking.places
            text = f"'{name}' differs within a competition: give each one number of places"
            raise JournalProblem((f"versions.{self.version.id}.points.ranking.places", text))


def ranked_outcomes(
    journal: Journal,
    rules: RuleSet,
    ranked: Mapping[int, Ranking],
    batches: Iterable[pa.RecordBatch],
    names: Mapping[str, str],
) -> tuple[Codes, Codes | None]:
    """Return the outcome of each row of the journal that a ranking gives.

    Returns:
        Codes of outcomes, one a row: those of the rules' points, and those of the machine's own
        points (``None`` when the journal has none), which tell who was displaced by the gap of
        another. `UNKNOWN` where no ranking applies, `UNDECIDED` where the rules rank and do not
        separate.
    """
    competitions = {
        index: Competition(rules, rules.versions[index], item) for index, item in ranked.items()
    }
    first = 0
    for batch in batches:
        said = Said(journal, rules, batch)
        version = versions_in_force(rules, said)
        for index, competition in competitions.items():
            here: Rows = np.flatnonzero(version == index)
            if len(here):
                _add(competition, batch, names, said, here, first)
        first += batch.num_rows
    outcome = np.full(first, UNKNOWN, dtype=np.int8)
    written = outcome.copy()
    for competition in competitions.values():
        competition.settle(outcome, written)
    return outcome, written if journal.machine_value else None


def _add(
    competition: Competition,
    batch: pa.RecordBatch,
    names: Mapping[str, str],
    said: Said,
    here: Rows,
    first: int,
) -> None:
    import pyarrow as pa

    part = batch if len(here) == batch.num_rows else batch.take(pa.array(here))
    result = answers(competition.rules, competition.version, part, names, said.days[here])
    machine = said.value if said.value is None or part is batch else said.value.rows(here)
    competition.add(part, names, result, here + first, machine)
