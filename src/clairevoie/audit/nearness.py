"""Figures of which one is of people who are all in the other, with a few more.

The counts of a plan contain each other, lines of groups are parts of their totals: what lies
between these is protected where it is (`audit.parts`, `audit.protecting`). Both also mix: 165 on
the line « under 22 » of one table, and 170 all together of an outcome asked among those under 25,
tell of five people of 22 to 24. So do two audits, each with one of them. What every figure is of is
therefore written as filters, its groups and its period included, and figures that stand fewer than
the threshold apart are compared, also sums of bands side by side and of groups that a filter names.

Not covered: what lies between is on fewer persons than the threshold, and on more decisions; sums
of weights; what only the journal tells (`audit.overlaps` sees it for counts over all lines).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from clairevoie.audit.cells import MISSING, Cells
from clairevoie.audit.columns import band_keys
from clairevoie.audit.containment import ROWS, atoms_of, containing, contains, filters_of
from clairevoie.audit.differencing import Earlier
from clairevoie.audit.figures import Figure, Told
from clairevoie.audit.model import Attribute, Filter, Plan, When
from clairevoie.audit.parts import sum_names
from clairevoie.rules.model import Text

DAY = ""
"""Stands for the column of the day of decisions: a plan does not name it."""

Levels = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure, or the sum of several of one cut.

    Attributes:
        figures: one, or those that are added.
        levels: of each group of the cut.
        when: what all its rows are, and no others.
        count: the filters of its name alone.
        value: how many they are.
        audit: of an earlier audit, its id; empty for the present one.
        turn: -1 where the figures are taken from what contains them: it rises as they fall.
    """

    figures: tuple[Figure, ...]
    levels: Levels
    when: When
    count: When
    value: float
    audit: str = ""
    turn: int = 1


@dataclass(frozen=True, slots=True)
class Near:
    """Two figures, one within the other, with a few between them."""

    outer: Stated
    inner: Stated

    @property
    def between(self) -> float:
        """How many are in the one and not in the other."""
        return self.outer.value - self.inner.value


def values_of(plan: Plan, cells: Cells) -> dict[Figure, float]:
    """Return the sums of all lines of a plan, as if nothing was hidden."""
    found: dict[Figure, float] = {}
    for cut in ((), *plan.cuts):
        lines = cells.cut(cut)
        for name in sum_names(plan):
            column = lines.rows if name == ROWS else lines.sums[name]
            for keys, value in zip(lines.keys(), column.tolist(), strict=True):
                found[Figure(cut, keys, name)] = float(value)
    return found


def near(
    plan: Plan, values: Mapping[Figure, float], published: Sequence[Earlier] = ()
) -> tuple[Near, ...]:
    """Return the figures that stand near each other, one at least of the present plan.

    Args:
        plan: the present plan.
        values: its figures.
        published: earlier audits; those of another journal are left out.
    """
    if plan.weights:
        return ()
    stated = _all(plan, values, published)
    stated.sort(key=lambda one: one.value)
    heights = [one.value for one in stated]
    return tuple(
        Near(outer, inner)
        for place, inner in enumerate(stated)
        if inner.value > 0
        for outer in stated[
            bisect_left(heights, inner.value + 0.5, place) : bisect_left(
                heights, inner.value + plan.least, place
            )
        ]
        if not (inner.audit and outer.audit)
        and (len(inner.figures) == 1 or len(outer.figures) == 1)
        and contains(outer.when, inner.when)
        and not _within(outer, inner)
    )


def twins(
    plan: Plan, values: Mapping[Figure, float], published: Sequence[Earlier] = ()
) -> tuple[Told, ...]:
    """Return what another figure tells of lines of the present plan, being of the very same people.

    « Asked among those of b » all together is the line of b. A figure of the present plan that is
    on enough people is taken for shown.

    Args:
        plan, values, published: as for `near`.
    """
    if plan.weights:
        return ()
    same: dict[float, list[Stated]] = {}
    for one in _all(plan, values, published):
        if one.value >= plan.least and one.turn > 0:
            same.setdefault(one.value, []).append(one)
    return tuple(
        Told(mine.levels, mine.figures[0].name)
        for some in same.values()
        for mine in some
        if not mine.audit and mine.levels
        if any(
            other.levels != mine.levels
            and (other.audit or len(other.figures) == len(mine.figures) == 1)
            and not _within(other, mine)
            and not _within(mine, other)
            and contains(other.when, mine.when)
            and contains(mine.when, other.when)
            for other in some
        )
    )


def hidden_for(found: Sequence[Near]) -> tuple[dict[Figure, int], tuple[Near, ...]]:
    """Return figures to hide, and which way they must be held possible to be farther.

    And what hiding one figure does not help: only sums of several present figures are near.
    """
    close: dict[Figure, int] = {}
    left = []
    for one in found:
        asked = [
            (side.figures[0], way * side.turn)
            for side, way in ((one.outer, 1), (one.inner, -1))
            if not side.audit and len(side.figures) == 1
        ]
        if not asked:
            left.append(one)
        elif not any(close.get(figure) == way for figure, way in asked):
            figure, way = max(asked, key=lambda each: (each[0] not in close, len(each[0].cut)))
            close.setdefault(figure, way)
    return close, tuple(left)


def together(plan: Plan, one: Near) -> Text:
    """Return why an audit with groups that add up to nearly an earlier figure is refused."""
    audit = one.outer.audit or one.inner.audit
    figure = (one.inner if one.outer.audit else one.outer).figures[0]
    name = ", ".join(figure.cut)
    return {
        "fr": (
            f"Des groupes de « {name} » réunis et un nombre de l’audit « {audit} », déjà publié, "
            f"isolent ensemble moins de {plan.least} personnes : reprenez les mêmes groupes."
        ),
        "en": (
            f"Groups of “{name}” added up and a number of the audit “{audit}”, already "
            f"published, together single out fewer than {plan.least} people: use the same groups."
        ),
    }


def told_twice() -> Text:
    """Return why an audit is refused when nothing that is hidden helps against `twins`."""
    return {
        "fr": (
            "Un nombre de ce plan, ou d’un audit déjà publié, est celui d’un groupe sous un autre "
            "nom, et dirait ce que le secret cache : ne filtrez pas sur la colonne d’un groupe."
        ),
        "en": (
            "A number of this plan, or of an audit already published, is that of a group under "
            "another name, and would tell what secrecy hides: do not filter on a group's column."
        ),
    }


def _all(plan: Plan, values: Mapping[Figure, float], published: Sequence[Earlier]) -> list[Stated]:
    beside = [one for one in published if one.plan.journal == plan.journal]
    named = _named(plan, *(one.plan for one in beside))
    found = list(_stated(plan, values, named))
    for one in beside:
        found += _stated(one.plan, one.figures, named, one)
    return found


def _within(outer: Stated, inner: Stated) -> bool:
    """Tell whether what lies between is a part, on lines of the same audit: it is protected."""
    return (
        not (outer.audit or inner.audit)
        and outer.turn == inner.turn
        and all(inner.levels.get(name, frozenset()) <= keys for name, keys in outer.levels.items())
        and outer.levels.keys() <= inner.levels.keys()
        and contains(outer.count, inner.count)
    )


def _named(*plans: Plan) -> dict[str, set[tuple[str, ...]]]:
    """Return, for each column, the sets of its values that filters name."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for plan in plans:
        for when in filters_of(plan).values():
            for one in when:
                if len(one.values) > 1:
                    found.setdefault(one.column, set()).add(one.values)
    return found


def _stated(
    plan: Plan,
    values: Mapping[Figure, float],
    named: Mapping[str, set[tuple[str, ...]]],
    earlier: Earlier | None = None,
) -> Iterator[Stated]:
    counts = filters_of(plan)
    period = _period(plan)
    held = {name: set(keys) for name, keys in (earlier.levels if earlier else {}).items()}
    for figure in values:
        for name, key in zip(figure.cut, figure.keys, strict=True):
            held.setdefault(name, set()).add(key)
    asked: list[tuple[str, str | None, When]] = [
        (name, None, count) for name, count in counts.items()
    ]
    asked += _complements(plan, counts)
    for cut in ((), *plan.cuts):
        each = [list(_sets(plan.group(name), held.get(name, set()), named)) for name in cut]
        for line in product(*each):
            levels = {name: keys for name, (keys, _) in zip(cut, line, strict=True)}
            where = (*period, *(one for _, filters in line for one in filters))
            for name, whole, count in asked:
                value = _value(values, held, levels, name, earlier)
                turn = 1
                if whole is not None and value is not None:
                    around = _value(values, held, levels, whole, earlier)
                    value, turn = None if around is None else around - value, -1
                if value is not None:
                    figures = _figures(levels, name)
                    if earlier is None:
                        figures = tuple(one for one in figures if one in values)
                    audit = earlier.plan.id if earlier else ""
                    yield Stated(figures, levels, (*where, *count), count, value, audit, turn)


def _complements(plan: Plan, counts: Mapping[str, When]) -> list[tuple[str, str | None, When]]:
    """Return counts less others that one bound makes of them: those beyond it.

    Those without a value are taken for nobody.
    """
    found: list[tuple[str, str | None, When]] = []
    if plan.unit == "person":
        return []
    for whole, name in containing(counts):
        beyond = [one for one in atoms_of(counts[name]) if not contains((one,), counts[whole])]
        bounds = [one for one in beyond if one.given is None]
        turned = _turned(bounds[0]) if len(bounds) == 1 else None
        if turned is not None and all(
            contains((one,), (turned,)) for one in beyond if one.given is not None
        ):
            found.append((name, whole, (*counts[whole], turned)))
    return found


def _turned(one: Filter) -> Filter | None:
    """Return what a filter of one condition leaves, where it is one too."""
    if one.low is not None:
        return Filter(one.column, high=one.low)
    if one.high is not None:
        return Filter(one.column, low=one.high)
    words = {("true",): "false", ("false",): "true"}
    return Filter(one.column, values=(words[one.values],)) if one.values in words else None


def _value(
    values: Mapping[Figure, float],
    held: Mapping[str, set[str]],
    levels: Levels,
    name: str,
    earlier: Earlier | None,
) -> float | None:
    """Return how many of a count are on some levels, as far as figures tell."""
    figures = _figures(levels, name)
    told = [values[one] for one in figures if one in values]
    if earlier and len(told) < len(figures):
        # One that is not there may be hidden; what all others leave is it still.
        return _left(values, held, levels, name)
    return sum(told) if told else None


def _figures(levels: Levels, name: str) -> tuple[Figure, ...]:
    keys = product(*(sorted(some) for some in levels.values()))
    return tuple(Figure(tuple(levels), key, name) for key in keys)


def _left(
    values: Mapping[Figure, float], held: Mapping[str, set[str]], levels: Levels, name: str
) -> float | None:
    """Return what a total less all other levels of a group leaves, if these are told."""
    for group, keys in levels.items():
        whole = {one: some for one, some in levels.items() if one != group}
        others = {**levels, group: frozenset(held[group] - keys)}
        taken = (*_figures(whole, name), *_figures(others, name))
        if all(one in values for one in taken):
            signs = (1 if len(one.cut) < len(levels) else -1 for one in taken)
            return sum(sign * values[one] for sign, one in zip(signs, taken, strict=True))
    return None


def _sets(
    item: Attribute, present: set[str], named: Mapping[str, Iterable[tuple[str, ...]]]
) -> Iterator[tuple[frozenset[str], When]]:
    """Yield each level, and each set of levels that filters can tell, with what it is."""
    if MISSING in present:
        yield frozenset({MISSING}), (Filter(item.column, given=False),)
    if not item.bands:
        for key in sorted(present - {MISSING}):
            yield frozenset({key}), (Filter(item.column, values=(key,)),)
        for some in sorted(named.get(item.column, ())):
            if len(mine := present & set(some)) > 1:
                yield frozenset(mine), (Filter(item.column, values=some),)
        return
    keys = band_keys(item.bands)
    lows, highs = (None, *item.bands), (*item.bands, None)
    for start in range(len(keys)):
        for end in range(start + 1, len(keys) + 1):
            mine = present & set(keys[start:end])
            bounds = Filter(item.column, low=lows[start], high=highs[end - 1], given=True)
            if mine:
                yield frozenset(mine), (bounds,)


def _period(plan: Plan) -> When:
    found = []
    if plan.since is not None:
        found.append(Filter(DAY, low=plan.since))
    if plan.until is not None and plan.until < date.max:
        found.append(Filter(DAY, high=plan.until + timedelta(days=1)))
    return tuple(found)
