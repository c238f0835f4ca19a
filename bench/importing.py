"""Import of a large CSV file into SQLite, through the public path: read, check, write, index."""

from __future__ import annotations

import csv
import random
import sqlite3
import sys
import time
from pathlib import Path

import django

from bench.figures import Figure, hand_over, peak_memory_mb

STATEMENTS_PER_SYSTEM = 20
TEXT_FIELDS = (
    "summary",
    "purpose",
    "decision",
    "stage",
    "effects",
    "data_used",
    "data_sources",
    "data_collection",
    "criteria",
    "operations",
    "agent_role",
    "contractors",
    "results",
    "remedies",
)
COMMON_WORD, RARE_WORD = "logement", "pataphysique"


def write_register(path: Path, systems: int) -> None:
    """Write a made-up register: 20 filled columns a system, a common and a rare word."""
    chance = random.Random(20)
    letters = "abcdefghijklmnoprstuv"
    words = ["".join(chance.choices(letters, k=chance.randint(3, 11))) for _ in range(20_000)]
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(
            ["id", "body", "name", *TEXT_FIELDS, "cost", "status", "automation", "domains", "date"]
        )
        for number in range(systems):
            texts = [" ".join(chance.choices(words, k=8)) for _ in TEXT_FIELDS]
            if chance.random() < 0.5:
                texts[1] += f" {COMMON_WORD}"
            if number % (systems // 20 or 1) == 0:
                texts[1] += f" {RARE_WORD}"
            out.writerow(
                [
                    f"s{number}",
                    f"Commune {number % 400}",
                    " ".join(chance.choices(words, k=4)),
                    *texts,
                    chance.randrange(10**6),
                    chance.choice(("test", "deployed", "suspended")),
                    chance.choice(("informs", "supports", "partly", "fully")),
                    chance.choice(("tax", "housing", "health", "transport")),
                    f"2026-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
                ]
            )


MAPPING = """
mapping: clairevoie/mapping
version: "1.0"
title: Made-up register
file: {format: csv, encoding: utf-8}
system: {prefix: bench-, columns: [id]}
body: {prefix: bench-, name: {column: body}, country: FR, kind: local}
source: {id: bench, kind: dataset, title: Made-up register, publisher: Bench, date: "2026-10-01"}
statement: {speaker: {column: body}, capacity: administration, date: {column: date}, language: fr}
columns:
  body: responsible_body
  name: name
"""


def mapping_text() -> str:
    """Return the mapping of the made-up register."""
    same = (*TEXT_FIELDS, "cost", "status", "automation", "domains")
    return MAPPING + "".join(f"  {name}: {name}\n" for name in same)


def bare_insert_seconds(database: Path, copy: Path) -> float:
    """Return the time of inserting the same statement rows with sqlite3 alone, as a measure."""
    read = sqlite3.connect(database)
    write = sqlite3.connect(copy)
    write.execute("PRAGMA journal_mode=WAL")
    definitions = read.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'register_statement' AND sql IS NOT NULL "
        "AND type IN ('table', 'index') ORDER BY type DESC"
    )
    for (sql,) in definitions:
        write.execute(sql)
    marks = ",".join("?" * 17)
    cursor = read.execute("SELECT * FROM register_statement ORDER BY id")
    spent = 0.0
    while rows := cursor.fetchmany(10_000):
        start = time.process_time()
        write.executemany(f"INSERT INTO register_statement VALUES ({marks})", rows)
        spent += time.process_time() - start
    start = time.process_time()
    write.commit()
    spent += time.process_time() - start
    write.close()
    copy.unlink()
    return spent


def main(systems: int) -> None:
    """Write the file, import it, hand the figures over."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from clairevoie.register.exchange import FORMATS
    from clairevoie.register.mapping import parse_mapping
    from clairevoie.register.reports import Report
    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.register.services.importing import import_records

    data: Path = settings.ENVIRONMENT.data
    data.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    table = data / "register.csv"
    write_register(table, systems)
    read = FORMATS["table"].read
    if read is None:
        raise RuntimeError("a table can be read")
    memory_before = peak_memory_mb()
    report = Report()
    wall, cpu = time.perf_counter(), time.process_time()
    result = import_records(
        records=read(table, report, mapping=parse_mapping(mapping_text(), "bench")),
        report=report,
        actor=COMMAND,
        origin=table.name,
    )
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if not result.written:
        raise RuntimeError(report.text())
    peak = peak_memory_mb()
    rate = result.statements_added / wall
    bare = bare_insert_seconds(data / "db.sqlite3", data / "copy.sqlite3")
    size = f"{systems} systems, {result.statements_added / systems:.0f} statements each"
    hand_over(
        [
            Figure(
                f"import into SQLite, {size}",
                f"{rate:,.0f} statements/s ({wall:.0f} s, {cpu:.0f} s of CPU)",
                "at least 20,000 statements/s",
                rate >= 20_000,
            ),
            Figure(
                "the same, peak memory",
                f"{peak:.0f} MB (before the import {memory_before:.0f} MB)",
                "under 500 MB",
                peak < 500,
            ),
            Figure(
                "the same, against sqlite3 inserting the same statement rows and nothing else",
                f"{cpu / bare:.1f} times its CPU time",
            ),
        ]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
