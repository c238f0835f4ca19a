"""Persons of small figures: exact, and the same whatever rows are looked at first."""

from __future__ import annotations

import dataclasses
from collections import defaultdict

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.audit.counting import count
from clairevoie.audit.figures import Figure
from clairevoie.audit.persons import persons_of_small_figures
from clairevoie.audit.secrecy import hidden_figures
from tests.audit.plans import BY_PERSON, JOURNAL, drawn, plan_of, settled, table_of


def band(age: int | None) -> str:
    if age is None:
        return ""
    return "< 25" if age < 25 else "[25..60)" if age < 60 else ">= 60"


def by_hand(rows: pa.Table) -> dict[Figure, set[str]]:
    """Persons of every figure and of some parts, row by row."""
    found: dict[Figure, set[str]] = defaultdict(set)
    for row in rows.to_pylist():
        who = f"row {row['reference']}" if row["personne"] is None else row["personne"]
        sex, age = row["sexe"] or "", band(row["age"])
        hit, known, wrong = row["controle"] is True, row["erreur"] is not None, row["erreur"] == 1
        flags = {
            "rows": True,
            "of:controle": row["controle"] is not None,
            "hit:controle": hit,
            "of:controle - hit:controle": row["controle"] is False,
            "rows - of:controle": row["controle"] is None,
            "hit:refus": row["decision"] == "refus",
            "known": known,
            "true": wrong,
            "both": wrong and hit,
            "true - both": wrong and not hit,
            "known - true - said + both": known and not wrong and not hit,
            "hit:controle - said": hit and not known,
        }
        for cut, keys in (
            ((), ()),
            (("sexe",), (sex,)),
            (("age",), (age,)),
            (("sexe", "age"), (sex, age)),
        ):
            for name, flag in flags.items():
                if flag:
                    found[Figure(cut, keys, name)].add(who)
    return found


@settings(max_examples=25)
@given(st.integers(1, 1500), st.integers(0, 10_000), st.sampled_from([10**6, 100, 5]))
def test_persons_are_those_counted_by_hand(rows: int, seed: int, enough: int) -> None:
    table, plan = drawn(rows, seed), plan_of()
    people = by_hand(table)
    if not any(figure.name == "of:controle" for figure in people):
        return
    try:
        cells = count(JOURNAL, plan, table_of(table))
    except ValueError:
        return  # an outcome that could happen to nobody
    found = persons_of_small_figures(JOURNAL, plan, table_of(table), cells, enough=enough)
    assert found is not None
    names = {figure.name for figure in people}
    small = {figure: len(who) for figure, who in people.items() if len(who) < plan.least}
    assert {f: many for f, many in found.items() if f.name in names} == small


def test_two_hundred_decisions_on_three_people() -> None:
    table, plan = drawn(4000), plan_of()
    sexes, who = table["sexe"].to_pylist(), table["personne"].to_pylist()
    who = [
        f"one{row % 3}" if sex is None else name
        for row, (sex, name) in enumerate(zip(sexes, who, strict=True))
    ]
    table = table.set_column(table.column_names.index("personne"), "personne", pa.array(who))
    cells = count(JOURNAL, plan, table_of(table))
    persons = persons_of_small_figures(JOURNAL, plan, table_of(table), cells, enough=500)
    assert persons is not None
    figure = Figure(("sexe",), ("",), "rows")
    assert persons[figure] == 3
    assert figure in hidden_figures(plan, cells, persons=persons).first
    assert figure not in hidden_figures(plan, cells).first


def test_of_a_journal_without_persons_each_row_is_one() -> None:
    journal = dataclasses.replace(JOURNAL, person=None)
    table, plan = drawn(100), plan_of()
    cells = count(journal, plan, table_of(table))
    assert persons_of_small_figures(journal, plan, table_of(table), cells) is None


@pytest.mark.parametrize("unit", ["cluster", "person"])
def test_other_units(unit: str) -> None:
    by_person = unit == "person"
    table = settled(drawn(2000)) if by_person else drawn(2000)
    plan = plan_of(BY_PERSON) if by_person else plan_of(unit=unit)
    cells = count(JOURNAL, plan, table_of(table))
    persons = persons_of_small_figures(JOURNAL, plan, table_of(table), cells)
    assert persons
    assert max(persons.values()) < plan.least
    assert not hidden_figures(plan, cells, persons=persons).exposed


def test_by_person_those_who_were_never_hit_are_few() -> None:
    """Three persons of a hundred were never hit; of the others, many a decision did not hit."""
    rows = [(f"p{who}", who >= 3 and time == 0) for who in range(100) for time in range(3)]
    count_of = len(rows)
    table = drawn(count_of)
    for name, column in (
        ("personne", [who for who, _ in rows]),
        ("controle", [hit for _, hit in rows]),
        ("sexe", ["f"] * count_of),
        ("age", [30] * count_of),
        ("lieu", ["nord"] * count_of),
    ):
        place = table.column_names.index(name)
        table = table.set_column(place, name, pa.array(column, table.schema.field(name).type))
    plan = plan_of(BY_PERSON)
    cells = count(JOURNAL, plan, table_of(table))
    persons = persons_of_small_figures(JOURNAL, plan, table_of(table), cells)
    hidden = hidden_figures(plan, cells, persons=persons)
    cut = cells.cut(["sexe"])
    assert cut.sums["of:controle"][0] - cut.sums["hit:controle"][0] < plan.least
    assert not hidden.shows(("sexe",), ("f",), "of:controle", "hit:controle")
