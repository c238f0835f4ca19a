"""Measure every figure and print them as a table and as JSON."""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import Figure, machine, run_apart


def measure(*, systems: int, writes: int, cases: int, data: Path) -> list[Figure]:
    """Run every benchmark; each in a process of its own."""
    figures = run_apart("bench.importing", str(systems), data=data)
    figures += run_apart("bench.searching", data=data)
    figures += run_apart("bench.system_page", data=data)
    figures += run_apart("bench.writers", str(writes), data=data / "writers")
    figures += run_apart("bench.first_page", data=data)
    figures += run_apart("bench.openfisca", data=data)
    figures += run_apart("bench.rules_columns", str(cases), data=data)
    figures += run_apart("bench.contributions", str(cases // 100), data=data)
    figures += run_apart("bench.replaying", str(cases), str(data / "replay"), data=data)
    figures += run_apart("bench.auditing", str(cases), str(data / "audit"), data=data)
    for many in (cases // 10, cases, 10 * cases):
        figures += run_apart("bench.auditing", "large", str(many), str(data / "large"), data=data)
    scale = 10_000_000 // cases
    figures += run_apart("bench.consulting", str(scale), str(data / "consult"), data=data)
    figures += run_apart("bench.drawing", data=data)
    people = 1_000 // scale
    figures += run_apart("bench.voting", str(people // 10), "60", data=data / "voting")
    figures += run_apart("bench.voting", str(people), "60", "postgresql", data=data / "voting-pg")
    lookup = str(data / "lookup")
    figures += run_apart("bench.journal_lookup", str(5 * cases), lookup, data=data)
    return figures


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the size, bars do not hold"
    )
    parser.add_argument("--output", type=Path, default=Path("bench-results/register.json"))
    given = parser.parse_args()
    scale = 10 if given.quick else 1
    with tempfile.TemporaryDirectory(prefix="clairevoie-bench-") as folder:
        figures = measure(
            systems=100_000 // scale,
            writes=2_000 // scale,
            cases=10_000_000 // scale,
            data=Path(folder),
        )
    table = Table("what", "measured", "bar", "")
    for item in figures:
        mark = "" if item.reached is None else "reached" if item.reached else "MISSED"
        table.add_row(item.what, item.measured, item.bar, mark)
    Console().print(table)
    given.output.parent.mkdir(parents=True, exist_ok=True)
    result = {"machine": machine(), "figures": [asdict(item) for item in figures]}
    given.output.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    Console().print(f"Written to {given.output}")


if __name__ == "__main__":
    main()
