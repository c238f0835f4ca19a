"""The `clairevoie` command: one module a room, imported only when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from clairevoie.cli.output import CommandProblem, complain

ROOMS = {
    "register": ("clairevoie.cli.register", "Read, check, convert and import registers."),
    "rules": ("clairevoie.cli.rules", "Published rules: check, show, evaluate, convert."),
    "decisions": (
        "clairevoie.cli.decisions",
        "Decision journals: check, pseudonymise, codes, index.",
    ),
    "audit": (
        "clairevoie.cli.auditing",
        "Audit a journal: who is hit, how sure that is, what may be published.",
    ),
    "explain": ("clairevoie.cli.explaining", "Explain one case by published rules."),
    "consultation": (
        "clairevoie.cli.conversations",
        "Consultations: read the votes of a Polis export, tell the results.",
    ),
    "sortition": (
        "clairevoie.cli.sortition",
        "Panels drawn by lot: the fairest chances, their proof, the draw.",
    ),
    "demo": ("clairevoie.cli.site", "Load the demonstration register; with --serve, open it."),
    "serve": ("clairevoie.cli.site", "Open the site."),
    "accounts": ("clairevoie.cli.accounts", "Organisations, invitations, the first moderator."),
    "manage": ("clairevoie.cli.site", "Run a Django management command."),
}


class LazyGroup(TyperGroup):
    """Lists every command without importing its room, so that help answers at once.

    Typer carries its own copy of Click, whose types are not public: hence `Any`.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        return list(ROOMS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the room of a command and return the command."""
        if cmd_name not in ROOMS:
            return None
        module = ROOMS[cmd_name][0]
        app = import_module(module).app
        group: Any = typer.main.get_group(app)
        # A room of one command bears its name; the site's room has several.
        return group.commands.get(cmd_name, group)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands from `ROOMS`."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in ROOMS.items()])


app = typer.Typer(
    cls=LazyGroup,
    name="clairevoie",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def clairevoie(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Show the version and stop."),
) -> None:
    """Makes the algorithms of public bodies documented, deliberated, watched and answered for."""
    if version:
        from clairevoie import __version__

        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command. Exit codes: 0 done, 1 refused input, 2 wrong usage."""
    try:
        app()
    except CommandProblem as problem:
        complain(str(problem))
        raise SystemExit(problem.exit_code) from None
