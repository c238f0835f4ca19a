"""Commands of published rules: check a file, show it, evaluate a case, convert another format."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clairevoie.cli.output import REFUSED, CommandProblem, complain, say, say_json

if TYPE_CHECKING:
    from clairevoie.rules.model import RuleSet, Text, Value, Version
    from clairevoie.rules.trace import Operation, Trace, TraceStep

app = typer.Typer(
    no_args_is_help=True,
    help="Published rules: check, show, evaluate a case, convert.",
    rich_markup_mode=None,
)

FileArgument = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A rule set (YAML, format rules-1.0).")
]
LanguageOption = Annotated[str, typer.Option(help="fr or en.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
VersionOption = Annotated[str, typer.Option(help="A version, instead of the one in force.")]

WRONG_USAGE = 2


@app.command()
def check(
    file: FileArgument,
    language: LanguageOption = "en",
    strict: Annotated[bool, typer.Option("--strict", help="Refuse warnings too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what the rules lack or say in vain. Exit code 1 when there is an error.

    Without legal basis, undated, rows that never apply or overlap, cases that none takes,
    protected criteria, data without a source or of no use, thresholds that nobody reaches.
    """
    from clairevoie.rules.checking import check as checked

    report = checked(_read(file), _language(language))
    if as_json:
        say_json(report.as_dict())
    else:
        for one in report.findings:
            say(f"{one.severity:<8} {one.place or '-':<28} {one.sentence}")
        counts = {
            severity: sum(one.severity == severity for one in report.findings)
            for severity in ("error", "warning", "note")
        }
        say(", ".join(f"{severity}s: {count}" for severity, count in counts.items()))
    refused = {"error", "warning"} if strict else {"error"}
    if any(one.severity in refused for one in report.findings):
        raise typer.Exit(REFUSED)


@app.command()
def evaluate(
    file: FileArgument,
    case: Annotated[
        list[str],
        typer.Option(help="name=value, several times; or a JSON file of one object."),
    ],
    on: Annotated[
        str, typer.Option(help="Date of the decision, 2025-03-12: it chooses the version.")
    ],
    version: VersionOption = "",
    language: LanguageOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Evaluate one case and print its trace: what was read, tested, computed."""
    from clairevoie.rules.case import case_problems
    from clairevoie.rules.evaluate import evaluate as evaluated
    from clairevoie.rules.model import RulesProblem

    _language(language)
    rules, day = _read(file), _day(on)
    try:
        chosen = rules.version(version) if version else rules.in_force(day)
    except RulesProblem as problem:
        raise CommandProblem(str(problem)) from None
    given = _case(case)
    _known(chosen, given)
    trace = evaluated(rules, given, day=day, version=chosen.id)
    if as_json:
        say_json(_trace_as_dict(trace))
    else:
        _Printer(rules, chosen, language).trace(trace)
    for refused in case_problems(chosen, given):
        complain(refused.sentence_in(language))
    if trace.problem is not None:
        raise typer.Exit(REFUSED)


@app.command()
def show(
    file: FileArgument,
    on: Annotated[str, typer.Option(help="A date: the version in force on it.")] = "",
    version: VersionOption = "",
    language: LanguageOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Show the rules: each element with its anchor and its legal basis."""
    from clairevoie.rules.anchors import elements
    from clairevoie.rules.model import RulesProblem
    from clairevoie.rules.model import say as text

    rules = _read(file)
    language = _language(language)
    try:
        chosen = _versions(rules, on, version)
    except RulesProblem as problem:
        raise CommandProblem(str(problem)) from None
    if as_json:
        say_json(_rules_as_dict(rules, chosen))
        return
    say(f"{rules.id}: {text(rules.title, language)}")
    say(f"digest sha256:{rules.digest}")
    for one in chosen:
        until = one.until.isoformat() if one.until else "now"
        say(f"\nversion {one.id} ({one.kind}), from {one.start.isoformat()} to {until}")
        for element in elements(one):
            basis = element.basis.article if element.basis else ""
            lacking = "without legal basis" if element.needs_basis and not basis else basis
            say(f"  {element.anchor:<32} {text(element.label, language):<40} {lacking}".rstrip())


@app.command()
def convert(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file to convert.")],
    source: Annotated[
        str, typer.Option("--from", help="Its format; 'clairevoie rules formats' lists them.")
    ],
    identifier: Annotated[str, typer.Option("--id", help="Identifier of the rule set.")],
    start: Annotated[str, typer.Option(help="First day in force, 2025-01-01.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The YAML file to write.")],
    title: Annotated[str, typer.Option(help="Title; that of the file when left out.")] = "",
    version: Annotated[str, typer.Option(help="Identifier of the version.")] = "1",
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Convert the export of another tool to a rule set, and say what it could not carry."""
    from clairevoie.rules.importers.formats import import_rules
    from clairevoie.rules.importers.imported import About
    from clairevoie.rules.model import RulesProblem
    from clairevoie.rules.reading import read_rules
    from clairevoie.rules.writing import rules_text

    if output.exists() and not force:
        raise CommandProblem(f"{output} is already there: give another name, or --force")
    about = About(id=identifier, start=_day(start, "--start"), title=title, version=version)
    try:
        found = import_rules(source, file.read_bytes(), about)
        content = rules_text(found.rules).encode()
        read_rules(content, name=output.name)
    except RulesProblem as problem:
        raise CommandProblem(f"{file.name}: {problem}") from None
    _write(output, content)
    for loss in found.losses:
        complain(f"not carried over: {loss}")
    say(f"{output}: {found.rules.id}, version {version}, {len(found.losses)} losses")


@app.command()
def formats(as_json: JsonOption = False) -> None:
    """List the formats that can be converted."""
    from clairevoie.rules.importers.formats import FORMATS

    if as_json:
        say_json({"formats": [{"name": one.name, "title": one.title} for one in FORMATS.values()]})
        return
    for one in FORMATS.values():
        say(f"{one.name:<15} {one.title}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a rule set."""
    from clairevoie.rules.schema import schema_text

    say(schema_text().rstrip("\n"))


# --- what commands read ---------------------------------------------------------------------------


def _read(path: Path) -> RuleSet:
    from clairevoie.rules.model import RulesProblem
    from clairevoie.rules.reading import read_rules

    try:
        return read_rules(path)
    except RulesProblem as problem:
        raise CommandProblem(str(problem)) from None


def _language(given: str) -> str:
    if given not in {"fr", "en"}:
        raise CommandProblem(f"'{given}' is not a language: fr or en", WRONG_USAGE)
    return given


def _day(given: str, option: str = "--on") -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise CommandProblem(
            f"{option}: '{given}' is not a date; write it 2025-03-12", WRONG_USAGE
        ) from None


def _versions(rules: RuleSet, on: str, version: str) -> tuple[Version, ...]:
    if version:
        return (rules.version(version),)
    return (rules.in_force(_day(on)),) if on else rules.versions


def _case(given: list[str]) -> dict[str, Any]:
    """Read a case: pairs, or the path of a JSON file."""
    found: dict[str, Any] = {}
    for part in given:
        name, sign, value = part.partition("=")
        if sign and not Path(part).is_file():
            found[name.strip()] = value.strip()
        else:
            found |= _case_file(Path(part))
    return found


def _case_file(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError:
        raise CommandProblem(
            f"--case: '{path}' is neither name=value nor a JSON file", WRONG_USAGE
        ) from None
    except ValueError as error:
        raise CommandProblem(f"{path}: not readable as JSON ({error})") from None
    if not isinstance(content, dict):
        raise CommandProblem(f"{path}: one JSON object is expected, with the data by name")
    return content


def _known(version: Version, given: Mapping[str, Any]) -> None:
    names = [item.name for item in version.inputs]
    for name in given:
        if name not in names:
            raise CommandProblem(
                f"--case: the rules have no input '{name}' (they have: {', '.join(names)})"
            )


def _write(path: Path, content: bytes) -> None:
    """Write under a temporary name, then rename: nothing half-written is ever there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise CommandProblem(f"{path}: cannot be written ({error.strerror})") from None


# --- what commands print --------------------------------------------------------------------------


def _shown(value: Value) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


class _Printer:
    """Prints a trace in one language."""

    def __init__(self, rules: RuleSet, version: Version, language: str) -> None:
        self.rules = rules
        self.version = version
        self.language = language

    def text(self, text: Text | None) -> str:
        from clairevoie.rules.model import say as said

        return said(text, self.language) if text else ""

    def trace(self, trace: Trace) -> None:
        say(f"{trace.rules}, version {trace.version} ({trace.kind}), {trace.day.isoformat()}")
        say("\ndata")
        for reading in trace.readings:
            item = self.version.input(reading.name)
            status = "" if reading.status == "given" else f"({reading.status.replace('_', ' ')})"
            line = f"  {self.text(item.label)}: {_shown(reading.value)} {self.text(item.unit)}"
            say(f"{line.rstrip()} {status}".rstrip())
        say("\nsteps")
        for step in trace.steps:
            self.step(step)
        if trace.problem is not None:
            names = ", ".join(trace.problem_names)
            say(f"\nno answer: {trace.problem.replace('_', ' ')}{f' ({names})' if names else ''}")
            return
        name = self.text(self.rules.result) or "result"
        unit = self.text(self.rules.unit)
        # « 130 points » does not need to say twice that it is points.
        line = f"{name}: {_shown(trace.value)} {'' if unit == name else unit}".rstrip()
        say(f"\n{line}" if trace.value is not None else "")
        if trace.outcome is not None:
            outcome = self.rules.outcome(trace.outcome)
            say(f"answer: {self.text(outcome.label) if outcome else trace.outcome}")

    def step(self, step: TraceStep) -> None:
        mark = "x" if step.applied else " "
        label = self.text(step.label) or step.id
        value = "" if step.value is None else f": {_shown(step.value)}"
        told = f"  = {self.operation(step.operation)}" if step.operation is not None else ""
        say(f"  [{mark}] {'  ' if step.parent else ''}{label}{value}{told}")
        for one in step.tested:
            holds = "yes" if one.holds else "no"
            say(f"          {self.text(one.label)} {_shown(one.value)} | {one.text} | {holds}")

    def operation(self, operation: Operation) -> str:
        parts = [
            token
            if isinstance(token, str)
            else f"{_shown(token.value)} {self.text(token.unit)}".rstrip()
            for token in operation.tokens
        ]
        return " ".join(parts)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def _trace_as_dict(trace: Trace) -> dict[str, Any]:
    from dataclasses import asdict

    return _deep(asdict(trace))  # type: ignore[no-any-return]


def _deep(value: Any) -> Any:
    """Decimals as text, so that no digit is lost, and dates as they are written."""
    if isinstance(value, Mapping):
        return {str(key): _deep(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_deep(one) for one in value]
    return _plain(value)


def _rules_as_dict(rules: RuleSet, versions: tuple[Version, ...]) -> dict[str, Any]:
    from clairevoie.rules.plain import rules_data, version_data

    data = rules_data(rules) | {"digest": rules.digest}
    data["versions"] = [version_data(one) for one in versions]
    return _deep(data)  # type: ignore[no-any-return]
