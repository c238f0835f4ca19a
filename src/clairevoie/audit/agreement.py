"""Whether the figures of a result agree: what follows from its counts is computed again.

Rates, their intervals, differences and tests follow from two counts; shares from a total; the
largest gap from the rates. What rests on draws, on strata or on persons (intervals of the unit
``cluster``) is only held against what it must be: a share, a bound on its side of the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from clairevoie.audit.cells import MISSING
from clairevoie.audit.corrections import equal_rates
from clairevoie.audit.intervals import Floats, Interval, miettinen_nurminen_ratio, newcombe, wilson
from clairevoie.audit.measures import every_measure
from clairevoie.audit.model import Plan
from clairevoie.audit.verdicts import manski_bounds

NEAR = 1e-9
"""How far two computations of one number may lie apart."""
NEAR_SEARCHED = 1e-6
"""The same for bounds that are searched for."""

Found = Iterator[tuple[str, str]]
Raw = Mapping[str, Any]


def disagreements(plan: Plan, form: Raw) -> Found:
    """Yield what does not agree within a public result: where, and what to do.

    Args:
        plan: of the result.
        form: the result, as its schema wants it.
    """
    yield from _tables_missing(plan, form)
    known = {item["name"]: {level["key"] for level in item["levels"]} for item in _groups(form)}
    terms = {one.name for one in every_measure(plan)}
    there: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for table in form["tables"]:
        if table["measure"] not in terms or tuple(table["cut"]) not in plan.cuts:
            yield where(table), "is none of the measures, or of the cuts, of the plan"
            continue
        wrong = list(_wrong_keys(table, known, there))
        yield from wrong
        if not wrong:
            yield from _Checked(plan, table).problems()


def where(table: Raw, key: Sequence[str] | None = None) -> str:
    """Return a place in words: ``rate:refus by sexe × age, f × < 25``."""
    found = f"{table['measure']} by {' × '.join(table['cut'])}"
    return found if key is None else f"{found}, {named(key)}"


def named(key: Sequence[str]) -> str:
    """Return a key in words."""
    return " × ".join(f"'{word}'" if word else "not known" for word in key) or "all"


def _groups(form: Raw) -> list[Raw]:
    found: list[Raw] = form["plan"]["groups"]
    return found


def _tables_missing(plan: Plan, form: Raw) -> Found:
    pairs = [(table["measure"], tuple(table["cut"])) for table in form["tables"]]
    if len(set(pairs)) < len(pairs):
        yield "tables", "one is there twice: keep one"
    for one in every_measure(plan):
        for cut in plan.cuts:
            # Of rows drawn at random, some measures need not exist (`audit.measures`).
            if (one.name, cut) not in pairs and not one.name.startswith("random:"):
                place = where({"measure": one.name, "cut": cut})
                yield place, "is missing: a result is published whole, or not at all"
    for kind, many in (
        ("delays", len(plan.delays) * len(plan.groups)),
        ("scores", 0 if plan.score is None else len(plan.groups)),
        ("amounts", len(plan.amounts) * len(plan.groups)),
    ):
        if len(form[kind]) + form["left_out"][kind] != many:
            yield f"left_out, {kind}", f"does not tell all that the plan asks ({many})"


def _wrong_keys(
    table: Raw,
    known: Mapping[str, set[str]],
    there: dict[tuple[str, ...], set[tuple[str, ...]]],
) -> Found:
    cut = tuple(table["cut"])
    keys = [tuple(line["key"]) for line in table["lines"]]
    for key in keys:
        if len(key) != len(cut) or any(
            word not in known[name] for name, word in zip(cut, key, strict=False)
        ):
            yield where(table, key), "is none of the groups of the plan"
            return
    lines = set(keys)
    if len(lines) < len(keys) or table["total"]["key"]:
        yield where(table), "a group is there twice: keep one"
    if len(cut) == 1 and lines != {(word,) for word in known[cut[0]]}:
        yield where(table), "does not give each group once"
    if there.setdefault(cut, lines) != lines:
        yield where(table), "does not give the same groups as the other tables"
    for one in table["compared"]:
        sides = (one["key"], *([] if one["against"] is None else [one["against"]]))
        if any(tuple(side) not in lines for side in sides):
            yield where(table, one["key"]), "compares a group that is not in the table"
            return


# --- one table ------------------------------------------------------------------------------------


class _Checked:
    """A table whose groups are known, to be computed again."""

    def __init__(self, plan: Plan, table: Raw) -> None:
        self.plan, self.table = plan, table
        self.lines = {tuple(line["key"]): line for line in table["lines"]}
        self.total = table["total"]
        # By cluster, intervals rest on persons that the file does not tell.
        self.exact = plan.unit != "cluster"
        self.level = float(plan.level)
        self.whole = self.total["count"] is not None
        self.everything = self.whole and all(
            line["count"] is not None for line in self.lines.values()
        )

    def problems(self) -> Found:
        """Yield what does not agree."""
        if self.table["level"] != self.level:
            yield where(self.table), f"'level' should be that of the plan, {self.level:g}"
            return
        wrong = [
            (where(self.table, line["key"]), text)
            for line in (self.total, *self.table["lines"])
            for text in self._line(line)
        ]
        yield from wrong
        if wrong:
            return
        if self.everything:
            for name in ("count", "of"):
                if _far(sum(line[name] for line in self.lines.values()), self.total[name]):
                    yield where(self.table), f"the groups do not add up to the total ('{name}')"
        yield from self._intervals()
        yield from self._comparisons()
        yield from self._gap()

    def _line(self, line: Raw) -> Iterator[str]:
        shown = [line[name] is not None for name in ("count", "of", "rate")]
        if not all(shown):
            if any(shown) or any(line[name] is not None for name in _BESIDE):
                yield "rests on a figure that is not given: leave the whole line out"
            return
        count, of, rate = line["count"], line["of"], line["rate"]
        if count != int(count) or of != int(of) or count > of:
            yield f"{count:g} out of {of:g} is no count"
            return
        if _other(rate["value"], count / of if of else None):
            yield f"the rate should be {count:g} out of {of:g}: take the file as it was written"
        for name, value in (("share_of", of), ("share_hit", count)):
            whole = self.total["of" if name == "share_of" else "count"]
            if line[name] is None:
                continue
            if not self.whole or not whole or _far(line[name], value / whole):
                yield f"'{name}' is not its part of the total"
        yield from self._beside(line)

    def _beside(self, line: Raw) -> Iterator[str]:
        for name in ("rate", "pooled", "bounds"):
            if line[name] is not None and not _holds(line[name], 0.0, 1.0):
                yield f"the bounds of '{name}' are not on both sides of it"
        if line["pooled"] is not None and not self.everything:
            yield "'pooled' rests on figures that are not given: leave it out"
        if line["bounds"] is None:
            return
        missing = self.lines.get((MISSING,))
        if len(self.table["cut"]) > 1 or missing is None or missing["count"] is None:
            yield "'bounds' rest on a figure that is not given: leave them out"
            return
        found = manski_bounds(line["count"], line["of"], missing["count"], missing["of"])
        if _other(line["bounds"]["low"], float(found.low)) or _other(
            line["bounds"]["high"], float(found.high)
        ):
            yield "'bounds' are not what the rows without a group leave possible"

    def _intervals(self) -> Found:
        lines = [line for line in (self.total, *self.table["lines"]) if line["count"] is not None]
        if not self.exact or not lines:
            return
        found = wilson(
            [line["count"] for line in lines], [line["of"] for line in lines], self.level
        )
        for index, line in enumerate(lines):
            if _differs(line["rate"], found, index):
                yield where(self.table, line["key"]), "the interval is not that of the counts"

    # --- comparisons

    def _comparisons(self) -> Found:
        shown = []
        for one in self.table["compared"]:
            place = where(self.table, one["key"])
            if one["verdict"] == "withheld":
                if any(one[name] is not None for name in _WITHHELD):
                    yield place, "is withheld, and tells something: leave it out"
                continue
            against = self.total if one["against"] is None else self.lines[tuple(one["against"])]
            if self.lines[tuple(one["key"])]["count"] is None or against["count"] is None:
                yield place, "compares with a figure that is not given: leave it out"
                continue
            for text in self._comparison(one):
                yield place, text
            shown.append(one)
        yield from self._recomputed(shown)

    def _comparison(self, one: Raw) -> Iterator[str]:
        for name, low, high in (
            ("difference", -1.0, 1.0),
            ("within", -1.0, 1.0),
            ("ratio", 0.0, np.inf),
            ("ratio_within", 0.0, np.inf),
        ):
            if one[name] is not None and not _holds(one[name], low, high):
                yield f"the bounds of '{name}' are not on both sides of it"
        if any(one[name] is not None for name in ("within", "ratio_within")) and not (
            self.everything
        ):
            yield "what is within conditions rests on figures that are not given: leave it out"
        if one["needed"] is not None and not self.whole:
            yield "'needed' rests on the total, which is not given: leave it out"
        yield from _verdict(one, 1 - self.level)

    def _recomputed(self, shown: Sequence[Raw]) -> Found:
        if not shown:
            return
        if not self.exact:
            shown = [one for one in shown if one["against"] is not None]
        sides = self._sides(shown)
        difference = newcombe(*sides, self.level)
        ratio = miettinen_nurminen_ratio(*sides, self.level)
        p = equal_rates(*sides)
        if self.plan.compare == "overall":
            difference, ratio = self._with_all(shown, difference, ratio)
        for index, one in enumerate(shown):
            place = where(self.table, one["key"])
            if self.exact:
                wrong = _differs(one["difference"], difference, index)
                wrong |= _differs(one["ratio"], ratio, index, near=NEAR_SEARCHED)
                wrong |= _other(one["p"], _one(p, index), near=NEAR_SEARCHED)
            else:
                wrong = _other(_value(one["difference"]), _one(difference.estimate, index))
                wrong |= _other(_value(one["ratio"]), _one(ratio.estimate, index))
            if wrong:
                yield place, "the difference or the ratio is not that of the two rates"

    def _sides(self, shown: Sequence[Raw]) -> tuple[Floats, Floats, Floats, Floats]:
        first = [self.lines[tuple(one["key"])] for one in shown]
        second = [
            {name: self.total[name] - mine[name] for name in ("count", "of")}
            if one["against"] is None
            else self.lines[tuple(one["against"])]
            for one, mine in zip(shown, first, strict=True)
        ]
        count1, of1, count2, of2 = (
            np.array([side[name] for side in sides], dtype=np.float64)
            for sides in (first, second)
            for name in ("count", "of")
        )
        return count1, of1, count2, of2

    def _with_all(
        self, shown: Sequence[Raw], difference: Interval, ratio: Interval
    ) -> tuple[Interval, Interval]:
        """Return comparisons with all from those with the rest, which is a part of all."""
        of, total = self._sides(shown)[1], self.total["of"]
        mine = of / total if total else of
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = [
                np.where(value > 0, 1 / (mine + (1 - mine) / value), value)
                for value in (ratio.estimate, ratio.low, ratio.high)
            ]
        gaps = [
            value * (1 - mine) for value in (difference.estimate, difference.low, difference.high)
        ]
        return Interval(*gaps), Interval(*ratios)

    # --- all groups together

    def _gap(self) -> Found:
        gap, place = self.table["gap"], where(self.table)
        if not self.everything:
            if gap is not None or self.table["reversals"]:
                yield place, "the largest gap, or a reversal, rests on figures that are not given"
            return
        rates = {key: line["rate"]["value"] for key, line in self.lines.items()}
        known = [rate for key, rate in rates.items() if MISSING not in key and rate is not None]
        if gap is not None:
            ends = [rates.get(tuple(gap[name] or ("",))) for name in ("lowest", "highest")]
            if (
                not known
                or _other(gap["value"], max(known) - min(known))
                or _other(ends[0], min(known))
                or _other(ends[1], max(known))
            ):
                yield place, "the largest gap is not that of the rates"
        for one in self.table["reversals"]:
            high, low = (rates.get(tuple(one[name])) for name in ("higher", "lower"))
            if high is None or low is None or _far(one["overall"], high - low):
                yield place, "a reversal is not about the rates of the table"


_BESIDE = ("share_of", "share_hit", "pooled", "bounds")
_WITHHELD = (
    *("difference", "ratio", "p", "adjusted", "needed", "reason", "within", "ratio_within"),
)


def _verdict(one: Raw, alpha: float) -> Iterator[str]:
    verdict, value = one["verdict"], _value(one["difference"])
    p, adjusted = one["p"], one["adjusted"]
    if (verdict == "undefined") != bool(one["reason"]):
        yield "'reason' goes with the verdict 'undefined'"
    if p is not None and adjusted is not None and adjusted < p - NEAR:
        yield "'adjusted' is never under 'p'"
    told = adjusted is not None and adjusted <= alpha and value not in (None, 0)
    if verdict in {"higher", "lower"}:
        sign = 1 if verdict == "higher" else -1
        if value is None or sign * value <= 0 or (adjusted is not None and not told):
            yield f"'{verdict}' is not what the figures say"
    elif verdict != "undefined" and told:
        yield f"'{verdict}' is not what the figures say"


# --- numbers --------------------------------------------------------------------------------------


def _value(estimate: Raw | None) -> float | None:
    return None if estimate is None else estimate["value"]


def _one(values: Floats, index: int) -> float | None:
    value = float(np.ravel(values)[index])
    return value if np.isfinite(value) else None


def _far(one: float, other: float, near: float = NEAR) -> bool:
    return abs(one - other) > near * max(1.0, abs(one), abs(other))


def _other(one: float | None, other: float | None, near: float = NEAR) -> bool:
    """Return whether two numbers, or their absence, are not the same."""
    if one is None or other is None or not np.isfinite(other):
        return one is not None or (other is not None and bool(np.isfinite(other)))
    return _far(one, other, near)


def _differs(estimate: Raw | None, found: Interval, index: int, near: float = NEAR) -> bool:
    if estimate is None:
        return True
    return any(
        _other(estimate[name], _one(values, index), near)
        for name, values in (
            ("value", found.estimate),
            ("low", found.low),
            ("high", found.high),
        )
    )


def _holds(estimate: Raw, least: float, most: float) -> bool:
    """Return whether an interval is in order, and within what is possible."""
    there = [estimate[name] for name in ("low", "value", "high") if estimate[name] is not None]
    ends = [least - NEAR, *there, most + NEAR]
    return all(one <= other + NEAR for one, other in pairwise(ends))
