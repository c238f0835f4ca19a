"""The site as a process of its own, with a data directory and a database of its own."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

TEST_DATABASE = os.environ.get("CLAIREVOIE_TEST_DATABASE_URL")
PREFIX = "clairevoie_browser"


@dataclass(frozen=True)
class Site:
    """A running site."""

    url: str
    data: Path
    log: Path
    environment: dict[str, str] = field(repr=False)

    def command(self, *arguments: str) -> str:
        """Run the `clairevoie` command on this site's data; gives what it printed."""
        return clairevoie(self.environment, *arguments)


def clairevoie(environment: dict[str, str], *arguments: str) -> str:
    """Run the command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "clairevoie", *arguments],
        env=environment,
        cwd=environment["CLAIREVOIE_DATA"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise AssertionError(
            f"clairevoie {' '.join(arguments)} gave {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def database_url(name: str) -> str | None:
    """The address of a database of that name on the test server, if there is one."""
    if not TEST_DATABASE:
        return None
    return urlsplit(TEST_DATABASE)._replace(path=f"/{name}").geturl()


def create_database(name: str, *, template: str = "template1") -> None:
    """A new database on the test server, as a copy of another."""
    import psycopg

    assert TEST_DATABASE
    with psycopg.connect(TEST_DATABASE, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())


class Workshop:
    """Makes the demonstration once for all workers, then a copy for each."""

    def __init__(self, shared: Path) -> None:
        self.shared = shared

    def environment(self, data: Path, database: str, port: int) -> dict[str, str]:
        """The environment of a site's processes: nothing of the developer's own settings."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CLAIREVOIE_", "DJANGO_", "PYTEST_")) and name != "DATABASE_URL"
        }
        environment |= {
            "CLAIREVOIE_DATA": str(data),
            "CLAIREVOIE_KEYS": str(self.shared / "keys"),
            "CLAIREVOIE_SECRET_KEY": "only-for-the-tests-" + "x" * 50,
            "CLAIREVOIE_URL": f"http://127.0.0.1:{port}",
            "PYTHONUNBUFFERED": "1",
        }
        if url := database_url(database):
            environment["DATABASE_URL"] = url
        return environment

    def demonstration(self) -> Path:
        """The folder (and the database) of the demonstration, made by the worker that is first."""
        data = self.shared / "demonstration"
        with (self.shared / "demonstration.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (data / "done").exists():
                shutil.rmtree(data, ignore_errors=True)
                data.mkdir()
                if TEST_DATABASE:
                    create_database(f"{PREFIX}_demonstration")
                clairevoie(self.environment(data, f"{PREFIX}_demonstration", 8000), "demo")
                (data / "done").touch()
        return data

    @contextmanager
    def serve(self, worker: str) -> Iterator[Site]:
        """A copy of the demonstration, served until the block ends."""
        model, data = self.demonstration(), self.shared / f"site-{worker}"
        shutil.copytree(model, data)
        if TEST_DATABASE:
            with (self.shared / "demonstration.lock").open("w") as lock:
                # PostgreSQL copies a database for one at a time.
                fcntl.flock(lock, fcntl.LOCK_EX)
                create_database(f"{PREFIX}_{worker}", template=f"{PREFIX}_demonstration")
        port = free_port()
        environment = self.environment(data, f"{PREFIX}_{worker}", port)
        log = self.shared / f"site-{worker}.log"
        with log.open("w") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "clairevoie", "serve", "--port", str(port)],
                env=environment,
                cwd=data,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                url = f"http://127.0.0.1:{port}"
                wait_for(url, server, log)
                yield Site(url=url, data=data, log=log, environment=environment)
            finally:
                server.terminate()
                try:
                    server.wait(15)
                except subprocess.TimeoutExpired:
                    server.kill()
                    server.wait()


def wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path, seconds: float = 120) -> None:
    """Until the site answers; says what the server said when it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(url, timeout=60):
                return
        except TimeoutError:  # it listens, and the machine is busy
            continue
        except URLError as error:
            if getattr(error, "code", None):
                break
            time.sleep(0.1)
    raise AssertionError(f"the site does not answer on {url}:\n{log.read_text()[-4000:]}")
