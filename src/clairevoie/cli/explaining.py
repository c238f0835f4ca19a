"""The command that explains one case by published rules."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clairevoie.cli.output import REFUSED, CommandProblem, say, say_json

if TYPE_CHECKING:
    from clairevoie.explanation.model import Explanation

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
    ],
    on: Annotated[
        str, typer.Option(help="Date of the decision, 2025-03-12: it chooses the version.")
    ],
    version: Annotated[str, typer.Option(help="A version, instead of the one in force.")] = "",
    language: Annotated[str, typer.Option(help="fr or en.")] = "fr",
    cutoff: Annotated[
        str, typer.Option(help="For a ranking: points of the last one admitted.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print an HTML fragment.")] = False,
) -> None:
    """Explain one case: what counted, what would change it (CRPA R.311-3-1-2)."""
    if as_json and as_html:
        raise CommandProblem("--json and --html exclude each other: choose one", WRONG_USAGE)
    if language not in _HEADINGS:
        raise CommandProblem(f"'{language}' is not a language: fr or en", WRONG_USAGE)
    found = _explanation(rules, _case(case), _day(on), version, language, _number(cutoff))
    if as_json:
        say_json(found.as_dict())
    elif as_html:
        from clairevoie.explanation.html import html_fragment

        say(html_fragment(found).rstrip("\n"))
    else:
        _print(found)


def _explanation(
    path: Path, case: dict[str, Any], day: date, version: str, language: str, cutoff: Any
) -> Explanation:
    from clairevoie.explanation.explaining import explain as explained
    from clairevoie.explanation.model import Facts
    from clairevoie.rules.evaluate import evaluate
    from clairevoie.rules.model import RulesProblem
    from clairevoie.rules.reading import read_rules

    try:
        rules = read_rules(path)
        chosen = rules.version(version) if version else rules.in_force(day)
        names = [item.name for item in chosen.inputs]
        unknown = [name for name in case if name not in names]
        if unknown:
            raise CommandProblem(
                f"--case: the rules have no input '{unknown[0]}' (they have: {', '.join(names)})"
            )
        trace = evaluate(rules, case, day=day, version=chosen.id)
    except RulesProblem as problem:
        raise CommandProblem(str(problem), REFUSED) from None
    return explained(rules, trace, facts=Facts(cutoff=cutoff), language=language)


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
        [f"{one.label} - {one.text}" for one in found.not_applied],
    ]
    for head, lines in zip(heads, parts, strict=True):
        shown = [line for line in lines if line]
        if shown:
            say("\n".join([head, *(f"  {line}" for line in shown), ""]))
