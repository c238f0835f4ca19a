"""What was decided is told from what was recorded, never from what the rules give afterwards."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest

from clairevoie.explanation.explaining import explain
from clairevoie.explanation.html import html_fragment
from clairevoie.explanation.model import Explanation, Facts
from clairevoie.explanation.readability import LONGEST_SENTENCE, sentences_of, words_of
from clairevoie.rules.content import Tree, Trees
from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.reading import read_rules
from tests.explanation.cases import SCALE, read
from tests.rules import models

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
SCORED: dict[str, Any] = {
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
    assert (
        "À l’époque, le calcul enregistré a donné 2,97 €. Les règles publiées donnent 3,10 €."
        in short(one)
    )
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
        (
            186,
            190,
            "les règles publiées (193 points), vous l’auriez dépassé : demandez pourquoi.",
            "",
        ),
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
        "Les places vont aux dossiers qui ont le plus de points. À égalité de points, ils sont "
        "départagés par : Mois d’attente (le plus grand nombre d’abord), puis Quotient familial "
        "(le plus petit nombre d’abord)."
    )
    said = (
        "Votre dossier a été compté pour 186 points (les règles publiées en donnent 193) ; "
        "le dernier dossier admis en avait 190."
    )
    assert plain(one.operations[-1].text) == said
    assert plain(one.reasons.facts[-1]) == said


def test_a_reason_in_law_says_what_the_article_says_here() -> None:
    one = told("creche", NURSERY)
    says = {plain(item.article): plain(item.says) for item in one.reasons.law}
    assert says["Délibération fictive n° 2024-87, article 4"] == (
        "Frères et sœurs de moins de 6 ans : 15 points par enfant, au plus 45 points."
    )
    assert says["Délibération fictive n° 2024-87, article 3"] == (
        "Résidence dans la commune : 100 points si la réponse est « oui ». "
        "Activité des parents : 50 points pour « l’un cherche un emploi ». "
        "Accueil à temps plein : 10 points pour « Jours d’accueil demandés par semaine » : "
        "au moins 4 jours."
    )
    assert says["Délibération fictive n° 2024-87, article 5"] == (
        "Quotient familial : 10 points, de 942 € à moins de 1 400 €."
    )
    assert "À égalité de points" in says["Délibération fictive n° 2024-87, article 6"]
    assert all(says.values())
    for text in says.values():
        assert all(len(words_of(line)) <= LONGEST_SENTENCE for line in sentences_of(text))


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
    assert "Si l’une de ces données est fausse, faites-la corriger : vous paieriez moins" in short(
        one
    )
    assert all("fausse" in item.text for item in one.changes.alternatives)


def test_the_step_that_is_quoted_leads_to_the_result() -> None:
    one = told("canteen", MEAL, date(2025, 10, 1))
    weight = next(plain(item.text) for item in one.short if item.role == "weight")
    assert weight == (
        "Le résultat vient de ce calcul : Quotient familial (620,50 €) × Taux d’effort (0,005) = "
        "3,1025 €, arrondi à 3,10 €."
    )


def test_a_score_is_added_up_from_one_starting_point() -> None:
    one = told("control_score", SCORED, date(2025, 6, 1))
    texts = {item.id: plain(item.text) for item in one.operations}
    assert texts["sum"] == (
        "Total : −0,9 + 0,55 + 0,5 + 0,45 + 0,15 + 0,2 + 0,35 + 0,44 + 0,3 + 0,192 = 2,232."
    )
    assert "Ce total de 2,232 est ensuite ramené entre 0 et 1 : 0,9031." in texts.values()
    assert "Le calcul part de −0,9, pour tous les dossiers." in texts.values()
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
        ({"quotient": Decimal(100)}, "au moins 0,80 € (Prix le plus bas)"),
        ({"enfants": 3}, "= 2,482 €, arrondi à 2,48 €."),
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


def test_a_tried_case_is_told_in_the_conditional() -> None:
    one = told("creche", NURSERY | {"fratrie": 0}, cutoff=Decimal(190))
    assert "Il vous manquerait 12 points : le dernier dossier admis en avait 190." in short(one)
    assert "Si l’une de ces données est fausse, corrigez-la : vous passeriez devant" in short(one)


def test_what_separates_equal_files_is_said() -> None:
    one = told("creche", NURSERY, decision="refuse", cutoff=Decimal(193))
    assert (
        "Les dossiers à égalité sont départagés par : « Mois d’attente », puis « Quotient "
        "familial »."
    ) in short(one)


def test_who_has_a_place_is_not_told_how_to_get_one() -> None:
    one = told(
        "creche",
        NURSERY | {"fratrie": 0},
        decision="admis",
        machine_value=Decimal(192),
        cutoff=Decimal(190),
    )
    change = next(plain(item.text) for item in one.short if item.role == "change")
    assert change == (
        "Vous aviez 2 points de plus que le dernier dossier admis. Avec ce que donnent les règles "
        "publiées (178 points), vous auriez été derrière lui."
    )


@pytest.mark.parametrize(
    ("decision", "case", "said"),
    [
        (
            "controle",
            {"emploi": "stable", "revenu": Decimal(2500)},
            "Les règles publiées vous donn",
        ),
        ("pas_de_controle", {}, "Cette décision vous est favorable."),
        ("pas_de_controle", {"emploi": "stable", "revenu": Decimal(2500)}, "Cette décision vous"),
    ],
)
def test_a_decision_against_the_rules_is_not_called_favourable(
    decision: str, case: dict[str, Any], said: str
) -> None:
    one = told("control_score", SCORED | case, decision=decision)
    assert next(item.text for item in one.short if item.role == "change").startswith(said)


@pytest.mark.parametrize(("recorded", "better"), [("3.50", True), ("2.97", False)])
def test_who_was_asked_for_more_than_the_rules_say_is_told_so(recorded: str, better: bool) -> None:
    one = told("canteen", MEAL, date(2025, 10, 1), machine_value=Decimal(recorded))
    change = next(plain(item.text) for item in one.short if item.role == "change")
    said = (
        "Les règles publiées vous sont plus favorables que le résultat enregistré : demandez "
        "pourquoi."
    )
    assert (change == said) is better


def test_a_recorded_number_is_told_once_beside_that_of_the_rules() -> None:
    one = told("creche", NURSERY, degree="proposal", machine_value=Decimal(186))
    assert "Le calcul donne" not in short(one)
    assert (
        "À l’époque, le calcul enregistré a donné 186 points. Les règles publiées en donnent 193. "
        "Le calcul propose ; une personne décide. Selon les règles publiées, ce qui compte le plus"
    ) in short(one)


def test_points_that_were_not_had_are_told_as_what_they_give() -> None:
    one = told("creche", NURSERY)
    texts = {item.id: plain(item.text) for item in one.not_applied}
    assert texts["parent_seul"] == (
        "Parent seul : ce critère donne 40 points quand la réponse est « oui » ; ici : « non »."
    )


def test_a_penalty_that_did_not_apply_is_no_lost_point() -> None:
    data = deepcopy(SCALE)
    data["versions"][0]["points"]["criteria"][3]["points"] = -20
    rules = read(data)
    case = {"enfants": 1, "quotient": 600, "situation": "seul", "habite": False}
    one = explain(rules, evaluate(rules, case, day=date(2025, 6, 1)))
    penalty = next(item for item in one.not_applied if item.id == "commune")
    assert plain(penalty.text) == (
        "Résidence : ce critère enlève 20 points quand la réponse est « oui » ; ici : « non »."
    )
    assert "Les points que vous n’avez pas eus" not in html_fragment(one)


def test_trees_start_somewhere_and_add_up() -> None:
    tree = Tree(
        (0, -1, -1), (3.0, 0, 0), (1, 0, 0), (2, 0, 0), (0, -0.25, 0.5), (2, 1, 1), (True,) * 3
    )
    rules = models.rule_set(Trees(("count",), (tree,), base=1.0, link="logit"))
    one = explain(rules, evaluate(rules, {"count": 5}, day=models.DAY))
    texts = [plain(item.text) for item in one.operations]
    assert texts[0].startswith("Le calcul part de 1,125, la moyenne des cas")
    assert texts[1:4] == [
        "Cette donnée ajoute 0,375.",
        "Total : 1,125 + 0,375 = 1,5.",
        "Ce total de 1,5 est ensuite ramené entre 0 et 1 : 0,8176.",
    ]
    weights = {item.id: plain(item.text) for item in one.parameters}
    assert one.shares is not None
    assert plain(one.shares.text) == (
        "Moyenne des cas qui ont servi à construire le modèle : 1,125. Votre total : 1,5. "
        "Ces éléments font l’écart : +0,375."
    )
    assert weights["trees"] == "Un arbre de décision."
    assert weights["link"] == "Total ramené entre 0 et 1 par 1 ÷ (1 + exp(−total))."
