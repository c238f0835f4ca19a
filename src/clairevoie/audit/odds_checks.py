"""Whether largest gaps, with their intervals, and equalised odds are those of a result's counts.

Gaps, groups and upper bounds are computed again. A lower bound rests on draws, which another
version of NumPy may make otherwise: it is held between those that need none (`audit.ranges`). What
chance would give rests on draws alone, and is only a share, as the schema wants it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from clairevoie.audit.agreement import NEAR, where
from clairevoie.audit.cells import MISSING
from clairevoie.audit.model import Plan
from clairevoie.audit.odds import RATES, SAMPLES
from clairevoie.audit.ranges import MOST_GROUPS, Rates, bounds_of_lowest, highest, rates_of

Found = Iterator[tuple[str, str]]
Raw = Mapping[str, Any]
Lines = Mapping[tuple[str, ...], Raw]


def wrong_ranges(plan: Plan, form: Raw) -> Found:
    """Yield what is wrong with the gaps of a public result: where, and what.

    Args:
        plan: of the result.
        form: the result, whose tables agree (`clairevoie.audit.agreement`).
    """
    whole = {
        (table["measure"], tuple(table["cut"])): {
            tuple(line["key"]): line for line in table["lines"] if MISSING not in line["key"]
        }
        for table in form["tables"]
        if all(line["count"] is not None for line in (table["total"], *table["lines"]))
    }
    for table in form["tables"]:
        if table["gap"] is not None:
            lines = whole.get((table["measure"], tuple(table["cut"])), {})
            yield from (
                (where(table), text) for text in _bounds(plan, table["gap"], [_rates(lines)])
            )
    seen = set()
    for one in form.get("odds", ()):
        sample, cut = SAMPLES[one["random"]], tuple(one["cut"])
        place = f"odds, {sample}{' × '.join(cut)}"
        if (sample, cut) in seen:
            yield place, "is there twice: keep one"
        seen.add((sample, cut))
        names = [(f"{sample}{name}", cut) for name in RATES]
        if any(name not in whole for name in names):
            yield place, "rests on figures that are not given: leave it out"
            continue
        made_of = [whole[name] for name in names]
        yield from ((place, text) for text in _odds(plan, one, sample, made_of))


def _odds(plan: Plan, one: Raw, sample: str, measures: Sequence[Lines]) -> Iterator[str]:
    for name, lines in zip(RATES, measures, strict=True):
        none = {key for key, line in lines.items() if not line["of"]}
        if {tuple(key) for key in one["without"][name]} != none:
            yield f"'without' does not tell the groups that have no rate ({name})"
    rates = [_rates(lines) for lines in measures]
    gaps = [float(np.ptp(each.count / each.of)) for each in rates if each.pairs]
    if not gaps or one["value"] is None:
        if gaps or any(one[name] is not None for name in _TOLD):
            yield "'value' is not the largest gap of the two rates"
        return
    if _far(one["value"], max(gaps)) or not _between(one, sample, measures):
        yield "'value' is not the largest gap of the two rates, between the groups that it names"
    yield from _bounds(plan, one, rates)


_TOLD = ("value", "measure", "lowest", "highest", "low", "high", "expected", "usual", "p")


def _between(one: Raw, sample: str, measures: Sequence[Lines]) -> bool:
    """Return whether the gap is that of the groups that it names."""
    names = [f"{sample}{name}" for name in RATES]
    if one["measure"] not in names or None in (one["lowest"], one["highest"]):
        return False
    lines = measures[names.index(one["measure"])]
    low, high = (lines.get(tuple(one[name])) for name in ("lowest", "highest"))
    if not low or not high or not low["of"] or not high["of"]:
        return False
    return not _far(high["count"] / high["of"] - low["count"] / low["of"], one["value"])


def _bounds(plan: Plan, one: Raw, measures: Sequence[Rates]) -> Iterator[str]:
    low, high = one.get("low"), one.get("high")
    if low is None and high is None:
        return
    kept = [each for each in measures if each.pairs]
    if (
        low is None
        or high is None
        or not kept
        or plan.unit == "cluster"
        or any(len(each.of) > MOST_GROUPS for each in kept)
    ):
        yield "a bound of the largest gap rests on what is not given: leave it out"
        return
    least, most = bounds_of_lowest(kept, float(plan.level))
    if not least - NEAR <= low <= most + NEAR or _far(high, highest(kept, float(plan.level))):
        yield "the interval of the largest gap is not that of the counts"


def _rates(lines: Lines) -> Rates:
    return rates_of(
        [line["count"] for line in lines.values()], [line["of"] for line in lines.values()]
    )


def _far(one: float, other: float) -> bool:
    return abs(one - other) > NEAR
