"""The commands that read the votes of a consultation and tell its results."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clairevoie.cli.output import CommandProblem, say, say_json, write_file, write_folder

if TYPE_CHECKING:
    from clairevoie.consultation.reading import Reading


class Language(StrEnum):
    """Languages of what is told."""

    FR = "fr"
    EN = "en"


class Method(StrEnum):
    """How groups are found: as in `clairevoie.consultation.methods`."""

    CLAIREVOIE = "clairevoie"
    POLIS = "polis"


app = typer.Typer(
    no_args_is_help=True,
    help="Consultations: read the votes of a Polis export, tell the results.",
    rich_markup_mode=None,
)
LETTERS = "ABCDE"
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
        "polis": "By the method of Polis, to compare: {k} groups, of {sizes} persons. They depend "
        "on the order in which participants came: another order of the same votes may give others.",
        "withheld": "(withheld)",
        "polis_agreed": "A majority of voters surely agrees",
        "polis_refused": "A majority of voters surely disagrees",
        "represents": "What represents group {letter}",
        "for": "for",
        "against": "against",
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
        "polis": "Par la méthode de Polis, pour comparer\u00a0: {k} groupes, de {sizes} personnes. "
        "Ils dépendent de l’ordre d’arrivée des participants\u00a0: les mêmes votes dans un autre "
        "ordre peuvent en donner d’autres.",
        "withheld": "(non dit)",
        "polis_agreed": "Une majorité des votants est sûrement d’accord",
        "polis_refused": "Une majorité des votants est sûrement contre",
        "represents": "Ce qui représente le groupe {letter}",
        "for": "pour",
        "against": "contre",
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
By = Annotated[
    Method,
    typer.Option(
        "--method",
        help="How groups are found; those of polis depend on the order of participants, and are "
        "here to be compared.",
    ),
]


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
    method: By = Method.CLAIREVOIE,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", dir_okay=False, help="Write the result (JSON) in this file."),
    ] = None,
    language: Said = Language.FR,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell groups, consensus, divisions and a slate; nothing of a person, nothing on a few."""
    if out is not None and out.exists():
        raise CommandProblem(f"{out} is there already: choose another file.")
    found = _reading(source, agree, mapping)
    form = _form(found, method, mapping)
    if out is not None:
        text = json.dumps(form, ensure_ascii=False, indent=2, allow_nan=False)
        write_file(out, f"{text}\n".encode())
    if as_json:
        say_json(form)
        return
    words = WORDS[language]
    lines = _told(found, language)
    refused = sum(item.moderated < 0 for item in found.votes.proposals)
    if refused:
        lines.append(_words(words["refused"], language, refused=refused))
    tell = _polis_findings if method is Method.POLIS else _findings
    say("\n".join([*lines, "", *tell(form, language)]))
    if out is not None:
        say(words["written"].format(out=out))


@app.command("export")
def export(
    source: Source,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", file_okay=False, help="Write the files in this new folder."),
    ],
    agree: Agree = None,
    mapping: Mapped = None,
    method: By = Method.CLAIREVOIE,
    topic: Annotated[str, typer.Option(help="Title, for summary.csv.")] = "",
    url: Annotated[str, typer.Option(help="Address, for summary.csv.")] = "",
    description: Annotated[str, typer.Option(help="Description, for summary.csv.")] = "",
    language: Said = Language.FR,
) -> None:
    """Write the results in the columns that Polis exports, without a row on a person."""
    from clairevoie.consultation.exporting import exported
    from clairevoie.register.cells import protect

    found = _reading(source, agree, mapping)
    files = exported(
        _form(found, method, mapping),
        found.votes.proposals,
        cell=protect,
        topic=topic,
        url=url,
        description=description,
    )
    write_folder(out, {name: text.encode() for name, text in files.items()})
    say(WORDS[language]["written"].format(out=f"{out}: {', '.join(files)}"))


def _form(found: Reading, method: Method, mapping: Path | None) -> dict[str, Any]:
    from clairevoie.consultation.methods import result_of
    from clairevoie.consultation.polis_outcome import as_they_came

    votes = found.votes
    # Polis numbers participants as they come; the identifiers of other tables say nothing.
    if mapping is not None and votes.time is not None:
        votes = as_they_came(votes)
    try:
        return result_of(votes, method=method)
    except ValueError as problem:
        raise CommandProblem(f"{problem}.") from None


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
    told = ", ".join(str(size or words["withheld"]) for size in sizes)
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
        lines += _listed(title, [f"{name}. {texts[name]}" for name in names], language)
    return lines


def _polis_findings(form: dict[str, Any], language: Language) -> list[str]:
    words = WORDS[language]
    if form["participants"] is None:
        return [words["few"].format(least=form["least"])]
    sizes = [str(size or words["withheld"]) for size in form["groups"]["sizes"]]
    lines = [words["polis"].format(k=len(sizes), sizes=", ".join(sizes))]
    texts = {item["id"]: " ".join(item["text"].split()) for item in form["proposals"]}
    lists = [
        (words["polis_agreed"], form["consensus"]["agreed"]),
        (words["polis_refused"], form["consensus"]["refused"]),
    ]
    for title, ones in lists:
        found = [f"{one['proposal']}. {texts[one['proposal']]}" for one in ones]
        lines += _listed(title, found, language)
    for letter, ones in zip(LETTERS, form["representative"], strict=False):
        found = [
            f"{one['proposal']} ({words['for' if one['agrees'] else 'against']}). "
            f"{texts[one['proposal']]}"
            for one in ones
        ]
        lines += _listed(words["represents"].format(letter=letter), found, language)
    return lines


def _listed(title: str, found: list[str], language: Language) -> list[str]:
    if not found:
        return []
    lines = ["", title, *(f"  {one}".rstrip() for one in found[:MOST_SHOWN])]
    if len(found) > MOST_SHOWN:
        lines.append("  " + _words(WORDS[language]["more"], language, many=len(found) - MOST_SHOWN))
    return lines
