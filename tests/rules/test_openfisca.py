"""OpenFisca: the package's own numbers, told with the package's own references, many at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from clairevoie.rules.columns import Columns
from clairevoie.rules.content import OpenFisca
from clairevoie.rules.evaluate import evaluate, evaluate_columns
from clairevoie.rules.model import RuleSet, RulesProblem, Value
from clairevoie.rules.reading import read_rules
from clairevoie.rules.trace import PROBLEMS
from tests.rules.random_expressions import columns_of_cases

pytest.importorskip("openfisca_france")

RULES = Path(__file__).parents[2] / "src/clairevoie/rules/demonstration/activity_benefit.yaml"
DAY = date(2025, 3, 10)
ADULT = date(1990, 3, 12)
CHILD = date(2017, 1, 1)


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return read_rules(RULES)


@pytest.fixture(scope="module")
def rules_of_2019() -> RuleSet:
    """The same rules, in force early enough for the tests that OpenFisca-France publishes."""
    text = RULES.read_text().replace("from: 2025-01-01", "from: 2019-01-01")
    return read_rules(text.encode())


def a_case(**more: Value) -> dict[str, Any]:
    return {
        "naissance": ADULT,
        "salaire": Decimal(1500),
        "chomage": Decimal(0),
        "retraite": Decimal(0),
        "enfants": 0,
        "naissance_enfant": CHILD,
        "logement": "locataire",
        "aide_logement": Decimal(150),
    } | more


# --- the number -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "wage", "amount"),
    [
        (date(2003, 1, 1), "500", "0"),
        (date(1989, 1, 1), "500", "290.3288"),
        (date(1989, 1, 1), "600", "253.48763"),
    ],
    ids=["too young", "case 2", "case 7, with a bonus"],
)
def test_the_package_s_own_tests(
    rules_of_2019: RuleSet, birth: date, wage: str, amount: str
) -> None:
    """openfisca-france, tests/formulas/ppa/ppa_2019_07.yaml, a person alone, cases 1, 2 and 7.

    One person without children, wage of each month, housing benefit of 200 €, July 2019; the
    margin is the one of that file, 0.03.
    """
    case = a_case(naissance=birth, salaire=Decimal(wage), aide_logement=Decimal(200))
    trace = evaluate(rules_of_2019, case, day=date(2019, 7, 1))
    assert cast("float", trace.value) == pytest.approx(float(amount), abs=0.03)


def test_the_number_is_that_of_openfisca_run_in_its_ordinary_way(rules: RuleSet) -> None:
    """The same case as a situation, written by hand and built by `SimulationBuilder`."""
    from openfisca_core.simulation_builder import SimulationBuilder

    from clairevoie.rules.openfisca.system import system_of

    months = ["2024-12", "2025-01", "2025-02", "2025-03"]
    months = [f"2024-{month:02}" for month in range(3, 12)] + months

    def each(value: Any) -> dict[str, Any]:
        return dict.fromkeys(months, value)

    nothing = dict.fromkeys([f"2023-{m:02}" for m in range(3, 13)] + ["2024-01", "2024-02"], 0)
    assumed = {name: each(0) | nothing for name in ("aah", "caah", "ass", "asi")}
    child = {"date_naissance": {"ETERNITY": "2017-01-01"}, **assumed}
    adult = {
        "date_naissance": {"ETERNITY": "1990-03-12"},
        "salaire_net": each(1500),
        "chomage_net": each(0),
        "retraite_nette": each(0),
        **assumed,
    }
    situation = {
        "individus": {"adulte": adult, "enfant": child},
        "familles": {
            "famille": {
                "parents": ["adulte"],
                "enfants": ["enfant"],
                "aide_logement": each(150),
                "aspa": each(0) | nothing,
                "biactivite": each(0) | nothing,
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
    content = cast("OpenFisca", rules.versions[0].content)
    simulation = SimulationBuilder().build_from_entities(system_of(content), situation)
    ordinary = float(simulation.calculate("ppa", "2025-03")[0])
    trace = evaluate(rules, a_case(enfants=1), day=DAY)
    assert trace.outputs is not None
    assert trace.outputs["ppa"] == pytest.approx(ordinary, abs=1e-4)
    assert trace.value == round(ordinary, 2)


# --- the trace ------------------------------------------------------------------------------------


def test_the_trace_tells_variables_parameters_and_references(rules: RuleSet) -> None:
    trace = evaluate(rules, a_case(enfants=1), day=DAY)
    steps = {step.id: step for step in trace.steps}
    result = steps["ppa"]
    assert (result.kind, result.parent) == ("variable", "")
    assert cast("float", result.value) == pytest.approx(275.75, abs=0.01)
    base = "prestations_sociales.solidarite_insertion.minima_sociaux.ppa.pa_m.montant_de_base"
    amount = steps[base]
    assert amount.value == 622.63
    assert amount.basis is not None
    assert amount.basis.article == "Décret n° 2024-403 du 1er mai 2024, article 1"
    assert amount.basis.effect == date(2024, 4, 1)
    assert amount.basis.url.startswith("https://www.legifrance.gouv.fr/")
    assert steps["aide_logement"].label["fr"] == "Aide au logement"
    known = set(steps)
    assert all(step.parent in known | {""} for step in trace.steps)
    assert len(known) == len(trace.steps)
    assert len(trace.steps) < 100
    order = [step.id for step in trace.steps]
    for step in trace.steps:
        if step.parent and step.parent in order:
            assert order.index(step.id) < order.index(step.parent)
    assert trace.outcome == "prime"
    assert not any(
        step.basis is not None and "jsessionid" in step.basis.url for step in trace.steps
    )


def test_what_fails_near_the_result_is_told(rules: RuleSet) -> None:
    trace = evaluate(rules, a_case(naissance=date(2009, 5, 1)), day=DAY)
    assert (trace.value, trace.outcome) == (0, "rien")
    assert any(step.value is False and not step.applied for step in trace.steps)


# --- columns --------------------------------------------------------------------------------------


def some_cases() -> list[dict[str, Value]]:
    return [
        a_case(),
        a_case(enfants=2),
        a_case(salaire=None),
        a_case(salaire=Decimal("900.55"), enfants=1, logement="gratuit", aide_logement=None),
        a_case(chomage=None, logement="proprietaire", aide_logement=Decimal(0)),
        a_case(enfants=3, naissance_enfant=date(2023, 11, 2)),
        a_case(salaire=Decimal(20000)),
    ]


def test_columns_agree_with_single_cases(rules: RuleSet) -> None:
    version = rules.versions[0]
    found = some_cases()
    days = np.array(["2025-03-10", "2025-03-31", "2025-05-01"] * 3, dtype="datetime64[D]")[:7]
    columns: Columns = columns_of_cases(found, version.inputs)
    result = evaluate_columns(rules, columns, version=version, days=days)
    assert result.value is not None
    assert result.decimals is None
    for row, case in enumerate(found):
        trace = evaluate(rules, case, day=cast("date", days[row].item()))
        assert PROBLEMS[result.problem[row]] == (trace.problem or "ok")
        if trace.problem is None:
            assert result.value[row] == trace.value
            assert result.outcome is not None
            assert result.outcomes[result.outcome[row]] == trace.outcome


def test_columns_need_the_dates(rules: RuleSet) -> None:
    version = rules.versions[0]
    columns = columns_of_cases([a_case()], version.inputs)
    with pytest.raises(RulesProblem, match="give the dates"):
        evaluate_columns(rules, columns, version=version)


# --- where the answer changes ---------------------------------------------------------------------


def test_cuts_are_where_the_amount_changes_side(rules: RuleSet) -> None:
    from clairevoie.rules.kinds.openfisca import cuts, search_of

    version = rules.versions[0]
    case = a_case()
    found = cuts(version, "salaire", case, day=DAY)
    assert Decimal(1500) in found
    last = cast("Decimal", found[-1])
    answers = [
        evaluate(rules, case | {"salaire": wage}, day=DAY).outcome
        for wage in (last - Decimal("0.01"), last)
    ]
    assert answers == ["prime", "rien"]
    assert search_of(version, "salaire").apart == Decimal("39.22")
    assert cuts(version, "logement", case, day=DAY) == ("locataire", "proprietaire", "gratuit")


# --- what the package must be ---------------------------------------------------------------------


@pytest.fixture
def content(rules: RuleSet) -> OpenFisca:
    return cast("OpenFisca", rules.versions[0].content)


def test_another_version_than_the_one_published_is_refused(content: OpenFisca) -> None:
    from clairevoie.rules.openfisca.system import system_of

    with pytest.raises(RulesProblem, match=r"published with openfisca-france 1\.0.*is installed"):
        system_of(replace(content, package_version="1.0"))


@pytest.mark.parametrize("package", ["os", "openfisca_france.model", "OPENFISCA_X", "subprocess"])
def test_only_country_packages_are_imported(content: OpenFisca, package: str) -> None:
    from clairevoie.rules.openfisca.system import system_of

    with pytest.raises(RulesProblem, match="not a country package"):
        system_of(replace(content, package=package))


def test_a_package_that_is_not_there_is_told(content: OpenFisca) -> None:
    from clairevoie.rules.openfisca.system import system_of

    with pytest.raises(RulesProblem, match="openfisca-atlantide is not installed"):
        system_of(replace(content, package="openfisca_atlantide"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"variable": "prime_inconnue"}, "there is no variable 'prime_inconnue'"),
        ({"entity": "menage"}, "is of 'famille', not 'menage'"),
        ({"variable": "statut_occupation_logement", "entity": "menage"}, "is not a number"),
        ({"roles": ({"famille": "parents"},)}, "the role of this person in"),
        ({"assumed": {"prime_inconnue": Decimal(0)}}, "there is no variable 'prime_inconnue'"),
    ],
)
def test_what_the_package_lacks_is_told(
    content: OpenFisca, change: dict[str, Any], sentence: str
) -> None:
    from clairevoie.rules.openfisca.system import problems_of, system_of

    changed = replace(content, **change)
    told = [text for _, text in problems_of(changed, system_of(content))]
    assert any(sentence in one for one in told), told


def test_the_system_is_built_once(content: OpenFisca) -> None:
    from clairevoie.rules.openfisca.system import system_of

    assert system_of(content) is system_of(replace(content, variable="rsa"))
