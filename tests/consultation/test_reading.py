"""What Polis exports: which votes count, what is published, what cannot be read."""

from __future__ import annotations

import csv
import zipfile
from itertools import permutations
from pathlib import Path

import pytest

from clairevoie.consultation.reading import ReadingProblem, read_polis

HEAD = "timestamp,datetime,comment-id,voter-id,vote\n"
ABOUT = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
T = 1_500_000_000_000


def export(folder: Path, rows: list[str], comments: str | None = None) -> Path:
    (folder / "votes.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows))
    if comments is not None:
        (folder / "comments.csv").write_text(ABOUT + comments)
    return folder


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "last", "differing"),
    [
        ("canadian-electoral-reform", 11_950, 44),
        ("bg2050-volunteers", 14_283, 32),
        ("vtaiwan.uberx", 49_443, 96),
        ("brexit-consensus", 5_303, 8),
        ("polis-answers/nz-biodiversity", 29_719, 49),
    ],
)
def test_real_exports(shared_data: Path, name: str, last: int, differing: int) -> None:
    found = read_polis(shared_data / "consultations" / name)
    assert len(found.votes.value) == last
    assert found.differing == differing
    assert found.agree == 1
    assert not found.declared
    assert found.votes.time is not None
    assert found.votes.time.min() > 1_300_000_000_000


def test_votes_of_one_time_do_not_depend_on_the_order_of_rows(tmp_path: Path) -> None:
    rows = [f"{T},x,0,7,1", f"{T},x,0,7,-1", f"{T},x,0,8,1", f"{T},x,0,8,1", f"{T - 1},x,1,7,-1"]
    for given in permutations(rows):
        found = read_polis(export(tmp_path, list(given)), agree=1)
        assert found.votes.participants == ("7", "8")
        assert found.votes.value.tolist() == [0, -1, 1]
        assert found.contradictions == 1


def test_a_contradiction_settled_later_is_none(tmp_path: Path) -> None:
    rows = [f"{T},x,0,7,1", f"{T},x,0,7,-1", f"{T + 1},x,0,7,-1"]
    found = read_polis(export(tmp_path, rows), agree=1)
    assert (found.votes.value.tolist(), found.contradictions) == ([-1], 0)


@pytest.mark.parametrize(("agrees", "disagrees", "agree"), [(2, 1, 1), (1, 2, -1)])
def test_published_counts_tell_the_sign(
    tmp_path: Path, agrees: int, disagrees: int, agree: int
) -> None:
    rows = [f"{T},x,0,1,1", f"{T},x,0,2,1", f"{T},x,0,3,-1"]
    body = '"One,\ntwo"'
    found = read_polis(export(tmp_path, rows, f"{T},x,0,1,{agrees},{disagrees},1,{body}\n"))
    assert found.agree == agree
    assert found.votes.value.tolist() == [agree, agree, -agree]
    assert found.votes.proposals[0].text == "One,\ntwo"
    assert (found.published, found.differing) == (1, 0)


def test_an_archive_says_the_same_as_its_folder(tmp_path: Path) -> None:
    folder = export(tmp_path, [f"{T},x,10,1,1", f"{T},x,9,1,-1"])
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(folder / "votes.csv", "talk/votes.csv")
    found = read_polis(tmp_path / "all.zip", agree=1)
    assert [item.id for item in found.votes.proposals] == ["9", "10"]
    assert found.votes.value.tolist() == [-1, 1]
    assert found.published is None
    assert found.differing is None


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_delimiters_and_encodings(tmp_path: Path, mark: str, encoding: str) -> None:
    text = (HEAD + f"{T // 1000},é,0,1,1\n").replace(",", mark)
    (tmp_path / "votes.csv").write_bytes(text.encode(encoding))
    votes = read_polis(tmp_path / "votes.csv", agree=1).votes
    assert votes.time is not None
    assert votes.time.tolist() == [T]


@pytest.mark.parametrize(
    ("rows", "agree", "said"),
    [
        ([f"{T},x,0,1,2"], 1, "votes.csv, row 1: vote 2 is not 1, 0 or -1"),
        ([f"{T},x,0,1,1", f"{T},x,0,2,yes"], 1, "row 2: vote 'yes' is not a whole number"),
        ([f"{T},x,0,1,1", "15,x,0,2,1"], 1, "row 2: timestamp 15 is in seconds"),
        ([f"{T},x,0,1,1", f"{T},x,0,2"], 1, "Row #3"),
        ([f"{T},x,0,1,1", f"{T},x,,2,1"], 1, "row 2: an identifier is empty"),
        ([f"{T},x,0,1,1", f"{T},x,0,,1"], 1, "row 2: an identifier is empty"),
        ([f"{T},x,0,1,1"], None, "nothing tells whether 1 means agree"),
        ([f"{T},x,0,1,1"], 2, "it can be 1 or -1"),
    ],
)
def test_problems(tmp_path: Path, rows: list[str], agree: int | None, said: str) -> None:
    with pytest.raises(ReadingProblem, match=said):
        read_polis(export(tmp_path, rows), agree=agree)


def test_missing_files_and_columns(tmp_path: Path) -> None:
    with pytest.raises(ReadingProblem, match=r"there is no votes.csv"):
        read_polis(tmp_path)
    (tmp_path / "votes.csv").write_text("voter,vote\n1,1\n")
    with pytest.raises(ReadingProblem, match="line 1: no column timestamp, comment-id, voter-id"):
        read_polis(tmp_path)


def test_meta_proposals_are_known_where_they_are_marked(tmp_path: Path) -> None:
    export(tmp_path, [f"{T},x,{item},1,1" for item in range(3)])
    head = ABOUT.replace("moderated,", "moderated,is-meta,is-seed,").replace("datetime,", "")
    rows = [f"{T},{at},0,1,0,1,{mark},true,T\n" for at, mark in enumerate(("TRUE", "false", ""))]
    (tmp_path / "comments.csv").write_text(head + "".join(rows))
    found = read_polis(tmp_path)
    assert [item.meta for item in found.votes.proposals] == [True, False, False]
    (tmp_path / "comments.csv").write_text(head + rows[0].replace("TRUE", "maybe"))
    with pytest.raises(ReadingProblem, match="row 1: is-meta 'maybe' is not true or false"):
        read_polis(tmp_path)


@pytest.mark.shared_data
def test_a_real_export_marks_meta_proposals(shared_data: Path) -> None:
    found = read_polis(shared_data / "consultations" / "bg2050-volunteers")
    with (shared_data / "consultations/bg2050-volunteers/comments.csv").open(newline="") as file:
        marked = {row["comment-id"] for row in csv.DictReader(file) if row["is-meta"] == "true"}
    assert {item.id for item in found.votes.proposals if item.meta} == marked


def test_counts_and_times_that_are_withheld_differ_from_nothing(tmp_path: Path) -> None:
    rows = [f"{T},x,{item},{person},1" for item in range(2) for person in range(3)]
    found = read_polis(export(tmp_path, rows, ",x,0,,,,1,A\n" + f"{T},x,1,,3,0,1,B\n"))
    assert (found.agree, found.published, found.differing) == (1, 1, 0)
    assert [item.created for item in found.votes.proposals] == [None, T]
    with pytest.raises(ReadingProblem, match="row 2: agrees 'x' is not a whole number"):
        read_polis(export(tmp_path, rows, ",x,0,,,,1,A\n" + f"{T},x,1,,x,0,1,B\n"))
    with pytest.raises(ReadingProblem, match="row 1: moderated '' is not a whole number"):
        read_polis(export(tmp_path, rows, f"{T},x,0,,3,0,,A\n"))
