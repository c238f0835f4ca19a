"""Findings and slates of consultations, beside red-dwarf, and how they grow with the votes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figure, hand_over, peak_memory_mb
from clairevoie.consultation.coordination import coordinated
from clairevoie.consultation.findings import findings
from clairevoie.consultation.slate import slate
from clairevoie.consultation.votes import votes_of

SEED = 20260301
RUNS = 7
REPLICATES = 200
REAL = Path(__file__).parents[2] / "shared/data/consultations/vtaiwan.uberx/votes.csv"
"""A public conversation; where it is absent, a generated one of its size is measured."""
Table = NDArray[np.int64]
"""Rows (participant, proposal, vote), the last vote of each on each."""


def main(scale: int, folder: Path) -> None:
    """Measure, hand the figures over. ``scale`` divides the large sizes, for a quick run."""
    folder.mkdir(parents=True, exist_ok=True)
    hand_over([*_conversation(folder), _wide(folder, scale), *_growth(folder, scale)])


def _conversation(folder: Path) -> list[Figure]:
    real = REAL.is_file()
    table = _exported(REAL) if real else generated(1921, 197, 0.1307)
    path = _saved(folder, "conversation", table)
    mine, often = _apart("findings", path), _apart("bootstrap", path)
    name = "vtaiwan.uberx" if real else "a generated conversation"
    return [
        Figure(
            f"findings of {name}, {len(table):,} votes, groups given; red-dwarf with its groups",
            f"{mine['s'] * 1000:.0f} ms; {_peer(path)}",
        ),
        Figure(
            f"the same with {REPLICATES} bootstraps",
            f"{often['s'] * 1000:.0f} ms",
        ),
    ]


def _wide(folder: Path, scale: int) -> Figure:
    path = _saved(folder, "wide", generated(10_000 // scale, 500, 0.05))
    mine = _apart("findings", path)
    return Figure(
        f"findings, {10_000 // scale:,} participants × 500 proposals at 5 %, groups given; "
        "red-dwarf with its groups",
        f"{mine['s'] * 1000:.0f} ms, peak {mine['mb']:.0f} MB; {_peer(path)}",
    )


def _peer(path: Path) -> str:
    if find_spec("reddwarf") is None:
        return "not installed (pip install red-dwarf==0.4.0)"
    found = _apart("peer", path)
    return f"{found['s'] * 1000:.0f} ms, peak {found['mb']:.0f} MB"


def _growth(folder: Path, scale: int) -> list[Figure]:
    counts, times, last = [], [], {"s": 0.0, "mb": 0.0}
    for part in (8, 4, 2, 1):
        table = generated(100_000 // scale // part, 1000, 0.05)
        last = _apart("once", _saved(folder, "growth", table))
        counts.append(len(table))
        times.append(last["s"])
    power = float(np.polyfit(np.log(counts), np.log(times), 1)[0])
    each = ", ".join(
        f"{count / 1e6:.2f} M in {taken:.2f} s" for count, taken in zip(counts, times, strict=True)
    )
    return [
        Figure(
            f"findings, a slate of 10 and crowds, {100_000 // scale:,} participants × 1 000 "
            f"proposals, {counts[-1]:,} votes, groups given",
            f"{last['s']:.1f} s; peak {last['mb']:.0f} MB",
            "60 s; 2 GB",
            last["s"] <= 60 and last["mb"] <= 2048,
        ),
        Figure(
            "the same at four sizes, growth with the votes",
            f"{each}: power {power:.2f}",
            "power at most 1.2",
            None if scale > 1 else power <= 1.2,
        ),
    ]


def generated(participants: int, proposals: int, dense: float) -> Table:
    """Return the votes of three camps, of shape (votes, 3)."""
    chance = np.random.default_rng(SEED)
    leaning = chance.beta(0.5, 0.5, (3, proposals))
    parts = []
    for start in range(0, participants, 5_000):
        rows = min(5_000, participants - start)
        camp = chance.integers(0, 3, rows)
        person, proposal = np.nonzero(chance.random((rows, proposals)) < dense)
        vote = np.where(chance.random(len(person)) < leaning[camp[person], proposal], 1, -1)
        vote[chance.random(len(vote)) < 0.15] = 0
        parts.append(np.column_stack([person + start, proposal, vote]))
    return np.concatenate(parts)


def _exported(path: Path) -> Table:
    read = np.genfromtxt(path, delimiter=",", skip_header=1, usecols=(0, 2, 3, 4), dtype=np.int64)
    read = read[np.lexsort((read[:, 0], read[:, 1], read[:, 2]))]
    last = np.append((np.diff(read[:, 1:3], axis=0) != 0).any(axis=1), True)
    table: Table = read[last][:, [2, 1, 3]]
    return table


def _saved(folder: Path, name: str, table: Table) -> Path:
    path = folder / f"{name}.npy"
    np.save(path, table)
    return path


def _apart(what: str, path: Path) -> dict[str, float]:
    """Return seconds and peak memory of one act, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.consulting", what, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=1800,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measured(what: str, path: Path) -> dict[str, float]:
    table: Table = np.load(path)
    act = _red_dwarf(table) if what == "peer" else _ours(table, what)
    del table
    taken = []
    for _ in range(1 if what == "once" else RUNS):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    # The shortest: what other processes disturb least.
    return {"s": min(taken), "mb": peak_memory_mb()}


def _ours(table: Table, what: str) -> Callable[[], Any]:
    people = int(table[:, 0].max()) + 1
    chance = np.random.default_rng(SEED)
    # Arrivals over ten days; a participant votes once every ten seconds.
    time_of_vote = chance.integers(0, 864_000_000, people)[table[:, 0]] + 10_000 * table[:, 1]
    votes = votes_of(
        [str(at) for at in range(people)],
        [str(at) for at in range(int(table[:, 1].max()) + 1)],
        table[:, 0],
        table[:, 1],
        table[:, 2],
        time=time_of_vote,
    )
    groups = chance.integers(0, 3, people)
    if what == "bootstrap":
        weights = chance.multinomial(people, np.full(people, 1 / people), size=REPLICATES)
        return lambda: findings(votes, groups, weights=weights)
    if what == "once":
        for module in ("scipy.sparse.csgraph", "scipy.stats"):
            import_module(module)  # half a second, that does not grow
        return lambda: (findings(votes, groups), slate(votes, 10), coordinated(votes))
    return lambda: findings(votes, groups)


def _red_dwarf(table: Table) -> Callable[[], Any]:
    run = import_module("reddwarf.implementations.base").run_pipeline
    rows = [
        {"participant_id": person, "statement_id": proposal, "vote": vote, "modified": 0}
        for person, proposal, vote in table.tolist()
    ]
    return lambda: run(votes=rows)


if __name__ == "__main__":
    if sys.argv[1] in {"findings", "bootstrap", "once", "peer"}:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            print(json.dumps(_measured(sys.argv[1], Path(sys.argv[2]))))
    else:
        main(int(sys.argv[1]), Path(sys.argv[2]))
