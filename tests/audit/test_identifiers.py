"""A decision that is twice in a journal is never counted twice in silence."""

from __future__ import annotations

import pyarrow as pa
import pytest

from clairevoie.audit import identifiers
from clairevoie.audit.identifiers import check_identifiers
from clairevoie.audit.model import PlanProblem
from tests.audit.plans import JOURNAL, drawn, table_of


def test_a_repeated_identifier_is_refused_and_not_quoted() -> None:
    rows = pa.concat_tables([drawn(300), drawn(300).slice(10, 2)])
    with pytest.raises(PlanProblem) as refused:
        check_identifiers(JOURNAL, table_of(rows))
    assert str(refused.value) == (
        "journal: 2 identifiers of the column 'reference' are on several rows: "
        "keep one row a decision"
    )


def test_each_identifier_once_is_fine_and_so_is_none() -> None:
    rows = drawn(300)
    place = rows.column_names.index("reference")
    gone = [None if n % 50 == 0 else f"R-{n}" for n in range(300)]
    check_identifiers(JOURNAL, table_of(rows))
    check_identifiers(JOURNAL, table_of(rows.set_column(place, "reference", pa.array(gone))))
    numbers = rows.set_column(place, "reference", pa.array(range(300)))
    check_identifiers(JOURNAL, table_of(numbers))


def test_of_a_long_journal_one_identifier_in_so_many_is_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(identifiers, "MOST_CHECKED", 500)
    check_identifiers(JOURNAL, table_of(drawn(2000)))
    twice = pa.concat_tables([drawn(2000), drawn(2000).slice(0, 400)])
    with pytest.raises(PlanProblem, match=r"\(one identifier in 5 was looked at\)"):
        check_identifiers(JOURNAL, table_of(twice))
