"""Results made elsewhere: ours are taken, those that were touched or tell of a few are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clairevoie.audit.cells import Cells
from clairevoie.audit.figures import Figure, Hidden
from clairevoie.audit.model import Compare, Plan
from clairevoie.audit.published import earlier_of, plan_of
from clairevoie.audit.receiving import ResultProblem, read_result, result_schema
from clairevoie.audit.secrecy import hidden_figures
from clairevoie.audit.writing import exact_form, plain
from clairevoie.decisions.schema import schema_problems
from tests.audit.results import as_json, audit_of, public_of, with_levels
from tests.audit.test_secrecy import audits, cells_of, plan_for

Form = dict[str, Any]


def refused(form: Form) -> str:
    """What is said of a result."""
    with pytest.raises(ResultProblem) as found:
        read_result(as_json(form), name="result.json")
    assert all(sentence.startswith("result.json") for sentence in found.value.sentences)
    return "\n".join(found.value.sentences)


def small() -> tuple[Plan, Cells]:
    rows = [[400, 300, 200], [250, 350, 500]]
    return plan_for([2, 3], [(0, 1)]), cells_of(
        [2, 3], rows, of_a=rows, hit_a=[[40, 3, 60], [90, 80, 70]]
    )


def table_of(form: Form, *cut: str) -> Form:
    return next(table for table in form["tables"] if table["cut"] == list(cut))


# --- ours -----------------------------------------------------------------------------------------


@given(audits(), st.sampled_from(["rest", "overall", "pairs"]))
def test_what_we_publish_is_taken(made: tuple[Plan, Cells], compare: Compare) -> None:
    plan, cells = replace(made[0], compare=compare, draws=100), with_levels(made[1])
    hidden = hidden_figures(plan, cells)
    assume(not hidden.exposed)
    form = public_of(plan, cells, hidden)
    assert read_result(as_json(form)) == form


@settings(max_examples=25)
@given(audits())
def test_the_exact_form_has_the_schema_and_is_refused(made: tuple[Plan, Cells]) -> None:
    plan, cells = replace(made[0], draws=100), with_levels(made[1])
    form = json.loads(json.dumps(exact_form(audit_of(plan, cells))))
    assert schema_problems(form, result_schema()) == []
    assert "--exact" in refused(form)


@settings(max_examples=25)
@given(audits())
def test_a_plan_is_read_back_from_its_result(made: tuple[Plan, Cells]) -> None:
    plan, cells = made
    form = json.loads(json.dumps(exact_form(audit_of(replace(plan, draws=100), cells))))
    back = plan_of(form["plan"])
    assert replace(back, draws=plan.draws) == plan
    assert plain(back) | {"groups": 0} == plain(replace(plan, draws=100)) | {"groups": 0}


@settings(max_examples=25)
@given(audits())
def test_the_figures_of_a_result_are_those_that_are_not_hidden(made: tuple[Plan, Cells]) -> None:
    plan, cells = replace(made[0], draws=100), with_levels(made[1])
    hidden = hidden_figures(plan, cells)
    earlier = earlier_of(public_of(plan, cells, hidden))
    assert earlier.figures.keys().isdisjoint(hidden.figures)
    for figure, value in earlier.figures.items():
        cut = cells.cut(figure.cut)
        place = cut.keys().index(figure.keys)
        column = cut.rows if figure.name == "rows" else cut.sums[figure.name]
        assert value == column[place]
    for cut_names in ((), *plan.cuts):
        lines = cells.cut(cut_names)
        for keys in lines.keys():  # noqa: SIM118
            figure = Figure(cut_names, keys, "hit:a")
            line = {Figure(cut_names, keys, name) for name in ("hit:a", "of:a")}
            assert (figure in earlier.figures) == line.isdisjoint(hidden.figures)


# --- told of a few --------------------------------------------------------------------------------


@given(audits(), st.data())
def test_a_small_count_put_back_is_refused(made: tuple[Plan, Cells], data: st.DataObject) -> None:
    plan, cells = replace(made[0], draws=100), with_levels(made[1])
    hidden = hidden_figures(plan, cells)
    few = [
        figure
        for figure in sorted(hidden.figures, key=repr)
        if figure.name == "hit:a" and 0 < value_of(cells, figure) < plan.least
    ]
    assume(few)
    figure = data.draw(st.sampled_from(few))
    shown = hidden.figures - {figure, replace(figure, name="of:a")}
    said = refused(public_of(plan, cells, Hidden(shown)))
    assert "fewer than 11" in said


def value_of(cells: Cells, figure: Figure) -> float:
    cut = cells.cut(figure.cut)
    column = cut.rows if figure.name == "rows" else cut.sums[figure.name]
    return float(column[cut.keys().index(figure.keys)])


@pytest.mark.parametrize("place", range(3))
def test_a_count_that_gives_a_hidden_one_is_refused(place: int) -> None:
    plan, cells = small()
    hidden = hidden_figures(plan, cells)
    beside = sorted(hidden.figures - hidden.first, key=repr)[place]
    assert read_result(as_json(public_of(plan, cells, hidden)))
    said = refused(public_of(plan, cells, Hidden(hidden.figures - {beside})))
    assert (
        "g0 × g1, 'k0' × 'k1': 'hit:a' is not given, and what is given tells that it is 3" in said
    )


def test_what_is_left_of_a_large_count_is_small() -> None:
    rows = [100, 300, 200]
    cells = cells_of([3], rows, of_a=rows, hit_a=[96, 100, 90])
    said = refused(public_of(plan_for([3], []), cells, Hidden()))
    assert "'of:a - hit:a' is 4, fewer than 11" in said


def test_three_of_a_hundred_found_by_taking_groups_from_the_total() -> None:
    rows = [100, 300, 200]
    plan = plan_for([3], [])
    cells = cells_of([3], rows, of_a=rows, hit_a=[3, 100, 90])
    one = frozenset({Figure(("g0",), ("k0",), "hit:a")})
    assert "is not given, and what is given tells that it is 3" in refused(
        public_of(plan, cells, Hidden(one))
    )


def test_many_groups_are_attacked_cut_by_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, cells = small()
    hidden = hidden_figures(plan, cells)
    beside = min(hidden.figures - hidden.first, key=repr)
    monkeypatch.setattr("clairevoie.audit.rechecking.MOST_UNKNOWNS", 5)
    assert read_result(as_json(public_of(plan, cells, hidden)))
    assert "tells that it is 3" in refused(
        public_of(plan, cells, Hidden(hidden.figures - {beside}))
    )


def test_many_levels_cost_no_more_than_their_lines() -> None:
    """Four groups of thirty levels could make 810 000 combinations: three hundred exist."""
    sizes = [30, 30, 30, 30]
    rows = np.zeros(sizes, dtype=int)
    draw = np.random.default_rng(1)
    for place in range(300):
        rows[tuple(draw.integers(0, 30, 4)) if place >= 30 else (place,) * 4] += 40
    plan = replace(plan_for(sizes, [(3, 0, 1, 2)]), draws=100)
    cells = cells_of(sizes, rows, of_a=rows, hit_a=draw.binomial(rows, 0.4))
    form = public_of(plan, cells)
    assert form["left_out"]["figures"]
    assert read_result(as_json(form)) == form


@pytest.mark.parametrize("limit", ["MOST_ALONE", "MOST_TRIES"])
def test_what_is_too_much_to_check_is_not_taken(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, cells = small()
    form = public_of(plan, cells)
    monkeypatch.setattr("clairevoie.audit.rechecking.MOST_UNKNOWNS", 5)
    monkeypatch.setattr(f"clairevoie.audit.rechecking.{limit}", 0)
    assert "ask for fewer groups" in refused(form)


@pytest.mark.parametrize(
    ("preset", "least", "text"),
    [
        ("persons", 5, "nothing on fewer than 11"),
        ("business", 2, "nothing on fewer than 3"),
        ("none", 11, "only a plan that keeps secrecy"),
    ],
)
def test_a_plan_that_asks_for_less_secrecy(preset: Any, least: int, text: str) -> None:
    plan, cells = small()
    form = public_of(plan, cells)
    form["plan"] |= {"secrecy": preset, "least": least}
    assert text in refused(form)


def test_sums_of_weights_are_not_taken() -> None:
    plan, cells = small()
    form = public_of(plan, cells)
    form["plan"]["weights"] = True
    assert "from the journal itself" in refused(form)


# --- touched --------------------------------------------------------------------------------------


def touched(change: Callable[[Form], None]) -> str:
    rows = [[400, 300, 200], [250, 350, 500]]
    plan = replace(plan_for([2, 3], [(0, 1)]), draws=100)
    cells = cells_of([2, 3], rows, of_a=rows, hit_a=[[40, 30, 60], [90, 80, 70]])
    form = public_of(plan, cells)
    assert read_result(as_json(form)) == form
    change(form)
    return refused(form)


def line(form: Form) -> Form:
    found: Form = table_of(form, "g1")["lines"][0]
    return found


def pair(form: Form) -> Form:
    found: Form = table_of(form, "g1")["compared"][0]
    return found


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda form: line(form)["rate"].update(value=0.21), "the rate should be 130 out of 650"),
        (lambda form: line(form)["rate"].update(low=0.1), "not that of the counts"),
        (lambda form: line(form)["rate"].update(low=0.9), "not on both sides"),
        (lambda form: line(form).update(count=129.5), "is no count"),
        (lambda form: line(form).update(count=None), "leave the whole line out"),
        (lambda form: line(form).update(share_hit=0.5), "not its part of the total"),
        (lambda form: line(form).update(bounds=line(form)["rate"]), "leave them out"),
        (lambda form: line(form).update(key=["k9"]), "none of the groups"),
        (lambda form: table_of(form, "g1")["lines"].pop(), "each group once"),
        (lambda form: table_of(form, "g0", "g1")["total"].update(count=371), "should be 371"),
        (lambda form: form.update(rows=1999), "do not go together"),
        (lambda form: form["tables"].pop(), "published whole"),
        (lambda form: form["tables"].append(form["tables"][0]), "twice"),
        (lambda form: pair(form)["difference"].update(value=0.5), "not on both sides"),
        (lambda form: pair(form)["difference"].update(low=-0.5), "not that of the two rates"),
        (lambda form: pair(form).update(p=0.5, adjusted=0.5), "not that of the two rates"),
        (lambda form: pair(form).update(adjusted=0.0), "never under 'p'"),
        (lambda form: pair(form).update(verdict="lower"), "not what the figures say"),
        (lambda form: pair(form).update(verdict="withheld"), "tells something"),
        (lambda form: pair(form).update(key=["k7"]), "not in the table"),
        (lambda form: table_of(form, "g1")["gap"].update(value=0.4), "largest gap"),
        (lambda form: form["plan"].update(written="2025-02-30"), "does not exist"),
        (lambda form: form["plan"].update(intersections=[["g0", "g7"]]), "none of the groups"),
        (lambda form: form["left_out"].update(delays=3), "does not tell all"),
        (lambda form: form["journal"].update(digest="A" * 64), "cannot be taken"),
        (lambda form: form.update(page=1), "'page' is not known"),
        (lambda form: form.pop("tables"), "'tables' is missing"),
        (lambda form: form["plan"]["title"].update(fr="a\0"), "cannot be taken"),
        (lambda form: form.update(outside=3), "fewer than 11"),
    ],
)
def test_a_file_that_was_touched(change: Callable[[Form], None], text: str) -> None:
    assert text in touched(change)


def test_lines_that_do_not_add_up() -> None:
    def add(form: Form) -> None:
        first = line(form)
        wider = public_of(
            replace(plan_for([1], []), draws=100),
            cells_of([1], [660], of_a=[660], hit_a=[130]),
        )["tables"][0]["lines"][0]
        first.update(of=660.0, rate=wider["rate"], share_of=None)

    assert "do not add up" in touched(add)


def test_tables_that_contradict_each_other() -> None:
    other = public_of(
        replace(plan_for([2, 3], [(0, 1)]), draws=100),
        cells_of(
            [2, 3],
            (rows := [[400, 300, 200], [250, 350, 500]]),
            of_a=rows,
            hit_a=[[50, 30, 60], [80, 80, 70]],
        ),
    )

    def mixed(form: Form) -> None:
        form["tables"][-1] = table_of(other, "g0", "g1")

    assert "cannot all be true" in touched(mixed)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"[1]", "no result of an audit"),
        (b"{", "is not JSON"),
        (b"\xff{}", "UTF-8"),
        (b'{"a": 1, "a": 2}', "written twice"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"a": -Infinity}', "is no number"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": ' + b"1" * 40 + b"}", "too large"),
        (b'{"a": "\\ud800"}', "UTF-8"),
        (b"[" * 100_000, "is not JSON"),
        (b" " * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
def test_what_is_no_result(content: bytes, text: str) -> None:
    with pytest.raises(ResultProblem, match=text) as found:
        read_result(content, name="essai.json")
    assert found.value.sentences[0].startswith("essai.json: ")


def test_few_sentences_are_said() -> None:
    plan, cells = small()
    form = public_of(plan, cells)
    form |= {f"key_{index}": 1 for index in range(40)}
    with pytest.raises(ResultProblem) as found:
        read_result(as_json(form))
    assert len(found.value.sentences) == 21
    assert found.value.sentences[-1] == "… and 20 more: correct these first"
