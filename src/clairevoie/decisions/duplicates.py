"""References that come back: on several rows, with several decisions, or written almost alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clairevoie.decisions.findings import EXAMPLES, Tally
from clairevoie.decisions.model import Journal
from clairevoie.decisions.opening import ROW, local_table
from clairevoie.decisions.references import normal_sql

if TYPE_CHECKING:
    import ibis


def find_duplicates(table: ibis.Table, journal: Journal, tally: Tally) -> None:
    """Count references on several rows, and those with several decisions on one day.

    Args:
        table: the journal, with the column `ROW`, in DuckDB (which spills what memory cannot hold).
        journal: its declaration.
        tally: what counts.
    """
    identifier = table[journal.identifier].cast("string").nullif("")
    chosen: dict[str, Any] = {"reference": identifier, "row": table[ROW]}
    if journal.decision:
        chosen |= {
            "day": table[journal.date].cast("string"),
            "decision": table[journal.decision].cast("string"),
        }
    rows = table.select(**chosen).filter(lambda row: row.reference.notnull())
    groups = rows.group_by("reference").agg(
        count=rows.count(), first=rows.row.min(), last=rows.row.max()
    )
    repeated = groups.filter(groups["count"] > 1)
    count = _told(repeated, "duplicate", journal.identifier, tally)
    if count and journal.decision:
        again = rows.semi_join(repeated, "reference")
        days = again.group_by("reference", "day").agg(
            decisions=again.decision.nunique(), first=again.row.min(), last=again.row.max()
        )
        _told(days.filter(days.decisions > 1), "several_decisions", journal.identifier, tally)


def _told(groups: ibis.Table, code: str, column: str, tally: Tally) -> int:
    """Count groups of rows and give the first rows; one query, whose result is a few numbers."""
    counted = groups.mutate(total=groups.count().over())
    found = counted.order_by("first").limit(EXAMPLES).select("total", "first", "last")
    lines = found.to_pyarrow().to_pylist()
    if not lines:
        return 0
    rows = sorted({row for line in lines for row in (line["first"], line["last"])})
    tally.add(code, column, lines[0]["total"], rows[:EXAMPLES])
    return int(lines[0]["total"])


def alike_references(table: ibis.Table, identifier: str) -> int:
    """Return how many references have the normal form of another one.

    Args:
        table: the journal.
        identifier: its column of references.
    """
    local = local_table(table.select(reference=table[identifier].cast("string")))
    backend: Any = local.get_backend()
    form = normal_sql("reference")
    rows = f"FROM ({backend.compile(local)}) WHERE reference IS NOT NULL"
    # Where every reference is in its normal form, no two can be alike; else hashes, which are
    # small, say which could be, and only those are compared.
    if not backend.con.sql(f"SELECT 1 {rows} AND {form} <> reference LIMIT 1").fetchall():
        return 0
    hashed = f"SELECT hash({form}) AS form, hash(reference) AS spelling {rows}"
    close = (
        f"SELECT form FROM ({hashed}) "  # noqa: S608 - nothing here was typed by anyone
        "GROUP BY form HAVING min(spelling) <> max(spelling)"
    )
    counted = (
        f"SELECT count(DISTINCT reference) AS spellings {rows} "
        f"AND hash({form}) IN ({close}) GROUP BY {form}"
    )
    total = f"SELECT sum(spellings) FROM ({counted}) WHERE spellings > 1"  # noqa: S608 - same
    return int(backend.con.sql(total).fetchall()[0][0] or 0)
