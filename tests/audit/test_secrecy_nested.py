"""Counts that contain others, in one audit and between two: the few between them are not told."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.audit.containment import containing, contains
from clairevoie.audit.counting import count
from clairevoie.audit.figures import Figure, Hidden
from clairevoie.audit.model import Filter, When
from clairevoie.audit.overlaps import overlaps
from clairevoie.audit.published import earlier_of
from clairevoie.audit.publishing import BesideProblem, hidden_of
from clairevoie.audit.receiving import ResultProblem, read_result
from clairevoie.audit.running import audit
from clairevoie.audit.secrecy import hidden_figures
from clairevoie.audit.writing import public_form
from clairevoie.decisions.model import Data
from tests.audit.plans import JOURNAL, drawn, plan_of, table_of

HERE = dataclasses.replace(JOURNAL, data=Data("parquet", "journal.parquet"), person=None, weight="")
HEAD = """
clairevoie: audit-1.0
id: {name}
title: Essai
question: Qui ?
journal: essai
written: 2025-12-01
"""
BY_SEX = "groups: [{name: sexe, column: sexe, label: Sexe}]\n"


def outcome(name: str, among: str = "") -> str:
    asked = f", among: [{{column: {among}}}]" if among else ""
    return f"  - {{name: {name}, label: {name}, when: [{{column: controle, is: [true]}}]{asked}}}\n"


def young_and_old() -> pa.Table:
    """1 500 people of 24, 3 of 25, 1 497 of 26, with their band and their sex in other columns."""
    draw = np.random.default_rng(3)
    age = [24] * 1500 + [25] * 3 + [26] * 1497
    rows = drawn(3000)
    sexe = ["f", "h"] * 1500
    hit = (draw.random(3000) < 0.3).tolist()
    hit[1500:1503] = [True, False, True]
    for name, values in (
        ("age", age),
        ("sexe", sexe),
        ("lieu", ["f" if sex == "f" else "m" for sex in sexe]),
        ("controle", hit),
        ("erreur", [int(one < 25) for one in age]),
        ("poids", [float(one) for one in age]),
    ):
        kind = rows.schema.field(name).type
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(values, kind))
    return rows


def published(folder: Path, text: str, *earlier: Any, name: str = "un") -> dict[str, Any]:
    """The public form of an audit of the journal, beside earlier ones."""
    if not (folder / "journal.parquet").exists():
        pq.write_table(young_and_old(), folder / "journal.parquet")
    plan = plan_of(HEAD.format(name=name) + text)
    found = audit(HERE, plan, folder)
    hidden, _ = hidden_of(
        HERE, plan, folder, found.cells, earlier=[earlier_of(one) for one in earlier]
    )
    return json.loads(json.dumps(public_form(found, hidden)))


def shown(form: dict[str, Any], measure: str) -> dict[tuple[str, ...], tuple[Any, Any]]:
    """What is shown of a measure, by line of every table, and all together."""
    found = {}
    for table in form["tables"]:
        if table["measure"] == measure:
            for line in (table["total"], *table["lines"]):
                found[(*table["cut"], *line["key"])] = line["count"], line["of"]
    return found


def told_between(one: dict[Any, tuple[Any, Any]], other: dict[Any, tuple[Any, Any]]) -> list[int]:
    """The differences, from 1 to 10, that two measures show between them."""
    return [
        abs(mine - its)
        for key in one.keys() & other.keys()
        for mine, its in zip(one[key], other[key], strict=True)
        if mine is not None and its is not None and 0 < abs(mine - its) < 11
    ]


def test_an_outcome_within_another_does_not_tell_who_is_between(tmp_path: Path) -> None:
    text = BY_SEX + "outcomes:\n" + outcome("a", "age, under: 25") + outcome("b", "age, under: 26")
    form = published(tmp_path, text)
    a, b = shown(form, "rate:a"), shown(form, "rate:b")
    assert any(None not in line for line in (*a.values(), *b.values()))
    assert not told_between(a, b)
    assert read_result(json.dumps(form).encode()) == form


def test_a_file_that_tells_who_is_between_two_outcomes_is_refused(tmp_path: Path) -> None:
    pq.write_table(young_and_old(), tmp_path / "journal.parquet")
    text = BY_SEX + "outcomes:\n" + outcome("a", "age, under: 25") + outcome("b", "age, under: 26")
    plan = plan_of(HEAD.format(name="un") + text)
    found = audit(HERE, plan, tmp_path)
    # As it was published by whoever did not look at what one outcome contains of another.
    careless = hidden_figures(
        dataclasses.replace(
            plan,
            outcomes=tuple(
                dataclasses.replace(one, among=(Filter(f"age{rank}", given=True),))
                for rank, one in enumerate(plan.outcomes)
            ),
        ),
        found.cells,
    )
    form = json.loads(json.dumps(public_form(found, careless)))
    with pytest.raises(ResultProblem, match="of:b - of:a' is 3, fewer than 11"):
        read_result(json.dumps(form).encode())


def test_an_outcome_within_another_by_another_column_is_seen_in_the_journal(
    tmp_path: Path,
) -> None:
    """Nothing in the plan says that who has 'erreur' is under 25: the rows do."""
    text = BY_SEX + "outcomes:\n" + outcome("a", "erreur, is: [1]") + outcome("b", "age, under: 26")
    form = published(tmp_path, text)
    assert not told_between(shown(form, "rate:a"), shown(form, "rate:b"))


@pytest.mark.parametrize("width", [(25, 26), (26, 25)])
def test_nor_do_two_audits_with_one_outcome_each(tmp_path: Path, width: tuple[int, int]) -> None:
    one, other = (BY_SEX + "outcomes:\n" + outcome("a", f"age, under: {limit}") for limit in width)
    before = published(tmp_path, one)
    after = published(tmp_path, other, before, name="deux")
    assert any(None not in line for line in shown(before, "rate:a").values())
    assert not told_between(shown(before, "rate:a"), shown(after, "rate:a"))


def test_the_same_split_by_another_column_is_the_same_split(tmp_path: Path) -> None:
    """What the first hides to hide a few is not shown by the second under other names."""
    few = young_and_old()
    place = few.column_names.index("sexe")
    sexe = ["x"] * 5 + few.column("sexe").to_pylist()[5:]
    few = few.set_column(place, "sexe", pa.array(sexe))
    few = few.set_column(
        few.column_names.index("lieu"), "lieu", pa.array([f"L{one}" for one in sexe])
    )
    pq.write_table(few, tmp_path / "journal.parquet")
    outcomes = "outcomes:\n" + outcome("a")
    before = published(tmp_path, BY_SEX + outcomes)
    by_code = BY_SEX.replace("name: sexe, column: sexe", "name: code, column: lieu")
    after = published(tmp_path, by_code + outcomes, before, name="deux")
    gone = {key for key, (_count, of) in shown(before, "rate:a").items() if of is None}
    assert {key[1][-1:] for key in gone if key} >= {"x"}
    assert gone
    assert {key for key, (_count, of) in shown(after, "rate:a").items() if of is None} == {
        ("code", f"L{key[1]}") for key in gone
    }


def test_nearly_the_same_split_by_another_column_is_refused(tmp_path: Path) -> None:
    outcomes = "outcomes:\n" + outcome("a")
    before = published(
        tmp_path, "groups: [{name: age, column: age, label: Age, bands: [25]}]\n" + outcomes
    )
    again = "groups: [{name: poids, column: poids, label: P, bands: [26]}]\n" + outcomes
    with pytest.raises(BesideProblem, match="together single out fewer than 11") as caught:
        published(tmp_path, again, before, name="deux")
    assert "isolent ensemble moins de 11 personnes" in caught.value.texts[0]["fr"]
    # The very same people under another name are no new cut.
    same = again.replace("bands: [26]", "bands: [25]")
    assert published(tmp_path, same, before, name="deux")["tables"]


def test_what_the_journal_tells_is_found_in_its_rows() -> None:
    rows = young_and_old()
    text = BY_SEX + "outcomes:\n" + outcome("a", "erreur, is: [1]") + outcome("b", "age, under: 26")
    plan = plan_of(HEAD.format(name="un") + text)
    cells = count(HERE, plan, table_of(rows))
    found = {part.name for part in overlaps(HERE, plan, table_of(rows), cells)}
    assert "of:b - of:a" in found
    assert "hit:b - hit:a" in found


def test_a_result_made_elsewhere_is_set_beside_what_is_public(tmp_path: Path) -> None:
    """Each made alone can be taken; the second with the first tells of the three between them."""
    one, other = (
        BY_SEX + "outcomes:\n" + outcome("a", f"age, under: {limit}") for limit in (25, 26)
    )
    first, second = published(tmp_path, one), published(tmp_path, other, name="deux")
    content = json.dumps(second).encode()
    assert read_result(content) == second
    with pytest.raises(ResultProblem, match="already published: fewer than 11 apart"):
        read_result(content, beside=lambda _form: [earlier_of(first)])
    # The same plan again tells nothing more.
    again = json.dumps(first).encode()
    assert read_result(again, beside=lambda _form: [earlier_of(first)]) == first


def test_what_two_results_hide_in_turn_is_found(tmp_path: Path) -> None:
    """One hides a small place and 'nord', the other the small place and 'sud'."""
    rows = young_and_old()
    places = ["petit"] * 5 + ["nord"] * 1495 + ["sud"] * 1500
    rows = rows.set_column(rows.column_names.index("lieu"), "lieu", pa.array(places))
    pq.write_table(rows, tmp_path / "journal.parquet")
    text = "groups: [{name: lieu, column: lieu, label: L}]\noutcomes:\n" + outcome("a")
    plan = plan_of(HEAD.format(name="un") + text)
    found = audit(HERE, plan, tmp_path)
    forms = []
    for beside in ("nord", "sud"):
        figures = frozenset(
            Figure(("lieu",), (place,), name)
            for place in ("petit", beside)
            for name in ("rows", "of:a", "hit:a")
        )
        forms.append(json.loads(json.dumps(public_form(found, Hidden(figures)))))
    first, second = forms
    content = json.dumps(second).encode()
    assert read_result(content) == second
    with pytest.raises(ResultProblem, match="is not given, and what is given tells"):
        read_result(content, beside=lambda _form: [earlier_of(first)])


# --- filters --------------------------------------------------------------------------------------

NUMBERS = st.integers(0, 4)
FILTERS = st.one_of(
    st.builds(
        lambda column, values: Filter(column, values=tuple(sorted({str(one) for one in values}))),
        st.sampled_from("ab"),
        st.lists(NUMBERS, min_size=1, max_size=3),
    ),
    st.builds(
        lambda column, low, high: Filter(
            column,
            low=None if low is None else Decimal(low),
            high=Decimal(high),
        ),
        st.sampled_from("ab"),
        st.none() | NUMBERS,
        NUMBERS,
    ),
    st.builds(
        lambda column, given: Filter(column, given=given), st.sampled_from("ab"), st.booleans()
    ),
)
WHENS = st.lists(FILTERS, max_size=3).map(tuple)


def passes(when: When, row: dict[str, int | None]) -> bool:
    for one in when:
        value = row[one.column]
        if one.given is not None and one.given != (value is not None):
            return False
        if one.values and (value is None or str(value) not in one.values):
            return False
        if one.low is not None and (value is None or value < one.low):  # type: ignore[operator]
            return False
        if one.high is not None and (value is None or value >= one.high):  # type: ignore[operator]
            return False
    return True


@given(WHENS, WHENS)
def test_what_contains_does(outer: When, inner: When) -> None:
    if not contains(outer, inner):
        return
    values = [None, 0, 1, 2, 3, 4]
    for a in values:
        for b in values:
            row = {"a": a, "b": b}
            assert passes(outer, row) or not passes(inner, row)


def test_days_and_numbers_are_not_mixed() -> None:
    day, number = Filter("a", low=date(2025, 1, 1)), Filter("a", low=Decimal(3))
    assert not contains((day,), (number,))
    assert contains((day,), (Filter("a", values=("2025-03-01",)),))
    assert contains((Filter("a", low=date(2024, 1, 1)),), (day,))


def test_only_neighbours_are_paired() -> None:
    filters: dict[str, When] = {
        "all": (),
        "wide": (Filter("a", high=Decimal(30)),),
        "narrow": (Filter("a", high=Decimal(25)),),
        "twin": (Filter("a", high=Decimal(25)),),
    }
    assert set(containing(filters)) == {("all", "wide"), ("wide", "narrow"), ("wide", "twin")}
