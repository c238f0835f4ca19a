"""Commands of decision journals: check, replay, pseudonymise, codes for letters, index, keys."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clairevoie.cli.output import REFUSED, CommandProblem, complain, progress_bar, say, say_json
from clairevoie.cli.records import WRONG_USAGE
from clairevoie.cli.replaying import replay

if TYPE_CHECKING:
    from clairevoie.decisions.keys import Key, Purpose
    from clairevoie.decisions.model import Journal
    from clairevoie.rules.model import RuleSet

app = typer.Typer(
    no_args_is_help=True,
    help="Decision journals: check, replay, pseudonymise, print codes, find a row.",
    rich_markup_mode=None,
)
keys_app = typer.Typer(
    no_args_is_help=True, help="Keys of a journal, kept outside its data.", rich_markup_mode=None
)
app.add_typer(keys_app, name="keys")
app.command()(replay)

JournalArgument = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="Declaration of the journal (YAML).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
UrlOption = Annotated[
    str,
    typer.Option(envvar="CLAIREVOIE_JOURNAL_URL", help="Address of the database of a table."),
]
KeysOption = Annotated[
    Path,
    typer.Option("--keys", envvar="CLAIREVOIE_KEYS", help="Folder of the keys."),
]
DayOption = Annotated[str, typer.Option("--today", help="Day to count from (YYYY-MM-DD).")]
DEFAULT_KEYS = Path.home() / ".config" / "clairevoie" / "keys"


@contextmanager
def told() -> Iterator[None]:
    """Turn what the ground floor refuses into sentences on standard error and an exit code."""
    from clairevoie.decisions.model import JournalProblem
    from clairevoie.rules.model import RulesProblem

    try:
        yield
    except (JournalProblem, RulesProblem) as problem:
        raise CommandProblem(str(problem)) from None


def read_declaration(file: Path) -> Journal:
    """Return the journal that a file declares."""
    from clairevoie.decisions.reading import read_journal

    with told():
        return read_journal(file)


def read_rules_of(journal: Journal, file: Path) -> RuleSet:
    """Return the rules of a journal; refuse those of another."""
    from clairevoie.rules.reading import read_rules

    with told():
        rules = read_rules(file)
    if rules.id != journal.rules:
        raise CommandProblem(
            f"{file.name} holds the rules '{rules.id}', and the journal applies '{journal.rules}': "
            "give its rules, or correct the declaration."
        )
    return rules


def day_of(text: str) -> date:
    """Return the day that the user gives, else today."""
    try:
        return date.fromisoformat(text) if text else date.today()  # noqa: DTZ011 - the user's day
    except ValueError:
        raise CommandProblem(f"'{text}' is not a day: write YYYY-MM-DD.", WRONG_USAGE) from None


@app.command()
def check(
    declaration: JournalArgument,
    rules: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The rules (YAML).")],
    url: UrlOption = "",
    today: DayOption = "",
    as_json: JsonOption = False,
) -> None:
    """Check a journal: counts and numbers of rows, never a value; exit code 1 on a problem."""
    from clairevoie.decisions.checking import check_journal
    from clairevoie.decisions.opening import open_journal

    day, journal = day_of(today), read_declaration(declaration)
    published = read_rules_of(journal, rules)
    with told(), progress_bar(f"Checking {declaration.name}", unit="rows") as done:
        table = open_journal(journal, declaration.parent, url=url, numbered=True)
        report = check_journal(journal, table, published, today=day, done=done)
    if as_json:
        say_json(report.as_dict())
    else:
        say(report.text())
    if not report.ok:
        raise typer.Exit(REFUSED)


@app.command()
def pseudonymise(
    declaration: JournalArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write, Parquet or CSV.")],
    keys: KeysOption = DEFAULT_KEYS,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="From pseudonyms under the key before to the newest.")
    ] = False,
    rules: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The rules, when inputs keep their names."),
    ] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option("--leave-out", help="A column not to write; again for more.")
    ] = None,
    url: UrlOption = "",
    today: DayOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write a journal with pseudonyms instead of the persons and agents."""
    from clairevoie.decisions.keys import chain, current_key
    from clairevoie.decisions.pseudonyms import pseudonymise as write

    journal, day = read_declaration(declaration), day_of(today)
    found = _keys(journal, declaration, keys, "pseudonyms")
    with told(), progress_bar(f"Writing {output.name}", unit="rows") as done:
        report = write(
            journal,
            declaration.parent,
            output,
            keys=chain(found, current_key(found, day=day)),
            rotate=rotate,
            leave_out=tuple(leave_out or ()),
            more_inputs=_input_names(journal, rules),
            url=url,
            done=done,
        )
    if as_json:
        say_json(report.as_dict())
        return
    say(f"{output}: {report.rows} rows, under the key {report.key}.")
    for item in report.columns:
        say(f"{item.column}: {item.pseudonyms} pseudonyms, {item.missing} empty.")
    if report.undeclared:
        complain(
            f"Not declared, kept as they are: {', '.join(report.undeclared)}. "
            "Leave out (--leave-out) what says who somebody is."
        )


@app.command()
def codes(
    declaration: JournalArgument,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="CSV file to write; standard output if none.")
    ] = None,
    keys: KeysOption = DEFAULT_KEYS,
    url: UrlOption = "",
    today: DayOption = "",
) -> None:
    """Print the code of each reference for a mailing, as CSV: reference;code."""
    from clairevoie.decisions.codes import code_lines, write_codes
    from clairevoie.decisions.keys import current_key

    journal, day = read_declaration(declaration), day_of(today)
    found = _keys(journal, declaration, keys, "codes")
    with told(), progress_bar("Writing codes", unit="codes") as done:
        key = current_key(found, day=day)
        lines = code_lines(journal, declaration.parent, key, url=url, done=done)
        if out is None:
            for text in lines:
                sys.stdout.write(text)
        else:
            write_codes(out, lines)
    if out is not None:
        end = f", valid until {key.expires.isoformat()}" if key.expires else ""
        say(
            f"{out}: codes under the key {key.id}{end}. Whoever has this file reads every decision."
        )


@app.command()
def index(declaration: JournalArgument, as_json: JsonOption = False) -> None:
    """Make the index by which one row of a Parquet journal is found at once."""
    from clairevoie.decisions.index import build_index, index_path
    from clairevoie.decisions.opening import data_path

    journal = read_declaration(declaration)
    if journal.data.kind != "parquet":
        raise CommandProblem("Only a Parquet journal has an index: this one is read as it is.")
    with told(), progress_bar(f"Indexing {journal.data.path}", unit="rows") as done:
        path = data_path(journal, declaration.parent)
        made = build_index(path, journal.identifier, done=done)
    if as_json:
        say_json({"file": str(index_path(path)), **made.as_dict()})
    else:
        say(f"{index_path(path)}: {made.count} references.")


@keys_app.command("new")
def new(
    declaration: JournalArgument,
    purpose: Annotated[str, typer.Option(help="pseudonyms or codes.")],
    keys: KeysOption = DEFAULT_KEYS,
    expires: Annotated[str, typer.Option(help="Last day of the key; no end when left out.")] = "",
    unlinked: Annotated[
        bool,
        typer.Option("--unlinked", help="Pseudonyms that nothing links to those of older keys."),
    ] = False,
    today: DayOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make a key. One of pseudonyms follows the newest there is, unless --unlinked."""
    from clairevoie.decisions.keys import SECRET_BYTES, new_key, write_key

    journal, wanted = read_declaration(declaration), _purpose(purpose)
    with told():
        key = new_key(
            journal=journal.id,
            purpose=wanted,
            secret=secrets.token_bytes(SECRET_BYTES),
            created=day_of(today),
            older=_keys(journal, declaration, keys, wanted),
            expires=day_of(expires) if expires else None,
            linked=not unlinked,
        )
        path = write_key(keys, key)
    if as_json:
        say_json({"file": str(path), **key.as_dict()})
    else:
        after = f", which follows {key.follows}" if key.follows else ""
        say(f"{path}: key {key.id}{after}. Back it up apart from the data: nothing replaces it.")


@keys_app.command("list")
def list_keys(
    declaration: JournalArgument,
    keys: KeysOption = DEFAULT_KEYS,
    today: DayOption = "",
    as_json: JsonOption = False,
) -> None:
    """List the keys of a journal, without their secrets."""
    from clairevoie.decisions.keys import PURPOSES

    journal, day = read_declaration(declaration), day_of(today)
    found = [key for name in PURPOSES for key in _keys(journal, declaration, keys, name)]
    if as_json:
        say_json({"keys": [key.as_dict() | {"valid": key.valid(day)} for key in found]})
        return
    for key in found:
        end = key.retired or key.expires
        state = "valid" if key.valid(day) else "retired" if key.retired else "not valid"
        until = end.isoformat() if end else "no end"
        follows = f"  follows {key.follows}" if key.follows else ""
        say(
            f"{key.id}  {key.purpose:<10}  {key.created.isoformat()}  {until:<10}  {state}{follows}"
        )
    if not found:
        say("No key yet: make one with 'clairevoie decisions keys new'.")


@keys_app.command()
def retire(
    declaration: JournalArgument,
    key: Annotated[str, typer.Argument(help="Identifier of the key.")],
    keys: KeysOption = DEFAULT_KEYS,
    today: DayOption = "",
) -> None:
    """Retire a key today: its codes open nothing any more, no new pseudonym is made under it."""
    from clairevoie.decisions.keys import PURPOSES, retire_key

    journal, day = read_declaration(declaration), day_of(today)
    for name in PURPOSES:
        for found in _keys(journal, declaration, keys, name):
            if found.id == key:
                with told():
                    retire_key(keys, found, day=day)
                say(f"The key {key} ({name}) is retired from {day.isoformat()}.")
                return
    raise CommandProblem(f"The journal has no key '{key}': see 'clairevoie decisions keys list'.")


def _keys(journal: Journal, declaration: Path, folder: Path, purpose: Purpose) -> tuple[Key, ...]:
    """Return the keys of a journal; refuse keys that are kept with the data."""
    from clairevoie.decisions.keys import check_apart, read_keys

    with told():
        data = (declaration.parent / journal.data.path).resolve().parent
        for place in {declaration.resolve().parent, data if journal.data.path else None}:
            if place is not None:
                check_apart(folder, place)
        return read_keys(folder, journal=journal.id, purpose=purpose)


def _input_names(journal: Journal, file: Path | None) -> tuple[str, ...]:
    if file is None:
        return ()
    versions = read_rules_of(journal, file).versions
    return tuple(dict.fromkeys(item.name for one in versions for item in one.inputs))


def _purpose(text: str) -> Purpose:
    from clairevoie.decisions.keys import PURPOSES

    for known in PURPOSES:
        if text == known:
            return known
    raise CommandProblem("The purpose of a key is pseudonyms or codes.", WRONG_USAGE)
