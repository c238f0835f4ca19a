"""Places that go by rank: how many points a case needs, the others staying as they are.

Take a case away from its competition of p places. Of the others, the p-th has the points that it
must exceed. If the case is among the first p, that is the next one, p + 1 over all; else it is the
p-th over all. So two numbers a competition tell the answer of any case at any number of points.
Equal points are left undecided: ties would be settled by data that the flip may have changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.decisions.model import JournalProblem
from clairevoie.decisions.replay.comparing import decimal_input
from clairevoie.decisions.replay.places import ranking_columns, rankings
from clairevoie.rules.arrow import read_column
from clairevoie.rules.columns import Array, ColumnResult
from clairevoie.rules.content import Ranking
from clairevoie.rules.model import RuleSet
from clairevoie.rules.outcomes import outcome_code

if TYPE_CHECKING:
    import pyarrow as pa

Places = NDArray[np.intp]

NOBODY, EVERYBODY = np.iinfo(np.int64).max, np.iinfo(np.int64).min
"""Points to exceed where there is no place, or one for each."""


class Cutoffs:
    """The points that each competition asks for. Batches are added, then settled, then asked.

    Attributes:
        versions: indices of the versions whose places go by rank.
        columns: of the journal, that they name.
    """

    def __init__(self, rules: RuleSet) -> None:
        found: Mapping[int, Ranking] = rankings(rules)
        self.versions = tuple(found)
        self.columns = ranking_columns(found)
        self._ranks = {
            index: _Ranks(rules, rules.versions[index].id, item) for index, item in found.items()
        }

    def add(self, index: int, batch: pa.RecordBatch, result: ColumnResult) -> None:
        """Add cases of a version, with their points."""
        self._ranks[index].add(batch, result)

    def settle(self) -> None:
        """Find the points that are asked for, once all cases are there.

        Raises:
            JournalProblem: a competition is said to have two numbers of places.
        """
        for one in self._ranks.values():
            one.settle()

    def outcomes(self, index: int, batch: pa.RecordBatch, results: Iterable[ColumnResult]) -> Any:
        """Return, for each result of the same cases, their outcomes: −1 for undecided.

        The first result is what the cases compete with; the others are of the same cases, each
        changed alone.
        """
        return self._ranks[index].outcomes(batch, list(results))


class _Ranks:
    """The competitions of one version."""

    def __init__(self, rules: RuleSet, version: str, ranking: Ranking) -> None:
        self._version, self._ranking = version, ranking
        self._admitted = outcome_code(rules, ranking.admitted)
        self._refused = outcome_code(rules, ranking.refused)
        self._keys: dict[tuple[Any, ...], int] = {}
        self._places: dict[int, int] = {}
        self._points: dict[int, tuple[Array, Array]] = {}
        self._last = self._next = np.zeros(0, dtype=np.int64)

    def _competitions(self, batch: pa.RecordBatch) -> Places:
        import pyarrow.compute as pc

        codes, words = [], []
        for name in self._ranking.within:
            column = pc.dictionary_encode(batch.column(name))
            words.append([*column.dictionary.to_pylist(), None])
            codes.append(
                column.indices.fill_null(len(words[-1]) - 1).to_numpy(zero_copy_only=False)
            )
        if not codes:
            self._keys.setdefault((), 0)
            return np.zeros(batch.num_rows, dtype=np.intp)
        shape = tuple(len(known) for known in words)
        present, inverse = np.unique(np.ravel_multi_index(tuple(codes), shape), return_inverse=True)
        numbers = []
        for spot in zip(*(axis.tolist() for axis in np.unravel_index(present, shape)), strict=True):
            key = tuple(known[place] for known, place in zip(words, spot, strict=True))
            numbers.append(self._keys.setdefault(key, len(self._keys)))
        return np.array(numbers, dtype=np.intp)[inverse]

    def add(self, batch: pa.RecordBatch, result: ColumnResult) -> None:
        """Add cases: those that have points, in a competition whose places they tell."""
        competition = self._competitions(batch)
        places, gone, wrong = read_column(batch.column(self._ranking.places), decimal_input(0))
        fine = result.problem == 0
        for absent in (gone, wrong):
            if absent is not None:
                fine &= ~absent
        if result.value is None or not fine.any():
            return
        for number in np.unique(competition[fine]).tolist():
            here = fine & (competition == number)
            self._open(number, places[here])
            self._points[number] = _merged(self._points.get(number), result.value[here])

    def _open(self, number: int, places: Array) -> None:
        known = self._places.setdefault(number, int(places[0]))
        if (places != known).any():
            name = self._ranking.places
            text = f"'{name}' differs within a competition: give each one number of places"
            raise JournalProblem((f"versions.{self._version}.points.ranking.places", text))

    def settle(self) -> None:
        """Find, for each competition, the points at the last place and just after."""
        self._last = np.full(len(self._keys), NOBODY)
        self._next = np.full(len(self._keys), NOBODY)
        for number, (points, counts) in self._points.items():
            reached = np.cumsum(counts[::-1])
            places = self._places[number]
            if places > 0:
                self._last[number] = _at(points, reached, places)
                self._next[number] = _at(points, reached, places + 1)

    def outcomes(self, batch: pa.RecordBatch, results: list[ColumnResult]) -> list[Array]:
        """Return the outcomes of each result; see `Cutoffs.outcomes`."""
        competition = self._competitions(batch)
        known = np.isin(competition, list(self._places))
        competition = np.where(known, competition, 0)
        own = results[0].value
        if own is None or not known.any():
            return [np.full(one.count, -1, dtype=np.int8) for one in results]
        last, after = self._last[competition], self._next[competition]
        asked = np.where(own >= last, after, last)
        found = []
        for one in results:
            if one.value is None:
                found.append(np.full(one.count, -1, dtype=np.int8))
                continue
            outcome = np.full(one.count, -1, dtype=np.int8)
            outcome[(one.value > asked) | (asked == EVERYBODY)] = self._admitted
            outcome[(one.value < asked) | (asked == NOBODY)] = self._refused
            outcome[~known | (one.problem != 0)] = -1
            found.append(outcome)
        return found


def _merged(known: tuple[Array, Array] | None, points: Array) -> tuple[Array, Array]:
    """Add points to counts of points, rising."""
    found, counts = np.unique(points, return_counts=True)
    if known is None:
        return found, counts
    both = np.concatenate([known[0], found])
    values, places = np.unique(both, return_inverse=True)
    summed = np.zeros(len(values), dtype=np.int64)
    np.add.at(summed, places, np.concatenate([known[1], counts]))
    return values, summed


def _at(points: Array, reached: Array, place: int) -> int:
    """Return the points of the case at a place, from the most; where there is none, no points."""
    if place > int(reached[-1]):
        return EVERYBODY
    return int(points[::-1][int(np.searchsorted(reached, place))])
