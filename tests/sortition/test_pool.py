"""A pool that cannot be used is told in one clear report, however large it is."""

from __future__ import annotations

import time

import pytest

from clairevoie.sortition.files import read_pool
from clairevoie.sortition.pool import PoolProblem, Quota

QUOTAS = [Quota("g", "x", 4, 6), Quota("g", "y", 4, 6), Quota("a", "1", 1, 10)]


def test_a_large_pool_with_many_errors_is_told_shortly_and_at_once() -> None:
    lines = ["id;g;a"]
    for at in range(200_000):
        twice = at // 2 if at % 1000 == 1 else at
        lines.append(f"{twice};{'' if at % 7 == 0 else 'x'};{'1' if at % 5 else f'strange {at}'}")
    start = time.process_time()
    with pytest.raises(PoolProblem) as refusal:
        read_pool("\n".join(lines).encode(), QUOTAS, size=10)
    # Some tenths of a second; hours when each volunteer is looked for among all.
    assert time.process_time() - start < 20
    said = refusal.value.problems
    assert len(said) == 20 + 1 + 1 + 1 + 20 + 1
    assert said[20] == "180 more volunteers are there several times."
    assert said[21] == "Volunteer “0” has nothing in category g. 28571 others are alike."
    assert said[22] == "Quota g / y asks for 4 seats, and 0 volunteers have this feature."
    assert said[23] == "Volunteer “0”: “strange 0” has no quota in category a."
    assert said[-1] == "39980 more values have no quota in category a."
