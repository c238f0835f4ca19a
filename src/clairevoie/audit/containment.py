"""What the counts of a plan are of, and which of them contain others.

Whoever reads that 449 of 1 500 people under 25 were refused, and 452 of 1 503 under 26, knows of
three people of 25. What contains another is therefore known for it, and what is between them is a
part of its own (`clairevoie.audit.parts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from clairevoie.audit.model import Filter, Outcome, Plan, When

ROWS = "rows"


def asked_of(item: Outcome) -> When:
    """Return of whom an outcome is said: of those of whom what it is read from is given."""
    if item.among or any(one.given is not None for one in item.when):
        return item.among
    return tuple(
        Filter(column, given=True) for column in dict.fromkeys(o.column for o in item.when)
    )


def filters_of(plan: Plan) -> dict[str, When]:
    """Return, for each count of a plan, the filters that all its rows pass; none for all rows."""
    found: dict[str, When] = {ROWS: ()}
    for item in plan.outcomes:
        found[f"of:{item.name}"] = asked_of(item)
        found[f"hit:{item.name}"] = (*asked_of(item), *item.when)
    truth = plan.truth
    if truth is not None:
        said = found[f"hit:{truth.predicted}"]
        samples: dict[str, When] = {"": truth.known}
        if truth.random:
            samples["random:"] = (*truth.known, *truth.random)
        for prefix, rows in samples.items():
            found[f"{prefix}known"] = rows
            found[f"{prefix}true"] = (*rows, *truth.when)
            found[f"{prefix}said"] = (*rows, *said)
            found[f"{prefix}both"] = (*rows, *truth.when, *said)
    if plan.chain and plan.weights:
        found[plan.everybody] = ()
    reached: When = ()
    for step in plan.chain:
        reached = (*reached, *step.when)
        found[f"step:{step.name}"] = reached
    return found


def contains(outer: When, inner: When) -> bool:
    """Tell whether filters alone say that every row of one is a row of the other.

    What only the journal tells (a column that follows from another) is not seen.
    """
    return all(any(_implies(mine, one) for mine in inner) for one in atoms_of(outer))


def containing(filters: Mapping[str, When]) -> tuple[tuple[str, str], ...]:
    """Return the pairs (outer, inner) of names with nothing between them; twins are left out."""
    names = tuple(filters)
    inside = {
        (outer, inner)
        for outer in names
        for inner in names
        if outer != inner and contains(filters[outer], filters[inner])
    }
    proper = {pair for pair in inside if pair[::-1] not in inside}
    return tuple(
        (outer, inner)
        for outer in names
        for inner in names
        if (outer, inner) in proper
        and not any((outer, one) in proper and (one, inner) in proper for one in names)
    )


def atoms_of(when: When) -> list[Filter]:
    """Return filters of one condition each."""
    found = []
    for one in when:
        if one.values:
            found.append(Filter(one.column, values=one.values))
        if one.low is not None:
            found.append(Filter(one.column, low=one.low))
        if one.high is not None:
            found.append(Filter(one.column, high=one.high))
        if one.given is not None:
            found.append(Filter(one.column, given=one.given))
    return found


def _implies(mine: Filter, atom: Filter) -> bool:
    """Tell whether a row that passes a filter passes one of one condition."""
    if mine.column != atom.column:
        return False
    if atom.given is False:
        return mine.given is False
    if atom.given:
        return mine.given is not False
    if atom.values:
        return bool(mine.values) and set(mine.values) <= set(atom.values)
    if atom.low is not None:
        bounds = [_as(atom.low, value) for value in mine.values] or [mine.low]
        return all(_at_least(one, atom.low) for one in bounds)
    ends = [_as(atom.high, value) for value in mine.values]
    if ends:
        return all(_under(one, atom.high) for one in ends)
    return _at_least(atom.high, mine.high)


def _as(like: Decimal | date | None, value: str) -> Decimal | date | None:
    """Return a value of a filter as a bound of the kind of another; ``None`` when it is none."""
    try:
        return date.fromisoformat(value) if isinstance(like, date) else Decimal(value)
    except (ValueError, InvalidOperation):
        return None


def _at_least(one: Decimal | date | None, other: Decimal | date | None) -> bool:
    if isinstance(one, date) and isinstance(other, date):
        return one >= other
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one >= other
    return False


def _under(one: Decimal | date | None, other: Decimal | date | None) -> bool:
    return one is not None and one != other and _at_least(other, one)
