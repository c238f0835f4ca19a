"""Amounts of a journal, by group: sums, means with intervals, quantiles."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

from clairevoie.audit.cells import MISSING
from clairevoie.audit.columns import level as level_of
from clairevoie.audit.counting import inside_period
from clairevoie.audit.model import MOST_LEVELS, Amount, Attribute, Plan, PlanProblem
from clairevoie.audit.results import QUANTILES, AmountTable, Estimate, Paid
from clairevoie.decisions.model import Journal

if TYPE_CHECKING:
    import ibis


def amount_tables(
    journal: Journal, plan: Plan, table: ibis.Table, amount: Amount
) -> tuple[AmountTable, ...]:
    """Return an amount by group, one table for each group of the plan.

    The interval of a mean is Student's, of as many degrees of freedom as rows less one.

    Raises:
        PlanProblem: the column holds no numbers, or infinite ones.
    """
    inside, _ = inside_period(journal, plan, table)
    place = f"amounts.{amount.name}"
    column: Any = inside[amount.column]
    if not column.type().is_numeric():
        raise PlanProblem((place, f"the column '{amount.column}' holds no numbers"))
    value = column.cast("float64")
    given = inside.filter(value.notnull() & ~value.isnan())
    numbers = given[amount.column].cast("float64")
    infinite = given.aggregate(many=numbers.isinf().cast("int64").sum()).to_pyarrow().to_pylist()
    if infinite[0]["many"]:
        raise PlanProblem((place, f"the column '{amount.column}' holds infinite numbers"))
    unknown = int(inside.count().to_pyarrow().as_py()) - int(given.count().to_pyarrow().as_py())
    return tuple(_table(plan, given, amount, item, unknown) for item in plan.groups)


def _table(
    plan: Plan, given: ibis.Table, amount: Amount, item: Attribute, unknown: int
) -> AmountTable:
    value: Any = given[amount.column].cast("float64")
    sums = {
        "rows": given.count(),
        "total": value.sum(),
        "mean": value.mean(),
        "variance": value.var(how="sample"),
        "largest": value.max(),
    }
    sums |= {f"q{index}": value.quantile(share) for index, share in enumerate(QUANTILES)}
    found = given.group_by(key=level_of(given, item)).aggregate(**sums).limit(MOST_LEVELS + 1)
    lines = found.to_pyarrow().to_pylist()
    paid = [_paid(plan, line) for line in lines]
    return AmountTable(
        name=amount.name,
        label=amount.label,
        unit=amount.unit,
        cut=(item.name,),
        groups=tuple(sorted(paid, key=lambda one: (one.key == (MISSING,), one.key))),
        unknown=unknown,
    )


def _paid(plan: Plan, line: dict[str, Any]) -> Paid:
    rows, mean, variance = int(line["rows"]), float(line["mean"]), line["variance"]
    half = None
    if rows > 1 and variance is not None:
        from scipy.special import stdtrit  # type: ignore[import-untyped]

        spread = float(stdtrit(rows - 1, (1 + float(plan.level)) / 2))
        half = spread * sqrt(float(variance) / rows)
    return Paid(
        key=(MISSING if line["key"] is None else line["key"].strip(),),
        rows=rows,
        total=float(line["total"]),
        mean=Estimate(mean, *((None, None) if half is None else (mean - half, mean + half))),
        quantiles=tuple(float(line[f"q{index}"]) for index in range(len(QUANTILES))),
        largest=float(line["largest"]),
    )
