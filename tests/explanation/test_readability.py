from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.explanation.readability import (
    readability,
    sentences_of,
    syllables_of,
    words_of,
)

# Syllables as Lexique 3.83 has them (New, Pallier, Brysbaert and Ferrand 2004).
LEXIQUE = {
    "allocation": 4,
    "année": 2,
    "appliqué": 3,
    "attendre": 2,
    "attribuée": 3,
    "bulletin": 3,
    "calcul": 2,
    "commune": 2,
    "contrôle": 2,
    "créer": 2,
    "critère": 2,
    "date": 1,
    "décision": 3,
    "donnée": 2,
    "dossier": 2,
    "enfant": 2,
    "étaient": 2,
    "famille": 2,
    "fille": 1,
    "guide": 1,
    "habiter": 3,
    "logement": 3,
    "mois": 1,
    "naïf": 2,
    "nuit": 1,
    "oublier": 3,
    "payer": 2,
    "pied": 1,
    "pluie": 1,
    "point": 1,
    "prix": 1,
    "quotient": 2,
    "refusée": 3,
    "règle": 1,
    "résultat": 3,
    "seuil": 1,
    "situation": 3,
    "somme": 1,
    "théâtre": 2,
    "travail": 2,
    "travailler": 3,
    "ville": 1,
    "voyage": 2,
}


@pytest.mark.parametrize("word", sorted(LEXIQUE))
def test_syllables_are_those_that_are_said(word):
    assert syllables_of(word) == LEXIQUE[word]


def test_words_and_sentences():
    text = "L’enfant a 1 234,50 € : c’est peut-être peu. Oui ! « Non. »"
    assert words_of("L’enfant a 1\u202f234,50 €") == ("L", "enfant", "a", "1\u202f234,50")
    assert len(sentences_of(text)) == 3
    assert sentences_of("L.311-3-1 s’applique.") == ("L.311-3-1 s’applique.",)


def test_the_formula_of_kandel_and_moles():
    found = readability("Le chat dort. Il rêve.")
    assert (found.words, found.sentences, found.syllables, found.longest) == (5, 2, 5, 3)
    assert found.ease == pytest.approx(207 - 1.015 * 2.5 - 73.6 * 1)


def test_long_sentences_and_long_words_are_harder():
    plain = readability("Le calcul donne dix points. Un agent décide.")
    heavy = readability(
        "L’ordonnancement algorithmique détermine une pondération multicritère irrévocable."
    )
    assert heavy.ease < 0
    assert plain.ease > 60


def test_a_text_without_a_word_has_no_measure():
    with pytest.raises(ValueError, match="no reading ease"):
        readability(" … ")


@given(st.text(alphabet="abcdéèêilmnoprstuvyœç'-", min_size=1, max_size=30))
def test_every_word_has_a_syllable_and_no_more_than_letters(word):
    assert 1 <= syllables_of(word) <= max(1, len(word))
