"""What an audit tells beside an earlier one of the same journal, by taking one from the other.

For each figure that the earlier audit shows:

- it is a sum of the present cells (same period, groups made of present ones, the same rows asked
  for) and its count is that of the cells: it is told for good, and an attacker has it beside the
  present figures (`Told`);
- it is on other rows (another period, rows added since, what contains the present rows or is
  contained in them), and differs from the present one by fewer than the threshold: the present one
  is hidden (`close`), or those rows would be told;
- groups of both, by bands that do not nest or by other columns, cut off fewer than the threshold
  between them: nothing but other groups helps, and the audit is refused with a sentence. So it is
  when one counts persons and the other decisions, or weights.

Not covered: several earlier audits that tell something only together and on other rows than the
present one; intersections of groups that do not nest, where each group alone is far apart; outcomes
of which only the journal tells that one contains the other; another journal on the same people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, product

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.cells import MISSING, Cells
from clairevoie.audit.columns import band_keys
from clairevoie.audit.containment import ROWS, contains, filters_of
from clairevoie.audit.crossing import Crossed
from clairevoie.audit.figures import Figure, Told
from clairevoie.audit.model import Attribute, Plan
from clairevoie.audit.parts import sum_names
from clairevoie.rules.model import Text

Covers = Mapping[str, tuple[str, Mapping[str, frozenset[str]]]]
"""For each earlier group, a present one and the levels of it that each of its own is made of."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An audit that is public.

    Attributes:
        plan: its plan.
        figures: those that it shows.
        digest: SHA-256 of its file, where it is known.
        levels: of each group, those that its tables name, with figures or without.
    """

    plan: Plan
    figures: Mapping[Figure, float]
    digest: str = ""
    levels: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Differences:
    """What earlier audits tell of the present one.

    Attributes:
        told: figures that are sums of the present cells.
        close: present figures that are hidden because an earlier one is near, and which way an
            attacker must hold them possible to be farther: 1 up, -1 down.
        refused: why the audit cannot be published at all, one sentence each.
        apart: what was not compared, one sentence each.
    """

    told: tuple[Told, ...] = ()
    close: Mapping[Figure, int] | None = None
    refused: tuple[Text, ...] = ()
    apart: tuple[Text, ...] = ()


def differences(
    plan: Plan,
    cells: Cells,
    published: Sequence[Earlier],
    crossings: Sequence[Sequence[Crossed]] = (),
) -> Differences:
    """Compare a plan with earlier audits of the same journal.

    Args:
        plan: the plan.
        cells: what it counts.
        published: earlier audits; those of another journal are left out.
        crossings: for each of them, its groups beside the present ones, counted in the journal
            (`audit.crossing`); without, groups of other columns are not compared.
    """
    told: dict[tuple[tuple[tuple[str, frozenset[str]], ...], str], Told] = {}
    close: dict[Figure, int] = {}
    refused: list[Text] = []
    apart: list[Text] = []
    for rank, earlier in enumerate(published):
        if earlier.plan.journal != plan.journal:
            continue
        if _counted(earlier.plan) != _counted(plan):
            refused.append(_counts_otherwise(earlier.plan))
            continue
        crossing = crossings[rank] if rank < len(crossings) else ()
        refused += [_nearly(plan, one, earlier.plan) for one in crossing if one.few]
        names = names_beside(plan, earlier.plan)
        covers = _covers(plan, cells, earlier.plan, crossing)
        apart += _not_compared(earlier.plan, covers)
        same_rows = (earlier.plan.since, earlier.plan.until) == (plan.since, plan.until)
        for figure in _asked_of(earlier.plan, covers):
            levels = _levels(figure, covers)
            count = earlier.figures.get(figure)
            if levels is None:
                continue
            for name, same in names[figure.name]:
                now = _sum(cells, levels, name)
                if same and same_rows and (count is None or abs(now - count) < 1e-6):
                    key = (tuple(sorted(levels.items())), name)
                    # Told once is told.
                    if count is not None or key not in told:
                        told[key] = Told(levels, name, shown=count is not None)
                elif count is not None and 0 < abs(now - count) < plan.least:
                    sign = 1 if now > count else -1
                    close |= dict.fromkeys(_lines(plan, cells, levels, name), sign)
        twins = {was: name for was, found in names.items() for name, same in found if same}
        refused += _cut_off(plan, cells, earlier, twins)
    return Differences(tuple(told.values()), close, tuple(refused), tuple(apart))


def _counted(plan: Plan) -> tuple[bool, bool]:
    """Return what a plan counts: with clusters, the same decisions as without."""
    return plan.unit == "person", plan.weights


def _counts_otherwise(earlier: Plan) -> Text:
    return {
        "fr": (
            f"L’audit « {earlier.id} », déjà publié, ne compte pas la même chose (des personnes, "
            "des décisions, ou des poids) : rien ne dit ce que les deux diraient ensemble. "
            "Comptez comme lui."
        ),
        "en": (
            f"The audit “{earlier.id}”, already published, counts something else (persons, "
            "decisions or weights): nothing says what both would tell together. Count as it does."
        ),
    }


def _nearly(plan: Plan, one: Crossed, earlier: Plan) -> Text:
    return {
        "fr": (
            f"Les groupes de « {one.now} » et ceux de « {one.earlier} » dans l’audit "
            f"« {earlier.id} », déjà publié, isolent ensemble moins de {plan.least} personnes : "
            "reprenez les mêmes groupes."
        ),
        "en": (
            f"The groups of “{one.now}” and those of “{one.earlier}” in the audit "
            f"“{earlier.id}”, already published, together single out fewer than {plan.least} "
            "people: use the same groups."
        ),
    }


def _not_compared(earlier: Plan, covers: Covers) -> Iterator[Text]:
    for item in earlier.groups:
        if item.name not in covers:
            yield {
                "fr": (
                    f"Les groupes « {item.name} » de l’audit « {earlier.id} », déjà publié, n’ont "
                    "pas été comparés à ceux-ci."
                ),
                "en": (
                    f"The groups “{item.name}” of the audit “{earlier.id}”, already published, "
                    "were not compared with these."
                ),
            }


def names_beside(plan: Plan, earlier: Plan) -> dict[str, list[tuple[str, bool]]]:
    """Return, for each earlier sum, the present ones that it contains or that contain it.

    With each, whether both are the same rows.
    """
    mine, theirs = filters_of(plan), filters_of(earlier)
    found: dict[str, list[tuple[str, bool]]] = {name: [] for name in sum_names(earlier)}
    for was, before in theirs.items():
        for name, now in mine.items():
            inside, around = contains(now, before), contains(before, now)
            if inside or around:
                found[was].append((name, inside and around))
    return found


def _covers(
    plan: Plan, cells: Cells, earlier: Plan, crossing: Sequence[Crossed]
) -> dict[str, tuple[str, Mapping[str, frozenset[str]]]]:
    """Return, for each earlier group, a present one and the levels that its own are made of."""
    found: dict[str, tuple[str, Mapping[str, frozenset[str]]]] = {}
    for item in (*earlier.groups, *earlier.conditions):
        for mine in (*plan.groups, *plan.conditions):
            if mine.column == item.column and (levels := _covered(item, mine, cells)):
                found[item.name] = mine.name, levels
        for one in crossing:
            if one.earlier == item.name and item.name not in found and one.same:
                found[item.name] = one.now, one.same
    return found


def _covered(earlier: Attribute, now: Attribute, cells: Cells) -> dict[str, frozenset[str]]:
    """Return the present levels of each earlier level that is a union of them."""
    present = cells.levels[cells.names.index(now.name)]
    if earlier.bands == now.bands:
        return {key: frozenset({key}) for key in present}
    if not earlier.bands or not now.bands:
        return {}
    ends = (*now.bands, None)
    found: dict[str, frozenset[str]] = {MISSING: frozenset({MISSING} & set(present))}
    mine = dict(zip(band_keys(now.bands), zip((None, *now.bands), ends, strict=True), strict=True))
    limits = zip((None, *earlier.bands), (*earlier.bands, None), strict=True)
    for key, (low, high) in zip(band_keys(earlier.bands), limits, strict=True):
        if {low, high} - {None} <= set(now.bands):
            found[key] = frozenset(
                name
                for name, (start, end) in mine.items()
                if name in present
                and (low is None or (start is not None and start >= low))
                and (high is None or (end is not None and end <= high))
            )
    return found


def _asked_of(earlier: Plan, covers: Covers) -> Iterator[Figure]:
    """Yield the figures that an earlier audit could show, as far as they can be compared."""
    for cut in ((), *earlier.cuts):
        if all(group in covers for group in cut):
            for line in product(*(covers[group][1] for group in cut)):
                for name in sum_names(earlier):
                    yield Figure(cut, line, name)


def _levels(figure: Figure, covers: Covers) -> dict[str, frozenset[str]] | None:
    """Return the present levels that an earlier figure covers; ``None`` when it is no such sum."""
    found: dict[str, frozenset[str]] = {}
    for name, key in zip(figure.cut, figure.keys, strict=True):
        mine, levels = covers[name]
        # Two earlier groups may be made of one present group.
        found[mine] = levels[key] & found.get(mine, levels[key])
    return found if all(found.values()) else None


def _mask(cells: Cells, levels: Mapping[str, frozenset[str]]) -> NDArray[np.bool_]:
    mask = np.ones(len(cells.rows), dtype=bool)
    for name, keys in levels.items():
        axis = cells.names.index(name)
        mask &= np.isin(cells.codes[:, axis], [cells.levels[axis].index(key) for key in keys])
    return mask


def _sum(cells: Cells, levels: Mapping[str, frozenset[str]], name: str) -> float:
    column = cells.rows if name == ROWS else cells.sums[name]
    return float(column[_mask(cells, levels)].sum())


def _lines(
    plan: Plan, cells: Cells, levels: Mapping[str, frozenset[str]], name: str
) -> Iterator[Figure]:
    """Yield the present figures that an earlier one is made of."""
    for cut in ((), *plan.cuts):
        if set(cut) == set(levels):
            for keys in product(*(sorted(levels[group]) for group in cut)):
                yield Figure(cut, keys, name)


# --- bands that do not nest -----------------------------------------------------------------------


def _cut_off(
    plan: Plan, cells: Cells, earlier: Earlier, names: Mapping[str, str]
) -> Iterator[Text]:
    """Yield a sentence for each group whose limits, beside the earlier ones, cut off a few."""
    for item in plan.groups:
        for old in earlier.plan.groups:
            if old.column != item.column or not old.bands or not item.bands:
                continue
            if old.bands == item.bands:
                continue
            for was, name in names.items():
                below = _below(
                    old,
                    {
                        key: earlier.figures.get(Figure((old.name,), (key,), was))
                        for key in band_keys(old.bands)
                    },
                )
                mine = cells.levels[cells.names.index(item.name)]
                now = _below(
                    item,
                    {
                        key: _sum(cells, {item.name: frozenset({key} & set(mine))}, name)
                        for key in band_keys(item.bands)
                    },
                )
                gaps = [
                    abs(below[one] - now[other])
                    for one in below
                    if one not in item.bands
                    for other in now
                ]
                if any(0 < gap < plan.least for gap in gaps):
                    yield _refused(plan, item, earlier.plan)
                    break


def _below(item: Attribute, counts: Mapping[str, float | None]) -> dict[object, float]:
    """Return the count under each limit, as far as the first band that is not shown."""
    shown = []
    for key in band_keys(item.bands)[:-1]:
        count = counts[key]
        if count is None:
            break
        shown.append(count)
    return dict(zip(item.bands, accumulate(shown), strict=False))


def _refused(plan: Plan, item: Attribute, earlier: Plan) -> Text:
    return {
        "fr": (
            f"Les tranches de « {item.name} » et celles de l’audit « {earlier.id} », déjà publié, "
            f"isolent ensemble moins de {plan.least} personnes : reprenez les mêmes tranches."
        ),
        "en": (
            f"The bands of “{item.name}” and those of the audit “{earlier.id}”, already "
            f"published, together single out fewer than {plan.least} people: use the same bands."
        ),
    }
