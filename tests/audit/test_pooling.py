"""Small cells do not shout, large ones keep their rate, empty ones have what is foreseen."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.audit.pooling import partial_pooling

# B. Efron, C. Morris, JASA 70 (1975), 311-319, table 1: hits in the first 45 times at bat of
# eighteen players in 1970, and the share of hits in the rest of the season.
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
SEASON = np.array(
    [
        *(0.346, 0.298, 0.276, 0.222, 0.273, 0.270, 0.263, 0.210, 0.269),
        *(0.230, 0.264, 0.256, 0.303, 0.264, 0.226, 0.286, 0.316, 0.200),
    ]
)


def test_baseball() -> None:
    found = partial_pooling(HITS, np.full(18, 45))
    assert found.prior == pytest.approx(np.full(18, HITS.sum() / 810), abs=1e-3)
    # Total squared error 0.0755 for their own rates, 0.0214 for James and Stein's (Efron and
    # Morris 1975): so far from the one, so near the other.
    assert ((found.raw - SEASON) ** 2).sum() == pytest.approx(0.0755, abs=1e-4)
    assert ((found.rate - SEASON) ** 2).sum() < 0.025
    # James and Stein draw 0.400 to 0.294 and 0.156 to 0.242 (B. Efron, Large-Scale Inference,
    # 2010, table 1.1); the precision here is a little more careful.
    assert found.rate[0] == pytest.approx(0.294, abs=0.02)
    assert found.rate[-1] == pytest.approx(0.242, abs=0.02)
    inside = (found.low <= SEASON) & (found.high >= SEASON)
    assert inside.sum() >= 17


CODES = np.array(list(itertools.product(range(3), range(4), range(2), range(2))))
TRUTH = 1 / (1 + np.exp(2 - 0.5 * CODES[:, 0] + 0.3 * CODES[:, 1] - 0.4 * CODES[:, 2]))


def draw(seed: int, most: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    of = rng.integers(0, most, len(CODES))
    return rng.binomial(of, TRUTH), of


def test_small_cells_do_not_shout() -> None:
    raw_errors, errors = [], []
    for seed in range(20):
        count, of = draw(seed)
        found = partial_pooling(count, of, CODES)
        filled = of > 0
        raw_errors.append(((found.raw - TRUTH)[filled] ** 2).mean())
        errors.append(((found.rate - TRUTH)[filled] ** 2).mean())
    assert np.mean(errors) < np.mean(raw_errors) / 5


def test_bounds_cover() -> None:
    covered = []
    rng = np.random.default_rng(1)
    for seed in range(40):
        # Main effects do not say all: cells vary around them.
        truth = rng.beta(40 * TRUTH, 40 * (1 - TRUTH))
        of = rng.integers(1, 80, len(CODES))
        found = partial_pooling(np.random.default_rng(seed).binomial(of, truth), of, CODES)
        covered.append((found.low <= truth) & (truth <= found.high))
    assert np.mean(covered) == pytest.approx(0.95, abs=0.03)


def test_a_large_cell_is_hardly_moved() -> None:
    count, of = draw(3)
    of[7], count[7] = 1_000_000, 600_000
    found = partial_pooling(count, of, CODES)
    assert found.rate[7] == pytest.approx(0.6, abs=1e-3)
    assert found.kept[7] > 0.99
    # Nor does it alone say what the others are foreseen to be.
    others = np.delete(np.arange(len(of)), 7)
    assert np.abs(found.prior - TRUTH)[others].max() < 0.25


def test_an_empty_cell_gets_what_is_foreseen() -> None:
    count, of = draw(4, most=400)
    of[5] = count[5] = 0
    found = partial_pooling(count, of, CODES)
    assert np.isnan(found.raw[5])
    assert np.isnan(found.pulled[5])
    assert found.kept[5] == 0
    assert found.rate[5] == pytest.approx(found.prior[5])
    assert found.prior[5] == pytest.approx(TRUTH[5], abs=0.06)
    assert 0 < found.low[5] < found.rate[5] < found.high[5] < 1


def test_main_effects_are_foreseen() -> None:
    # Additive on the logit scale: nothing is left to the cells, which borrow much.
    of = np.full(len(CODES), 2000)
    count = np.random.default_rng(2).binomial(of, TRUTH)
    found = partial_pooling(count, of, CODES)
    assert found.prior == pytest.approx(TRUTH, abs=0.015)
    assert found.worth > 1000
    # A crossing that main effects do not see is left to the cells.
    crossed = np.where(CODES[:, 2] == CODES[:, 3], 0.1, 0.4)
    found = partial_pooling(np.random.default_rng(2).binomial(of, crossed), of, CODES)
    assert found.worth < 100
    assert found.rate == pytest.approx(crossed, abs=0.04)


CELLS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted), min_size=1, max_size=12
).filter(lambda cells: any(of for _, of in cells))


@given(CELLS, st.integers(0, 5))
@settings(max_examples=50)
def test_rates_lie_between_the_cells_own_and_the_foreseen(
    cells: list[list[int]], seed: int
) -> None:
    count, of = np.array(cells).T
    codes = np.random.default_rng(seed).integers(0, 3, (len(cells), 2))
    found = partial_pooling(count, of, codes)
    filled = of > 0
    least = np.fmin(found.raw, found.prior)
    most = np.fmax(found.raw, found.prior)
    assert ((least - 1e-12 <= found.rate) & (found.rate <= most + 1e-12)).all()
    assert ((found.low < found.rate) & (found.rate < found.high)).all()
    assert ((found.low >= 0) & (found.high <= 1)).all()
    assert (found.pulled[filled] == (found.rate - found.raw)[filled]).all()
    assert found.kept == pytest.approx(of / (of + found.worth))
    # The order of cells and the names of levels do not matter.
    turn = np.random.default_rng(seed + 1).permutation(len(cells))
    again = partial_pooling(count[turn], of[turn], 7 - codes[turn])
    assert again.rate == pytest.approx(found.rate[turn], abs=1e-4)


def test_nobody_hit_is_not_nobody_ever() -> None:
    found = partial_pooling([0, 0, 0], [3, 4, 0], [[0], [1], [2]])
    assert (found.high > 0.3).all()
    assert (found.rate < 0.1).all()
    alone = partial_pooling([1], [1])
    assert 0.5 < alone.rate[0] < 1
    assert alone.low[0] < 0.5


def test_a_level_that_nobody_has_is_foreseen_as_the_others_and_unsure() -> None:
    count, of = [10, 0, 30, 12, 0, 28], [100, 0, 100, 100, 0, 100]
    codes = [[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [2, 1]]
    found = partial_pooling(count, of, codes)
    assert 0.13 < found.rate[1] < 0.23
    assert found.low[1] < 0.01
    assert found.high[1] > 0.9
    swapped = partial_pooling(count, of, [[(code + 1) % 3, other] for code, other in codes])
    assert swapped.rate == pytest.approx(found.rate, abs=1e-4)


def test_what_cannot_be_pooled_is_refused() -> None:
    with pytest.raises(ValueError, match="not all empty"):
        partial_pooling([0, 0], [0, 0])
    with pytest.raises(ValueError, match="do not go with 2 cells"):
        partial_pooling([1, 1], [2, 2], [0, 1])
    with pytest.raises(ValueError, match="is no share"):
        partial_pooling([3], [2])
