"""The groups of the rows of a batch: the same keys as `clairevoie.audit.columns.level` gives.

What is recomputed from the rules goes batch by batch, outside the engine that counts cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.cells import MISSING
from clairevoie.audit.columns import band_keys
from clairevoie.audit.model import MOST_LEVELS, Attribute, Plan, PlanProblem
from clairevoie.rules.arrow import read_column
from clairevoie.rules.model import Input

if TYPE_CHECKING:
    import pyarrow as pa

Places = NDArray[np.intp]
Key = tuple[str, ...]

MOST_LINES = 100_000
"""An intersection of more groups than this is not held."""

_NUMBER = Input("value", "number", {}, {}, {}, {})


class _Levels:
    """The levels of one attribute, numbered as they are met."""

    def __init__(self, item: Attribute) -> None:
        self.item = item
        self.keys: dict[str, int] = {}

    def codes(self, column: Any) -> Places:
        """Return the number of the level of each row."""
        return self._banded(column) if self.item.bands else self._worded(column)

    def _numbered(self, words: Sequence[str]) -> Places:
        found = [self.keys.setdefault(word, len(self.keys)) for word in words]
        if len(self.keys) > MOST_LEVELS:
            text = (
                f"'{self.item.column}' has more than {MOST_LEVELS} values: give bands, or name a "
                "column of fewer"
            )
            raise PlanProblem((f"groups.{self.item.name}", text))
        return np.array(found, dtype=np.intp)

    def _worded(self, column: Any) -> Places:
        import pyarrow as pa
        import pyarrow.compute as pc

        if pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
            text = f"'{self.item.column}' has numbers with decimals: give bands"
            raise PlanProblem((f"groups.{self.item.name}", text))
        if not pa.types.is_dictionary(column.type):
            column = pc.dictionary_encode(column)
        words = [MISSING if word is None else _word(word) for word in column.dictionary.to_pylist()]
        places = column.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
        words.append(MISSING)
        # A dictionary may hold words that no row has: they are no level.
        present = np.zeros(len(words), dtype=bool)
        present[places] = True
        numbers = np.zeros(len(words), dtype=np.intp)
        kept = np.flatnonzero(present)
        numbers[kept] = self._numbered([words[index] for index in kept.tolist()])
        return np.asarray(numbers[places])

    def _banded(self, column: Any) -> Places:
        import pyarrow as pa

        kind = column.type
        if not (
            pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        ):
            text = f"'{self.item.column}' is no number: it cannot have bands"
            raise PlanProblem((f"groups.{self.item.name}", text))
        values, gone, _ = read_column(column, _NUMBER)
        keys = [*band_keys(self.item.bands), MISSING]
        places = np.zeros(len(values), dtype=np.intp)
        for band in self.item.bands:
            places += values >= float(band)
        if gone is not None:
            places[gone] = len(keys) - 1
        present = np.flatnonzero(np.bincount(places, minlength=len(keys)))
        numbers = np.zeros(len(keys), dtype=np.intp)
        numbers[present] = self._numbered([keys[index] for index in present.tolist()])
        return np.asarray(numbers[places])

    def order(self) -> dict[str, int]:
        """Return the rank of each level: bands or labels first, then the others; none is last."""
        known = band_keys(self.item.bands) if self.item.bands else list(self.item.labels or {})
        others = sorted(set(self.keys) - set(known) - {MISSING})
        return {key: rank for rank, key in enumerate([*known, *others, MISSING])}


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()


class Grouping:
    """The cuts of a plan, as batches come. Each cut has lines, numbered as they are met.

    Attributes:
        cuts: names of groups of each cut; the first cut is everybody, whose line is 0.
    """

    def __init__(self, plan: Plan) -> None:
        self.cuts: tuple[tuple[str, ...], ...] = ((), *plan.cuts)
        self._levels = {item.name: _Levels(item) for item in plan.groups}
        self._lines: list[dict[tuple[int, ...], int]] = [{} for _ in self.cuts]
        self._lines[0][()] = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the journal that groups are read from."""
        return tuple(dict.fromkeys(one.item.column for one in self._levels.values()))

    def lines(self, batch: pa.RecordBatch) -> list[Places]:
        """Return, for each cut, the line of each row.

        Raises:
            PlanProblem: a column has too many values, or cannot be cut in bands.
        """
        codes = {
            name: one.codes(batch.column(one.item.column)) for name, one in self._levels.items()
        }
        found = [np.zeros(batch.num_rows, dtype=np.intp)]
        for index, cut in enumerate(self.cuts[1:], start=1):
            found.append(self._combined(index, [codes[name] for name in cut]))
        return found

    def _combined(self, index: int, codes: Sequence[Places]) -> Places:
        shape = tuple(int(one.max(initial=0)) + 1 for one in codes)
        flat = np.ravel_multi_index(tuple(codes), shape) if len(codes) > 1 else codes[0]
        present, places = np.unique(flat, return_inverse=True)
        known = self._lines[index]
        keys = zip(*(axis.tolist() for axis in np.unravel_index(present, shape)), strict=True)
        numbers = [known.setdefault(key, len(known)) for key in keys]
        if len(known) > MOST_LINES:
            names = " and ".join(self.cuts[index])
            text = f"{names} make more than {MOST_LINES:,} groups: take one away"
            raise PlanProblem((f"intersections.{index - 1}", text))
        return np.array(numbers, dtype=np.intp)[places]

    def many(self, index: int) -> int:
        """Return how many lines a cut has so far."""
        return len(self._lines[index])

    def keys(self, index: int) -> list[tuple[Key, int]]:
        """Return the key and the line of each group of a cut, in the order of reports."""
        levels = [self._levels[name] for name in self.cuts[index]]
        words = [list(one.keys) for one in levels]
        orders = [one.order() for one in levels]
        found = [
            (tuple(known[code] for known, code in zip(words, codes, strict=True)), line)
            for codes, line in self._lines[index].items()
        ]

        def rank(item: tuple[Key, int]) -> tuple[int, ...]:
            return tuple(order[word] for order, word in zip(orders, item[0], strict=True))

        return sorted(found, key=rank)
