"""The commands of a public draw: commit to it, draw, and let anybody check what was drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clairevoie.cli.draw_files import (
    Chosen,
    Excluded,
    Json,
    PoolArgument,
    ResultArgument,
    Volunteers,
    digest_of,
    read_form,
    result_of,
    seats_to_draw,
)
from clairevoie.cli.output import REFUSED, CommandProblem, say, say_json, write_file, write_folder

if TYPE_CHECKING:
    from clairevoie.sortition.files import Result
    from clairevoie.sortition.proof import Commitment
    from clairevoie.sortition.sealing import Sealed
    from clairevoie.sortition.selection import Selection


class From(StrEnum):
    """Where the number will be from."""

    WITNESSES = "witnesses"
    BEACON = "beacon"


def commit(
    result: ResultArgument,
    pool: PoolArgument,
    out: Annotated[Path, typer.Option(help="Folder to write; it must be new or empty.")],
    title: Annotated[str, typer.Option(help="Of the panel, as it will be published.")],
    at: Annotated[
        datetime,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M"],
            help="When the number will be drawn (UTC), as 2027-01-31T18:00.",
        ),
    ],
    source: Annotated[From, typer.Option("--from", help="Where the number will be from.")],
    place: Annotated[
        str, typer.Option(help="With witnesses: where, and how digits are drawn.")
    ] = "",
    chosen: Chosen = None,
    excluded: Excluded = None,
) -> None:
    """Seal the lottery and say, before it is drawn, where its number will be from."""
    from clairevoie import __version__
    from clairevoie.sortition.files import digest
    from clairevoie.sortition.proof import Commitment, Promise, fingerprint, plain_commitment
    from clairevoie.sortition.randomness import QUICKNET, Kind
    from clairevoie.sortition.sealing import seals_csv

    found, selection, kept = _sealed(result, pool, chosen, excluded)
    now, when = datetime.now(UTC).replace(microsecond=0), at.replace(tzinfo=UTC)
    if when <= now:
        raise CommandProblem(f"--at {at:%Y-%m-%dT%H:%M} (UTC) has passed: the draw comes after.")
    if source is From.WITNESSES and not place.strip():
        raise CommandProblem("Say with --place where the digits are drawn, and how.")
    if source is From.BEACON:
        number = QUICKNET.round_after(when)
        promise = Promise(Kind.BEACON, QUICKNET.published_at(number), round=number)
    else:
        promise = Promise(Kind.WITNESSES, when, place.strip())
    seals = seals_csv(kept.seals)
    commitment = Commitment(
        title=title,
        size=selection.problem.size,
        volunteers=len(selection.problem.persons),
        numbers=len(found.lottery.tickets),
        pool=found.origin.pool,
        quotas=found.origin.quotas,
        result=digest(result.read_bytes()),
        seals=digest(seals),
        software=f"clairevoie {__version__}",
        promise=promise,
        at=now,
    )
    form = plain_commitment(commitment)
    rows = [
        f"{person},{number}"
        for person, number in sorted(
            zip(selection.problem.persons, kept.numbers, strict=True), key=lambda pair: pair[1]
        )
    ]
    files = {
        "commitment.json": plain_json(form),
        "seals.csv": seals,
        "PRIVATE-numbers.csv": "\n".join(["volunteer,number", *rows, ""]).encode(),
    }
    write_folder(out, files)
    say(f"{out} is written. Publish commitment.json and seals.csv; tell each volunteer his number")
    say("of PRIVATE-numbers.csv, and nobody else. What can be read aloud, the fingerprint:")
    say(fingerprint(form))


def draw(
    result: ResultArgument,
    pool: PoolArgument,
    number: Annotated[
        int | None, typer.Option(help="The number drawn before witnesses, from 0.")
    ] = None,
    commitment: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The commitment that was published."),
    ] = None,
    given: Annotated[
        str, typer.Option(help="With a commitment: the digits, or the signature of the round.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="With a commitment: where to write the proof (JSON).")
    ] = None,
    chosen: Chosen = None,
    excluded: Excluded = None,
    as_json: Json = False,
) -> None:
    """Give the panel of a number that was drawn, and its proof; anybody finds the same."""
    from clairevoie.sortition.files import digest
    from clairevoie.sortition.lottery import members

    if commitment is not None:
        if out is None or not given or number is not None:
            raise CommandProblem("With --commitment give --given and --out, and no --number.")
        _prove(result, pool, commitment, given, out, chosen, excluded)
        return
    if number is None:
        raise CommandProblem("Give --number, or --commitment with --given and --out.")
    found, selection = selection_of(result, pool, chosen, excluded)
    try:
        panel = members(selection, found.lottery, number)
    except ValueError as error:
        raise CommandProblem(f"{error}.") from None
    proof: dict[str, Any] = {
        "result": digest(result.read_bytes()),
        "pool": found.origin.pool,
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


def check(
    proof: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The proof of a draw (JSON).")
    ],
    seals: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The seals published before.")
    ],
    fingerprint: Annotated[
        str, typer.Option(help="What was published before the draw, to compare.")
    ] = "",
) -> None:
    """Check what was drawn against what was published before; needs no volunteer's data."""
    from clairevoie.sortition.pool import PoolProblem
    from clairevoie.sortition.proof import proof_problems

    form = read_form(proof)
    try:
        problems = proof_problems(form, seals.read_bytes(), published=fingerprint)
    except PoolProblem as error:
        raise CommandProblem(str(error)) from None
    if problems:
        raise CommandProblem("\n".join(problems), REFUSED)
    said, drawn = form["commitment"], form["draw"]
    randomness = said["randomness"]
    say(
        f"It holds: committed on {said['at']}, number {drawn['number']} of 0 to "
        f"{said['numbers'] - 1} drawn on {randomness['at']}, and the panel of {said['size']} is "
        "the one that was sealed under this number."
    )
    if "url" in randomness:
        say(f"Compare the signature with the one that is published: {randomness['url']}")
    if not fingerprint:
        say(
            "Give --fingerprint to compare with what was published before the draw: "
            f"{form['fingerprint']}"
        )


def _prove(
    result: Path,
    pool: Path,
    commitment: Path,
    given: str,
    out: Path,
    chosen: Path | None,
    excluded: Path | None,
) -> None:
    from clairevoie.sortition.files import digest
    from clairevoie.sortition.pool import PoolProblem
    from clairevoie.sortition.proof import drawn_of, plain_proof, read_commitment
    from clairevoie.sortition.randomness import RandomnessProblem
    from clairevoie.sortition.sealing import seals_csv

    if out.exists():
        raise CommandProblem(f"{out} is there already: choose another name.")
    try:
        promised: Commitment = read_commitment(read_form(commitment))
    except PoolProblem as error:
        raise CommandProblem(f"{commitment}: {error}") from None
    _found, selection, kept = _sealed(result, pool, chosen, excluded)
    if (digest(result.read_bytes()), digest(seals_csv(kept.seals))) != (
        promised.result,
        promised.seals,
    ):
        raise CommandProblem("This result or this pool is not the one that was committed to.")
    now = datetime.now(UTC).replace(microsecond=0)
    if now < promised.promise.at:
        raise CommandProblem(f"The number is drawn on {promised.promise.at}: it is too early.")
    persons = selection.problem.persons
    try:
        drawn = drawn_of(promised, kept, given=given, at=now)
    except RandomnessProblem as error:
        raise CommandProblem(f"{error}.") from None
    write_file(out, plain_json(plain_proof(promised, drawn)))
    say(f"Number {drawn.number} of 0 to {promised.numbers - 1}. {out} is written: publish it.")
    by_number = dict(zip(kept.numbers, persons, strict=True))
    for each in drawn.panel:
        say(f"{by_number[each]} (volunteer {each})")


def selection_of(
    result: Path, pool: Path, chosen: Path | None, excluded: Path | None
) -> tuple[Result, Selection]:
    """Return a result with its volunteers, after their files were compared with it."""
    found = result_of(read_form(result))
    origin = found.origin
    for path, said in (
        (pool, origin.pool),
        (chosen, origin.chosen),
        (excluded, origin.excluded),
    ):
        if digest_of(path) != said:
            raise CommandProblem(
                f"{path or 'No file'} is not what this result was made with: its SHA-256 differs "
                "(--chosen and --excluded are those of 'select')."
            )
    # Columns are those of 'select', or one could choose among panels after the draw.
    volunteers = Volunteers(pool, origin.identifier, origin.household, chosen, excluded)
    problem = seats_to_draw(volunteers, origin.asked, origin.size)
    if problem.features != found.selection.problem.features:
        raise CommandProblem("The volunteers do not make the types of this result: verify it.")
    return found, replace(found.selection, problem=problem)


def _sealed(
    result: Path, pool: Path, chosen: Path | None, excluded: Path | None
) -> tuple[Result, Selection, Sealed]:
    from clairevoie.sortition.sealing import public_numbers, sealed

    found, selection = selection_of(result, pool, chosen, excluded)
    origin = found.origin
    # Of the whole pool, so that nobody's number changes when a seat is drawn again.
    volunteers = Volunteers(pool, origin.identifier, origin.household, None, None)
    everybody = seats_to_draw(volunteers, origin.asked, origin.size).persons
    content = pool.read_bytes()
    numbers = public_numbers(everybody, content)
    kept = sealed(selection, found.lottery, numbers, pool=content, result=result.read_bytes())
    return found, selection, kept


def plain_json(form: dict[str, Any]) -> bytes:
    """Return a form as it is written in a file."""
    return f"{json.dumps(form, ensure_ascii=False, indent=2)}\n".encode()
