"""Cells are what counting row by row gives, whatever the engine, the unit or the missing values."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.audit import clusters
from clairevoie.audit.cells import Cells
from clairevoie.audit.counting import count
from clairevoie.audit.model import Plan, PlanProblem
from tests.audit.plans import JOURNAL, PLAN, drawn, plan_of, table_of

Key = tuple[str, ...]
BY_PLACE = """
clairevoie: audit-1.0
id: essai
title: Essai
question: Qui ?
journal: essai
written: 2025-12-01
groups: [{name: lieu, column: lieu, label: Lieu}]
outcomes: [{name: controle, label: Contrôlé, when: [{column: controle, is: [true]}]}]
"""


def by_hand(rows: list[dict[str, Any]]) -> dict[Key, Counter[str]]:
    """The cells, a row at a time."""
    found: dict[Key, Counter[str]] = defaultdict(Counter)
    for row in rows:
        age = row["age"]
        band = "" if age is None else "< 25" if age < 25 else "[25..60)" if age < 60 else ">= 60"
        cell = found[row["sexe"] or "", band, row["lieu"]]
        known = row["erreur"] is not None
        cell["rows"] += 1
        cell["of:controle"] += row["controle"] is not None
        cell["hit:controle"] += bool(row["controle"])
        cell["of:refus"] += row["decision"] is not None
        cell["hit:refus"] += row["decision"] == "refus"
        cell["known"] += known
        cell["true"] += row["erreur"] == 1
        cell["said"] += known and bool(row["controle"])
        cell["both"] += row["erreur"] == 1 and bool(row["controle"])
    return found


def as_counters(cells: Cells) -> dict[Key, Counter[str]]:
    return {
        key: Counter(
            {"rows": int(cells.rows[index])}
            | {name: round(float(column[index])) for name, column in cells.sums.items()}
        )
        for index, key in enumerate(cells.keys())
    }


@given(st.integers(30, 300), st.integers(0, 2**16))
def test_cells_are_what_counting_by_hand_gives(many: int, seed: int) -> None:
    rows = drawn(many, seed)
    assert as_counters(count(JOURNAL, plan_of(), table_of(rows))) == by_hand(rows.to_pylist())


@given(st.integers(30, 300), st.integers(0, 2**16))
def test_a_cut_adds_cells_up(many: int, seed: int) -> None:
    cells = count(JOURNAL, plan_of(), table_of(drawn(many, seed)))
    for names in (("sexe",), ("age", "lieu"), ("lieu", "sexe"), ()):
        cut = cells.cut(names)
        assert cut.total == cells.total
        wanted: dict[Key, int] = defaultdict(int)
        for key, rows in zip(cells.keys(), cells.rows.tolist(), strict=True):
            wanted[tuple(key[cells.names.index(name)] for name in names)] += rows
        assert dict(zip(cut.keys(), cut.rows.tolist(), strict=True)) == dict(wanted)
        for name, column in cells.sums.items():
            assert cut.sums[name].sum() == column.sum()


def test_levels_come_in_their_order_and_the_missing_last() -> None:
    cells = count(JOURNAL, plan_of(), table_of(drawn(500)))
    assert cells.levels == (("f", "h", ""), ("< 25", "[25..60)", ">= 60", ""), ("nord", "sud"))


def test_rows_out_of_the_period_are_counted_apart() -> None:
    rows = drawn(400)
    plan = plan_of(period="{from: 2025-03-01, until: 2025-03-31}")
    march = sum(day.month == 3 for day in rows.column("jour").to_pylist())
    cells = count(JOURNAL, plan, table_of(rows))
    assert (cells.total, cells.outside) == (march, 400 - march)


def test_by_person_someone_hit_once_is_hit() -> None:
    rows = drawn(400)
    # One place each: that of the person's name.
    who = [row["personne"] or row["reference"] for row in rows.to_pylist()]
    places = ["nord" if sum(name.encode()) % 2 else "sud" for name in who]
    rows = rows.set_column(rows.column_names.index("lieu"), "lieu", pa.array(places))
    text = BY_PLACE + "unit: person\n"
    cells = count(JOURNAL, plan_of(text), table_of(rows))
    hit: dict[tuple[str, str], bool] = defaultdict(bool)
    for place, name, row in zip(places, who, rows.to_pylist(), strict=True):
        hit[place, name] |= bool(row["controle"])
    for (key,), total, many in zip(
        cells.keys(), cells.rows.tolist(), cells.sums["hit:controle"].tolist(), strict=True
    ):
        mine = [value for (place, _name), value in hit.items() if place == key]
        assert (total, many) == (len(mine), sum(mine))


def test_a_person_who_would_count_in_two_groups_is_not_counted_twice() -> None:
    rows = drawn(400)
    with pytest.raises(PlanProblem) as caught:
        count(JOURNAL, plan_of(BY_PLACE + "unit: person\n"), table_of(rows))
    several = defaultdict(set)
    for row in rows.to_pylist():
        several[row["personne"] or row["reference"]].add(row["lieu"])
    many = sum(len(places) > 1 for places in several.values())
    assert f"{many:,} persons have several values of 'lieu'" in str(caught.value)
    assert caught.value.places == ("groups.lieu",)


def test_right_and_wrong_are_not_counted_by_person() -> None:
    with pytest.raises(PlanProblem, match="right or wrong is said of a decision"):
        count(JOURNAL, plan_of(unit="person"), table_of(drawn(50)))


@settings(max_examples=15)  # some forty queries each
@given(st.integers(30, 300), st.integers(0, 2**16))
def test_clusters_are_counted_for_each_cut_by_itself(many: int, seed: int) -> None:
    """Sums over persons, of each line and of all out of it, as counting by hand gives them."""
    rows = drawn(many, seed)
    cells = count(JOURNAL, plan_of(unit="cluster"), table_of(rows))
    assert cells.total == many
    flags: dict[str, Callable[[dict[str, Any]], tuple[int, int]]] = {
        "rate:controle": lambda row: (row["controle"] is not None, bool(row["controle"])),
        "false_positive": lambda row: (row["erreur"] == 0, row["erreur"] == 0 and row["controle"]),
    }
    spots = {"sexe": 0, "age": 1, "lieu": 2}
    bands = {None: "", 0: "< 25", 1: "[25..60)", 2: ">= 60"}
    for cut, sums in cells.clusters.items():
        for measure, flag in flags.items():
            own: dict[Key, Counter[str]] = defaultdict(Counter)
            hits: dict[Key, Counter[str]] = defaultdict(Counter)
            for row in rows.to_pylist():
                key = (row["sexe"] or "", bands[_band(row["age"])], row["lieu"])
                line = tuple(key[spots[name]] for name in cut)
                who = row["personne"] or f"row {row['reference']}"
                of, hit = flag(row)
                own[line][who] += int(of)
                hits[line][who] += int(bool(hit))
            people = {who for line in own.values() for who in line}
            for place, line in enumerate(cells.cut(cut).keys()):
                for prefix, lines in (("", [line]), ("rest_", [one for one in own if one != line])):
                    n = np.array([sum(own[one][who] for one in lines) for who in people])
                    x = np.array([sum(hits[one][who] for one in lines) for who in people])
                    wanted = (np.count_nonzero(n), n @ n, n @ x, x @ x)
                    assert wanted == tuple(
                        sums[f"{prefix}{name}:{measure}"][place]
                        for name in ("persons", "nn", "nx", "xx")
                    )


def test_persons_read_a_few_at_a_time_give_the_same_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = table_of(drawn(500))
    whole = count(JOURNAL, plan_of(unit="cluster"), rows).clusters
    monkeypatch.setattr(clusters, "AT_ONCE", 60)
    parted = count(JOURNAL, plan_of(unit="cluster"), rows).clusters
    assert whole.keys() == parted.keys()
    for cut, sums in whole.items():
        for name, column in sums.items():
            assert column.tolist() == parted[cut][name].tolist()


def _band(age: int | None) -> int | None:
    return None if age is None else (age >= 25) + (age >= 60)


def test_weights_are_added_with_their_squares() -> None:
    rows = drawn(300)
    cells = count(JOURNAL, plan_of(weights="true"), table_of(rows))
    weight = np.array(rows.column("poids").to_pylist())
    given = rows.column("controle").to_pylist()
    hit = np.array([bool(one) for one in given])
    known = np.array([one is not None for one in given])
    assert cells.total == 300
    assert cells.sums["hit:controle"].sum() == pytest.approx(weight[hit].sum(), rel=1e-12)
    assert cells.sums["squares:of:controle"].sum() == pytest.approx(
        (weight[known] ** 2).sum(), rel=1e-12
    )


def test_spaces_around_a_key_make_no_group() -> None:
    rows = drawn(100)
    words = [None if word is None else f" {word} " for word in rows.column("sexe").to_pylist()]
    spaced = rows.set_column(
        rows.column_names.index("sexe"),
        "sexe",
        pa.array(words[:50] + rows.column("sexe").to_pylist()[50:]),
    )
    plan = plan_of()
    assert as_counters(count(JOURNAL, plan, table_of(spaced))) == as_counters(
        count(JOURNAL, plan, table_of(rows))
    )


# --- plans that do not fit ------------------------------------------------------------------------


def refused(plan: Plan, rows: pa.Table | None = None, **journal: Any) -> str:
    with pytest.raises(PlanProblem) as caught:
        count(
            dataclasses.replace(JOURNAL, **journal),
            plan,
            table_of(drawn(300) if rows is None else rows),
        )
    return "\n".join(
        f"{place}: {text}"
        for place, text in zip(caught.value.places, caught.value.sentences, strict=True)
    )


def test_a_missing_column_is_told() -> None:
    said = refused(plan_of(PLAN.replace("column: lieu", "column: commune")))
    assert said == "conditions.lieu: the journal has no column 'commune': check its name"


def test_a_group_of_too_many_values_is_told() -> None:
    said = refused(plan_of(PLAN.replace("column: lieu", "column: reference")))
    assert said == "groups.lieu: 'reference' has 300 values: give bands, or name a column of fewer"


def test_a_number_with_decimals_needs_bands() -> None:
    said = refused(plan_of(PLAN.replace("column: lieu", "column: poids")))
    assert "'poids' has numbers with decimals: give bands" in said


def test_outcomes_that_nobody_knows_are_told() -> None:
    rows = drawn(50)
    place = rows.column_names.index("decision")
    rows = rows.set_column(place, "decision", pa.nulls(50, pa.string()))
    said = refused(plan_of(), rows)
    assert said == "outcomes.refus: could happen to nobody: decision is given in no row"


def test_an_empty_period_is_told() -> None:
    assert "no decision" in refused(plan_of(period="{from: 2031-01-01}"))


def test_an_empty_journal_is_told() -> None:
    assert "no decision" in refused(plan_of(), drawn(300).slice(0, 0))


def test_a_value_of_another_type_is_told() -> None:
    said = refused(plan_of(PLAN.replace("erreur, is: [1]", "erreur, is: [oui]")))
    assert "of type whole number" in said


@pytest.mark.parametrize(
    ("changes", "journal", "said"),
    [
        ({"unit": "person"}, {"person": None}, "does not say who is concerned"),
        ({"weights": "true"}, {"weight": ""}, "no column of weights"),
        ({"weights": "true", "unit": "cluster"}, {}, "'decision' only"),
        ({}, {"id": "autre"}, "not for 'autre'"),
    ],
)
def test_a_plan_for_another_journal_is_refused(
    changes: dict[str, str], journal: dict[str, Any], said: str
) -> None:
    assert said in refused(plan_of(**changes), **journal)


def test_a_table_of_a_database_gives_the_same_cells(tmp_path: Path) -> None:
    rows = drawn(300)
    with duckdb.connect(str(tmp_path / "journal.duckdb")) as connection:
        connection.register("drawn", rows)
        connection.execute("create table journal as select * from drawn")
    stored = ibis.duckdb.connect(tmp_path / "journal.duckdb", read_only=True).table("journal")
    assert as_counters(count(JOURNAL, plan_of(), stored)) == by_hand(rows.to_pylist())
