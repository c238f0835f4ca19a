"""Which figures of linked tables to hide, so that none of a few people can be worked out.

All tables of an audit are sums of the same cells. An attacker knows every figure that is shown, how
figures add up, which cells have anybody in them, and that a part is no larger than its whole: he
solves for the cells. A secret is safe when the cells could be others, with every shown figure as it
is and the secret larger by what it needs. Such another solution is looked for by linear
programming; where there is none, figures are hidden, those that cost least, until there is one. So
each secret is left with its own proof, and what is hidden later takes none of them away.

`pytauargus` (τ-ARGUS in Python, EUPL-1.2) is not used: it reads batch files of tables with margins,
and steps of a chain, complements and earlier audits are no such tables. The method is the same.

Bounds are those of linear programming. Where three cuts cross, whole numbers alone may narrow them.

Sources: J. P. Kelly, B. L. Golden, A. A. Assad, « Cell suppression: disclosure protection for
sensitive tabular data », Networks 22 (4), 1992 (one linear programme a secret);
A. Hundepool et al., « Statistical Disclosure Control », Wiley, 2012, chapter 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEAR = 1e-6
"""What the solver takes for nothing, relative to a count of one."""
FEW = 2
"""Levels of a group, beside a secret's own, among which its protection is looked for first."""
OFTEN = 16
"""After so many secrets protected one by one, all others are tried together."""
MANY = 1_500
"""With more cells than this, trying secrets together takes longer than one by one."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Linked tables: each line is a set of cells, each name a count of every cell.

    Attributes:
        values: of each name in each cell, of shape (names, cells).
        relations: combinations of names that are negative in no cell, of shape (relations, names).
        lines: sparse matrix of zeros and ones, of shape (lines, cells).
        published: whether a table has a figure of each name on each line, of shape (names, lines).
        fixed: figures that cannot be hidden any more, of the same shape.
        costs: of hiding each figure, of the same shape.
        codes: level of each cell for each group, of shape (cells, groups).
    """

    values: Floats
    relations: Floats
    lines: Any
    published: Flags
    fixed: Flags
    costs: Floats
    codes: NDArray[np.intp]

    @property
    def figures(self) -> Floats:
        """Figures of each name on each line, of shape (names, lines)."""
        found: Floats = (self.lines @ self.values.T).T
        return found

    def lines_of(self, cells: NDArray[np.intp]) -> Any:
        """Return the lines over some cells."""
        return self.lines if len(cells) == self.lines.shape[1] else self.lines[:, cells]

    def wider(self, names: list[int]) -> list[int]:
        """Return names with those that contain them: without these, some of them cannot rise."""
        tight = (self.relations[:, names] < 0).any(axis=1)
        around = np.flatnonzero((self.relations[tight] > 0).any(axis=0))
        return sorted({*names, *around.tolist()})


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not be found.

    Attributes:
        lines: of each secret, of shape (secrets,).
        parts: combination of names that it is, of shape (secrets, names).
        needs: how much larger an attacker must hold it possible to be, of shape (secrets,).
    """

    lines: NDArray[np.intp]
    parts: Floats
    needs: Floats

    def __len__(self) -> int:
        return len(self.lines)


def protect(tables: Tables, secrets: Secrets, hidden: Flags) -> tuple[Flags, Flags]:
    """Hide figures until every secret is safe.

    Args:
        tables: the tables.
        secrets: what must not be found.
        hidden: figures that are hidden already, of shape (names, lines).

    Returns:
        The figures to hide, of shape (names, lines), and the secrets that cannot rise by all that
        they need, because of figures that are fixed, of shape (secrets,). These are left as wide as
        the fixed figures leave them.
    """
    secrets = Secrets(secrets.lines, secrets.parts, secrets.needs.copy())
    search = _Search(tables, secrets, hidden.copy(), np.ones(len(secrets), dtype=bool))
    lost = np.zeros(len(secrets), dtype=bool)
    for group in _groups(secrets):
        moves = _moves(tables, secrets.parts[group[0]])
        search.cover(group, moves)
        tried = 0
        while (left := group[search.open[group]]).size:
            # The largest need first: what is hidden for it serves for the others.
            hardest = int(left[np.argmax(secrets.needs[left])])
            if not any(search.hide_for(hardest, names) for names in moves) and not search.hide_for(
                hardest, moves[-1], near=False
            ):
                lost[hardest] = True
                search.hide_what_helps(hardest, moves[-1])
            tried += 1
            if tried % OFTEN == 0:
                search.cover(group, moves[:1])
    return search.hidden, lost


def _groups(secrets: Secrets) -> list[NDArray[np.intp]]:
    """Return the secrets that are the same combination of names, in their order."""
    if not len(secrets):
        return []
    _, first, which = np.unique(secrets.parts, axis=0, return_index=True, return_inverse=True)
    return [np.flatnonzero(which.ravel() == index) for index in np.argsort(first)]


def _moves(tables: Tables, part: Floats) -> list[list[int]]:
    """Return the names to move, few first: with the last, of which there are most, all can rise."""
    mine = [int(name) for name in np.flatnonzero(part)]
    # What is counted last is contained in the others: it is hidden with least loss.
    found = [[name] for name in reversed(mine)]
    if len(mine) > 1:
        found.append(mine)
    while (more := tables.wider(found[-1])) not in found:
        found.append(more)
    every = list(range(tables.values.shape[0]))
    return found if every in found else [*found, every]


@dataclass(slots=True)
class _Search:
    tables: Tables
    secrets: Secrets
    hidden: Flags
    open: Flags

    def cover(self, group: NDArray[np.intp], moves: Sequence[list[int]]) -> None:
        """Find the secrets of a group that are safe as figures are hidden now, of one name each."""
        every = np.arange(self.tables.values.shape[1])
        if len(every) > MANY:
            return
        for names in moves:
            while len(names) == 1 and (left := group[self.open[group]]).size:
                move = self._solved(left, names, every, hiding=False)
                if move is None or not self._close(move, names):
                    break

    def hide_for(self, secret: int, names: list[int], *, near: bool = True) -> bool:
        """Hide what makes one secret safe at least cost; say whether anything does."""
        tables = self.tables
        every = np.arange(tables.values.shape[1])
        if len(names) == 1 and not self._has_room(secret, names[0]):
            return False
        few = FEW if len(names) < 3 else 1
        cells = self._around(secret, names[-1], few) if near else every
        move = self._solved(np.array([secret]), names, cells, hiding=True)
        if move is None:
            return False
        moved = np.abs(tables.lines @ move.T).T > NEAR
        for place, name in enumerate(names):
            self.hidden[name] |= moved[place] & tables.published[name]
        self._close(move, names)
        self.open[secret] = False
        return True

    def hide_what_helps(self, secret: int, names: list[int]) -> None:
        """Leave a secret as wide as figures that are fixed leave it."""
        every = np.arange(self.tables.values.shape[1])
        hidden, self.hidden = self.hidden, self.tables.published & ~self.tables.fixed
        move = self._solved(np.array([secret]), names, every, hiding=False)
        self.hidden = hidden
        self.open[secret] = False
        if move is None:
            return
        gain = self._gains(move, names)[secret] * (1 - NEAR)
        if gain > NEAR:
            self.secrets.needs[secret] = gain
            self.hide_for(secret, names, near=False)

    def _has_room(self, secret: int, name: int) -> bool:
        """Return whether a secret could rise enough by one name alone, were nothing shown."""
        cells = self.tables.lines[[self.secrets.lines[secret]]].indices
        low, high, _, _ = self._limits([name], cells)
        factor = self.secrets.parts[secret, name]
        most = float(factor * (high if factor > 0 else low).sum())
        return most >= float(self.secrets.needs[secret])

    def _around(self, secret: int, name: int, few: int) -> NDArray[np.intp]:
        """Return some cells of a secret and some beside it: a few levels of each group.

        What moves only among them is a solution like any other, and found much sooner.
        """
        tables = self.tables
        line = self.secrets.lines[secret]
        mine = tables.lines[[line]].indices
        hiding = tables.published[name] & self.hidden[name]
        veiled = hiding @ tables.lines
        chosen = np.ones(tables.values.shape[1], dtype=bool)
        for codes in tables.codes.T:
            size = int(codes.max(initial=0)) + 1
            level = np.zeros(size, dtype=bool)
            inside = np.bincount(codes[mine], tables.values[0][mine], minlength=size)
            level[np.argsort(-inside, kind="stable")[: min(2, np.count_nonzero(inside))]] = True
            for order in (np.bincount(codes, veiled), np.bincount(codes, tables.values[name])):
                others = np.where(level, -1.0, order)
                level[np.argsort(-others, kind="stable")[:few]] = True
            chosen &= level[codes]
        return np.flatnonzero(chosen)

    def _close(self, move: Floats, names: list[int]) -> bool:
        """Close the secrets that another solution makes safe; say whether there are any."""
        needs = self.secrets.needs
        safe = self.open & (self._gains(move, names) >= needs - NEAR * np.maximum(1.0, needs))
        self.open &= ~safe
        return bool(safe.any())

    def _gains(self, move: Floats, names: list[int]) -> Floats:
        """Return by how much each secret is larger in another solution."""
        lifted = np.asarray(self.tables.lines @ move.T)
        found: Floats = (self.secrets.parts[:, names] * lifted[self.secrets.lines]).sum(axis=1)
        return found

    def _solved(
        self, asked: NDArray[np.intp], names: list[int], cells: NDArray[np.intp], *, hiding: bool
    ) -> Floats | None:
        """Return how cells could differ, of shape (names, all cells); ``None`` if they cannot.

        Without hiding, secrets asked for are lifted as far as they can be together; with it, each
        is lifted by its need, at least cost.
        """
        from scipy import sparse  # type: ignore[import-untyped]
        from scipy.optimize import (  # type: ignore[import-untyped]
            Bounds,
            LinearConstraint,
            milp,
        )

        tables = self.tables
        lines = tables.lines_of(cells)
        met = np.diff(lines.indptr) > 0
        kept = [np.flatnonzero(tables.published[n] & ~self.hidden[n] & met) for n in names]
        figures = sparse.block_diag([lines[rows] for rows in kept], format="csr")
        mine = lines[self.secrets.lines[asked]]
        aims = sparse.hstack(
            [sparse.diags_array(self.secrets.parts[asked, name]) @ mine for name in names],
            format="csr",
        )
        needs, size = self.secrets.needs[asked], len(names) * len(cells)
        low, high, relations, room = self._limits(names, cells)
        if hiding:
            pairs = list(zip(names, kept, strict=True))
            costs = np.concatenate([tables.costs[name][rows] for name, rows in pairs])
            fixed = np.concatenate([tables.fixed[name][rows] for name, rows in pairs])
            unit = sparse.eye_array(len(costs), format="csr")
            beside = (sparse.hstack([unit, -unit]), sparse.csr_array((len(asked), 2 * len(costs))))
            weight, most = np.tile(costs, 2), np.tile(np.where(fixed, 0.0, np.inf), 2)
        else:
            nothing = sparse.csr_array((figures.shape[0], len(asked)))
            beside = (nothing, -sparse.eye_array(len(asked), format="csr"))
            weight, most = -1.0 / needs, needs
        extra = len(weight)
        blocks = [
            (sparse.hstack([figures, beside[0]]), np.zeros(figures.shape[0]), 0.0),
            (sparse.hstack([aims, beside[1]]), needs if hiding else np.zeros(len(asked)), np.inf),
        ]
        if relations is not None:
            nothing = sparse.csr_array((relations.shape[0], extra))
            blocks.append((sparse.hstack([relations, nothing]), -room, np.inf))
        found = milp(
            np.concatenate([np.zeros(size), weight]),
            constraints=LinearConstraint(
                sparse.vstack([matrix for matrix, _, _ in blocks], format="csc"),
                np.concatenate([least for _, least, _ in blocks]),
                np.concatenate([np.full(len(least), end) for _, least, end in blocks]),
            ),
            bounds=Bounds(np.concatenate([low, np.zeros(extra)]), np.concatenate([high, most])),
        )
        if found.x is None:
            return None
        move = np.zeros((len(names), tables.values.shape[1]))
        move[:, cells] = found.x[:size].reshape(len(names), len(cells))
        return move

    def _limits(
        self, names: list[int], cells: NDArray[np.intp]
    ) -> tuple[Floats, Floats, Any, Floats]:
        """Return how far each cell may move, and what holds between names that move."""
        from scipy import sparse

        low = np.full((len(names), len(cells)), -np.inf)
        high = np.full((len(names), len(cells)), np.inf)
        rows, rooms = [], []
        for relation in self.tables.relations:
            factors = relation[names]
            inside = np.flatnonzero(factors)
            if not len(inside):
                continue
            room = np.maximum(relation @ self.tables.values[:, cells], 0.0)
            if len(inside) > 1:
                rows.append(factors)
                rooms.append(room)
                continue
            place = inside[0]
            if factors[place] > 0:
                low[place] = np.maximum(low[place], -room / factors[place])
            else:
                high[place] = np.minimum(high[place], -room / factors[place])
        if not rows:
            return low.ravel(), high.ravel(), None, np.zeros(0)
        between = sparse.kron(np.array(rows), sparse.eye_array(len(cells)), format="csr")
        return low.ravel(), high.ravel(), between, np.concatenate(rooms)


def determined(tables: Tables, hidden: Flags, sets: Any) -> Flags:
    """Return which sets of cells the shown figures of a name give by sums and differences alone.

    Args:
        tables: the tables.
        hidden: figures that are hidden, of shape (names, lines).
        sets: sparse matrix of zeros and ones, of shape (sets, cells).

    Returns:
        A flag for each name and set, of shape (names, sets): whether the set is a combination of
        lines that are shown. It is when no move of the cells that leaves these lines as they are
        moves the set; a move drawn among all of them moves any other set. Where a line shows that
        there is nobody, its cells do not move.
    """
    found = np.zeros((len(hidden), sets.shape[0]), dtype=bool)
    shown = tables.published & ~hidden
    nobody = ((shown & (tables.figures == 0)) @ tables.lines) > 0
    patterns, which = np.unique(np.hstack([shown, nobody]), axis=0, return_inverse=True)
    for index, pattern in enumerate(patterns):
        given, empty = pattern[: shown.shape[1]], pattern[shown.shape[1] :]
        cells = np.flatnonzero(~empty)
        lines = tables.lines[np.flatnonzero(given)][:, cells]
        if lines.shape[0] and len(cells):
            moved = np.abs(sets[:, cells] @ _free_moves(lines)).max(axis=1)
            found[which.ravel() == index] = moved < NEAR
        elif lines.shape[0]:
            found[which.ravel() == index] = True
    return found


def _free_moves(lines: Any) -> Floats:
    """Return some moves of cells that change no line, of shape (cells, moves)."""
    from scipy.sparse.linalg import lsqr  # type: ignore[import-untyped]

    # Always the same draw: what it finds does not depend on it.
    drawn = np.random.default_rng(1).standard_normal((lines.shape[1], 3))
    most = 20 * min(lines.shape)
    for index, column in enumerate(drawn.T.copy()):
        factors = lsqr(lines.T, column, atol=1e-14, btol=1e-14, iter_lim=most)[0]
        drawn[:, index] = column - lines.T @ factors
    if np.abs(lines @ drawn).max() > NEAR / 100:
        # It did not converge: slower, and sure.
        drawn -= np.linalg.pinv(lines.toarray(), rcond=1e-10) @ (lines @ drawn)
    moves: Floats = drawn
    return moves
