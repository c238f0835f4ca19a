"""Delays, scores and amounts that are published tell of no few: an attacker tries to find them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog  # type: ignore[import-untyped]

from clairevoie.audit.classed import rounded
from clairevoie.audit.classes import DAYS
from clairevoie.audit.differencing import Earlier
from clairevoie.audit.publishing import hidden_of
from clairevoie.audit.receiving import ResultProblem, read_result
from clairevoie.audit.running import Audit, audit
from clairevoie.audit.writing import exact_form, public_form
from clairevoie.decisions.model import Data
from tests.audit.plans import JOURNAL, plan_of

LEAST = 11
Form = dict[str, Any]
PLAN = """
clairevoie: audit-1.0
id: essai
title: {fr: Essai}
question: {fr: Qui attend ?}
journal: essai
written: 2025-12-01
groups:
  - {name: g0, column: g0, label: G}
  - {name: g1, column: g1, label: H}
outcomes:
  - {name: a, label: A, when: [{column: a, is: [true]}]}
delays:
  - {name: attente, label: Attente, from: recu, until: clos, observed: 2025-12-31, limit: 60}
score: {column: note, label: Note, thresholds: [0.25, 0.5], in_force: 0.6}
amounts:
  - {name: paye, label: Payé, column: paye, unit: €}
draws: {number: 100}
"""
HERE = dataclasses.replace(
    JOURNAL, data=Data("parquet", "journal.parquet"), decision="", groups=(), weight=""
)
ALONE = dataclasses.replace(HERE, person=None)


def rows_of(
    places: list[tuple[str, str, int]], seed: int, *, gone: float = 0.0, per_person: int = 1
) -> pa.Table:
    """Rows of some combinations of two groups; ``gone`` is the share of dates, scores… left out."""
    draw = np.random.default_rng(seed)
    first = [one for one, _, many in places for _ in range(many)]
    second = [two for _, two, many in places for _ in range(many)]
    count = len(first)
    start = np.datetime64("2025-01-01", "D") + draw.integers(0, 364, count)
    end = start + draw.geometric(1 / 40, count)
    ended = end <= np.datetime64("2025-12-31", "D")
    return pa.table(
        {
            "reference": [f"R-{row}" for row in range(count)],
            "personne": [f"p{row // per_person}" for row in range(count)],
            "jour": pa.array(start, pa.date32()),
            "g0": first,
            "g1": second,
            "a": draw.random(count) < 0.4,
            "recu": pa.array(start, pa.date32(), mask=draw.random(count) < gone),
            "clos": pa.array(end, pa.date32(), mask=~ended),
            "note": pa.array(np.round(draw.random(count), 2), mask=draw.random(count) < gone),
            "paye": pa.array(draw.gamma(2, 300, count), mask=draw.random(count) < gone),
        }
    )


def audited(rows: pa.Table, folder: Path, journal: Any = HERE, text: str = PLAN) -> Audit:
    pq.write_table(rows, folder / "journal.parquet")
    return audit(journal, plan_of(text), folder)


def public(found: Audit, folder: Path, journal: Any = HERE, earlier: Any = ()) -> Form:
    hidden, _ = hidden_of(journal, found.plan, folder, found.cells, earlier=earlier)
    form: Form = json.loads(json.dumps(public_form(found, hidden), allow_nan=False))
    return form


# --- what a table gives back ----------------------------------------------------------------------


def classes_of(kind: str, table: Form) -> list[tuple[str, str, list[float]]]:
    """For each line of a table, its key, and the rows of each class that its numbers give back."""
    found = []
    for line in table["waits" if kind == "delays" else "groups"]:
        counts: list[float] = []
        if kind == "delays":
            left, before = float(line["files"]), 1.0
            for _, share, _, _, ended in line["curve"]:
                risk = round(ended / (1 - share / before))
                counts += [left - risk, ended]
                left, before = risk - ended, share
            counts.append(left)
        elif kind == "scores":
            above = [line["rows"], *(one["above"] for one in line["thresholds"]), 0]
            counts = [more - fewer for more, fewer in pairwise(above)]
        else:
            counts = [line["rows"]]
        found.append((table["cut"][0], line["key"][0], counts))
    return found


def side_by_side(kind: str, table: Form) -> list[tuple[str, str, list[float]]]:
    """The same, in classes that all lines have: files that ended by the same days."""
    if kind != "delays":
        return classes_of(kind, table)
    found = []
    for line in table["waits"]:
        ended = {step[0]: float(step[4]) for step in line["curve"]}
        counts = [ended.get(day, 0.0) for day in sorted({*DAYS, 60})]
        found.append((table["cut"][0], line["key"][0], [*counts, line["files"] - sum(counts)]))
    return found


def tables(form: Form) -> list[tuple[str, Form]]:
    return [(kind, one) for kind in ("delays", "scores", "amounts") for one in form[kind]]


@st.composite
def places(draw: st.DrawFn) -> list[tuple[str, str, int]]:
    """Two groups, of which some combinations do not exist, or are few: districts of regions."""
    sizes = draw(st.tuples(st.integers(2, 3), st.integers(2, 4)))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    level = draw(st.sampled_from([30, 120, 400]))
    many = chance.poisson(level * chance.gamma(1.0, 1.0, sizes))
    many[chance.random(sizes) < draw(st.sampled_from([0.0, 0.3, 0.6]))] = 0
    few = chance.random(sizes) < draw(st.sampled_from([0.0, 0.2]))
    many[few] = np.minimum(many[few], 5)
    if many.sum() < 20:
        many[0, 0] = 50
    return [(f"k{i}", f"m{j}", int(many[i, j])) for i, j in np.ndindex(*sizes) if many[i, j]]


@settings(max_examples=40)
@given(places(), st.integers(0, 10_000), st.sampled_from([0.0, 0.02, 0.3]), st.booleans())
def test_nothing_on_a_few_is_found(
    made: list[tuple[str, str, int]], seed: int, gone: float, alone: bool
) -> None:
    journal = ALONE if alone else HERE
    with TemporaryDirectory() as folder:
        rows = rows_of(made, seed, gone=gone)
        found = audited(rows, Path(folder), journal)
        form = public(found, Path(folder), journal)
    assert read_result(json.dumps(form).encode()) == form
    levels = {
        item["name"]: [level["key"] for level in item["levels"]] for item in form["plan"]["groups"]
    }
    cells = sorted({(one, two) for one, two, _ in made})
    for kind, table in tables(form):
        lines = classes_of(kind, table)
        assert [key for _, key, _ in lines] == levels[table["cut"][0]]
        for _, key, counts in lines:
            assert all(count == 0 or count >= LEAST for count in counts), (kind, key, counts)
            left = sum(row[table["cut"][0]] == key for row in rows.to_pylist()) - sum(counts)
            assert left == 0 or left >= LEAST
    for kind in ("delays", "scores", "amounts"):
        shown = [line for one in form[kind] for line in side_by_side(kind, one)]
        for aim, bounds in attacked(cells, shown):
            # A count that the equations give is nobody's, or that of enough.
            if bounds[1] - bounds[0] < 0.5:
                assert bounds[0] < 0.5 or bounds[0] > LEAST - 0.5, (kind, aim, bounds)


def attacked(
    cells: list[tuple[str, str]], shown: list[tuple[str, str, list[float]]]
) -> list[tuple[Any, tuple[float, float]]]:
    """What the lines of a delay, score or amount give of every combination, class by class."""
    if not shown:
        return []
    found = []
    for place in range(len(shown[0][2])):
        rows = [[float(key in cell) for cell in cells] for _, key, _ in shown]
        totals = [counts[place] for _, _, counts in shown]
        for index, cell in enumerate(cells):
            aim = np.eye(len(cells))[index]
            ends = []
            for sign in (1, -1):
                solved = linprog(sign * aim, A_eq=rows, b_eq=totals, bounds=(0, None))
                assert solved.status == 0
                ends.append(sign * solved.fun)
            found.append(((place, cell), (ends[0], ends[1])))
    return found


def test_the_attack_finds_what_is_not_protected() -> None:
    """Region k0: district m0, and 5 rows of m1, which is astride."""
    cells = [("k0", "m0"), ("k0", "m1"), ("k1", "m1")]
    lines = [("g0", "k0", [205.0]), ("g0", "k1", [300.0]), ("g1", "m0", [200.0])]
    found = dict(attacked(cells, [*lines, ("g1", "m1", [305.0])]))
    assert found[0, ("k0", "m1")] == pytest.approx((5, 5))


def test_a_district_astride_two_regions(tmp_path: Path) -> None:
    """One of the two groups may be published, not both: their difference is on five."""
    rows = rows_of([("k0", "m0", 300), ("k0", "m1", 5), ("k1", "m1", 400)], 3)
    form = public(audited(rows, tmp_path), tmp_path)
    for kind in ("delays", "scores", "amounts"):
        assert len({one["cut"][0] for one in form[kind]}) <= 1
        assert form["left_out"][kind] >= 1


# --- what is published ----------------------------------------------------------------------------

LARGE = [("f", "x", 900), ("f", "y", 700), ("h", "x", 800), ("h", "y", 600)]


def test_tables_of_a_large_journal(tmp_path: Path) -> None:
    found = audited(rows_of(LARGE, 1, gone=0.1), tmp_path)
    form, exact = public(found, tmp_path), exact_form(found)
    assert read_result(json.dumps(form).encode()) == form
    assert form["left_out"] | {"figures": 0} == dict.fromkeys(form["left_out"], 0)
    assert [len(form[kind]) for kind in ("delays", "scores", "amounts")] == [2, 2, 2]
    for one, other in zip(form["delays"], exact["delays"], strict=True):
        assert {step[0] for wait in one["waits"] for step in wait["curve"]} <= {*DAYS, 60}
        for wait, true in zip(one["waits"], other["waits"], strict=True):
            assert (wait["key"], wait["files"]) == (true["key"], true["files"])
            assert wait["open_files"] is None
            # Classes move little: the share over the limit, and when half had ended.
            assert wait["over"]["value"] == pytest.approx(true["over"]["value"], abs=0.03)
            days = sorted({*DAYS, 60})
            assert wait["median"]["value"] in days
            step = next(day for day in days if day >= true["median"]["value"])
            assert abs(days.index(wait["median"]["value"]) - days.index(step)) <= 1
    for one, other in zip(form["scores"], exact["scores"], strict=True):
        for group, true in zip(one["groups"], other["groups"], strict=True):
            above = {each["value"]: each["above"] for each in true["thresholds"]}
            assert group["thresholds"]
            for each in group["thresholds"]:
                assert each["above"] == above[each["value"]]
                assert each["precision"] is None
    for one, other in zip(form["amounts"], exact["amounts"], strict=True):
        for group, true in zip(one["groups"], other["groups"], strict=True):
            assert group["largest"] is None
            assert group["mean"]["value"] == rounded(true["mean"]["value"], 3)
            assert group["quantiles"] == [rounded(value, 2) for value in true["quantiles"]]


def test_persons_are_counted_not_rows(tmp_path: Path) -> None:
    """Two hundred files of four persons: all are on a few."""
    rows = rows_of([("f", "x", 400), ("h", "x", 200)], 1)
    who = [f"q{row}" for row in range(400)] + [f"z{row % 4}" for row in range(200)]
    rows = rows.set_column(rows.column_names.index("personne"), "personne", pa.array(who))
    form = public(audited(rows, tmp_path), tmp_path)
    assert not any(table["cut"] == ["g0"] for _, table in tables(form))
    alone = public(audited(rows, tmp_path, ALONE), tmp_path, ALONE)
    assert any(table["cut"] == ["g0"] for _, table in tables(alone))


def test_a_few_rows_without_a_score_leave_the_table_out(tmp_path: Path) -> None:
    rows = rows_of(LARGE, 1)
    notes = [None if row < 5 else note for row, note in enumerate(rows["note"].to_pylist())]
    rows = rows.set_column(rows.column_names.index("note"), "note", pa.array(notes))
    form = public(audited(rows, tmp_path), tmp_path)
    assert form["scores"] == []
    assert form["left_out"]["scores"] == 2
    assert form["delays"]


def test_an_amount_that_one_person_dominates(tmp_path: Path) -> None:
    rows = rows_of(LARGE, 1)
    paid = [10.0] * rows.num_rows
    paid[0] = 1e6
    rows = rows.set_column(rows.column_names.index("paye"), "paye", pa.array(paid))
    form = public(audited(rows, tmp_path), tmp_path)
    assert form["amounts"] == []
    assert form["left_out"]["amounts"] == 2


def test_quantiles_of_a_small_group_are_left_out(tmp_path: Path) -> None:
    form = public(audited(rows_of([("f", "x", 60), ("h", "x", 300)], 1), tmp_path), tmp_path)
    table = next(one for one in form["amounts"] if one["cut"] == ["g0"])
    assert [bool(group["quantiles"]) for group in table["groups"]] == [False, True]


def test_they_are_published_once(tmp_path: Path) -> None:
    found = audited(rows_of(LARGE, 1), tmp_path)
    before = Earlier(dataclasses.replace(found.plan, id="avant"), {})
    again = public(found, tmp_path, earlier=[before])
    assert tables(again) == []
    assert again["left_out"]["delays"] == 2
    other = dataclasses.replace(before, plan=dataclasses.replace(before.plan, journal="autre"))
    assert tables(public(found, tmp_path, earlier=[other]))


@pytest.mark.parametrize("line", ["unit: person", "secrecy: {preset: none}"])
def test_what_stands_beside_nothing_alike_is_left_out(tmp_path: Path, line: str) -> None:
    found = audited(rows_of(LARGE, 1), tmp_path, text=f"{PLAN}{line}\n")
    assert tables(public(found, tmp_path)) == []


# --- touched --------------------------------------------------------------------------------------


def wait(form: Form) -> Form:
    found: Form = form["delays"][0]["waits"][0]
    return found


def group(form: Form, kind: str) -> Form:
    found: Form = form[kind][0]["groups"][0]
    return found


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda form: wait(form)["curve"][0].__setitem__(0, 4), "not those of its classes"),
        (lambda form: wait(form)["curve"][0].__setitem__(4, 7), "not that of a number"),
        (lambda form: wait(form)["curve"][0].__setitem__(1, 0.99999), "not that of a number"),
        (lambda form: wait(form)["curve"][0].__setitem__(2, 0.1), "bounds of a curve"),
        (lambda form: wait(form).update(open_files=40), "not how many are open"),
        (lambda form: wait(form).update(files=wait(form)["files"] + 4), "fewer than 11"),
        (lambda form: wait(form)["median"].update(value=2.0), "'median' is not that of the curve"),
        (lambda form: form["delays"][0].update(unknown=3), "'unknown' is 3"),
        (lambda form: form["delays"][0].update(horizon=37), "no limit of a class"),
        (lambda form: form["delays"][0]["waits"].pop(), "each group once"),
        (lambda form: form["delays"][0].update(name="autre"), "not asked by the plan"),
        (lambda form: group(form, "scores")["thresholds"][0].update(above=9), "not that of its"),
        (lambda form: form["scores"][0].update(unknown=2), "fewer than 11"),
        (lambda form: group(form, "amounts").update(largest=900.0), "that of one row"),
        (lambda form: group(form, "amounts").update(total=123456.0), "significant digits"),
        (lambda form: group(form, "amounts").update(rows=5), "fewer than 11"),
        (lambda form: group(form, "amounts")["mean"].update(value=12.0), "not the total"),
    ],
)
def test_a_file_that_was_touched(tmp_path: Path, change: Callable[[Form], None], text: str) -> None:
    form = public(audited(rows_of(LARGE, 1, gone=0.1), tmp_path), tmp_path)
    change(form)
    with pytest.raises(ResultProblem, match=text):
        read_result(json.dumps(form).encode())
