"""Journals of the demonstration: made from nothing, by the published rules and a few departures.

Nobody is in them. Numbers are drawn from a generator with a stated seed, so that everyone gets the
same journals; the machine's output is computed from the demonstration rules
(`clairevoie.rules.demonstration`), then each journal departs from them where its module says.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from clairevoie.rules.model import RuleSet

JOURNALS = {
    "clairbourg-creches": "creche",
    "clairbourg-cantine": "canteen",
    "exemple-score-controle": "control_score",
    "exemple-prime-activite": "activity_benefit",
}
"""Identifier of each rule set and journal, and the module and files that hold them."""

PLANS = {"exemple-score-controle": "control_score_audit"}
"""Identifier of a journal that has an audit, and the file of its plan."""


def rules_text(identifier: str) -> bytes:
    """Return the YAML text of a demonstration rule set."""
    folder = resources.files("clairevoie.rules") / "demonstration"
    return (folder / f"{JOURNALS[identifier]}.yaml").read_bytes()


def declaration_text(identifier: str) -> bytes:
    """Return the YAML declaration of a demonstration journal."""
    return (resources.files(__name__) / f"{JOURNALS[identifier]}.yaml").read_bytes()


def plan_text(identifier: str) -> bytes:
    """Return the YAML plan of the audit of a demonstration journal that has one."""
    return (resources.files(__name__) / f"{PLANS[identifier]}.yaml").read_bytes()


def demonstration_rules(identifier: str) -> RuleSet:
    """Return a demonstration rule set, read."""
    from clairevoie.rules.reading import read_rules

    return read_rules(rules_text(identifier), name=f"{JOURNALS[identifier]}.yaml")


def make_journal(identifier: str, *, rows: int | None = None) -> pa.Table:
    """Return a demonstration journal, the same at each call.

    Args:
        identifier: one of `JOURNALS`.
        rows: how many decisions; each journal has a number of its own.
    """
    module = import_module(f"{__name__}.{JOURNALS[identifier]}")
    make: Callable[[RuleSet, int], pa.Table] = module.make
    return make(demonstration_rules(identifier), rows or module.ROWS)


def write_journal(identifier: str, folder: Path) -> Path:
    """Write a demonstration journal and its declaration into a folder; return the declaration.

    Rows are sorted by reference, so that one decision is found without reading the others.
    """
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    table = make_journal(identifier).sort_by("reference")
    data = folder / f"{JOURNALS[identifier]}.parquet"
    part = data.with_suffix(".part")
    pq.write_table(table, part, row_group_size=8192)
    part.replace(data)
    declaration = folder / "journal.yaml"
    declaration.write_bytes(declaration_text(identifier))
    return declaration
