"""Quotas from shares of the population."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.sortition.files import read_quotas
from clairevoie.sortition.pool import PoolProblem
from clairevoie.sortition.shares import Share, number_of, quotas_of


@pytest.mark.parametrize(
    ("text", "share", "unit"),
    [
        ("0.517", Fraction(517, 1000), Fraction(1, 1000)),
        ("0,517", Fraction(517, 1000), Fraction(1, 1000)),
        (" 51.7 % ", Fraction(517, 1000), Fraction(1, 1000)),
        ("51,7%", Fraction(517, 1000), Fraction(1, 1000)),
        ("1", Fraction(1), Fraction(1)),
        ("12\N{NARROW NO-BREAK SPACE}%", Fraction(12, 100), Fraction(1, 100)),
    ],
)
def test_a_share_is_read_exactly(text: str, share: Fraction, unit: Fraction) -> None:
    assert number_of(text) == (share, unit)


@pytest.mark.parametrize("text", ["", "-0.2", "1e-1", "half", "1/3", "٣", "0.2.3", "%"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no share"):
        number_of(text)


def test_the_two_whole_numbers_around_the_share() -> None:
    found = read_quotas(
        b"category;feature;share\ngenre;femme;51,7 %\ngenre;homme;48,3 %\n", size=40
    )
    # 40 x 0.517 = 20.68 and 40 x 0.483 = 19.32.
    assert [(each.feature, each.low, each.high) for each in found] == [
        ("femme", 20, 21),
        ("homme", 19, 20),
    ]


def test_a_tolerance_widens_and_a_whole_number_stays_one() -> None:
    text = b"category,feature,share,tolerance\ng,a,0.3,\ng,b,0.3,10 %\ng,c,0.4,0.05\n"
    found = {each.feature: (each.low, each.high) for each in read_quotas(text, size=10)}
    # Floating numbers would say 10 x 0.3 = 3, but 10 x (0.3 + 0.1) = 4.000000000000001.
    assert found == {"a": (3, 3), "b": (2, 4), "c": (3, 5)}


def test_all_that_is_wrong_is_said_at_once() -> None:
    text = (
        b"category,feature,share,tolerance\ng,a,51.7,\ng,b,48.3,\nh,x,0.5,2\nh,y,0.4,\nh,x,0.1,\n"
    )
    with pytest.raises(PoolProblem) as caught:
        read_quotas(text, size=10)
    assert len(caught.value.problems) == 5
    assert "The share of g / a is 51.7" in caught.value.problems[0]
    assert "with the sign %" in caught.value.problems[0]
    assert "The tolerance of h / x is 2" in caught.value.problems[2]
    assert "Share h / x is given twice" in caught.value.problems[3]
    assert "The shares of category g sum to 10000 %, not to 100 %" in caught.value.problems[4]
    with pytest.raises(PoolProblem, match="line 3: the share of g / b is missing"):
        read_quotas(b"category,feature,share\ng,a,0.5\ng,b,\n", size=10)
    with pytest.raises(PoolProblem, match="line 2: “half” is no share"):
        read_quotas(b"category,feature,share\ng,a,half\n", size=10)
    with pytest.raises(PoolProblem, match="A panel of 0 seats"):
        read_quotas(b"category,feature,share\ng,a,1\n")


def test_shares_that_were_rounded_sum_to_one_within_their_last_digit() -> None:
    thirds = b"category,feature,share\ng,a,33.3 %\ng,b,33.3 %\ng,c,33.3 %\n"
    assert {(each.low, each.high) for each in read_quotas(thirds, size=30)} == {(10, 10)}
    with pytest.raises(PoolProblem, match=r"sum to 99\.8 %"):
        read_quotas(b"category,feature,share\ng,a,49.9 %\ng,b,49.9 %\n", size=30)


def test_min_and_max_win_over_a_share_that_is_there_too() -> None:
    text = b"category,feature,min,max,share\ng,a,1,2,0.9\n"
    assert [(each.low, each.high) for each in read_quotas(text)] == [(1, 2)]


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any),
    st.integers(1, 300),
    st.fractions(0, 1, max_denominator=1000),
)
def test_a_category_can_always_be_filled(counts: list[int], size: int, tolerance: Fraction) -> None:
    total = sum(counts)
    shares = [
        Share("c", str(at), Fraction(count, total), tolerance) for at, count in enumerate(counts)
    ]
    quotas = quotas_of(shares, size=size)
    assert sum(each.low for each in quotas) <= size <= sum(each.high for each in quotas)
    for share, quota in zip(shares, quotas, strict=True):
        exact = share.share * size
        assert 0 <= quota.low <= exact <= quota.high <= size
        assert exact - quota.low < tolerance * size + 1
        assert quota.high - exact < tolerance * size + 1
