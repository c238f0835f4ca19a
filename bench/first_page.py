"""The first useful page of the demonstration, from a fresh clone with cold package caches."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.figures import Figure, hand_over

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 180.0
WHAT = "first useful page of the demonstration, fresh clone, cold package cache"


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def first_page(folder: Path) -> float | None:
    """Clone the last commit, run `make demo`, return the seconds until its home page answers.

    None when there was no answer in twice the limit.
    """
    begin = time.perf_counter()
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    port = free_port()
    variables = os.environ | {
        "CLAIREVOIE_DATA": str(folder / "data"),
        "UV_CACHE_DIR": str(folder / "cache"),
        "PIP_NO_CACHE_DIR": "1",
    }
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV"):
        variables.pop(name, None)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            ["make", "demo", f"ARGS=--port {port}", f"REGISTERS={ROOT}/../shared/data/registers"],
            cwd=clone,
            env=variables,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            while time.perf_counter() - begin < 2 * LIMIT and process.poll() is None:
                if answers(f"http://127.0.0.1:{port}/"):
                    return time.perf_counter() - begin
                time.sleep(0.25)
            return None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(30)


def answers(url: str) -> bool:
    """Tell whether a page answers with its search box."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return b'name="q"' in response.read()
    except (urllib.error.URLError, OSError):
        return False


def main() -> None:
    """Measure, and hand the figure over."""
    with tempfile.TemporaryDirectory(prefix="clairevoie-first-") as folder:
        seconds = first_page(Path(folder))
    measured = f"{seconds:.0f} s" if seconds is not None else "no page: see whether make demo works"
    reached = seconds is not None and seconds < LIMIT
    hand_over([Figure(WHAT, measured, "two commands, under 3 minutes", reached)])


if __name__ == "__main__":
    main()
