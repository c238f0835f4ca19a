"""One case of OpenFisca with its trace, against the trace that OpenFisca makes by itself."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any, cast

import numpy as np

from bench.figures import Figure, hand_over
from clairevoie.decisions.demonstration import demonstration_rules
from clairevoie.rules.columns import Columns
from clairevoie.rules.content import OpenFisca
from clairevoie.rules.evaluate import evaluate, evaluate_columns
from clairevoie.rules.model import RuleSet

DEPTHS = range(0, 160, 10)
"""A piece of the stack holds some 150 of these calls."""
DAY = date(2025, 3, 10)
CASE: dict[str, object] = {
    "naissance": "1990-03-12",
    "salaire": "1500",
    "enfants": 1,
    "naissance_enfant": "2017-01-01",
    "logement": "locataire",
    "aide_logement": 150,
}
TRACE = "OpenFisca: one case (in-work benefit) with its steps, against its own trace"
COLUMNS = "OpenFisca: 10 000 cases in one simulation"


def situation(content: OpenFisca) -> dict[str, Any]:
    """Return the case as a person writes it for OpenFisca."""
    months = [str(np.datetime64("2025-03") - back) for back in range(13)]
    assumed = [str(np.datetime64("2025-03") - back) for back in range(25)]

    def each(value: object) -> dict[str, object]:
        return dict.fromkeys(months, value)

    def given(*names: str) -> dict[str, dict[str, object]]:
        numbers = content.assumed or {}
        return {name: dict.fromkeys(assumed, float(numbers[name])) for name in names}

    person = given("aah", "caah", "ass", "asi")
    adult = {
        "date_naissance": {"ETERNITY": "1990-03-12"},
        "salaire_net": each(1500),
        "chomage_net": each(0),
        "retraite_nette": each(0),
    }
    return {
        "individus": {
            "adulte": adult | person,
            "enfant": {"date_naissance": {"ETERNITY": "2017-01-01"}} | person,
        },
        "familles": {
            "famille": {
                "parents": ["adulte"],
                "enfants": ["enfant"],
                "aide_logement": each(150),
                **given("aspa", "biactivite"),
            }
        },
        "foyers_fiscaux": {"foyer": {"declarants": ["adulte"], "personnes_a_charge": ["enfant"]}},
        "menages": {
            "menage": {
                "personne_de_reference": ["adulte"],
                "enfants": ["enfant"],
                "statut_occupation_logement": each("locataire_vide"),
            }
        },
    }


def own_trace(system: Any, written: dict[str, Any]) -> float:
    """Return the amount as OpenFisca computes it, traced."""
    from openfisca_core.simulation_builder import SimulationBuilder

    simulation = SimulationBuilder().build_from_entities(system, written)
    simulation.trace = True
    return float(simulation.calculate("ppa", "2025-03")[0])


def deeper(levels: int, act: Callable[[], Any]) -> Any:
    """Act from so many calls further down the stack."""
    return act() if levels == 0 else deeper(levels - 1, act)


def seconds(act: Callable[[], Any]) -> float:
    """Return the processor time of one run: other work of the machine does not count.

    A trace is a tree of cycles: what the run before left is collected first.
    """
    gc.collect()
    start = time.process_time()
    act()
    return time.process_time() - start


def one_case(rules: RuleSet) -> Figure:
    """Measure both by turns, so that the machine is the same for both; the median of each.

    CPython 3.11 keeps its stack in pieces of 16 kB, and asks the system for one and gives it back
    each time a call crosses from one to the next: formulas that call one another hundreds deep take
    up to half as long again where they happen to hover there. So each run starts at another depth.
    """
    from clairevoie.rules.openfisca.system import system_of

    content = cast("OpenFisca", rules.versions[0].content)
    system, written = system_of(content), situation(content)
    ours = evaluate(rules, CASE, day=DAY).value
    theirs = own_trace(system, written)
    if abs(cast("float", ours) - theirs) > 0.01:
        raise RuntimeError(f"not the same case: {ours} and {theirs}")
    pairs = [
        (
            deeper(depth, lambda: seconds(lambda: evaluate(rules, CASE, day=DAY))),
            deeper(depth, lambda: seconds(lambda: own_trace(system, written))),
        )
        for depth in DEPTHS
    ]

    mine, own = (statistics.median(part) for part in zip(*pairs, strict=True))
    shown = f"{mine * 1000:.0f} ms, its own {own * 1000:.0f} ms ({(mine / own - 1) * 100:+.0f} %)"
    return Figure(TRACE, shown, "≤ + 20 %", mine <= 1.2 * own)


def many_cases(rules: RuleSet, count: int = 10_000) -> Figure:
    """Measure one simulation of many cases."""
    version = rules.versions[0]
    wages = np.linspace(0, 300_000, count).astype(np.int64)
    values = {
        "naissance": np.full(count, np.datetime64("1990-03-12", "D")),
        "naissance_enfant": np.full(count, np.datetime64("2017-01-01", "D")),
        "salaire": wages,
        "enfants": np.arange(count) % 4,
        "logement": np.zeros(count, dtype=np.int16),
        "aide_logement": np.full(count, 15_000),
    }
    days = np.full(count, np.datetime64("2025-03-10", "D"))
    columns = Columns(count, values, {}, {})
    spent = seconds(lambda: evaluate_columns(rules, columns, version=version, days=days))
    return Figure(COLUMNS, f"{spent:.1f} s, {spent / count * 1000:.2f} ms a case")


def main() -> None:
    """Measure, and hand the figures over."""
    rules = demonstration_rules("exemple-prime-activite")
    hand_over([one_case(rules), many_cases(rules)])


if __name__ == "__main__":
    main()
