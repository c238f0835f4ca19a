"""Amounts of a journal, by group: sums, means with intervals, quantiles."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING, Any

from clairevoie.audit.columns import clean_level
from clairevoie.audit.counting import inside_period, levels_in_order
from clairevoie.audit.exact import COARSE, exactly, places_for, quantiles_of, steps
from clairevoie.audit.model import Amount, Attribute, Plan, PlanProblem
from clairevoie.audit.results import QUANTILES, AmountTable, Estimate, Paid
from clairevoie.decisions.engines import arrow_of, number_of
from clairevoie.decisions.model import Journal

if TYPE_CHECKING:
    import ibis


SHARES = tuple(Fraction(str(share)).as_integer_ratio() for share in QUANTILES)


def amount_tables(
    journal: Journal, plan: Plan, table: ibis.Table, amount: Amount
) -> tuple[AmountTable, ...]:
    """Return an amount by group, one table for each group of the plan.

    The interval of a mean is Student's, of as many degrees of freedom as rows less one. Sums and
    quantiles are exact: the same on every engine, whatever the order of the rows.

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
    [seen] = arrow_of(
        given.aggregate(
            rows=given.count(),
            infinite=numbers.isinf().sum(),
            largest=numbers.abs().max(),
        )
    ).to_pylist()
    if seen["infinite"]:
        raise PlanProblem((place, f"the column '{amount.column}' holds infinite numbers"))
    unknown = number_of(inside.count()) - seen["rows"]
    largest = float(seen["largest"] or 0)
    return tuple(_table(plan, given, amount, item, unknown, largest) for item in plan.groups)


def _table(
    plan: Plan, given: ibis.Table, amount: Amount, item: Attribute, unknown: int, largest: float
) -> AmountTable:
    rows = given.select(key=clean_level(given, item), value=given[amount.column].cast("float64"))
    fine, coarse = places_for(largest), places_for(largest, COARSE)
    about = steps(rows.value, coarse)
    found = rows.group_by("key").aggregate(
        rows=rows.count(),
        total=steps(rows.value, fine).sum(),
        about=about.sum(),
        squares=(about * about).sum(),
        largest=rows.value.max(),
    )
    lines = {line["key"]: line for line in arrow_of(found).to_pylist()}
    ranked = quantiles_of(rows, SHARES)
    return AmountTable(
        name=amount.name,
        label=amount.label,
        unit=amount.unit,
        cut=(item.name,),
        groups=tuple(
            _paid(plan, lines[key], ranked[key], (fine, coarse))
            for key in levels_in_order(item, set(lines))
        ),
        unknown=unknown,
    )


def _paid(
    plan: Plan, line: dict[str, Any], quantiles: tuple[float, ...], places: tuple[int, int]
) -> Paid:
    fine, coarse = places
    rows, total = int(line["rows"]), exactly(line["total"], fine)
    mean, half = float(total / rows), None
    if rows > 1:
        from scipy.special import stdtrit  # type: ignore[import-untyped]

        spread = float(stdtrit(rows - 1, (1 + float(plan.level)) / 2))
        # Sums of whole numbers, so that nothing is lost when two large ones almost cancel.
        about, squares = int(line["about"]), int(line["squares"])
        variance = exactly(rows * squares - about**2, 2 * coarse) / (rows * (rows - 1))
        half = spread * sqrt(variance / rows)
    return Paid(
        key=(line["key"],),
        rows=rows,
        total=float(total),
        mean=Estimate(mean, *((None, None) if half is None else (mean - half, mean + half))),
        quantiles=quantiles,
        largest=float(line["largest"]),
    )
