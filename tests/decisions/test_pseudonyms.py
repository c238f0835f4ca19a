"""Pseudonyms: stable, different by key, column and journal; streaming; links survive rotation."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clairevoie.decisions.model import JournalProblem, Someone
from clairevoie.decisions.pseudonyms import pseudonym, pseudonymise
from tests.decisions.samples import good_rows, sample_journal, sample_key, write_journal

FIRST = sample_key(1)
SECOND = sample_key(2, older=[FIRST])
THIRD = sample_key(3, older=[FIRST, SECOND])

texts = st.text(max_size=20)
values = st.one_of(texts, st.integers(), st.dates(), st.booleans(), st.binary(max_size=8))


@given(values)
def test_a_pseudonym_is_stable_and_says_nothing_by_its_form(value: object) -> None:
    found = pseudonym([FIRST], "personne", value)
    assert found == pseudonym([FIRST], "personne", value)
    assert len(found) == 32
    assert set(found) <= set("0123456789abcdef")


@given(values, values)
def test_two_values_never_share_a_pseudonym(one: object, other: object) -> None:
    same = type(one) is type(other) and (
        unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", str(other))
        if isinstance(one, str)
        else one == other
    )
    shared = pseudonym([FIRST], "p", one) == pseudonym([FIRST], "p", other)
    assert shared is same


@given(values)
def test_pseudonyms_differ_by_key_column_and_journal(value: object) -> None:
    found = {
        pseudonym([FIRST], "personne", value),
        pseudonym([FIRST], "agent", value),
        pseudonym([sample_key(9)], "personne", value),
        pseudonym([replace(FIRST, journal="autre")], "personne", value),
        pseudonym([FIRST, SECOND], "personne", value),
        pseudonym([FIRST, SECOND, THIRD], "personne", value),
    }
    assert len(found) == 6


def test_numbers_and_texts_are_not_mixed_up() -> None:
    different = [1, "1", True, "True", date(2025, 1, 1), "2025-01-01", b"1", Decimal(1)]
    assert len({pseudonym([FIRST], "p", value) for value in different}) == len(different)
    with pytest.raises(JournalProblem, match="floating"):
        pseudonym([FIRST], "p", 1.0)


def test_the_column_and_the_value_cannot_slide_into_each_other() -> None:
    assert pseudonym([FIRST], "ab", "c") != pseudonym([FIRST], "a", "bc")


def test_composed_and_decomposed_accents_are_one_person() -> None:
    assert pseudonym([FIRST], "p", "Ren\u00e9") == pseudonym([FIRST], "p", "Rene\u0301")


def people(names: list[Any]) -> list[dict[str, Any]]:
    rows = good_rows(len(names))
    return [row | {"personne": name} for row, name in zip(rows, names, strict=True)]


@settings(max_examples=25)
@given(
    names=st.lists(st.none() | st.text("abcdeé ", max_size=3), max_size=30),
    kind=st.sampled_from(["parquet", "csv", "table"]),
    target=st.sampled_from(["out.parquet", "out.csv"]),
)
def test_a_file_is_rewritten_row_by_row(
    names: list[str | None], kind: str, target: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("people")
    journal = write_journal(kind, folder, people(names))
    report = pseudonymise(journal, folder, folder / target, keys=[FIRST])
    written = read_all(folder / target)
    wanted = [pseudonym([FIRST], "personne", name) if name else None for name in names]
    assert [cell or None for cell in written.column("personne").to_pylist()] == wanted
    references = [row["reference"] for row in good_rows(len(names))]
    assert written.column("reference").to_pylist() == references
    assert report.rows == len(names)
    counts = {item.column: (item.pseudonyms, item.missing) for item in report.columns}
    filled = sum(1 for name in names if name)
    assert counts == {
        "personne": (filled, len(names) - filled),
        "agent": (len(names), 0),
    }
    assert report.undeclared == ()


def read_all(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        return pq.read_table(path)
    options = pc.ConvertOptions(
        column_types=dict.fromkeys(
            pc.open_csv(
                path, parse_options=pc.ParseOptions(delimiter=delimiter(path))
            ).schema.names,
            pa.string(),
        )
    )
    return pc.read_csv(
        path, parse_options=pc.ParseOptions(delimiter=delimiter(path)), convert_options=options
    )


def delimiter(path: Path) -> str:
    return ";" if ";" in path.read_text(encoding="utf-8").split("\n", 1)[0] else ","


def test_other_columns_keep_their_types_and_their_cells(tmp_path: Path) -> None:
    journal = write_journal("parquet", tmp_path, people(["Anne", "Bob"]))
    pseudonymise(journal, tmp_path, tmp_path / "out.parquet", keys=[FIRST])
    before, after = (
        pq.read_table(tmp_path / "journal.parquet"),
        pq.read_table(tmp_path / "out.parquet"),
    )
    others = [name for name in before.column_names if name not in {"personne", "agent"}]
    assert after.select(others).equals(before.select(others))


def test_links_survive_a_rotation_without_the_clear_data(tmp_path: Path) -> None:
    journal = write_journal("parquet", tmp_path, people(["Anne", "Bob", None, "Anne"]))
    pseudonymise(journal, tmp_path, tmp_path / "first.parquet", keys=[FIRST])
    old = replace(journal, data=replace(journal.data, path="first.parquet"))
    pseudonymise(old, tmp_path, tmp_path / "second.parquet", keys=[FIRST, SECOND], rotate=True)
    rotated = pq.read_table(tmp_path / "second.parquet").column("personne").to_pylist()
    # Clear data that come later go through both keys.
    pseudonymise(journal, tmp_path, tmp_path / "later.parquet", keys=[FIRST, SECOND])
    later = pq.read_table(tmp_path / "later.parquet").column("personne").to_pylist()
    assert rotated == later
    assert rotated[0] == rotated[3] != rotated[1]
    assert rotated[2] is None
    assert set(rotated).isdisjoint(
        set(pq.read_table(tmp_path / "first.parquet").column("personne").to_pylist()) - {None}
    )


def test_a_rotation_from_another_key_is_refused(tmp_path: Path) -> None:
    journal = write_journal("parquet", tmp_path, people(["Anne"]))
    pseudonymise(journal, tmp_path, tmp_path / "first.parquet", keys=[FIRST])
    old = replace(journal, data=replace(journal.data, path="first.parquet"))
    with pytest.raises(JournalProblem, match="use a key that follows"):
        pseudonymise(
            old, tmp_path, tmp_path / "out.parquet", keys=[FIRST, SECOND, THIRD], rotate=True
        )
    with pytest.raises(JournalProblem, match="already holds pseudonyms"):
        pseudonymise(old, tmp_path, tmp_path / "out.parquet", keys=[FIRST])
    with pytest.raises(JournalProblem, match="follows none"):
        pseudonymise(old, tmp_path, tmp_path / "out.parquet", keys=[FIRST], rotate=True)
    assert not (tmp_path / "out.parquet").exists()


def test_clear_data_are_not_rotated_by_mistake(tmp_path: Path) -> None:
    rows = good_rows(12)
    for row in rows:
        row["personne"] = pseudonym([FIRST], "personne", row["personne"])
        row["agent"] = pseudonym([FIRST], "agent", row["agent"])
    rows[9]["agent"] = "Karima Benali"
    journal = write_journal("csv", tmp_path, rows)
    with pytest.raises(JournalProblem) as caught:
        pseudonymise(journal, tmp_path, tmp_path / "out.csv", keys=[FIRST, SECOND], rotate=True)
    assert caught.value.places == ("row 10",)
    assert "Karima" not in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["journal.csv"]


def test_the_journal_is_never_written_over(tmp_path: Path) -> None:
    journal = write_journal("parquet", tmp_path, people(["Anne"]))
    before = (tmp_path / "journal.parquet").read_bytes()
    (tmp_path / "link.parquet").symlink_to(tmp_path / "journal.parquet")
    for name in ("journal.parquet", "link.parquet", "../" + tmp_path.name + "/journal.parquet"):
        with pytest.raises(JournalProblem, match="is the journal itself"):
            pseudonymise(journal, tmp_path, tmp_path / name, keys=[FIRST])
    assert (tmp_path / "journal.parquet").read_bytes() == before


def test_what_cannot_be_done_is_told(tmp_path: Path) -> None:
    journal = write_journal("parquet", tmp_path, people(["Anne"]))
    clear = replace(journal, person=Someone("personne", pseudonym=False), decided_by=None)
    with pytest.raises(JournalProblem, match="nothing to do"):
        pseudonymise(clear, tmp_path, tmp_path / "out.parquet", keys=[FIRST])
    with pytest.raises(JournalProblem, match=r"\.parquet or \.csv"):
        pseudonymise(journal, tmp_path, tmp_path / "out.xlsx", keys=[FIRST])
    with pytest.raises(JournalProblem, match="cannot be written"):
        pseudonymise(journal, tmp_path, tmp_path / "no" / "out.parquet", keys=[FIRST])


def test_columns_can_be_left_out_and_unknown_ones_are_told(tmp_path: Path) -> None:
    table = pa.table({"nom": ["Anne"], "note": ["x"]})
    rows = good_rows(1)
    write_journal("parquet", tmp_path, rows)
    both = pq.read_table(tmp_path / "journal.parquet")
    for name in table.column_names:
        both = both.append_column(name, table.column(name))
    pq.write_table(both, tmp_path / "journal.parquet")
    report = pseudonymise(
        sample_journal(), tmp_path, tmp_path / "out.parquet", keys=[FIRST], leave_out=["nom"]
    )
    assert (report.left_out, report.undeclared) == (("nom",), ("note",))
    assert "nom" not in pq.read_schema(tmp_path / "out.parquet").names


@given(st.integers(1, 9), st.integers(1, 9))
def test_whole_numbers_in_a_parquet_file(one: int, other: int) -> None:
    assume(one != other)
    assert pseudonym([FIRST], "p", one) != pseudonym([FIRST], "p", other)


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """Sixteen times the rows, no more memory: two million in a few batches of Arrow."""
    import duckdb

    journal = replace(sample_journal(), decided_by=None)
    highest = []
    for rows in (200_000, 3_200_000):
        query = f"""
            SELECT 'CR-' || range AS reference, range % 1000 AS personne,
                DATE '2025-01-01' AS decide, range AS nb, md5(range::VARCHAR) AS autre
            FROM range({rows})
        """
        duckdb.execute(f"COPY ({query}) TO '{tmp_path}/journal.parquet' (ROW_GROUP_SIZE 100000)")
        peak = [0]

        def watch(_count: int, peak: list[int] = peak) -> None:
            peak[0] = max(peak[0], pa.total_allocated_bytes())

        start = pa.total_allocated_bytes()
        report = pseudonymise(journal, tmp_path, tmp_path / "out.parquet", keys=[FIRST], done=watch)
        assert report.rows == rows
        highest.append(peak[0] - start)
    assert highest[1] < 2 * highest[0] + 50_000_000
    assert highest[1] < 400_000_000
