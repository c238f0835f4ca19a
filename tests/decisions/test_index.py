"""One row found by its reference: the right one or none, with an index or without."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.decisions import index as index_module
from clairevoie.decisions.index import build_index, find_row, index_path, read_index
from clairevoie.decisions.model import JournalProblem
from clairevoie.decisions.references import normal_reference
from tests.decisions.samples import good_rows, sample_journal, write_journal

FILE = "journal.parquet"


@pytest.mark.parametrize("kind", ["parquet", "indexed", "csv", "table"])
def test_every_row_is_found_and_nothing_else(kind: str, tmp_path: Path) -> None:
    rows = good_rows(40)
    rows[7] |= {"reference": None}
    journal = write_journal("parquet" if kind == "indexed" else kind, tmp_path, rows)
    if kind == "indexed":
        made = build_index(tmp_path / FILE, "reference")
        assert (made.count, read_index(tmp_path / FILE, "reference")) == (39, ("fresh", made))
    for row in (rows[0], rows[20], rows[39]):
        for typed in (
            row["reference"],
            f" {row['reference'].lower()} ",
            row["reference"].replace("-", "–"),
        ):
            found = find_row(journal, tmp_path, typed)
            assert found is not None
            assert found["reference"] == row["reference"]
            assert str(found["nb"]) == str(row["nb"])
            assert list(found) == list(row)
    for typed in ("", "CR-99999", "CR", "%", "'; DROP TABLE x --", "x" * 10_000, "\0"):
        assert find_row(journal, tmp_path, typed) is None


@settings(max_examples=30)
@given(
    references=st.lists(st.text("abAB12- é\u00a0", min_size=1, max_size=4), max_size=25),
    asked=st.text("abAB12- é\u00a0", min_size=1, max_size=4),
    groups=st.integers(1, 30),
)
def test_with_an_index_and_without_the_same_is_found(
    references: list[str], asked: str, groups: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("found")
    days = [date(2025, 1, 1 + number % 28) for number in range(len(references))]
    table = pa.table(
        {
            "reference": pa.array(references, pa.string()),
            "decide": pa.array(days, pa.date32()),
            "row": pa.array(range(len(references)), pa.int64()),
        }
    )
    pq.write_table(table, folder / FILE, row_group_size=groups)
    journal = replace(
        sample_journal(),
        inputs={},
        machine_value="",
        machine_outcome="",
        decision="",
        person=None,
        decided_by=None,
        received_on="",
        groups=(),
        rule_version="",
        weight="",
    )
    without = find_row(journal, folder, asked)
    build_index(folder / FILE, "reference")
    found = find_row(journal, folder, asked)
    alike = [text for text in references if normal_reference(text) == normal_reference(asked)]
    if normal_reference(asked) and alike and len(set(alike)) == 1:
        wanted = max(
            (day, -number)
            for number, (text, day) in enumerate(zip(references, days, strict=True))
            if text == alike[0]
        )
        assert found is not None
        assert found["decide"] == wanted[0]
        assert without is not None
        assert without["reference"] == found["reference"]
        assert without["decide"] == found["decide"]
    else:
        assert found is None
        assert without is None


def test_a_collision_of_hashes_gives_nobody_elses_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = good_rows(20)
    journal = write_journal("parquet", tmp_path, rows)
    monkeypatch.setattr(index_module, "hash_sql", lambda name: f"(length({name}) * 0)::UBIGINT")
    monkeypatch.setattr(index_module, "reference_hash", lambda _text: 0)
    build_index(tmp_path / FILE, "reference")
    found = find_row(journal, tmp_path, rows[13]["reference"])
    assert found is not None
    assert found["reference"] == rows[13]["reference"]
    assert find_row(journal, tmp_path, "CR-99999") is None


def test_of_several_decisions_the_last_is_given(tmp_path: Path) -> None:
    rows = good_rows(9)
    for number, day in ((2, 5), (5, 20), (7, 11)):
        rows[number] |= {"reference": "CR-TWICE", "decide": date(2025, 3, day), "nb": number % 5}
    journal = write_journal("parquet", tmp_path, rows)
    for _ in range(2):
        found = find_row(journal, tmp_path, "cr-twice")
        assert found is not None
        assert found["decide"] == date(2025, 3, 20)
        build_index(tmp_path / FILE, "reference")
    for row in rows:
        row["decide"] = f"{row['decide']:%d/%m/%Y}"
    found = find_row(write_journal("csv", tmp_path, rows), tmp_path, "cr-twice")
    assert found is not None
    assert found["decide"] == "20/03/2025"


def test_a_changed_journal_is_not_searched_with_its_old_index(tmp_path: Path) -> None:
    rows = good_rows(20)
    journal = write_journal("parquet", tmp_path, rows)
    build_index(tmp_path / FILE, "reference")
    write_journal("parquet", tmp_path, rows[5:] + rows[:4] + [rows[4] | {"reference": "CR-NEW00"}])
    assert read_index(tmp_path / FILE, "reference")[0] == "stale"
    found = find_row(journal, tmp_path, "CR-NEW00")
    assert found is not None
    build_index(tmp_path / FILE, "reference")
    assert read_index(tmp_path / FILE, "reference")[0] == "fresh"
    os.utime(tmp_path / FILE, ns=(1, 1))
    assert read_index(tmp_path / FILE, "reference")[0] == "stale"


def test_the_index_of_another_column_is_not_used(tmp_path: Path) -> None:
    write_journal("parquet", tmp_path, good_rows(3))
    build_index(tmp_path / FILE, "personne")
    assert read_index(tmp_path / FILE, "reference") == ("stale", None)


@pytest.mark.parametrize(
    "spoil",
    [lambda raw: raw[:-1], lambda raw: b"", lambda raw: b"CLVINDEX{", lambda raw: b"x" + raw[1:]],
)
def test_a_spoilt_index_is_not_used(spoil, tmp_path: Path) -> None:
    journal = write_journal("parquet", tmp_path, good_rows(5))
    build_index(tmp_path / FILE, "reference")
    path = index_path(tmp_path / FILE)
    path.write_bytes(spoil(path.read_bytes()))
    assert read_index(tmp_path / FILE, "reference")[0] == "stale"
    assert find_row(journal, tmp_path, "CR-00002") is not None


def test_whole_numbers_can_be_references_floating_ones_cannot(tmp_path: Path) -> None:
    rows = good_rows(8)
    write_journal("parquet", tmp_path, rows)
    table = pq.read_table(tmp_path / FILE).drop(["reference"])
    for kind in (pa.int64(), pa.float64()):
        numbered = table.append_column("reference", pa.array(range(8), pa.int64()).cast(kind))
        pq.write_table(numbered, tmp_path / FILE)
        if kind == pa.int64():
            build_index(tmp_path / FILE, "reference")
            found = find_row(sample_journal(), tmp_path, " 5")
            assert found is not None
            assert found["reference"] == 5
            assert find_row(sample_journal(), tmp_path, "05") is None
        else:
            with pytest.raises(JournalProblem, match="floating"):
                build_index(tmp_path / FILE, "reference")


def test_what_cannot_be_indexed_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"PAR1 no")
    with pytest.raises(JournalProblem, match="cannot be read as Parquet"):
        build_index(tmp_path / FILE, "reference")
    write_journal("parquet", tmp_path, good_rows(3))
    with pytest.raises(JournalProblem, match="no column 'absent'"):
        build_index(tmp_path / FILE, "absent")
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_names_with_quotes_are_only_names(tmp_path: Path) -> None:
    folder = tmp_path / "l'été"
    folder.mkdir()
    write_journal("parquet", folder, good_rows(3))
    table = pq.read_table(folder / FILE)
    names = ["ré\"f'", *table.column_names[1:]]
    pq.write_table(table.rename_columns(names), folder / FILE)
    journal = replace(sample_journal(), identifier=names[0])
    assert find_row(journal, folder, "CR-00001") is not None
    build_index(folder / FILE, names[0])
    found = find_row(journal, folder, "CR-00001")
    assert found is not None
    assert found[names[0]] == "CR-00001"
