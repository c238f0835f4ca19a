"""The commands before and after a draw: invitations, presets, composition, other tools' files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clairevoie.cli.draw_files import (
    Chosen,
    Excluded,
    Household,
    Identifier,
    PoolArgument,
    QuotasArgument,
    read_asked,
)
from clairevoie.cli.draws import selection_of
from clairevoie.cli.output import CommandProblem, say, write_folder

if TYPE_CHECKING:
    from clairevoie.sortition.exchange import People


def export(
    pool: PoolArgument,
    quotas: QuotasArgument,
    out: Annotated[Path, typer.Option(help="Folder to write; it must be new or empty.")],
    to: Annotated[
        str, typer.Option(help="sortition-algorithms, stratifyselect or panelot.")
    ] = "sortition-algorithms",
    size: Annotated[int, typer.Option(help="Seats, where quotas are shares.")] = 0,
    result: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="A result of 'select': its panels are written too."
        ),
    ] = None,
    number: Annotated[
        int | None, typer.Option(help="With --result, the number drawn: who is in, who is left.")
    ] = None,
    identifier: Identifier = "",
    household: Household = "",
    chosen: Chosen = None,
    excluded: Excluded = None,
) -> None:
    """Write the files that other tools read: quotas, volunteers, panels, who was drawn."""
    from clairevoie.sortition.exchange import (
        FILES,
        Tool,
        drawn_files,
        people_csv,
        portfolio_csv,
        quotas_csv,
        read_flexible,
        read_people,
    )
    from clairevoie.sortition.lottery import every_panel, members
    from clairevoie.sortition.pool import PoolProblem

    if to not in set(Tool):
        raise CommandProblem(f"{to!r} is none of {', '.join(Tool)}.")
    if number is not None and result is None:
        raise CommandProblem("A number is that of a result: give --result too.")
    tool = Tool(to)
    found, selection = (
        selection_of(result, pool, chosen, excluded) if result is not None else (None, None)
    )
    if found is not None:
        size, identifier = found.origin.size, found.origin.identifier
        household = found.origin.household
    asked = read_asked(quotas, size)
    try:
        people: People = read_people(pool.read_bytes(), identifier=identifier, name=pool.name)
        changes = read_flexible(quotas.read_bytes(), name=quotas.name)
        names = FILES[tool]
        files = {
            names[0]: quotas_csv(asked, tool, flexible=changes),
            names[1]: people_csv(people),
        }
        if found is not None and selection is not None:
            persons = selection.problem.persons
            files["portfolio.csv"] = portfolio_csv(
                [
                    [persons[at] for at in sorted(panel)]
                    for panel in every_panel(selection, found.lottery)
                ]
            )
            if number is not None:
                panel = members(selection, found.lottery, number)
                files |= drawn_files(people, panel, household=household)
    except (PoolProblem, ValueError) as error:
        raise CommandProblem(str(error)) from None
    write_folder(out, files)
    say(f"{out} is written: {', '.join(files)}. These files name volunteers: keep them private.")
