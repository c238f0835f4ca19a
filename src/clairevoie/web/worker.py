"""The worker beside the server: does the jobs that wait in the database while the server runs.

Run by `clairevoie serve` as ``python -m clairevoie.web.worker``; on a larger site,
``clairevoie manage db_worker`` runs as many as one wants, under any supervisor.
"""

from __future__ import annotations

import os
import signal
import threading

INTERVAL = 2.0
"""Seconds between two looks at the database while nothing waits."""


def _stop_with_server() -> None:
    """Wait until the server closes our standard input: it has ended, however it did."""
    # Not through sys.stdin: its lock, held here, would be missed when the process ends.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Work until the server ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clairevoie.web.settings")
    import django
    from django.core.management import call_command

    # The server ends first on Ctrl+C, and this process with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    django.setup()
    threading.Thread(target=_stop_with_server, daemon=True).start()
    call_command("db_worker", interval=INTERVAL, startup_delay=False, verbosity=0)


if __name__ == "__main__":
    main()
