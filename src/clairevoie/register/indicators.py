"""The indicators that Odap computes on its inventory, for one body or for all, with their counts.

Odap's inventory of 72 algorithms found 4 % with a published internal evaluation and 3 of 72 with a
budget («IA : la voie citoyenne», CESE and Conseil national du numérique, 2025). `flags` reduces a
record to one integer, which a database can keep; `indicators` adds up any number of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from clairevoie.register.record import standing
from clairevoie.register.statements import Statement

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class IndicatorDefinition:
    """What an indicator counts: systems with a standing statement under one of ``fields``.

    With ``value``, that value only. ``bit`` is the indicator's place in a system's flags; flags
    are kept in databases, so a bit never changes.
    """

    key: str
    bit: int
    fr: str
    en: str
    fr_formula: str
    en_formula: str
    fields: tuple[str, ...]
    value: str = ""

    def label(self, language: str) -> str:
        """Return the label in ``language``."""
        return self.fr if language == "fr" else self.en

    def formula(self, language: str) -> str:
        """Return the formula in words, in ``language``."""
        return self.fr_formula if language == "fr" else self.en_formula


DEFINITIONS: tuple[IndicatorDefinition, ...] = (
    IndicatorDefinition(
        "evaluation",
        0,
        "Évaluation interne publiée",
        "Internal evaluation published",
        "Fiches dont l’évaluation interne est dite faite et publiée, divisées par toutes les "
        "fiches.",
        "Records whose internal evaluation is said to be done and published, divided by all "
        "records.",
        ("internal_evaluation_state",),
        "published",
    ),
    IndicatorDefinition(
        "budget",
        1,
        "Budget connu",
        "Budget known",
        "Fiches qui donnent un coût total ou un coût annuel de fonctionnement, divisées par toutes "
        "les fiches.",
        "Records that give a total cost or a yearly running cost, divided by all records.",
        ("cost", "running_cost"),
    ),
    IndicatorDefinition(
        "legal_basis",
        2,
        "Fondement juridique indiqué",
        "Legal basis given",
        "Fiches qui citent au moins un fondement juridique, divisées par toutes les fiches.",
        "Records that cite at least one legal basis, divided by all records.",
        ("legal_basis",),
    ),
    IndicatorDefinition(
        "contact",
        3,
        "Contact indiqué",
        "Contact given",
        "Fiches qui donnent un contact ou un moyen de parler à quelqu’un, divisées par toutes les "
        "fiches.",
        "Records that give a contact or a way to talk to a person, divided by all records.",
        ("contact", "human_contact"),
    ),
    IndicatorDefinition(
        "rules_or_code",
        4,
        "Règles ou code publiés",
        "Rules or code published",
        "Fiches qui donnent l’adresse des règles publiées ou du code source, divisées par toutes "
        "les fiches.",
        "Records that give the address of the published rules or of the source code, divided by "
        "all records.",
        ("rules_url", "source_code"),
    ),
)

_ANY_VALUE = {key: 1 << item.bit for item in DEFINITIONS if not item.value for key in item.fields}
_ONE_VALUE = {
    (key, item.value): 1 << item.bit for item in DEFINITIONS if item.value for key in item.fields
}


def flags(statements: Iterable[Statement]) -> int:
    """Return which indicators one system meets, as bits (see `IndicatorDefinition.bit`)."""
    found = 0
    for item in standing(statements):
        found |= _ANY_VALUE.get(item.field, 0) | _ONE_VALUE.get((item.field, item.value), 0)
    return found


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure: ``share`` is ``count / total``, None when there is no record."""

    definition: IndicatorDefinition
    count: int
    total: int
    share: float | None


@dataclass(frozen=True, slots=True)
class StatementAge:
    """Age in days of the last dated statement of each record.

    ``dated`` records of ``total`` have one. ``quartiles`` are the 25 %, 50 % and 75 % quantiles by
    linear interpolation (Hyndman and Fan 1996, type 7); None when no record has a dated statement.
    """

    dated: int
    total: int
    quartiles: tuple[float, float, float] | None

    @property
    def median(self) -> float | None:
        """The median age in days."""
        return self.quartiles[1] if self.quartiles else None


@dataclass(frozen=True, slots=True)
class Indicators:
    """All the indicators of a set of records."""

    total: int
    items: tuple[Indicator, ...]
    age: StatementAge

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain data for JSON."""
        return asdict(self)


def indicators(
    system_flags: NDArray[np.int64], last_said: NDArray[np.int64], today: date
) -> Indicators:
    """Compute the indicators of a set of records.

    Args:
        system_flags: shape (systems,), from `flags`.
        last_said: shape (systems,), `date.toordinal` of the last dated statement, 0 without one.
        today: the day from which ages are counted; a later statement has age 0.
    """
    import numpy as np

    total = len(system_flags)
    items = []
    for definition in DEFINITIONS:
        count = int(np.count_nonzero(system_flags & (1 << definition.bit)))
        items.append(Indicator(definition, count, total, count / total if total else None))
    dated = last_said[last_said > 0]
    quartiles = None
    if len(dated):
        ages = np.maximum(today.toordinal() - dated, 0)
        low, middle, high = np.quantile(ages, (0.25, 0.5, 0.75)).tolist()
        quartiles = (low, middle, high)
    return Indicators(total, tuple(items), StatementAge(len(dated), total, quartiles))
