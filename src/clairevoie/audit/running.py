"""Run an audit: from a plan and a journal to all that was found, with what it was found from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from clairevoie.audit.amounts import amount_tables
from clairevoie.audit.cells import Cells
from clairevoie.audit.counting import count
from clairevoie.audit.decomposition import Decompositions, decompose
from clairevoie.audit.flip_tallies import FlipResult
from clairevoie.audit.flips import flip
from clairevoie.audit.histograms import count_delays, count_score
from clairevoie.audit.identifiers import check_identifiers
from clairevoie.audit.model import Plan, PlanProblem
from clairevoie.audit.odds import Odds, odds_of, with_intervals
from clairevoie.audit.results import AmountTable, DelayTable, ScoreTable, Table
from clairevoie.audit.spans import delay_tables, score_tables
from clairevoie.audit.tables import tables_of
from clairevoie.decisions.model import Journal
from clairevoie.decisions.opening import data_digest, open_journal
from clairevoie.rules.model import RuleSet, RulesProblem, Text

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
        odds: the equalised odds difference of each cut; none without a truth.
        delays, scores, amounts: by group.
        flips: what changes of the cases do to the answers of the rules.
        decompositions: which steps of the rules carry differences; ``None`` when the plan does not
            ask.
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
    flips: tuple[FlipResult, ...] = ()
    decompositions: Decompositions | None = None
    odds: tuple[Odds, ...] = ()


def audit(
    journal: Journal,
    plan: Plan,
    base: Path,
    *,
    rules: RuleSet | None = None,
    within: Path | None = None,
    url: str = "",
    connection: Any = None,
    progress: Callable[[str], None] | None = None,
) -> Audit:
    """Run a plan on a journal.

    Args:
        journal: the declaration.
        plan: the plan.
        base: the folder of the declaration.
        rules: the published rules that the journal applies; needed by a plan that flips inputs or
            decomposes differences, left aside by others.
        within, url, connection: as in `clairevoie.decisions.opening.open_journal`. Rules are run
            on batches of the journal that the embedded engine reads, whatever the connection.
        progress: told the name of each part that begins.

    Raises:
        PlanProblem: the plan does not fit the journal or the rules, or needs rules that are not
            given; or an identifier of the journal is on several rows.
        JournalProblem: the journal cannot be read.
    """
    say = progress or (lambda _part: None)
    if rules is None and (plan.flips or plan.decompose):
        part = "flips" if plan.flips else "decompose"
        raise PlanProblem((part, f"needs the published rules '{journal.rules}': give them"))
    say("opening")
    table = open_journal(journal, base, within=within, url=url, connection=connection)
    say("identifiers")
    check_identifiers(journal, table)
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
    flips: tuple[FlipResult, ...] = ()
    decompositions = None
    if rules is not None and plan.flips:
        say("flips")
        flips = flip(journal, rules, plan, base, within=within, url=url)
    if rules is not None and plan.decompose:
        say("decompositions")
        try:
            decompositions = decompose(journal, rules, plan, base, within=within, url=url)
        except RulesProblem as problem:
            raise PlanProblem(*zip(problem.places, problem.sentences, strict=True)) from None
    say("comparing")
    tables = with_intervals(plan, tables_of(plan, cells))
    return Audit(
        plan=plan,
        journal=journal.id,
        journal_title=journal.title,
        journal_digest=journal.digest,
        data_digest=data_digest(journal, base, within=within),
        programs=tuple((name, version(name)) for name in (*PROGRAMS, *_engine(connection))),
        rows=cells.total,
        outside=cells.outside,
        cells=cells,
        tables=tables,
        delays=delays,
        scores=scores,
        amounts=amounts,
        flips=flips,
        decompositions=decompositions,
        odds=odds_of(plan, tables),
    )


def _engine(connection: Any) -> tuple[str, ...]:
    """Return the program of an engine that is handed in."""
    return ("pyspark",) if connection is not None and connection.name == "pyspark" else ()
