"""Whether a public result tells of a few people, by the file alone.

First, every figure that is shown, and every part that shown figures of one line give by sums and
differences: none may be from 1 to ``least`` - 1. Then an attacker's equations: figures are sums of
cells, which nothing else is known of than which lines exist and which parts are negative in no
cell. A hidden figure, or part, must not be found to be more than nobody and fewer than ``least``.

Without the journal the attacker knows less than `audit.secrecy` supposes: what that protects is
protected here, so that no result of ours is refused. A hidden figure may be found when it is large:
it was hidden to protect another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.agreement import named, where
from clairevoie.audit.containment import ROWS
from clairevoie.audit.differencing import Earlier, names_beside
from clairevoie.audit.figures import Cut, Figure
from clairevoie.audit.measures import every_measure
from clairevoie.audit.model import Plan
from clairevoie.audit.nearness import Stated, near
from clairevoie.audit.parts import Part, parts_of, sum_names

MOST_UNKNOWNS = 40_000
"""With more unknowns than this, each cut is attacked alone, beside those that it contains."""
MOST_ALONE = 200_000
"""A cut of more unknowns than this is not attacked: the result is not taken."""
MOST_TRIES = 300
"""Linear programmes that are solved for one cut; all hidden figures are tried in each."""
MOST_STEPS = 100_000
"""Steps of one of them."""
TOO_MUCH = "too much is hidden for the file to be checked again: ask for fewer groups"

Found = Iterator[tuple[str, str]]
Floats = NDArray[np.float64]
Key = tuple[str, ...]
Raw = Mapping[str, Any]


def told_of_a_few(plan: Plan, form: Raw, beside: Sequence[Earlier] = ()) -> Found:
    """Yield what a public result tells of fewer than ``plan.least``: where, and what to do.

    Args:
        plan: of the result.
        form: the result, whose figures agree (`audit.agreement`).
        beside: results on the same journal that are public already: what the attacker has too, as
            far as groups of the same columns and bands, and counts of the same filters, tell.
    """
    board = _Board(plan, form, beside)
    small = [*board.small(), *board.near()]
    yield from small
    if not small:
        yield from board.attacked()


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum of names over a line that the result shows."""

    cut: Cut
    key: Key
    over: Floats
    value: float
    place: str


class _Board:
    """All that a result shows of the sums of its plan."""

    def __init__(self, plan: Plan, form: Raw, beside: Sequence[Earlier]) -> None:
        self.plan, self.form, self.beside = plan, form, beside
        self.names = sum_names(plan)
        self.parts = _parts(plan, self.names)
        self.lines: dict[Cut, list[Key]] = {(): [()]}
        for table in form["tables"]:
            keys = [tuple(line["key"]) for line in table["lines"]]
            self.lines.setdefault(tuple(table["cut"]), keys)
        self.sums = list(self._sums())
        mine = {(one.cut, one.key, one.over.tobytes()) for one in self.sums}
        self.sums += [
            one for one in self._told() if (one.cut, one.key, one.over.tobytes()) not in mine
        ]
        self.given = {(one.cut, one.key, one.over.tobytes()) for one in self.sums}

    def _sums(self) -> Iterator[_Sum]:
        terms = {one.name: (one.count, one.of) for one in every_measure(self.plan)}
        if self.form["rows"] is not None:
            over = self.over(((ROWS, 1),))
            yield _Sum((), (), over, float(self.form["rows"]), "rows")
        for table in self.form["tables"]:
            cut = tuple(table["cut"])
            lines = [((), table["total"]), *((cut, line) for line in table["lines"])]
            for on, line in lines:
                key = tuple(line["key"])
                for sums, name in zip(terms[table["measure"]], ("count", "of"), strict=True):
                    if line[name] is not None:
                        place = f"{where(table, key)}, {name}"
                        yield _Sum(on, key, self.over(sums), float(line[name]), place)

    def _told(self) -> Iterator[_Sum]:
        """Yield what earlier results show of the present sums."""
        for earlier in self.beside:
            for cut, key, name, value, same in self._alike(earlier):
                if same and (earlier.plan.since, earlier.plan.until) == (
                    self.plan.since,
                    self.plan.until,
                ):
                    yield _Sum(cut, key, self.over(((name, 1),)), value, _place(cut, key))

    def _alike(self, earlier: Earlier) -> Iterator[tuple[Cut, Key, str, float, bool]]:
        """Yield earlier figures on lines that the result has, each with a present sum.

        With each, whether both are the same rows; if not, one of them contains the other.
        """
        mine = {
            (item.column, item.bands): item.name
            for item in (*self.plan.groups, *self.plan.conditions)
        }
        there = {
            item.name: mine.get((item.column, item.bands))
            for item in (*earlier.plan.groups, *earlier.plan.conditions)
        }
        names = names_beside(self.plan, earlier.plan)
        for figure, value in earlier.figures.items():
            held = {there[name]: key for name, key in zip(figure.cut, figure.keys, strict=True)}
            cut = next((one for one in self.lines if set(one) == held.keys()), None)
            if cut is None or len(cut) < len(figure.cut):
                continue
            key = tuple(held[name] for name in cut)
            if key in self.lines[cut]:
                for name, same in names.get(figure.name, ()):
                    yield cut, key, name, value, same

    def near(self) -> Found:
        """Yield the sums that an earlier result gives nearly: the few between them are told."""
        least = self.plan.least
        own = {
            (one.cut, one.key, self.names[np.flatnonzero(one.over)[0]]): one.value
            for one in self.sums
            if np.count_nonzero(one.over) == 1
        }
        for earlier in self.beside:
            for cut, key, name, value, _same in self._alike(earlier):
                now = own.get((cut, key, name))
                if now is not None and 0 < abs(now - value) < least:
                    yield (
                        _place(cut, key),
                        f"'{name}' is {now:g}, and {value:g} in the audit '{earlier.plan.id}', "
                        f"already published: fewer than {least} apart; leave it out",
                    )
        figures = {Figure(cut, key, name): value for (cut, key, name), value in own.items()}
        for one in near(self.plan, figures, self.beside):
            yield (
                _place(one.outer.figures[0].cut, one.outer.figures[0].keys),
                f"{_said(one.outer)}, contains {_said(one.inner)}: fewer than {least} apart; leave "
                "one of them out",
            )

    def over(self, terms: Sequence[tuple[str, int]]) -> Floats:
        """Return factors of terms over the names, of shape (names,)."""
        found = np.zeros(len(self.names))
        for name, sign in terms:
            found[self.names.index(name)] += sign
        return found

    def small(self) -> Found:
        """Yield what is shown on a few, or follows from what one line shows."""
        least = self.plan.least
        if 0 < (self.form["outside"] or 0) < least:
            yield "outside", f"{self.form['outside']} is fewer than {least}: leave it out"
        told: dict[tuple[Cut, Key], dict[str, float]] = {}
        for one in self.sums:
            if 0 < one.value < least:
                yield (one.place, f"{one.value:g} is fewer than {least}: leave the line out")
            line = told.setdefault((one.cut, one.key), {})
            inside = np.flatnonzero(one.over)
            if len(inside) == 1:
                name = self.names[inside[0]]
                if line.setdefault(name, one.value) != one.value:
                    yield one.place, "is not the same in two tables"
        for (cut, key), line in told.items():
            for part in self.parts:
                if not part.single and all(name in line for name, _ in part.terms):
                    value = sum(sign * line[name] for name, sign in part.terms)
                    place = _place(cut, key)
                    if value < 0:
                        yield place, f"'{part.name}' is under 0: the counts do not go together"
                    elif 0 < value < least:
                        yield (
                            place,
                            f"'{part.name}' is {value:g}, fewer than {least}: leave one of these "
                            "counts out",
                        )

    def attacked(self) -> Found:
        """Yield the hidden figures that what is shown gives, and are on a few."""
        cuts = tuple(self.lines)
        many = int(
            np.prod([len(self._levels(name)) for name in self._groups(cuts)], dtype=np.float64)
        )
        if many * len(self.names) <= MOST_UNKNOWNS:
            yield from _Attack(self, cuts).found(cuts)
            return
        done: set[Cut] = set()
        for cut in sorted(cuts, key=len, reverse=True):
            inside = tuple(one for one in cuts if set(one) <= set(cut))
            if cut in done:
                continue
            if len(self.lines[cut]) * len(self.names) > MOST_ALONE:
                yield _place(cut, ()), TOO_MUCH
                return
            yield from _Attack(self, inside).found([one for one in inside if one not in done])
            done |= set(inside)

    def _groups(self, cuts: Sequence[Cut]) -> list[str]:
        used = {name for cut in cuts for name in cut}
        return [item.name for item in self.plan.groups if item.name in used]

    def _levels(self, name: str) -> list[str]:
        return [key[0] for key in self.lines[name,]]

    def cells(self, cuts: Sequence[Cut]) -> tuple[list[str], list[Key]]:
        """Return the groups of some cuts, and the combinations that their lines leave possible."""
        groups = self._groups(cuts)
        widest = max(cuts, key=len)
        if set(widest) == set(groups):
            axes = [widest.index(name) for name in groups]
            keys: Iterable[Key] = (tuple(key[axis] for axis in axes) for key in self.lines[widest])
        else:
            keys = product(*(self._levels(name) for name in groups))
        inner = {
            cut: ([groups.index(name) for name in cut], set(self.lines[cut]))
            for cut in cuts
            if len(cut) > 1
        }
        return groups, [
            key
            for key in keys
            if all(tuple(key[axis] for axis in axes) in known for axes, known in inner.values())
        ]


def _parts(plan: Plan, names: tuple[str, ...]) -> tuple[Part, ...]:
    found = parts_of(plan, names, np.zeros((len(names), 1)))
    if plan.unit != "person":
        return found
    # A person may be found right once and wrong once: only what contains another is a set.
    return tuple(part for part in found if len(part.terms) <= 2)


def _said(one: Stated) -> str:
    """Return a figure in words, with its place and its audit."""
    places = " and ".join(_place(each.cut, each.keys) for each in one.figures)
    audit = f" in the audit '{one.audit}'" if one.audit else ""
    name = f"all but '{one.figures[0].name}'" if one.turn < 0 else f"'{one.figures[0].name}'"
    return f"{name}, {one.value:g} ({places}{audit})"


def _place(cut: Cut, key: Key) -> str:
    return f"{' × '.join(cut)}, {named(key)}" if cut else "all together"


class _Attack:
    """What the shown figures of some cuts leave possible, as equations over cells."""

    def __init__(self, board: _Board, cuts: Sequence[Cut]) -> None:
        from scipy import sparse  # type: ignore[import-untyped]

        self.board, self.why = board, TOO_MUCH
        groups, self.keys = board.cells(cuts)
        self.which: dict[tuple[Cut, Key], list[int]] = {}
        for cut in cuts:
            axes = [groups.index(name) for name in cut]
            for place, key in enumerate(self.keys):
                self.which.setdefault((cut, tuple(key[axis] for axis in axes)), []).append(place)
        many, names = len(self.keys), len(board.names)
        known = {
            (one.cut, one.key, one.over.tobytes()): one for one in board.sums if one.cut in cuts
        }
        shown = [one for one in known.values() if (one.cut, one.key) in self.which]
        self.lost = len(shown) < len(known)
        self.equations = self._rows([(one.cut, one.key, one.over) for one in shown])
        self.totals = np.array([one.value for one in shown])
        self.signs = sparse.kron(
            np.array([part.over(board.names) for part in board.parts if not part.single])
            if any(not part.single for part in board.parts)
            else np.zeros((0, names)),
            sparse.eye_array(many, format="csr"),
            format="csr",
        )
        self.most = 2 * max(self.totals, default=0.0) + 1000.0 * board.plan.least

    def _rows(self, asked: Sequence[tuple[Cut, Key, Floats]]) -> Any:
        from scipy import sparse

        many = len(self.keys)
        places: list[int] = []
        values: list[float] = []
        rows: list[int] = []
        for row, (cut, key, over) in enumerate(asked):
            for name in np.flatnonzero(over).tolist():
                for cell in self.which[cut, key]:
                    rows.append(row)
                    places.append(name * many + cell)
                    values.append(over[name])
        return sparse.csr_array(
            (values, (rows, places)), shape=(len(asked), len(self.board.names) * many)
        )

    def found(self, cuts: Sequence[Cut]) -> Found:
        """Yield what the attacker finds of some cuts."""
        if self.lost:
            yield "tables", "a group has figures, and no combination of groups that has anybody"
            return
        asked = [
            (cut, key, part)
            for (cut, key) in self.which
            if cut in cuts
            for part in self.board.parts
            if not self._given(cut, key, part)
        ]
        aims = self._rows([(cut, key, part.over(self.board.names)) for cut, key, part in asked])
        least = self.board.plan.least
        open_ = np.ones(len(asked), dtype=bool)
        for tries in range(MOST_TRIES):
            left = np.flatnonzero(open_)
            if not len(left):
                return
            # All at once first: what one solution holds possible is possible.
            together = left if tries < 2 else left[:1]
            aim = np.asarray(aims[together].sum(axis=0)).ravel()
            sign = 1.0 if tries == 0 else -1.0
            values = self._solved(sign * aim, aims)
            if values is None:
                yield "tables", self.why
                return
            open_ &= ~((values < 0.5) | (values > least - 0.5))
            first = left[0]
            if tries < 2 or not open_[first]:
                continue
            lowest = self._solved(aim, aims)
            open_[first] = False
            if lowest is None:
                yield "tables", self.why
                return
            if lowest[first] >= 0.5:
                cut, key, part = asked[first]
                yield (
                    _place(cut, key),
                    f"'{part.name}' is not given, and what is given tells that it is "
                    f"{_span(lowest[first], values[first])}, fewer than {least}: publish the "
                    "result again, from the journal",
                )
        if open_.any():
            yield "tables", TOO_MUCH

    def _given(self, cut: Cut, key: Key, part: Part) -> bool:
        board = self.board
        return (cut, key, part.over(board.names).tobytes()) in board.given or all(
            (cut, key, board.over(((name, 1),)).tobytes()) in board.given for name, _ in part.terms
        )

    def _solved(self, costs: Floats, aims: Any) -> Floats | None:
        """Return the values of what is asked in the solution of least cost; ``None``: `why`."""
        from scipy.optimize import linprog  # type: ignore[import-untyped]

        found = linprog(
            costs,
            A_ub=-self.signs if self.signs.shape[0] else None,
            b_ub=np.zeros(self.signs.shape[0]) if self.signs.shape[0] else None,
            A_eq=self.equations if self.equations.shape[0] else None,
            b_eq=self.totals if self.equations.shape[0] else None,
            bounds=(0, self.most),
            method="highs",
            options={"maxiter": MOST_STEPS},
        )
        if found.status == 2:
            self.why = "the figures cannot all be true: some do not add up"
            return None
        if found.x is None or found.status != 0:
            self.why = TOO_MUCH
            return None
        values: Floats = aims @ found.x
        return values


def _span(low: float, high: float) -> str:
    first, last = round(low), round(high)
    return f"{first}" if first >= last else f"from {first} to {last}"
