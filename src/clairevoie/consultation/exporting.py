"""Results in the columns that Polis exports, for the tools that read these; no row is a person's.

Source: compdemocracy/polis, ``server/src/routes/export.ts``, ``loadConversationSummary``,
``sendCommentSummary`` and ``sendCommentGroupsSummary``, for the columns and their order; the export
of « bg2050-volunteers » (openData, 2024) for ``is-meta``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from clairevoie.consultation.votes import Proposal

COMMENTS, GROUPS, SUMMARY = "comments.csv", "comment-groups.csv", "summary.csv"
COUNTS = ("votes", "agrees", "disagrees", "passes")
_DAY = 86_400
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()

Form = Mapping[str, Any]
Cell = Callable[[str], str]


def comments_csv(form: Form, proposals: Sequence[Proposal], *, cell: Cell) -> str:
    """Return ``comments.csv``: a row a proposal, with how many agree and disagree.

    The column of authors is empty, and times are those of midnight (UTC): to the second, they could
    tell who was at work then. Counts that may not be shown are empty. ``is-meta`` is there when a
    proposal has it.

    Args:
        form: what is published (`clairevoie.consultation.methods.result_of`).
        proposals: of the votes. One that is not in both is left out.
        cell: writes a text of participants as a cell that no spreadsheet runs
            (`clairevoie.register.cells.protect`).
    """
    known = {item.id: item for item in proposals}
    told = [(one, known[one["id"]]) for one in form["proposals"] if one["id"] in known]
    about = ["is-meta"] if any(item.meta for _, item in told) else []
    heads = ["timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated"]
    rows = (
        [
            *_day(item.created),
            one["id"],
            "",
            *_counts(one["everybody"])[1:3],
            item.moderated,
            *[str(item.meta).lower() for _ in about],
            cell(one["text"]),
        ]
        for one, item in told
    )
    return _csv([[*heads, *about, "comment-body"]], rows)


def comment_groups_csv(form: Form, *, cell: Cell) -> str:
    """Return ``comment-groups.csv``: votes on each proposal, in all and in each group that is told.

    Totals are of everybody, where Polis adds its groups up. What may not be shown is empty.

    Args:
        form, cell: as for `comments_csv`.
    """
    letters = [chr(ord("a") + rank) for rank in range(len(form["groups"]["sizes"]))]
    parts = ["total", *(f"group-{letter}" for letter in letters)]
    heads = ["comment-id", "comment", *(f"{part}-{count}" for part in parts for count in COUNTS)]
    rows = (
        [
            one["id"],
            cell(one["text"]),
            *chain.from_iterable(_counts(each) for each in (one["everybody"], *one["groups"])),
        ]
        for one in form["proposals"]
    )
    return _csv([heads], rows)


def summary_csv(
    form: Form,
    proposals: Sequence[Proposal],
    *,
    topic: str = "",
    url: str = "",
    description: str = "",
) -> str:
    """Return ``summary.csv``: a name and a value a row.

    Args:
        form, proposals: as for `comments_csv`.
        topic, url, description: of the consultation.
    """
    told = {one["id"] for one in form["proposals"]}
    authors = {item.author for item in proposals if item.id in told and item.author}
    sizes = form["groups"]["sizes"]
    shown = form["participants"] is not None
    rows = {
        "topic": topic,
        "url": url,
        "voters": form["participants"],
        "voters-in-conv": sum(sizes) if sizes and None not in sizes else None,
        "commenters": len(authors) if len(authors) >= form["least"] else None,
        "comments": len(told),
        "groups": len(sizes) if shown else None,
        "conversation-description": description,
    }
    return _csv([], rows.items())


def exported(
    form: Form,
    proposals: Sequence[Proposal],
    *,
    cell: Cell,
    topic: str = "",
    url: str = "",
    description: str = "",
) -> dict[str, str]:
    """Return the three files by name; see `comments_csv`, `comment_groups_csv`, `summary_csv`."""
    return {
        SUMMARY: summary_csv(form, proposals, topic=topic, url=url, description=description),
        COMMENTS: comments_csv(form, proposals, cell=cell),
        GROUPS: comment_groups_csv(form, cell=cell),
    }


def _counts(opinion: Mapping[str, int] | None) -> list[int | str]:
    """Return votes, agrees, disagrees, passes; empty where they are withheld."""
    if opinion is None:
        return [""] * len(COUNTS)
    sides = [opinion[side] for side in ("agree", "disagree", "pass")]
    return [sum(sides), *sides]


def _day(milliseconds: int | None) -> tuple[int | str, str]:
    """Return the midnight before, in seconds since 1970, and as JavaScript writes it."""
    if milliseconds is None:
        return "", ""
    seconds = milliseconds // 1000 // _DAY * _DAY
    day = datetime.fromtimestamp(seconds, UTC)
    # Not by strftime, that writes names in the language of the machine.
    text = (
        f"{_DAYS[day.weekday()]} {_MONTHS[day.month - 1]} {day.day:02} {day.year} 00:00:00 "
        "GMT+0000 (Coordinated Universal Time)"
    )
    return seconds, text


def _csv(heads: Iterable[Iterable[Any]], rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(chain(heads, rows))
    return out.getvalue()
