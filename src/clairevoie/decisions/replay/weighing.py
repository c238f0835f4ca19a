"""Shares of a journal whose rows are a sample, each with a weight.

A row drawn with probability π stands for w = 1/π decisions. The share conform is then the ratio
Σ w·c / Σ w of Horvitz and Thompson's two estimates (Hájek's estimator). Its interval is Wilson's
with the effective number of rows (Σ w)² / Σ w² in the place of their number: unequal weights tell
less than as many equal ones. The design itself (strata, clusters) is not known, and not counted.

Sources:
    D. G. Horvitz, D. J. Thompson, « A generalization of sampling without replacement from a finite
    universe », Journal of the American Statistical Association 47 (1952), 663-685.
    L. Kish, Survey Sampling, Wiley (1965); « Weighting for unequal P_i », Journal of Official
    Statistics 8 (1992), 183-200.
    C. Franco, R. J. A. Little, T. A. Louis, E. V. Slud, « Comparative study of confidence intervals
    for proportions in complex sample surveys », Journal of Survey Statistics and Methodology 7
    (2019), 334-364.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.decisions.model import JournalProblem
from clairevoie.decisions.replay.model import Breakdown, Line, Weighted
from clairevoie.rules.arrow import read_column
from clairevoie.rules.model import Input

if TYPE_CHECKING:
    import pyarrow as pa

    from clairevoie.decisions.replay.tallies import Tally

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

_NUMBER = Input("weight", "number", {}, {}, {}, {})


def read_weights(batch: pa.RecordBatch, column: str, first: int) -> Floats | None:
    """Return the weight of each row of a batch; ``None`` when the journal has none.

    Args:
        batch: rows of the journal.
        column: its column of weights, empty for none.
        first: number of rows before this batch.

    Raises:
        JournalProblem: a weight is missing, or is not a number above 0.
    """
    if not column:
        return None
    weights, gone, wrong = read_column(batch.column(column), _NUMBER)
    good = (weights > 0) & np.isfinite(weights)
    for absent in (gone, wrong):
        if absent is not None:
            good &= ~absent
    if not good.all():
        row = first + int(np.argmin(good)) + 1
        raise JournalProblem(
            (
                f"row {row}, '{column}'",
                "is not a weight: write a number above 0 in every row, or declare no weight",
            )
        )
    return np.asarray(weights, dtype=np.float64)


class Weights:
    """Sums of the weights of one cut's lines: all, squared, of conform decisions."""

    def __init__(self) -> None:
        self._sums = np.zeros((0, 3))

    def add(self, level: Codes | int, weights: Floats, gaps: Codes) -> None:
        """Add decisions: the line of each (or of all), its weight, which of them are gaps."""
        conform = weights.copy()
        conform[gaps] = 0.0
        columns = (weights, weights * weights, conform)
        if isinstance(level, int):
            self._grow(level + 1)
            self._sums[level] += [column.sum() for column in columns]
            return
        found = [np.bincount(level, weights=column) for column in columns]
        self._grow(len(found[0]))
        self._sums[: len(found[0])] += np.stack(found, axis=1)

    def _grow(self, lines: int) -> None:
        more = lines - len(self._sums)
        if more > 0:
            self._sums = np.vstack([self._sums, np.zeros((more, 3))])

    def line(self, index: int, line: Line, level: float) -> Line:
        """Return a line of the report with its weighted share."""
        if index >= len(self._sums) or not line.decisions:
            return line
        total, squares, conform = self._sums[index].tolist()
        # All conform, or none: exactly so, whatever the order of the sums.
        share = conform / total if 0 < line.conform < line.decisions else float(line.conform > 0)
        return replace(line, weighted=Weighted(share, total * total / squares, level))


class CutWeights:
    """The weights of all the cuts of a report: the total, then each breakdown."""

    def __init__(self, cuts: int) -> None:
        self._cuts = [Weights() for _ in range(cuts)]

    def add(self, levels: Sequence[Any], weights: Floats | None, gaps: Codes) -> None:
        """Add decisions, with their line in each cut."""
        if weights is not None:
            for cut, level in zip(self._cuts, levels, strict=True):
                cut.add(level, weights, gaps)

    def total(self, line: Line, level: float) -> Line:
        """Return the line of all decisions, with its weighted share."""
        return self._cuts[0].line(0, line, level)

    def breakdowns(
        self, found: Sequence[Breakdown], tallies: Sequence[Tally], level: float
    ) -> tuple[Breakdown, ...]:
        """Return the breakdowns, each line with its weighted share."""
        return tuple(
            replace(
                item,
                lines=tuple(cut.line(tally.levels[line.key], line, level) for line in item.lines),
            )
            for item, tally, cut in zip(found, tallies, self._cuts[1:], strict=True)
        )
