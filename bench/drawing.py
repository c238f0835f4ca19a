"""Panels drawn by lot: how long the leximin takes, how far it is proved, how fast that is checked.

    python -m bench.drawing [FOLDER OF POOLS]

Pools of ``../shared/data/sortition`` where they are there, and generated ones: quotas are those of
a population, to a seat, and volunteers come from it unevenly, some features more than others.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from bench.figures import Figure, hand_over, peak_memory_mb
from clairevoie.sortition.certificate import check
from clairevoie.sortition.files import read_pool, read_quotas
from clairevoie.sortition.pool import Problem, Quota, problem_of
from clairevoie.sortition.selection import select

POOLS = Path("../shared/data/sortition")
GENERATED = ((500, 75, 5.0), (750, 112, 5.0))
"""Volunteers, seats, seconds asked."""
CATEGORIES = {"sex": 2, "age": 6, "diploma": 5, "occupation": 6}
UNEVEN = 0.5
"""Standard deviation of the logarithm of how much more a feature volunteers."""
CITY = ("syn_fr_city_40", 8.0)


def generated(people: int, size: int, *, seed: int = 2026) -> Problem:
    """Return a pool that does not resemble the population whose shares are its quotas."""
    chance = np.random.default_rng(seed)
    features: dict[str, list[str]] = {}
    quotas = []
    for category, count in CATEGORIES.items():
        shares = chance.dirichlet(np.full(count, 4.0))
        uneven = shares * np.exp(UNEVEN * chance.normal(size=count))
        found = chance.choice(count, people, p=uneven / uneven.sum())
        features[category] = [str(each) for each in found]
        for feature in range(count):
            seats = size * shares[feature]
            there = int((found == feature).sum())
            low = min(int(np.floor(seats)), there)
            quotas.append(Quota(category, str(feature), low, int(np.ceil(seats))))
    return problem_of([str(at) for at in range(people)], features, quotas, size=size)


def measured(name: str, problem: Problem, bar: float | None) -> list[Figure]:
    """Time one pool, and the check of its result."""
    start = time.perf_counter()
    found = select(problem)
    spent = time.perf_counter() - start
    start = time.perf_counter()
    checked = check(problem, found.panels, found.weights, found.stages)
    check_time = time.perf_counter() - start
    sound = not checked.problems and (not found.tight or float(checked.gap) < 1e-5)
    kind = f"{len(checked.levels)} levels proved to {float(checked.gap):.0e}"
    return [
        Figure(
            f"leximin of {name}: {len(problem.persons)} volunteers, {problem.size} seats, "
            f"{len(problem.many)} types",
            f"{spent:.2f} s, {len(found.weights)} panels; "
            f"{kind if found.tight else 'not tight: the lowest chance alone is proved'}",
            "" if bar is None else f"at most {bar:.0f} s, proved to 1e-5",
            None if bar is None else sound and spent <= bar,
        ),
        Figure(f"checking {name}", f"{check_time:.2f} s", "at most 2 s", sound and check_time <= 2),
    ]


def main(folder: Path) -> None:
    """Measure and hand the figures over."""
    figures = []
    for people, size, asked in GENERATED:
        figures += measured("a generated pool", generated(people, size), asked)
    for each in sorted(folder.glob("*/categories.csv")) if folder.is_dir() else ():
        quotas = read_quotas(each.read_bytes())
        size = int(each.parent.name.rpartition("_")[2])
        problem = read_pool(each.with_name("respondents.csv").read_bytes(), quotas, size=size)
        bar = CITY[1] if each.parent.name == CITY[0] else None
        figures += measured(each.parent.name, problem, bar)
    figures.append(Figure("memory of these draws, at most", f"{peak_memory_mb():.0f} MB"))
    hand_over(figures)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else POOLS)
