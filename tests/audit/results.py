"""Results of audits made for tests, from cells: no journal is read."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from clairevoie.audit.cells import Cells
from clairevoie.audit.figures import Hidden
from clairevoie.audit.model import Plan
from clairevoie.audit.odds import odds_of, with_intervals
from clairevoie.audit.running import Audit
from clairevoie.audit.secrecy import hidden_figures
from clairevoie.audit.tables import tables_of
from clairevoie.audit.writing import public_form


def with_levels(cells: Cells) -> Cells:
    """Cells as counted: a level that nobody has is none."""
    levels, codes = [], np.empty_like(cells.codes)
    for axis, names in enumerate(cells.levels):
        present, places = np.unique(cells.codes[:, axis], return_inverse=True)
        levels.append(tuple(names[code] for code in present.tolist()))
        codes[:, axis] = places.ravel()
    return Cells(cells.names, tuple(levels), codes, cells.rows, cells.sums, cells.outside)


def audit_of(plan: Plan, cells: Cells, **more: Any) -> Audit:
    """An audit of cells."""
    tables = with_intervals(plan, tables_of(plan, cells))
    return Audit(
        plan=plan,
        journal=plan.journal,
        journal_title={"fr": "Essai"},
        journal_digest="a" * 64,
        data_digest="",
        programs=(("clairevoie", "0.1"),),
        rows=cells.total,
        outside=cells.outside,
        cells=cells,
        tables=tables,
        odds=odds_of(plan, tables),
        **{"delays": (), "scores": (), "amounts": ()} | more,
    )


def public_of(plan: Plan, cells: Cells, hidden: Hidden | None = None) -> dict[str, Any]:
    """What is published of cells, as plain JSON."""
    form = public_form(
        audit_of(plan, cells), hidden_figures(plan, cells) if hidden is None else hidden
    )
    found: dict[str, Any] = json.loads(as_json(form))
    return found


def as_json(form: dict[str, Any]) -> bytes:
    """A result as the bytes of its file."""
    return json.dumps(form, ensure_ascii=False, indent=2, allow_nan=False).encode()
