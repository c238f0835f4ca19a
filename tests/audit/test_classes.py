"""Classes that may be published: wide enough, and made of nothing but what was counted."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.audit.classed import amount_form, delay_table, rounded, score_table
from clairevoie.audit.classes import Classed, On, at_least, ends_of
from clairevoie.audit.model import Delay, Limit, Score
from clairevoie.audit.results import AmountTable, Estimate, Paid
from tests.audit.plans import plan_of
from tests.audit.test_histograms import OBSERVED

LEAST = 11


@st.composite
def drawn(draw: st.DrawFn) -> tuple[On, list[list[list[set[int]]]]]:
    """Rows of persons in fine classes: for each line, kind and class, who has a row there."""
    lines, kinds, classes = (
        draw(st.integers(1, 3)),
        draw(st.integers(1, 2)),
        draw(st.integers(1, 8)),
    )
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    people = draw(st.sampled_from([15, 60, 1000]))
    size = (lines, kinds, classes)
    rows = chance.choice([0, 0, 1, 4, 8, 12, 40], size)
    who = [
        [[chance.integers(0, people, many).tolist() for many in k] for k in line] for line in rows
    ]
    most = [
        max(Counter(one for kind in line for some in kind for one in some).values(), default=1)
        for line in who
    ]
    sets = [[[set(some) for some in kind] for kind in line] for line in who]
    persons = np.array([[[len(some) for some in kind] for kind in line] for line in sets])
    return On(rows, persons, np.array(most), LEAST), sets


@given(drawn(), st.one_of(st.none(), st.integers(0, 8)))
def test_each_class_is_nobody_or_enough(
    made: tuple[On, list[list[list[set[int]]]]], kept: int | None
) -> None:
    on, who = made
    kept = None if kept is None or kept >= on.classes - 1 else kept
    ends = ends_of(on, kept)
    assert ends == sorted(set(ends))
    assert all(0 < end < on.classes for end in ends)
    bounds = [0, *ends, on.classes]
    for low, high in pairwise(bounds[:-1]):
        for line in who:
            for kind in line:
                assert len(set().union(*kind[low:high])) not in range(1, LEAST)
    if ends:
        for line in who:
            last = set().union(*(some for kind in line for some in kind[ends[-1] :]))
            assert len(last) not in range(1, LEAST)


@given(drawn())
def test_persons_are_at_least_so_many(made: tuple[On, list[list[list[set[int]]]]]) -> None:
    on, who = made
    found = at_least(on.rows, on.persons, on.most[:, None])
    for line, told in zip(who, found.tolist(), strict=True):
        for kind, many in zip(line, told, strict=True):
            assert many <= len(set().union(*kind))


@given(drawn())
def test_classes_that_are_large_are_kept(made: tuple[On, object]) -> None:
    rows = np.where(made[0].rows > 0, made[0].rows + LEAST, 0)
    alone = On(rows, rows, np.ones(len(rows), dtype=np.int64), LEAST)
    assert ends_of(alone, None) == list(range(1, alone.classes))


def classed(limits: tuple[float, ...], lines: list[list[list[int]]]) -> Classed:
    rows = np.array(lines)
    return Classed(
        ("sexe",),
        limits,
        np.zeros(0, dtype=np.int64),
        {"sexe": rows},
        {"sexe": np.zeros(len(rows), dtype=int)},
    )


def test_a_delay_of_two_classes_by_hand() -> None:
    """200 files: 50 end by day 10, 20 were last seen open by then; of the others 65 by day 30."""
    delay = Delay("attente", {"fr": "A"}, "recu", "clos", OBSERVED, Limit(30))
    found = delay_table(
        plan_of(),
        delay,
        "sexe",
        classed((10, 30), [[[50, 65, 65], [20, 0, 0]]]),
        [("f",)],
        (0, 0, 0),
    )
    assert found is not None
    wait = found.waits[0]
    assert (wait.files, wait.open_files, found.horizon) == (200, None, 30)
    shares = [150 / 200, 150 / 200 * 65 / 130]
    assert [step[0] for step in wait.curve] == [10, 30]
    assert [step[1] for step in wait.curve] == pytest.approx(shares)
    assert wait.over is not None
    assert wait.over.value == pytest.approx(shares[1])
    assert (wait.first_quartile.value, wait.median.value) == (10, 30)
    assert wait.last_quartile.value is None
    # As if the files of a class ended in its middle: 5 and 20.5 days.
    area = 5 + 15.5 * 0.75 + 9.5 * 0.75 * 65 / 130
    assert wait.mean.value == pytest.approx(area)
    nothing = classed((), [[[50], [0]]])
    assert delay_table(plan_of(), delay, "sexe", nothing, [("f",)], (0, 0, 0)) is None


def test_a_score_of_three_bands_by_hand() -> None:
    score = Score("note", {"fr": "N"})
    bands = classed((0.2, 0.5), [[[30, 40, 50]]])
    found = score_table(plan_of(), score, "sexe", bands, [("f",)], np.array([0.2, 0.5, 0.7]))
    assert found is not None
    assert found.deciles == ()
    group = found.groups[0]
    assert [(one.value, one.above) for one in group.thresholds] == [(0.2, 90), (0.5, 50)]
    assert group.thresholds[0].share.value == 0.75
    every = score_table(plan_of(), score, "sexe", bands, [("f",)], np.array([0.2] * 4 + [0.5] * 5))
    assert every is not None
    assert every.groups[0].deciles == (30, 0, 0, 0, 40, 0, 0, 0, 0, 50)
    assert (
        score_table(plan_of(), score, "sexe", classed((), [[[9]]]), [("f",)], np.zeros(9)) is None
    )


def test_an_amount_is_rounded() -> None:
    one = Paid(("f",), 200, 123456.0, Estimate(617.28, 600.4, None), (12.3, 45.6, 78.9), 9876.0)
    table = AmountTable("paye", {"fr": "P"}, {"fr": "€"}, ("sexe",), (one,), 0)
    found = amount_form(table, LEAST, {("f",): 110}).groups[0]
    assert (found.total, found.largest) == (123000.0, None)
    assert found.mean == Estimate(617.0, 600.0, None)
    assert found.quantiles == (12.0, 46.0, 79.0)
    assert amount_form(table, LEAST, {("f",): 109}).groups[0].quantiles == ()


@given(st.floats(-1e12, 1e12), st.integers(1, 4))
def test_rounding_keeps_digits(value: float, digits: int) -> None:
    found = rounded(value, digits)
    assert rounded(found, digits) == found
    assert abs(found - value) <= 10.0 ** (1 - digits) * abs(value)
