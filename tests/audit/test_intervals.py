"""Intervals of rates, differences and ratios are those of the papers, without the usual traps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.audit.intervals import (
    Interval,
    effective_counts,
    miettinen_nurminen_difference,
    miettinen_nurminen_ratio,
    newcombe,
    quantile,
    rate,
    score_of_difference,
    score_of_ratio,
    share_interval,
    wilson,
)
from clairevoie.decisions.replay import intervals as replay

# Score intervals are found by halving: one call is a few milliseconds.
few = settings(max_examples=25)
LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@st.composite
def shares(draw: st.DrawFn, least: int = 1, most: int = 400) -> tuple[int, int]:
    of = draw(st.integers(least, most))
    return draw(st.integers(0, of)), of


def bounds(interval: Interval) -> tuple[float, float]:
    return float(interval.low), float(interval.high)


# R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, rows (a) to (h), method 10
# (the same with statsmodels 0.15, confint_proportions_2indep, method « newcomb »).
NEWCOMBE = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0)),
    ((10, 10, 0, 10), (0.6075, 1.0)),
    # The book of M. W. Fagerland, S. Lydersen, P. Laake, Statistical Analysis of Contingency
    # Tables, 2017, chapter 4 (R package contingencytables): Perondi and others, 2004.
    ((7, 34, 1, 34), (0.0189, 0.3404)),
]

# The Miettinen-Nurminen method in the same table, rows (a), (b), (d) and (g), as R's ratesci and
# SAS give them too; then Ritland and others, 2007, in the book of Fagerland and others.
SCORE_DIFFERENCE = [
    ((56, 70, 48, 80), (0.0528, 0.3382)),
    ((9, 10, 3, 10), (0.1700, 0.8406)),
    ((5, 56, 0, 29), (-0.0326, 0.1933)),
    ((10, 10, 0, 20), (0.7156, 1.0)),
    ((0, 16, 15, 72), (-0.3164, -0.0056)),
]

# Perondi in the book of Fagerland and others (four digits), then M. W. Fagerland, R. G. Newcombe,
# Statistics in Medicine 32 (2013), 2823-2836 (three digits), as R's ratesci tests them.
SCORE_RATIO = [
    ((7, 34, 1, 34), (1.2086, 43.0330), 1e-4),
    ((24, 73, 53, 65), (0.280, 0.560), 1e-3),
    ((29, 55, 11, 11), (0.397, 0.742), 1e-3),
    ((7, 18, 1, 18), (1.296, 42.544), 1e-3),
    # statsmodels 0.15, method « score », compare « ratio », on Newcombe's rows (a), (d) and (g).
    ((56, 70, 48, 80), (1.0790471, 1.6721454), 1e-6),
    ((5, 56, 0, 29), (0.7174951, np.inf), 1e-6),
    ((10, 10, 0, 20), (6.0328103, np.inf), 1e-6),
]


@pytest.mark.parametrize(("counts", "published"), NEWCOMBE)
def test_newcombe_as_published(
    counts: tuple[int, int, int, int], published: tuple[float, float]
) -> None:
    assert bounds(newcombe(*counts)) == pytest.approx(published, abs=6e-5)


@pytest.mark.parametrize(("counts", "published"), SCORE_DIFFERENCE)
def test_miettinen_nurminen_difference_as_published(
    counts: tuple[int, int, int, int], published: tuple[float, float]
) -> None:
    assert bounds(miettinen_nurminen_difference(*counts)) == pytest.approx(published, abs=6e-5)


@pytest.mark.parametrize(("counts", "published", "digits"), SCORE_RATIO)
def test_miettinen_nurminen_ratio_as_published(
    counts: tuple[int, int, int, int], published: tuple[float, float], digits: float
) -> None:
    assert bounds(miettinen_nurminen_ratio(*counts)) == pytest.approx(published, abs=0.6 * digits)


def test_wilson_as_published() -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
    found = wilson([81, 15, 0, 1], [263, 148, 20, 29])
    assert found.low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=6e-5)
    assert found.high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=6e-5)


@given(shares(), LEVELS)
def test_wilson_is_the_one_of_replays(share: tuple[int, int], level: float) -> None:
    assert bounds(wilson(*share, level)) == pytest.approx(replay.wilson(*share, level), abs=1e-12)


def test_a_group_without_positives_has_no_rate() -> None:
    assert np.isnan(rate(0, 0))
    for found in (
        wilson(0, 0),
        newcombe(0, 0, 1, 2),
        miettinen_nurminen_difference(1, 2, 0, 0),
        miettinen_nurminen_ratio(0, 0, 1, 2),
        miettinen_nurminen_ratio(1, 2, 0, 0),
        share_interval(0, 0, 0),
    ):
        assert np.isnan([found.estimate, found.low, found.high]).all()


def test_a_group_of_one_is_not_sure() -> None:
    assert bounds(wilson(1, 1)) == pytest.approx((0.2065, 1.0), abs=6e-5)
    low, high = bounds(miettinen_nurminen_difference(1, 1, 1, 1))
    assert low < -0.5
    assert high > 0.5


def test_ratios_with_nobody_hit() -> None:
    found = miettinen_nurminen_ratio(
        [0, 0, 5, 20], [10, 10, 10, 20], [0, 5, 0, 30], [10, 10, 10, 30]
    )
    assert found.estimate == pytest.approx([np.nan, 0, np.inf, 1], nan_ok=True)
    assert found.low[:2].tolist() == [0, 0]
    assert found.high[[0, 2]].tolist() == [np.inf, np.inf]
    assert 0 < found.high[1] < 1
    assert found.low[2] > 1
    assert found.low[3] < 1 < found.high[3]


@few
@given(shares(), shares(), LEVELS)
def test_swapping_groups_turns_the_interval_over(
    first: tuple[int, int], second: tuple[int, int], level: float
) -> None:
    for method in (newcombe, miettinen_nurminen_difference):
        low, high = bounds(method(*first, *second, level))
        assert bounds(method(*second, *first, level)) == pytest.approx((-high, -low), abs=1e-9)
    low, high = bounds(miettinen_nurminen_ratio(*first, *second, level))
    other = bounds(miettinen_nurminen_ratio(*second, *first, level))
    assert other[0] == pytest.approx(0 if high == np.inf else 1 / high, rel=1e-7)
    assert other[1] == pytest.approx(np.inf if low == 0 else 1 / low, rel=1e-7)


@few
@given(shares(), shares(), LEVELS)
def test_intervals_hold_the_estimate_and_stay_within_bounds(
    first: tuple[int, int], second: tuple[int, int], level: float
) -> None:
    for method, least, most in (
        (newcombe, -1, 1),
        (miettinen_nurminen_difference, -1, 1),
        (miettinen_nurminen_ratio, 0, np.inf),
    ):
        found = method(*first, *second, level)
        assert least <= found.low <= found.high <= most
        if not np.isnan(found.estimate):
            assert found.low - 1e-9 <= found.estimate <= found.high + 1e-9


@few
@given(shares(), shares())
def test_a_higher_level_is_wider(first: tuple[int, int], second: tuple[int, int]) -> None:
    for method in (newcombe, miettinen_nurminen_difference, miettinen_nurminen_ratio):
        narrow, wide = method(*first, *second, 0.9), method(*first, *second, 0.99)
        assert wide.low <= narrow.low + 1e-9
        assert wide.high >= narrow.high - 1e-9


@few
@given(shares(2), shares(2))
def test_bounds_are_where_the_score_reaches_the_quantile(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    low, high = bounds(miettinen_nurminen_difference(*first, *second))
    for bound in (low, high):
        if abs(bound) < 1 - 1e-9:
            score = abs(float(score_of_difference(*first, *second, bound)))
            assert score == pytest.approx(quantile(0.95), rel=1e-5)
    low, high = bounds(miettinen_nurminen_ratio(*first, *second))
    for bound in (low, high):
        if 1e-9 < bound < 1e9:
            assert abs(float(score_of_ratio(*first, *second, bound))) == pytest.approx(
                quantile(0.95), rel=1e-5
            )


def test_rare_outcomes_in_large_journals_keep_their_digits() -> None:
    # With rates of 1e-6 the score interval is nearly that of two Poisson counts; Wilson bounds it.
    found = miettinen_nurminen_difference(80, 80_000_000, 40, 80_000_000)
    wald = 1.959964 * np.sqrt(120) / 80_000_000
    assert float(found.high - found.low) == pytest.approx(2 * wald, rel=0.02)


def test_arrays_are_the_numbers_one_by_one() -> None:
    rng = np.random.default_rng(4)
    of1, of2 = rng.integers(1, 60, (2, 7)), rng.integers(1, 60, (2, 7))
    x1, x2 = rng.integers(0, of1 + 1), rng.integers(0, of2 + 1)
    for method in (newcombe, miettinen_nurminen_difference, miettinen_nurminen_ratio):
        whole = method(x1, of1, x2, of2)
        assert whole.low.shape == (2, 7)
        one = method(x1[1, 3], of1[1, 3], x2[1, 3], of2[1, 3])
        assert (whole.low[1, 3], whole.high[1, 3]) == (one.low, one.high)


def test_coverage_is_about_the_level() -> None:
    # Exact: every outcome with its probability, at rates and sizes where the usual ± fails.
    from scipy.stats import binom  # type: ignore[import-untyped]

    n1, n2, p1, p2 = 30, 50, 0.08, 0.15
    x1, x2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    chance = binom.pmf(x1, n1, p1) * binom.pmf(x2, n2, p2)
    for method, truth in (
        (newcombe, p1 - p2),
        (miettinen_nurminen_difference, p1 - p2),
        (miettinen_nurminen_ratio, p1 / p2),
    ):
        found = method(x1, n1, x2, n2)
        covered = chance[(found.low <= truth) & (truth <= found.high)].sum()
        assert 0.93 < covered < 0.98


@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 9)), min_size=1, max_size=30))
def test_weighted_shares(rows: list[tuple[bool, float]]) -> None:
    hit = np.array([row[0] for row in rows])
    weight = np.array([row[1] for row in rows])
    sums = (weight[hit].sum(), weight.sum(), (weight**2).sum())
    found = share_interval(*sums)
    assert found.estimate == pytest.approx(sums[0] / sums[1])
    # Weights are on any scale, and equal ones are as good as none.
    scaled = share_interval(3 * sums[0], 3 * sums[1], 9 * sums[2])
    assert bounds(scaled) == pytest.approx(bounds(found))
    plain = wilson(hit.sum(), len(rows))
    assert bounds(share_interval(hit.sum(), len(rows), len(rows))) == pytest.approx(bounds(plain))


# C. S. Weil, Food and Cosmetics Toxicology 8 (1970), 177-182: pups that lived, of each litter; the
# example of Rao and Scott (1992).
CONTROL = [
    *((13, 13), (12, 12), (9, 9), (9, 9), (8, 8), (8, 8), (12, 13), (11, 12)),
    *((9, 10), (9, 10), (8, 9), (11, 13), (4, 5), (5, 7), (7, 10), (7, 10)),
]
TREATED = [
    *((12, 12), (11, 11), (10, 10), (9, 9), (10, 11), (9, 10), (9, 10), (8, 9)),
    *((8, 9), (4, 5), (7, 9), (4, 7), (5, 10), (3, 6), (3, 10), (0, 7)),
]


def effect(litters: list[tuple[int, int]]) -> tuple[float, float, float]:
    x, n = np.array(litters, dtype=float).T
    found = effective_counts(
        x.sum(),
        n.sum(),
        clusters=len(x),
        of_squares=(n * n).sum(),
        count_squares=(x * x).sum(),
        products=(x * n).sum(),
    )
    return float(found.count), float(found.of), float(found.design_effect)


def test_litters_have_the_variance_of_a_ratio() -> None:
    for litters in (CONTROL, TREATED):
        x, n = np.array(litters, dtype=float).T
        m, share = len(x), x.sum() / n.sum()
        count, of, design = effect(litters)
        variance = m / (m - 1) * ((x - share * n) ** 2).sum() / n.sum() ** 2
        assert count / of == pytest.approx(share)
        assert share * (1 - share) / of == pytest.approx(variance)
        assert n.sum() / of == pytest.approx(design)
        # Drawing litters again gives the same standard error.
        drawn = np.random.default_rng(1).multinomial(m, np.full(m, 1 / m), size=20_000)
        again = (drawn @ x / (drawn @ n)).std()
        assert again == pytest.approx(np.sqrt(variance), rel=0.08)
    assert effect(TREATED)[2] > 3 > effect(CONTROL)[2] > 1


def test_persons_all_alike_are_counted_as_persons() -> None:
    # Ten persons, five decisions each, all hit: no more than ten persons' worth of certainty.
    count, of, design = effect([(5, 5)] * 10)
    assert (count, of) == (10, 10)
    assert np.isnan(design)
    # Each person's decisions alike, half the persons hit.
    assert effect([(5, 5)] * 10 + [(0, 5)] * 10)[1] == pytest.approx(19)
    assert effect([(2, 3)]) == pytest.approx((2 / 3, 1, np.nan), nan_ok=True)


@given(st.lists(st.booleans(), min_size=2, max_size=50))
def test_one_decision_each_changes_next_to_nothing(hits: list[bool]) -> None:
    n = len(hits)
    count, of, _ = effect([(int(hit), 1) for hit in hits])
    assert n - 1 - 1e-9 <= of <= n + 1e-9
    assert count / of == pytest.approx(sum(hits) / n)


@pytest.mark.parametrize("counts", [(3, 2), (-1, 2), (np.nan, 2), (1, np.inf)])
def test_what_is_no_share_is_refused(counts: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(*counts)
    with pytest.raises(ValueError, match=r"is no share \(cell 1\)"):
        wilson([1, counts[0]], [2, counts[1]])


@pytest.mark.parametrize("level", [0, 1, 95, np.nan])
def test_a_level_is_a_share(level: float) -> None:
    with pytest.raises(ValueError, match="is not between 0 and 1"):
        wilson(1, 2, level)


def test_impossible_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="squares"):
        share_interval(1, 2, 0)
