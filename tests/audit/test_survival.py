"""Delays with files still open: the leukaemia trial by which the methods are taught, and traps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.audit.intervals import Interval, wilson
from clairevoie.audit.survival import (
    Curve,
    kaplan_meier,
    log_rank,
    restricted_mean,
    still_waiting,
    waited,
)

Rows = list[tuple[int, bool]]

# E. J. Freireich and others, Blood 21 (1963), 699-716: weeks of remission under 6-mercaptopurine
# and placebo; false: still in remission when last seen.
MERCAPTOPURINE: Rows = [
    *((6, True), (6, True), (6, True), (6, False), (7, True), (9, False), (10, True)),
    *((10, False), (11, False), (13, True), (16, True), (17, False), (19, False), (20, False)),
    *((22, True), (23, True), (25, False), (32, False), (32, False), (34, False), (35, False)),
]
PLACEBO: Rows = [
    (week, True) for week in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)
]


def counted(*groups: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    times = np.unique([time for rows in groups for time, _ in rows])
    events, censored = np.zeros((2, len(groups), len(times)))
    for group, rows in enumerate(groups):
        for time, ended in rows:
            (events if ended else censored)[group, np.searchsorted(times, time)] += 1
    return times, events, censored


def curve(*groups: Rows) -> Curve:
    return kaplan_meier(*counted(*groups))


def at(found: Curve, group: int, time: float) -> list[float]:
    place = int(np.searchsorted(found.times, time))
    return [float(v[group, place]) for v in (found.survival, found.low, found.high)]


def test_leukaemia_curves() -> None:
    found = curve(MERCAPTOPURINE, PLACEBO)
    # Cox and Oakes, Analysis of Survival Data, 1984, table 4.1.
    shares = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    for week, share in shares.items():
        assert at(found, 0, week)[0] == pytest.approx(share, abs=6e-4)
    # Bounds: lifelines 0.30, KaplanMeierFitter (log-log).
    assert at(found, 0, 6) == pytest.approx([0.857143, 0.619718, 0.951552], abs=1e-6)
    assert at(found, 0, 23) == pytest.approx([0.448179, 0.188052, 0.680143], abs=1e-6)
    assert at(found, 1, 8) == pytest.approx([0.380952, 0.183067, 0.577789], abs=1e-6)
    assert at(found, 1, 22) == pytest.approx([0.047619, 0.003324, 0.197045], abs=1e-6)
    # Greenwood's standard error at 10 weeks, as Cox and Oakes compute it: 0.096.
    place = int(np.searchsorted(found.times, 10))
    error = found.survival[0, place] * np.sqrt(found.hazard_variance[0, place])
    assert error == pytest.approx(0.0963, abs=1e-4)


def test_leukaemia_log_rank() -> None:
    found = log_rank(*counted(MERCAPTOPURINE, PLACEBO))
    # 16.79, with 19.25 and 10.75 expected: R's survdiff and lifelines 0.30.
    assert found.statistic == pytest.approx(16.793, abs=5e-4)
    assert found.expected == pytest.approx((19.25, 10.75), abs=5e-3)
    assert found.degrees == 1
    assert found.p == pytest.approx(4.17e-5, abs=1e-7)
    # Three groups, lifelines 0.30: 23.40 with two degrees of freedom.
    three = log_rank(*counted(MERCAPTOPURINE[:10], MERCAPTOPURINE[10:], PLACEBO))
    assert three.statistic == pytest.approx(23.40, abs=5e-3)
    assert three.degrees == 2


def test_leukaemia_medians() -> None:
    found = waited(curve(MERCAPTOPURINE, PLACEBO))
    # R's survfit with log-log bounds and lifelines 0.30: 23 (13, not reached) and 8 (4, 11).
    assert found.estimate.tolist() == [23, 8]
    assert found.low.tolist() == [13, 4]
    assert found.high.tolist() == [np.inf, 11]
    quarter = waited(curve(MERCAPTOPURINE, PLACEBO), 0.75)
    assert quarter.estimate.tolist() == [np.inf, 12]


def test_leukaemia_restricted_means() -> None:
    found = restricted_mean(curve(MERCAPTOPURINE, PLACEBO), 20)
    # lifelines 0.30, restricted_mean_survival_time.
    assert found.estimate == pytest.approx([16.1165266, 8.4285714])
    # Without censoring: the mean of what is cut at 20, with its plain standard error.
    cut = np.minimum([week for week, _ in PLACEBO], 20)
    half = 1.959964 * cut.std() / np.sqrt(21)
    assert found.low[1] == pytest.approx(cut.mean() - half, rel=1e-6)
    assert found.high[1] == pytest.approx(cut.mean() + half, rel=1e-6)


def test_the_share_over_a_limit() -> None:
    found = still_waiting(curve(MERCAPTOPURINE, PLACEBO), 10)
    assert found.estimate == pytest.approx([0.752941, 8 / 21], abs=1e-6)
    between = still_waiting(curve(MERCAPTOPURINE, PLACEBO), 10.9)
    assert between.low.tolist() == found.low.tolist()
    # Nobody was followed for 40 weeks under mercaptopurine; under placebo all had relapsed.
    late = still_waiting(curve(MERCAPTOPURINE, PLACEBO), 40)
    assert np.isnan([late.estimate[0], late.low[0], late.high[0]]).all()
    assert (late.estimate[1], late.low[1]) == (0, 0)
    assert 0 < late.high[1] < 0.3


def test_before_the_first_event_nobody_is_sure() -> None:
    found = curve(MERCAPTOPURINE)
    share, low, high = at(found, 0, 6)
    first = still_waiting(found, 3)
    assert (float(first.estimate[0]), float(first.high[0])) == (1, 1)
    assert float(first.low[0]) == pytest.approx(float(wilson(21, 21).low))
    assert share < 1
    assert low < high < 1


def test_a_group_of_one() -> None:
    found = curve([(3, True)])
    assert found.survival.tolist() == [[0]]
    assert found.low.tolist() == [[0]]
    assert float(found.high[0, 0]) == pytest.approx(float(wilson(0, 1).high))
    open_still = curve([(3, False)])
    share = still_waiting(open_still, 3)
    assert (float(share.estimate[0]), float(share.high[0])) == (1, 1)
    assert float(share.low[0]) == pytest.approx(0.2065, abs=1e-4)
    assert waited(open_still).estimate.tolist() == [np.inf]


def test_a_group_of_nobody_has_no_curve() -> None:
    found = kaplan_meier([1, 2], [[0, 0], [1, 1]], [[0, 0], [0, 3]])
    assert np.isnan(found.survival[0]).all()
    for read in (still_waiting(found, 1), waited(found), restricted_mean(found, 1.5)):
        assert isinstance(read, Interval)
        assert np.isnan([read.estimate[0], read.low[0], read.high[0]]).all()
    assert not np.isnan(found.survival[1]).any()
    alone = log_rank([1, 2], [[0, 0], [1, 1]], [[0, 0], [0, 3]])
    assert np.isnan([alone.statistic, alone.p]).all()


FILES = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


@given(FILES)
def test_curves_fall_within_their_bounds(rows: Rows) -> None:
    found = curve(rows)
    share, low, high = found.survival[0], found.low[0], found.high[0]
    assert (np.diff(share) <= 1e-12).all()
    assert ((low >= 0) & (low <= share + 1e-12) & (share <= high + 1e-12) & (high <= 1)).all()
    assert (low < 1).all()
    # Not sooner than if those still open had ended when last seen.
    closed = curve([(time, True) for time, _ in rows])
    assert (share >= closed.survival[0] - 1e-12).all()


@given(st.lists(st.integers(1, 12), min_size=2, max_size=40))
def test_without_open_files_it_is_counting(weeks: list[int]) -> None:
    found = curve([(week, True) for week in weeks])
    for time, share in zip(found.times, found.survival[0], strict=True):
        assert share == pytest.approx(np.mean([week > time for week in weeks]))
    mean = restricted_mean(found, 7.5)
    cut = np.minimum(weeks, 7.5)
    assert float(mean.estimate[0]) == pytest.approx(cut.mean())
    if cut.std() > 1e-9:
        half = min(1.959964 * cut.std() / np.sqrt(len(weeks)), 7.5 - cut.mean())
        assert float(mean.high[0] - mean.estimate[0]) == pytest.approx(half, rel=1e-5, abs=1e-9)
    else:
        assert np.isnan(mean.high[0])
    middle = float(waited(found).estimate[0])
    assert middle == sorted(weeks)[(len(weeks) - 1) // 2]


@given(FILES, FILES, FILES)
def test_the_log_rank_test_does_not_depend_on_the_order(a: Rows, b: Rows, c: Rows) -> None:
    one, other = log_rank(*counted(a, b, c)), log_rank(*counted(c, a, b))
    assert one.statistic == pytest.approx(other.statistic, nan_ok=True, abs=1e-7)
    assert one.degrees == other.degrees
    if one.degrees:
        assert 0 <= one.p <= 1
    events = sum(ended for rows in (a, b, c) for _, ended in rows)
    assert sum(one.expected) == pytest.approx(events)
    same = log_rank(*counted(a, a))
    assert np.isnan(same.statistic) or same.statistic == pytest.approx(0, abs=1e-9)


def test_coverage_of_a_median_with_open_files() -> None:
    rng = np.random.default_rng(8)
    groups = []
    for _ in range(400):
        wait, seen = rng.geometric(0.1, 60), rng.integers(1, 30, 60)
        groups.append([(int(min(w, s)), bool(w <= s)) for w, s in zip(wait, seen, strict=True)])
    found = waited(curve(*groups))
    # The median of this law is 7.
    assert ((found.low <= 7) & (found.high >= 7)).mean() > 0.93


@pytest.mark.parametrize(
    ("times", "events", "message"),
    [
        ([], [], "at least one"),
        ([1, 1], [1, 1], "distinct"),
        ([2, 1], [1, 1], "rise"),
        ([-1, 1], [1, 1], "negative"),
        ([1, np.nan], [1, 1], "numbers"),
        ([1, 2], [1, 1, 1], "do not go with"),
        ([1, 2], [1, -1], "not negative"),
    ],
)
def test_impossible_delays_are_refused(
    times: list[float], events: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        kaplan_meier(times, events, np.zeros(len(events)))


def test_impossible_questions_are_refused() -> None:
    found = curve(PLACEBO)
    with pytest.raises(ValueError, match="negative"):
        still_waiting(found, -1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        waited(found, 1)
    with pytest.raises(ValueError, match="not above 0"):
        restricted_mean(found, 0)
    with pytest.raises(ValueError, match="by group and time"):
        log_rank([1], [1], [0])


def test_times_when_nobody_ended_change_no_bound() -> None:
    """A public curve has the days of its classes; whoever receives it has those of its steps."""
    ended, left = np.array([[0, 0, 500, 0]]), np.array([[0, 0, 0, 0]])
    among = kaplan_meier([1, 3, 5, 30], ended, left)
    alone = kaplan_meier([5], ended[:, 2:3], left[:, 2:3])
    assert (among.low[0, 2], among.high[0, 2]) == (alone.low[0, 0], alone.high[0, 0])
    assert among.high[0].tolist()[:2] == [1.0, 1.0]
    assert waited(among).high[0] == waited(alone).high[0] == 5
