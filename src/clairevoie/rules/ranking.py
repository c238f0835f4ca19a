"""Rank cases by their points: places go to the most points, ties are broken in the published order.

Cases compete within groups (a commission, a section). Equal points and equal tie-breaks share a
rank (1, 2, 2, 4); where such equals straddle the last place the published rules do not say who has
it: they are told apart (`TIED`) and never decided by the order of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.columns import Array, ColumnResult, Columns
from clairevoie.rules.content import PointsScale, Ranking, Tie
from clairevoie.rules.evaluate import DTYPES, column_value
from clairevoie.rules.model import RuleSet, RulesProblem, Value, Version
from clairevoie.rules.outcomes import outcome_code

ADMITTED, REFUSED, TIED, UNRANKED = 1, 0, 2, -1
"""Status of a case: has a place, has none, equal with others across the last place, no points."""


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The last case admitted of one group.

    Attributes:
        group: values of the columns that separate groups, in the order of ``within``.
        cases: how many were ranked.
        places: how many places there were.
        admitted: how many were admitted.
        tied: how many equals straddle the last place.
        points: points of the last case admitted, in units (see `Ranked.decimals`); ``None`` when
            nobody was admitted.
    """

    group: tuple[Any, ...]
    cases: int
    places: int
    admitted: int
    tied: int
    points: int | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """The ranks of all cases.

    Attributes:
        rank: ``int64``, from 1 in each group; equals share the first; 0 where there are no points.
        status: ``int8``: `ADMITTED`, `REFUSED`, `TIED` or `UNRANKED`.
        outcome: ``int8`` index in the rule set's outcomes, −1 for ``TIED`` and ``UNRANKED``; that
            of the thresholds where the ranking has no places.
        group: ``int64`` index of the group of each case in ``cutoffs``.
        cutoffs: one a group.
        decimals: of the points.
    """

    rank: NDArray[np.int64]
    status: NDArray[np.int8]
    outcome: NDArray[np.int8]
    group: NDArray[np.int64]
    cutoffs: tuple[Cutoff, ...]
    decimals: int


def rank(
    rules: RuleSet,
    version: Version,
    result: ColumnResult,
    columns: Columns,
    *,
    groups: Mapping[str, Array] | None = None,
    places: Array | None = None,
) -> Ranked:
    """Rank all cases that have points.

    Args:
        rules: the rule set.
        version: a version of kind ``points`` with a ranking.
        result: its evaluation of the same cases.
        columns: the cases, with the inputs of the tie-breaks (see `tie_inputs`).
        groups: the columns named by the ranking's ``within``, one value a case.
        places: the number of places of the group of each case; the first of the group counts.

    Raises:
        RulesProblem: the version has no ranking, or a column that it names was not given.
    """
    ranking = _ranking(version)
    if result.value is None:
        raise RulesProblem(("", "there are no points to rank"))
    absent = [name for name in ranking.within if name not in (groups or {})]
    absent += [tie.name for tie in ranking.ties if tie.name not in columns.values]
    if ranking.places and places is None:
        absent.append(ranking.places)
    if absent:
        raise RulesProblem(("", f"the ranking needs these columns: {', '.join(absent)}"))
    within = [_codes((groups or {})[name]) for name in ranking.within]
    keys = [column for tie in ranking.ties for column in _tie_keys(version, tie, columns)]
    order, starts, equal = _order(result, within, keys)
    return _ranked(rules, ranking, result, order, starts, equal, groups or {}, places)


def tie_inputs(version: Version) -> tuple[str, ...]:
    """Return the inputs that break ties, none when the version ranks nothing."""
    content = version.content
    if not isinstance(content, PointsScale) or content.ranking is None:
        return ()
    return tuple(tie.name for tie in content.ranking.ties)


def _ranking(version: Version) -> Ranking:
    content = version.content
    if not isinstance(content, PointsScale) or content.ranking is None:
        raise RulesProblem(("", f"the version '{version.id}' ranks nothing"))
    return content.ranking


def _codes(array: Array) -> Array:
    """A group's column as numbers that sort."""
    return np.unique(np.asarray(array), return_inverse=True)[1]


def _tie_keys(version: Version, tie: Tie, columns: Columns) -> list[Array]:
    """Sort keys of a tie-break, smallest first; a value that is not there goes last either way."""
    array = columns.values[tie.name]
    item = version.input(tie.name)
    gone = columns.missing.get(tie.name)
    if gone is not None and item.default is not None:
        array, gone = np.where(gone, column_value(item, item.default), array), None
    wrong = columns.invalid.get(tie.name)
    if wrong is not None:
        gone = wrong if gone is None else gone | wrong
    if item.type == "date":
        array = array.astype("datetime64[D]").view(np.int64)
    elif item.type != "number":
        array = array.astype(np.int64, copy=False)
    if tie.first == "largest":
        # ~x is −x − 1: the order reversed, without the overflow of −x.
        array = -array if item.type == "number" else ~array
    if gone is None:
        return [array]
    return [gone, np.where(gone, array.dtype.type(0), array)]


def _order(
    result: ColumnResult, within: list[Array], keys: list[Array]
) -> tuple[Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Order of the cases that have points, where groups start in it, who equals the one before."""
    columns = [*within, ~cast("Array", result.value), *keys]
    there = np.flatnonzero(result.problem == 0)
    kept = [column[there] for column in columns]
    order = np.lexsort(kept[::-1])
    starts = np.zeros(len(order), dtype=bool)
    same = np.ones(len(order), dtype=bool)
    starts[:1], same[:1] = True, False
    for index, column in enumerate(kept):
        differs = column[order][1:] != column[order][:-1]
        same[1:] &= ~differs
        if index < len(within):
            starts[1:] |= differs
    return there[order], starts, same


def _ranked(
    rules: RuleSet,
    ranking: Ranking,
    result: ColumnResult,
    order: Array,
    starts: NDArray[np.bool_],
    equal: NDArray[np.bool_],
    groups: Mapping[str, Array],
    places: Array | None,
) -> Ranked:
    count = result.count
    rank_of = np.zeros(count, dtype=np.int64)
    status = np.full(count, UNRANKED, dtype=np.int8)
    group_of = np.full(count, -1, dtype=np.int64)
    outcome = np.full(count, -1, dtype=np.int8)
    if result.outcome is not None:
        outcome[:] = result.outcome
    heads = np.flatnonzero(starts)
    sizes = np.diff(np.append(heads, len(order)))
    group = np.cumsum(starts) - 1
    place = np.arange(len(order)) - np.repeat(heads, sizes)
    first = np.maximum.accumulate(np.where(equal, 0, np.arange(len(order))))
    shared = first - np.repeat(heads, sizes)
    rank_of[order] = shared + 1
    group_of[order] = group
    found = np.full(len(order), ADMITTED, dtype=np.int8)
    if places is not None and ranking.places:
        open_places = np.asarray(places)[order[heads]].astype(np.int64)
        available = np.repeat(open_places, sizes)
        found[shared >= available] = REFUSED
        # Equals whose first has a place and whose last has none: the rules do not say who has it.
        last = _last_of_equals(equal, place)
        found[(shared < available) & (last >= available)] = TIED
        codes = np.array(
            [outcome_code(rules, ranking.refused), outcome_code(rules, ranking.admitted), -1],
            dtype=np.int8,
        )
        outcome[order] = codes[found]
    else:
        open_places = sizes
    status[order] = found
    value = cast("Array", result.value)[order]
    cutoffs = tuple(
        _cutoff(
            tuple(np.asarray(groups[name])[order[head]].item() for name in ranking.within),
            found[head : head + size],
            value[head : head + size],
            int(available_here),
        )
        for head, size, available_here in zip(heads, sizes, open_places, strict=True)
    )
    return Ranked(rank_of, status, outcome, group_of, cutoffs, result.decimals or 0)


def _last_of_equals(equal: NDArray[np.bool_], place: Array) -> Array:
    """For each case in order, the place of the last of its equals."""
    ends = np.append(~equal[1:], True) if len(equal) else np.zeros(0, dtype=bool)
    run = np.cumsum(~equal) - 1
    return place[np.flatnonzero(ends)][run] if len(equal) else place


def _cutoff(group: tuple[Any, ...], status: Array, value: Array, places: int) -> Cutoff:
    admitted = np.flatnonzero(status == ADMITTED)
    return Cutoff(
        group=group,
        cases=len(status),
        places=places,
        admitted=len(admitted),
        tied=int((status == TIED).sum()),
        points=int(value[admitted[-1]]) if len(admitted) else None,
    )


# --- one case among its peers ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one case stands among those of its group.

    Attributes:
        rank: from 1; equals share it.
        equals: how many others have the same points and the same tie-breaks.
        peers: how many others are ranked.
        places: how many places there are, ``None`` when the rules rank without places.
        status: `ADMITTED`, `REFUSED` or `TIED`.
        outcome: value of the outcome, ``None`` for ``TIED`` or when the ranking names none.
        cutoff: points of the last one admitted, this case included; ``None`` when nobody is.
        decided_by: what separates it from the last admitted (or the first refused, when it is
            admitted): ``""`` is the points, else the name of the tie-break; ``None`` when nothing
            had to.
    """

    rank: int
    equals: int
    peers: int
    places: int | None
    status: int
    outcome: str | None
    cutoff: Decimal | None
    decided_by: str | None


def standing(
    version: Version,
    *,
    points: Decimal,
    values: Mapping[str, Value],
    peers: ColumnResult,
    columns: Columns,
    places: int | None = None,
) -> Standing:
    """Return where one case stands among the others of its group.

    Args:
        version: a version of kind ``points`` with a ranking.
        points: those of the case.
        values: its inputs (those of the tie-breaks are read).
        peers: the evaluation of the others of the group, the case itself left out.
        columns: the others.
        places: how many there are in the group.

    Raises:
        RulesProblem: the version has no ranking, or a tie-break was not given.
    """
    ranking = _ranking(version)
    mine = _own_keys(version, ranking.ties, values, points, peers.decimals or 0)
    there = peers.problem == 0
    keys: list[Array] = [~cast("Array", peers.value)[there]]
    names = [""]
    for tie in ranking.ties:
        if tie.name not in columns.values:
            raise RulesProblem(("", f"the ranking needs the column '{tie.name}'"))
        for column in _tie_keys(version, tie, _with_missing(columns, tie.name)):
            keys.append(column[there])
            names.append(tie.name)
    ahead = np.zeros(int(there.sum()), dtype=bool)
    same = np.ones(len(ahead), dtype=bool)
    for column, own in zip(keys, mine, strict=True):
        ahead |= same & (column < own)
        same &= column == own
    better, equals = int(ahead.sum()), int(same.sum())
    status = ADMITTED
    if places is not None and better >= places:
        status = REFUSED
    elif places is not None and better + equals + 1 > places:
        status = TIED
    order = np.lexsort(keys[::-1])
    return Standing(
        rank=better + 1,
        equals=equals,
        peers=len(ahead),
        places=places,
        status=status,
        outcome={ADMITTED: ranking.admitted, REFUSED: ranking.refused}.get(status) or None,
        cutoff=_last_points(keys, order, mine, better, equals, places, peers.decimals or 0),
        decided_by=_separator(keys, names, order, mine, better, equals, places),
    )


def _with_missing(columns: Columns, name: str) -> Columns:
    """The columns with a mask for ``name``, so that every case has the same keys."""
    gone = columns.missing.get(name)
    mask = np.zeros(columns.count, dtype=bool) if gone is None else gone
    return Columns(columns.count, columns.values, {**columns.missing, name: mask}, columns.invalid)


def _own_keys(
    version: Version,
    ties: Sequence[Tie],
    values: Mapping[str, Value],
    points: Decimal,
    decimals: int,
) -> list[Any]:
    found: list[Any] = [~int(points.scaleb(decimals))]
    for tie in ties:
        item, value = version.input(tie.name), values.get(tie.name)
        array = np.zeros(1, dtype=DTYPES[item.type])
        if value is not None:
            array[0] = column_value(item, value)
        one = Columns(1, {tie.name: array}, {tie.name: np.array([value is None])}, {})
        found += [column[0] for column in _tie_keys(version, tie, one)]
    return found


def _last_points(
    keys: list[Array],
    order: Array,
    mine: list[Any],
    better: int,
    equals: int,
    places: int | None,
    decimals: int,
) -> Decimal | None:
    """Points of the case at the last place, this case put among the others."""
    ranked = [~int(keys[0][index]) for index in order]
    ranked.insert(better + equals, ~mine[0])
    last = len(ranked) if places is None else min(places, len(ranked))
    return Decimal(ranked[last - 1]).scaleb(-decimals) if last > 0 else None


def _separator(
    keys: list[Array],
    names: list[str],
    order: Array,
    mine: list[Any],
    better: int,
    equals: int,
    places: int | None,
) -> str | None:
    """What separates the case from its neighbour across the last place."""
    if places is None or places >= len(order) + 1 or places <= 0:
        return None
    # Others that keep a place when this case is refused, or lose theirs when it is admitted.
    neighbour = order[places - 1]
    for column, own, name in zip(keys, mine, names, strict=True):
        if column[neighbour] != own:
            return name
    return None
