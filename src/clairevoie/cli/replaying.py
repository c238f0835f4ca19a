"""The command that replays a journal against the published rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from clairevoie.cli.output import CommandProblem, progress_bar, say, say_json
from clairevoie.cli.records import WRONG_USAGE

WIDTH = 34

# clairevoie.cli.decisions, whose command this is, imports this module: its own names come later.
JournalArgument = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="Declaration of the journal (YAML).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
UrlOption = Annotated[
    str,
    typer.Option(envvar="CLAIREVOIE_JOURNAL_URL", help="Address of the database of a table."),
]
DayOption = Annotated[str, typer.Option("--today", help="Day of the replay (YYYY-MM-DD).")]


def replay(
    declaration: JournalArgument,
    rules: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The rules (YAML).")],
    out: Annotated[
        Path | None, typer.Option("--out", dir_okay=False, help="Write the report (JSON) here.")
    ] = None,
    publishable: Annotated[
        bool,
        typer.Option("--publishable", help="The form that may be published: no small figure."),
    ] = False,
    threshold: Annotated[
        int, typer.Option(help="Fewest people that a published figure is on.")
    ] = 11,
    tolerance: Annotated[
        float, typer.Option(min=0, help="Within which floating numbers are the same.")
    ] = 1e-9,
    explain: Annotated[
        bool, typer.Option(help="Look for changes of the rules that would explain the gaps.")
    ] = True,
    url: UrlOption = "",
    today: DayOption = "",
    as_json: JsonOption = False,
) -> None:
    """Recompute every decision from the published rules, and tell where they depart from them."""
    from clairevoie.cli.decisions import day_of, read_declaration, read_rules_of, told
    from clairevoie.decisions.replay import replay as run
    from clairevoie.decisions.replay.model import Settings

    day, journal = day_of(today), read_declaration(declaration)
    published = read_rules_of(journal, rules)
    settings = Settings(tolerance=tolerance, explain=explain)
    with told(), progress_bar(f"Replaying {declaration.name}", unit="rows") as done:
        report = run(
            journal,
            published,
            declaration.parent,
            day=day,
            url=url,
            settings=settings,
            progress=done,
        )
    try:
        form = report.publishable(threshold) if publishable else report.as_dict()
    except ValueError as error:
        raise CommandProblem(f"{error}.", WRONG_USAGE) from None
    if out is not None:
        _write(form, out)
    if as_json:
        say_json(form)
    else:
        say("\n".join(lines(form)))
        if out is not None:
            say(f"Written to {out}")


def _write(form: dict[str, Any], out: Path) -> None:
    """Write the report, whole or not at all."""
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_text(json.dumps(form, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CommandProblem(f"{out} cannot be written ({error.strerror}).") from None


# --- as text --------------------------------------------------------------------------------------


def lines(form: dict[str, Any]) -> list[str]:
    """Return a report, in either form, as lines of text."""
    inputs, total = form["inputs"], form["total"]
    found = [
        f"Replay of {inputs['journal']} against the rules {inputs['rules']}, {inputs['day']}",
        f"{_count(form['rows'])} rows, {_count(total['decisions'])} decisions compared",
        f"Conform: {_share(total['conform'])}",
    ]
    if form["fictitious"]:
        found.insert(1, "The rules are invented, for demonstration.")
    found += [
        f"  {name + ':':{WIDTH}} {_share(share)} the same"
        for name, share in form["compared"].items()
    ]
    found += ["", "Gaps, each under the first cause that fits:"]
    for item in form["causes"]:
        count = total["gaps"][item["cause"]]
        if count != 0:
            found.append(f"  {_count(count):>12}  {item['text']['en']}")
            if item["cause"] == "other_version":
                found += [
                    f"  {'':>12}    {_count(many)} by the version {version}"
                    for version, many in form["matched_versions"].items()
                ]
    found += _against(form)
    found += _explanation(form["explanation"])
    for table in form["breakdowns"]:
        found += ["", f"{table['label'].get('en') or table['label'].get('fr')}:"]
        found += [
            f"  {_label(line):{WIDTH}} {_share(line['conform'])} conform" for line in table["lines"]
        ]
    found += _sample(form)
    if form["form"] == "public":
        names = ", ".join(each["label"].get("en") or each["name"] for each in form["left_out"])
        found += ["", f"Left out, for they have too many values: {names}."] if names else []
        found += [
            "",
            f"? is a figure on fewer than {form['threshold']} people, or one that would give it.",
        ]
    return found


def _label(line: dict[str, Any]) -> str:
    return str(line["label"].get("en") or line["label"].get("fr") or line["key"])


def _against(form: dict[str, Any]) -> list[str]:
    found = []
    declared = form["declared"]
    if declared is not None:
        found += [
            "",
            f"Rows that say which version was applied: {declared['given']:,}; "
            f"not the one in force: {declared['other']:,} "
            f"({declared['matching']:,} gaps explained by it, "
            f"{declared['unknown']:,} of no version of the rules)",
        ]
    if form["direction"] is not None:
        found += [
            "",
            f"More severe than the rules:      {_share(form['direction']['severe'])}",
            f"More favourable than the rules:  {_share(form['direction']['favourable'])}",
        ]
    overrides = form["overrides"]
    if overrides is not None:
        found += [
            f"Final decision not the machine's: {_share(overrides['differing'])}, "
            f"{_count(overrides['back'])} back to the rules, "
            f"{_count(overrides['away'])} away from them",
        ]
    return found


def _explanation(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return []
    if not found["changes"]:
        return [
            "",
            found["note"].get("en") or "The changes that were found concern too few people.",
        ]
    if found["explained"] is None:
        most = "most" if found["most"] else "some"
        head = f"These changes of the rules would explain {most} of the gaps:"
    else:
        head = (
            f"These changes of the rules would explain {_count(found['explained'])} of "
            f"{_count(found['gaps'])} gaps, and break {_count(found['broken'])} conform decisions:"
        )
    found_lines = ["", head]
    for item in found["changes"]:
        count = "" if item["explained"] is None else f"{_count(item['explained']):>12}"
        found_lines.append(f"  {count}  {item['sentence']['en']} [{item['anchor']}]")
    return found_lines


def _sample(form: dict[str, Any]) -> list[str]:
    sample = form.get("sample")
    if not sample:
        return []
    found = ["", "Some of them, for the administration only:"]
    return found + [f"  {cause}: {', '.join(names)}" for cause, names in sample.items()]


def _count(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _share(share: dict[str, Any]) -> str:
    if share["share"] is None:
        return f"{_count(share['count'])} of {_count(share['of'])}"
    low, high = 100 * share["low"], 100 * share["high"]
    weighted = " of the weight" if "effective" in share else ""
    return (
        f"{share['count']:,} of {share['of']:,}, {100 * share['share']:.2f} %{weighted} "
        f"[{low:.2f}, {high:.2f}]"
    )
