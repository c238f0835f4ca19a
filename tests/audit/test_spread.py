"""The largest gap between identical groups is not 0, and each group is compared with the rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.audit.corrections import equal_rates
from clairevoie.audit.intervals import miettinen_nurminen_ratio, newcombe
from clairevoie.audit.spread import against_rest, compare, largest_gap, rest


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_twenty_identical_groups_show_a_gap() -> None:
    # Twenty groups of 200 at 10 %: the normal range of twenty is 3.735 standard deviations of 2.12
    # points (L. H. C. Tippett, Biometrika 17 (1925), 364-387), which is 7.9.
    found = largest_gap([20] * 20, [200] * 20, replicates=20_000, rng=generator())
    assert found.gap == 0
    assert found.p == 1
    assert found.expected == pytest.approx(0.079, abs=0.001)
    assert 0.10 < found.usual < 0.13
    # What chance alone shows is not found to be much.
    drawn = generator(1).binomial(200, 0.1, size=20)
    assert largest_gap(drawn, [200] * 20, replicates=4000, rng=generator()).p > 0.05


def test_it_keeps_its_level() -> None:
    rng = generator(3)
    sizes = np.array([40, 60, 100, 300])
    p = [
        largest_gap(rng.binomial(sizes, 0.2), sizes, replicates=199, rng=rng).p for _ in range(400)
    ]
    assert np.mean(np.array(p) <= 0.1) == pytest.approx(0.1, abs=0.04)


def test_a_real_gap_is_found_with_its_groups() -> None:
    count, of = [20, 0, 60, 21, 0], [200, 0, 200, 210, 100]
    found = largest_gap(count, of, replicates=999, rng=generator())
    assert (found.lowest, found.highest) == (4, 2)
    assert found.gap == pytest.approx(0.3)
    assert found.p == 1 / 1000
    assert found.expected < found.usual < found.gap
    assert found.null.shape == (999,)


def test_two_groups_are_fishers_test() -> None:
    from scipy.stats import hypergeom  # type: ignore[import-untyped]

    found = largest_gap([9, 4], [13, 14], replicates=50_000, rng=generator())
    gaps = np.array([abs(x / 13 - (13 - x) / 14) for x in range(14)])
    chance = hypergeom.pmf(np.arange(14), 27, 13, 13)
    assert found.expected == pytest.approx((gaps * chance).sum(), abs=0.002)
    assert found.p == pytest.approx(chance[gaps >= found.gap - 1e-12].sum(), abs=0.005)


def test_more_groups_have_a_larger_gap_by_chance() -> None:
    expected = [
        largest_gap([10] * k, [100] * k, replicates=2000, rng=generator()).expected
        for k in (2, 5, 20)
    ]
    assert expected == sorted(expected)
    assert expected[0] < expected[2] / 2


def test_fewer_than_two_groups_have_no_gap() -> None:
    for count, of in (([], []), ([3], [9]), ([3, 0], [9, 0])):
        found = largest_gap(count, of, replicates=9, rng=generator())
        assert np.isnan([found.gap, found.expected, found.p]).all()
        assert (found.lowest, found.highest) == (-1, -1)


def test_a_thousand_million_rows() -> None:
    found = largest_gap([10**9, 10**9], [10**10, 10**10], replicates=2000, rng=generator())
    assert found.expected == pytest.approx(2 / np.sqrt(np.pi) * 3e-6, rel=0.1)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=6))
@settings(max_examples=30)
def test_each_against_the_rest(groups: list[tuple[int, int]]) -> None:
    count = np.array([min(group) for group in groups])
    of = np.array([max(group) for group in groups])
    found = against_rest(count, of)
    for place in range(len(groups)):
        others = np.delete(count, place).sum(), np.delete(of, place).sum()
        single = newcombe(count[place], of[place], *others)
        assert found.difference.low[place] == pytest.approx(float(single.low), nan_ok=True)
        p = equal_rates(count[place], of[place], *others)
        assert found.p[place] == pytest.approx(float(p), nan_ok=True)
        ratio = miettinen_nurminen_ratio(count[place], of[place], *others)
        assert found.ratio.high[place] == pytest.approx(float(ratio.high), nan_ok=True)


def test_the_rest_of_two_is_the_other() -> None:
    found = against_rest([[30, 50]], [[100, 100]])
    assert found.difference.estimate.tolist() == [[pytest.approx(-0.2), pytest.approx(0.2)]]
    assert rest([1, 2, 4]).tolist() == [6, 5, 3]
    alone = against_rest([3], [9])
    assert np.isnan(alone.p).all()
    assert np.isnan(compare(0, 0, 3, 9).p)


def test_halves_are_refused() -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        largest_gap([0.5, 1], [2, 2], replicates=9, rng=generator())
    with pytest.raises(ValueError, match="at least one draw"):
        largest_gap([1, 1], [2, 2], replicates=0, rng=generator())
