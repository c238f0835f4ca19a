"""Opening a journal: three sources, bounded, closed to the rest of the machine."""

from __future__ import annotations

import gc
import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.decisions.checking import check_journal
from clairevoie.decisions.model import Data, Journal, JournalProblem
from clairevoie.decisions.opening import ROW, batches, local_table, open_journal
from clairevoie.decisions.replay import replay
from tests.decisions.samples import (
    TODAY,
    good_rows,
    sample_journal,
    sample_rules,
    write_journal,
)

KINDS = ("parquet", "csv", "table")


def with_data(journal: Journal, **more: Any) -> Journal:
    return replace(journal, data=replace(journal.data, **more))


@pytest.mark.parametrize("kind", KINDS)
def test_rows_come_in_order_with_their_numbers(kind: str, tmp_path: Path) -> None:
    rows = good_rows(30)
    journal = write_journal(kind, tmp_path, rows)
    table = local_table(open_journal(journal, tmp_path, numbered=True)).to_pyarrow()
    assert table.column(ROW).to_pylist() == list(range(1, 31))
    assert table.column("reference").to_pylist() == [row["reference"] for row in rows]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 8, 1000])
def test_batches_are_bounded_and_complete(kind: str, size: int, tmp_path: Path) -> None:
    rows = good_rows(30)
    journal = write_journal(kind, tmp_path, rows)
    found = list(batches(journal, tmp_path, ["reference", "nb"], size=size))
    assert all(batch.num_rows <= max(size, 1) for batch in found) or kind == "csv"
    whole = pa.Table.from_batches(found)
    assert whole.column_names == ["reference", "nb"]
    assert [str(value) for value in whole.column("nb").to_pylist()] == [
        str(row["nb"]) for row in rows
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "utf-16", "iso-8859-15"])
def test_a_csv_file_is_read_in_its_encoding(encoding: str, tmp_path: Path) -> None:
    journal = write_journal("csv", tmp_path, [good_rows(1)[0] | {"decision": "refusé à l'été"}])
    path = tmp_path / "journal.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    found = next(iter(batches(with_data(journal, encoding=encoding), tmp_path, ["decision"])))
    assert found.column(0).to_pylist() == ["refusé à l'été"]


def test_a_csv_cell_stays_as_written(tmp_path: Path) -> None:
    cells = ["007", "1,50", "2025-1-1", 'a "b"; c', "no", "  x "]
    rows = [row | {"reference": cell} for row, cell in zip(good_rows(6), cells, strict=True)]
    journal = write_journal("csv", tmp_path, rows)
    found = pa.Table.from_batches(list(batches(journal, tmp_path, ["reference"])))
    assert found.column(0).to_pylist() == cells


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (lambda text: text.replace("CR-00003;", "CR-00003;SECRET;", 1), "line 5"),
        (lambda text: text.replace("agent;", "agent;SECRET;SECRET;", 1), "twice, in columns"),
        (lambda text: "", "line 1: is empty"),
        (lambda text: "\n\n", "line 1: is empty"),
        (lambda text: text.replace("CR-00003", "SECRET" * 500_000), "line 5: cannot be read"),
        (lambda text: text.replace("CR-00003", '"SECRET'), "line 5: cannot be read"),
        (lambda text: text.replace("agent", "reference;agent", 1), "'reference', twice"),
        (lambda text: text.replace("agent", "SECRET" * 40_000, 1), "line 1: holds a cell"),
        (lambda text: text.replace("agent", "agent\0SECRET", 1), "line 1: holds a null character"),
        (lambda text: ";".join(f"SECRET{n}" for n in range(1500)), "more than 1000 columns"),
        (lambda text: text.replace(";", ","), "line 1: does not hold the declared headings"),
        (lambda text: text.replace("decide", "jour"), "no column 'decide'"),
    ],
)
def test_a_spoilt_csv_file_is_told_without_its_values(spoil, where: str, tmp_path: Path) -> None:
    journal = write_journal("csv", tmp_path, good_rows(9))
    path = tmp_path / "journal.csv"
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(JournalProblem) as caught:
        list(batches(journal, tmp_path, ["reference"]))
    assert where in str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_what_a_file_without_headings_holds_is_never_told(tmp_path: Path) -> None:
    """The first line is then somebody's row."""
    rows = [row | {"personne": "SECRET", "agent": "SECRET"} for row in good_rows(4)]
    journal = write_journal("csv", tmp_path, rows)
    path = tmp_path / "journal.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[1:]), encoding="utf-8")
    with pytest.raises(JournalProblem) as caught:
        open_journal(journal, tmp_path)
    said = str(caught.value)
    assert "journal.csv, line 1: does not hold the declared headings" in said
    assert all(f"'{name}'" in said for name in journal.columns())
    cells = [cell for cell in lines[1].strip().split(";") if cell not in {"2025", "20", "1.0"}]
    assert not [cell for cell in cells if len(cell) > 3 and cell in said]


def test_the_line_of_a_problem_is_never_read_in_the_data(tmp_path: Path) -> None:
    journal = write_journal("csv", tmp_path, good_rows(4))
    path = tmp_path / "journal.csv"
    text = path.read_text(encoding="utf-8")
    spoilt = text.replace("CR-00003", "Line: 0612345678;Original Line: 0612345678;")
    path.write_text(spoilt, encoding="utf-8")
    with pytest.raises(JournalProblem, match=r"journal\.csv, line 5: ") as caught:
        list(batches(journal, tmp_path, ["reference"]))
    assert "0612345678" not in str(caught.value)


@pytest.mark.parametrize(
    "encoding",
    ["hex", "base64", "zip", "rot13", "uu", "idna", "punycode", "unicode_escape", "undefined"],
)
def test_an_encoding_must_be_one_of_text_files(encoding: str, tmp_path: Path) -> None:
    journal = with_data(write_journal("csv", tmp_path, good_rows(2)), encoding=encoding)
    with pytest.raises(JournalProblem, match=rf"data\.encoding: '{encoding}' is no encoding"):
        open_journal(journal, tmp_path)


@pytest.mark.parametrize(
    ("declared", "written"),
    [("utf-8", "utf-16"), ("utf-16", "utf-8"), ("ascii", "latin-1"), ("utf-8", "latin-1")],
)
def test_another_encoding_than_declared_is_told(
    declared: str, written: str, tmp_path: Path
) -> None:
    rows = [row | {"decision": "refusé à l'été"} for row in good_rows(3)]
    journal = with_data(write_journal("csv", tmp_path, rows), encoding=declared)
    path = tmp_path / "journal.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode(written))
    with pytest.raises(JournalProblem, match="encoding") as caught:
        list(batches(journal, tmp_path, ["decision"]))
    assert "refus" not in str(caught.value)


def test_a_mark_of_order_before_the_headings_is_let_through(tmp_path: Path) -> None:
    journal = write_journal("csv", tmp_path, good_rows(2))
    path = tmp_path / "journal.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert open_journal(journal, tmp_path).count().to_pyarrow().as_py() == 2


ODD: dict[str, Callable[[int], pa.Array]] = {
    "lists": lambda count: pa.array([["SECRET"]] * count),
    "maps": lambda count: pa.array([[("a", "SECRET")]] * count, pa.map_(pa.string(), pa.string())),
    "bytes": lambda count: pa.array([b"SECRET\xff\xfe"] * count),
    "not UTF-8": lambda count: pa.array([b"SECRET\xff"] * count).view(pa.string()),
    "far days": lambda count: pa.array([2**31 - 1] * count, pa.int32()).cast(pa.date32()),
    "wide decimals": lambda count: pa.array([1] * count).cast(pa.decimal256(60, 2)),
}


@pytest.mark.parametrize("name", ODD)
def test_columns_of_odd_kinds_are_read_or_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    """Whatever the column: nothing else than a problem is raised, and it tells no value."""
    journal = write_journal("parquet", tmp_path, good_rows(9))
    good = pq.read_table(tmp_path / "journal.parquet")
    for column in ("reference", "decide", "personne", "nb", "points", "decision"):
        spoilt = good.set_column(good.column_names.index(column), column, ODD[name](9))
        pq.write_table(spoilt, tmp_path / "journal.parquet")
        for act in (_checked, _replayed):
            said = _told(partial(act, journal, tmp_path))
            assert "SECRET" not in said
            assert not re.search(r"Error|Exception|kernel|Arrow", said)


def _told(act: Callable[[], str]) -> str:
    """What an act says, or the one sentence that refuses it; anything else that is raised fails."""
    try:
        return act()
    except JournalProblem as problem:
        return problem.args[0] if len(problem.sentences) == 1 else "Error: several sentences"


def _checked(journal: Journal, folder: Path) -> str:
    table = open_journal(journal, folder, numbered=True)
    return check_journal(journal, table, sample_rules(), today=TODAY).text()


def _replayed(journal: Journal, folder: Path) -> str:
    return json.dumps(replay(journal, sample_rules(), folder, day=TODAY).publishable())


@settings(max_examples=40)
@given(
    places=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=30),
    end=st.floats(0, 1),
    kind=st.sampled_from(["parquet", "csv"]),
)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(
    places: list[tuple[float, int]],
    end: float,
    kind: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    rows = [row | {"personne": "SECRET", "agent": "SECRET"} for row in good_rows(9)]
    journal = write_journal(kind, folder, rows)
    path = folder / f"journal.{kind}"
    content = bytearray(path.read_bytes())
    for place, byte in places:
        content[int(place * len(content))] = byte
    path.write_bytes(content[: max(1, int(end * len(content)))] if end < 0.5 else content)
    for act in (_read, _checked):
        said = _told(partial(act, journal, folder))
        assert "SECRET" not in said
        assert "Error" not in said


def _read(journal: Journal, folder: Path) -> str:
    return str(sum(batch.num_rows for batch in batches(journal, folder, ["reference", "personne"])))


def test_a_parquet_file_that_is_not_one_is_refused(tmp_path: Path) -> None:
    journal = sample_journal()
    (tmp_path / "journal.parquet").write_bytes(b"PAR1 not at all")
    with pytest.raises(JournalProblem, match=r"journal\.parquet: cannot be read as Parquet"):
        open_journal(journal, tmp_path)
    with pytest.raises(JournalProblem, match="cannot be read as Parquet"):
        list(batches(journal, tmp_path, ["reference"]))


def test_a_file_must_be_in_the_folder_allowed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    journal = write_journal("parquet", outside, good_rows(3))
    (inside / "link.parquet").symlink_to(outside / "journal.parquet")
    for path in ("../out/journal.parquet", str(outside / "journal.parquet"), "link.parquet"):
        with pytest.raises(JournalProblem, match="outside the folder allowed"):
            open_journal(with_data(journal, path=path), inside, within=inside)
    assert (
        open_journal(with_data(journal, path="link.parquet"), inside).count().to_pyarrow().as_py()
    )


def test_a_declaration_reaches_no_server_where_a_folder_is_enforced(tmp_path: Path) -> None:
    journal = write_journal("table", tmp_path, good_rows(3))
    with pytest.raises(JournalProblem, match="address of the database is not known"):
        open_journal(journal, tmp_path, within=tmp_path)
    opened = open_journal(journal, tmp_path, within=tmp_path, url="sqlite://journal.db")
    assert local_table(opened).count().to_pyarrow().as_py() == 3
    with pytest.raises(JournalProblem, match="outside"):
        open_journal(journal, tmp_path, within=tmp_path, url="sqlite:///etc/passwd")


def test_the_engine_reads_nothing_but_the_journal(tmp_path: Path) -> None:
    import duckdb

    (tmp_path / "other.csv").write_text("a\n1\n")
    table = open_journal(write_journal("parquet", tmp_path, good_rows(3)), tmp_path)
    connection = table.get_backend().con
    for query in (
        f"SELECT * FROM read_csv('{tmp_path}/other.csv')",
        f"COPY (SELECT 1) TO '{tmp_path}/written.csv'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(query)


def test_what_is_temporary_goes_with_the_table(tmp_path: Path, monkeypatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    journal = write_journal("table", tmp_path, good_rows(3))
    table = local_table(open_journal(journal, tmp_path, numbered=True))
    assert list(scratch.iterdir())
    del table
    gc.collect()
    assert not list(scratch.iterdir())


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    journal = write_journal("table", tmp_path, good_rows(1))
    with pytest.raises(JournalProblem, match="no table 'nothing'"):
        open_journal(with_data(journal, table="nothing"), tmp_path)
    with pytest.raises(JournalProblem, match="no database file"):
        open_journal(with_data(journal, url="sqlite://nothing.db"), tmp_path)
    assert not (tmp_path / "nothing.db").exists()
    for path, words in (("nothing.parquet", "there is no file"), ("*.parquet", "there is no file")):
        with pytest.raises(JournalProblem, match=words):
            open_journal(replace(journal, data=Data("parquet", path=path)), tmp_path)
    write_journal("csv", tmp_path, good_rows(1))
    with pytest.raises(JournalProblem, match="is no encoding"):
        open_journal(with_data(sample_journal("csv"), encoding="klingon"), tmp_path)


def test_a_table_of_another_duckdb_is_read_only(tmp_path: Path) -> None:
    import duckdb

    write_journal("parquet", tmp_path, good_rows(5))
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE TABLE d AS FROM '{tmp_path}/journal.parquet'")
    journal = replace(sample_journal(), data=Data("table", table="main.d", url=f"duckdb://{path}"))
    table = open_journal(journal, tmp_path, numbered=True)
    assert table.count().to_pyarrow().as_py() == 5
    with pytest.raises(duckdb.Error):
        table.get_backend().con.execute("DELETE FROM d")


@pytest.mark.postgres_only
@pytest.mark.usefixtures("django_db_setup")
def test_a_table_of_postgresql_is_read(tmp_path: Path) -> None:
    """On a connection of its own: the site's tables refuse to be emptied after a test."""
    import psycopg
    from django.db import connection

    settings = connection.settings_dict
    host = settings["HOST"] or "/var/run/postgresql"
    port = f"&port={settings['PORT']}" if settings["PORT"] else ""
    user, password = settings["USER"], settings["PASSWORD"]
    url = f"postgresql://{user}:{password}@/{settings['NAME']}?host={host}{port}"
    journal = Journal(
        id="a",
        title={"fr": "A"},
        rules="b",
        data=Data("table", table="decisions_read"),
        identifier="reference",
        date="decide",
        inputs={"enfants": "nb"},
    )
    with psycopg.connect(url, autocommit=True) as made:
        made.execute("CREATE TABLE decisions_read (reference text, decide date, nb int)")
        made.execute("INSERT INTO decisions_read VALUES ('b', '2025-01-02', 2), ('a', NULL, 1)")
        try:
            opened = open_journal(journal, tmp_path, url=url, numbered=True)
            assert local_table(opened).to_pyarrow().column("reference").to_pylist() == ["a", "b"]
            read = batches(journal, tmp_path, ["nb"], url=url, size=1)
            assert [batch.num_rows for batch in read] == [1, 1]
            del opened, read
            gc.collect()
        finally:
            made.execute("DROP TABLE decisions_read")
