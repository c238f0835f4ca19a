"""A bounded sample of rows of a stream, the same each time: no chance, no seed to remember."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Marks = NDArray[np.uint64]


def marks(rows: NDArray[np.int64]) -> Marks:
    """Return a well-mixed 64-bit number for each row number.

    Source:
        The finalizer of SplitMix64: G. L. Steele, D. Lea, C. H. Flood, « Fast splittable
        pseudorandom number generators », OOPSLA 2014.
    """
    mixed = rows.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


class Sample:
    """The rows with the smallest marks, at most ``size`` of them: each row is as likely as another.

    Attributes:
        seen: rows offered so far.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.seen = 0
        self._limit = np.uint64(2**64 - 1)
        self._parts: list[pa.Table] = []
        self._marks: list[Marks] = []

    def offer(self, batch: pa.RecordBatch, rows: NDArray[np.intp], first: int) -> None:
        """Offer some rows of a batch whose first row has the number ``first`` in the journal."""
        import pyarrow as pa

        self.seen += len(rows)
        mine = marks(rows + first)
        kept = mine <= self._limit
        if self.size == 0 or not kept.any():
            return
        self._parts.append(pa.Table.from_batches([batch.take(pa.array(rows[kept]))]))
        self._marks.append(mine[kept])
        if sum(len(one) for one in self._marks) > 2 * self.size:
            self._shrink()

    def _shrink(self) -> None:
        import pyarrow as pa

        all_marks = np.concatenate(self._marks)
        if len(all_marks) > self.size:
            kept = np.sort(np.argpartition(all_marks, self.size)[: self.size])
        else:
            kept = np.arange(len(all_marks))
        table = pa.concat_tables(self._parts, promote_options="permissive")
        self._parts = [table.take(pa.array(kept))]
        self._marks = [all_marks[kept]]
        if len(kept) == self.size:
            self._limit = all_marks[kept].max()

    def table(self) -> Any:
        """Return the rows kept, in the order of the journal; ``None`` when there is none."""
        if not self._parts:
            return None
        self._shrink()
        return self._parts[0].combine_chunks()

    def weight(self) -> float:
        """Return how many rows each row kept stands for."""
        kept = sum(len(one) for one in self._marks)
        return self.seen / kept if kept else 1.0
