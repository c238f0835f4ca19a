"""What the register says of the part of the machine in the decisions of a system."""

from __future__ import annotations

from collections.abc import Mapping

from clairevoie.explanation.model import Degree, Facts
from clairevoie.register.record import standing
from clairevoie.web.register.models import System
from clairevoie.web.register.services.reading import public_statements

DEGREES: Mapping[str, Degree] = {
    "informs": "proposal",
    "supports": "proposal",
    "partly": "proposal",
    "fully": "automated",
}
"""What the register's degrees of automation mean for one decision."""


def declared_degree(system: System | None) -> Degree:
    """Return the degree that the register says of the system, if all its voices agree."""
    if system is None:
        return "unknown"
    said = standing(public_statements([system.pk]).get(system.pk, []))
    degrees = {DEGREES.get(item.value) for item in said if item.field == "automation"}
    found = degrees.pop() if len(degrees) == 1 else None
    return found or "unknown"


def declared_facts(system: System | None) -> Facts:
    """Return what is known of any decision of a system: the part of the machine, if declared."""
    degree = declared_degree(system)
    return Facts(degree=degree, degree_from="" if degree == "unknown" else "declared")
