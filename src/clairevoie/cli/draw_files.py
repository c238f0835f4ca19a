"""What the commands of a draw are given: pools, quotas, results, who is chosen already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clairevoie.cli.output import CommandProblem

if TYPE_CHECKING:
    from clairevoie.sortition.files import Result
    from clairevoie.sortition.pool import Problem, Quota

PoolArgument = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="Volunteers (CSV), one line each.")
]
QuotasArgument = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, help="Quotas (CSV): category, feature, min, max; or share."
    ),
]
ResultArgument = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A result of 'sortition select'.")
]
Identifier = Annotated[str, typer.Option("--id", help="Column that names a volunteer.")]
Household = Annotated[
    str, typer.Option(help="Column of the household or address: one member at most in a panel.")
]
Chosen = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, help="Who is on the panel already: an identifier a line."
    ),
]
Excluded = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="Who cannot be drawn: an identifier a line."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(frozen=True, slots=True)
class Volunteers:
    """What says who can be drawn; see the options of the commands."""

    pool: Path
    identifier: str
    household: str
    chosen: Path | None
    excluded: Path | None


def read_asked(quotas: Path, size: int) -> tuple[Quota, ...]:
    """Read the quotas of a file, for a panel of so many seats."""
    from clairevoie.sortition.files import read_quotas
    from clairevoie.sortition.pool import PoolProblem

    try:
        return read_quotas(quotas.read_bytes(), size=size, name=quotas.name)
    except PoolProblem as error:
        raise CommandProblem(str(error)) from None


def seats_to_draw(volunteers: Volunteers, asked: Sequence[Quota], size: int) -> Problem:
    """Return the seats that are to be drawn."""
    from clairevoie.sortition.files import read_pool
    from clairevoie.sortition.filling import seats_left
    from clairevoie.sortition.pool import PoolProblem

    pool, chosen, excluded = volunteers.pool, volunteers.chosen, volunteers.excluded
    try:
        whole = read_pool(
            pool.read_bytes(),
            asked,
            size=size,
            identifier=volunteers.identifier,
            household=volunteers.household,
            name=pool.name,
        )
        if chosen is None and excluded is None:
            return whole
        return seats_left(whole, chosen=_lines(chosen), excluded=_lines(excluded))
    except PoolProblem as error:
        raise CommandProblem(str(error)) from None


def _lines(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CommandProblem(f"{path} is not text in UTF-8.") from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def digest_of(path: Path | None) -> str:
    """Return the SHA-256 of a file; nothing for none."""
    from clairevoie.sortition.files import digest

    return digest(path.read_bytes()) if path is not None else ""


def read_form(result: Path) -> dict[str, Any]:
    """Read a file of JSON that is one object."""
    try:
        form = json.loads(result.read_bytes())
    except ValueError:
        raise CommandProblem(f"{result} is no JSON file.") from None
    if not isinstance(form, dict):
        raise CommandProblem(f"{result} is not what a command of 'sortition' writes.")
    return form


def result_of(form: dict[str, Any]) -> Result:
    """Return a result that was read from JSON."""
    from clairevoie.sortition.files import read_result
    from clairevoie.sortition.pool import PoolProblem

    try:
        return read_result(form)
    except PoolProblem as error:
        raise CommandProblem(str(error)) from None
