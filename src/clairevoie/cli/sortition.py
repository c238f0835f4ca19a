"""The commands that draw a panel by lot, and let anybody check it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clairevoie.cli.draw_files import (
    Chosen,
    Excluded,
    Household,
    Identifier,
    Json,
    PoolArgument,
    QuotasArgument,
    ResultArgument,
    Volunteers,
    digest_of,
    read_asked,
    read_form,
    result_of,
    seats_to_draw,
)
from clairevoie.cli.draws import check, commit, draw
from clairevoie.cli.output import REFUSED, CommandProblem, say, say_json, write_file
from clairevoie.cli.panels import addresses_app, export, invitations, preset

if TYPE_CHECKING:
    from clairevoie.sortition.files import Result
    from clairevoie.sortition.objectives import Objective
    from clairevoie.sortition.pool import Problem
    from clairevoie.sortition.selection import Selection

app = typer.Typer(
    no_args_is_help=True, help="Draw a panel by lot, under quotas.", rich_markup_mode=None
)
app.command()(commit)
app.command()(draw)
app.command()(check)
app.command()(export)
app.command()(invitations)
app.command()(preset)
app.add_typer(addresses_app, name="addresses")
GAP = 1e-5
"""A level that could be raised by more is not said to be proved."""


@app.command("select")
def select_command(
    pool: PoolArgument,
    quotas: QuotasArgument,
    size: Annotated[int, typer.Option(help="Seats of the panel.")],
    out: Annotated[Path, typer.Option(help="Where to write the result (JSON); it must be new.")],
    numbers: Annotated[int, typer.Option(help="Equally likely panels in the lottery.")] = 1000,
    objective: Annotated[
        str, typer.Option(help="leximin, maximin, nash, goldilocks, or legacy to compare.")
    ] = "leximin",
    seed: Annotated[
        str, typer.Option(help="For legacy: a published text; by default the files' SHA-256.")
    ] = "",
    identifier: Identifier = "",
    household: Household = "",
    chosen: Chosen = None,
    excluded: Excluded = None,
    as_json: Json = False,
) -> None:
    """Compute the fairest lottery (leximin, or another), its proof, its numbers; draw nothing."""
    from clairevoie.sortition.conflicts import can_be_met
    from clairevoie.sortition.files import Origin, digest, plain
    from clairevoie.sortition.lottery import lottery_of
    from clairevoie.sortition.selection import select

    if out.exists():
        raise CommandProblem(f"{out} is there already: choose another name.")
    aim = _objective(objective, seed)
    asked = read_asked(quotas, size)
    volunteers = Volunteers(pool, identifier, household, chosen, excluded)
    problem = seats_to_draw(volunteers, asked, size)
    if not can_be_met(problem):
        raise CommandProblem(_why_not(problem))
    files = [digest_of(each) for each in (pool, quotas, chosen, excluded) if each is not None]
    try:
        found = select(problem, aim, seed=seed or ":".join(files))
        lottery = lottery_of(found, numbers=numbers)
    except (ValueError, RuntimeError) as error:
        raise CommandProblem(f"{error}.") from None
    form = plain(
        found,
        lottery,
        Origin(
            asked=asked,
            size=size,
            identifier=identifier,
            household=household,
            pool=digest(pool.read_bytes()),
            quotas=digest(quotas.read_bytes()),
            chosen=digest_of(chosen),
            excluded=digest_of(excluded),
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
    say(f"{out} is written. Publish this before the draw, its SHA-256: {told['result']}")


@app.command()
def verify(
    result: ResultArgument,
    pool: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The volunteers, to compare.")
    ] = None,
    quotas: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The quotas, to compare.")
    ] = None,
    chosen: Chosen = None,
    excluded: Excluded = None,
    as_json: Json = False,
) -> None:
    """Check a result with exact fractions, without any solver."""
    form = read_form(result)
    told = _told(form)
    found = result_of(form)
    told["problems"] += _differences(found, pool, quotas, chosen, excluded)
    if as_json:
        say_json(told)
    else:
        for problem in told["problems"]:
            say(problem)
        if not told["problems"]:
            say(
                f"All {told['panels']} panels meet the quotas of the result; probabilities add up "
                f"to one, and each panel has its share of the {told['numbers']} numbers."
            )
        _say_chances(told)
        if pool is None or quotas is None:
            say("Give --pool and --quotas to check that the result was made from them.")
    if told["problems"] or (told["tight"] and (told["gap"] or 0.0) > GAP):
        raise typer.Exit(REFUSED)


def _differences(
    found: Result,
    pool: Path | None,
    quotas: Path | None,
    chosen: Path | None,
    excluded: Path | None,
) -> list[str]:
    """Return in what a result is not what the files given make."""
    origin, problem = found.origin, found.selection.problem
    given = (
        ("pool", pool, origin.pool),
        ("quotas", quotas, origin.quotas),
        ("file of those chosen", chosen, origin.chosen),
        ("file of those excluded", excluded, origin.excluded),
    )
    problems = [
        f"The {name} given is not that of the result: its SHA-256 differs."
        for name, path, said in given
        if path is not None and digest_of(path) != said
    ]
    if problems or pool is None or quotas is None:
        return problems
    missing = [name for name, path, said in given if path is None and said]
    if missing:
        return [f"This result was made with a {name}: give it too." for name in missing]
    asked = read_asked(quotas, origin.size)
    if asked != origin.asked:
        return ["The quotas of the result are not those of the file."]
    volunteers = Volunteers(pool, origin.identifier, origin.household, chosen, excluded)
    again = seats_to_draw(volunteers, asked, origin.size)
    if (again.quotas, again.features, again.many.tolist(), again.size) != (
        problem.quotas,
        problem.features,
        problem.many.tolist(),
        problem.size,
    ):
        return ["The types, the quotas or the seats of the result are not those of the files."]
    return []


def _objective(name: str, seed: str) -> Objective:
    from clairevoie.sortition.objectives import Objective

    if name not in {each.value for each in Objective}:
        raise CommandProblem(f"There is no objective {name!r}: choose {', '.join(Objective)}.")
    if seed and name != Objective.LEGACY:
        raise CommandProblem("--seed is for the objective legacy: nothing is random in the others.")
    return Objective(name)


def _why_not(problem: Problem) -> str:
    """Return which quotas contradict each other, and the smallest changes that help."""
    from clairevoie.sortition.conflicts import conflict, relaxations

    found = conflict(problem)
    if not found:
        return (
            f"No panel of {problem.size} has one member of a household at most, whatever the "
            "quotas: ask for fewer seats, or find other volunteers."
        )
    lines = ["No panel meets these quotas. With these volunteers one cannot have together:"]
    lines += [f"- {each.words}" for each in found]
    lines.append("Smallest changes with which a panel exists, one of:")
    lines += [
        f"- {'; '.join(change.words for change in each.changes)}" for each in relaxations(problem)
    ]
    return "\n".join(lines)


def _told(form: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a result, checked from what is written in it."""
    from clairevoie.sortition.certificate import check, ticket_problems, unproved
    from clairevoie.sortition.lottery import numbers_of_each
    from clairevoie.sortition.objectives import Objective

    read = result_of(form)
    found = read.selection
    leximin = found.objective is Objective.LEXIMIN
    other: dict[str, Any] = {}
    try:
        checked = check(found.problem, found.panels, found.weights, found.stages)
        if not leximin:
            other = _told_of_claim(found)
    except (ValueError, ArithmeticError, IndexError) as error:
        raise CommandProblem(f"This result cannot be checked: {error}.") from None
    problems = [*checked.problems, *ticket_problems(found.weights, read.lottery.tickets)]
    problems += [each for each in other.pop("problems", ()) if each not in problems]
    if leximin and found.tight and (why := unproved(found.problem, found.stages)):
        problems.append(why)
    fewest, most = numbers_of_each(found, read.lottery)
    return {
        "objective": str(found.objective),
        "volunteers": int(found.problem.many.sum()),
        "types": len(found.problem.many),
        "panels": len(found.panels),
        "lowest": float(checked.lowest),
        "highest": float(checked.highest),
        "numbers": len(read.lottery.tickets),
        "fewest_numbers": fewest,
        "most_numbers": most,
        "levels": len(checked.levels),
        "gap": float(checked.gap),
        "tight": found.tight,
        "problems": problems,
    } | other


def _told_of_claim(found: Selection) -> dict[str, Any]:
    """Return what is said of a lottery other than the leximin; chances of whom a panel can have."""
    from clairevoie.sortition.claims import refusals, sentences
    from clairevoie.sortition.selection import claim

    checked = claim(found)
    refused = refusals(checked, found.objective, tight=found.tight, most=GAP)
    proved = sentences(checked, found.objective, tight=found.tight, draws=found.draws)
    return {
        "lowest": float(checked.lowest),
        "highest": float(checked.highest),
        "value": checked.value,
        "gap": None if checked.gap is None else float(checked.gap),
        "left_out": {"proved": checked.barred, "unproved": checked.unproved},
        "proved": [] if refused or checked.problems else list(proved),
        "problems": [*checked.problems, *refused],
    }


def _say_chances(told: dict[str, Any]) -> None:
    say(
        f"Chances of a volunteer: {told['lowest']:.2%} to {told['highest']:.2%}; numbers of the "
        f"lottery: {told['fewest_numbers']} to {told['most_numbers']} of {told['numbers']}."
    )
    if told["objective"] != "leximin":
        for sentence in told["proved"]:
            say(sentence)
    elif told["tight"]:
        say(
            f"Proved: none of the {told['levels']} levels of chances can be raised by more than "
            f"{told['gap']:.1e}."
        )
    else:
        say(
            "The result claims to be the leximin over whole panels; what is proved without a "
            f"solver is that the lowest chance cannot be raised by more than {told['gap']:.2%}."
        )
