"""Votes read from what Polis exports, and how far its published counts are from the last votes."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clairevoie.consultation.tallies import tally
from clairevoie.consultation.votes import Proposal, Votes, votes_of

if TYPE_CHECKING:
    import pyarrow as pa

VOTES, COMMENTS = "votes.csv", "comments.csv"
VOTES_COLUMNS = ("timestamp", "comment-id", "voter-id", "vote")
COMMENTS_COLUMNS = (
    "timestamp",
    "comment-id",
    "author-id",
    "agrees",
    "disagrees",
    "moderated",
    "comment-body",
)
META = "is-meta"
"""Column of newer exports; what it marks, Polis leaves out of its groups (``mod-update`` of
``math/src/polismath/math/conversation.clj``). ``is-seed`` says who proposed, and changes nothing.
"""
SECONDS_UNTIL = 100_000_000_000
"""Times under it are seconds (until the year 5138), others milliseconds (since March 1973)."""
MEANT = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False, "": False}
EMPTY = int(np.iinfo(np.int64).min)
"""Stands for a count or a time that is not told."""
MOST_BYTES = 2**31
"""Largest file that is taken out of an archive."""

Ints = NDArray[np.int64]


class ReadingProblem(ValueError):
    """Votes that cannot be read; the message says where, what and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Votes of an export, and what was found while reading it.

    Attributes:
        votes: the last vote of each participant on each proposal; no column depends on the order
            of the rows.
        rows: rows of the file of votes.
        contradictions: last votes cast at one time that say different things; each is a pass.
        agree: the number that means agree in the file, 1 or -1.
        declared: whether ``agree`` was declared, rather than found by the published counts.
        published: proposals whose published counts are those of all rows, votes that were changed
            later included; ``None`` when no counts are published.
        differing: proposals whose published counts are not those of the last votes; ``None``
            when no counts are published. A count that is withheld differs from nothing.
    """

    votes: Votes
    rows: int
    contradictions: int
    agree: int
    declared: bool
    published: int | None
    differing: int | None


def read_polis(path: Path, *, agree: int | None = None) -> Reading:
    """Return the votes of a Polis export.

    Args:
        path: a folder or a zip archive with ``votes.csv`` and perhaps ``comments.csv``, or the
            file of votes itself, with ``comments.csv`` beside it or not.
        agree: 1 or -1, the number that means agree. Without it, the published counts decide.

    Raises:
        ReadingProblem: a file is missing or is not what Polis exports, or nothing tells which
            number means agree.
    """
    if agree not in (None, 1, -1):
        raise ReadingProblem(f"the number that means agree is {agree}; it can be 1 or -1")
    found = _files(path)
    table = table_of(found[VOTES], VOTES, VOTES_COLUMNS)
    rows = table.num_rows
    comments = (
        table_of(found[COMMENTS], COMMENTS, COMMENTS_COLUMNS, also=(META,))
        if COMMENTS in found
        else None
    )
    time = milliseconds(_whole(table, "timestamp", VOTES), VOTES)
    value = _whole(table, "vote", VOTES)
    wrong = np.flatnonzero(np.abs(value) > 1)
    if len(wrong):
        raise ReadingProblem(
            f"{VOTES}, row {wrong[0] + 1}: vote {value[wrong[0]]} is not 1, 0 or -1; correct it"
        )
    people, who = places_of(table.column("voter-id"))
    proposals, what = _proposals(table.column("comment-id"), comments)
    many = len(proposals)
    published = None if comments is None else _published(comments, proposals)
    counts = _counts(what, value, many)
    sign = _sign(published, counts) if agree is None else agree
    who, what, value, time, contradictions = settled(who, what, value * sign, time, many)
    votes = votes_of(people, proposals, who, what, value, time=time)
    same = differing = None
    if published is not None:
        all_rows, last = counts[::sign], tally(votes)
        same = int((published == all_rows).all(axis=0).sum())
        other = published != np.stack([last.agree, last.disagree])
        differing = int((other & (published != EMPTY)).any(axis=0).sum())
    return Reading(votes, rows, contradictions, sign, agree is not None, same, differing)


# --- files ----------------------------------------------------------------------------------------


def _files(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        files = {name: path / name for name in (VOTES, COMMENTS) if (path / name).is_file()}
    elif path.is_file() and zipfile.is_zipfile(path):
        return _unzipped(path)
    elif path.is_file():
        beside = path.parent / COMMENTS
        files = {VOTES: path, **({COMMENTS: beside} if beside.is_file() else {})}
    else:
        files = {}
    if VOTES not in files:
        raise ReadingProblem(f"{path}: there is no {VOTES}; give the folder that Polis exports")
    return {name: file.read_bytes() for name, file in files.items()}


def _unzipped(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        for item in archive.infolist():
            place = PurePosixPath(item.filename)
            if place.name not in (VOTES, COMMENTS) or "__MACOSX" in place.parts:
                continue
            if place.name in found:
                raise ReadingProblem(f"{path}: {place.name} is there twice; keep one conversation")
            if item.file_size > MOST_BYTES:
                raise ReadingProblem(f"{path}: {place.name} is over 2 GiB; give it as a folder")
            try:
                found[place.name] = archive.read(item)
            except (zipfile.BadZipFile, RuntimeError) as problem:
                raise ReadingProblem(
                    f"{path}: {place.name} cannot be taken out ({problem}); export it again"
                ) from None
    if VOTES not in found:
        raise ReadingProblem(f"{path}: there is no {VOTES}; give the archive that Polis exports")
    return found


def table_of(
    data: bytes,
    name: str,
    wanted: tuple[str, ...],
    *,
    also: tuple[str, ...] = (),
    advice: str = "give the file as Polis exports it",
) -> pa.Table:
    """Return the wanted columns of a CSV file as texts.

    Args:
        data: of the file.
        name: how it is called in sentences.
        wanted: columns.
        also: columns that are wanted where they are.
        advice: what to do when one is missing.

    Raises:
        ReadingProblem: one is, or the file cannot be read.
    """
    import pyarrow as pa
    from pyarrow import csv

    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    try:
        data.decode()
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = "cp1252"
    header = data.split(b"\n", 1)[0]
    comma = max((",", ";", "\t"), key=lambda mark: header.count(mark.encode()))
    names = [one.strip(' "\r') for one in header.decode(encoding, "replace").split(comma)]
    names = [one.lstrip('\ufeff"') for one in names]
    missing = [one for one in wanted if one not in names]
    if missing:
        raise ReadingProblem(f"{name}, line 1: no column {', '.join(missing)}; {advice}")
    columns = [*wanted, *(one for one in also if one in names)]

    def read(*, threads: bool) -> pa.Table:
        return csv.read_csv(
            pa.BufferReader(data),
            read_options=csv.ReadOptions(use_threads=threads, encoding=encoding),
            parse_options=csv.ParseOptions(delimiter=comma, newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                include_columns=columns,
                column_types=dict.fromkeys(columns, pa.string()),
                strings_can_be_null=False,
            ),
        )

    try:
        return read(threads=True)
    except pa.ArrowInvalid:
        # Threads do not know the number of a row: read it again to tell which one is wrong.
        try:
            return read(threads=False)
        except pa.ArrowInvalid as problem:
            first = str(problem).splitlines()[0]
            raise ReadingProblem(f"{name}: {first}; export it again") from None


# --- columns --------------------------------------------------------------------------------------


def _whole(table: pa.Table, column: str, name: str, *, empty: int | None = None) -> Ints:
    """Return whole numbers; ``empty`` for a cell without any, if that may be."""
    import pyarrow as pa
    from pyarrow import compute

    given = table.column(column)
    if empty is not None:
        given = compute.if_else(compute.equal(given, ""), str(empty), given)
    try:
        return np.asarray(given.cast(pa.int64()).to_numpy(), dtype=np.int64)
    except pa.ArrowInvalid:
        may_be = r"^-?[0-9]{1,18}$" if empty is None else r"^(-?[0-9]{1,18})?$"
        whole = compute.match_substring_regex(table.column(column), may_be)
        row = int(np.flatnonzero(~whole.to_numpy())[0])
        text = table.column(column)[row].as_py()
        raise ReadingProblem(
            f"{name}, row {row + 1}: {column} {text!r} is not a whole number; correct it"
        ) from None


def milliseconds(time: Ints, name: str) -> Ints:
    """Return times in milliseconds since 1970, of all in seconds or all in milliseconds.

    Raises:
        ReadingProblem: some are in seconds and others not.
    """
    seconds = np.abs(time) < SECONDS_UNTIL
    if seconds.all():
        return time * 1000
    if seconds.any():
        row = int(np.flatnonzero(seconds)[0])
        raise ReadingProblem(
            f"{name}, row {row + 1}: timestamp {time[row]} is in seconds, others are in "
            "milliseconds; write all of them in milliseconds"
        )
    return time


def _order(text: str) -> tuple[bool, int, str]:
    """Numbers in their order, then texts in theirs."""
    number = text.isascii() and text.isdigit()
    return not number, int(text) if number else 0, text


def places_of(
    column: pa.ChunkedArray, name: str = VOTES, more: tuple[str, ...] = ()
) -> tuple[list[str], Ints]:
    """Return identifiers, sorted, and the place of each row among them.

    Raises:
        ReadingProblem: one is empty.
    """
    coded = column.combine_chunks().dictionary_encode()
    given = coded.dictionary.to_pylist()
    if "" in given:
        row = column.index("").as_py()
        raise ReadingProblem(f"{name}, row {row + 1}: an identifier is empty; complete it")
    names = sorted({*given, *more}, key=_order)
    at = {name: place for place, name in enumerate(names)}
    to = np.fromiter((at[name] for name in given), dtype=np.int64, count=len(given))
    return names, to[coded.indices.to_numpy()]


def _proposals(column: pa.ChunkedArray, comments: pa.Table | None) -> tuple[list[Proposal], Ints]:
    if comments is None:
        names, what = places_of(column)
        return [Proposal(name) for name in names], what
    known = comments.column("comment-id").to_pylist()
    if len(set(known)) < len(known):
        twice = next(one for place, one in enumerate(known) if one in known[:place])
        raise ReadingProblem(f"{COMMENTS}: comment-id {twice} is listed twice; keep one of them")
    names, what = places_of(column, VOTES, tuple(known))
    created = _created(comments)
    moderated = _whole(comments, "moderated", COMMENTS).tolist()
    texts = comments.column("comment-body").to_pylist()
    authors = comments.column("author-id").to_pylist()
    told = {
        name: Proposal(name, text.strip(), author, when, kept, meta)
        for name, text, author, when, kept, meta in zip(
            known, texts, authors, created, moderated, _meta(comments), strict=True
        )
    }
    return [told.get(name, Proposal(name)) for name in names], what


def _created(comments: pa.Table) -> list[int | None]:
    given = _whole(comments, "timestamp", COMMENTS, empty=EMPTY)
    told = given != EMPTY
    # One that is told stands for those that are not, so that rows keep their number.
    usual = given[told][0] if told.any() else 0
    found = milliseconds(np.where(told, given, usual), COMMENTS).tolist()
    return [when if kept else None for when, kept in zip(found, told.tolist(), strict=True)]


def _meta(comments: pa.Table) -> list[bool]:
    if META not in comments.column_names:
        return [False] * comments.num_rows
    found = []
    for row, text in enumerate(comments.column(META).to_pylist(), start=1):
        word = text.strip().casefold()
        if word not in MEANT:
            raise ReadingProblem(
                f"{COMMENTS}, row {row}: {META} {text!r} is not true or false; correct it"
            )
        found.append(MEANT[word])
    return found


def _published(comments: pa.Table, proposals: list[Proposal]) -> Ints:
    """Return published counts, of shape (2, proposals): agree, disagree; `EMPTY` if not told."""
    at = {item.id: place for place, item in enumerate(proposals)}
    places = [at[name] for name in comments.column("comment-id").to_pylist()]
    counts = np.full((2, len(proposals)), EMPTY)
    for side, column in enumerate(("agrees", "disagrees")):
        counts[side, places] = _whole(comments, column, COMMENTS, empty=EMPTY)
    return counts


# --- votes ----------------------------------------------------------------------------------------


def _counts(what: Ints, value: Ints, many: int) -> Ints:
    """Return how many rows say 1 and -1 of each proposal, of shape (2, proposals)."""
    return np.stack([np.bincount(what[value == one], minlength=many) for one in (1, -1)])


def _sign(published: Ints | None, counts: Ints) -> int:
    """Return the number that means agree: the one with which the counts are nearest."""
    if published is not None:
        told = published != EMPTY
        as_is, turned = (
            int(np.abs((published - each)[told]).sum()) for each in (counts, counts[::-1])
        )
        if as_is != turned:
            return 1 if as_is < turned else -1
    raise ReadingProblem(
        f"{VOTES}: nothing tells whether 1 means agree or disagree; "
        f"put {COMMENTS} beside it, or declare the number that means agree (1 or -1)"
    )


def settled(
    who: Ints, what: Ints, value: Ints, time: Ints, many: int
) -> tuple[Ints, Ints, Ints, Ints, int]:
    """Keep last votes; of the same time, different ones are a pass, whatever rows come first."""
    pair = who * many + what
    order = np.lexsort((time, pair))
    pair, time, value = pair[order], time[order], value[order]
    if not len(pair):
        return who, what, value, time, 0
    starts = np.flatnonzero(np.append(True, (np.diff(pair) != 0) | (np.diff(time) != 0)))
    low, high = np.minimum.reduceat(value, starts), np.maximum.reduceat(value, starts)
    pair, time = pair[starts], time[starts]
    last = np.append(np.diff(pair) != 0, True)
    unlike = (low != high)[last]
    said = np.where(unlike, 0, low[last])
    return pair[last] // many, pair[last] % many, said, time[last], int(unlike.sum())


def without_refused(votes: Votes) -> Votes:
    """Return the votes on proposals that moderators did not refuse: others are not published."""
    kept = np.array([item.moderated >= 0 for item in votes.proposals], dtype=bool)
    place = np.cumsum(kept) - 1
    shown = kept[votes.proposal]
    return votes_of(
        votes.participants,
        [item for item in votes.proposals if item.moderated >= 0],
        votes.person[shown],
        place[votes.proposal[shown]],
        votes.value[shown],
        time=None if votes.time is None else votes.time[shown],
    )
