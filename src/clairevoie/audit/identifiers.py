"""A decision that is twice in a journal counts twice: such a journal is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clairevoie.audit.model import PlanProblem
from clairevoie.decisions.engines import arrow_of, number_of
from clairevoie.decisions.model import Journal

if TYPE_CHECKING:
    import ibis

MOST_CHECKED = 4_000_000
"""Rows whose identifiers are all held beside each other; of more, one identifier in so many."""


def check_identifiers(journal: Journal, table: ibis.Table) -> None:
    """Refuse a journal of which the same identifier is on several rows.

    In a journal of more than `MOST_CHECKED` rows, one identifier in two, three… is checked, all of
    its rows together, so that memory and time stay within bounds; the sentence says so. A row
    without an identifier is left to the check of journals.

    Args:
        journal: the declaration.
        table: its rows, as an Ibis table of any engine.

    Raises:
        PlanProblem: an identifier is on several rows.
    """
    rows = number_of(table.count())
    every = -(-rows // MOST_CHECKED)
    column: Any = table[journal.identifier]
    given = table.filter(column.notnull()).select(identifier=column.cast("string"))
    if every > 1:
        # Of a hash, some engines give negative ones.
        given = given.filter((given.identifier.hash() % every).abs() == 0)
    places = given.select(place=given.identifier.hash())
    counted = places.aggregate(rows=places.count(), places=places.place.nunique())
    (line,) = arrow_of(counted).to_pylist()
    if line["rows"] == line["places"]:
        return
    # Two identifiers may have one hash: only now are they held themselves.
    repeated = given.group_by("identifier").aggregate(many=given.count())
    twice = number_of(repeated.filter(repeated.many > 1).count())
    if twice:
        among = f" (one identifier in {every} was looked at)" if every > 1 else ""
        raise PlanProblem(
            (
                "journal",
                f"{twice:,} identifiers of the column '{journal.identifier}' are on several rows"
                f"{among}: keep one row a decision",
            )
        )
