"""One module a kind of rules, each with ``build``, ``trace``, ``columns`` and ``cuts``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clairevoie.rules.model import Number, Value
from clairevoie.rules.trace import Problem, TraceStep

KINDS = {
    "points": "clairevoie.rules.kinds.points",
    "table": "clairevoie.rules.kinds.table",
    "formula": "clairevoie.rules.kinds.formula",
    "additive": "clairevoie.rules.kinds.additive",
    "trees": "clairevoie.rules.kinds.trees",
    "openfisca": "clairevoie.rules.kinds.openfisca",
}
"""Where each kind is; imported when it is used."""


@dataclass(frozen=True, slots=True)
class KindTrace:
    """What a kind says of one case; see `clairevoie.rules.trace.Trace` for each attribute."""

    steps: tuple[TraceStep, ...]
    value: Value = None
    outcome: str | None = None
    base: Number = 0
    total: Number | None = None
    outputs: Mapping[str, Value] | None = None
    problem: Problem | None = None
    problem_names: tuple[str, ...] = ()
