"""French words: accents, elisions and plurals do not matter, on either side."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.register.search_text import fold, query_terms, tokens

TEXT = """
L’algorithme calcule l'allocation de logement des étudiants qu'une commune héberge ; les décisions
d’attribution sont notifiées aux familles. Œuvres sociales, Noël, cœur, à l’échéance, évaluées.
"""


def found(query: str, text: str = TEXT) -> bool:
    there = set(tokens(text))
    return all(there.intersection(term) for term in query_terms(query))


@pytest.mark.parametrize(
    "query",
    [
        "algorithme",
        "algorithmes",
        "ALGORITHME",
        "l'algorithme",
        "allocations logements",
        "etudiant",
        "étudiante",
        "commune",
        "décision d'attribution",
        "decisions d’attributions",
        "familles notifiées",
        "famille notifiée",
        "famille notifiee",
        "oeuvre sociale",
        "œuvre",
        "noel",
        "coeur",
        "évaluée",
        "evaluee",
        "échéances",
        "e\u0301che\u0301ance",
    ],
)
def test_the_word_is_found_however_it_is_written(query: str) -> None:
    assert found(query)


@pytest.mark.parametrize("query", ["crèche", "algorithme crèche", "impôt"])
def test_a_word_that_is_not_there_is_not_found(query: str) -> None:
    assert not found(query)


def test_stop_words_are_left_out() -> None:
    assert query_terms("de la le les et") == []
    assert tokens("de la") == []


@given(st.text())
def test_tokens_are_safe_for_any_full_text_syntax(text: str) -> None:
    for token in tokens(text):
        assert token.isalnum() or all(char.isalnum() for char in fold(token))
        assert '"' not in token
        assert "'" not in token


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), max_size=40))
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    assert found(text, text)


@given(st.text(alphabet="abcdeéèêàùçïôœ '’", max_size=40))
def test_accents_and_composition_do_not_matter(text: str) -> None:
    assert found(text.upper(), text) or not query_terms(text.upper())
    assert tokens(unicodedata.normalize("NFD", text)) == tokens(text)
    assert found(fold(text), text)
