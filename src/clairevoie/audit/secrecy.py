"""Statistical secrecy of an audit: which of its figures are not published.

What is published, for every cut (each group alone, and intersections), for each of its lines and
for all together: rows, and the sums that a plan asks for (`audit.counting`). A figure is hidden
first when it is on fewer than ``plan.least`` persons or units, or when what it is taken from less
itself is; then others with it (`audit.protecting`), until an attacker who knows all that is shown,
and which combinations of groups have anybody in them, must hold possible that

- a hidden small figure v is as large as v + least - 1: so nobody can say that it is under the
  threshold, nor give it to within fewer than ``least`` values. Counted in decisions, v on k persons
  must be as large as v + v (least - 1) / k. (A figure is at least as large as it is: how much
  smaller it could be is not guaranteed.)
  A cut of which more than half the lines are hidden first for a name is hidden wholly for it.
- what two cuts share without any table showing it, when it is on few, is not found by sums and
  differences of lines (region less its districts).

Measures are made of figures: whoever publishes a rate, a difference or an interval asks
`Hidden.shows` for every figure that it is made of.

Sources of the thresholds:

- persons: « une cellule concernant une personne physique concernant moins de 11 unités ne doit pas
  être diffusée » (tax data), InseeFrLab, « Manuel de protection des tableaux », annex « Règles »,
  https://inseefrlab.github.io/manuel-protection-tableaux/. INSEE's thresholds go with the source;
  11 is the one for natural persons in tax data, taken here for all decisions on persons.
- business: nothing « s'il concerne moins de trois entreprises, ou si une seule entreprise
  représente 85 % ou plus de sa valeur », INSEE, « Secret statistique »,
  https://www.insee.fr/fr/information/1300624, where the « Guide du secret statistique » also is.

Not covered: what three cuts share and no two do; sets of rows that only four counts of a plan give
together; what an attacker knows of somebody in particular; that everybody or nobody of a group is
hit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.cells import Cells
from clairevoie.audit.containment import ROWS
from clairevoie.audit.figures import Amount, Cut, Figure, Hidden, Told
from clairevoie.audit.model import Plan
from clairevoie.audit.parts import More, Part, followed_by, names_of, parts_of, substitutions
from clairevoie.audit.protecting import Flags, Floats, Secrets, Tables, determined, protect

MOST_SHARED = 20_000
"""Two cuts that share more combinations than this are not crossed."""


def hidden_figures(
    plan: Plan,
    cells: Cells,
    *,
    persons: Mapping[Figure, int] | None = None,
    amounts: Mapping[Figure, Amount] | None = None,
    told: Sequence[Told] = (),
    close: Mapping[Figure, int] | None = None,
    cuts: Sequence[Cut] | None = None,
    overlapping: Sequence[Part] = (),
) -> Hidden:
    """Return what is not published of an audit.

    Args:
        plan: the plan.
        cells: what it counts.
        persons: persons or units that small figures and parts are on (`audit.persons`); a figure
            that is not in it is on enough of them. Without it each row is a person's.
        amounts: of figures whose name is a sum of amounts, which are checked for dominance.
        told: figures of earlier audits that are sums of the present cells (`audit.differencing`).
        close: figures that an earlier audit gives nearly, hidden whatever they are on, and which
            way they must be held possible to be farther: 1 up, -1 down.
        cuts: that are published, if not those of the plan; with conditions for example.
        overlapping: parts that only the journal tells (`clairevoie.audit.overlaps`).

    Raises:
        ValueError: sums of weights, and nothing says how many persons they are on.
    """
    if plan.secrecy == "none":
        return Hidden()
    if plan.weights and persons is None:
        raise ValueError("sums of weights do not say how many persons they are on: give persons")
    shown = ((), *(plan.cuts if cuts is None else cuts))
    work = _Work(plan, cells, shown, told, overlapping=overlapping)
    secrets, first = work.small(persons, amounts or {}, close or {})
    hidden, lost = protect(work.tables, secrets, work.with_tables(first))
    between = work.between(hidden)
    new = work.tables.published.shape[1] - hidden.shape[1]
    hidden = np.pad(hidden, ((0, 0), (0, new)))
    hidden, beside = protect(work.tables, between, hidden)
    exposed = [
        work.figure(line, part)
        for found, which in ((secrets, lost), (between, beside))
        for line, part in zip(found.lines[which], found.parts[which], strict=True)
    ]
    return Hidden(
        work.named(hidden), work.named(first), tuple(each for each in exposed if each is not None)
    )


def hidden_beside(
    plan: Plan,
    cells: Cells,
    hidden: Hidden,
    more: More,
    columns: Mapping[str, Floats],
    *,
    persons: Mapping[Figure, int] | None = None,
    told: Sequence[Told] = (),
    close: Mapping[Figure, int] | None = None,
    overlapping: Sequence[Part] = (),
) -> frozenset[Figure]:
    """Return which counts beside those of the cells are not published.

    What is shown of the cells stays shown; whatever would tell of a few beside it is hidden.

    Args:
        plan, cells, persons, told, close, overlapping: as for `hidden_figures`.
        hidden: what that function hides.
        more: the counts, of tables of one group each.
        columns: their values in each cell of the groups of the plan, ``plan.groups`` in order.
    """
    groups = cells.cut([item.name for item in plan.groups])
    beside = Cells(
        groups.names, groups.levels, groups.codes, groups.rows, {**groups.sums, **columns}
    )
    work = _Work(plan, beside, ((), *plan.cuts), told, cells, more, overlapping=overlapping)
    secrets, first = work.small(persons, {}, close or {})
    flags = work.flags(hidden.figures) | (first & work.extra[:, None])
    found, lost = protect(work.tables, work.findable(secrets, flags), flags)
    between = work.between(found)
    new = work.tables.published.shape[1] - found.shape[1]
    found, beside_lost = protect(work.tables, between, np.pad(found, ((0, 0), (0, new))))
    if lost.any() or beside_lost.any():
        # Something of the cells would be told, whatever is hidden here.
        return frozenset(
            Figure(cut, keys, name) for cut, keys in work.lines for name in more.shown if cut
        )
    return frozenset(each for each in work.named(found) if each.name in more.shown)


@dataclass(slots=True)
class _Work:
    """Tables of a plan, with the names of what is in them.

    ``whole`` are the cells in which names follow from others, if not ``cells``; ``extra`` says
    which of the names that are kept are those of ``more``.
    """

    plan: Plan
    cells: Cells
    cuts: tuple[Cut, ...]
    told: Sequence[Told]
    whole: Cells | None = None
    more: More = field(default_factory=lambda: More({}, ()))
    overlapping: Sequence[Part] = ()
    names: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    factors: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    kept: list[int] = field(default_factory=list)
    lines: list[tuple[Cut, tuple[str, ...]]] = field(default_factory=list)
    of_cut: dict[Cut, slice] = field(default_factory=dict)
    extra: Flags = field(init=False)
    fine: Cells = field(init=False)
    tables: Tables = field(init=False)

    def __post_init__(self) -> None:
        whole = self.cells if self.whole is None else self.whole
        self.names = names_of(self.plan, whole)
        columns = np.stack([_column(whole, name) for name in self.names])
        self.kept, self.factors = substitutions(columns)
        self.parts = parts_of(self.plan, self.names, columns, self.overlapping)
        if self.more.shown:
            self.names += tuple(self.more.shown)
            columns = np.stack([_column(self.cells, name) for name in self.names])
            self.kept, self.factors = followed_by(columns, self.kept, self.factors)
            self.parts += self.more.parts
        self.extra = np.array([self.names[name] in self.more.shown for name in self.kept])
        used = dict.fromkeys(name for cut in self.cuts for name in cut)
        used |= dict.fromkeys(name for each in self.told for name in each.levels)
        self.fine = self.cells.cut([name for name in self.cells.names if name in used])
        self.tables = self._tables()

    def _tables(self) -> Tables:
        from scipy import sparse  # type: ignore[import-untyped]

        rows: list[Any] = []
        for cut in self.cuts:
            keys, matrix = _lines(self.fine, cut)
            self.of_cut[cut] = slice(len(self.lines), len(self.lines) + len(keys))
            self.lines += [(cut, key) for key in keys]
            rows.append(matrix)
        # What an earlier audit has no figure of any more is still as secret as it was.
        beside = {tuple(sorted(each.levels.items())): each.levels for each in self.told}
        rows += [_covered(self.fine, levels) for levels in beside.values()]
        lines = sparse.vstack(rows, format="csr")
        mine, count = len(self.lines), lines.shape[0]
        published = np.zeros((len(self.kept), count), dtype=bool)
        published[:, :mine] = True
        places = {key: mine + index for index, key in enumerate(beside)}
        for each in self.told:
            # One that follows from others is shown with them only: it tells nothing more.
            if each.shown and (name := self.names.index(each.name)) in self.kept:
                line = places[tuple(sorted(each.levels.items()))]
                published[self.kept.index(name), line] = True
        values = np.stack([_column(self.fine, self.names[name]) for name in self.kept])
        relations = np.unique(
            np.stack([part.over(self.names) @ self.factors for part in self.parts]), axis=0
        )
        fixed = published.copy()
        fixed[:, :mine] = False
        if self.more.shown:
            # What is shown of the cells stays; a sum over everybody follows from any table.
            fixed[~self.extra] = True
            fixed[self.extra, 0] = True
            for place in np.flatnonzero(self.extra):
                shown = self.more.shown[self.names[self.kept[place]]]
                published[place, :mine] = [
                    not cut or (len(cut) == 1 and cut[0] in shown) for cut, _ in self.lines
                ]
        figures = (lines @ values.T).T
        weight = np.array(
            [(1_000.0, 4.0)[len(cut)] if len(cut) < 2 else 1.0 for cut, _ in self.lines]
            + [1.0] * (count - mine)
        )
        costs = (1.0 + np.log1p(np.abs(figures))) * weight
        costs[0] *= 2
        return Tables(
            values,
            relations[relations.any(axis=1)],
            lines,
            published,
            fixed,
            costs,
            self.fine.codes,
        )

    def small(
        self,
        persons: Mapping[Figure, int] | None,
        amounts: Mapping[Figure, Amount],
        close: Mapping[Figure, int],
    ) -> tuple[Secrets, Flags]:
        """Return the secrets of the lines, and the figures to hide first."""
        tables, least = self.tables, self.plan.least
        first = np.zeros(tables.published.shape, dtype=bool)
        lines, combined, needs = [], [], []
        nearly: list[tuple[int, Floats, float]] = []
        for part in self.parts:
            over = part.over(self.names) @ self.factors
            values = over @ tables.figures
            # An amount is on the persons of all rows.
            counted = tables.figures[0] if part.name.startswith("amount:") else values
            on = self._on(part, counted, persons)
            need = np.where(on > 0, values * (least - 1) / np.maximum(on, 1), 0.0)
            few = (values > 0) & (on < least)
            for place, (cut, keys) in enumerate(self.lines):
                figure = Figure(cut, keys, part.name)
                amount = amounts.get(figure)
                if amount is not None and amount.dominated:
                    need[place] = max(need[place] * few[place], amount.need)
                    few[place] = True
                if (way := close.get(figure)) and values[place] > 0:
                    mine = min(least - 1.0, values[place] if way < 0 else np.inf)
                    nearly.append((place, way * over, mine))
                    first[np.flatnonzero(over)[-1], place] = True
            if part.single:
                # One that follows from others goes with the last of them, the smallest.
                first[np.flatnonzero(over)[-1], : len(self.lines)] |= few[: len(self.lines)]
            which = np.flatnonzero(few & (need > 0))
            lines.append(which)
            combined.append(np.tile(over, (len(which), 1)))
            needs.append(need[which])
        for place, over, wanted in nearly:
            lines.append(np.array([place]))
            combined.append(over[None, :])
            needs.append(np.array([wanted]))
        found = Secrets(np.concatenate(lines), np.concatenate(combined), np.concatenate(needs))
        return found, first

    def _on(self, part: Part, values: Floats, persons: Mapping[Figure, int] | None) -> Floats:
        """Return how many persons or units a part of each line is on."""
        found = values.copy()
        if persons is None:
            return found
        for place, (cut, keys) in enumerate(self.lines):
            found[place] = persons.get(Figure(cut, keys, part.name), np.inf)
        # By person, those to whom something never happened may have few of the rows where it did
        # not. Nothing else but weights has more persons than it counts.
        if not self.plan.weights:
            found = np.minimum(found, values)
        return found

    def flags(self, figures: frozenset[Figure]) -> Flags:
        """Return figures that are hidden as flags, of the shape of the tables."""
        found = np.zeros(self.tables.published.shape, dtype=bool)
        for line, (cut, keys) in enumerate(self.lines):
            for place, name in enumerate(self.kept):
                found[place, line] = Figure(cut, keys, self.names[name]) in figures
        return found

    def findable(self, secrets: Secrets, hidden: Flags) -> Secrets:
        """Leave out what no table shows nor sums and differences of lines give."""
        tables = self.tables
        given = tables.published | determined(tables, hidden, tables.lines)
        kept = np.array(
            [
                bool(given[over != 0, line].all())
                for line, over in zip(secrets.lines, secrets.parts, strict=True)
            ],
            dtype=bool,
        )
        return Secrets(secrets.lines[kept], secrets.parts[kept], secrets.needs[kept])

    def with_tables(self, first: Flags) -> Flags:
        """Add all of a name in a cut of which more than half the lines are hidden already."""
        found = first.copy()
        for lines in self.of_cut.values():
            mine = found[:, lines]
            mine[2 * mine.sum(axis=1) > mine.shape[1]] = True
        return found

    def between(self, hidden: Flags) -> Secrets:
        """Return what two cuts share on few rows, and that their lines determine."""
        from scipy import sparse

        shared = self._shared()
        tables, start, least = self.tables, self.tables.lines.shape[0], self.plan.least
        nobody = (np.zeros(0, dtype=np.intp), np.zeros((0, len(self.kept))), np.zeros(0))
        if shared is None:
            return Secrets(*nobody)
        figures = shared @ tables.values.T
        overs = np.stack([part.over(self.names) @ self.factors for part in self.parts])
        values = figures @ overs.T
        few = (values > 0) & (values < least)
        small = np.flatnonzero(few.any(axis=1))
        if not len(small):
            return Secrets(*nobody)
        shared, few = shared[small], few[small]
        found = determined(tables, hidden, shared)
        lines, combined, needs = [], [], []
        for place, over in enumerate(overs):
            mine = np.flatnonzero(few[:, place] & found[over != 0].all(axis=0))
            lines.append(mine)
            combined.append(np.tile(over, (len(mine), 1)))
            needs.append(np.full(len(mine), least - 1.0))
        which = np.concatenate(lines)
        # Only sets that matter become lines: no table shows them.
        used, order = np.unique(which, return_inverse=True)
        none = np.zeros((len(self.kept), len(used)), dtype=bool)
        self.tables = Tables(
            tables.values,
            tables.relations,
            sparse.vstack([tables.lines, shared[used]], format="csr"),
            np.hstack([tables.published, none]),
            np.hstack([tables.fixed, none]),
            np.hstack([tables.costs, np.ones(none.shape)]),
            tables.codes,
        )
        return Secrets(start + order, np.concatenate(combined), np.concatenate(needs))

    def _shared(self) -> Any:
        """Return the sets of cells that two cuts share, as a sparse matrix, if there are any."""
        from scipy import sparse

        found: dict[Cut, Any] = {}
        earlier = dict.fromkeys(tuple(sorted(each.levels)) for each in self.told)
        for one, other in combinations((*self.cuts[1:], *earlier), 2):
            both = tuple(name for name in self.fine.names if name in {*one, *other})
            if both not in self.cuts and both not in found:
                keys, matrix = _lines(self.fine, both)
                if len(keys) <= MOST_SHARED:
                    found[both] = matrix
        return sparse.vstack(list(found.values()), format="csr") if found else None

    def figure(self, line: int, over: Floats) -> Figure | None:
        """Return the figure of a secret; none when no table shows it."""
        if line >= len(self.lines):
            return None
        for part in self.parts:
            mine = part.over(self.names) @ self.factors
            if np.array_equal(mine, over) or np.array_equal(-mine, over):
                cut, keys = self.lines[line]
                return Figure(cut, keys, part.name)
        return None

    def named(self, hidden: Flags) -> frozenset[Figure]:
        """Return hidden figures by their names: one that follows from others goes with them."""
        found = set()
        for place, name in enumerate(self.names):
            through = np.flatnonzero(self.factors[place])
            for line in np.flatnonzero(hidden[through, : len(self.lines)].any(axis=0)):
                cut, keys = self.lines[line]
                found.add(Figure(cut, keys, name))
        return frozenset(found)


def _column(cells: Cells, name: str) -> Floats:
    return cells.rows.astype(np.float64) if name == ROWS else cells.sums[name]


def _lines(cells: Cells, cut: Cut) -> tuple[list[tuple[str, ...]], Any]:
    """Return the keys of a cut's lines, and their cells as a sparse matrix."""
    from scipy import sparse

    axes = [cells.names.index(name) for name in cut]
    many = len(cells.rows)
    codes = cells.codes[:, axes]
    present, which = np.unique(codes, axis=0, return_inverse=True)
    keys = [
        tuple(cells.levels[axis][code] for axis, code in zip(axes, row, strict=True))
        for row in present.tolist()
    ]
    where: NDArray[np.intp] = which.ravel()
    matrix = sparse.csr_array((np.ones(many), (where, np.arange(many))), shape=(len(keys), many))
    return keys, matrix


def _covered(cells: Cells, levels: Mapping[str, frozenset[str]]) -> Any:
    """Return the cells of some levels, as a sparse matrix of one line."""
    from scipy import sparse

    mask = np.ones(len(cells.rows), dtype=bool)
    for name, keys in levels.items():
        axis = cells.names.index(name)
        mask &= np.isin(cells.codes[:, axis], [cells.levels[axis].index(key) for key in keys])
    return sparse.csr_array(mask[None, :].astype(np.float64))
