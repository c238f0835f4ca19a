"""What an audit tells beside an earlier one of the same journal, by taking one from the other.

Three cases, for each figure that the earlier audit shows:

- it is a sum of the present cells (same period, same or coarser bands) and its count is that of the
  cells: it is told for good, and an attacker has it beside the present figures (`Told`);
- it is on other rows (another period, rows added since), and differs from the present one by fewer
  than the threshold: the present one is hidden (`close`), or those rows would be told;
- limits of bands that are not the same cut off fewer than the threshold between them: nothing but
  other bands helps, and the audit is refused with a sentence.

Not covered: several earlier audits that tell something only together and on other rows than the
present one; intersections of bands that do not nest, where each group alone is far apart; audits of
another unit (decisions, persons) or with weights, of which `Differences.apart` warns; another
journal on the same people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, product

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.cells import MISSING, Cells
from clairevoie.audit.columns import band_keys
from clairevoie.audit.figures import Figure, Told
from clairevoie.audit.model import Attribute, Outcome, Plan
from clairevoie.audit.parts import ROWS, sum_names
from clairevoie.rules.model import Text


@dataclass(frozen=True, slots=True)
class Earlier:
    """An audit that is public.

    Attributes:
        plan: its plan.
        figures: those that it shows.
    """

    plan: Plan
    figures: Mapping[Figure, float]


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


def differences(plan: Plan, cells: Cells, published: Sequence[Earlier]) -> Differences:
    """Compare a plan with earlier audits of the same journal.

    Args:
        plan: the plan.
        cells: what it counts.
        published: earlier audits; those of another journal are left out.
    """
    told: dict[tuple[tuple[tuple[str, frozenset[str]], ...], str], Told] = {}
    close: dict[Figure, int] = {}
    refused: list[Text] = []
    apart: list[Text] = []
    for earlier in published:
        if earlier.plan.journal != plan.journal:
            continue
        if (earlier.plan.unit, earlier.plan.weights) != (plan.unit, plan.weights):
            apart.append(_not_compared(earlier.plan))
            continue
        names = _same_names(plan, earlier.plan)
        covers = {
            mine.name: (item, _covered(item, mine, cells))
            for item in (*earlier.plan.groups, *earlier.plan.conditions)
            for mine in (*plan.groups, *plan.conditions)
            if mine.column == item.column
        }
        for figure in _asked_of(earlier.plan, covers):
            levels, name = _levels(figure, covers), names.get(figure.name)
            if name is None or levels is None:
                continue
            now, count = _sum(cells, levels, name), earlier.figures.get(figure)
            same_rows = (earlier.plan.since, earlier.plan.until) == (plan.since, plan.until)
            if same_rows and (count is None or abs(now - count) < 1e-6):
                key = (tuple(sorted(levels.items())), name)
                # Told once is told.
                if count is not None or key not in told:
                    told[key] = Told(levels, name, shown=count is not None)
            elif count is not None and 0 < abs(now - count) < plan.least:
                sign = 1 if now > count else -1
                close |= dict.fromkeys(_lines(plan, cells, levels, name), sign)
        refused += _cut_off(plan, cells, earlier, names)
    return Differences(tuple(told.values()), close, tuple(refused), tuple(apart))


def _not_compared(earlier: Plan) -> Text:
    return {
        "fr": f"L’audit « {earlier.id} » ne compte pas la même chose : rien n’a été comparé.",
        "en": f"The audit “{earlier.id}” counts something else: nothing was compared.",
    }


def _same_names(plan: Plan, earlier: Plan) -> dict[str, str]:
    """Return the earlier names of sums that mean the same now, each with its present name."""

    def meaning(of: Plan) -> dict[str, object]:
        found: dict[str, object] = {ROWS: ROWS}
        for item in of.outcomes:
            found[f"of:{item.name}"] = ("of", _asked(item))
            found[f"hit:{item.name}"] = ("hit", _asked(item), item.when)
        if of.truth is not None:
            truth = (of.truth.when, of.truth.known)
            said = _asked(of.outcome(of.truth.predicted)), of.outcome(of.truth.predicted).when
            for prefix, drawn in (("", ()), ("random:", of.truth.random)):
                for name in ("known", "true", "said", "both"):
                    found[f"{prefix}{name}"] = (prefix, name, truth, said, drawn)
        for index, step in enumerate(of.chain):
            found[f"step:{step.name}"] = ("step", tuple(s.when for s in of.chain[: index + 1]))
        return found

    now = {what: name for name, what in meaning(plan).items()}
    return {name: now[what] for name, what in meaning(earlier).items() if what in now}


def _asked(item: Outcome) -> object:
    return item.among or tuple(dict.fromkeys(one.column for one in item.when))


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


def _asked_of(
    earlier: Plan, covers: Mapping[str, tuple[Attribute, Mapping[str, frozenset[str]]]]
) -> Iterator[Figure]:
    """Yield the figures that an earlier audit could show, as far as they can be compared."""
    keys = {item.name: list(levels) for item, levels in covers.values()}
    for cut in ((), *earlier.cuts):
        if all(group in keys for group in cut):
            for line in product(*(keys[group] for group in cut)):
                for name in sum_names(earlier):
                    yield Figure(cut, line, name)


def _levels(
    figure: Figure,
    covers: Mapping[str, tuple[Attribute, Mapping[str, frozenset[str]]]],
) -> dict[str, frozenset[str]] | None:
    """Return the present levels that an earlier figure covers; ``None`` when it is no such sum."""
    found = {}
    for name, key in zip(figure.cut, figure.keys, strict=True):
        mine = next((now for now, (item, _) in covers.items() if item.name == name), None)
        if mine is None or key not in covers[mine][1]:
            return None
        found[mine] = covers[mine][1][key]
    return found


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
