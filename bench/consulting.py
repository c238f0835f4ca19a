"""Groups, findings and slates of consultations, beside red-dwarf; how they grow with votes."""

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
from clairevoie.consultation.certainty import certainty
from clairevoie.consultation.coordination import coordinated
from clairevoie.consultation.findings import findings
from clairevoie.consultation.grouping import grouping
from clairevoie.consultation.slate import slate
from clairevoie.consultation.votes import Votes, votes_of

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
    mine, often, peer = _apart("findings", path), _apart("bootstrap", path), _peer(path)
    name = "vtaiwan.uberx" if real else "a generated conversation"
    return [
        Figure(
            f"groups and findings of {name}, {len(table):,} votes",
            f"{mine['s'] * 1000:.0f} ms; red-dwarf {_said(peer)}",
            "1/5 of red-dwarf's time",
            None if peer is None else mine["s"] <= peer["s"] / 5,
        ),
        Figure(
            f"the same with {REPLICATES} bootstraps of the groups",
            f"{often['s'] * 1000:.0f} ms",
            "red-dwarf's time for one",
            None if peer is None else often["s"] <= peer["s"],
        ),
    ]


def _wide(folder: Path, scale: int) -> Figure:
    path = _saved(folder, "wide", generated(10_000 // scale, 500, 0.05))
    mine, peer = _apart("findings", path), _peer(path)
    return Figure(
        f"groups and findings, {10_000 // scale:,} participants × 500 proposals at 5 %",
        f"{mine['s'] * 1000:.0f} ms, peak {mine['mb']:.0f} MB; red-dwarf {_said(peer)}",
        "1/10 of red-dwarf's time, 1/3 of its memory",
        None
        if peer is None or scale > 1
        else mine["s"] <= peer["s"] / 10 and mine["mb"] <= peer["mb"] / 3,
    )


def _peer(path: Path) -> dict[str, float] | None:
    return None if find_spec("reddwarf") is None else _apart("peer", path)


def _said(peer: dict[str, float] | None) -> str:
    if peer is None:
        return "not installed (pip install red-dwarf==0.4.0)"
    return f"{peer['s'] * 1000:.0f} ms, peak {peer['mb']:.0f} MB"


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
            f"groups, findings, a slate of 10 and crowds, {100_000 // scale:,} participants × "
            f"1 000 proposals, {counts[-1]:,} votes",
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
    if what == "once":
        for module in ("scipy.sparse.csgraph", "scipy.sparse.linalg", "scipy.stats"):
            import_module(module)  # half a second, that does not grow
    return lambda: _whole(votes, what)


def _whole(votes: Votes, what: str) -> None:
    found = grouping(votes)
    findings(votes, found.groups if found.k > 1 else None)
    if what == "bootstrap":
        certainty(votes, found, replicates=REPLICATES)
    if what == "once":
        slate(votes, 10)
        coordinated(votes)


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
