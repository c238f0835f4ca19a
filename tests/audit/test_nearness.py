"""Figures of which one contains another by groups and filters together: the few are not told."""

from __future__ import annotations

import dataclasses
import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clairevoie.audit.columns import band_keys
from clairevoie.audit.containment import filters_of
from clairevoie.audit.differencing import Earlier
from clairevoie.audit.figures import Figure
from clairevoie.audit.model import Plan
from clairevoie.audit.nearness import hidden_for, near
from clairevoie.audit.published import earlier_of, figures_of
from clairevoie.audit.publishing import BesideProblem, hidden_of
from clairevoie.audit.receiving import ResultProblem, read_result
from clairevoie.audit.running import audit
from clairevoie.audit.secrecy import hidden_figures
from clairevoie.audit.writing import public_form
from tests.audit.plans import drawn, plan_of
from tests.audit.test_secrecy_nested import BY_SEX, HEAD, HERE, outcome

BY_AGE = "groups: [{{name: age, column: age, label: Age, bands: {bands}}}]\n"
BY_PLACE = "groups: [{name: lieu, column: lieu, label: Lieu}]\n"
AGES = tuple(range(20, 28))


def rows_of(counts: dict[tuple[int, str, str, bool], int]) -> pa.Table:
    kinds = [kind for kind, many in counts.items() for _ in range(many)]
    rows = drawn(len(kinds))
    for place, name in enumerate(("age", "sexe", "lieu", "controle")):
        kind = rows.schema.field(name).type
        column = pa.array([one[place] for one in kinds], kind)
        rows = rows.set_column(rows.column_names.index(name), name, column)
    return rows


def few_of_22_to_24() -> pa.Table:
    counts: dict[tuple[int, str, str, bool], int] = {}
    for sex, place, hit in product("fh", "abc", (True, False)):
        counts |= {(21, sex, place, hit): 40, (30, sex, place, hit): 60}
    return rows_of(counts | {(23, "f", "a", True): 3, (24, "h", "b", False): 2})


def published(folder: Path, rows: pa.Table, text: str, *earlier: Any, name: str = "un") -> Any:
    pq.write_table(rows, folder / "journal.parquet")
    plan = plan_of(HEAD.format(name=name) + text)
    found = audit(HERE, plan, folder)
    before = [earlier_of(one) for one in earlier]
    hidden, _ = hidden_of(HERE, plan, folder, found.cells, earlier=before)
    return json.loads(json.dumps(public_form(found, hidden)))


def test_a_line_and_an_outcome_do_not_tell_who_is_between(tmp_path: Path) -> None:
    text = BY_AGE.format(bands=[22]) + "outcomes:\n" + outcome("a") + outcome("b", "age, under: 25")
    form = published(tmp_path, few_of_22_to_24(), text)
    shown = figures_of(plan_of(HEAD.format(name="un") + text), form)
    line = shown.get(Figure(("age",), ("< 22",), "of:a"))
    assert line is None or Figure((), (), "of:b") not in shown
    assert read_result(json.dumps(form).encode()) == form


def test_a_file_that_tells_them_is_refused(tmp_path: Path) -> None:
    text = BY_AGE.format(bands=[22]) + "outcomes:\n" + outcome("a") + outcome("b", "age, under: 25")
    pq.write_table(few_of_22_to_24(), tmp_path / "journal.parquet")
    plan = plan_of(HEAD.format(name="un") + text)
    found = audit(HERE, plan, tmp_path)
    careless = hidden_figures(plan, found.cells)
    form = json.loads(json.dumps(public_form(found, careless)))
    with pytest.raises(ResultProblem, match=r"'of:b', 485 .* contains 'of:a', 480"):
        read_result(json.dumps(form).encode())


def test_nor_do_an_earlier_line_and_a_later_outcome(tmp_path: Path) -> None:
    rows = few_of_22_to_24()
    text = BY_AGE.format(bands=[22]) + "outcomes:\n" + outcome("a")
    before = published(tmp_path, rows, text)
    text = BY_PLACE + "outcomes:\n" + outcome("b", "age, under: 25")
    after = published(tmp_path, rows, text, before, name="deux")
    shown = figures_of(plan_of(HEAD.format(name="deux") + text), after)
    assert Figure((), (), "of:b") not in shown
    assert shown
    # What was made without looking at the first is not received beside it.
    alone = published(tmp_path, rows, text, name="deux")
    with pytest.raises(ResultProblem, match="in the audit 'un'"):
        read_result(json.dumps(alone).encode(), beside=lambda _: [earlier_of(before)])


def test_an_outcome_asked_of_one_group_is_its_line(tmp_path: Path) -> None:
    """« c » has 10 hit: it is hidden, and another with it, not one that an outcome still tells."""
    counts = {(21, sex, place, hit): 40 for sex, place, hit in product("fh", "ab", (True, False))}
    rows = rows_of(counts | {(21, "f", "c", True): 10, (21, "f", "c", False): 30})
    text = BY_PLACE + "outcomes:\n" + outcome("a") + outcome("b", "lieu, is: [b]")
    shown = figures_of(plan_of(HEAD.format(name="un") + text), published(tmp_path, rows, text))
    told = [
        one
        for one in (Figure(("lieu",), ("a",), "hit:a"), Figure(("lieu",), ("b",), "hit:a"))
        if one in shown
    ]
    assert Figure(("lieu",), ("c",), "hit:a") not in shown
    assert Figure((), (), "hit:a") not in shown or Figure(("lieu",), ("a",), "hit:a") not in told


ASKED = (
    "",
    "age, under: 22",
    "age, under: 25",
    "age, from: 21",
    "sexe, is: [f]",
    "lieu, is: [a, b]",
)
CUTS = (
    BY_SEX,
    BY_PLACE,
    BY_AGE.format(bands=[22]),
    BY_AGE.format(bands=[22, 24]),
    "groups: [{name: lieu, column: lieu, label: L}, {name: sexe, column: sexe, label: S}]\n"
    "intersections: [[lieu, sexe]]\n",
)


def seen(plan: Plan, figures: dict[Figure, float], kinds: list[Any]) -> list[np.ndarray]:
    """Which kinds of rows each figure is of."""
    places = {"age": 0, "sexe": 1, "lieu": 2, "controle": 3}

    def passes(kind: Any, one: Any) -> bool:
        value = kind[places[one.column]]
        word = str(value).lower() if isinstance(value, bool) else str(value)
        return (
            (not one.values or word in one.values)
            and (one.low is None or value >= one.low)
            and (one.high is None or value < one.high)
        )

    def level(name: str, kind: Any) -> str:
        item = plan.group(name)
        value = kind[places[item.column]]
        if not item.bands:
            return str(value)
        rank = sum(value >= band for band in item.bands)
        return band_keys(item.bands)[rank]

    counts = filters_of(plan)
    return [
        np.array(
            [
                all(passes(kind, one) for one in counts[figure.name])
                and all(
                    level(name, kind) == key
                    for name, key in zip(figure.cut, figure.keys, strict=True)
                )
                for kind in kinds
            ],
            dtype=np.float64,
        )
        for figure in figures
    ]


@pytest.mark.parametrize("seed", range(12))
def test_no_sums_and_differences_of_two_audits_give_a_few(tmp_path: Path, seed: int) -> None:
    """Attack: whatever interval of ages, sex, places, outcome that both span, none is on a few."""
    draw = np.random.default_rng(seed)
    kinds = list(product(AGES, "fh", "abc", (True, False)))
    by_age = draw.choice([0.05, 0.3, 1, 3], size=len(AGES))
    by_place = np.array([1, *draw.choice([0.03, 0.3, 1], size=2)])
    many = {
        kind: int(draw.poisson(30 * by_age[kind[0] - 20] * by_place["abc".index(kind[2])]))
        for kind in kinds
    }
    rows = rows_of(many)
    masks: list[np.ndarray] = []
    forms: list[Any] = []
    for name in ("un", "deux"):
        text = CUTS[draw.integers(len(CUTS))] + "outcomes:\n"
        for one in ("a", "b")[: int(draw.integers(1, 3))]:
            text += outcome(one, ASKED[draw.integers(len(ASKED))])
        try:
            form = published(tmp_path, rows, text, *forms, name=name)
        except BesideProblem:
            continue
        read_result(json.dumps(form).encode(), beside=lambda _: [earlier_of(one) for one in forms])
        plan = plan_of(HEAD.format(name=name) + text)
        masks += seen(plan, figures_of(plan, form), kinds)
        forms.append(form)
    _, sizes, basis = np.linalg.svd(np.array(masks), full_matrices=False)
    basis = basis[sizes > 1e-9 * sizes.max()]
    counts = np.array(list(many.values()))
    for low, high in product(range(20, 28), range(21, 29)):
        for sexes, places, hits in product(
            ("f", "h", "fh"),
            ("a", "b", "c", "ab", "ac", "bc", "abc"),
            ((True,), (False,), (True, False)),
        ):
            target = np.array(
                [
                    low <= age < high and sex in sexes and place in places and hit in hits
                    for age, sex, place, hit in kinds
                ],
                dtype=np.float64,
            )
            if 0 < target @ counts < 11:
                assert np.abs(target - (target @ basis.T) @ basis).max() > 1e-8


def test_what_lies_between_a_count_and_its_own_lines_is_left_to_them() -> None:
    plan = plan_of(HEAD.format(name="un") + BY_SEX + "outcomes:\n" + outcome("a"))
    values = {Figure((), (), "of:a"): 100.0, Figure(("sexe",), ("f",), "of:a"): 95.0}
    assert near(plan, values) == ()
    [one] = near(
        plan,
        {Figure(("sexe",), ("f",), "of:a"): 95.0},
        [Earlier(dataclasses.replace(plan, id="deux"), {Figure((), (), "of:a"): 100.0})],
    )
    assert one.between == 5
    assert hidden_for([one]) == ({Figure(("sexe",), ("f",), "of:a"): -1}, ())
