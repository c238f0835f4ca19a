"""The interval of the largest gap holds it, where groups are alike too."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.audit.intervals import Floats, newcombe, quantile
from clairevoie.audit.ranges import (
    MOST_GROUPS,
    Rates,
    bounds_of_lowest,
    departures,
    distances,
    generator_of,
    highest,
    largest_interval,
    lowest_at,
    rates_of,
)
from clairevoie.audit.resampling import Counts, multinomial_replicates, percentiles

EQUAL = np.full(20, 0.1)
CASES = [
    ([200] * 20, [EQUAL]),
    ([50, 400], [np.array([0.1, 0.2])]),
    ([400, 400], [np.array([0.1, 0.1])]),
    ([400, 400], [np.array([0.1, 0.13])]),
    ([400, 400, 400], [np.array([0.1, 0.3, 0.3])]),
    ([5, 8, 200], [np.array([0.05, 0.1, 0.1])]),
    ([100, 300, 80], [np.array([0.6, 0.5, 0.4]), np.array([0.1, 0.12, 0.11])]),
    ([60] * 40, [np.linspace(0.1, 0.3, 40)]),
    ([300, 20, 150], [np.array([0.02, 0.02, 0.02]), np.array([0.9, 0.95, 0.9])]),
]


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def drawn(sizes: list[int], rates: list[Floats], rng: np.random.Generator) -> list[Rates]:
    return [rates_of(rng.binomial(sizes, rate), sizes) for rate in rates]


@pytest.mark.parametrize(("sizes", "rates"), CASES)
def test_it_holds_the_true_gap_as_often_as_it_says(sizes: list[int], rates: list[Floats]) -> None:
    rng, truth, many = generator(7), max(np.ptp(rate) for rate in rates), 200
    held = 0
    for _ in range(many):
        low, high = largest_interval(drawn(sizes, rates, rng), replicates=300, rng=rng)
        held += bool(low - 1e-12 <= truth <= high + 1e-12)
    # Nominally 95 %: 200 draws are under 92 % once in forty at that.
    assert held / many >= 0.92


def test_percentiles_would_never_hold_that_groups_are_alike() -> None:
    """Why the interval is not made of percentiles of the largest gap."""
    rng, sizes = generator(1), np.full(20, 200)
    for _ in range(20):
        hits = rng.binomial(sizes, 0.1)
        rows = multinomial_replicates(np.concatenate([hits, sizes - hits]), 400, rng)
        again = rows[:, :20] / (rows[:, :20] + rows[:, 20:])
        low, _, _ = percentiles(np.ptp(again, axis=1))
        assert low > 0.04
        assert largest_interval([rates_of(hits, sizes)], replicates=400, rng=rng)[0] < 0.02


def test_cells_drawn_again_have_the_law_of_rows() -> None:
    """Rows of two measures, each with its group: drawn one by one, and as cells."""
    rng = generator(3)
    first = rates_of([12, 30, 8], [60, 90, 25])
    second = rates_of([5, 50], [40, 80])
    cells = np.concatenate(
        [side for one in (first, second) for side in (one.count, one.of - one.count)]
    )
    rows = np.repeat(np.arange(len(cells)), cells.astype(int))
    by_rows = np.empty(4000)
    for place in range(len(by_rows)):
        again = np.bincount(rng.choice(rows, size=len(rows)), minlength=len(cells))
        by_rows[place] = max(
            _apart(first, again[0:3], again[3:6]), _apart(second, again[6:8], again[8:10])
        )
    by_cells = departures([first, second], 4000, rng)
    for share in (0.1, 0.5, 0.9, 0.975):
        assert np.quantile(by_cells, share) == pytest.approx(np.quantile(by_rows, share), rel=0.06)


def _apart(one: Rates, hits: Counts, others: Counts) -> float:
    """The same, pair by pair."""
    away = hits / (hits + others) - one.count / one.of
    share = (one.count + 1) / (one.of + 2)
    variance = share * (1 - share) / (one.of + 2)
    return max(
        abs(away[i] - away[j]) / np.sqrt(variance[i] + variance[j])
        for i in range(len(away))
        for j in range(i)
    )


def test_with_many_groups_the_distance_is_no_less() -> None:
    sizes = generator(4).integers(20, 400, 40)
    one = rates_of(generator(5).binomial(sizes, 0.3), sizes)
    told = departures([one], 50, generator(6))
    rows = multinomial_replicates(np.concatenate([one.count, one.of - one.count]), 50, generator(6))
    exact = np.array([_apart(one, row[:40], row[40:]) for row in rows])
    assert (told >= exact - 1e-9).all()
    assert told.mean() < 1.15 * exact.mean()


@given(
    st.lists(
        st.integers(0, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 5),
)
def test_it_holds_the_gap_and_lies_between_one_pair_and_bonferroni(
    counts: list[tuple[int, int]], seed: int
) -> None:
    one = rates_of(*np.array(counts).T)
    low, high = largest_interval([one], replicates=100, rng=generator(seed))
    if len(one.of) < 2:
        assert np.isnan([low, high]).all()
        return
    assert 0 <= low <= np.ptp(one.count / one.of) <= high <= 1
    least, most = bounds_of_lowest([one], 0.95)
    assert least <= low <= most
    assert (low, high) == largest_interval([one], replicates=100, rng=generator(seed))


def test_two_groups_need_no_draw() -> None:
    low, high = largest_interval([rates_of([10, 60], [100, 200])], replicates=1, rng=generator())
    pair = newcombe(60, 200, 10, 100)
    assert low == pytest.approx(float(pair.low))
    assert high == pytest.approx(float(pair.high))
    assert distances([rates_of([1, 2], [9, 9])], 0.95) == (quantile(0.95), quantile(0.95))


def test_groups_without_rows_take_no_part() -> None:
    with_none = rates_of([10, 0, 60], [100, 0, 200])
    assert with_none.of.tolist() == [100, 200]
    assert highest([with_none], 0.95) == highest([rates_of([10, 60], [100, 200])], 0.95)
    assert lowest_at([with_none], 6) == 0


def test_too_many_groups_have_no_interval() -> None:
    many = rates_of(np.ones(MOST_GROUPS + 1), np.full(MOST_GROUPS + 1, 9))
    assert np.isnan(largest_interval([many], replicates=9, rng=generator())).all()


def test_the_same_figure_of_the_same_plan_has_the_same_draws() -> None:
    one = generator_of("ab", 1, "gap", "sexe")
    assert one.integers(2**60) == generator_of("ab", 1, "gap", "sexe").integers(2**60)
    others = [("ac", 1, "gap", "sexe"), ("ab", 2, "gap", "sexe"), ("ab", 1, "gap", "age")]
    assert len({generator_of(*each).integers(2**60) for each in others} | {0}) == 4
