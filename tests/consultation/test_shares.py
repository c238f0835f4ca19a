"""Intervals are SciPy's, and those of the published tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest  # type: ignore[import-untyped]

from clairevoie.consultation.shares import difference, share


@given(st.integers(1, 500), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_is_scipys(of, data, level):
    count = data.draw(st.integers(0, of))
    expected = binomtest(count, of).proportion_ci(level, method="wilson")
    found = share(count, of, level=level)
    assert float(found.low) == pytest.approx(expected.low, abs=1e-12)
    assert float(found.high) == pytest.approx(expected.high, abs=1e-12)


# R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("counts", "bounds"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((10, 10, 0, 20), (0.6791, 1.0)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ],
)
def test_newcombe_is_the_papers(counts, bounds):
    found = difference(share(*counts[:2]), share(*counts[2:]))
    assert (float(found.low), float(found.high)) == pytest.approx(bounds, abs=5e-5)


def test_nothing_out_of_nothing_is_no_share():
    found = share([0, 1], [0, 2])
    assert np.isnan([found.estimate[0], found.low[0], found.high[0]]).all()
    assert found.estimate[1] == 0.5


def test_refuses_what_is_no_share():
    with pytest.raises(ValueError, match="above its total"):
        share(3, 2)
    with pytest.raises(ValueError, match="not between 0 and 1"):
        share(1, 2, level=95)
