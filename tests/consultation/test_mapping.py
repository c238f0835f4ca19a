"""Tables of votes under other names are read as their mapping says, whatever the order of rows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.consultation.mapping import read_mapping, read_table
from clairevoie.consultation.reading import ReadingProblem
from clairevoie.consultation.votes import Votes

MAPPING = """
clairevoie: consultation-mapping-1.0
participant: auteur
proposal: proposition
text: titre
vote: choix
time: date
agree: [Pour, oui]
disagree: [Contre]
pass: ["", blanc]
"""
ROWS = [
    ("a", "12", "Un vélo", "pour", "2026-01-01T10:00:00"),
    ("a", "12", "Un vélo", "CONTRE", "2026-01-02T10:00:00"),
    ("b", "12", "Un vélo", "Oui", "2026-01-01T11:00:00"),
    ("b", "7", "Un banc", "blanc", "2026-01-01T11:00:01"),
    ("c", "7", "Un banc", "Contre", "2026-01-01T12:00:00"),
]


def table(folder: Path, rows: Sequence[tuple[str, ...]], head: str = "") -> Path:
    path = folder / "table.csv"
    lines = [head or "auteur;proposition;titre;choix;date", *(";".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def said(votes: Votes) -> dict[tuple[str, str], int]:
    return {
        (votes.participants[who], votes.proposals[what].id): int(value)
        for who, what, value in zip(votes.person, votes.proposal, votes.value, strict=True)
    }


@given(seed=st.integers(0, 2**16))
def test_the_last_answer_counts_whatever_rows_come_first(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = list(ROWS)
    random.Random(seed).shuffle(rows)
    found = read_table(
        table(tmp_path_factory.mktemp("votes"), rows), read_mapping(MAPPING.encode())
    )
    assert said(found.votes) == {("a", "12"): -1, ("b", "12"): 1, ("b", "7"): 0, ("c", "7"): -1}
    assert [(item.id, item.text) for item in found.votes.proposals] == [
        ("7", "Un banc"),
        ("12", "Un vélo"),
    ]
    assert (found.rows, found.contradictions) == (5, 0)
    assert found.votes.time is not None
    assert found.votes.time.min() == np.datetime64("2026-01-01T11:00:00", "ms").astype(np.int64)


def test_without_times_two_answers_are_a_pass(tmp_path: Path) -> None:
    text = MAPPING.replace("time: date\n", "")
    found = read_table(table(tmp_path, ROWS), read_mapping(text.encode()))
    assert said(found.votes)["a", "12"] == 0
    assert found.contradictions == 1
    assert found.votes.time is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("clairevoie: consultation-mapping-1.0", "clairevoie: autre"), "is no mapping"),
        (("participant: auteur\n", ""), "'participant' names no column"),
        (("agree: [Pour, oui]", "agree: []"), "no answer means agree"),
        (("disagree: [Contre]", "disagree: [POUR]"), "'pour' has two meanings"),
        (("time: date", "heure: date"), "'heure' is not known here"),
        (("vote: choix", "vote: [choix"), "is not YAML"),
    ],
)
def test_a_mapping_that_says_nothing_is_refused(change: tuple[str, str], told: str) -> None:
    with pytest.raises(ReadingProblem, match=told):
        read_mapping(MAPPING.replace(*change).encode())


@pytest.mark.parametrize(
    ("rows", "head", "told"),
    [
        ([("12", "Un vélo", "40")], "proposition;titre;votes", "one of totals does not say who"),
        ([("a", "12", "x", "peut-être", "2026-01-01")], "", "row 1: the answer 'peut-être' has no"),
        ([("a", "12", "x", "pour", "hier")], "", "row 1: 'hier' is no time"),
        ([("a", "12", "x", "pour", "")], "", "row 1: there is no time"),
        ([("", "12", "x", "pour", "2026-01-01")], "", "row 1: an identifier is empty"),
    ],
)
def test_what_cannot_be_read_is_said(
    tmp_path: Path, rows: list[tuple[str, ...]], head: str, told: str
) -> None:
    with pytest.raises(ReadingProblem, match=told):
        read_table(table(tmp_path, rows, head), read_mapping(MAPPING.encode()))
