"""Delays and scores of a journal, counted by group and by value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.audit.cells import Cells
from clairevoie.audit.columns import both, day_of, holds, level
from clairevoie.audit.counting import MOST_CELLS, cells_from, inside_period
from clairevoie.audit.exact import quantiles_of
from clairevoie.audit.limits import seconds_of, step_of
from clairevoie.audit.model import Delay, Plan, PlanProblem, Score
from clairevoie.decisions.engines import arrow_of, number_of
from clairevoie.decisions.model import Journal

if TYPE_CHECKING:
    import ibis

DECILES = tuple((rank, 10) for rank in range(1, 10))
MOST_DAYS = 36_500
"""A hundred years: a longer delay is a mistake."""


@dataclass(frozen=True, slots=True)
class DelayCounts:
    """A delay, by group: how many files were closed after so many days, how many are still open.

    Attributes:
        delay: what is measured.
        cells: a cell for each group, day and state; its last two names are ``days`` and ``closed``.
            A limit of hours or months adds ``step`` before them (`clairevoie.audit.limits`).
        days: the number of days of each level of ``days``, of shape (days,).
        unknown: rows without a first date.
        impossible: rows that end before they begin, or last more than a hundred years.
        after: rows that begin after the day up to which files were looked at.
    """

    delay: Delay
    cells: Cells
    days: NDArray[np.int64]
    unknown: int
    impossible: int
    after: int


def count_delays(journal: Journal, plan: Plan, table: ibis.Table, delay: Delay) -> DelayCounts:
    """Count a delay by group.

    A file without an end, or that ended after the day up to which files were looked at, is open: it
    had waited until that day.

    Raises:
        PlanProblem: a column is no date, no row has a delay, or there are too many groups.
    """
    inside, _ = inside_period(journal, plan, table)
    keys = {f"key_{index}": level(inside, item) for index, item in enumerate(plan.groups)}
    rows = inside.select(**keys, **delay_columns(inside, delay))
    states = arrow_of(rows.group_by("state").aggregate(rows=rows.count())).to_pylist()
    many = {one["state"]: int(one["rows"]) for one in states}
    if not many.get("fine"):
        raise PlanProblem((f"delays.{delay.name}", _no_delay(delay, many)))
    fine = rows.filter(rows.state == "fine")
    step = ["step"] if "step" in rows.columns else []
    counted = fine.group_by(*keys, *step, "days", "closed").aggregate(rows=fine.count())
    result = arrow_of(counted.limit(MOST_CELLS + 1))
    if result.num_rows > MOST_CELLS:
        raise PlanProblem((f"delays.{delay.name}", "too many groups by day: take some groups away"))
    found = cells_from(result, plan.groups, 0, (*step, "days", "closed"))
    numbers = np.array([int(key) for key in found.levels[-2]], dtype=np.int64)
    return DelayCounts(
        delay,
        found,
        numbers,
        many.get("unknown", 0),
        many.get("impossible", 0),
        many.get("after", 0),
    )


def _no_delay(delay: Delay, many: Mapping[str, int]) -> str:
    if set(many) == {"unknown"}:
        return f"no decision has a day in '{delay.since}': name another column, or take this away"
    unknown, impossible, after = (
        f"{many.get(state, 0):,}" for state in ("unknown", "impossible", "after")
    )
    return (
        f"no decision has a delay that can be measured ({unknown} have no day in '{delay.since}', "
        f"{impossible} end before they begin or last more than a hundred years, {after} begin "
        f"after {delay.observed.isoformat()}): correct these, or 'observed'"
    )


def delay_columns(table: ibis.Table, delay: Delay) -> dict[str, Any]:
    """Return, of each row, its ``days``, whether it is ``closed``, and its ``state``.

    With a limit of hours or months, there is its ``step`` too (`clairevoie.audit.limits.step_of`).

    Raises:
        PlanProblem: a column is no date, or has no hours.
    """
    import ibis

    since, until = (
        day_of(table, column, f"delays.{delay.name}") for column in (delay.since, delay.until)
    )
    observed = ibis.literal(delay.observed.isoformat()).cast("date")
    closed = (until.notnull() & (until <= observed)).fill_null(False)
    days = closed.ifelse(until, observed).delta(since, unit="day").cast("int64")
    wrong = (days < 0) | (days > MOST_DAYS)
    more = {}
    if delay.limit is not None and delay.limit.unit != "day":
        if delay.limit.unit == "hour":
            wrong = wrong | (seconds_of(table, delay, closed, days) < 0)
        more["step"] = step_of(table, delay, delay.limit, since=since, closed=closed, days=days)
    # The order of the cases: a row is in the first that fits.
    state = ibis.cases(
        (since.isnull(), "unknown"),
        (since > observed, "after"),
        (wrong, "impossible"),
        else_="fine",
    )
    return {"days": days, "closed": closed, "state": state, **more}


# --- scores ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScoreCounts:
    """A score, by group and by band.

    Attributes:
        score: what is measured.
        edges: limits of the bands, rising, of shape (bands − 1,); the lower is included.
        deciles: of all rows that have a score, to six digits, of shape (9,).
        cells: a cell for each group and band; the last name is ``band``. Its sums are those of the
            truth (``known``, ``true``, ``random:known``, ``random:true``).
        unknown: rows without a score.
    """

    score: Score
    edges: NDArray[np.float64]
    deciles: NDArray[np.float64]
    cells: Cells
    unknown: int


def count_score(journal: Journal, plan: Plan, table: ibis.Table, score: Score) -> ScoreCounts:
    """Count a score by group, in bands cut at its deciles and at the thresholds to try.

    Raises:
        PlanProblem: the column is no number, holds infinite ones, or no row has a score.
    """
    import ibis

    inside, _ = inside_period(journal, plan, table)
    column: Any = inside[score.column]
    if not column.type().is_numeric():
        raise PlanProblem(("score", f"the column '{score.column}' holds no numbers"))
    value = column.cast("float64")
    known = value.notnull() & ~value.isnan()
    given = inside.filter(known)
    if number_of(given.count()) == 0:
        raise PlanProblem(("score", f"no decision has a score in '{score.column}'"))
    if number_of(given.filter(given[score.column].cast("float64").isinf()).count()):
        raise PlanProblem(("score", f"the column '{score.column}' holds infinite numbers"))
    scores = given[score.column].cast("float64")
    [ranked] = quantiles_of(given.select(key=ibis.literal(""), value=scores), DECILES).values()
    # Six digits are enough to cut, and can be read.
    deciles = np.array([float(f"{value:.6g}") for value in ranked])
    thresholds = [*score.thresholds, *([] if score.in_force is None else [score.in_force])]
    edges = np.unique([*deciles, *(float(one) for one in thresholds)])
    keys = {f"key_{index}": level(given, item) for index, item in enumerate(plan.groups)}
    flags = _truth_flags(plan, given)
    counted = given.group_by(**keys, band=_band(scores, edges.tolist(), 0)).aggregate(
        rows=given.count(), **flags
    )
    result = arrow_of(counted.limit(MOST_CELLS + 1))
    if result.num_rows > MOST_CELLS:
        raise PlanProblem(("score", "too many groups by band of the score: take some groups away"))
    found = cells_from(result, plan.groups, 0, ("band",), {"band": range(len(edges) + 1)})
    unknown = number_of(inside.count()) - found.total
    return ScoreCounts(score, edges, deciles, found, unknown)


def _truth_flags(plan: Plan, table: ibis.Table) -> dict[str, Any]:
    if plan.truth is None:
        return {}
    known = holds(table, plan.truth.known, "truth")
    samples = {"": known}
    if plan.truth.random:
        samples["random:"] = both(known, holds(table, plan.truth.random, "truth"))
    true = holds(table, plan.truth.when, "truth")
    found = {}
    for prefix, rows in samples.items():
        found[f"{prefix}known"] = rows.sum()
        found[f"{prefix}true"] = both(rows, true).sum()
    return found


def _band(value: Any, edges: Sequence[float], first: int) -> Any:
    """Return the band of each score, found by halves: few comparisons a row."""
    import ibis

    if not edges:
        return ibis.literal(first).cast("int64")
    middle = len(edges) // 2
    return (value >= edges[middle]).ifelse(
        _band(value, edges[middle + 1 :], first + middle + 1),
        _band(value, edges[:middle], first),
    )
