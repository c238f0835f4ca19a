"""What may be published of an audit: what secrecy hides, and what an earlier audit has told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clairevoie.audit.cells import Cells
from clairevoie.audit.differencing import Differences, Earlier, differences
from clairevoie.audit.figures import Hidden
from clairevoie.audit.model import Plan, PlanProblem
from clairevoie.audit.persons import persons_of_small_figures
from clairevoie.audit.protected import with_tables
from clairevoie.audit.secrecy import hidden_figures
from clairevoie.decisions.model import Journal
from clairevoie.decisions.opening import open_journal


def hidden_of(
    journal: Journal,
    plan: Plan,
    base: Path,
    cells: Cells,
    *,
    within: Path | None = None,
    url: str = "",
    connection: Any = None,
    earlier: Sequence[Earlier] = (),
) -> tuple[Hidden, Differences]:
    """Return what is hidden of an audit, and how it stands beside earlier ones of the journal.

    The journal is read again: figures are on people, and cells count decisions. Delays, scores and
    amounts are published once: nothing says what two audits would tell of them together.

    Args:
        journal, plan, base, within, url, connection: as in `clairevoie.audit.running.audit`.
        cells: what the plan counted.
        earlier: audits of the same journal that are public already.

    Raises:
        PlanProblem: a weighted journal does not say who is concerned, or an earlier audit would
            tell, with this one, of a few people.
        JournalProblem: the journal cannot be read.
    """
    if plan.weights and journal.person is None:
        sentence = "weights do not say how many people a figure is on: declare the person's column"
        raise PlanProblem(("weights", sentence))
    table = open_journal(journal, base, within=within, url=url, connection=connection)
    persons = persons_of_small_figures(journal, plan, table, cells)
    beside = differences(plan, cells, earlier)
    if beside.refused:
        raise PlanProblem(*(("secrecy", one.get("en", "")) for one in beside.refused))
    hidden = hidden_figures(plan, cells, persons=persons, told=beside.told, close=beside.close)
    if not any(
        one.plan.journal == plan.journal and (one.plan.delays or one.plan.score or one.plan.amounts)
        for one in earlier
    ):
        hidden = with_tables(journal, plan, table, cells, hidden, persons, beside)
    return hidden, beside
