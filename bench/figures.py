"""A figure, how it is timed, and how the figures are shown."""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. ``reached`` is None for a figure without a bar."""

    what: str
    measured: str
    bar: str = ""
    reached: bool | None = None


def median_ms(act: Callable[[], Any], *, runs: int = 21) -> float:
    """Return the median wall time of ``act`` in milliseconds, after one run that is not counted."""
    act()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def peak_memory_mb() -> float:
    """Return the largest resident size of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_apart(module: str, *arguments: str, data: Path) -> list[Figure]:
    """Run a benchmark in a process of its own, so that its memory is its own; return its figures.

    Raises:
        RuntimeError: the benchmark failed; its output has been printed.
    """
    environment = os.environ | {
        "CLAIREVOIE_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "clairevoie.web.settings",
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} failed with exit code {done.returncode}")
    return [Figure(**item) for item in json.loads(done.stdout.splitlines()[-1])]


def hand_over(figures: list[Figure]) -> None:
    """Print the figures of a benchmark run apart, for `run_apart`."""
    print(json.dumps([asdict(item) for item in figures]))


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
