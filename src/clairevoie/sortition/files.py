"""Files of a draw: the pool, the quotas, the result that is committed to and checked."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clairevoie.sortition.certificate import PARTS, rounded
from clairevoie.sortition.leximin import Stage
from clairevoie.sortition.lottery import Lottery
from clairevoie.sortition.objectives import Objective
from clairevoie.sortition.parquet import MAGIC, read_parquet
from clairevoie.sortition.pool import PoolProblem, Problem, Quota, problem_of
from clairevoie.sortition.proof_files import plain_proof, read_proof
from clairevoie.sortition.selection import Selection
from clairevoie.sortition.sentences import Sentence
from clairevoie.sortition.shares import Share, quotas_of, shares_of

FORMAT = "clairevoie-sortition-1.0"
IDENTIFIERS = ("id", "identifiant", "nationbuilder_id", "participant_id", "p_id")
"""Columns that name a volunteer when none is given."""
_QUOTA_COLUMNS = {
    "category": ("category", "categorie", "catégorie", "feature_name"),
    "feature": (
        *("feature", "value", "name", "modalite", "modalité"),
        *("category value", "category_value", "category-value"),
    ),
    "min": ("min", "minimum"),
    "max": ("max", "maximum"),
    "share": ("share", "part"),
    "tolerance": ("tolerance", "tolérance"),
}
_MOST_SAID = 50


@dataclass(frozen=True, slots=True)
class Origin:
    """What a result was made from.

    Attributes:
        asked, size: the quotas and the seats of the whole panel, before anybody was chosen.
        identifier, household: columns of the pool; empty for those found by default, or none.
        pool, quotas, chosen, excluded: SHA-256 of the files, in hexadecimal; empty without one.
    """

    asked: tuple[Quota, ...]
    size: int
    identifier: str
    household: str
    pool: str
    quotas: str
    chosen: str = ""
    excluded: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A result that was read again: a lottery without the volunteers, and what proves it.

    Attributes:
        selection: its ``problem`` has no persons.
        lottery: which panel is each number.
        origin: what it was made from.
    """

    selection: Selection
    lottery: Lottery
    origin: Origin


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read_quotas(content: bytes, *, size: int = 0, name: str = "quotas") -> tuple[Quota, ...]:
    """Read quotas: ``category, feature, min, max``, as Panelot writes them.

    Columns may also be called ``category, name`` (StratifySelect) or ``feature, value``
    (sortition-algorithms), and others are left aside.
    Instead of ``min`` and ``max`` there may be the ``share`` of the population, with a
    ``tolerance`` or none; see `clairevoie.sortition.shares`.

    Args:
        content: of the file.
        size: seats, which shares need.
        name: of the file, for problems.

    Raises:
        PoolProblem: with all that cannot be read.
    """
    header, rows = read_table(content, name)
    header = _quota_header(header)
    there = {each for each in ("share", "min", "max") if _column(header, each) is not None}
    if there == {"share"}:
        return quotas_of(_shares(header, rows, name), size=size)
    columns = _columns(header, ("category", "feature", "min", "max"), name)
    quotas, problems = [], []
    for line, row in rows:
        least, most = (row[columns[each]].strip() for each in ("min", "max"))
        if not (_is_count(least) and _is_count(most)):
            problems.append(
                f"{name}, line {line}: min {least!r} and max {most!r} must be whole numbers."
            )
            continue
        feature = row[columns["feature"]].strip()
        quotas.append(Quota(row[columns["category"]].strip(), feature, int(least), int(most)))
    if problems:
        raise PoolProblem(problems[:_MOST_SAID])
    return tuple(quotas)


def read_shares(content: bytes, *, name: str = "shares", needed: bool = True) -> tuple[Share, ...]:
    """Read the shares of features in the population: ``category, feature, share``.

    Args:
        content: of the file.
        name: of the file, for problems.
        needed: whether a file without a column of shares is a problem.

    Raises:
        PoolProblem: with all that cannot be read.
    """
    header, rows = read_table(content, name)
    if not needed and _column(header, "share") is None:
        return ()
    return _shares(_quota_header(header), rows, name)


def _quota_header(header: list[str]) -> list[str]:
    """Return a header where ``feature, value`` is ``category, value``."""
    lower = [each.casefold() for each in header]
    if _column(header, "category") is None and {"value", "name"}.intersection(lower):
        return ["category" if each == "feature" else each for each in lower]
    return header


def _shares(
    header: Sequence[str], rows: Sequence[tuple[int, list[str]]], name: str
) -> tuple[Share, ...]:
    columns = _columns(header, ("category", "feature", "share"), name)
    margin = _column(header, "tolerance")
    category, feature, share = (columns[each] for each in ("category", "feature", "share"))
    return shares_of(
        [
            (
                line,
                row[category],
                row[feature],
                row[share],
                row[margin] if margin is not None else "",
            )
            for line, row in rows
        ],
        name=name,
    )


def _column(header: Sequence[str], wanted: str) -> int | None:
    names = _QUOTA_COLUMNS[wanted]
    return next((at for at, each in enumerate(header) if each.casefold() in names), None)


def _columns(header: Sequence[str], wanted: Sequence[str], name: str) -> dict[str, int]:
    """Return where the columns of a file of quotas are."""
    columns = {each: _column(header, each) for each in wanted}
    found = {each: at for each, at in columns.items() if at is not None}
    missing = [each for each in wanted if each not in found]
    if missing:
        raise PoolProblem(
            [f"{name}: there is no column {missing[0]!r}; the header is {', '.join(header)}."]
        )
    return found


def read_pool(
    content: bytes,
    quotas: Sequence[Quota],
    *,
    size: int,
    identifier: str = "",
    household: str = "",
    name: str = "pool",
) -> Problem:
    """Read volunteers, one line each, with a column for each category of the quotas.

    Args:
        content: of a CSV or a Parquet file; see `read_table`.
        quotas: of every feature.
        size: seats.
        identifier: column that names a volunteer; by default the first of `IDENTIFIERS` that is
            there, else the number of the line.
        household: column that tells the household, if one member of each is the most.
        name: of the file, for problems.

    Raises:
        PoolProblem: with all that is wrong.
    """
    header, rows = read_table(content, name)
    problems = []
    problems += [
        f"{name}: there is no column {each!r}."
        for each in (identifier, household)
        if each and each not in header
    ]
    if len(set(header)) < len(header):
        problems.append(f"{name}: two columns have the same name.")
    if problems:
        raise PoolProblem(problems)
    lower = [each.casefold() for each in header]
    column = (
        header.index(identifier)
        if identifier
        else next((lower.index(each) for each in IDENTIFIERS if each in lower), None)
    )
    persons = [str(line) if column is None else row[column].strip() for line, row in rows]
    features = {
        category: [row[at].strip() for _line, row in rows] for at, category in enumerate(header)
    }
    households = [row[header.index(household)] for _line, row in rows] if household else None
    return problem_of(persons, features, quotas, size=size, households=households)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def read_table(content: bytes, name: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header and the rows that are not empty, with the number of their line.

    Args:
        content: of a CSV file (comma, semicolon or tabulation; UTF-8 or Windows' encoding) or of a
            Parquet file.
        name: of the file, for problems.

    Raises:
        PoolProblem: with all that cannot be read.
    """
    if content.startswith(MAGIC):
        return read_parquet(content, name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as problem:
        raise PoolProblem(
            [
                Sentence(
                    "%(name)s, line %(line)s: %(problem)s.",
                    name=name,
                    line=reader.line_num,
                    problem=problem,
                )
            ]
        ) from None
    if len(lines) < 2:
        raise PoolProblem([Sentence("%(name)s: there is no line under the header.", name=name)])
    header = [cell.strip() for cell in lines[0][1]]
    wrong = [line for line, row in lines[1:] if len(row) != len(header)]
    if wrong:
        raise PoolProblem(
            [
                Sentence(
                    "%(name)s, line %(line)s: it has not the %(count)s columns of the header.",
                    name=name,
                    line=line,
                    count=len(header),
                )
                for line in wrong[:_MOST_SAID]
            ]
        )
    return header, lines[1:]


def plain(selection: Selection, lottery: Lottery, origin: Origin) -> dict[str, Any]:
    """Return a result as values for JSON: no volunteer is named in it.

    Args:
        selection: of which panels.
        lottery: which panel is each number.
        origin: what it was made from.
    """
    problem = selection.problem
    return {
        "clairevoie": FORMAT,
        "objective": str(selection.objective),
        "size": problem.size,
        "origin": {
            "size": origin.size,
            "quotas": [_plain_quota(each) for each in origin.asked],
            "identifier": origin.identifier,
            "household": origin.household,
            "files": {
                "pool": origin.pool,
                "quotas": origin.quotas,
                "chosen": origin.chosen,
                "excluded": origin.excluded,
            },
        },
        "categories": list(problem.categories),
        "quotas": [_plain_quota(each) for each in problem.quotas],
        "types": [
            {"features": list(features), "volunteers": int(many)}
            for features, many in zip(problem.features, problem.many, strict=True)
        ],
        "panels": [
            {
                "parts": int(weight),
                "seats": [[int(kind), int(panel[kind])] for kind in np.flatnonzero(panel)],
            }
            for panel, weight in zip(selection.panels, selection.weights, strict=True)
        ],
        "tickets": lottery.tickets.tolist(),
        "tight": selection.tight,
        "stages": [
            {
                "types": stage.types.tolist(),
                "share": rounded(stage.share),
                "quota": rounded(stage.quota),
                "size": rounded(np.array([stage.size]))[0],
            }
            for stage in selection.stages
        ],
        **plain_proof(selection.proof, selection.draws),
    }


def _plain_quota(each: Quota) -> dict[str, Any]:
    return {
        "category": each.category,
        "feature": each.feature,
        "min": each.low,
        "max": each.high,
    }


def _quota(form: Mapping[str, Any]) -> Quota:
    return Quota(form["category"], form["feature"], int(form["min"]), int(form["max"]))


def read_result(form: Mapping[str, Any]) -> Result:
    """Read a result again.

    Raises:
        PoolProblem: it is none.
    """
    if form.get("clairevoie") != FORMAT:
        raise PoolProblem([f"This is no result of the format {FORMAT}."])
    try:
        return _result(form)
    except (KeyError, TypeError, ValueError, IndexError, ArithmeticError) as problem:
        raise PoolProblem([f"This result cannot be read: {problem!r}."]) from None


def _result(form: Mapping[str, Any]) -> Result:
    quotas = tuple(_quota(each) for each in form["quotas"])
    features = tuple(tuple(each["features"]) for each in form["types"])
    categories = tuple(form["categories"])
    column = {category: at for at, category in enumerate(categories)}
    has = [[row[column[each.category]] == each.feature for row in features] for each in quotas]
    problem = Problem(
        persons=(),
        quotas=quotas,
        size=int(form["size"]),
        kind=np.zeros(0, dtype=np.int64),
        many=np.array([int(each["volunteers"]) for each in form["types"]], dtype=np.int64),
        has=np.array(has, dtype=np.int64),
        features=features,
        categories=categories,
    )
    panels = np.zeros((len(form["panels"]), len(features)), dtype=np.int64)
    for at, each in enumerate(form["panels"]):
        for kind, seats in each["seats"]:
            panels[at, int(kind)] = int(seats)
    tickets = np.array(form["tickets"], dtype=np.int64)
    if len(tickets) and not 0 <= int(tickets.min()) <= int(tickets.max()) < len(panels):
        raise ValueError("a number leads to no panel")
    weights = np.array([int(each["parts"]) for each in form["panels"]], dtype=np.int64)
    stages = tuple(
        Stage(
            0.0,
            np.array(each["types"], dtype=np.int64),
            np.array(each["share"], dtype=np.float64) / PARTS,
            np.array(each["quota"], dtype=np.float64) / PARTS,
            float(each["size"]) / PARTS,
        )
        for each in form["stages"]
    )
    shapes = {(len(each.share), len(each.quota)) for each in stages}
    if shapes - {(len(features), len(quotas))} or not features or problem.many.min() < 1:
        raise ValueError("multipliers, types or volunteers are missing")
    proof, draws = read_proof(form, types=len(features), quotas=len(quotas))
    selection = Selection(
        problem,
        panels,
        weights,
        stages,
        bool(form["tight"]),
        Objective(form["objective"]),
        proof,
        draws,
    )
    made_from = form["origin"]
    files = {name: str(value) for name, value in made_from["files"].items()}
    origin = Origin(
        asked=tuple(_quota(each) for each in made_from["quotas"]),
        size=int(made_from["size"]),
        identifier=str(made_from["identifier"]),
        household=str(made_from["household"]),
        **files,
    )
    return Result(selection, Lottery(tickets, 0.0, 0.0), origin)
