"""Whether the delays, scores and amounts of a public result are of classes that tell of no few.

A curve gives back the files of each class: how many ended, and how many were last seen open since
the class before. The same holds of the shares above thresholds. Each must be nobody, or enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from clairevoie.audit.classed import EACH_SIDE, MEAN_DIGITS, QUANTILE_DIGITS, rounded
from clairevoie.audit.classes import DAYS
from clairevoie.audit.intervals import wilson
from clairevoie.audit.limits import ends_of_classes
from clairevoie.audit.model import Delay, Plan
from clairevoie.audit.survival import kaplan_meier, waited

NEAR = 1e-9
NEAR_COUNT = 1e-3
"""How far from a whole number a count worked out from shares may be."""

Found = Iterator[tuple[str, str]]
Raw = Mapping[str, Any]


def wrong_classes(plan: Plan, form: Raw) -> Found:
    """Yield what is wrong with the delays, scores and amounts of a public result.

    Args:
        plan: of the result.
        form: the result, as its schema wants it.
    """
    levels = {
        item["name"]: [level["key"] for level in item["levels"]] for item in form["plan"]["groups"]
    }
    delays = {item.name: item for item in plan.delays}
    amounts = {item.name for item in plan.amounts}
    for kind, lines, names in (
        ("delays", "waits", set(delays)),
        ("scores", "groups", {""} if plan.score is not None else set()),
        ("amounts", "groups", amounts),
    ):
        seen = set()
        for table in form[kind]:
            name, place = table.get("name", ""), _place(kind, table)
            if name not in names or len(table["cut"]) != 1 or table["cut"][0] not in levels:
                yield place, "is not asked by the plan"
                continue
            keys = [line["key"] for line in table[lines]]
            if sorted(keys) != sorted([key] for key in levels[table["cut"][0]]):
                yield place, "does not give each group once"
                continue
            if (name, table["cut"][0]) in seen:
                yield place, "is there twice: keep one"
            seen.add((name, table["cut"][0]))
            checks = {"delays": _delay, "scores": _score, "amounts": _amount}
            for text in checks[kind](plan, table):
                yield place, text
            yield from _whole(plan, form, table, lines, place)


def _place(kind: str, table: Raw) -> str:
    return " ".join(part for part in (kind, table.get("name", ""), "by", *table["cut"]) if part)


def _whole(plan: Plan, form: Raw, table: Raw, lines: str, place: str) -> Found:
    """Yield whether the rows of a table are those of the journal, less none or enough."""
    if form["rows"] is None:
        return
    name = "files" if lines == "waits" else "rows"
    counts = [line[name] for line in table[lines]]
    if any(count is None for count in counts):
        return
    left = form["rows"] - sum(counts)
    if left < 0:
        yield place, "has more rows than the journal"
    elif left in _few(plan):
        yield place, f"leaves {left} of the rows out, fewer than {plan.least}: leave the table out"


def _few(plan: Plan) -> range:
    return range(1, plan.least)


def _told(plan: Plan, what: str, count: Any) -> Iterator[str]:
    """Yield that a count, which may be worked out, is on a few or no count at all."""
    if count is None or count in _few(plan):
        said = "is missing" if count is None else f"is {count:g}, fewer than {plan.least}"
        yield f"{what} {said}: leave the table out"


# --- delays ---------------------------------------------------------------------------------------


def _delay(plan: Plan, table: Raw) -> Iterator[str]:
    delay = next(item for item in plan.delays if item.name == table["name"])
    if table["limit"] != (None if delay.limit is None else delay.limit.written):
        yield "'limit' is not that of the plan"
        return
    if table["horizon"] not in {0, *_days(delay)}:
        yield "'horizon' is no limit of a class of days"
    for name in ("unknown", "impossible", "after"):
        if table[name] is not None:
            yield from _told(plan, f"'{name}'", table[name])
    for wait in table["waits"]:
        yield from _wait(plan, delay, wait)


def _days(delay: Delay) -> set[int]:
    return set(ends_of_classes(delay.limit, DAYS))


def _wait(plan: Plan, delay: Delay, wait: Raw) -> Iterator[str]:
    curve = wait["curve"]
    if curve is None or wait["files"] is None or wait["open_files"] is not None:
        yield "a line has its files and its curve, and not how many are open"
        return
    yield from _told(plan, "the number of files of a group", wait["files"])
    days = [step[0] for step in curve]
    if not set(days) <= _days(delay) or any(one >= other for one, other in pairwise(days)):
        yield "the days of a curve are not those of its classes"
        return
    if not curve:
        return
    before, risk = 1.0, []
    for _, share, _, _, ended in curve:
        if not 0 <= share < before:
            yield "a curve does not fall"
            return
        many = ended / (1 - share / before)
        risk.append(round(many))
        if abs(many - risk[-1]) > NEAR_COUNT * max(1.0, many * NEAR_COUNT) or ended > risk[-1]:
            yield "a curve is not that of a number of files"
            return
        yield from _told(plan, "how many ended in a class", ended)
        before = share
    left = [wait["files"], *(many - step[4] for many, step in zip(risk, curve, strict=True))]
    for many, after in zip(left, [*risk, 0], strict=True):
        if many < after:
            yield "a curve has more files than its group"
            return
        yield from _told(plan, "how many were last seen open in a class", many - after)
    yield from _recomputed(plan, wait, risk)


def _recomputed(plan: Plan, wait: Raw, risk: Sequence[int]) -> Iterator[str]:
    days, _, lows, highs, ended = (np.array(column) for column in zip(*wait["curve"], strict=True))
    gone = np.array(risk) - ended - np.array([*risk[1:], 0])
    curve = kaplan_meier(days, ended[None], gone[None], float(plan.level))
    if np.abs(curve.low[0] - lows).max() > NEAR or np.abs(curve.high[0] - highs).max() > NEAR:
        yield "the bounds of a curve are not those of its files"
    for name, share in (("first_quartile", 0.25), ("median", 0.5), ("last_quartile", 0.75)):
        found = waited(curve, share)
        for end, values in (
            ("value", found.estimate),
            ("low", found.low),
            ("high", found.high),
        ):
            mine = float(values[0])
            told = None if wait[name] is None else wait[name][end]
            if told != (mine if np.isfinite(mine) else None):
                yield f"'{name}' is not that of the curve"
                break
    over = wait["over"]
    if over is not None and over["value"] not in (None, 1.0, *curve.survival[0].tolist()):
        yield "'over' is not a share of the curve"


# --- scores, amounts ------------------------------------------------------------------------------


def _score(plan: Plan, table: Raw) -> Iterator[str]:
    score = plan.score
    force = None if score is None or score.in_force is None else float(score.in_force)
    deciles = table["deciles"] or []
    if table["in_force"] != force:
        yield "'in_force' is not that of the plan"
    if deciles and (len(deciles) != 9 or any(one > two for one, two in pairwise(deciles))):
        yield "the deciles do not rise"
        return
    yield from _told(plan, "the number of rows without a score", table["unknown"])
    for one in table["groups"]:
        yield from _told(plan, "the number of rows of a group", one["rows"])
        if one["rows"] is None or one["thresholds"] is None:
            yield "a line has its rows and its thresholds"
            return
        if one["calibration"]:
            yield "what is true of each decile is not published: leave it out"
        yield from _thresholds(plan, one, deciles)


def _thresholds(plan: Plan, one: Raw, deciles: Sequence[float]) -> Iterator[str]:
    above: dict[float, int] = {}
    for threshold in one["thresholds"]:
        many = threshold["above"]
        if many is None or threshold["share"] is None:
            yield "a threshold has the rows above it, and their share"
            return
        if threshold["precision"] is not None or threshold["found"] is not None:
            yield "what is true above a threshold is not published: leave it out"
        above[threshold["value"]] = many
        share = wilson([many], [one["rows"]], float(plan.level)) if many <= one["rows"] else None
        told = threshold["share"]
        if share is None or any(
            told[name] is None or abs(told[name] - float(values[0])) > NEAR
            for name, values in (
                ("value", share.estimate),
                ("low", share.low),
                ("high", share.high),
            )
        ):
            yield "a share above a threshold is not that of its rows"
            return
    tenths = one["deciles"] or []
    if tenths:
        if len(tenths) != 10 or not deciles or sum(tenths) != one["rows"]:
            yield "the rows of a group by decile do not add up"
            return
        for place, value in enumerate(deciles):
            if above.setdefault(value, sum(tenths[place + 1 :])) != sum(tenths[place + 1 :]):
                yield "the rows of a group by decile are not those above its thresholds"
    counts = [one["rows"], *(above[value] for value in sorted(above)), 0]
    for many, fewer in pairwise(counts):
        if fewer > many:
            yield "there are more rows above a higher threshold"
            return
        yield from _told(plan, "how many are between two thresholds", many - fewer)


def _amount(plan: Plan, table: Raw) -> Iterator[str]:
    yield from _told(plan, "the number of rows without an amount", table["unknown"])
    for one in table["groups"]:
        rows = one["rows"]
        yield from _told(plan, "the number of rows of a group", rows)
        if rows is None or one["total"] is None or one["mean"] is None:
            yield "a line has its rows, its total and its mean"
            return
        if one["largest"] is not None:
            yield "'largest' is that of one row: leave it out"
        wanted = EACH_SIDE * plan.least
        if one["quantiles"] and (len(one["quantiles"]) != 5 or rows < wanted):
            yield f"quantiles are published of {wanted} rows or more: leave them out"
        for value, digits in (
            (one["total"], MEAN_DIGITS),
            *((value, MEAN_DIGITS) for value in one["mean"].values()),
            *((value, QUANTILE_DIGITS) for value in one["quantiles"] or ()),
        ):
            if value is not None and rounded(value, digits) != value:
                yield f"{value:g} has more than {digits} significant digits: round it"
                return
        yield from _mean(one)


def _mean(one: Raw) -> Iterator[str]:
    mean, total, rows = one["mean"], one["total"], one["rows"]
    room = 10.0 ** (1 - MEAN_DIGITS)
    if mean["value"] is None or abs(mean["value"] * rows - total) > room * (abs(total) + NEAR):
        yield "the mean is not the total out of the rows"
    if (
        mean["low"] is not None
        and mean["high"] is not None
        and not (mean["low"] <= (mean["value"] or 0) <= mean["high"])
    ):
        yield "the bounds of the mean are not on both sides of it"
    if any(low > high for low, high in pairwise(one["quantiles"] or ())):
        yield "the quantiles do not rise"
