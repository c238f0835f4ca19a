"""The worker beside the server: replaced when it dies, gone when the server is."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "clairevoie.web.worker"]


def children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
    return [int(one) for one in listed.split()]


def child_other_than(process: int, known: set[int]) -> int:
    for _ in range(200):
        new = set(children(process)) - known
        if new:
            return new.pop()
        time.sleep(0.1)
    raise AssertionError("no worker was started")


@pytest.mark.sqlite_only
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux")
def test_a_worker_that_dies_is_replaced_and_ends_with_the_server(tmp_path: Path) -> None:
    environment = os.environ | {
        "CLAIREVOIE_DATA": str(tmp_path / "data"),
        "CLAIREVOIE_KEYS": str(tmp_path / "keys"),
        "DJANGO_SETTINGS_MODULE": "clairevoie.web.settings",
    }
    (tmp_path / "data").mkdir()
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=environment, check=True)
    keeper = subprocess.Popen(COMMAND, env=environment, stdin=subprocess.PIPE)
    try:
        first = child_other_than(keeper.pid, set())
        os.kill(first, 9)
        child_other_than(keeper.pid, {first})
        keeper.communicate(timeout=30)
        assert keeper.returncode == 0
    finally:
        keeper.kill()
