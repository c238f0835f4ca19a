"""Commands of the register: its fields and formats, and what can be done with a file."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, NoReturn

import typer

from clairevoie.cli import transfer
from clairevoie.cli.output import REFUSED, CommandProblem, complain, say, say_json
from clairevoie.cli.records import WRONG_USAGE, format_named, read_records, watched

if TYPE_CHECKING:
    from clairevoie.register.diff import SystemChange
    from clairevoie.register.reports import Report
    from clairevoie.register.statements import Statement, SystemRecord

app = typer.Typer(
    no_args_is_help=True, help="Read, check, convert and import registers.", rich_markup_mode=None
)

FileArgument = Annotated[Path, typer.Argument(exists=True, help="A file, or a directory of YAML.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
FormatOption = Annotated[
    str, typer.Option("--format", help="Format of the file; recognised when left out.")
]
MappingOption = Annotated[
    str, typer.Option(help="Column mapping: a YAML file, or the name of a shipped one.")
]
EncodingOption = Annotated[str, typer.Option(help="Encoding of a CSV file; UTF-8 when left out.")]

SHOWN = 90


@app.command()
def fields(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print docs/reference/fields.md.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the fields of a record."""
    from clairevoie.register.catalogue import FIELDS, VOCABULARIES
    from clairevoie.register.reference import field_as_dict, fields_markdown

    if as_json:
        vocabularies = {
            key: [{"code": term.code, "fr": term.fr, "en": term.en} for term in vocabulary.terms]
            for key, vocabulary in VOCABULARIES.items()
        }
        say_json({"fields": [field_as_dict(item) for item in FIELDS], "vocabularies": vocabularies})
    elif markdown:
        say(fields_markdown().rstrip("\n"))
    else:
        for item in FIELDS:
            say(f"{item.key:<28} {item.group:<13} {item.kind.value:<8} {item.en}")


@app.command()
def formats(as_json: JsonOption = False) -> None:
    """List the exchange formats, and the mappings that come with the program."""
    from clairevoie.register.exchange import FORMATS
    from clairevoie.register.mapping import shipped_mappings

    if as_json:
        say_json(
            {
                "formats": [
                    {
                        "key": item.key,
                        "fr": item.fr,
                        "en": item.en,
                        "media_type": item.media_type,
                        "extension": item.extension,
                        "reads": item.read is not None,
                        "writes": item.write is not None,
                    }
                    for item in FORMATS.values()
                ],
                "mappings": list(shipped_mappings()),
            }
        )
        return
    for item in FORMATS.values():
        ways = "read, write" if item.read and item.write else "read" if item.read else "write"
        say(f"{item.key:<16} {ways:<12} {item.en}")
    for name in shipped_mappings():
        say(f"{'mapping':<16} {'':<12} {name}")


@app.command()
def schema(
    mapping: Annotated[bool, typer.Option("--mapping", help="That of column mappings.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the JSON Schema of Clairevoie's own format (it is JSON with or without --json)."""
    from clairevoie.register.formats.mapping_schema import mapping_schema
    from clairevoie.register.formats.schema import register_schema

    del as_json
    say_json(mapping_schema() if mapping else register_schema())


@app.command()
def sniff(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A table.")],
    as_json: JsonOption = False,
) -> None:
    """Propose a column mapping for a CSV, XLSX or JSON table, to edit."""
    from clairevoie.register.reading import UnreadableError
    from clairevoie.register.sniff import sniff as look

    try:
        proposal = look(file)
    except UnreadableError as error:
        raise CommandProblem(f"{file.name}: {error}.") from None
    if as_json:
        say_json(proposal.as_dict())
    else:
        say(proposal.as_yaml().rstrip("\n"))


@app.command()
def check(
    file: FileArgument,
    format_key: FormatOption = "",
    mapping: MappingOption = "",
    encoding: EncodingOption = "",
    as_json: JsonOption = False,
) -> None:
    """Read a file and report by row and column; exit code 1 when something is refused."""
    from clairevoie.register.reports import Report

    report = Report()
    records = read_records(file, report, format_key=format_key, mapping=mapping, encoding=encoding)
    for _ in watched(records, f"Checking {file.name}"):
        pass
    if as_json:
        say_json(report.as_dict())
    else:
        say(report.text())
    if not report.ok:
        raise typer.Exit(REFUSED)


@app.command()
def convert(
    file: FileArgument,
    to: Annotated[str, typer.Option("--to", help="Format to write.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write; - for stdout.")],
    format_key: Annotated[
        str, typer.Option("--from", help="Format of the file; recognised when left out.")
    ] = "",
    mapping: MappingOption = "",
    encoding: EncodingOption = "",
    language: Annotated[str, typer.Option(help="Language of headings: fr or en.")] = "fr",
    speaker: Annotated[str, typer.Option(help="Who says what the file says.")] = "",
    capacity: Annotated[str, typer.Option(help="In what capacity.")] = "administration",
    said_on: Annotated[str, typer.Option("--date", help="When it was said.")] = "",
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Write the good records despite problems.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a file in another format; nothing is written when something is refused."""
    from clairevoie.register.building import Provenance
    from clairevoie.register.reports import Report

    target = format_named(to)
    if target.write is None:
        raise CommandProblem(f"The format {to} can be read, not written.", WRONG_USAGE)
    if language not in {"fr", "en"}:
        raise CommandProblem("The language is fr or en.", WRONG_USAGE)
    to_stdout = str(output) == "-"
    if to_stdout and as_json:
        raise CommandProblem("Give --output a file when you ask for --json.", WRONG_USAGE)
    reading, writing = Report(), Report()
    records = read_records(
        file,
        reading,
        format_key=format_key,
        mapping=mapping,
        encoding=encoding,
        provenance=Provenance(speaker=speaker, capacity=capacity, date=said_on),
    )
    with tempfile.TemporaryFile() as draft:
        target.write(watched(records, f"Converting {file.name}"), draft, writing, language=language)
        written = reading.ok or keep_good
        if written:
            _deliver(draft, output, to_stdout=to_stdout)
    if as_json:
        say_json({"written": written, "read": reading.as_dict(), "wrote": writing.as_dict()})
    else:
        tell = complain if to_stdout or not written else say
        tell(reading.text())
        if written and (writing.losses or writing.warnings):
            tell(f"\nWritten as {to}:\n{writing.text().partition(chr(10))[2].strip()}")
    if not written:
        raise CommandProblem(f"{file.name} was refused, {output} was not written.")


def _deliver(draft: BinaryIO, output: Path, *, to_stdout: bool) -> None:
    draft.seek(0)
    if to_stdout:
        shutil.copyfileobj(draft, sys.stdout.buffer)
        sys.stdout.flush()
        return
    part = output.with_name(f".{output.name}.part")
    try:
        with part.open("wb") as stream:
            shutil.copyfileobj(draft, stream)
        os.replace(part, output)  # noqa: PTH105 - one step, on every system
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CommandProblem(
            f"{output} cannot be written ({error.strerror}): choose another file.", WRONG_USAGE
        ) from None


def _good_records(file: Path, format_key: str, mapping: str, encoding: str) -> list[SystemRecord]:
    """Return every record of a file.

    Raises:
        CommandProblem: something in it is refused.
    """
    from clairevoie.register.reports import Report

    report = Report()
    records = read_records(file, report, format_key=format_key, mapping=mapping, encoding=encoding)
    found = list(watched(records, f"Reading {file.name}"))
    if not report.ok:
        _refuse(file, report)
    return found


def _refuse(file: Path, report: Report) -> NoReturn:
    complain(report.text())
    raise CommandProblem(f"{file.name} has problems: correct them, listed above.")


@app.command()
def completeness(
    file: FileArgument,
    format_key: FormatOption = "",
    mapping: MappingOption = "",
    encoding: EncodingOption = "",
    as_json: JsonOption = False,
) -> None:
    """Tell how much of each record is filled, and of each group of fields."""
    from clairevoie.register.catalogue import GROUPS
    from clairevoie.register.record import completeness as measure

    records = _good_records(file, format_key, mapping, encoding)
    measured = {item.id: measure({said.field for said in item.statements}) for item in records}
    groups = []
    for rank, group in enumerate(GROUPS):
        filled = sum(item.groups[rank].filled for item in measured.values())
        total = sum(item.groups[rank].total for item in measured.values())
        share = filled / total if total else None
        groups.append({"group": group.key, "filled": filled, "total": total, "share": share})
    if as_json:
        systems = [
            {"system": key, "filled": item.filled, "total": item.total, "percent": item.percent}
            for key, item in measured.items()
        ]
        say_json({"systems": systems, "groups": groups})
        return
    for key, item in measured.items():
        say(f"{item.percent:>3} %  {item.filled:>3}/{item.total}  {key}")
    for found in groups:
        say(f"{_percent(found['share'])}  {found['filled']}/{found['total']}  {found['group']}")


def _percent(share: Any) -> str:
    return "  – %" if share is None else f"{100 * share:>3.0f} %"


@app.command()
def indicators(
    file: FileArgument,
    format_key: FormatOption = "",
    mapping: MappingOption = "",
    encoding: EncodingOption = "",
    today: Annotated[str, typer.Option(help="Day from which ages are counted.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Compute Odap's indicators over a file."""
    import numpy as np

    from clairevoie.register.indicators import flags
    from clairevoie.register.indicators import indicators as compute

    try:
        day = date.fromisoformat(today) if today else date.today()  # noqa: DTZ011 - the user's day
    except ValueError:
        raise CommandProblem(f"'{today}' is not a day: write YYYY-MM-DD.", WRONG_USAGE) from None
    records = _good_records(file, format_key, mapping, encoding)
    found = compute(
        np.array([flags(item.statements) for item in records], dtype=np.int64),
        np.array([_last_said(item.statements) for item in records], dtype=np.int64),
        day,
    )
    if as_json:
        say_json(found.as_dict())
        return
    for item in found.items:
        say(f"{_percent(item.share)}  {item.count}/{item.total}  {item.definition.en}")
    age = found.age
    if age.quartiles is None:
        say("No statement has a date.")
        return
    low, middle, high = age.quartiles
    say(
        f"Age of the last statement: median {middle:.0f} days, quartiles {low:.0f} and {high:.0f} "
        f"({age.dated} of {age.total} records have a dated statement)."
    )


def _last_said(statements: tuple[Statement, ...]) -> int:
    from clairevoie.register.values import date_bounds

    return max(
        (date_bounds(item.date)[1].toordinal() for item in statements if item.date), default=0
    )


@app.command()
def diff(
    before: FileArgument,
    after: FileArgument,
    format_key: FormatOption = "",
    mapping: MappingOption = "",
    encoding: EncodingOption = "",
    as_json: JsonOption = False,
) -> None:
    """Tell what changed between two files of the same register."""
    from clairevoie.register.diff import diff as compare

    earlier, later = (
        [
            said
            for item in _good_records(file, format_key, mapping, encoding)
            for said in item.statements
        ]
        for file in (before, after)
    )
    found = compare(earlier, later)
    if as_json:
        say_json(found.as_dict())
        return
    for change in found.systems:
        _say_change(change)
    say(
        f"{len(found.systems)} systems changed, {found.new_systems} new; {found.added} statements "
        f"added, {found.replaced} replaced, {found.withdrawn} withdrawn."
    )


def _say_change(change: SystemChange) -> None:
    say(f"{change.system}{' (new)' if change.new else ''}")
    for item in change.added:
        say(f"  + {item.field}: {_short(item.value)}")
    for pair in change.replaced:
        say(f"  ~ {pair.after.field}: {_short(pair.before.value)} → {_short(pair.after.value)}")
    for item in change.withdrawn:
        say(f"  - {item.field}: {_short(item.value)}")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


app.command("import")(transfer.import_file)
app.command("export")(transfer.export_file)
