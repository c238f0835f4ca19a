"""« Cannot tell » is not « no difference », and what is missing may be anything."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.audit.corrections import equal_rates, holm
from clairevoie.audit.intervals import (
    Interval,
    miettinen_nurminen_difference,
    miettinen_nurminen_ratio,
    newcombe,
    rate,
)
from clairevoie.audit.verdicts import (
    Verdict,
    manski_bounds,
    manski_difference,
    needed,
    rounded_up,
    to_rule_out,
    to_see,
    verdicts,
)


def judged(x1: Any, n1: Any, x2: Any, n2: Any, delta: float = 0.05, **options: Any) -> Any:
    interval = newcombe(x1, n1, x2, n2)
    both = rate(np.add(x1, x2), np.add(n1, n2))
    p = options.pop("p", equal_rates(x1, n1, x2, n2))
    found = verdicts(interval, p, delta=delta, of1=n1, of2=n2, rate=both, **options)
    return found[0] if len(found) == 1 else found


def test_the_four_verdicts() -> None:
    assert judged(300, 1000, 200, 1000).kind == "higher"
    assert judged(200, 1000, 300, 1000).kind == "lower"
    assert judged(2000, 10_000, 2010, 10_000).kind == "no_difference_larger"
    assert judged(3, 10, 2, 10).kind == "cannot_tell"


def test_cannot_tell_says_how_many_would_do() -> None:
    found = judged(3, 10, 2, 10)
    assert found == Verdict("cannot_tell", needed(0.25, 0.05, of1=10, of2=10))
    assert found.needed is not None
    assert 2400 <= found.needed <= 3200
    assert judged(2000, 10_000, 2010, 10_000).needed is None


def test_a_group_without_positives_is_not_judged() -> None:
    assert judged(0, 0, 5, 10) == Verdict("undefined", None, "group_empty")
    assert judged(5, 10, 0, 0) == Verdict("undefined", None, "other_empty")
    assert judged(0, 0, 0, 0) == Verdict("undefined", None, "both_empty")
    nan = np.array(np.nan)
    unknown = verdicts(Interval(nan, nan, nan), 0.01, delta=0.1, of1=5, of2=5, rate=0.1)
    assert unknown == (Verdict("undefined", None, "no_interval"),)


def test_a_group_of_one_cannot_be_told() -> None:
    assert judged(1, 1, 10, 20).kind == "cannot_tell"
    assert judged(1, 1, 1, 1).kind == "cannot_tell"
    assert judged(0, 1, 0, 1).kind == "cannot_tell"


def test_adjusted_values_decide() -> None:
    x1, n1, x2, n2 = np.array([60, 51, 50, 50]), 200, np.array([40, 45, 48, 50]), 200
    p = equal_rates(x1, n1, x2, n2)
    assert p[0] < 0.05
    kinds = [verdict.kind for verdict in judged(x1, n1, x2, n2, p=p)]
    assert kinds == ["higher", "cannot_tell", "cannot_tell", "cannot_tell"]
    kinds = [verdict.kind for verdict in judged(x1, n1, x2, n2, p=holm(p))]
    assert holm(p)[0] > 0.05
    assert kinds == ["cannot_tell"] * 4


def test_without_a_test_the_interval_decides() -> None:
    bounds = Interval(np.array([3.0, -3, 0]), np.array([1.0, -5, -1]), np.array([5.0, -1, 1]))
    found = verdicts(bounds, np.nan, delta=2, of1=9, of2=9, rate=np.nan)
    assert [verdict.kind for verdict in found] == ["higher", "lower", "no_difference_larger"]


def test_ratios_are_judged_on_their_own_scale() -> None:
    def by_ratio(*counts: int) -> Verdict:
        x1, n1, x2, n2 = counts
        (found,) = verdicts(
            miettinen_nurminen_ratio(*counts),
            equal_rates(*counts),
            delta=0.25,
            of1=n1,
            of2=n2,
            rate=(x1 + x2) / (n1 + n2),
            scale="ratio",
        )
        return found

    assert by_ratio(300, 1000, 200, 1000).kind == "higher"
    assert by_ratio(0, 1000, 200, 1000).kind == "lower"
    assert by_ratio(3000, 10_000, 3010, 10_000).kind == "no_difference_larger"
    # A gap of 0.02 points is small, yet here a ratio of two cannot be ruled out.
    rare = by_ratio(4, 10_000, 2, 10_000)
    assert rare.kind == "cannot_tell"
    assert rare.needed is not None
    assert rare.needed > 1_000_000
    assert by_ratio(0, 1000, 0, 1000).kind == "cannot_tell"


COUNTS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted)


@given(COUNTS, COUNTS, st.floats(0.001, 0.9))
@settings(max_examples=60)
def test_swapping_groups_turns_the_verdict_over(
    first: list[int], second: list[int], delta: float
) -> None:
    (x1, n1), (x2, n2) = first, second
    one, other = judged(x1, n1, x2, n2, delta), judged(x2, n2, x1, n1, delta)
    over = {"higher": "lower", "lower": "higher"}
    assert other.kind == over.get(one.kind, one.kind)
    assert other.needed == one.needed
    if one.kind == "no_difference_larger":
        interval = miettinen_nurminen_difference(x1, n1, x2, n2, 0.8)
        assert -delta < interval.low
        assert interval.high < delta
    if one.kind == "undefined":
        assert one.reason
        assert min(n1, n2) == 0


def test_numbers_of_a_power_calculation() -> None:
    # R, help of power.prop.test: 76.7 in each group for 0.50 and 0.75, power 0.90.
    assert to_see(0.5, 0.75, power=0.9) / 2 == pytest.approx(76.7, abs=0.05)
    # Of Chow, Shao and Wang 2003, section 4.2.2: (z + z)² (p1 q1 + p2 q2) / δ².
    assert to_rule_out(0.65, 0.2, level=0.9, power=0.8) / 2 == pytest.approx(
        (1.6449 + 1.2816) ** 2 * 2 * 0.65 * 0.35 / 0.04, rel=1e-3
    )


def test_that_many_do() -> None:
    rng = np.random.default_rng(6)
    share, delta, base = 0.25, 0.08, 0.2
    total = needed(base, delta, of1=1, of2=3)
    assert total is not None
    n1, n2 = round(total * share), round(total * (1 - share))
    p1, p2 = base + delta * (1 - share), base - delta * share
    x1, x2 = rng.binomial(n1, p1, 2000), rng.binomial(n2, p2, 2000)
    told = [verdict.kind == "higher" for verdict in judged(x1, n1, x2, n2, delta)]
    assert np.mean(told) > 0.78
    x1, x2 = rng.binomial(n1, base, 2000), rng.binomial(n2, base, 2000)
    kinds = [verdict.kind for verdict in judged(x1, n1, x2, n2, delta)]
    assert np.mean([kind == "no_difference_larger" for kind in kinds]) > 0.72
    assert np.mean([kind in {"higher", "lower"} for kind in kinds]) < 0.07


def test_needed_grows_as_the_margin_shrinks() -> None:
    numbers = [needed(0.1, delta, of1=1, of2=1) for delta in (0.1, 0.05, 0.02, 0.01)]
    assert None not in numbers
    assert numbers == sorted(numbers, key=lambda number: number or 0)
    even, uneven = needed(0.1, 0.05, of1=50, of2=50), needed(0.1, 0.05, of1=10, of2=90)
    assert even is not None
    assert uneven is not None
    assert uneven > 2 * even
    twice = needed(0.1, 0.05, of1=50, of2=50, design_effect=2)
    assert twice is not None
    assert twice == pytest.approx(2 * even, rel=0.1)


def test_needed_when_it_makes_no_sense() -> None:
    assert needed(np.nan, 0.1, of1=5, of2=5) is None
    assert needed(0.5, 0.1, of1=0, of2=5) is None
    assert needed(0.5, 1.5, of1=5, of2=5) is None
    assert needed(0.0, 0.5, of1=5, of2=5) is None
    # Nobody hit in a hundred: rates of 0 and 10 % together would be 5 %.
    assert needed(0.0, 0.01, of1=50, of2=50) is not None


@pytest.mark.parametrize(
    ("number", "rounded"),
    [
        (0, 0),
        (9.2, 10),
        (12, 12),
        (12.1, 13),
        (153, 160),
        (1000, 1000),
        (100.2, 110),
        (9_910, 10_000),
    ],
)
def test_two_significant_digits(number: float, rounded: int) -> None:
    assert rounded_up(number) == rounded


def dealt(hits: int, spared: int) -> itertools.product[tuple[int, int]]:
    """All ways in which the missing may belong to one group or the other."""
    return itertools.product(range(hits + 1), range(spared + 1))


SMALL = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(sorted)


@given(SMALL, SMALL, SMALL)
@settings(max_examples=60)
def test_bounds_are_the_worst_and_best_of_all_cases(
    first: list[int], second: list[int], missing: list[int]
) -> None:
    (x1, n1), (x2, n2), (hits, of) = first, second, missing
    rates, gaps = [], []
    for a, b in dealt(hits, of - hits):
        one = (x1 + a, n1 + a + b)
        other = (x2 + hits - a, n2 + of - a - b)
        if one[1]:
            rates.append(one[0] / one[1])
        if one[1] and other[1]:
            gaps.append(one[0] / one[1] - other[0] / other[1])
    found = manski_bounds(x1, n1, hits, of)
    assert [found.low, found.high] == pytest.approx(
        [min(rates), max(rates)] if rates else [np.nan, np.nan], nan_ok=True
    )
    if n1 and n2:
        gap = manski_difference(x1, n1, x2, n2, hits, of)
        assert [gap.low, gap.high] == pytest.approx([min(gaps), max(gaps)])


def test_bounds_without_the_missing_are_the_rate() -> None:
    found = manski_bounds([3, 0], [10, 0], 0, 0)
    assert found.low == pytest.approx([0.3, np.nan], nan_ok=True)
    assert found.high == pytest.approx([0.3, np.nan], nan_ok=True)


def test_impossible_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="margin"):
        judged(1, 2, 1, 2, 0)
    with pytest.raises(ValueError, match="level"):
        judged(1, 2, 1, 2, level=1)
    with pytest.raises(ValueError, match="power"):
        to_see(0.1, 0.2, power=1)
