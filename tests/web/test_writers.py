"""Several processes write at once on SQLite; none is refused, nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.writers import outcome

pytestmark = pytest.mark.sqlite_only
ROOT = Path(__file__).resolve().parents[2]
WRITERS = 4


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    variables = os.environ | {
        "CLAIREVOIE_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "clairevoie.web.settings",
    }
    variables.pop("DATABASE_URL", None)
    prepare = "from pathlib import Path; from bench.writers import prepare; prepare(Path({!r}))"
    subprocess.run(
        [sys.executable, "-c", prepare.format(str(tmp_path))], check=True, env=variables, cwd=ROOT
    )
    (tmp_path / "logs").mkdir()
    return variables


def start(count: int, environment: dict[str, str]) -> list[subprocess.Popen[bytes]]:
    logs = Path(environment["CLAIREVOIE_DATA"]) / "logs"
    command = [sys.executable, "-m", "bench.writers", "write"]
    return [
        subprocess.Popen([*command, str(number), str(count), str(logs)], env=environment, cwd=ROOT)
        for number in range(WRITERS)
    ]


def test_nobody_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    failed = sum(process.wait(120) for process in start(15, environment))

    result = outcome(tmp_path / "db.sqlite3", tmp_path / "logs", failed, 1.0)
    assert (result.failed, result.lost, result.acknowledged) == (0, 0, WRITERS * 15)
    assert result.sound


def test_what_was_acknowledged_survives_kill(environment: dict[str, str], tmp_path: Path) -> None:
    processes = start(100_000, environment)
    logs = tmp_path / "logs"
    deadline = time.monotonic() + 60
    while sum(log.stat().st_size for log in logs.glob("*.log")) < 33 * 20:
        assert time.monotonic() < deadline, "the writers write nothing"
        time.sleep(0.05)
    for process in processes:
        process.send_signal(signal.SIGKILL)
        process.wait()

    result = outcome(tmp_path / "db.sqlite3", logs, 0, 1.0)
    assert result.acknowledged >= 20
    assert result.lost == 0
    assert result.sound
