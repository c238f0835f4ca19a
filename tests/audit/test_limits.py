"""Limits of days, of hours and of calendar months: who waited longer, file by file."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.audit.classed import delay_table
from clairevoie.audit.classes import DAYS, delay_classes
from clairevoie.audit.counting import count
from clairevoie.audit.histograms import count_delays
from clairevoie.audit.limits import MOST, ends_of_classes, limit_of
from clairevoie.audit.model import Limit, Plan, PlanProblem
from clairevoie.audit.spans import delay_tables
from clairevoie.obligations.calendar import add_months
from tests.audit.plans import JOURNAL, PLAN, drawn, plan_of, table_of

OBSERVED = date(2025, 3, 10)
MONTH, HOURS = Limit(1, "month"), Limit(48, "hour")


def at(*parts: int) -> datetime:
    """Return an hour as clocks show it: of no time zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[arg-type,misc]


def plan_with(limit: str) -> Plan:
    delays = "[{name: a, label: Attente, from: debut, until: fin, observed: 2025-03-10, limit: %s}]"
    return plan_of(PLAN, delays=delays % limit)


def rows_of(starts: list[Any], ends: list[Any]) -> pa.Table:
    rows = drawn(len(starts))
    place = rows.column_names.index("sexe")
    rows = rows.set_column(place, "sexe", pa.array(["f", "h"] * (len(starts) // 2)))
    return rows.append_column("debut", pa.array(starts)).append_column("fin", pa.array(ends))


def over(rows: pa.Table, plan: Plan) -> dict[str, tuple[int, float | None]]:
    """Return the files of each sex, and the share of them that waits more than the limit."""
    counts = count_delays(JOURNAL, plan, table_of(rows), plan.delays[0])
    table = delay_tables(plan, counts)[0]
    found = {}
    for wait in table.waits:
        assert wait.over is not None
        found[wait.key[0]] = (wait.files, wait.over.value)
    return found


@pytest.mark.parametrize(
    ("raw", "limit"),
    [
        (30, Limit(30)),
        ("30 days", Limit(30)),
        ("30 jours", Limit(30)),
        ("48 h", HOURS),
        ("48 heures", HOURS),
        ("48h", HOURS),
        ("1 month", MONTH),
        ("1 mois", MONTH),
        ("3 months", Limit(3, "month")),
    ],
)
def test_a_limit_is_written_in_days_hours_or_months(raw: int | str, limit: Limit) -> None:
    assert limit_of(raw) == limit
    assert limit_of(limit.written) == limit
    assert plan_with(str(raw)).delays[0].limit == limit


@pytest.mark.parametrize("raw", ["un mois", "2 weeks", "0 h", "h", "3000 h", "1.5 month"])
def test_what_is_no_limit_is_told(raw: str) -> None:
    with pytest.raises(PlanProblem) as caught:
        plan_with(f'"{raw}"')
    [sentence] = caught.value.sentences
    assert (
        "is no limit: write a number of days" in sentence
        or "at most 2400" in sentence
        or ("at least 1" in sentence)
    )
    assert "delays" in caught.value.places[0]


def test_a_month_is_from_date_to_date() -> None:
    """Code de procédure civile, article 641: the same day, else the last of the month."""
    pairs = [
        (date(2025, 1, 15), date(2025, 2, 15), False),
        (date(2025, 1, 15), date(2025, 2, 16), True),
        (date(2025, 1, 31), date(2025, 2, 28), False),
        (date(2025, 1, 31), date(2025, 3, 1), True),
        (date(2024, 1, 31), date(2024, 2, 29), False),
        (date(2025, 2, 1), date(2025, 3, 1), False),
        (date(2025, 2, 1), date(2025, 3, 2), True),
        (date(2024, 12, 31), date(2025, 1, 31), False),
    ]
    starts, ends, late = (
        list(one) for one in zip(*(p for p in pairs for _ in range(2)), strict=True)
    )
    share = sum(late) / len(late)
    assert over(rows_of(starts, ends), plan_with("1 mois")) == {"f": (8, share), "h": (8, share)}


def test_48_hours_are_counted_to_the_second() -> None:
    start = at(2025, 1, 1, 23, 30)
    gaps = [47 * 3600, 48 * 3600, 48 * 3600 + 1, 96 * 3600]
    ends = [start + timedelta(seconds=gap) for gap in gaps for _ in range(2)]
    rows = rows_of([start] * 8, ends)
    assert over(rows, plan_with("48 h")) == {"f": (4, 0.5), "h": (4, 0.5)}
    words = [end.strftime("%Y-%m-%d %H:%M:%S") for end in ends]
    texts = rows_of(["2025-01-01T23:30"] * 8, words)
    assert over(texts, plan_with("48 h")) == {"f": (4, 0.5), "h": (4, 0.5)}


def test_a_file_still_open_waits_to_the_end_of_the_last_day() -> None:
    """Of four that begin at noon, one ended; one is past 48 h at midnight, two are not yet."""
    days = [date(2025, 3, 1), date(2025, 3, 8), date(2025, 3, 9), date(2025, 3, 9)]
    starts = [datetime.combine(day, time(12)) for day in days for _ in range(2)]
    ends = [at(2025, 3, 1, 13)] * 2 + [None] * 6
    counts = count_delays(
        JOURNAL, plan_with("48 h"), table_of(rows_of(starts, ends)), plan_with("48 h").delays[0]
    )
    cells = counts.cells.cut(("step", "closed"))
    steps = {key: int(many) for key, many in zip(cells.keys(), cells.rows, strict=True)}
    assert steps == {("1", "True"): 2, ("36", "False"): 4, ("49", "False"): 2}
    found = over(rows_of(starts, ends), plan_with("48 h"))
    assert found["f"][0] == 4
    assert found["f"][1] == pytest.approx(0.75)


def test_hours_need_hours() -> None:
    day = rows_of([date(2025, 1, 1)] * 4, [date(2025, 1, 2)] * 4)
    with pytest.raises(
        PlanProblem, match=r"delays\.a: the column 'debut' holds days without hours"
    ):
        over(day, plan_with("48 h"))
    text = rows_of(["2025-01-01 10:00"] * 4, ["2025-01-02", "2025-01-02 12:00Z"] * 2)
    with pytest.raises(PlanProblem, match=r"4 rows hold in 'fin' no hour such as"):
        over(text, plan_with("48 h"))


def files(seed: int, many: int, hours: int = 300) -> tuple[list[datetime], list[datetime]]:
    """Return when files begin and end."""
    draw = np.random.default_rng(seed)
    begun = [
        at(2024, 12, 20) + timedelta(seconds=int(second))
        for second in draw.integers(0, 80 * 86_400, many)
    ]
    waits = (int(3600 * wait) for wait in draw.exponential(hours, many))
    return begun, [one + timedelta(seconds=wait) for one, wait in zip(begun, waits, strict=True)]


def is_past(limit: Limit, start: datetime, end: datetime) -> bool:
    if limit.unit == "hour":
        return end - start > timedelta(hours=limit.number)
    if limit.unit == "month":
        return end.date() > add_months(start.date(), limit.number)
    return (end.date() - start.date()).days > limit.number


@given(st.integers(0, 2**16), st.sampled_from(["48 h", "30 h", "500 h", "1 month", "2 months"]))
def test_the_share_over_a_limit_is_counted_file_by_file(seed: int, raw: str) -> None:
    """Where every file was followed past the limit, or ended, the share is a plain one."""
    limit = limit_of(raw)
    begun, ends = files(seed, 80)
    plan = plan_with(raw)
    plan = replace(plan, delays=(replace(plan.delays[0], observed=date(2030, 1, 1)),))
    late: Counter[str] = Counter()
    for place, (first, last) in enumerate(zip(begun, ends, strict=True)):
        late["fh"[place % 2]] += is_past(limit, first, last)
    found = over(rows_of(begun, ends), plan)
    for sex in "fh":
        assert found[sex][1] == pytest.approx(late[sex] / 40)


@given(
    st.integers(1, 400),
    st.sampled_from(["day", "hour", "month"]),
    st.datetimes(at(2020, 1, 1), at(2026, 1, 1)),
    st.integers(0, 40_000_000),
)
def test_no_class_is_across_a_limit(number: int, unit: Any, start: datetime, after: int) -> None:
    limit = Limit(min(number, MOST[unit]), unit)
    start = start.replace(microsecond=0)
    end = start + timedelta(seconds=after)
    days = (end.date() - start.date()).days
    past = is_past(limit, start, end)
    if days <= limit.surely:
        assert not past
    if days > limit.last:
        assert past
    ends = ends_of_classes(limit, DAYS)
    assert ends == sorted(set(ends))
    assert limit.last in ends


@pytest.mark.parametrize("raw", ["48 h", "1 month", "60"])
def test_the_public_share_over_a_limit_is_that_of_its_classes(raw: str) -> None:
    """Nobody is left open here: both are plain shares, and the class ends at the limit."""
    rows = rows_of(*files(3, 12_000, 900))
    plan = plan_with(raw)
    plan = replace(plan, delays=(replace(plan.delays[0], observed=date(2030, 1, 1)),))
    cells = count(JOURNAL, plan, table_of(rows)).cut([item.name for item in plan.groups])
    found = delay_classes(JOURNAL, plan, table_of(rows), plan.delays[0], cells)
    table = delay_table(plan, plan.delays[0], "sexe", found, [("f",), ("h",)], (None, None, None))
    assert table is not None
    exact = over(rows, plan)
    for wait in table.waits:
        assert wait.over is not None
        assert wait.over.value == pytest.approx(exact[wait.key[0]][1])
