"""Tests agree with intervals, and corrections with their papers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.audit.corrections import (
    adjusted,
    benjamini_hochberg,
    corrected_level,
    equal_rates,
    holm,
)
from clairevoie.audit.intervals import (
    miettinen_nurminen_difference,
    miettinen_nurminen_ratio,
    score_of_difference,
)
from tests.audit.test_intervals import LEVELS, shares

P_VALUES = st.lists(st.one_of(st.floats(0, 1), st.just(np.nan)), max_size=20)


@settings(max_examples=60)
@given(shares(), shares(), LEVELS)
def test_the_interval_leaves_equality_out_when_the_test_does(
    first: tuple[int, int], second: tuple[int, int], level: float
) -> None:
    p = float(equal_rates(*first, *second))
    if abs(p - (1 - level)) < 1e-9:
        return
    difference = miettinen_nurminen_difference(*first, *second, level)
    assert (difference.low > 0 or difference.high < 0) == (p < 1 - level)
    ratio = miettinen_nurminen_ratio(*first, *second, level)
    assert (ratio.low > 1 or ratio.high < 1) == (p < 1 - level)


def test_so_it_is_in_journals_of_any_size() -> None:
    # From one decision to hundreds of millions, at rates down to a few in a hundred million.
    rng = np.random.default_rng(2)
    of = np.round(10 ** rng.uniform(0, 8.5, (2, 2000))).astype(np.int64)
    share = 10 ** rng.uniform(-8, 0, of.shape)
    x = rng.binomial(of, np.where(rng.random(of.shape) < 0.5, share, 1 - share))
    # All of a small group and all but one of a huge one: a gap of nothing.
    x[:, 0], of[:, 0] = (8802, 128_439_972), (8802, 128_439_973)
    p = equal_rates(x[0], of[0], x[1], of[1])
    assert p[0] > 0.9
    difference = miettinen_nurminen_difference(x[0], of[0], x[1], of[1])
    ratio = miettinen_nurminen_ratio(x[0], of[0], x[1], of[1])
    assert (((difference.low > 0) | (difference.high < 0)) == (p < 0.05)).all()
    assert (((ratio.low > 1) | (ratio.high < 1)) == (p < 0.05)).all()
    for bound in (difference.low, difference.high):
        score = np.abs(score_of_difference(x[0], of[0], x[1], of[1], bound))
        inner = np.abs(bound) < 1 - 1e-6
        assert score[inner] == pytest.approx(1.959964, abs=1e-5)


def test_the_score_test_is_pearsons_but_for_one() -> None:
    # Pearson's chi-squared of (3, 1; 1, 3) is 2 (Fagerland and others, 2017, chapter 4); the score
    # test has it times (N - 1) / N.
    from scipy.stats import chi2  # type: ignore[import-untyped]

    assert equal_rates(3, 4, 1, 4) == pytest.approx(chi2.sf(2 * 7 / 8, 1))
    assert equal_rates(0, 4, 0, 9) == 1
    assert np.isnan(equal_rates(0, 0, 1, 9))


# Y. Benjamini, Y. Hochberg 1995, section 4.1: fifteen endpoints of thrombolysis. Bonferroni and
# Holm find three at 5 %, the false discovery rate four.
THROMBOLYSIS = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]


def test_thrombolysis() -> None:
    assert int((holm(THROMBOLYSIS) <= 0.05).sum()) == 3
    assert int((benjamini_hochberg(THROMBOLYSIS) <= 0.05).sum()) == 4


def test_values_of_a_peer() -> None:
    # statsmodels 0.15, multipletests.
    p = [0.01, 0.04, 0.03, 0.005, 0.5, 0.03]
    assert holm(p) == pytest.approx([0.05, 0.12, 0.12, 0.03, 0.5, 0.12])
    assert benjamini_hochberg(p) == pytest.approx([0.03, 0.048, 0.045, 0.03, 0.5, 0.045])


@given(P_VALUES)
def test_what_is_no_test_does_not_count(p: list[float]) -> None:
    values = np.array(p)
    real = ~np.isnan(values)
    for correction in (holm, benjamini_hochberg):
        found = correction(values)
        assert np.isnan(found[~real]).all()
        assert found[real] == pytest.approx(correction(values[real]))
        assert (found[real] >= values[real] - 1e-15).all()
        assert (found[real] <= 1).all()


@given(P_VALUES)
def test_order_does_not_matter_and_is_kept(p: list[float]) -> None:
    values = np.array(p)
    turn = np.random.default_rng(len(p)).permutation(len(p))
    for correction in (holm, benjamini_hochberg):
        found = correction(values)
        assert correction(values[turn]) == pytest.approx(found[turn], nan_ok=True)
        real = ~np.isnan(values)
        ranked = found[real][np.argsort(values[real])]
        assert (np.diff(ranked) >= 0).all()
        assert (benjamini_hochberg(values)[real] <= holm(values)[real] + 1e-12).all()


def test_by_name() -> None:
    p = [[0.01, np.nan], [0.04, 0.2]]
    assert adjusted(p, "none") == pytest.approx(np.array(p), nan_ok=True)
    assert adjusted(p, "holm").tolist()[0][0] == pytest.approx(0.03)
    assert adjusted(p, "benjamini-hochberg").tolist()[1][0] == pytest.approx(0.06)
    assert adjusted([], "holm").tolist() == []
    with pytest.raises(ValueError, match="not between 0 and 1"):
        adjusted([1.2], "none")


def test_levels_of_intervals() -> None:
    assert corrected_level(0.95, THROMBOLYSIS, "none") == 0.95
    assert corrected_level(0.95, THROMBOLYSIS, "holm") == pytest.approx(1 - 0.05 / 15)
    assert corrected_level(0.95, THROMBOLYSIS, "benjamini-hochberg") == pytest.approx(
        1 - 0.05 * 4 / 15
    )
    assert corrected_level(0.95, [np.nan, 0.5], "holm") == pytest.approx(0.95)
    assert corrected_level(0.95, [np.nan], "benjamini-hochberg") == 0.95
