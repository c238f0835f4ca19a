"""Counts of decisions and of gaps, by version, by month, by group, as batches come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.decisions.model import Group, JournalProblem
from clairevoie.decisions.replay.comparing import decimal_input
from clairevoie.decisions.replay.model import CAUSES, PERSONS_COUNTED, Breakdown, Line
from clairevoie.decisions.replay.wording import number_words
from clairevoie.rules.arrow import read_column
from clairevoie.rules.model import Text

Codes = NDArray[np.intp]

CONFORM = len(CAUSES)
"""Place of conform decisions, after the causes."""
ALL = CONFORM + 1
"""Place of all decisions."""
MOST_LEVELS = 500
"""A column with more values than this makes no groups that can be read."""
LOOKED_AT = 4096
"""Rows of a cell that are looked at, in a batch, to tell people apart."""


def tell_apart(found: set[Any], people: Any, rows: Codes) -> None:
    """Add to a set the people of some rows, until it has `PERSONS_COUNTED`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for start in range(0, len(rows), LOOKED_AT):
        if len(found) >= PERSONS_COUNTED:
            return
        part = people.take(pa.array(rows[start : start + LOOKED_AT]))
        found.update(pc.unique(part).to_pylist())
        found.discard(None)


class Tally:
    """Counts of one breakdown: a line a level, a column a cause, and the decisions."""

    def __init__(self) -> None:
        self.levels: dict[str, int] = {}
        self.counts = np.zeros((0, ALL + 1), dtype=np.int64)
        self.people: list[list[set[Any]]] = []

    def codes(self, keys: Sequence[str], place: str) -> Codes:
        """Return the line of each key, made when it is new.

        Raises:
            JournalProblem: there are too many.
        """
        found = [self.levels.setdefault(key, len(self.levels)) for key in keys]
        if len(self.levels) > MOST_LEVELS:
            raise JournalProblem(
                (place, f"has more than {MOST_LEVELS} values: give bands, or leave this group out")
            )
        more = len(self.levels) - len(self.counts)
        if more:
            self.counts = np.vstack([self.counts, np.zeros((more, ALL + 1), dtype=np.int64)])
            self.people += [[set() for _ in range(ALL + 1)] for _ in range(more)]
        return np.array(found, dtype=np.intp)

    def add(self, batch: Counted, level: Codes | int) -> None:
        """Add the decisions of a batch; ``level`` is the line of each, or of all."""
        lines, gap_lines = len(self.counts), batch.gaps
        if isinstance(level, int):
            decisions = np.zeros(lines, dtype=np.int64)
            decisions[level] = batch.count
            at: Codes | int = level
        else:
            decisions = np.bincount(level, minlength=lines)
            at = level[gap_lines]
        flat = np.bincount(at * ALL + batch.cause, minlength=lines * ALL)
        by_cause = flat.reshape(lines, ALL)
        self.counts[:, :ALL] += by_cause
        self.counts[:, CONFORM] += decisions - by_cause.sum(axis=1)
        self.counts[:, ALL] += decisions

    def add_people(self, batch: Counted, level: Codes | int) -> None:
        """Tell people apart in the cells that do not have enough of them yet."""
        people = batch.people
        if people is None:
            return
        open_cells = [
            (line, column)
            for line, sets in enumerate(self.people)
            for column, found in enumerate(sets)
            if len(found) < PERSONS_COUNTED and self.counts[line, column]
        ]
        if not open_cells:
            return
        conform = np.ones(batch.count, dtype=bool)
        conform[batch.gaps] = False
        for line, column in open_cells:
            if column < CONFORM:
                rows = batch.gaps[batch.cause == column]
            else:
                rows = np.arange(batch.count) if column == ALL else np.flatnonzero(conform)
            if isinstance(level, int):
                rows = rows if level == line else rows[:0]
            else:
                rows = rows[level[rows] == line]
            tell_apart(self.people[line][column], people, rows)

    def breakdown(
        self, name: str, label: Text, labels: dict[str, Text], *, people: bool
    ) -> Breakdown:
        """Return the counts as lines, in the order of the keys."""
        lines = [
            self.line(key, labels.get(key, {"fr": key, "en": key}), people=people)
            for key in sorted(self.levels, key=lambda key: _order(key, labels))
        ]
        return Breakdown(name, label, tuple(line for line in lines if line.decisions))

    def line(self, key: str, label: Text, *, people: bool) -> Line:
        """Return the counts of one line."""
        index = self.levels[key]
        counts = self.counts[index].tolist()
        told = [len(one) for one in self.people[index]] if people else counts
        return Line(
            key=key,
            label=label,
            decisions=counts[ALL],
            causes=tuple(counts[:CONFORM]),
            persons=told[ALL],
            persons_conform=told[CONFORM],
            persons_causes=tuple(told[:CONFORM]),
        )


def _order(key: str, labels: dict[str, Text]) -> tuple[bool, int, str]:
    """Known keys in their order, then the others; rows without a key come last."""
    known = list(labels)
    return (not key, known.index(key) if key in labels else len(known), key)


@dataclass(frozen=True, slots=True)
class Counted:
    """The decisions of a batch that are compared.

    Attributes:
        count: how many.
        gaps: which of them are gaps, of shape (g,).
        cause: the cause of each, index in `CAUSES`, of shape (g,).
        people: who each decision concerns, an Arrow array of shape (n,); ``None`` when unknown.
    """

    count: int
    gaps: Codes
    cause: NDArray[np.uint8]
    people: Any


def month_codes(tally: Tally, days: NDArray[Any]) -> Codes | int:
    """Return the line of the month of each day."""
    if not len(days):
        return np.zeros(0, dtype=np.intp)
    first, last = days.min(), days.max()
    if first.astype("datetime64[M]") == last.astype("datetime64[M]"):
        return int(tally.codes([str(first.astype("datetime64[M]"))], "columns.date")[0])
    span = int((last - first).astype(np.int64)) + 1
    if span <= 1 << 20:
        # One line a day, then days to months: months are computed once a day, not once a row.
        numbers = (days - first).astype(np.int64)
        months = (first + np.arange(span)).astype("datetime64[M]")
        present = np.bincount(numbers, minlength=span) > 0
    else:
        unique, numbers = np.unique(days, return_inverse=True)
        months = unique.astype("datetime64[M]")
        present = np.ones(len(months), dtype=bool)
    wanted, inverse = np.unique(months[present], return_inverse=True)
    of_day = np.zeros(len(months), dtype=np.intp)
    of_day[present] = tally.codes([str(month) for month in wanted], "columns.date")[inverse]
    return np.asarray(of_day[numbers])


def group_codes(tally: Tally, group: Group, column: Any) -> Codes:
    """Return the line of the group of each row. Rows without a value have the key ''."""
    if group.bands:
        return _band_codes(tally, group, column)
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    words = ["" if word is None else _word(word) for word in column.dictionary.to_pylist()]
    codes = tally.codes([*words, ""], f"columns.groups.{group.name}")
    places = column.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
    return np.asarray(codes[places])


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()


def _band_codes(tally: Tally, group: Group, column: Any) -> Codes:
    decimals = max(0, *(-int(band.as_tuple().exponent) for band in group.bands))
    item = decimal_input(max(decimals, 2))
    values, gone, wrong = read_column(column, item)
    edges = np.array([int(band.scaleb(item.decimals)) for band in group.bands])
    codes = tally.codes([*band_keys(group), ""], f"columns.groups.{group.name}")
    # A few comparisons are quicker than a search.
    places: NDArray[Any] = np.zeros(len(values), dtype=np.int16)
    for edge in edges:
        places += values >= edge
    for absent in (gone, wrong):
        if absent is not None:
            places[absent] = len(edges) + 1
    return np.asarray(codes[places])


def band_keys(group: Group) -> list[str]:
    """Return the keys of bands, rising: ``< 25``, ``[25..60)``, ``>= 60``."""
    bands = [format(band, "f") for band in group.bands]
    middle = [f"[{low}..{high})" for low, high in pairwise(bands)]
    return [f"< {bands[0]}", *middle, f">= {bands[-1]}"]


YES_OR_NO: Mapping[str, Text] = {
    "true": {"fr": "oui", "en": "yes"},
    "false": {"fr": "non", "en": "no"},
}


def group_labels(group: Group) -> dict[str, Text]:
    """Return what a group's keys are called, where they are not their own name."""
    if not group.bands:
        return dict(YES_OR_NO)
    french, english = (
        [number_words(band, language) for band in group.bands] for language in ("fr", "en")
    )
    labels: list[Text] = [{"fr": f"moins de {french[0]}", "en": f"under {english[0]}"}]
    labels += [
        {
            "fr": f"de {french[index - 1]} à moins de {french[index]}",
            "en": f"{english[index - 1]} to under {english[index]}",
        }
        for index in range(1, len(french))
    ]
    labels.append({"fr": f"{french[-1]} et plus", "en": f"{english[-1]} and over"})
    return dict(zip(band_keys(group), labels, strict=True))
