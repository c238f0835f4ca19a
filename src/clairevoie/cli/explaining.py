"""The command that explains one case by published rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from clairevoie.cli.output import REFUSED, CommandProblem, say, say_json

if TYPE_CHECKING:
    from clairevoie.explanation.model import Degree, Explanation
    from clairevoie.rules.model import RuleSet, Version

app = typer.Typer(
    no_args_is_help=True, help="Explain one case by published rules.", rich_markup_mode=None
)
WRONG_USAGE = 2

_HEADINGS = {
    "fr": (
        "EN BREF",
        "CE QUI CHANGERAIT LE RÉSULTAT",
        "1° RÔLE DU CALCUL",
        "2° DONNÉES",
        "3° PARAMÈTRES APPLIQUÉS",
        "4° OPÉRATIONS",
        "NE S’APPLIQUE PAS",
    ),
    "en": (
        "IN SHORT",
        "WHAT WOULD CHANGE THE RESULT",
        "1° PART OF THE COMPUTATION",
        "2° DATA",
        "3° PARAMETERS APPLIED",
        "4° OPERATIONS",
        "DOES NOT APPLY",
    ),
}


@app.callback()
def room() -> None:
    """Explain one case by published rules."""


@app.command()
def explain(
    rules: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A rule set (YAML).")],
    case: Annotated[
        str,
        typer.Option(help="A JSON file of one object, or name=value pairs: 'enfants=2; qf=600'."),
    ] = "",
    on: Annotated[
        str, typer.Option(help="Date of the decision, 2025-03-12: it chooses the version.")
    ] = "",
    version: Annotated[str, typer.Option(help="A version, instead of the one in force.")] = "",
    language: Annotated[str, typer.Option(help="fr or en.")] = "fr",
    cutoff: Annotated[
        str, typer.Option(help="For a ranking: points of the last one admitted.")
    ] = "",
    degree: Annotated[
        str, typer.Option(help="Part of the computation: automated, proposal or unknown.")
    ] = "unknown",
    journal: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="A journal (YAML): its row, instead of --case and --on."),
    ] = None,
    reference: Annotated[str, typer.Option(help="Reference of the decision in the journal.")] = "",
    journal_url: Annotated[
        str,
        typer.Option(envvar="CLAIREVOIE_JOURNAL_URL", help="Address of the database of a table."),
    ] = "",
    letter: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="A letter sheet (YAML): write the letter that it says."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="PDF file of the letter.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print an HTML fragment.")] = False,
) -> None:
    """Explain one case: what counted, what would change it (CRPA R.311-3-1-2)."""
    if as_json and as_html:
        raise CommandProblem("--json and --html exclude each other: choose one", WRONG_USAGE)
    if language not in _HEADINGS:
        raise CommandProblem(f"'{language}' is not a language: fr or en", WRONG_USAGE)
    if (letter is None) is not (out is None) or (letter and (as_json or as_html)):
        raise CommandProblem(
            "--letter and --out go together, without --json or --html", WRONG_USAGE
        )
    # An administration does not say in its own letter that « the administration » states it.
    wanted = Wanted(
        declared=letter is None,
        version=version,
        language=language,
        cutoff=_number(cutoff),
        degree=_degree(degree),
    )
    if journal is not None:
        if case or on or cutoff or not reference:
            raise CommandProblem(
                "--journal goes with --reference, and without --case, --on and --cutoff: the row "
                "says them",
                WRONG_USAGE,
            )
        found = explain_row(rules, journal, reference, journal_url, wanted)
    elif case and on and not reference:
        found = explain_case(rules, _case(case), _day(on), wanted)
    else:
        raise CommandProblem(
            "say what to explain: --case and --on, or --journal and --reference", WRONG_USAGE
        )
    if letter is not None and out is not None:
        _write_letter(found, letter, out, reference)
    elif as_json:
        say_json(found.as_dict())
    elif as_html:
        from clairevoie.explanation.html import html_fragment

        say(html_fragment(found).rstrip("\n"))
    else:
        _print(found)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options say of the explanation."""

    version: str
    language: str
    cutoff: Any
    degree: Degree
    declared: bool

    @property
    def degree_from(self) -> Literal["declared", ""]:
        """Who says so: nobody when the degree is not known, or when the letter itself says it."""
        return "declared" if self.declared and self.degree != "unknown" else ""


def explain_case(rules_file: Path, case: dict[str, Any], day: date, wanted: Wanted) -> Explanation:
    """Explain data that were typed."""
    from clairevoie.explanation.explaining import explain as explained
    from clairevoie.explanation.model import Facts
    from clairevoie.rules.evaluate import evaluate

    facts = Facts(
        cutoff=wanted.cutoff,
        degree=wanted.degree,
        degree_from=wanted.degree_from,
    )
    with _refusals():
        rules, chosen = _rules(rules_file, day, wanted.version)
        names = [item.name for item in chosen.inputs]
        unknown = [name for name in case if name not in names]
        if unknown:
            raise CommandProblem(
                f"--case: the rules have no input '{unknown[0]}' (they have: {', '.join(names)})"
            )
        trace = evaluate(rules, case, day=day, version=chosen.id)
    return explained(rules, trace, facts=facts, language=wanted.language)


def explain_row(
    rules_file: Path, journal_file: Path, reference: str, url: str, wanted: Wanted
) -> Explanation:
    """Explain a decision of a journal."""
    from clairevoie.decisions.index import find_row
    from clairevoie.decisions.reading import read_journal
    from clairevoie.explanation.explaining import explain as explained
    from clairevoie.letters.from_journal import case_of_row, day_of_row, facts_of_row
    from clairevoie.rules.evaluate import evaluate

    with _refusals():
        journal = read_journal(journal_file)
        row = find_row(journal, journal_file.parent, reference, url=url)
        if row is None:
            raise CommandProblem(f"{journal_file.name}: no decision '{reference}' in this journal")
        day = day_of_row(journal, row)
        if day is None:
            raise CommandProblem(
                f"{journal_file.name}: decision '{reference}' has no date, which chooses the rules"
            )
        rules, chosen = _rules(rules_file, day, wanted.version)
        if rules.id != journal.rules:
            raise CommandProblem(
                f"{rules_file.name} holds the rules '{rules.id}', and the journal applies "
                f"'{journal.rules}': give its rules"
            )
        trace = evaluate(rules, case_of_row(journal, row, chosen), day=day, version=chosen.id)
    facts = facts_of_row(journal, row, degree=wanted.degree)
    if facts.degree != "unknown":
        facts = replace(facts, degree_from=wanted.degree_from)
    return explained(rules, trace, facts=facts, language=wanted.language)


def _write_letter(found: Explanation, sheet_file: Path, out: Path, reference: str) -> None:
    """Write the letter of an administration, whole or not at all."""
    from clairevoie.decisions.references import normal_reference
    from clairevoie.letters.engine import LetterProblem
    from clairevoie.letters.explanation import explanation_pdf
    from clairevoie.letters.from_explanation import letter_of
    from clairevoie.letters.sheets import read_sheet

    try:
        sheet = read_sheet(sheet_file)
    except LetterProblem as problem:
        raise CommandProblem(str(problem)) from None
    if reference and normal_reference(sheet.reference) != normal_reference(reference):
        raise CommandProblem(
            f"{sheet_file.name} is for decision '{sheet.reference}', and --reference is "
            f"'{reference}': correct one"
        )
    try:
        made = letter_of(found, sheet.occasion(sheet.decided or found.day))
        content = explanation_pdf(made)
    except ValueError as problem:
        raise CommandProblem(f"{sheet_file.name}: {problem}") from None
    draft = out.with_name(f"{out.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(out)
    except OSError as error:
        raise CommandProblem(f"{out}: cannot be written ({error.strerror})") from None
    agent = made.agent
    unsigned = "" if agent and agent.by_teleservice else " It is to be signed."
    say(f"{out}: letter about decision {sheet.reference}.{unsigned}")


def _rules(path: Path, day: date, version: str) -> tuple[RuleSet, Version]:
    from clairevoie.rules.reading import read_rules

    rules = read_rules(path)
    return rules, rules.version(version) if version else rules.in_force(day)


@contextmanager
def _refusals() -> Iterator[None]:
    from clairevoie.decisions.model import JournalProblem
    from clairevoie.rules.model import RulesProblem

    try:
        yield
    except (RulesProblem, JournalProblem) as problem:
        raise CommandProblem(str(problem), REFUSED) from None


def _degree(text: str) -> Degree:
    from typing import get_args

    from clairevoie.explanation.model import Degree

    if text not in get_args(Degree):
        raise CommandProblem(
            f"--degree: '{text}' is not one of {', '.join(get_args(Degree))}", WRONG_USAGE
        )
    return cast("Degree", text)


def _case(given: str) -> dict[str, Any]:
    """Read a case: a JSON file, or pairs separated by semicolons."""
    path = Path(given)
    if "=" not in given or path.is_file():
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except OSError:
            raise CommandProblem(
                f"--case: no file '{given}'; give a JSON file, or pairs such as 'enfants=2; qf=600'"
            ) from None
        except ValueError as error:
            raise CommandProblem(f"{path}: not readable as JSON ({error})") from None
        if not isinstance(content, dict):
            raise CommandProblem(f"{path}: one JSON object is expected, with the data by name")
        return content
    pairs: dict[str, Any] = {}
    for part in given.split(";"):
        name, sign, value = part.partition("=")
        if part.strip() and not sign:
            raise CommandProblem(f"--case: '{part.strip()}' is not name=value")
        if sign:
            pairs[name.strip()] = value.strip()
    return pairs


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandProblem(
            f"--on: '{text}' is not a date; write it 2025-03-12", WRONG_USAGE
        ) from None


def _number(text: str) -> Any:
    from decimal import Decimal, InvalidOperation

    if not text:
        return None
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise CommandProblem(f"--cutoff: '{text}' is not a number", WRONG_USAGE)
    return number


def _print(found: Explanation) -> None:
    heads = _HEADINGS[found.language]
    parts = [
        [one.text for one in found.short],
        [found.changes.text, *(f"- {one.text}" for one in found.changes.alternatives)],
        [found.participation.text],
        list(found.reasons.facts),
        [f"{one.label} - {one.text}" for one in found.parameters if one.applied],
        [f"{one.label} - {one.text}" for one in found.operations],
        [one.text for one in found.not_applied],
    ]
    for head, lines in zip(heads, parts, strict=True):
        shown = [line for line in lines if line]
        if shown:
            say("\n".join([head, *(f"  {line}" for line in shown), ""]))
