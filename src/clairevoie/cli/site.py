"""Commands of the site: the demonstration, the server, and what they share with other rooms."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clairevoie.cli.output import CommandProblem, complain, progress_bar, say, say_json

if TYPE_CHECKING:
    from clairevoie.register.reports import Report
    from clairevoie.register.statements import SystemRecord
    from clairevoie.web.accounts.permissions import Actor
    from clairevoie.web.register.services.importing import ImportResult

app = typer.Typer(no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
HostOption = Annotated[str, typer.Option(help="Address to listen on.")]

REGISTERS = {
    "nl_algoritmeregister_2026-08.json": "nl_algoritmeregister",
    "uk_atrs_2026-07.csv": "uk_atrs_index",
    "fr_etalab_algorithmes_publics.csv": "fr_etalab_algorithmes_publics",
}
"""Files of real registers, and the shipped mapping that reads each."""


def set_up_site() -> None:
    """Make Django ready, with the site's settings.

    Raises:
        CommandProblem: the upper floor is not installed, or the environment cannot be used.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clairevoie.web.settings")
    # Before NumPy is imported: the site has its own processes, and threads that wait for each other
    # cost more than the small matrices of a page are worth.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        import django
    except ModuleNotFoundError:
        raise CommandProblem(
            "The site is not installed: install it with pip install 'clairevoie[web]'."
        ) from None
    from clairevoie.web.environment import EnvironmentProblem

    try:
        django.setup()
    except EnvironmentProblem as problem:
        raise CommandProblem(str(problem)) from None
    from django.utils import translation

    # What services say to a person is said here in the language of the command.
    translation.activate("en")


def prepare_site(*, pages: bool = False) -> None:
    """Make the data directory and bring the database up to date; for ``pages``, static files too.

    Raises:
        CommandProblem: the data directory or the database cannot be used.
    """
    set_up_site()
    from django.conf import settings
    from django.core.management import call_command
    from django.db.utils import OperationalError

    try:
        settings.ENVIRONMENT.data.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        if pages:
            call_command("collectstatic", verbosity=0, interactive=False)
    except OSError as problem:
        raise CommandProblem(
            f"The data directory {settings.ENVIRONMENT.data} cannot be written "
            f"({problem.strerror}): set CLAIREVOIE_DATA to another one."
        ) from None
    except OperationalError as problem:
        raise CommandProblem(f"The database does not answer: {problem}".strip()) from None


def import_records_of(
    records: Iterator[SystemRecord],
    report: Report,
    *,
    origin: str,
    keep_good: bool = False,
    actor: Actor | None = None,
) -> ImportResult:
    """Import records in the site's own name or the actor's, showing how far it is."""
    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.register.services.importing import import_records

    with progress_bar(f"Importing {origin}", unit="systems") as advance:
        return import_records(
            records=records,
            report=report,
            actor=actor or COMMAND,
            origin=origin,
            keep_good=keep_good,
            progress=advance,
        )


def _import_or_complain(records: Iterator[SystemRecord], report: Report, origin: str) -> Any:
    result = import_records_of(records, report, origin=origin)
    if not result.written:
        complain(report.text())
        raise CommandProblem(f"{origin} was refused, nothing of it was imported.")
    return result.as_dict()


def load_demonstration(folder_name: str = "demonstration") -> dict[str, Any]:
    """Import a register that is shipped; what is already there is left alone.

    Args:
        folder_name: ``demonstration`` (drawn from documents) or ``examples`` (fictitious).
    """
    from clairevoie.register.exchange import FORMATS
    from clairevoie.register.reports import Report

    read = FORMATS["clairevoie"].read
    if read is None:
        raise RuntimeError("the register's own format can be read")
    report = Report()
    with resources.as_file(resources.files("clairevoie.register") / folder_name) as folder:
        return dict(_import_or_complain(read(folder, report), report, folder_name))


def load_registers(folder: Path) -> dict[str, Any]:
    """Import the real registers that are in a folder, through the shipped mappings."""
    from clairevoie.register.exchange import FORMATS
    from clairevoie.register.mapping import load_mapping, shipped_mappings
    from clairevoie.register.reports import Report

    read = FORMATS["table"].read
    if read is None:
        raise RuntimeError("a table can be read")
    mappings = shipped_mappings()
    done = {}
    for name, key in REGISTERS.items():
        path = folder / name
        if path.is_file():
            report = Report()
            records = read(path, report, mapping=load_mapping(mappings[key]))
            done[name] = _import_or_complain(records, report, name)
    return done


@app.command()
def demo(
    registers: Annotated[
        Path | None,
        typer.Option(
            help="A folder with real registers to import too.", file_okay=False, exists=False
        ),
    ] = None,
    consultations: Annotated[
        Path | None,
        typer.Option(
            help="A folder with public conversations of Polis: one is shown, finished.",
            file_okay=False,
            exists=False,
        ),
    ] = None,
    serve_after: Annotated[bool, typer.Option("--serve", help="Then open the site.")] = False,
    port: PortOption = 8000,
    host: HostOption = "127.0.0.1",
    as_json: JsonOption = False,
) -> None:
    """Load the demonstration register into the site; with --serve, open it."""
    from clairevoie.cli.accounts import demonstration_accounts
    from clairevoie.cli.consulting import load_consultation
    from clairevoie.cli.demonstrating import load_rules_and_journals
    from clairevoie.cli.finished import load_finished
    from clairevoie.cli.lots import load_draw
    from clairevoie.cli.recommending import load_recommendations

    begin = time.monotonic()
    prepare_site(pages=serve_after)
    loaded = {name: load_demonstration(name) for name in ("demonstration", "examples")}
    if registers and registers.is_dir():
        loaded |= load_registers(registers)
    accounts = demonstration_accounts()
    rules = load_rules_and_journals(today=datetime.now(UTC).date())
    votes = load_consultation(today=datetime.now(UTC).date())
    finished = load_finished(today=datetime.now(UTC).date(), public=consultations)
    drawn = load_draw(today=datetime.now(UTC).date())
    # One of them comes from a finished consultation, one from the panel.
    recommendations = load_recommendations(today=datetime.now(UTC).date())
    seconds = round(time.monotonic() - begin, 1)
    if as_json:
        say_json(
            {
                "loaded": loaded,
                "accounts": accounts,
                "rules": rules,
                "recommendations": recommendations,
                "votes": votes,
                "volunteers": drawn,
                "finished": finished,
                "seconds": seconds,
            }
        )
    else:
        for name, counts in loaded.items():
            say(
                f"{name}: {counts['systems_added']} systems and "
                f"{counts['statements_added']} statements added."
            )
        for email, password in accounts.items():
            say(f"To try contributing, sign in as {email} with the password {password}")
        for name, made in rules.items():
            say(
                f"{name}: rules and {made['decisions']} fictitious decisions; to try the "
                f"explanation, reference {made['reference']}, code {made['code']}"
            )
        say(f"{recommendations} recommendations added.")
        say(f"One open consultation, with {votes} generated votes.")
        say(f"{finished} votes of finished consultations added.")
        say(f"{drawn} generated volunteers for a panel drawn by lot added.")
        say(f"Ready in {seconds} s.")
    if serve_after:
        run_server(host, port)


@app.command()
def serve(port: PortOption = 8000, host: HostOption = "127.0.0.1") -> None:
    """Open the site, after bringing its database up to date."""
    prepare_site(pages=True)
    run_server(host, port)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def manage(context: typer.Context) -> None:
    """Run a Django management command, for example: clairevoie manage check --deploy."""
    set_up_site()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["clairevoie manage", *context.args])


def run_server(host: str, port: int) -> None:
    """Serve until interrupted. No access log is kept: it would hold people's addresses."""
    from gunicorn.app.base import BaseApplication

    from clairevoie.web.rules.services.warming import warm_in_background

    class Server(BaseApplication):
        """Gunicorn, configured from here."""

        def load_config(self) -> None:
            """Set what differs from gunicorn's defaults."""
            for name, value in {
                "bind": f"{host}:{port}",
                "workers": 2,
                "threads": 4,
                "worker_class": "gthread",
                "loglevel": "warning",
                "accesslog": None,
                "preload_app": True,
                "timeout": 120,
                "control_socket_disable": True,
                "post_worker_init": lambda _worker: warm_in_background(),
            }.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            """Return the application to serve."""
            from clairevoie.web.wsgi import application

            return application

    with _worker():
        say(f"The site is open on http://{host}:{port}/ (stop it with Ctrl+C).")
        Server().run()


@contextmanager
def _worker() -> Iterator[None]:
    """Run the worker of the site beside the block; it ends when its standard input closes."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "clairevoie.web.worker"], stdin=subprocess.PIPE
    )
    try:
        yield
    finally:
        worker.communicate()
