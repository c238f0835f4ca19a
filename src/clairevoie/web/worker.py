"""The worker beside the server: does the jobs that wait in the database while the server runs.

Run by `clairevoie serve` as ``python -m clairevoie.web.worker``: a small process that keeps a
worker, and replaces one that dies (a journal may be too much for the machine's memory). On a larger
site, ``clairevoie manage db_worker`` runs as many as one wants, under any supervisor.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

INTERVAL = 2.0
"""Seconds between two looks at the database while nothing waits."""
PAUSE = 5.0
"""Seconds before a worker that has died is replaced."""
WORK = "--work"


def _when_parent_ends(act: Callable[[], None]) -> None:
    """Act once our standard input closes: the process that gave it has ended, however it did."""

    def wait() -> None:
        # Not through sys.stdin: its lock, held here, would be missed when the process ends.
        while os.read(0, 1):
            pass
        act()

    threading.Thread(target=wait, daemon=True).start()


def work() -> None:
    """Do jobs until the process that keeps us ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clairevoie.web.settings")
    import django
    from django.core.management import call_command

    django.setup()
    _when_parent_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))
    call_command("db_worker", interval=INTERVAL, startup_delay=False, verbosity=0)


def keep() -> None:
    """Keep one worker at work until the server ends."""
    stopping = threading.Event()
    _when_parent_ends(stopping.set)
    while not stopping.is_set():
        worker = subprocess.Popen(  # noqa: S603 - this very module
            [sys.executable, "-m", "clairevoie.web.worker", WORK], stdin=subprocess.PIPE
        )
        while worker.poll() is None and not stopping.wait(0.5):
            pass
        if stopping.is_set():
            worker.communicate()
        else:
            stopping.wait(PAUSE)


def main() -> None:
    """Keep a worker, or be it."""
    # The server ends first on Ctrl+C, and these processes with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if WORK in sys.argv[1:]:
        work()
    else:
        keep()


if __name__ == "__main__":
    main()
