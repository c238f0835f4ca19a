"""Commands that move records between files and the site's register."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clairevoie.cli.output import REFUSED, CommandProblem, complain, say, say_json
from clairevoie.cli.records import WRONG_USAGE, format_named, read_records

if TYPE_CHECKING:
    from clairevoie.web.accounts.permissions import Actor

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def import_file(
    file: Annotated[Path, typer.Argument(exists=True, help="A file, or a directory of YAML.")],
    format_key: Annotated[
        str, typer.Option("--format", help="Format of the file; recognised when left out.")
    ] = "",
    mapping: Annotated[
        str, typer.Option(help="Column mapping: a YAML file, or the name of a shipped one.")
    ] = "",
    encoding: Annotated[
        str, typer.Option(help="Encoding of a CSV file; UTF-8 when left out.")
    ] = "",
    speaker: Annotated[
        str, typer.Option(help="Who says it, where the format does not; else the public body.")
    ] = "",
    capacity: Annotated[str, typer.Option(help="In what capacity.")] = "administration",
    said_on: Annotated[str, typer.Option("--date", help="When it was said.")] = "",
    organisation: Annotated[
        str, typer.Option(help="Organisation of the site in whose name it is imported.")
    ] = "",
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Import the good records despite problems.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import a file into the site; nothing is imported when something is refused."""
    from clairevoie.cli.site import import_records_of, prepare_site
    from clairevoie.register.building import Provenance
    from clairevoie.register.reports import Report

    report = Report()
    records = read_records(
        file,
        report,
        format_key=format_key,
        mapping=mapping,
        encoding=encoding,
        provenance=Provenance(speaker=speaker, capacity=capacity, date=said_on),
    )
    prepare_site()
    result = import_records_of(
        records,
        report,
        origin=file.name,
        keep_good=keep_good,
        actor=_publisher_for(organisation) if organisation else None,
    )
    if as_json:
        say_json({"imported": result.as_dict(), "read": report.as_dict()})
    else:
        (say if result.written else complain)(report.text())
        if result.written:
            say(
                f"{result.systems_added} systems added, {result.systems_changed} changed; "
                f"{result.statements_added} statements added, "
                f"{result.statements_known} already there."
            )
    if not result.written:
        if as_json:
            raise typer.Exit(REFUSED)
        raise CommandProblem(
            f"{file.name} was refused and nothing was imported: correct it, or add --keep-good."
        )


def _publisher_for(name: str) -> Actor:
    from clairevoie.web.accounts.models import Organisation, Role
    from clairevoie.web.accounts.permissions import Actor

    found = Organisation.objects.filter(name=name).first()
    if found is None:
        raise CommandProblem(f"The site has no organisation named '{name}'.", WRONG_USAGE)
    return Actor(organisation=found, role=Role.PUBLISHER)


def export_file(
    to: Annotated[str, typer.Option("--to", help="Format to write.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write; - for stdout.")],
    search: Annotated[str, typer.Option(help="Only the systems that hold these words.")] = "",
    language: Annotated[str, typer.Option(help="Language of headings: fr or en.")] = "fr",
    as_json: JsonOption = False,
) -> None:
    """Export the site's register, or the systems that a search finds."""
    from clairevoie.cli.site import prepare_site

    if language not in {"fr", "en"}:
        raise CommandProblem("The language is fr or en.", WRONG_USAGE)
    if format_named(to).write is None:
        raise CommandProblem(f"The format {to} can be read, not written.", WRONG_USAGE)
    to_stdout = str(output) == "-"
    if to_stdout and as_json:
        raise CommandProblem("Give --output a file when you ask for --json.", WRONG_USAGE)
    prepare_site()
    from clairevoie.web.register.services.exporting import export
    from clairevoie.web.register.services.search import SearchQuery, all_ids

    ids = all_ids(SearchQuery(search, sort="name"))
    chunks = export(to, ids, language=language)
    if to_stdout:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        sys.stdout.flush()
    else:
        _write_whole(chunks, output)
    if as_json:
        say_json({"systems": len(ids), "format": to, "output": str(output)})
    elif not to_stdout:
        say(f"{len(ids)} systems written to {output}.")


def _write_whole(chunks: Iterator[bytes], output: Path) -> None:
    """Write a file in one step: it is there whole, or not at all."""
    part = output.with_name(f".{output.name}.part")
    try:
        with part.open("wb") as stream:
            stream.writelines(chunks)
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CommandProblem(
            f"{output} cannot be written ({error.strerror}): choose another file.", WRONG_USAGE
        ) from None
