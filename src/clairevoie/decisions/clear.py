"""Personal data in clear where a pseudonym is declared: what values look like, counted by DuckDB.

- the social security number (NIR, as INSEE defines it) has 13 digits: sex, year, month, department
  (2A and 2B in Corsica), commune, order; then a key of two digits, 97 minus the rest of the
  division of the number by 97, in which 2A counts as 19 and 2B as 18. Without its key, any long
  number may look like one: a reference is suspected with its key only;
- a pseudonym drawn from few numbers is given back by trying them all: numbers of 10 digits at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clairevoie.decisions.findings import EXAMPLES, Tally
from clairevoie.decisions.model import Journal
from clairevoie.decisions.opening import ROW

if TYPE_CHECKING:
    import ibis

EMAIL = r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"
NIR = r"^[12378]\d{2}(0[1-9]|1[0-2]|[2-9]\d)(\d{2}|2[ABab])\d{6}(\d{2})?$"
PHONE = r"^(\+33|0033|0)[1-9]\d{8}$"
DAY = r"^(\d{1,2}[/.-]\d{1,2}[/.-](19|20)\d{2}|(19|20)\d{2}-\d{2}-\d{2}([ T]00:00:00.*)?)$"
WORDS = r"^[\p{L}'’.-]+,?([ _]+[\p{L}'’.-]+)+$"
CAPITALISED = r"^(\p{Lu}['’])?\p{Lu}\p{Ll}+([-'’]\p{Lu}?\p{Ll}+)*$"
CAPITALS = r"^\p{Lu}{2,12}([-'’]\p{Lu}{2,12})?$"
HEXADECIMAL = r"^[0-9A-Fa-f]+$"
SHORT_NUMBER = r"^\d{1,10}$"
LONG_MIXED = r"^[0-9A-Za-z_+/=]{16,}$"
SEPARATORS = r"[\s.\-]"


def find_clear(table: ibis.Table, journal: Journal, tally: Tally) -> None:
    """Count the values that say who somebody is, in the columns that should not.

    Args:
        table: the journal, with the column `ROW`.
        journal: its declaration.
        tally: what counts; codes begin with ``person_``, ``agent_`` or ``identifier_``.
    """
    for who, item in (("person", journal.person), ("agent", journal.decided_by)):
        if item is None:
            continue
        if item.pseudonym:
            _count(table, item.column, who, tally)
        else:
            tally.add("declared_in_clear", item.column, _rows(table), [])
    _count(table, journal.identifier, "identifier", tally)


def _rows(table: ibis.Table) -> int:
    return int(table.count().to_pyarrow().as_py())


def _count(table: ibis.Table, column: str, who: str, tally: Tally) -> None:
    chosen = table.select(text=table[column].cast("string"), row=table[ROW])
    kinds = chosen.select(kind=_kind(chosen.text.strip(), who), row=chosen.row)
    kinds = kinds.filter(kinds.kind.notnull())
    found = kinds.group_by("kind").agg(count=kinds.count(), rows=_smallest()(kinds.row, EXAMPLES))
    for line in found.to_pyarrow().to_pylist():
        tally.add(f"{who}_{line['kind']}", column, line["count"], line["rows"])


def _smallest() -> Any:
    """DuckDB's ``min(x, n)``: the n smallest, which Ibis does not know."""
    import ibis
    import ibis.expr.datatypes as dt

    @ibis.udf.agg.builtin(name="min", signature=((dt.int64, dt.int64), dt.Array(dt.int64)))
    def smallest(row, n):  # type: ignore[no-untyped-def]
        """Only its name and types count."""

    return smallest


def _kind(text: Any, who: str) -> Any:
    """Return the kind of personal data that a text looks like, null for none."""
    import ibis

    # Most values are true pseudonyms, long and with a digit: nothing below can be one, and DuckDB
    # works the rest out for the others only.
    token = text.re_search(LONG_MIXED) & text.re_search(r"\d")
    compact = text.re_replace(SEPARATORS, "")
    personal = [
        (token, ibis.null("string")),
        (text.re_search(EMAIL), "email"),
        (_is_nir(compact, keyed=who == "identifier"), "nir"),
    ]
    if who != "identifier":
        plain_hexadecimal = text.re_search(HEXADECIMAL)
        personal += [
            (compact.re_search(PHONE), "phone"),
            (text.re_search(DAY), "date"),
            (
                text.re_search(WORDS)
                | text.re_search(CAPITALISED)
                | (text.re_search(CAPITALS) & ~plain_hexadecimal),
                "name",
            ),
            (compact.re_search(SHORT_NUMBER), "short_number"),
        ]
    return ibis.cases(*personal)


def _is_nir(compact: Any, *, keyed: bool) -> Any:
    """13 digits that can be a number, with the right key; without, unless it must be ``keyed``."""
    import ibis

    fits = compact.re_search(NIR)
    number = compact.left(13).upper().replace("2A", "19").replace("2B", "18")
    # try_cast: DuckDB also works it out where the form does not fit.
    rest = number.try_cast("int64") % 97
    key = compact.substr(13, 2).try_cast("int64")
    alone = ibis.literal(False) if keyed else compact.length() == 13
    return fits & (alone | (key == 97 - rest).fill_null(False))
