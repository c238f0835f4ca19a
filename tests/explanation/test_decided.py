"""What was decided is told from what was recorded, never from what the rules give afterwards."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest

from clairevoie.explanation.explaining import explain
from clairevoie.explanation.html import html_fragment
from clairevoie.explanation.model import Explanation, Facts
from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.reading import read_rules

FOLDER = resources.files("clairevoie.rules") / "demonstration"
NURSERY: dict[str, Any] = {
    "habite": True,
    "activite": "un_en_recherche",
    "jours": 5,
    "parent_seul": False,
    "fratrie": 1,
    "fratrie_accueillie": False,
    "naissance_multiple": False,
    "handicap": False,
    "signalement": False,
    "quotient": Decimal("980.50"),
    "attente": 8,
    "refus_precedents": 0,
}
MEAL: dict[str, Any] = {
    "habite": True,
    "quotient": Decimal("620.50"),
    "enfants": 1,
    "panier": False,
}
DAY = date(2025, 6, 12)


def told(
    name: str, case: dict[str, Any], day: date = DAY, language: str = "fr", **facts: Any
) -> Explanation:
    rules = read_rules((FOLDER / f"{name}.yaml").read_bytes())
    trace = evaluate(rules, case, day=day)
    return explain(rules, trace, facts=Facts(**facts), language=language)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def short(one: Explanation) -> str:
    return plain(one.short_text)


def test_an_amount_that_was_recorded_is_what_was_decided() -> None:
    """The canteen's journal has no decision: the amount that the machine wrote is the decision."""
    day = date(2025, 10, 1)
    one = told("canteen", MEAL, day, degree="automated", machine_value=Decimal("2.97"))
    assert plain(one.result.decided_text) == "prix du repas, 2,97 €"
    assert plain(one.short[0].text) == "Décision du 1er octobre 2025 : prix du repas, 2,97 €."
    assert "À l’époque, le calcul a donné 2,97 €. Les règles publiées donnent 3,10 €." in short(one)
    assert "contester la décision" in one.short[-1].text


def test_what_the_machine_wrote_is_no_decision_where_a_person_decides() -> None:
    one = told("creche", NURSERY, degree="proposal", machine_value=Decimal(193))
    assert plain(one.short[0].text) == "Résultat enregistré le 12 juin 2025 : 193 points."


def test_a_case_that_is_tried_out_is_no_decision() -> None:
    one = told("canteen", MEAL, date(2025, 10, 1))
    assert one.result.decided_text == ""
    assert one.short[0].text.startswith("Avec ces données")
    assert "contester" not in short(one)


@pytest.mark.parametrize(
    ("recorded", "cutoff", "said", "not_said"),
    [
        (193, 200, "Il vous manquait 7 points : le dernier dossier admis en avait 200.", "Avec ce"),
        (186, 190, "Il vous manquait 4 points", ""),
        (186, 190, "les règles publiées (193 points), vous l’auriez dépassé.", ""),
        (180, 200, "les règles publiées (193 points), vous auriez aussi été derrière lui.", ""),
        (180, 193, "les règles publiées (193 points), vous auriez été à égalité.", ""),
        (193, 193, "Vous étiez à égalité avec le dernier dossier admis : 193 points.", "Avec ce"),
        (193, 190, "Vous aviez pourtant 3 points de plus que le dernier dossier admis", "Avec ce"),
    ],
)
def test_points_that_were_counted_are_compared_with_the_last_admitted(
    recorded: int, cutoff: int, said: str, not_said: str
) -> None:
    one = told(
        "creche",
        NURSERY,
        decision="refuse",
        machine_value=Decimal(recorded),
        cutoff=Decimal(cutoff),
    )
    assert said in short(one)
    assert said in plain(one.changes.text)
    assert not not_said or not_said not in short(one)


def test_the_ranking_is_among_the_parameters_the_operations_and_the_facts() -> None:
    one = told(
        "creche",
        NURSERY,
        decision="refuse",
        machine_value=Decimal(186),
        cutoff=Decimal(190),
    )
    ranking = next(item for item in one.parameters if item.id == "ranking")
    assert plain(ranking.text) == (
        "Les places vont aux dossiers qui ont le plus de points ; à égalité, on regarde dans "
        "l’ordre : Mois d’attente (le plus grand nombre d’abord) et Quotient familial (le plus "
        "petit nombre d’abord)."
    )
    said = "Votre dossier a été compté pour 186 points ; le dernier dossier admis en avait 190."
    assert plain(one.operations[-1].text) == said
    assert plain(one.reasons.facts[-1]) == said


def test_a_reason_in_law_says_what_the_article_says_here() -> None:
    one = told("creche", NURSERY)
    says = {plain(item.article): plain(item.says) for item in one.reasons.law}
    assert says["Délibération fictive n° 2024-87, article 4"] == (
        "Frères et sœurs de moins de 6 ans : 1 enfant × 15 points = 15 points."
    )
    assert all(says.values())


def test_a_lower_price_is_better_and_told_first() -> None:
    one = told("canteen", MEAL, date(2025, 10, 1))
    kinds = [item.favourable for item in one.changes.alternatives]
    lower = kinds.count(True)
    assert lower
    assert kinds == [True] * lower + [False] * (len(kinds) - lower)
    assert one.changes.alternatives[0].direction == "lower"


def test_what_can_only_be_contested_is_said_to_be_so() -> None:
    one = told(
        "canteen", MEAL, date(2025, 10, 1), degree="automated", machine_value=Decimal("3.10")
    )
    assert "Si une donnée est fausse, contestez-la : le résultat serait plus bas" in short(one)
    assert all("fausse" in item.text for item in one.changes.alternatives)


def test_the_step_that_is_quoted_leads_to_the_result() -> None:
    one = told("canteen", MEAL, date(2025, 10, 1))
    weight = next(plain(item.text) for item in one.short if item.role == "weight")
    assert weight == (
        "Le résultat vient de ce calcul : Quotient familial (620,50 €) × Taux d’effort (0,005) = "
        "3,1025 €, d’où 3,10 €."
    )


def test_a_score_is_added_up_from_one_starting_point() -> None:
    case = {
        "revenu": Decimal(700),
        "variation": 60,
        "parent_seul": True,
        "aah": False,
        "age_aine": 15,
        "demenagements": 1,
        "emploi": "precaire",
        "retards": 2,
        "connexions": 25,
        "anciennete": 12,
    }
    one = told("control_score", case, date(2025, 6, 1))
    texts = {item.id: plain(item.text) for item in one.operations}
    assert texts["sum"] == (
        "Total : −0,9 + 0,55 + 0,5 + 0,45 + 0,15 + 0,2 + 0,35 + 0,44 + 0,3 + 0,192 = 2,232."
    )
    assert "Ce score de 2,232 est ramené entre 0 et 1 : 0,9031." in texts.values()
    assert one.shares is not None
    assert "Point de départ" not in one.shares.text
    weights = {item.id: plain(item.text) for item in one.parameters}
    assert weights["retards"].startswith("0,22 par déclaration")
    assert weights["pas_de_controle"] == "Moins de 0,6."


def test_points_that_were_not_had_have_a_heading_of_their_own() -> None:
    page = html_fragment(told("creche", NURSERY))
    assert "Les points que vous n’avez pas eus" in page
    assert "il fallait" not in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_left_to_fill_in(language: str) -> None:
    one = told(
        "creche",
        NURSERY,
        language=language,
        decision="refuse",
        machine_value=Decimal(186),
        cutoff=Decimal(190),
    )
    assert "{" not in html_fragment(one)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        # Outside the town the quotient is computed, and left aside.
        ({"habite": False}, "Résidence dans la commune : non, donc Prix hors commune (7,50 €)."),
        ({"quotient": Decimal(100)}, "au moins Prix le plus bas (0,80 €)"),
        ({"enfants": 3}, "= 2,482 €, d’où 2,48 €."),
        (
            {"panier": True},
            "Part du prix due pour un panier-repas (0,5) = 1,55125 €, arrondi à 1,55 €.",
        ),
    ],
)
def test_what_was_left_aside_is_not_where_the_result_comes_from(
    changes: dict[str, Any], said: str
) -> None:
    one = told("canteen", MEAL | changes, date(2025, 10, 1))
    weight = next(plain(item.text) for item in one.short if item.role == "weight")
    assert said in weight
