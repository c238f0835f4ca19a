"""What a flip does, counted by group: where cases end, how answers and numbers move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.grouping import Grouping, Key, Places
from clairevoie.audit.shifts import Shift, Shifts
from clairevoie.rules.columns import Array
from clairevoie.rules.model import RuleSet, Text

NOT_CONCERNED, IMPOSSIBLE, NO_ANSWER_BEFORE, NO_ANSWER_AFTER, COMPARED = range(5)
"""Where a case of the period ends: not concerned, left out, without an answer, compared."""


@dataclass(frozen=True, slots=True)
class FlippedInput:
    """An input that a flip changes; ``protected`` is the ground that it is or stands for."""

    name: str
    label: Text
    protected: str


@dataclass(frozen=True, slots=True)
class Change:
    """Cases whose answer goes from one to another, or stays.

    An empty answer is none: rules without outcomes, or equals at the last place of a ranking.
    """

    before: str
    after: str
    cases: int


@dataclass(frozen=True, slots=True)
class FlipLine:
    """What a flip does to the cases of one group.

    Attributes:
        key: the level of each name of the cut; nothing for everybody.
        rows: cases in the period.
        concerned: those of which the flip changes an input.
        impossible: of these, left out: the flip takes them to a combination that cannot exist.
        no_answer_before: of the others, those that the rules do not answer as they are.
        no_answer_after: those that the rules answer as they are, and not once flipped.
        compared: the others: concerned = impossible + no answers + compared.
        unchanged: compared cases with the same outcome; all of them when rules have no outcome.
        worse, better: compared cases that go to a less, or more, favourable outcome, where the
            rules say which outcomes are favourable. From or to no outcome is neither.
        changes: compared cases by outcome before and after, in the order of the rules' outcomes.
        numbers: by how much their number changes; ``None`` where there is none.
    """

    key: Key
    rows: int
    concerned: int
    impossible: int
    no_answer_before: int
    no_answer_after: int
    compared: int
    unchanged: int
    worse: int
    better: int
    changes: tuple[Change, ...]
    numbers: Shift | None


@dataclass(frozen=True, slots=True)
class FlipCut:
    """The lines of a cut of the plan (groups, or an intersection of some)."""

    names: tuple[str, ...]
    lines: tuple[FlipLine, ...]


@dataclass(frozen=True, slots=True)
class FlipResult:
    """What a flip does; exact counts, for whoever may see the journal.

    Attributes:
        name, label: the flip's.
        inputs: what it changes.
        read: whether a version of the rules that answers a case of the period reads one of them:
            if not, no answer can change.
        ranked: whether some outcomes go by rank (`clairevoie.audit.cutoffs`).
        outside: rows out of the period.
        total: everybody.
        cuts: by group, then by intersection.
    """

    name: str
    label: Text
    inputs: tuple[FlippedInput, ...]
    read: bool
    ranked: bool
    outside: int
    total: FlipLine
    cuts: tuple[FlipCut, ...]


class FlipTally:
    """Counts of one flip: by cut, by line, where cases end and how their answers move."""

    def __init__(self, outcomes: int, cuts: int) -> None:
        self.shifts = Shifts(cuts)
        self._wide = outcomes + 1
        self._status = [np.zeros((0, COMPARED + 1), dtype=np.int64) for _ in range(cuts)]
        self._moves = [np.zeros((0, self._wide**2), dtype=np.int64) for _ in range(cuts)]

    def count(self, lines: Sequence[Places], many: Sequence[int], status: Array) -> None:
        """Count where cases end."""
        self._status = [
            _more(held, line, count, status)
            for held, line, count in zip(self._status, lines, many, strict=True)
        ]

    def move(
        self, lines: Sequence[Places], many: Sequence[int], before: Array, after: Array
    ) -> None:
        """Count outcomes before and after; −1 is the last place."""
        codes = (before % self._wide).astype(np.intp) * self._wide + after % self._wide
        self._moves = [
            _more(held, line, count, codes)
            for held, line, count in zip(self._moves, lines, many, strict=True)
        ]

    def lines(self, rules: RuleSet, grouping: Grouping, cut: int) -> tuple[FlipLine, ...]:
        """Return the lines of a cut."""
        shifts = self.shifts.found(cut)
        many = grouping.many(cut)
        status, moves = _tall(self._status[cut], many), _tall(self._moves[cut], many)
        square = moves.reshape(many, self._wide, self._wide)
        return tuple(
            _line(rules, key, status[line], square[line], shifts.get(line))
            for key, line in grouping.keys(cut)
        )


def _tall(held: NDArray[np.int64], many: int) -> NDArray[np.int64]:
    """The counts, with lines of zeros for groups that are new."""
    return np.pad(held, ((0, many - len(held)), (0, 0)))


def _more(held: NDArray[np.int64], line: Places, many: int, codes: Array) -> NDArray[np.int64]:
    wide = held.shape[1]
    counts = np.bincount(line * wide + codes, minlength=many * wide)
    return _tall(held, many) + counts.reshape(many, wide)


def _line(
    rules: RuleSet,
    key: Key,
    status: NDArray[np.int64],
    moves: NDArray[np.int64],
    numbers: Shift | None,
) -> FlipLine:
    words = [*(item.value for item in rules.outcomes), ""]
    order: dict[bool | None, int] = {False: 0, None: 1, True: 2}
    rank = np.array([order[item.favourable] for item in rules.outcomes])
    step = rank[None, :] - rank[:, None]
    inner = moves[:-1, :-1]
    counted = status.tolist()
    return FlipLine(
        key=key,
        rows=sum(counted),
        concerned=sum(counted[IMPOSSIBLE:]),
        impossible=counted[IMPOSSIBLE],
        no_answer_before=counted[NO_ANSWER_BEFORE],
        no_answer_after=counted[NO_ANSWER_AFTER],
        compared=counted[COMPARED],
        unchanged=int(np.trace(moves)),
        worse=int(inner[step < 0].sum()),
        better=int(inner[step > 0].sum()),
        changes=tuple(
            Change(words[before], words[after], int(moves[before, after]))
            for before, after in zip(*np.nonzero(moves), strict=True)
            if rules.outcomes
        ),
        numbers=numbers,
    )
