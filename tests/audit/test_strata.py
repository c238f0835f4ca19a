"""Groups compared within strata, on the examples that made the methods known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.audit.intervals import Interval, score_of_difference
from clairevoie.audit.strata import (
    breslow_day,
    cochran_mantel_haenszel,
    mantel_haenszel_difference,
    mantel_haenszel_odds_ratio,
    mantel_haenszel_ratio,
    simpson_reversals,
    standardise,
)

# P. J. Bickel, E. A. Hammel, J. W. O'Connell, Science 187 (1975), 398-404: admissions to Berkeley
# in 1973, six largest departments (D. Freedman, R. Pisani, R. Purves, Statistics, 1978).
MEN = np.array([512, 353, 120, 138, 53, 22]), np.array([825, 560, 325, 417, 191, 373])
WOMEN = np.array([89, 17, 202, 131, 94, 24]), np.array([108, 25, 593, 375, 393, 341])

# K. J. Rothman, S. Greenland, T. L. Lash, Modern Epidemiology, 3rd edition, 2008, table 15-1:
# deaths under tolbutamide and placebo, by age. Bounds at 90 %; four digits are those of R's
# metafor, checked there against the book.
TRIAL = (
    [8, 22],
    [106, 98],
    [5, 16],
    [120, 85],
)

# C. R. Charig and others, BMJ 292 (1986), 879-882: kidney stones, small and large.
STONES = np.array([[81, 192], [234, 55]]), np.array([[87, 263], [270, 80]])


def three(interval: Interval) -> list[float]:
    return [float(interval.estimate), float(interval.low), float(interval.high)]


def test_the_trial_of_tolbutamide() -> None:
    assert three(mantel_haenszel_difference(*TRIAL, 0.9)) == pytest.approx(
        [0.0349, -0.0176, 0.0874], abs=6e-5
    )
    assert three(mantel_haenszel_ratio(*TRIAL, 0.9)) == pytest.approx(
        [1.3256, 0.8658, 2.0296], abs=6e-5
    )
    assert three(mantel_haenszel_odds_ratio(*TRIAL, 0.9)) == pytest.approx(
        [1.4031, 0.8411, 2.3409], abs=6e-5
    )
    test = cochran_mantel_haenszel(*TRIAL)
    assert (float(test.statistic), float(test.p)) == pytest.approx((1.1914, 0.2750), abs=6e-5)
    same = breslow_day(*TRIAL)
    assert (float(same.statistic), float(same.p)) == pytest.approx((0.3489, 0.5547), abs=6e-5)


def test_berkeley() -> None:
    # Against statsmodels 0.15, StratifiedTable.
    assert three(mantel_haenszel_odds_ratio(*MEN, *WOMEN)) == pytest.approx(
        [0.90469683, 0.77190736, 1.06032976], abs=1e-8
    )
    assert float(mantel_haenszel_ratio(*MEN, *WOMEN).estimate) == pytest.approx(0.944905022595929)
    plain = cochran_mantel_haenszel(*MEN, *WOMEN)
    assert float(plain.statistic) == pytest.approx(1.5246066604434356)
    corrected = cochran_mantel_haenszel(*MEN, *WOMEN, continuity=True)
    assert float(corrected.statistic) == pytest.approx(1.4269462285886683)
    same = breslow_day(*MEN, *WOMEN)
    assert float(same.statistic) == pytest.approx(18.82550125205323)
    assert float(same.p) == pytest.approx(0.0020714013978808676)
    assert same.degrees == 5


def test_berkeley_turns_round_but_not_for_sure() -> None:
    (found,) = simpson_reversals([MEN[0], WOMEN[0]], [MEN[1], WOMEN[1]])
    assert (found.higher, found.lower) == (0, 1)
    assert found.overall == pytest.approx(1198 / 2691 - 557 / 1835)
    assert found.within == pytest.approx(-0.0184, abs=1e-4)
    # Women are admitted more in A, B, D and F, men in C and E.
    assert found.opposite == (0, 1, 3, 5)
    assert (found.strata, found.agreeing, found.complete) == (6, 2, False)
    assert 0.4 < found.weight < 0.6
    # The gap of 14 points overall is beyond doubt; that within departments is not.
    assert found.p == pytest.approx(0.2169, abs=1e-4)
    assert not found.certain
    assert found.low < 0 < found.high


def test_kidney_stones_turn_round_wholly() -> None:
    (found,) = simpson_reversals(*STONES)
    assert (found.higher, found.lower) == (1, 0)
    assert found.complete
    assert (found.opposite, found.weight) == ((0, 1), 1)
    assert found.overall == pytest.approx(289 / 350 - 273 / 350)
    # With fifty times the patients there would be no doubt.
    (many,) = simpson_reversals(50 * STONES[0], 50 * STONES[1])
    assert many.certain
    assert many.p < 1e-4


def test_groups_that_do_not_turn_are_not_named() -> None:
    assert simpson_reversals([[10, 20], [20, 40]], [[100, 100], [100, 100]]) == ()
    assert simpson_reversals([[10, 0], [0, 20]], [[100, 0], [0, 100]]) == ()
    with pytest.raises(ValueError, match="by group and stratum"):
        simpson_reversals([1, 2], [3, 4])


CELLS = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted)
GROUPS = st.integers(1, 4).flatmap(
    lambda strata: st.lists(
        st.lists(CELLS, min_size=strata, max_size=strata), min_size=2, max_size=4
    )
)


def arrays(groups: list[list[list[int]]]) -> tuple[np.ndarray, np.ndarray]:
    cells = np.array(groups)
    return cells[..., 0], cells[..., 1]


@given(GROUPS)
def test_reversals_do_not_depend_on_the_order(groups: list[list[list[int]]]) -> None:
    count, of = arrays(groups)
    found = simpson_reversals(count, of)
    turned = simpson_reversals(count[::-1, ::-1], of[::-1, ::-1])
    last = len(groups) - 1
    assert {(r.higher, r.lower) for r in found} == {
        (last - r.higher, last - r.lower) for r in turned
    }
    for reversal in found:
        assert reversal.overall > 0 > reversal.within
        assert reversal.opposite
        assert 0 < reversal.weight <= 1
        assert len(reversal.opposite) + reversal.agreeing <= reversal.strata


@given(GROUPS)
def test_swapping_groups_and_permuting_strata(groups: list[list[list[int]]]) -> None:
    count, of = arrays(groups)
    pair = count[0], of[0], count[1], of[1]
    swapped = count[1], of[1], count[0], of[0]
    one, other = mantel_haenszel_difference(*pair), mantel_haenszel_difference(*swapped)
    assert three(other) == pytest.approx(
        [-float(one.estimate), -float(one.high), -float(one.low)], nan_ok=True
    )
    ratio, inverse = mantel_haenszel_odds_ratio(*pair), mantel_haenszel_odds_ratio(*swapped)
    if not np.isnan(ratio.low):
        assert three(inverse) == pytest.approx(
            [1 / float(ratio.estimate), 1 / float(ratio.high), 1 / float(ratio.low)]
        )
    reverse = [values[::-1] for values in pair]
    for test in (cochran_mantel_haenszel, breslow_day):
        first = float(test(*pair).statistic)
        assert float(test(*swapped).statistic) == pytest.approx(first, nan_ok=True, abs=1e-6)
        assert float(test(*reverse).statistic) == pytest.approx(first, nan_ok=True, abs=1e-6)


@given(st.lists(CELLS.filter(lambda cell: cell[1] > 0), min_size=2, max_size=2))
def test_one_stratum_is_no_stratum(groups: list[list[int]]) -> None:
    (x1, n1), (x2, n2) = groups
    found = mantel_haenszel_difference([x1], [n1], [x2], [n2])
    assert float(found.estimate) == pytest.approx(x1 / n1 - x2 / n2)
    test = cochran_mantel_haenszel([x1], [n1], [x2], [n2])
    if not np.isnan(test.statistic):
        score = float(score_of_difference(x1, n1, x2, n2))
        assert float(test.statistic) == pytest.approx(score**2, abs=1e-9)
    assert np.isnan(breslow_day([x1], [n1], [x2], [n2]).statistic)


def test_many_small_strata_need_satos_variance() -> None:
    # Ten thousand pairs: the interval has its width in repeated draws.
    rng = np.random.default_rng(5)
    base = rng.uniform(0.1, 0.6, size=200)
    x1, x2 = rng.binomial(1, base + 0.1, (2000, 200)), rng.binomial(2, base, (2000, 200))
    found = mantel_haenszel_difference(x1, np.ones(200), x2, np.full(200, 2))
    covered = (found.low <= 0.1) & (found.high >= 0.1)
    assert covered.mean() == pytest.approx(0.95, abs=0.015)


def test_the_two_variances_agree_in_large_strata() -> None:
    pair = (MEN[0] * 10, MEN[1] * 10, WOMEN[0] * 10, WOMEN[1] * 10)
    sato = mantel_haenszel_difference(*pair)
    other = mantel_haenszel_difference(*pair, variance="greenland-robins")
    assert float(sato.high - sato.low) == pytest.approx(float(other.high - other.low), rel=0.02)


def test_nothing_to_compare_is_nan() -> None:
    apart = [3, 0], [9, 0], [0, 4], [0, 8]
    for method in (mantel_haenszel_difference, mantel_haenszel_ratio, mantel_haenszel_odds_ratio):
        assert np.isnan(three(method(*apart))).all()
    assert np.isnan(cochran_mantel_haenszel(*apart).p)
    assert np.isnan(breslow_day(*apart).p)
    # Nobody hit anywhere: a difference of 0, of which one cannot be sure.
    none = mantel_haenszel_difference([0, 0], [5, 6], [0, 0], [7, 8])
    assert three(none) == pytest.approx([0, np.nan, np.nan], nan_ok=True)


def test_strata_of_one_group_alone_do_not_matter() -> None:
    x1, n1, x2, n2 = (
        np.append(values, extra) for values, extra in zip((*MEN, *WOMEN), (7, 9, 0, 0), strict=True)
    )
    for method in (mantel_haenszel_difference, mantel_haenszel_ratio, mantel_haenszel_odds_ratio):
        assert three(method(x1, n1, x2, n2)) == pytest.approx(three(method(*MEN, *WOMEN)))
    assert float(breslow_day(x1, n1, x2, n2).p) == pytest.approx(float(breslow_day(*MEN, *WOMEN).p))


def test_standardised_rates() -> None:
    # Freedman, Pisani and Purves: weighted by all applicants of each department, 39 % of men and
    # 43 % of women are admitted.
    found = standardise([MEN[0], WOMEN[0]], [MEN[1], WOMEN[1]], MEN[1] + WOMEN[1])
    assert found.rate.estimate == pytest.approx([0.387, 0.430], abs=5e-4)
    share = (MEN[1] + WOMEN[1]) / (MEN[1] + WOMEN[1]).sum()
    own = MEN[0] / MEN[1]
    variance = (share**2 * own * (1 - own) / MEN[1]).sum()
    rate = float(found.rate.estimate[0])
    assert rate * (1 - rate) / float(found.of[0]) == pytest.approx(variance)
    assert found.count / found.of == pytest.approx(found.rate.estimate)


def test_a_group_absent_of_a_stratum_has_no_standardised_rate() -> None:
    found = standardise([[1, 0], [1, 2]], [[4, 0], [4, 4]], [1, 1])
    assert np.isnan(found.rate.estimate).tolist() == [True, False]
    assert found.of[0] == 0
    # Unless the stratum weighs nothing.
    assert standardise([1, 0], [4, 0], [1, 0]).rate.estimate == pytest.approx(0.25)
    # All hit everywhere: not [1, 1].
    sure = standardise([2, 2], [2, 2], [1, 1]).rate
    assert sure.estimate == 1
    assert sure.low < 0.6
    with pytest.raises(ValueError, match="weights of the strata"):
        standardise([1, 2], [3, 4], [0, 0])
