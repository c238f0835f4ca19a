"""Columns of a journal as Ibis expressions: what a filter keeps, which group a row is in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from clairevoie.audit.cells import MISSING
from clairevoie.audit.model import MOST_LEVELS, Attribute, Filter, Plan, PlanProblem, When
from clairevoie.decisions.engines import arrow_of, number_of
from clairevoie.rules.building import date_of

if TYPE_CHECKING:
    import ibis

MOST_SPELLINGS = 10 * MOST_LEVELS
"""Of the values of a group, with spaces around or without."""


def columns_of(plan: Plan) -> dict[str, str]:
    """Return the columns that a plan reads, each with the place that names it first."""
    found: dict[str, str] = {}

    def add(place: str, column: str) -> None:
        found.setdefault(column, place)

    for kind, attributes in (("groups", plan.groups), ("conditions", plan.conditions)):
        for item in attributes:
            add(f"{kind}.{item.name}", item.column)
    for place, when in _filters(plan):
        for one in when:
            add(place, one.column)
    if plan.score is not None:
        add("score", plan.score.column)
    for delay in plan.delays:
        add(f"delays.{delay.name}", delay.since)
        add(f"delays.{delay.name}", delay.until)
    for amount in plan.amounts:
        add(f"amounts.{amount.name}", amount.column)
    return found


def _filters(plan: Plan) -> Iterator[tuple[str, When]]:
    for outcome in plan.outcomes:
        yield f"outcomes.{outcome.name}", (*outcome.when, *outcome.among)
    if plan.truth is not None:
        yield "truth", (*plan.truth.when, *plan.truth.known, *plan.truth.random)
    for step in plan.chain:
        yield f"chain.{step.name}", step.when


def check_columns(plan: Plan, table: ibis.Table) -> None:
    """Check that the table has the columns of the plan.

    Raises:
        PlanProblem: some are missing, or are no plain values.
    """
    schema = table.schema()
    findings = []
    for column, place in columns_of(plan).items():
        if column not in schema:
            findings.append((place, f"the journal has no column '{column}': check its name"))
        elif schema[column].is_nested():
            findings.append(
                (place, f"the column '{column}' holds lists or structures: name another")
            )
    if findings:
        raise PlanProblem(*findings)


# --- filters --------------------------------------------------------------------------------------


def holds(table: ibis.Table, when: When, place: str) -> Any:
    """Return whether each row is as a filter says, or ``None`` where all rows are (no filter).

    A row without the value is not as the filter says.

    Raises:
        PlanProblem: a value is not of the column's type.
    """
    found: Any = None
    for one in when:
        found = both(found, _one(table, one, place))
    return found


def both(first: Any, second: Any) -> Any:
    """Return the rows of two filters; ``None`` stands for all rows."""
    if first is None or second is None:
        return second if first is None else first
    return first & second


def _one(table: ibis.Table, one: Filter, place: str) -> Any:
    column: Any = table[one.column]
    present = given(column)
    found: Any = None
    if one.values:
        found = column.isin(_values(column, one, place))
    if one.low is not None:
        found = both(found, column >= _bound(column, one.low, one, place))
    if one.high is not None:
        found = both(found, column < _bound(column, one.high, one, place))
    if found is not None:
        found = found.fill_null(False)
        if column.type().is_floating():
            found = present & found
    if one.given is not None:
        found = both(found, present if one.given else ~present)
    return found


def given(column: Any) -> Any:
    """Return whether each row has a value: what is no number is none, on every engine."""
    if column.type().is_floating():
        return column.notnull() & ~column.isnan().fill_null(False)
    return column.notnull()


def _values(column: Any, one: Filter, place: str) -> list[Any]:
    kind = column.type()
    try:
        if kind.is_string():
            return list(one.values)
        if kind.is_boolean():
            words = {"true": True, "false": False}
            return [words[value] for value in one.values]
        if whole(kind):
            return [int(value) for value in one.values]
        if kind.is_numeric():
            return [float(Decimal(value)) for value in one.values]
        if kind.is_date():
            return [date_of(value) for value in one.values]
    except (KeyError, ValueError, InvalidOperation):
        pass
    raise PlanProblem(
        (place, f"the column '{one.column}' is of type {_called(kind)}: no value of 'is' can be it")
    )


def _bound(column: Any, value: Decimal | date, one: Filter, place: str) -> Any:
    import ibis

    kind = column.type()
    if isinstance(value, date) and (kind.is_date() or kind.is_timestamp()):
        return ibis.literal(value.isoformat()).cast("date")
    if isinstance(value, Decimal) and kind.is_numeric():
        return int(value) if value == value.to_integral_value() else float(value)
    raise PlanProblem(
        (place, f"the column '{one.column}' is of type {_called(kind)}: no bound can be put to it")
    )


def _called(kind: Any) -> str:
    names = (
        ("is_boolean", "true or false"),
        ("is_integer", "whole number"),
        ("is_numeric", "number"),
        ("is_date", "day"),
        ("is_timestamp", "day and hour"),
        ("is_string", "text"),
    )
    return next((name for test, name in names if getattr(kind, test)()), str(kind))


# --- days -----------------------------------------------------------------------------------------

ISO = (
    r"(?:[1-9]\d{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
    r"|02-(?:0[1-9]|1\d|2[0-8]))"
    r"|(?:[1-9]\d(?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)-02-29)"
)
"""A day of the calendar: engines read texts that are none each in its way, or stop."""


def day_of(table: ibis.Table, column: str, place: str) -> Any:
    """Return the day of each row; null where there is none.

    A text is read as ``2025-01-31``, which an hour may follow, or ``31/01/2025``.

    Raises:
        PlanProblem: the column holds no dates, or texts that are none.
    """
    import ibis

    found: Any = table[column]
    kind = found.type()
    if kind.is_date():
        return found
    if kind.is_timestamp():
        return found.cast("date")
    if not kind.is_string():
        raise PlanProblem((place, f"the column '{column}' holds no date"))
    text = found.strip()
    french = text.re_search(r"^\d{2}/\d{2}/\d{4}$")
    turned = ibis.literal("").join(
        [text.substr(6, 4), "-", text.substr(3, 2), "-", text.substr(0, 2)]
    )
    iso = french.ifelse(turned, text)
    fine = iso.re_search(f"^{ISO}(?:[ T].*)?$")
    wrong = number_of((text.fill_null("") != "").ifelse(~fine, False).sum())
    if wrong:
        sentence = f"{wrong:,} rows hold in '{column}' no date such as 2025-01-31: correct them"
        raise PlanProblem((place, sentence))
    return fine.ifelse(iso.substr(0, 10), ibis.null("string")).cast("date")


# --- groups ---------------------------------------------------------------------------------------


def level(table: ibis.Table, item: Attribute) -> ibis.expr.types.StringColumn:
    """Return the key of the group of each row; null where it has none.

    Raises:
        PlanProblem: a column of numbers with decimals has no bands, or bands cut what is no number.
    """
    import ibis

    column: Any = table[item.column]
    kind = column.type()
    if item.bands:
        if not kind.is_numeric():
            raise PlanProblem(
                (f"groups.{item.name}", f"'{item.column}' is no number: it cannot have bands")
            )
        edges = [_edge(band) for band in item.bands]
        keys = band_keys(item.bands)
        known = given(column)
        branches = [(known & (column < edge), key) for edge, key in zip(edges, keys, strict=False)]
        branches.append((known, keys[-1]))
        found: Any = ibis.cases(*branches)
        return found
    if kind.is_numeric() and not whole(kind):
        raise PlanProblem(
            (f"groups.{item.name}", f"'{item.column}' has numbers with decimals: give bands")
        )
    text: Any = column if kind.is_string() else column.cast("string")
    return text


def clean_level(table: ibis.Table, item: Attribute) -> ibis.expr.types.StringColumn:
    """Return the key of the group of each row as cells have it: without spaces around; never null.

    Engines do not all know the same spaces: they are asked for the few spellings that there are.

    Raises:
        PlanProblem: as `level`; or there are too many values.
    """
    import ibis

    found = level(table, item).fill_null(MISSING)
    if item.bands or not table[item.column].type().is_string():
        return found
    asked = table.select(key=found).distinct().limit(MOST_SPELLINGS + 1)
    words = arrow_of(asked).column("key").to_pylist()
    if len(words) > MOST_SPELLINGS:
        text = f"'{item.column}' has too many values: give bands, or name a column of fewer"
        raise PlanProblem((f"groups.{item.name}", text))
    spaced = [(found == word, word.strip()) for word in words if word != word.strip()]
    return ibis.cases(*spaced, else_=found) if spaced else found


def whole(kind: Any) -> bool:
    """Return whether a type holds whole numbers only: Spark has no unsigned 64-bit integer."""
    return bool(kind.is_integer() or (kind.is_decimal() and kind.scale == 0))


def _edge(band: Decimal) -> int | float:
    return int(band) if band == band.to_integral_value() else float(band)


def band_keys(bands: Sequence[Decimal]) -> list[str]:
    """Return the keys of bands, rising: ``< 25``, ``[25..60)``, ``>= 60``."""
    words = [format(band, "f") for band in bands]
    middle = [f"[{low}..{high})" for low, high in pairwise(words)]
    return [f"< {words[0]}", *middle, f">= {words[-1]}"]
