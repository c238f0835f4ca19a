"""Columns of a journal are read as a person reads them, on every engine."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest

from clairevoie.audit.columns import day_of, given
from clairevoie.audit.counting import count
from clairevoie.audit.model import PlanProblem
from tests.audit.plans import JOURNAL, PLAN, drawn, plan_of, table_of


def days_of(texts: list[str | None]) -> list[date | None]:
    table = table_of(pa.table({"row": range(len(texts)), "day": pa.array(texts, pa.string())}))
    found = table.select("row", day=day_of(table, "day", "period")).order_by("row")
    return found.to_pyarrow().column("day").to_pylist()


def test_every_day_of_the_calendar_is_one_in_both_writings() -> None:
    first = date(1896, 1, 1)
    wanted = [first + timedelta(days=count) for count in range(0, 80_000, 1)]
    assert days_of([str(day) for day in wanted]) == wanted
    assert days_of([day.strftime("%d/%m/%Y") for day in wanted]) == wanted


def test_an_hour_and_spaces_are_left_aside_and_an_empty_text_is_no_day() -> None:
    texts = ["2025-01-31T10:00:00", " 2025-02-01 23:59 ", "", "  ", None]
    assert days_of(texts) == [date(2025, 1, 31), date(2025, 2, 1), None, None, None]


@pytest.mark.parametrize(
    "text",
    [
        *("2025-02-29", "2100-02-29", "2025-04-31", "2025-13-01", "2025-00-10", "2025-01-00"),
        *("31/02/2025", "1/2/2025", "2025-1-2", "20250131", "hier", "0000-01-01", "2025-01-311"),
    ],
)
def test_what_is_no_day_is_told_and_counted(text: str) -> None:
    with pytest.raises(PlanProblem, match="2 rows hold in 'day' no date"):
        days_of(["2025-01-31", text, text, None])


def test_a_period_of_a_journal_whose_dates_are_texts() -> None:
    rows = drawn(200)
    place = rows.column_names.index("jour")
    texts = [day.strftime("%d/%m/%Y") for day in rows.column("jour").to_pylist()]
    plan = plan_of(period="{from: 2025-03-01, until: 2025-03-31}")
    written = rows.set_column(place, "jour", pa.array(texts))
    one, other = (count(JOURNAL, plan, table_of(each)) for each in (rows, written))
    assert (one.rows.tolist(), one.outside) == (other.rows.tolist(), other.outside)


def test_what_is_no_number_is_no_value() -> None:
    table = table_of(pa.table({"value": [1.0, float("nan"), None], "row": [0, 1, 2]}))
    found = table.select("row", given=given(table.value)).order_by("row").to_pyarrow()
    assert found.column("given").to_pylist() == [True, False, False]


def test_what_is_no_number_is_above_no_bound() -> None:
    rows = drawn(100)
    values = [float("nan")] * 40 + [5.0] * 60
    rows = rows.set_column(rows.column_names.index("poids"), "poids", pa.array(values))
    text = PLAN.replace("{column: controle, is: [true]}", "{column: poids, from: 1}")
    cells = count(JOURNAL, plan_of(text), table_of(rows))
    assert cells.sums["hit:controle"].sum() == 60
