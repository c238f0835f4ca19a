"""Plans with flips, and what a flip does computed case by case with the one-case evaluator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from clairevoie.audit.flip_tallies import FlipLine, FlipResult
from clairevoie.audit.flipping import refusal
from clairevoie.audit.flips import flip
from clairevoie.audit.model import Plan
from clairevoie.audit.reading import read_plan
from clairevoie.decisions.model import Data, Journal
from clairevoie.decisions.replay.model import Read
from clairevoie.rules.building import code_of
from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.model import Input, RuleSet, Value
from tests.rules.generators import as_text, values

DAY = date(2025, 6, 1)
GROUP = {"name": "groupe", "column": "groupe", "label": "Groupe"}

JOURNAL = Journal(
    id="essai",
    title={"fr": "Essai"},
    rules="hasard",
    data=Data("parquet", "none.parquet"),
    identifier="reference",
    date="jour",
    inputs={},
    same_names=True,
)


def plan_of(**sections: Any) -> Plan:
    """A plan with one group and some sections, as plain data."""
    plain = {
        "clairevoie": "audit-1.0",
        "id": "essai",
        "title": "Essai",
        "question": "Qui ?",
        "journal": "essai",
        "written": "2025-12-01",
        "groups": [GROUP],
        "chain": [{"name": "tous", "label": "Tous"}],
    }
    return read_plan(as_text(plain | sections).encode(), name="plan.yaml")


def reading(table: pa.Table, size: int = 1000) -> Read:
    """A journal that is a table."""

    def read(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        yield from table.select(list(columns)).combine_chunks().to_batches(max_chunksize=size)

    return read


def journal_table(table: pa.Table, groups: Sequence[str | None] | None = None) -> pa.Table:
    """Cases as a journal: with a day and a group."""
    count = table.num_rows
    groups = ["abc"[row % 3] for row in range(count)] if groups is None else groups
    table = table.append_column("jour", pa.array([DAY] * count, pa.date32()))
    return table.append_column("groupe", pa.array(groups, pa.string()))


def journal_of(rules: RuleSet) -> Journal:
    return replace(JOURNAL, rules=rules.id)


def flipped(table: pa.Table, rules: RuleSet, plan: Plan, size: int = 1000) -> FlipResult:
    """What the first flip of a plan does."""
    return flip(journal_of(rules), rules, plan, reading(table, size))[0]


# --- one case at a time ---------------------------------------------------------------------------


def plain(value: Value) -> Any:
    """A value as a plan has it."""
    return value.isoformat() if isinstance(value, date) else value


def same(one: Value, other: Value) -> bool:
    """Whether two values are equal, and of one nature: ``True`` is not 1 here."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def effective(item: Input, case: Mapping[str, Value]) -> Value:
    """A value, or the default that stands for it."""
    return item.default if case[item.name] is None else case[item.name]


def expected(
    rules: RuleSet,
    cases: Sequence[Mapping[str, Value]],
    moves: Sequence[tuple[Input, Sequence[Value], Value]],
    impossible: Sequence[tuple[Input, Value]] = (),
) -> dict[str, Any]:
    """Make a flip on cases one by one; moves are an input, values from, a value to."""
    found: Counter[str] = Counter()
    moved: Counter[tuple[str, str]] = Counter()
    changes: Counter[float] = Counter()
    for case in cases:
        known = {item.name: effective(item, case) for item, _, _ in moves}
        concerned = all(
            not source or any(same(known[item.name], one) for one in source)
            for item, source, _ in moves
        ) and any(not same(known[item.name], to) for item, _, to in moves)
        if not concerned:
            continue
        found["concerned"] += 1
        after_case = dict(case) | {item.name: to for item, _, to in moves}
        if any(same(effective(item, after_case), value) for item, value in impossible):
            found["impossible"] += 1
            continue
        before = evaluate(rules, case, day=DAY)
        if before.problem is not None:
            found["no_answer_before"] += 1
            continue
        after = evaluate(rules, after_case, day=DAY)
        if after.problem is not None:
            found["no_answer_after"] += 1
            continue
        found["compared"] += 1
        moved[before.outcome or "", after.outcome or ""] += 1
        changes[float(Decimal(str(after.value)) - Decimal(str(before.value)))] += 1
    return {"counts": found, "moved": moved, "changes": changes}


def told(line: FlipLine) -> dict[str, Any]:
    """What a line says, as `expected` does."""
    names = ("concerned", "impossible", "no_answer_before", "no_answer_after", "compared")
    counts = Counter({name: getattr(line, name) for name in names if getattr(line, name)})
    numbers = () if line.numbers is None else line.numbers.counts
    return {
        "counts": counts,
        "moved": Counter({(one.before, one.after): one.cases for one in line.changes}),
        "changes": Counter(dict(numbers)),
    }


def in_domain(item: Input) -> st.SearchStrategy[Value]:
    """Values that a plan may give to an input."""

    def fits(value: Value) -> bool:
        return value is not None and not refusal(code_of(plain(value)), item)

    return values(item).filter(fits)
