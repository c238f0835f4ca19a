"""The leximin of sortition-algorithms, in a process of its own, for `bench.drawing`.

Reads a problem as JSON on standard input, and writes seconds and the chance of each volunteer.

Its leximin asks for Gurobi, whose package takes programs of 2 000 rows at most without a licence:
it can refuse a pool for that. Panels come from CBC, as its settings have it. Version 0.12.0 stops
after the first level of the leximin, so that it has less to do than it says.
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


def peer(problem: Problem) -> tuple[float, Floats] | str:
    """Return the peer's seconds and the chance of each volunteer, of shape (persons,); or why not.

    Args:
        problem: which panel is drawn, without households.
    """
    rows = [
        dict(zip(problem.categories, problem.features[kind], strict=True))
        for kind in problem.kind.tolist()
    ]
    quotas = [
        {"feature": each.category, "value": each.feature, "min": each.low, "max": each.high}
        for each in problem.quotas
    ]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.drawing_peer"],
            input=json.dumps({"size": problem.size, "rows": rows, "quotas": quotas}),
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
    leximin = import_module("sortition_algorithms.committee_generation").find_distribution_leximin
    start = time.perf_counter()
    panels, shares, _report = leximin(found, pool, form["size"], [], settings.solver_backend)
    spent = time.perf_counter() - start
    chance = dict.fromkeys((each["id"] for each in people), 0.0)
    for panel, share in zip(panels, shares, strict=True):
        for one in panel:
            chance[one] += float(share)
    return {"s": spent, "chance": list(chance.values())}


def _people(form: dict[str, Any]) -> list[dict[str, str]]:
    return [{"id": f"p{at}", **row} for at, row in enumerate(form["rows"])]


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        answer = _measured(json.load(sys.stdin))
    print(json.dumps(answer))
