"""How many invitations: exact probabilities, and the fewest that reach them."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom  # type: ignore[import-untyped]

from clairevoie.sortition.invitations import (
    Stratum,
    at_least,
    invitations,
    outcome,
    read_strata,
)
from clairevoie.sortition.pool import PoolProblem, Quota

TEXT = (
    "stratum,share,rate,genre,quartier\n"
    "femmes centre,30 %,4 %,femme,centre\n"
    "femmes sud,22 %,1 %,femme,sud\n"
    "hommes centre,28 %,3 %,homme,centre\n"
    "hommes sud,20 %,0.5 %,homme,sud\n"
)
QUOTAS = (
    Quota("genre", "femme", 20, 21),
    Quota("genre", "homme", 19, 20),
    Quota("quartier", "centre", 23, 24),
    Quota("quartier", "sud", 16, 17),
    Quota("diplôme", "bac", 5, 40),
)


@given(
    st.integers(0, 8),
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.1, 0.25, 0.5, 1.0])), max_size=3),
)
def test_a_sum_of_binomials_is_that_of_all_answers(
    count: int, parts: list[tuple[int, float]]
) -> None:
    rates = [rate for many, rate in parts for _one in range(many)]
    found = 0.0
    for answers in itertools.product([0, 1], repeat=len(rates)):
        chance = 1.0
        for yes, rate in zip(answers, rates, strict=True):
            chance *= rate if yes else 1 - rate
        found += chance if sum(answers) >= count else 0
    assert at_least(count, parts) == pytest.approx(found, abs=1e-12)


def test_thousands_of_answers_lose_no_precision() -> None:
    count, parts = 3250, [(40_000, 0.05), (30_000, 0.04)]
    values = np.arange(count)
    first, other = (binom.pmf(values, many, rate) for many, rate in parts)
    # Sums of products, without a Fourier transform.
    short = math.fsum(float(first[at] * other[: count - at].sum()) for at in range(count))
    assert 0.01 < short < 0.99
    assert at_least(count, parts) == pytest.approx(1 - short, abs=1e-12)


def test_one_stratum_is_one_binomial_and_the_number_is_the_fewest() -> None:
    everybody = [Stratum("all", Fraction(1), 0.05, {})]
    found = invitations(everybody, QUOTAS, pool=40, probability=0.95)
    assert found.needs[0].wanted == 40
    assert (
        float(binom.sf(39, found.total, 0.05)) >= 0.95 > float(binom.sf(39, found.total - 1, 0.05))
    )
    # 40 are expected of 800 invitations, and are then missed about every other time.
    assert found.total > 800
    assert found.together == pytest.approx(found.needs[0].probability)


def test_needs_of_the_quotas_that_strata_tell() -> None:
    strata = read_strata(TEXT.encode())
    found = invitations(strata, QUOTAS, pool=100, times=2, probability=0.9)
    assert [(each.category, each.feature, each.wanted) for each in found.needs] == [
        ("", "", 100),
        ("genre", "femme", 40),
        ("genre", "homme", 38),
        ("quartier", "centre", 46),
        ("quartier", "sud", 32),
    ]
    assert found.together >= 0.9
    assert min(each.probability for each in found.needs) >= found.together
    fewer = outcome(
        strata,
        [max(0, each - 10) for each in found.invited],
        [(each.category, each.feature, each.wanted) for each in found.needs],
    )
    assert fewer.together < 0.9
    # In proportion to the population, to one invitation.
    for each, many in zip(strata, found.invited, strict=True):
        assert abs(many - each.share * found.total) <= len(strata)


def test_strata_that_answer_less_are_invited_more() -> None:
    strata = read_strata(TEXT.encode())
    plain = invitations(strata, QUOTAS, pool=100, times=2)
    found = invitations(strata, QUOTAS, pool=100, times=2, by_rate=True)
    assert found.total < plain.total
    expected = [many * each.rate for each, many in zip(strata, found.invited, strict=True)]
    shares = [value / sum(expected) for value in expected]
    assert shares == pytest.approx([float(each.share) for each in strata], abs=0.01)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 100)), min_size=1, max_size=4),
    st.integers(1, 40),
    st.floats(0.5, 0.99),
)
def test_no_smaller_scale_is_enough(
    cells: list[tuple[int, int]], pool: int, probability: float
) -> None:
    total = sum(share for share, _rate in cells)
    strata = [
        Stratum(str(at), Fraction(share, total), rate / 100, {})
        for at, (share, rate) in enumerate(cells)
    ]
    found = invitations(strata, [], pool=pool, probability=probability)
    assert found.together >= probability
    # One less in each stratum is no more than the scale just below.
    fewer = [max(0, each - 1) for each in found.invited]
    assert outcome(strata, fewer, [("", "", pool)]).together < probability


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(PoolProblem) as caught:
        invitations([Stratum("a", Fraction(2), 0.0, {})], [], pool=0, times=-1, probability=1.0)
    assert len(caught.value.problems) == 6
    with pytest.raises(PoolProblem, match="No stratum has genre / femme"):
        invitations([Stratum("a", Fraction(1), 0.1, {"genre": "homme"})], QUOTAS, pool=40)
    with pytest.raises(PoolProblem, match="are not enough"):
        invitations([Stratum("a", Fraction(1), 1e-7, {})], [], pool=40)
    with pytest.raises(PoolProblem) as caught:
        read_strata(b"stratum,share,rate\na,x,0.1\na,1,0.1\n")
    assert [each.split(": ")[1] for each in caught.value.problems] == [
        "'x' is no share",
        "stratum 'a' is there twice.",
    ]
    with pytest.raises(PoolProblem, match="no column 'rate'"):
        read_strata(b"stratum,share\na,1\n")
