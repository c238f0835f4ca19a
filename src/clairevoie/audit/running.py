"""Run an audit: from a plan and a journal to all that was found, with what it was found from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from clairevoie.audit.amounts import amount_tables
from clairevoie.audit.cells import Cells
from clairevoie.audit.counting import count
from clairevoie.audit.histograms import count_delays, count_score
from clairevoie.audit.model import Plan
from clairevoie.audit.results import AmountTable, DelayTable, ScoreTable, Table
from clairevoie.audit.spans import delay_tables, score_tables
from clairevoie.audit.tables import tables_of
from clairevoie.decisions.model import Journal
from clairevoie.decisions.opening import data_digest, open_journal
from clairevoie.rules.model import Text

PROGRAMS = ("clairevoie", "ibis-framework", "duckdb", "numpy", "scipy")


@dataclass(frozen=True, slots=True)
class Audit:
    """All that an audit found; exact, for whoever may see the journal.

    Attributes:
        plan: what was asked.
        journal, journal_title, journal_digest: the declaration.
        data_digest: SHA-256 of the file of the journal; empty for a table of a database.
        programs: versions of what computed it.
        rows, outside: rows in the period, and out of it.
        cells: what was counted.
        tables: every measure over every cut.
        delays, scores, amounts: by group.
    """

    plan: Plan
    journal: str
    journal_title: Text
    journal_digest: str
    data_digest: str
    programs: tuple[tuple[str, str], ...]
    rows: int
    outside: int
    cells: Cells
    tables: tuple[Table, ...]
    delays: tuple[DelayTable, ...]
    scores: tuple[ScoreTable, ...]
    amounts: tuple[AmountTable, ...]


def audit(
    journal: Journal,
    plan: Plan,
    base: Path,
    *,
    within: Path | None = None,
    url: str = "",
    progress: Callable[[str], None] | None = None,
) -> Audit:
    """Run a plan on a journal.

    Args:
        journal: the declaration.
        plan: the plan.
        base: the folder of the declaration.
        within, url: as in `clairevoie.decisions.opening.open_journal`.
        progress: told the name of each part that begins.

    Raises:
        PlanProblem: the plan does not fit the journal.
        JournalProblem: the journal cannot be read.
    """
    say = progress or (lambda _part: None)
    say("opening")
    table = open_journal(journal, base, within=within, url=url)
    say("counting")
    cells = count(journal, plan, table)
    say("delays")
    delays = tuple(
        found
        for item in plan.delays
        for found in delay_tables(plan, count_delays(journal, plan, table, item))
    )
    say("scores")
    scores: tuple[ScoreTable, ...] = ()
    if plan.score is not None:
        scores = score_tables(plan, count_score(journal, plan, table, plan.score))
    say("amounts")
    amounts = tuple(
        found for item in plan.amounts for found in amount_tables(journal, plan, table, item)
    )
    say("comparing")
    return Audit(
        plan=plan,
        journal=journal.id,
        journal_title=journal.title,
        journal_digest=journal.digest,
        data_digest=data_digest(journal, base, within=within),
        programs=tuple((name, version(name)) for name in PROGRAMS),
        rows=cells.total,
        outside=cells.outside,
        cells=cells,
        tables=tables_of(plan, cells),
        delays=delays,
        scores=scores,
        amounts=amounts,
    )
