"""The commands that draw a panel by lot, and let anybody check it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clairevoie.cli.output import REFUSED, CommandProblem, say, say_json, write_file

if TYPE_CHECKING:
    from clairevoie.sortition.files import Result
    from clairevoie.sortition.pool import Problem, Quota

app = typer.Typer(
    no_args_is_help=True, help="Draw a panel by lot, under quotas.", rich_markup_mode=None
)
GAP = 1e-5
"""A level that could be raised by more is not said to be proved."""

PoolArgument = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="Volunteers (CSV), one line each.")
]
QuotasArgument = Annotated[
    Path,
    typer.Argument(exists=True, dir_okay=False, help="Quotas (CSV): category, feature, min, max."),
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


@app.command("select")
def select_command(
    pool: PoolArgument,
    quotas: QuotasArgument,
    size: Annotated[int, typer.Option(help="Seats of the panel.")],
    out: Annotated[Path, typer.Option(help="Where to write the result (JSON); it must be new.")],
    numbers: Annotated[int, typer.Option(help="Equally likely panels in the lottery.")] = 1000,
    identifier: Identifier = "",
    household: Household = "",
    chosen: Chosen = None,
    excluded: Excluded = None,
    as_json: Json = False,
) -> None:
    """Compute the fairest lottery (leximin), its proof, and its numbers; draw nothing."""
    from clairevoie.sortition.conflicts import can_be_met
    from clairevoie.sortition.files import Origin, digest, plain
    from clairevoie.sortition.lottery import lottery_of
    from clairevoie.sortition.selection import select

    if out.exists():
        raise CommandProblem(f"{out} is there already: choose another name.")
    asked = _quotas(quotas)
    volunteers = Volunteers(pool, identifier, household, chosen, excluded)
    problem = _problem(volunteers, asked, size)
    if not can_be_met(problem):
        raise CommandProblem(_why_not(problem))
    try:
        found = select(problem)
        lottery = lottery_of(found, numbers=numbers)
    except ValueError as error:
        raise CommandProblem(f"{error}.") from None
    form = plain(
        found,
        lottery,
        Origin(
            asked=asked,
            size=size,
            pool=digest(pool.read_bytes()),
            quotas=digest(quotas.read_bytes()),
            chosen=_digest(chosen),
            excluded=_digest(excluded),
        ),
    )
    content = f"{json.dumps(form, ensure_ascii=False)}\n".encode()
    write_file(out, content)
    told = _told(form) | {
        "loss": lottery.loss,
        "gain": lottery.gain,
        "result": digest(content),
        "in_no_panel": [
            person
            for person, kind in zip(problem.persons, problem.kind, strict=True)
            if found.seats[kind] == 0
        ],
    }
    if as_json:
        say_json(told)
        return
    say(
        f"{told['volunteers']} volunteers of {told['types']} types for {size} seats; "
        f"{told['panels']} panels."
    )
    _say_chances(told)
    if told["in_no_panel"]:
        say(
            "No panel that meets the quotas has these volunteers in it: "
            f"{', '.join(told['in_no_panel'])}."
        )
    say(
        f"Rounded to {numbers} equally likely numbers, no chance is lower by more than "
        f"{lottery.loss:.2%} of a draw."
    )
    say(f"{out}: SHA-256 {told['result']}. Publish it before the draw.")


@app.command()
def verify(
    result: ResultArgument,
    pool: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The volunteers, to compare.")
    ] = None,
    quotas: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The quotas, to compare.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a result with exact fractions, without any solver."""
    from clairevoie.sortition.files import digest

    form = _form(result)
    told = _told(form)
    found = _result(form)
    origin = found.origin
    for name, path, said in (("pool", pool, origin.pool), ("quotas", quotas, origin.quotas)):
        if path is not None and digest(path.read_bytes()) != said:
            told["problems"].append(f"The {name} given are not those of the result.")
    if as_json:
        say_json(told)
    else:
        for problem in told["problems"]:
            say(problem)
        if not told["problems"]:
            say(f"All {told['panels']} panels meet the quotas; probabilities add up to one.")
        _say_chances(told)
    if told["problems"] or (told["tight"] and told["gap"] > GAP):
        raise typer.Exit(REFUSED)


@app.command()
def draw(
    result: ResultArgument,
    pool: PoolArgument,
    number: Annotated[int, typer.Option(help="The number drawn before witnesses, from 0.")],
    identifier: Identifier = "",
    household: Household = "",
    chosen: Chosen = None,
    excluded: Excluded = None,
    as_json: Json = False,
) -> None:
    """Give the panel of a number that was drawn; anybody who has the files finds the same."""
    from clairevoie.sortition.files import digest
    from clairevoie.sortition.lottery import members

    found = _result(_form(result))
    origin = found.origin
    for path, said in (
        (pool, origin.pool),
        (chosen, origin.chosen),
        (excluded, origin.excluded),
    ):
        if _digest(path) != said:
            raise CommandProblem(
                f"{path or 'No file'} is not what this result was made with: its SHA-256 differs "
                "(--chosen and --excluded are those of 'select')."
            )
    volunteers = Volunteers(pool, identifier, household, chosen, excluded)
    problem = _problem(volunteers, origin.asked, origin.size)
    selection = found.selection
    if problem.features != selection.problem.features:
        raise CommandProblem(
            "The volunteers do not make the types of this result: give the same --household."
        )
    try:
        panel = members(replace(selection, problem=problem), found.lottery, number)
    except ValueError as error:
        raise CommandProblem(f"{error}.") from None
    proof: dict[str, Any] = {
        "result": digest(result.read_bytes()),
        "pool": origin.pool,
        "number": number,
        "numbers": len(found.lottery.tickets),
        "panel": list(panel),
    }
    if as_json:
        say_json(proof)
        return
    say(f"Number {number} of 0 to {proof['numbers'] - 1}; result {proof['result']}")
    for each in panel:
        say(each)


@dataclass(frozen=True, slots=True)
class Volunteers:
    """What says who can be drawn; see the options of the commands."""

    pool: Path
    identifier: str
    household: str
    chosen: Path | None
    excluded: Path | None


def _quotas(quotas: Path) -> tuple[Quota, ...]:
    from clairevoie.sortition.files import read_quotas
    from clairevoie.sortition.pool import PoolProblem

    try:
        return read_quotas(quotas.read_bytes(), name=quotas.name)
    except PoolProblem as error:
        raise CommandProblem(str(error)) from None


def _problem(volunteers: Volunteers, asked: Sequence[Quota], size: int) -> Problem:
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


def _digest(path: Path | None) -> str:
    from clairevoie.sortition.files import digest

    return digest(path.read_bytes()) if path is not None else ""


def _why_not(problem: Problem) -> str:
    """Return which quotas contradict each other, and the smallest changes that help."""
    from clairevoie.sortition.conflicts import conflict, relaxations

    lines = ["No panel meets these quotas. With these volunteers one cannot have together:"]
    lines += [f"- {each.words}" for each in conflict(problem)]
    lines.append("Smallest changes with which a panel exists, one of:")
    lines += [
        f"- {'; '.join(change.words for change in each.changes)}" for each in relaxations(problem)
    ]
    return "\n".join(lines)


def _form(result: Path) -> dict[str, Any]:
    try:
        form = json.loads(result.read_bytes())
    except ValueError:
        raise CommandProblem(f"{result} is no JSON file.") from None
    if not isinstance(form, dict):
        raise CommandProblem(f"{result} is no result of 'sortition select'.")
    return form


def _result(form: dict[str, Any]) -> Result:
    from clairevoie.sortition.files import read_result
    from clairevoie.sortition.pool import PoolProblem

    try:
        return read_result(form)
    except PoolProblem as error:
        raise CommandProblem(str(error)) from None


def _told(form: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a result, checked from what is written in it."""
    from clairevoie.sortition.certificate import check

    found = _result(form).selection
    checked = check(found.problem, found.panels, found.weights, found.stages)
    return {
        "volunteers": int(found.problem.many.sum()),
        "types": len(found.problem.many),
        "panels": len(found.panels),
        "lowest": float(checked.lowest),
        "highest": float(checked.highest),
        "levels": len(checked.levels),
        "gap": float(checked.gap),
        "tight": found.tight,
        "problems": list(checked.problems),
    }


def _say_chances(told: dict[str, Any]) -> None:
    say(f"Chances of a volunteer: {told['lowest']:.2%} to {told['highest']:.2%}.")
    if told["tight"]:
        say(
            f"Proved: none of the {told['levels']} levels of chances can be raised by more than "
            f"{told['gap']:.1e}."
        )
    else:
        say(
            "Computed as the leximin over whole panels; what can be proved without a solver is "
            f"that the lowest chance cannot be raised by more than {told['gap']:.2%}."
        )
