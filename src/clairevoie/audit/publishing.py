"""What may be published of an audit: what secrecy hides, and what an earlier audit has told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clairevoie.audit.cells import Cells
from clairevoie.audit.crossing import crossed
from clairevoie.audit.differencing import Differences, Earlier, differences
from clairevoie.audit.figures import Hidden, Told
from clairevoie.audit.model import Plan, PlanProblem
from clairevoie.audit.nearness import Near, hidden_for, near, together, told_twice, twins, values_of
from clairevoie.audit.overlaps import overlaps
from clairevoie.audit.persons import persons_of_small_figures
from clairevoie.audit.protected import with_tables
from clairevoie.audit.secrecy import hidden_figures
from clairevoie.decisions.model import Journal
from clairevoie.decisions.opening import open_journal
from clairevoie.rules.model import Text

if TYPE_CHECKING:
    import ibis


class BesideProblem(PlanProblem):
    """An audit that would tell, with an earlier one, of a few people.

    Attributes:
        texts: why, one sentence each, in each language.
    """

    def __init__(self, texts: Sequence[Text]) -> None:
        self.texts = tuple(texts)
        super().__init__(*(("secrecy", one["en"]) for one in texts))


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
        PlanProblem: a weighted journal does not say who is concerned.
        BesideProblem: an earlier audit would tell, with this one, of a few people.
        JournalProblem: the journal cannot be read.
    """
    if plan.weights and journal.person is None:
        sentence = "weights do not say how many people a figure is on: declare the person's column"
        raise PlanProblem(("weights", sentence))
    table = open_journal(journal, base, within=within, url=url, connection=connection)
    overlapping = overlaps(journal, plan, table, cells)
    persons = persons_of_small_figures(journal, plan, table, cells, more=overlapping)
    beside = beside_earlier(journal, plan, table, cells, earlier)
    if beside.refused:
        raise BesideProblem(beside.refused)
    values = values_of(plan, cells)
    close, left = hidden_for(near(plan, values, earlier))
    same = twins(plan, values, earlier)
    close = {**close, **(beside.close or {})}

    def hiding(told: Sequence[Told]) -> Hidden:
        return hidden_figures(
            plan, cells, persons=persons, told=told, close=close, overlapping=overlapping
        )

    hidden = hiding((*beside.told, *same))
    if same and hidden.exposed and set(hidden.exposed) - set(hiding(beside.told).exposed):
        raise BesideProblem((told_twice(),))
    if refused := [together(plan, one) for one in left if _shown(one, hidden)]:
        raise BesideProblem(tuple({one["en"]: one for one in refused}.values()))
    beside = replace(beside, told=(*beside.told, *same), close=close)
    if not any(
        one.plan.journal == plan.journal and (one.plan.delays or one.plan.score or one.plan.amounts)
        for one in earlier
    ):
        hidden = with_tables(journal, plan, table, cells, hidden, persons, beside, overlapping)
    return hidden, beside


def _shown(one: Near, hidden: Hidden) -> bool:
    """Tell whether the present side of two figures near each other is published."""
    present = one.inner if one.outer.audit else one.outer
    return not any(figure in hidden.figures for figure in present.figures)


def beside_earlier(
    journal: Journal, plan: Plan, table: ibis.Table, cells: Cells, earlier: Sequence[Earlier]
) -> Differences:
    """Return what earlier audits of a journal tell of the present one, groups set side by side.

    Args:
        journal, plan, table, cells: what was counted.
        earlier: audits that are public already; those of another journal are left out.
    """
    crossings = [
        crossed(journal, plan, table, one.plan) if one.plan.journal == plan.journal else ()
        for one in earlier
    ]
    return differences(plan, cells, earlier, crossings)
