"""From an explanation to the letter of an administration, or to the document of the site."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from clairevoie.explanation.explaining import explain
from clairevoie.explanation.model import Alternative, Explanation, Facts
from clairevoie.explanation.readability import LONGEST_SENTENCE, readability
from clairevoie.letters.explanation import explanation_pdf
from clairevoie.letters.from_explanation import Occasion, letter_of
from clairevoie.letters.model import Administration
from clairevoie.letters.phrases import ADAPTED
from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.model import RuleSet
from clairevoie.rules.reading import read_rules
from tests.letters.pdf import opened, roles, text_of
from tests.letters.samples import COURT, TOWN, letter_fr

CASE = {
    "habite": True,
    "activite": "un_en_recherche",
    "jours": 4,
    "parent_seul": False,
    "fratrie": 2,
    "fratrie_accueillie": False,
    "naissance_multiple": False,
    "handicap": False,
    "signalement": False,
    "quotient": Decimal("1100.00"),
    "attente": 8,
    "refus_precedents": 0,
}
DAY = date(2025, 5, 20)


@cache
def nursery() -> RuleSet:
    source = files("clairevoie.rules") / "demonstration" / "creche.yaml"
    return read_rules(source.read_bytes(), name="creche.yaml")


def refused(language: str = "fr", **known: Any) -> Explanation:
    """A place refused: the journal says the points and the decision."""
    trace = evaluate(nursery(), CASE, day=DAY)
    facts = {
        "machine_value": trace.value,
        "machine_outcome": "refuse",
        "decision": "refuse",
        "decided_on": DAY,
        "cutoff": Decimal(300),
        "degree": "proposal",
        "degree_from": "declared",
    }
    return explain(nursery(), trace, facts=Facts(**facts | known), language=language)


DOCUMENT = Occasion(
    day=date(2025, 6, 2),
    administration=Administration("Clairbourg (commune fictive)", ()),
    reference="CR-0417",
    decided=DAY,
)


def letter() -> Occasion:
    sample = letter_fr()
    return replace(
        DOCUMENT,
        administration=TOWN,
        agent=sample.agent,
        recipient=sample.recipient,
        court=COURT,
        notified=date(2025, 5, 23),
    )


def said(occasion: Occasion, found: Explanation | None = None) -> str:
    return bare(text_of(explanation_pdf(letter_of(found or refused(), occasion))))


def bare(text: str) -> str:
    for sign in ("\u200b", "-", "\u2010"):
        text = text.replace(sign, "")
    return "".join(text.split())


# --- what was decided -----------------------------------------------------------------------------


def test_what_was_decided_is_what_was_recorded() -> None:
    made = letter_of(refused(), DOCUMENT)
    assert made.decision.outcome == "Décision enregistrée : place refusée."
    assert made.decision.differs == ""


def test_a_recorded_result_is_never_the_one_that_is_computed_again() -> None:
    found = refused(machine_value=Decimal(7), machine_outcome=None, decision=None)
    made = letter_of(found, DOCUMENT)
    assert made.decision.outcome == "Résultat enregistré : 7\u00a0points."
    assert found.result.value_text not in made.decision.outcome
    assert "(7\u00a0points) n’est pas celui que donnent les règles" in made.decision.differs
    assert found.result.value_text in made.decision.differs


def test_a_decision_that_leaves_the_computation_is_said_apart() -> None:
    trace = evaluate(nursery(), CASE, day=DAY)
    found = explain(nursery(), replace(trace, outcome="admis"), facts=Facts(decision="refuse"))
    made = letter_of(found, DOCUMENT)
    assert made.decision.outcome == "Décision enregistrée : place refusée."
    assert made.decision.differs.startswith("La décision n’est pas celle que donnent les règles")
    assert "place attribuée" in made.decision.differs


def test_nothing_recorded_is_said_by_a_document_and_refused_to_a_letter() -> None:
    found = explain(nursery(), evaluate(nursery(), CASE, day=DAY))
    assert "n’enregistre ni la décision" in letter_of(found, DOCUMENT).decision.outcome
    with pytest.raises(ValueError, match="give the decision"):
        letter_of(found, letter())
    told = letter_of(found, replace(letter(), decision="Votre demande est refusée."))
    assert told.decision.outcome == "Votre demande est refusée."


# --- what would change it -------------------------------------------------------------------------


def alternatives(*favourable: bool | None, outcome: str | None = None) -> tuple[Alternative, ...]:
    return tuple(
        Alternative((), outcome, one, "higher", None, None, "change", f"Changement {place}.")
        for place, one in enumerate(favourable)
    )


def with_changes(result: bool | None, *favourable: bool | None, **more: Any) -> Explanation:
    found = refused()
    changes = replace(
        found.changes, alternatives=alternatives(*favourable, **more), text="Limites."
    )
    return replace(found, result=replace(found.result, favourable=result), changes=changes)


def test_what_would_harm_the_person_is_dropped_and_the_limits_are_kept() -> None:
    made = letter_of(with_changes(False, True, None, False), DOCUMENT)
    assert made.would_change == ("Changement 0.", "Changement 1.")
    assert made.searched == "Limites. " + ADAPTED["fr"]["worse_dropped"]
    made = letter_of(with_changes(False, True), DOCUMENT)
    assert made.searched == "Limites."


def test_whoever_was_favoured_is_not_told_how_to_be_refused() -> None:
    for found in (
        with_changes(True, False, False),
        with_changes(True, None, outcome="instruire"),
    ):
        made = letter_of(found, DOCUMENT)
        assert made.would_change == ()
        assert made.searched == ADAPTED["fr"]["only_worse"]


def test_a_datum_that_can_only_be_contested_says_so() -> None:
    found = refused()
    contested = [one for one in found.changes.alternatives if one.means == "contest"]
    assert contested
    shown = letter_of(found, DOCUMENT).would_change
    for one in contested:
        if one.favourable is not False:
            assert any(text == one.text and "fausse" in text for text in shown)


# --- reasons, sources -----------------------------------------------------------------------------


def test_a_reason_in_law_says_what_its_article_lays_down() -> None:
    found = refused()
    made = letter_of(found, DOCUMENT)
    assert [reason.text for reason in made.law] == [one.says for one in found.reasons.law]
    assert any(reason.text for reason in made.law)
    assert not any("Appliqué à votre situation" in reason.text for reason in made.law)


def test_an_article_that_nobody_read_is_marked_in_the_annex_too() -> None:
    found = refused()
    parameters = tuple(
        replace(one, basis=replace(one.basis, to_check=True)) if one.basis else one
        for one in found.parameters
    )
    made = letter_of(replace(found, parameters=parameters), DOCUMENT)
    marked = [row.source for row in made.parameters.rows if row.source]
    assert marked
    assert all(source.endswith(" (à vérifier)") for source in marked)


# --- letter or document ---------------------------------------------------------------------------

LETTER_ONLY = ("Jevouspried’agréer", "Affairesuiviepar", "CamilleExemple", "DominiqueModèle")


def test_the_document_of_the_site_is_not_a_letter() -> None:
    shown = said(DOCUMENT)
    for expected in (
        "Document établi par le site public des règles ; ce n’est pas une lettre de "
        "l’administration. Il n’est pas signé.",
        "à l’adresse indiquée sur la lettre de décision",
        "Tribunal administratif indiqué sur la lettre de décision",
        "en comptant depuis la date de la décision ; le délai court du jour où vous l’avez reçue",
        "Décision prise par : Clairbourg (commune fictive)",
        "Ces règles sont inventées",
    ):
        assert bare(expected) in shown, expected
    assert not [text for text in (*LETTER_ONLY, "Madame,", "Objet:") if text in shown]
    pdf = opened(explanation_pdf(letter_of(refused(), DOCUMENT)))
    with pdf.open_metadata() as metadata:
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert "CR-0417" in str(metadata["dc:title"])
        assert "Site public des règles" in str(metadata["dc:creator"])
    assert str(pdf.Root.Lang) == "fr-FR"
    assert pdf.Root.MarkInfo.Marked
    found = roles(pdf)
    assert found.index("H1") < found.index("H2") < found.index("H3")


def test_the_letter_of_an_agent_has_what_the_law_asks() -> None:
    shown = said(letter())
    assert not [text for text in LETTER_ONLY if text not in shown]
    for expected in (
        "Service de la petite enfance",
        "responsable des admissions",
        "1 place de la Mairie",
        "pour une décision reçue le 23 mai 2025",
        "Tribunal administratif de Valmont",
    ):
        assert bare(expected) in shown, expected
    assert bare("ce n’est pas une lettre") not in shown


def test_a_letter_that_lacks_what_the_law_asks_is_refused() -> None:
    whole = letter()
    assert whole.agent
    with pytest.raises(ValueError, match="capacity of the agent"):
        letter_of(refused(), replace(whole, agent=replace(whole.agent, capacity=" ")))
    with pytest.raises(ValueError, match="service of the administration"):
        letter_of(refused(), replace(whole, administration=replace(TOWN, service="")))
    with pytest.raises(ValueError, match="which court"):
        letter_of(refused(), replace(whole, court=""))
    with pytest.raises(ValueError, match="neither"):
        letter_of(refused(), replace(whole, recipient=None))
    with pytest.raises(ValueError, match="decision taken on 2025-05-20"):
        letter_of(refused(), replace(whole, day=date(2025, 5, 1), notified=None))


def test_the_letter_is_in_the_language_of_the_explanation() -> None:
    made = letter_of(refused("en"), DOCUMENT)
    assert made.language == "en"
    assert made.decision.outcome == "Decision recorded: place refused."
    assert bare("it is not a letter of the administration") in said(DOCUMENT, refused("en"))


def test_its_own_words_are_short_and_alike_in_both_languages() -> None:
    assert ADAPTED["fr"].keys() == ADAPTED["en"].keys()
    for key, text in ADAPTED["fr"].items():
        assert readability(text).longest <= LONGEST_SENTENCE, key
