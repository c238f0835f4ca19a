"""Run a command with a throw-away PostgreSQL server.

    python tools/postgres.py COMMAND [ARGUMENT]...

The server listens on a free port of 127.0.0.1 and on a socket in a temporary folder; it keeps
nothing and is stopped when the command ends. Its address is in CLAIREVOIE_TEST_DATABASE_URL. When
that variable is already set, that server is used and none is started.

PostgreSQL refuses to run as root: root's server runs as the user postgres, which Debian's package
creates.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

URL_VARIABLE = "CLAIREVOIE_TEST_DATABASE_URL"
HOW = "install it (Debian, Ubuntu: apt-get install postgresql) or set " + URL_VARIABLE
DATABASE = "clairevoie"
SETTINGS = {"max_connections": "60", "listen_addresses": "127.0.0.1"}
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""What makes tests faster: a power cut would lose the data, which nobody keeps."""


class NoServerError(Exception):
    """There is no PostgreSQL server on this machine that could be started."""


def programs() -> Path:
    """The folder of PostgreSQL's server programs, Debian's newest version first."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0),
    )
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    if found and (Path(found).resolve().parent / "pg_ctl").exists():
        return Path(found).resolve().parent
    raise NoServerError("no PostgreSQL server on this machine: " + HOW)


def owner() -> dict[str, Any]:
    """How to start the server's programs: as the user postgres when we are root."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError as error:
        raise NoServerError(
            "PostgreSQL does not run as root and needs a user postgres: " + HOW
        ) from error
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def server(*, hasty: bool = True) -> Iterator[str]:
    """A running throw-away server; gives the URL of its database.

    Not ``hasty``, it writes to the disk as a real one does: for measures.
    """
    folder, as_owner = programs(), owner()
    home = Path(tempfile.mkdtemp(prefix="clairevoie-pg-"))
    try:
        if as_owner:
            os.chown(home, as_owner["user"], as_owner["group"])
        data, port = home / "data", free_port()

        def run(program: str, *arguments: str, check: bool = True) -> None:
            # To a file, not a pipe: the server that pg_ctl leaves behind would keep a pipe open.
            with (home / "output").open("w") as output:
                done = subprocess.run(
                    [folder / program, *arguments],
                    cwd=home,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    check=False,
                    env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                    **as_owner,
                )
            if check and done.returncode:
                said = [
                    path.read_text() for path in (home / "output", home / "log") if path.exists()
                ]
                raise NoServerError(f"{program} failed: {' '.join(said).strip()}")

        run("initdb", "--pgdata", str(data), "--username", DATABASE, "--auth", "trust",
            "--encoding", "UTF8", "--no-locale", "--no-sync")  # fmt: skip
        chosen = SETTINGS | (HASTY if hasty else {})
        settings = " ".join(f"-c {name}={value}" for name, value in chosen.items())
        run("pg_ctl", "start", "--wait", "--timeout", "60", "--pgdata", str(data),
            "--log", str(home / "log"), "--options", f"{settings} -p {port} -k {home}")  # fmt: skip
        try:
            run("createdb", "--host", "127.0.0.1", "--port", str(port), "-U", DATABASE, DATABASE)
            yield f"postgresql://{DATABASE}@127.0.0.1:{port}/{DATABASE}"
        finally:
            run("pg_ctl", "stop", "--mode", "immediate", "--pgdata", str(data), check=False)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def run_with(url: str, command: list[str]) -> int:
    """Run a command that finds the server's address in its environment."""
    return subprocess.call(command, env={**os.environ, URL_VARIABLE: url})


def main(command: list[str]) -> int:
    """The command line."""
    if not command:
        print(__doc__)
        return 2
    if given := os.environ.get(URL_VARIABLE):
        return run_with(given, command)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with server() as url:
            return run_with(url, command)
    except NoServerError as error:
        if os.environ.get("CI"):
            print(f"PostgreSQL: {error}", file=sys.stderr)
            return 1
        print(f"PostgreSQL: skipped, {error}.")
        return 0
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
