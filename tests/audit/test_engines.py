"""One plan gives the same audit on the embedded engine, on Spark and on PostgreSQL, to the bit."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from clairevoie.audit.counting import count
from clairevoie.audit.persons import persons_of_small_figures
from clairevoie.audit.publishing import hidden_of
from clairevoie.audit.running import Audit, audit
from clairevoie.audit.writing import exact_form, public_form
from clairevoie.decisions.engines import LOCAL, spark
from clairevoie.decisions.model import Data, Journal, JournalProblem
from clairevoie.decisions.opening import open_journal
from tests.audit.plans import BY_PERSON, JOURNAL, PLAN, plan_of, settled
from tests.audit.test_command import JOURNAL as DECLARATION
from tests.audit.test_histograms import DELAYS, files

# PySpark leaves the socket of each result to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

HERE: Journal = dataclasses.replace(JOURNAL, data=Data("parquet", "journal.parquet"))
AMOUNTS = """
amounts:
  - {name: paye, label: Payé, column: paye, unit: €}
  - {name: prix, label: Prix, column: prix, unit: €}
  - {name: age, label: Âge, column: age, unit: ans}
"""
CHAIN = """
chain:
  - {name: tous, label: Dossiers}
  - {name: vus, label: Contrôlés, when: [{column: controle, is: [true]}]}
  - {name: refuses, label: Refusés, when: [{column: decision, is: [refus]}]}
"""
KINDS = """
clairevoie: audit-1.0
id: essai
title: {fr: Essai}
question: {fr: Qui ?}
journal: essai
written: 2025-12-01
period: {from: 2025-02-01, until: 2025-11-30}
groups:
  - {name: aide, column: controle, label: Aidé}
  - {name: mois, column: depot, label: Dépôt}
  - {name: paye, column: paye, label: Payé, bands: [0.1, 10, 1000.5]}
  - {name: prix, column: prix, label: Prix, bands: [10, 99.99]}
  - {name: rang, column: rang, label: Rang, labels: {"2": Deux, "1": Un}}
intersections: [[aide, paye], [mois, rang, prix]]
outcomes:
  - {name: cher, label: Cher, when: [{column: prix, from: 50.5}, {column: age, under: 70}]}
  - {name: tard, label: Tard, when: [{column: recu, from: 2025-08-15}]}
  - {name: note, label: Noté, when: [{column: note, given: true}]}
  - {name: rang, label: Rang, when: [{column: rang, is: [1, 3]}]}
truth:
  label: En erreur
  when: [{column: erreur, is: [1]}]
  known: [{column: erreur, given: true}]
  predicted: cher
  random: [{column: lieu, is: [nord]}]
delays:
  - {name: attente, label: Attente, from: depose, until: clos, observed: 2025-12-31, limit: 60}
  - {name: ecrit, label: Écrit, from: ecrit, until: clos, observed: 2025-12-31, limit: 60}
  - {name: mois, label: Mois, from: depose, until: clos, observed: 2025-12-31, limit: 2 months}
  - {name: heures, label: Heures, from: depose, until: rendu, observed: 2025-12-31, limit: 48 h}
  - {name: texte, label: Texte, from: depose, until: dit, observed: 2025-12-31, limit: 72 h}
"""
PLANS = {
    "all": (PLAN + DELAYS + AMOUNTS + CHAIN, {}),
    "kinds": (KINDS, {}),
    "person": (BY_PERSON, {}),
    "cluster": (PLAN, {"unit": "cluster"}),
    "weights": (PLAN + CHAIN, {"weights": "true"}),
}


def rows_of(count: int) -> pa.Table:
    """Rows with what engines may read each in their way."""
    draw = np.random.default_rng(7)
    rows = files(count, 7)
    sexe = [
        None if word is None else (word, f" {word}", f"{word}\t", f"\u00a0{word}", word)[place % 5]
        for place, word in enumerate(rows.column("sexe").to_pylist())
    ]
    sexe[:3] = ["", " ", None]
    notes = [
        float("nan") if place % 41 == 0 else note
        for place, note in enumerate(rows.column("note").to_pylist())
    ]
    paye = np.round(np.exp(draw.normal(3, 4, count)), 2) * draw.choice([1, 1, 1, -1], count)
    prix = pa.array(np.round(draw.uniform(0, 200, count), 2)).cast(pa.decimal128(10, 2))
    hours = np.datetime64("2025-03-01T00:00:00", "us") + draw.integers(0, 2 * 10**13, count)
    ends = hours + draw.integers(0, 4 * 86_400 * 10**6, count)
    more = {
        "sexe": pa.array(sexe, pa.string()),
        "note": pa.array(notes, pa.float64()),
        "paye": pa.array(paye, mask=draw.random(count) < 0.1),
        "prix": prix,
        "depose": pa.array(hours),
        "rendu": pa.array(ends, mask=draw.random(count) < 0.2),
        "dit": pa.array([str(end)[:19] for end in ends], mask=draw.random(count) < 0.2),
        "ecrit": pa.array(
            [
                None
                if day is None
                else day.strftime(("%d/%m/%Y", "%Y-%m-%d", " %Y-%m-%dT1")[place % 3])
                for place, day in enumerate(rows.column("recu").to_pylist())
            ]
        ),
        "depot": pa.array(draw.choice(["2025-01", "2025-02"], count)).dictionary_encode(),
        "rang": pa.array(draw.integers(1, 4, count), pa.uint64()),
    }
    for name, values in more.items():
        if name in rows.column_names:
            rows = rows.set_column(rows.column_names.index(name), name, values)
        else:
            rows = rows.append_column(name, values)
    return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("journal")
    pq.write_table(rows_of(600), found / "journal.parquet", row_group_size=200)
    (found / "person").mkdir()
    pq.write_table(settled(rows_of(600)), found / "person" / "journal.parquet")
    return found


@pytest.fixture(scope="module")
def on_spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One Spark for all: it takes seconds to start."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("needs clairevoie[spark], which is not there")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("needs Java 17 or 21, which is not there")
    settings = {
        **LOCAL,
        "spark.master": "local[1]",
        "spark.driver.memory": "600m",
        # Queries are many and small: what they cost is their compiling.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -Xss4m",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }
    with spark(settings) as connection:
        yield connection


def the_same(one: Audit, other: Audit) -> None:
    """Cells, then all that is computed from the journal, to the last bit."""
    assert one.cells.levels == other.cells.levels
    assert np.array_equal(one.cells.codes, other.cells.codes)
    assert np.array_equal(one.cells.rows, other.cells.rows)
    assert {name: column.tolist() for name, column in one.cells.sums.items()} == {
        name: column.tolist() for name, column in other.cells.sums.items()
    }
    here, there = exact_form(one), exact_form(other)
    for form in (here, there):
        del form["programs"]
    assert here == there


@pytest.mark.parametrize("named", PLANS)
def test_the_same_audit_on_spark(named: str, folder: Path, on_spark: Any) -> None:
    text, changes = PLANS[named]
    plan = plan_of(text, **changes)
    where = folder / "person" if named == "person" else folder
    one = audit(HERE, plan, where)
    other = audit(HERE, plan, where, connection=on_spark)
    the_same(one, other)
    assert "pyspark" in dict(other.programs)
    assert "pyspark" not in dict(one.programs)


def test_the_same_secrecy_on_spark(folder: Path, on_spark: Any) -> None:
    plan = plan_of(PLAN + DELAYS + AMOUNTS.split("  - {name: prix", maxsplit=1)[0])
    found = audit(HERE, plan, folder)
    here, _ = hidden_of(HERE, plan, folder, found.cells)
    there, _ = hidden_of(HERE, plan, folder, found.cells, connection=on_spark)
    assert here.figures
    assert public_form(found, here) == public_form(found, there)


def test_persons_are_counted_alike_whatever_rows_are_looked_at_first(
    folder: Path, on_spark: Any
) -> None:
    plan = plan_of()
    cells = count(HERE, plan, open_journal(HERE, folder))
    found = [
        persons_of_small_figures(
            HERE, plan, open_journal(HERE, folder, connection=engine), cells, enough=enough
        )
        for engine in (None, on_spark)
        for enough in (60, 1000)
    ]
    assert found[0]
    assert all(one == found[0] for one in found)


def test_spark_reads_csv_as_the_embedded_engine_does(tmp_path: Path, on_spark: Any) -> None:
    kept = ["reference", "personne", "jour", "sexe", "lieu", "decision"]
    rows = rows_of(200).select(kept)
    rows = rows.set_column(4, "lieu", pa.array(['a "b"; c\nd', "é"] * 100))
    pa_csv.write_csv(rows, tmp_path / "journal.csv", pa_csv.WriteOptions(delimiter=";"))
    journal = dataclasses.replace(
        JOURNAL, weight="", data=Data("csv", "journal.csv", delimiter=";", encoding="utf-8")
    )
    text = PLAN.split("truth:")[0].replace("age, column: age", "age, column: decision")
    text = text.replace(", bands: [25, 60]", "").replace("[true]", "[f]")
    plan = plan_of(text.replace("{column: controle,", "{column: sexe,"))
    the_same(audit(journal, plan, tmp_path), audit(journal, plan, tmp_path, connection=on_spark))


def test_a_table_of_spark_gives_the_same_cells(folder: Path, on_spark: Any) -> None:
    name = "journal_of_spark"
    on_spark.read_parquet(folder / "journal.parquet", table_name=name)
    table = dataclasses.replace(JOURNAL, data=Data("table", table=name))
    here = count(HERE, plan_of(), open_journal(HERE, folder))
    there = count(table, plan_of(), open_journal(table, folder, connection=on_spark))
    assert here.keys() == there.keys()
    assert here.rows.tolist() == there.rows.tolist()


def test_an_address_and_another_engine_are_not_given_together(folder: Path, on_spark: Any) -> None:
    table = dataclasses.replace(JOURNAL, data=Data("table", table="journal"))
    with pytest.raises(JournalProblem, match="another engine is asked for"):
        open_journal(table, folder, url="postgresql://nowhere/", connection=on_spark)


def test_the_command_audits_by_spark(
    folder: Path, tmp_path: Path, on_spark: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process, so that it uses the Spark that runs."""
    from clairevoie.cli.auditing import app

    shutil.copy(folder / "journal.parquet", tmp_path / "data.parquet")
    (tmp_path / "journal.yaml").write_text(DECLARATION)
    (tmp_path / "plan.yaml").write_text(PLAN)
    words = [str(tmp_path / "journal.yaml"), str(tmp_path / "plan.yaml"), "--json"]
    told = []
    for engine in ("duckdb", "spark"):
        app([*words, "--engine", engine], standalone_mode=False)
        told.append(json.loads(capsys.readouterr().out))
    assert told[1]["programs"].pop("pyspark") == on_spark.version
    assert told[0] == told[1]


def test_without_pyspark_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(JournalProblem, match=r"clairevoie\[spark\]"), spark():
        pass


@pytest.mark.postgres_only
@pytest.mark.parametrize("named", PLANS)
def test_a_table_of_postgresql_gives_the_same_audit(named: str, folder: Path) -> None:
    """PostgreSQL has no unsigned integer, and its texts no encoding but its own."""
    url = os.environ["CLAIREVOIE_TEST_DATABASE_URL"]
    schema = f"engines_{os.getpid()}_{named}"
    where = folder / "person" if named == "person" else folder
    rows = pq.read_table(where / "journal.parquet")
    text, changes = PLANS[named]
    plan = plan_of(text, **changes)
    table = dataclasses.replace(JOURNAL, data=Data("table", table=f"{schema}.journal"))
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"create schema {schema}")
        try:
            _fill(server, schema, rows)
            one, other = audit(HERE, plan, where), audit(table, plan, where, url=url)
            if named == "all":
                here, _ = hidden_of(HERE, plan, folder, one.cells)
                there, _ = hidden_of(table, plan, folder, one.cells, url=url)
                assert public_form(one, here) == public_form(one, there)
        finally:
            server.execute(f"drop schema {schema} cascade")
    the_same(one, dataclasses.replace(other, data_digest=one.data_digest))


def _fill(server: psycopg.Connection[Any], schema: str, rows: pa.Table) -> None:
    kinds = {
        "date32[day]": "date",
        "int64": "bigint",
        "uint64": "numeric(20, 0)",
        "bool": "boolean",
        "double": "double precision",
        "decimal128(10, 2)": "numeric(10, 2)",
        "timestamp[us]": "timestamp",
    }
    listed = ", ".join(
        f'"{field.name}" {kinds.get(str(field.type), "text")}' for field in rows.schema
    )
    server.execute(f"create table {schema}.journal ({listed})")
    copied = f"copy {schema}.journal from stdin"
    with server.cursor().copy(copied) as copy:
        for row in rows.to_pylist():
            copy.write_row(list(row.values()))
