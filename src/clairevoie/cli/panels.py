"""The commands before and after a draw: invitations, presets, composition, other tools' files."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clairevoie.cli.draw_files import (
    Chosen,
    Excluded,
    Household,
    Identifier,
    Json,
    PoolArgument,
    QuotasArgument,
    digest_of,
    read_asked,
    read_form,
)
from clairevoie.cli.draws import From, plain_json, selection_of
from clairevoie.cli.output import CommandProblem, say, say_json, write_file, write_folder

if TYPE_CHECKING:
    from clairevoie.sortition.exchange import People

addresses_app = typer.Typer(
    no_args_is_help=True, help="Draw by lot whom to invite.", rich_markup_mode=None
)
AddressesArgument = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="All addresses (CSV), one line each.")
]


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
        read_members,
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
        if digest_of(quotas) != found.origin.quotas:
            raise CommandProblem(f"{quotas} is not what this result was made with.")
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
                before = () if chosen is None else read_members(chosen.read_bytes(), "")
                files |= drawn_files(
                    people, panel, household=household, among=persons, already=before
                )
    except (PoolProblem, ValueError) as error:
        raise CommandProblem(str(error)) from None
    write_folder(out, files)
    say(f"{out} is written: {', '.join(files)}. These files name volunteers: keep them private.")


def invitations(
    strata: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="Strata (CSV): stratum, share, rate of answer, and columns of categories.",
        ),
    ],
    quotas: QuotasArgument,
    size: Annotated[int, typer.Option(help="Seats of the panel.")],
    pool: Annotated[int, typer.Option(help="Volunteers that are wanted.")],
    times: Annotated[
        float, typer.Option(help="Volunteers wanted for each of the fewest seats of a feature.")
    ] = 2.0,
    sure: Annotated[float, typer.Option(help="Probability that all of this is had.")] = 0.95,
    by_rate: Annotated[
        bool, typer.Option("--by-rate", help="Invite more where fewer answer.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where to write stratum,number, for 'addresses plan'.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say how many people to invite, of each stratum, for a pool in which quotas can be met."""
    from clairevoie.sortition import invitations as room
    from clairevoie.sortition.exchange import csv_of
    from clairevoie.sortition.pool import PoolProblem

    asked = read_asked(quotas, size)
    try:
        found = room.invitations(
            room.read_strata(strata.read_bytes(), name=strata.name),
            asked,
            pool=pool,
            times=times,
            probability=sure,
            by_rate=by_rate,
        )
    except PoolProblem as error:
        raise CommandProblem(str(error)) from None
    rows = [(each.name, many) for each, many in zip(found.strata, found.invited, strict=True)]
    if out is not None:
        write_file(out, csv_of(("stratum", "number"), rows))
    if as_json:
        say_json(
            {
                "total": found.total,
                "strata": dict(rows),
                "together": found.together,
                "needs": [
                    {
                        "category": each.category,
                        "feature": each.feature,
                        "wanted": each.wanted,
                        "expected": each.expected,
                        "probability": each.probability,
                    }
                    for each in found.needs
                ],
            }
        )
        return
    for each, many in zip(found.strata, found.invited, strict=True):
        say(f"{many:>9}  {each.name}: {many * each.rate:.1f} volunteers are expected")
    say(f"{found.total:>9}  invitations in all")
    for need in found.needs:
        name = f"{need.category} / {need.feature}" if need.category else "the whole pool"
        say(
            f"{name}: {need.wanted} wanted, {need.expected:.1f} expected; as many are found with "
            f"probability {need.probability:.2%}"
        )
    say(f"All together with probability {found.together:.2%} at least, if answers are independent.")


@addresses_app.command("plan")
def plan_command(
    addresses: AddressesArgument,
    out: Annotated[Path, typer.Option(help="Where to write the plan (JSON); it must be new.")],
    title: Annotated[str, typer.Option(help="Of what people are invited to.")],
    at: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%dT%H:%M"], help="When digits will be drawn (UTC)."),
    ],
    source: Annotated[From, typer.Option("--from", help="Where the digits will be from.")],
    place: Annotated[str, typer.Option(help="With witnesses: where, and how.")] = "",
    total: Annotated[int, typer.Option(help="Addresses in all, in proportion to strata.")] = 0,
    numbers: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Or a CSV of each: stratum, number."),
    ] = None,
    stratum: Annotated[str, typer.Option(help="Column of the stratum.")] = "",
    identifier: Annotated[str, typer.Option("--id", help="Column that names an address.")] = "",
) -> None:
    """Say which addresses can be drawn, how many, and from which digits: publish it before."""
    from clairevoie.sortition import addresses as room
    from clairevoie.sortition.files import digest
    from clairevoie.sortition.pool import PoolProblem
    from clairevoie.sortition.proof import fingerprint
    from clairevoie.sortition.randomness import Kind

    if out.exists():
        raise CommandProblem(f"{out} is there already: choose another name.")
    if (total == 0) == (numbers is None):
        raise CommandProblem("Give either --total or --numbers.")
    if source is From.WITNESSES and not place.strip():
        raise CommandProblem("Say with --place where the digits are drawn, and how.")
    content, when = addresses.read_bytes(), at.replace(tzinfo=UTC)
    if when <= datetime.now(UTC):
        raise CommandProblem(f"--at {at:%Y-%m-%dT%H:%M} (UTC) has passed: the draw comes after.")
    try:
        found = room.read_addresses(
            content, identifier=identifier, stratum=stratum, name=addresses.name
        )
        plan = room.Plan(
            title=title,
            file=digest(content),
            identifier=identifier,
            stratum=stratum,
            numbers=room.proportional(found, total)
            if numbers is None
            else room.read_numbers(numbers.read_bytes(), name=numbers.name),
            kind=Kind(source.value),
            place=place.strip(),
            at=when,
        )
        if problems := room.plan_problems(plan, found):
            raise PoolProblem(problems)
    except PoolProblem as error:
        raise CommandProblem(str(error)) from None
    form = room.plain_plan(plan)
    write_file(out, plain_json(form))
    for each, many in plan.numbers.items():
        say(f"{many:>9}  {each or 'all addresses'}")
    if plan.kind is Kind.WITNESSES:
        say(f"Draw {room.DIGITS} digits or more. {out} is written; publish its fingerprint before:")
    else:
        say(f"The round is {form['randomness']['url']}. {out} is written; publish its fingerprint:")
    say(fingerprint(form))


@addresses_app.command("draw")
def draw_addresses(
    addresses: AddressesArgument,
    plan: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="The plan that was published.")
    ],
    given: Annotated[str, typer.Option(help="The digits, or the signature of the round.")],
    out: Annotated[Path, typer.Option(help="Where to write the addresses; it must be new.")],
    proof: Annotated[Path, typer.Option(help="Where to write the proof; it must be new.")],
) -> None:
    """Draw the addresses that the digits give; anybody who has the file draws the same."""
    from clairevoie.sortition import addresses as room
    from clairevoie.sortition.files import digest
    from clairevoie.sortition.pool import PoolProblem
    from clairevoie.sortition.randomness import RandomnessProblem

    for each in (out, proof):
        if each.exists():
            raise CommandProblem(f"{each} is there already: choose another name.")
    content = addresses.read_bytes()
    try:
        promised = room.read_plan(read_form(plan))
        if digest(content) != promised.file:
            raise CommandProblem(f"{addresses} is not the file of the plan: its SHA-256 differs.")
        if datetime.now(UTC) < promised.at:
            raise CommandProblem(f"Digits are drawn on {promised.at}: it is too early.")
        found = room.read_addresses(
            content,
            identifier=promised.identifier,
            stratum=promised.stratum,
            name=addresses.name,
        )
        drawn = room.drawn_addresses(promised, found, given)
    except (PoolProblem, RandomnessProblem) as error:
        raise CommandProblem(str(error)) from None
    file = room.addresses_csv(found, drawn)
    write_file(out, file)
    write_file(proof, plain_json(room.plain_draw(promised, given, file)))
    say(f"{len(drawn)} addresses of {len(found.names)} are in {out}; publish {proof}, not {out}.")


@addresses_app.command("check")
def check_addresses(
    addresses: AddressesArgument,
    proof: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The proof of the draw (JSON).")
    ],
    fingerprint: Annotated[
        str, typer.Option(help="What was published before the draw, to compare.")
    ] = "",
) -> None:
    """Draw again from the file, and compare with the proof."""
    from clairevoie.sortition import addresses as room
    from clairevoie.sortition.pool import PoolProblem

    try:
        problems = room.draw_problems(
            read_form(proof), addresses.read_bytes(), published=fingerprint
        )
    except PoolProblem as error:
        raise CommandProblem(str(error)) from None
    if problems:
        raise CommandProblem("\n".join(problems))
    say("It holds: these digits draw these addresses from this file, by the plan of the proof.")


def preset(
    name: Annotated[str, typer.Argument(help="france or commune; none to list them.")] = "",
    out: Annotated[Path | None, typer.Option(help="Where to write shares (CSV).")] = None,
    categories: Annotated[
        str, typer.Option(help="Some categories only, with commas: sexe,age,csp.")
    ] = "",
    tolerance: Annotated[str, typer.Option(help="Of every feature, as '2 %'.")] = "",
    template: Annotated[
        bool, typer.Option("--template", help="Write it even where shares are missing.")
    ] = False,
) -> None:
    """Write the categories in use in France, with the shares that were read at INSEE."""
    from clairevoie.sortition.pool import PoolProblem
    from clairevoie.sortition.presets import preset_csv, read_presets

    presets = read_presets()
    if not name:
        for each in presets.values():
            say(f"{each.name}: {each.label} ({', '.join(one.key for one in each.categories)})")
        return
    if name not in presets:
        raise CommandProblem(f"There is no preset {name!r}: {', '.join(presets)}.")
    if out is None or out.exists():
        raise CommandProblem("Say with --out a new file to write.")
    found = presets[name]
    try:
        if categories:
            found = found.only([each.strip() for each in categories.split(",")])
        content = preset_csv(found, tolerance=tolerance)
    except (PoolProblem, ValueError) as error:
        raise CommandProblem(str(error)) from None
    if found.missing and not template:
        raise CommandProblem(
            f"{len(found.missing)} shares are missing ({', '.join(found.missing[:3])}…): choose "
            "--categories that have theirs, or --template to write them empty."
        )
    write_file(out, content)
    for one in found.categories:
        when = f" ({one.date.isoformat()})" if one.date else ""
        missing = f"; {len(one.missing)} shares to fill" if one.missing else ""
        say(f"{one.key}: {one.scope}{when}; {one.url}{missing}")
    say(f"{out} is written. Check that each scope is the population of your panel.")


def composition(
    pool: PoolArgument,
    quotas: QuotasArgument,
    panel: Annotated[
        Path,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Who was drawn: an identifier a line, or a CSV with the column that names them.",
        ),
    ],
    size: Annotated[int, typer.Option(help="Seats, where quotas are shares.")] = 0,
    shares: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Of the population (CSV): category, feature, share."
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Hide nothing: not to be published.")
    ] = False,
    threshold: Annotated[
        int, typer.Option(help="Fewest people that a published figure is on.")
    ] = 11,
    out: Annotated[Path | None, typer.Option(help="Where to write it (CSV).")] = None,
    identifier: Identifier = "",
) -> None:
    """Compare the pool and the panel with the population, as it can be published."""
    from clairevoie.decisions.replay.secrecy import hidden_counts
    from clairevoie.sortition import composition as room
    from clairevoie.sortition.exchange import read_members, read_people
    from clairevoie.sortition.files import read_shares
    from clairevoie.sortition.pool import PoolProblem

    asked = read_asked(quotas, size)
    try:
        people = read_people(pool.read_bytes(), identifier=identifier, name=pool.name)
        members = read_members(panel.read_bytes(), people.identifier, name=panel.name)
        told = shares or quotas
        known = read_shares(told.read_bytes(), name=told.name, needed=shares is not None)
        found = room.composition(people.persons, people.features, members, asked, shares=known)
        if not full:
            found = room.published(found, hidden_counts, threshold=threshold)
    except (PoolProblem, ValueError) as error:
        raise CommandProblem(str(error)) from None
    if out is not None:
        write_file(out, room.composition_csv(found))
    say(f"{found.volunteers} volunteers, {found.members} members.")
    for row in found.rows:
        say(
            f"{row.category} / {row.feature}: population "
            f"{_part(row.population, 1)}, pool {_part(row.pool, found.volunteers)}, "
            f"panel {_part(row.panel, found.members)}"
        )
    if full:
        say("Nothing is hidden: do not publish this.")
    else:
        say(f"Figures on fewer than {threshold} people are hidden, and what would give them away.")


def _part(value: Fraction | int | None, whole: int) -> str:
    return "—" if value is None or not whole else f"{float(value) / whole:.1%}"
