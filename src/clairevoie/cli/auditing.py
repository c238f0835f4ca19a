"""The command that audits a journal by a plan."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clairevoie.cli.output import CommandProblem, say, say_json, write_folder

if TYPE_CHECKING:
    from clairevoie.audit.differencing import Earlier
    from clairevoie.audit.model import Plan
    from clairevoie.decisions.model import Journal
    from clairevoie.rules.model import RuleSet


class Language(StrEnum):
    """Languages of the report."""

    FR = "fr"
    EN = "en"


class Engine(StrEnum):
    """Engines that read a journal."""

    DUCKDB = "duckdb"
    SPARK = "spark"


app = typer.Typer(
    no_args_is_help=True,
    help="Audit a journal: who is hit, how sure that is, what may be published.",
    rich_markup_mode=None,
)
FILES = ("report.html", "report.pdf", "cells.csv", "result.json")
MOST_SHOWN = 40
"""Lines of findings on the screen; the files have them all."""


@app.command("audit")
def audit(
    journal: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Declaration of the journal (YAML).")
    ],
    plan: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Plan of the audit (YAML).")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", file_okay=False, help="Write the result in this folder."),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Published rules (YAML), for flips and decompositions.",
        ),
    ] = None,
    beside: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Public result (result.json) of the same journal, published before: what both "
            "would tell together is hidden. May be given several times, in their order.",
        ),
    ] = None,
    exact: Annotated[
        bool,
        typer.Option("--exact", help="All figures, for whoever may see the journal."),
    ] = False,
    url: Annotated[
        str,
        typer.Option(envvar="CLAIREVOIE_JOURNAL_URL", help="Address of the database of a table."),
    ] = "",
    engine: Annotated[
        Engine, typer.Option(help="What reads the journal; spark needs clairevoie[spark].")
    ] = Engine.DUCKDB,
    language: Annotated[Language, typer.Option(help="Language of the report.")] = Language.FR,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compare groups over a whole journal; nothing on a few people is told, unless --exact."""
    from clairevoie.audit.model import PlanProblem
    from clairevoie.audit.reading import read_plan
    from clairevoie.decisions.model import JournalProblem
    from clairevoie.decisions.reading import read_journal
    from clairevoie.rules.model import RulesProblem
    from clairevoie.rules.reading import read_rules

    try:
        declared, asked = read_journal(journal), read_plan(plan)
        published = None if rules is None else read_rules(rules)
        with _connection(engine) as connection:
            form = _form(
                declared,
                asked,
                journal.parent,
                rules=published,
                earlier=None if exact else [_earlier(one) for one in beside or ()],
                url=url,
                connection=connection,
            )
    except (JournalProblem, PlanProblem, RulesProblem) as problem:
        raise CommandProblem(str(problem)) from None
    if out is not None:
        write_folder(out, _files(form, language.value))
    if as_json:
        say_json(form)
        return
    say("\n".join(lines(form)))
    if out is not None:
        say(f"Written to {out}: {', '.join(FILES)}")


def _connection(engine: Engine) -> AbstractContextManager[Any]:
    """Return the engine that reads the journal; none for the embedded one."""
    if engine is Engine.DUCKDB:
        return nullcontext()
    from clairevoie.decisions.engines import LOCAL, spark

    # What spark-submit starts has its settings already: those of a cluster, maybe.
    return spark({} if "PYSPARK_GATEWAY_PORT" in os.environ else LOCAL)


def _form(
    journal: Journal,
    plan: Plan,
    base: Path,
    *,
    rules: RuleSet | None,
    earlier: list[Earlier] | None,
    url: str,
    connection: Any,
) -> dict[str, Any]:
    from clairevoie.audit.publishing import hidden_of
    from clairevoie.audit.running import audit as run
    from clairevoie.audit.writing import exact_form, public_form

    found = run(journal, plan, base, rules=rules, url=url, connection=connection)
    if earlier is None:
        return exact_form(found)
    hidden, _ = hidden_of(
        journal, plan, base, found.cells, url=url, connection=connection, earlier=earlier
    )
    return public_form(found, hidden, earlier)


def _earlier(path: Path) -> Earlier:
    from clairevoie.audit.published import earlier_of
    from clairevoie.audit.receiving import ResultProblem, read_result

    content = path.read_bytes()
    try:
        form = read_result(content, name=path.name)
    except ResultProblem as problem:
        raise CommandProblem(str(problem)) from None
    return earlier_of(form, hashlib.sha256(content).hexdigest())


def _files(form: dict[str, Any], language: str) -> dict[str, bytes]:
    from clairevoie.audit.writing import cells_csv
    from clairevoie.letters.audit_html import page
    from clairevoie.letters.audit_pdf import document

    said: Any = language
    text = json.dumps(form, ensure_ascii=False, indent=2, allow_nan=False)
    made = (
        page(form, language=said).encode(),
        document(form, language=said),
        cells_csv(form).encode(),
        f"{text}\n".encode(),
    )
    return dict(zip(FILES, made, strict=True))


# --- as text --------------------------------------------------------------------------------------


def lines(form: dict[str, Any]) -> list[str]:
    """Return the findings of an audit as lines of text: differences first, then the unknown."""
    plan = form["plan"]
    counted = "persons" if plan["unit"] == "person" else "decisions"
    found = [
        f"Audit of {form['journal']['id']} by the plan {plan['id']} of {plan['written']}",
        f"{_count(form['rows'])} {counted} in the period, "
        f"{_count(form['outside'])} decisions out of it",
        "",
    ]
    said: dict[str, list[str]] = {}
    for table in form["tables"]:
        for one in table["compared"]:
            said.setdefault(one["verdict"], []).append(_compared(plan, table, one))
    for verdict in ("higher", "lower", "no_difference_larger", "cannot_tell"):
        found += said.get(verdict, [])
    if len(found) > MOST_SHOWN:
        found = [*found[:MOST_SHOWN], f"… and {len(found) - MOST_SHOWN:,} other comparisons"]
    for verdict, text in (
        ("undefined", "comparisons have nothing to compare"),
        ("withheld", "comparisons are withheld: they would tell of a few people"),
    ):
        if verdict in said:
            found.append(f"{len(said[verdict]):,} {text}")
    for table in form["tables"]:
        found += [_reversed(plan, table, one) for one in table["reversals"] if one["certain"]]
    return found


def _compared(plan: dict[str, Any], table: dict[str, Any], one: dict[str, Any]) -> str:
    who = f"{_text(table['label'])} – {_group(plan, table['cut'], one['key'])}"
    against = "the others" if plan["compare"] == "rest" else "all"
    if one["against"] is not None:
        against = _group(plan, table["cut"], one["against"])
    if one["verdict"] in {"undefined", "withheld"}:
        return who
    gap = one["difference"]
    span = f"{_points(gap['value'])} [{_points(gap['low'])}, {_points(gap['high'])}]"
    most = f"{100 * float(plan['delta']):g} points"
    words = {
        "higher": f"higher than {against}, by {span} points",
        "lower": f"lower than {against}, by {span} points",
        "no_difference_larger": f"no difference larger than {most} with {against}: {span}",
        "cannot_tell": f"cannot tell from {against}: {span}",
    }[one["verdict"]]
    if one["needed"]:
        counted = "persons" if plan["unit"] == "person" else "decisions"
        words += f"; it would take about {one['needed']:,} {counted}"
    return f"{who}: {words}"


def _reversed(plan: dict[str, Any], table: dict[str, Any], one: dict[str, Any]) -> str:
    higher, lower = (_group(plan, table["cut"], one[side]) for side in ("higher", "lower"))
    return (
        f"{_text(table['label'])}: {higher} above {lower} overall "
        f"({_points(one['overall'])} points), and the other way within conditions "
        f"({_points(one['within'])} points)"
    )


def _group(plan: dict[str, Any], cut: list[str], key: list[str]) -> str:
    levels = {
        (item["name"], level["key"]): _text(level["label"])
        for item in plan["groups"]
        for level in item["levels"]
    }
    return ", ".join(levels[name, word] for name, word in zip(cut, key, strict=True))


def _text(text: dict[str, str]) -> str:
    return text.get("en") or text.get("fr") or ""


def _points(share: float | None) -> str:
    return "?" if share is None else f"{100 * share:+.1f}"


def _count(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"
