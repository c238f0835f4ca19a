"""Checking a journal: planted faults are found, only those, and no value is ever told."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from clairevoie.cli import app
from clairevoie.cli.output import CommandProblem
from clairevoie.decisions.checking import check_journal
from clairevoie.decisions.findings import SENTENCES, JournalReport
from clairevoie.decisions.model import Journal, Someone
from clairevoie.decisions.opening import open_journal
from tests.decisions.samples import (
    DATA,
    JOURNAL,
    RULES,
    TODAY,
    good_rows,
    sample_rules,
    write_journal,
)

KINDS = ("parquet", "csv", "table")


def checked(
    rows: list[dict[str, Any]], folder: Path, kind: str = "parquet", **more: Any
) -> JournalReport:
    journal = replace(write_journal(kind, folder, rows), **more)
    return check(journal, folder)


def check(journal: Journal, folder: Path) -> JournalReport:
    table = open_journal(journal, folder, numbered=True)
    return check_journal(journal, table, sample_rules(), today=TODAY)


def told(report: JournalReport) -> dict[tuple[str, str], tuple[int, tuple[int, ...]]]:
    return {(item.code, item.column): (item.count, item.rows) for item in report.findings}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_found_where_nothing_is_wrong(kind: str, tmp_path: Path) -> None:
    report = checked(good_rows(60), tmp_path, kind)
    assert told(report) == {}
    assert report.ok
    assert report.rows == 60
    assert report.text().endswith("No problem.")


FAULTS: dict[str, tuple[str, Any, str]] = {
    "missing identifier": ("reference", None, "missing"),
    "missing date": ("decide", None, "missing"),
    "missing decision": ("decision", None, "missing"),
    "missing version": ("version", None, "missing"),
    "missing input": ("nb", None, "missing_input"),
    "unreadable date": ("decide", "le 3 mai", "unreadable_date"),
    "impossible day": ("decide", "2025-02-30", "unreadable_date"),
    "unreadable input": ("nb", "trois", "unreadable_input"),
    "half a child": ("nb", "1,5", "unreadable_input"),
    "too many decimals": ("qf", "12.345", "unreadable_input"),
    "below the domain": ("nb", -1, "out_of_domain"),
    "above the domain": ("nb", 10, "out_of_domain"),
    "unknown category": ("situation", "veuf", "out_of_domain"),
    "unknown decision": ("decision", "peut-être", "not_an_outcome"),
    "unknown proposal": ("proposition", "Admis", "not_an_outcome"),
    "not a score": ("points", "beaucoup", "unreadable_number"),
    "not an age": ("age", "vingt", "unreadable_number"),
    "no weight": ("poids", None, "bad_weight"),
    "weight of nothing": ("poids", 0.0, "bad_weight"),
    "in the future": ("decide", date(2026, 3, 2), "in_the_future"),
    "asked after": ("demande", date(2025, 12, 31), "received_after"),
    "unknown version": ("version", "2019", "unknown_version"),
    "before its version": ("decide", date(2024, 12, 31), "before_version"),
    "e-mail": ("personne", "jeanne.martin@exemple.fr", "person_email"),
    "social security number": ("personne", "2 55 08 14 168 025 38", "person_nir"),
    "the same without its key": ("personne", "2550814168025", "person_nir"),
    "one from Corsica": ("personne", "1 85 05 2A 006 084 35", "person_nir"),
    "telephone": ("personne", "06 12 34 56 78", "person_phone"),
    "telephone from abroad": ("personne", "+33612345678", "person_phone"),
    "day of birth": ("personne", "03/05/1985", "person_date"),
    "name": ("personne", "MARTIN Jeanne", "person_name"),
    "name alone": ("personne", "Lefèvre", "person_name"),
    "double name": ("personne", "D'Orves-Étienne", "person_name"),
    "short number": ("personne", "48213", "person_short_number"),
    "agent": ("agent", "Karima Benali", "agent_name"),
    "address of an agent": ("agent", "k.benali@ville.fr", "agent_email"),
    "e-mail as a reference": ("reference", "moi@exemple.fr", "identifier_email"),
    "number as a reference": ("reference", "255081416802538", "identifier_nir"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_and_nothing_else(name: str, tmp_path: Path) -> None:
    column, value, code = FAULTS[name]
    rows = good_rows(20)
    for number in (3, 17):
        rows[number] = rows[number] | {column: value}
    if column == "reference" and value is not None:
        rows[17] = good_rows(20)[17]
        assert told(checked(rows, tmp_path)) == {(code, column): (1, (4,))}
    else:
        assert told(checked(rows, tmp_path)) == {(code, column): (2, (4, 18))}


@pytest.mark.parametrize("kind", KINDS)
def test_references_that_come_back(kind: str, tmp_path: Path) -> None:
    rows = good_rows(20)
    rows[9] = rows[4] | {"decide": date(2025, 2, 2)}
    rows[12] = rows[4] | {"decision": "admis" if rows[4]["decision"] == "refuse" else "refuse"}
    rows[15] = rows[15] | {"reference": " cr–00006"}
    assert told(checked(rows, tmp_path, kind)) == {
        ("duplicate", "reference"): (1, (5, 13)),
        ("several_decisions", "reference"): (1, (5, 13)),
        ("identifier_alike", "reference"): (2, ()),
    }


def test_without_versions_the_one_in_force_is_asked(tmp_path: Path) -> None:
    rows = good_rows(10)
    rows[2] |= {"decide": date(2023, 12, 31), "demande": date(2023, 1, 1)}
    rows[3] |= {"decide": date(2024, 12, 31), "demande": date(2023, 1, 1)}
    assert told(checked(rows, tmp_path, rule_version="")) == {("no_version", "decide"): (1, (3,))}


def test_an_old_version_may_be_applied_but_is_told(tmp_path: Path) -> None:
    rows = good_rows(10)
    rows[4] |= {"version": "2024"}
    report = checked(rows, tmp_path)
    assert told(report) == {("after_version", "decide"): (1, (5,))}
    assert report.ok


def test_inputs_that_the_journal_lacks(tmp_path: Path) -> None:
    found = told(checked(good_rows(10), tmp_path, inputs={"enfants": "nb", "quotient": "qf"}))
    assert found == {("absent_input", "situation"): (10, ())}
    found = told(checked(good_rows(10), tmp_path, inputs={}, same_names=True))
    assert found == {
        ("absent_column", "enfants"): (10, ()),
        ("absent_column", "quotient"): (10, ()),
    }


def test_a_person_declared_in_clear_is_said_to_be(tmp_path: Path) -> None:
    rows = [row | {"personne": "Jeanne Martin"} for row in good_rows(4)]
    report = checked(rows, tmp_path, person=Someone("personne", pseudonym=False))
    assert told(report) == {("declared_in_clear", "personne"): (4, ())}
    assert report.ok


@pytest.mark.parametrize(
    "value",
    [
        "8d0f2b7c4e5a69183726f5049e8d7c6b",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "QXJyb3dzQXJlTm90UHNldWRvbnltczE",
        "0123456789abcdef0123456789abcdef",
        "255081416802539000000000",
        "pseudo_8f3a91c07e",
    ],
)
def test_pseudonyms_are_let_through(value: str, tmp_path: Path) -> None:
    rows = [row | {"personne": value, "agent": value} for row in good_rows(3)]
    assert told(checked(rows, tmp_path)) == {}


def test_a_wrong_key_is_no_social_security_number(tmp_path: Path) -> None:
    """255081416802538 is INSEE's own example of a number with its key."""
    rows = good_rows(2)
    rows[0] |= {"personne": "255081416802539"}
    assert told(checked(rows, tmp_path)) == {}


def test_empty_cells_are_counted_by_column(tmp_path: Path) -> None:
    rows = good_rows(10)
    rows[1] |= {"agent": None, "demande": None}
    rows[2] |= {"agent": "  "}
    report = checked(rows, tmp_path)
    empty = {item.column: item.missing for item in report.columns}
    assert (empty["agent"], empty["demande"], empty["reference"]) == (2, 1, 0)
    assert told(report) == {}


def test_a_journal_without_rows(tmp_path: Path) -> None:
    assert told(checked(good_rows(1)[:0], tmp_path)) == {}


# Capitals and digits that no sentence, no name of a column and no count can hold by chance.
secret = st.text(alphabet="XYZJQWK", min_size=9, max_size=14)
planted = st.one_of(
    secret,
    secret.map(lambda text: f"{text}@{text}.fr"),
    secret.map(lambda text: f"{text} {text}"),
    st.integers(10**9, 10**10).map(str),
    st.dates(date(1900, 1, 1), date(1999, 12, 31)).map(lambda day: day.strftime("%d/%m/%Y")),
    st.none(),
)


@settings(max_examples=25)
@given(
    cells=st.lists(
        st.tuples(st.integers(0, 11), st.sampled_from(list(good_rows(1)[0])), planted), max_size=12
    ),
    kind=st.sampled_from(KINDS),
)
def test_a_report_never_tells_a_value_of_the_journal(
    cells: list[tuple[int, str, str | None]], kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("values")
    rows = good_rows(12)
    for number, column, value in cells:
        rows[number][column] = value
    report = checked(rows, folder, kind)
    said = report.text() + json.dumps(report.as_dict(), ensure_ascii=False)
    said = re.sub(r"\b[0-9a-f]{64}\b", "", said)  # digests of the declaration and the rules
    outcomes = {"admis", "refuse", "seul", "couple", "2025"}
    for row in rows:
        for value in row.values():
            if isinstance(value, str) and value not in outcomes:
                assert value not in said
    for item in report.findings:
        assert item.code in SENTENCES
        assert all(1 <= number <= 12 for number in item.rows)


NASTY = (
    "SECRET\x01'\"; DROP TABLE d; --",
    "CSV Error on Line: 0612345678 SECRET",
    "SECRET" * 20_000,
    "=SECRET()",
    "{SECRET}%s%(SECRET)s\\",
    "2025-02-30SECRET",
    "9" * 400,
    "1e999999",
    "-0",
    "\u202eSECRET\ufeff\U0001f600",
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", range(len(NASTY)))
def test_nasty_cells_are_counted_and_never_told(kind: str, number: int, tmp_path: Path) -> None:
    """In every column of a row of its own, then in all of them: by the command, as one runs it."""
    rows = good_rows(20)
    for place, column in enumerate(rows[0]):
        rows[place] |= {column: NASTY[number]}
    rows[19] = dict.fromkeys(rows[19], NASTY[number])
    write_journal(kind, tmp_path, rows)
    said, code = _by_command(kind, tmp_path)
    assert code == 1
    assert "decide: is not a date" in said
    assert "SECRET" not in said
    assert NASTY[number][:40] not in said or len(NASTY[number]) < 3
    assert "0612345678" not in said


@pytest.mark.parametrize("column", ["reference", "decide", "personne", "nb", "poids"])
@pytest.mark.parametrize("cast", ["", "CAST({} AS TEXT)"])
def test_bytes_in_a_database_are_refused_without_being_told(
    column: str, cast: str, tmp_path: Path
) -> None:
    """SQLite keeps what is not text in a column of texts, and quotes it when it cannot read it."""
    write_journal("table", tmp_path, good_rows(9))
    with closing(sqlite3.connect(tmp_path / "journal.db")) as made:
        blob = f"x'{b'SECRET'.hex()}ff'"
        value = cast.format(blob) or blob
        made.execute(f'UPDATE decisions SET "{column}" = {value} WHERE rowid = 3')
        made.commit()
    said, code = _by_command("table", tmp_path)
    assert code == 1
    assert "decisions: cannot be read as a table" in said
    assert "SECRET" not in said


def test_a_database_that_is_not_one_is_refused(tmp_path: Path) -> None:
    write_journal("table", tmp_path, good_rows(1))
    (tmp_path / "journal.db").write_bytes(b"SECRET" * 500)
    said, code = _by_command("table", tmp_path)
    assert code == 1
    assert "decisions: cannot be read as a table" in said
    assert "SECRET" not in said


def _by_command(kind: str, folder: Path) -> tuple[str, int]:
    """All that the command says, and its exit code; nothing else is raised than what it tells."""
    (folder / "rules.yaml").write_text(RULES, encoding="utf-8")
    declaration = JOURNAL.replace(DATA["parquet"], DATA[kind])
    (folder / "journal.yaml").write_text(declaration, encoding="utf-8")
    command = ["decisions", "check", str(folder / "journal.yaml"), "--today", TODAY.isoformat()]
    found = CliRunner().invoke(app, [*command, "--rules", str(folder / "rules.yaml")])
    assert found.exception is None or isinstance(found.exception, (CommandProblem, SystemExit))
    refused = isinstance(found.exception, CommandProblem)
    return f"{found.output}{found.exception if refused else ''}", found.exit_code


@settings(max_examples=25)
@given(faults=st.dictionaries(st.integers(0, 29), st.sampled_from(sorted(set(FAULTS))), max_size=6))
def test_the_same_report_from_parquet_csv_and_sqlite(
    faults: dict[int, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = good_rows(30)
    for number, name in faults.items():
        column, value, _ = FAULTS[name]
        rows[number][column] = value
    reports = []
    for kind in KINDS:
        folder = tmp_path_factory.mktemp(kind)
        reports.append(replace(checked(rows, folder, kind), digest=""))
    assert reports[0] == reports[1] == reports[2]
    planted = {(FAULTS[name][2], FAULTS[name][0]) for name in faults.values()}
    assert planted <= set(told(reports[0]))


def test_memory_stays_bounded_on_many_rows(tmp_path: Path) -> None:
    """300 MB of journal in DuckDB's own 200 MB: the rest goes by in batches, or spills."""
    import duckdb
    import pyarrow as pa

    query = """
        SELECT 'CR-' || lpad((range * 7919 % 2000003)::VARCHAR, 8, '0') AS reference,
            DATE '2025-01-01' + (range % 365)::INT AS decide, md5(range::VARCHAR) AS personne,
            range % 5 AS nb, (range % 2000)::DECIMAL(12, 2) AS qf, 'seul' AS situation,
            1.0 AS points, 'admis' AS proposition, 'admis' AS decision,
            md5((range % 9)::VARCHAR) AS agent, DATE '2024-05-01' AS demande, 30 AS age,
            '2025' AS version, 1.0 AS poids
        FROM range(2000000)
    """
    duckdb.execute(f"COPY ({query}) TO '{tmp_path}/journal.parquet'")
    from tests.decisions.samples import sample_journal

    journal = sample_journal()
    before = pa.total_allocated_bytes()
    highest = 0

    def watch(_count: int) -> None:
        nonlocal highest
        highest = max(highest, pa.total_allocated_bytes() - before)

    table = open_journal(journal, tmp_path, numbered=True, memory="200MB")
    report = check_journal(journal, table, sample_rules(), today=TODAY, done=watch)
    assert report.rows == 2_000_000
    assert report.findings == ()
    assert highest < 150_000_000
