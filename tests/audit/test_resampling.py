"""Cells drawn again have the law of rows drawn again."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.audit.intervals import Floats, wilson
from clairevoie.audit.resampling import (
    bootstrap,
    cluster_replicates,
    multinomial_replicates,
    percentiles,
)


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30).filter(any), st.integers(0, 9))
def test_totals_are_kept_and_empty_cells_stay_empty(counts: list[int], seed: int) -> None:
    drawn = multinomial_replicates(counts, 50, generator(seed))
    assert drawn.shape == (50, len(counts))
    assert (drawn.sum(axis=1) == sum(counts)).all()
    assert (drawn[:, np.array(counts) == 0] == 0).all()
    assert (drawn == multinomial_replicates(counts, 50, generator(seed))).all()


def test_the_law_is_that_of_rows() -> None:
    counts = np.array([5, 20, 0, 75])
    rows = np.repeat(np.arange(4), counts)
    picked = generator(1).choice(rows, size=(20_000, 100))
    by_rows = np.stack([(picked == cell).sum(axis=1) for cell in range(4)], axis=1)
    by_cells = multinomial_replicates(counts, 20_000, generator(2))
    assert by_cells.mean(axis=0) == pytest.approx(by_rows.mean(axis=0), abs=0.15)
    assert np.cov(by_cells.T) == pytest.approx(np.cov(by_rows.T), abs=0.7)
    for quantile in (0.025, 0.5, 0.975):
        assert np.quantile(by_cells, quantile, axis=0) == pytest.approx(
            np.quantile(by_rows, quantile, axis=0), abs=1
        )


def test_two_thousand_replicates_of_a_thousand_cells_are_quick() -> None:
    counts = generator().integers(0, 10_000, 1000)
    start = time.process_time()
    multinomial_replicates(counts, 2000, generator())
    assert time.process_time() - start < 2


def first_rate(cells: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return cells[..., 0] / (cells[..., 0] + cells[..., 1])


def test_percentiles_of_a_rate_are_near_its_interval() -> None:
    counts = [120, 380, 40]
    found = bootstrap(counts, multinomial_replicates(counts, 4000, generator()), first_rate)
    expected = wilson(120, 500)
    assert found.estimate == pytest.approx(0.24)
    assert found.low == pytest.approx(float(expected.low), abs=0.006)
    assert found.high == pytest.approx(float(expected.high), abs=0.006)
    assert found.exists == 1


def test_replicates_without_the_measure_are_told() -> None:
    # One row in the group: about 37 % of the draws have nobody of it, and no rate.
    counts = [1, 0, 99]
    found = bootstrap(counts, multinomial_replicates(counts, 4000, generator()), first_rate)
    assert found.exists == pytest.approx(1 - 0.99**100, abs=0.03)
    assert [float(found.low), float(found.high)] == [1, 1]
    none = bootstrap([0, 0, 9], multinomial_replicates([0, 0, 9], 20, generator()), first_rate)
    assert np.isnan([none.estimate, none.low, none.high]).all()
    assert none.exists == 0


@given(st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(np.inf)), min_size=1, max_size=60))
def test_percentiles_are_drawn_values_that_hold_the_level(values: list[float]) -> None:
    low, high, exists = percentiles(values, 0.9)
    assert exists == 1
    assert float(low) in values
    assert float(high) in values
    held = [low <= value <= high for value in values]
    assert np.mean(held) >= 0.9
    assert percentiles([*values, np.nan], 0.9)[:2] == (low, high)


def test_percentiles_by_column() -> None:
    values = np.arange(2001.0)[:, np.newaxis] * [1.0, -1.0]
    low, high, _ = percentiles(values)
    assert low.tolist() == [50, -1950]
    assert high.tolist() == [1950, -50]


def test_persons_alone_are_rows() -> None:
    counts = [30, 70]
    drawn = cluster_replicates(np.eye(2), counts, 20_000, generator())
    assert (drawn.sum(axis=1) == 100).all()
    assert drawn[:, 0].var() == pytest.approx(100 * 0.3 * 0.7, rel=0.05)


def test_persons_with_several_decisions_spread_more() -> None:
    # Ten decisions each, all alike: ten times the variance of rows.
    drawn = cluster_replicates([[10, 0], [0, 10]], [30, 70], 20_000, generator())
    assert drawn[:, 0].var() == pytest.approx(1000 * 0.3 * 0.7 * 10, rel=0.05)
    # Half a weight is a number like another.
    assert cluster_replicates([[0.5]], [4], 3, generator()).tolist() == [[2], [2], [2]]


def test_many_patterns_go_block_by_block() -> None:
    patterns = generator().integers(0, 4, (3000, 5))
    drawn = cluster_replicates(patterns, np.ones(3000, dtype=int), 3000, generator())
    assert drawn.shape == (3000, 5)
    assert drawn.mean(axis=0) == pytest.approx(patterns.sum(axis=0), rel=0.01)
    spread = 3000 * patterns.var(axis=0)
    assert drawn.var(axis=0) == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize("counts", [[], [0, 0], [-1, 2], [0.5, 2], [[1, 2]]])
def test_what_cannot_be_drawn_from_is_refused(counts: list[float]) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        multinomial_replicates(counts, 5, generator())


def test_patterns_and_frequencies_go_together() -> None:
    with pytest.raises(ValueError, match="do not go with 3 frequencies"):
        cluster_replicates([[1, 2], [3, 4]], [1, 2, 3], 5, generator())
    with pytest.raises(ValueError, match="no replicate"):
        percentiles([])
