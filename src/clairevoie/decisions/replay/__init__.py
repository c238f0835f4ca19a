"""Replay: recompute every decision of a journal from the published rules, and tell the gaps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clairevoie.decisions.model import Journal
    from clairevoie.decisions.replay.model import Read, ReplayReport, Settings
    from clairevoie.rules.model import RuleSet


def replay(
    journal: Journal,
    rules: RuleSet,
    source: Path | Read,
    *,
    day: date,
    within: Path | None = None,
    url: str = "",
    data_digest: str | None = None,
    settings: Settings | None = None,
    progress: Callable[[int], None] | None = None,
) -> ReplayReport:
    """Recompute every decision from the rules in force on its date, and report the gaps.

    The journal is read in batches, once, twice when changes of the rules may explain the gaps, once
    more when places are ranked; memory stays bounded by a few batches and a sample of rows.

    Args:
        journal: the declaration.
        rules: the published rules that the decisions should follow.
        source: the folder of the declaration; or a function that, given names of columns, gives
            the rows as Arrow batches, in the same order each time.
        day: the day of the replay, written in the report.
        within: see `clairevoie.decisions.opening.open_journal`.
        url: address of the database, for a journal that is in one.
        data_digest: SHA-256 of the data; computed for a file when left out.
        settings: tolerance, sizes; `Settings` says what each is.
        progress: told how many rows have been read so far, all passes together.

    Raises:
        JournalProblem: the journal cannot be read, or is of other rules.
        RulesProblem: the rules cannot be evaluated.
    """
    from clairevoie.decisions.opening import reading_problems
    from clairevoie.decisions.replay.model import Settings
    from clairevoie.decisions.replay.running import run

    # Parquet is not validated when it is read: a text that is not UTF-8 stops what looks into it.
    with reading_problems(journal):
        return run(
            journal,
            rules,
            source,
            day=day,
            within=within,
            url=url,
            data_digest=data_digest,
            settings=settings or Settings(),
            progress=progress,
        )
