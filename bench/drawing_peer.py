"""The leximin of sortition-algorithms, in a process of its own, for `bench.drawing`.

Reads a problem as JSON on standard input, and writes seconds and the chance of each volunteer.

Its leximin asks for Gurobi, whose package takes programs of 2 000 rows at most without a licence:
it can refuse a pool for that. Panels come from CBC, as its settings have it. The main loop of
version 0.12.0 ends after the first level of the leximin: it is also measured with that loop going
on to the last level, as its own text has it.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from clairevoie.sortition.pool import Floats, Problem

LIMIT = 120.0
"""Seconds after which the peer is stopped, on one instance."""
MISSING = "not installed (pip install 'sortition-algorithms[gurobi]==0.12.0')"


def there() -> bool:
    """Whether the peer is installed, with the solver that its leximin asks for."""
    return find_spec("sortition_algorithms") is not None and find_spec("gurobipy") is not None


def peer(problem: Problem, *, complete: bool) -> tuple[float, Floats] | str:
    """Return the peer's seconds and the chance of each volunteer, of shape (persons,); or why not.

    Args:
        problem: which panel is drawn, without households.
        complete: whether it goes on to the last level, or ends after the first, as published.
    """
    rows = [
        dict(zip(problem.categories, problem.features[kind], strict=True))
        for kind in problem.kind.tolist()
    ]
    quotas = [
        {"feature": each.category, "value": each.feature, "min": each.low, "max": each.high}
        for each in problem.quotas
    ]
    form = {"size": problem.size, "rows": rows, "quotas": quotas, "complete": complete}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.drawing_peer"],
            input=json.dumps(form),
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return f"not done in {LIMIT:.0f} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no word"])[-1][:80]
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer["s"], np.array(answer["chance"])


def _measured(form: dict[str, Any]) -> dict[str, Any]:
    features, people = import_module("sortition_algorithms.features"), _people(form)
    found = features.read_in_features(
        ["feature", "value", "min", "max"],
        [{name: str(value) for name, value in each.items()} for each in form["quotas"]],
    )[0]
    settings = import_module("sortition_algorithms.settings").Settings(
        id_column="id", columns_to_keep=[]
    )
    head = list(people[0])
    pool, _report = import_module("sortition_algorithms.people").read_in_people(
        head, people, found, settings
    )
    module = import_module("sortition_algorithms.committee_generation.leximin")
    if form["complete"]:
        _go_on(module)
    start = time.perf_counter()
    panels, shares, _report = module.find_distribution_leximin(
        found, pool, form["size"], [], settings.solver_backend
    )
    spent = time.perf_counter() - start
    chance = dict.fromkeys((each["id"] for each in people), 0.0)
    for panel, share in zip(panels, shares, strict=True):
        for one in panel:
            chance[one] += float(share)
    return {"s": spent, "chance": list(chance.values())}


def _go_on(module: Any) -> None:
    """Let its main loop go on until each volunteer has a level."""

    stage = getattr(module, "_dual_leximin_stage")  # noqa: B009
    one_level = getattr(module, "_run_leximin_column_generation_loop")  # noqa: B009

    def levels(solver: Any, agents: Any, panels: Any, people: Any, report: Any) -> dict[str, float]:
        fixed: dict[str, float] = {}
        turns = 0
        while len(fixed) < people.count:
            duals = stage(people, panels, fixed)
            _done, turns = one_level(solver, agents, *duals, panels, fixed, people, turns, report)
        return fixed

    # Names of its own, which are not meant for others.
    setattr(module, "_run_leximin_main_loop", levels)  # noqa: B010


def _people(form: dict[str, Any]) -> list[dict[str, str]]:
    return [{"id": f"p{at}", **row} for at, row in enumerate(form["rows"])]


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        answer = _measured(json.load(sys.stdin))
    print(json.dumps(answer))
