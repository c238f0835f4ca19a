"""The commands that read the votes of a consultation and tell its results."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clairevoie.cli.output import CommandProblem, say, say_json

if TYPE_CHECKING:
    from clairevoie.consultation.reading import Reading


class Language(StrEnum):
    """Languages of what is told."""

    FR = "fr"
    EN = "en"


app = typer.Typer(
    no_args_is_help=True,
    help="Consultations: read the votes of a Polis export, tell the results.",
    rich_markup_mode=None,
)
MOST_SHOWN = 8
"""Proposals of each list on the screen; the result has them all."""
WORDS = {
    "en": {
        "read": "{people:,} participants, {proposals:,} proposals, {rows:,} rows: "
        "{last:,} last votes",
        "agree": "{agree} means agree: {why}",
        "declared": "as declared",
        "found": "the published counts say so",
        "contradictions": "{contradictions:,} last votes contradict another of the same time: "
        "counted as passes",
        "differing": "published counts = all rows on {published:,} proposals of {proposals:,}; "
        "recounted = last votes; they differ on {differing:,}",
        "refused": "{refused:,} proposals refused by moderators are left out",
        "few": "Too few participants: nothing is told under {least}.",
        "stable": "{k} stable groups, of {sizes} persons",
        "not_stable": "No stable groups: they change when participants are drawn again",
        "one": "No groups: opinions do not part into several",
        "too_few": "Too few votes to look for groups",
        "agreed": "Agreed by more than half, in every group if there are several",
        "turned": "Refused by more than half, in every group if there are several",
        "divisions": "What divides",
        "slate": "Slate: {represented:,} of {voters:,} voters are represented",
        "slate_nearly": "Slate: all voters but fewer than {least} are represented",
        "more": "… and {many:,} others",
        "written": "Written to {out}",
    },
    "fr": {
        "read": "{people:,} participants, {proposals:,} propositions, {rows:,} lignes\u00a0: "
        "{last:,} derniers votes",
        "agree": "{agree} veut dire «\u00a0d’accord\u00a0»\u00a0: {why}",
        "declared": "déclaré ainsi",
        "found": "les décomptes publiés le montrent",
        "contradictions": "{contradictions:,} derniers votes en contredisent un autre de la même "
        "heure\u00a0: comptés comme «\u00a0sans avis\u00a0»",
        "differing": "publié = toutes les lignes, pour {published:,} propositions sur "
        "{proposals:,}\u00a0; recompté = derniers votes\u00a0; ils diffèrent sur {differing:,} "
        "propositions",
        "refused": "{refused:,} propositions refusées à la modération sont écartées",
        "few": "Trop peu de participants\u00a0: rien n’est dit à moins de {least}.",
        "stable": "{k} groupes stables, de {sizes} personnes",
        "not_stable": "Pas de groupes stables\u00a0: ils changent quand on tire à nouveau les "
        "participants",
        "one": "Pas de groupes\u00a0: les avis ne se séparent pas en plusieurs",
        "too_few": "Trop peu de votes pour chercher des groupes",
        "agreed": "Approuvé par plus de la moitié, dans chaque groupe s’il y en a",
        "turned": "Refusé par plus de la moitié, dans chaque groupe s’il y en a",
        "divisions": "Ce qui divise",
        "slate": "Sélection\u00a0: {represented:,} votants sur {voters:,} y sont représentés",
        "slate_nearly": "Sélection\u00a0: tous les votants y sont représentés, "
        "à moins de {least} près",
        "more": "… et {many:,} autres",
        "written": "Écrit dans {out}",
    },
}

Source = Annotated[
    Path, typer.Argument(exists=True, help="Polis export: folder, zip archive or votes.csv.")
]
Agree = Annotated[
    int | None,
    typer.Option(help="Number that means agree, 1 or -1, when no published counts tell it."),
]
Mapped = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        exists=True,
        dir_okay=False,
        help="For another table of votes (CSV): which column is what (YAML or JSON).",
    ),
]
Said = Annotated[Language, typer.Option(help="Language of what is told.")]


@app.command("read")
def read(
    source: Source,
    agree: Agree = None,
    mapping: Mapped = None,
    language: Said = Language.FR,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what an export holds, and where its published counts are not the last votes."""
    found = _reading(source, agree, mapping)
    if as_json:
        say_json(_figures(found))
        return
    say("\n".join(_told(found, language)))


@app.command("results")
def results(
    source: Source,
    agree: Agree = None,
    mapping: Mapped = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", dir_okay=False, help="Write the result (JSON) in this file."),
    ] = None,
    language: Said = Language.FR,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell groups, consensus, divisions and a slate; nothing of a person, nothing on a few."""
    from clairevoie.consultation.outcome import outcome_of, plain
    from clairevoie.consultation.reading import without_refused

    if out is not None and out.exists():
        raise CommandProblem(f"{out} is there already: choose another file.")
    found = _reading(source, agree, mapping)
    votes = without_refused(found.votes)
    form = plain(outcome_of(votes))
    if out is not None:
        text = json.dumps(form, ensure_ascii=False, indent=2, allow_nan=False)
        try:
            out.write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            raise CommandProblem(f"{out} cannot be written ({error.strerror}).") from None
    if as_json:
        say_json(form)
        return
    words = WORDS[language]
    lines = _told(found, language)
    refused = len(found.votes.proposals) - len(votes.proposals)
    if refused:
        lines.append(_words(words["refused"], language, refused=refused))
    say("\n".join([*lines, "", *_findings(form, language)]))
    if out is not None:
        say(words["written"].format(out=out))


def _reading(source: Path, agree: int | None, mapping: Path | None) -> Reading:
    from clairevoie.consultation.mapping import read_mapping, read_table
    from clairevoie.consultation.reading import ReadingProblem, read_polis

    if mapping is not None and not source.is_file():
        raise CommandProblem(f"{source} is no file: with --mapping, give a table of votes (CSV).")
    try:
        if mapping is not None:
            return read_table(source, read_mapping(mapping.read_bytes(), name=mapping.name))
        return read_polis(source, agree=agree)
    except ReadingProblem as problem:
        raise CommandProblem(f"{problem}.") from None


def _figures(found: Reading) -> dict[str, Any]:
    return {
        "participants": len(found.votes.participants),
        "proposals": len(found.votes.proposals),
        "rows": found.rows,
        "last_votes": len(found.votes.value),
        "contradictions": found.contradictions,
        "agree": found.agree,
        "agree_declared": found.declared,
        "published_is_all_rows": found.published,
        "published_is_not_last_votes": found.differing,
    }


# --- as text --------------------------------------------------------------------------------------


def _words(text: str, language: Language, **figures: Any) -> str:
    if language is Language.EN:
        return text.format(**figures)
    # Thousands are set apart by a narrow no-break space in French.
    spaced = {
        name: f"{value:,}".replace(",", "\u202f") if isinstance(value, int) else value
        for name, value in figures.items()
    }
    return text.replace(":,}", "}").format(**spaced)


def _told(found: Reading, language: Language) -> list[str]:
    words = WORDS[language]
    figures = {
        "people": len(found.votes.participants),
        "proposals": len(found.votes.proposals),
        "rows": found.rows,
        "last": len(found.votes.value),
        "agree": found.agree,
        "why": words["declared" if found.declared else "found"],
        "contradictions": found.contradictions,
        "published": found.published,
        "differing": found.differing,
    }
    kept = ["read", "agree"]
    if found.contradictions:
        kept.append("contradictions")
    if found.differing is not None:
        kept.append("differing")
    return [_words(words[name], language, **figures) for name in kept]


def _findings(form: dict[str, Any], language: Language) -> list[str]:
    words = WORDS[language]
    if form["participants"] is None:
        return [words["few"].format(least=form["least"])]
    sizes = form["groups"]["sizes"]
    told = ", ".join(str(size) for size in sizes)
    lines = [words[form["groups"]["state"]].format(k=len(sizes), sizes=told)]
    texts = {item["id"]: " ".join(item["text"].split()) for item in form["proposals"]}
    chosen = form["slate"]
    lists = [
        (words["agreed"], form["consensus"]["agreed"]),
        (words["turned"], form["consensus"]["refused"]),
        (words["divisions"], [one["proposal"] for one in form["divisions"]]),
    ]
    if chosen is not None:
        counts = {name: chosen[name] for name in ("represented", "voters")}
        title = (
            words["slate_nearly"].format(least=form["least"])
            if chosen["represented"] is None
            else _words(words["slate"], language, **counts)
        )
        lists.append((title, chosen["choices"]))
    for title, names in lists:
        if names:
            shown = [f"  {name}. {texts[name]}".rstrip() for name in names[:MOST_SHOWN]]
            lines += ["", title, *shown]
        if len(names) > MOST_SHOWN:
            lines.append("  " + _words(words["more"], language, many=len(names) - MOST_SHOWN))
    return lines
