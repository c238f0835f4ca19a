"""What an explanation says: exact, plain, complete, in its language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from clairevoie.explanation.explaining import degree_of, explain
from clairevoie.explanation.model import Facts, Share, Shares, difference, explanation_schema
from clairevoie.explanation.readability import LONGEST_SENTENCE, readability, sentences_of, words_of
from clairevoie.explanation.regions import NOT_SEARCHED, search
from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.reading import read_rules
from tests.explanation.cases import DAY, SCALE, TARIFF, open_to_change, read, texts_of
from tests.rules import generators, models

NBSP, THIN = "\u00a0", "\u202f"
SHORT_EASE, WHOLE_EASE = 65, 65
"""Reading ease that no generated text falls below (60 to 70 is standard)."""
FRENCH = frozenset(
    "le la les de du des un une est et ou donc avec sur dans ne pas qui vous".split()
)
ENGLISH = frozenset("the of is and or so with in not which you would at from be this".split())


def demonstration(name):
    folder = files("clairevoie.rules") / "demonstration"
    return read_rules((folder / f"{name}.yaml").read_bytes(), name=name)


def plain(text):
    return text.replace(NBSP, " ").replace(THIN, " ")


CANTEEN = [
    {"habite": h, "quotient": q, "enfants": e, "panier": p}
    for h, q, e, p in product((True, False), ("0", "620,50", "1500"), (1, 3), (True, False))
]
NURSERY = [
    {
        "habite": habite,
        "activite": activite,
        "jours": jours,
        "parent_seul": seul,
        "fratrie": fratrie,
        "fratrie_accueillie": seul,
        "naissance_multiple": False,
        "handicap": not habite,
        "signalement": False,
        "quotient": quotient,
        "attente": 5,
        "refus_precedents": 1,
    }
    for habite, activite, jours, seul, fratrie, quotient in product(
        (True, False), ("tous_actifs", "sans_activite"), (2, 5), (True, False), (0, 4), (300,)
    )
]
CONTROL = [
    {
        "revenu": revenu,
        "variation": variation,
        "parent_seul": seul,
        "aah": seul,
        "age_aine": age,
        "demenagements": 2,
        "emploi": emploi,
        "retards": retards,
        "connexions": 30,
        "anciennete": 24,
    }
    for revenu, variation, seul, age, emploi, retards in product(
        (300, 2500), (0, 70), (True, False), (None, 13), ("precaire", "stable"), (3,)
    )
]
DECIDED = Facts(
    decision="refuse", decided_by="a1", decided_on=date(2025, 3, 12), machine_value=Decimal(12)
)


def corpus():
    """Rule sets of every kind, cases of every sort, simulated and decided."""
    tariff = [
        {"quotient": quotient, "situation": situation}
        for quotient, situation in product((100, 500, 941.99, 3000), ("seul", "couple"))
    ]
    scale = [
        {"enfants": e, "quotient": q, "situation": s, "habite": h}
        for e, q, s, h in product((0, 1, 5), (100, 600, 2000), ("seul", "couple"), (True, False))
    ]
    for rules, cases, day in (
        (read(TARIFF), tariff, DAY),
        (read(SCALE), scale, DAY),
        (demonstration("canteen"), CANTEEN, date(2025, 10, 1)),
        (demonstration("creche"), NURSERY, date(2024, 6, 1)),
        (demonstration("creche"), NURSERY, date(2025, 6, 1)),
        (demonstration("control_score"), CONTROL, date(2024, 6, 1)),
    ):
        for case in [{}, *cases]:
            trace = evaluate(rules, case, day=day)
            yield rules, trace, Facts()
        yield rules, evaluate(rules, cases[0], day=day), DECIDED
    yield from ranked()


def ranked():
    """Places that went by rank: before, level with and behind the last one admitted."""
    rules = demonstration("creche")
    for case, decision, wrote, cutoff in product(
        NURSERY[::7], ("refuse", "admis", None), (186, None), (150, 186, 230)
    ):
        facts = Facts(
            decision=decision,
            machine_value=None if wrote is None else Decimal(wrote),
            cutoff=Decimal(cutoff),
        )
        yield rules, evaluate(rules, case, day=date(2025, 6, 1)), facts


@pytest.fixture(scope="module")
def explanations():
    """The corpus explained in both languages."""
    return [
        explain(rules, trace, facts=facts, language=language, found=looked)
        for rules, trace, facts in corpus()
        for looked in [search(rules, trace, cutoff=facts.cutoff)]
        for language in ("fr", "en")
    ]


def test_every_sentence_is_whole(explanations):
    for one in explanations:
        for text in texts_of(one):
            assert re.search(r"[.!?…]$", text), text
            assert not re.search(r"  |\s[.,]|\.\.|None|\{|\}", text), text
            assert text[0].upper() == text[0] or text[0] in "«“", text


def test_no_word_of_the_other_language(explanations):
    for one in explanations:
        other = ENGLISH if one.language == "fr" else FRENCH
        for text in texts_of(one):
            bare = re.sub(r"Délibération.*|Note de service.*|\(CAF[^)]*\)", "", text)
            words = {word.lower() for word in re.findall(r"[^\W\d_]+", bare)}
            assert not words & other, text


def test_french_typography(explanations):
    for one in explanations:
        if one.language != "fr":
            continue
        for text in texts_of(one):
            assert not re.search(r"[^\u00a0\u202f][:;!?»%](?!\w|//)", text), text
            assert not re.search(r"«[^\u00a0]| [:;!?»%]|'", text), text


def test_the_short_version_is_short(explanations):
    for one in explanations:
        assert 1 < len(one.short) <= 6
        if one.problem is None:
            assert {line.role for line in one.short} == {
                "decision",
                "computation",
                "weight",
                "change",
                "next",
            }
        for sentence in sentences_of(one.short_text):
            assert len(words_of(sentence)) <= LONGEST_SENTENCE, sentence


def test_generated_french_is_readable(explanations):
    shorts, wholes = [], []
    for one in explanations:
        if one.language == "fr":
            shorts.append((readability(one.short_text).ease, one.short_text))
            wholes.append((readability("\n".join(texts_of(one))).ease, one.title))
    assert min(shorts)[0] >= SHORT_EASE, min(shorts)
    assert min(wholes)[0] >= WHOLE_EASE, min(wholes)


def test_the_json_follows_its_schema(explanations):
    schema = explanation_schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for one in explanations:
        errors = [error.message for error in validator.iter_errors(one.as_dict())]
        assert errors == []


# --- contributions --------------------------------------------------------------------------------


@given(st.data())
def test_contributions_of_random_rules_add_up(data):
    kind = data.draw(st.sampled_from((generators.points, generators.tables)))
    rules = generators.rules_of(data.draw(kind()))
    case = data.draw(generators.cases(rules.versions[0], size=1))[0]
    trace = evaluate(rules, case, day=DAY)
    found: Any = explain(rules, trace).shares
    if trace.problem is None and found is not None:
        assert sum((item.value for item in found.items), Decimal(0)) == trace.total
        sizes = [abs(item.value) for item in found.items]
        assert sizes == sorted(sizes, reverse=True)


@given(models.additives(), models.cases())
def test_contributions_of_random_models_add_up(content, case):
    rules = models.rule_set(content)
    trace: Any = evaluate(rules, case, day=models.DAY)
    assume(trace.problem is None)
    found: Any = explain(rules, trace).shares
    total = found.base + sum(item.value for item in found.items)
    assert abs(total - trace.total) <= 1e-9 * max(1.0, abs(trace.total))


def test_contributions_that_do_not_add_up_are_refused():
    item = Share("a", "A", Decimal(2), "+2")
    Shares((item,), "à partir de zéro", Decimal(1), Decimal(3), "", "")
    with pytest.raises(ValueError, match="do not add up"):
        Shares((item,), "à partir de zéro", Decimal(1), Decimal("3.00000001"), "", "")


@given(st.lists(st.integers(-(10**9), 10**9).map(lambda n: Decimal(n).scaleb(-4)), max_size=20))
def test_exact_sums_are_exact(numbers):
    assert difference(Decimal(1), numbers, Decimal(1) + sum(numbers, Decimal(0))) == 0


def test_the_baseline_is_named():
    answered = [(rules, trace) for rules, trace, _ in corpus() if trace.problem is None]
    everything = [explain(rules, trace, found=NOT_SEARCHED) for rules, trace in answered]
    explained = {one.rules: one.shares.baseline for one in everything if one.shares}
    assert plain(explained["exemple"]).startswith("à partir de zéro")
    assert explained["exemple-score-controle"].startswith("par rapport à la moyenne des dossiers")
    assert "clairbourg-cantine" not in explained


# --- the four elements ----------------------------------------------------------------------------


def scale_case(**more):
    rules = read(SCALE)
    case = {"enfants": 3, "quotient": 600, "situation": "couple", "habite": True} | more
    return rules, evaluate(rules, case, day=DAY)


def test_operations_are_told_with_the_person_s_numbers():
    rules, trace = scale_case()
    told = {one.id: plain(one.text) for one in explain(rules, trace).operations}
    assert told["enfants"] == "3 enfants × 40 points = 120 points, plafonné à 100 points."
    assert told["qf"] == "Quotient familial : 600 € (de 500 € à moins de 942 €), donc 40 points."
    assert told["situation"] == "Situation : en couple, donc 0 point."
    assert told["sum"] == "Total : 100 + 40 + 20 = 160 points."
    english = {one.id: plain(one.text) for one in explain(rules, trace, language="en").operations}
    assert english["enfants"] == "3 children × 40 points = 120 points, capped at 100 points."


def test_one_child_is_singular():
    rules, trace = scale_case(enfants=1)
    told = {one.id: plain(one.text) for one in explain(rules, trace).operations}
    assert told["enfants"] == "1 enfant × 40 points = 40 points."


def test_what_did_not_apply_is_told_with_what_was_wanted():
    rules, trace = scale_case(habite=False, quotient=2000)
    told = {one.id: plain(one.text) for one in explain(rules, trace).not_applied}
    assert told["commune"] == (
        "Résidence : ce critère donne 20 points quand la réponse est « oui » ; ici : « non »."
    )
    assert told["qf"] == (
        "Quotient familial : 2 000 €, hors des tranches prévues "
        "(moins de 500 € ; de 500 € à moins de 942 €)."
    )
    assert told["threshold-admis"] == (
        "Place attribuée : il fallait au moins 200 points ; il manque 100 points."
    )


def test_what_would_change_it_is_told_as_regions():
    rules, trace = scale_case()
    changes = explain(rules, trace).changes
    assert [plain(one.text) for one in changes.alternatives if one.favourable] == [
        "« Situation » : parent seul. Le résultat serait « place attribuée » "
        "(si la donnée enregistrée est fausse)."
    ]
    assert changes.complete
    rules, trace = scale_case(quotient=2000)
    pairs = [plain(one.text) for one in explain(rules, trace).changes.alternatives]
    assert pairs == [
        "« Situation » : parent seul et « Quotient familial » : moins de 942 €. "
        "Le résultat serait « place attribuée » (si les données enregistrées sont fausses)."
    ]


def test_data_parameters_and_reasons():
    rules, trace = scale_case()
    one = explain(rules, trace)
    assert [(datum.name, datum.source) for datum in one.data][:2] == [
        ("enfants", "Déclaration de la famille"),
        ("quotient", "CAF"),
    ]
    weights = {item.id: (plain(item.text), item.applied) for item in one.parameters}
    assert weights["enfants"] == ("40 points par enfant, au plus 100 points.", True)
    assert weights["admis"] == ("À partir de 200 points.", False)
    assert [item.article for item in one.reasons.law] == ["Délibération 12, art. 3"]
    assert plain(one.reasons.facts[1]) == "Quotient familial : 600 € (CAF)."


def test_a_formula_is_told_step_by_step():
    rules = demonstration("canteen")
    case = {"habite": True, "quotient": "620,50", "enfants": 3, "panier": False}
    one = explain(rules, evaluate(rules, case, day=date(2025, 10, 1)))
    told = {item.id: plain(item.text) for item in one.operations}
    assert told["selon_quotient"] == (
        "Quotient familial (620,50 €) × Taux d’effort (0,005) = 3,1025 €."
    )
    assert told["borne"] == (
        "Prix selon le quotient (3,1025 €), au moins 0,80 € (Prix le plus bas), "
        "au plus 6,10 € (Prix le plus haut), soit 3,1025 €."
    )
    assert told["prix"].endswith("arrondi à 2,48 €.")
    assert one.shares is None


# --- what is known of the decision ----------------------------------------------------------------


def test_the_degree_is_never_guessed():
    assert degree_of(Facts()) == ("unknown", "")
    assert degree_of(Facts(decided_on=date(2025, 1, 1))) == ("unknown", "")
    assert degree_of(Facts(decided_by="a1")) == ("proposal", "journal")
    declared = Facts(degree="automated", degree_from="declared", decided_by="a1")
    assert degree_of(declared) == ("automated", "declared")


def test_a_computation_that_was_other_than_the_published_rules_is_said():
    rules, trace = scale_case()
    one = explain(rules, trace, facts=replace(DECIDED, machine_value=Decimal(210)))
    assert one.result.differs
    assert "210" in one.short_text
    same = explain(rules, trace, facts=replace(DECIDED, machine_value=Decimal(160)))
    assert not same.result.differs


def test_a_decision_that_departs_from_the_computation_is_said():
    rules, trace = scale_case()
    one = explain(rules, trace, facts=Facts(decision="admis", decided_by="a1"))
    assert "La décision n’est pas celle que donne le calcul." in one.short_text
    assert one.result.favourable is True


def test_a_ranking_says_how_many_points_were_missing():
    rules = demonstration("creche")
    trace: Any = evaluate(rules, NURSERY[-1], day=date(2025, 6, 1))
    cutoff = trace.value + 12
    one: Any = explain(rules, trace, facts=Facts(cutoff=cutoff))
    assert plain(one.changes.text).startswith("Il vous manquerait 12 points : le dernier dossier")
    ahead = [item for item in one.changes.alternatives if item.favourable]
    assert ahead
    assert all(item.lowest > cutoff for item in ahead)


def test_another_language_is_refused():
    rules, trace = scale_case()
    with pytest.raises(ValueError, match="there is no explanation in 'de'"):
        explain(rules, trace, language="de")


def test_a_second_language_does_not_search_again():
    rules, trace = scale_case()
    looked = search(rules, trace)
    french, english = (explain(rules, trace, language=one, found=looked) for one in ("fr", "en"))
    assert [one.regions[0].low for one in french.changes.alternatives] == [
        one.regions[0].low for one in english.changes.alternatives
    ]


@given(st.data())
@settings(max_examples=40)
def test_random_rules_are_explained_whatever_they_are(data):
    """No exception, whole sentences, a valid JSON, on anything that can be published."""
    kind = data.draw(st.sampled_from((generators.points, generators.tables)))
    rules = open_to_change(generators.rules_of(data.draw(kind())))
    case = data.draw(generators.cases(rules.versions[0], size=1))[0]
    trace = evaluate(rules, case, day=DAY)
    looked = search(rules, trace)
    validator = Draft202012Validator(explanation_schema())
    for language in ("fr", "en"):
        one = explain(rules, trace, language=language, found=looked)
        assert validator.is_valid(one.as_dict())
        for text in texts_of(one):
            assert re.search(r"[.!?…]$", text), text
            assert "None" not in text, text
        for line in one.short:
            assert len(words_of(line.text)) <= LONGEST_SENTENCE


@given(st.data())
@settings(max_examples=40)
def test_random_decisions_are_explained_in_short_sentences(data):
    """Whatever was recorded: what the rules give, something else, for or against the person."""
    rules = generators.rules_of(data.draw(generators.points() | generators.tables()))
    case = data.draw(generators.cases(rules.versions[0], size=1))[0]
    trace = evaluate(rules, case, day=DAY)
    number = st.none() | st.integers(-50, 300).map(Decimal)
    outcome = st.sampled_from((None, *(one.value for one in rules.outcomes)))
    facts = Facts(
        degree=data.draw(st.sampled_from(("automated", "proposal", "unknown"))),
        decision=data.draw(outcome),
        machine_value=data.draw(number),
        machine_outcome=data.draw(outcome),
        cutoff=data.draw(number),
    )
    for language in ("fr", "en"):
        one = explain(rules, trace, facts=facts, language=language)
        assert 1 < len(one.short) <= 6
        assert bool(one.result.decided_text) is facts.is_decision
        for text in texts_of(one):
            assert "None" not in text, text
            assert "{" not in text, text
        for sentence in sentences_of(one.short_text):
            assert len(words_of(sentence)) <= LONGEST_SENTENCE, sentence


@given(models.forests() | models.additives(), models.cases())
@settings(max_examples=40)
def test_random_models_are_explained_whatever_they_are(content, case):
    rules = models.rule_set(content)
    trace = evaluate(rules, case, day=models.DAY)
    for language in ("fr", "en"):
        one = explain(rules, trace, language=language, found=NOT_SEARCHED)
        for text in texts_of(one):
            assert re.search(r"[.!?…]$", text), text
            assert "None" not in text, text
        for line in one.short:
            assert len(words_of(line.text)) <= LONGEST_SENTENCE
        assert one.changes.text != ""
