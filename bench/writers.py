"""Sixteen writers at once on SQLite, then the same cut short by `kill -9`."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import django

from bench.figures import Figure, hand_over

WRITERS = 16
PATIENCE = 60.0
"""Seconds after which writers that have written nothing are given up."""


def write(worker: int, count: int, log: Path) -> int:
    """Add ``count`` statements, one transaction each; log each one that was acknowledged.

    Returns the number of failures.
    """
    django.setup()
    from clairevoie.web.accounts.models import Membership
    from clairevoie.web.accounts.permissions import actor_of
    from clairevoie.web.register.models import System
    from clairevoie.web.register.services.statements import add_statement

    actor = actor_of(Membership.objects.select_related("user", "organisation").get())
    system = System.objects.get(slug=f"system-{worker % 4}")
    failures = 0
    with log.open("a") as acknowledged:
        for number in range(count):
            try:
                statement = add_statement(
                    actor=actor,
                    system=system,
                    field="results",
                    value=f"{worker}-{os.getpid()}-{number}",
                )
            except Exception as problem:  # noqa: BLE001 - whatever it is, it is a failure
                print(f"writer {worker}: {problem!r}", file=sys.stderr)
                failures += 1
            else:
                acknowledged.write(f"{statement.uid.hex}\n")
                acknowledged.flush()
    return failures


def prepare(data: Path) -> None:
    """Make a database with four systems."""
    data.mkdir(parents=True, exist_ok=True)
    django.setup()
    from django.core.management import call_command

    from clairevoie.web.accounts.models import Membership, Organisation, Role, User
    from clairevoie.web.accounts.permissions import actor_of
    from clairevoie.web.register.services.statements import create_system

    call_command("migrate", verbosity=0)
    member = Membership.objects.create(
        user=User.objects.create_user("bench@example.org"),
        organisation=Organisation.objects.create(name="Bench", capacity="association"),
        role=Role.PUBLISHER,
    )
    for number in range(4):
        create_system(
            actor=actor_of(member), slug=f"system-{number}", body=None, name=f"System {number}"
        )


def start(count: int, logs: Path) -> list[subprocess.Popen[bytes]]:
    """Start the writers."""
    return [
        subprocess.Popen(
            [sys.executable, "-m", "bench.writers", "write", str(worker), str(count), str(logs)]
        )
        for worker in range(WRITERS)
    ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: ``lost`` counts acknowledged writes that are not in the database."""

    acknowledged: int
    failed: int
    lost: int
    seconds: float
    sound: bool


def outcome(database: Path, logs: Path, failed: int, seconds: float) -> Outcome:
    """Compare what the writers were told with what the database holds."""
    told = {
        line
        for log in logs.glob("*.log")
        for line in log.read_text().splitlines()
        if len(line) == 32
    }
    connection = sqlite3.connect(database)
    there = {row[0] for row in connection.execute("SELECT uid FROM register_statement")}
    sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    sound = sound and not connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()
    return Outcome(len(told), failed, len(told - there), seconds, sound)


def run(data: Path, count: int) -> Outcome:
    """Let the writers write ``count`` statements in all."""
    logs = data / "logs"
    logs.mkdir()
    begin = time.perf_counter()
    failed = sum(process.wait() for process in start(count // WRITERS, logs))
    return outcome(data / "db.sqlite3", logs, failed, time.perf_counter() - begin)


def run_and_kill(data: Path, after: float) -> Outcome:
    """Start the writers, kill them all with no warning once they write, and look."""
    logs = data / "killed"
    logs.mkdir()
    begin = time.perf_counter()
    processes = start(1_000_000, logs)
    while sum(log.stat().st_size for log in logs.glob("*.log")) == 0:
        if time.perf_counter() - begin > PATIENCE:
            break
        time.sleep(0.05)
    time.sleep(after)
    for process in processes:
        process.send_signal(signal.SIGKILL)
    for process in processes:
        process.wait()
    return outcome(data / "db.sqlite3", logs, 0, time.perf_counter() - begin)


def main(count: int) -> None:
    """Measure both and hand the figures over."""
    data = Path(os.environ["CLAIREVOIE_DATA"])
    prepare(data)
    whole = run(data, count)
    killed = run_and_kill(data, after=3.0)
    hand_over(
        [
            Figure(
                f"{WRITERS} writers at once on SQLite, {count} writes",
                f"{whole.failed} failed, {whole.acknowledged} acknowledged, {whole.lost} lost, "
                f"{whole.acknowledged / whole.seconds:.0f} writes/s",
                "0 failed",
                whole.failed == 0
                and whole.acknowledged == count // WRITERS * WRITERS
                and whole.lost == 0
                and whole.sound,
            ),
            Figure(
                "the same, all killed with kill -9",
                f"{killed.lost} of {killed.acknowledged} acknowledged writes lost, "
                f"database {'sound' if killed.sound else 'DAMAGED'}",
                "each acknowledged write found",
                killed.acknowledged > 0 and killed.lost == 0 and killed.sound,
            ),
        ]
    )


if __name__ == "__main__":
    if sys.argv[1] == "write":
        number = int(sys.argv[2])
        sys.exit(min(write(number, int(sys.argv[3]), Path(sys.argv[4]) / f"{number}.log"), 255))
    main(int(sys.argv[1]))
