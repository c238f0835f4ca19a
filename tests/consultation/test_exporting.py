"""Polis's columns: what is exported is what is published, and reads back."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clairevoie.consultation.exporting import COMMENTS, GROUPS, SUMMARY, exported
from clairevoie.consultation.methods import Method, result_of
from clairevoie.consultation.reading import read_polis
from clairevoie.consultation.tallies import tally
from clairevoie.register.cells import protect
from tests.consultation.made import some_votes
from tests.consultation.test_grouping import planted

POLIS = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body"
"""Columns of ``sendCommentSummary`` of compdemocracy/polis, ``server/src/routes/export.ts``."""
T = 1_700_000_000_000


def files_of(votes, method: Method = Method.CLAIREVOIE) -> dict[str, str]:
    return exported(result_of(votes, method=method), votes.proposals, cell=protect, topic="Sujet")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def signed(votes):
    """The same with authors, times, and texts that a spreadsheet would run."""
    return replace(
        votes,
        proposals=tuple(
            replace(item, author=f"secret{at}", created=T + at, moderated=1, text=f'=A{at}, "b"\nc')
            for at, item in enumerate(votes.proposals)
        ),
    )


@settings(max_examples=40, deadline=None)
@given(some_votes(60, 10), st.sampled_from(Method))
def test_comments_read_back_as_the_same_tallies(tmp_path_factory, votes, method) -> None:
    assume(len(votes.person))
    votes = signed(votes)
    files = files_of(votes, method)
    assert files[COMMENTS].splitlines()[0] == POLIS
    whole = tally(votes)
    for at, row in enumerate(rows_of(files[COMMENTS])):
        kept = whole.cast[at] >= 11
        assert row["comment-id"] == votes.proposals[at].id
        assert row["agrees"] == (str(whole.agree[at]) if kept else "")
        assert row["disagrees"] == (str(whole.disagree[at]) if kept else "")
        assert row["comment-body"] == f'\'=A{at}, "b"\nc'
        assert row["author-id"] == ""
    # Read as Polis's file, beside the votes: every count that is told is that of the last votes.
    folder = tmp_path_factory.mktemp("export")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    head = "timestamp,datetime,comment-id,voter-id,vote\n"
    (folder / "votes.csv").write_text(
        head
        + "".join(
            f"{T},x,{votes.proposals[what].id},{who},{value}\n"
            for who, what, value in zip(votes.person, votes.proposal, votes.value, strict=True)
        )
    )
    again = read_polis(folder, agree=1)
    assert again.differing == 0
    assert np.array_equal(tally(again.votes).agree, whole.agree)


@settings(max_examples=40, deadline=None)
@given(some_votes(60, 10), st.sampled_from(Method))
def test_nothing_is_exported_that_is_not_published(votes, method) -> None:
    assume(len(votes.person))
    votes = signed(votes)
    form = result_of(votes, method=method)
    files = files_of(votes, method)
    assert not any("secret" in text for text in files.values())
    names = ("votes", "agrees", "disagrees", "passes")
    for one, row in zip(form["proposals"], rows_of(files[GROUPS]), strict=True):
        parts = ["total", *(f"group-{letter}" for letter in "abcde"[: len(one["groups"])])]
        assert list(row) == ["comment-id", "comment", *(f"{a}-{b}" for a in parts for b in names)]
        for part, told in zip(parts, (one["everybody"], *one["groups"]), strict=True):
            counts = [row[f"{part}-{name}"] for name in names]
            if told is None:
                assert counts == [""] * 4
            else:
                sides = [told["agree"], told["disagree"], told["pass"]]
                assert [int(count) for count in counts] == [sum(sides), *sides]
    summary = dict(csv.reader(io.StringIO(files[SUMMARY])))
    people = len(np.unique(votes.person))
    assert summary["voters"] == (str(people) if people >= 11 else "")
    assert summary["commenters"] == ""  # at most ten of them


def test_columns_of_groups_are_those_of_polis() -> None:
    votes, _camp = planted(300, 20, 2, 1.0, 0)
    files = files_of(votes)
    assert files[GROUPS].splitlines()[0] == (
        "comment-id,comment,total-votes,total-agrees,total-disagrees,total-passes,"
        "group-a-votes,group-a-agrees,group-a-disagrees,group-a-passes,"
        "group-b-votes,group-b-agrees,group-b-disagrees,group-b-passes"
    )
    for row in rows_of(files[GROUPS]):
        both = [int(row[f"group-{letter}-agrees"]) for letter in "ab"]
        assert sum(both) == int(row["total-agrees"])
    assert "\ncommenters,20\n" in files_of(signed(votes))[SUMMARY]
    # `loadConversationSummary` of the same file: these names, in this order.
    assert files[SUMMARY].splitlines() == [
        "topic,Sujet",
        "url,",
        "voters,300",
        "voters-in-conv,300",
        "commenters,",
        "comments,20",
        "groups,2",
        "conversation-description,",
    ]


@pytest.mark.parametrize(
    ("created", "seconds", "text"),
    [
        (1_564_624_268_123, "1564617600", "Thu Aug 01 2019 00:00:00 GMT+0000"),
        (1_709_251_199_000, "1709164800", "Thu Feb 29 2024 00:00:00 GMT+0000"),
        (None, "", ""),
    ],
)
def test_times_tell_the_day_only(created: int | None, seconds: str, text: str) -> None:
    votes, _camp = planted(30, 3, 1, 1.0, 0)
    votes = replace(
        votes, proposals=tuple(replace(one, created=created) for one in votes.proposals)
    )
    row = rows_of(files_of(votes)[COMMENTS])[0]
    assert row["timestamp"] == seconds
    assert row["datetime"] == (f"{text} (Coordinated Universal Time)" if text else "")


def test_meta_proposals_are_marked_and_refused_ones_left_out() -> None:
    votes, _camp = planted(30, 3, 1, 1.0, 0)
    first, second, third = votes.proposals
    votes = replace(
        votes, proposals=(replace(first, meta=True), second, replace(third, moderated=-1))
    )
    rows = rows_of(files_of(votes)[COMMENTS])
    assert [row["is-meta"] for row in rows] == ["true", "false"]
    assert len(rows_of(files_of(votes)[GROUPS])) == 2


@pytest.mark.shared_data
def test_a_real_export_comes_back_with_last_votes(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "consultations" / "brexit-consensus"
    found = read_polis(source)
    for name, text in files_of(found.votes).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "votes.csv").write_bytes((source / "votes.csv").read_bytes())
    again = read_polis(tmp_path)
    assert (found.differing, again.differing) == (8, 0)
    assert again.agree == found.agree
